"""Own vehicles held against the activities of the year, which the inventory counts: neither twice nor not at all."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from wattstone.base import Finding
from wattstone.workflows.activities.table import scan_in_force
from wattstone.workflows.workspace import Workspace

__all__ = ["beside_activities"]

_FUEL: Final = ("vehicle_fuel", "vehicle_distance")
_CHARGED: Final = ("electricity_vehicle",)


def beside_activities(workspace: Workspace, own: pl.DataFrame, year: int) -> Iterator[Finding]:
    """What own vehicles and the activities of a year both say, site by site, and what the inventory lacks.

    The inventory takes activities alone, so that entries of own vehicles cannot count twice in it; who adds both
    reports would count them twice, and what is no activity is not in the inventory.

    Parameters
    ----------
    workspace : Workspace
    own : DataFrame
        Entries of the kind `own_vehicle` of the year.
    year : int

    Yields
    ------
    Finding
        Warnings.
    """
    used = {
        "fuel": (own.filter(pl.col("fuel_l") > 0), _FUEL),
        "electricity": (own.filter(pl.col("kwh_elsewhere") > 0), _CHARGED),
    }
    if all(rows.is_empty() for rows, _ in used.values()):
        return
    held = _held(workspace, year)
    for what, (rows, kinds) in used.items():
        there = set(held.filter(pl.col("kind").is_in(kinds))["site_id"].to_list())
        for site in rows["site"].unique().sort():
            yield _both(site, what, kinds) if site in there else _lacks(site, what, kinds)


def _held(workspace: Workspace, year: int) -> pl.DataFrame:
    """Kinds of activities and sites of a year."""
    lines = scan_in_force(workspace.lake, parts=[year - 1, year])
    if lines is None:
        return pl.DataFrame(schema={"kind": pl.String, "site_id": pl.String})
    inside = (pl.col("start").dt.year() <= year) & (pl.col("end").dt.year() >= year)
    return lines.filter(inside & pl.col("kind").is_in([*_FUEL, *_CHARGED])).select("kind", "site_id").unique().collect()


def _both(site: str, what: str, kinds: tuple[str, ...]) -> Finding:
    found = (
        "fuel of own vehicles is entered here, and among the activities of the site as {kinds}" if what == "fuel" else
        "electricity of own vehicles is entered here, and among the activities of the site as {kinds}"
    )  # fmt: skip
    return Finding(
        code="fleet.own_twice", place=f"site '{site}'", severity="warning", found=found,
        expected="one of the two is counted: the inventory takes the activities, and this report is added to nothing",
        remedy="never add the two; leave one of them out where both are the same vehicles",
        params={"kinds": ", ".join(kinds)},
    )  # fmt: skip


def _lacks(site: str, what: str, kinds: tuple[str, ...]) -> Finding:
    found = (
        "fuel of own vehicles is entered here, and the site has no activity of the kind {kinds}" if what == "fuel" else
        "electricity of own vehicles is entered here, and the site has no activity of the kind {kinds}"
    )  # fmt: skip
    return Finding(
        code="fleet.own_not_counted", place=f"site '{site}'", severity="warning", found=found,
        expected="the inventory counts activities; entries of vehicles are not in it",
        remedy="enter the activity as well, if the inventory is to hold it", params={"kinds": ", ".join(kinds)},
    )  # fmt: skip
