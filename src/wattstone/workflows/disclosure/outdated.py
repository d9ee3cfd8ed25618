"""What recorded figures rest on and has changed since, as far as it can be told without computing anything again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from wattstone.programme.kinds import MODULES, kinds_of
from wattstone.workflows.activities.table import ACTIVITIES
from wattstone.workflows.disclosure.recorded import programme_runs
from wattstone.workflows.ingest.stale import stale_ids
from wattstone.workflows.inventory.record import EVIDENCE, FIGURES
from wattstone.workflows.programme.pinned import Pins
from wattstone.workflows.results import RESULTS
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

__all__ = ["SPOKEN", "Outdated", "outdated"]

SPOKEN: Final = frozenset(("narrative", "review", "responsibility", "omission", "term"))
"""Kinds of entries that no number of a report rests on."""


@dataclass(frozen=True)
class Outdated:
    """Figures that what they rest on no longer gives.

    Parameters
    ----------
    ids : frozenset of str
        Of results: figures that they rest on have changed, or others stand in place of them.
    of_years : mapping of int to frozenset of str
        Of inventories, by the year whose readings have changed. Where a year has an inventory of its own, figures of
        it are judged by that one: what another year shows of it beside rests on slices that reach into both.
    runs : frozenset of int
        Of results: all that these runs recorded, for entries of their module have changed.
    years : frozenset of int
        All that the inventory of these years says: activity records, or the set of warming potentials, have changed.
    """

    ids: frozenset[str]
    of_years: Mapping[int, frozenset[str]]
    runs: frozenset[int]
    years: frozenset[int]


def outdated(workspace: Workspace) -> Outdated:
    """What has changed since figures were recorded.

    Parameters
    ----------
    workspace : Workspace
        Whole.
    """
    lake = workspace.lake
    of_years = {year: frozenset(held) for year, held in stale_ids(workspace).items()}
    years = _years(workspace)
    return Outdated(_above(lake, frozenset[str]().union(*of_years.values()), years), of_years, _runs(workspace), years)


def _years(workspace: Workspace) -> frozenset[int]:
    """Years whose activity records, or whose warming potentials, are not those of their newest run."""
    lake, now = workspace.lake, workspace.records.organisation().gwp_set
    held = lake.scan(EVIDENCE)
    if held is None:
        return frozenset()
    newest: dict[int, dict[str, Any]] = {}
    for text in held.filter(pl.col("kind") == "run").select("content").collect()["content"].to_list():
        one: dict[str, Any] = json.loads(text)
        if int(one["run"]) >= int(newest.get(int(one["year"]), one)["run"]):
            newest[int(one["year"])] = one
    return frozenset(
        year for year, one in newest.items()
        if one.get("gwp_set", now) != now or _activities(lake, year, one.get("activities_version"))
    )  # fmt: skip


def _activities(lake: Lake, year: int, version: int | None) -> bool:
    """Whether activity records of a year are not those of a version."""
    if version is None or version == lake.version(ACTIVITIES):
        return False
    before = () if version < 0 else lake.parts(ACTIVITIES, version).get(year, ())
    return set(before) != set(lake.parts(ACTIVITIES).get(year, ()))


def _runs(workspace: Workspace) -> frozenset[int]:
    """Runs of reports whose module has had entries added, corrected or withdrawn since."""
    runs, newest = programme_runs(workspace.lake), workspace.records.programme_seq()
    if runs.is_empty():
        return frozenset()
    pins = {int(run): Pins.read(json.loads(text)).entries for run, text in runs.select("run", "content").iter_rows()}
    if min(pins.values()) >= newest:
        return frozenset()
    changed = workspace.records.programme_span(min(pins.values()) + 1, newest).select("kind", "seq")
    newest_of = changed.group_by("kind").agg(pl.col("seq").max())
    last: dict[str, int] = {str(kind): int(seq) for kind, seq in newest_of.iter_rows()}
    moved = {module: _last(module, last) for module in MODULES}
    return frozenset(run for run, module in runs.select("run", "module").iter_rows() if moved[module] > pins[run])


def _last(module: Any, last: Mapping[str, int]) -> int:
    return max((last.get(one.id, 0) for one in kinds_of(module) if one.id not in SPOKEN), default=0)


def _above(lake: Lake, ids: frozenset[str], years: frozenset[int]) -> frozenset[str]:
    """Results that rest on figures which are outdated, or that others stand in place of."""
    scan = lake.scan(RESULTS)
    if scan is None:
        return frozenset()
    links = scan.select("id", "inputs").explode("inputs").filter(pl.col("inputs").str.starts_with("figure:")).collect()
    if links.is_empty():
        return frozenset()
    links = links.select("id", pl.col("inputs").str.strip_prefix("figure:").alias("of")).unique()
    bad = set(ids) | _replaced(lake, links["of"].unique(), years)
    found: set[str] = set()
    while more := set(links.filter(pl.col("of").is_in(list(bad)))["id"]) - found:
        found |= more
        bad = more
    return frozenset(found)


def _replaced(lake: Lake, wanted: pl.Series, years: frozenset[int]) -> set[str]:
    """Of some ids of figures those that are not the newest of their name, subject and period, or of such years."""
    scan = lake.scan(FIGURES)
    if scan is None:
        return set()
    key = ["name", "subject", "period"]
    rows = scan.select("id", *key, "run").collect().sort("run", maintain_order=True)
    named = rows.filter(pl.col("id").is_in(wanted.implode())).select(key).unique()
    mine = rows.join(named, on=key, how="semi", maintain_order="left")
    newest = mine.unique(key, keep="last", maintain_order=True)["id"]
    old = mine.filter(~pl.col("id").is_in(newest.implode()))["id"]
    of_years = mine.filter(pl.col("period").str.head(4).is_in([str(one) for one in years]))["id"]
    return set(old) | set(of_years)
