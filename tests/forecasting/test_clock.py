"""Steps and the local calendar."""

from datetime import date, datetime

import numpy as np
import pytest

from wattstone.forecasting.clock import Clock


def test_a_day_on_which_the_clock_goes_back_has_an_hour_twice() -> None:
    clock = Clock(datetime(2019, 10, 26, 23), step=60, zone="Europe/London")  # 00:00 local on the 27th
    assert clock.slots(np.arange(5)).tolist() == [0, 1, 1, 2, 3]


def test_the_same_local_time_is_23_or_25_hours_back_across_a_clock_change() -> None:
    spring = Clock(datetime(2019, 3, 30, 0), step=60, zone="Europe/London")
    monday = spring.index(datetime(2019, 3, 31, 11))  # 12:00 local; the day before, 12:00 was 12:00 UTC
    assert spring.moment(int(spring.before(np.array([monday]), 1)[0])) == datetime(2019, 3, 30, 12)
    autumn = Clock(datetime(2019, 10, 20, 0), step=15, zone="Europe/London")
    sunday = autumn.index(datetime(2019, 10, 27, 12))
    assert autumn.moment(int(autumn.before(np.array([sunday]), 7)[0])) == datetime(2019, 10, 20, 11)


def test_a_holiday_is_a_sunday_on_the_local_date() -> None:
    # 2019-12-25 was a Wednesday; in Shanghai it begins at 16:00 UTC on the 24th.
    clock = Clock(datetime(2019, 12, 24, 15), step=60, zone="Asia/Shanghai", holidays={date(2019, 12, 25)})
    assert clock.weekdays(np.array([0, 1, 24, 25])).tolist() == [1, 6, 6, 3]


def test_a_zone_off_the_full_hour_is_followed() -> None:
    clock = Clock(datetime(2020, 1, 1), step=15, zone="Asia/Kolkata")  # UTC+05:30
    assert clock.slots(np.array([0])).tolist() == [22]


@pytest.mark.parametrize("step", [7, 0, 1000])
def test_a_step_that_does_not_divide_a_day_is_refused(step: int) -> None:
    with pytest.raises(ValueError, match="does not divide a day"):
        Clock(datetime(2020, 1, 1), step=step)


def test_a_moment_off_the_grid_is_refused() -> None:
    with pytest.raises(ValueError, match="not on the grid"):
        Clock(datetime(2020, 1, 1), step=15).index(datetime(2020, 1, 1, 0, 10))
