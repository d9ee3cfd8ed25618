"""Chillers by their records and by Gordon and Ng: reference points, balances, limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.equipment.plant import chiller_curves as curves
from wattstone.equipment.plant import limits, records
from wattstone.equipment.plant.chiller import Chiller, operate
from wattstone.equipment.plant.gordon_ng import STANFORD, GordonNg

WSC = "ElectricEIRChiller_McQuay_WSC_471kW_5_89COP_Vanes"
SOUND = tuple(
    one.name
    for one in records.records().values()
    if one.medium == "water" and not any(found.severity == "error" for found in curves.findings(one))
)


def test_the_reference_point_of_the_modelica_library() -> None:
    """COP 5.5947 at PLR 0.36328, 10.0 degC leaving, 20.0 degC entering: Fluid.Chillers.Examples.ElectricEIR."""
    machine = Chiller.named(WSC)
    load = 0.36328 * float(machine.available(10.0, 20.0))
    assert load / float(machine.power(load, 10.0, 20.0)) == pytest.approx(5.5947, abs=5e-5)


def test_a_record_by_hand() -> None:
    """0.5 of capacity at 10 / 20 degC; every polynomial written out from the record."""
    machine = Chiller.named(WSC)
    c, e, h = machine.record.capacity_curve, machine.record.input_curve, machine.record.part_load_curve
    capacity = 471.2 * (c[0] + 10 * c[1] + 100 * c[2] + 20 * c[3] + 400 * c[4] + 200 * c[5])
    full = capacity / 5.89 * (e[0] + 10 * e[1] + 100 * e[2] + 20 * e[3] + 400 * e[4] + 200 * e[5])

    assert float(machine.available(10.0, 20.0)) == pytest.approx(capacity)
    assert float(machine.power(capacity / 2, 10.0, 20.0)) == pytest.approx(full * (h[0] + h[1] / 2 + h[2] / 4))


@pytest.mark.parametrize("name", [name for name in SOUND if name.startswith("Reform")][::25])
def test_the_reformulated_form_solves_the_balance_of_its_condenser(name: str) -> None:
    """Put the leaving water back into the curves, and the same leaving water comes out."""
    machine = Chiller.named(name)
    x, leaving = machine.record.evaporator, machine.record.condenser
    load = 0.8 * float(machine.available(x, leaving))
    entering = leaving - (load + float(machine.power(load, x, leaving))) / machine.condenser_heat

    duty = operate(machine, load, evaporator=x, entering=entering)

    assert float(duty.leaving) == pytest.approx(leaving, abs=1e-8)
    assert float(duty.power) == pytest.approx(float(machine.power(load, x, leaving)), rel=1e-8)


@given(name=st.sampled_from(SOUND), load=st.floats(0.0, 1.0), cold=st.floats(0.0, 1.0), warm=st.floats(0.0, 1.0))
def test_a_chiller_gives_off_what_it_takes_and_beats_no_limit(name: str, load: float, cold: float, warm: float) -> None:
    machine = Chiller.named(name)
    r = machine.record
    x = r.evaporator_range[0] + cold * (r.evaporator_range[1] - r.evaporator_range[0])
    y = r.condenser_range[0] + warm * (r.condenser_range[1] - r.condenser_range[0]) - 5.0 * machine.by_leaving
    least, _ = machine.shares()
    q = (least + load * (1 - least)) * float(machine.available(x, y))

    duty = operate(machine, q, evaporator=x, entering=y)

    rejected = machine.condenser_heat * (duty.leaving - duty.entering)
    if np.isfinite(duty.power):
        assert float(rejected) == pytest.approx(q + float(duty.power), rel=1e-9)
        assert float(duty.power) > 0
        assert q / float(duty.power) <= float(
            limits.lorenz_cold(x + q / machine.evaporator_heat, x, duty.entering, duty.leaving)
        )


def test_below_its_unloading_a_chiller_cycles_or_wastes() -> None:
    """PLRMinUnl 0.2, PLRMin 0.1: false load between the two, cycling below; or false load down to nothing."""
    cycling = Chiller.named("DOE_2_Centrifugal_5_50COP", least_share=0.01)
    wasting = Chiller.named("DOE_2_Centrifugal_5_50COP", least_share=0.01, unloading="false_load")
    loads = float(cycling.available(7.0, 25.0)) * np.array([0.2, 0.15, 0.1, 0.05])
    power = cycling.power(loads, 7.0, 25.0)

    np.testing.assert_allclose(power / power[0], [1.0, 1.0, 1.0, 0.5], rtol=1e-9)
    np.testing.assert_allclose(wasting.power(loads, 7.0, 25.0), power[0], rtol=1e-9)


def test_outside_the_fitted_range_nothing_is_gained_and_it_is_told() -> None:
    machine = Chiller.named(WSC)
    low, high = machine.record.condenser_range
    at_edge = machine.power(300.0, 9.0, [low, high])
    beyond = machine.power(300.0, 9.0, [low - 5.0, high + 3.0])

    assert beyond[0] == at_edge[0]
    # COP falls with Carnot's limit: lifts of 17.67 and 20.67 K from 9 degC; capacity falls too, so that power is more
    assert beyond[1] > at_edge[1]
    assert np.isnan(machine.power(300.0, 9.0, high + 7.0))
    codes = [found.code for found in machine.beyond([9.0, 9.0], [low - 5.0, high + 3.0], place="chiller")]
    assert codes == ["plant.outside_fit"]
    assert machine.beyond(9.0, (low + high) / 2, place="chiller") == ()


def test_beyond_the_range_full_load_power_grows_with_the_lift() -> None:
    """Cold per power at full load, over Carnot's limit, is that at the edge."""
    machine = Chiller.named(WSC)
    edge = machine.record.condenser_range[1]
    full = [float(machine.available(9.0, y)) for y in (edge, edge + 4.0)]
    share = [
        q / float(machine.power(q, 9.0, y)) / float(limits.carnot_cold(9.0, y))
        for q, y in zip(full, (edge, edge + 4.0), strict=True)
    ]
    assert share[0] == pytest.approx(share[1], rel=1e-9)


def test_gordon_and_ng_with_the_parameters_of_stanford() -> None:
    """COP 7.1 at 10.55 MW, 7 / 29.4 degC, against 12.5 by Carnot: section 8 of the reference note."""
    machine = GordonNg(capacity=12500.0, a1=STANFORD[0], a2=STANFORD[1], a3=STANFORD[2])
    assert 10550.0 / float(machine.power(10550.0, 7.0, 29.4)) == pytest.approx(7.1, abs=0.05)
    assert float(limits.carnot_cold(7.0, 29.4)) == pytest.approx(12.5, abs=0.05)


def test_gordon_and_ng_is_found_again_in_its_own_log() -> None:
    rng = np.random.default_rng(5)
    machine = GordonNg(capacity=1000.0, a1=0.12, a2=-25.0, a3=0.0067)
    q, e, c = rng.uniform(200, 1000, 50), rng.uniform(5, 12, 50), rng.uniform(18, 34, 50)
    found = GordonNg.fit(cold=q, power=machine.power(q, e, c), evaporator=e, condenser=c)

    assert (found.a1, found.a2, found.a3) == (
        pytest.approx(0.12, rel=1e-6),
        pytest.approx(-25.0, rel=1e-6),
        pytest.approx(0.0067, rel=1e-6),
    )
    with pytest.raises(ValueError):
        GordonNg.fit(cold=[1.0], power=[1.0], evaporator=[7.0], condenser=[30.0])


def test_a_larger_machine_of_the_same_curves_has_the_same_cop() -> None:
    small, large = Chiller.named(WSC), Chiller.named(WSC, capacity=942.4)
    assert float(large.power(600.0, 9.0, 24.0)) == pytest.approx(2 * float(small.power(300.0, 9.0, 24.0)))
