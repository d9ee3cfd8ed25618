"""Heat pumps, heat-recovery chillers, boilers, absorption, recovered heat, storage: by hand, by balance, by limit."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.equipment.arrays import Curve
from wattstone.equipment.plant import (
    AbsorptionChiller,
    Boiler,
    Conditions,
    HeatPump,
    HeatRecoveryChiller,
    RecoveredHeat,
    Source,
    ThermalStore,
    Tower,
    limits,
)
from wattstone.equipment.plant.boiler import NATURAL_GAS, condensing_factor
from wattstone.equipment.plant.tower import warm_water

PUMP = HeatPump(name="HP", rated=300.0, carnot_share=0.45, source_slope=0.02, supply_slope=-0.01)
RECOVERY = HeatRecoveryChiller(name="HRC", rated=300.0, carnot_share=0.5)
GAS = Boiler(name="B", rated=500.0, efficiency=0.92, basis="lower", auxiliary=2.0)
ABSORPTION = AbsorptionChiller(name="ABS", size=50.0, tower=Tower(heat=1300.0, fan_power=15.0), auxiliary=3.0)
AT = Conditions.over(
    3,
    dry_bulb=[32.0, 7.0, -5.0],
    wet_bulb=[25.0, 5.0, -6.0],
    chilled_supply=7.0,
    chilled_return=12.0,
    heating_supply=[85.0, 55.0, 60.0],
    heating_return=[70.0, 45.0, 50.0],
)
SOURCES = (PUMP, RECOVERY, GAS, ABSORPTION, RecoveredHeat(name="air", available=120.0, pump_share=0.02))


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: one.name)
@settings(max_examples=25)
@given(share=st.floats(0.0, 1.0))
def test_energy_closes_for_every_machine(source: Source, share: float) -> None:
    least, most = source.least(AT), source.capacity(AT)
    load = least + share * (most - least)
    flows = source.run(np.stack([load, 0.0 * load]), AT)

    assert isinstance(source, Source)
    assert np.all(np.isfinite(flows.rejected))
    assert np.max(np.abs(flows.imbalance())) <= 1e-9 * (1 + np.max(load))
    for name in ("cold", "heat", "electricity", "fuel", "driving", "water"):
        assert np.all(getattr(flows, name) >= 0)
        assert np.all(getattr(flows, name)[1] == 0)
    assert_allclose((flows.heat if source.makes == "heat" else flows.cold)[0], load)


def test_a_heat_pump_by_hand() -> None:
    """7 to 55 degC with 5 K on either side: 333.15 / 58 x 0.45 = 2.585; at 32 to 85 degC it stops at 80."""
    assert PUMP.capacity(AT) == pytest.approx([0.0, 300.0, 300.0 * (1 - 0.24 - 0.05)])
    assert float(PUMP.cop([0.0, 200.0, 0.0], AT)[1]) == pytest.approx(0.45 * 333.15 / 58.0)
    flows = PUMP.run([0.0, 300.0, 0.0], AT)
    assert flows.electricity[1] == pytest.approx(300.0 / (0.45 * 333.15 / 58.0))
    assert flows.rejected[1] == pytest.approx(flows.electricity[1] - 300.0)
    (told,) = PUMP.findings(AT)
    assert (told.code, told.severity, told.first) == ("plant.beyond_machine", "warning", "interval 0")


def test_a_heat_pump_on_water_and_at_part_load() -> None:
    """30 degC water to 60: 338.15 / 40 x 0.5, at half load 0.9 of that."""
    at = Conditions.over(2, heating_supply=60.0, heating_return=50.0)
    water = HeatPump(name="W", rated=100.0, carnot_share=0.5, source=30.0, part_load=Curve((0.5, 1.0), (0.9, 1.0)))
    assert_allclose(water.cop([100.0, 50.0], at), [0.5 * 338.15 / 40.0, 0.45 * 338.15 / 40.0])
    assert np.all(water.cop([100.0, 50.0], at) < limits.carnot_heat(30.0, 60.0))


def test_a_share_of_carnot_of_one_is_refused() -> None:
    assert [one.code for one in replace(PUMP, carnot_share=1.1).findings()] == ["plant.beats_limit"]
    assert [one.code for one in replace(RECOVERY, carnot_share=1.0).findings()] == ["plant.beats_limit"]
    assert PUMP.findings() == RECOVERY.findings() == ()


def test_a_heat_recovery_chiller_makes_both() -> None:
    """5 to 57 degC: COP 278.15 / 52 x 0.5 = 2.674 for cold, and one more for heat, below Lorenz's limit of both."""
    flows = RECOVERY.run([0.0, 200.0, 0.0], AT)
    cop = 0.5 * 278.15 / 52.0
    assert (flows.cold[1], flows.electricity[1]) == (200.0, pytest.approx(200.0 / cop))
    assert flows.heat[1] == pytest.approx(200.0 * (1 + 1 / cop))
    assert flows.rejected[1] == pytest.approx(0.0, abs=1e-9)
    assert cop < float(limits.lorenz_cold(12.0, 7.0, 45.0, 55.0))
    assert RECOVERY.capacity(AT)[0] == 0.0


def test_a_gas_boiler_says_which_heating_value() -> None:
    """460 kW / 0.92 on the lower heating value = 500 kW; on the higher one 500 x 0.2027 / 0.18296 = 553.9 kW."""
    flows = GAS.run([460.0, 0.0, 460.0], AT)
    assert_allclose(flows.fuel, [500 * NATURAL_GAS, 0.0, 500 * NATURAL_GAS])
    assert flows.fuel[0] == pytest.approx(553.95, abs=0.02)
    assert_allclose(GAS.on_lower(flows.fuel), [500.0, 0.0, 500.0])
    assert_allclose(flows.electricity, [2.0, 0.0, 2.0])
    higher = replace(GAS, basis="higher").run([460.0, 0.0, 0.0], AT)
    assert_allclose(higher.fuel[0], 500.0)


def test_a_condensing_boiler_follows_its_return() -> None:
    """The curve of EnergyPlus's data set by hand at full load and 60 degC: 1.1250 + .0150 - .0260 - .0051 - .0922."""
    made = 1.124970374 + 0.014963852 - 0.02599835 - 1.40464e-6 * 3600 - 0.00153624 * 60
    assert float(condensing_factor(1.0, 60.0)) == pytest.approx(made)
    boiler = Boiler(name="C", rated=100.0, efficiency=0.88, basis="higher", condensing=True)
    at = Conditions.over(3, heating_return=[30.0, 50.0, 70.0], heating_supply=80.0)
    fuel = boiler.run([100.0, 100.0, 100.0], at).fuel
    assert np.all(np.diff(fuel) > 0)
    assert boiler.findings() == ()


def test_a_boiler_beyond_its_fuel_is_refused() -> None:
    """105 % is a common figure on the lower heating value, and none on the higher."""
    assert [one.code for one in Boiler(name="C", rated=1.0, efficiency=1.05, basis="higher").findings()] == [
        "plant.beats_limit"
    ]
    assert Boiler(name="C", rated=1.0, efficiency=1.05, basis="lower").findings() == ()
    assert [one.code for one in replace(GAS, rated=-1.0).findings()] == ["equipment.range"]


def test_an_electric_boiler_takes_electricity() -> None:
    flows = Boiler(name="E", rated=100.0, efficiency=0.98, basis="higher", energy="electricity").run([49.0] * 3, AT)
    assert_allclose(flows.electricity, 50.0)
    assert_allclose(flows.fuel, 0.0)


def test_an_absorption_machine_by_hand() -> None:
    """Q = 0.42 dd + 0.9, driving 0.51 dd + 2, per unit of size: 50 x 8 kW of cold need 50 x (0.51 x 16.905 + 2) kW."""
    assert float(ABSORPTION.driving(400.0)) == pytest.approx(50 * (0.51 * (8.0 - 0.9) / 0.42 + 2.0))


def test_the_temperatures_limit_the_absorption_machine() -> None:
    """dd = t_d - 2.5 t_cooling + 1.8 t_chilled at the capacity gives that capacity, with the water its tower makes."""
    load = float(ABSORPTION.capacity(AT)[1])
    rejected = load + float(ABSORPTION.driving(load)) + 3.0
    warm = float(warm_water(ABSORPTION.tower, rejected, wet_bulb=5.0, speed=1.0, water_heat=rejected / 7.0))
    spread = (55.0 - 4.0) - 2.5 * (warm - 3.5) + 1.8 * 9.5
    assert load == pytest.approx(50 * (0.42 * spread + 0.9), rel=1e-6)


def test_an_absorption_machine_needs_hot_water_and_cold_towers() -> None:
    capacity = ABSORPTION.capacity(AT)
    flows = ABSORPTION.run(capacity, AT)
    assert np.all(capacity[:1] > 0)
    hotter = replace(AT, heating_supply=AT.heating_supply + 5.0)
    wetter = replace(AT, wet_bulb=AT.wet_bulb + 3.0)
    assert np.all(ABSORPTION.capacity(hotter) > capacity)
    assert np.all(ABSORPTION.capacity(wetter) < capacity)
    share = flows.cold / flows.driving
    assert np.all((share > 0.5) & (share < 0.84))
    cold = Conditions.over(
        1, wet_bulb=26.0, chilled_supply=7.0, chilled_return=12.0, heating_supply=50.0, heating_return=40.0
    )
    assert ABSORPTION.capacity(cold)[0] == 0.0
    assert [one.code for one in ABSORPTION.findings(cold)] == ["plant.driving_cold"]
    assert replace(ABSORPTION, most=300.0).capacity(AT).max() <= 300.0


def test_recovered_heat_reaches_as_far_as_it_is_hot() -> None:
    """Oil of 70 degC with 5 K: 65 - 70 < 0 of a rise of 15 K; all of 45-55; 15 / 20 of 50-70 degC."""
    at = replace(AT, heating_supply=np.array([85.0, 55.0, 70.0]), heating_return=np.array([70.0, 45.0, 50.0]))
    heat = RecoveredHeat(name="air", available=[100.0, 100.0, 100.0], demand=120.0)
    assert_allclose(heat.reach(at), [0.0, 1.0, 0.75])
    assert_allclose(heat.capacity(at), [0.0, 100.0, 90.0])
    assert_allclose(heat.run([0.0, 100.0, 90.0], at).rejected, [0.0, -100.0, -90.0])
    assert [one.code for one in RecoveredHeat(name="air", available=-1.0).findings()] == ["equipment.range"]


def test_what_a_tank_holds() -> None:
    """1000 m3 x 998.2 x 4.184 x 8 K / 3600 x 0.9 = 8,353 kWh; of ice 998.2 x (333.4 + 41.84) / 3600 x 0.9 x 100."""
    water = ThermalStore(name="T", kind="cold", volume=1000.0, charge=1000.0, discharge=1000.0, cold=5.0, warm=13.0)
    ice = ThermalStore(
        name="I", kind="ice", volume=100.0, charge=500.0, discharge=500.0, cold=0.0, warm=10.0, charging_supply=-5.5
    )
    assert water.capacity == pytest.approx(8352.9, abs=0.5)
    assert ice.capacity == pytest.approx(9364.1, abs=0.5)
    assert (water.carrier, ice.carrier) == ("cold", "cold")
    assert water.findings() == ice.findings() == ()


@given(
    level=st.floats(0.0, 5000.0),
    charge=st.floats(0.0, 800.0),
    discharge=st.floats(0.0, 800.0),
    loss=st.floats(0.0, 3.0),
)
def test_a_store_gives_back_what_it_was_given_less_its_loss(
    level: float, charge: float, discharge: float, loss: float
) -> None:
    """An hour at once is four quarters one after another."""
    store = ThermalStore(
        name="T", kind="heat", volume=100.0, charge=800.0, discharge=800.0, cold=40.0, warm=80.0, loss=loss
    )
    after, lost = store.step(level, charge, discharge, hours=1.0)
    quarters = np.float64(level)
    for _ in range(4):
        quarters, _ = store.step(quarters, charge, discharge, hours=0.25)

    assert float(after) == pytest.approx(level + charge - discharge - float(lost), abs=1e-9)
    assert float(quarters) == pytest.approx(float(after), abs=1e-8)
    assert loss > 0 or lost == pytest.approx(0.0, abs=1e-9)


def test_ice_is_charged_at_a_lower_temperature_and_that_costs() -> None:
    ice = ThermalStore(
        name="I", kind="ice", volume=100.0, charge=500.0, discharge=500.0, cold=0.0, warm=10.0, charging_supply=-5.5
    )
    at = ice.charging(AT)
    assert_allclose(at.chilled_supply, -5.5)
    assert_allclose(at.chilled_return, -0.5)
    assert np.all(RECOVERY.cop([0.0, 200.0, 0.0], at)[1] < RECOVERY.cop([0.0, 200.0, 0.0], AT)[1])
    assert [one.code for one in replace(ice, charging_supply=None).findings()] == ["plant.ice_warm"]
    assert [one.code for one in replace(ice, cold=12.0).findings()] == ["plant.crossed"]


def test_heat_is_charged_hotter() -> None:
    store = ThermalStore(
        name="T", kind="heat", volume=10.0, charge=8.0, discharge=8.0, cold=40.0, warm=90.0, charging_supply=92.0
    )
    assert_allclose(store.charging(AT).heating_return, [77.0, 82.0, 82.0])
    assert store.charging(AT) is not AT
    assert replace(store, charging_supply=None).charging(AT) is AT
