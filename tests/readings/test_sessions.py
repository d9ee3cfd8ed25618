"""Charging sessions, as Parquet and as tables."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from wattstone.base import InputRefused
from wattstone.readings.formats import detect_format
from wattstone.readings.schema import SESSIONS
from wattstone.readings.sessions import read_sessions

HEAD = "session_id;garage_id;user_id;plug_in;plug_out;El_kWh\n"


def write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "sessions.csv"
    path.write_text(HEAD + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_the_sessions_of_a_cooperative(shared_data: Path) -> None:
    folder = shared_data / "trondheim-ev"
    path = folder / "sessions.parquet"
    assert detect_format(path) == "sessions"
    frame, found = read_sessions(path)
    raw = pl.read_parquet(path)
    assert dict(frame.schema) == SESSIONS
    assert frame.height == 6878
    assert frame["energy"].sum() == pytest.approx(raw["energy_kwh"].sum())
    # 34 sessions lack a plug-out (README of the data set).
    assert frame["plug_out"].null_count() == 34
    assert [(one.code, one.count) for one in found] == [("readings.session.open", 34)]
    assert frame["site_id"].n_unique() == 24
    assert read_sessions(path, sites=folder / "sites.parquet")[0]["site_id"].unique().to_list() == ["risvollan"]


def test_the_same_sessions_as_a_table(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "trondheim-ev" / "sessions.parquet"
    table = tmp_path / "table.csv"
    pl.read_parquet(path).write_csv(table)
    assert detect_format(table) == "sessions"
    assert_frame_equal(read_sessions(table)[0], read_sessions(path)[0])


def test_local_times_and_decimal_commas(tmp_path: Path) -> None:
    path = write(tmp_path, "1;G;U;21.12.2018 10:20;21.12.2018 10:23;0,3", "2;G;U;22.07.2019 10:00;;12,5")
    frame, found = read_sessions(path, zone="Europe/Oslo")
    assert frame["plug_in"].to_list() == [dt.datetime(2018, 12, 21, 9, 20), dt.datetime(2019, 7, 22, 8)]
    assert frame["energy"].to_list() == [0.3, 12.5]
    assert [one.code for one in found] == ["readings.session.open"]
    with pytest.raises(InputRefused, match="time zone"):
        read_sessions(path)


def test_what_is_wrong_is_said_with_rows(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "1;G;U;21.12.2018 10:20;21.12.2018 10:23;0,3",
        "2;G;U;22.12.2018 10:20;soon;0,3",
        "3;G;U;23.12.2018 10:20;23.12.2018 11:20;much",
    )
    with pytest.raises(InputRefused) as caught:
        read_sessions(path, zone="UTC")
    assert {(one.code, one.first) for one in caught.value.findings} == {
        ("readings.time.invalid", "row 3"),
        ("readings.value.invalid", "row 4"),
    }


def test_one_id_is_one_session(tmp_path: Path) -> None:
    line = "1;G;U;21.12.2018 10:20;21.12.2018 10:23;0,3"
    frame, found = read_sessions(write(tmp_path, line, line), zone="UTC")
    assert frame.height == 1
    assert [one.code for one in found] == ["readings.duplicate.same"]
    with pytest.raises(InputRefused, match="share an id"):
        read_sessions(write(tmp_path, line, line.replace("0,3", "0,4")), zone="UTC")
