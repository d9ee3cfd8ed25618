"""Which recorded figures rest on readings that have changed, or lack readings that have arrived."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from wattstone.portfolio import canonical_kind, kind_of
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

_CLOCKS = timedelta(hours=14)  # no clock is further from UTC; a year of figures is one of local clocks
_COUNTED = ("energy.", "scope", "cost")


def stale_figures(workspace: Workspace) -> dict[int, int]:
    """How many current figures of each year rest on readings that have changed since they were made.

    Returns
    -------
    dict of int to int
        By year; years without any are left out.
    """
    return {year: len(ids) for year, ids in stale_ids(workspace).items()}


def stale_ids(workspace: Workspace) -> dict[int, set[str]]:
    """Ids of the current figures of each year that rest on readings which have changed since they were made.

    Every reading that arrives or is corrected belongs to a batch later than the version of the readings that the
    figures pin, so that the slices of later batches say which meters and years are touched. Compaction changes no
    batch.

    Returns
    -------
    dict of int to set of str
        By year; years without any are left out.
    """
    lake = workspace.lake
    years = sorted(lake.parts("figures"))
    scan = lake.scan("slices")
    if not years or scan is None:
        return {}
    version = {year: _version(lake, year) for year in years}
    newer = scan.filter(pl.col("batch") > min(version.values())).select("meter", "batch", "first", "until").collect()
    if newer.is_empty():
        return {}
    places = _places(workspace, newer["meter"].unique())
    found: dict[int, set[str]] = {}
    for year in years:
        begin, end = datetime(year, 1, 1) - _CLOCKS, datetime(year + 1, 1, 1) + _CLOCKS
        touched = newer.filter((pl.col("batch") > version[year]) & (pl.col("first") < end) & (pl.col("until") > begin))[
            "meter"
        ].unique()
        meters = {key: places[key] for key in touched.to_list() if key in places}
        if meters and (ids := _ids(lake, year, meters)):
            found[year] = ids
    return found


def _places(workspace: Workspace, keys: pl.Series) -> dict[int, str | None]:
    """The site of each meter by key; None where its kind is unknown, so that no total holds it."""
    table = workspace.records.meter_table().filter(pl.col("key").is_in(keys.implode()))
    known = {kind for kind in table["kind"].unique().to_list() if kind_of(canonical_kind(kind)) is not None}
    rows = table.select("key", "site_id", "kind").iter_rows()
    return {key: site if kind in known else None for key, site, kind in rows}


def _evidence(lake: Lake, year: int) -> dict[str, dict[str, Any]]:
    scan = lake.scan("evidence", parts=[year])
    if scan is None:
        return {}
    rows = scan.filter(pl.col("kind").is_in(["slice", "expression", "run"])).collect()
    return {key: json.loads(text) for key, text in rows.select("id", "content").iter_rows()}


def _version(lake: Lake, year: int) -> int:
    """The version of the readings that the year's current figures rest on."""
    scan = lake.scan("evidence", parts=[year])
    if scan is None:
        return -1
    runs = [json.loads(text) for text in scan.filter(pl.col("kind") == "run").collect()["content"]]
    newest = max(runs, key=lambda one: int(one["run"]), default=None)
    return -1 if newest is None or newest["readings_version"] is None else int(newest["readings_version"])


def _ids(lake: Lake, year: int, meters: Mapping[int, str | None]) -> set[str]:
    """Figures of a year that are reached from the slices of some meters, given with the sites that they count at."""
    scan = lake.scan("figures", parts=[year])
    if scan is None:
        return set()
    rows = scan.select("id", "name", "subject", "period", "method", "run", "inputs").collect().sort("run")
    rows = rows.unique(["name", "subject", "period"], keep="last", maintain_order=True)
    rows = rows.filter(pl.col("method") != "withdrawn")
    evidence = _evidence(lake, year)
    slices = {key for key, one in evidence.items() if one["kind"] == "slice" and one["key"] in meters}
    changed = slices | {
        key for key, one in evidence.items() if one["kind"] == "expression" and slices & set(one["terms"].values())
    }
    used = {one["key"] for one in evidence.values() if one["kind"] == "slice"}
    touched = _reached(rows, changed)
    fresh = {site for key, site in meters.items() if key not in used and site is not None}
    subjects = {"organisation", *(f"site:{site}" for site in fresh)} if fresh else set[str]()
    totals = pl.any_horizontal(pl.col("name").str.starts_with(name) for name in _COUNTED)
    lacking = rows.filter(totals & pl.col("subject").is_in(list(subjects)))["id"]
    return {*touched, *lacking}


def _reached(rows: pl.DataFrame, changed: set[str]) -> set[str]:
    """Follow inputs upwards until nothing more is touched."""
    links = rows.select("id", "inputs").explode("inputs").drop_nulls()
    touched: set[str] = set()
    frontier = changed
    while frontier:
        reached = set(links.filter(pl.col("inputs").is_in(list(frontier)))["id"]) - touched
        touched |= reached
        frontier = {f"figure:{key}" for key in reached}
    return touched
