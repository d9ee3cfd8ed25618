"""Cold and heat: chillers, towers, free cooling, heat pumps, boilers, absorption, storage, pumps and fans.

Each machine is a `Source`: `run(load, at)` gives its `Flows` under `Conditions`, whose energy closes.
"""

from wattstone.equipment.plant.sources import Conditions, Flows, Source

__all__ = ["Conditions", "Flows", "Source"]
