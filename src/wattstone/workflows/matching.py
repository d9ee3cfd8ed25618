"""Matching by the hour on a workspace: what sites of a market used against what contracts of it generated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

import numpy as np

from wattstone.base import Finding, InputRefused, Period, local_months, local_year
from wattstone.inventory.criteria import Case, judge, unmet
from wattstone.inventory.hourly_matching import Contracted, Floats, Matched, hourly_match
from wattstone.inventory.instruments import Instrument
from wattstone.inventory.plan import Plan
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.hourly_sums import MeterHours
from wattstone.workflows.inventory.market import in_force, policy_of
from wattstone.workflows.inventory.plans import plan_of
from wattstone.workflows.workspace import Workspace

__all__ = ["MarketMatch", "Matching", "match_plan", "match_year"]


@dataclass(frozen=True, kw_only=True)
class MarketMatch:
    """One market.

    Parameters
    ----------
    market : str
        Its name.
    sites, instruments : tuple of str
        Whose use, and whose generation.
    matched : Matched
        Sums of the year.
    meters : tuple of str
        Whose readings it rests on: of the use, and of the generation.
    """

    market: str
    sites: tuple[str, ...]
    instruments: tuple[str, ...]
    matched: Matched
    meters: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Matching:
    """A year.

    Parameters
    ----------
    year : int
        On the clock of the organisation.
    markets : tuple of MarketMatch
        Those in which a contract names the meter of its generation.
    left_out : mapping
        By id: why a contract that names one counts for nothing.
    """

    year: int
    markets: tuple[MarketMatch, ...]
    left_out: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def total(self) -> Matched:
        """All of these markets together."""
        return sum((one.matched for one in self.markets), Matched())


@dataclass(frozen=True)
class _Brought:
    """A contract whose generation is metered, how much of the meter's energy counts, and when it delivers."""

    instrument: Instrument
    meter: str
    span: Period
    scale: float


def match_year(workspace: Workspace, year: int) -> Matching:
    """Match the electricity of sites with contracted generation by the hour, market by market.

    Parameters
    ----------
    workspace : Workspace
        Readings, meters, contracts.
    year : int
        Calendar year, on the clock of the organisation.

    Returns
    -------
    Matching

    Raises
    ------
    InputRefused
        If no contract in force names the meter of its generation.

    Notes
    -----
    Sites count whole, whoever owns them. Generation beyond the volume of a contract is scaled down to it. Months are
    read one after the other, so that memory does not grow with the year.
    """
    whole = acting(workspace, Act.READ, EVERYWHERE)
    found = match_plan(whole, plan_of(whole, year))
    if found is None:
        raise InputRefused([_nothing(year)])
    return found


def match_plan(workspace: Workspace, plan: Plan, *, version: int | None = None) -> Matching | None:
    """The same for a plan; None where no contract that generates in its year names the meter of its generation.

    Parameters
    ----------
    workspace : Workspace
        Whole.
    plan : Plan
        Sites, meters and year.
    version : int or None
        Of the readings; the newest where None.
    """
    whole, year = workspace, plan.year
    countries = {site.id: site.country for site in plan.sites}
    case = Case(year, countries, policy_of(whole.records))
    metered = [
        one
        for one in in_force(whole.records)
        if one.generation_meter and one.carrier == "electricity" and one.days_in(*case.policy.window(one, year))
    ]
    if not metered:
        return None
    left_out = {one.id: "; ".join(bad.why for bad in failed) for one in metered if (failed := unmet(judge(one, case)))}
    meters = MeterHours.of(whole, version)
    brought: list[_Brought] = []
    for one in (one for one in metered if one.id not in left_out):
        meter = one.generation_meter or ""
        if meter in meters.keys:
            brought.append(_brought(meters, plan, one, meter))
        else:
            left_out[one.id] = "the meter of its generation is not there"
    markets = tuple(_market(meters, plan, case, name, held) for name, held in sorted(_by_market(brought, case).items()))
    return Matching(year=year, markets=markets, left_out=left_out)


def _by_market(brought: Sequence[_Brought], case: Case) -> dict[str, list[_Brought]]:
    day = date(case.year, 12, 31)
    held: dict[str, list[_Brought]] = {}
    for one in brought:
        site = case.sites_of(one.instrument)[0]
        held.setdefault(case.market.of(case.countries[site], day) or "", []).append(one)
    return held


def _market(meters: MeterHours, plan: Plan, case: Case, name: str, brought: Sequence[_Brought]) -> MarketMatch:
    """One market, month by month."""
    served = sorted({site for one in brought for site in case.sites_of(one.instrument)})
    at = {site: row for row, site in enumerate(served)}
    uses: list[list[str]] = [[] for _ in served]
    for one in plan.streams:
        if one.role == "grid" and one.counted.counted and one.site.id in at:
            uses[at[one.site.id]].append(one.meter.id)
    rows = [np.array([at[site] for site in case.sites_of(one.instrument)]) for one in brought]
    sums = [
        hourly_match(
            np.maximum(meters.sums(uses, span), 0.0),
            [Contracted(_contracted(meters, one, span), where) for one, where in zip(brought, rows, strict=True)],
        )
        for span in local_months(plan.year, plan.organisation.zone)
    ]
    ids = tuple(one.instrument.id for one in brought)
    matched = reduce(lambda one, two: one + two, sums, Matched())
    read = sorted({one for row in uses for one in row} | {one.meter for one in brought})
    return MarketMatch(market=name, sites=tuple(served), instruments=ids, matched=matched, meters=tuple(read))


def _brought(meters: MeterHours, plan: Plan, one: Instrument, meter: str) -> _Brought:
    """A contract with the part of its meter that counts: generation within its days, up to its volume."""
    zone = ZoneInfo(plan.organisation.zone)
    year = local_year(plan.year, plan.organisation.zone)
    start = max(_midnight(one.vintage_start, zone), year.start)
    end = min(_midnight(one.vintage_end + timedelta(days=1), zone), year.end)
    plain = _Brought(one, meter, Period(start, end), 1.0)
    total = float(np.nansum(_contracted(meters, plain, year)))
    if one.volume is None or total <= one.volume:
        return plain
    return replace(plain, scale=one.volume / total)


def _contracted(meters: MeterHours, one: _Brought, span: Period) -> Floats:
    """Generation by hour; none outside the days of the contract. [kWh]"""
    energy = np.maximum(meters.sums([[one.meter]], span)[0], 0.0) * one.scale
    hours = np.datetime64(span.start, "s") + np.arange(len(energy)) * np.timedelta64(1, "h")
    inside = (hours >= np.datetime64(one.span.start, "s")) & (hours < np.datetime64(one.span.end, "s"))
    return np.where(inside, energy, 0.0)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def _nothing(year: int) -> Finding:
    return Finding(
        code="contract.no_generation",
        place=f"{year}",
        found="no contract in force names the meter of its generation",
        expected="a contract with the hourly meter of what it brings",
        remedy="load the readings of the generation, and give `wattstone contract add` its --generation-meter",
    )
