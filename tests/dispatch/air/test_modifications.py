from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.dispatch.air.test_improve import SPEED, STATION, USE, machine
from wattstone.dispatch.air.modifications import (
    DryerControl,
    IntakeCooling,
    IntakeResistance,
    LeakRepair,
    MachineReplacement,
    PressureReduction,
    Sequencing,
    Shutdown,
    StorageAdded,
    VariableSpeedTrim,
    combined,
)
from wattstone.equipment.air import AirUse, Dryer
from wattstone.equipment.air.quasi_steady import quasi_steady

TARGET = replace(STATION, sequencer="target")


def test_mended_leaks_flow_no_more_and_end_uses_get_what_they_did() -> None:
    before = quasi_steady(TARGET, USE)
    after = quasi_steady(*LeakRepair(size=0.25).apply(TARGET, USE))

    assert_allclose(after.leaks, 0.75 * before.leaks)
    assert_allclose(after.use, before.use)


def test_leaks_are_no_more_than_what_flows() -> None:
    # 4 m3/min at night is all leaks, however much the leaks are said to be
    _, use = LeakRepair(size=0.5).apply(replace(TARGET, leaks=6.0), AirUse(flow=np.array([4.0, 20.0]), hours=1.0))
    assert_allclose(use.flow, [2.0, 17.0])


def test_a_lower_pressure_lowers_what_follows_it() -> None:
    # 6.8 to 6.3 bar(g), the middle of the band 0.3 above: leaks by 7.6 / 8.1, a fifth of the use too
    before = quasi_steady(TARGET, USE)
    after = quasi_steady(*PressureReduction(size=0.5).apply(TARGET, USE))

    assert_allclose(after.pressure, before.pressure - 0.5)
    assert_allclose(after.leaks, before.leaks * 7.6 / 8.1)
    fifth = 0.8 + 0.2 * np.array([8.1, 7.6]) / 7.8
    assert_allclose(after.use, before.use * fifth[1] / fifth[0], rtol=1e-3)


def test_a_raised_pressure_undoes_a_lowered_one() -> None:
    station, use = combined(*PressureReduction(size=0.5).apply(replace(TARGET, artificial=1.0), USE), [])
    again, flow = PressureReduction(size=-0.5).apply(station, use)
    assert_allclose(flow.flow, USE.flow)
    assert_allclose((again.pressure, again.leaks), (TARGET.pressure, TARGET.leaks))


def test_machines_change_places() -> None:
    trimmed, _ = VariableSpeedTrim(machine=SPEED, replaces="B").apply(STATION, USE)
    replaced, _ = MachineReplacement(machine=machine("B2", 21.0, 130.0), replaces="B").apply(STATION, USE)

    assert [one.name for one in trimmed.compressors] == ["A", "C", "V"]
    assert trimmed.sequencer == "target"
    assert [one.name for one in replaced.compressors] == ["A", "B2", "C"]
    assert replaced.sequencer == "cascade"


def test_other_modifications_change_what_they_name() -> None:
    assert StorageAdded(size=2.0).apply(STATION, USE)[0].storage == 5.0
    assert IntakeCooling(size=10.0).apply(STATION, USE)[0].inlet.temperature == 22.0
    assert_allclose(IntakeResistance(size=0.01).apply(STATION, USE)[0].inlet.pressure, 0.99)
    sequenced, _ = Sequencing(sequencer="optimal", band=0.4).apply(STATION, USE)
    assert (sequenced.sequencer, sequenced.band) == ("optimal", 0.4)
    _, use = Shutdown(when=USE.flow == 10.0, size=0.5).apply(STATION, USE)
    assert_allclose(use.flow, np.where(USE.flow == 10.0, 5.0, USE.flow))


def test_cooler_air_gives_more_of_it_for_the_same_power() -> None:
    # dry air at 32 degC and 22 degC: volumes as 305.15 to 295.15 K
    dry = replace(TARGET, inlet=replace(TARGET.inlet, humidity=0.0), compressors=(SPEED,), leaks=0.0, artificial=0.0)
    use = AirUse(flow=np.array([21.0]), hours=1.0)
    before, after = quasi_steady(dry, use), quasi_steady(*IntakeCooling(size=10.0).apply(dry, use))

    idle, rise = 0.15, 0.85  # a straight line, 15 % at no flow
    top = 24.0 * 0.98 * 293.15 * (1 - 0.00075 * 14.503773773 * (7.1 + 0.2 - 7.0))
    lines = [idle + rise * 21.0 / (top / kelvin) for kelvin in (305.15, 295.15)]
    assert_allclose(after.power.sum() / before.power.sum(), lines[1] / lines[0], rtol=1e-6)


@pytest.mark.parametrize(
    ("dryer", "kept"),
    [
        (Dryer(kind="refrigerated", flow=60.0, power=8.0), "kind"),
        (Dryer(kind="desiccant_heatless", flow=60.0, power=0.5, purge=0.15), "by_dew_point"),
    ],
)
def test_a_dryer_under_control_draws_or_purges_less(dryer: Dryer, kept: str) -> None:
    station = replace(TARGET, dryer=dryer)
    before, after = quasi_steady(station, USE), quasi_steady(*DryerControl().apply(station, USE))

    if kept == "kind":
        assert after.dryer_energy < before.dryer_energy
        assert_allclose(after.purge, 0.0)
    else:
        assert (after.purge < before.purge).all()
        # 15 % of what enters the dryer
        assert_allclose(after.purge, 0.15 * (after.use + after.leaks + after.purge))
