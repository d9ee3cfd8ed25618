"""Hours and days of local calendars."""

from datetime import date

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from wattstone.baselines.timeline import fold_days, fold_use, hours_of
from wattstone.rates.calendars import calendar_for, shipped_calendars


def test_days_of_clock_changes_have_23_and_25_hours():
    spring = hours_of(date(2024, 3, 30), date(2024, 4, 1), "Europe/London")
    autumn = hours_of(date(2024, 10, 26), date(2024, 10, 28), "Europe/London")

    assert_array_equal(fold_days(spring).hours, [24, 23, 24])
    assert_array_equal(fold_days(autumn).hours, [24, 25, 24])
    assert list(spring.hour[24:27]) == [0, 2, 3]
    assert list(autumn.hour[24:28]) == [0, 1, 1, 2]
    assert str(spring.start[-1]) == "2024-04-01T22:00:00"


def test_zones_off_the_full_hour_begin_at_local_midnight():
    india = hours_of(date(2024, 1, 1), date(2024, 1, 1), "Asia/Kolkata")

    assert str(india.start[0]) == "2023-12-31T18:30:00"
    assert_array_equal(india.hour, np.arange(24))


def test_weekdays_months_and_holidays_are_local():
    year = fold_days(
        hours_of(
            date(2019, 12, 25), date(2020, 1, 6), "Europe/London",
            calendar=calendar_for(shipped_calendars(), country="GB", site_id="x"),
        )
    )  # fmt: skip

    assert list(year.weekday[:3]) == [2, 3, 4]  # 25 December 2019 was a Wednesday
    assert list(year.off[:3]) == [True, True, False]
    assert list(year.month[[0, -1]]) == [12, 1]
    assert_allclose(year.year_share[7], 0)


def test_a_day_with_half_its_hours_is_scaled_and_one_with_less_is_not_known():
    hours = hours_of(date(2024, 1, 1), date(2024, 1, 3), "UTC")
    use = np.ones((1, 72))
    use[0, :12] = np.nan
    use[0, 24:37] = np.nan

    assert_allclose(fold_use(use, hours), [[24, np.nan, 24]])


def test_weather_of_a_day_is_the_mean_of_its_hours():
    from dataclasses import replace

    hours = hours_of(date(2024, 1, 1), date(2024, 1, 2), "UTC", place=(52.2, 0.1))
    temperature = np.r_[np.arange(24.0), np.full(13, np.nan), np.ones(11)]

    days = fold_days(replace(hours, temperature=temperature))

    assert_allclose(days.temperature, [11.5, np.nan])
    assert days.elevation is not None
    assert 2 < days.elevation[0] < 6  # the noon sun of Cambridge stands 15 degrees high for eight hours in January


def test_some_of_the_intervals_keep_everything_together():
    hours = hours_of(date(2024, 1, 1), date(2024, 1, 2), "UTC", place=(52.2, 0.1))

    part = hours.take(slice(30, 40))

    assert len(part) == 10
    assert_array_equal(part.week_hour, np.arange(30, 40))
    assert part.elevation is not None
    assert len(part.elevation) == 10
