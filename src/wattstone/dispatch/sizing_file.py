"""Reads what may be built and what it costs: a file without hidden defaults, each table with its source.

Example::

    draws = 400
    tried_weeks = 8

    [money]
    years = 20
    discount_rate = 0.05
    source = "the company's rate for buildings, 2024"

    [pv]
    like = "roof"               # new PV does for each kW as this system of the site file; or a table [pv.model]
    kw = [50, 100, 150]
    cost_per_kw = 4000
    running_per_kw = 40
    life_years = 25
    fade = 0.005
    source = "three offers of May 2024"

    [storage]
    kwh = [100, 200]
    hours = [2, 4]
    cost_per_kw = 300
    cost_per_kwh = 1000
    running_per_kwh = 10
    life_years = 12
    fade = 0.02
    charge_efficiency = 0.95
    discharge_efficiency = 0.95
    wear_cost = 0.0
    reserve = 0.1
    source = "data sheet of the offer"

    [[scenario]]
    name = "prices stay"
    source = "assumption"
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from wattstone.base import Finding, InputRefused
from wattstone.dispatch.site import Battery
from wattstone.dispatch.sizing_money import Costs, Economics, Scenario
from wattstone.dispatch.sizing_year import Option, options_of

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SizingTable", "read_sizing"]

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, lt=1)]
Efficiency = Annotated[float, Field(gt=0, le=1)]
Growth = Annotated[float, Field(gt=-1, lt=1)]
Source = Annotated[str, Field(min_length=1)]
Sizes = Annotated[tuple[NotNegative, ...], Field(min_length=1)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MoneyTable(_Table):
    """`[money]`."""

    years: Annotated[int, Field(ge=1, le=60)]
    discount_rate: Annotated[float, Field(gt=-0.5, lt=1)]
    source: Source


class PvModelTable(_Table):
    """`[pv.model]`: new PV where none is metered, for each kW of its modules.

    `clear_sky_share` is what of a clear sky's output is fed on the mean of the year; it is needed where the workspace
    has no irradiance, and not used where it has.
    """

    tilt_deg: Annotated[float, Field(ge=0, le=90)]
    azimuth_deg: Annotated[float, Field(ge=0, le=360)]
    inverter_share: Annotated[float, Field(gt=0, le=2)]
    inverter_efficiency: Efficiency
    losses: Share
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    clear_sky_share: Efficiency | None = None
    source: Source


class PvCostTable(_Table):
    """`[pv]`: sizes to look at beside what is there, what new PV is like, and what a kW costs.

    Either `like`, a metered system of the site file, or `model`.
    """

    like: Annotated[str, Field(min_length=1)] | None = None
    model: PvModelTable | None = None
    kw: Sizes
    cost_per_kw: NotNegative
    running_per_kw: NotNegative
    life_years: Annotated[float, Field(ge=1)]
    fade: Share
    source: Source

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.like is None) == (self.model is None):
            raise ValueError("give `like`, the id of a metered system, or a table [pv.model], and not both")
        return self


class StorageCostTable(_Table):
    """`[storage]`: sizes and durations to look at, what they cost, and the machine."""

    kwh: Sizes
    hours: Annotated[tuple[Positive, ...], Field(min_length=1)]
    cost_per_kw: NotNegative
    cost_per_kwh: NotNegative
    running_per_kwh: NotNegative
    life_years: Annotated[float, Field(ge=1)]
    fade: Share
    charge_efficiency: Efficiency
    discharge_efficiency: Efficiency
    wear_cost: NotNegative
    reserve: Share
    source: Source


class ScenarioTable(_Table):
    """`[[scenario]]`: growth of prices and of the grid's emissions in a year; 0 is no growth."""

    name: Annotated[str, Field(min_length=1)]
    source: Source
    import_growth: Growth = 0.0
    export_growth: Growth = 0.0
    demand_growth: Growth = 0.0
    intensity_growth: Growth = 0.0


class SizingTable(_Table):
    """The whole file."""

    draws: Annotated[int, Field(ge=20, le=10_000)]
    tried_weeks: Annotated[int, Field(ge=2, le=52)]
    money: MoneyTable
    pv: PvCostTable
    storage: StorageCostTable
    scenario: Annotated[tuple[ScenarioTable, ...], Field(min_length=1)]

    @property
    def options(self) -> tuple[Option, ...]:
        """All options, nothing first."""
        return options_of(self.pv.kw, self.storage.kwh, self.storage.hours)

    @property
    def battery(self) -> Battery:
        """The storage as a machine; its size is a stand-in."""
        one = self.storage
        return Battery(
            id="storage", capacity=1.0, charge=1.0, discharge=1.0, charge_efficiency=one.charge_efficiency,
            discharge_efficiency=one.discharge_efficiency, wear=one.wear_cost, reserve=one.reserve,
        )  # fmt: skip

    @property
    def economics(self) -> Economics:
        """Money over years."""
        pv, storage = self.pv, self.storage
        return Economics(
            years=self.money.years,
            discount=self.money.discount_rate,
            source=self.money.source,
            pv=Costs(
                per_kw=pv.cost_per_kw, per_kwh=0.0, running=pv.running_per_kw, life=pv.life_years, fade=pv.fade,
                source=pv.source,
            ),
            storage=Costs(
                per_kw=storage.cost_per_kw, per_kwh=storage.cost_per_kwh, running=storage.running_per_kwh,
                life=storage.life_years, fade=storage.fade, source=storage.source,
            ),
        )  # fmt: skip

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """Courses of prices."""
        return tuple(
            Scenario(
                name=one.name, source=one.source, bought=one.import_growth, sold=one.export_growth,
                demand=one.demand_growth, intensity=one.intensity_growth,
            )
            for one in self.scenario
        )  # fmt: skip


def read_sizing(path: Path) -> SizingTable:
    """Read a file of sizes and costs.

    Parameters
    ----------
    path : Path
        TOML.

    Returns
    -------
    SizingTable

    Raises
    ------
    InputRefused
        With every finding; a number or a source that is missing is one.
    """
    try:
        return SizingTable.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except ValidationError as error:
        found = [(".".join(map(str, one["loc"])), one["type"], one["msg"]) for one in error.errors()]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        found = [("", "unreadable", str(error))]
    raise InputRefused(
        [
            Finding(
                code="dispatch.sizing",
                place=f"{path.name}, {where}" if where else path.name,
                found="it is not there" if kind == "missing" else "its value cannot be used",
                expected="{message}",
                remedy="put it in with its source: nothing is assumed in its place",
                params={"message": message.removeprefix("Value error, ")},
            )
            for where, kind, message in found
        ]
    )
