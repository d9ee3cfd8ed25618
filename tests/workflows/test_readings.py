"""The last value of each meter, and one meter between two times, against rows counted by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from wattstone.base import InputRefused
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.readings.sources import open_source
from wattstone.workflows.ingest import ingest
from wattstone.workflows.readings import latest_values, meter_readings
from wattstone.workflows.workspace import Workspace

START = datetime(2023, 12, 31, 20)


def take(workspace: Workspace, folder: Path, rows: list[tuple[str, datetime, float | None]]) -> None:
    folder.mkdir()
    pl.DataFrame(
        {
            "site_id": ["home"] * len(rows),
            "meter_id": [meter for meter, _, _ in rows],
            "kind": ["electricity"] * len(rows),
            "unit": ["kWh"] * len(rows),
            "timestamp": pl.Series([start.replace(tzinfo=UTC) for _, start, _ in rows], dtype=pl.Datetime("us", "UTC")),
            "value": pl.Series([value for _, _, value in rows], dtype=pl.Float64),
        }
    ).write_parquet(folder / "readings.parquet")
    ingest(workspace, open_source(folder))


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    create_workspace(tmp_path / "ws")
    opened = open_workspace(tmp_path / "ws")
    yield opened
    opened.close()


def hours(meter: str, values: list[float | None], begin: datetime = START) -> list[tuple[str, datetime, float | None]]:
    return [(meter, begin + timedelta(hours=number), value) for number, value in enumerate(values)]


def test_the_latest_value_is_the_newest_that_is_not_a_gap(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path / "one", hours("a", [1.0, 2.0, None]) + hours("b", [5.0, 6.0, 7.0, 8.0, 9.0, 10.0]))

    assert latest_values(workspace).rows() == [
        ("a", START + timedelta(hours=1), 2.0),
        ("b", START + timedelta(hours=5), 10.0),
    ]


def test_older_readings_that_come_later_do_not_take_the_place_of_the_latest(
    workspace: Workspace, tmp_path: Path
) -> None:
    take(workspace, tmp_path / "one", hours("a", [1.0, 2.0, 3.0]))
    take(workspace, tmp_path / "two", hours("a", [8.0, 9.0, 8.5], START - timedelta(days=40)))

    assert latest_values(workspace).rows() == [("a", START + timedelta(hours=2), 3.0)]


def test_a_correction_of_the_latest_reading_shows(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path / "one", hours("a", [1.0, 2.0, 3.0]))
    take(workspace, tmp_path / "two", hours("a", [1.0, 2.0, 4.5]))

    assert latest_values(workspace).rows() == [("a", START + timedelta(hours=2), 4.5)]
    assert meter_readings(workspace, "a", START, START + timedelta(days=1))["value"].to_list() == [1.0, 2.0, 4.5]


def test_a_workspace_without_readings_has_no_latest_values(workspace: Workspace) -> None:
    assert latest_values(workspace).columns == ["meter_id", "start", "value"]
    assert latest_values(workspace).is_empty()


def test_readings_of_one_meter_over_the_turn_of_a_year(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path / "one", hours("a", [1.0, 2.0, 3.0, None, 5.0, 6.0]) + hours("b", [9.0] * 6))

    rows = meter_readings(workspace, "a", START + timedelta(hours=1), START + timedelta(hours=5))

    assert rows.columns == ["start", "seconds", "value", "flags"]
    assert rows["start"].to_list() == [START + timedelta(hours=number) for number in (1, 2, 3, 4)]
    assert rows["value"].to_list() == [2.0, 3.0, None, 5.0]
    assert rows["seconds"].to_list() == [3600] * 4


def test_a_time_without_readings_is_empty(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path / "one", hours("a", [1.0, 2.0]))

    for begin in (START - timedelta(days=9), START + timedelta(days=900)):
        assert meter_readings(workspace, "a", begin, begin + timedelta(days=1)).is_empty()


def test_a_meter_that_nobody_declared_is_refused(workspace: Workspace) -> None:
    with pytest.raises(InputRefused, match="there is no meter 'x'"):
        meter_readings(workspace, "x", START, START + timedelta(days=1))


def test_times_are_naive_utc(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path / "one", hours("a", [1.0, 2.0]))

    with pytest.raises(ValueError, match="naive UTC"):
        meter_readings(workspace, "a", START.replace(tzinfo=UTC), START + timedelta(days=1))
