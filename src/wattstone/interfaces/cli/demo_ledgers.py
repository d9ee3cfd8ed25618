"""What the demo's property manager did beside its meters: written as files, and taken in by the ordinary ways."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wattstone.simulation import Plan
    from wattstone.workflows.workspace import Workspace

__all__ = ["take_ledgers_in", "take_years_before"]

_WHO = "demo"


def take_ledgers_in(workspace: "Workspace", plan: "Plan", dataset: Path, folder: Path) -> None:
    """Write activities, own factors and contracts of a simulated portfolio, and put them into its workspace.

    Parameters
    ----------
    workspace : Workspace
        With the sites of the plan; years whose activities and decisions it has already are passed over.
    plan : Plan
    dataset : Path
        The portfolio's readings.
    folder : Path
        Where the files go.
    """
    from wattstone.simulation.activities import decisions
    from wattstone.simulation.ledgers import write_ledgers
    from wattstone.workflows.activities import lines_of, load_activities
    from wattstone.workflows.instruments.importing import import_instruments
    from wattstone.workflows.own_factors import keep_factors
    from wattstone.workflows.scope3 import decide

    ledgers = write_ledgers(plan, dataset, folder)
    keep_factors(workspace, ledgers.factors, who=_WHO)
    import_instruments(workspace, ledgers.contracts, who=_WHO)
    decided = {one.year for one in workspace.records.scope3_decisions()}
    for year, file in zip(plan.calendar_years, ledgers.activities, strict=True):
        if lines_of(workspace, year).is_empty():
            load_activities(workspace, [file], who=_WHO)
        if year not in decided:
            decide(workspace, year, decisions(), who=_WHO)


def take_years_before(workspace: "Workspace", plan: "Plan") -> None:
    """Take the inventories of the years before the plan's last: targets are held against the first of them.

    Parameters
    ----------
    workspace : Workspace
        With readings and ledgers of the plan; years that have an inventory already are passed over.
    plan : Plan
    """
    from wattstone.workflows.inventory import take_inventory
    from wattstone.workflows.inventory.record import FIGURES

    there = workspace.lake.parts(FIGURES)
    for year in plan.calendar_years:
        if year < plan.year and year not in there:
            take_inventory(workspace, year)
