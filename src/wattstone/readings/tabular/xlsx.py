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
from wattstone.readings.tabular.held import HELD
from wattstone.readings.tabular.layout import find_header
from wattstone.readings.tabular.mapping import Mapping
from wattstone.readings.tabular.sheets import SheetRows, read_texts
from wattstone.readings.tabular.sniff import Row, Sample, empty_file

MAX_EXPANDED = 4096 * MIB
MAX_STRINGS = 256 * MIB  # the table of texts is held in memory as a whole
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384  # of the file format
CHUNK_CELLS = 40_000  # a second's work: whoever reads may want no more
_SAMPLE_ROWS, _SAMPLE_CELLS = 3000, 400_000
_CELL = 80  # bytes of a cell as a text of its own, about


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


def _unsized(_sheet: object) -> None:
    """Leave the size of a sheet open."""


@contextmanager
def _workbook(path: Path) -> Generator[Any]:
    """A workbook opened for reading; whatever its reader raises is a refusal."""
    check_workbook(path)
    from openpyxl import load_workbook
    from openpyxl.reader import excel
    from openpyxl.worksheet import _read_only

    # On opening, the library would read through every sheet that does not say how large it is; we do not ask for that.
    setattr(_read_only.ReadOnlyWorksheet, "_get_size", _unsized)  # noqa: B010
    setattr(excel, "read_string_table", read_texts)  # noqa: B010
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


def _cell_text(value: object, kind: str) -> str:
    return as_text(value) if kind != "f" else "=" + as_text(value).lstrip("=")


def _rows(sheet: Any, columns: int | None = None) -> Iterator[tuple[Row, int]]:
    """Rows as texts, each with how many cells were looked at for it; rows that the file leaves out are empty.

    A row is filled up to the last column that is asked for; without one, up to the row's own last cell, which may
    stand alone at the far end of the sheet.
    """
    number = 1
    for place, cells in SheetRows(sheet, _cell_text):
        if place > MAX_ROWS:
            break
        while number < place:
            yield Row((), number), columns or 0
            number += 1
        if number == place:
            yield _row(cells, number, columns)
            number += 1


def _row(cells: list[tuple[int, str]], number: int, columns: int | None) -> tuple[Row, int]:
    width = columns or (cells[-1][0] if cells else 0)
    texts = [""] * min(width, MAX_COLUMNS)
    for column, text in cells:
        if 0 < column <= len(texts):
            texts[column - 1] = text
    while texts and not texts[-1]:
        texts.pop()
    return Row(tuple(texts), number), width


def sniff_xlsx(path: Path) -> tuple[Sample, str, tuple[str, ...]]:
    """Rows of the first sheet that holds a table, its name, and the other sheets that hold one.

    Raises
    ------
    InputRefused
        If the workbook is broken, a bomb, or empty.
    """
    if (held := HELD.get(path, "sample", _SAMPLE_ROWS, _SAMPLE_CELLS)) is not None:
        return held
    samples: dict[str, Sample] = {}
    with _workbook(path) as book:
        for sheet in book.worksheets[:50]:
            rows: list[Row] = []
            cells = 0
            for row, width in _rows(sheet):
                rows.append(row)
                cells += width
                if len(rows) >= _SAMPLE_ROWS or cells > _SAMPLE_CELLS:
                    break
            if any(row.cells for row in rows):
                samples[sheet.title] = Sample(tuple(rows))
    if not samples:
        raise empty_file(path)
    tables = [title for title, sample in samples.items() if find_header(sample) is not None] or list(samples)[:1]
    found = samples[tables[0]], tables[0], tuple(tables[1:])
    size = _CELL * sum(len(row.cells) + 1 for row in found[0].rows)
    HELD.keep(found, size, path, "sample", _SAMPLE_ROWS, _SAMPLE_CELLS)
    return found


def read_sheets(path: Path) -> Iterator[tuple[str, tuple[Row, ...]]]:
    """Title and rows of every sheet that is shown; rows without anything in them are left out.

    Raises
    ------
    InputRefused
        If the workbook is broken or a bomb.
    """
    with _workbook(path) as book:
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                yield sheet.title, tuple(row for row, _ in _rows(sheet) if any(row.cells))


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
        how = ("header", self.mapping.sheet, self.mapping.skip, self.mapping.header)
        if (held := HELD.get(self.path, *how)) is not None:
            return held
        names = self._names()
        HELD.keep(names, _CELL * len(names), self.path, *how)
        return names

    def _names(self) -> tuple[str, ...]:
        with _workbook(self.path) as book:
            for row, _ in _rows(self._sheet(book)):
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
        how = ("rows", self.mapping.sheet, self._first, len(self.names), tuple(places.items()), size)
        held = HELD.get(self.path, *how)
        yield from HELD.frames(self._read(places, size), self.path, *how) if held is None else held

    def _read(self, places: dict[str, int], size: int) -> Iterator[pl.DataFrame]:
        kept: list[Row] = []
        with _workbook(self.path) as book:
            for row, _ in _rows(self._sheet(book), columns=len(self.names)):
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
