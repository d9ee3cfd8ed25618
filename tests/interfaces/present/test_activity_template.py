"""Templates of activities: what they offer, and that what is filled in reads back in either language."""

import csv
import io
from datetime import date

import openpyxl
import pytest

from wattstone.interfaces.present.activity_template import activity_csv, activity_workbook, head_of
from wattstone.interfaces.present.offers import ROWS
from wattstone.rates.activities import activity_kinds
from wattstone.readings.activities.columns import COLUMNS
from wattstone.readings.activities.given import read_given
from wattstone.readings.activities.known import Known
from wattstone.readings.activities.parse import parse_lines

SITES = {"HQ": "Head office", "=1+1": "a formula"}
KNOWN = Known(sites=SITES, kinds=activity_kinds())


@pytest.fixture(params=["en", "zh"])
def lang(request):
    return request.param


@pytest.fixture
def book(lang, tmp_path):
    path = tmp_path / "template.xlsx"
    path.write_bytes(activity_workbook(SITES, lang))
    return openpyxl.load_workbook(path), path


def test_every_kind_has_a_sheet_with_lists_of_its_items_and_units(book):
    workbook, _ = book
    lists, names = workbook["lists"], workbook.defined_names
    assert lists.sheet_state == "hidden"
    offered = {column[0].value: [cell.value for cell in column[1:] if cell.value] for column in lists.columns}
    kinds = [one.split(" · ")[0] for name, some in offered.items() if name.startswith("kinds_") for one in some]
    assert sorted(kinds) == sorted(activity_kinds())
    for kind in activity_kinds().values():
        assert [one.split(" · ")[0] for one in offered.get(f"items_{kind.id}", [])] == list(kind.items)
        assert set(offered[f"units_{kind.id}"]) == {unit for some in kind.units.values() for unit in some}
        assert f"units_{kind.id}" in names
    assert offered["sites"][1].startswith("'=1+1")  # shown, never run
    for sheet in workbook.worksheets[2:]:
        rules = {rule.formula1: rule for rule in sheet.data_validations.dataValidation}
        assert "=sites" in rules
        items = next(rule for formula, rule in rules.items() if "items_" in formula)
        assert str(items.sqref) == f"C2:C{ROWS + 1}"
        assert not items.showErrorMessage  # an item of one's own is taken


def test_an_untouched_template_has_no_lines_and_a_filled_one_reads_back(book, lang, tmp_path):
    workbook, path = book
    lines, found = parse_lines(read_given(path), KNOWN)
    assert [one.code for one in found] == ["activity.empty"]
    sheet = workbook.worksheets[2]
    heads = {cell.value: cell.column for cell in sheet[1]}
    filled = {
        "site_id": "HQ · Head office", "kind": "fuel · x", "item": "natural_gas · y", "start": date(2025, 1, 1),
        "end": date(2025, 1, 31), "amount": 1234.5, "unit": "kWh_gross", "stated": None, "share": "50 %",
    }  # fmt: skip
    for field, value in filled.items():
        sheet.cell(2, heads[head_of(field, lang)], value)
    workbook.save(tmp_path / "filled.xlsx")
    lines, found = parse_lines(read_given(tmp_path / "filled.xlsx"), KNOWN)
    assert found == ()
    (line,) = lines.to_dicts()
    assert (line["site_id"], line["kind"], line["item"]) == ("HQ", "fuel", "natural_gas")
    assert (line["amount"], line["unit"], line["share"], line["end"]) == (1234.5, "kWh_gross", 0.5, date(2025, 1, 31))


def test_the_csv_has_a_row_for_each_kind_and_item_and_reads_back(lang, tmp_path):
    text = activity_csv(lang, currency="GBP")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) - 1 == sum(max(len(kind.items), 1) for kind in activity_kinds().values())
    kind, unit = (rows[0].index(head_of(field, lang)) for field in ("kind", "unit"))
    assert {row[unit] for row in rows[1:] if row[kind].startswith("goods_spend")} == {"GBP"}
    path = tmp_path / "template.csv"
    path.write_text(text, encoding="utf-8-sig", newline="")
    lines, found = parse_lines(read_given(path), KNOWN)
    assert (lines.height, [one.code for one in found]) == (0, ["activity.empty"])
    site, start, amount = (rows[0].index(head_of(field, lang)) for field in ("site_id", "start", "amount"))
    rows[1][site], rows[1][start], rows[1][amount] = "HQ", "2025-03", "7"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    lines, found = parse_lines(read_given(path), KNOWN)
    assert (found, lines["amount"].to_list(), lines["kind"].to_list()) == ((), [7.0], [next(iter(activity_kinds()))])


def test_every_header_is_known(lang):
    for field in COLUMNS:
        head = head_of(field, lang).split(" [")[0].lower()
        assert head in {name.lower() for name in (field, field.replace("_", " "), *COLUMNS[field])}
