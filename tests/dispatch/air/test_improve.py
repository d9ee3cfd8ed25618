from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tests.equipment.air.random_air import stations, uses, whole
from wattstone.base import InputRefused
from wattstone.dispatch.air.doubt import Doubt
from wattstone.dispatch.air.improve import improve, year
from wattstone.dispatch.air.modifications import (
    DryerControl,
    HeatRecovery,
    IntakeCooling,
    IntakeResistance,
    LeakRepair,
    MachineReplacement,
    Modification,
    PressureReduction,
    Sequencing,
    Shutdown,
    StorageAdded,
    VariableSpeedTrim,
    combined,
)
from wattstone.dispatch.air.results import Economics, Measured, Saving, Studied
from wattstone.equipment.air import AirUse, Compressor, Control, Dryer, Inlet, Station
from wattstone.equipment.air.quasi_steady import quasi_steady
from wattstone.equipment.air.station import station_capacity

PARTS = ("energy", "fuel", "carbon", "money", "peak")
PLAIN = Economics(price=0.12, carbon=0.4, fuel_price=0.05, fuel_carbon=0.2)


def machine(name: str, flow: float, power: float, control: Control = Control.LOAD_UNLOAD) -> Compressor:
    return Compressor(name=name, control=control, flow=flow, power=power, pressure=7.0)


SPEED = machine("V", 24.0, 160.0, Control.VARIABLE_SPEED)
STATION = Station(
    name="S",
    compressors=(machine("A", 20.0, 130.0), machine("B", 20.0, 132.0), machine("C", 12.0, 82.0)),
    storage=3.0,
    pressure=6.8,
    band=0.6,
    leaks=6.0,
    artificial=0.2,
    inlet=Inlet(temperature=32.0, pressure=0.98, humidity=0.4),
    dryer=Dryer(kind="refrigerated", flow=60.0, power=8.0, drop=0.2),
)
HOURS = np.arange(168)
USE = AirUse(
    flow=np.where(HOURS % 24 < 6, 10.0, 26.0 + 12.0 * np.sin(HOURS / 5.0)), hours=1.0, weight=np.full(168, 52.0)
)


def every(size: float, steps: int) -> tuple[Modification, ...]:
    """All kinds, each of a size; switches take 0 or 1."""
    switch = float(size > 0)
    return (
        PressureReduction(size=0.4 * size),
        LeakRepair(size=0.5 * size, investment=5000.0),
        StorageAdded(size=5.0 * size, investment=4000.0),
        VariableSpeedTrim(machine=SPEED, size=switch, investment=40000.0),
        MachineReplacement(machine=machine("A2", 21.0, 128.0), replaces="A", size=switch),
        Sequencing(sequencer="optimal", size=switch),
        IntakeCooling(size=8.0 * size),
        IntakeResistance(size=0.01 * size),
        DryerControl(size=switch),
        HeatRecovery(size=0.6 * size, need=60.0),
        Shutdown(when=np.arange(steps) % 24 < 5, size=0.7 * size),
    )


@pytest.fixture(scope="module")
def studied() -> Studied:
    return improve(STATION, USE, every(1.0, 168), PLAIN, draws=100)


def values(saving: Saving) -> list[float]:
    return [getattr(saving, name) for name in PARTS]


def test_a_size_of_nothing_saves_exactly_nothing() -> None:
    found = improve(STATION, USE, every(0.0, 168), PLAIN, draws=20)
    for one in (*found.singles, found.joint):
        assert values(one.saving) == [0.0] * 5, one.name
        bounds = [(one.energy.lower, one.energy.upper), (one.money.lower, one.money.upper)]
        assert bounds == [(0.0, 0.0)] * 2, one.name
        assert one.payback is None
        assert one.investment == 0.0
    assert [values(one.saving) for one in (*found.waterfall, *found.fair)] == [[0.0] * 5] * 22


def test_the_joint_saving_is_that_of_all_together_whatever_their_order(studied: Studied) -> None:
    other = improve(STATION, USE, every(1.0, 168)[::-1], PLAIN, draws=100)

    assert other.joint.saving == studied.joint.saving
    assert other.joint.energy == studied.joint.energy
    together = year(STATION, USE, PLAIN, every(1.0, 168), least_pressure=6.4)
    assert_allclose(studied.joint.saving.energy, studied.base.energy - together.energy, rtol=1e-12)


def test_singles_less_interaction_are_the_joint_saving(studied: Studied) -> None:
    for index, name in enumerate(PARTS):
        singles = sum(values(one.saving)[index] for one in studied.singles)
        assert_allclose(singles - values(studied.interaction)[index], values(studied.joint.saving)[index], err_msg=name)
    assert studied.interaction.energy > 0
    assert studied.interaction_interval.lower < studied.interaction.energy < studied.interaction_interval.upper


def test_attributions_add_up_to_the_joint_saving(studied: Studied) -> None:
    for shares in (studied.waterfall, studied.fair):
        for index, name in enumerate(PARTS):
            total = sum(values(one.saving)[index] for one in shares)
            assert_allclose(total, values(studied.joint.saving)[index], rtol=1e-9, err_msg=name)


def test_each_saving_lies_in_its_interval(studied: Studied) -> None:
    for one in (*studied.singles, studied.joint):
        assert one.energy.lower <= one.saving.energy <= one.energy.upper, one.name
        assert one.money.lower <= one.saving.money <= one.money.upper, one.name


def test_more_doubt_widens_the_interval() -> None:
    leaks = [LeakRepair(size=0.5)]
    sure, unsure = (
        improve(STATION, USE, leaks, PLAIN, doubt=Doubt(leaks=spread), draws=100).joint for spread in (0.1, 0.4)
    )
    assert unsure.energy.upper - unsure.energy.lower > 2 * (sure.energy.upper - sure.energy.lower)


def test_money_is_energy_times_the_tariff_of_its_hour(studied: Studied) -> None:
    price = np.where((HOURS % 24 >= 8) & (HOURS % 24 < 20), 0.2, 0.07)
    replay = quasi_steady(STATION, USE)
    tariff = year(STATION, USE, Economics(price=price, carbon=price * 2))

    by_hand = sum(float(replay.total[i]) * 52.0 * float(price[i]) for i in range(168))
    assert_allclose(tariff.money, by_hand, rtol=1e-12)
    assert_allclose(tariff.carbon, 2 * by_hand, rtol=1e-12)
    for one in studied.singles:
        saved = one.saving
        assert_allclose(saved.money, 0.12 * saved.energy + 0.05 * saved.fuel, rtol=1e-9, atol=1e-6)
        assert_allclose(saved.carbon, 0.4 * saved.energy + 0.2 * saved.fuel, rtol=1e-9, atol=1e-6)


def test_where_the_electricity_goes_adds_up(studied: Studied) -> None:
    for one in (studied.base, studied.joint.after):
        assert_allclose(sum(one.parts.values()), one.energy, rtol=1e-9)
        assert_allclose(sum(one.by_machine.values()), one.energy, rtol=1e-9)
        assert min(one.parts.values()) >= 0
        assert 0 < one.limit_share < 1


def single(modification: Modification, station: Station = STATION, use: AirUse = USE) -> Measured:
    return improve(station, use, [modification], PLAIN, draws=10).singles[0]


def test_a_raised_pressure_is_told_as_the_loss_that_it_is() -> None:
    found = single(PressureReduction(size=-0.5))

    assert found.saving.energy < 0
    assert found.payback is None
    assert "air.loss" in [one.code for one in found.findings]


def test_lower_pressure_saves_what_the_ratio_of_heads_says() -> None:
    # one machine of variable speed at 0.9 of its flow: (7^0.283 - 1) over (8^0.283 - 1) from 7 to 6 bar(g) by MEASUR's
    # exponent; and 0.075 % more capacity for a psi moves it along its line, 15 % at no flow
    alone = Station(name="S", compressors=(SPEED,), storage=3.0, pressure=6.7, band=0.6, sequencer="target")
    use = AirUse(flow=np.array([0.9 * 24.0]), hours=1.0)
    found = single(PressureReduction(size=1.0), alone, use)

    line = (0.15 + 0.85 * 0.9 / (1 + 0.00075 * 14.503773773)) / (0.15 + 0.85 * 0.9)
    expected = 1 - line * (7**0.283 - 1) / (8**0.283 - 1)
    assert_allclose(found.saving.energy / quasi_steady(alone, use).energy, expected, rtol=1e-6)


def test_heat_displaces_fuel_up_to_what_the_site_needs() -> None:
    caught = year(STATION, USE, PLAIN, [HeatRecovery(size=0.5, boiler_efficiency=0.8)])
    limited = year(STATION, USE, PLAIN, [HeatRecovery(size=0.5, boiler_efficiency=0.8, need=20.0)])
    machines = quasi_steady(STATION, USE).machine_energy.sum()

    # 70 % of the power is recoverable by default
    assert_allclose(caught.fuel, machines * 0.7 * 0.5 / 0.8)
    assert_allclose(limited.fuel, 20.0 / 0.8 * 8736.0)
    assert caught.energy == limited.energy


def test_a_lower_pressure_than_needed_and_a_small_trim_are_told() -> None:
    needy = replace(STATION, least_pressure=6.5)
    low = single(PressureReduction(size=0.5), needy)
    assert "air.pressure_below_need" in [one.code for one in low.findings]

    small = single(VariableSpeedTrim(machine=replace(SPEED, flow=10.0, power=66.0)))
    (told,) = [one for one in small.findings if one.code == "air.trim_small"]
    # steps of 12, 20, 32, 40, 52: the largest is 12, and 1.25 times that is 15
    assert "over 10 m3/min, and base machines go up in steps of up to 12 m3/min" in told.text()
    assert "15 m3/min of trim" in told.text()


def test_a_replacement_that_is_too_small_says_what_is_not_met_any_more() -> None:
    found = single(MachineReplacement(machine=machine("tiny", 3.0, 21.0), replaces="A"))
    assert "air.demand_lost" in [one.code for one in found.findings]
    assert found.after.unmet > 0


def test_all_that_is_impossible_is_told_at_once() -> None:
    wrong = [
        LeakRepair(size=1.4),
        Sequencing(size=0.5),
        MachineReplacement(machine=SPEED, replaces="Z"),
        VariableSpeedTrim(machine=machine("L", 20.0, 130.0)),
        Shutdown(when=np.zeros(3, dtype=bool)),
        HeatRecovery(size=0.5, boiler_efficiency=9.0),
        StorageAdded(size=-9.0),
        StorageAdded(size=1.0),
        PressureReduction(size=7.0),
    ]
    with pytest.raises(InputRefused) as refused:
        improve(STATION, USE, wrong, Economics(price=np.ones(5)))
    assert [one.code for one in refused.value.findings] == [
        "air.modification_name",
        "air.modification_size",
        "air.modification_size",
        "air.machine_unknown",
        "air.trim_control",
        "air.shutdown_hours",
        "air.boiler_efficiency",
        "air.modification_size",
        "air.modification_size",
        "air.economics",
    ]
    assert all(one.text() for one in refused.value.findings)


@settings(max_examples=60, deadline=None)
@given(station=stations(), use=uses(most=60.0), raised=whole(0.01, 1.0))
def test_raising_the_pressure_never_saves(station: Station, use: AirUse, raised: float) -> None:
    before = quasi_steady(station, use)
    after = quasi_steady(*combined(station, use, [PressureReduction(size=-raised)]))

    # what is short is given no more: only where all is met are the two alike
    if not before.unmet.any() and not after.unmet.any():
        assert after.energy >= before.energy * (1 - 1e-6)


@settings(max_examples=30, deadline=None)
@given(station=stations(), use=uses(most=60.0), share=st.floats(0.0, 1.0))
def test_mending_leaks_never_costs(station: Station, use: AirUse, share: float) -> None:
    after = year(station, use, PLAIN, [LeakRepair(size=share)])
    assert after.energy <= year(station, use, PLAIN).energy * (1 + 1e-6)


@settings(max_examples=15, deadline=None)
@given(station=stations(), use=uses(most=60.0), size=whole(0.05, 1.0))
def test_singles_less_interaction_are_the_joint_saving_of_any_station(
    station: Station, use: AirUse, size: float
) -> None:
    assume(station.leaks < station_capacity(station))  # others are refused
    modifications = [PressureReduction(size=0.5 * size), LeakRepair(size=size), StorageAdded(size=9 * size)]
    found = improve(station, use, modifications, PLAIN, draws=5)

    singles = sum((one.saving for one in found.singles), start=Saving())
    scale = max(found.base.energy, 1.0)
    assert_allclose(values(singles - found.interaction), values(found.joint.saving), atol=1e-9 * scale)
    for shares in (found.waterfall, found.fair):
        total = sum((one.saving for one in shares), start=Saving())
        assert_allclose(values(total), values(found.joint.saving), atol=1e-9 * scale)


def test_of_two_rules_of_sequencing_the_better_holds() -> None:
    rules = [Sequencing(sequencer="optimal", name="A"), Sequencing(sequencer="target", name="B")]
    for order in (rules, rules[::-1]):
        assert combined(STATION, USE, order)[0].sequencer == "optimal"


def test_an_impossible_station_or_use_is_refused() -> None:
    with pytest.raises(InputRefused) as refused:
        improve(replace(STATION, leaks=-1.0), USE, [], PLAIN)
    assert [one.code for one in refused.value.findings] == ["equipment.range"]
    with pytest.raises(InputRefused) as refused:
        improve(STATION, replace(USE, flow=USE.flow - 40.0), [], PLAIN)
    assert [one.code for one in refused.value.findings] == ["air.negative_flow"]


def test_nothing_to_do_saves_nothing() -> None:
    found = improve(STATION, USE, [], PLAIN, draws=5)
    assert values(found.joint.saving) == [0.0] * 5
    assert found.singles == ()
