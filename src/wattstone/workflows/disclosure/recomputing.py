"""Figures of an edition computed again, in groups: a year of the inventory, a report of a module at a time."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import polars as pl

from wattstone.base import Finding
from wattstone.workflows.disclosure.chain import Chain
from wattstone.workflows.evidence.differences import Difference, compare
from wattstone.workflows.evidence.verify import activities_tampered, slices_tampered
from wattstone.workflows.inventory.compute import Pins
from wattstone.workflows.inventory.fill import Filling
from wattstone.workflows.inventory.record import FIGURES, HELD, last_run
from wattstone.workflows.inventory.run import with_comparison
from wattstone.workflows.programme.pinned import pinned
from wattstone.workflows.programme.recording import every_taken
from wattstone.workflows.programme.verifying import again_frame, report_again
from wattstone.workflows.results import RESULTS
from wattstone.workflows.workspace import Workspace

__all__ = ["again"]

_WHAT = ["name", "subject", "period"]


def again(then: Workspace, chain: Chain, place: str, *, shown: Collection[str], moved: bool) -> list[Finding]:
    """What comes out differently, and rows that no longer have the hash that was recorded.

    Parameters
    ----------
    then : Workspace
        As it stood when the edition was locked.
    chain : Chain
        Of the edition's figures.
    place : str
        Of the edition.
    shown : collection of str
        Ids of the figures that it shows: of those below them that differ, the number and the first are told.
    moved : bool
        Whether sites, meters or settings are not what they were: then that may be why.
    """
    found: list[Difference] = []
    tampered: list[str] = []
    for year, rows in sorted(_by(chain, FIGURES, "part").items()):
        recorded = _frame(rows)
        differences, changed = _inventory(then, int(year), recorded)
        tampered += changed
        found += differences
    for run, rows in sorted(_by(chain, RESULTS, "run").items()):
        found += _report(then, int(run), _frame(rows))
    above = [_differs(place, one, moved=moved) for one in found if one.id in shown]
    below = [one for one in found if one.id not in shown]
    told = [*(_tampered(place, one) for one in dict.fromkeys(tampered)), *above]
    return [*told, _below(place, below)] if below else told


def _by(chain: Chain, table: str, column: str) -> dict[Any, list[Mapping[str, Any]]]:
    found: dict[Any, list[Mapping[str, Any]]] = {}
    for row in chain.figures.values():
        if row["table"] == table:
            found.setdefault(row[column], []).append(row)
    return found


def _frame(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame([{name: row[name] for name in HELD} for row in rows], schema=HELD)


def _inventory(then: Workspace, year: int, recorded: pl.DataFrame) -> tuple[list[Difference], list[str]]:
    """A year computed again from the versions that its run pinned; of its figures those that the edition rests on."""
    run = last_run(then.lake, year) or {}
    pins = Pins(run.get("readings_version"), run.get("intensity_version"), run.get("activities_version", -1))
    fill = Filling(**run["fill"]) if run.get("fill") else None
    tampered = slices_tampered(then, recorded, year, pins.readings)
    tampered += activities_tampered(then, recorded, year)
    computed = with_comparison(then, year, pins=pins, keep=False, fill=fill).figures
    newest = recorded.sort("run", maintain_order=True).unique(_WHAT, keep="last", maintain_order=True)
    mine = computed.join(newest.select(_WHAT), on=_WHAT, how="semi")
    return compare(newest, mine, "differs"), tampered


def _report(then: Workspace, run: int, recorded: pl.DataFrame) -> list[Difference]:
    """A report of a module made again from what it pinned; other runs are recorded with their evidence alone."""
    taken = next((one for one in every_taken(then.lake) if one.run == run), None)
    if taken is None:
        return []
    made = again_frame(report_again(pinned(then, taken.pins), taken))
    return compare(recorded, made.join(recorded.select(_WHAT), on=_WHAT, how="semi"), "differs")


def _differs(place: str, one: Difference, *, moved: bool) -> Finding:
    now, before = (
        "—" if value is None else f"{value!r} {one.unit}" for value in (one.recomputed, one.recorded)
    )  # fmt: skip
    return Finding(
        code="edition.differs", place=f"{place}: figure {one.name}@{one.subject}@{one.period}",
        found="{now} comes out now, and {before} was locked; sites, meters, settings or own factors were changed since"
        if moved else "{now} comes out now, and {before} was locked",
        expected="figures that come out again from the rows that they pin",
        remedy="look at what was changed in the audit log; where nobody may have, restore a copy that was kept apart",
        params={"now": now, "before": before},
    )  # fmt: skip


def _below(place: str, found: list[Difference]) -> Finding:
    first = found[0]
    return Finding(
        code="edition.differs_below", place=place, count=len(found),
        found="{count} {count:figure|figures} below those that it shows {count:comes|come} out differently, the first "
        "{name}", expected="figures that come out again from the rows that they pin",
        remedy="run `wattstone verify`, which tells each of them",
        params={"name": f"{first.name}@{first.subject}@{first.period}"},
    )  # fmt: skip


def _tampered(place: str, what: str) -> Finding:
    return Finding(
        code="edition.tampered", place=f"{place}: {what}",
        found="its rows no longer have the hash that was recorded", expected="rows as they were taken in",
        remedy="restore the lake from a copy that was kept apart, and find out who wrote to its files",
    )  # fmt: skip
