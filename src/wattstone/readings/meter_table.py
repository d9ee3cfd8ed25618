"""Meters as a table: what an estate of tens of thousands is compared in, where a model of each would be too slow.

A cell that is null was not said. `models_of` gives the models of those meters that are looked at one by one.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from wattstone.base import UnknownUnit, unit
from wattstone.portfolio import Meter

METERS: dict[str, pl.DataType] = {
    "id": pl.String(),
    "site_id": pl.String(),
    "kind": pl.String(),
    "unit": pl.String(),
    "reading": pl.String(),
    "direction": pl.String(),
    "multiplier": pl.Float64(),
    "sign": pl.Int32(),
    "parent_id": pl.String(),
    "space_id": pl.String(),
    "basis": pl.String(),
    "interval_seconds": pl.Int32(),
    "rollover": pl.Float64(),
    "personal": pl.Boolean(),
    "derived_from": pl.String(),
    "expression": pl.String(),
    "counted": pl.Boolean(),
    "simulated": pl.Boolean(),
    "declared": pl.String(),
}
"""A column for each field of `Meter`."""

DEFAULTS: Mapping[str, Any] = {
    name: field.default for name, field in Meter.model_fields.items() if not field.is_required()
}
"""What holds of a meter of which nobody says anything else; None for nothing."""


def table_of_meters(meters: Iterable[Meter]) -> pl.DataFrame:
    """What is said of meters, as a table.

    Parameters
    ----------
    meters : iterable of Meter
        What was not set of one of them is not said; who declares it always is.

    Returns
    -------
    polars.DataFrame
        Schema `METERS`, a row a meter.
    """
    known = list(meters)
    return pl.DataFrame(
        {
            name: pl.Series(
                [getattr(one, name) if name == "declared" or name in one.model_fields_set else None for one in known],
                dtype=dtype,
            )
            for name, dtype in METERS.items()
        }
    )


def models_of(table: pl.DataFrame) -> tuple[Meter, ...]:
    """The meters of a table; what is null in it is not set.

    Parameters
    ----------
    table : polars.DataFrame
        With the columns of `METERS`.
    """
    return tuple(
        Meter(**{name: value for name, value in row.items() if value is not None})
        for row in table.select(list(METERS)).iter_rows(named=True)
    )


def factors_of(table: pl.DataFrame) -> pl.Series:
    """What each meter's delivered values are multiplied by, to stand in the canonical unit of an interval.

    Parameters
    ----------
    table : polars.DataFrame
        With the columns of `METERS`. Where no length of an interval is said, power counts for one hour.

    Returns
    -------
    polars.Series
        `factor` (Float64).
    """
    factors = {name: _factor(name) for name in table["unit"].unique()}
    hours = pl.when(pl.col("reading") == "power").then(pl.col("interval_seconds").fill_null(3600) / 3600)
    factor = pl.col("unit").replace_strict(factors, return_dtype=pl.Float64) if factors else pl.lit(1.0)
    return table.select((factor * hours.otherwise(1.0)).alias("factor")).to_series()


def _factor(name: str) -> float:
    try:
        return unit(name).factor
    except UnknownUnit:
        return 1.0  # an unknown kind in an unknown unit is kept as delivered
