"""The report on suppliers and products of a workspace, and the footprints that it gives to others."""

from collections.abc import Sequence
from typing import Any, Final

from wattstone.base import Finding, InputRefused
from wattstone.programme.report import ModuleReport
from wattstone.programme.suppliers.files import exported
from wattstone.programme.suppliers.pact.check import IdentityWanted
from wattstone.programme.suppliers.report import build
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.entries import entries_of, entries_of_module
from wattstone.workflows.workspace import Workspace

__all__ = ["give", "report"]

_OPTION: Final = {"upstream": ("cut", "refuse")}


def report(workspace: Workspace, asked: Asked) -> ModuleReport:
    """Requests, footprints and the supply chain of a year.

    Parameters
    ----------
    workspace : Workspace
    asked : Asked
        With the option `upstream`: `refuse` (the default) or `cut` links into what is cradle to gate.

    Returns
    -------
    ModuleReport

    Raises
    ------
    InputRefused
        For another option or value.
    """
    wrong = [
        Finding(
            code="supplier.option", place=name, found="{told} is not known here",
            expected="upstream=cut or upstream=refuse", remedy="choose one of them", params={"told": value},
        )
        for name, value in asked.options.items() if value not in _OPTION.get(name, ())
    ]  # fmt: skip
    if wrong:
        raise InputRefused(wrong)
    entries = entries_of_module(workspace, "supplier", at=asked.at)
    return build(entries, asked.year, without_upstream=asked.options.get("upstream") == "cut", at=asked.at)


def give(workspace: Workspace, ids: Sequence[str] = (), *, identity: IdentityWanted = "either") -> dict[str, Any]:
    """The document of footprints for customers.

    Parameters
    ----------
    workspace : Workspace
    ids : sequence of str
        Of entries of the kind `product_footprint`; those whose direction is `out` where empty.
    identity : str
        Which sum of parts has to hold.

    Returns
    -------
    dict

    Raises
    ------
    InputRefused
        Where a footprint is not there, or is wrong.
    """
    return exported(entries_of(workspace, "product_footprint"), ids, identity=identity)
