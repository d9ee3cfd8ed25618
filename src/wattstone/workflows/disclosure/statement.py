"""The statement of a standard and a year, made from the workspace as it stands: a draft until it is locked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from wattstone.base import Finding, InputRefused
from wattstone.disclosure.answers import answers, figures_of
from wattstone.disclosure.material import Material, joined
from wattstone.disclosure.standards import Standard, in_force, standard, versions_of
from wattstone.disclosure.standards import standards as every_standard
from wattstone.disclosure.statement import Shown, Statement
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.programme.entries import entries_of
from wattstone.workflows.workspace import Workspace

__all__ = ["SAID", "standard_named", "statement_of"]

SAID: Final = ("narrative", "review", "responsibility", "omission")
"""Kinds of entries that answers are made of; what the others say comes as material."""


def statement_of(workspace: Workspace, standard: str, year: int) -> Statement:
    """The draft of a report.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    standard : str
        `tcfd`, or with its version `ifrs-s2@2025`; without one, the version that binds the year.
    year : int
        Reporting year.

    Returns
    -------
    Statement
        With the findings of its checks.

    Raises
    ------
    InputRefused
        If there is no such standard.
    Forbidden
        If the whole organisation is not open to whoever asks.
    """
    whole = acting(workspace, Act.READ, EVERYWHERE)
    asked = standard_named(standard, year)
    entries = {kind: entries_of(whole, kind) for kind in SAID}
    lookup, material = _material(whole, year)
    given = answers(asked, year, entries, material, lookup)
    draft = Statement(
        organisation=whole.records.organisation().name, year=year, standard=asked, answers=given,
        figures=figures_of(given, material.every, lookup), limits=material.limits, made=datetime.now(UTC),
        simulated=material.simulated,
    )  # fmt: skip
    return replace(draft, findings=material.findings)


def standard_named(name: str, year: int) -> Standard:
    """A standard by its name: the version that is named, else that which binds the year, else the first there is.

    Raises
    ------
    InputRefused
        If there is none.
    """
    bare = name.strip().lower()
    try:
        if "@" in bare:
            return standard(bare)
        return in_force(bare, date(year, 1, 1))
    except KeyError:
        held = () if "@" in bare else versions_of(bare)
    if held:
        return held[0]
    finding = Finding(
        code="disclosure.standard",
        place=f"standard '{name[:100]}'",
        found="there is no requirement list of this name",
        expected="one of {names}",
        remedy="take one of them, with its version behind @ where another than that in force is meant",
        params={"names": ", ".join(one.key for one in every_standard())},
    )
    raise InputRefused([finding])


def _material(whole: Workspace, year: int) -> tuple[Callable[[str, str, str], Shown], Material]:
    """Where figures are looked up, and what the workspace fills into topics."""
    parts: list[Material] = []
    registers = _held("wattstone.workflows.disclosure.registers")
    if registers is not None:
        parts.append(registers.register_material(whole, year))
    figures, sources = _held("wattstone.workflows.disclosure.figures"), _held("wattstone.workflows.disclosure.sources")
    if figures is None:
        return _none, joined(parts)
    held = figures.Figures(whole, year)
    if sources is not None:
        parts.append(sources.metrics_material(whole, year, held))
    return held.shown, joined(parts)


def _none(name: str, period: str, subject: str = "organisation") -> Shown:
    return Shown(id="", name=name, period=period, subject=subject, value=None, unit="", state="missing")


def _held(name: str) -> Any:
    return None if find_spec(name) is None else import_module(name)
