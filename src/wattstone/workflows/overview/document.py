"""The inventory of a year as it was recorded, as a document: nothing is computed again, so that it takes a moment."""

import json
from datetime import UTC, datetime
from typing import Any

import polars as pl

from wattstone.inventory.document import FACTORS, SITES, SOURCES, InventoryDocument
from wattstone.workflows.access import Act, require
from wattstone.workflows.inventory.record import FIGURES, current_figures, evidence_of, last_run
from wattstone.workflows.workspace import Workspace

__all__ = ["recorded_count", "recorded_document", "restated"]


def recorded_count(workspace: Workspace, year: int) -> int:
    """How many figures of a year were recorded, those too that others replace: how long a file of them takes."""
    held = workspace.lake.scan(FIGURES, parts=[year])
    return 0 if held is None else int(held.select(pl.len()).collect().item())


def recorded_document(workspace: Workspace, year: int) -> InventoryDocument | None:
    """The document of a year as far as its actor may see it; None where no inventory of the year was taken.

    Parameters
    ----------
    workspace : Workspace
        Guarded.
    year : int
        Calendar year.

    Raises
    ------
    Forbidden
        If the actor may not export.
    """
    require(workspace.actor, Act.EXPORT)
    figures = _seen(workspace, current_figures(workspace.lake, year))
    run = last_run(workspace.lake, year)
    if figures.is_empty() or run is None:
        return None
    organisation, sites = workspace.records.organisation(), workspace.records.sites()
    with_figures = set(figures["subject"].unique().to_list())
    active = [one for one in sites if f"site:{one.id}" in with_figures]
    rows = [(one.id, one.name, one.type, one.floor_area, one.country, one.zone, one.grid_region) for one in active]
    zones = [one.zone for one in active]
    evidence = evidence_of(workspace.lake, [year])
    return InventoryDocument(
        organisation=organisation.name,
        year=year,
        zone=organisation.zone if organisation.zone != "UTC" or not zones else zones[0],
        simulated=any(one.simulated for one in active),
        gwp_set=str(run["gwp_set"]),
        approach=organisation.approach,
        currency=organisation.currency,
        base_year=organisation.base_year,
        generated=datetime.now(UTC),
        figures=figures,
        sites=pl.DataFrame(rows, schema=SITES, orient="row"),
        factors=_factors(run, evidence),
        quality=None,
        mend=(),
        sources=_sources(workspace, figures, evidence),
        fill=str(run["fill"]) if run.get("fill") else None,
    )


def restated(workspace: Workspace, year: int, ids: list[str]) -> dict[str, str]:
    """Of some figures those that replace others, with why.

    Parameters
    ----------
    workspace : Workspace
        Guarded.
    year : int
        Of the inventory.
    ids : list of str
        Figures.
    """
    held = workspace.lake.scan("figures", parts=[year])
    if held is None or not ids:
        return {}
    mine = held.filter(pl.col("id").is_in(ids) & pl.col("replaces").is_not_null())
    rows = mine.select("id", "why").collect().unique("id", keep="last")
    return {key: why or "" for key, why in rows.iter_rows()}


def _seen(workspace: Workspace, figures: pl.DataFrame) -> pl.DataFrame:
    """Figures of what the actor may see: those of the organisation only for who may see all of it."""
    if workspace.actor.scope.whole:
        return figures
    places = [f"site:{one.id}" for one in workspace.records.sites()]
    meters = [f"meter:{one}" for one in workspace.records.meter_keys()]
    return figures.filter(pl.col("subject").is_in([*places, *meters]))


def _factors(run: dict[str, Any], evidence: dict[str, dict[str, Any]]) -> pl.DataFrame:
    """The rows of the factors that the run used."""
    rows: list[tuple[Any, ...]] = []
    for key in run.get("factors") or ():
        content = evidence.get(key, {})
        said = "; ".join(content.get("notes") or ())
        for row in content.get("rows") or ():
            year = int(row["source_year"]) if str(row.get("source_year") or "").isdigit() else None
            named = [row.get(name) for name in ("id", "name", "value", "unit")]
            kind = [row.get("gas"), content.get("gwp_set"), row.get("source"), year]
            rows.append((*named, *kind, row.get("licence"), row.get("confidence"), said or row.get("remark")))
    return pl.DataFrame(rows, schema=FACTORS, orient="row").unique("id", keep="first", maintain_order=True)


def _sources(workspace: Workspace, figures: pl.DataFrame, evidence: dict[str, dict[str, Any]]) -> pl.DataFrame:
    """The files that the readings of these figures came from."""
    named = set(figures["inputs"].explode().drop_nulls().unique().to_list())
    used: dict[int, list[tuple[int, int]]] = {}
    for key, content in evidence.items():
        if content["kind"] == "slice" and key in named:
            for part, batch, count, _ in content["slices"]:
                used.setdefault(batch, []).append((part, count))
    rows: list[tuple[Any, ...]] = []
    for commit in workspace.lake.commits("readings"):
        batch = int(commit.get("wattstone.batch", 0))
        if batch in used:
            parts = [part for part, _ in used[batch]]
            hashes = ", ".join(json.loads(commit.get("wattstone.files", "{}")).values())
            count = sum(count for _, count in used[batch])
            rows.append((commit["wattstone.source"], hashes, count, str(min(parts)), str(max(parts)), str(batch)))
    return pl.DataFrame(rows, schema=SOURCES, orient="row").sort("batch")
