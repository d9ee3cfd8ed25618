"""What avoided energy is worth: tariffs and intensities of a meter, laid over its hours."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.base import InputRefused
from wattstone.baselines.conditions import Conditions
from wattstone.baselines.timeline import hours_of
from wattstone.inventory.attribution import attribute
from wattstone.inventory.plan import Plan, Stream
from wattstone.rates import EmissionFactor, load_factors
from wattstone.rates.tariffs import Tariff
from wattstone.savings.avoided import Avoided
from wattstone.savings.periods import Dates
from wattstone.savings.result import Worth
from wattstone.savings.worth import Pair, spread_days, worth_of
from wattstone.workflows.inventory.plans import plan_of
from wattstone.workflows.workspace import Workspace

Floats = npt.NDArray[np.float64]
SPREAD = "the expected use of a day has the shape of the day that was observed: an approximation of cost and emissions"
EVEN = "the use of a day or a bill is spread evenly over its hours: an approximation of cost and emissions"


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Tariffs, intensities and factors of a reporting period.

    Parameters
    ----------
    plans : mapping of int to Plan
        By year.
    intensity : mapping of str to polars.DataFrame
        By region: start, value.
    factors : mapping of tuple to EmissionFactor
        By year and meter.
    """

    plans: Mapping[int, Plan]
    intensity: Mapping[str, pl.DataFrame]
    factors: Mapping[tuple[int, str], EmissionFactor] = field(default_factory=dict[tuple[int, str], EmissionFactor])

    def tariffs(self, stream: Stream) -> list[Tariff]:
        """Tariffs by which use is paid: those of the site, else those for all; none for what is made on site."""
        if stream.role in ("generation", "export"):
            return []
        known = {one.id: one for plan in self.plans.values() for one in plan.tariffs if one.kind == stream.kind}
        own = [one for one in known.values() if stream.site.id in one.sites]
        chosen = own or [one for one in known.values() if not one.sites]
        return [one for one in chosen if one.currency == chosen[0].currency]

    def region(self, stream: Stream) -> str | None:
        """The grid whose hourly intensity counts."""
        if stream.role != "grid":
            return None
        return next((one for one in (stream.site.grid_region, stream.site.country) if one in self.intensity), None)

    def intensity_at(self, stream: Stream, hours: Conditions) -> tuple[Floats | None, str, str]:
        """Intensity of each hour, where it is from and which gas it counts.

        Hourly for a grid that has any, which counts CO2 alone as in the inventory; else the factor of the year.
        """
        region = self.region(stream)
        if region is not None:
            return _laid(self.intensity[region], hours), f"hourly intensity of the grid {region}", "CO2"
        years = hours.date.astype("datetime64[Y]").astype(np.int64) + 1970
        values, used, gases = np.full(len(hours), np.nan), dict[str, None](), set[str]()
        for year in np.unique(years).tolist():
            factor = self.factors.get((year, stream.meter.id))
            if factor is not None and factor.per == stream.unit:
                values[years == year] = factor.value
                used[f"factor {factor.id}"] = None
                gases.add(factor.gas)
        gas = "CO2" if gases == {"CO2"} else "CO2e"
        return (values, "; ".join(used), gas) if used else (None, "", gas)


def rates_of(workspace: Workspace, dates: Dates) -> Rates:
    """What is known of the years of a reporting period; a factor that is refused is not known."""
    years = range(dates.first.year, dates.last.year + 1)
    held = workspace.lake.scan("intensity", parts=range(dates.first.year - 1, dates.last.year + 2))
    rows = None if held is None else held.collect().sort("region", "start")
    intensity = (
        {}
        if rows is None
        else {
            str(name): part.select("start", "value")
            for (name,), part in rows.partition_by("region", as_dict=True).items()
        }
    )
    plans = {year: plan_of(workspace, year, regions=sorted(intensity)) for year in years}
    table = load_factors(workspace.factor_files)
    accepted = {one.factor_id: one.reason for one in workspace.records.exceptions()}
    factors: dict[tuple[int, str], EmissionFactor] = {}
    for year, plan in plans.items():
        try:
            answers = attribute(plan, table, exceptions=accepted).factors
        except InputRefused:
            continue
        factors |= {(year, name): one for name, one in answers.items() if isinstance(one, EmissionFactor)}
    return Rates(plans=plans, intensity=intensity, factors=factors)


def worth(
    stream: Stream,
    rates: Rates,
    hours: Conditions,
    observed: Floats,
    expected: tuple[Floats, Floats],
    avoided: tuple[Avoided, Avoided],
    *,
    at: int,
) -> Worth:
    """What one meter saved, in energy, money and emissions.

    Parameters
    ----------
    stream : Stream
        The meter.
    rates : Rates
        Of the years.
    hours : Conditions
        The h hours of the reporting period; of a meter that is read by the day or the bill, those intervals.
    observed : (h,) array
        Use of each.
    expected : tuple of (t,) array
        Of each interval of the model, without and with what confirmed events add: hours, or days, which are spread.
    avoided : tuple of Avoided
        Gross, and adjusted for confirmed events.
    at : int
        Row of the meter in them.
    """
    daily, coarse = len(expected[0]) != len(hours), hours.step != "hour"
    pairs: list[Pair] = []
    for one, by in zip(avoided, expected, strict=True):
        counted = np.where(one.used[at], by, np.nan)
        wanted = spread_days(counted[None, :], observed[None, :], hours)[0] if daily else counted
        seen = np.where(np.isnan(wanted), np.nan, observed)
        pairs.append(Pair(start=hours.start, observed=seen, expected=wanted, avoided=one.total[at]))
    if coarse:
        hours, pairs = _spread_evenly(hours, pairs)
    intensity, source, gas = rates.intensity_at(stream, hours)
    priced: dict[str, Any] = {"intensity": intensity, "intensity_source": source, "gas": gas}
    if stream.unit == "kWh":
        priced["tariffs"] = rates.tariffs(stream)
    spread = (EVEN,) if coarse else (SPREAD,) if daily else ()
    notes = spread if priced.get("tariffs") or intensity is not None else ()
    return worth_of(pairs[0], pairs[1], unit=stream.unit, notes=notes, **priced)


def _spread_evenly(intervals: Conditions, pairs: list[Pair]) -> tuple[Conditions, list[Pair]]:
    """Days or bills as hours of the same mean power: a price or an intensity of their first hour is not that of all."""
    days = max(round(float(intervals.hours[-1]) / 24), 1)
    last: date = (intervals.date[-1].astype("datetime64[D]") + days - 1).item()
    hours = hours_of(intervals.date[0].astype("datetime64[D]").item(), last, intervals.zone)
    place = np.maximum(np.searchsorted(intervals.start, hours.start, side="right") - 1, 0)
    length = np.round(intervals.hours * 3600).astype("timedelta64[s]")
    inside = (hours.start >= intervals.start[place]) & (hours.start < intervals.start[place] + length[place])
    share = np.where(inside, hours.hours / intervals.hours[place], np.nan)
    made = [
        replace(one, start=hours.start, observed=one.observed[place] * share, expected=one.expected[place] * share)
        for one in pairs
    ]
    return hours, made


def _laid(rows: pl.DataFrame, hours: Conditions) -> Floats:
    """Mean intensity of each interval; NaN where not known."""
    at = rows["start"].to_numpy().astype("datetime64[s]")
    value = rows["value"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    begun = np.searchsorted(hours.start, at, side="right") - 1
    length = np.round(hours.hours * 3600).astype("timedelta64[s]")
    good = (begun >= 0) & (at < hours.start[begun] + length[begun]) & ~np.isnan(value)
    place = begun[good]
    count = np.bincount(place, minlength=len(hours))
    total = np.bincount(place, weights=value[good], minlength=len(hours))
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
