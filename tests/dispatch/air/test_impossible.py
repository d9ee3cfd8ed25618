"""What no modification can make of a station, and what a lower pressure leaves as it is."""

from dataclasses import replace

import numpy as np
import pytest

from tests.dispatch.air.test_improve import PLAIN, SPEED, STATION, USE, machine
from wattstone.base import InputRefused
from wattstone.dispatch.air.improve import improve, year
from wattstone.dispatch.air.modifications import (
    HeatRecovery,
    IntakeCooling,
    LeakRepair,
    MachineReplacement,
    Modification,
    PressureReduction,
    Sequencing,
    Shutdown,
    VariableSpeedTrim,
    combined,
)
from wattstone.dispatch.air.results import Economics
from wattstone.equipment.air import AirUse, Station


def refused(*wrong: Modification, station: Station = STATION, use: AirUse = USE, economics: Economics = PLAIN) -> str:
    with pytest.raises(InputRefused) as found:
        improve(station, use, wrong, economics, draws=5)
    assert all(one.text() for one in found.value.findings)
    return " ".join(one.code for one in found.value.findings)


def test_a_machine_that_beats_isothermal_compression_is_refused() -> None:
    # 40 kW for 20 m3/min at 7 bar(g): isothermal compression takes 69.3 kW
    beyond = MachineReplacement(machine=machine("N", 20.0, 40.0), replaces="A")
    with pytest.raises(InputRefused) as found:
        improve(STATION, USE, [beyond], PLAIN, draws=5)
    (told,) = found.value.findings
    assert told.code in {"air.specific_power", "air.flow_unit", "air.power_unit", "air.flow_and_power_unit"}
    assert told.place == "modification 'Replace a machine', compressor 'N'"
    assert refused(replace(beyond, machine=machine("N", -20.0, 130.0))) == "equipment.range"


def test_what_a_modification_leaves_is_a_station_still() -> None:
    assert refused(VariableSpeedTrim(machine=replace(SPEED, name="B"))) == "air.names"
    assert refused(MachineReplacement(machine=machine("B", 20.0, 130.0), replaces="A")) == "air.names"
    assert refused(IntakeCooling(size=400.0)) == "equipment.range"
    assert refused(Sequencing(band=-1.0)) == "equipment.range"


def test_what_is_wrong_already_is_told_of_no_modification() -> None:
    assert refused(LeakRepair(size=0.5), station=replace(STATION, leaks=-1.0)) == "equipment.range"


def test_one_machine_is_replaced_once() -> None:
    two = [
        MachineReplacement(machine=machine("N", 20.0, 126.0), replaces="A", name="first"),
        VariableSpeedTrim(machine=SPEED, replaces="A", name="second"),
    ]
    found = improve(STATION, USE, two, PLAIN, draws=5)
    (told,) = [one for one in found.findings if one.code == "air.replaced_twice"]
    assert "first, second" in told.text()
    assert not [one for one in improve(STATION, USE, two[:1], PLAIN, draws=5).findings if one.code == told.code]


def test_prices_weights_and_flows_are_numbers() -> None:
    leaks = LeakRepair(size=0.5)
    for wrong in (np.nan, np.where(np.arange(168) == 3, np.inf, 0.1)):
        assert refused(leaks, economics=replace(PLAIN, price=wrong)) == "air.economics"
        assert refused(leaks, economics=replace(PLAIN, carbon=wrong)) == "air.economics"
    for weight in (-1.0, np.nan):
        assert refused(leaks, use=replace(USE, weight=np.full(168, weight))) == "air.weights"
    assert refused(leaks, use=replace(USE, flow=np.full(168, np.inf))) == "air.infinite_flow"


def test_the_need_for_heat_is_0_or_more_on_the_grid_of_the_use() -> None:
    assert refused(HeatRecovery(size=0.5, need=np.ones(3))) == "air.heat_need"
    assert refused(HeatRecovery(size=0.5, need=-5.0)) == "air.heat_need"


def test_pressure_that_is_lowered_in_two_steps_saves_as_in_one() -> None:
    station = replace(STATION, artificial=0.6)
    one, two = (
        combined(station, USE, [PressureReduction(size=size, name=str(at)) for at, size in enumerate(sizes)])
        for sizes in ([1.0], [0.5, 0.5])
    )
    np.testing.assert_allclose(one[1].flow, two[1].flow, rtol=1e-12)
    assert one[0].artificial == pytest.approx(two[0].artificial, rel=1e-12)


def test_a_lower_pressure_takes_nothing_off_the_useful_air() -> None:
    station = replace(STATION, artificial=0.6, least_pressure=5.5)
    before, after = (year(station, USE, PLAIN, some) for some in ([], [PressureReduction(size=1.0)]))
    assert after.least_energy == pytest.approx(before.least_energy, rel=1e-9)


def test_a_shutdown_that_never_comes_is_told() -> None:
    never = improve(STATION, USE, [Shutdown(when=np.zeros(168, dtype=bool))], PLAIN, draws=5)
    assert "air.shutdown_never" in [one.code for one in never.findings]
    assert never.joint.saving.energy == 0.0
