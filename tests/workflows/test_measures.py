"""Measures by command and from tables: all findings at once, nothing changed on refusal, the audit log tells."""

import json

import pytest

from tests.workflows.estate import wattstone
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.measure_texts import Unreadable, number, period
from wattstone.workflows.measures import COLUMNS

PERIODS = ("--baseline", "2018-01-01/2018-12-31", "--reporting", "2019-02-01/2020-01-31")
HEADER = (
    "id,site,meters,boundary,baseline start,baseline end,reporting start,reporting end,"
    "expected saving [MWh],cost,status"
)
ROW = "led,HQ,main,whole building,2018-01-01,2018-12-31,2019-02-01,2020-01-31,12.5,9000 GBP,done"


@pytest.fixture
def root(tmp_path):
    wattstone("init", tmp_path / "acme", "--zone", "Europe/London")
    wattstone("site", tmp_path / "acme", "HQ", "--country", "GB")
    for name in ("main", "hall"):
        wattstone("meter", tmp_path / "acme", name, "--site", "HQ", "--kind", "electricity", "--unit", "kWh")
    return tmp_path / "acme"


def measures(root):
    return wattstone("measure", root, "--json").json["measures"]


def declare(root, name, *said, code=0):
    return wattstone("measure", root, name, *said, code=code)


def refused(root, name, *said):
    return [one["code"] for one in wattstone("measure", root, name, *said, "--json", code=2).json["findings"]]


def audit(root):
    workspace = open_workspace(root)
    try:
        return [(one.what, dict(one.details)) for one in workspace.records.audit()]
    finally:
        workspace.close()


def test_a_measure_is_declared_shown_and_corrected(root, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")  # a terminal in which nothing wraps
    declare(root, "led", "--site", "HQ", "--meter", "main", *PERIODS, "--boundary", "all", "--expected", "12 MWh")
    declare(root, "led", "--status", "verified", "--cost", "9000 GBP", "--override", "baseline.short=new")
    declare(
        root, "led", "--override", "baseline.long=two years", "--event", "2019-06-01/2019-06-30,occupancy,floor let"
    )
    (one,) = measures(root)
    assert (one["status"], one["cost"], one["currency"], one["expected_unit"]) == ("verified", 9000.0, "GBP", "MWh")
    assert one["overrides"] == {"baseline.short": "new", "baseline.long": "two years"}
    assert [(event["kind"], event["reason"], event["status"]) for event in one["events"]] == [
        ("occupancy", "floor let", "confirmed")
    ]
    declare(root, "led", "--override", "baseline.short=", "--blackout", "", "--expected", "")
    (one,) = measures(root)
    assert one["overrides"] == {"baseline.long": "two years"}
    assert "expected_saving" not in one
    assert [what for what, _ in audit(root)][:4] == ["measure"] * 4
    assert "2018-01-01/2018-12-31" in wattstone("measure", root).out
    assert "floor let" in wattstone("measure", root, "led").out


def test_everything_wrong_is_told_at_once_and_nothing_is_changed(root):
    found = refused(
        root, "led", "--site", "Moon", "--meter", "nope", "--baseline", "2019-01-01/2018-01-01", "--cost", "9,000",
        "--override", "nonsense=x",
    )  # fmt: skip
    assert sorted(found) == sorted(
        ["declare.invalid", "measure.unreadable", "savings.override_unknown", "measure.site_unknown",
         "measure.meter_unknown", "measure.no_boundary"]
    )  # fmt: skip
    assert measures(root) == []
    assert "measure" not in [what for what, _ in audit(root)]


def test_one_measure_is_not_refused_for_what_is_wrong_with_another(root):
    declare(root, "led", "--site", "HQ", "--meter", "main", *PERIODS)
    assert refused(root, "fan", "--site", "HQ", "--meter", "main", *PERIODS).count("measure.shared_meter") == 1
    declare(root, "fan", "--site", "HQ", "--meter", "main", *PERIODS, "--interacts-with", "led")
    declare(root, "led", "--owner", "Li")


def test_a_measure_is_removed_with_a_reason(root):
    declare(root, "led", "--site", "HQ", "--meter", "main", *PERIODS)
    declare(root, "fan", "--site", "HQ", "--meter", "main", *PERIODS, "--interacts-with", "led")
    assert refused(root, "led", "--remove", "twice") == ["measure.named"]
    assert refused(root, "fan", "--remove", " ") == ["measure.no_reason"]
    assert refused(root, "nope", "--remove", "x") == ["measure.unknown"]
    declare(root, "fan", "--remove", "never installed")
    assert [one["id"] for one in measures(root)] == ["led"]
    what, details = audit(root)[0]
    assert (what, details["reason"], details["was"]["id"]) == ("remove measure", "never installed", "fan")


def test_options_that_do_not_go_together(root):
    for arguments in (("--owner", "Li"), ("--remove", "x"), ("led", "--remove", "x", "--owner", "Li")):
        assert wattstone("measure", root, *arguments, code=2)
    assert "no measure 'nope'" in wattstone("measure", root, "nope").out
    assert "No measures yet" in wattstone("measure", root).out


def test_a_table_is_imported_and_once_more_changes_nothing(root, tmp_path):
    path = tmp_path / "measures.csv"
    path.write_text(f"{HEADER}\n{ROW}\n")
    assert "1 new, 0 changed, 0 as they were" in wattstone("measure", root, "--import", path).out
    (one,) = measures(root)
    assert one["baseline"] == {"first": "2018-01-01", "last": "2018-12-31"}
    assert (one["expected_saving"], one["expected_unit"], one["cost"], one["currency"]) == (12.5, "MWh", 9000.0, "GBP")
    lines = len(audit(root))
    assert "0 new, 0 changed, 1 as they were" in wattstone("measure", root, "--import", path).out
    assert len(audit(root)) == lines
    path.write_text("measure;status\nled;verified\n")
    assert "0 new, 1 changed, 0 as they were" in wattstone("measure", root, "--import", path).out
    assert measures(root)[0] == {**one, "status": "verified"}


def test_a_chinese_workbook_with_typed_dates(root, tmp_path):
    from datetime import datetime

    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["措施清单"])
    sheet.append(
        ["措施编号", "场所", "计量点", "名称", "边界", "基期开始", "基期结束", "报告期", "投资", "币种", "状态"]
    )
    sheet.append(
        ["led", "HQ", "main；hall", "照明", "整栋", datetime(2018, 1, 1), datetime(2018, 12, 31),
         "2019年2月1日至2020年1月31日", 9000, "CNY", "已完成"]
    )  # fmt: skip
    book.save(tmp_path / "措施.xlsx")
    wattstone("measure", root, "--import", tmp_path / "措施.xlsx", "--lang", "zh")
    (one,) = measures(root)
    assert one["meters"] == ["main", "hall"]
    assert one["baseline"] == {"first": "2018-01-01", "last": "2018-12-31"}
    assert one["reporting"] == {"first": "2019-02-01", "last": "2020-01-31"}
    assert (one["name"], one["cost"], one["status"]) == ("照明", 9000.0, "done")


def test_a_table_is_refused_whole_with_row_and_column_of_each_finding(root, tmp_path):
    path = tmp_path / "m.csv"
    bad = [
        ROW,
        'fan,HQ,main,x,2018-01-01,2018-12-31,2018-06-01,2020-01-31,"12,5",1,done',
        "led,HQ,main,x,,,,,,,",
        ",HQ,main,x,,,,,,,",
        "pump,Moon,nope,x,01/02/2018,,,2019-01-01,,,great",
    ]
    path.write_text("\n".join([HEADER, *bad]) + "\n")
    found = wattstone("measure", root, "--import", path, "--json", code=2).json["findings"]
    told = [(one["code"], one["place"].removeprefix("m.csv, ")) for one in found]
    assert told == [
        ("measure.shared_meter", "row 2"),
        ("measure.unreadable", "row 3, column 'expected saving [MWh]'"),
        ("measure.periods_overlap", "row 3, column 'reporting start'"),
        ("measure.cost_half", "row 3, column 'cost'"),
        ("measure.shared_meter", "row 3"),
        ("measure.id", "row 4, column 'id'"),
        ("measure.id", "row 5, column 'id'"),
        ("measure.half_period", "row 6, column 'reporting end'"),
        ("measure.unreadable", "row 6, column 'baseline start'"),
        ("declare.invalid", "row 6, column 'status'"),
        ("measure.site_unknown", "row 6, column 'site'"),
        ("measure.meter_unknown", "row 6, column 'meters'"),
    ]
    assert measures(root) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a,b\n1,2\n", "records.header"),
        ("id,site,site id\nled,HQ,HQ\n", "records.column_twice"),
        ("id,site,colour\nled,HQ,red\n", "records.column_unknown"),
        ("", "readings.file.empty"),
    ],
)
def test_tables_that_say_nothing(root, tmp_path, text, code):
    path = tmp_path / "m.csv"
    path.write_text(text)
    found = wattstone("measure", root, "--import", path, "--json", code=2).json["findings"]
    assert code in [one["code"] for one in found]


def test_too_many_rows_are_refused(root, tmp_path):
    path = tmp_path / "m.csv"
    path.write_text("id,site,meters\n" + "".join(f"m{at},HQ,main\n" for at in range(3100)))
    found = wattstone("measure", root, "--import", path, "--json", code=2).json["findings"]
    assert "records.too_many" in [one["code"] for one in found]


@pytest.mark.parametrize(
    ("text", "value", "rest"),
    [
        ("12000", 12000.0, ""),
        ("12000.5 kWh", 12000.5, "kWh"),
        ("12 000 kWh", 12000.0, "kWh"),
        ("1,234,567 kWh", 1234567.0, "kWh"),
        ("1,234.5", 1234.5, ""),
        ("10%", 10.0, "%"),
    ],
)
def test_numbers_as_people_type_them(text, value, rest):
    assert number(text) == (value, rest)


@pytest.mark.parametrize("text", ["12,000", "12,5", "1.234,5", "", "kWh", "1.2.3", "12,00,000"])
def test_numbers_that_could_be_two_are_refused(text):
    with pytest.raises(Unreadable):
        number(text)


@pytest.mark.parametrize(
    "text", ["", "soon", "31.12.2018/1.1.2019", "2018-01-01/2018-02-01/2018-03-01", "2018-01-01 and 2018-02-01"]
)
def test_periods_that_cannot_be_read(text):
    with pytest.raises(Unreadable):
        period(text)


def test_no_header_stands_for_two_fields():
    said = [one.replace("_", " ") for field, names in COLUMNS.items() for one in {field.replace("_", " "), *names}]
    assert len(said) == len(set(said))


def test_machines_read_one_object(root):
    said = wattstone("measure", root, "led", "--site", "HQ", "--meter", "main", "--json")
    assert json.loads(said.out)["measures"][0]["id"] == "led"
