"""The declaration of a plant file: what may stand in it, in which unit and within which limits.

Example::

    id = "works-plant"
    zone = "Europe/Berlin"
    currency = "EUR"

    [water]
    chilled_supply_c = 7
    chilled_return_c = 12

    [[chiller]]
    name = "CH-1"
    record = "ElectricEIRChiller_York_YT_1055kW_5_96COP_Vanes"
    normalised = true

    [energy]
    price = 0.18
    country = "DE"
    year = 2022

    [data]
    file = "plant-log.csv"
    cold = "cold [kW]"
    dry_bulb = "outdoor [degC]"
    wet_bulb = "wet bulb [degC]"
"""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from wattstone.workflows.machinery.energy import EnergyTable
from wattstone.workflows.machinery.files import (
    Currency,
    Efficiency,
    Name,
    NotNegative,
    Number,
    Positive,
    Share,
    Table,
    Zone,
)

__all__ = [
    "AbsorptionTable",
    "AirCooledTable",
    "BoilerTable",
    "ChillerTable",
    "HeatPumpTable",
    "HeatRecoveryTable",
    "JoinedTable",
    "MachineTable",
    "PlantTable",
    "StoreTable",
]


def _rising(pairs: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    if any(one[0] >= other[0] for one, other in pairwise(pairs)):
        raise ValueError("points of a curve, (share of the load, factor), whose shares rise")
    return pairs


Pairs = Annotated[tuple[tuple[Number, Number], ...], AfterValidator(_rising)]


class WaterTable(Table):
    """`[water]`: temperatures that the plant keeps; `warmer_k`: how much warmer chilled water may be supplied."""

    chilled_supply_c: Number = 7.0
    chilled_return_c: Number = 12.0
    heating_supply_c: Number = 60.0
    heating_return_c: Number = 45.0
    warmer_k: NotNegative = 0.0


class MachineTable(Table):
    """What all machines have: start cost, cost of an hour on, least times on and off, ramp."""

    name: Name
    start_cost: NotNegative = 0.0
    run_cost: NotNegative = 0.0
    least_up_h: NotNegative = 0.0
    least_down_h: NotNegative = 0.0
    ramp_kw_per_h: Positive | None = None


class GordonNgTable(Table):
    """`gordon_ng`: the three coefficients, in kW and K, and the capacity they are for."""

    capacity_kw: Positive
    a1: Number
    a2: Number
    a3: Number
    least_share: Share = 0.2


class PumpsTable(Table):
    """`pumps`: heads at rated flow; efficiency of pumps with motors and drives."""

    chilled_head_m: NotNegative = 25.0
    condenser_head_m: NotNegative = 20.0
    efficiency: Efficiency = 0.7


class TowerTable(Table):
    """`tower`: design air and approach; fans by the heat that is rejected; `set_point_c` where it is held."""

    wet_bulb_c: Number = 25.56
    approach_k: Positive = 3.88
    fan_share: Share = 0.01
    set_point_c: Number | None = None


class FreeCoolingTable(Table):
    """`free_cooling`: a plate exchanger between tower water and chilled water."""

    effectiveness: Share
    integrated: bool = True


class ChillerTable(MachineTable):
    """`[[chiller]]`: water-cooled, with its tower cell and pumps; a shipped `record`, or `gordon_ng`."""

    record: Name | None = None
    normalised: bool = False
    capacity_kw: Positive | None = None
    cop: Positive | None = None
    least_share: Share | None = None
    unloading: Literal["cycle", "false_load"] = "cycle"
    gordon_ng: GordonNgTable | None = None
    tower: TowerTable = TowerTable()
    pumps: PumpsTable = PumpsTable()
    free_cooling: FreeCoolingTable | None = None

    @model_validator(mode="after")
    def _one_model(self) -> Self:
        if (self.record is None) == (self.gordon_ng is None):
            raise ValueError("give `record`, the name of a shipped one, or `gordon_ng` coefficients, and not both")
        return self


class AirCooledTable(MachineTable):
    """`[[air_cooled]]`: a chiller of a shipped record whose condenser takes outdoor air."""

    record: Name
    normalised: bool = False
    capacity_kw: Positive | None = None
    cop: Positive | None = None
    chilled_head_m: NotNegative = 25.0
    efficiency: Efficiency = 0.7


class AbsorptionTable(MachineTable):
    """`[[absorption]]`: driven by the plant's hot water; `size` times the machine of the characteristic equation."""

    size: Positive
    least_share: Share = 0.3
    auxiliary_kw: NotNegative = 0.0
    tower: TowerTable = TowerTable()


class HeatRecoveryTable(MachineTable):
    """`[[heat_recovery]]`: a chiller that makes chilled and hot water at once; its load is the cold."""

    rated_kw: Positive
    carnot_share: Share
    rated_supply_c: Number = 50.0
    hottest_supply_c: Number = 65.0
    least_share: Share = 0.2
    part_load: Pairs = ()
    auxiliary_kw: NotNegative = 0.0


class HeatPumpTable(MachineTable):
    """`[[heat_pump]]`: `source_c` for a source of water, the air outdoors if left out."""

    rated_kw: Positive
    carnot_share: Share
    source_c: Number | None = None
    rated_source_c: Number = 7.0
    rated_supply_c: Number = 55.0
    source_slope: Number = 0.0
    supply_slope: Number = 0.0
    least_share: Share = 0.2
    part_load: Pairs = ()
    coldest_source_c: Number = -20.0
    hottest_supply_c: Number = 80.0
    auxiliary_kw: NotNegative = 0.0


class BoilerTable(MachineTable):
    """`[[boiler]]`: `basis` says on which heating value the efficiency is."""

    rated_kw: Positive
    efficiency: Efficiency
    basis: Literal["lower", "higher"]
    energy: Literal["fuel", "electricity"] = "fuel"
    condensing: bool = False
    least_share: Share = 0.2
    auxiliary_kw: NotNegative = 0.0


class StoreTable(Table):
    """`[[store]]`: a tank of chilled or hot water, by what it holds of use; `final_share`: least level at the end."""

    name: Name
    carrier: Literal["cold", "heat"]
    capacity_kwh: NotNegative
    charge_kw: Positive
    discharge_kw: Positive
    loss_per_h: Annotated[float, Field(ge=0, lt=1)] = 0.0
    efficiency: Annotated[float, Field(gt=0, le=1)] = 1.0
    initial_share: Share = 0.5
    final_share: Share | None = None


class JoinedTable(Table):
    """`[air]`: a compressed-air station whose machines run in the same plan, and whose heat serves the hot water.

    `flow` is a column of the data: free air that the network takes, leaks included [m3/min]. `heat_share` of the
    recoverable heat is caught, as far as `hottest_c`, the temperature of oil or cooling water, is hot enough.
    """

    station: Name
    flow: Name
    heat_share: Share = 0.9
    hottest_c: Number = 70.0


class DataTable(Table):
    """`[data]`: a file with demand and weather, and which of its columns says what."""

    file: Name
    zone: Zone | None = None
    cold: Name | None = None
    heat: Name | None = None
    dry_bulb: Name | None = None
    wet_bulb: Name | None = None
    price: Name | None = None
    other: Name | None = None

    @model_validator(mode="after")
    def _some_demand(self) -> Self:
        if self.cold is None and self.heat is None:
            raise ValueError("name the column of `cold`, or that of `heat`")
        return self

    @property
    def columns(self) -> dict[str, str]:
        """Header of each series that is named."""
        return {name: value for name, value in self.model_dump(exclude={"file", "zone"}).items() if value}


class PlantTable(Table):
    """A plant file. `order` names machines as operators start them; as they stand in the file if left out."""

    id: Annotated[str, Field(pattern=r"^[\w.-]+$")]
    name: str | None = None
    zone: Zone = "UTC"
    currency: Currency = "EUR"
    simulated: bool = False
    site: Name | None = None
    step_minutes: Literal[15, 30, 60] = 60
    horizon_hours: Annotated[float, Field(ge=24, le=168)] = 48.0
    segments: Annotated[int, Field(ge=1, le=20)] = 5
    peak_before_kw: NotNegative = 0.0
    water_price_per_m3: NotNegative = 0.0
    order: tuple[Name, ...] = ()
    water: WaterTable = WaterTable()
    energy: EnergyTable
    data: DataTable
    chiller: tuple[ChillerTable, ...] = ()
    air_cooled: tuple[AirCooledTable, ...] = ()
    absorption: tuple[AbsorptionTable, ...] = ()
    heat_recovery: tuple[HeatRecoveryTable, ...] = ()
    heat_pump: tuple[HeatPumpTable, ...] = ()
    boiler: tuple[BoilerTable, ...] = ()
    store: tuple[StoreTable, ...] = ()
    air: JoinedTable | None = None

    @property
    def machines(self) -> tuple[MachineTable, ...]:
        """All machines, those that make cold first."""
        cold = (*self.heat_recovery, *self.chiller, *self.air_cooled, *self.absorption)
        return (*cold, *self.heat_pump, *self.boiler)

    @property
    def hours(self) -> float:
        """Length of a step. [h]"""
        return self.step_minutes / 60

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [one.name for one in (*self.machines, *self.store)]
        if not self.machines:
            raise ValueError("the plant has no machine: [[chiller]], [[heat_pump]], [[boiler]] and the like")
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"names of machines and stores differ; found more than once: {', '.join(twice)}")
        if lost := sorted(set(self.order) ^ {one.name for one in self.machines}) if self.order else []:
            raise ValueError(f"`order` names every machine once; too many or missing: {', '.join(lost)}")
        return self
