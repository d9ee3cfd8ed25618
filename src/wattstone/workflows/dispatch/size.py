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
from wattstone.dispatch.outlook import Outlook
from wattstone.dispatch.sizing import Interval, Sized, assess, best, frontier
from wattstone.dispatch.sizing_file import SizingTable, read_sizing
from wattstone.dispatch.sizing_year import step_of_week, trial, year
from wattstone.workflows.access import Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.dispatch.begin import HALF, begin
from wattstone.workflows.dispatch.foresight import Foresight, carbon_of, seen
from wattstone.workflows.dispatch.roof import Roof, roof_of
from wattstone.workflows.dispatch.site import DispatchSite, open_site
from wattstone.workflows.dispatch.stretch import Stretch, about_site, evidence_of, happened, measured
from wattstone.workflows.forecast import Progress
from wattstone.workflows.results import Batch, keep
from wattstone.workflows.series import floored, last_end
from wattstone.workflows.workspace import Workspace

Floats = NDArray[np.float64]

__all__ = ["SizedSite", "figures_of_sizes", "size_site", "subject_of"]

METHOD = "sizing/1"
YEAR, LEAST = timedelta(weeks=52), timedelta(weeks=6)


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
    carbon : {'hourly', 'factor', 'none'}
        Where intensities come from.
    pv : {'meter', 'weather', 'clear_sky'}
        What new PV is like: a metered system, or a model with measured irradiance or a share of a clear sky's.
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
    carbon: str
    pv: str
    cpu: float
    run: int | None
    findings: tuple[Finding, ...]

    def of(self, scenario: str) -> tuple[Sized, ...]:
        """Options in one scenario."""
        return tuple(one for one in self.found if one.scenario == scenario)

    @property
    def simulated(self) -> bool:
        """Whether readings, or what new PV feeds, were not measured."""
        return self.place.place.simulated or self.pv != "meter"

    def as_dict(self) -> dict[str, Any]:
        """For machines; keys are stable."""
        scenarios = [one.name for one in self.table.scenario]
        return {
            "site": self.place.place.id,
            "start": f"{self.start.isoformat()}Z",
            "end": f"{self.end.isoformat()}Z",
            "run": self.run,
            "currency": self.place.file.site.currency,
            "pv": self.pv,
            "carbon": self.carbon,
            "simulated": self.simulated,
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
    workspace = acting(workspace, Act.RUN, site_id)
    began = process_time()
    place, table = open_site(workspace, site_id), read_sizing(file)
    if "building" in (place.file.site.netting.energy, place.file.site.netting.carbon):
        raise InputRefused([_by_building(place)])
    stretch, findings = _year(workspace, place, end)
    roof = roof_of(workspace, stretch, table)
    initial, _ = begin(workspace, place, stretch.before, charge=HALF, now=stretch.start)
    truth, told = happened(workspace, stretch, initial=initial, whole_tasks=False)
    found = _assessed(stretch, table, roof, truth, progress or _silent)
    done = SizedSite(
        place=place,
        table=table,
        start=truth.start,
        end=truth.start + timedelta(weeks=truth.steps // step_of_week(truth)[0]),
        found=found,
        carbon=stretch.carbon.source,
        pv=roof.source,
        cpu=process_time() - began,
        run=None,
        findings=(*place.findings, *stretch.carbon.findings, *findings, *told, *roof.findings),
    )
    return _recorded(workspace, done, stretch, roof)


def _assessed(stretch: Stretch, table: SizingTable, roof: Roof, truth: Outlook, tell: Progress) -> tuple[Sized, ...]:
    """The year with foresight, some weeks as they would be run, and what both come to."""
    site, (week, day) = stretch.place.file.site, step_of_week(truth)
    options, storage = table.options, table.battery
    tell("size", 0, 2)
    foreseen = year(site, truth, options, storage=storage, per_kw=roof.during, week=week, day=day)
    tell("size", 1, 2)
    ahead = Foresight(
        roof.at(stretch.place),
        roof.beside(stretch.before, roof.before),
        horizon=day,
        later=stretch.during,
    )
    tried = trial(
        site, truth, options, ahead, storage=storage, per_kw=roof.during, week=week, day=day,
        count=min(table.tried_weeks, truth.steps // week - 3), every=max(1, round(1 / truth.hours)),
    )  # fmt: skip
    charge = site.grid.demand_charge
    found = assess(foreseen, tried, table.economics, table.scenarios, demand_charge=charge, draws=table.draws)
    tell("size", 2, 2)
    return found


def _by_building(place: DispatchSite) -> Finding:
    return Finding(
        code="dispatch.size_buildings",
        place=f"site '{place.place.id}', [netting]",
        found="cost or carbon counts at the meter of each building",
        expected="both at the connection, where sizes are counted",
        remedy="size a building as a site of its own, or take out [netting] to size for the connection",
    )


def _silent(_what: str, _done: int, _all: int | None) -> None:
    """Tell nobody."""


def _year(workspace: Workspace, place: DispatchSite, end: datetime | None) -> tuple[Stretch, tuple[Finding, ...]]:
    """The last 52 weeks, or as many as there are."""
    read = last_end(workspace, place.meters, before=end)
    if read is None:
        raise InputRefused([_short(place, 0)])
    last = floored(read if end is None else min(end, read), place.step)
    first = last - YEAR
    carbon = carbon_of(workspace, place, start=first, end=last)
    known = np.flatnonzero(np.isfinite(seen(workspace, place, carbon, start=first, end=last).load))
    begun = last if not known.size else first + int(known[0]) * place.step
    if last - begun < LEAST:
        raise InputRefused([_short(place, (last - begun) / timedelta(weeks=1))])
    stretch = measured(workspace, place, start=begun, end=last)
    return stretch, () if begun == first else (_part(place, (last - begun) / timedelta(weeks=1)),)


def _recorded(workspace: Workspace, done: SizedSite, stretch: Stretch, roof: Roof) -> SizedSite:
    about = {
        "method": METHOD,
        **{name: one for name, one in done.as_dict().items() if name != "run"},
        "sizes_and_costs": done.table.model_dump(mode="json"),
        **about_site(workspace, done.place),
    }
    evidence = evidence_of(workspace, done.place, stretch.before, stretch.during, until=done.end) | roof.evidence
    batch = Batch(kind="sizing", year=done.start.year, about=about, evidence=evidence, figures=figures_of_sizes(done))
    return replace(done, run=keep(workspace, batch))


def subject_of(place: DispatchSite, one: Sized) -> str:
    """What the figures of an option are of: `option:SITE/SCENARIO/PV kW/STORAGE kWh/POWER kW`."""
    size = one.option
    return f"option:{place.place.id}/{one.scenario}/{size.pv:g} kW/{size.energy:g} kWh/{size.power:g} kW"


def figures_of_sizes(done: SizedSite) -> list[Figure]:
    """Of every option in every scenario."""
    currency, unknown = done.place.file.site.currency, done.carbon == "none"
    label = f"{done.start:%Y-%m-%d}/{done.end:%Y-%m-%d}"
    notes = () if done.pv == "meter" else ("what new PV feeds is simulated",)
    made: list[Figure] = []
    for one in done.found:
        values = (
            ("npv", one.npv, currency), ("saving", one.saving, currency), ("cost", one.cost, currency),
            ("paid", one.paid, currency), ("emitted", one.emitted, "kg CO2e"), ("avoided", one.avoided, "kg CO2e"),
            ("self_consumption", one.self_consumption, "1"),
        )  # fmt: skip
        for name, told, unit in values:
            no_carbon = unknown and unit == "kg CO2e"
            known = np.isfinite(told.value) and not no_carbon
            made.append(
                Figure(
                    name=f"sizing.{name}",
                    value=told.value if known else None,
                    reason=None if known else "no carbon intensity is known" if no_carbon else "there is no PV",
                    unit=unit,
                    subject=subject_of(done.place, one),
                    period=Period(done.start, done.end),
                    period_label=label,
                    method=METHOD,
                    interval=Bounds(told.low, told.high) if known else None,
                    notes=notes,
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
        "paid": told(one.paid),
        "npv": told(one.npv),
        "carbon": told(one.carbon),
        "emitted": told(one.emitted),
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
