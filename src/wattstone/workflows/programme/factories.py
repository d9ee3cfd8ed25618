"""The report on factories and parks of a workspace."""

from wattstone.programme.factories.report import build
from wattstone.programme.report import ModuleReport
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.entries import entries_of_module
from wattstone.workflows.workspace import Workspace

__all__ = ["report"]


def report(workspace: Workspace, asked: Asked) -> ModuleReport:
    """Registries, own sites' standing and scorecards of a year.

    Parameters
    ----------
    workspace : Workspace
    asked : Asked

    Returns
    -------
    ModuleReport
    """
    entries = entries_of_module(workspace, "factory", at=asked.at)
    return build(entries, asked.year, asked.at)
