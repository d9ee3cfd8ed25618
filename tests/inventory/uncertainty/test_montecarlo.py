"""Simulation against propagation, the closed form of the lognormal, and a simulation that draws every line."""

import math
from statistics import NormalDist

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from polars.testing import assert_frame_equal

from tests.inventory.uncertainty.made import brute_force, estate, lines_of
from wattstone.inventory.uncertainty import montecarlo, propagate, simulate

FEW = settings(max_examples=8, deadline=None)
QUANTILES = ("lower", "median", "upper")


def one(lines: pl.DataFrame, **given) -> dict:
    return simulate(lines, **given).frame.row(0, named=True)


def lognormal(mean: float, sd: float) -> list[float]:
    """5 %, 50 % and 95 % quantiles of a lognormal, in closed form."""
    sigma = math.sqrt(math.log(1 + (sd / mean) ** 2))
    return [mean * math.exp(-(sigma**2) / 2 + NormalDist().inv_cdf(p) * sigma) for p in (0.05, 0.5, 0.95)]


@pytest.mark.parametrize("activity", [0.0, 0.2, 0.6])
def test_one_line_agrees_with_propagation_and_with_the_closed_form(activity: float) -> None:
    """The product of two lognormal multipliers is lognormal, and its variance is that of propagation, exactly."""
    lines = lines_of(("a", 100.0, activity, 0.3))
    told, propagated = one(lines, draws=100_000), propagate(lines).frame.row(0, named=True)
    exact = lognormal(100.0, 100.0 * math.sqrt((1 + activity**2) * 1.09 - 1))

    assert [told[name] for name in QUANTILES] == pytest.approx(exact, rel=0.01)
    assert [propagated[name] for name in ("lower", "upper")] == pytest.approx(exact[::2], rel=1e-9)
    assert told["sd"] == pytest.approx(propagated["sd"], rel=0.02)
    assert told["mean"] == pytest.approx(100.0, abs=4 * told["error"])


@pytest.mark.parametrize("seed", range(4))
def test_many_lines_agree_with_propagation(seed: int) -> None:
    lines = estate(seed)
    told, exact = simulate(lines, ["scope"], draws=40_000).frame, propagate(lines, ["scope"]).frame

    assert_allclose(told["mean"], exact["mean"], atol=4 * float(told["error"].max()))  # pyright: ignore
    assert_allclose(told["sd"], exact["sd"], rtol=0.03)
    for bound in ("lower", "upper"):  # of a sum of lognormals, which is not quite one: to a fifth of the deviation
        assert_allclose(told[bound] / exact["sd"], exact[bound] / exact["sd"], atol=0.2)
    assert told.select("unknown", "lines").equals(exact.select("unknown", "lines"))


@pytest.mark.parametrize("sd", [0.1, 0.5])
@pytest.mark.parametrize("seed", [1, 2])
def test_it_agrees_with_drawing_every_line(seed: int, sd: float) -> None:
    """40,000 draws: quantiles of either are sure to about 1 %."""
    lines = estate(seed, sites=12, kinds=10, sd=sd)
    drawn = brute_force(lines, draws=40_000, seed=seed + 77)
    told = one(lines, draws=40_000, seed=seed)

    assert told["sd"] == pytest.approx(drawn.std(ddof=1), rel=0.04)
    assert [told[name] for name in QUANTILES] == pytest.approx(np.quantile(drawn, [0.05, 0.5, 0.95]), rel=0.015)


def test_few_lines_with_large_errors_agree_with_drawing_every_line() -> None:
    """Where the shape of the joint error counts most: three lines, activity data known to 80 and 100 %."""
    lines = lines_of(("a", 100.0, 0.8, 0.3), ("b", 60.0, 0.8, 0.3), (None, 30.0, 1.0, None))
    drawn = brute_force(lines, draws=200_000, seed=3)
    told = one(lines, draws=200_000)

    assert told["sd"] == pytest.approx(drawn.std(ddof=1), rel=0.03)
    expected = np.quantile(drawn, [0.05, 0.5, 0.95])
    assert [told[name] for name in QUANTILES] == pytest.approx(expected, abs=0.06 * drawn.std())


def test_a_credit_takes_away_what_it_was_given_for() -> None:
    """By hand: 100 kg and a credit of 40 kg at one factor of 10 % are 60 +- 6 kg; at another it adds 4 kg."""
    told = one(lines_of(("a", 100.0, 0.0, 0.1), ("a", -40.0, 0.0, 0.1)), draws=40_000)
    other = one(lines_of(("a", 100.0, 0.0, 0.1), ("b", -40.0, 0.0, 0.1)), draws=40_000)

    assert (told["mean"], told["sd"]) == pytest.approx((60.0, 6.0), rel=0.02)
    assert (other["mean"], other["sd"]) == pytest.approx((60.0, math.hypot(10.0, 4.0)), rel=0.02)


def test_a_factor_is_one_error_however_many_sites_use_it() -> None:
    rows = [("grid", 2.0, 0.0, 0.2)] * 500
    lines = lines_of(*rows, sites=[f"S{number}" for number in range(500)])
    told, sites = one(lines), simulate(lines, ["site_id"]).frame

    assert told["relative"] == pytest.approx(0.2, rel=0.03)
    assert told["upper"] == pytest.approx(sites["upper"].sum(), rel=1e-5)  # the very same draws in every group


def test_what_is_not_known_is_counted() -> None:
    told = one(lines_of(("a", 60.0, None, 0.1), ("b", 40.0, None, None)))
    nothing = one(lines_of(("a", 60.0, None, None)))
    absent = one(lines_of(("a", None, 0.1, 0.1), ("a", 1.0, 0.1, 0.1)))

    assert (told["unknown"], told["unknown_factor"], told["lines_unknown"]) == (1.0, 0.4, 2)
    assert told["sd"] == pytest.approx(6.0, rel=0.05)
    assert (nothing["mean"], nothing["sd"], nothing["upper"]) == (60.0, None, None)
    assert (absent["mean"], absent["sd"], absent["lines_absent"]) == (None, None, 1)


@pytest.mark.parametrize("distribution", ["normal", "triangular"])
def test_other_distributions_have_the_same_moments_and_their_own_quantiles(distribution) -> None:
    """The 5 % quantile of a symmetric triangular error of half-width w = sqrt(6) sd lies at w (1 - sqrt(0.1))."""
    told = one(lines_of(("a", 100.0, 0.0, 0.1)), draws=100_000, factors=distribution)
    reach = 1.644854 if distribution == "normal" else math.sqrt(6) * (1 - math.sqrt(0.1))

    assert told["sd"] == pytest.approx(10.0, rel=0.02)
    assert (told["lower"], told["upper"]) == pytest.approx((100 - 10 * reach, 100 + 10 * reach), rel=0.005)


def test_the_size_of_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = estate(5, sites=40)
    whole = simulate(lines, ["site_id"], draws=500).frame
    monkeypatch.setattr(montecarlo, "_BLOCK", 500 * 4 * 3)
    monkeypatch.setattr(montecarlo, "_FACTORS", 500 * 8 * 3)

    assert_frame_equal(simulate(lines, ["site_id"], draws=500).frame, whole, rel_tol=1e-5)


def test_the_seed_decides() -> None:
    lines = estate(1)

    assert one(lines, seed=1) == one(lines, seed=1)
    assert one(lines, seed=1)["upper"] != one(lines, seed=2)["upper"]
    with pytest.raises(ValueError, match="99 draws"):
        simulate(lines, draws=99)


def test_no_lines_have_no_sum() -> None:
    assert simulate(lines_of()).frame.height == 0
    assert simulate(lines_of(), ["scope"]).frame.columns[:3] == ["scope", "mean", "sd"]


@FEW
@given(st.integers(0, 1000))
def test_the_order_of_lines_does_not_matter(seed: int) -> None:
    lines = estate(seed)
    shuffled = lines.sample(fraction=1.0, shuffle=True, seed=seed)

    told, again = (simulate(of, ["site_id", "scope"], draws=200).frame for of in (lines, shuffled))
    assert_frame_equal(told, again, rel_tol=1e-5)


@FEW
@given(st.integers(0, 1000), st.floats(0.01, 100.0))
def test_everything_scales_with_the_emissions(seed: int, by: float) -> None:
    told, scaled = (one(estate(seed).with_columns(pl.col("value") * factor), draws=200) for factor in (1.0, by))

    names = ("mean", "sd", *QUANTILES)
    assert_allclose([scaled[name] for name in names], [told[name] * by for name in names], rtol=1e-5)
