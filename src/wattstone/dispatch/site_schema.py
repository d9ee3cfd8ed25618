"""The declaration of a site file: what may stand in it, in which unit and within which limits."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from wattstone.dispatch.site import (
    Battery,
    Buffer,
    Building,
    Charger,
    Dimmable,
    Grid,
    Meter,
    Netting,
    Pv,
    Shiftable,
    Weights,
)
from wattstone.dispatch.site_types import (
    RESERVED,
    Day,
    Efficiency,
    Limit,
    Minutes,
    Name,
    NotNegative,
    Positive,
    Share,
    Table,
    Zone,
)
from wattstone.rates.tariffs import Clock

__all__ = ["SiteTable"]


class _DeviceTable(Table):
    id: Name
    building: str = ""


class GridTable(Table):
    """`[grid]`: kW; demand charge for each kW of the month's peak."""

    import_limit_kw: Limit = math.inf
    export_limit_kw: Limit = math.inf
    demand_charge: NotNegative = 0.0

    def made(self) -> Grid:
        """As the planner takes it."""
        return Grid(
            import_limit=self.import_limit_kw, export_limit=self.export_limit_kw, demand_charge=self.demand_charge
        )


class MetersTable(Table):
    """`[meters]`: the load is what `load` measure together less what `minus` measure; `pv` names a system's meters.

    `state` names the meter that says what state a battery (energy or share of capacity), tank, fan or room is in.
    """

    load: tuple[Name, ...] = ()
    minus: tuple[Name, ...] = ()
    pv: dict[str, tuple[Name, ...]] = Field(default_factory=dict[str, tuple[Name, ...]])
    state: dict[str, Name] = Field(default_factory=dict[str, Name])


class BuildingTable(Table):
    """`[[building]]`: a part with a meter of its own; its load as in `[meters]`, devices name it as `building`."""

    id: Name
    load: tuple[Name, ...] = ()
    minus: tuple[Name, ...] = ()
    import_limit_kw: Limit = math.inf
    export_limit_kw: Limit = math.inf

    def made(self, devices: frozenset[str]) -> Building:
        """As the planner takes it, with the devices that name it."""
        return Building(
            id=self.id, devices=devices, import_limit=self.import_limit_kw, export_limit=self.export_limit_kw
        )


class NettingTable(Table):
    """`[netting]`: whether cost and carbon count at the connection (`site`) or at each building's own meter."""

    energy: Meter = "site"
    carbon: Meter = "site"

    def made(self) -> Netting:
        """As the planner takes it."""
        return Netting(energy=self.energy, carbon=self.carbon)


class TariffTable(Table):
    """`[tariff]`: files of tariffs, those of the workspace, or rates of import and export. [currency kWh-1]"""

    files: tuple[str, ...] = ()
    workspace: bool = False
    import_rate: Annotated[float, Field(allow_inf_nan=False)] | None = None
    export_rate: Annotated[float, Field(allow_inf_nan=False)] = 0.0

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if bool(self.files) + self.workspace + (self.import_rate is not None) != 1:
            raise ValueError("give files of tariffs, or workspace = true, or import_rate and export_rate")
        return self


class WeightsTable(Table):
    """`[weights]`: as `site.Weights` tells."""

    energy: NotNegative = 1.0
    carbon_price: NotNegative = 0.0
    demand: NotNegative = 1.0
    ramping: NotNegative = 0.0
    wear: NotNegative = 1.0
    comfort: NotNegative = 1.0
    delay: NotNegative = 0.0
    ties: NotNegative = 5e-6

    def made(self) -> Weights:
        """As the planner takes it."""
        return Weights(carbon=self.carbon_price, **self.model_dump(exclude={"carbon_price"}))


class PvTable(_DeviceTable):
    """`[[pv]]`: peak power of the modules, and of the inverter where it is less."""

    capacity_kw: Positive
    inverter_kw: Positive | None = None
    curtailable: bool = True

    def made(self) -> Pv:
        """As the planner takes it."""
        return Pv(
            id=self.id, capacity=min(self.capacity_kw, self.inverter_kw or math.inf), curtailable=self.curtailable
        )


class BatteryTable(_DeviceTable):
    """`[[battery]]`: powers at the AC side; efficiencies one way; shares of the capacity."""

    capacity_kwh: Positive
    power_kw: Positive
    discharge_kw: Positive | None = None
    inverter_kw: Positive | None = None
    charge_efficiency: Efficiency = 0.95
    discharge_efficiency: Efficiency = 0.95
    standing_loss: Annotated[float, Field(ge=0, lt=1)] = 0.0
    least: Share = 0.0
    most: Share = 1.0
    reserve: Share = 0.0
    wear_cost: NotNegative = 0.0
    ramp_kw_per_min: Annotated[float, Field(gt=0)] = math.inf
    follows_meter: bool = True

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if max(self.least, self.reserve) > self.most:
            raise ValueError("least and reserve must not be above most")
        return self

    def made(self) -> Battery:
        """As the planner takes it: a battery larger than its inverter has the inverter's power."""
        most = self.inverter_kw or math.inf
        return Battery(
            id=self.id,
            capacity=self.capacity_kwh,
            charge=min(self.power_kw, most),
            discharge=min(self.discharge_kw or self.power_kw, most),
            charge_efficiency=self.charge_efficiency,
            discharge_efficiency=self.discharge_efficiency,
            loss=self.standing_loss,
            least=self.least,
            most=self.most,
            reserve=self.reserve,
            wear=self.wear_cost,
            ramp=self.ramp_kw_per_min,
            follows=self.follows_meter,
        )


class ChargerTable(_DeviceTable):
    """`[[charger]]`: a charging point."""

    power_kw: Positive
    efficiency: Efficiency = 0.9
    minimum_kw: NotNegative = 0.0
    ramp_kw_per_min: Annotated[float, Field(gt=0)] = math.inf

    def made(self) -> Charger:
        """As the planner takes it."""
        return Charger(
            id=self.id,
            power=self.power_kw,
            efficiency=self.efficiency,
            minimum=self.minimum_kw,
            ramp=self.ramp_kw_per_min,
        )


class ShiftableTable(_DeviceTable):
    """`[[shiftable]]`: energy to be used each day within hours of the local clock."""

    power_kw: Positive
    energy_kwh: NotNegative
    hours: tuple[Clock, Clock] = (0, 1440)

    def made(self) -> Shiftable:
        """As the planner takes it."""
        return Shiftable(id=self.id, power=self.power_kw, energy=self.energy_kwh, hours=self.hours)


class LightingTable(_DeviceTable):
    """`[[lighting]]`: wanted in full within its hours, at least `least` of it; comfort for each kWh not given."""

    power_kw: Positive
    hours: tuple[tuple[Clock, Clock], ...] = ((0, 1440),)
    least: Share = 0.0
    comfort: NotNegative = 0.0
    illuminance_lx: NotNegative = 0.0
    required_lx: NotNegative = 0.0
    ramp_kw_per_min: Annotated[float, Field(gt=0)] = math.inf

    def made(self) -> Dimmable:
        """As the planner takes it."""
        return Dimmable(
            id=self.id,
            power=self.power_kw,
            illuminance=self.illuminance_lx,
            required=self.required_lx,
            comfort=self.comfort,
            ramp=self.ramp_kw_per_min,
        )


class _BufferTable(_DeviceTable):
    power_kw: Positive
    comfort: NotNegative = 1.0
    minimum_kw: NotNegative = 0.0
    on_minutes: NotNegative = 0.0
    off_minutes: NotNegative = 0.0
    ramp_kw_per_min: Annotated[float, Field(gt=0)] = math.inf

    def buffer(
        self,
        kind: Literal["tank", "fan", "zone"],
        *,
        retain: float,
        gain: float,
        band: tuple[float, float],
        limits: tuple[float, float],
    ) -> Buffer:
        """With what all buffers have."""
        return Buffer(
            id=self.id,
            kind=kind,
            power=self.power_kw,
            retain=retain,
            gain=gain,
            low=band[0],
            high=band[1],
            lowest=limits[0],
            highest=limits[1],
            comfort=self.comfort,
            minimum=self.minimum_kw,
            on_minutes=self.on_minutes,
            off_minutes=self.off_minutes,
            ramp=self.ramp_kw_per_min,
        )


class PumpTable(_BufferTable):
    """`[[pump]]`: fills a tank of some volume; `low` and `high` are shares of it, `use` m3 by hour of the local day."""

    volume_m3: Positive
    flow_m3_per_h: Positive
    low: Share = 0.3
    high: Share = 1.0
    lowest: Share = 0.1
    use_m3_per_h: Day

    def made(self, hours: float) -> Buffer:
        """As the planner takes it, for steps of some hours."""
        band = (self.low * self.volume_m3, self.high * self.volume_m3)
        limits = (min(self.lowest, self.low) * self.volume_m3, self.volume_m3)
        return self.buffer("tank", retain=1.0, gain=self.flow_m3_per_h / self.power_kw, band=band, limits=limits)


class FanTable(_BufferTable):
    """`[[fan]]`: keeps carbon monoxide in a garage below a bound, and plans for `target` of it."""

    volume_m3: Positive
    flow_m3_per_h: Positive
    bound_mg_per_m3: Positive
    target: Share = 0.8
    leakage_m3_per_h: NotNegative = 0.0
    emission_g_per_h: Day

    def made(self, hours: float) -> Buffer:
        """As the planner takes it: what a kWh removes is that at the bound, near which the plan has to be right."""
        retain = math.exp(-self.leakage_m3_per_h * hours / self.volume_m3)
        gain = -self.flow_m3_per_h / self.power_kw * self.bound_mg_per_m3 / self.volume_m3
        band = (0.0, self.target * self.bound_mg_per_m3)
        return self.buffer("fan", retain=retain, gain=gain, band=band, limits=(0.0, self.bound_mg_per_m3))


class ZoneTable(_BufferTable):
    """`[[zone]]`: a room of one node; resistance and capacity of its air and what it warms with it."""

    mode: Literal["heating", "cooling"]
    resistance_k_per_kw: Positive
    capacity_kwh_per_k: Positive
    cop: Positive
    low_degc: float
    high_degc: float
    lowest_degc: float = -math.inf
    highest_degc: float = math.inf
    gains_kw: Day = (0.0,) * 24

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low_degc >= self.high_degc:
            raise ValueError("low_degc must be below high_degc")
        return self

    def retain(self, hours: float) -> float:
        """Share of a difference to outside that is left after some hours."""
        return math.exp(-hours / (self.resistance_k_per_kw * self.capacity_kwh_per_k))

    def made(self, hours: float) -> Buffer:
        """As the planner takes it: the exact solution of one node over a step of constant heat."""
        retain, sign = self.retain(hours), 1.0 if self.mode == "heating" else -1.0
        gain = sign * self.cop * self.resistance_k_per_kw * (1.0 - retain) / hours
        return self.buffer(
            "zone",
            retain=retain,
            gain=gain,
            band=(self.low_degc, self.high_degc),
            limits=(min(self.lowest_degc, self.low_degc), max(self.highest_degc, self.high_degc)),
        )


class SiteTable(Table):
    """A site file."""

    id: Name
    zone: Zone = "UTC"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    step_minutes: Minutes = 15
    horizon_hours: Annotated[float, Field(gt=0, le=24 * 14)] = 24.0
    carbon_cap_kg: Limit = math.inf
    charging_limit_kw: Limit = math.inf
    grid: GridTable = GridTable()
    tariff: TariffTable
    meters: MetersTable = MetersTable()
    weights: WeightsTable = WeightsTable()
    netting: NettingTable = NettingTable()
    building: tuple[BuildingTable, ...] = ()
    pv: tuple[PvTable, ...] = ()
    battery: tuple[BatteryTable, ...] = ()
    charger: tuple[ChargerTable, ...] = ()
    shiftable: tuple[ShiftableTable, ...] = ()
    lighting: tuple[LightingTable, ...] = ()
    pump: tuple[PumpTable, ...] = ()
    fan: tuple[FanTable, ...] = ()
    zone_air: Annotated[tuple[ZoneTable, ...], Field(alias="room")] = ()

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [one.id for one in (*self.devices, *self.building)]
        if twice := sorted({name for name in names if names.count(name) > 1} | (RESERVED & set(names))):
            what = "ids of devices and buildings differ, and none is 'grid', 'load' or 'common'"
            raise ValueError(f"{what}; found more than once: {', '.join(twice)}")
        return self

    @model_validator(mode="after")
    def _buildings_are_there(self) -> Self:
        known = {"", *(one.id for one in self.building)}
        if lost := sorted({f"'{one.building}' of '{one.id}'" for one in self.devices if one.building not in known}):
            raise ValueError(f"a device's building is the id of a [[building]]; unknown: {', '.join(lost)}")
        if not self.building and "building" in (self.netting.energy, self.netting.carbon):
            raise ValueError("netting by building needs [[building]] tables")
        return self

    @property
    def devices(self) -> tuple[_DeviceTable, ...]:
        """All tables of devices."""
        loads = (*self.charger, *self.shiftable, *self.lighting)
        return (*self.pv, *self.battery, *loads, *self.pump, *self.fan, *self.zone_air)

    def inside(self, building: str) -> frozenset[str]:
        """Ids of the devices of a building."""
        return frozenset(one.id for one in self.devices if one.building == building)
