"""XLSX as a stream of frames of text, in the same form as CSV, so that one reader serves both.

Cells with a type become plain text: a date `2019-03-31 14:30:00`, a number with a decimal point. A formula stays one,
and is refused later with its row: its last computed value may be out of date, or was never computed.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from wattstone.base import InputRefused
from wattstone.readings.problems import Problems, refuse
from wattstone.readings.source import MIB, open_zip
from wattstone.readings.tabular.csv import ROW, name_columns
from wattstone.readings.tabular.layout import find_header
from wattstone.readings.tabular.mapping import Mapping
from wattstone.readings.tabular.sniff import Row, Sample, empty_file

MAX_EXPANDED = 4096 * MIB
MAX_STRINGS = 256 * MIB  # the table of texts is held in memory as a whole
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384  # of the file format
CHUNK_CELLS = 400_000
_SAMPLE_ROWS = 3000


def _broken(path: Path, why: str) -> InputRefused:
    return refuse(
        path,
        "readings.xlsx.broken",
        found="the workbook cannot be read ({why})",
        expected="a whole .xlsx file without a password",
        remedy="open it, save it again as .xlsx or CSV, without a password",
        why=why[:200],
    )


def check_workbook(path: Path) -> None:
    """Refuse a workbook that would expand beyond its bounds, or that declares XML entities.

    Raises
    ------
    InputRefused
    """
    with open_zip(path) as archive:
        members = archive.infolist()
        strings = sum(one.file_size for one in members if one.filename.endswith("sharedStrings.xml"))
        total = sum(one.file_size for one in members)
        if total > MAX_EXPANDED or strings > MAX_STRINGS:
            raise refuse(
                path,
                "readings.file.bomb",
                found="the workbook expands to {total} bytes, {strings} of them texts",
                expected="at most {most} bytes, {most_strings} of them texts",
                remedy="export the readings as CSV",
                total=total,
                strings=strings,
                most=MAX_EXPANDED,
                most_strings=MAX_STRINGS,
            )


@contextmanager
def _workbook(path: Path) -> Generator[Any]:
    """A workbook opened for reading; whatever its reader raises is a refusal."""
    check_workbook(path)
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
        try:
            yield book
        finally:
            book.close()
    except InputRefused:
        raise
    except Exception as error:  # the library lets whatever its parsers raise pass through
        raise _broken(path, f"{type(error).__name__}: {error}") from error


def as_text(value: object) -> str:
    """A cell's value as text that the readers of CSV understand."""
    match value:
        case None:
            return ""
        case bool():
            return str(value)
        case int() | float():
            return (
                repr(int(value))
                if isinstance(value, float) and value.is_integer() and abs(value) < 1e15
                else repr(value)
            )
        case datetime():
            near = value + timedelta(microseconds=500_000)  # a float of days is off by some microseconds
            return f"{near:%H:%M:%S}" if near.year <= 1900 else near.strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return value.isoformat()
        case time():
            return value.strftime("%H:%M:%S")
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            return f"{minutes // 60:02d}:{minutes % 60:02d}"
        case str():
            return value.strip()
        case _:
            return f"={getattr(value, 'text', '')}".replace("==", "=")


def _cell_text(cell: Any) -> str:
    return as_text(cell.value) if getattr(cell, "data_type", "n") != "f" else "=" + as_text(cell.value).lstrip("=")


def _rows(sheet: Any, columns: int = MAX_COLUMNS) -> Iterator[Row]:
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_row=MAX_ROWS, max_col=columns), start=1):
        texts = [_cell_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        yield Row(tuple(texts), number)


def sniff_xlsx(path: Path) -> tuple[Sample, str, tuple[str, ...]]:
    """Rows of the first sheet that holds a table, its name, and the other sheets that hold one.

    Raises
    ------
    InputRefused
        If the workbook is broken, a bomb, or empty.
    """
    samples: dict[str, Sample] = {}
    with _workbook(path) as book:
        for sheet in book.worksheets[:50]:
            rows: list[Row] = []
            cells = 0
            for row in _rows(sheet):
                rows.append(row)
                cells += len(row.cells)
                if len(rows) >= _SAMPLE_ROWS or cells > CHUNK_CELLS:
                    break
            if any(row.cells for row in rows):
                samples[sheet.title] = Sample(tuple(rows))
    if not samples:
        raise empty_file(path)
    tables = [title for title, sample in samples.items() if find_header(sample) is not None] or list(samples)[:1]
    return samples[tables[0]], tables[0], tuple(tables[1:])


class XlsxTable:
    """A sheet as named columns and a stream of frames of text; see `CsvTable`."""

    def __init__(self, path: Path, mapping: Mapping, problems: Problems) -> None:
        self.path, self.mapping, self.problems = path, mapping, problems
        self._first = mapping.skip + mapping.skip_after + (2 if mapping.header else 1)
        self.names = self._read_header()

    def _sheet(self, book: Any) -> Any:
        titles = [sheet.title for sheet in book.worksheets]
        wanted = self.mapping.sheet
        if not titles or (wanted is not None and wanted not in titles):
            raise refuse(
                self.path,
                "readings.sheet.missing",
                found="the workbook has no sheet {sheet}; its sheets are {sheets}",
                expected="the sheet that the mapping names",
                remedy="set sheet in the mapping",
                sheet=repr(wanted),
                sheets=repr(", ".join(titles)[:300]),
            )
        return book.worksheets[titles.index(wanted) if wanted is not None else 0]

    def _read_header(self) -> tuple[str, ...]:
        with _workbook(self.path) as book:
            for row in _rows(self._sheet(book)):
                if row.line == self.mapping.skip + 1:
                    cells = list(row.cells)
                    return name_columns(cells if self.mapping.header else [], max(len(cells), 1))
        return ()

    def chunks(self, used: tuple[str, ...]) -> Iterator[pl.DataFrame]:
        """Frames of text, with the columns asked for and `_row`, the row's number in the sheet.

        Parameters
        ----------
        used : tuple of str
            Names of columns that exist.
        """
        places = {name: self.names.index(name) for name in used}
        size = max(CHUNK_CELLS // max(len(places), 1), 1)
        kept: list[Row] = []
        with _workbook(self.path) as book:
            for row in _rows(self._sheet(book), columns=len(self.names)):
                if row.line < self._first or not any(row.cells):
                    continue
                kept.append(row)
                if len(kept) >= size:
                    yield _frame(kept, places)
                    kept = []
        yield _frame(kept, places)


def _frame(rows: list[Row], places: dict[str, int]) -> pl.DataFrame:
    data = {
        name: [(row.cells[place] or None) if place < len(row.cells) else None for row in rows]
        for name, place in places.items()
    }
    return pl.DataFrame(data, schema=dict.fromkeys(places, pl.String())).with_columns(
        pl.Series(ROW, [row.line for row in rows], dtype=pl.Int64)
    )
