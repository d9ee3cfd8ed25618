"""Propagation against hand calculations, the closed form of the lognormal, and laws."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from polars.testing import assert_frame_equal

from tests.inventory.uncertainty.made import estate, lines_of
from wattstone.base import InputRefused
from wattstone.inventory.uncertainty import propagate
from wattstone.inventory.uncertainty.propagation import PROPAGATED

SOME = settings(max_examples=25, deadline=None)
seeds = st.integers(0, 10_000)


def one(lines: pl.DataFrame, **given) -> dict:
    return propagate(lines, **given).frame.row(0, named=True)


def test_one_line_is_the_exact_product_of_two_errors() -> None:
    """By hand: 100 kg, 30 % and 40 %: (1.09 * 1.16 - 1) = 0.2644, of which 0.09 and 0.16 and 0.0144."""
    told = one(lines_of(("gas", 100.0, 0.3, 0.4)))

    assert told["sd"] == pytest.approx(100 * math.sqrt(0.2644))
    parts = [told[name] for name in ("by_activity", "by_factor", "by_both")]
    assert parts == pytest.approx([900.0, 1600.0, 144.0])
    assert (told["unknown"], told["lines"], told["lines_unknown"]) == (0.0, 1, 0)


def test_a_factor_used_by_5000_sites_is_one_error() -> None:
    """By hand: 5,000 x 2 kg with a factor of 10 %: 10 % of 10,000 kg, and not 10 % / sqrt(5,000)."""
    same = lines_of(*[("grid", 2.0, 0.0, 0.1)] * 5000)
    own = lines_of(*[(f"grid {number}", 2.0, 0.0, 0.1) for number in range(5000)])

    assert one(same)["relative"] == pytest.approx(0.1)
    assert one(own)["relative"] == pytest.approx(0.1 / math.sqrt(5000))


def test_equations_3_1_and_3_2_of_the_ipcc_where_they_hold() -> None:
    """Eq. 3.1, the product: sqrt(5^2 + 10^2) = 11.18 %; eq. 3.2, the sum of independent ones, by hand.

    Eq. 3.1 is of first order: it leaves out the product of both errors, 0.05^2 * 0.1^2.
    """
    product = one(lines_of(("a", 200.0, 0.05, 0.1)))
    total = one(lines_of(("a", 200.0, 0.0, 0.1), ("b", 100.0, 0.0, 0.3)))

    assert product["sd"] ** 2 - product["by_both"] == pytest.approx((200 * math.hypot(0.05, 0.1)) ** 2)
    assert total["relative"] == pytest.approx(math.sqrt((200 * 0.1) ** 2 + (100 * 0.3) ** 2) / 300)


def test_the_interval_is_that_of_the_lognormal_with_these_moments() -> None:
    """By hand for 100 +- 50: sigma = sqrt(ln 1.25) = 0.472381, median = 100 / sqrt(1.25) = 89.4427.

    The 5 % and 95 % quantiles are median * exp(-+ 1.644854 * sigma) = 41.12 and 194.53.
    """
    told = one(lines_of(("a", 100.0, 0.0, 0.5)))
    straight = one(lines_of(("a", 100.0, 0.0, 0.5)), shape="normal")

    assert (told["lower"], told["upper"]) == pytest.approx((41.1230, 194.534), rel=1e-4)
    assert (straight["lower"], straight["upper"]) == pytest.approx((100 - 82.2427, 100 + 82.2427), rel=1e-5)


def test_what_is_not_known_is_counted_and_not_taken_as_certain() -> None:
    told = one(lines_of(("a", 60.0, None, 0.1), ("b", -20.0, 0.2, None), ("c", 20.0, 0.1, 0.1)))

    assert [told[name] for name in ("unknown", "unknown_activity", "unknown_factor")] == pytest.approx([0.8, 0.6, 0.2])
    assert (told["lines"], told["lines_unknown"]) == (3, 2)
    assert told["sd"] == pytest.approx(math.sqrt(6.0**2 + 4.0**2 + 20**2 * (1.01**2 - 1)))


def test_where_nothing_is_known_there_is_no_interval() -> None:
    told = one(lines_of(("a", 60.0, None, None), ("b", 40.0, None, None)))

    assert told["mean"] == 100.0
    assert [told[name] for name in ("sd", "relative", "lower", "upper")] == [None] * 4
    assert told["unknown"] == 1.0


def test_certain_is_what_is_said_to_be_certain() -> None:
    told = one(lines_of(("a", 60.0, 0.0, 0.0)))

    assert (told["sd"], told["lower"], told["upper"], told["unknown"]) == (0.0, pytest.approx(60), pytest.approx(60), 0)


def test_a_line_without_value_leaves_its_sum_without_one() -> None:
    lines = lines_of(("a", None, 0.1, 0.1), ("a", 1.0, 0.1, 0.1), ("a", 1.0, 0.1, 0.1), sites=["A", "A", "B"])
    told = propagate(lines, ["site_id"]).frame

    assert told["site_id"].to_list() == ["A", "B"]
    assert told["mean"].to_list() == [None, 1.0]
    assert told["sd"].is_null().to_list() == [True, False]
    assert told["lines_absent"].to_list() == [1, 0]


def test_stated_emissions_share_no_error() -> None:
    """By hand: without a key both errors are the line's own: 100^2 * (1.01 * 1.04 - 1), twice."""
    told = one(lines_of((None, 100.0, 0.1, 0.2), (None, 100.0, 0.1, 0.2)))
    half = one(lines_of((None, 100.0, 0.1, None)))

    assert told["by_factor"] == 0.0
    assert told["sd"] ** 2 == pytest.approx(2 * 100**2 * 0.0504)
    assert (half["sd"], half["unknown"]) == (pytest.approx(10.0), 0.0)


def test_two_editions_of_a_factor_are_fully_correlated() -> None:
    told = one(lines_of(("a", 100.0, 0.0, 0.1), ("a", 100.0, 0.0, 0.3)))

    assert told["sd"] == pytest.approx(10.0 + 30.0)


def test_no_lines_have_no_sum() -> None:
    assert propagate(lines_of()).frame.height == 0
    assert propagate(lines_of(), ["scope"]).frame.schema == pl.Schema({"scope": pl.Int8(), **PROPAGATED})


def test_everything_wrong_is_said_at_once() -> None:
    lines = lines_of(("a", float("nan"), -0.1, float("inf")), ("a", 1.0, 0.1, 0.1)).with_columns(line=7)

    with pytest.raises(InputRefused) as refused:
        propagate(lines)
    assert [finding.code for finding in refused.value.findings] == ["uncertainty.values"] * 3 + ["uncertainty.twice"]
    with pytest.raises(InputRefused) as refused:
        propagate(lines.drop("value").with_columns(activity_sd=pl.lit("much")), ["planet"])
    assert [finding.code for finding in refused.value.findings] == ["uncertainty.columns", "uncertainty.types"]
    assert "value, planet" in refused.value.findings[0].text()


def test_both_bases_of_scope_2_are_not_added_up() -> None:
    lines = lines_of(("a", 1.0, 0.1, 0.1), ("a", 1.0, 0.1, 0.1), scopes=[2, 2])
    lines = lines.with_columns(basis=pl.Series(["location", "market"]))

    with pytest.raises(InputRefused) as refused:
        propagate(lines)
    assert [finding.code for finding in refused.value.findings] == ["uncertainty.bases"]
    assert propagate(lines, ["basis"]).frame.height == 2


@SOME
@given(seeds)
def test_the_order_of_lines_does_not_matter(seed: int) -> None:
    lines = estate(seed)
    shuffled = lines.sample(fraction=1.0, shuffle=True, seed=seed)

    assert_frame_equal(propagate(lines, ["scope"]).frame, propagate(shuffled, ["scope"]).frame, rel_tol=1e-12)


@SOME
@given(seeds, st.floats(0.05, 0.95))
def test_splitting_a_line_does_not_make_its_factor_surer(seed: int, share: float) -> None:
    lines = estate(seed)
    first = lines.head(1)
    parts = pl.concat([first.with_columns(pl.col("value") * share), first.with_columns(pl.col("value") * (1 - share))])
    split = pl.concat([parts, lines.slice(1)]).with_columns(line=pl.int_range(pl.len()))
    before, after = one(lines), one(split)

    assert after["by_factor"] == pytest.approx(before["by_factor"], rel=1e-12)
    assert after["mean"] == pytest.approx(before["mean"], rel=1e-12)
    assert after["by_activity"] <= before["by_activity"] * (1 + 1e-12)


@SOME
@given(st.integers(1, 400), st.floats(0.01, 0.5))
def test_independent_errors_average_out_by_the_root_of_their_number(count: int, sd: float) -> None:
    assert one(lines_of(*[("a", 3.0, sd, 0.0)] * count))["relative"] == pytest.approx(sd / math.sqrt(count))


@SOME
@given(seeds, st.floats(0.001, 1000.0))
def test_everything_scales_with_the_emissions(seed: int, by: float) -> None:
    told, scaled = (one(estate(seed).with_columns(pl.col("value") * factor)) for factor in (1.0, by))

    names = ("mean", "sd", "lower", "upper")
    assert_allclose([scaled[name] for name in names], [told[name] * by for name in names], rtol=1e-10)
    assert scaled["relative"] == pytest.approx(told["relative"], rel=1e-10)


@SOME
@given(seeds)
def test_means_of_groups_add_up_and_their_errors_do_not_cancel_beyond_independence(seed: int) -> None:
    """Shared factors correlate positively here, so that a sum is at least as uncertain as of independent groups."""
    lines = estate(seed)
    groups, whole = propagate(lines, ["site_id"]).frame, one(lines)

    assert whole["mean"] == pytest.approx(groups["mean"].sum())
    assert np.sqrt((groups["sd"] ** 2).sum()) <= whole["sd"] * (1 + 1e-12)
    assert whole["sd"] <= groups["sd"].sum() * (1 + 1e-12)
