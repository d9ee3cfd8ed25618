"""How long intervals are, where nobody says it; irregular stamps; units, multipliers and signs."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from deltalake import DeltaTable

from tests.workflows.ingest.estate import dataset, held, opened, readings, take, values, workspace
from wattstone.base import InputRefused
from wattstone.portfolio import Meter

DAY = datetime(2024, 3, 1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return workspace(tmp_path / "workspace")


def lengths(root: Path) -> set[int]:
    return set(pl.DataFrame(DeltaTable(str(root / "lake" / "readings")).to_pyarrow_table())["seconds"])


def test_power_becomes_energy_by_the_step_between_stamps(root: Path, tmp_path: Path) -> None:
    take(root, dataset(tmp_path / "d", readings("a", DAY, [8.0, 4.0, 4.0, 8.0], minutes=15, unit="kW")))
    assert list(values(root, "a").values()) == [2.0, 1.0, 1.0, 2.0]
    assert lengths(root) == {900}


def test_rows_in_order_of_time_show_the_same_step_as_rows_by_meter(root: Path, tmp_path: Path) -> None:
    meters = [readings(f"m{number}", DAY, [4.0] * 8, minutes=15, unit="kW") for number in range(3)]
    take(root, dataset(tmp_path / "d", pl.concat(meters).sort("timestamp", "meter_id")))
    assert values(root, "m1") == {DAY + timedelta(minutes=15 * step): 1.0 for step in range(8)}
    assert lengths(root) == {900}


def test_a_single_reading_takes_the_length_that_the_workspace_knows(root: Path, tmp_path: Path) -> None:
    take(root, dataset(tmp_path / "one", readings("a", DAY, [8.0] * 4, minutes=15, unit="kW")))

    done = take(root, dataset(tmp_path / "two", readings("a", DAY + timedelta(hours=1), [8.0], unit="kW")))[0]

    assert list(values(root, "a").values()) == [2.0] * 5
    assert lengths(root) == {900}
    assert {finding.code for finding in done.findings} == {"dataset.meter.interval.unknown"}
    assert [meter.interval_seconds for meter in opened(root).records.meters()] == [900]


def test_two_readings_with_a_gap_between_them_take_the_known_length(root: Path, tmp_path: Path) -> None:
    take(root, dataset(tmp_path / "one", readings("a", DAY, [8.0] * 8, minutes=15, unit="kW")))
    later = readings("a", DAY + timedelta(hours=2), [8.0, 8.0], minutes=60, unit="kW")

    take(root, dataset(tmp_path / "two", later))
    take(
        root, dataset(tmp_path / "three", readings("a", DAY + timedelta(minutes=135), [8.0] * 3, minutes=15, unit="kW"))
    )

    assert list(values(root, "a").values()) == [2.0] * 13
    assert lengths(root) == {900}


def test_a_declared_length_that_is_not_the_step_is_said(root: Path, tmp_path: Path) -> None:
    source = dataset(tmp_path / "d", readings("a", DAY, [1.0] * 6), meters=[{"meter_id": "a", "interval_minutes": 30}])
    done = take(root, source)[0]
    assert [(one.code, one.severity) for one in done.findings] == [("dataset.meter.interval.differs", "warning")]


def test_a_declared_length_that_reaches_into_the_next_interval_is_refused(root: Path, tmp_path: Path) -> None:
    source = dataset(
        tmp_path / "d", readings("a", DAY, [1.0] * 6, minutes=30), meters=[{"meter_id": "a", "interval_minutes": 60}]
    )
    with pytest.raises(InputRefused) as refused:
        take(root, source)
    assert {one.code for one in refused.value.findings} == {"dataset.meter.interval.differs", "readings.overlap"}


def test_a_declared_length_corrects_the_length_of_the_same_values(root: Path, tmp_path: Path) -> None:
    frame = readings("a", DAY, [1.0, 2.0, 3.0])
    take(root, dataset(tmp_path / "one", frame))
    source = dataset(tmp_path / "two", frame, meters=[{"meter_id": "a", "interval_minutes": 15}])
    assert take(root, source)[0].changed == 3
    assert lengths(root) == {900}


def test_irregular_stamps_in_parts_end_where_the_next_begins(root: Path, tmp_path: Path) -> None:
    minutes = np.cumsum([61, 58, 63, 57, 60, 60, 59, 64, 55, 62, 60, 60, 58, 61, 60])
    stamps = [DAY + timedelta(minutes=int(minute)) for minute in minutes]
    parts = [
        pl.concat([readings("w", stamp, [1.0], kind="water", unit="m3") for stamp in half])
        for half in (stamps[:8], stamps[8:])
    ]
    at_once = workspace(tmp_path / "at-once")
    take(at_once, dataset(tmp_path / "all", *parts))

    take(root, dataset(tmp_path / "one", parts[0]))
    take(root, dataset(tmp_path / "two", parts[1]))

    assert [row[:4] for row in held(root).readings] == [row[:4] for row in held(at_once).readings]


def test_a_second_series_between_the_readings_of_an_irregular_meter_is_refused(root: Path, tmp_path: Path) -> None:
    minutes = np.cumsum([61, 58, 63, 57, 60, 60, 59, 64, 55, 62, 60, 60, 58, 61, 60])
    stamps = [DAY + timedelta(minutes=int(minute)) for minute in minutes]
    take(root, dataset(tmp_path / "one", *(readings("w", stamp, [1.0], kind="water", unit="m3") for stamp in stamps)))
    shifted = [stamp + timedelta(minutes=20) for stamp in stamps]
    with pytest.raises(InputRefused) as refused:
        take(root, dataset(tmp_path / "two", *(readings("w", at, [1.0], kind="water", unit="m3") for at in shifted)))
    assert {one.code for one in refused.value.findings if one.severity == "error"} == {"readings.mixed"}


@pytest.mark.parametrize(
    ("kind", "unit", "table", "expected"),
    [
        ("electricity", "MWh", {}, 1000.0),
        ("electricity", "kWh", {"multiplier": 40.0, "sign": -1}, -40.0),
        ("gas", "m3", {"multiplier": 2.0}, 2.0),
        ("water", "L", {}, 0.001),
        ("reactive_energy_lagging", "kVArh", {}, 1.0),
        ("power_factor", "banana", {}, 1.0),
    ],
)
def test_units_multipliers_and_signs(
    root: Path, tmp_path: Path, kind: str, unit: str, table: dict[str, float], expected: float
) -> None:
    take(
        root,
        dataset(
            tmp_path / "d", readings("a", DAY, [1.0, 1.0], kind=kind, unit=unit), meters=[{"meter_id": "a", **table}]
        ),
    )
    assert list(values(root, "a").values()) == [expected] * 2


def test_one_unit_spelled_in_two_ways_is_one(root: Path, tmp_path: Path) -> None:
    table = [{"meter_id": "a", "kind": "natural_gas", "unit": "KWH_gross"}]
    take(root, dataset(tmp_path / "d", readings("a", DAY, [1.0, 1.0], kind="gas"), meters=table))
    assert [meter.basis for meter in opened(root).records.meters()] == ["gross"]


@pytest.mark.parametrize(
    ("kind", "unit"), [("electricity", "m3"), ("water", "kWh"), ("gas", "m2"), ("electricity", "furlong")]
)
def test_a_unit_that_does_not_fit_the_kind_is_refused(root: Path, tmp_path: Path, kind: str, unit: str) -> None:
    with pytest.raises(InputRefused) as refused:
        take(root, dataset(tmp_path / "d", readings("a", DAY, [1.0, 1.0], kind=kind, unit=unit)))
    assert {one.code for one in refused.value.findings} <= {"meter.unit.quantity", "meter.unit.unknown"}


def counter(start: datetime, values: list[float]) -> pl.DataFrame:
    return readings("c", start, values, kind="water_register", unit="L")  # type: ignore[arg-type]


def test_a_register_in_parts_gives_what_it_gives_at_once(root: Path, tmp_path: Path) -> None:
    marks = [100.0, 110.0, 125.0, 125.0, 160.0, 161.0, 170.0]
    wrong = [*marks[:3], 130.0, *marks[4:]]
    take(root, dataset(tmp_path / "one", counter(DAY, wrong[:4])))
    take(root, dataset(tmp_path / "two", counter(DAY + timedelta(hours=4), wrong[4:])))
    take(root, dataset(tmp_path / "three", counter(DAY + timedelta(hours=3), [125.0])))
    take(root, dataset(tmp_path / "four", counter(DAY + timedelta(hours=7), [175.0])))

    # By hand: differences of the marks, in m3.
    expected = [0.010, 0.015, 0.0, 0.035, 0.001, 0.009, 0.005]
    assert list(values(root, "c").values()) == pytest.approx(expected)
    at_once = workspace(tmp_path / "at-once")
    take(at_once, dataset(tmp_path / "all", counter(DAY, [*marks, 175.0])))
    assert [row[:5] for row in held(root).readings] == [row[:5] for row in held(at_once).readings]  # flags too


def test_a_rollover_is_in_the_unit_of_the_meter(root: Path, tmp_path: Path) -> None:
    table = [{"meter_id": "c", "rollover": 5000.0}]
    take(root, dataset(tmp_path / "d", counter(DAY, [4900.0, 4950.0, 4990.0, 30.0, 80.0, 120.0]), meters=table))
    assert list(values(root, "c").values()) == pytest.approx([0.05, 0.04, 0.04, 0.05, 0.04])


def test_a_meter_that_a_user_calls_a_register_is_read_as_one(root: Path, tmp_path: Path) -> None:
    take(root, dataset(tmp_path / "one", readings("e", DAY, [500.0, 510.0, 530.0])))
    one = opened(root)
    one.records.declare([], [Meter(id="e", site_id="S1", kind="electricity", unit="kWh", reading="register")])
    one.close()

    take(root, dataset(tmp_path / "two", readings("e", DAY, [500.0, 510.0, 530.0, 560.0])))

    assert values(root, "e") == {DAY + timedelta(hours=hour): step for hour, step in enumerate([10.0, 20.0, 30.0])}
