"""Whatever bytes are given, a reader gives a result or a refusal; what is written in a dialect is read back equal."""

import datetime as dt
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.readings import espi_feed
from wattstone.base import Finding, InputRefused
from wattstone.readings import greenbutton
from wattstone.readings.formats import detect_format
from wattstone.readings.sessions import read_sessions
from wattstone.readings.tabular import Mapping, detect, read
from wattstone.readings.weather import read_epw, read_weather_csv, read_weather_parquet

START = dt.datetime(2019, 3, 1)
FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def stamps(rows: int, step: int, form: str) -> list[str]:
    return [(START + dt.timedelta(minutes=step * row)).strftime(form) for row in range(rows)]


def long_csv() -> bytes:
    rows = "".join(f"HQ,{at},{row % 7}.25,kWh\n" for row, at in enumerate(stamps(120, 30, "%Y-%m-%d %H:%M")))
    return f"meter,timestamp,electricity,unit\n{rows}".encode()


def german_csv() -> bytes:
    rows = "".join(
        f'{at};"{row % 7},5";1.234,{row:03d}\r\n' for row, at in enumerate(stamps(120, 15, "%d.%m.%Y %H:%M"))
    )
    return f"Bericht;;\r\nZeit;Strom 1 [kWh];Strom 2 [kWh]\r\n{rows}".encode("utf-8-sig")


def matrix_csv() -> bytes:
    slots = [f"{hour:02d}:{minute:02d}" for hour in range(24) for minute in (0, 30)]
    rows = "".join(f"A,{day:02d}/03/2019," + ",".join("0.5" for _ in slots) + "\n" for day in range(10, 30))
    return f"MPAN,Date [kWh],{','.join(slots)}\n{rows}".encode()


def chinese_csv() -> bytes:
    rows = "".join(f"1号楼\t{at}\t{row % 5}\n" for row, at in enumerate(stamps(60, 60, "%Y年%m月%d日 %H:%M")))
    return f"电表\t时间\t用电量(kWh)\n{rows}".encode("gb18030")


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Time", "Gas [kWh]"])
    for row in range(60):
        sheet.append([START + dt.timedelta(hours=row), row % 5 + 0.5])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readings.csv", long_csv())
    return stream.getvalue()


def green_button() -> bytes:
    readings = [(1553904000 + 900 * row, 900, row) for row in range(50)]
    return espi_feed.feed(
        espi_feed.usage_point(), espi_feed.meter_reading(), espi_feed.reading_type(uom=72), espi_feed.block(readings)
    ).encode()


def epw() -> bytes:
    head = (
        "LOCATION,Oslo,-,NOR,IWEC,014920,59.90,10.60,1.0,17.0\n"
        + "X\n" * 6
        + "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31\n"
    )
    rows = "".join(f"1999,1,1,{hour},60,?,{hour},0,80,0,0,0,0,5,0,0\n" for hour in range(1, 25))
    return (head + rows).encode()


def weather_parquet() -> bytes:
    stream = io.BytesIO()
    pl.DataFrame({"station_id": ["a"], "timestamp": [START], "air_temperature_c": [1.0]}).write_parquet(stream)
    return stream.getvalue()


def sessions_csv() -> bytes:
    rows = "".join(
        f"{row},G1,U{row % 3},2019-03-{row + 1:02d} 08:00,2019-03-{row + 1:02d} 17:30,{row}.5\n" for row in range(20)
    )
    return f"session_id,garage_id,user_id,plug_in_utc,plug_out_utc,energy_kwh\n{rows}".encode()


def read_table(path: Path) -> None:
    found = detect(path)
    assert 0.0 <= found.confidence <= 1.0
    assert Mapping.from_toml(found.mapping.to_toml()) == found.mapping
    table = read(path, found.mapping, zone="Europe/London")
    for frame in table.registers if found.mapping.reading == "register" else table.readings:
        assert frame.null_count().sum_horizontal()[0] == 0
    assert table.meters
    assert all(finding.text() for finding in (*found.doubts, *table.findings))


def read_green_button(path: Path) -> None:
    feed = greenbutton.read(path)
    for frame in (*feed.readings, *feed.registers):
        assert frame.null_count().sum_horizontal()[0] == 0
    assert feed.meters


READERS: dict[str, tuple[Callable[[], bytes], Callable[[Path], object]]] = {
    "long.csv": (long_csv, read_table),
    "german.csv": (german_csv, read_table),
    "matrix.csv": (matrix_csv, read_table),
    "chinese.csv": (chinese_csv, read_table),
    "book.xlsx": (workbook, read_table),
    "table.csv.zip": (zipped, read_table),
    "table.csv.gz": (lambda: gzip.compress(long_csv()), read_table),
    "feed.xml": (green_button, read_green_button),
    "oslo.epw": (epw, read_epw),
    "weather.parquet": (weather_parquet, read_weather_parquet),
    "weather.csv": (lambda: b"time (UTC),temperature\n2019-01-01 00:00,1.5\n2019-01-01 01:00,2\n", read_weather_csv),
    "sessions.csv": (sessions_csv, read_sessions),
}
VALID = {name: make() for name, (make, _) in READERS.items()}


@st.composite
def mutated(draw: st.DrawFn, valid: bytes) -> bytes:
    """Valid bytes with some cut, doubled, replaced or inserted."""
    data = valid
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        size = draw(st.integers(0, 40))
        action = draw(st.sampled_from(["cut", "end", "double", "replace", "insert"]))
        piece = draw(
            st.one_of(
                st.binary(max_size=12),
                st.sampled_from(
                    [b'"', b"\n", b"\r", b";", b",", b"\t", b"\x00", b"=1+1", b"24:00", b"1e999", b"-", b"\xff", b"NaN"]
                ),
            )
        )
        match action:
            case "cut":
                data = data[:at] + data[at + size :]
            case "end":
                data = data[:at]
            case "double":
                data = data[:at] + data[at : at + size] * 2 + data[at + size :]
            case "replace":
                data = data[:at] + piece + data[at + len(piece) :]
            case _:
                data = data[:at] + piece + data[at:]
    return data


@pytest.mark.parametrize("name", READERS)
def test_a_valid_file_is_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(VALID[name])
    READERS[name][1](path)
    assert [one.name for one in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", READERS)
@FUZZ
@given(data=st.data())
def test_any_damage_gives_a_result_or_a_refusal(name: str, tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / name
    path.write_bytes(data.draw(mutated(VALID[name])))
    for finding in findings(path, READERS[name][1]):
        assert finding.place.startswith(name)
        assert finding.text()


def findings(path: Path, reader: Callable[[Path], object]) -> tuple[Finding, ...]:
    """What a reader refuses a file for; nothing if it reads it. Any other exception fails the test."""
    try:
        detect_format(path)
        reader(path)
    except InputRefused as refused:
        return refused.findings or pytest.fail("a refusal without a finding")
    return ()


@FUZZ
@given(content=st.binary(max_size=400), name=st.sampled_from([*READERS, "x.csv", "x.xlsx", "x"]))
def test_any_bytes_give_a_result_or_a_refusal(content: bytes, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    for reader in {reader for _, reader in READERS.values()}:
        findings(path, reader)


# A dialect: delimiter, decimal, thousands, date format, encoding.
DIALECTS = st.tuples(
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([".", ","]),
    st.booleans(),
    st.sampled_from(
        [
            *("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p"),
            *("%Y/%m/%d %H:%M", "%d-%b-%Y %H:%M", "%Y年%m月%d日 %H:%M", "%Y%m%d %H%M", "%d/%m/%y %H:%M"),
        ]
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
)


def spell(value: float, decimal: str, *, grouped: bool) -> str:
    text = f"{value:,.2f}" if grouped else f"{value:.2f}"
    return text.translate(str.maketrans({",": "." if decimal == "," else ",", ".": decimal}))


@FUZZ
@given(
    dialect=DIALECTS,
    # Hundreds of days, so that some day is above 12, and values below 1000 with two decimals: nothing is ambiguous.
    values=st.lists(st.integers(0, 10**8).map(lambda cents: cents / 100), min_size=24, max_size=80),
    first=st.integers(0, 300),
    step=st.sampled_from([15, 30, 60]),
    meters=st.integers(1, 3),
    layout=st.sampled_from(["long", "wide"]),
)
def test_a_table_in_any_dialect_is_read_back_equal(
    dialect: tuple[str, str, bool, str, str],
    values: list[float],
    first: int,
    step: int,
    meters: int,
    layout: str,
    tmp_path: Path,
) -> None:
    delimiter, decimal, grouped, form, encoding = dialect
    values = [0.25, *values, 1234.56]  # the last decides between decimal and thousands
    begin = dt.datetime(2019, 1, 13) + dt.timedelta(days=first // 30 * 30)
    times = [begin + dt.timedelta(minutes=step * row) for row in range(len(values))]
    names = [f"楼{number}" for number in range(meters)]

    def quote(text: str) -> str:
        return f'"{text}"' if delimiter in text else text

    cells = [quote(spell(value, decimal, grouped=grouped)) for value in values]
    if layout == "long":
        head = delimiter.join(["电表", "时间", "用电量(kWh)"])
        rows = [
            delimiter.join([name, at.strftime(form), cell])
            for name in names
            for at, cell in zip(times, cells, strict=True)
        ]
    else:
        head = delimiter.join(["时间", *(f"{name} [kWh]" for name in names)])
        rows = [delimiter.join([at.strftime(form), *[cell] * meters]) for at, cell in zip(times, cells, strict=True)]
    path = tmp_path / "电.csv"
    path.write_bytes(("\n".join([head, *rows]) + "\n").encode(encoding))

    found = detect(path)
    table = read(path, found.mapping.model_copy(update={"reading": "interval", "interval": step * 60}), zone="UTC")
    result = pl.concat(list(table.readings)).sort("meter_id", "start")

    expected = pl.DataFrame(
        {
            "meter_id": [name for name in names for _ in times],
            "start": times * meters,
            "seconds": [step * 60] * (len(times) * meters),
            "value": values * meters,
        },
        schema=result.schema,
    ).sort("meter_id", "start")
    assert_frame_equal(result, expected)
