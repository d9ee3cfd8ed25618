"""The inventory as a document: figures, factors, sources and quality of one year, ready for any form of output."""

import json
from datetime import UTC, datetime
from typing import Any

import polars as pl

from wattstone.inventory.document import FACTORS, SITES, SOURCES, InventoryDocument
from wattstone.workflows.inventory import Inventory
from wattstone.workflows.quality import Quality
from wattstone.workflows.workspace import Workspace


def document_of(workspace: Workspace, inventory: Inventory, quality: Quality | None = None) -> InventoryDocument:
    """Gather what a reader of a year's inventory is shown.

    Parameters
    ----------
    workspace : Workspace
        Organisation, sites, sources.
    inventory : Inventory
        The year's figures.
    quality : Quality or None
        Left out where None.

    Returns
    -------
    InventoryDocument
    """
    plan = inventory.computed.plan
    organisation = plan.organisation
    active = {one.site.id for one in plan.streams}
    sites = [
        (site.id, site.name, site.type, site.floor_area, site.country, site.zone, site.grid_region)
        for site in plan.sites
        if site.id in active
    ]
    shown = quality.meters if quality is not None and not quality.meters.is_empty() else None
    return InventoryDocument(
        organisation=organisation.name,
        year=inventory.year,
        zone=organisation.zone if organisation.zone != "UTC" or not plan.zones else plan.zones[0],
        simulated=any(one.meter.simulated or one.site.simulated for one in plan.streams),
        gwp_set=organisation.gwp_set,
        approach=organisation.approach,
        currency=organisation.currency,
        base_year=organisation.base_year,
        generated=datetime.now(UTC),
        figures=inventory.figures,
        sites=pl.DataFrame(sites, schema=SITES, orient="row"),
        factors=_factors(inventory),
        quality=shown,
        mend=quality.mend if quality is not None else (),
        sources=_sources(workspace, inventory),
        fill=None if inventory.computed.fill is None else str(inventory.computed.fill),
    )


def _factors(inventory: Inventory) -> pl.DataFrame:
    """The rows of the factors that the year's figures rest on."""
    rows: list[tuple[Any, ...]] = []
    for one in inventory.computed.attribution.used():
        for row in (*one.parts, *one.conversions):
            said = "; ".join(one.notes) if row in one.parts else row.remark
            year = int(row.source_year) if str(row.source_year).isdigit() else None
            rows.append(
                (
                    row.id,
                    row.name,
                    row.value,
                    row.unit,
                    row.gas,
                    row.gwp_set,
                    row.source,
                    year,
                    row.licence,
                    row.confidence,
                    said,
                )
            )
    return pl.DataFrame(rows, schema=FACTORS, orient="row").unique("id", keep="first", maintain_order=True)


def _sources(workspace: Workspace, inventory: Inventory) -> pl.DataFrame:
    """The files that the year's readings came from, with their hashes."""
    slices = [one for one in inventory.computed.evidence.values() if one["kind"] == "slice"]
    used: dict[int, list[tuple[int, int]]] = {}
    for one in slices:
        for part, batch, count, _ in one["slices"]:
            used.setdefault(batch, []).append((part, count))
    rows: list[tuple[Any, ...]] = []
    for commit in workspace.lake.commits("readings"):
        batch = int(commit.get("wattstone.batch", 0))
        if batch in used:
            parts = [part for part, _ in used[batch]]
            key = ", ".join(json.loads(commit.get("wattstone.files", "{}")).values())
            count = sum(count for _, count in used[batch])
            rows.append((commit["wattstone.source"], key, count, str(min(parts)), str(max(parts)), str(batch)))
    return pl.DataFrame(rows, schema=SOURCES, orient="row").sort("batch")
