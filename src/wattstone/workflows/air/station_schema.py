"""The declaration of a station file: what may stand in it, in which unit and within which limits.

Example::

    id = "works-air"
    zone = "Europe/Berlin"
    currency = "EUR"

    [network]
    pressure_bar = 6.8
    least_pressure_bar = 5.8
    storage_m3 = 8

    [[compressor]]
    name = "C1"
    control = "load_unload"
    flow_m3_per_min = 20
    power_kw = 125
    pressure_bar = 7.5

    [energy]
    price = 0.18
    country = "DE"
    year = 2022

    [log]
    file = "log.csv"
    power = { C1 = "C1 [kW]" }
    pressure = "header [bar]"
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from wattstone.equipment.air.compressor import Compressor, Control, Cooling, Kind
from wattstone.equipment.air.dryer import Dryer, DryerKind
from wattstone.equipment.air.inlet import Inlet
from wattstone.equipment.air.station import Sequencer, Station
from wattstone.workflows.machinery.energy import EnergyTable
from wattstone.workflows.machinery.files import (
    Currency,
    Name,
    NotNegative,
    Number,
    Positive,
    Share,
    Table,
    Zone,
)

__all__ = ["DayTypeTable", "LogTable", "ModificationTable", "NetworkTable", "StationTable"]

Pairs = tuple[tuple[Number, Number], ...]
Hours = Annotated[tuple[NotNegative, ...], Field(min_length=24, max_length=24)]


class NetworkTable(Table):
    """`[network]`: pressures are gauge; `leaks_m3_per_min` is free air at `pressure_bar`, from the log if left out.

    `sequencer` is found from the log if left out, as the rule that comes nearest to the meters of the machines.
    `start_cost` of a motor's start, and `least_run_h` that it runs and rests at least, hold for plans of the machines.
    """

    pressure_bar: Positive
    band_bar: Positive = 0.7
    least_pressure_bar: Positive | None = None
    storage_m3: NotNegative
    drop_bar: NotNegative = 0.0
    artificial: Share = 0.0
    leaks_m3_per_min: NotNegative | None = None
    sequencer: Sequencer | None = None
    start_cost: NotNegative = 0.0
    least_run_h: NotNegative = 0.5


class InletTable(Table):
    """`[inlet]`: the air at the intake; `pressure_bar_abs` is absolute."""

    temperature_c: Number = 20.0
    pressure_bar_abs: Positive = 1.0
    humidity: Share = 0.0

    def made(self) -> Inlet:
        """As the physics takes it."""
        return Inlet(temperature=self.temperature_c, pressure=self.pressure_bar_abs, humidity=self.humidity)


class DryerTable(Table):
    """`[dryer]`."""

    kind: DryerKind
    flow_m3_per_min: Positive
    power_kw: NotNegative = 0.0
    purge: Share = 0.0
    drop_bar: NotNegative = 0.0
    dew_point_c: Number | None = None
    by_dew_point: bool = False

    def made(self) -> Dryer:
        """As the physics takes it."""
        return Dryer(
            kind=self.kind,
            flow=self.flow_m3_per_min,
            power=self.power_kw,
            purge=self.purge,
            drop=self.drop_bar,
            dew_point=self.dew_point_c,
            by_dew_point=self.by_dew_point,
        )


class CompressorTable(Table):
    """`[[compressor]]`: flow is free air of ISO 1217 at full load and `pressure_bar`; power is of the package."""

    name: Name
    control: Control
    flow_m3_per_min: Positive
    power_kw: Positive
    pressure_bar: Positive
    kind: Kind = "screw"
    oil_free: bool = False
    stages: Annotated[int, Field(ge=1, le=6)] = 1
    cooling: Cooling = "air"
    most_pressure_bar: Positive | None = None
    most_power_kw: Positive | None = None
    idle_power_kw: NotNegative | None = None
    throttled_power: NotNegative | None = None
    unload_at: Share | None = None
    unload_pressure_bar: Positive | None = None
    least_flow: Share | None = None
    least_power_kw: NotNegative | None = None
    middle_flow: Share | None = None
    middle_power_kw: NotNegative | None = None
    modulation_band_bar: Positive | None = None
    blowdown_s: NotNegative | None = None
    reload_s: NotNegative | None = None
    sump_pressure_bar: NotNegative = 1.0342
    heat_share: Share | None = None
    points: Pairs = ()
    pressures: Pairs = ()

    def made(self) -> Compressor:
        """As the physics takes it."""
        return Compressor(
            name=self.name,
            control=self.control,
            flow=self.flow_m3_per_min,
            power=self.power_kw,
            pressure=self.pressure_bar,
            kind=self.kind,
            oil_free=self.oil_free,
            stages=self.stages,
            cooling=self.cooling,
            most_pressure=self.most_pressure_bar,
            most_power=self.most_power_kw,
            idle_power=self.idle_power_kw,
            throttled_power=self.throttled_power,
            unload_at=self.unload_at,
            unload_pressure=self.unload_pressure_bar,
            least_flow=self.least_flow,
            least_power=self.least_power_kw,
            middle_flow=self.middle_flow,
            middle_power=self.middle_power_kw,
            band=self.modulation_band_bar,
            blowdown=self.blowdown_s,
            reload=self.reload_s,
            sump_pressure=self.sump_pressure_bar,
            heat_share=self.heat_share,
            points=self.points,
            pressures=self.pressures,
        )


class LogTable(Table):
    """`[log]`: a file, or meters of the workspace, and which of its columns says what.

    `power`, `current` and `loaded` name a column for each compressor; `dryer` and `production` are columns too. Flow is
    in `flow_unit` at the reference `flow_reference`; pressure in `pressure_unit`, gauge unless `pressure_absolute`.
    With `meters`, `power` names meters of the workspace in place of columns, and no file is read.
    """

    file: Name | None = None
    zone: Zone | None = None
    meters: bool = False
    power: dict[str, Name] = Field(default_factory=dict[str, Name])
    current: dict[str, Name] = Field(default_factory=dict[str, Name])
    loaded: dict[str, Name] = Field(default_factory=dict[str, Name])
    power_unit: Literal["kW", "W", "MW"] = "kW"
    volts: Positive = 400.0
    power_factor: Share = 0.85
    flow: Name | None = None
    flow_unit: Literal["m3/min", "m3/h", "m3/s", "l/s", "l/min", "cfm"] = "m3/min"
    flow_reference: Literal["iso_1217", "din_1343", "us_standard", "cagi_standard", "inlet"] = "iso_1217"
    pressure: Name | None = None
    pressure_unit: Literal["bar", "kPa", "MPa", "psi"] = "bar"
    pressure_absolute: bool = False
    dryer: Name | None = None
    production: Name | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.file is None) == (not self.meters):
            raise ValueError("give `file`, or `meters = true` for meters of the workspace")
        if not (self.power or self.current):
            raise ValueError("`power` or `current` names a column for each compressor")
        return self


class CalendarTable(Table):
    """`[calendar]`: local days; `closed` are hours without production as (weekday 1 to 7, from hour, to hour)."""

    year: Annotated[int, Field(ge=1990, le=2100)] | None = None
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    holidays: tuple[date, ...] = ()
    breaks: tuple[tuple[date, date], ...] = ()
    closed: tuple[tuple[Annotated[int, Field(ge=1, le=7)], NotNegative, NotNegative], ...] = ()


class DayTypeTable(Table):
    """`[[day_type]]`: 24 hours of a kind of day in place of a log: mean power of each compressor, flow, pressure."""

    name: Name
    days: Annotated[float, Field(gt=0, le=366)]
    power_kw: dict[str, Hours]
    flow_m3_per_min: Hours | None = None
    pressure_bar: Hours | None = None


class ModificationTable(Table):
    """`[[modification]]`: what could be done, how much of it, and what it costs.

    `size` is bar for `pressure` and `filter`, a share for `leaks`, `heat` and `shutdown`, m3 for `storage`, K for
    `intake`, below 0 where a pressure, a loss or a temperature rises; the others are done (1) or not (0). `hours` are
    (weekday 1 to 7, from hour, to hour) on the local clock.
    """

    name: Name
    kind: Literal[
        "pressure",
        "leaks",
        "storage",
        "trim",
        "replacement",
        "sequencing",
        "intake",
        "filter",
        "dryer",
        "heat",
        "shutdown",
    ]
    size: Number = 1.0
    cost: NotNegative = 0.0
    compressor: CompressorTable | None = None
    replaces: Name | None = None
    sequencer: Literal["cascade", "target", "optimal"] = "optimal"
    band_bar: Positive | None = None
    heat_demand_kw: NotNegative | Hours | None = None
    hours: tuple[tuple[Annotated[int, Field(ge=1, le=7)], NotNegative, NotNegative], ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        needs = {"trim": ("compressor",), "replacement": ("compressor", "replaces"), "shutdown": ("hours",)}
        if self.size < 0 and self.kind not in ("pressure", "intake", "filter"):
            raise ValueError(f"a size of 0 or more; the other way round there is no {self.kind}")
        if lacking := [name for name in needs.get(self.kind, ()) if not getattr(self, name)]:
            raise ValueError(f"a modification of kind {self.kind} needs {' and '.join(lacking)}")
        return self


class StationTable(Table):
    """A station file."""

    id: Annotated[str, Field(pattern=r"^[\w.-]+$")]
    name: str | None = None
    zone: Zone = "UTC"
    currency: Currency = "EUR"
    simulated: bool = False
    site: Name | None = None
    meters: tuple[Name, ...] = ()
    network: NetworkTable
    inlet: InletTable = InletTable()
    dryer: DryerTable | None = None
    compressor: Annotated[tuple[CompressorTable, ...], Field(min_length=1)]
    energy: EnergyTable
    log: LogTable | None = None
    calendar: CalendarTable = CalendarTable()
    day_type: tuple[DayTypeTable, ...] = ()
    modification: tuple[ModificationTable, ...] = ()

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        for what, names in (
            ("compressors", [one.name for one in self.compressor]),
            ("modifications", [one.name for one in self.modification]),
            ("day types", [one.name for one in self.day_type]),
        ):
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"names of {what} differ; found more than once: {', '.join(twice)}")
        return self

    @model_validator(mode="after")
    def _one_profile(self) -> Self:
        if (self.log is None) == (not self.day_type):
            raise ValueError("give a [log], or [[day_type]] tables, and not both")
        known = {one.name for one in self.compressor}
        said = [] if self.log is None else [*self.log.power, *self.log.current, *self.log.loaded]
        said += [name for one in self.day_type for name in one.power_kw]
        if lost := sorted(set(said) - known):
            raise ValueError(f"no [[compressor]] has the name {', '.join(lost)}; there are {', '.join(sorted(known))}")
        return self

    @model_validator(mode="after")
    def _heat_stands_for_fuel(self) -> Self:
        if self.energy.fuel is None and any(one.kind == "heat" for one in self.modification):
            raise ValueError("a modification of kind heat needs [energy.fuel]: the fuel that its heat stands in for")
        return self

    @model_validator(mode="after")
    def _replaced_are_there(self) -> Self:
        known = {one.name for one in self.compressor}
        if lost := sorted({one.replaces for one in self.modification if one.replaces} - known):
            raise ValueError(f"a modification replaces {', '.join(lost)}; there are {', '.join(sorted(known))}")
        return self

    def made(self) -> Station:
        """As the physics takes it; without leaks where the file has none."""
        network = self.network
        return Station(
            name=self.name or self.id,
            compressors=tuple(one.made() for one in self.compressor),
            storage=network.storage_m3,
            pressure=network.pressure_bar,
            band=network.band_bar,
            least_pressure=network.least_pressure_bar,
            dryer=None if self.dryer is None else self.dryer.made(),
            leaks=network.leaks_m3_per_min or 0.0,
            artificial=network.artificial,
            inlet=self.inlet.made(),
            drop=network.drop_bar,
            sequencer=network.sequencer or "cascade",
        )
