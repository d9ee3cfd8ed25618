"""Laws of the whole: no look ahead, order, coverage, memory, and series that are known exactly."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from wattstone.forecasting import Forecaster, Kind, Known, Spec, coverage, made, restored, written

MONDAY = datetime(2020, 1, 6)


def simulated(series: int, days: int, *, seed: int = 3, step: int = 60) -> NDArray[np.float64]:
    """Loads with a day, a week, a fading disturbance and noise that grows with the load."""
    noise = np.random.default_rng(seed)
    per_day = 24 * 60 // step
    time = np.arange(days * per_day)
    usual = 3 + np.sin(2 * np.pi * time / per_day) - 0.8 * (time // per_day % 7 >= 5)
    apart = np.zeros((series, len(time)))
    for index in range(1, len(time)):
        apart[:, index] = 0.8 * apart[:, index - 1] + noise.normal(size=series) * 0.2
    return usual * (1 + 0.2 * apart)


def spec(kind: Kind = "load", series: int = 2, **other: object) -> Spec:
    told: dict[str, object] = {"start": MONDAY, "step": 60, "hours": 30} | other
    return Spec(kind, series=series, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["load", "pv", "carbon"])
def test_a_forecast_is_the_same_to_the_bit_whatever_comes_later(kind: Kind) -> None:
    values = np.maximum(simulated(2, 24), 0)
    cut = 24 * 20 + 5
    scrambled = values.copy()
    scrambled[:, cut:] = np.random.default_rng(0).permutation(scrambled[:, cut:], axis=1) * 7
    told: list[list[bytes]] = []
    for world in (values, scrambled):
        forecaster = made(spec(kind))
        said: list[bytes] = []
        for index in range(world.shape[1]):
            forecaster.observe(world[:, index])
            if index < cut and index % 11 == 0:
                said.append(forecaster.forecast().values.tobytes())
        told.append(said)
    assert told[0] == told[1]


@pytest.mark.parametrize("kind", ["load", "pv", "carbon"])
def test_quantiles_rise_and_a_shorter_horizon_says_the_same(kind: Kind) -> None:
    values = np.maximum(simulated(3, 20), 0)
    values[1, 100:140] = np.nan
    forecaster = made(spec(kind, series=3))
    forecaster.observe_all(values)
    told = forecaster.forecast()
    assert told.values.shape == (3, 30, 11)
    assert (np.diff(told.values, axis=-1) >= 0).all()
    assert told.start == MONDAY + timedelta(days=20)
    assert_allclose(forecaster.forecast(5).values, told.values[:, :5], rtol=1e-12)


def test_intervals_hold_the_share_they_name() -> None:
    values = simulated(12, 70)
    forecaster = made(spec(series=12, hours=24))
    inside: dict[tuple[int, float], list[float]] = {}
    for index in range(values.shape[1] - 24):
        forecaster.observe(values[:, index])
        if index > 24 * 40 and index % 7 == 0:
            told = forecaster.forecast()
            for lead in (1, 6, 24):
                for share in (0.8, 0.9):
                    low, high = told.interval(share)
                    came = values[:, index + lead]
                    held = coverage(came, low[:, lead - 1], high[:, lead - 1])
                    inside.setdefault((lead, share), []).append(float(held))
    for (_, share), held in inside.items():
        assert_allclose(np.mean(held), share, atol=0.04)


def test_a_week_that_repeats_itself_is_forecast_as_it_comes() -> None:
    week = np.random.default_rng(1).uniform(1, 5, 7 * 24)
    forecaster = made(spec(series=1))
    forecaster.observe_all(np.tile(week, 6)[None])
    assert_allclose(forecaster.forecast().median[0], week[:30], rtol=0.02)
    assert {choice.method for choice in forecaster.choices()} == {"naive week"}


def test_a_load_that_follows_the_local_clock_is_met_across_the_clock_change() -> None:
    """Lights on from 18:00 to 22:00 in London; the clock goes forward in the night to 2020-03-29."""
    start = datetime(2020, 3, 9)
    forecaster = made(Spec("load", series=1, start=start, step=60, zone="Europe/London", hours=24))
    for hour in range(24 * 19 + 22):  # up to 2020-03-28T21:00
        forecaster.observe(np.array([5.0 if 18 <= hour % 24 < 22 else 1.0]))
    told = forecaster.forecast().median[0]
    on = [index for index, value in enumerate(told) if value > 3]
    assert [(forecaster.forecast().start + timedelta(hours=index)).hour for index in on] == [17, 18, 19, 20]


def test_a_clear_sky_that_repeats_itself_is_forecast_as_it_comes() -> None:
    sky = np.maximum(0, np.sin((np.arange(24) - 6) / 12 * np.pi)).round(12)
    forecaster = made(spec("pv", series=1))
    forecaster.observe_all(np.tile(sky, 12)[None])
    told = forecaster.forecast(24)
    assert_allclose(told.median[0], sky, atol=2e-3)  # a penalty is never quite nothing
    assert_array_equal(told.values[0, sky == 0], 0)


def test_physics_may_say_what_a_clear_sky_gives() -> None:
    """Days grow longer: the envelope of the past is too narrow, the physical one is not."""
    sky = np.maximum(0, np.sin((np.arange(24) - 6) / 12 * np.pi)).round(12)
    growing = np.concatenate([sky * (1 + 0.1 * day) for day in range(14)])
    clear = Known(MONDAY, timedelta(hours=1), growing)
    forecaster = made(spec("pv", series=1, hours=24), clear_sky=clear)
    forecaster.observe_all(growing[None, : 24 * 13])
    assert_allclose(forecaster.model.look(24 * 13 + np.arange(24), np.empty((0, 24, 1))).points[0, :, 0], growing[-24:])


def test_what_was_written_down_goes_on_as_if_it_had_never_stopped() -> None:
    values = simulated(2, 20)
    first = made(spec(zone="Europe/Madrid", holidays={datetime(2020, 1, 6).date()}))
    first.observe_all(values[:, :300])
    told, second = restored(written(spec(zone="Europe/Madrid", holidays={datetime(2020, 1, 6).date()}), first))
    assert told.zone == "Europe/Madrid"
    for forecaster in (first, second):
        forecaster.observe_all(values[:, 300:])
    assert first.forecast().values.tobytes() == second.forecast().values.tobytes()
    assert first.choices() == second.choices()


def test_a_state_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="expected an array of shape"):
        made(spec(series=2)).put_back(made(spec(series=3)).arrays())


def test_a_series_is_forecast_alike_alone_and_among_others() -> None:
    values = simulated(4, 18)
    alone, among = made(spec(series=1)), made(spec(series=4))
    alone.observe_all(values[2:3])
    among.observe_all(values)
    assert_allclose(alone.forecast().values[0], among.forecast().values[2], rtol=1e-9)


def test_absent_values_are_neither_zero_nor_an_error() -> None:
    values = simulated(2, 28)
    holed = values.copy()
    holed[0, 24 * 10 : 24 * 12] = np.nan
    holed[:, -3:] = np.nan
    forecaster = made(spec())
    forecaster.observe_all(holed)
    told = forecaster.forecast(24).median
    assert np.isfinite(told).all()
    assert_allclose(told, values[:, -7 * 24 : -6 * 24], rtol=0.35)
    forecaster.observe(np.array([np.nan, np.nan]))


def test_of_nothing_nothing_is_said() -> None:
    forecaster = made(spec())
    assert np.isnan(forecaster.forecast().values).all()
    forecaster.observe_all(np.array([[np.nan] * 48, [2.0] * 48]))
    told = forecaster.forecast().values
    assert np.isnan(told[0]).all()
    assert_allclose(told[1], 2.0, rtol=1e-6)


def test_a_dead_series_is_forecast_as_dead_and_may_come_to_life() -> None:
    forecaster = made(spec(series=1))
    forecaster.observe_all(np.zeros((1, 24 * 15)))
    assert_array_equal(forecaster.forecast().values, 0)
    forecaster.observe_all(np.full((1, 48), 4.0))
    low, high = forecaster.forecast(6).interval(0.9)
    assert np.isfinite(high).all()
    assert (high[0] >= 3.9).all()
    assert (low >= 0).all()


def test_a_net_load_may_be_negative_but_a_load_that_never_was_is_not() -> None:
    values = simulated(1, 16)
    forecaster = made(spec())
    forecaster.observe_all(np.concatenate([values - 3.5, values]))
    told = forecaster.forecast().values
    assert told[0].min() < 0
    assert told[1].min() >= 0


def test_steps_that_were_left_out_count_as_absent() -> None:
    values = simulated(2, 10)
    given, skipped = made(spec()), made(spec())
    for index in range(values.shape[1]):
        hole = 50 <= index < 60
        given.observe(values[:, index] * np.nan if hole else values[:, index])
        if not hole:
            skipped.observe(values[:, index], at=MONDAY + timedelta(hours=index))
    assert given.forecast().values.tobytes() == skipped.forecast().values.tobytes()


def test_an_input_that_is_known_ahead_is_learnt_from() -> None:
    """Half of the load is a heater that follows a temperature forecast, which nothing else foretells."""
    noise = np.random.default_rng(2)
    heat = np.maximum(0, noise.normal(size=24 * 30))
    values = 1 + heat
    errors: list[float] = []
    plain, warned = made(spec(series=1, hours=3)), made(spec(series=1, hours=3, inputs=1))
    told: list[tuple[float, float]] = []
    for index in range(len(values) - 4):
        if told and index > 24 * 20:
            errors.append(abs(values[index] - told[-1][0]) - abs(values[index] - told[-1][1]))
        plain.observe(values[index : index + 1])
        warned.observe(values[index : index + 1], outlook=heat[None, index + 1 : index + 4])
        told.append((plain.forecast(1).median[0, 0], warned.forecast(1).median[0, 0]))
    assert np.mean(errors) > 0.32  # around its median, 0, the heater's mean absolute deviation is 1 / sqrt(2 pi) = .40


def refusing(forecaster: Forecaster, message: str, *values: object, **named: object) -> None:
    with pytest.raises(ValueError, match=message):
        forecaster.observe(*values, **named)  # type: ignore[arg-type]


def test_what_does_not_fit_is_refused_and_changes_nothing() -> None:
    forecaster = made(spec())
    forecaster.observe(np.ones(2))
    before = forecaster.arrays()
    refusing(forecaster, "expected an array of shape", np.ones(3))
    refusing(forecaster, "infinite", np.array([1.0, np.inf]))
    refusing(forecaster, "observed before", np.ones(2), at=MONDAY)
    refusing(forecaster, "not on the grid", np.ones(2), at=MONDAY + timedelta(minutes=90))
    refusing(forecaster, "outlook", np.ones(2), outlook=np.ones((1, 30)))
    with pytest.raises(ValueError, match="horizon 31"):
        forecaster.forecast(31)
    after = forecaster.arrays()
    assert all(np.array_equal(before[name], after[name], equal_nan=True) for name in before)
