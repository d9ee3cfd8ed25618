"""Pipes by hand, and their loss by an independent friction factor."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import brentq

from wattstone.equipment.air import pipe


def test_velocity_by_hand() -> None:
    # 24 m3/min of free air are 3 m3/min at 8 bar(a), 0.05 m3/s; through 0.01 m2 5 m/s
    assert_allclose(pipe.velocity(24.0, area=0.01, pressure=7.0), 5.0)
    assert_allclose(pipe.line_flow(24.0, 7.0), 0.05)


@given(flow=st.floats(0.1, 200.0), speed=st.floats(1.0, 30.0), pressure=st.floats(0.0, 12.0))
def test_a_pipe_sized_for_a_velocity_has_it(flow: float, speed: float, pressure: float) -> None:
    wide = pipe.diameter(pipe.area_for(flow, velocity=speed, pressure=pressure))

    assert_allclose(pipe.velocity(flow, area=pipe.area(wide), pressure=pressure), speed, rtol=1e-12)


def test_what_is_impossible_is_no_number() -> None:
    assert np.isnan(pipe.line_flow(1.0, -1.5))
    assert np.isnan(pipe.area_for(1.0, velocity=0.0, pressure=7.0))


def test_volume_of_lengths() -> None:
    assert_allclose(pipe.volume([100.0, 20.0], [0.002, 0.01]), [0.2, 0.2])


def test_loss_by_colebrooks_factor() -> None:
    # 100 m of 52.5 mm, 10 m3/min of free air in at 7 bar(g) and 20 degC; f by Colebrook, viscosity 1.813e-5 Pa s
    mass, wide = 10 / 60 * 1e5 / (287.05 * 293.15), 0.0525
    flux = mass / (math.pi / 4 * wide**2)
    reynolds = flux * wide / 1.813e-5

    def colebrook(f: float) -> float:
        return 1 / math.sqrt(f) + 2 * math.log10(0.045e-3 / wide / 3.7 + 2.51 / (reynolds * math.sqrt(f)))

    factor = brentq(colebrook, 0.005, 0.1)
    out = math.sqrt(8e5**2 - factor * 100 / wide * flux**2 * 287.05 * 293.15)

    assert_allclose(pipe.drop(10.0, length=100.0, diameter=wide, pressure=7.0), (8e5 - out) / 1e5, rtol=0.02)


def test_laminar_flow_is_poiseuilles() -> None:
    # dp = 128 mu L Q / (pi d^4), Re = 850
    flow = 0.0005 * 60
    q = flow / 60 / 8  # m3/s in the line

    assert_allclose(
        pipe.drop(flow, length=10.0, diameter=0.05, pressure=7.0) * 1e5,
        128 * 1.813e-5 * 10 * q / (math.pi * 0.05**4),
        rtol=1e-3,
    )


def test_no_flow_no_loss_and_too_much_flow_no_number() -> None:
    lost = pipe.drop([0.0, 10.0, 1e4], length=100.0, diameter=0.05, pressure=7.0)

    assert lost[0] == 0.0
    assert lost[1] > 0
    assert np.isnan(lost[2])
