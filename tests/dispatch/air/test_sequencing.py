from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.dispatch.air.test_improve import SPEED, STATION
from wattstone.base import InputRefused
from wattstone.dispatch.air.results import Economics
from wattstone.dispatch.air.sequencing import sequence
from wattstone.dispatch.air.units import ELECTRICITY, HEAT, compressor_units
from wattstone.equipment.air import AirUse, Compressor, Control, Station
from wattstone.equipment.air.compressor import Kind
from wattstone.equipment.air.quasi_steady import quasi_steady

SIX: Station = replace(STATION, compressors=(*STATION.compressors, SPEED))
HOURS = np.arange(96) / 4
USE = AirUse(flow=24.0 + 16.0 * np.sin(HOURS / 24 * 2 * np.pi), hours=0.25)


def test_units_draw_what_the_machines_do_and_give_their_heat() -> None:
    made = compressor_units(SIX, recovered=0.5)
    for index, unit in enumerate(made.units):
        assert_allclose(-unit.flows[ELECTRICITY], made.level.power(index, unit.load))
        assert_allclose(unit.flows[HEAT], -0.7 * 0.5 * unit.flows[ELECTRICITY])
    assert made.error < 0.02


def test_lines_follow_the_curves_of_every_control_and_are_few() -> None:
    def made(name: str, control: Control, kind: Kind = "screw") -> Compressor:
        return Compressor(name=name, control=control, kind=kind, flow=20.0, power=130.0, pressure=7.0)

    turbos = {Control.BLOW_OFF, Control.INLET_VALVE, Control.GUIDE_VANES}
    machines = tuple(made(one.value, one, "centrifugal" if one in turbos else "screw") for one in Control)
    for storage in (1.0, 4.0, 10.0):
        found = compressor_units(replace(STATION, compressors=machines, storage=storage))
        assert found.error < 0.03, storage
        points = {one.name: len(one.load) for one in found.units}
        # a line, and two that meet at the surge flow, need no more
        assert points["modulation"] == points["start_stop"] == 2
        assert points["blow_off"] == points["guide_vanes"] == 3


def test_a_plan_meets_the_flow_and_costs_no_more_than_any_rule() -> None:
    plan = sequence(SIX, USE, Economics(price=0.1), least_up=0.25, least_down=0.25)

    assert_allclose(plan.flow.sum(axis=0), plan.use, rtol=1e-6)
    assert (plan.power[~plan.on] == 0).all()
    assert_allclose(plan.money, 0.1 * plan.energy)
    for rule in ("cascade", "target", "optimal"):
        other = quasi_steady(replace(SIX, sequencer=rule), USE)  # type: ignore[arg-type]
        lines = plan.curve_error * sum(one.power for one in SIX.compressors) * 24
        assert plan.energy <= other.machine_energy.sum() + lines, rule


def test_starts_that_cost_are_fewer() -> None:
    free, dear = (sequence(SIX, USE, Economics(price=0.1), start_cost=cost) for cost in (0.0, 5.0))
    assert dear.starts.sum() < free.starts.sum()
    assert_allclose(dear.money, 0.1 * dear.energy + 5.0 * dear.starts.sum())


def test_a_flow_beyond_all_machines_is_told() -> None:
    use = replace(USE, flow=np.where(HOURS == 10, 120.0, USE.flow))
    found = sequence(SIX, use, Economics(price=0.1)).findings
    assert "air.demand_not_met" in [one.code for one in found]


def test_a_use_with_gaps_is_refused() -> None:
    with pytest.raises(InputRefused) as refused:
        sequence(SIX, replace(USE, flow=np.where(HOURS == 10, np.nan, USE.flow)), Economics(price=0.1))
    assert [one.code for one in refused.value.findings] == ["air.use_unknown"]
