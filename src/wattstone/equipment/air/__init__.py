"""Compressed air: machines, dryers, stations and the use of air, as pure functions of arrays.

Flows are of free air in m3/min at the reference of ISO 1217 (1 bar absolute, 20 degC, dry). A `pressure` is gauge
[bar(g)]; what is absolute says so.
"""

from wattstone.equipment.air.compressor import Compressor, Control
from wattstone.equipment.air.dryer import Dryer
from wattstone.equipment.air.inlet import Inlet
from wattstone.equipment.air.performance import capacity, flow_at, full_power, heat, power
from wattstone.equipment.air.station import Station
from wattstone.equipment.air.use import AirUse

__all__ = [
    "AirUse",
    "Compressor",
    "Control",
    "Dryer",
    "Inlet",
    "Station",
    "capacity",
    "flow_at",
    "full_power",
    "heat",
    "power",
]
