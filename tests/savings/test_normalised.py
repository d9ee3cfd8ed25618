"""A typical year is made of the months that are most like all their years; savings in it are differences of models."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest
from numpy.testing import assert_allclose

from wattstone.baselines.timeline import hours_of
from wattstone.savings.avoided import Bounds
from wattstone.savings.normalised import beyond, normalised_savings
from wattstone.savings.normalised_year import TooFewYears, WeatherHours, typical_months, typical_year, year_of_file


def weather(years: dict[int, float], *, hours: int = 0) -> WeatherHours:
    """Years whose days run from 0 to 9 and again, by so much warmer."""
    first, last = min(years), max(years)
    start = np.arange(f"{first}-01-01", f"{last + 1}-01-01", dtype="datetime64[h]").astype("datetime64[s]")
    year = start.astype("datetime64[Y]").astype(int) + 1970
    day = (start.astype("datetime64[D]") - start.astype("datetime64[M]").astype("datetime64[D]")).astype(int)
    warmer = np.array([years[one] for one in range(first, last + 1)])[year - first]
    return WeatherHours(start=start + np.timedelta64(hours * 3600, "s"), temperature=day % 10 + warmer)


@dataclass
class Line:
    """Use is a + b T in each hour, of one meter."""

    a: float
    b: float

    def predict(self, conditions, extra=None):
        return (self.a + self.b * conditions.temperature)[None, :]


def test_the_middle_year_is_typical():
    assert typical_months(weather({2015: -3.0, 2016: 0.0, 2017: 4.0})) == (2016,) * 12


def test_a_year_of_which_half_is_missing_is_no_candidate():
    all_of = weather({2014: -3.0, 2015: 0.2, 2016: 0.0, 2017: 4.0})
    june = all_of.start.astype("datetime64[M]") == np.datetime64("2016-06")
    all_of.temperature[june] = np.nan

    assert typical_months(all_of)[5] == 2015


def test_two_years_have_no_typical_one():
    with pytest.raises(TooFewYears, match="known in 2 years"):
        typical_months(weather({2016: 0.0, 2017: 1.0}))


def test_the_weather_of_a_month_is_laid_on_another_calendar():
    months = (2015,) * 6 + (2016,) * 6
    found = typical_year(
        weather({2015: 100.0, 2016: 200.0}), year=2020, zone="UTC", months=months, source="station of the roof"
    )

    at = {
        str(start)[:13]: value
        for start, value in zip(found.conditions.start, found.conditions.temperature, strict=True)
    }
    assert len(found.conditions) == 8784
    assert at["2020-01-05T07"] == 104.0
    assert at["2020-02-28T23"] == at["2020-02-29T23"] == 107.0  # 2015 has no 29 February
    assert at["2020-12-31T00"] == 200.0
    assert found.source == "station of the roof"


def test_a_file_is_taken_as_it_is_whatever_years_it_names():
    one = weather({2003: 0.0, 2004: 0.0, 2005: 0.0}, hours=-8)  # written in local time, eight hours ahead of UTC
    year = one.start.astype("datetime64[Y]").astype(int) + 1970
    month = one.start.astype("datetime64[M]").astype(int) % 12
    kept = year == np.where(month < 3, 2004, 2003)
    found = year_of_file(
        WeatherHours(start=one.start[kept], temperature=one.temperature[kept]),
        year=2019,
        zone="Asia/Shanghai",
        source="file.epw",
    )

    assert not np.isnan(found.conditions.temperature).any()
    assert found.months[:4] == (2004, 2004, 2004, 2003)
    with pytest.raises(TooFewYears, match="month 7 is missing"):
        year_of_file(
            WeatherHours(start=one.start[kept & (month != 6)], temperature=one.temperature[kept & (month != 6)]),
            year=2019,
            zone="UTC",
            source="file.epw",
        )


def test_savings_are_the_difference_of_two_models_in_one_year():
    typical = typical_year(weather({2016: 0.0}), year=2019, zone="UTC", months=(2016,) * 12).conditions
    tight, wide = (
        Bounds(total=lambda use, half=half: (use.sum(axis=1) - half, use.sum(axis=1) + half)) for half in (3.0, 4.0)
    )

    (found,) = normalised_savings(
        Line(5.0, 2.0), Line(4.0, 2.0), typical, units=("kWh",), bounds_before=tight, bounds_after=wide
    )

    assert found.value == pytest.approx(8760.0)  # 1 kWh in each hour, whatever the weather
    assert (found.lower, found.upper) == pytest.approx((8755.0, 8765.0))  # sqrt(3^2 + 4^2)
    (bare,) = normalised_savings(Line(5.0, 2.0), Line(4.0, 2.0), typical, units=("kWh",))
    assert np.isnan(bare.lower)


def test_a_typical_year_beyond_the_fit_is_told():
    fitted = hours_of(date(2019, 1, 1), date(2019, 1, 2), "UTC")
    fitted.temperature[:] = np.linspace(0, 10, 48)
    typical = hours_of(date(2019, 1, 1), date(2019, 1, 2), "UTC")
    typical.temperature[:] = np.r_[np.full(36, 10.9), np.full(12, 11.1)]

    (finding,) = beyond(typical, fitted, period="baseline")
    assert "25.0 %" in finding.text()
    assert beyond(fitted, fitted, period="baseline") == ()


def test_the_distribution_decides_and_not_the_mean():
    spread, flat = weather({2015: -2.0, 2016: 2.0, 2017: 0.0}), None
    at = spread.start.astype("datetime64[Y]") == np.datetime64("2017")
    flat = spread.temperature.copy()
    flat[at] = 4.5  # the mean of all years on every day
    found = typical_months(WeatherHours(start=spread.start, temperature=flat))
    assert set(found) <= {2015, 2016}
    assert_allclose(len(found), 12)
