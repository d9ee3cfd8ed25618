"""The report on nature of a workspace."""

from wattstone.base import Finding, InputRefused
from wattstone.programme.nature.report import build
from wattstone.programme.report import ModuleReport
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.entries import entries_of_module
from wattstone.workflows.workspace import Workspace

__all__ = ["report"]


def report(workspace: Workspace, asked: Asked) -> ModuleReport:
    """Areas, carbon, condition and the NbS standard of a year.

    Parameters
    ----------
    workspace : Workspace
    asked : Asked
        With the option `attribution`, `first` or `equal`: who has the land where areas of one status overlap.

    Returns
    -------
    ModuleReport

    Raises
    ------
    InputRefused
        If there is no such attribution, or an entry must not be measured.
    """
    rule = asked.options.get("attribution", "first")
    if rule not in ("first", "equal"):
        finding = Finding(
            code="nature.attribution", place="attribution", found="there is no attribution {rule}",
            expected="first or equal", remedy="choose one of them", params={"rule": rule},
        )  # fmt: skip
        raise InputRefused([finding])
    entries = entries_of_module(workspace, "nature", at=asked.at)
    return build(entries, asked.year, equal=rule == "equal")
