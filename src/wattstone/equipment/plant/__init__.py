"""Cold and heat: chillers, towers, free cooling, heat pumps, boilers, absorption, storage, pumps and fans.

Each machine is a `Source`: `run(load, at)` gives its `Flows` under `Conditions`, whose energy closes. `findings` of
each say what is impossible or odd about its parameters; `sources.findings` about conditions and loads.
"""

from wattstone.equipment.plant.absorption import AbsorptionChiller
from wattstone.equipment.plant.air_cooled import AirCooledChiller
from wattstone.equipment.plant.boiler import Boiler
from wattstone.equipment.plant.chiller import Chiller
from wattstone.equipment.plant.chiller_set import ChillerSet
from wattstone.equipment.plant.free_cooling import Economiser
from wattstone.equipment.plant.gordon_ng import GordonNg
from wattstone.equipment.plant.heat_pump import HeatPump, HeatRecoveryChiller
from wattstone.equipment.plant.records import ChillerRecord
from wattstone.equipment.plant.recovery import RecoveredHeat
from wattstone.equipment.plant.sources import Conditions, Flows, Source
from wattstone.equipment.plant.tank import ThermalStore
from wattstone.equipment.plant.tower import Tower

__all__ = [
    "AbsorptionChiller",
    "AirCooledChiller",
    "Boiler",
    "Chiller",
    "ChillerRecord",
    "ChillerSet",
    "Conditions",
    "Economiser",
    "Flows",
    "GordonNg",
    "HeatPump",
    "HeatRecoveryChiller",
    "RecoveredHeat",
    "Source",
    "ThermalStore",
    "Tower",
]
