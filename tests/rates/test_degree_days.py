from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.rates.degree_days import degree_days

temperatures = st.lists(st.floats(-40, 50), min_size=24, max_size=96)


def hours(start: datetime, count: int) -> np.ndarray:
    return np.datetime64(start, "h") + np.arange(count) * np.timedelta64(1, "h")


def test_a_day_by_hand() -> None:
    """12 h at 5.5 degC and 12 h at 20.3 degC: 12 * 10 / 24 = 5 heating, 12 * 2 / 24 = 1 cooling degree days."""
    result = degree_days(hours(datetime(2024, 1, 1), 24), np.repeat([5.5, 20.3], 12), "UTC")

    assert result.daily.row(0) == pytest.approx((date(2024, 1, 1), 5.0, 1.0, 24.0))
    assert (result.heating, result.cooling, result.missing_days) == (pytest.approx(5.0), pytest.approx(1.0), 0)


@pytest.mark.parametrize(("day", "count"), [(date(2024, 3, 31), 23), (date(2024, 10, 27), 25)])
def test_a_short_or_long_day_counts_its_own_hours(day: date, count: int) -> None:
    """10 K below the base for 23 or 25 h: 10 * 23 / 24 or 10 * 25 / 24 degree days."""
    midnight = datetime(day.year, day.month, day.day) - timedelta(hours=0 if day.month == 3 else 1)
    result = degree_days(hours(midnight, count), np.full(count, 5.5), "Europe/London")

    assert result.daily.rows() == [pytest.approx((day, 10 * count / 24, 0.0, float(count)))]


def test_days_with_less_than_20_hours_are_not_known() -> None:
    temperature = np.full(96, 5.5)
    temperature[:4] = np.nan  # first day: 20 h are known
    temperature[24:29] = np.nan  # second: 19 h
    start = hours(datetime(2024, 1, 1), 96)
    kept = np.r_[0:48, 72:96]  # third: no row at all
    result = degree_days(start[kept], temperature[kept], "UTC")

    assert result.daily["heating"].to_list() == [pytest.approx(10.0), None, None, pytest.approx(10.0)]
    assert result.daily["hours"].to_list() == [20.0, 19.0, 0.0, 24.0]
    assert (result.heating, result.missing_days) == (pytest.approx(20.0), 2)


def test_half_hours_are_halves() -> None:
    start = np.datetime64("2024-01-01T00:00") + np.arange(48) * np.timedelta64(30, "m")
    assert degree_days(start, np.full(48, 5.5), "UTC").daily.row(0) == pytest.approx((date(2024, 1, 1), 10, 0, 24))


@given(values=temperatures, base=st.floats(-10, 30), more=st.floats(0, 10))
def test_a_higher_base_means_more_heating_and_less_cooling(values: list[float], base: float, more: float) -> None:
    start = hours(datetime(2024, 3, 29, 11), len(values))
    one = degree_days(start, np.array(values), "Europe/London", base_heating=base, base_cooling=base)
    other = degree_days(start, np.array(values), "Europe/London", base_heating=base + more, base_cooling=base + more)

    assert other.heating >= one.heating - 1e-9
    assert other.cooling <= one.cooling + 1e-9
    assert min(one.heating, one.cooling) >= 0


@given(values=temperatures)
def test_heating_less_cooling_is_the_base_less_the_mean(values: list[float]) -> None:
    """With one base for both, max(0, b - T) - max(0, T - b) = b - T, hour by hour."""
    values = values[: len(values) // 24 * 24]
    result = degree_days(hours(datetime(2024, 1, 1), len(values)), np.array(values), "UTC", base_cooling=15.5)

    assert result.heating - result.cooling == pytest.approx((15.5 * len(values) - sum(values)) / 24, abs=1e-9)


def test_a_zone_that_skips_midnight() -> None:
    """Beirut, 2024-03-31: the clock leapt from 00:00 to 01:00, so the day has 23 h from 22:00 UTC."""
    result = degree_days(hours(datetime(2024, 3, 30, 22), 23), np.full(23, 5.5), "Asia/Beirut")
    assert result.daily.rows() == [pytest.approx((date(2024, 3, 31), 10 * 23 / 24, 0.0, 23.0))]


def test_a_start_that_is_there_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="each start once"):
        degree_days(pl.Series([datetime(2024, 1, 1)] * 2), pl.Series([1.0, 2.0]), "UTC")
