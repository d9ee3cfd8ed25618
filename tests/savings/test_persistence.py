"""A saving that shrinks is told from one that lasts, and from one that is too short to tell."""

from datetime import date

import numpy as np
import pytest

from wattstone.savings.persistence import persistence
from wattstone.savings.result import Estimate, Month


def months(shares, *, known: float = 1.0, expected=100.0):
    found = []
    for at, share in enumerate(shares):
        avoided = share * expected
        found.append(
            Month(
                month=date(2019 + at // 12, at % 12 + 1, 1),
                observed=expected - avoided,
                expected=expected,
                avoided=Estimate(avoided, np.nan, np.nan, "kWh"),
                known=known,
            )
        )
    return found


def test_an_even_decay_has_its_slope():
    time = np.array([np.datetime64(f"{2019 + at // 12}-{at % 12 + 1:02}-01") for at in range(24)])
    years = (time - time[0]).astype(float) / 365.25

    found = persistence(months(0.2 - 0.05 * years))

    assert found.slope is not None
    assert found.slope.value == pytest.approx(-0.05)
    assert (found.verdict, found.months, found.seasonal) == ("decays", 24, False)
    assert found.p_value < 1e-6


def test_slope_and_error_are_those_of_a_textbook():
    # twelve months 1 to 12, y = 0.3 in all but the last, 0.43: by hand, slope = 0.13 x 5.5 / 143 a month
    wave = [0.3] * 11 + [0.43]
    data = months(wave)
    found = persistence(data)
    days = np.array([one.month for one in data], dtype="datetime64[D]").astype(float) / 365.25
    centred = days - days.mean()
    slope = float((centred * wave).sum() / (centred**2).sum())

    assert found.slope is not None
    assert found.slope.value == pytest.approx(slope, rel=1e-9)
    assert found.slope.value / 12 == pytest.approx(0.13 * 5.5 / 143, rel=0.02)  # months are not all of one length
    assert found.slope.lower < slope < found.slope.upper
    assert found.seasonal


def test_noise_alone_is_seldom_a_trend():
    rng = np.random.default_rng(1)
    verdicts = [persistence(months(0.1 + rng.normal(0, 0.03, 24))).verdict for _ in range(200)]

    assert 0.84 <= verdicts.count("persists") / 200 <= 0.96  # a test at 10 %


def test_months_that_remember_the_last_are_worth_fewer():
    rng = np.random.default_rng(5)
    verdicts: list[str] = []
    for _ in range(200):
        noise = rng.normal(0, 0.02, 36)
        for at in range(1, 36):
            noise[at] += 0.6 * noise[at - 1]
        verdicts.append(persistence(months(0.1 + noise)).verdict)

    assert verdicts.count("persists") / 200 >= 0.75  # as if independent, four in ten would be trends


def test_eleven_months_or_unknown_ones_are_too_short():
    for data in (months([0.1] * 11), months([0.1] * 24, known=0.4), []):
        found = persistence(data)
        assert found.verdict == "too short"
        assert found.slope is None


def test_a_saving_without_any_chance_lasts():
    found = persistence(months([0.1] * 24))

    assert found.verdict == "persists"
    assert found.share == pytest.approx(0.1)
    assert found.slope is not None
    assert found.slope.value == pytest.approx(0, abs=1e-12)
