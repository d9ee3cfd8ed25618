"""Entries as a list shows them, and every version of one of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from wattstone.programme.entries import entries_frame, site_field
from wattstone.programme.kinds import RecordKind, record_kind
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.programme.entries import entries_of
from wattstone.workflows.workspace import Workspace

__all__ = ["EntryList", "Standing", "entries_after", "entry_list", "history_of", "plain_entry", "standing_of"]


@dataclass(frozen=True, kw_only=True)
class EntryList:
    """What matches.

    Parameters
    ----------
    rows : polars.DataFrame
        Schema `entry_schema`: the page, by entry.
    count : int
        Of all pages.
    number : int
        Of the page, from 1; the last where there are fewer than were asked for.
    """

    rows: pl.DataFrame
    count: int
    number: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """An entry with its past.

    Parameters
    ----------
    versions : polars.DataFrame
        As `history_of` gives them.
    moved : bool
        Whether it stands at a site since that whoever asks does not see: the last version is then not how it stands.
    """

    versions: pl.DataFrame
    moved: bool


def entry_list(
    workspace: Workspace,
    kind: RecordKind | str,
    *,
    search: str = "",
    site: str = "",
    at: date | None = None,
    page: int = 1,
    size: int = 50,
) -> EntryList:
    """A page of the entries in force, as far as whoever asks may see them.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    kind : RecordKind or str
        Or its id.
    search : str
        Text that one of the fields holds, in any case; empty for all.
    site : str
        Of one site alone; empty for all.
    at : date or None
        As they stood at the end of that day.
    page, size : int
        Which page, from 1, and how many entries it has.

    Returns
    -------
    EntryList
    """
    one = record_kind(kind) if isinstance(kind, str) else kind
    sites = {site} if site and site_field(one) else None
    if at is None and not search.strip():
        return _page(workspace, one, sites, page, size)
    rows = entries_of(workspace, one, at=at)
    if site and (field := site_field(one)):
        rows = rows.filter(pl.col(field) == site)
    if search.strip():
        wanted = search.strip().lower()
        names = ["entry", *(each.name for each in one.fields if each.type not in ("list", "geometry"))]
        texts = (pl.col(name).cast(pl.String).str.to_lowercase() for name in names)
        rows = rows.filter(
            pl.any_horizontal(text.str.contains(wanted, literal=True).fill_null(value=False) for text in texts)
        )
    number = min(max(page, 1), max((rows.height - 1) // size + 1, 1))
    return EntryList(rows=rows.slice((number - 1) * size, size), count=rows.height, number=number)


def _page(workspace: Workspace, kind: RecordKind, sites: set[str] | None, page: int, size: int) -> EntryList:
    """A page that the database cuts: no other entry is read."""
    _may_read(workspace, kind)
    count = workspace.records.programme_count(kind.id, sites=sites)
    number = min(max(page, 1), max((count - 1) // size + 1, 1))
    held = workspace.records.programme_page(kind.id, sites=sites, skip=(number - 1) * size, most=size)
    return EntryList(rows=entries_frame(kind, held), count=count, number=number)


def entries_after(
    workspace: Workspace, kind: RecordKind | str, *, site: str = "", after: str = "", most: int = 100
) -> EntryList:
    """Entries in force behind one of them, in the order of the database; `number` is 1.

    Parameters
    ----------
    workspace, kind, site
        As for `entry_list`.
    after : str
        Entry behind which they begin; empty for the first.
    most : int
        How many.
    """
    one = record_kind(kind) if isinstance(kind, str) else kind
    _may_read(workspace, one)
    sites = {site} if site and site_field(one) else None
    held = workspace.records.programme_page(one.id, sites=sites, after=after, most=most)
    count = workspace.records.programme_count(one.id, sites=sites)
    return EntryList(rows=entries_frame(one, held), count=count, number=1)


def _may_read(workspace: Workspace, kind: RecordKind) -> None:
    acting(workspace, Act.READ, *(() if site_field(kind) else (EVERYWHERE,)))


def standing_of(workspace: Workspace, kind: RecordKind | str, entry: str) -> Standing:
    """The versions of an entry, and whether the last of them is how it stands; as `history_of`."""
    one = record_kind(kind) if isinstance(kind, str) else kind
    versions = history_of(workspace, one, entry)
    now = workspace.records.programme_entries(one.id, entries=[entry])
    return Standing(versions=versions, moved=versions.height > 0 and now.is_empty())


def history_of(workspace: Workspace, kind: RecordKind | str, entry: str) -> pl.DataFrame:
    """All versions of an entry, the first first: who entered what, when and why.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    kind : RecordKind or str
        Or its id.
    entry : str
        Which.

    Returns
    -------
    polars.DataFrame
        Schema `entry_schema`, and `version`, `withdrawn`, `reason`, `replaces`; empty where there is none, or it is of
        a site that one does not see.
    """
    one = record_kind(kind) if isinstance(kind, str) else kind
    _may_read(workspace, one)
    held = workspace.records.programme_history(one.id, entry)
    beside = held.select("version", "withdrawn", "reason", "replaces")
    return entries_frame(one, held).hstack(beside)


def plain_entry(row: dict[str, Any]) -> dict[str, Any]:
    """An entry for machines: days and moments as ISO 8601."""
    return {name: value.isoformat() if isinstance(value, date | datetime) else value for name, value in row.items()}
