"""How contracts were used in a year, as its inventory recorded it; nothing is computed."""

import json
from dataclasses import dataclass
from typing import Any

import polars as pl

from wattstone.inventory.covered import ANNUAL
from wattstone.workflows.access import Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.inventory.record import EVIDENCE, organisation_figures
from wattstone.workflows.workspace import Workspace

__all__ = ["GRIDS", "USES", "Recorded", "allocation_of"]

GRIDS: dict[str, pl.DataType] = {
    "carrier": pl.String(),  # electricity, heat, steam, cooling
    "grid": pl.String(),  # region or country of the sites; empty where neither is known
    "sites": pl.Int64(),
    "energy": pl.Float64(),  # kWh of the organisation's share
    "served": pl.Float64(),  # kWh of it that instruments serve
    "mixed": pl.Float64(),  # kWh of it by the residual mix
    "averaged": pl.Float64(),  # kWh of it by the location-based factor
    "value": pl.Float64(),  # kg, market-based; null where it is not known
    "location": pl.Float64(),  # kg, location-based; null where it is not known
}

USES: dict[str, pl.DataType] = {
    "instrument": pl.String(),
    "site_id": pl.String(),
    "carrier": pl.String(),
    "energy": pl.Float64(),  # kWh that it served, also for others who own a part of the site
    "owned": pl.Float64(),  # kWh of the organisation's share
    "value": pl.Float64(),  # kg of that
}


@dataclass(frozen=True)
class Recorded:
    """What the inventory of a year says of contracts.

    Parameters
    ----------
    id : str
        Of the evidence that holds it.
    year : int
        Of the inventory.
    grids, uses : polars.DataFrame
        Schemas `GRIDS` and `USES`.
    refused : dict of str to str
        By id of an instrument that carried no claim: why.
    """

    id: str
    year: int
    grids: pl.DataFrame
    uses: pl.DataFrame
    refused: dict[str, str]


def allocation_of(workspace: Workspace, year: int) -> Recorded | None:
    """What serves what in a year.

    Parameters
    ----------
    workspace : Workspace
        Where.
    year : int
        Of the inventory.

    Returns
    -------
    Recorded or None
        None where the inventory was taken without contracts, or not at all, or whoever asks does not see all sites.
    """
    acting(workspace, Act.READ)
    held = organisation_figures(workspace.lake, year).filter(pl.col("name") == ANNUAL)
    keys = [one for one in held["inputs"].explode(empty_as_null=False).drop_nulls() if one.startswith("allocation:")]
    scan = workspace.lake.scan(EVIDENCE, parts=[year]) if keys else None
    if scan is None:
        return None
    rows = scan.filter(pl.col("id") == keys[-1]).select("content").collect()
    if rows.is_empty():
        return None
    content: dict[str, Any] = json.loads(rows["content"][-1])
    return Recorded(
        id=keys[-1],
        year=year,
        grids=pl.DataFrame(content["grids"], schema=GRIDS),
        uses=pl.DataFrame(content["uses"], schema=USES),
        refused={str(one["instrument"]): str(one["why"]) for one in content["refused"]},
    )
