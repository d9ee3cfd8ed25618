"""A battery of the challenge by hand: efficiency from what is asked for, taper, wear, limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.dispatch.community_battery import BatteryState, CommunityBattery

ONE = CommunityBattery(capacity=np.array([6.4]), power=np.array([5.0]))


def at(charge: float) -> BatteryState:
    return BatteryState(np.array([charge]), np.array([6.4]))


@pytest.mark.parametrize(
    ("request_", "round_trip"), [(1.0, 0.83), (2.5, 0.865), (3.75, 0.90), (4.5, 0.875), (5.0, 0.85), (9.0, 0.85)]
)
def test_what_is_stored_depends_on_the_power_asked_for(request_: float, round_trip: float) -> None:
    # 2.5 kW is half way between 30 % at 0.83 and 70 % at 0.90; 4.5 kW half way between 80 % at 0.90 and 100 % at 0.85.
    state, flow = ONE.step(at(0.0), np.array([request_]))

    assert_allclose(flow, [min(request_, 5.0)])
    assert_allclose(state.charge, [min(request_, 5.0) * np.sqrt(round_trip)])


def test_what_is_delivered_is_what_left_less_the_loss() -> None:
    state, flow = ONE.step(at(3.0), np.array([-1.0]))
    assert_allclose(flow, [-1.0])
    assert_allclose(state.charge, [3.0 - 1.0 / np.sqrt(0.83)])

    state, flow = ONE.step(at(0.5), np.array([-1.0]))
    assert_allclose(state.charge, [0.0])
    assert_allclose(flow, [-0.5 * np.sqrt(0.83)])


def test_power_falls_from_four_fifths_full() -> None:
    # 90 % full: half way from all of 5 kW to a fifth of it.
    state, flow = ONE.step(at(0.9 * 6.4), np.array([-5.0]))
    assert_allclose(flow, [-3.0])
    assert_allclose(ONE.power_limit(at(6.4)), [1.0])
    assert_allclose(ONE.power_limit(at(0.8 * 6.4)), [5.0])
    assert state.charge[0] > 0


def test_a_full_battery_takes_no_more_and_wears() -> None:
    state, flow = ONE.step(at(6.4), np.array([1.0]))
    assert_allclose(flow, [0.0], atol=1e-12)
    assert_allclose(state.capacity, [6.4])

    state, flow = ONE.step(at(0.0), np.array([2.0]))
    assert_allclose(6.4 - state.capacity, [1e-5 * 6.4 * 2.0 / (2 * 6.4)])


@given(
    st.lists(st.tuples(st.floats(-10, 10), st.floats(-10, 10)), min_size=1, max_size=30),
    st.sampled_from([0.0, 3.0, 6.4]),
)
def test_no_request_takes_a_battery_beyond_its_limits(requests: list[tuple[float, float]], size: float) -> None:
    battery = CommunityBattery(capacity=np.array([6.4, size]), power=np.array([5.0, size]))
    state = battery.empty()
    for request in requests:
        limit = battery.power_limit(state)
        before = state
        state, flow = battery.step(state, np.array(request))

        assert (np.abs(flow) <= limit + 1e-9).all()
        assert (state.charge >= -1e-9).all()
        assert (state.charge <= before.capacity + 1e-4).all()
        # Never against what was asked for, but for the capacity that the last hour wore away of a full battery.
        assert (flow * np.sign(request) >= -1e-4).all()
        assert np.isfinite(state.charge).all()
