"""The workbook of a statement: its formulas are computed here by a reader of our own, and by plain sums."""

import csv
import json
import re
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook

from tests.interfaces.present import statement_data as given
from tests.interfaces.present.formulas import Computed
from wattstone.base import InputRefused
from wattstone.interfaces.present import statement_sheets, statement_xlsx
from wattstone.interfaces.present.statement_files import statement_json, write_statement_csv
from wattstone.interfaces.present.statement_xlsx import write_statement_xlsx
from wattstone.inventory.statement import GhgStatement

SHEETS = ["Totals", "Lines", "Sites", "Gases", "Scope 3", "Instruments", "Apart", "Base year", "Restatements",
          "Change", "Intensities", "Uncertainty", "Checks", "Findings", "Factors", "Notes"]  # fmt: skip


def written(statement: GhgStatement, folder: Path, lang: str = "en") -> Workbook:
    write_statement_xlsx(statement, folder / "s.xlsx", lang)  # type: ignore[arg-type]
    return load_workbook(folder / "s.xlsx")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return written(given.statement(), tmp_path_factory.mktemp("xlsx"))


def by_label(book: Workbook, sheet: str, column: str = "A") -> dict[str, int]:
    return {str(cell.value): cell.row for cell in book[sheet][column] if cell.value is not None}


def checks(book: Workbook) -> dict[str, bool]:
    computed = Computed(book)
    rows = range(3, book["Checks"].max_row + 1)
    return {str(book["Checks"][f"A{row}"].value): computed.value("Checks", f"B{row}") for row in rows}


def test_sheets_and_banner(book: Workbook) -> None:
    assert book.sheetnames == SHEETS
    assert all("Simulated data" in str(book[name]["A1"].value) for name in SHEETS)


def test_totals_are_formulas_that_give_the_sums(book: Workbook) -> None:
    """Expected by a loop over the lines."""
    computed, rows = Computed(book), by_label(book, "Totals")
    one, three = given.plain_sum(scope=1), given.plain_sum(scope=3)
    two = {basis: given.plain_sum(scope=2, basis=basis) for basis in ("location", "market")}
    expected = {
        "Scope 1": one,
        "Scope 2, location-based": two["location"],
        "Scope 2, market-based": two["market"],
        "Scope 3": three,
        "Scope 3, category 6: Business travel": given.plain_sum(scope=3, category=6),
        "Total, location-based": one + two["location"] + three,
        "Total, market-based": one + two["market"] + three,
    }

    for label, value in expected.items():
        formula = book["Totals"][f"E{rows[label]}"].value
        assert str(formula).startswith(("=SUMIFS(", "=SUM("))
        assert computed.value("Totals", f"E{rows[label]}") == pytest.approx(value, rel=1e-12)
        assert computed.value("Totals", f"H{rows[label]}") is True


def test_a_total_without_a_value_has_a_reason_and_no_formula(book: Workbook) -> None:
    row = by_label(book, "Totals")["Scope 3, category 12: End-of-life treatment of sold products"]

    assert book["Totals"][f"E{row}"].value is None
    assert book["Totals"][f"M{row}"].value == given.REASONS[12]


def test_lines_are_products_of_their_inputs(book: Workbook) -> None:
    computed, held = Computed(book), {row["id"]: row for row in given.lines().iter_rows(named=True)}
    formulas = 0
    for row in range(3, book["Lines"].max_row + 1):
        line = held[str(book["Lines"][f"Q{row}"].value)]
        formulas += str(book["Lines"][f"L{row}"].value).startswith("=")
        assert computed.value("Lines", f"L{row}") == pytest.approx(line["value"], rel=1e-12)

    assert formulas == len(held) - 1  # the one that is stated is an input


def test_sites_are_sums_over_their_lines(book: Workbook) -> None:
    computed = Computed(book)
    ids = {str(book["Sites"][f"C{row}"].value): row for row in range(3, book["Sites"].max_row + 1)}
    for site, scope, column in (("mall", 1, "D"), ("mall", 3, "G"), ("tower", 1, "D")):
        expected = given.plain_sum(site_id=site, scope=scope)
        assert computed.value("Sites", f"{column}{ids[site]}") == pytest.approx(expected, rel=1e-12)
    market = given.plain_sum(site_id="tower", scope=2, basis="market")
    assert computed.value("Sites", f"F{ids['tower']}") == pytest.approx(market, rel=1e-12)


def test_every_check_holds_and_covers_all_parts(book: Workbook) -> None:
    found = checks(book)

    assert len(found) > 35
    assert {label for label, holds in found.items() if holds is not True} == set()
    for part in ("the gases add up", "the sites add up", "the effects add up", "restatements explain", "every line"):
        assert any(part in label for label in found), part


def test_checks_say_what_is_wrong(tmp_path: Path) -> None:
    """A total that is 1 kg off, and a change that leaves something over: a billionth would be let pass."""
    off = given.statement(
        totals=given.totals().with_columns(
            value=pl.when((pl.col("name") == "scope1") & (pl.col("subject") == "organisation"))
            .then(pl.col("value") + 1.0)
            .otherwise(pl.col("value"))
        ),
        change=given.statement().change.with_columns(pl.col("value") * 1.001),
    )
    found = checks(written(off, tmp_path))

    wrong = {label for label, holds in found.items() if holds is not True}
    assert wrong == {
        "All checks hold",
        "Scope 1: the formula gives what was recorded",
        "Total, location-based: the effects add up to the change",
    }


def test_a_changed_amount_moves_every_total(book: Workbook, tmp_path: Path) -> None:
    """What live formulas are for: 1,000 kWh more of electricity at the tower on the location basis."""
    changed = written(given.statement(), tmp_path)
    row = next(
        row
        for row in range(3, changed["Lines"].max_row + 1)
        if (changed["Lines"][f"C{row}"].value, changed["Lines"][f"I{row}"].value) == ("location", "kWh")
        and changed["Lines"][f"E{row}"].value == "Lakeside Tower"
    )
    changed["Lines"][f"H{row}"] = changed["Lines"][f"H{row}"].value + 1_000.0
    place = f"E{by_label(book, 'Totals')['Total, location-based']}"
    moved = Computed(changed).value("Totals", place) - Computed(book).value("Totals", place)

    assert moved == pytest.approx(1_000.0 * 0.5856, rel=1e-6)


def test_no_text_is_ever_run(tmp_path: Path) -> None:
    """A site's name, an item and a reason that begin like formulas are texts; formulas hold places, never names."""
    evil = '=cmd|"/C calc"!A0'
    held = given.statement()
    book = written(
        given.statement(
            organisation=evil,
            lines=held.lines.with_columns(item=pl.lit(evil), unit=pl.lit("@x"), factor_id=pl.lit("+1")),
            decisions=held.decisions.with_columns(reason=pl.lit(evil), decided_by=pl.lit("-1+1")),
            sites=held.sites.with_columns(name=pl.lit(evil)),
        ),
        tmp_path,
    )
    names = "|".join(SHEETS)
    allowed = re.compile(rf"^=(SUMIFS|SUM|ABS|MAX|AND|IF|'({names})'!|location|market|[A-Z$0-9:,.()*/+<=\-\"])+$")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]

    assert len(cells) > 150
    assert [cell.value for cell in cells if not allowed.match(str(cell.value))] == []
    assert f"'{evil}" in [cell.value for cell in book["Sites"]["B"]]


def test_many_sites_sum_over_their_own_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement_sheets, "_MANY", 1)
    book = written(given.statement(), tmp_path)

    assert {label for label, holds in checks(book).items() if holds is not True} == set()
    assert "'Lines'!$L$3:$L$34" not in str(book["Sites"]["D4"].value)


def test_an_empty_statement_and_chinese_are_workbooks_too(tmp_path: Path) -> None:
    empty = written(given.empty(), tmp_path)
    chinese = written(given.statement(), tmp_path, "zh")

    assert empty["Totals"].max_row == 1
    assert len(chinese.sheetnames) == len(SHEETS)
    assert "模拟数据" in str(chinese[chinese.sheetnames[0]]["A1"].value)
    assert not [name for name in chinese.sheetnames if name.isascii()]
    assert {Computed(chinese).value(chinese.sheetnames[12], "B3")} == {True}


def test_more_lines_than_a_sheet_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement_xlsx, "MOST", 31)
    with pytest.raises(InputRefused) as refused:
        written(given.statement(), tmp_path)

    assert refused.value.findings[0].code == "statement.workbook.lines"
    assert not list(tmp_path.iterdir())


def test_machines_get_everything() -> None:
    told = json.loads(json.dumps(statement_json(given.statement()), allow_nan=False))

    assert told["simulated"] is True
    assert len(told["decisions"]) == 15
    assert len(told["lines"]) == given.lines().height
    total = next(row for row in told["totals"] if (row["name"], row["subject"]) == ("total.market", "organisation"))
    assert total["value"] == pytest.approx(given.of("total.market"))
    assert told["restatements"][0]["at"] == "2025-02-20T09:15:00"
    assert told["findings"][0]["code"] == "inventory.check.jump"
    assert [one["state"] for one in told["checked"]] == ["asks", "let pass"]
    assert told["checked"][1]["reason"] == "the east wing opened in May"
    assert len(told["findings"]) == 3  # what was let pass is open no longer


def test_csv_of_totals_and_lines(tmp_path: Path) -> None:
    totals, lines = write_statement_csv(given.statement(), tmp_path / "s.csv")
    rows = list(csv.DictReader(totals.read_text("utf-8-sig").splitlines()))
    parts = list(csv.DictReader(lines.read_text("utf-8-sig").splitlines()))

    assert lines.name == "s-lines.csv"
    assert {row["simulated"] for row in rows} == {"true"}
    assert len(parts) == given.lines().height
    one = sum(float(row["value"]) for row in parts if row["scope"] == "1")
    total = next(row for row in rows if (row["name"], row["subject"]) == ("scope1", "organisation"))
    assert float(total["value"]) == pytest.approx(one)
