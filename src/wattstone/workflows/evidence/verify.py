"""Whether figures hold: recomputed from the versions that they pin, and from the data as they stand now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from wattstone.readings.slices import slices_of
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.activities.compute import batches_of
from wattstone.workflows.activities.slices import slices_of_lines
from wattstone.workflows.activities.table import ACTIVITIES
from wattstone.workflows.evidence.differences import Difference, compare
from wattstone.workflows.evidence.hours import apart
from wattstone.workflows.inventory.compute import Pins
from wattstone.workflows.inventory.fill import Filling
from wattstone.workflows.inventory.record import FIGURES, current_figures, evidence_of, last_run
from wattstone.workflows.inventory.run import with_comparison
from wattstone.workflows.programme.verifying import verify_programme
from wattstone.workflows.results import RESULTS
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

__all__ = ["Verified", "activities_tampered", "slices_tampered", "verify"]


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What checking found.

    Parameters
    ----------
    years : tuple of int
        Years that have figures.
    figures : int
        How many were recomputed.
    differences : tuple of Difference
        Those that do not hold.
    tampered : tuple of str
        Slices whose rows no longer have the hash that was recorded, as `meter HQ-main, partition 2019`, and entries
        of the programme.
    beside : int
        Figures of findings, forecasts, plans, backtests and sizings: recorded with their evidence, not recomputed.
    """

    years: tuple[int, ...]
    figures: int
    differences: tuple[Difference, ...]
    tampered: tuple[str, ...]
    beside: int = 0

    @property
    def holds(self) -> bool:
        """Whether everything is as it was recorded."""
        return not self.differences and not self.tampered


def verify(
    workspace: Workspace,
    years: list[int] | None = None,
    *,
    progress: Callable[[str, int, int | None], None] | None = None,
) -> Verified:
    """Recompute every current figure and check the hash of every slice that figures rest on.

    Parameters
    ----------
    workspace : Workspace
        Nothing in it is written.
    years : list of int or None
        All that have figures where None.
    progress : callable or None
        Told how far it is.

    Returns
    -------
    Verified
    """
    workspace = acting(workspace, Act.READ, EVERYWHERE)
    lake = workspace.lake
    held = sorted(lake.parts(FIGURES))
    wanted = [year for year in held if years is None or year in years]
    differences: dict[str, Difference] = {}
    tampered: list[str] = []
    count = 0
    for done, year in enumerate(wanted, start=1):
        recorded = current_figures(lake, year)
        run = last_run(lake, year) or {}
        # What was recorded before there were activities rests on none.
        pins = Pins(run.get("readings_version"), run.get("intensity_version"), run.get("activities_version", -1))
        fill = Filling(**run["fill"]) if run.get("fill") else None
        count += recorded.height
        again = with_comparison(workspace, year, pins=pins, keep=False, fill=fill).figures
        found = compare(recorded, again, "differs")
        if pins != Pins(*(lake.version(table) for table in ("readings", "intensity", ACTIVITIES))):
            now = with_comparison(workspace, year, keep=False, fill=fill).figures
            found += [one for one in compare(recorded, now, "stale") if one.id not in {other.id for other in found}]
        found += _hours(workspace, recorded, run)
        for one in found:
            differences.setdefault(one.id, one)  # a figure of the year before is recorded with both years
        tampered += slices_tampered(workspace, recorded, year, pins.readings)
        tampered += activities_tampered(workspace, recorded, year)
        if progress is not None:
            progress("verify", done, len(wanted))
    promised = verify_programme(workspace, years)
    for one in promised.differences:
        differences.setdefault(one.id, one)
    return Verified(
        years=tuple(sorted({*wanted, *promised.years})),
        figures=count + promised.figures,
        differences=tuple(differences.values()),
        tampered=tuple(dict.fromkeys([*tampered, *promised.tampered])),
        beside=_beside(lake, years) - promised.recorded,
    )


def _beside(lake: Lake, years: list[int] | None) -> int:
    """Figures of runs that are no inventories."""
    held = lake.scan(RESULTS, parts=years)
    return 0 if held is None else held.select(pl.len()).collect().item()


def _hours(workspace: Workspace, recorded: pl.DataFrame, run: Mapping[str, Any]) -> list[Difference]:
    """Figures of sites and months to which the hours that the run wrote do not add up."""
    return [
        Difference(
            **{key: one.figure[key] for key in ("id", "name", "subject", "period", "unit")},
            recorded=one.figure["value"],
            recomputed=one.instead,
            kind="hours",
        )
        for one in apart(workspace.lake, recorded, run)
    ]


def slices_tampered(workspace: Workspace, recorded: pl.DataFrame, year: int, version: int | None) -> list[str]:
    """Slices that a year's figures rest on, and whose rows have another hash now."""
    slices = _slices(recorded, evidence_of(workspace.lake, [year]))
    names = {one["key"]: str(one["meter"]) for one in slices}
    known = {(part, one["key"], batch): sha for one in slices for part, batch, _, sha in one["slices"]}
    by_part: dict[int, dict[tuple[int, int], str]] = {}
    for (part, key, batch), sha in known.items():
        by_part.setdefault(part, {})[key, batch] = sha
    found: list[str] = []
    for part, wanted in sorted(by_part.items()):
        rows = workspace.lake.scan("readings", parts=[part], version=version)
        now: dict[tuple[int, int], str] = {}
        if rows is not None:
            mine = rows.filter(pl.col("meter").is_in(sorted({key for key, _ in wanted}))).collect()
            hashed = slices_of(mine.sort("meter", "start")).select("meter", "batch", "sha256")
            now = {(key, batch): sha for key, batch, sha in hashed.iter_rows()}
        found += [
            f"meter {names[key]}, partition {part}"
            for (key, batch), sha in wanted.items()
            if now.get((key, batch)) != sha
        ]
    return found


def activities_tampered(workspace: Workspace, recorded: pl.DataFrame, year: int) -> list[str]:
    """Sites whose activity records no longer have the hash that figures of the year rest on."""
    evidence = evidence_of(workspace.lake, [year])
    named = recorded["inputs"].explode(empty_as_null=False).drop_nulls().unique()
    held = [evidence[key] for key in named if evidence.get(key, {}).get("kind") == "activities"]
    found: list[str] = []
    for of, version in sorted({(int(one["year"]), int(one["version"])) for one in held}):
        wanted = {str(one["site"]): one["sha256"] for one in held if (one["year"], one["version"]) == (of, version)}
        now = {
            one.site: one.sha256
            for lines in batches_of(workspace.lake, of, version)
            for one in slices_of_lines(lines)
            if one.site in wanted
        }
        found += [f"activities of site {site}, {of}" for site, sha in sorted(wanted.items()) if now.get(site) != sha]
    return found


def _slices(recorded: pl.DataFrame, evidence: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The slices of readings that current figures name, those behind virtual meters too."""
    waiting = [str(key) for key in recorded["inputs"].explode(empty_as_null=False).unique() if key in evidence]
    found: dict[str, dict[str, Any]] = {}
    while waiting:
        key = waiting.pop()
        content = evidence.get(key, {})
        if content.get("kind") == "expression":
            waiting += content["terms"].values()
        elif content.get("kind") == "slice":
            found[key] = content
    return [found[key] for key in sorted(found)]
