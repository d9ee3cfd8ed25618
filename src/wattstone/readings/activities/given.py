"""Tables of activity records as they are given: CSV or XLSX, all sheets of a workbook, cells still text."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from wattstone.readings.activities.columns import COLUMNS, MEASURES, REQUIRED
from wattstone.readings.incoming import file_hash
from wattstone.readings.problems import Problems
from wattstone.readings.sheets import Headers, Sheet, read_tables

__all__ = ["Given", "GivenSheet", "read_given"]

GivenSheet = Sheet
"""One table."""


@dataclass(frozen=True)
class Given:
    """A file.

    Parameters
    ----------
    file : str
        Its name.
    key : str
        SHA-256 of its content.
    sheets : tuple of GivenSheet
        Those that hold activities.
    """

    file: str
    key: str
    sheets: tuple[GivenSheet, ...]


def read_given(path: Path) -> Given:
    """Read the tables of a file.

    Parameters
    ----------
    path : pathlib.Path
        CSV in any usual encoding, or XLSX; of a workbook all sheets that are shown and have the headers.

    Returns
    -------
    Given

    Raises
    ------
    InputRefused
        If the file cannot be read, or a table of it has no headers, unknown ones, or one twice.
    """
    problems = Problems(path)
    sheets = tuple(map(_filled, read_tables(path, _HEADERS, problems)))
    if not sheets and not problems.refused:
        problems.add(
            "activity.header",
            found="no row names the columns",
            expected="a row of headers with {names}",
            remedy="begin with the template: `wattstone activity template`",
            params={"names": ", ".join((*REQUIRED, *MEASURES))},
        )
    problems.raise_if_refused()
    return Given(path.name, file_hash(path), sheets)


def _filled(sheet: Sheet) -> Sheet:
    """A table without the rows that nobody filled in: those of a template that say neither where, when nor how much."""
    told = [one for one in ("site_id", "period", "start", "end", "amount", "stated", "charge") if one in sheet.titles]
    if not told:
        return sheet
    return replace(sheet, rows=sheet.rows.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in told)))


def _check_whole(fields: set[str], problems: Problems) -> None:
    lacking = [name for name in REQUIRED if name not in fields]
    if not fields & {*MEASURES, "charge"}:
        lacking.append("amount")
    if not fields & {"period", "start"}:
        lacking.append("start")
    if lacking:
        problems.add(
            "activity.column_missing",
            found="no column holds {names}",
            expected="columns of site, kind, period and amount (or stated emissions)",
            remedy="begin with the template: `wattstone activity template`",
            params={"names": ", ".join(lacking)},
        )


_HEADERS: Final = Headers(COLUMNS, least=3, code="activity", check=_check_whole)
