"""What is wrong with a file of scenarios before its values are looked at: columns, cut rows, nothing in it."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from wattstone.base import Finding
from wattstone.programme.telling import saying
from wattstone.readings.problems import Problems
from wattstone.readings.sheets import Sheet
from wattstone.readings.source import head
from wattstone.readings.tabular.csv import ROW

__all__ = ["blank", "columns_missing", "faults", "nothing"]

_CUT: Final = ("readings.csv.fields", "readings.csv.truncated")
_UNKNOWN: Final = "path.column_unknown"  # providers have columns of their own
_MARKS: Final = ",;\t"
_NAMED: Final = 4  # cells before a value, in every form at least
_FEW: Final = 8
_say = saying("path")


def blank(path: Path) -> Finding | None:
    """An empty file."""
    if head(path, 1 << 12).strip(b"\x00\r\n\t ,;\xef\xbb\xbf\xff\xfe"):
        return None
    return _say(
        path.name, "empty", "the file is empty", "values of scenarios, below a row that names the columns",
        "check that the export has finished",
    )  # fmt: skip


def faults(path: Path, problems: Problems, held: Sequence[Sheet]) -> list[Finding]:
    """What reading found that would lose a value: columns that are there twice, rows that do not fit the header.

    A row of one cell below all values is a note, as providers of scenarios put their terms there.
    """
    told = [one for one in problems.findings if one.code != _UNKNOWN]
    cut = sum(one.count for one in told if one.code in _CUT)
    if not cut:
        return told
    last = max((int(row) for one in held for row in one.rows[ROW].tail(1)), default=0)
    below = [line for line in _lines(path)[last:] if line.strip(_MARKS + " ")]
    notes = cut <= len(below) and all(_note(line) for line in below)
    return [one for one in told if not (notes and one.code in _CUT)]


def _note(line: str) -> bool:
    """Whether a line could not hold the cells that name a value, whatever is between quotes."""
    return all(line.count(one) < _NAMED for one in _MARKS)


def _lines(path: Path) -> list[str]:
    return path.read_bytes().decode("utf-8-sig", "replace").splitlines()


def columns_missing(place: str, names: Collection[str], wanted: Sequence[str]) -> Finding:
    """Columns that a form needs and a table does not have, told once.

    Parameters
    ----------
    place : str
    names, wanted : collection of str
        Columns that are missing, and all that the form has; years of the wide form are no part of them.
    """
    long = "year" in wanted
    return _say(
        place, "columns_missing",
        "the column {names} is missing" if len(names) == 1 else "the columns {names} are missing",
        "the columns {wanted}" if long else "the columns {wanted}, and one a year",
        "add what is missing, or export the file again", names=", ".join(_titled(names)),
        wanted=", ".join(_titled(wanted)),
    )  # fmt: skip


def _titled(names: Collection[str]) -> list[str]:
    return [name.capitalize() for name in names]


def nothing(path: Path, held: Sequence[pl.DataFrame]) -> Finding:
    """What there is, where nothing of it is wanted."""
    every = pl.concat([one.select(pl.col("scenario", "region", "variable").cast(pl.String)) for one in held])
    if every.is_empty():
        return _say(
            path.name, "no_values", "it names its columns, and has no values below",
            "values of scenarios, below a row that names the columns", "check that the export has finished",
        )  # fmt: skip
    names = {name: ", ".join(every[name].drop_nulls().unique().sort().head(_FEW)) for name in every.columns}
    return _say(
        path.name, "none_wanted",
        "nothing in it is wanted, or has a value; it has scenarios {scenario}; regions {region}; variables {variable}",
        "names as the file has them", "correct the names", **names,
    )  # fmt: skip
