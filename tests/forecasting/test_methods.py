"""The parts, each against an answer worked out by hand or by another road."""

from datetime import datetime

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from wattstone.forecasting.choice import Contest
from wattstone.forecasting.clock import Clock
from wattstone.forecasting.history import History, seasonal_naive
from wattstone.forecasting.people import PeopleModel
from wattstone.forecasting.profile import Profile
from wattstone.forecasting.ridge import Ridge
from wattstone.forecasting.sieve import Sieve
from wattstone.forecasting.spread import Spread
from wattstone.forecasting.sun import SunModel

MONDAY = datetime(2020, 1, 6)
NO_INPUTS = np.empty((0, 48, 1))


def counted(hours: int) -> tuple[Clock, History]:
    """A history in which each hour's value is its number."""
    clock, history = Clock(MONDAY, step=60), History(21 * 24, 1)
    for index in range(hours):
        history.put(index, np.array([float(index)]))
    return clock, history


def test_naive_says_the_last_time_that_the_hour_came_round() -> None:
    clock, history = counted(400)
    targets = np.array([400, 423, 424, 447])
    assert_array_equal(seasonal_naive(history, clock, targets, days=1)[:, 0], [376, 399, 376, 399])
    assert_array_equal(seasonal_naive(history, clock, targets, days=7)[:, 0], [232, 255, 256, 279])


def test_naive_goes_further_back_where_a_value_is_absent() -> None:
    clock, history = counted(400)
    history.ring[376 % len(history.ring)] = np.nan
    assert_array_equal(seasonal_naive(history, clock, np.array([400]), days=1)[:, 0], [352])


def test_history_keeps_to_its_length_and_knows_no_future() -> None:
    _, history = counted(600)
    assert_array_equal(history.rows(np.array([599, 600, 96, 95, -1]))[:, 0], [599, np.nan, 96, np.nan, np.nan])


def test_a_profile_averages_first_and_then_forgets() -> None:
    profile = Profile(2, 24, 1, rate=0.25, slot_rate=0.5)
    for value in (4.0, 8.0, np.nan, 0.0):
        profile.learn(0, 3, np.array([value]))
    assert_allclose(profile.at(np.array([0]), np.array([3])), [[4.0]])  # (4 + 8 + 0) / 3
    profile.learn(0, 3, np.array([0.0]))
    profile.learn(0, 3, np.array([10.0]))
    assert_allclose(profile.at(np.array([0]), np.array([3])), [[3 + 0.25 * 7]])  # the 5th weighs 1/4, not 1/5
    assert_allclose(profile.at(np.array([1]), np.array([3])), profile.by_slot(np.array([3])))
    assert np.isnan(profile.at(np.array([0]), np.array([4]))).all()


def test_a_residual_fades_at_the_rate_that_the_series_shows() -> None:
    """Residuals 8, 4, 2, 1, ... around a flat profile are half as large an hour later; so is what is forecast."""
    clock = Clock(MONDAY, step=60)
    model = PeopleModel(clock, 1)
    for index in range(24 * 14):
        model.learn(index, np.array([10.0]))
    for index, apart in enumerate((8.0, 4.0, 2.0, 1.0)):
        model.learn(24 * 14 + index, np.array([10.0 + apart]))
    squares, products = 64 + 16 + 4, 8 * 4 + 4 * 2 + 2 * 1
    assert_allclose(model.likeness, products / squares, rtol=2e-3)  # .5, but for 1/672 that is forgotten an hour
    look = model.look(24 * 14 + 4 + np.arange(2), NO_INPUTS[:, :2])
    assert_allclose(look.points[0, :, 0], [10.5, 10.25], rtol=1e-3)


def test_level_scales_the_usual_week() -> None:
    """Half of what is usual for many days: the level method says half of the profile."""
    clock = Clock(MONDAY, step=60)
    model = PeopleModel(clock, 1, types=(0, 1, 2, 3, 4, 5, 6))
    shape = 5 + np.arange(24)
    for index in range(24 * 28):
        model.learn(index, np.array([float(shape[index % 24])]))
    for index in range(24 * 28, 24 * 31):
        model.learn(index, np.array([shape[index % 24] / 2]))
    look = model.look(24 * 31 + np.arange(24), np.empty((0, 24, 1)))
    assert_allclose(look.points[3, :, 0], shape / 2, rtol=0.05 * 2)  # Thursday: its own profile is still the full one


def test_envelope_times_share_says_the_rest_of_a_hazy_day_and_the_usual_for_tomorrow() -> None:
    """Each day has a haze of its own, clear every fourth day; today it is .5, seen from 6 to 12 o'clock."""
    model = SunModel(Clock(MONDAY, step=60), 1)
    sky = np.maximum(0, np.sin((np.arange(24) - 6) / 12 * np.pi)).round(12)
    hazes = np.array([1.0, 0.4, 0.7, 0.3] * 5 + [0.5])
    for index in range(24 * 20 + 13):
        model.learn(index, np.array([hazes[index // 24] * sky[index % 24]]))
    ahead = model.look(24 * 20 + np.array([13, 23, 24 + 12]), np.empty((0, 3, 1))).points[0, :, 0]
    assert_allclose(ahead[0], 0.5 * sky[13], rtol=0.06)
    assert ahead[1] == 0
    assert_allclose(ahead[2], hazes[:20].mean() * sky[12], rtol=0.12)
    assert_array_equal(model.envelope[:, 0], sky)


def test_ridge_finds_what_least_squares_finds() -> None:
    noise = np.random.default_rng(5)
    known = noise.normal(size=(3, 400))
    target = 2 * known[0] - 3 * known[1] + 0.1 * noise.normal(size=400)
    ridge = Ridge(1, 2, 3, fade=1.0, penalty=1e-9, prior=1e-9)
    for step in range(400):
        features = np.stack([known[:, step], 1000 * known[:, step]], axis=-1)[:, None]
        ridge.learn(features, np.array([[target[step], np.nan if step == 7 else target[step]]]))
    ridge.solve()
    assert_allclose(ridge.coefficients[:, 0, 0], np.linalg.lstsq(known.T, target)[0], rtol=1e-6)
    keep = np.arange(400) != 7
    other = np.linalg.lstsq(1000 * known.T[keep], target[keep])[0]
    assert_allclose(ridge.coefficients[:, 0, 1], other, rtol=1e-6)
    assert_allclose(ridge.correct(np.ones((3, 1, 2)))[0, 0], ridge.coefficients[:, 0, 0].sum())


def test_ridge_without_data_corrects_nothing() -> None:
    ridge = Ridge(2, 1, 3, fade=1.0)
    ridge.solve()
    assert_array_equal(ridge.correct(np.ones((3, 2, 1))), np.zeros((2, 1)))


def test_spread_holds_the_share_it_should_whatever_the_hour_and_the_distribution() -> None:
    """Skewed errors, ten times larger at noon: 80 % of them lie between the quantiles at .1 and .9 at any hour."""
    noise = np.random.default_rng(11)
    levels = (0.1, 0.5, 0.9)
    spread = Spread(1, np.array([1.0]), 40, levels, step=60)
    one_group = np.zeros((1, 40), dtype=np.int64)
    inside: dict[int, list[float]] = {0: [], 12: []}
    for step in range(24 * 120):
        hour = step % 24
        errors = (noise.exponential(size=(1, 40)) - 1) * (10 if hour == 12 else 1)
        told = spread.told(np.array([hour]), one_group)
        if step > 24 * 60 and hour in inside:
            inside[hour].append(float(((errors >= told[0]) & (errors <= told[2])).mean()))
        spread.learn(hour, one_group, errors, told)
    assert_allclose([np.mean(inside[0]), np.mean(inside[12])], 0.8, atol=0.03)
    exact = -np.log(1 - np.array(levels)) - 1  # quantiles of the exponential distribution, less its mean
    found = spread.told(np.array([3]), one_group)[:, 0].mean(axis=-1)
    assert_allclose(found, exact, atol=0.15)


@pytest.mark.parametrize("hours", [1, 24, 48])
def test_spread_holds_the_share_it_should_when_it_hears_of_it_days_later_and_the_errors_grow(hours: int) -> None:
    """Errors with a memory of a day, which grow by half in the judged eight weeks; told hours before they are known."""
    noise = np.random.default_rng(hours)
    levels, series = (0.05, 0.1, 0.5, 0.9, 0.95), 12
    spread, group = Spread(1, np.array([float(hours)]), series, levels, step=60), np.zeros((1, series), dtype=np.int64)
    waiting: list[NDArray[np.float64]] = []
    apart, inside = np.zeros((1, series)), []
    for step in range(24 * 116):
        apart = 0.9 * apart + noise.normal(size=(1, series))
        errors = apart * (1 + 0.5 * max(0.0, (step / 24 - 60) / 56))
        waiting.append(spread.told(np.array([step % 24]), group))
        if step >= hours:
            told = waiting[step - hours]
            if step > 24 * 60:
                inside.append([((errors >= told[i]) & (errors <= told[-1 - i])).mean() for i in (1, 0)])
            spread.learn((step - hours) % 24, group, errors, told)
    assert_allclose(np.mean(inside, axis=0), [0.8, 0.9], atol=0.03)


def test_spread_is_as_wide_as_laplace_until_errors_say_better_and_stretches_around_the_median() -> None:
    spread = Spread(1, np.array([1.0]), 1, (0.1, 0.5, 0.9), step=60)
    group = np.zeros((1, 1), dtype=np.int64)
    spread.learn(0, group, np.array([[2.0]]), spread.told(np.array([0]), group))
    spread.quantiles[0, :, 0, 0] = [-1.0, 1.0, 2.0]
    spread.widths[:, 0, 0] = np.log([2.0, 9.0, 3.0])
    assert_allclose(spread.shapes()[0, :, 0, 0], [1 - 2 * 2, 1, 1 + 3 * 1])
    assert_allclose(
        Spread(1, np.array([1.0]), 1, (0.1, 0.9), step=60).shapes()[0, :, 0, 0], [np.log(0.2), -np.log(0.2)]
    )


def test_spread_moves_by_what_was_told_not_by_what_it_would_say_now() -> None:
    """An error of 1 below both quantiles that were told, 2 and 3, though those of now, 0 and 0, lie below it."""
    spread = Spread(1, np.array([1.0]), 1, (0.1, 0.9), step=60)
    group = np.zeros((1, 1), dtype=np.int64)
    before = spread.quantiles.copy()
    spread.learn(0, group, np.array([[1.0]]), np.array([[[2.0]], [[3.0]]]))
    first = 0.2 / (1 + 3 / 12)
    assert_allclose((spread.quantiles - before).ravel(), [first * (0.1 - 1), first * (0.9 - 1)])
    away, mean = np.array([0.9, -0.1]), 0.4  # outward is up above the median, down below it
    assert_allclose(spread.widths.ravel(), 0.03 / (1 + 1 / 12) * (0.5 * mean + 0.5 * away))


def test_spread_learns_nothing_from_what_is_absent() -> None:
    spread = Spread(2, np.array([1.0]), 1, (0.1, 0.9), step=60)
    before = spread.arrays()
    group = np.zeros((1, 1), dtype=np.int64)
    spread.learn(0, group, np.array([[np.nan]]), np.zeros((2, 1, 1)))
    spread.learn(0, group, np.array([[1.0]]), np.full((2, 1, 1), np.nan))
    after = spread.arrays()
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_the_contest_weighs_methods_by_what_they_lost_against_the_least() -> None:
    contest = Contest(2, 3, sharpness=np.array([np.log(2)]), fade=0.01)
    contest.learn(np.array([[[1.0, -2.0, 0.0], [2.0, 2.0, 5.0], [1.5, 1.9, 1.0]]]))
    contest.learn(np.array([[[np.nan, 9.0, 0.0], [2.0, np.nan, 5.0], [9.0, 9.0, 1.0]]]))  # not of all: of none
    contest.decide()
    assert_allclose(contest.losses[0, :, :2], [[1.0, 2.0], [2.0, 2.0], [1.5, 1.9]])
    # Twice the loss: half the weight; equal losses, equal weights; one that never errs takes all.
    assert_allclose(contest.weights[0], [[2 / 3, 1 / 2, 1], [1 / 3, 1 / 2, 0]])
    assert contest.best()[0].tolist() == [[0, 0, 0]]


def test_the_contest_forgets() -> None:
    """Method one is better for a year, method two from then on: the weight moves over within the memory."""
    contest = Contest(2, 1, sharpness=np.array([8.0]), fade=1 / 20)
    for _ in range(365):
        contest.learn(np.array([[[1.0], [2.0], [1.0]]]))
    for _ in range(20):
        contest.learn(np.array([[[2.0], [1.0], [1.0]]]))
    contest.decide()
    old = 0.95**20
    worse = (2 - old) / (1 + old) - 1
    assert_allclose(contest.weights[0, 1, 0], 1 / (1 + np.exp(-8 * worse)))  # .84


def test_the_sieve_holds_a_slip_back_and_lets_a_new_level_pass() -> None:
    sieve = Sieve(2, 24)
    for hour in range(24 * 7):
        assert np.isfinite(sieve.sifted(np.array([1.0 + hour % 3, 0.0]))).all()
    assert_array_equal(sieve.sifted(np.array([2000.0, 0.0])), [np.nan, 0.0])
    assert_array_equal(sieve.sifted(np.array([2.0, 9.0])), [2.0, 9.0])  # of zeros nothing can be said
    found = [float(sieve.sifted(np.array([value, 1.0]))[0]) for value in (-40.0, 41.0, 42.0, 40.0)]
    assert_array_equal(found, [np.nan, np.nan, 42.0, 40.0])  # three hours without a break
    assert_array_equal(sieve.largest, [42.0, 9.0])


def test_the_sieve_takes_the_first_week_as_it_comes() -> None:
    sieve = Sieve(1, 96)
    for value in (0.1, 4.0, 1.0, 30.0):
        assert sieve.sifted(np.array([value]))[0] == value
