"""Entries of the programme: read as they stand, entered one by one, corrected and withdrawn without overwriting."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

import polars as pl

from wattstone.base import Finding
from wattstone.programme.entries import combined, entries_frame, inputs_of, site_field
from wattstone.programme.kinds import Module, RecordKind, kinds_of, record_kind
from wattstone.readings.sheets import Sheet
from wattstone.readings.tabular.csv import ROW
from wattstone.readings.tabular.numbers import is_number
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.programme.changing import Changed, Said, change
from wattstone.workflows.programme.leaving import leave
from wattstone.workflows.workspace import Workspace

__all__ = ["add_entry", "combined", "correct", "entries_of", "entries_of_module", "inputs_of", "sheet_of", "withdraw"]

ENTRY: Final = "entry"
_MEASURED: Final = re.compile(r"([-+]?[\d.,' ]*\d(?:[eE][-+]?\d+)?)\s*([^\d\s%.,'][^%]*)")


def entries_of(workspace: Workspace, kind: RecordKind | str, *, at: date | None = None) -> pl.DataFrame:
    """The entries of a kind that are in force.

    Parameters
    ----------
    workspace : Workspace
        Whose. Of a guarded one: entries at the sites that whoever looks may see; those of the whole organisation for
        whom all of it is open.
    kind : RecordKind or str
        Or its id.
    at : date or None
        As they stood at the end of that day (UTC); as they stand now where None.

    Returns
    -------
    polars.DataFrame
        Schema `entry_schema(kind)`, by entry.

    Raises
    ------
    Forbidden
        If entries of the kind are the organisation's, and only some sites are open to whoever looks.
    """
    one = record_kind(kind) if isinstance(kind, str) else kind
    acting(workspace, Act.READ, *(() if site_field(one) else (EVERYWHERE,)))
    before = None if at is None else datetime.combine(at, datetime.min.time()) + timedelta(days=1)
    held = workspace.records.programme_entries(one.id, at=before)
    return entries_frame(one, held.filter(~pl.col("withdrawn")))


def entries_of_module(workspace: Workspace, module: Module, *, at: date | None = None) -> dict[str, pl.DataFrame]:
    """The entries of every kind of a module that are in force, by kind; `workspace` and `at` as for `entries_of`."""
    return {one.id: entries_of(workspace, one, at=at) for one in kinds_of(module)}


def add_entry(
    workspace: Workspace,
    kind: RecordKind | str,
    said: Mapping[str, str],
    *,
    who: str = "user",
    labels: Mapping[str, str] | None = None,
) -> Changed:
    """Enter one entry; one that is there already and says something else is corrected by `correct` alone.

    Parameters
    ----------
    workspace : Workspace
        Where.
    kind : RecordKind or str
        Or its id.
    said : mapping of str to str
        Fields as texts, as a table would have them; a number may have its unit behind it.
    who : str
        Who enters it.
    labels : mapping of str to str or None
        Labels in another language by the English ones.

    Returns
    -------
    Changed

    Raises
    ------
    InputRefused
        With every finding; nothing is changed then.
    """
    one = record_kind(kind) if isinstance(kind, str) else kind
    sheet, found = sheet_of(one, said)
    told = Said((sheet,), source="", what="add entry", findings=tuple(found), again=True)
    return change(workspace, one, told, who=who, labels=labels)


def correct(
    workspace: Workspace,
    kind: RecordKind | str,
    entry: str,
    said: Mapping[str, str],
    *,
    reason: str = "",
    who: str = "user",
    labels: Mapping[str, str] | None = None,
    was: str = "",
) -> Changed:
    """Correct fields of an entry; what was said before stays in the records.

    Parameters
    ----------
    workspace, kind, who, labels
        As for `add_entry`.
    entry : str
        Which; in force.
    said : mapping of str to str
        Fields that change; an empty text takes back what was said. Those of the key cannot change.
    reason : str
        Why.
    was : str
        Hash of the version that was read; empty for whichever is the newest.

    Returns
    -------
    Changed

    Raises
    ------
    InputRefused
        With every finding; nothing is changed then.
    Overtaken
        If it says something else now than the version that was read.
    """
    one = record_kind(kind) if isinstance(kind, str) else kind
    sheet, found = sheet_of(one, said)
    told = Said(
        (sheet,), source="", what="correct entry", findings=tuple(found), entry=entry, reason=reason.strip(), was=was
    )  # fmt: skip
    return change(workspace, one, told, who=who, labels=labels)


def withdraw(
    workspace: Workspace, kind: RecordKind | str, entry: str, *, reason: str, who: str = "user", was: str = ""
) -> tuple[Finding, ...]:
    """Take an entry out of force; the records keep it.

    Parameters
    ----------
    workspace, kind, who
        As for `add_entry`.
    entry : str
        Which.
    reason : str
        Why; an auditor reads it.
    was : str
        Hash of the version that was read; empty for whichever is the newest.

    Returns
    -------
    tuple of Finding
        Warnings.

    Raises
    ------
    InputRefused
        If there is none in force, no reason is given, or others name it; nothing is changed then.
    """
    one = record_kind(kind) if isinstance(kind, str) else kind
    return leave(workspace, one, entry, reason=reason, who=who, was=was)


def sheet_of(kind: RecordKind, said: Mapping[str, str]) -> tuple[Sheet, list[Finding]]:
    """One entry as a table with one row, and a finding for each field that the kind does not have."""
    names = {one.name: one for one in kind.fields}
    found = [_no_field(kind, name) for name in said if name not in names]
    cells: dict[str, str | None] = {}
    units: dict[str, str] = {}
    for name, text in said.items():
        if name in names:
            measured = names[name].type == "number" and not is_number(text)  # the e of 2e-05 is no unit
            number = _MEASURED.fullmatch(text.strip()) if measured else None
            if number is not None:
                units[name] = number[2].strip()
            cells[name] = (text.strip() if number is None else number[1].strip()) or None
    schema = {ROW: pl.Int64, **dict.fromkeys(cells, pl.String)}
    rows = pl.DataFrame({ROW: [1], **{name: [text] for name, text in cells.items()}}, schema=schema)
    return Sheet(ENTRY, rows, {name: name for name in cells}, units), found


def _no_field(kind: RecordKind, name: str) -> Finding:
    return Finding(
        code="entry.field_unknown",
        place=ENTRY,
        found="there is no field '{name}'",
        expected="one of {names}",
        remedy="correct the name",
        params={"name": name[:100], "names": ", ".join(one.name for one in kind.fields), "field": name},
    )
