"""The statement of a standard and a year, made from the workspace as it stands: a draft until it is locked."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from wattstone.base import Finding, InputRefused
from wattstone.disclosure.answers import answers, figures_of
from wattstone.disclosure.checking import checked
from wattstone.disclosure.material import joined
from wattstone.disclosure.standards import Standard, in_force, standard, versions_of
from wattstone.disclosure.standards import standards as every_standard
from wattstone.disclosure.statement import Statement
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.disclosure.figures import Figures
from wattstone.workflows.disclosure.names import all_names, with_names
from wattstone.workflows.disclosure.registers import register_material
from wattstone.workflows.disclosure.sources import metrics_material
from wattstone.workflows.programme.entries import entries_of
from wattstone.workflows.workspace import Workspace

__all__ = ["SAID", "standard_named", "statement_of"]

SAID: Final = ("narrative", "review", "responsibility", "omission")
"""Kinds of entries that answers are made of; what the others say comes as material."""
CLAIMED: Final = ("neutrality_claim", "carbon_credit", "target")
"""Kinds of the programme that claims in texts are held against."""


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
    figures = Figures(whole, year)
    material = joined([metrics_material(whole, year, figures), register_material(whole, year, figures)])
    organisation = whole.records.organisation().name
    given, names = with_names(
        answers(asked, year, entries, material, figures.shown), all_names(whole, year), organisation
    )
    draft = Statement(
        organisation=organisation, year=year, standard=asked, answers=given,
        figures=figures_of(given, material.every, figures.shown), limits=material.limits, made=datetime.now(UTC),
        simulated=material.simulated, names=names,
    )  # fmt: skip
    programme = {kind: entries_of(whole, kind) for kind in CLAIMED}
    return replace(draft, findings=(*checked(draft, figures.known, programme), *material.findings))


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
