"""What series go through in the field: gaps, faults, new levels, clocks; and bounds that hold whatever comes."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from wattstone.forecasting import Forecast, Forecaster, Kind, Known, Spec, made, restored, written

MONDAY = datetime(2020, 1, 6)
KINDS: tuple[Kind, ...] = ("load", "pv", "carbon")
Array = NDArray[np.float64]


def days(kind: Kind, count: int, *, series: int = 1, step: int = 60, seed: int = 5) -> Array:
    """Days of a load or a carbon intensity, or of PV with hazes of their own, (series, time)."""
    noise, per_day = np.random.default_rng(seed), 24 * 60 // step
    slots = np.arange(count * per_day) % per_day / per_day
    if kind == "pv":
        haze = np.repeat(noise.uniform(0.2, 1.0, (series, count)), per_day, axis=1)
        return 5 * haze * np.maximum(0, np.sin((slots - 0.25) * 2 * np.pi)).round(9)
    usual = 3 + np.sin(2 * np.pi * slots) - 0.8 * (np.arange(count * per_day) // per_day % 7 >= 5)
    return usual * (1 + 0.1 * noise.normal(size=(series, count * per_day)))


def fed(kind: Kind, values: Array, *, start: datetime = MONDAY, step: int = 60, **other: object) -> Forecaster:
    forecaster = made(Spec(kind, series=len(values), start=start, step=step, hours=30, **other))  # type: ignore[arg-type]
    forecaster.observe_all(values)
    return forecaster


def sound(told: Forecast) -> Forecast:
    """Known everywhere, and rising."""
    assert np.isfinite(told.values).all()
    assert (np.diff(told.values, axis=-1) >= 0).all()
    return told


@pytest.mark.parametrize("kind", KINDS)
def test_of_a_series_that_is_absent_throughout_nothing_is_said_or_bent_to_nothing_by_night(kind: Kind) -> None:
    told = fed(kind, np.full((1, 24 * 9), np.nan)).forecast().values
    assert not np.isfinite(told).any() or (told[np.isfinite(told)] == 0).all()


@pytest.mark.parametrize("kind", ["load", "carbon"])
@pytest.mark.parametrize("value", [0.0, 7.0])
def test_a_constant_stays_and_its_intervals_close(kind: Kind, value: float) -> None:
    told = sound(fed(kind, np.full((1, 24 * 15), value)).forecast())
    assert_allclose(told.values, value, rtol=1e-6)


def test_an_export_is_forecast_below_zero() -> None:
    values = days("load", 20) - 6.0
    told = sound(fed("load", values).forecast(24))
    assert_allclose(told.median[0], values[0, -7 * 24 : -6 * 24], rtol=0.35)
    assert (told.values < 0).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", [5, 15, 30])
def test_a_step_may_be_short(kind: Kind, step: int) -> None:
    values = days(kind, 4, step=step)
    told = sound(fed(kind, values, step=step).forecast())
    assert told.values.shape[1] == 30 * 60 // step
    per_day = 24 * 60 // step
    assert np.mean(np.abs(told.median[0, :per_day] - values[0, -per_day:])) < 0.6 * values.mean()


@pytest.mark.parametrize("kind", KINDS)
def test_a_day_is_enough_to_say_something(kind: Kind) -> None:
    values = days(kind, 1)
    told = sound(fed(kind, values).forecast(24))
    assert np.mean(np.abs(told.median[0] - values[0])) < 0.5 * values.mean()
    low, high = told.interval(0.9)
    assert high.max() > low.max()


@pytest.mark.parametrize(("start", "gone"), [(datetime(2020, 3, 9), 1), (datetime(2020, 10, 5), -1)])
def test_habits_move_with_the_clock_in_both_directions(start: datetime, gone: int) -> None:
    """Lights on from 18:00 to 22:00 in London; clocks change in the night to the 21st day, a Sunday."""
    on_in_utc = 18 if gone == 1 else 17
    hours = np.arange(24 * 19 + 22)
    lights = np.where((hours % 24 >= on_in_utc) & (hours % 24 < on_in_utc + 4), 5.0, 1.0)
    told = fed("load", lights[None], start=start, zone="Europe/London").forecast()
    lit = [(told.start + timedelta(hours=index)).hour for index, value in enumerate(told.median[0, 2:26]) if value > 3]
    assert [hour + 2 for hour in lit] == [on_in_utc - gone + hour for hour in range(4)]


@pytest.mark.parametrize("kind", KINDS)
def test_after_weeks_of_outage_it_goes_on(kind: Kind) -> None:
    values = days(kind, 34)
    outage = values.copy()
    outage[0, 24 * 12 : 24 * 31] = np.nan
    dark = fed(kind, outage[:, : 24 * 31])
    usual = values[0].reshape(-1, 24).mean(axis=0)
    told_in_the_dark = sound(dark.forecast(24))
    dark.observe_all(outage[:, 24 * 31 :])
    for told in (told_in_the_dark, sound(dark.forecast(24))):
        assert np.mean(np.abs(told.median[0] - usual)) < 0.5 * usual.mean()
    dark.observe(values[:, 0], at=MONDAY + timedelta(days=40))  # and some days more that nobody reported
    sound(dark.forecast())


@pytest.mark.parametrize("factor", [0.3, 3.0, 20.0])
def test_a_new_level_is_met_within_a_week(factor: float) -> None:
    values = days("load", 35)
    values[0, 24 * 28 :] *= factor
    forecaster = fed("load", values)
    came = days("load", 37, seed=6)[0, 24 * 35 : 24 * 36] * factor
    told = forecaster.forecast(24)
    assert_allclose(told.median[0].mean(), came.mean(), rtol=0.35)
    low, high = told.interval(0.9)
    assert ((came >= low[0]) & (came <= high[0])).mean() > 0.7


@pytest.mark.parametrize("kind", KINDS)
def test_a_slip_of_the_unit_leaves_no_trace(kind: Kind) -> None:
    """One reading of a thousand times its size is to the bit as if it had not come; a run of two as well."""
    values = days(kind, 24)
    spiked, absent = values.copy(), values.copy()
    noon = 24 * 18 + 12
    spiked[0, noon : noon + 2] *= 1000
    absent[0, noon : noon + 2] = np.nan
    said, wanted = fed(kind, spiked).forecast(), fed(kind, absent).forecast()
    assert_array_equal(said.values, wanted.values)


def test_a_slip_in_the_first_week_is_forgotten_within_two_months() -> None:
    values = days("load", 66)
    values[0, 60] *= 1000
    assert_allclose(fed("load", values).forecast(24).median[0], days("load", 66)[0, -7 * 24 : -6 * 24], rtol=0.35)


def test_pv_stays_within_nothing_and_capacity_and_is_nothing_by_night() -> None:
    values = days("pv", 18, series=3, step=15)
    forecaster = fed("pv", values[:, : 96 * 15], step=15, capacity=(5.0, 5.0, 4.5))
    night = values[:, :96].max(axis=0) == 0
    for index in range(96 * 15, 96 * 18):
        if index % 7 == 0:
            told = sound(forecaster.forecast(96)).values
            assert told.min() >= 0
            assert (told.max(axis=(1, 2)) <= [5.0, 5.0, 4.5]).all()
            assert_array_equal(told[:, np.roll(night, -(index % 96))], 0)
        forecaster.observe(values[:, index] * (1.5 if index % 5 else 1.0))
    with pytest.raises(ValueError, match="capacity: expected 3 numbers"):
        made(Spec("pv", series=3, start=MONDAY, step=15, capacity=(5.0,)))


def test_physics_with_a_hole_is_not_a_night() -> None:
    values = days("pv", 12)
    clear = Known(MONDAY, timedelta(hours=1), 5 * np.maximum(0, np.sin((np.arange(24 * 12) % 24 - 6) / 12 * np.pi)))
    forecaster = made(Spec("pv", series=1, start=MONDAY, step=60, hours=24), clear_sky=clear)
    forecaster.observe_all(values)
    assert forecaster.forecast().median[0, 12] > 1  # beyond the file the highest of the last days stands in


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("inputs", [0, 1])
def test_what_was_put_by_goes_on_to_the_bit_whatever_the_other_saw_since(kind: Kind, inputs: int) -> None:
    """Saved half-way; the restored one then sees another future first, is saved again, and is not the first's copy."""
    values = days(kind, 16, series=2)
    values[1, 100:130] = np.nan
    clear = Known(MONDAY, timedelta(hours=1), np.full(24 * 40, 6.0)) if kind == "pv" and inputs else None
    spec = Spec(kind, series=2, start=MONDAY, step=60, hours=30, inputs=inputs, capacity=(50.0, 60.0))
    outlook = np.random.default_rng(1).normal(size=(16 * 24, inputs, 30)) if inputs else None
    first = made(spec, clear_sky=clear)

    def go(one: Forecaster, begin: int, end: int, factor: float = 1.0) -> Array:
        for index in range(begin, end):
            one.observe(values[:, index] * factor, outlook=None if outlook is None else outlook[index])
        return one.forecast().values

    go(first, 0, 200)
    content = written(spec, first)
    told, second = restored(content, clear_sky=clear)
    assert told == spec
    assert second.forecast().values.tobytes() == first.forecast().values.tobytes()
    go(second, 200, 260, factor=3.0)
    _, third = restored(content, clear_sky=clear)
    assert go(third, 200, 16 * 24).tobytes() == go(first, 200, 16 * 24).tobytes()
    assert third.choices() == first.choices()
    assert written(spec, third) == written(spec, first)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_said_rests_on_nothing_that_comes_later_though_all_levels_and_weights_move(kind: Kind) -> None:
    """Two worlds alike up to an hour: state and forecasts are alike to the bit up to it, and differ soon after."""
    values = days(kind, 18, series=2)
    cut = 24 * 12 + 13
    other = values.copy()
    other[:, cut:] = np.random.default_rng(0).permutation(other[:, cut:], axis=1) * 2
    one, two = fed(kind, values[:, :cut]), fed(kind, other[:, :cut])
    state, same = one.arrays(), two.arrays()
    assert all(np.array_equal(state[name], same[name], equal_nan=True) for name in state)
    assert one.forecast().values.tobytes() == two.forecast().values.tobytes()
    one.observe_all(values[:, cut : cut + 30])
    two.observe_all(other[:, cut : cut + 30])
    assert not np.array_equal(one.forecast().values, two.forecast().values)
