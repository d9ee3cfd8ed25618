"""When something changed, and when it changed back."""

import numpy as np
import pytest

from wattstone.detection.change import episodes
from wattstone.detection.interval import block_interval


def noise(number: int, days: int = 730, memory: float = 0.0, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    shocks = random.normal(0, np.sqrt(1 - memory**2), (number, days))
    out = shocks.copy()
    for day in range(1, days):
        out[:, day] = memory * out[:, day - 1] + shocks[:, day]
    return out


@pytest.mark.parametrize("sign", [1, -1])
def test_a_step_up_and_down_is_found_to_the_day(sign: int) -> None:
    values = 0.1 * noise(20)
    values[:, 400:460] += sign
    found = episodes(values, sign=sign)

    assert np.abs(found.start - 400).max() <= 1
    assert np.abs(found.stop - 460).max() <= 1
    assert found.shift == pytest.approx(sign * np.ones(20), abs=0.1)
    assert (found.score > 20).all()


def test_what_grows_evenly_is_told_from_its_beginning() -> None:
    values = 0.1 * noise(20)
    values[:, 400:520] += np.arange(120) / 120
    grown, flat = episodes(values, growing=True), episodes(values)

    assert grown.grows.all()
    assert np.abs(grown.start - 400).max() <= 12
    assert np.abs(grown.stop - 520).max() <= 2
    assert grown.shift == pytest.approx(0.5 * np.ones(20), abs=0.1)  # half of what it grows to
    assert np.median(flat.start) > 420  # an even stretch begins where it stands out
    assert (grown.score > flat.score).all()


def test_a_step_is_not_taken_for_growth() -> None:
    values = 0.1 * noise(20)
    values[:, 400:460] += 1
    assert not episodes(values, growing=True).grows.any()


def test_a_step_that_stays_reaches_to_the_end() -> None:
    values = 0.2 * noise(10)
    values[:, 500:] += 1
    found = episodes(values)

    assert (found.stop == 730).all()
    assert np.abs(found.start - 500).max() <= 1


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.8])
def test_chance_alone_scores_low_also_where_days_remember(memory: float) -> None:
    """The least score that any detector tells is 6."""
    assert np.quantile(episodes(noise(200, memory=memory)).score, 0.95) < 6.0
    assert np.quantile(episodes(noise(200, memory=memory), growing=True).score, 0.95) < 6.0


def test_gaps_are_neither_inside_nor_outside() -> None:
    values = 0.1 * noise(5)
    values[:, 300:380] += 1
    values[:, 320:330] = np.nan
    values[:, 600:] = np.nan
    found = episodes(values)

    assert np.abs(found.start - 300).max() <= 1
    assert np.abs(found.stop - 380).max() <= 1


def test_nothing_known_is_nothing_found() -> None:
    found = episodes(np.full((2, 100), np.nan))
    assert np.isnan(found.shift).all()
    assert (found.score == 0).all()


@pytest.mark.parametrize("grows", [False, True])
def test_the_interval_holds_the_truth_nine_times_in_ten(grows: bool) -> None:
    """A shift of 1, or one that grows to 2, over 60 days in noise of 1: what is seen varies, the truth is 60."""
    held = 0
    for at, row in enumerate(noise(200, 400, seed=5)):
        residual = row - np.concatenate([row[:200], row[260:]]).mean()
        residual[200:260] += np.arange(60) / 29.5 if grows else 1
        low, high = block_interval(residual, 200, 260, seed=at, grows=grows)
        held += low * residual[200:260].sum() <= 60 <= high * residual[200:260].sum()
    assert 0.8 <= held / 200 <= 0.97
