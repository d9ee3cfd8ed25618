"""Tables in which a row is a record, not a reading: header cells are known by their names, cells stay text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wattstone.readings.problems import Problems, quoted
from wattstone.readings.tabular.csv import name_columns
from wattstone.readings.tabular.detection import sample_of
from wattstone.readings.tabular.registry import split_unit
from wattstone.readings.tabular.sniff import SAMPLE_ROWS, Row, Sample
from wattstone.readings.tabular.words import folded

_HEADER_LOOK = 50
_NOTES = re.compile(r"[(\[（].*")  # what stands in brackets behind a name


@dataclass(frozen=True)
class Record:
    """One row.

    Parameters
    ----------
    row : int
        Its number in the file, from 1.
    cells : mapping of str to str
        Text by field; empty cells are left out.
    """

    row: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class RecordTable:
    """The rows of a table.

    Parameters
    ----------
    records : tuple of Record
        Rows with anything in them.
    columns : mapping of str to str
        The header of each field that was found.
    units : mapping of str to str
        What stands in brackets in the header of a field: `MWh` of `Saving [MWh]`.
    """

    records: tuple[Record, ...]
    columns: Mapping[str, str]
    units: Mapping[str, str]


def read_records(path: Path, names: Mapping[str, tuple[str, ...]], problems: Problems) -> RecordTable:
    """Read a small table of records, CSV or XLSX.

    Parameters
    ----------
    path : Path
        The file.
    names : mapping of str to tuple of str
        Headers by which each field goes, as `folded` writes them; the field's own name is one of them.
    problems : Problems
        Takes columns that nobody knows, columns that are there twice, and rows that are too many.

    Returns
    -------
    RecordTable

    Raises
    ------
    InputRefused
        If the file cannot be read, or no row of it names the fields.
    """
    sample, _ = sample_of(path)
    known = {folded(one): field for field, said in names.items() for one in (field, *said)}
    header = _header(sample, known)
    if header is None:
        problems.add(
            "records.header",
            found="no row names the fields",
            expected="a row of headers, as {names}",
            remedy="write the names above the columns",
            params={"names": ", ".join(names)},
        )
        problems.raise_if_refused()
        return RecordTable((), {}, {})
    titles = name_columns(list(header.cells), len(header.cells))
    fields, units = _fields(titles, known, names, problems)
    if len(sample.rows) >= SAMPLE_ROWS or any(row.line == 0 for row in sample.rows):
        problems.add(
            "records.too_many",
            found="the table is longer than {most} rows or a megabyte",
            expected="at most {most} rows",
            remedy="cut it into several files",
            params={"most": SAMPLE_ROWS},
        )
    rows = [row for row in sample.rows if row.line > header.line and any(cell.strip() for cell in row.cells)]
    return RecordTable(
        records=tuple(Record(row.line, _cells(row, fields)) for row in rows),
        columns={field: titles[at] for at, field in fields.items()},
        units=units,
    )


def _header(sample: Sample, known: Mapping[str, str]) -> Row | None:
    """The first row of which two cells or more are names of fields."""
    for row in sample.rows[:_HEADER_LOOK]:
        if sum(_plain(cell) in known for cell in row.cells) > 1:
            return row
    return None


def _plain(cell: str) -> str:
    whole = folded(cell)
    return folded(_NOTES.sub("", whole)) or whole


def _fields(
    titles: tuple[str, ...], known: Mapping[str, str], names: Mapping[str, tuple[str, ...]], problems: Problems
) -> tuple[dict[int, str], dict[str, str]]:
    fields: dict[int, str] = {}
    units: dict[str, str] = {}
    for at, title in enumerate(titles):
        field = known.get(folded(title)) or known.get(_plain(title))
        if field is None:
            if not title.startswith("#"):
                problems.add(
                    "records.column_unknown",
                    column=title,
                    found="nobody knows what it holds",
                    expected="one of {names}",
                    remedy="rename the column, or take it out",
                    params={"names": ", ".join(names)},
                )
        elif field in fields.values():
            problems.add(
                "records.column_twice",
                column=title,
                found="another column is of the same field, {field}",
                expected="one column for each field",
                remedy="keep the one that is right",
                params={"field": quoted(field)},
            )
        else:
            fields[at] = field
            if (unit := split_unit(title)[1]) is not None:
                units[field] = unit.name
    return fields, units


def _cells(row: Row, fields: Mapping[int, str]) -> dict[str, str]:
    return {field: text for at, field in fields.items() if at < len(row.cells) and (text := row.cells[at].strip())}
