"""Emissions of activities by line: what the uncertainty, the checks, the change analysis and the statement work on.

A line is everything of one site, kind, item, factor and method in a year, as its share of it counts; the records
behind it are found by its evidence.
"""

from typing import Final

import polars as pl

LINES: Final[dict[str, pl.DataType]] = {
    "line": pl.Int64(),  # its number in the frame, from 0
    "site_id": pl.String(),
    "scope": pl.Int8(),  # 1, 2, 3; 0 stands apart
    "category": pl.Int8(),  # of scope 3: 1 to 15; 0 elsewhere
    "kind": pl.String(),
    "item": pl.String(),
    "method": pl.String(),  # supplier, hybrid, average, spend
    "amount": pl.Float64(),  # of the organisation's share; null where emissions are stated alone
    "unit": pl.String(),
    "factor_key": pl.String(),  # of the source row, without edition: one key is one error
    "factor_id": pl.String(),  # null where emissions are stated
    "factor": pl.Float64(),  # kg CO2e per unit
    "value": pl.Float64(),  # kg CO2e, the organisation's share; null where it cannot be computed
    "co2": pl.Float64(),  # kg of the gas; null where the source has a total alone
    "ch4": pl.Float64(),
    "n2o": pl.Float64(),
    "other": pl.Float64(),  # kg CO2e of all other gases
    "biogenic": pl.Float64(),  # kg CO2, apart
    "estimated": pl.Float64(),  # share of `value`, 0 to 1
    "quality": pl.Float64(),  # mean of the pedigree, 1 best to 5; null where nobody said
    "activity_sd": pl.Float64(),  # relative standard deviation; null where it is not known
    "factor_sd": pl.Float64(),
    "document": pl.Float64(),  # share of `value` that a document proves, 0 to 1
}
"""One row a (site, kind, item, factor, method)."""

Z95: Final = 1.959963984540054
"""Half width of a 95 % interval in standard deviations of a normal distribution."""
