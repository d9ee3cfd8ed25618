"""Weather files: EPW, tables, and the Parquet of a dataset folder."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from wattstone.base import InputRefused
from wattstone.readings.formats import detect_format
from wattstone.readings.schema import WEATHER
from wattstone.readings.weather import read_epw, read_weather_csv, read_weather_parquet

HEAD = (
    "LOCATION,Oslo Fornebu,-,NOR,IWEC Data,014880,59.90,10.62,1.0,17.0\nDESIGN CONDITIONS,0\n"
    "TYPICAL/EXTREME PERIODS,0\n"
    "GROUND TEMPERATURES,0\nHOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0\nCOMMENTS 1,\nCOMMENTS 2,\n"
)


def record(year: int, hour: int, temperature: float, *, minute: int = 60, humidity: int = 80, sun: int = 5) -> str:
    return f"{year},2,28,{hour},{minute},?9,{temperature},-2.0,{humidity},100900,0,0,300,{sun},0,0" + ",0" * 19


def epw(tmp_path: Path, lines: list[str], per_hour: int = 1) -> Path:
    path = tmp_path / "oslo.epw"
    path.write_text(
        HEAD + f"DATA PERIODS,1,{per_hour},Data,Sunday, 1/ 1,12/31\n" + "\n".join(lines) + "\n", encoding="latin-1"
    )
    return path


def test_hour_one_ends_at_one_in_local_standard_time(tmp_path: Path) -> None:
    path = epw(tmp_path, [record(1999, hour, hour / 2) for hour in range(1, 25)])
    assert detect_format(path) == "epw"
    frame, place = read_epw(path)
    assert dict(frame.schema) == WEATHER
    # 00:00 to 01:00 at UTC+1 starts at 23:00 UTC of the day before.
    assert (frame["start"][0], frame["air_temperature"][0]) == (dt.datetime(1999, 2, 27, 23), 0.5)
    assert (frame["start"][-1], frame["air_temperature"][-1]) == (dt.datetime(1999, 2, 28, 22), 12.0)
    assert (place.latitude, place.longitude, place.zone_hours, place.elevation) == (59.9, 10.62, 1.0, 17.0)
    assert (place.years, place.typical, place.station) == ((1999,), False, "Oslo Fornebu-014880")


def test_missing_values_of_the_data_dictionary_are_null(tmp_path: Path) -> None:
    frame, _ = read_epw(epw(tmp_path, [record(1999, 1, 99.9, humidity=999, sun=9999)]))
    assert frame.select("air_temperature", "relative_humidity", "global_irradiance").row(0) == (None, None, None)


def test_months_of_several_years_make_a_typical_year(tmp_path: Path) -> None:
    _, place = read_epw(epw(tmp_path, [record(2003, 1, 1.0), record(1988, 2, 1.0)]))
    assert (place.years, place.typical) == ((2003, 1988), True)


def test_records_within_the_hour(tmp_path: Path) -> None:
    frame, _ = read_epw(epw(tmp_path, [record(1999, 1, 1.0, minute=30), record(1999, 1, 2.0, minute=60)], per_hour=2))
    assert frame["start"].to_list() == [dt.datetime(1999, 2, 27, 23), dt.datetime(1999, 2, 27, 23, 30)]


def test_an_epw_that_is_wrong_is_refused_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as caught:
        read_epw(epw(tmp_path, [record(1999, 1, 1.0), record(1999, 25, 1.0)]))
    assert [(one.code, one.first) for one in caught.value.findings] == [("readings.time.invalid", "row 10")]
    with pytest.raises(InputRefused) as caught:
        read_epw(epw(tmp_path, [record(1999, 1, 1.0), "1999,2,28"]))
    assert [(one.code, one.first) for one in caught.value.findings] == [("readings.epw.truncated", "row 10")]


def test_a_table_of_weather_in_fahrenheit_and_decimal_commas(tmp_path: Path) -> None:
    path = tmp_path / "station.csv"
    path.write_text(
        "Zeit;Temperatur [°F];Luftfeuchte [%]\n2019-07-01 00:00;32,0;50\n2019-07-01 01:00;50,0;\n", encoding="utf-8"
    )
    assert detect_format(path) == "weather"
    frame = read_weather_csv(path, zone="Europe/Berlin")
    assert dict(frame.schema) == WEATHER
    assert frame["start"].to_list() == [dt.datetime(2019, 6, 30, 22), dt.datetime(2019, 6, 30, 23)]
    assert frame["air_temperature"].to_list() == pytest.approx([0.0, 10.0])
    assert frame["relative_humidity"].to_list() == [50.0, None]
    with pytest.raises(InputRefused, match="time zone"):
        read_weather_csv(path)


def test_the_weather_of_a_dataset(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "cambridge-dev" / "weather.parquet"
    frame = read_weather_parquet(path)
    raw = pl.read_parquet(path)
    assert dict(frame.schema) == WEATHER
    assert frame["air_temperature"].sum() == pytest.approx(raw["air_temperature_c"].fill_nan(None).sum())
    assert frame["start"].to_list()[:2] == [dt.datetime(2000, 1, 1), dt.datetime(2000, 1, 1, 1)]
    broken = tmp_path / "weather.parquet"
    broken.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(InputRefused, match="damaged"):
        read_weather_parquet(broken)
