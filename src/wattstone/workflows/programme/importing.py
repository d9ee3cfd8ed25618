"""Entries of a table taken in: CSV or XLSX, or what else the module reads; all or none, every problem told at once."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from wattstone.programme.cells import KEPT_TEXT, headers_of
from wattstone.programme.kinds import RecordKind, record_kind
from wattstone.readings.problems import Problems
from wattstone.readings.sheets import Sheet, read_tables
from wattstone.workflows.programme.changing import Changed, Said, change
from wattstone.workflows.programme.registry import files_of
from wattstone.workflows.workspace import Workspace

__all__ = ["import_entries"]


def import_entries(
    workspace: Workspace,
    kind: RecordKind | str,
    path: Path,
    *,
    who: str = "user",
    labels: Mapping[str, str] | None = None,
    over: bool = False,
    reason: str = "",
) -> Changed:
    """Take entries of a file in.

    Parameters
    ----------
    workspace : Workspace
        Where.
    kind : RecordKind or str
        Of all of them, or its id.
    path : pathlib.Path
        A table with the kind's headers, in any order; a file that the module reads by itself. The same file again
        changes nothing: an entry is known by its key or id, and by what it says where it has neither. Fields for which
        a table has no column are as they were said before.
    who : str
        Who enters them.
    labels : mapping of str to str or None
        Labels in another language by the English ones.
    over : bool
        Whether rows may correct entries that are there; else a row that says something else of one is refused, for it
        may be another thing with the same id.
    reason : str
        Why, where any is corrected.

    Returns
    -------
    Changed

    Raises
    ------
    InputRefused
        With every finding; nothing is changed then.
    """
    one = record_kind(kind) if isinstance(kind, str) else kind
    problems = Problems(path)
    own = files_of(one.module)
    sheets = None if own is None else own(one, path)
    if sheets is None:
        sheets = read_tables(path, headers_of(one, labels), problems)
        if not sheets and not problems.refused:
            problems.add(
                "entry.header",
                found="no row names the columns",
                expected="a row of headers with {names}",
                remedy="begin with the template: `wattstone {module} template`",
                params={
                    "names": ", ".join(each.name for each in one.fields if each.required), "module": one.module,
                },
            )  # fmt: skip
    filled = tuple(map(_filled, sheets))
    said = Said(
        filled, source=path.name, what="import entries", findings=problems.findings, over=over, reason=reason.strip()
    )  # fmt: skip
    return change(workspace, one, said, who=who, labels=labels)


def _filled(sheet: Sheet) -> Sheet:
    """A table without the rows that nobody filled in, its texts without what kept a spreadsheet from running them."""
    if not sheet.titles:
        return sheet
    rows = sheet.rows.with_columns(
        pl.when(pl.col(one).str.contains(KEPT_TEXT)).then(pl.col(one).str.slice(1)).otherwise(pl.col(one)).alias(one)
        for one in sheet.titles
    )
    sheet = replace(sheet, rows=rows)
    return replace(sheet, rows=sheet.rows.filter(pl.any_horizontal(pl.col(one).is_not_null() for one in sheet.titles)))
