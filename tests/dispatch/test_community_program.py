"""The community's program: pieces by hand, a plan by hand, and its objective by another road."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.dispatch.community_program import CommunityOutlook, CommunityProgram, Pieces
from wattstone.dispatch.highs import Status


def test_an_expected_cost_is_the_mean_over_the_errors() -> None:
    errors = np.array([-2.0, 0.0, 1.0])
    pieces = Pieces.expected(errors, np.array(0.0), np.array(3.0))

    for amount in (-3.0, -0.5, 0.7, 4.0):
        mean = np.mean([3 * max(0.0, amount + error) for error in errors])
        assert_allclose(pieces.cost(np.array(amount)), mean)


def test_an_expected_ramp_is_the_mean_over_the_errors_but_for_a_constant() -> None:
    errors = np.array([-2.0, 0.5])
    pieces = Pieces.expected(errors, np.array(-1.0), np.array(1.0))
    at = np.array([-3.0, 0.0, 5.0])
    mean = np.abs(at[:, None] + errors).mean(axis=1)
    cost = np.array([float(pieces.cost(one)) for one in at])
    assert_allclose(cost - cost[0], mean - mean[0])


def test_a_further_break_raises_the_slope_beyond_it() -> None:
    pieces = Pieces(np.array([1.0]), np.array([0.0, 2.0])).with_rises(np.array([0.0, 3.0]), np.array([1.0, 4.0]))
    assert_allclose(pieces.breaks, [0.0, 1.0, 3.0])
    assert_allclose(pieces.slopes, [0.0, 1.0, 3.0, 7.0])


def simple(net: list[float], price: list[float]) -> CommunityOutlook:
    """One home, no error, nothing but a price."""
    leads = len(net)
    nothing = Pieces(np.zeros((leads, 1)), np.zeros((leads, 2)))
    return CommunityOutlook(
        net=np.array(net)[:, None],
        last=0.0,
        homes=Pieces(np.zeros((leads, 1, 1)), np.zeros((leads, 1, 2))),
        district=Pieces.expected(np.zeros((leads, 1)), np.zeros(leads), np.array(price)),
        ramps=nothing,
        end_value=0.0,
    )


def test_what_is_left_over_is_kept_for_the_dear_hour() -> None:
    program = CommunityProgram(1, 3, cuts=(1, 1, 1), power=np.array([5.0]), efficiency=0.8)
    outlook = simple([-2.0, 3.0, 3.0], [0.2, 0.2, 0.5])
    plan = program.plan(outlook, np.zeros(1), np.array([6.4]), (np.full(1, 5.0), np.full(1, 5.0)))

    # Charging a kWh at 0.2 gives 0.64 at 0.5, which pays: 2 kWh of surplus and 1.69 bought fill 3 / 0.8 = 3.75 inside.
    assert plan.status is Status.OPTIMAL
    assert_allclose(plan.flow[2], [-3.0])
    assert_allclose(plan.flow[:2].sum() * 0.8, 3.0 / 0.8)
    bought = 3 / 0.64 - 2
    assert plan.objective == pytest.approx(0.2 * (bought + 3), abs=1e-5)
    assert program.cost(outlook, plan) == pytest.approx(plan.objective, rel=1e-6)


@st.composite
def outlooks(draw: st.DrawFn) -> CommunityOutlook:
    seed = draw(st.integers(0, 10_000))
    random = np.random.default_rng(seed)
    homes, leads = draw(st.integers(1, 4)), 5
    size = random.choice([0.0, 0.02, 1.0])
    errors = np.sort(random.normal(size=(leads, homes, 4)) * size, axis=-1)
    both = np.sort(random.normal(size=(leads, 4)), axis=-1)
    price, ramp = random.uniform(0, 1, leads), np.full(leads, random.uniform(0, 1))
    district = Pieces.expected(both, np.zeros(leads), price).with_rises(
        np.sort(random.normal(size=(leads, 2)) * 3, axis=-1), random.uniform(0, 1, (leads, 2))
    )
    return CommunityOutlook(
        net=random.normal(size=(leads, homes)) * 3,
        last=float(random.normal()),
        homes=Pieces.expected(errors, np.zeros((leads, homes)), np.broadcast_to(price[:, None], (leads, homes))),
        district=district,
        ramps=Pieces.expected(both, -ramp, ramp),
        end_value=random.uniform(0, 0.3),
    )


@settings(max_examples=40, deadline=None)
@given(outlooks(), st.floats(0, 6.4))
def test_the_objective_is_the_cost_recomputed_and_no_limit_is_broken(outlook: CommunityOutlook, stored: float) -> None:
    leads, homes = outlook.net.shape
    program = CommunityProgram(homes, leads, cuts=(4, 6, 4), power=np.full(homes, 5.0), efficiency=0.92)
    first = (np.full(homes, 2.0), np.full(homes, min(2.0, stored * 0.92)))
    plan = program.plan(outlook, np.full(homes, stored), np.full(homes, 6.4), first)

    assert plan.status is Status.OPTIMAL
    assert program.cost(outlook, plan) == pytest.approx(plan.objective, rel=1e-6, abs=1e-6)
    assert (np.abs(plan.flow) <= 5 + 1e-6).all()
    assert (plan.flow[0] <= first[0] + 1e-6).all()
    assert (plan.flow[0] >= -first[1] - 1e-6).all()
    assert ((plan.charge >= -1e-6) & (plan.charge <= 6.4 + 1e-6)).all()
    inside = np.where(plan.flow > 0, plan.flow * 0.92, plan.flow / 0.92)
    # Never more inside than was charged; less where charging and discharging at once is worth its loss.
    assert (np.diff(plan.charge, axis=0, prepend=stored) <= inside + 1e-6).all()
