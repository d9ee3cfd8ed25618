"""The simulated plant is a sound one: it makes what its factory asks for, on curves that were fitted for that."""

from datetime import datetime

import numpy as np
import pytest

from wattstone.dispatch.plant.plant import Plant
from wattstone.equipment.plant.chiller_set import ChillerSet
from wattstone.equipment.plant.sources import Conditions
from wattstone.simulation.factory.demand import Demand
from wattstone.simulation.factory.plant_files import write_plant
from wattstone.simulation.factory.station import station
from wattstone.simulation.factory.station_file import station_file
from wattstone.simulation.texts import TARIFFS
from wattstone.workflows.plant.read import ReadPlant, read_plant

WET = np.array([-5.0, 5.0, 15.0, 24.0, 27.0, 28.0, 29.0])
AT = Conditions.over(
    WET.size, dry_bulb=WET + 6, wet_bulb=WET, chilled_supply=7.0, chilled_return=12.0, heating_supply=60.0,
    heating_return=45.0,
)  # fmt: skip
COLD, HEAT = 4900.0, 1500.0  # the most that is asked in two years, with a little more


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> ReadPlant:
    folder = tmp_path_factory.mktemp("plant")
    steps = np.full(24, 20.0)
    asked = Demand(
        start=datetime(2021, 7, 1), air=np.full(24 * 60, 60.0), production=steps, cold=steps, heat=steps,
        dry_bulb=steps, wet_bulb=steps,
    )  # fmt: skip
    (folder / "tariff.toml").write_text(TARIFFS["tariff.toml"], encoding="utf-8")
    (folder / "station.toml").write_text(station_file(station(), year=2021), encoding="utf-8")
    write_plant(folder, asked)
    return read_plant(folder / "plant.toml")


def made(plant: Plant, kind: str) -> np.ndarray:
    return np.sum([one.source.capacity(AT) for one in plant.machines if one.source.makes == kind], axis=0)


def test_the_chillers_alone_meet_the_cold_of_the_dampest_hour(read: ReadPlant) -> None:
    assert made(read.plant, "cold")[-1] >= COLD
    assert made(read.plant, "heat")[-1] >= HEAT


def test_no_curve_is_followed_beyond_what_it_was_fitted_for(read: ReadPlant) -> None:
    chillers = [one.source for one in read.plant.machines if isinstance(one.source, ChillerSet)]

    assert len(chillers) == 3
    assert [one.code for chiller in chillers for one in chiller.findings(AT) if one.code == "plant.outside_fit"] == []


def test_the_fuel_of_the_boiler_is_paid_on_the_heating_value_that_is_counted(read: ReadPlant) -> None:
    fuel = read.table.energy.fuel

    assert fuel is not None
    assert fuel.basis == "lower"
    assert fuel.carbon_kg_per_kwh == 0.202  # natural gas on the lower heating value: 56.1 kg/GJ, IPCC 2006
