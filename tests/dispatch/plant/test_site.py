"""The site of eight chillers: its machines are those of the study, and plans of real machines keep the laws."""

import numpy as np
import pytest

from wattstone.dispatch.air.units import compressor_units
from wattstone.dispatch.commitment.types import Carrier
from wattstone.dispatch.plant.plan import plan
from wattstone.dispatch.plant.plant import Ahead, Machine, Plant
from wattstone.dispatch.plant.replay import replay
from wattstone.dispatch.plant.site import CAPACITIES, PUBLISHED, chiller_set, eight_chillers
from wattstone.equipment.air import Compressor, Control, Station
from wattstone.equipment.plant.sources import Conditions

HOURS = np.arange(24)


def ahead(steps: int, share: float, plant: Plant) -> Ahead:
    hours = np.arange(steps)
    cycle = np.sin((hours - 9) / 24 * 2 * np.pi)
    at = Conditions.over(
        steps, dry_bulb=24 + 5 * cycle, wet_bulb=18 + 2 * cycle, chilled_supply=7.0, chilled_return=12.0
    )
    most = sum(float(one.source.capacity(at).min()) for one in plant.machines)
    return Ahead(hours=1.0, at=at, cold=share * most * (1 + 0.4 * cycle), price=0.08 + 0.04 * cycle, carbon=0.4)


def test_machines_are_those_of_the_study() -> None:
    """COP of 7.1 at 10.55 MW with water of 7 and 29.4 degC: the page's form of the model, evaluated there by hand."""
    machine = chiller_set("CH", PUBLISHED).machine

    assert 10550 / float(machine.power(10550.0, 7.0, 29.4)) == pytest.approx(7.1, abs=0.05)
    assert (len(CAPACITIES), min(CAPACITIES), max(CAPACITIES)) == (8, 2500.0, 12500.0)
    # Scaled: the same COP at the same share of the capacity.
    small = chiller_set("CH", 2500.0).machine
    assert float(small.power(2110.0, 7.0, 29.4)) * 5 == pytest.approx(float(machine.power(10550.0, 7.0, 29.4)))


def test_a_plan_of_real_machines_beats_the_rules_and_not_physics() -> None:
    plant = eight_chillers(capacities=(5000.0, 5000.0, 2500.0), tank=8000.0, demand_charge=0.5)
    planned = plan(plant, ahead(24, 0.5, plant), gap=0.01)
    done = planned.operation

    assert planned.findings == ()
    assert all(one.cost > 0 for one in planned.savings)
    assert planned.after <= planned.before * (1 + 1e-9)
    assert (done.power >= done.limit)[done.tank_out[0] == 0].all()
    assert done.level[0, -1] >= done.level[0, 0] * (1 - 0.0005) ** 24 - 1e-3
    assert max(one.most_share for one in planned.approximation) < 0.01
    made = done.cold.sum(axis=0) + done.tank_out[0] - done.tank_in[0]
    assert made == pytest.approx(planned.cold, abs=0.02)
    # The straight lines' objective is near the exact cost of the same schedule.
    assert planned.objective == pytest.approx(planned.before, rel=0.01)


def test_the_rest_of_the_site_counts_for_the_peak_alone() -> None:
    plant = eight_chillers(capacities=(5000.0, 2500.0), tank=0.0, demand_charge=4.0)
    hours = ahead(24, 0.5, plant)
    power = replay(plant, hours).operation.power
    other = np.where(HOURS == 3, 5000.0, 0.0)
    at = Ahead(**{**vars(hours), "other": other, "peak_before": 100.0})
    done = replay(plant, at).operation

    assert done.bill.demand == pytest.approx(4.0 * (float((power + other).max()) - 100.0))
    planned = plan(plant, at, gap=0.02)
    assert planned.objective == pytest.approx(planned.before, rel=0.01)


def test_compressors_of_a_station_heat_the_water() -> None:
    """The station's machines as they are: heat that is used is no more than what they take."""
    screws = tuple(
        Compressor(name=name, control=Control.LOAD_UNLOAD, flow=20.0, power=120.0, pressure=7.5, kind="screw")
        for name in ("K1", "K2")
    )
    station = Station(name="air", compressors=screws, storage=4.0, pressure=7.0, band=0.7, least_pressure=6.0)
    with_heat = compressor_units(station, recovered=0.9, start_cost=1.0).units
    boiler_only = compressor_units(station, start_cost=1.0).units
    from tests.dispatch.plant.toys import boiler, day

    air = (Carrier(name="air", demand=np.where(HOURS < 6, 8.0, 25.0), unit="m3/min"),)
    hours = day(heat=150.0, price=0.1, fuel_price=0.06, fuel_carbon=0.2, carbon=0.4)
    made = Machine(source=boiler(most=400.0).source)
    joined = plan(Plant(name="joined", machines=(made,), units=with_heat, carriers=air), hours, gap=0.01)
    apart = plan(Plant(name="apart", machines=(made,), units=boiler_only, carriers=air), hours, gap=0.01)

    assert joined.operation.bill.total < apart.operation.bill.total
    assert joined.operation.fuel_kwh < apart.operation.fuel_kwh
    assert joined.operation.power == pytest.approx(apart.operation.power, rel=0.02)
    assert (joined.operation.heat[1:].sum(axis=0) <= joined.operation.electricity[1:].sum(axis=0)).all()
    assert max(float(one.max()) for one in joined.operation.unserved.values()) < 1e-3
