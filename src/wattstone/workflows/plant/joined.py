"""Air and heat in one plan: the compressors of a station run with the plant, and their heat serves its hot water."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from wattstone.base import Finding, InputRefused
from wattstone.dispatch.air.units import AIR, compressor_units
from wattstone.dispatch.commitment.types import Carrier
from wattstone.dispatch.plant.plant import Plant
from wattstone.equipment.air import station as stations
from wattstone.equipment.air.replay_network import Network
from wattstone.equipment.air.station import Station
from wattstone.equipment.air.use import AirUse
from wattstone.equipment.plant.recovery import RecoveredHeat
from wattstone.equipment.plant.sources import Conditions
from wattstone.workflows.air.station_schema import NetworkTable, StationTable
from wattstone.workflows.machinery.files import read_table
from wattstone.workflows.plant.expected import Expected
from wattstone.workflows.plant.plant_schema import JoinedTable, WaterTable

__all__ = ["Joined", "join"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Joined:
    """A compressed-air station in the plan of a plant.

    Parameters
    ----------
    path : Path
        Its station file.
    station : Station
    network : NetworkTable
        `[network]` of its file, for starts.
    table : JoinedTable
        `[air]` of the plant file.
    findings : tuple of Finding
        Warnings.
    """

    path: Path
    station: Station
    network: NetworkTable
    table: JoinedTable
    findings: tuple[Finding, ...]

    def with_plant(self, plant: Plant, expected: Expected, water: WaterTable) -> Plant:
        """The plant with the compressors as machines of its plan, and the air that they have to give.

        Parameters
        ----------
        plant : Plant
        expected : Expected
            With the `flow` of the network.
        water : WaterTable
            Of the plant: heat counts as far as it is hot enough.
        """
        steps = max(1, round(self.network.least_run_h / expected.hours))
        made = compressor_units(
            self.station,
            start_cost=self.network.start_cost,
            least_up=steps,
            least_down=steps,
            recovered=self.table.heat_share * self._reach(water),
        )
        use = AirUse(flow=expected.series("flow", 0.0), hours=expected.hours)
        demand = Network.of(self.station, use).at(made.level.pressure, self.station).total
        return replace(plant, units=made.units, carriers=(Carrier(name=AIR, demand=demand, unit="m3/min"),))

    def _reach(self, water: WaterTable) -> float:
        """Share of the rise of the hot water that the machines' heat is hot enough for."""
        at = Conditions.over(1, heating_supply=water.heating_supply_c, heating_return=water.heating_return_c)
        return float(np.nan_to_num(RecoveredHeat(name="oil", available=1.0, hottest=self.table.hottest_c).reach(at)[0]))


def join(table: JoinedTable, folder: Path) -> Joined:
    """Read the station that a plant file names.

    Raises
    ------
    InputRefused
        With every finding of its file and its machines.
    """
    path = folder / table.station
    read = read_table(path, StationTable, code="air.file", page="docs/how-to/air.md")
    station = read.made()
    found = stations.findings(station)
    if wrong := [one for one in found if one.severity == "error"]:
        raise InputRefused(wrong)
    return Joined(path=path, station=station, network=read.network, table=table, findings=found)
