"""The plan of a day: forecasts from the readings up to a time, the planner, and what it saves against no control."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattstone.base import Figure, Finding, InputRefused, Period
from wattstone.dispatch.accounts import Passed, account_nets, passed
from wattstone.dispatch.cost import cost_of, settled, step_costs
from wattstone.dispatch.demand import with_peak
from wattstone.dispatch.outlook import Outlook, State, tasks_of
from wattstone.dispatch.plan import CostParts, Plan
from wattstone.dispatch.safe import safe_schedule
from wattstone.dispatch.solve import Planner
from wattstone.workflows.access import Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.dispatch.begin import begin
from wattstone.workflows.dispatch.foresight import LEARNT, Carbon, Foresight, Seen, carbon_of, seen
from wattstone.workflows.dispatch.peaks import book_of
from wattstone.workflows.dispatch.sessions import sessions_of, unplaced
from wattstone.workflows.dispatch.site import DispatchSite, open_site
from wattstone.workflows.dispatch.stretch import about_site, evidence_of
from wattstone.workflows.learnt import Learnt, anchored
from wattstone.workflows.results import PLANS, Batch, keep
from wattstone.workflows.series import floored, last_end
from wattstone.workflows.workspace import Workspace

Floats = NDArray[np.float64]

__all__ = ["Planned", "plan_site"]

METHOD = "plan/1"
AGREES = 1e-6  # relative
STALE = timedelta(hours=3)


@dataclass(frozen=True, kw_only=True, eq=False)
class Planned:
    """A plan of a site, and what it rests on.

    Parameters
    ----------
    place : DispatchSite
        The site.
    at : datetime
        Up to when readings were used, naive UTC; the plan begins then.
    plan : Plan
        What to do.
    without : CostParts
        Cost of doing nothing but the declared fallback, at the same forecast.
    emitted, emitted_without : float
        Emissions of import, at the forecast. [kg]
    peak, peak_without : float
        Highest import. [kW]
    carbon : Carbon
        Where intensities come from.
    load_band, pv_band : (2, t) arrays
        Bounds of the 90 % interval of load, and of all PV together. [kW]
    recent : Seen
        What was measured in the day before.
    run : int or None
        Number of the run in the lake.
    findings : tuple of Finding
        All that has to be said: of the site file, the forecast, the plan.
    """

    place: DispatchSite
    at: datetime
    plan: Plan
    without: CostParts
    emitted: float
    emitted_without: float
    peak: float
    peak_without: float
    carbon: Carbon
    load_band: Floats
    pv_band: Floats
    recent: Seen
    run: int | None
    findings: tuple[Finding, ...]

    @property
    def cost(self) -> float:
        """What the day costs by the plan, less what is left in the batteries. [currency]"""
        return self.plan.costs.total

    @property
    def cost_without(self) -> float:
        """The same without control. [currency]"""
        return self.without.total

    @property
    def buildings(self) -> tuple[Passed, ...]:
        """What passes the meter of each building; empty where none counts by itself."""
        plan = self.plan
        return passed(plan.site, plan.outlook, account_nets(plan.site, plan.outlook, plan.schedule))


def plan_site(
    workspace: Workspace,
    site_id: str,
    *,
    at: datetime | None = None,
    hours: float | None = None,
    charge: float | None = None,
    kept: bool = True,
) -> Planned:
    """Plan a site.

    Parameters
    ----------
    workspace : Workspace
        With readings, tariffs, intensities and the site file.
    site_id : str
        Of the workspace.
    at : datetime or None
        Naive UTC: nothing that was read later is used. After the last reading where None.
    hours : float or None
        How far ahead; the horizon of the site file where None. [h]
    charge : float or None
        What the batteries hold at the start, as a share of their capacity; as `begin` finds it where None.
    kept : bool
        Whether plan and evidence go to the lake.

    Returns
    -------
    Planned

    Raises
    ------
    InputRefused
        Where the site file, the readings or the tariff do not allow a plan.
    """
    workspace = acting(workspace, Act.RUN, site_id)
    place = open_site(workspace, site_id)
    last = last_end(workspace, place.meters, before=at)
    if last is None:
        raise InputRefused([_no_readings(place, at)])
    now = floored(last if at is None else at, place.step)
    steps = place.file.steps if hours is None else max(1, round(hours / place.file.hours))
    since = floored(anchored(now - LEARNT), place.step)
    carbon = carbon_of(workspace, place, start=since, end=now)
    past = seen(workspace, place, carbon, start=since, end=now)
    foresight = Foresight(place, past, horizon=steps, learnt=Learnt(workspace.root))
    state, told = begin(workspace, place, past, charge=charge, now=now)
    outlook, odd = _outlook(workspace, place, foresight, now, steps)
    outlook = with_peak(place.file.site, outlook, state, book_of(place.file, past))
    plan = Planner(seconds=30.0).plan(place.file.site, outlook, state)
    findings = [*place.findings, *carbon.findings, *_stale(place, past, now), *told, *odd]
    findings += [*plan.findings, *(one.finding() for one in plan.conflicts), *_disagrees(plan)]
    done = _planned(place, now, plan, state, foresight, past, tuple(findings))
    return _recorded(workspace, done, past) if kept else done


def _outlook(
    workspace: Workspace, place: DispatchSite, foresight: Foresight, now: datetime, steps: int
) -> tuple[Outlook, tuple[Finding, ...]]:
    """What is expected, with the vehicles that are there."""
    ahead = foresight.expected(steps)
    there = now + timedelta(microseconds=1)
    end = now + steps * place.step
    sessions, homeless = sessions_of(workspace, place, start=now, end=end, known=there)
    tasks, odd = tasks_of(place.file.site, sessions, start=now, hours=place.file.hours)
    outlook = place.file.outlook(
        now,
        ahead.load,
        pv=ahead.pv,
        tasks=tasks,
        intensity=ahead.intensity,
        errors=ahead.errors,
        buildings=ahead.buildings,
        building_errors=ahead.building_errors,
        outdoor=foresight.outdoor(steps),
    )
    return outlook, (*odd, *unplaced(place, homeless))


def _planned(
    place: DispatchSite,
    now: datetime,
    plan: Plan,
    state: State,
    foresight: Foresight,
    past: Seen,
    findings: tuple[Finding, ...],
) -> Planned:
    outlook, hours = plan.outlook, plan.outlook.hours
    idle = safe_schedule(place.file.site, outlook, state)
    certain = replace(outlook, errors=None, building_errors=())
    load, pv = foresight.bands(outlook.steps)
    day = round(24 / hours)
    sun = np.zeros((2, outlook.steps))
    if pv is not None:
        sun = np.stack([np.nan_to_num(bound).sum(axis=0) for bound in pv.interval(0.9)])
    return Planned(
        place=place,
        at=now,
        plan=plan,
        without=cost_of(place.file.site, outlook, state, idle),
        emitted=float(settled(plan.site, certain, plan.schedule)[1].sum()),
        emitted_without=float(settled(plan.site, certain, idle)[1].sum()),
        peak=float(np.maximum(plan.schedule.net, 0.0).max()),
        peak_without=float(np.maximum(idle.net, 0.0).max()),
        carbon=past.carbon,
        load_band=np.stack([bound[0] for bound in load.interval(0.9)]),
        pv_band=sun,
        recent=past.last(day),
        run=None,
        findings=findings,
    )


def _recorded(workspace: Workspace, done: Planned, past: Seen) -> Planned:
    plan = done.plan
    end = plan.outlook.start + plan.outlook.steps * timedelta(hours=plan.outlook.hours)
    about = {
        "method": METHOD,
        "at": f"{done.at.isoformat()}Z",
        "site": done.place.place.id,
        "mode": plan.mode,
        "objective": plan.objective,
        "costs": plan.costs.as_dict(),
        "without_control": done.without.as_dict(),
        "gap": plan.gap,
        "carbon": done.carbon.source,
        **about_site(workspace, done.place),
        "findings": [one.as_dict() for one in done.findings],
    }
    evidence = evidence_of(workspace, done.place, past, until=done.at)
    batch = Batch(
        kind="plan",
        year=done.at.year,
        about=about,
        evidence=evidence,
        figures=_figures(done, Period(plan.outlook.start, end)),
        table=PLANS,
        steps=plan_rows(done),
    )
    run = keep(workspace, batch)
    return replace(done, run=run)


def _figures(done: Planned, period: Period) -> list[Figure]:
    currency = done.plan.site.currency
    notes = tuple(one.text() for one in done.findings)[:6]
    values = (
        ("plan.cost", done.cost, currency),
        ("plan.cost.no_control", done.cost_without, currency),
        ("plan.emissions", done.emitted, "kg CO2e"),
        ("plan.emissions.no_control", done.emitted_without, "kg CO2e"),
        ("plan.peak", done.peak, "kW"),
        ("plan.peak.no_control", done.peak_without, "kW"),
    )
    unknown = done.carbon.source == "none"
    return [
        Figure(
            name=name,
            value=None if unknown and "emissions" in name else value,
            reason="no carbon intensity is known" if unknown and "emissions" in name else None,
            unit=unit,
            subject=f"site:{done.place.place.id}",
            period=period,
            period_label=f"{period.start:%Y-%m-%dT%H:%M}",
            method=METHOD,
            notes=notes,
        )
        for name, value, unit in values
    ]


def plan_rows(done: Planned) -> pl.DataFrame:
    """The plan as rows of the lake: a row for each step and device, `load` and `grid` among them."""
    plan, site_id = done.plan, done.place.place.id
    load = pl.DataFrame(
        {"start": plan.starts, "device": "load", "kind": "load", "power": plan.outlook.load},
        schema_overrides={"start": pl.Datetime("us")},
    ).with_columns(pl.lit(None, pl.Float64).alias("state"), pl.lit(None, pl.Float64).alias("cost"))
    rows = pl.concat([load, plan.frame().select(load.columns)])
    prices = pl.DataFrame(
        {
            "start": pl.Series(plan.starts, dtype=pl.Datetime("us")),
            "import_price": plan.outlook.import_price,
            "intensity": plan.outlook.carbon,
        }
    )
    return (
        rows.join(prices, on="start", how="left", maintain_order="left")
        .with_columns(
            pl.format("device:{}/{}", pl.lit(site_id), "device").alias("subject"),
            pl.lit(site_id).alias("site_id"),
            pl.lit("kW").alias("unit"),
        )
        .select(
            "subject",
            "site_id",
            "start",
            "device",
            "kind",
            "power",
            "state",
            "cost",
            "unit",
            "import_price",
            "intensity",
        )
    )


def plan_json(done: Planned) -> dict[str, object]:
    """The plan for machines; keys are stable."""
    plan = done.plan
    return {
        "site": done.place.place.id,
        "at": f"{done.at.isoformat()}Z",
        "run": done.run,
        "mode": plan.mode,
        "currency": plan.site.currency,
        "cost": done.cost,
        "cost_without_control": done.cost_without,
        "costs": plan.costs.as_dict(),
        "objective": plan.objective,
        "emissions": None if done.carbon.source == "none" else done.emitted,
        "emissions_without_control": None if done.carbon.source == "none" else done.emitted_without,
        "carbon": done.carbon.source,
        "peak": done.peak,
        "peak_without_control": done.peak_without,
        "step_seconds": round(plan.outlook.hours * 3600),
        "buildings": [one._asdict() for one in done.buildings],
        "prices": {"import": plan.outlook.import_price.tolist(), "export": plan.outlook.export_price.tolist()},
        "steps": [
            {**row, "start": f"{row['start'].isoformat()}Z"}
            for row in plan_rows(done).select("start", "device", "kind", "power", "state").iter_rows(named=True)
        ],
        "step_costs": step_costs(plan.site, plan.outlook, plan.schedule).tolist(),
        "findings": [one.as_dict() for one in done.findings],
    }


def _disagrees(plan: Plan) -> list[Finding]:
    apart = abs(plan.objective - plan.costs.total) / max(1.0, abs(plan.costs.total))
    if apart <= AGREES:
        return []
    return [
        Finding(
            code="dispatch.objective",
            place=f"site '{plan.site.id}'",
            found="the optimiser's objective {objective} is not the cost of its schedule, {cost}",
            expected="the same to 1e-6",
            remedy="report this: the plan's cost is that of the schedule",
            params={"objective": plan.objective, "cost": plan.costs.total},
            severity="warning",
        )
    ]


def _stale(place: DispatchSite, past: Seen, now: datetime) -> list[Finding]:
    """What the load was last is long ago."""
    known = np.flatnonzero(np.isfinite(past.load))
    if not known.size:
        return []
    last = past.start + (int(known[-1]) + 1) * timedelta(hours=past.hours)
    if now - last <= STALE:
        return []
    return [
        Finding(
            code="dispatch.stale",
            place=f"site '{place.place.id}'",
            found="the load was last read at {last}, {hours} h before the plan begins",
            expected="readings up to the start of the plan",
            remedy="take newer readings in, and look at doubtful ones with `wattstone quality`; live, the declared "
            "fallback would run the site by now",
            params={"last": f"{last:%Y-%m-%dT%H:%MZ}", "hours": f"{(now - last) / timedelta(hours=1):.0f}"},
            severity="warning",
        )
    ]


def _no_readings(place: DispatchSite, at: datetime | None) -> Finding:
    return Finding(
        code="dispatch.nothing_read",
        place=f"site '{place.place.id}'",
        found="its meters have no readings" if at is None else "its meters have no readings before {before}",
        params={} if at is None else {"before": f"{at:%Y-%m-%dT%H:%MZ}"},
        expected="readings from which load and PV can be forecast",
        remedy="take readings in with `wattstone ingest`, or name a later time with --at",
    )
