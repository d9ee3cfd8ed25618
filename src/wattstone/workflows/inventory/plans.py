"""The plan of a year, from the records."""

import json
import tomllib
from collections.abc import Sequence
from typing import Any

from wattstone.inventory.plan import Plan, make_plan
from wattstone.rates.tariffs import Tariff
from wattstone.workflows.stores import Records
from wattstone.workflows.workspace import Workspace


def plan_of(workspace: Workspace, year: int, *, regions: Sequence[str] = ()) -> Plan:
    """Lay out a year's inventory with what the records say.

    Parameters
    ----------
    workspace : Workspace
        Organisation, sites, meters, tariffs.
    year : int
        Calendar year.
    regions : sequence of str
        Grids with hourly intensities.
    """
    records = workspace.records
    return make_plan(
        records.organisation(),
        records.sites(),
        records.meters(),
        records.meter_keys(),
        year=year,
        regions=regions,
        tariffs=tariffs_of(records),
    )


def tariffs_of(records: Records) -> tuple[Tariff, ...]:
    """The tariffs of the workspace, by id."""
    return tuple(Tariff.model_validate(tomllib.loads(text)) for _, text in sorted(records.tariffs().items()))


def tariff_content(records: Records) -> dict[str, dict[str, Any]]:
    """The tariffs as evidence."""
    tables = [tomllib.loads(text) for text in records.tariffs().values()]
    return {
        f"tariff:{table['id']}": {
            **json.loads(json.dumps(table, default=str)),
            "measures": table["kind"],
            "kind": "tariff",
        }
        for table in tables
    }
