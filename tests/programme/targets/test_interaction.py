"""What measures reduce together: against closed forms, whatever the order."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.programme.targets.interaction import DRAWS, draws, effects, spread_of
from wattstone.programme.targets.measures import Interactions, Overlap, SameBase, plain

parts = st.lists(st.floats(0.001, 1.0), min_size=1, max_size=5)


@given(parts, st.floats(1, 1e6))
def test_together_they_reduce_what_the_product_says_in_any_order(shares: list[float], base: float) -> None:
    measures = plain([share * base for share in shares])
    wanted = base * (1 - np.prod([1 - share for share in shares]))
    for order in itertools.islice(itertools.permutations(range(len(shares))), 6):
        found = effects(measures, Interactions(groups=(SameBase(base, order),)), np.ones(len(shares)))
        assert_allclose(found.sum(), wanted, rtol=1e-9)
        assert (found >= 0).all()


@given(parts, st.floats(1, 1e6))
def test_none_reduces_more_together_than_by_itself(shares: list[float], base: float) -> None:
    measures = plain([share * base for share in shares])
    group = Interactions(groups=(SameBase(base, tuple(range(len(shares)))),))
    found = effects(measures, group, np.ones(len(shares)))

    assert (found <= measures.reduction * (1 + 1e-12)).all()
    assert found.sum() <= base * (1 + 1e-12)


def test_an_overlap_takes_its_share_only_where_both_are_in_force() -> None:
    """By hand: 20 t, of which 25 % are lost to the first."""
    working = np.array([[1.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    found = effects(plain([10.0, 20.0]), Interactions(overlaps=(Overlap(0, 1, 0.25),)), working)

    assert found[1].tolist() == [15.0, 20.0, 0.0]


def test_the_expected_effect_of_a_chain_is_the_chain_of_the_expected() -> None:
    """Independent events: E[1 - (1 - X/2)(1 - Y/2)] with p = 0.8 and 0.5 is 1 - 0.6 0.75 = 0.55 of 100 t."""
    measures = plain([50.0, 50.0], confidence=[0.8, 0.5])
    mean, low, high = spread_of(measures, Interactions(groups=(SameBase(100.0, (0, 1)),)), np.ones(2, dtype=bool))

    assert mean == pytest.approx(55)
    # neither with 0.2 0.5 = 0.1, both with 0.4: the quantiles are nothing and all
    assert (low, high) == pytest.approx((0, 75))


def test_the_expected_loss_of_an_overlap_counts_the_probability_of_both() -> None:
    """E = 0.5 10 + 0.8 20 - 0.25 20 (0.5 0.8) = 5 + 16 - 2."""
    measures = plain([10.0, 20.0], confidence=[0.5, 0.8])
    mean, _, _ = spread_of(measures, Interactions(overlaps=(Overlap(0, 1, 0.25),)), np.ones(2, dtype=bool))

    assert mean == pytest.approx(19)


def test_draws_have_the_moments_that_entries_say() -> None:
    """By hand: p = 0.7, q = 100, half of 90 % is 20, so that sd = 20/1.645; variance p sd2 + p(1-p) q2 = 2203."""
    measures = plain([100.0], confidence=[0.7], spread=[20.0])
    found = draws(measures)[0] * 100.0

    assert found.mean() == pytest.approx(70, abs=4 * np.sqrt(2203 / DRAWS))
    assert found.var() == pytest.approx(0.7 * 12.159**2 + 0.21 * 1e4, rel=0.05)
    assert np.array_equal(draws(measures), draws(measures))


def test_what_is_sure_has_no_spread() -> None:
    assert spread_of(plain([10.0]), Interactions(), np.array([True])) == (10, 10, 10)
    assert spread_of(plain([10.0]), Interactions(), np.array([False])) == (0, 0, 0)
