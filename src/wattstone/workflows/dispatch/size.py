"""Which PV and storage pays at a site of the workspace: its readings, its tariff, and the user's file of costs."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Figure, Finding, InputRefused, Period
from wattstone.base.figure import Interval as Bounds
from wattstone.dispatch.backtest import Expected, Past
from wattstone.dispatch.outlook import Outlook, tasks_of
from wattstone.dispatch.sizing import Interval, Sized, assess, best, frontier
from wattstone.dispatch.sizing_file import SizingTable, read_sizing
from wattstone.dispatch.sizing_year import step_of_week, trial, year
from wattstone.workflows.dispatch.foresight import LEARNT, Foresight, carbon_of, seen
from wattstone.workflows.dispatch.sessions import sessions_of
from wattstone.workflows.dispatch.site import DispatchSite, open_site
from wattstone.workflows.forecast import Progress
from wattstone.workflows.results import Batch, keep, readings_evidence
from wattstone.workflows.series import floored, last_end
from wattstone.workflows.workspace import Workspace

Floats = NDArray[np.float64]

__all__ = ["SizedSite", "size_site"]

METHOD = "sizing/1"
YEAR, LEAST = timedelta(weeks=52), timedelta(weeks=6)
MISSING = 0.1  # share of the steps that may have to be filled


@dataclass(frozen=True, kw_only=True, eq=False)
class SizedSite:
    """What was found.

    Parameters
    ----------
    place : DispatchSite
        The site.
    table : SizingTable
        Sizes and costs, as the user gave them.
    start, end : datetime
        Of the weeks that were dispatched, naive UTC.
    found : tuple of Sized
        All options in all scenarios.
    cpu : float
        What it took. [s]
    run : int or None
        Number of the run in the lake.
    findings : tuple of Finding
        What has to be said.
    """

    place: DispatchSite
    table: SizingTable
    start: datetime
    end: datetime
    found: tuple[Sized, ...]
    cpu: float
    run: int | None
    findings: tuple[Finding, ...]

    def of(self, scenario: str) -> tuple[Sized, ...]:
        """Options in one scenario."""
        return tuple(one for one in self.found if one.scenario == scenario)

    def as_dict(self) -> dict[str, Any]:
        """For machines; keys are stable."""
        scenarios = [one.name for one in self.table.scenario]
        return {
            "site": self.place.place.id,
            "start": f"{self.start.isoformat()}Z",
            "end": f"{self.end.isoformat()}Z",
            "run": self.run,
            "currency": self.place.file.site.currency,
            "cpu_seconds": round(self.cpu, 1),
            "best": {name: _plain(best(self.of(name))) for name in scenarios},
            "frontier": {name: [_plain(one) for one in frontier(self.of(name))] for name in scenarios},
            "options": [_plain(one) for one in self.found],
            "findings": [one.as_dict() for one in self.findings],
        }


def size_site(
    workspace: Workspace,
    site_id: str,
    file: Path,
    *,
    end: datetime | None = None,
    progress: Progress | None = None,
) -> SizedSite:
    """Dispatch a year with each size of PV and storage, and count money and emissions.

    Parameters
    ----------
    workspace : Workspace
        With readings, tariffs, intensities and the site file.
    site_id : str
        Of the workspace.
    file : Path
        Sizes, costs, scenarios: `dispatch.sizing_file`.
    end : datetime or None
        Naive UTC; after the last reading where None. The 52 weeks before it are used, or as many as there are.
    progress : callable or None
        Told how far it is.

    Returns
    -------
    SizedSite

    Raises
    ------
    InputRefused
        Where files or readings do not allow it.
    """
    began = process_time()
    place, table = open_site(workspace, site_id), read_sizing(file)
    truth, per_kw, ahead, findings = _given(workspace, place, table, end)
    week, day = step_of_week(truth)
    tell = progress or _silent
    options, storage = table.options, table.battery
    tell("size", 0, 2)
    foreseen = year(place.file.site, truth, options, storage=storage, per_kw=per_kw, week=week, day=day)
    tell("size", 1, 2)
    hourly = max(1, round(1 / truth.hours))
    count = min(table.tried_weeks, truth.steps // week - 3)
    tried = trial(
        place.file.site, truth, options, ahead, storage=storage, per_kw=per_kw, week=week, day=day, count=count,
        every=hourly,
    )  # fmt: skip
    charge = place.file.site.grid.demand_charge
    found = assess(foreseen, tried, table.economics, table.scenarios, demand_charge=charge, draws=table.draws)
    tell("size", 2, 2)
    weeks = truth.steps // week
    done = SizedSite(
        place=place, table=table, start=truth.start, end=truth.start + timedelta(weeks=weeks), found=found,
        cpu=process_time() - began, run=None, findings=findings,
    )  # fmt: skip
    return _recorded(workspace, done)


def _silent(_what: str, _done: int, _all: int | None) -> None:
    """Tell nobody."""


def _given(
    workspace: Workspace, place: DispatchSite, table: SizingTable, end: datetime | None
) -> tuple[Outlook, Floats, "_Ahead", tuple[Finding, ...]]:
    """What happened, what a kW of new PV would have fed, forecasts of both, and what has to be said."""
    file = place.file
    step, like = timedelta(hours=file.hours), _like(place, table)
    if file.table.zone_air:
        raise InputRefused([_rooms(place)])
    read = last_end(workspace, place.meters, before=end)
    if read is None:
        raise InputRefused([_short(place, 0)])
    last = floored(read if end is None else min(end, read), step)
    first = last - YEAR
    carbon = carbon_of(workspace, place, start=first, end=last)
    before = seen(workspace, place, carbon, start=first - LEARNT, end=first)
    during = seen(workspace, place, carbon, start=first, end=last)
    known = np.flatnonzero(np.isfinite(during.load))
    begin = int(known[0]) if known.size else during.load.size
    if (during.load.size - begin) * step < LEAST:
        raise InputRefused([_short(place, (during.load.size - begin) * step / timedelta(weeks=1))])
    if begin:  # fewer weeks than a year: what is before them is empty
        before = seen(workspace, place, carbon, start=first + begin * step - LEARNT, end=first + begin * step)
        during = seen(workspace, place, carbon, start=first + begin * step, end=last)
    rows = np.vstack([during.load, during.pv, during.intensity])
    filled = ~np.isfinite(rows)
    if filled.mean() > MISSING:
        raise InputRefused([_gaps(place, float(filled.mean()), "error")])
    whole = np.array([_mended(row, round(timedelta(weeks=1) / step)) for row in rows])
    load, pv, intensity = whole[0], whole[1:-1].reshape(-1, whole.shape[1]), whole[-1]
    sessions, _ = sessions_of(workspace, place, start=during.start, end=last)
    tasks, odd = tasks_of(file.site, sessions, start=during.start, hours=file.hours)
    truth = file.outlook(during.start, load, pv=pv, tasks=tasks, intensity=intensity)
    row, capacity = like
    said = [*place.findings, *carbon.findings, *odd]
    if filled.any():
        said.append(_gaps(place, float(filled.mean()), "warning"))
    if begin:
        said.append(_part(place, load.size * step / timedelta(weeks=1)))
    ahead = _Ahead(Foresight(place, before, horizon=round(timedelta(days=1) / step)), row, capacity)
    return truth, pv[row] / capacity, ahead, tuple(said)


class _Ahead:
    """Forecasts of the site with a kW of new PV as the last system: it does as the system it is like."""

    def __init__(self, foresight: Foresight, row: int, capacity: float) -> None:
        self._foresight, self._row, self._capacity = foresight, row, capacity

    def __call__(self, past: Past, steps: int) -> Expected:
        told = self._foresight(replace(past, pv=past.pv[:-1]), steps)
        new = told.pv[self._row : self._row + 1] / self._capacity
        return Expected(told.load, np.concatenate([told.pv, new]), told.intensity)


def _like(place: DispatchSite, table: SizingTable) -> tuple[int, float]:
    """Row and capacity of the system that new PV is like."""
    systems = [one.id for one in place.file.site.pv]
    if table.pv.like not in systems:
        raise InputRefused(
            [
                Finding(
                    code="dispatch.sizing_like",
                    place=f"site '{place.place.id}'",
                    found="new PV is to do as '{like}', which is no PV system of the site file",
                    expected="a metered system, of which a year is known: {systems}",
                    remedy="name one as `like` under [pv]; without any, give a system nearby a meter at this site",
                    params={"like": table.pv.like, "systems": ", ".join(systems) or "none"},
                )
            ]
        )
    row = systems.index(table.pv.like)
    return row, place.file.table.pv[row].capacity_kw


def _mended(series: Floats, week: int) -> Floats:
    """Gaps by the mean of the same time of the week."""
    padded = np.concatenate([series, np.full(-series.size % week, np.nan)]).reshape(-1, week)
    count = np.isfinite(padded).sum(axis=0)
    mean = float(np.nanmean(series)) if count.any() else 0.0
    usual = np.where(count > 0, np.nansum(padded, axis=0) / np.maximum(count, 1), mean)
    return np.where(np.isfinite(series), series, np.resize(usual, series.size))


def _recorded(workspace: Workspace, done: SizedSite) -> SizedSite:
    about = {
        "method": METHOD,
        **{name: one for name, one in done.as_dict().items() if name != "run"},
        "sizes_and_costs": done.table.model_dump(mode="json"),
        "site_file": done.place.file.table.model_dump(mode="json", by_alias=True),
        "readings_version": workspace.lake.version("readings"),
    }
    batch = Batch(
        kind="sizing",
        year=done.start.year,
        about=about,
        evidence=readings_evidence(workspace, done.place.meters, until=done.end),
        figures=_figures(done),
    )
    return replace(done, run=keep(workspace, batch))


def _figures(done: SizedSite) -> list[Figure]:
    """Of the best option in each scenario."""
    currency = done.place.file.site.currency
    made: list[Figure] = []
    for scenario in done.table.scenario:
        one = best(done.of(scenario.name))
        note = f"{scenario.name}: {one.option.pv:g} kW of PV, {one.option.energy:g} kWh at {one.option.power:g} kW"
        for name, value, unit in (
            ("npv", one.npv, currency),
            ("saving", one.saving, currency),
            ("avoided", one.avoided, "kg CO2e"),
        ):
            made.append(
                Figure(
                    name=f"sizing.{name}",
                    value=value.value,
                    unit=unit,
                    subject=f"site:{done.place.place.id}",
                    period=Period(done.start, done.end),
                    period_label=f"{done.start:%Y-%m-%d}/{done.end:%Y-%m-%d}",
                    method=METHOD,
                    interval=Bounds(value.low, value.high),
                    notes=(note,),
                )
            )
    return made


def _plain(one: Sized) -> dict[str, Any]:
    def told(value: Interval) -> dict[str, float | None]:
        return {
            name: float(x) if np.isfinite(x) else None
            for name, x in (("value", value.value), ("low", value.low), ("high", value.high))
        }

    return {
        "scenario": one.scenario,
        "pv_kw": one.option.pv,
        "storage_kwh": one.option.energy,
        "storage_kw": one.option.power,
        "investment": one.investment,
        "cost": told(one.cost),
        "cost_without_forecast_error": one.foreseen,
        "saving": told(one.saving),
        "npv": told(one.npv),
        "carbon": told(one.carbon),
        "avoided": told(one.avoided),
        "self_consumption": told(one.self_consumption),
    }


def _short(place: DispatchSite, weeks: float) -> Finding:
    return Finding(
        code="dispatch.sizing_short",
        place=f"site '{place.place.id}'",
        found="{weeks} weeks of readings are there",
        expected="a year, or at least {least} weeks",
        remedy="take in more readings with `wattstone ingest`",
        params={"weeks": f"{weeks:.1f}", "least": LEAST / timedelta(weeks=1)},
    )


def _part(place: DispatchSite, weeks: float) -> Finding:
    return Finding(
        code="dispatch.sizing_part",
        place=f"site '{place.place.id}'",
        found="{weeks} weeks of readings are there; they stand for the whole year",
        expected="52 weeks, so that all seasons count",
        remedy="look at the result as a first guess until a year has been read",
        params={"weeks": f"{weeks:.0f}"},
        severity="warning",
    )


def _gaps(place: DispatchSite, share: float, severity: Any) -> Finding:
    return Finding(
        code="dispatch.sizing_gaps",
        place=f"site '{place.place.id}'",
        found="{share} of load, PV and intensity are missing",
        expected="readings of all steps; up to a tenth may be missing",
        remedy="a gap takes the mean of the same time of the week; load what is missing",
        params={"share": f"{100 * share:.1f} %"},
        severity=severity,
    )


def _rooms(place: DispatchSite) -> Finding:
    return Finding(
        code="dispatch.sizing_rooms",
        place=f"site '{place.place.id}'",
        found="the site file has rooms, whose year of outdoor temperature sizing does not take",
        expected="a site file without [[room]]",
        remedy="take the rooms out of a copy of the site file; their plant then counts as load",
    )
