"""Workbook and CSV: numbers as numbers, nothing that a spreadsheet would run."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from wattstone.interfaces.present import inventory_json, write_csv, write_xlsx, xlsx
from wattstone.interfaces.present.csvs import csv_text
from wattstone.interfaces.present.safe import harmless
from wattstone.inventory.document import InventoryDocument

Make = Callable[..., InventoryDocument]
SHEETS = ["Inventory", "Sites", "Months", "Evidence", "Factors", "Not computed", "Quality", "Data"]


@pytest.fixture(scope="module")
def book(estate: InventoryDocument, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    path = tmp_path_factory.mktemp("books") / "inventory.xlsx"
    write_xlsx(estate, path, "en")
    return load_workbook(path)


def column(book: Workbook, sheet: str, head: str) -> list[object]:
    rows = list(book[sheet].iter_rows(min_row=2, values_only=True))
    return [row[rows[0].index(head)] for row in rows[1:]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\ufeff=1", "＝1"])
def test_what_begins_like_a_formula_is_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Hall 3", "a=b", "3 - 4", "", "'=1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@given(text=st.text())
def test_no_text_begins_like_a_formula(text: str) -> None:
    safe = harmless(text)

    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert safe.endswith(text)


def test_sheets_and_frozen_heads(book: Workbook) -> None:
    assert book.sheetnames == SHEETS
    assert {book[name].freeze_panes for name in SHEETS} == {"A3"}
    assert {str(book[name]["A1"].value).startswith("Simulated data") for name in SHEETS} == {True}


def test_without_simulated_data_the_heads_come_first(make: Make, tmp_path: Path) -> None:
    write_xlsx(make(simulated=False), tmp_path / "real.xlsx", "en")
    book = load_workbook(tmp_path / "real.xlsx")

    assert book["Inventory"].freeze_panes == "A2"
    assert book["Inventory"]["A1"].value == "Figure"


def test_numbers_are_numbers_in_full(book: Workbook, estate: InventoryDocument) -> None:
    exact = estate.figures.filter(name="scope1", subject="organisation", period="2019")["value"].item()
    names, values = column(book, "Inventory", "Name"), column(book, "Inventory", "2019")

    assert values[names.index("scope1")] == pytest.approx(exact, rel=1e-15)  # a workbook keeps 16 digits
    assert values[names.index("scope3")] is None
    assert column(book, "Inventory", "Reason")[names.index("scope3")] == "not computed yet"


def test_units_stand_in_the_heads(book: Workbook, estate: InventoryDocument) -> None:
    heads = [cell.value for cell in book["Sites"][2]]
    gas = estate.figures.filter(name="energy.natural_gas", subject="site:hq", period="2019")["value"].item()

    assert "Natural gas [kWh]" in heads
    assert column(book, "Sites", "Natural gas [kWh]")[column(book, "Sites", "Id").index("hq")] == pytest.approx(
        gas, rel=1e-15
    )
    assert column(book, "Sites", "Natural gas [kWh]")[column(book, "Sites", "Id").index("park-b")] is None
    assert len(column(book, "Months", "Month")) == 14 * 12  # thirteen sites and the whole


def test_no_cell_is_a_formula(book: Workbook) -> None:
    kinds = {cell.data_type for name in SHEETS for row in book[name].iter_rows() for cell in row}

    assert "f" not in kinds
    assert "'=Depot+1" in column(book, "Sites", "Site")


def test_every_figure_is_in_the_evidence(book: Workbook, estate: InventoryDocument) -> None:
    assert set(column(book, "Evidence", "Id")) == set(estate.figures["id"])


def test_columns_are_wide_enough_to_read(book: Workbook) -> None:
    width = book["Sites"].column_dimensions["A"].width

    assert 40 <= width <= 60


def test_chinese_workbook(estate: InventoryDocument, tmp_path: Path) -> None:
    write_xlsx(estate, tmp_path / "zh.xlsx", "zh")
    book = load_workbook(tmp_path / "zh.xlsx")

    assert book.sheetnames[:4] == ["排放清单", "场所", "逐月", "证据"]
    assert "模拟数据" in str(book["排放清单"]["A1"].value)


def test_signs_that_no_workbook_holds_are_replaced(tmp_path: Path, estate: InventoryDocument) -> None:
    names = estate.sites.with_columns(name=pl.lit("bell\x07"))
    write_xlsx(replace(estate, sites=names), tmp_path / "b.xlsx", "en")

    assert load_workbook(tmp_path / "b.xlsx")["Sites"]["A3"].value == "bell\ufffd"


def test_too_many_rows_are_counted_and_not_lost_in_silence(
    estate: InventoryDocument, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "LIMIT", 10)
    write_xlsx(estate, tmp_path / "short.xlsx", "en")
    rows = list(load_workbook(tmp_path / "short.xlsx")["Evidence"].iter_rows(values_only=True))

    assert len(rows) == 2 + 10 + 1
    assert rows[-1][0] == f"{estate.figures.height - 10} more rows are in the CSV file."


def test_csv_holds_every_figure_in_full(estate: InventoryDocument, tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    write_csv(estate, path)
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))

    assert len(rows) == estate.figures.height
    values = {row["id"]: row["value"] for row in rows}
    for ident, value in estate.figures.select("id", "value").iter_rows():
        assert values[ident] == ("" if value is None else values[ident])
        assert value is None or float(values[ident]) == value
    assert {row["simulated"] for row in rows} == {"true"}
    assert not list(tmp_path.glob("*.partial"))


def test_csv_neutralises_text(make: Make, tmp_path: Path, estate: InventoryDocument) -> None:
    figures = estate.figures.head(2).with_columns(reason=pl.Series(["=cmd|' /C calc'!A0", None]))
    write_csv(make(figures=figures), tmp_path / "evil.csv")
    rows = list(csv.DictReader((tmp_path / "evil.csv").read_text("utf-8-sig").splitlines()))

    assert [row["reason"] for row in rows] == ["'=cmd|' /C calc'!A0", ""]


def test_the_csv_of_a_drawing_has_plain_numbers() -> None:
    text = csv_text(["Site", "2019 [t]"], [["=x", "1\u202f234.5"], ["y", "\u22122"], ["z", "not known"]])

    assert list(csv.reader(io.StringIO(text))) == [
        ["Site", "2019 [t]"],
        ["'=x", "1234.5"],
        ["y", "-2"],
        ["z", "not known"],
    ]


def test_machines_get_the_year_alone(estate: InventoryDocument) -> None:
    told = inventory_json(estate)
    keys = {"id", "name", "value", "unit", "lower", "upper", "subject", "reason"}

    assert told["year"] == 2019
    assert all(keys <= set(figure) for figure in told["figures"])
    assert {figure["period"] for figure in told["figures"]} == {"2019"}
    pairs = [(figure["name"], figure["subject"]) for figure in told["figures"]]
    assert len(pairs) == len(set(pairs))
    assert next(figure for figure in told["figures"] if figure["name"] == "scope3")["value"] is None
