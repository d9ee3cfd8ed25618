"""A report begun: who answers which topic, and what last year's report said, to be read and approved anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.disclosure.answers import for_standard
from wattstone.disclosure.narratives.shifting import shifted
from wattstone.disclosure.standards import Standard
from wattstone.programme.kinds import record_kind
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.disclosure.narratives import entry_of
from wattstone.workflows.disclosure.statement import standard_named
from wattstone.workflows.programme.beside import actor_name
from wattstone.workflows.programme.entries import entries_of
from wattstone.workflows.programme.loading import load_entries
from wattstone.workflows.workspace import Workspace

__all__ = ["Started", "start"]

_SOURCE: Final = "disclose init"


@dataclass(frozen=True, kw_only=True)
class Started:
    """What `start` entered.

    Parameters
    ----------
    standard : Standard
        The version that is followed.
    year : int
        Reporting year.
    responsibilities, narratives, omissions : tuple of str
        New entries.
    kept : tuple of str
        Entries that were there already, and stay as they are.
    due : tuple of str
        Omissions of the year before that were to be answered by now: they are not taken over.
    """

    standard: Standard
    year: int
    responsibilities: tuple[str, ...]
    narratives: tuple[str, ...]
    omissions: tuple[str, ...]
    kept: tuple[str, ...]
    due: tuple[str, ...]


def start(
    workspace: Workspace, standard: str, year: int, *, before: int | None = None, who: str = "user", owner: str = ""
) -> Started:  # fmt: skip
    """Begin a report: each topic gets somebody who answers it, and what another year's report said is taken over.

    Nothing that is there is overwritten, so that it can be asked twice. Texts that are taken over name the figures of
    the new year and are approved by nobody.

    Parameters
    ----------
    workspace : Workspace
        Where.
    standard : str
        `tcfd`, or with its version.
    year : int
        Reporting year.
    before : int or None
        The year of which texts and omissions are taken over; none where None.
    who : str
        Who begins.
    owner : str
        Who answers topics that nobody answers yet; who begins where it is empty.

    Returns
    -------
    Started

    Raises
    ------
    InputRefused
        If there is no such standard, or `before` is not an earlier year; nothing is entered then.
    """
    whole = acting(workspace, Act.DECLARE, EVERYWHERE)
    followed = standard_named(standard, year)
    if before is not None and before >= year:
        raise InputRefused([_not_before(before, year)])
    due: list[str] = []
    wanted = [*_responsibilities(followed, owner.strip() or actor_name(workspace, who))]
    if before is not None:
        base = whole.records.organisation().base_year
        wanted += _texts(whole, followed, before, year, frozenset() if base is None else frozenset({base}))
        wanted += _omissions(whole, followed, before, year, due)
    there = {kind: _there(whole, kind) for kind in ("responsibility", "narrative", "omission")}
    new: dict[str, list[str]] = {kind: [] for kind in there}
    fresh: list[tuple[str, dict[str, Any]]] = []
    kept: list[str] = []
    for kind, said in wanted:
        entry = entry_of(kind, *(said.get(name) or "" for name in record_kind(kind).key))
        if entry in there[kind]:
            kept.append(entry)
        else:
            new[kind].append(entry)
            fresh.append((kind, said))
    load_entries(workspace, fresh, who=who, source=_SOURCE)
    return Started(
        standard=followed, year=year, responsibilities=tuple(new["responsibility"]), narratives=tuple(new["narrative"]),
        omissions=tuple(new["omission"]), kept=tuple(kept), due=tuple(due),
    )  # fmt: skip


def _there(whole: Workspace, kind: str) -> set[str]:
    """Every entry of a kind; one that was withdrawn was meant to go, and does not come back."""
    return set(whole.records.programme_entries(kind)["entry"])


def _responsibilities(standard: Standard, owner: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from (("responsibility", {"topic": one.id, "owner": owner}) for one in standard.topics())


def _texts(
    whole: Workspace, standard: Standard, before: int, year: int, fixed: frozenset[int]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in _of(whole, "narrative", standard, before):
        text = shifted(row["text"], year - before, fixed=fixed)
        yield "narrative", {**_said(row, "topic", "lang", "standard"), "year": year, "text": text}


def _omissions(
    whole: Workspace, standard: Standard, before: int, year: int, due: list[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    names = ("topic", "standard", "ground", "reason_en", "reason_zh", "paragraph", "until")
    for row in _of(whole, "omission", standard, before):
        if row["until"] is not None and row["until"].year <= year:
            due.append(row["entry"])
        else:
            yield "omission", {**_said(row, *names), "year": year}


def _of(whole: Workspace, kind: str, standard: Standard, year: int) -> Iterator[dict[str, Any]]:
    """Entries of a year that the standard is answered by; those for it alone beside those for all."""
    by = [name for name in record_kind(kind).key if name != "year"]
    rows = for_standard(entries_of(whole, kind).sort("entry"), standard, year, *by)
    yield from rows.filter(pl.col("topic").is_in([one.id for one in standard.topics()])).iter_rows(named=True)


def _said(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names if row[name] is not None}


def _not_before(before: int, year: int) -> Finding:
    return Finding(
        code="disclosure.before",
        place=f"year {before}",
        found="it is not before {year}",
        expected="the year of an earlier report",
        remedy="name the year whose texts are taken over, or none",
        params={"year": year},
    )
