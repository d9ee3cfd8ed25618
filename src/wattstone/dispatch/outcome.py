"""What came of a way of running a site: its powers and states, and what they add up to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl

    from wattstone.dispatch.outlook import Outlook
    from wattstone.dispatch.realise import Done
    from wattstone.dispatch.site import Site

Floats = NDArray[np.float64]

__all__ = ["Backtest", "day_numbers", "month_numbers", "window"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Backtest:
    """What came of a way of running a site.

    Parameters
    ----------
    name : str
        Of the way.
    site : Site
        The site.
    truth : Outlook
        What happened.
    done : Done
        Powers and states of every step.
    months : (t,) array of int
        Number of the local month of each step, from the first.
    plans, relaxed, safe : int
        How many plans were made; how many of them had to give way, or fell back.
    objective_error : float
        Largest relative difference between an objective and the cost of its schedule.
    """

    name: str
    site: Site
    truth: Outlook
    done: Done
    months: NDArray[np.int64]
    plans: int = 0
    relaxed: int = 0
    safe: int = 0
    objective_error: float = 0.0

    @property
    def peaks(self) -> Floats:
        """Highest import of each month. (months,) [kW]"""
        peaks = np.zeros(int(self.months[-1]) + 1)
        np.maximum.at(peaks, self.months, self.done.net)
        return peaks

    def totals(self) -> dict[str, float]:
        """The period in numbers.

        Returns
        -------
        dict of str to float
            `energy` (import less export), `demand` (monthly peaks), `wear`, `comfort`, `cost` (their sum, without
            weights) [currency]; `carbon` of import [kg CO2e]; `peak` [kW]; `import`, `export`, `pv`, `unserved` [kWh];
            `self_consumption` (share of what PV fed that stayed at the site), `left` (change of the stored energy)
            [kWh].
        """
        done, hours = self.done, self.truth.hours
        bought, sold = np.maximum(done.net, 0.0), np.maximum(-done.net, 0.0)
        energy, carbon = (float(one.sum()) for one in self.settled())
        demand = self.site.grid.demand_charge * float(self.peaks.sum())
        wear = hours * float(
            sum(b.wear * np.abs(p).sum() for b, p in zip(self.site.batteries, done.battery, strict=True))
        )
        fed = hours * float(done.pv.sum())
        return {
            "cost": energy + demand + wear + done.comfort,
            "energy": energy,
            "demand": demand,
            "wear": wear,
            "comfort": done.comfort,
            "carbon": carbon,
            "peak": float(self.peaks.max()),
            "import": hours * float(bought.sum()),
            "export": hours * float(sold.sum()),
            "pv": fed,
            "self_consumption": (fed - min(hours * float(sold.sum()), fed)) / fed if fed else 0.0,
            "unserved": done.unserved,
            "left": float(done.left),
        }

    def settled(self) -> tuple[Floats, Floats]:
        """What each step cost and emitted at the meters where that counts. (t,) [currency], (t,) [kg CO2e]"""
        truth, netting = self.truth, self.site.netting
        at = {
            "site": self.done.net[None],
            "building": self.done.accounts if self.site.accounts else self.done.net[None],
        }
        bought, sold = np.maximum(at[netting.energy], 0.0).sum(axis=0), np.maximum(-at[netting.energy], 0.0).sum(axis=0)
        energy = truth.hours * (truth.import_price * bought - truth.export_price * sold)
        return energy, truth.hours * truth.carbon * np.maximum(at[netting.carbon], 0.0).sum(axis=0)

    def frame(self) -> pl.DataFrame:
        """A row for each step.

        Returns
        -------
        DataFrame
            `start` (naive UTC); `load`, `pv`, `battery`, `flexible`, `net` [kW]; `soc` [kWh]; `cost` [currency] and
            `carbon` [kg CO2e] of the step's energy: demand charges are monthly and not in it.
        """
        import polars as pl

        truth, done = self.truth, self.done
        energy, carbon = self.settled()
        step = timedelta(hours=truth.hours)
        return pl.DataFrame(
            {
                "start": [truth.start + index * step for index in range(truth.steps)],
                "load": truth.load,
                "pv": done.pv.sum(axis=0),
                "battery": done.battery.sum(axis=0),
                "flexible": done.flexible,
                "net": done.net,
                "soc": done.soc.sum(axis=0),
                "cost": energy,
                "carbon": carbon,
            },
            schema_overrides={"start": pl.Datetime("us")},
        )


def window(truth: Outlook, first: int, steps: int) -> Outlook:
    """A stretch of an outlook; tasks are left out. Arrays are views."""
    there = slice(first, first + steps)
    return replace(
        truth,
        start=truth.start + first * timedelta(hours=truth.hours),
        load=truth.load[there],
        import_price=truth.import_price[there],
        export_price=truth.export_price[there],
        pv=truth.pv[:, there],
        intensity=truth.carbon[there],
        drift=truth.drift[:, there],
        wanted=truth.wanted[:, there],
        needed=truth.needed[:, there],
        buildings=truth.buildings[:, there],
        tasks=(),
        errors=None,
        dark=None if truth.dark is None else truth.dark[there],
    )


def day_numbers(site: Site, truth: Outlook) -> NDArray[np.int64]:
    """Number of the local day of each step, from the first. (t,)"""
    days = np.array([one.toordinal() for one in _local(site, truth)], dtype=np.int64)
    return days - days[0]


def month_numbers(site: Site, truth: Outlook) -> NDArray[np.int64]:
    """Number of the local month of each step, from the first. (t,)"""
    months = np.array([one.year * 12 + one.month for one in _local(site, truth)], dtype=np.int64)
    return months - months[0]


def _local(site: Site, truth: Outlook) -> list[datetime]:
    zone, step = ZoneInfo(site.zone), timedelta(hours=truth.hours)
    return [(truth.start + index * step).replace(tzinfo=UTC).astimezone(zone) for index in range(truth.steps)]
