"""Lines entered without a file: one by one, or several at once, all of them or none."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.readings.activities.columns import COLUMNS
from wattstone.readings.activities.given import Given, GivenSheet
from wattstone.readings.activities.parse import parse_lines
from wattstone.readings.tabular.csv import ROW
from wattstone.workflows.activities.beside import check_beside
from wattstone.workflows.activities.context import at_sites, known_of
from wattstone.workflows.activities.load import stamped
from wattstone.workflows.activities.table import append_lines, recover
from wattstone.workflows.workspace import Workspace

__all__ = ["add_activities", "add_activity", "given_of"]

_ENTRY: Final = "entry"


def add_activity(
    workspace: Workspace, said: Mapping[str, str], *, who: str = "user", labels: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Enter one line.

    Parameters
    ----------
    workspace : Workspace
        Where.
    said : mapping of str to str
        Fields of `readings.activities.columns` as texts, as a file would have them.
    who : str
        Who enters it.
    labels : mapping of str to str or None
        Names of kinds in another language, and their ids.

    Returns
    -------
    dict
        The line, as the lake keeps it.
    tuple of Finding
        Warnings.

    Raises
    ------
    InputRefused
        With every finding; nothing is changed then.
    """
    (line,), found = add_activities(workspace, [said], who=who, labels=labels)
    return line, found


def add_activities(
    workspace: Workspace,
    said: Sequence[Mapping[str, str]],
    *,
    who: str = "user",
    labels: Mapping[str, str] | None = None,
) -> tuple[list[dict[str, Any]], tuple[Finding, ...]]:
    """Enter several lines: all of them, or none.

    Parameters
    ----------
    workspace : Workspace
        Where.
    said : sequence of mapping of str to str
        One or more lines, as `add_activity` takes one.
    who, labels : str, mapping or None
        As for `add_activity`.

    Returns
    -------
    list of dict
        The lines, as the lake keeps them, in the order given.
    tuple of Finding
        Warnings.

    Raises
    ------
    InputRefused
        With every finding, which names lines by `row`, from 1; nothing is changed then.
    """
    given, unknown = given_of(said)
    frame, found = parse_lines(given, known_of(workspace, labels))
    whole = at_sites(workspace, frame["site_id"].drop_nulls())
    with whole.lock():
        recover(whole)
        found = (*unknown, *found, *check_beside(whole.lake, frame))
        if any(one.severity == "error" for one in found):
            raise InputRefused(found)
        key = uuid.uuid4().hex
        lines = stamped(frame, who=who, name=f"e{key[:11]}")
        details = {"line": ", ".join(lines["line_id"].head(20)), "lines": str(lines.height)}
        append_lines(whole, lines, key=f"activity:{key}", what="add activity", who=who, details=details)
    return lines.to_dicts(), found


def given_of(said: Sequence[Mapping[str, str]]) -> tuple[Given, list[Finding]]:
    """What is said of lines as a table with a row each, and a finding for each field that there is not.

    Parameters
    ----------
    said : sequence of mapping of str to str
        Fields as texts; an empty text says nothing.
    """
    told = [{name: text.strip() for name, text in one.items() if text.strip()} for one in said]
    found = [_no_field(name, at) for at, one in enumerate(told, start=1) for name in one if name not in COLUMNS]
    names = [name for name in COLUMNS if any(name in one for one in told)]
    cells = {name: [one.get(name) for one in told] for name in names}
    numbers = pl.Series(ROW, range(1, len(told) + 1), dtype=pl.Int64)
    rows = pl.DataFrame({ROW: numbers, **cells}, schema={ROW: pl.Int64(), **dict.fromkeys(names, pl.String())})
    return Given(_ENTRY, "", (GivenSheet(_ENTRY, rows, {name: name for name in names}, {}),)), found


def _no_field(name: str, row: int) -> Finding:
    return Finding(
        code="activity.field_unknown",
        place=_ENTRY,
        found="there is no field '{name}'",
        params={"name": name[:100], "names": ", ".join(COLUMNS), "row": row, "field": name},
        first=f"row {row}",
        expected="one of {names}",
        remedy="correct the name",
    )
