"""Readings to hours, hours to local days."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from wattstone.detection.uses import use_of
from wattstone.detection.view import days_of
from wattstone.readings.hours import hours_of


def rows(*told: tuple[int, datetime, int, float | None, int]) -> pl.DataFrame:
    schema = {
        "meter": pl.Int32,
        "start": pl.Datetime("us"),
        "seconds": pl.Int32,
        "value": pl.Float64,
        "flags": pl.Int16,
    }
    return pl.DataFrame(told, schema=schema, orient="row")


BEGIN = datetime(2022, 1, 1)


def test_quarters_become_the_mean_power_of_the_hour() -> None:
    quarters = [(7, BEGIN + timedelta(minutes=15 * at), 900, float(at), 0) for at in range(4)]
    hours = hours_of(rows(*quarters), np.array([7]), np.datetime64("2022-01-01T00", "h"), 2)

    assert hours.power[0, 0] == 6.0  # 0 + 1 + 2 + 3 kWh in an hour
    assert np.isnan(hours.power[0, 1])


def test_half_an_hour_is_enough_and_less_is_not() -> None:
    known = rows((7, BEGIN, 1800, 2.0, 0), (8, BEGIN, 900, 2.0, 0))
    hours = hours_of(known, np.array([7, 8]), np.datetime64("2022-01-01T00", "h"), 1)

    assert hours.power[0, 0] == 4.0  # 2 kWh in half an hour
    assert np.isnan(hours.power[1, 0])


def test_days_other_meters_and_other_times_are_left_out_and_flags_of_gaps_are_kept() -> None:
    told = rows(
        (7, BEGIN, 86_400, 240.0, 0),
        (9, BEGIN, 3600, 1.0, 0),
        (7, BEGIN - timedelta(hours=1), 3600, 1.0, 0),
        (7, BEGIN, 3600, None, 16),
    )
    hours = hours_of(told, np.array([7]), np.datetime64("2022-01-01T00", "h"), 1)

    assert np.isnan(hours.power).all()
    assert hours.flags.tolist() == [[16]]


def test_the_days_of_a_zone_follow_its_clock() -> None:
    days = days_of(2019, 2019, "Europe/London")

    assert days.start == np.datetime64("2019-01-01T00", "h")
    assert days.hour[89, :3].tolist() == [89 * 24, -1, 89 * 24 + 1]  # 31 March: 01:00 is skipped
    assert days.hour[299, :4].tolist() == [7175, 7176, 7178, 7179]  # 27 October: of two 01:00 the first
    assert days.moment(90) == np.datetime64("2019-03-31T23", "h")
    assert days.moment(365) == np.datetime64("2020-01-01T00", "h")


def test_a_zone_without_changes_is_laid_as_it_stands() -> None:
    days = days_of(2022, 2022, "Asia/Shanghai")
    hours = np.arange(8760.0)[None]

    assert days.start == np.datetime64("2021-12-31T16", "h")
    assert np.array_equal(days.lay(hours, np.nan), hours.reshape(1, 365, 24))
    assert days.working[:7].tolist() == [False, False, True, True, True, True, True]  # 1 January 2022: a Saturday


@pytest.mark.parametrize(
    ("meter", "kind", "main", "use"),
    [
        ("court-garage-lighting", "electricity", False, "lighting"),
        ("地下车库照明", "electricity", False, "lighting"),
        ("b1-ahu-3", "electricity", False, "hvac"),
        ("chiller_2", "electricity", False, "cooling"),
        ("posts-ev", "electricity", False, "charging"),
        ("b1", "natural_gas", True, "heating"),
        ("b1", "electricity", True, "site"),
        ("b1", "electricity", False, ""),
        ("b1", "water", True, "water"),
    ],
)
def test_ids_and_kinds_tell_the_use(meter: str, kind: str, main: bool, use: str) -> None:
    assert use_of(meter, kind, main=main) == use
