"""Which numbers of tables are lines of the report: columns `NAME@line` beside the columns `NAME`."""

from collections.abc import Callable, Iterable
from typing import Final

import polars as pl

from wattstone.programme.slugs import slug

__all__ = [
    "commitments_linked",
    "green_linked",
    "people_linked",
    "safety_linked",
    "values_linked",
]

_MONEY: Final = ("spent", "pace", "ahead", "left", "yearly", "outside")
_GREEN: Final = ("eligible", "aligned", "evidenced", "eligible_share", "aligned_share")
_RATES: Final = ("ltifr", "trir", "severity")
_PEOPLE: Final = ("employees", "women_share", "turnover", "training_each")


def green_linked(shares: pl.DataFrame) -> pl.DataFrame:
    """Amounts and shares by taxonomy and indicator."""
    return _with(shares, _GREEN, lambda name: pl.format(f"indicator.green.{{}}.{name}|entry:{{}}", "kpi", "taxonomy"))


def commitments_linked(kept: pl.DataFrame) -> pl.DataFrame:
    """Money of commitments."""
    return _with(kept, _MONEY, lambda name: pl.format(f"indicator.commitment.{name}|entry:{{}}", "commitment"))


def safety_linked(rates: pl.DataFrame) -> pl.DataFrame:
    """Rates of each group of the organisation."""
    return _with(rates, _RATES, lambda name: pl.format(f"indicator.safety.{{}}.{name}", "group"))


def people_linked(people: pl.DataFrame, year: int) -> pl.DataFrame:
    """Head counts and rates of the year of the report."""
    return _with(people, _PEOPLE, lambda name: pl.when(year=year).then(pl.lit(f"indicator.people.{name}")))


def values_linked(values: pl.DataFrame, name: str, year: int) -> pl.DataFrame:
    """Values of indicators in the year of the report, in the column named."""
    lines = pl.Series([f"indicator.value.{slug(one)}" for one in values["indicator"]], dtype=pl.String)
    return _with(values, (name,), lambda _: pl.when(year=year).then(lines))


def _with(frame: pl.DataFrame, names: Iterable[str], line: Callable[[str], pl.Expr]) -> pl.DataFrame:
    return frame.with_columns(line(name).alias(f"{name}@line") for name in names)
