"""Detection: what a table seems to be, how sure that is, and the mapping file that keeps it."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from wattstone.base import InputRefused
from wattstone.readings.tabular import CONFIDENT, Detection, Mapping, detect, read
from wattstone.readings.tabular.numbers import number_style
from wattstone.readings.tabular.stamps import minutes, parse, stamp_format
from wattstone.readings.tabular.zones import changes, clock


def times(count: int, step: int, form: str, begin: dt.datetime = dt.datetime(2019, 1, 13)) -> list[str]:
    return [(begin + dt.timedelta(minutes=step * row)).strftime(form) for row in range(count)]


def detected(tmp_path: Path, text: str, *, encoding: str = "utf-8", name: str = "export.csv") -> Detection:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return detect(path)


def test_a_german_export(tmp_path: Path) -> None:
    lines = "".join(f"{at};{row % 7},5;1.234,{row:03d}\n" for row, at in enumerate(times(96, 15, "%d.%m.%Y %H:%M")))
    found = detected(tmp_path, "Zeit;Strom [kWh];Gas [MWh]\n" + lines, encoding="cp1252")
    mapping = found.mapping
    assert (mapping.delimiter, mapping.decimal, mapping.thousands) == (";", ",", ".")
    assert (mapping.layout, mapping.stamp_format, mapping.interval) == ("wide", "%d.%m.%Y %H:%M", 900)
    assert {name: (one.kind, one.unit) for name, one in mapping.wide.items()} == {
        "Strom [kWh]": ("electricity", "kWh"),
        "Gas [MWh]": ("natural_gas", "MWh"),
    }
    assert found.confidence == 1.0
    assert found.preview["value"][0] == 0.5


def test_chinese_headers_in_gb18030(tmp_path: Path) -> None:
    lines = "".join(f"{at}\t1号楼\t{row}.5\n" for row, at in enumerate(times(48, 60, "%Y年%m月%d日 %H:%M")))
    found = detected(tmp_path, "时间\t电表\t用电量(kWh)\n" + lines, encoding="gb18030")
    mapping = found.mapping
    assert (mapping.encoding, mapping.delimiter, mapping.unit, mapping.kind) == ("gb18030", "\t", "kWh", "electricity")
    assert (mapping.columns.timestamp, mapping.columns.meter, mapping.columns.value) == ("时间", "电表", "用电量(kWh)")


def test_columns_of_unit_kind_and_site(tmp_path: Path) -> None:
    lines = "".join(
        f"HQ,{kind},{at},{unit},1.5\n"
        for kind, unit in (("gas", "m3"), ("electricity", "kWh"))
        for at in times(48, 60, "%Y-%m-%d %H:%M")
    )
    found = detected(tmp_path, "building,fuel,timestamp,unit,value\n" + lines)
    columns = found.mapping.columns
    assert (columns.site, columns.kind, columns.unit, columns.value) == ("building", "fuel", "unit", "value")
    meters = read(tmp_path / "export.csv", found.mapping, zone="UTC").meters
    assert {(one.id, one.site_id, one.kind, one.unit) for one in meters} == {
        ("HQ-gas", "HQ", "natural_gas", "m3"),
        ("HQ-electricity", "HQ", "electricity", "kWh"),
    }


def test_the_order_of_day_and_month_is_a_doubt_where_nothing_decides_it(tmp_path: Path) -> None:
    lines = "".join(f"03/04/2019 {hour:02d}:00,{hour}.5\n" for hour in range(24))
    found = detected(tmp_path, "timestamp,electricity [kWh]\n" + lines)
    assert [one.code for one in found.doubts] == ["readings.date.ambiguous"]
    assert all(one.severity == "warning" for one in found.doubts)
    assert found.confidence < CONFIDENT


def test_days_that_follow_each_other_decide_the_order(tmp_path: Path) -> None:
    # 1 to 9 April: as months and days these would be the first of nine months.
    lines = "".join(f"{day:02d}/04/2019 {hour:02d}:00,{hour}.5\n" for day in range(1, 10) for hour in range(24))
    found = detected(tmp_path, "timestamp,electricity [kWh]\n" + lines)
    assert found.mapping.stamp_format == "%d/%m/%Y %H:%M"
    assert found.confidence == 1.0


def test_twelve_dates_could_be_days_or_months(tmp_path: Path) -> None:
    found = detected(tmp_path, "date,gas [kWh]\n" + "".join(f"01/{part:02d}/2019,{part}.5\n" for part in range(1, 13)))
    assert "readings.date.ambiguous" in [one.code for one in found.doubts]


def test_a_late_row_decides_the_order(tmp_path: Path) -> None:
    begin = dt.datetime(2019, 1, 1)
    lines = "".join(f"{at},1.25\n" for at in times(60_000, 1, "%m/%d/%Y %H:%M", begin))
    found = detected(tmp_path, "timestamp,electricity [kWh]\n" + lines)
    assert (tmp_path / "export.csv").stat().st_size > 1024 * 1024
    assert found.mapping.stamp_format == "%m/%d/%Y %H:%M"


def test_numbers_that_could_be_grouped_are_a_doubt(tmp_path: Path) -> None:
    lines = "".join(f"{at};1.234\n" for at in times(24, 60, "%Y-%m-%d %H:%M"))
    found = detected(tmp_path, "timestamp;electricity [kWh]\n" + lines)
    assert [one.code for one in found.doubts] == ["readings.decimal.ambiguous"]
    assert found.confidence < CONFIDENT


def test_a_unit_that_nobody_states_is_a_doubt(tmp_path: Path) -> None:
    lines = "".join(f"{at},1.5\n" for at in times(24, 60, "%Y-%m-%d %H:%M"))
    found = detected(tmp_path, "timestamp,value\n" + lines)
    assert "readings.unit.missing" in [one.code for one in found.doubts]
    assert found.confidence < CONFIDENT


def test_end_stamps_are_known_by_their_days(tmp_path: Path) -> None:
    ends = times(96, 15, "%Y-%m-%d %H:%M", dt.datetime(2019, 1, 1, 0, 15))
    found = detected(tmp_path, "timestamp,electricity [kWh]\n" + "".join(f"{at},1.5\n" for at in ends))
    assert found.mapping.stamp == "end"
    assert found.preview["start"][0] == dt.datetime(2019, 1, 1)


def test_midnight_that_carries_the_day_before(tmp_path: Path) -> None:
    ends = [dt.datetime(2018, 1, 1) + dt.timedelta(minutes=15 * row) for row in range(1, 300)]
    lines = [f"{(at - dt.timedelta(days=at.hour == at.minute == 0)):%d/%m/%Y %H:%M},3.2\n" for at in ends]
    found = detected(tmp_path, "date,Usage_kWh\n" + "".join(lines), name="electricity.csv")
    assert (found.mapping.midnight, found.mapping.stamp, found.mapping.interval) == ("previous", "end", 900)
    starts = [frame["start"] for frame in read(tmp_path / "electricity.csv", found.mapping, zone="UTC").readings]
    assert starts[0].to_list() == [at - dt.timedelta(minutes=15) for at in ends]


def test_a_counter_is_known_by_its_rise(tmp_path: Path) -> None:
    lines = "".join(f"{at},{100 + row * 0.25}\n" for row, at in enumerate(times(96, 60, "%Y-%m-%d %H:%M")))
    found = detected(tmp_path, "timestamp,water [m3]\n" + lines)
    assert found.mapping.reading == "register"
    assert [one.code for one in found.doubts] == ["readings.register.assumed"]


@pytest.mark.parametrize(
    ("header", "meter"), [("Block A [kWh]", "Block A"), ("Usage (kWh)", "export"), ("kWh", "export")]
)
def test_one_column_is_named_by_its_header_or_by_the_file(tmp_path: Path, header: str, meter: str) -> None:
    lines = "".join(f"{at},1.5\n" for at in times(48, 30, "%Y-%m-%d %H:%M"))
    found = detected(tmp_path, f"Time,{header}\n{lines}")
    assert [one.id for one in read(tmp_path / "export.csv", found.mapping, zone="UTC").meters] == [meter]


def test_counters_and_intervals_in_one_file_are_refused(tmp_path: Path) -> None:
    counters = "".join(f"a,water_register,{at},{row}.5\n" for row, at in enumerate(times(30, 60, "%Y-%m-%d %H:%M")))
    found = detected(tmp_path, "meter,kind,time,water [L]\n" + counters)
    assert (found.mapping.reading, found.confidence) == ("register", 1.0)
    others = "".join(f"b,water,{at},{row % 3}.5\n" for row, at in enumerate(times(30, 60, "%Y-%m-%d %H:%M")))
    mixed = detected(tmp_path, "meter,kind,time,water [L]\n" + counters + others)
    findings = read(tmp_path / "export.csv", mixed.mapping, zone="UTC").findings
    assert [one.code for one in findings] == ["readings.kind.register"]


def test_rows_above_and_a_row_of_units(tmp_path: Path) -> None:
    lines = "".join(f"{at},1.5,2.5\n" for at in times(48, 30, "%Y-%m-%d %H:%M"))
    found = detected(tmp_path, f"Report of April\n\nTime,Electricity,Gas\n,kWh,kWh\n{lines}")
    assert (found.mapping.skip, found.mapping.skip_after, found.mapping.unit) == (2, 1, "kWh")
    assert sum(frame.height for frame in read(tmp_path / "export.csv", found.mapping, zone="UTC").readings) == 96


def test_months_are_as_long_as_they_are(tmp_path: Path) -> None:
    found = detected(tmp_path, "month,gas [kWh]\n" + "".join(f"2019-{month:02d},{month}.5\n" for month in range(1, 13)))
    assert found.mapping.interval == "month"
    seconds = [
        frame["seconds"] for frame in read(tmp_path / "export.csv", found.mapping, zone="Europe/London").readings
    ]
    assert [one // 3600 for one in seconds[0].to_list()] == [744, 672, 743, 720, 744, 720, 744, 744, 720, 745, 720, 744]


@pytest.mark.parametrize("text", ["", "\n\n\n", "﻿", "just words\nand more\n", "a,b\n1,2\n", "time,x\n2019-01-01,y\n"])
def test_what_is_no_table_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputRefused):
        detected(tmp_path, text)


def test_a_mapping_is_kept_as_toml_and_its_mistakes_are_all_named() -> None:
    with pytest.raises(InputRefused) as caught:
        Mapping.from_toml('decimal = "x"\nmist = 1\n[columns]\ndate = 3\n')
    assert {finding.place for finding in caught.value.findings} == {
        "mapping.toml, decimal",
        "mapping.toml, mist",
        "mapping.toml, columns.date",
    }
    with pytest.raises(InputRefused):
        Mapping.from_toml("= broken")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2019-01-01T00:30:00Z", dt.datetime(2019, 1, 1, 0, 30)),
        ("2019-01-01T00:30:00+0800", dt.datetime(2018, 12, 31, 16, 30)),
        ("1546302600", dt.datetime(2019, 1, 1, 0, 30)),
        ("1546302600000", dt.datetime(2019, 1, 1, 0, 30)),
        ("13/01/2019 12:30 AM", dt.datetime(2019, 1, 13, 0, 30)),
        ("13.01.19 24:00", dt.datetime(2019, 1, 14)),
        ("31 Jan 2019 23:45", dt.datetime(2019, 1, 31, 23, 45)),
        ("201901311530", dt.datetime(2019, 1, 31, 15, 30)),
    ],
)
def test_stamps_as_people_write_them(cell: str, expected: dt.datetime) -> None:
    found = stamp_format([cell])
    assert found is not None
    assert parse(pl.Series([cell]), found.format).to_list() == [expected]


def test_serial_days_of_a_spreadsheet() -> None:
    # 43831 is 2020-01-01 in the 1900 system of Excel.
    assert stamp_format(["43831.25"]) is None
    found = stamp_format(["43831.25"], times=True)
    assert found is not None
    assert parse(pl.Series(["43831.25"]), found.format).to_list() == [dt.datetime(2020, 1, 1, 6)]


def test_times_of_day() -> None:
    assert [minutes(text) for text in ("00:30", "24:00", "12:15 AM", "1530", "25:00", "x")] == [
        30,
        1440,
        15,
        930,
        None,
        None,
    ]


def test_styles_of_numbers() -> None:
    style = number_style(["1.234,56", "7"])
    assert style is not None
    assert (style.decimal, style.thousands, style.certain) == (",", ".", True)
    assert number_style(["1,5", "2.5"]) is None


def test_the_clock_of_london_changed_twice_in_2019() -> None:
    # UK: 2019-03-31 01:00 UTC and 2019-10-27 01:00 UTC (The Summer Time Order 2002).
    assert [one for one in changes("Europe/London") if one.year == 2019] == [
        dt.datetime(2019, 3, 31, 1),
        dt.datetime(2019, 10, 27, 1),
    ]
    assert len(clock("+08:00").breaks) == 0


def test_months_of_one_digit_as_chinese_ledgers_write_them(tmp_path: Path) -> None:
    lines = "".join(f"滨江花园,2024年{month}月,{1000 - 7 * month}.5\n" for month in range(1, 13))
    found = detected(tmp_path, "2024年度能耗台账,,\n项目,月份,用电量(千瓦时)\n" + lines)
    assert (found.mapping.stamp_format, found.mapping.interval, found.mapping.columns.site) == (
        "%Y年%m月",
        "month",
        "项目",
    )
    rows = pl.concat(read(tmp_path / "export.csv", found.mapping, zone="UTC").readings)
    assert rows["start"].dt.month().to_list() == list(range(1, 13))


@pytest.mark.parametrize("header", ["止码", "Dial"])
def test_a_year_of_monthly_counters_is_no_use(tmp_path: Path, header: str) -> None:
    # 3 000 kWh a month on a counter at 10 500: taken for use, the year would be four times too large
    lines = "".join(f"A,SUN-1,2024-{at:02}-01,{40500 + 3000 * at + at % 3},kWh\n" for at in range(1, 13))
    found = detected(tmp_path, f"小区,表号,抄表日期,{header},单位\n" + lines)
    assert found.mapping.reading == "register"
    assert found.mapping.columns.site == "小区"


def test_monthly_use_is_no_counter(tmp_path: Path) -> None:
    lines = "".join(f"M1,2024-{at:02}-01,{40500 + 300 * at * (-1) ** at},kWh\n" for at in range(1, 13))
    assert detected(tmp_path, "meter,month,use,unit\n" + lines).mapping.reading == "interval"


def test_what_pv_feeds_in_is_export(tmp_path: Path) -> None:
    header = "time,HQ PV export (kWh),HQ PV generation (kWh),正向有功电量(kWh),反向有功电量(kWh)\n"
    lines = "".join(f"{at},1,2,{row % 5},4\n" for row, at in enumerate(times(48, 60, "%Y-%m-%d %H:%M")))
    kinds = [one.kind for one in detected(tmp_path, header + lines).mapping.wide.values()]
    assert kinds == ["electricity_export", "solar", "electricity", "electricity_export"]


def test_columns_that_do_not_say_what_they_measure_are_named(tmp_path: Path) -> None:
    lines = "".join(f"{at},1,{row % 5}\n" for row, at in enumerate(times(48, 60, "%Y-%m-%d %H:%M")))
    doubts = detected(tmp_path, "time,HQ gas (kWh),HQ HVAC (kWh)\n" + lines).doubts
    assert ["HQ HVAC" in one.text() for one in doubts if one.code == "readings.kind.assumed"] == [True]


@pytest.mark.parametrize("name", ["export.csv", "Meter export 2025.csv", "electricity_export.csv"])
def test_a_file_called_export_holds_what_was_used(tmp_path: Path, name: str) -> None:
    lines = "".join(f"{at},A,{row % 5}\n" for row, at in enumerate(times(48, 60, "%Y-%m-%d %H:%M")))
    assert detected(tmp_path, "time,meter,value (kWh)\n" + lines, name=name).mapping.kind == "electricity"


@pytest.mark.parametrize(
    ("head", "encoding", "taken"),
    [
        ("Zeit;Zähler für das Büro [kWh]", "cp1252", "cp1252"),
        ("Heure;Énergie relevée été [kWh]", "cp1252", "cp1252"),
        ("时间;办公楼用电量 [kWh]", "gb18030", "gb18030"),
    ],
)
def test_the_encodings_of_offices_are_told_apart(tmp_path: Path, head: str, encoding: str, taken: str) -> None:
    """In `für` and `Büro` the bytes of two letters make a rare Chinese character."""
    lines = "".join(f"2024-01-0{day} 00:00;{day},5\n" for day in range(1, 8))
    mapping = detected(tmp_path, f"{head}\n{lines}", encoding=encoding).mapping

    assert mapping.encoding == taken
    assert mapping.columns.values == (head.split(";")[1],) or mapping.columns.value == head.split(";")[1]
