"""Rows of a workbook, held against what openpyxl itself makes of every cell; and what is kept for the next look."""

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.reader.strings import read_string_table

from wattstone.base import InputRefused
from wattstone.readings.tabular import xlsx
from wattstone.readings.tabular.held import Held
from wattstone.readings.tabular.sheets import read_texts

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9), st.dates(dt.date(1990, 1, 1)),
    st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2090, 1, 1)), st.timedeltas(dt.timedelta(0), dt.timedelta(9)),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8).map(lambda one: "'" + one),
    st.sampled_from(["12,50", " 1.234,5 ", "Ausfall", "=A1+1", "a\nb", "#N/A", "_x005F_x", ""]),
)  # fmt: skip


def by_the_library(path: Path) -> list[tuple[str, ...]]:
    """All rows by openpyxl as it is, where formulas begin with an equals sign and empty ends are cut off."""
    told: list[tuple[str, ...]] = []
    for row in openpyxl.load_workbook(path).worksheets[0].iter_rows():
        texts = [
            "=" + xlsx.as_text(cell.value).lstrip("=") if cell.data_type == "f" else xlsx.as_text(cell.value)
            for cell in row
        ]
        while texts and not texts[-1]:
            texts.pop()
        told.append(tuple(texts))
    while told and not told[-1]:
        told.pop()
    return told


def by_us(path: Path) -> list[tuple[str, ...]]:
    with xlsx._workbook(path) as book:
        rows = [row for row, _ in xlsx._rows(book.worksheets[0])]
    assert [row.line for row in rows] == list(range(1, len(rows) + 1))
    told = [row.cells for row in rows]
    while told and not told[-1]:
        told.pop()
    return told


def with_sheet(path: Path, rows: str, *, before: str = "") -> Path:
    """A workbook of which the sheet is written by hand."""
    book = openpyxl.Workbook()
    whole = io.BytesIO()
    book.save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            text = f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
            new.writestr(name, text if name.endswith("sheet1.xml") else old.read(name))
    return path


@given(st.lists(st.lists(CELLS, max_size=4), min_size=1, max_size=6))
def test_every_kind_of_cell_reads_as_the_library_reads_it(table: list[list[Any]]) -> None:
    import tempfile

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in table:
        sheet.append(row)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        book.save(path)
        assert by_us(path) == by_the_library(path)


def test_cells_that_are_written_in_uncommon_ways_read_as_the_library_reads_them(tmp_path: Path) -> None:
    path = with_sheet(
        tmp_path / "odd.xlsx",
        '<row r="2"><c r="B2"><v>1.5E3</v></c><c><v>7</v></c></row>'
        '<row><c t="str"><v>said</v></c><c t="b"><v>1</v></c><c t="e"><v>#DIV/0!</v></c></row>'
        '<row r="5" spans="1:3">\n  <c r="A5" t="inlineStr"> <is><r><t>a</t></r><r><t> b</t></r></is></c>'
        '<c r="B5"><v></v></c><c r="C5" t="d"><v>2024-05-01T10:15:00</v></c></row>'
        '<row r="6"><c r="A6" t="inlineStr"><is><t/></is></c><c r="B6" t="inlineStr"/>'
        '<c r="C6"><f>1+1</f><v>2</v></c></row>'
        '<row r="7"><c r="A7"><f t="shared" si="0" ref="A7:A8">B7*2</f></c></row>'
        '<row r="8"><c r="A8"><f t="shared" si="0"/></c></row>',
    )
    told = by_us(path)
    assert told == by_the_library(path)
    assert told == [
        (), ("", "1500", "7"), ("said", "True", "#DIV/0!"), (), ("a b", "", "2024-05-01 10:15:00"), ("", "", "=1+1"),
        ("=B7*2",), ("=B8*2",),
    ]  # fmt: skip


def test_a_table_of_texts_reads_as_the_library_reads_it() -> None:
    source = (
        f'<sst xmlns="{MAIN}"><si><t>12,50</t></si><si><t xml:space="preserve"> a </t></si><si><t/></si><si/>'
        "<si><r><t>b</t></r><r><rPr><b/></rPr><t>c</t></r></si><si><t>_x005F_x</t></si>"
        '<si><t>kanji</t><rPh sb="0" eb="1"><t>spoken</t></rPh></si>\n<si>\n<t>d &amp; e</t>\n</si></sst>'
    ).encode()
    told = read_texts(io.BytesIO(source))
    assert told == ["12,50", " a ", "", "", "bc", "_x", "kanji", "d & e"]
    assert told == read_string_table(io.BytesIO(source))


def test_rich_text_is_read_without_its_look(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = CellRichText("Gas ", TextBlock(InlineFont(b=True), "[kWh]"))
    book.save(tmp_path / "rich.xlsx")
    assert by_us(tmp_path / "rich.xlsx") == [("Gas [kWh]",)]


def test_entities_and_broken_sheets_are_refused(tmp_path: Path) -> None:
    bomb = with_sheet(tmp_path / "bomb.xlsx", "<row><c><v>&a;</v></c></row>", before='<!DOCTYPE a [<!ENTITY a "1">]>')
    cut = with_sheet(tmp_path / "cut.xlsx", '<row r="1"><c><v>1</v></c></row><row>')
    for path in (bomb, cut):
        with pytest.raises(InputRefused) as refused:
            by_us(path)
        assert refused.value.findings[0].code == "readings.xlsx.broken"


def test_a_workbook_is_taken_apart_once_while_it_stays_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wattstone.readings.tabular import detect, read

    def write(path: Path, more: float) -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(["Time", "Gas [kWh]"])
        for hour in range(30):
            sheet.append([dt.datetime(2019, 1, 1) + dt.timedelta(hours=hour), f"{hour + more}".replace(".", ",")])
        book.save(path)
        return path

    def values(path: Path) -> list[float]:
        frame = pl.concat(list(read(path, detect(path).mapping, zone="UTC").readings))
        return frame["value"].to_list()

    opened = list[Path]()
    whole = xlsx._workbook
    monkeypatch.setattr(xlsx, "HELD", Held())
    monkeypatch.setattr(xlsx, "_workbook", lambda path: (opened.append(path), whole(path))[1])
    path = write(tmp_path / "book.xlsx", 0.5)
    assert values(path) == [hour + 0.5 for hour in range(30)]
    first = len(opened)
    assert values(path) == [hour + 0.5 for hour in range(30)]
    assert len(opened) == first <= 3  # the beginning, the header, the rows
    assert values(write(path, 1.25)) == [hour + 1.25 for hour in range(30)]
    assert len(opened) == 2 * first


def test_what_is_kept_has_a_bound(tmp_path: Path) -> None:
    held = Held(largest=10, most=15)
    path = tmp_path / "a"
    path.write_bytes(b"a")
    held.keep("long", 11, path, "long")
    held.keep("one", 10, path, "one")
    held.keep("two", 5, path, "two")
    assert [held.get(path, name) for name in ("long", "one", "two")] == [None, "one", "two"]
    held.keep("three", 5, path, "three")
    assert [held.get(path, name) for name in ("one", "two", "three")] == [None, "two", "three"]
    assert held.get(tmp_path / "missing", "one") is None
    large = pl.DataFrame({"a": ["x" * 100]})
    assert list(held.frames([large], path, "frames")) == [large]
    assert held.get(path, "frames") is None
