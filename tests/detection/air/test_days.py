"""Day types, and how many of each a year has."""

from datetime import date

import numpy as np
import numpy.typing as npt
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from wattstone.detection.air.clock import clock
from wattstone.detection.air.days import classes, found, labels, unseen
from wattstone.detection.air.log import Calendar

Floats = npt.NDArray[np.float64]
YEAR = np.arange("2024-01-01", "2025-01-01", dtype="datetime64[D]")  # from a Monday on, 366 days
HOUR = np.arange(24)
WORK = np.where((HOUR >= 6) & (HOUR < 22), 150.0, 40.0)
SATURDAY = np.where((HOUR >= 6) & (HOUR < 14), 100.0, 40.0)


def year(seed: int = 0) -> Floats:
    """Working days, Saturdays and Sundays with noise, and a break of two weeks in July."""
    random = np.random.default_rng(seed)
    day = (np.arange(366) % 7)[:, None]
    daily = np.where(day < 5, WORK, np.where(day == 5, SATURDAY, 40.0))
    daily = daily * (1 + 0.08 * random.standard_normal((366, 1))) + 6 * random.standard_normal((366, 24))
    daily[200:214] = 12.0
    return daily


@pytest.mark.parametrize("seed", range(5))
def test_types_of_a_year_are_those_that_it_was_made_of(seed: int) -> None:
    label = labels(year(seed))
    day = np.arange(366) % 7
    truth = np.where(day < 5, 0, day - 4)
    truth[200:214] = 3

    pairs = set(zip(label.tolist(), truth.tolist(), strict=True))
    assert len(pairs) == 4, "each type found is one that was made"


def test_days_of_a_logged_year_are_counted_as_they_are() -> None:
    types = found(year(), YEAR, Calendar(year=2024, breaks=((date(2024, 7, 19), date(2024, 8, 1)),)))

    assert dict(zip(types.names, types.days.tolist(), strict=True)) == {
        "working day": 252.0,
        "saturday": 50.0,
        "sunday": 50.0,
        "break": 14.0,
    }
    assert_allclose(types.upper - types.lower, 0, atol=1e-9)


def test_a_week_stands_for_a_year_with_an_interval() -> None:
    types = found(year()[:7], YEAR[:7], Calendar(year=2024))

    assert types.names == ("working day", "saturday", "sunday")
    assert types.days.tolist() == [262.0, 52.0, 52.0]
    assert np.all(types.lower < types.days)
    assert_allclose(types.days.sum(), 366)


def test_holidays_that_were_not_logged_are_as_sundays() -> None:
    christmas = date(2024, 12, 25)
    calendar = Calendar(year=2024, holidays=(christmas,))
    types = found(year()[:7], YEAR[:7], calendar)

    assert types.days.tolist() == [261.0, 52.0, 53.0]
    assert unseen(YEAR[:7], types.label, calendar) == {"holiday": ("sunday", 1)}


def test_noise_alone_makes_one_type() -> None:
    random = np.random.default_rng(3)
    assert set(labels(100 + 10 * random.standard_normal((60, 24))).tolist()) == {0}


def test_half_known_days_join_a_type_and_empty_ones_none() -> None:
    daily = year()[:28]
    daily[3, 12:] = np.nan
    daily[4] = np.nan
    label = labels(daily)

    assert label[3] == label[0]
    assert label[4] == -1


def test_one_log_gives_one_result() -> None:
    assert_array_equal(labels(year()), labels(year()))


def test_days_begin_at_local_midnight_and_one_has_25_hours() -> None:
    times = np.arange("2024-10-26T22:00", "2024-10-27T23:00", dtype="datetime64[h]")
    local = clock(times, "Europe/Berlin")

    assert local.dates.astype(str).tolist() == ["2024-10-27"]
    assert len(local.day) == 25
    assert np.count_nonzero(local.hour == 2) == 2


def test_classes_of_the_calendar() -> None:
    dates = np.array(["2024-05-01", "2024-05-04", "2024-05-05", "2024-05-06", "2024-05-20"], dtype="datetime64[D]")
    calendar = Calendar(holidays=(date(2024, 5, 1),), breaks=((date(2024, 5, 20), date(2024, 5, 24)),))

    assert classes(dates, calendar).tolist() == [3, 1, 2, 0, 4]
