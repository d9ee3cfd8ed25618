"""What a plant has to do: measured, or forecast from nothing but the past."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from wattstone.base import InputRefused
from wattstone.readings.logs import Log
from wattstone.workflows.plant.expected import forecast, measured

START = datetime(2022, 5, 30, 16)  # a Monday in Shanghai
COLUMNS = {"cold": "cold", "dry_bulb": "t", "wet_bulb": "w"}


def log(days: int, *, seconds: int = 3600, seed: int = 1) -> Log:
    steps = days * 86400 // seconds
    hour = np.arange(steps) * seconds / 3600
    noise = np.random.default_rng(seed).normal(size=steps)
    dry = 25 + 5 * np.sin((hour - 9) * np.pi / 12) + 0.1 * noise
    cold = 1000 + 400 * np.sin((hour - 8) * np.pi / 12) + 5 * noise
    return Log("plant.csv", "0" * 64, START, seconds, {"cold": cold, "t": dry, "w": dry - 4})


def test_a_forecast_knows_nothing_of_what_comes() -> None:
    past, other = log(30), log(30)
    at = START + timedelta(days=20)
    for values in other.columns.values():
        values[20 * 24 :] = -999.0

    one, two = (forecast(held, COLUMNS, at=at, steps=48, hours=1.0, zone="Asia/Shanghai") for held in (past, other))

    np.testing.assert_array_equal(one.values["cold"], two.values["cold"])
    truth = past.columns["cold"][20 * 24 : 22 * 24]
    assert np.abs(one.values["cold"] - truth).mean() < 25
    inside = (truth >= one.lower["cold"]) & (truth <= one.upper["cold"])
    assert inside.mean() > 0.7
    assert (one.values["wet_bulb"] <= one.values["dry_bulb"]).all()
    assert not one.series("heat", 0.0).any()


def test_the_mean_of_an_hour_that_is_not_over_is_not_known_within_it() -> None:
    past, other = log(30), log(30)
    at = START + timedelta(days=20, minutes=30)
    for values in other.columns.values():
        values[20 * 24 :] = -999.0  # the hour that has begun, and all after it

    one, two = (forecast(held, COLUMNS, at=at, steps=8, hours=0.25, zone="Asia/Shanghai") for held in (past, other))

    np.testing.assert_array_equal(one.values["cold"], two.values["cold"])
    truth = np.repeat(past.columns["cold"][20 * 24 : 20 * 24 + 3], 4)[2:10]
    assert one.start == at
    assert np.abs(one.values["cold"] - truth).mean() < 60


def test_finer_logs_are_averaged_and_coarser_ones_repeated() -> None:
    fine = log(2, seconds=900)
    start = START + timedelta(hours=1)

    hourly = measured(fine, COLUMNS, start=start, end=start + timedelta(hours=3), hours=1.0)
    quarters = measured(log(2), COLUMNS, start=start, end=start + timedelta(hours=2), hours=0.25)

    np.testing.assert_allclose(hourly.values["cold"], fine.columns["cold"][4:16].reshape(3, 4).mean(axis=1))
    np.testing.assert_allclose(quarters.values["cold"], np.repeat(log(2).columns["cold"][1:3], 4))


def test_short_gaps_are_filled_and_counted_and_long_ones_refused() -> None:
    held = log(3)
    held.columns["cold"][10:12] = np.nan

    ahead = measured(held, COLUMNS, start=START, end=START + timedelta(days=2), hours=1.0)
    assert ahead.filled == 2
    assert not np.isnan(ahead.values["cold"]).any()

    held.columns["cold"][10:20] = np.nan
    with pytest.raises(InputRefused) as refused:
        measured(held, COLUMNS, start=START, end=START + timedelta(days=2), hours=1.0)
    assert [one.code for one in refused.value.findings] == ["plant.gaps"]


def test_a_period_outside_the_file_and_too_short_a_past_are_refused() -> None:
    with pytest.raises(InputRefused) as outside:
        measured(log(3), COLUMNS, start=START, end=START + timedelta(days=9), hours=1.0)
    with pytest.raises(InputRefused) as short:
        forecast(log(6), COLUMNS, at=START + timedelta(days=5), steps=24, hours=1.0, zone="UTC")

    assert [one.code for one in outside.value.findings] == ["plant.period"]
    assert [one.code for one in short.value.findings] == ["plant.history"]
