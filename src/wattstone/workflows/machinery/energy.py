"""What energy costs and emits where machines stand: prices by the clock, the month's peak, fuel, and carbon."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from wattstone.base import Finding, InputRefused, NotComputable
from wattstone.rates.tariffs import Band, Tariff, read_tariffs
from wattstone.workflows.machinery.files import Efficiency, NotNegative, Number, Source, Table
from wattstone.workflows.workspace import Workspace

Floats = NDArray[np.float64]

__all__ = ["Carbon", "Energy", "EnergyTable", "accepted", "energy_of"]

YEAR = 2023  # of typical days: a common year that begins on a Sunday


class FuelTable(Table):
    """`[energy.fuel]`: what heat is made of where machines do not give it.

    Price, carbon and efficiency are per kWh of fuel on the heating value that `basis` names. Natural gas emits 0.183 kg
    CO2e on the higher one, 0.203 on the lower one (UK Government GHG Conversion Factors 2025).
    """

    price: NotNegative
    carbon_kg_per_kwh: NotNegative
    basis: Literal["lower", "higher"] = "higher"
    efficiency: Efficiency = 0.9
    source: Source


class EnergyTable(Table):
    """`[energy]`: what electricity costs and emits.

    Price: `price`, or `bands` as in a tariff file, or `tariffs`, files of tariffs. Carbon: `carbon_kg_per_kwh` with
    `carbon_source`, or the published factor of `country` (and `region`) of a `year`.
    """

    price: Number | None = None
    bands: tuple[Band, ...] = ()
    tariffs: tuple[str, ...] = ()
    demand_charge: NotNegative = 0.0
    carbon_price: NotNegative = 0.0
    carbon_kg_per_kwh: NotNegative | None = None
    carbon_source: str = ""
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    region: str | None = None
    year: int | None = Field(default=None, ge=1990, le=2100)
    fuel: FuelTable | None = None

    @model_validator(mode="after")
    def _one_price(self) -> Self:
        if (self.price is not None) + bool(self.bands) + bool(self.tariffs) != 1:
            raise ValueError("give `price`, or `bands`, or `tariffs`, and one of them alone")
        return self

    @model_validator(mode="after")
    def _one_carbon(self) -> Self:
        own, published = self.carbon_kg_per_kwh is not None, self.country is not None or self.region is not None
        if own == published:
            raise ValueError("give `carbon_kg_per_kwh` with `carbon_source`, or `country` or `region` with `year`")
        if own and not self.carbon_source:
            raise ValueError("`carbon_source` says where `carbon_kg_per_kwh` is written")
        if published and self.year is None:
            raise ValueError("`year` says of which year the published factor is to be")
        return self


@dataclass(frozen=True, kw_only=True)
class Carbon:
    """What a kWh of electricity emits.

    Parameters
    ----------
    value : float
        [kg kWh-1]
    unit : str
        `kg CO2e`, or `kg CO2` where the source has no more.
    source : str
        Where it is written.
    id : str or None
        Of the published factor.
    evidence : mapping
        Of the factor, by `factor:ID`; empty where the file states the value.
    """

    value: float
    unit: str
    source: str
    id: str | None = None
    evidence: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])


@dataclass(frozen=True, kw_only=True, eq=False)
class Energy:
    """Prices and carbon of a place.

    Parameters
    ----------
    table : EnergyTable
        As declared.
    currency, zone : str
        Of its money and its clock.
    tariffs : tuple of Tariff
        That hold the prices.
    carbon : Carbon
        Of electricity.
    """

    table: EnergyTable
    currency: str
    zone: str
    tariffs: tuple[Tariff, ...]
    carbon: Carbon

    def prices(self, start: datetime, steps: int, hours: float) -> Floats:
        """Price of electricity in each step.

        Parameters
        ----------
        start : datetime
            Naive UTC.
        steps : int
            How many.
        hours : float
            Length of a step. [h]

        Returns
        -------
        (t,) array
            [currency kWh-1]

        Raises
        ------
        InputRefused
            Where no tariff holds.
        """
        from wattstone.rates.costs import energy_cost

        micros = round(hours * 3_600_000_000)
        starts = np.datetime64(start, "us") + np.arange(steps) * np.timedelta64(micros, "us")
        found = np.full(steps, np.nan)
        for tariff in self.tariffs:
            cost = energy_cost(tariff, starts, np.ones(steps)).to_numpy().astype(np.float64)
            found = np.where(np.isnan(found), cost, found)
        if np.isnan(found).any():
            raise InputRefused([_no_price(starts[np.isnan(found)][0])])
        return found

    def by_hour(self) -> Floats:
        """Mean price at each hour of the local clock over a year, for typical days: (24,) array. [currency kWh-1]"""
        year = self.table.year or YEAR
        covering = [one for one in self.tariffs if one.covers(date(year, 7, 1))]
        year = year if covering else self.tariffs[0].valid_from.year
        from zoneinfo import ZoneInfo

        first = datetime(year, 1, 1, tzinfo=ZoneInfo(self.zone)).astimezone(UTC).replace(tzinfo=None)
        prices = self.prices(first, 8760, 1.0)
        local = [
            (first + timedelta(hours=step)).replace(tzinfo=UTC).astimezone(ZoneInfo(self.zone)).hour
            for step in range(8760)
        ]
        return np.bincount(local, weights=prices, minlength=24) / np.bincount(local, minlength=24)


def energy_of(
    table: EnergyTable,
    folder: Path,
    *,
    currency: str,
    zone: str,
    gwp_set: str = "AR5",
    exceptions: frozenset[str] = frozenset(),
) -> Energy:
    """Prices and carbon as a file declares them.

    Parameters
    ----------
    table : EnergyTable
        `[energy]` of the file.
    folder : Path
        To which names of tariff files are relative.
    currency, zone : str
        Of the file.
    gwp_set : str
        For published factors that come gas by gas.
    exceptions : frozenset of str
        Ids of factors of lesser confidence that the workspace has accepted.

    Returns
    -------
    Energy

    Raises
    ------
    InputRefused
        If a tariff cannot be read or is in another currency, or there is no published factor.
    """
    wrong: list[Finding] = []
    tariffs: tuple[Tariff, ...] = ()
    try:
        tariffs = read_tariffs([folder / name for name in table.tariffs]) or (_own_tariff(table, currency, zone),)
    except InputRefused as error:
        wrong += error.findings
    wrong += [_currency(one, currency) for one in tariffs if one.currency != currency]
    carbon = _carbon(table, gwp_set, exceptions, wrong)
    if carbon is None or wrong:
        raise InputRefused(wrong)
    return Energy(table=table, currency=currency, zone=zone, tariffs=tariffs, carbon=carbon)


def _own_tariff(table: EnergyTable, currency: str, zone: str) -> Tariff:
    return Tariff(
        id="energy",
        kind="electricity",
        currency=currency,
        zone=zone,
        valid_from=date(1970, 1, 1),
        source="the file",
        bands=table.bands or (Band(name="all", rate=table.price or 0.0),),
    )


def _carbon(table: EnergyTable, gwp_set: str, exceptions: frozenset[str], wrong: list[Finding]) -> Carbon | None:
    if table.carbon_kg_per_kwh is not None:
        return Carbon(value=table.carbon_kg_per_kwh, unit="kg CO2e", source=table.carbon_source)
    from wattstone.rates import load_factors
    from wattstone.rates.lookup import electricity_factor
    from wattstone.rates.one_set import in_one_set
    from wattstone.workflows.inventory.compute import factor_evidence

    assert table.year is not None
    try:
        found = in_one_set(
            electricity_factor(
                load_factors(),
                region=table.region,
                country=table.country,
                year=table.year,
                gwp_set=gwp_set,
                exceptions=exceptions,
            ),
            gwp_set,
            exceptions,
        )
    except NotComputable as error:
        wrong.append(_no_factor(str(error)))
        return None
    part = found.parts[0]
    evidence = {f"factor:{found.id}": factor_evidence(found)}
    return Carbon(value=found.value, unit=found.unit, source=f"{part.source}", id=found.id, evidence=evidence)


def _no_price(moment: np.datetime64) -> Finding:
    return Finding(
        code="machinery.price",
        place="energy",
        found="no tariff holds at {moment}Z",
        expected="a price for each step",
        remedy="add a tariff that covers the time, or write `price`",
        params={"moment": str(moment)[:16]},
    )


def _currency(tariff: Tariff, currency: str) -> Finding:
    return Finding(
        code="machinery.currency",
        place=f"energy, tariff '{tariff.id}'",
        found="it is in {own}, the file in {currency}",
        expected="one currency",
        remedy="give prices in one currency: nothing is converted",
        params={"own": tariff.currency, "currency": currency},
    )


def _no_factor(why: str) -> Finding:
    return Finding(
        code="machinery.factor",
        place="energy",
        found="there is no published factor: {why}",
        expected="a factor for the place and the year",
        remedy="correct country, region or year, or write `carbon_kg_per_kwh` and `carbon_source`",
        params={"why": why},
    )


def accepted(workspace: Workspace | None) -> frozenset[str]:
    """Ids of the factors of lesser confidence that a workspace has accepted."""
    return frozenset() if workspace is None else frozenset(one.factor_id for one in workspace.records.exceptions())
