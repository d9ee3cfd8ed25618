"""What a kWh costs and emits at each hour, by meter, from the tariffs, factors and intensities of a workspace."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.base import Period
from wattstone.detection.view import Days
from wattstone.detection.worth import Rates
from wattstone.inventory.attribution import Attribution
from wattstone.inventory.plan import Plan, Stream
from wattstone.rates import EmissionFactor
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

QUARTERS = 4


@dataclass(frozen=True)
class Demand:
    """What a site pays for each kW of a month's highest mean power, and in which currency, by its site file."""

    charge: float
    currency: str
    file: str
    sha256: str

    @property
    def evidence(self) -> tuple[str, dict[str, Any]]:
        """Its id and content for figures that rest on it."""
        about = {"file": self.file, "sha256": self.sha256, "demand_charge": self.charge, "currency": self.currency}
        return f"demand:{self.sha256[:20]}", {"kind": "demand", "measures": "electricity", **about}


def demand_charges(workspace: Workspace) -> dict[str, Demand]:
    """The demand charges of the sites that have a site file with one.

    Parameters
    ----------
    workspace : Workspace
        With `sites/ID.toml`, as `wattstone dispatch init` makes them.

    Raises
    ------
    InputRefused
        If a site file cannot be read.
    """
    found: dict[str, Demand] = {}
    for path in sorted((workspace.root / "sites").glob("*.toml")):
        from wattstone.dispatch.site_file import read_site

        table = read_site(path).table
        if table.grid.demand_charge > 0:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            found[path.stem] = Demand(table.grid.demand_charge, table.currency, f"sites/{path.name}", digest)
    return found


@dataclass(frozen=True)
class Worth:
    """Price and intensity series of a plan over some days, and who pays and emits by which.

    Parameters
    ----------
    price : (p, d, 24) array of float32
        By account. [currency kWh-1]
    paid : (p, d, 24) array of float32
        For energy fed in, by account; NaN where no export rate is known. [currency kWh-1]
    currencies : tuple of str
        By account.
    accounts : dict of tuple to int
        Account by kind and site; a site of "" is every other one.
    intensity : (r, d, 24) array of float32
        By grid. [kg kWh-1]
    attribution : Attribution
        Yearly factors by meter.
    plan : Plan
        Whose.
    demand : mapping of str to Demand
        What sites pay for their monthly peak.
    """

    price: npt.NDArray[np.float32]
    paid: npt.NDArray[np.float32]
    currencies: tuple[str, ...]
    accounts: dict[tuple[str, str], int]
    intensity: npt.NDArray[np.float32]
    attribution: Attribution
    plan: Plan
    demand: Mapping[str, Demand]

    def rates(self, streams: Sequence[Stream]) -> Rates:
        """The rates of some meters. What a PV system does not make is bought, at the price and factor of the grid."""
        mains = {one.site.id: one for one in self.plan.streams if one.role == "grid" and one.meter.parent_id is None}
        paying = [mains.get(one.site.id, one) if one.role == "generation" else one for one in streams]
        regions = {name: at for at, name in enumerate(self.plan.regions)}

        def grid(one: Stream) -> int:
            region = self.plan.region_of(one.site)
            return regions[region] if one.role == "grid" and region is not None else -1

        return Rates(
            price=self.price,
            price_of=np.array([self._account(one) for one in paying], dtype=np.int64),
            currencies=self.currencies,
            factor=np.array([self._factor(one) for one in paying], dtype=np.float64),
            intensity=self.intensity,
            intensity_of=np.array([grid(one) for one in paying], dtype=np.int64),
            paid=self.paid,
            demand=np.array([self._charge(mains.get(site)) for site in {one.site.id: 0 for one in streams}]),
        )

    def _charge(self, main: Stream | None) -> float:
        """For each kW of a month's peak; 0 where it is in another currency than the tariff of the main meter."""
        if main is None or main.site.id not in self.demand:
            return 0.0
        account, demand = self._account(main), self.demand[main.site.id]
        return demand.charge if account >= 0 and self.currencies[account] == demand.currency else 0.0

    def _account(self, one: Stream) -> int:
        own = self.accounts.get((one.kind, one.site.id))
        return self.accounts.get((one.kind, ""), -1) if own is None else own

    def _factor(self, one: Stream) -> float:
        answer = self.attribution.factors.get(one.meter.id)
        return answer.value if isinstance(answer, EmissionFactor) and answer.per == one.unit else float("nan")


def worth_of(
    plan: Plan,
    days: Days,
    intensity: dict[str, pl.DataFrame],
    attribution: Attribution,
    demand: Mapping[str, Demand],
) -> Worth:
    """Lay prices and intensities over the days.

    Parameters
    ----------
    plan : Plan
        With tariffs and regions.
    days : Days
        The span.
    intensity : dict of str to polars.DataFrame
        By region: columns start, value.
    attribution : Attribution
        Yearly factors.
    demand : mapping of str to Demand
        What sites pay for their monthly peak.
    """
    begin = days.start.astype("datetime64[us]").item()
    span = Period(begin, begin + timedelta(hours=int(days.hour.max()) + 1))
    clock = plan.clocks([span], intensity)[0]
    hours = len(clock.months[0]) // QUARTERS
    prices = clock.prices.reshape(len(plan.accounts), hours, QUARTERS).mean(axis=2).astype(np.float32)
    unpaid = np.full_like(clock.prices, np.nan) if clock.paid is None else clock.paid
    paid = unpaid.reshape(len(plan.accounts), hours, QUARTERS).mean(axis=2).astype(np.float32)
    currency = {tariff.kind: tariff.currency for tariff in reversed(plan.tariffs)}
    return Worth(
        price=_laid(days, prices),
        paid=_laid(days, paid),
        currencies=tuple(currency.get(kind, plan.organisation.currency) for kind, _ in plan.accounts),
        accounts={account: at for at, account in enumerate(plan.accounts)},
        intensity=_laid(days, clock.intensity.astype(np.float32)),
        attribution=attribution,
        plan=plan,
        demand=demand,
    )


def _laid(days: Days, hours: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    if not hours.size:
        return np.zeros((0, *days.hour.shape), dtype=np.float32)
    return days.lay(hours, np.nan).astype(np.float32, copy=False)


def intensity_of(lake: Lake, year: int, version: int | None = None) -> dict[str, pl.DataFrame]:
    """Hourly intensities by region of the grids that have any in the year."""
    held = lake.scan("intensity", parts=[year - 1, year, year + 1], version=version)
    if held is None:
        return {}
    rows = held.collect().sort("region", "start")
    inside = rows.filter(pl.col("start").dt.year() == year)["region"].unique()
    return {str(name): rows.filter(pl.col("region") == name).select("start", "value") for name in sorted(inside)}
