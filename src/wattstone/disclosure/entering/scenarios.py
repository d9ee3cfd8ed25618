"""Checks of scenarios: what a carbon price meets, what moves with it, and that a path keeps its unit."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from wattstone.base import Finding
from wattstone.programme.held import held
from wattstone.programme.telling import saying

__all__ = ["of_drivers", "of_paths", "of_scenarios", "of_scenarios_named"]

_say = saying("disclosure")
_COVERS: Final = ("scope1", "scope2.location", "scope2.market")
_DRIVER: Final = re.compile(r"activity|grid_factor|price\.[a-z0-9_]+")
_PATH: Final = ("provider", "model", "edition", "scenario", "region", "variable")


def of_scenarios(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Each scenario by itself."""
    return [one for row in held(entries, "scenario").iter_rows(named=True) for one in _scenario(row)]


def of_drivers(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Each driver by itself."""
    return [one for row in held(entries, "driver").iter_rows(named=True) for one in _driver(row)]


def of_scenarios_named(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Drivers of scenarios that nobody uses move nothing."""
    used = held(entries, "scenario").select(pl.col("id").alias("scenario"), "year")
    loose = held(entries, "driver").join(used, on=["scenario", "year"], how="anti")
    return [
        _say(
            f"driver '{row['entry']}'", "driver_scenario", "no scenario '{scenario}' is used in {year}",
            "the short name of a scenario used", "enter the scenario, or correct its name", severity="warning",
            scenario=row["scenario"], year=row["year"], field="scenario",
        )
        for row in loose.iter_rows(named=True)
    ]  # fmt: skip


def of_paths(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Values of a path are in one unit: of another one, or another price year, they are another path."""
    rows = held(entries, "path")
    units = rows.group_by(_PATH, maintain_order=True).agg(pl.col("unit").unique().sort(), pl.col("entry").last())
    return [
        _say(
            f"path '{row['entry']}'", "path_units", "{variable} of {scenario} is told in {units}",
            "one unit for all years of a path", "convert the values, or enter them as another variable",
            variable=row["variable"], scenario=row["scenario"], units=", ".join(row["unit"]), field="unit",
        )
        for row in units.filter(pl.col("unit").list.len() > 1).iter_rows(named=True)
    ]  # fmt: skip


def _scenario(row: Mapping[str, Any]) -> Iterator[Finding]:
    place = f"scenario '{row['entry']}'"
    covers: list[str] = row["covers"] or []
    unknown = [one for one in covers if one not in _COVERS]
    if unknown:
        yield _say(
            place, "scenario_covers", "its price meets '{what}', which is no total of the inventory",
            "scope1, scope2.location or scope2.market", "correct what it covers", what=unknown[0], field="covers",
        )  # fmt: skip
    if {"scope2.location", "scope2.market"} <= set(covers) or len(set(covers)) < len(covers):
        yield _say(
            place, "scenario_twice", "its price meets the same emissions twice: {covers}",
            "each emission once, and scope 2 by one method", "leave one of them out", covers="; ".join(covers),
            field="covers",
        )  # fmt: skip


def _driver(row: Mapping[str, Any]) -> Iterator[Finding]:
    place = f"driver '{row['entry']}'"
    if not _DRIVER.fullmatch(row["driver"].strip()):
        yield _say(
            place, "driver", "there is no driver '{driver}'", "activity, grid_factor, or price.CARRIER",
            "correct the driver", driver=row["driver"][:100], field="driver",
        )  # fmt: skip
    if (row["variable"] is None) == (row["yearly"] is None):
        both = row["variable"] is not None
        yield _say(
            place, "driver_by", "a path and a yearly change are given" if both else "nothing says how it moves",
            "a path, or a yearly change", "leave one of them empty" if both else "give one of them",
            field="variable",
        )  # fmt: skip
