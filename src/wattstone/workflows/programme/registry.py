"""What each module brings, found by the name of its package: checks across entries, files that it reads, a report."""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.programme.kinds import MODULES, PROGRAMME, Module, RecordKind, kinds_of, record_kind
from wattstone.programme.report import ModuleReport
from wattstone.readings.sheets import Sheet
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.workspace import Workspace

__all__ = ["Checks", "Files", "Reports", "checks_of", "each_of", "files_of", "known_kind", "reports_of"]

Checks = Callable[[Mapping[str, pl.DataFrame]], list[Finding]]
"""From the entries of every kind of a module, by kind, to what is wrong across them."""
Files = Callable[[RecordKind, Path], tuple[Sheet, ...] | None]
"""From a kind and a file to the tables in it, cells as text; None where it is an ordinary table."""
Reports = Callable[[Workspace, Asked], ModuleReport]

_CHECKS: Final = "{package}.checks"
_FILES: Final = "{package}.files"
_REPORTS: Final[Mapping[Module, str]] = {
    **{one: MODULES[one].replace("wattstone.", "wattstone.workflows.", 1) for one in PROGRAMME},
    "disclose": "wattstone.workflows.disclosure.report",
}


def checks_of(module: Module, kind: str | None = None) -> Checks | None:
    """The checks of a module, or those of them that entries of a kind can break; None where it has none.

    A module says by `NARROW`, checks by kind, of which kinds a change is looked at by some of its checks alone.
    """
    name = _CHECKS.format(package=MODULES[module])
    if _absent(name):
        return None
    held = import_module(name)
    narrow: Mapping[str | None, Checks] = getattr(held, "NARROW", {})
    return narrow.get(kind, held.wrong)


def each_of(module: Module, kind: str) -> Checks | None:
    """Checks of a kind that look at each entry by itself, for which a module has them apart; None where it has none.

    A module says them by `OF_EACH`, checks by kind: in a change only the entries that change are given to them.
    """
    name = _CHECKS.format(package=MODULES[module])
    if _absent(name):
        return None
    apart: Mapping[str, Checks] = getattr(import_module(name), "OF_EACH", {})
    return apart.get(kind)


def files_of(module: Module) -> Files | None:
    """How a module reads files that are no ordinary tables; None where it reads none."""
    name = _FILES.format(package=MODULES[module])
    return None if _absent(name) else import_module(name).sheets


def reports_of(module: Module) -> Reports:
    """The report of a module.

    Raises
    ------
    InputRefused
        If it has none.
    """
    name = _REPORTS[module]
    if _absent(name):
        finding = Finding(
            code="programme.no_report",
            place=f"module '{module}'",
            found="it has no report",
            expected="one of the modules that have one",
            remedy="ask for another module",
        )
        raise InputRefused([finding])
    return import_module(name).report


def known_kind(module: Module, kind: str) -> RecordKind:
    """A kind of a module by its id.

    Raises
    ------
    InputRefused
        If the module has no such kind.
    """
    names = [one.id for one in kinds_of(module)]
    if kind in names:
        return record_kind(kind)
    finding = Finding(
        code="entry.kind",
        place=f"kind '{kind[:100]}'",
        found="the module {module} keeps no such entries",
        expected="one of {kinds}",
        remedy="correct the name of the kind",
        params={"module": module, "kinds": ", ".join(names)},
    )
    raise InputRefused([finding])


def _absent(name: str) -> bool:
    try:
        return find_spec(name) is None
    except ModuleNotFoundError:  # not even the package
        return True
