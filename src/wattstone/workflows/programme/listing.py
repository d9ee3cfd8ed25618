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

__all__ = ["EntryList", "entry_list", "history_of", "plain_entry"]


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
    acting(workspace, Act.READ, *(() if site_field(one) else (EVERYWHERE,)))
    held = workspace.records.programme_history(one.id, entry)
    beside = held.select("version", "withdrawn", "reason", "replaces")
    return entries_frame(one, held).hstack(beside)


def plain_entry(row: dict[str, Any]) -> dict[str, Any]:
    """An entry for machines: days and moments as ISO 8601."""
    return {name: value.isoformat() if isinstance(value, date | datetime) else value for name, value in row.items()}
