"""Logs of machines: times and numbers on a regular grid, whatever the file looks like."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from wattstone.base import InputRefused
from wattstone.readings.logs import read_log


def written(folder: Path, text: str) -> Path:
    path = folder / "log.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_with_a_german_face_is_read_on_its_clock(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "Zeit;C1 kW;flow;remark\n01.03.2025 00:00;10,5;3;x\n01.03.2025 00:01;11,5;;y\n01.03.2025 00:03;12;4;z\n",
    )

    log = read_log(path, ["C1 kW", "flow"], zone="Europe/Berlin")

    assert (log.start, log.seconds, log.steps) == (datetime(2025, 2, 28, 23), 60, 4)
    np.testing.assert_array_equal(log.columns["C1 kW"], [10.5, 11.5, np.nan, 12.0])
    np.testing.assert_array_equal(log.columns["flow"], [3.0, np.nan, np.nan, 4.0])
    assert [one.code for one in log.findings] == ["readings.log.gaps"]
    assert log.end == datetime(2025, 2, 28, 23, 4)


def test_rows_in_one_step_are_averaged_and_told(tmp_path: Path) -> None:
    rows = "".join(f"2025-03-01T00:{minute:02}:00Z,{minute}\n" for minute in range(10))
    log = read_log(written(tmp_path, f"time,p\n{rows}2025-03-01T00:05:10Z,9\n"), ["p"])

    assert log.columns["p"][5] == 7.0
    assert [(one.code, one.count) for one in log.findings] == [("readings.log.twice", 1)]


def test_parquet_keeps_its_zone(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    start = datetime(2025, 3, 1, tzinfo=UTC)
    times = pl.Series([start + timedelta(seconds=10 * step) for step in range(3)]).dt.convert_time_zone("Asia/Shanghai")
    pl.DataFrame({"t": times, "kw": [1, 2, 3]}).write_parquet(path)

    log = read_log(path, ["kw"])

    assert (log.start, log.seconds) == (datetime(2025, 3, 1), 10)
    np.testing.assert_array_equal(log.columns["kw"], [1.0, 2.0, 3.0])


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "time,p,q\n2025-03-01 00:00,1,2\n2025-03-01 00:01,2,3\n")

    with pytest.raises(InputRefused) as refused:
        read_log(path, ["p", "flow", "pressure"])

    codes = [one.code for one in refused.value.findings]
    assert codes == ["readings.zone.missing", "readings.column.missing", "readings.column.missing"]
    assert "'q'" in refused.value.findings[1].text()


def test_cells_that_are_no_numbers_are_refused_with_their_row(tmp_path: Path) -> None:
    rows = "".join(f"2025-03-01 00:{minute:02},{'off' if minute == 3 else minute}\n" for minute in range(10))

    with pytest.raises(InputRefused) as refused:
        read_log(written(tmp_path, f"time (UTC),p\n{rows}"), ["p"])

    (finding,) = refused.value.findings
    assert (finding.code, finding.first) == ("readings.value.invalid", "row 5")


def test_times_that_are_years_off_do_not_fill_the_memory(tmp_path: Path) -> None:
    rows = "2025-03-01T00:00:00Z,1\n2025-03-01T00:00:01Z,1\n2025-03-01T00:00:02Z,1\n1970-01-01T00:00:00Z,1\n"

    with pytest.raises(InputRefused) as refused:
        read_log(written(tmp_path, f"time,p\n{rows}"), ["p"])

    assert [one.code for one in refused.value.findings] == ["readings.log.span"]


def test_an_hour_that_the_clock_shows_twice_is_two_hours(tmp_path: Path) -> None:
    # On 27 October 2024 Berlin's clock goes from 2:59 back to 2:00: 1:30 to 3:15 are eleven quarters and one.
    clock = ["01:30", "01:45", *["02:00", "02:15", "02:30", "02:45"] * 2, "03:00", "03:15"]
    rows = [f"2024-10-27 {time},{at}" for at, time in enumerate(clock)]
    for order in (rows, rows[::-1]):
        path = tmp_path / "log.csv"
        path.write_text("\n".join(["time,a", *order]) + "\n", encoding="utf-8")
        log = read_log(path, ("a",), zone="Europe/Berlin")

        assert log.columns["a"].tolist() == list(range(12))
        assert (log.start, log.seconds, log.findings) == (datetime(2024, 10, 26, 23, 30), 900, ())


def test_a_clock_that_jitters_has_the_step_of_its_middle(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    rows = ["00:00:01", "00:00:59", "00:02:02", "00:03:00", "00:04:00", "00:05:00"]
    path.write_text("\n".join(["time,a", *(f"2024-01-01 {time},1" for time in rows)]) + "\n", encoding="utf-8")
    log = read_log(path, ("a",), zone="UTC")

    assert (log.seconds, log.steps, log.findings) == (60, 6, ())
