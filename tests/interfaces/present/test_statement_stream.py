"""Rows that are put into a sheet as columns read as what they were."""

import io
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook

from wattstone.interfaces.present import statement_stream
from wattstone.interfaces.present.statement_cells import Formula
from wattstone.interfaces.present.statement_stream import ColumnRows, filled

FRAME = pl.DataFrame(
    {
        "text": ["plain", "=1+1", "a < b & c > d", " spaced ", None, "line\nbreak", "\x07bell", "能源"],
        "whole": [1, 2, None, 4, 5, 6, 7, -8],
        "number": [0.5, 1e-9, 1e17, None, float("nan"), -3.25, 0.1 + 0.2, 2.0],
        "product": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, None],
        "priced": [True, False, True, False, True, False, True, False],
    }
)


@pytest.mark.parametrize("chunk", [1, 3, 100])
def test_cells_read_back_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(statement_stream, "CHUNK", chunk)
    heads, book = io.BytesIO(), Workbook(write_only=True)
    book.create_sheet("Lines").append(["Text", "Whole", "Number", "Product"])
    book.save(heads)
    rows = ColumnRows(FRAME, {"product": ("B{}*C{}", "priced")}, first=2)
    filled(heads, tmp_path / "s.xlsx", {"xl/worksheets/sheet1.xml": rows}, {"large": 0, "small": 0})

    sheet = load_workbook(tmp_path / "s.xlsx")["Lines"]
    read = list(sheet.iter_rows(min_row=1, max_col=4, values_only=True))
    assert read[0] == ("Text", "Whole", "Number", "Product")
    assert [one[0] for one in read[1:]] == [
        "plain", "'=1+1", "a < b & c > d", " spaced ", None, "line\nbreak", "\N{REPLACEMENT CHARACTER}bell", "能源",
    ]  # fmt: skip
    assert [one[1] for one in read[1:]] == [1, 2, None, 4, 5, 6, 7, -8]
    assert [one[2] for one in read[1:]] == [0.5, 1e-9, 1e17, None, None, -3.25, 0.1 + 0.2, 2]
    assert [one[3] for one in read[1:]] == ["=B2*C2", 2, "=B4*C4", 4, "=B6*C6", 6, "=B8*C8", None]


def test_rows_are_a_sequence_too() -> None:
    rows = ColumnRows(FRAME, {"product": ("B{}*C{}", "priced")}, first=3)

    assert len(rows) == 8
    assert rows[2] == ("a < b & c > d", None, 1e17, Formula("B5*C5"))
    assert [row[0] for row in rows[:2]] == ["plain", "=1+1"]
