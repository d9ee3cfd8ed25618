"""The report on green revenue and indicators of a workspace."""

from typing import Final

from wattstone.programme.indicators.report import build
from wattstone.programme.report import ModuleReport
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.entries import entries_of_module
from wattstone.workflows.workspace import Workspace

__all__ = ["report"]

_MODULE: Final = "indicator"


def report(workspace: Workspace, asked: Asked) -> ModuleReport:
    """Green revenue, commitments, safety, people and indicators of a year.

    Parameters
    ----------
    workspace : Workspace
    asked : Asked

    Returns
    -------
    ModuleReport
    """
    entries = entries_of_module(workspace, _MODULE, at=asked.at)
    return build(entries, asked.year, asked.at)
