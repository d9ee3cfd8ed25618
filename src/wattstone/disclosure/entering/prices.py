"""Checks of prices of carbon as they are entered: money for a tonne of CO2, of which year, and not below zero."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from wattstone.base import Finding
from wattstone.disclosure.scenarios.paths import NAMES, Money, money_per_tonne
from wattstone.programme.held import held
from wattstone.programme.telling import saying

__all__ = ["of_path_prices", "of_paths_used"]

_say = saying("disclosure")
_NAMED: Final = re.compile(
    r"^\s*prices?\s*\|\s*(carbon|co2|co₂)\b|carbon.?prices?\b|\bprice of (carbon|co2|co₂)|\bco2.?prices?\b|碳价",
    re.IGNORECASE,
)
_TONNE_OF_CARBON: Final = re.compile(r"(?:/|\bper\b)\s*t(?:onnes?|on)?\s*(?:of\s+)?c(?:arbon)?\s*$", re.IGNORECASE)
_PATH: Final = (*NAMES, "variable")


def of_path_prices(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Values of paths that are by their name a price of carbon: a finding a path, at the first entry that is wrong."""
    rows = held(entries, "path")
    names = rows["variable"].unique().drop_nulls().to_list()
    prices = rows.filter(pl.col("variable").is_in([one for one in names if _NAMED.search(one)]))
    paths = prices.group_by(*_PATH, "unit", maintain_order=True).agg(
        pl.col("entry").first(), pl.col("value").min().alias("lowest"),
        pl.col("entry").sort_by("value", nulls_last=True).first().alias("of_lowest"),
    )  # fmt: skip
    return [
        one
        for row in paths.iter_rows(named=True)
        for one in _price(row, f"path '{row['entry']}'", f"path '{row['of_lowest']}'")
    ]


def _price(row: Mapping[str, Any], place: str, lowest: str, field: str = "") -> Iterator[Finding]:
    """What is wrong with the unit and the values of a price."""
    told = {"variable": row["variable"], "scenario": row["scenario"], "unit": row["unit"]}
    money = money_per_tonne(row["unit"])
    if not isinstance(money, Money):
        yield _unit(place, told, field or "unit")
    elif not money.year:
        yield _say(
            place, "price_year", "{variable} of {scenario} is told in {unit}, without the year of its prices",
            "a unit with the year of its money, as US$2010/t CO2",
            "look the year up with its provider, and write it into the unit", severity="warning", **told,
            field=field or "unit",
        )  # fmt: skip
    if row["lowest"] is not None and row["lowest"] < 0:
        yield _say(
            lowest, "price_negative", "{variable} of {scenario} falls to {lowest} {unit}",
            "a price of carbon of zero or more", "correct it; below zero, who emits more would be paid for it",
            severity="warning", **told, lowest=f"{row['lowest']:g}",
            field=field or "value",
        )  # fmt: skip


def _unit(place: str, told: Mapping[str, Any], field: str) -> Finding:
    """A unit that is no money for a tonne of CO2."""
    carbon = _TONNE_OF_CARBON.search(told["unit"]) is not None
    return _say(
        place, "price_unit", "{variable} of {scenario} is told in {unit}, which is not money for a tonne of CO2",
        "a price of a tonne of CO2 with the year of its money, as US$2010/t CO2",
        "divide the values by 44/12, for a tonne of carbon makes 44/12 t of CO2, and say t CO2 in the unit"
        if carbon
        else "convert the values, or leave the variable out",
        **told, field=field,
    )  # fmt: skip


def of_paths_used(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Scenarios and drivers on paths that nobody took in, and prices whose paths are in another unit."""
    scenarios, drivers, paths = (held(entries, kind) for kind in ("scenario", "driver", "path"))
    there = paths.select(*_PATH, "unit", "value")
    used = scenarios.select(*NAMES, "entry", variable="price")
    moved = drivers.filter(pl.col("variable").is_not_null()).join(
        scenarios.select("year", *NAMES, uses="id"), left_on=["scenario", "year"], right_on=["uses", "year"],
        suffix="_path",
    )  # fmt: skip
    moved = moved.select(*(pl.col("scenario_path" if one == "scenario" else one).alias(one) for one in NAMES),
                         "entry", "variable")  # fmt: skip
    loose = [
        _no_path(kind, row)
        for kind, rows in (("scenario", used), ("driver", moved))
        for row in rows.join(there, on=_PATH, how="anti", maintain_order="left").iter_rows(named=True)
    ]
    return loose + _otherwise_named(used, there)


def _no_path(kind: str, row: Mapping[str, Any]) -> Finding:
    return _say(
        f"{kind} '{row['entry']}'", "path_none",
        "no values of {variable} are taken in for {scenario} of {provider} ({model}, {edition}, {region})",
        "a path as it was taken in, with every name as its provider has it",
        "take it in with `wattstone disclose scenario`, or correct the names", severity="warning",
        field="price" if kind == "scenario" else "variable", **{name: row[name] for name in _PATH},
    )  # fmt: skip


def _otherwise_named(used: pl.DataFrame, there: pl.DataFrame) -> list[Finding]:
    """Prices of scenarios whose variable has no name of a price of carbon, and was not looked at as it came in."""
    names = [one for one in used["variable"].unique().drop_nulls() if not _NAMED.search(one)]
    prices = used.filter(pl.col("variable").is_in(names)).join(there, on=_PATH, how="inner", maintain_order="left")
    paths = prices.group_by(*_PATH, "unit", "entry", maintain_order=True).agg(pl.col("value").min().alias("lowest"))
    return [
        one
        for row in paths.iter_rows(named=True)
        for one in _price(row, f"scenario '{row['entry']}'", f"scenario '{row['entry']}'", "price")
    ]
