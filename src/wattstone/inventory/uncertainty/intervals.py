"""Intervals of the totals of an inventory, to be joined to its figures."""

from collections.abc import Iterator, Sequence
from typing import Literal

import polars as pl

from wattstone.inventory.sums import ORGANISATION
from wattstone.inventory.uncertainty.montecarlo import simulate
from wattstone.inventory.uncertainty.propagation import KNOWN, propagate, totals

Method = Literal["propagation", "simulation"]

INTERVAL: dict[str, pl.DataType] = {
    "value": pl.Float64(),  # kg CO2e, sum of the lines
    "sd": pl.Float64(),  # kg CO2e, of what is known
    "lower": pl.Float64(),  # 90 % interval
    "upper": pl.Float64(),
    "quality": pl.Float64(),  # 1 best to 5, weighted by emissions, of what is rated
    "unrated": pl.Float64(),  # share of the emissions without a quality, 0 to 1
    **KNOWN,
}
"""Columns of intervals, after those they are by."""

NAMED: dict[str, pl.DataType] = {"name": pl.String(), "subject": pl.String(), **INTERVAL}

APART = 0
_LOCATION, _MARKET = "location", "market"


def total_interval(
    lines: pl.DataFrame, by: Sequence[str] = (), *, method: Method = "propagation", draws: int = 10_000, seed: int = 0
) -> pl.DataFrame:
    """Sums of lines with their 90 % intervals.

    Parameters
    ----------
    lines : polars.DataFrame
        Columns of `uncertainty.lines.LINE`, and `quality` where it is known; of one basis of scope 2.
        [kg CO2e, 1]
    by : sequence of str
        Columns of the groups, as `["site_id"]`. What stands apart, of scope 0, is left out unless `scope` is among
        them.
    method : {'propagation', 'simulation'}
        How.
    draws, seed : int
        Of a simulation.

    Returns
    -------
    polars.DataFrame
        Columns of `by` and of `INTERVAL`, one row a group.

    Raises
    ------
    InputRefused
        As `uncertainty.lines.checked`.

    Examples
    --------
    >>> lines = pl.DataFrame({"line": [1, 2], "site_id": ["A", "A"], "scope": [1, 1], "category": [0, 0],
    ...                       "factor_key": ["gas", "gas"], "value": [100.0, 100.0],
    ...                       "activity_sd": [0.0, None], "factor_sd": [0.1, 0.1]})
    >>> total_interval(lines, ["scope"]).select("scope", "value", "sd", "unknown").row(0)
    (1, 200.0, 20.0, 0.5)
    """
    counted = lines if "scope" in by or "scope" not in lines.columns else lines.filter(pl.col("scope") != APART)
    exact = propagate(counted, by).frame  # both methods tell the groups in the same order
    told = exact if method == "propagation" else simulate(counted, by, draws=draws, seed=seed).frame
    return pl.concat(
        [
            exact.select(*by, pl.col("mean").alias("value")),
            told.select("sd", "lower", "upper"),
            _rated(counted, by),
            told.select(*KNOWN),
        ],
        how="horizontal",
    )


def named_intervals(
    lines: pl.DataFrame, *, sites: bool = True, method: Method = "propagation", draws: int = 10_000, seed: int = 0
) -> pl.DataFrame:
    """Intervals under the names of the totals, for the organisation and its sites, to be joined to figures.

    Parameters
    ----------
    lines : polars.DataFrame
        Columns of `uncertainty.lines.LINE`, `quality` where it is known, and `basis` (`location`, `market`) where
        lines of scope 2 stand there on both; without it they are location-based. [kg CO2e, 1]
    sites : bool
        Whether those of each site are wanted too.
    method, draws, seed
        As in `total_interval`.

    Returns
    -------
    polars.DataFrame
        Schema `NAMED`: `scope1`, `scope2.location`, `scope2.market`, `scope3.N`, `scope3`, `total.location` and
        `total.market`, as far as there are lines; `subject` is `organisation` or `site:ID`. What stands apart is left
        out.

    Raises
    ------
    InputRefused
        As `uncertainty.lines.checked`.

    Examples
    --------
    >>> lines = pl.DataFrame({"line": [1, 2], "site_id": ["A", "A"], "scope": [1, 3], "category": [0, 6],
    ...                       "factor_key": ["gas", "air"], "value": [100.0, 100.0],
    ...                       "activity_sd": [0.0, 0.0], "factor_sd": [0.1, 0.1]})
    >>> named_intervals(lines, sites=False)["name"].to_list()
    ['scope1', 'scope3.6', 'scope3', 'total.location']
    """
    parts: list[pl.DataFrame] = []
    for named in _named(lines):
        for of in (ORGANISATION, "site_id") if sites else (ORGANISATION,):
            by = ["name"] if of == ORGANISATION else ["name", "site_id"]
            found = total_interval(named, by, method=method, draws=draws, seed=seed)
            subject = pl.lit(ORGANISATION) if of == ORGANISATION else pl.format("site:{}", "site_id")
            parts.append(found.with_columns(subject.alias("subject")).select(*NAMED))
    return pl.concat([pl.DataFrame(schema=NAMED), *parts])


def _named(lines: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Lines under the name of what they are part of: the parts, scope 3, the totals on each basis."""
    scope = pl.col("scope")
    basis = pl.col("basis").fill_null(_LOCATION) if "basis" in lines.columns else pl.lit(_LOCATION)
    counted = lines.filter(scope != APART).with_columns(basis.alias("basis"))
    of_scope_2 = counted.filter(scope == 2)
    part = (
        pl.when(scope == 1)
        .then(pl.lit("scope1"))
        .when(scope == 2)
        .then(pl.format("scope2.{}", "basis"))
        .otherwise(pl.format("scope3.{}", "category"))
    )
    yield counted.with_columns(part.alias("name")).drop("basis")
    yield counted.filter(scope == 3).with_columns(pl.lit("scope3").alias("name")).drop("basis")
    for one in (_LOCATION, _MARKET):
        if one == _LOCATION or (of_scope_2["basis"] == one).any():
            whole = counted.filter((scope != 2) | (pl.col("basis") == one))
            yield whole.with_columns(pl.lit(f"total.{one}").alias("name")).drop("basis")


def _rated(lines: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Quality by group, weighted by emissions, and the share that has none; the groups in their order."""
    score = pl.col("quality").cast(pl.Float64) if "quality" in lines.columns else pl.lit(None, pl.Float64)
    weight = pl.col("value").cast(pl.Float64).abs()
    rated = weight.filter(pl.col("score").is_not_null()).sum()
    sums = totals(
        lines.with_columns(score.alias("score")).sort(by) if by else lines.with_columns(score.alias("score")),
        by,
        pl.when(rated > 0).then((weight * pl.col("score")).sum() / rated).alias("quality"),
        pl.when(weight.sum() > 0).then(1 - rated / weight.sum()).otherwise(0.0).alias("unrated"),
        pl.len().alias("lines"),
    )
    return sums.select("quality", "unrated")
