"""What compressors do at a flow: laws that hold for every control, and hand calculations."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.equipment.air import Compressor, Control, Inlet, capacity, flow_at, full_power, heat, power
from wattstone.equipment.air.checks import findings
from wattstone.equipment.air.defaults import SPECIFIC_POWER, STORAGE, filled
from wattstone.equipment.air.limits import isothermal_power
from wattstone.equipment.air.performance import cycles, specific_power, vented

TURBO = {Control.BLOW_OFF, Control.INLET_VALVE, Control.GUIDE_VANES}
NANOWATT = 1e-9


@st.composite
def machines(draw: st.DrawFn, controls: tuple[Control, ...] = tuple(Control)) -> Compressor:
    control = draw(st.sampled_from(controls))
    kind = "centrifugal" if control in TURBO else draw(st.sampled_from(["screw", "vane", "reciprocating"]))
    flow, pressure = draw(st.floats(0.5, 200.0)), draw(st.floats(4.0, 12.0))
    over = draw(st.floats(1.6, 3.0))  # package power over the isothermal limit
    oil_free = draw(st.booleans())
    sump = kind in {"screw", "vane"} and not oil_free
    return Compressor(
        name="C",
        control=control,
        flow=flow,
        power=over * float(isothermal_power(flow, pressure)),
        pressure=pressure,
        kind=kind,
        oil_free=oil_free,
        blowdown=draw(st.none() | st.floats(15.0, 90.0)) if sump else None,
        reload=draw(st.none() | st.floats(0.1, 4.0)) if sump else None,
    )


share = st.floats(0.0, 1.0)
minutes = st.floats(0.02, 3.0)


@given(machine=machines(), x=share, y=share, tau=minutes)
def test_power_is_positive_and_rises_with_flow(machine: Compressor, x: float, y: float, tau: float) -> None:
    storage = tau * machine.flow
    low, high = power(machine, np.sort([x, y]) * machine.flow, storage=storage)
    assert low >= 0
    assert high >= low - NANOWATT * machine.power


@given(machine=machines(), x=share, more=st.floats(0.01, 2.0), tau=minutes)
def test_raising_pressure_never_takes_less(machine: Compressor, x: float, more: float, tau: float) -> None:
    flow, storage = x * float(capacity(machine, pressure=machine.pressure + more)), tau * machine.flow
    before = power(machine, flow, storage=storage)
    assert power(machine, flow, pressure=machine.pressure + more, storage=storage) >= before * (1 - 1e-12)


@given(machine=machines(controls=(Control.LOAD_UNLOAD,)), x=share, tau=minutes, more=st.floats(1.01, 10.0))
def test_more_storage_never_takes_more(machine: Compressor, x: float, tau: float, more: float) -> None:
    before = power(machine, x * machine.flow, storage=tau * machine.flow)
    assert power(machine, x * machine.flow, storage=more * tau * machine.flow) <= before * (1 + 1e-9)


@given(machine=machines(), x=share, tau=minutes, shift=st.floats(-1.0, 1.0))
def test_nothing_beats_isothermal_compression(machine: Compressor, x: float, tau: float, shift: float) -> None:
    pressure = machine.pressure + shift
    flow = x * float(capacity(machine, pressure=pressure))
    drawn = power(machine, flow, pressure=pressure, storage=tau * machine.flow)
    assert drawn >= isothermal_power(flow, pressure)


@given(machine=machines(), x=share, tau=minutes, shift=st.floats(-1.0, 1.0))
def test_power_tells_the_flow(machine: Compressor, x: float, tau: float, shift: float) -> None:
    """There and back, but where the power is flat: a machine that blows off, and just below unloading."""
    known = {"pressure": machine.pressure + shift, "storage": tau * machine.flow}
    flow = x * float(capacity(machine, pressure=known["pressure"]))
    drawn = power(machine, flow, **known)
    back = flow_at(machine, drawn, **known)
    if machine.control is Control.BLOW_OFF and x <= filled(machine).least_flow + 1e-9:
        assert np.isnan(back)
        return
    assert_allclose(power(machine, back, **known), drawn, rtol=1e-9)
    if drawn < power(machine, flow * (1 + 1e-6), **known) or x == 1:
        assert_allclose(back, flow, rtol=2e-6, atol=1e-6 * machine.flow)


def test_the_bounds_of_a_small_storage_can_be_left_out() -> None:
    """0.07 gal/cfm: at 38 % of flow the cycle takes 68 % of the power, and throttling at 40 % takes 63.9 %."""
    machine = Compressor(name="C", control=Control.VARIABLE_DISPLACEMENT, flow=40.0, power=100.0, pressure=6.9)
    known = {"storage": 0.07 * 0.1336805556 * 40.0}
    assert power(machine, 0.38 * 40, bounded=False, **known) > 66.0
    assert_allclose(power(machine, 0.38 * 40, **known), 57 + 43 * 0.16)


@given(machine=machines())
def test_typical_machines_have_no_findings(machine: Compressor) -> None:
    assert findings(machine) == ()


@pytest.mark.parametrize("control", Control)
def test_arrays_are_taken_and_gaps_stay(control: Control) -> None:
    machine = Compressor(
        name="C",
        control=control,
        flow=20.0,
        power=120.0,
        pressure=7.0,
        kind="centrifugal" if control in TURBO else "screw",
    )
    flow = np.array([[0.0, 10.0, np.nan], [20.0, 20.1, -0.1]])
    drawn = power(machine, flow, storage=4.0)
    assert_allclose(np.isnan(drawn), [[False, False, True], [False, True, True]])
    assert np.isnan(power(machine, 10.0, pressure=np.array([7.0, np.nan]))[1])
    back = flow_at(machine, np.array([0.0, 119.0, 500.0, np.nan]), storage=4.0)
    assert back[0] == 0.0
    assert np.isnan(back[2:]).all()
    several = flow_at(machine, 110.0, storage=np.array([2.0, 4.0]), pressure=[[7.0], [6.0]])
    assert_allclose(several[0, 1], flow_at(machine, 110.0, storage=4.0), rtol=1e-9)


def test_a_full_load_by_hand() -> None:
    """120 kW at 7 bar(g): at cut-out, 7.69 bar, ((8.689)^.283 - 1) / (8^.283 - 1) = 1.0522 times; the mean at full."""
    machine = Compressor(name="C", control=Control.LOAD_UNLOAD, flow=20.0, power=120.0, pressure=7.0)
    assert filled(machine).most == pytest.approx(120 * 1.0522, abs=0.2)
    assert float(power(machine, 20.0, storage=1e4)) == pytest.approx(60 + filled(machine).most / 2, rel=1e-4)
    assert float(full_power(machine)) == 120.0
    assert specific_power(machine) == pytest.approx(6.0)


def test_capacity_falls_with_pressure_heat_and_height() -> None:
    """0.075 % for a psi: 14.5 psi, 1.0878 %. At 40 degC 293.15 / 313.15 of the free air, at 0.8 bar 0.8 of it."""
    machine = Compressor(name="C", control=Control.MODULATION, flow=20.0, power=120.0, pressure=7.0)
    assert_allclose(capacity(machine, pressure=[7.0, 8.0]), [20.0, 20.0 * (1 - 0.010878)], rtol=1e-6)
    assert_allclose(capacity(machine, inlet=Inlet(temperature=40.0)), 20 * 293.15 / 313.15)
    assert_allclose(capacity(machine, inlet=Inlet(pressure=0.8)), 16.0)
    # the same volume of thin air: 0.8 of the mass, from 0.8 bar: 0.8 x (9.75^.283 - 1) / (8^.283 - 1)
    thin = 120 * 0.8 * (9.75**0.283 - 1) / (8**0.283 - 1)
    assert_allclose(full_power(machine, inlet=Inlet(pressure=0.8)), thin)
    assert_allclose(full_power(machine, inlet=Inlet(temperature=40.0)), 120.0)


def test_a_measured_curve_comes_before_the_model() -> None:
    """Through its points, from idle to full: 20.6 % at no flow."""
    machine = Compressor(
        name="C", control=Control.LOAD_UNLOAD, flow=20.0, power=120.0, pressure=7.0, points=((0.5, 0.7), (0.8, 0.9))
    )
    assert_allclose(
        power(machine, [0.0, 5.0, 10.0, 13.0, 16.0, 20.0]), 120 * np.array([0.206, 0.453, 0.7, 0.8, 0.9, 1])
    )
    assert_allclose(flow_at(machine, 96.0), 13.0)


def test_a_centrifugal_follows_its_capacity() -> None:
    turbo = Compressor(
        name="T",
        control=Control.GUIDE_VANES,
        flow=100.0,
        power=600.0,
        pressure=7.0,
        kind="centrifugal",
        pressures=((6.5, 102.0), (7.0, 100.0), (8.0, 92.0)),
    )
    assert_allclose(capacity(turbo, pressure=[6.5, 7.0, 8.0]), [102.0, 100.0, 92.0])
    assert np.isnan(power(turbo, 95.0, pressure=8.0))


def test_what_is_blown_off_by_hand() -> None:
    """Surge at 2510 of 3138: delivering a half vents the rest of that."""
    turbo = Compressor(
        name="T", control=Control.BLOW_OFF, flow=100.0, power=600.0, pressure=7.0, kind="centrifugal", least_flow=0.8
    )
    assert_allclose(vented(turbo, [50.0, 80.0, 100.0]), [30.0, 0.0, 0.0])
    assert_allclose(vented(replace(turbo, control=Control.GUIDE_VANES), [50.0]), [0.0])


def test_heat_and_cycles() -> None:
    machine = Compressor(name="C", control=Control.LOAD_UNLOAD, flow=20.0, power=120.0, pressure=7.0, heat_share=0.8)
    assert_allclose(heat(machine, [0.0, 100.0]), [0.0, 80.0])
    one = cycles(machine, 10.0, storage=10.0)
    # 10 m3 by 0.689 bar at 10 m3/min
    assert_allclose(one.blowdown + one.offline, 10 * 0.689475729 / 10 * 60)
    assert_allclose(one.power, power(machine, 10.0, storage=10.0))
    assert_allclose(power(machine, 10.0), power(machine, 10.0, storage=STORAGE * 20))
    with pytest.raises(ValueError):
        cycles(replace(machine, control=Control.MODULATION), 10.0)


def test_typical_specific_powers() -> None:
    """0.16, 0.20, 0.23 and 0.21 kW/cfm are 5.65, 7.06, 8.12 and 7.42 kW per m3/min."""
    found = [SPECIFIC_POWER[kind] for kind in ("reciprocating", "screw", "oil_free", "centrifugal")]
    assert_allclose(found, [5.65, 7.06, 8.12, 7.42], atol=0.0051)
