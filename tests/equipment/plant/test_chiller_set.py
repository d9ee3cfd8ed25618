"""Chiller, tower and pumps together: balances, the inner least of the set-point, free cooling, and bad input."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.equipment.plant import (
    AirCooledChiller,
    Chiller,
    ChillerRecord,
    ChillerSet,
    Conditions,
    Economiser,
    GordonNg,
    Source,
    Tower,
    records,
    sources,
)
from wattstone.equipment.plant import chiller_curves as curves
from wattstone.equipment.plant.chiller import operate
from wattstone.equipment.plant.chiller_balance import settle
from wattstone.equipment.plant.chiller_search import best_speed
from wattstone.equipment.plant.flow_machines import heat_flow, pump_for, pump_power
from wattstone.equipment.plant.gordon_ng import STANFORD
from wattstone.equipment.plant.tower import fan_power, warm_water

CVHE = "ElectricEIRChiller_Trane_CVHE_1758kW_5_96COP_Vanes"
SOUND = tuple(
    one
    for one in records.records().values()
    if one.medium == "water" and not any(found.severity == "error" for found in curves.findings(one))
)


def sized(machine: Chiller | GordonNg, **options: object) -> ChillerSet:
    return ChillerSet.sized(
        "CH-1", machine, fan_share=0.012, chilled_head=25.0, condenser_head=20.0, efficiency=0.7, **options
    )


def weather(wet_bulb: list[float], supply: float = 7.0) -> Conditions:
    dry = [one + 5.0 for one in wet_bulb]
    return Conditions.over(
        len(wet_bulb), dry_bulb=dry, wet_bulb=wet_bulb, chilled_supply=supply, chilled_return=supply + 5.0
    )


def loads(made: ChillerSet, at: Conditions, count: int = 5) -> np.ndarray:
    least, most = made.least(at), made.capacity(at)
    return least + np.linspace(0.0, 1.0, count)[:, None] * (most - least)


SET = sized(Chiller.named(CVHE))


def test_a_set_is_a_source() -> None:
    assert isinstance(SET, Source)
    assert SET.makes == "cold"


@settings(max_examples=30)
@given(
    record=st.sampled_from(SOUND),
    wet_bulb=st.floats(-5.0, 27.0),
    supply=st.floats(5.0, 14.0),
    share=st.floats(0.0, 1.0),
    economiser=st.sampled_from([None, Economiser(effectiveness=0.8), Economiser(effectiveness=0.8, integrated=False)]),
)
def test_energy_closes_and_nothing_beats_nature(
    record: ChillerRecord, wet_bulb: float, supply: float, share: float, economiser: Economiser | None
) -> None:
    """Cold + electricity = rejected; what the tower takes is that without its fans; every power is 0 or more."""
    made, at = sized(Chiller(record=record), economiser=economiser), weather([wet_bulb], supply)
    load = made.least(at) + share * (made.capacity(at) - made.least(at))

    flows, state = made.run(load, at), made.operate(load, at)

    known = np.isfinite(flows.electricity)
    assert np.all(np.abs(flows.imbalance()[known]) <= 1e-9 * (1 + load[known]))
    assert np.all(flows.electricity[known] >= 0)
    assert np.all(state.free[known] <= load[known] + state.chilled_pump[known] + 1e-9)
    if known.all() and load[0] > 0:
        tower = load + state.chilled_pump + state.compressor + state.condenser_pump
        warm = warm_water(made.tower, tower, wet_bulb=wet_bulb, speed=state.speed, water_heat=made.parts.water_heat)
        assert_allclose(warm - tower / made.parts.water_heat, state.set_point, atol=1e-6)
        assert_allclose(flows.rejected, tower + state.fan, rtol=1e-9)
        assert np.all((load + state.chilled_pump - state.free) / state.limit <= state.compressor + 1e-9)


@pytest.mark.parametrize("name", [CVHE, "ReformEIRChiller_McQuay_WSC_471kW_5_89COP_Vanes"])
def test_the_search_finds_the_least_of_a_fine_grid(name: str) -> None:
    """141 speeds are tried one after another, and without fans; the search is to be within 0.1 %."""
    made = sized(Chiller.named(name))
    at = weather([5.0, 12.0, 18.0, 24.0])
    load = 0.999 * loads(made, at)
    load[0] = made.least(at) * 1.001
    found = made.run(load, at).electricity

    best = np.full(load.shape, np.inf)
    for speed in [0.0, *np.linspace(made.tower.least_speed, 1.0, 141)]:
        best = np.fmin(best, settle(made.parts, load, at, speed).electricity)
    assert_allclose(found, best, rtol=1e-3)


def test_the_least_is_inside_and_not_at_the_coldest_water() -> None:
    """EnergyPlus issue 5460: a tower offset of 0 K, full fan speed, raises the energy of the plant."""
    at = weather([15.0])
    load = np.array([0.6 * float(SET.capacity(at)[0])])
    state = SET.operate(load, at)

    full = settle(SET.parts, load, at, 1.0)
    slow = settle(SET.parts, load, at, SET.tower.least_speed)
    assert SET.tower.least_speed < state.speed[0] < 1.0
    assert state.electricity[0] < min(full.electricity[0], slow.electricity[0])
    assert state.set_point[0] > full.set_point[0]


def test_a_set_point_is_held_where_the_tower_can() -> None:
    at = weather([10.0, 20.0, 27.0])
    held = replace(SET, set_point=24.0)
    load = np.full(3, 900.0)
    state = held.operate(load, at)

    assert_allclose(state.set_point[:2], 24.0, atol=1e-3)
    assert state.speed[2] == pytest.approx(1.0, abs=1e-6)
    assert state.set_point[2] > 27.0
    assert np.all(held.run(load, at).electricity >= SET.run(load, at).electricity * (1 - 1e-6))


def test_power_by_hand_at_a_set_point() -> None:
    """24 degC water, plus the pump's heat, goes into the condenser: curves, pumps and fan are then plain arithmetic."""
    at = weather([15.0])
    held = replace(SET, set_point=24.0)
    load, pump = 1000.0, held.condenser_pump
    assert pump is not None
    assert held.chilled_pump is not None
    chilled = float(pump_power(held.chilled_pump, load / 5.0 / heat_flow(1.0)))
    entering = 24.0 + pump.power / held.parts.water_heat
    power = float(held.machine.power(load + chilled, 7.0, entering))
    state = held.operate([load], at)

    assert state.compressor[0] == pytest.approx(power, rel=1e-5)
    assert state.electricity[0] == pytest.approx(
        power + chilled + pump.power + float(fan_power(held.tower, state.speed[0])), rel=1e-5
    )


def test_free_cooling_takes_no_compressor_when_the_water_is_cold_enough() -> None:
    """Wet bulb + approaches below the chilled supply: the limit of section 3.2 of the reference note, 0 kW."""
    at = weather([-5.0, 25.0], 10.0)
    free = sized(Chiller.named(CVHE), economiser=Economiser(effectiveness=0.85))
    load = np.full(2, 800.0)
    state = free.operate(load, at)

    assert state.compressor[0] == 0.0
    assert state.free[0] == pytest.approx(800.0 + state.chilled_pump[0])
    assert state.free[1] == 0.0
    assert state.compressor[1] > 0
    assert free.least(at)[0] == 0.0


def test_an_integrated_economiser_helps_where_one_that_is_not_cannot() -> None:
    at = weather([6.0], 10.0)
    load = np.array([1500.0])
    none, alone, integrated = (
        sized(Chiller.named(CVHE), economiser=one).operate(load, at)
        for one in (None, Economiser(effectiveness=0.85, integrated=False), Economiser(effectiveness=0.85))
    )
    assert alone.free[0] == 0.0
    assert 0 < integrated.free[0] < 1500.0
    assert integrated.compressor[0] > 0
    assert integrated.electricity[0] < alone.electricity[0]
    assert_allclose(alone.electricity, none.electricity)


@settings(max_examples=10)
@given(wet_bulb=st.floats(-8.0, 25.0), share=st.floats(0.05, 1.0), supply=st.floats(6.0, 16.0))
def test_an_exchanger_more_never_costs(wet_bulb: float, share: float, supply: float) -> None:
    at = weather([wet_bulb], supply)
    bare = sized(Chiller.named(CVHE))
    load = bare.least(at) + share * (bare.capacity(at) - bare.least(at))
    cost = bare.run(load, at).electricity
    for integrated in (True, False):
        more = sized(Chiller.named(CVHE), economiser=Economiser(effectiveness=0.8, integrated=integrated))
        assert np.all(more.run(load, at).electricity <= cost * (1 + 1e-9) + 1e-9)


def test_free_cooling_that_is_not_worth_its_fans_is_left() -> None:
    """A variable-speed chiller at a quarter of its load with little lift: some cold would be free, at a loss."""
    machine = Chiller.named("ElectricEIRChiller_Carrier_19XR_1758kW_5_86COP_VSD")
    at, load = weather([10.52], 12.77), np.array([442.0])
    bare, more = sized(machine), sized(machine, economiser=Economiser(effectiveness=0.85))
    forced = settle(more.parts, load, at, best_speed(more.parts, load, at))

    assert forced.free[0] > 0
    assert forced.electricity[0] > 1.05 * bare.run(load, at).electricity[0]
    assert more.run(load, at).electricity[0] == pytest.approx(bare.run(load, at).electricity[0], rel=1e-6)


def test_off_is_nothing_and_between_is_not_known() -> None:
    at = weather([20.0])
    least, most = float(SET.least(at)[0]), float(SET.capacity(at)[0])
    flows = SET.run(np.array([[0.0], [0.5 * least], [least], [most], [most + 1.0]]), at)

    assert [bool(np.isnan(one)) for one in flows.electricity[:, 0]] == [False, True, False, False, True]
    assert (flows.electricity[0, 0], flows.water[0, 0], flows.rejected[0, 0]) == (0.0, 0.0, 0.0)
    codes = [found.code for found in sources.findings(SET, [0.5 * least], at)]
    assert codes == ["plant.below_least"]


def test_a_gap_in_the_weather_stays_a_gap() -> None:
    at = weather([20.0, np.nan])
    flows = SET.run([[900.0, 900.0], [0.0, 0.0]], at)
    assert np.isfinite(flows.electricity[0, 0])
    assert np.isnan(flows.electricity[0, 1])
    assert flows.electricity[1, 1] == 0.0


def test_the_pump_limits_what_arrives() -> None:
    """A spread of 3 K at the pump's rated flow carries three fifths of what 5 K do (and no more than 1.1 x 1758)."""
    at = Conditions.over(1, wet_bulb=12.0, dry_bulb=15.0, chilled_supply=7.0, chilled_return=10.0)
    assert float(SET.capacity(at)[0]) == pytest.approx(1.1 * SET.machine.rated * 3 / 5, rel=1e-6)


def test_what_leaves_the_fitted_range_is_told() -> None:
    small = sized(Chiller.named("ElectricEIRChiller_McQuay_WSC_471kW_5_89COP_Vanes"))
    warm = [found.text() for found in small.findings(weather([25.0]))]
    assert ["evaporator" in text for text in warm] == [True, False]
    assert "12.78 to 26.67 degC" in warm[1]
    assert SET.findings(weather([16.0], 7.5)) == ()
    wrong = replace(SET, tower=Tower(heat=-5.0, fan_power=10.0), economiser=Economiser(effectiveness=1.2))
    assert [found.code for found in wrong.findings() if found.severity == "error"] == ["equipment.range"] * 2


def test_gordon_and_ng_runs_in_a_set() -> None:
    made = sized(GordonNg(capacity=12500.0, a1=STANFORD[0], a2=STANFORD[1], a3=STANFORD[2]))
    flows = made.run([[10550.0]], weather([20.0]))
    assert 0 < flows.electricity[0, 0] < 10550.0 / 4
    assert abs(flows.imbalance()[0, 0]) < 1e-6


def test_an_air_cooled_chiller_meets_the_dry_bulb() -> None:
    """At its rating, 35 degC and 6.67 degC: 1.0487 x 100.58 kW at COP 3.1 / 1.0206, by its own curves."""
    name = "ElectricEIRChiller_York_YCAL0033EE_101kW_3_1COP_AirCooled"
    made = AirCooledChiller(name="AC", machine=Chiller.named(name))
    at = Conditions.over(2, dry_bulb=[35.0, 30.0], chilled_supply=6.67, chilled_return=12.0)
    rating = curves.rating(records.record(name))
    flows = made.run(made.capacity(at), at)

    assert isinstance(made, Source)
    assert float(made.capacity(at)[0]) == pytest.approx(100.582 * rating.capacity)
    assert float(flows.cold[0] / flows.electricity[0]) == pytest.approx(3.1 / rating.input, rel=1e-6)
    assert flows.electricity[1] / flows.cold[1] < flows.electricity[0] / flows.cold[0]
    assert np.max(np.abs(flows.imbalance())) < 1e-9


def test_pumps_by_hand() -> None:
    """100 kg/s x 9.80665 x 25 m / 0.7 = 35.0 kW; half the flow of a closed loop takes an eighth; below 0.3 it stays."""
    pump = pump_for(heat_flow=418.4, head=25.0, efficiency=0.7, least_speed=0.3)
    lift = pump_for(heat_flow=418.4, head=25.0, efficiency=0.7, static_head=0.4, least_speed=0.3)

    assert pump.power == pytest.approx(35.024, abs=1e-3)
    assert_allclose(pump_power(pump, pump.flow * np.array([1.0, 0.5, 0.1])), pump.power * np.array([1, 0.125, 0.027]))
    assert float(pump_power(lift, lift.flow / 2)) == pytest.approx(lift.power * 0.5 * (0.4 + 0.6 * 0.25))
    assert float(pump_power(replace(pump, least_speed=None), 1.0)) == pump.power


def test_a_record_that_is_refused_gives_no_impossible_point_if_it_is_forced() -> None:
    """Built past `Chiller.named`, the reformulated York YT 563 kW has no value where its curves beat nature."""
    forced = sized(Chiller(record=records.record("ReformEIRChiller_York_YT_563kW_10_61COP_Vanes")))
    at = weather([12.0, 16.0, 20.0])
    load = np.linspace(0.09, 0.9, 40)[:, None] * np.full(3, 563.0)
    state = settle(forced.parts, load, at, 1.0)
    known = np.isfinite(state.compressor)

    assert 0 < known.sum() < known.size
    cold = (load + state.chilled_pump)[known]
    assert np.all(state.compressor[known] > 0)
    assert np.all(cold / state.limit[known] <= state.compressor[known] * (1 + 1e-12))
    duty = operate(forced.machine, load, evaporator=7.0, entering=[16.0, 20.0, 24.0])
    good = np.isfinite(duty.power)
    assert 0 < good.sum() < good.size
    assert np.all((load / duty.limit)[good] <= duty.power[good] * (1 + 1e-12))


@pytest.mark.parametrize("record", SOUND[::12], ids=lambda one: one.name)
def test_between_its_limits_a_set_makes_every_load_on_any_day(record: ChillerRecord) -> None:
    """Up to wet bulbs of 29 degC, which takes some records beyond the water their curves were fitted to."""
    made, at = sized(Chiller(record=record)), weather([-4.0, 12.0, 20.0, 25.0, 27.6, 29.0], 9.0)
    least, most = made.least(at), made.capacity(at)
    there = most > least
    made_flows = made.run(least + np.linspace(0.0, 1.0, 5)[:, None] * (most - least), at)

    assert np.count_nonzero(there) >= 4
    assert np.all(made_flows.electricity[:, there] > 0)
