"""The community's forecasts: laws learnt exactly, no future, dead homes and gaps, and a stated error on real homes."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from wattstone.forecasting.delayed_ridge import DelayedRidge
from wattstone.forecasting.district_online import DistrictCorrection
from wattstone.forecasting.hourly_online import Calendar, HourlyForecast, HourlyOnlineForecaster


def calendar(hours: int) -> Calendar:
    time = np.arange(hours)
    return Calendar(time % 24, (time // 24 % 7 >= 5).astype(np.int64))


def test_a_regression_finds_the_law_of_each_lead() -> None:
    random = np.random.default_rng(1)
    values = random.normal(size=600)
    ridge = DelayedRidge(np.zeros(2), horizon=2, series=1, half_life=1e9, penalty=1e-6)
    for now in range(2, 600):
        # What comes next is told by what is seen now, and what comes after it is not.
        ridge.learn(np.array([3 * values[now - 1] + 1]))
        ridge.forecast(np.broadcast_to([values[now], 1.0], (2, 1, 2)))
    ridge.solve()
    told = ridge.forecast(np.broadcast_to([2.0, 1.0], (2, 1, 2)))
    assert_allclose(told[0, 0], 7.0, atol=1e-4)
    assert_allclose(told[1, 0], 1.0, atol=0.7)


def test_series_of_one_law_learn_it_sooner_together() -> None:
    random = np.random.default_rng(2)
    seen = random.normal(size=(60, 8)) * np.linspace(1.0, 50.0, 8)  # large and small ones
    follows = 0.8 * seen + 3 * random.normal(size=seen.shape) * np.linspace(1.0, 50.0, 8)
    apart = {}
    for shared in (0.0, 20.0):
        ridge = DelayedRidge(np.zeros(1), horizon=1, series=8, half_life=1e9, penalty=1.0, shared=shared)
        for now, then in zip(seen, follows, strict=True):
            ridge.forecast(now[None, :, None])
            ridge.learn(then)
        ridge.solve()
        apart[shared] = np.abs(ridge.forecast(np.ones((1, 8, 1)))[0] - 0.8).mean()
    assert apart[20.0] < 0.9 * apart[0.0]


def test_a_day_like_all_others_is_told() -> None:
    time = np.arange(24 * 21)
    load = 1 + 0.5 * np.sin(time / 24 * 2 * np.pi)
    sun = np.maximum(0.0, 3 * np.sin((time % 24 - 6) * np.pi / 12))
    forecaster = HourlyOnlineForecaster(calendar(time.size), homes=2, horizon=5)
    for now in range(time.size - 5):
        forecaster.observe(np.array([load[now], 0.0]), np.array([sun[now], 0.0]), 0.2)
        told = forecaster.predict()
    assert_allclose(told.load[:, 0], load[-5:], atol=0.05)
    assert_allclose(told.pv[:, 0], sun[-5:], atol=0.05)
    assert_allclose(told.load[:, 1], 0.0, atol=1e-3)
    assert_allclose(told.pv[:, 1], 0.0, atol=1e-9)
    assert_allclose(told.intensity, 0.2, atol=1e-6)


def test_gaps_teach_nothing_and_leave_no_gap() -> None:
    random = np.random.default_rng(3)
    forecaster = HourlyOnlineForecaster(calendar(120), homes=2, horizon=3)
    for now in range(120):
        load = random.gamma(2, 0.5, 2)
        if 50 <= now < 60:
            load[0] = np.nan
        forecaster.observe(load, np.zeros(2), np.nan if now == 70 else 0.2)
        told = forecaster.predict()
        assert np.isfinite(told.load).all()
        assert np.isfinite(told.intensity).all()


def test_the_sum_learns_what_the_homes_miss() -> None:
    dates = calendar(24 * 40)
    correction = DistrictCorrection(dates, horizon=2)
    flat = HourlyForecast(np.ones((2, 3)), np.zeros((2, 3)), np.full(2, 0.2))
    for now in range(24 * 40):
        late = dates.hour[now] >= 18
        correction.observe(3.0 + (0.6 if late else 0.0), 0.0)
        told = correction.predict(flat)
        if now > 24 * 30 and dates.hour[now] in (3, 20):
            assert told[0] == pytest.approx(0.6 if dates.hour[now] == 20 else 0.0, abs=0.25)


@pytest.mark.slow
def test_the_next_hour_of_real_homes(shared_data: Path) -> None:
    """Well below the error of taking the last hour for the next, home by home and in the sum."""
    folder, hours = shared_data / "citylearn-2022-phase-1", 2190
    size = (4.0, 4.0, 4.0, 5.0, 4.0)
    homes = [pl.read_csv(folder / f"Building_{k}.csv", n_rows=hours) for k in range(1, 6)]
    load = np.array([home["non_shiftable_load"].to_numpy() for home in homes])
    pv = np.array([home["solar_generation"].to_numpy() * kw / 1000 for home, kw in zip(homes, size, strict=True)])
    rest = np.isin(homes[0]["day_type"].to_numpy(), (6, 7)).astype(np.int64)
    forecaster = HourlyOnlineForecaster(Calendar(homes[0]["hour"].to_numpy() % 24, rest), homes=5, horizon=2)
    told = np.zeros((hours, 5))
    for now in range(hours):
        forecaster.observe(load[:, now], pv[:, now], 0.2)
        expected = forecaster.predict()
        told[now] = expected.load[0] - expected.pv[0]
    net = (load - pv)[:, 169:].T
    told_net, last = told[168:-1], (load - pv)[:, 168:-1].T
    assert np.abs(net.sum(1) - told_net.sum(1)).mean() < 0.7 * np.abs(net.sum(1) - last.sum(1)).mean()
    assert np.abs(net - told_net).mean() < 0.85 * np.abs(net - last).mean()
