"""Tables of activity records as they are given: CSV or XLSX, all sheets of a workbook, cells still text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from wattstone.readings.activities.columns import COLUMNS, MEASURES, REQUIRED
from wattstone.readings.incoming import file_hash
from wattstone.readings.problems import Problems, quoted
from wattstone.readings.source import ZIP_MAGIC, head, zip_names
from wattstone.readings.tabular.csv import ROW, CsvTable, name_columns
from wattstone.readings.tabular.mapping import Mapping as Reading
from wattstone.readings.tabular.sniff import Row, sniff_csv
from wattstone.readings.tabular.words import folded

__all__ = ["Given", "GivenSheet", "read_given"]

_LOOK = 50  # rows among which the headers are looked for
_FIELDS = 3  # as many of them have to be known
_BRACKETED = re.compile(r"[(\[（【]\s*([^)\]）】]*)\s*[)\]）】]\s*$")
_KNOWN = {folded(one): field for field, said in COLUMNS.items() for one in (field, *said)}


@dataclass(frozen=True)
class GivenSheet:
    """One table.

    Parameters
    ----------
    place : str
        The file, and its sheet where it is a workbook.
    rows : polars.DataFrame
        A column of text a field that was found, null where a cell is empty, and `_row`, the row's number from 1.
    titles : mapping of str to str
        The header of each field.
    brackets : mapping of str to str
        What stands in brackets in the header of a field: `t CO2e` of `Stated [t CO2e]`.
    """

    place: str
    rows: pl.DataFrame
    titles: Mapping[str, str]
    brackets: Mapping[str, str]


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
    book = head(path, 4) == ZIP_MAGIC and "xl/workbook.xml" in zip_names(path)
    sheets = tuple(_book(path, problems) if book else _csv(path, problems))
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


def _csv(path: Path, problems: Problems) -> Iterator[GivenSheet]:
    sample = sniff_csv(path)
    header = _header(sample.rows)
    if header is None:
        return
    skip = header.line - 1
    how = Reading.model_construct(
        encoding=sample.encoding, delimiter=sample.delimiter, quote=sample.quote, skip=skip, header=True, skip_after=0
    )
    table = CsvTable(path, how, problems)
    fields, brackets = _fields(table.names, problems, path.name)
    frames = list(table.chunks(tuple(table.names[at] for at in fields)))
    named = {table.names[at]: field for at, field in fields.items()}
    rows = pl.concat(frames) if frames else pl.DataFrame(schema=dict.fromkeys((*named, ROW), pl.String()))
    yield _sheet(path.name, rows.rename(named), {field: title for title, field in named.items()}, brackets)


def _book(path: Path, problems: Problems) -> Iterator[GivenSheet]:
    from wattstone.readings.tabular.xlsx import read_sheets

    for title, rows in read_sheets(path):
        header = _header(rows)
        if header is None:
            continue
        place = f"{path.name}, sheet {quoted(title)}"
        names = name_columns(list(header.cells), len(header.cells))
        fields, brackets = _fields(names, problems, place)
        held = [row for row in rows if row.line > header.line]
        columns = {field: [_cell(row, at) for row in held] for at, field in fields.items()}
        frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String())).with_columns(
            pl.Series(ROW, [row.line for row in held], dtype=pl.Int64)
        )
        yield _sheet(place, frame, {field: names[at] for at, field in fields.items()}, brackets)


def _cell(row: Row, at: int) -> str | None:
    return row.cells[at] if at < len(row.cells) else None


def _sheet(place: str, rows: pl.DataFrame, titles: Mapping[str, str], brackets: Mapping[str, str]) -> GivenSheet:
    """A table without the rows that nobody filled in: those of a template that say neither where, when nor how much."""
    texts = [pl.col(name).str.strip_chars() for name in titles]
    plain = rows.with_columns(pl.when(one.str.len_chars() > 0).then(one).alias(one.meta.output_name()) for one in texts)
    told = [name for name in ("site_id", "period", "start", "end", "amount", "stated", "charge") if name in titles]
    filled = plain.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in told)) if told else plain
    return GivenSheet(place, filled.with_columns(pl.col(ROW).cast(pl.Int64)), titles, brackets)


def _header(rows: Sequence[Row]) -> Row | None:
    """The first row of which three cells or more are names of fields."""
    for row in rows[:_LOOK]:
        if row.line and sum(_field(cell) is not None for cell in row.cells) >= _FIELDS:
            return row
    return None


def _field(title: str) -> str | None:
    return _KNOWN.get(folded(title)) or _KNOWN.get(folded(_BRACKETED.sub("", title)))


def _fields(titles: Sequence[str], problems: Problems, place: str) -> tuple[dict[int, str], dict[str, str]]:
    """The field of each column that has one, and what stands in brackets behind its header."""
    fields: dict[int, str] = {}
    brackets: dict[str, str] = {}
    file, problems.file = problems.file, place
    for at, title in enumerate(titles):
        field = _field(title)
        if field is None:
            if not title.startswith("#"):
                problems.add(
                    "activity.column_unknown",
                    column=title,
                    found="nobody knows what it holds",
                    expected="one of {names}",
                    remedy="rename the column, or take it out",
                    params={"names": ", ".join(COLUMNS)},
                )
        elif field in fields.values():
            problems.add(
                "activity.column_twice",
                column=title,
                found="another column is of the same field, {field}",
                expected="one column for each field",
                remedy="keep the one that is right",
                params={"field": quoted(field)},
            )
        else:
            fields[at] = field
            if (found := _BRACKETED.search(title)) is not None:
                brackets[field] = found[1].strip()
    _check_whole(set(fields.values()), problems)
    problems.file = file
    return fields, brackets


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
