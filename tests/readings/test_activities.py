"""Tables of activities: headers of both languages, days, units, refrigerants, and every finding at once."""

from datetime import date

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.base import InputRefused
from wattstone.rates.activities import activity_kinds
from wattstone.readings.activities.days import order_of, span
from wattstone.readings.activities.given import read_given
from wattstone.readings.activities.known import Known
from wattstone.readings.activities.parse import PARSED, parse_lines
from wattstone.readings.activities.schema import ACTIVITY, in_force

KNOWN = Known(
    sites={"HQ": "Head office", "Mill": "Mill", "Twin": "Same", "Other": "Same"},
    kinds=activity_kinds(),
    meters={"main": "HQ"},
    documents=frozenset({"a" * 64}),
    labels={"废弃物": "waste"},
)


def parsed(tmp_path, text, name="lines.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return parse_lines(read_given(path), KNOWN)


def good(tmp_path, text, **how):
    lines, found = parsed(tmp_path, text, **how)
    assert [one.text() for one in found if one.severity == "error"] == []
    return lines


def codes(tmp_path, text):
    try:
        _, found = parsed(tmp_path, text)
    except InputRefused as refused:
        found = refused.findings
    return sorted(one.code for one in found if one.severity == "error")


HEAD = "site,kind,item,start,end,amount,unit,stated,credits,line id\n"


def test_a_line_has_what_its_row_says(tmp_path):
    text = (
        "Site,Kind,Item,From,To,Quantity,Unit,Supplier,Estimated,Share,Uncertainty,Reliability,Meter,Note\n"
        "Head office,Waste from operations,Glass: landfill,2025-01-15,2025-02-14,2500,kg,Veolia,yes,25 %,5 %,2,main,x\n"
    )
    (row,) = good(tmp_path, text).to_dicts()
    assert {name: row[name] for name in ("site_id", "kind", "item", "unit", "method", "supplier", "note")} == {
        "site_id": "HQ", "kind": "waste", "item": "glass.landfill", "unit": "kg", "method": "average",
        "supplier": "Veolia", "note": "x",
    }  # fmt: skip
    assert (row["start"], row["end"], row["amount"]) == (date(2025, 1, 15), date(2025, 2, 14), 2500.0)
    assert (row["share"], row["estimated"], row["activity_uncertainty"], row["reliability"]) == (0.25, True, 0.05, 2)
    assert row["meter_id"] == "main"


def test_chinese_headers_in_gb18030_with_semicolons(tmp_path):
    text = (
        "场所;活动;项目;账期;数量;单位;声明排放量 [t CO2e];备注\n"
        "HQ;废弃物;glass.landfill;2025年3月;1,5;吨;;玻璃\n"
        "Mill;investment;;2025;;;2,25;\n"
    )
    first, second = good(tmp_path, text, encoding="gb18030").to_dicts()
    assert (first["kind"], first["amount"], first["unit"], first["note"]) == ("waste", 1.5, "t", "玻璃")
    assert (first["start"], first["end"]) == (date(2025, 3, 1), date(2025, 3, 31))
    assert (second["stated"], second["amount"], second["method"]) == (2250.0, None, "supplier")
    assert (second["start"], second["end"]) == (date(2025, 1, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("unit", "amount", "kept", "expected"),
    [
        ("kWh_gross", 1000, "kWh_gross", 1000.0),
        ("Wh (gross)", 1e6, "kWh_gross", 1000.0),  # 1 MWh is 1,000 kWh
        ("TJ_net", 0.0036, "kWh_net", 1000.0),  # 3.6 MJ are a kWh
        ("gal", 1, "m3", 0.003785411784),  # 231 cubic inches
        ("kBtu (hhv)", 100, "kWh_gross", 29.3071070172),  # 100,000 Btu(IT) of 1,055.05585262 J
    ],
)
def test_units_are_converted_into_one_that_the_kind_counts(tmp_path, unit, amount, kept, expected):
    lines = good(tmp_path, f"{HEAD}HQ,fuel,natural_gas,2025-01,,{amount},{unit},,,\n")
    assert lines["unit"].item() == kept
    assert lines["amount"].item() == pytest.approx(expected, rel=1e-9)


def test_miles_tonne_kilometres_room_nights_and_money(tmp_path):
    rows = (
        "HQ,air_travel,,2025-05-01,,100,passenger miles,,,a\n"
        "HQ,hotel,,2025-05-01,,3,room nights,,,b\n"
        "HQ,goods_spend,paper,2025-05-01,,1200,cny,,,c\n"
    )
    air = next(item for item in activity_kinds()["air_travel"].items)
    hotel = next(item for item in activity_kinds()["hotel"].items)
    rows = rows.replace("air_travel,,", f"air_travel,{air},").replace("hotel,,", f"hotel,{hotel},")
    lines = good(tmp_path, HEAD + rows)
    assert lines["unit"].to_list() == ["passenger.km", "room.night", "CNY"]
    assert lines["amount"].to_list() == pytest.approx([160.9344, 3.0, 1200.0])
    assert lines["method"].to_list() == ["average", "average", "spend"]


def test_all_that_is_wrong_is_told_at_once_with_row_and_column(tmp_path):
    text = (
        "site,kind,item,start,end,amount,unit,share,method,meter,reliability,document\n"
        "Moon,waste,glass.landfill,2025-01,,2,t,,,,,\n"
        "Same,waste,glass.landfill,2025-01,,3,t,,,,,\n"
        "HQ,wastes,glass,2025-01,,4,t,,,,,\n"
        "HQ,waste,glass.landfill,2025-13,,5,t,,,,,\n"
        "HQ,waste,glass.landfill,2025-02-02,2025-02-01,6,t,,,,,\n"
        "HQ,waste,glass.landfill,2025-01-01,2026-01-02,7,t,,,,,\n"
        "HQ,waste,glass.landfill,2025-01,,-1,t,,,,,\n"
        "HQ,waste,glass.landfill,2025-01,,1,kWh,,,,,\n"
        "HQ,waste,glass.landfill,2025-01,,=1+1,t,,,,,\n"
        "HQ,waste,glass.landfill,2025-01,,,t,,,,,\n"
        "HQ,waste,glass.landfill,2025-01,,8,t,1.5,,,,\n"
        "HQ,waste,glass.landfill,2025-01,,9,t,,guess,,,\n"
        "HQ,waste,glass.landfill,2025-01,,10,t,,supplier,,,\n"
        "Mill,waste,glass.landfill,2025-01,,11,t,,,main,,\n"
        "HQ,waste,glass.landfill,2025-01,,12,t,,,,6,\n"
        "HQ,waste,glass.landfill,2025-01,,13,t,,,,,beef\n"
    )
    _, found = parsed(tmp_path, text)
    errors = {one.code: one for one in found}
    assert sorted(errors) == [
        "activity.backward", "activity.day", "activity.document_unknown", "activity.kind_unknown", "activity.long",
        "activity.meter_unknown", "activity.method", "activity.method_without_statement", "activity.negative",
        "activity.no_amount", "activity.number", "activity.quality", "activity.share", "activity.site_unknown",
        "activity.unit_unknown",
    ]  # fmt: skip
    site = errors["activity.site_unknown"]
    assert (site.place, site.first, site.count) == ("lines.csv, column 'site'", "row 2", 2)
    assert "2, 3" in site.text()  # a name that two sites have names neither
    assert errors["activity.long"].first == "row 7"
    assert all(one.say(one.expected) and one.say(one.remedy) and one.say(one.found) for one in found)


def test_negative_amounts_are_credit_notes_that_name_a_line(tmp_path):
    rows = "HQ,waste,glass.landfill,2025-01,,5,t,,,A-1\nHQ,waste,glass.landfill,2025-01,,-2,t,,A-1,\n"
    assert good(tmp_path, HEAD + rows)["amount"].to_list() == [5.0, -2.0]
    assert codes(tmp_path, HEAD + rows.replace("A-1,\n", ",\n")) == ["activity.negative"]


def test_a_line_told_twice_is_found_and_one_with_an_id_of_its_own_is_not(tmp_path):
    row = "HQ,waste,glass.landfill,2025-01,,5,t,,,{}\n"
    lines, (finding,) = parsed(tmp_path, HEAD + row.format("") * 2)
    assert (finding.code, finding.first) == ("activity.line_twice", "row 2")
    assert codes(tmp_path, HEAD + row.format("A") + row.format("B")) == []
    assert codes(tmp_path, HEAD + row.format("A") * 2) == ["activity.id_twice"]
    assert lines.height == 2


def test_an_item_of_ones_own_is_warned_of_and_an_impossible_one_refused(tmp_path):
    _, found = parsed(tmp_path, HEAD + "HQ,goods,widget,2025-01,,5,t,,,\n")
    assert [(one.code, one.severity) for one in found] == [("activity.item_own", "warning")]
    assert codes(tmp_path, HEAD + "HQ,fuel,,2025-01,,5,t,,,\n") == ["activity.item_unknown"]


def test_refrigerant_lost_follows_from_charge_and_rate(tmp_path):
    """2006 IPCC Guidelines, vol. 3, ch. 7: 12 kg x 5 % = 0.6 kg a year; 20 kg x 80 % x (1 - 90 %) = 1.6 kg."""
    text = (
        "site,kind,item,start,end,charge,leak rate,charge left,recovered,equipment,amount,unit\n"
        "HQ,refrigerant_leak,R-32,2025-01-01,2025-12-31,12,5 %,,,CH-1,,\n"
        "HQ,refrigerant_leak,R-32,2025-01-01,2025-03-14,12,0.05,,,CH-2,,\n"
        "HQ,refrigerant_leak,R-32,2023-12-31,2024-01-01,366,50 %,,,CH-3,,kg\n"
        "HQ,refrigerant_end_of_life,R-32,2025-06-01,2025-06-01,20,,80 %,90 %,CH-4,,\n"
        "HQ,refrigerant_leak,R-32,2025,,12,,,,CH-5,0.1,kg\n"
    )
    lines = good(tmp_path, text)
    # 73 days are a fifth of 365; two days over new year are 1/365 and 1/366 of a year.
    assert lines["amount"].to_list() == pytest.approx([0.6, 0.12, 183 / 365 + 0.5, 1.6, 0.1])
    assert lines["unit"].to_list() == ["kg"] * 5
    assert lines["note"][0] == "equipment CH-1; charge 12; leak_rate 5 %"
    assert codes(tmp_path, text.replace(",5 %,", ",,")) == ["activity.asked"]
    assert codes(tmp_path, text.replace(",5 %,", ",105 %,")) == ["activity.part"]


def test_headers_that_nobody_knows_or_that_lack_refuse_the_file(tmp_path):
    assert codes(tmp_path, "a,b\n1,2\n") == ["activity.header"]
    assert codes(tmp_path, "site,item,unit\nHQ,x,t\n") == ["activity.column_missing"]
    assert codes(tmp_path, "site,kind,date,amount,amount,colour\nHQ,waste,2025,1,1,red\n") == [
        "activity.column_twice", "activity.column_unknown",
    ]  # fmt: skip
    assert codes(tmp_path, HEAD) == ["activity.empty"]


def test_numbers_and_days_that_could_be_read_two_ways_are_refused(tmp_path):
    assert codes(tmp_path, HEAD.replace(",", ";") + "HQ;waste;glass.landfill;2025-01;;1,234;t;;;\n") == [
        "activity.number_style"
    ]
    rows = "HQ,waste,glass.landfill,{},,1,t,,,\n"
    assert codes(tmp_path, HEAD + rows.format("01/02/2025")) == ["activity.day_order"]
    assert codes(tmp_path, HEAD + rows.format("2025-03") + rows.format("01/02/2025")) == ["activity.day_order"]
    both = good(tmp_path, HEAD + rows.format("01/02/2025") + rows.format("31/01/2025"))
    assert both["start"].to_list() == [date(2025, 2, 1), date(2025, 1, 31)]


def test_what_can_be_read_two_ways_is_named_by_its_row_and_no_number_is_told_beside_it(tmp_path):
    rows = "".join(f'HQ,waste,glass.landfill,2025,,"{amount}",t,,,\n' for amount in ("5000", "2", "1,500", "two"))
    _, found = parsed(tmp_path, HEAD + rows)
    told = {one.code: one for one in found if one.severity == "error"}
    style, number = told["activity.number_style"], told["activity.number"]

    assert ("1,500" in style.text(), "5000" in style.text(), style.first) == (True, False, "row 4")
    assert ("'two'" in number.text(), number.first) == (True, "row 5")


def test_all_sheets_of_a_workbook_that_are_shown_are_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Read me"])
    for at, title in enumerate(("Waste", "Trips", "lists")):
        sheet = book.create_sheet(title)
        sheet.append([])
        sheet.append(["Site", "Kind", "Item", "First day", "Last day", "Amount", "Unit"])
        sheet.append(
            ["HQ · Head office", "waste · x", "glass.landfill · y", date(2025, 1, 1), date(2025, 1, 31), 2.5 + at, "t"]
        )
        sheet.sheet_state = "hidden" if title == "lists" else "visible"
    book.save(tmp_path / "book.xlsx")
    lines, found = parse_lines(read_given(tmp_path / "book.xlsx"), KNOWN)
    assert found == ()
    assert lines["amount"].to_list() == [2.5, 3.5]
    assert lines["_row"].to_list() == [3, 3]
    assert lines["_place"].to_list() == ["book.xlsx, sheet 'Waste'", "book.xlsx, sheet 'Trips'"]
    assert lines.schema == pl.Schema(PARSED)


def test_lines_in_force_are_those_that_nothing_replaces():
    rows = [("a", None, False), ("a~2", "a", False), ("b", None, False), ("b~2", "b", True), ("c", None, False)]
    frame = pl.LazyFrame(rows, schema=["line_id", "replaces", "withdrawn"], orient="row")
    assert in_force(frame).collect()["line_id"].sort().to_list() == ["a~2", "c"]
    assert {"line_id", "replaces", "withdrawn", "credits"} <= set(ACTIVITY)


@given(day=st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_a_day_reads_back_however_it_is_written(day):
    forms = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "%d.%m.%Y", "%Y-%m-%d 00:00:00")
    assert {span(day.strftime(form)) for form in forms} == {(day, day)}
    assert span(f"{day}/{day}") == (day, day)


@given(year=st.integers(1990, 2100), quarter=st.integers(1, 4))
def test_quarters_months_and_years_follow_one_another(year, quarter):
    first, last = span(f"{year}-Q{quarter}")
    assert (first, last) == (span(f"{year}-{3 * quarter - 2:02}")[0], span(f"{year}年{3 * quarter}月")[1])
    assert span(str(year)) == (span(f"{year}Q1")[0], span(f"{year}年第四季度")[1])
    assert (last - first).days in (89, 90, 91)


def test_what_is_no_day_is_none():
    assert [span(text) for text in ("", "2025-02-29", "2025-13", "yesterday", "31", "2025-01-01/x")] == [None] * 6
    assert order_of(["3/4/2025", "5/5/2025"]) is None


def test_a_unit_that_does_not_fit_is_told_with_those_that_do_and_an_item_with_the_one_that_is_like_it(tmp_path):
    _, (unit,) = parsed(tmp_path, HEAD + "HQ,waste,glass.landfill,2025-01,,1,kWh,,,\n")
    assert unit.code == "activity.unit_unknown"
    assert "a unit that the template lists for the item, here t," in unit.text()

    _, (item,) = parsed(tmp_path, HEAD + "HQ,waste,glass.landfil,2025-01,,1,t,,,\n")
    assert "(glass.landfill?)" in item.text()
    _, found = parsed(tmp_path, HEAD + "HQ,refrigerant_topup,R410A,2025-01,,1,kg,,,\n")
    assert "R-410A" in found[0].text()
    _, (far,) = parsed(tmp_path, HEAD + "HQ,goods,widget,2025-01,,5,t,,,\n")
    assert "?" not in far.text()
