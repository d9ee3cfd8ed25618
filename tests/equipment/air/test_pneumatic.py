"""Cylinders and valves by hand."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.equipment.air import nozzle, pneumatic
from wattstone.equipment.air.cost import running_cost
from wattstone.equipment.air.free_air import CUBIC_FOOT, PSI


def test_a_single_and_a_double_acting_cylinder() -> None:
    # 40 mm bore, 100 mm stroke, 30 cycles a minute; a rod of 16 mm takes its own area off the way back
    face, rod = math.pi / 4 * 0.04**2, math.pi / 4 * 0.016**2

    assert_allclose(pneumatic.displacement(0.04, 0.1, 30.0), face * 0.1 * 30)
    assert_allclose(pneumatic.displacement(0.04, 0.1, 30.0, rod=0.016), (2 * face - rod) * 0.1 * 30)


def test_free_air_of_a_cylinder() -> None:
    assert_allclose(pneumatic.cylinder_air(0.01, 6.0), 0.07)
    assert_allclose(pneumatic.compression_ratio(6.0, free=0.7, atmosphere=0.8), 6.8 / 0.7)


def test_a_valve_passes_what_its_opening_passes() -> None:
    # 1 US gal/min of water at 1 psi through C_d A; air of 8 bar(a) and 20 degC at 1 kPa less through the same
    opening = 3.785411784e-3 / 60 / math.sqrt(2 * 6894.757 / 999.0)
    line = 8e5 / (287.05 * 293.15)
    mass = opening * math.sqrt(2 * line * 1e3)

    free = mass / (1e5 / (287.05 * 293.15)) * 60

    assert_allclose(pneumatic.valve_flow(8.0, 7.99), free, rtol=1e-3)


def test_a_choked_valve_passes_no_more() -> None:
    flow = pneumatic.valve_flow(8.0, [0.0, 1.0, 8 * pneumatic.CRITICAL, 8.0, 9.0])

    assert_allclose(flow[0], flow[1:3], rtol=1e-12)
    assert_allclose(flow[3:], 0.0)
    assert_allclose(pneumatic.CRITICAL, 0.528282, atol=1e-6)


@given(flow=st.floats(0.01, 50.0), inlet=st.floats(2.0, 12.0), ratio=st.floats(0.0, 0.99))
def test_the_coefficient_passes_its_flow(flow: float, inlet: float, ratio: float) -> None:
    found = pneumatic.flow_coefficient(flow, inlet, ratio * inlet)

    assert_allclose(pneumatic.valve_flow(inlet, ratio * inlet, coefficient=found), flow, rtol=1e-12)


def test_nothing_drives_no_coefficient() -> None:
    assert np.isnan(pneumatic.flow_coefficient(1.0, 7.0, 7.0))


def test_nozzles_are_those_of_the_table() -> None:
    # 1.0 mm at 80 psig: 1.778508 cfm (MEASUR); 3/8 in open pipe at 100 psig: 26.52 + 225.0152 + 46.56667 cfm
    by_name = {one.name: one for one in nozzle.nozzles()}

    assert_allclose(nozzle.flow(by_name["1.0 mm nozzle"], 80 * PSI) / CUBIC_FOOT, 1.778508, rtol=1e-6)
    assert_allclose(
        nozzle.flow(by_name["3/8 in pipe, open"], 100 * PSI, count=2) / CUBIC_FOOT, 2 * 298.10187, rtol=1e-6
    )
    assert_allclose(nozzle.flow(by_name["air knife"], [0.0, math.nan]), [0.0, math.nan])


def test_cost_of_running() -> None:
    # 90 kW at the shaft; 3000 h loaded at 0.9, 1000 h unloaded at 30 % and 0.75; 0.1 a kWh
    paid = running_cost(
        90.0, unloaded_share=0.3, hours=4000.0, loaded_share=0.75, efficiency=0.9, unloaded_efficiency=0.75, price=0.1
    )

    assert_allclose([paid.loaded_energy, paid.unloaded_energy], [300_000.0, 36_000.0])
    assert_allclose([paid.loaded, paid.unloaded, paid.total], [30_000.0, 3_600.0, 33_600.0])
