"""Reading tables: clocks, values, duplicates and everything that is refused, with its row."""

import datetime as dt
import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from wattstone.base import Finding, InputRefused
from wattstone.readings.schema import READINGS, REGISTERS
from wattstone.readings.tabular import ColumnMeter, Columns, Mapping, detect, duplicates, read
from wattstone.readings.tabular import csv as csv_module

LONG = Mapping(
    columns=Columns(meter="meter", timestamp="time", value="kWh"),
    stamp_format="%Y-%m-%d %H:%M",
    interval=3600,
    unit="kWh",
    kind="electricity",
)
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to(text: str | bytes, name: str = "readings.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return to


def rows(path: Path, mapping: Mapping, zone: str = "UTC") -> list[tuple[str, dt.datetime, int, float]]:
    frame = pl.concat(list(read(path, mapping, zone=zone).readings))
    assert dict(frame.schema) == READINGS
    return frame.sort("meter_id", "start").rows()


def refusal(path: Path, mapping: Mapping, zone: str | None = "UTC") -> dict[str, Finding]:
    table = read(path, mapping, zone=zone)
    with pytest.raises(InputRefused) as caught:
        for _ in table.registers if mapping.reading == "register" else table.readings:
            pass
    return {finding.code: finding for finding in caught.value.findings}


def table(*lines: str) -> str:
    return "meter,time,kWh\n" + "".join(f"{line}\n" for line in lines)


def test_the_hour_that_the_clock_shows_twice_is_told_by_order(write: Write) -> None:
    # London, 2019-10-27: 01:00 to 02:00 happened at 00:00 UTC (BST) and again at 01:00 UTC (GMT).
    path = write(table("a,2019-10-27 00:00,1", "a,2019-10-27 01:00,2", "a,2019-10-27 01:00,3", "a,2019-10-27 02:00,4"))
    starts = [(start.isoformat(), value) for _, start, _, value in rows(path, LONG, "Europe/London")]
    assert starts == [
        ("2019-10-26T23:00:00", 1.0),
        ("2019-10-27T00:00:00", 2.0),
        ("2019-10-27T01:00:00", 3.0),
        ("2019-10-27T02:00:00", 4.0),
    ]


def test_a_file_from_new_to_old_doubles_its_hour_the_other_way_round(write: Write) -> None:
    path = write(table("a,2019-10-27 02:00,4", "a,2019-10-27 01:00,3", "a,2019-10-27 01:00,2", "a,2019-10-27 00:00,1"))
    assert [value for *_, value in rows(path, LONG, "Europe/London")] == [1.0, 2.0, 3.0, 4.0]


def test_a_doubled_hour_that_stands_once_is_a_warning(write: Write) -> None:
    path = write(table("a,2019-10-27 00:00,1", "a,2019-10-27 01:00,2", "a,2019-10-27 02:00,4"))
    found = read(path, LONG, zone="Europe/London").findings
    assert [(one.code, one.severity, one.first) for one in found] == [("readings.time.once", "warning", "row 3")]


def test_a_time_that_the_clock_skips_is_refused_with_its_row(write: Write) -> None:
    path = write(table("a,2019-03-31 00:00,1", "a,2019-03-31 01:30,2", "a,2019-03-31 02:00,3"))
    found = refusal(path, LONG, "Europe/London")
    assert found["readings.time.gap"].first == "row 3"
    assert len(rows(path, LONG, "UTC")) == 3


def test_stamps_with_offsets_ignore_the_zone(write: Write) -> None:
    path = write(table("a,2019-10-27T01:00+01:00,1", "a,2019-10-27T01:00Z,2"))
    mapping = LONG.model_copy(update={"stamp_format": "%Y-%m-%dT%H:%M%z"})
    assert [start.hour for _, start, *_ in rows(path, mapping, "Asia/Shanghai")] == [0, 1]


def test_every_stamp_counts_by_its_own_offset(write: Write) -> None:
    stamps = ["T01:00+02:00", "T02:00+02:00", "T02:00+01:00", "T02:00Z", "T08:30+05:30", "T04:00+0000", "T00:00-05:00"]
    path = write(table(*(f"a,2019-10-27{stamp},1" for stamp in stamps)))
    mapping = LONG.model_copy(update={"stamp_format": "%Y-%m-%dT%H:%M%z"})
    starts = [start for _, start, *_ in rows(path, mapping)]
    assert starts == [dt.datetime(2019, 10, 26, 23) + dt.timedelta(hours=hour) for hour in range(7)]


def test_an_offset_that_no_clock_has_is_refused(write: Write) -> None:
    path = write(table("a,2019-10-27T01:00+01:00,1", "a,2019-10-27T02:00+45:00,1", "a,2019-10-27T03:00+,1"))
    mapping = LONG.model_copy(update={"stamp_format": "%Y-%m-%dT%H:%M%z"})
    assert refusal(path, mapping)["readings.time.invalid"].count == 2


def test_midnight_as_24_hours_is_the_next_day_and_end_stamps_are_moved(write: Write) -> None:
    path = write(table("a,2019-01-31 23:00,1", "a,2019-01-31 24:00,2"))
    mapping = LONG.model_copy(update={"stamp": "end"})
    assert [start.isoformat() for _, start, *_ in rows(path, mapping)] == ["2019-01-31T22:00:00", "2019-01-31T23:00:00"]


def test_a_local_day_has_23_or_25_hours(write: Write) -> None:
    path = write(table("a,2019-03-31,1", "a,2019-04-01,1", "a,2019-10-27,1"))
    mapping = LONG.model_copy(update={"stamp_format": "%Y-%m-%d", "interval": "day"})
    assert [seconds // 3600 for _, _, seconds, _ in rows(path, mapping, "Europe/London")] == [23, 24, 25]


def test_power_becomes_energy_by_the_interval(write: Write) -> None:
    path = write("meter,time,kWh\na,2019-01-01 00:00,10\na,2019-01-01 00:15,4\n")
    mapping = LONG.model_copy(update={"unit": "MW", "reading": "power", "interval": 900})
    # 10 MW for a quarter of an hour is 2,500 kWh.
    assert [value for *_, value in rows(path, mapping)] == [2500.0, 1000.0]
    assert read(path, mapping, zone="UTC").meters[0].reading == "power"


def test_a_register_is_given_as_such(write: Write) -> None:
    path = write(table("a,2019-01-01 00:00,100", "a,2019-01-02 00:00,101.5"))
    mapping = LONG.model_copy(update={"reading": "register", "unit": "L", "kind": "water", "interval": None})
    given = read(path, mapping, zone="UTC")
    frame = pl.concat(list(given.registers))
    assert dict(frame.schema) == REGISTERS
    assert frame["value"].to_list() == pytest.approx([0.1, 0.1015])  # m3
    assert list(given.readings) == []
    assert given.meters[0].interval_seconds is None


@pytest.mark.parametrize(
    ("decimal", "thousands", "cell", "value"),
    [
        (",", ".", "1.234,56", 1234.56),
        (".", " ", "1 234.5", 1234.5),
        (".", " ", "1\u202f234.5", 1234.5),
        (".", "'", "1'234.5", 1234.5),
        (".", "'", "1’234.5", 1234.5),
        (".", "", "１２．５", 12.5),
        (".", "", " 7 ", 7.0),
        (".", "", "1e3", 1000.0),
        (",", "", "0,5", 0.5),
    ],
)
def test_numbers_as_people_write_them(write: Write, decimal: str, thousands: str, cell: str, value: float) -> None:
    path = write(f"meter;time;kWh\na;2019-01-01 00:00;{cell}\n")
    mapping = LONG.model_copy(update={"delimiter": ";", "decimal": decimal, "thousands": thousands})
    assert [one for *_, one in rows(path, mapping)] == [value]


@pytest.mark.parametrize("cell", ["1.5", "1.23", "12.3456", "1,2,3"])
def test_a_cell_that_does_not_group_digits_by_three_is_no_number(write: Write, cell: str) -> None:
    mapping = LONG.model_copy(update={"delimiter": ";", "decimal": ",", "thousands": "."})
    found = refusal(write(f"meter;time;kWh\na;2019-01-01 00:00;{cell}\n"), mapping)
    assert found["readings.value.invalid"].first == "row 2"


def test_everything_wrong_is_said_at_once_with_rows(write: Write) -> None:
    path = write(
        table(
            "a,2019-01-01 00:00,1",
            "a,2019-02-30 01:00,2",
            "a,2019-01-01 02:00,much",
            "a,2019-01-01 03:00,=SUM(C2:C4)",
            ",2019-01-01 04:00,5",
            "a,2019-01-01 05:00,5,6",
            "a,2019-01-01 00:00,9",
        )
    )
    found = refusal(path, LONG)
    assert {code: finding.first for code, finding in found.items()} == {
        "readings.csv.fields": "row 7",
        "readings.value.invalid": "row 4",
        "readings.formula": "row 5",
        "readings.time.invalid": "row 3",
        "readings.meter.missing": "row 6",
        "readings.duplicate.conflict": "row 8",
    }
    assert "row 2" in found["readings.duplicate.conflict"].text()


def test_the_same_reading_twice_is_dropped_with_a_warning(write: Write) -> None:
    path = write(table("a,2019-01-01 00:00,1", "a,2019-01-01 01:00,2", "a,2019-01-01 00:00,1"))
    given = read(path, LONG, zone="UTC")
    assert sum(frame.height for frame in given.readings) == 2
    assert [(one.code, one.count) for one in given.findings] == [("readings.duplicate.same", 1)]


def test_empty_cells_are_gaps_and_never_zero(write: Write) -> None:
    path = write(table("a,2019-01-01 00:00,1", "a,2019-01-01 01:00,", "a,2019-01-01 02:00,NA"))
    mapping = LONG.model_copy(update={"nulls": ("NA",)})
    given = read(path, mapping, zone="UTC")
    assert sum(frame.height for frame in given.readings) == 1
    assert [(one.code, one.count) for one in given.findings] == [("readings.value.empty", 2)]


def test_wrong_columns_zone_and_unit_are_said(write: Write) -> None:
    path = write(table("a,2019-01-01 00:00,1"))
    wrong = LONG.model_copy(update={"columns": Columns(meter="m", timestamp="time", value="kwh")})
    assert set(refusal(path, wrong, "Mars/Olympus")) == {"readings.column.missing", "readings.zone.unknown"}
    assert set(refusal(path, LONG, None)) == {"readings.zone.missing"}
    assert set(refusal(path, LONG.model_copy(update={"unit": "furlong"}))) == {"readings.unit.unknown"}
    assert set(refusal(path, LONG.model_copy(update={"unit": None}))) == {"readings.unit.missing"}
    assert set(refusal(path, LONG.model_copy(update={"unit": "kW"}))) == {"readings.unit.power"}


def test_a_column_that_is_there_twice_is_refused(write: Write) -> None:
    found = refusal(write("meter,time,kWh,kWh\na,2019-01-01 00:00,1,2\n"), LONG)
    assert set(found) == {"readings.column.twice"}


def test_half_a_file_is_refused(write: Write) -> None:
    found = refusal(write(table("a,2019-01-01 00:00,1") + "a,2019-01"), LONG)
    assert found["readings.csv.truncated"].first == "row 3"
    packed = gzip.compress(table(*(f"a,2019-01-01 {hour:02d}:00,{hour}" for hour in range(24))).encode())
    assert set(refusal(write(packed[:-12], "readings.csv.gz"), LONG)) == {"readings.file.broken"}


def test_a_byte_of_another_encoding_is_found_with_row_and_offset(write: Write) -> None:
    text = table("a,2019-01-01 00:00,1").encode() + b"Z\xfcrich,2019-01-01 01:00,2\n"
    finding = refusal(write(text), LONG)["readings.csv.encoding"]
    assert finding.first == "row 3"
    assert finding.params["offset"] == 1


def test_a_line_without_end_is_refused_in_bounded_memory(write: Write, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("wb") as file:
        file.write(b"meter,time,kWh\na,2019-01-01 00:00,1\n")
        file.seek(3 * 1024**3)  # a hole: the file is 3 GiB of zeros without a line feed, and takes no space
        file.write(b"\n")
    assert refusal(path, LONG)["readings.csv.line"].first == "row 3"
    with pytest.raises(InputRefused, match="longer than"):
        detect(write(b"x" * 3_000_000, "one-line.csv"))


def test_bombs_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.csv", "w", force_zip64=True) as file,
    ):
        file.write(b"meter,time,kWh\n")
        for _ in range(100):
            file.write(b"a,2019-01-01 00:00,1\n" * 50_000)
    assert set(refusal(path, LONG)) == {"readings.file.bomb"}
    book = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 100_000_000)
    with pytest.raises(InputRefused, match="expand"):
        detect(book)


def long_book(path: Path, hours: int, *, far: bool = False) -> Path:
    """A workbook that does not say how large its sheet is; `far`: each row has a cell at the end of the sheet."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Readings")
    rest = [*[None] * 16_381, "x"] if far else []
    sheet.append(["Time", "Gas [kWh]"])
    for hour in range(hours):
        sheet.append([dt.datetime(2019, 1, 1) + dt.timedelta(hours=hour), hour + 0.5, *rest])
    book.save(path)
    return path


@pytest.mark.parametrize(("far", "most"), [(False, 6_002), (True, 425_984)])
def test_of_a_long_workbook_the_cells_that_there_are_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, far: bool, most: int
) -> None:
    from openpyxl.worksheet import _reader

    from wattstone.readings.tabular import xlsx

    book = long_book(tmp_path / "book.xlsx", 60 if far else 4000, far=far)
    looked = list[int]()
    row = xlsx._row
    monkeypatch.setattr(xlsx, "_row", lambda *given: (looked.append(row(*given)[1]), row(*given))[1])
    monkeypatch.setattr(_reader.WorkSheetParser, "parse_dimensions", lambda _self: pytest.fail("it was read through"))

    sample, title, _ = xlsx.sniff_xlsx(book)

    assert (title, sample.rows[1].cells[1]) == ("Readings", "0.5")
    assert sum(looked) <= most


def test_formulas_of_a_workbook_are_refused_with_their_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Time", "Gas [kWh]"])
    for hour in range(24):
        sheet.append([dt.datetime(2019, 1, 1, hour), hour + 0.5])
    path = tmp_path / "book.xlsx"
    book.save(path)
    mapping = detect(path).mapping
    assert [value for *_, value in rows(path, mapping)] == [hour + 0.5 for hour in range(24)]
    sheet["B5"] = "=SUM(B2:B4)"
    book.save(path)
    assert refusal(path, mapping)["readings.formula"].first == "row 5"


def test_a_matrix_is_unrolled(write: Write) -> None:
    slots = [f"{hour:02d}:00" for hour in range(24)]
    text = "Date," + ",".join(slots) + "\n2019-01-01," + ",".join(str(hour) for hour in range(24)) + "\n"
    mapping = Mapping(
        layout="matrix",
        columns=Columns(date="Date", values=tuple(slots)),
        stamp_format="%Y-%m-%d",
        interval=3600,
        unit="kWh",
        kind="gas",
        meter="main",
        site="HQ",
    )
    given = rows(write(text), mapping, "Asia/Shanghai")
    assert given[0][:2] == ("main", dt.datetime(2018, 12, 31, 16))
    assert [value for *_, value in given] == [float(hour) for hour in range(24)]


def test_zeros_that_fill_the_skipped_hour_of_a_matrix_are_left_out(write: Write) -> None:
    slots = [f"{hour:02d}:00" for hour in range(24)]
    cells = ["0" if hour == 1 else "5" for hour in range(24)]
    mapping = Mapping(
        layout="matrix",
        columns=Columns(date="Date", values=tuple(slots)),
        stamp_format="%Y-%m-%d",
        interval=3600,
        unit="kWh",
        kind="gas",
    )
    path = write(f"Date,{','.join(slots)}\n2019-03-31,{','.join(cells)}\n")
    given = read(path, mapping, zone="Europe/London")
    assert sum(frame.height for frame in given.readings) == 23
    assert [one.severity for one in given.findings] == ["warning"]


def test_blocks_do_not_change_the_result(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = dt.datetime(2019, 6, 1)
    times = [begin + dt.timedelta(hours=hour) for hour in range(4000)]
    lines = [f'"m{meter}",{at:%Y-%m-%d %H:%M},{meter}.5' for at in times for meter in range(3)]
    lines += [*lines[100:110], "m1,2019-05-31 23:00,7"]
    path = write(table(*lines))
    whole = rows(path, LONG, "Europe/London")
    warned = {one.code: one.as_dict() for one in read(path, LONG, zone="Europe/London").findings}
    monkeypatch.setattr(csv_module, "BLOCK", 5000)
    assert rows(path, LONG, "Europe/London") == whole
    assert {one.code: one.as_dict() for one in read(path, LONG, zone="Europe/London").findings} == warned
    assert len(whole) == 12_001


def test_a_conflict_far_apart_is_found(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = dt.datetime(2019, 1, 1)
    lines = [f"a,{begin + dt.timedelta(hours=hour):%Y-%m-%d %H:%M},1" for hour in range(3000)]
    path = write(table(*lines, "a,2019-01-01 05:00,2"))
    monkeypatch.setattr(csv_module, "BLOCK", 5000)
    finding = refusal(path, LONG)["readings.duplicate.conflict"]
    assert (finding.first, finding.params["before"]) == ("row 3002", 7)
    monkeypatch.setattr(duplicates, "LATE_ROWS", 0)
    assert "readings.file.unordered" in refusal(path, LONG)


def test_a_wide_table_with_units_of_its_own(write: Write) -> None:
    path = write("time,a [MWh],b\n2019-01-01 00:00,1,2\n")
    mapping = Mapping(
        layout="wide",
        columns=Columns(timestamp="time", values=("a [MWh]", "b")),
        stamp_format="%Y-%m-%d %H:%M",
        interval=3600,
        kind="heat",
        wide={"b": ColumnMeter(meter="Boiler", unit="kWh_gross", kind="gas")},
    )
    assert [(meter, value) for meter, _, _, value in rows(path, mapping)] == [("Boiler", 2.0), ("a", 1000.0)]
    boiler = next(one for one in read(path, mapping, zone="UTC").meters if one.id == "Boiler")
    assert (boiler.kind, boiler.basis, boiler.declared) == ("natural_gas", "gross", "readings")
