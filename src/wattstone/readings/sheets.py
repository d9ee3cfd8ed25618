"""Tables of records as they are given: CSV or XLSX, all sheets of a workbook, cells still text."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from wattstone.readings.problems import Problems, quoted
from wattstone.readings.source import ZIP_MAGIC, head, zip_names
from wattstone.readings.tabular.csv import ROW, CsvTable, name_columns
from wattstone.readings.tabular.mapping import Mapping as Reading
from wattstone.readings.tabular.sniff import DELIMITERS, Row, Sample, sniff_csv
from wattstone.readings.tabular.words import folded

__all__ = ["Headers", "Sheet", "read_tables"]

_LOOK = 50  # rows among which the headers are looked for
_BRACKETED = re.compile(r"[(\[（【]\s*([^)\]）】]*)\s*[)\]）】]\s*$")


@dataclass(frozen=True)
class Headers:
    """How columns are called.

    Parameters
    ----------
    names : mapping of str to tuple of str
        What else each field goes by; its own name is one of them.
    least : int
        As many of them make a row of headers.
    code : str
        What codes of findings begin with.
    check : callable or None
        Is told which fields a table has, to note what lacks.
    """

    names: Mapping[str, tuple[str, ...]]
    least: int
    code: str
    check: Callable[[set[str], Problems], None] | None = None

    @cached_property
    def known(self) -> dict[str, str]:
        """Field by what it goes by, folded."""
        return {folded(one): field for field, said in self.names.items() for one in (field, *said)}

    def field(self, title: str) -> str | None:
        """The field of a header, with or without what stands in brackets behind it."""
        return self.known.get(folded(title)) or self.known.get(folded(_BRACKETED.sub("", title)))


@dataclass(frozen=True)
class Sheet:
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


def read_tables(path: Path, headers: Headers, problems: Problems) -> tuple[Sheet, ...]:
    """Read the tables of a file.

    Parameters
    ----------
    path : pathlib.Path
        CSV in any usual encoding, or XLSX; of a workbook all sheets that are shown and have the headers.
    headers : Headers
        What is known.
    problems : Problems
        Takes headers that nobody knows, and those that are there twice.

    Returns
    -------
    tuple of Sheet
        None where no row names enough of the fields.

    Raises
    ------
    InputRefused
        If the file cannot be read.
    """
    book = head(path, 4) == ZIP_MAGIC and "xl/workbook.xml" in zip_names(path)
    return tuple(_book(path, headers, problems) if book else _csv(path, headers, problems))


def _csv(path: Path, headers: Headers, problems: Problems) -> Iterator[Sheet]:
    sample, header = _sampled(path, headers)
    if header is None:
        return
    skip = header.line - 1
    how = Reading.model_construct(
        encoding=sample.encoding, delimiter=sample.delimiter, quote=sample.quote, skip=skip, header=True, skip_after=0
    )
    table = CsvTable(path, how, problems)
    fields, brackets = _fields(table.names, headers, problems, path.name)
    frames = list(table.chunks(tuple(table.names[at] for at in fields)))
    named = {table.names[at]: field for at, field in fields.items()}
    rows = pl.concat(frames) if frames else pl.DataFrame(schema=dict.fromkeys((*named, ROW), pl.String()))
    yield _sheet(path.name, rows.rename(named), {field: title for title, field in named.items()}, brackets)


def _sampled(path: Path, headers: Headers) -> tuple[Sample, Row | None]:
    """The beginning of a text, with its headers: by the delimiter that it looks to have, else by one that shows them.

    Names with a stroke in them, as `Price|Carbon`, can look like the delimiter where rows have not all as many cells.
    """
    sample = sniff_csv(path)
    header = _header(sample.rows, headers)
    for delimiter in DELIMITERS if header is None else ():
        other = sniff_csv(path, (delimiter,))
        if (header := _header(other.rows, headers)) is not None:
            return other, header
    return sample, header


def _book(path: Path, headers: Headers, problems: Problems) -> Iterator[Sheet]:
    from wattstone.readings.tabular.xlsx import read_sheets

    for title, rows in read_sheets(path):
        header = _header(rows, headers)
        if header is None:
            continue
        place = f"{path.name}, sheet {quoted(title)}"
        names = name_columns(list(header.cells), len(header.cells))
        fields, brackets = _fields(names, headers, problems, place)
        held = [row for row in rows if row.line > header.line]
        columns = {field: [_cell(row, at) for row in held] for at, field in fields.items()}
        frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String())).with_columns(
            pl.Series(ROW, [row.line for row in held], dtype=pl.Int64)
        )
        yield _sheet(place, frame, {field: names[at] for at, field in fields.items()}, brackets)


def _cell(row: Row, at: int) -> str | None:
    return row.cells[at] if at < len(row.cells) else None


def _sheet(place: str, rows: pl.DataFrame, titles: Mapping[str, str], brackets: Mapping[str, str]) -> Sheet:
    texts = [pl.col(name).str.strip_chars() for name in titles]
    plain = rows.with_columns(pl.when(one.str.len_chars() > 0).then(one).alias(one.meta.output_name()) for one in texts)
    return Sheet(place, plain.with_columns(pl.col(ROW).cast(pl.Int64)), titles, brackets)


def _header(rows: Sequence[Row], headers: Headers) -> Row | None:
    """The first row of which enough cells are names of fields."""
    for row in rows[:_LOOK]:
        if row.line and sum(headers.field(cell) is not None for cell in row.cells) >= headers.least:
            return row
    return None


def _fields(
    titles: Sequence[str], headers: Headers, problems: Problems, place: str
) -> tuple[dict[int, str], dict[str, str]]:
    """The field of each column that has one, and what stands in brackets behind its header."""
    fields: dict[int, str] = {}
    held: dict[str, list[int]] = {}
    brackets: dict[str, str] = {}
    file, problems.file = problems.file, place
    for at, title in enumerate(titles):
        field = headers.field(title)
        if field is None:
            if not title.startswith("#"):
                problems.add(
                    f"{headers.code}.column_unknown",
                    column=title,
                    found="nobody knows what it holds",
                    expected="one of {names}",
                    remedy="rename the column, or take it out",
                    params={"names": ", ".join(headers.names)},
                )
        elif field in held:
            held[field].append(at)
        else:
            fields[at], held[field] = field, [at]
            exact = folded(title) in headers.known  # brackets that belong to the name say no unit
            if not exact and (found := _BRACKETED.search(title)) is not None:
                brackets[field] = found[1].strip()
    for field, places in held.items():
        if len(places) > 1:
            problems.add(
                f"{headers.code}.column_twice",
                column=titles[places[-1]],
                found="columns {places} are of the same field, {field}",
                expected="one column for each field",
                remedy="keep the one that is right",
                params={"field": quoted(field), "places": ", ".join(str(at + 1) for at in places)},
            )
    if headers.check is not None:
        headers.check(set(fields.values()), problems)
    problems.file = file
    return fields, brackets
