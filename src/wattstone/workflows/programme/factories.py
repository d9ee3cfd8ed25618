"""The report on factories and parks of a workspace."""

from typing import Final

from wattstone.programme.factories.report import build
from wattstone.programme.report import ModuleReport
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.entries import entries_of
from wattstone.workflows.workspace import Workspace

__all__ = ["report"]

_KINDS: Final = ("registry", "factory_status", "score_row", "score_answer")


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
    entries = {kind: entries_of(workspace, kind, at=asked.at) for kind in _KINDS}
    return build(entries, asked.year, asked.at)
