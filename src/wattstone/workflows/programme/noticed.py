"""What whoever changes entries is told of what is wrong with them and with the others, and what they are not told."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Final

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.programme.cells import PLACE, text_of
from wattstone.programme.entries import entries_frame, site_field
from wattstone.programme.kinds import RecordKind, record_kind
from wattstone.programme.telling import among, places
from wattstone.readings.problems import listed
from wattstone.readings.tabular.csv import ROW
from wattstone.workflows.programme.beside import sees
from wattstone.workflows.workspace import Workspace

__all__ = ["Overtaken", "no_reason", "noticed", "overtaken", "taken_elsewhere", "there_already"]

_FEW: Final = 5


class Overtaken(InputRefused):
    """An entry that somebody else corrected since it was read; nothing is changed."""

    status = 409


def noticed(
    workspace: Workspace,
    found: Iterable[Finding],
    before: Callable[[], Iterable[Finding]],
    after: Mapping[str, pl.DataFrame],
    own: Iterable[str],
) -> list[Finding]:
    """Errors, and warnings that concern what is changed: those of other entries stand in the report of the module.

    Of entries that whoever acts may not see they are told no more than that there are such. A warning of no entry at
    all, as of a year, is told to whom the whole organisation is open, where the change brought it.

    Parameters
    ----------
    workspace : Workspace
        Of whoever changes them.
    found : iterable of Finding
        Of the entries as they will stand.
    before : callable
        Gives those of the entries as they stood; asked where that decides.
    after : mapping of str to DataFrame
        The module's entries as they will stand, by kind.
    own : iterable of str
        Places of the entries that are changed, as `area 'meadow-1'`.

    Returns
    -------
    list of Finding
    """
    found = list(found)
    if not found:
        return []
    changed, whole = set(own), workspace.actor.scope.whole
    kinds = {place.partition(" '")[0] for one in found for place in places(one)}
    site_of = {_place(kind, entry): site for kind, entry, site in _sites(after, kinds)}
    known = cache(lambda: {(one.code, place) for one in before() for place in places(one)})
    told: list[Finding] = []
    for one in found:
        if one.severity == "error":
            told += _errors(workspace, one, changed, site_of)
            continue

        def kept(place: str, code: str = one.code) -> bool:
            return place in changed or (whole and place not in site_of and (code, place) not in known())

        told += among(one, kept)
    return told


def _errors(
    workspace: Workspace, one: Finding, own: set[str], site_of: Mapping[str, str | None]
) -> list[Finding]:  # fmt: skip
    """An error as far as it is of entries that may be seen, and of the rest that there is one."""
    if workspace.actor.scope.whole:
        return [one]
    shown = among(one, lambda place: place in own or (place in site_of and sees(workspace, site_of[place])))
    return shown or [_unseen(one)]


def _unseen(one: Finding) -> Finding:
    return Finding(
        code=one.code,
        place="entry",
        found="it does not fit with an entry that you may not see",
        expected="entries that fit with each other",
        remedy="ask whoever sees the whole organisation",
    )


def _sites(after: Mapping[str, pl.DataFrame], kinds: set[str]) -> Iterable[tuple[str, str, str | None]]:
    """Kind, entry and site of each entry of these kinds."""
    for kind in kinds & set(after):
        held = after[kind]
        at = site_field(record_kind(kind)) is not None
        sites: Iterable[str | None] = held["site"] if at else [None] * held.height
        yield from ((kind, entry, site) for entry, site in zip(held["entry"], sites, strict=True))


def _place(kind: str, entry: str) -> str:
    return f"{kind} '{entry}'"


def taken_elsewhere(kind: RecordKind, entry: str) -> Finding:
    """The finding on an entry that is there, where whoever acts may not see it."""
    return Finding(
        code="entry.elsewhere",
        place=_place(kind.id, entry),
        found="there is one already that you may not see",
        expected="an entry that is not there, or that you may see",
        remedy="give it another id or key, or ask whoever sees the whole organisation",
    )


def no_reason(kind: RecordKind, entry: str) -> Finding:
    """The finding on a change of an entry that nobody says why is made."""
    return Finding(
        code="entry.no_reason",
        place=_place(kind.id, entry),
        found="no reason is given",
        expected="a sentence that an auditor can judge",
        remedy="say why it is changed",
        params={"field": "reason"},
    )


def there_already(kind: RecordKind, rows: pl.DataFrame, before: pl.DataFrame) -> Finding:
    """The finding on rows that say something else of entries that are there.

    Parameters
    ----------
    kind : RecordKind
        Of the entries.
    rows : polars.DataFrame
        The rows, with `ROW` and `PLACE`; at least one.
    before : polars.DataFrame
        The versions in force; schema `VERSIONS`.
    """
    names = [one.name for one in kind.fields]
    entry = rows["entry"][0]
    held = before.filter(pl.col("entry") == entry)
    old, new = _texts(entries_frame(kind, held), names), _texts(rows.head(1), names)
    moved = [name for name in names if old[name] != new[name]]
    return Finding(
        code="entry.there",
        place=str(rows[PLACE][0]),
        found="{count:row|rows} {rows}: {ids}: there already and something else, the first by {who}: {was}; now {now}",
        expected="entries that are not there, or say the same",
        remedy="give what is another thing an id or key of its own; what is to be corrected, correct, "
        "or take the table in as a correction",
        params={
            "rows": listed(rows[ROW].head(_FEW).to_list(), rows.height), "row": rows[ROW][0],
            "ids": listed(rows["entry"].head(_FEW).to_list(), rows.height), "who": held["entered_by"][0],
            "was": _said(old, moved), "now": _said(new, moved),
        },
        count=rows.height,
        first=f"row {rows[ROW][0]}",
    )  # fmt: skip


def overtaken(workspace: Workspace, kind: RecordKind, now: pl.DataFrame, was: str) -> Finding:
    """The finding on an entry that says something else than it did when it was read: both are shown.

    Parameters
    ----------
    workspace : Workspace
        Whole.
    kind : RecordKind
        Its kind.
    now : polars.DataFrame
        Its newest version; schema `VERSIONS`.
    was : str
        Hash of the version that was read.
    """
    names = [one.name for one in kind.fields]
    read = workspace.records.programme_versions([was]).filter(kind=kind.id, entry=now["entry"][0])
    old, new = (_texts(entries_frame(kind, one.tail(1)), names) for one in (read, now))
    moved = [name for name in names if not old or old[name] != new[name]]
    return Finding(
        code="entry.overtaken",
        place=_place(kind.id, now["entry"][0]),
        found="{who} changed it since you read it: {now}; when you read it: {was}",
        expected="the newest version",
        remedy="look at what it says now, and change that",
        params={
            "who": now["entered_by"][0],
            "now": _said(new, moved),
            "was": _said(old, moved),
            "hash": now["hash"][0],
        },
    )


def _texts(entries: pl.DataFrame, names: Sequence[str]) -> dict[str, str]:
    return {name: text_of(entries[name].to_list()[0]) for name in names} if entries.height else {}


def _said(fields: Mapping[str, str], names: Sequence[str]) -> str:
    told = (f"{name} = {fields[name][:60] or '-'}" for name in names if name in fields)
    return ", ".join(told) or "-"
