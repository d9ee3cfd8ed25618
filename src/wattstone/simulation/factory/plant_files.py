"""The plant files of the simulated factory and campus, and the data they name."""

from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl

from wattstone.dispatch.plant.site import AGE, CAPACITIES, DEMAND_CHARGE, START, TANK, TANK_LOSS, TANK_POWER
from wattstone.equipment.plant.gordon_ng import STANFORD
from wattstone.simulation.factory.demand import CampusDemand, Demand, instants
from wattstone.simulation.factory.station import station
from wattstone.simulation.timeline import Floats

__all__ = ["CAMPUS_LOG", "PLANT_LOG", "write_campus", "write_plant"]

PLANT_LOG, CAMPUS_LOG = "plant-log.parquet", "campus-log.parquet"
_MARK = {"wattstone.simulated": "true"}

_PLANT = """\
# SIMULATED: sources of cold and heat of a factory that does not exist. The chillers' curves are published records of
# real machines, with their towers and pumps sized here.
id = "works-plant"
name = "Works, cold and heat (simulated)"
zone = "Asia/Shanghai"
currency = "CNY"
simulated = true
site = "works"
horizon_hours = 48

[water]
chilled_supply_c = 7
chilled_return_c = 12
heating_supply_c = 60
heating_return_c = 45
warmer_k = 2

[energy]
tariffs = ["tariff.toml"]
demand_charge = 40
country = "CN"
region = "CN-ZJ"
year = 2022

[energy.fuel]
price = 0.36
carbon_kg_per_kwh = 0.202
basis = "lower"
efficiency = 0.88
source = "SIMULATED: natural gas, of the right order"

[data]
file = "{log}"
cold = "cold_kw"
heat = "heat_kw"
dry_bulb = "dry_bulb_c"
wet_bulb = "wet_bulb_c"

# The heat of the compressors serves the hot water, in the same plan.
[air]
station = "station.toml"
flow = "air_m3_per_min"
heat_share = 0.8

[[heat_recovery]]
name = "HR-1"
rated_kw = 700
carnot_share = 0.55
rated_supply_c = 60
hottest_supply_c = 65
least_share = 0.3
start_cost = 60
least_up_h = 2
least_down_h = 1

# Three chillers make 5 MW at a wet bulb of 29 degC: their curves are fitted for condenser water of up to 35 degC.
[[chiller]]
name = "CH-1"
record = "ElectricEIRChiller_York_YT_1758kW_6_28COP_Vanes"
normalised = true
capacity_kw = 2100
tower = {{ wet_bulb_c = 28, approach_k = 4 }}
start_cost = 90
least_up_h = 2
least_down_h = 2

[chiller.free_cooling]
effectiveness = 0.75
integrated = true

[[chiller]]
name = "CH-2"
record = "ElectricEIRChiller_McQuay_PEH_1895kW_6_42COP_Vanes"
normalised = true
capacity_kw = 2150
tower = {{ wet_bulb_c = 28, approach_k = 4 }}
start_cost = 90
least_up_h = 2
least_down_h = 2

[[chiller]]
name = "CH-3"
record = "ElectricEIRChiller_Trane_CVHE_1442kW_6_61COP_VSD"
normalised = true
capacity_kw = 1750
tower = {{ wet_bulb_c = 28, approach_k = 4 }}
start_cost = 70
least_up_h = 2
least_down_h = 2

[[boiler]]
name = "B-1"
rated_kw = 1500
efficiency = 0.9
basis = "lower"
condensing = false
least_share = 0.2
start_cost = 30
least_up_h = 1

[[store]]
name = "chilled water"
carrier = "cold"
capacity_kwh = 4000
charge_kw = 1200
discharge_kw = 1200
loss_per_h = 0.002

[[store]]
name = "hot water"
carrier = "heat"
capacity_kwh = 1200
charge_kw = 500
discharge_kw = 500
loss_per_h = 0.004
"""

_CAMPUS = """\
# SIMULATED: a campus that does not exist, cooled by eight chillers of {least:g} to {most:g} kW with a tank of chilled
# water. The chillers' coefficients, the tank, the demand charge and the range of prices are as published by the HVAC
# study of Stanford and Johnson Controls (hvacstudy.github.io); loads and weather are simulated.
id = "campus"
name = "Campus, eight chillers (simulated)"
zone = "Asia/Shanghai"
currency = "USD"
simulated = true
horizon_hours = 48

[water]
chilled_supply_c = 7
chilled_return_c = 13

[energy]
price = 0.06
demand_charge = {charge}
carbon_kg_per_kwh = 0.35
carbon_source = "SIMULATED: of the right order"

[data]
file = "{log}"
cold = "cold_kw"
dry_bulb = "dry_bulb_c"
wet_bulb = "wet_bulb_c"
price = "price_per_kwh"

[[store]]
name = "tank"
carrier = "cold"
capacity_kwh = {tank:.0f}
charge_kw = {power:.0f}
discharge_kw = {power:.0f}
loss_per_h = {loss}
"""

_CHILLER = """
[[chiller]]
name = "CH-{number}"
gordon_ng = {{ capacity_kw = {capacity:.0f}, a1 = {a1:.6g}, a2 = {a2:.6g}, a3 = {a3:.6g}, least_share = 0.3 }}
tower = {{ wet_bulb_c = 22.0, approach_k = 4.0, fan_share = 0.008 }}
pumps = {{ chilled_head_m = 25, condenser_head_m = 20, efficiency = 0.75 }}
start_cost = {start:.1f}
least_up_h = 2
least_down_h = 2
"""


def write_plant(folder: Path, asked: Demand) -> None:
    """Write the factory's plant file, and a year or more of what its plant has to make."""
    (folder / "plant.toml").write_text(_PLANT.format(log=PLANT_LOG), encoding="utf-8")
    flow = asked.air.reshape(-1, 60).mean(axis=1) + station().leaks
    columns: dict[str, Floats] = {
        "cold_kw": asked.cold,
        "heat_kw": asked.heat,
        "dry_bulb_c": asked.dry_bulb,
        "wet_bulb_c": asked.wet_bulb,
        "air_m3_per_min": np.round(flow, 2),
    }
    _log(asked.start, columns).write_parquet(folder / PLANT_LOG, metadata=_MARK)


def write_campus(folder: Path, asked: CampusDemand) -> None:
    """Write the campus's plant file, and its load, weather and prices."""
    a1, a2, a3 = STANFORD
    head = _CAMPUS.format(
        least=min(CAPACITIES), most=max(CAPACITIES), charge=DEMAND_CHARGE, log=CAMPUS_LOG, tank=TANK, power=TANK_POWER,
        loss=TANK_LOSS,
    )  # fmt: skip
    largest = max(CAPACITIES)
    chillers = [
        _CHILLER.format(
            number=number,
            capacity=capacity,
            a1=a1 * capacity / largest * AGE[number - 1],
            a2=a2 * capacity / largest,
            a3=a3 * largest / capacity,
            start=START * capacity / largest,
        )
        for number, capacity in enumerate(CAPACITIES, 1)
    ]
    (folder / "campus.toml").write_text(head + "".join(chillers), encoding="utf-8")
    columns = {
        "cold_kw": asked.cold,
        "dry_bulb_c": asked.dry_bulb,
        "wet_bulb_c": asked.wet_bulb,
        "price_per_kwh": asked.price,
    }
    _log(asked.start, columns).write_parquet(folder / CAMPUS_LOG, metadata=_MARK)


def _log(start: datetime, columns: dict[str, Floats]) -> pl.DataFrame:
    hours = next(iter(columns.values())).size
    return pl.DataFrame({"time": instants(start, hours, minutes=60), **columns})
