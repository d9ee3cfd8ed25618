"""What baselines promise: order statistics with gaps, robust daily fits, the height of the sun."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

from wattstone.baselines.daily import fit_daily
from wattstone.baselines.profile import day_profiles
from wattstone.baselines.statistics import deviation, mean, median, quantiles
from wattstone.baselines.sun import sun_elevation

TILT = 23.44  # deg: obliquity of the ecliptic
values = st.one_of(st.floats(-1e6, 1e6), st.just(float("nan")))


@given(arrays(np.float64, (3, 7), elements=values), st.floats(0, 1))
def test_quantiles_are_those_of_the_known_values(array: np.ndarray, level: float) -> None:
    found = quantiles(array, (level,))[0]
    for row, one in zip(array, found, strict=True):
        known = row[~np.isnan(row)]
        if known.size == 0:
            assert np.isnan(one)
        else:
            assert_allclose(one, np.quantile(known, level), rtol=1e-9, atol=1e-6)


def test_no_values_have_no_quantile() -> None:
    assert np.isnan(quantiles(np.zeros((2, 0)), (0.5,))).all()


def test_a_mean_needs_as_many_values_as_it_is_asked_for() -> None:
    assert mean(np.array([[1.0, 3.0, np.nan], [1.0, np.nan, np.nan]]), least=2).tolist()[0] == 2.0
    assert np.isnan(mean(np.array([[1.0, np.nan, np.nan]]), least=2)).all()
    assert mean(np.array([[1.0, 3.0]]), np.array([[True, False]])).tolist() == [1.0]


def test_the_deviation_of_a_normal_sample_is_its_own() -> None:
    sample = np.random.default_rng(1).normal(5, 2, size=(1, 20_000))
    assert deviation(sample)[0] == pytest.approx(2, rel=0.03)
    assert median(sample)[0] == pytest.approx(5, abs=0.05)


def test_a_fit_without_outliers_is_least_squares() -> None:
    random = np.random.default_rng(2)
    x = np.concatenate([np.ones((1, 90, 1)), random.uniform(0, 10, (1, 90, 2))], axis=-1)
    y = x[0] @ np.array([3.0, 2.0, -1.0]) + random.uniform(-0.1, 0.1, 90)
    assert_allclose(fit_daily(y[None], x).coefficients[0], np.linalg.lstsq(x[0], y, rcond=None)[0], atol=0.02)


def test_a_fifth_of_the_days_may_be_wrong() -> None:
    x = np.stack([np.ones((1, 100)), np.linspace(0, 10, 100)[None]], axis=-1)
    y = 5 + 2 * x[..., 1] + np.random.default_rng(3).normal(0, 0.1, (1, 100))
    y[0, ::5] += 50
    assert_allclose(fit_daily(y, x).coefficients[0], [5, 2], atol=0.2)


def test_days_without_covariates_are_not_expected() -> None:
    x = np.stack([np.ones((1, 20)), np.arange(20.0)[None]], axis=-1)
    x[0, 3, 1] = np.nan
    fit = fit_daily(np.arange(20.0)[None], x, where=np.arange(20)[None] > 4)
    assert np.isnan(fit.expected[0, 3])
    assert fit.days.tolist() == [15]
    assert fit.expected[0, 19] == pytest.approx(19, abs=1e-3)


@pytest.mark.parametrize(("latitude", "date", "declination"), [(52.2, "2023-06-21", TILT), (39.9, "2023-12-22", -TILT)])
def test_the_noon_sun_at_the_solstices(latitude: float, date: str, declination: float) -> None:
    """Elevation at noon = 90 deg - latitude + declination, which is the obliquity at the solstices."""
    day = np.datetime64(date, "m") + np.arange(0, 24 * 60, 5) * np.timedelta64(1, "m")
    assert sun_elevation(day, latitude, 0.0).max() == pytest.approx(90 - latitude + declination, abs=0.3)


def test_the_sun_is_highest_at_noon_of_the_meridian() -> None:
    times = np.datetime64("2023-04-15", "m") + np.arange(0, 24 * 60) * np.timedelta64(1, "m")  # equation of time: 0
    highest = int(sun_elevation(times, 30.0, 120.0).argmax())
    assert highest == pytest.approx(4 * 60, abs=2)  # 12:00 of a clock eight hours ahead


def test_profiles_leave_out_what_is_asked() -> None:
    power = np.array([[[1.0], [3.0], [50.0]]])
    where = np.array([[True, True, False]])
    assert day_profiles(power, np.zeros(3, dtype=int), 1, where=where).tolist() == [[[2.0]]]
