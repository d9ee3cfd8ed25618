"""The report on waste, circularity, communities and water of a workspace."""

from wattstone.base import Finding, InputRefused
from wattstone.programme.report import ModuleReport
from wattstone.programme.waste.report import build
from wattstone.rates.gwp import GWP_SETS
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.entries import entries_of_module
from wattstone.workflows.workspace import Workspace

__all__ = ["report"]


def report(workspace: Workspace, asked: Asked) -> ModuleReport:
    """Waste by its routes, circularity, communities, neutrality and water of a year.

    Parameters
    ----------
    workspace : Workspace
    asked : Asked
        With the option `gwp_set` another set of global warming potentials than the organisation's.

    Returns
    -------
    ModuleReport

    Raises
    ------
    InputRefused
        If there is no such set.
    """
    gwp_set = asked.options.get("gwp_set") or workspace.records.organisation().gwp_set
    if gwp_set not in GWP_SETS:
        finding = Finding(
            code="waste.gwp_set", place="gwp_set", found="there is no set of global warming potentials {gwp_set}",
            expected="one of {sets}", remedy="choose one of them",
            params={"gwp_set": gwp_set, "sets": ", ".join(GWP_SETS)},
        )  # fmt: skip
        raise InputRefused([finding])
    entries = entries_of_module(workspace, "waste", at=asked.at)
    return build(entries, asked.year, gwp_set)
