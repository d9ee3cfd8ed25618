"""A site over a past period, run in several ways: no control, rules, plans made with what was known, perfect foresight.

All ways meet the same load, sun, prices and vehicles, and the same physics of the devices. What a way leaves in the
batteries is settled at the period's lowest price, so that short periods can be compared.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from wattstone.base import Figure, Finding, InputRefused, Period
from wattstone.dispatch.accounts import Passed, passed
from wattstone.dispatch.backtest import Backtest, Expected, Forecaster, Past, backtest, perfect
from wattstone.dispatch.outlook import Outlook
from wattstone.dispatch.rules import by_rule
from wattstone.dispatch.site import Site as DeviceSite
from wattstone.workflows.access import Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.dispatch.begin import begin
from wattstone.workflows.dispatch.foresight import Carbon, Foresight
from wattstone.workflows.dispatch.peaks import book_of
from wattstone.workflows.dispatch.plan import AGREES
from wattstone.workflows.dispatch.site import DispatchSite, open_site
from wattstone.workflows.dispatch.stretch import Stretch, about_site, evidence_of, happened, measured
from wattstone.workflows.forecast import Progress
from wattstone.workflows.learnt import Learnt
from wattstone.workflows.results import Batch, keep
from wattstone.workflows.series import floored, last_end
from wattstone.workflows.workspace import Workspace

__all__ = ["WAYS", "Backtested", "backtest_site"]

METHOD = "backtest/1"
WAYS = ("none", "self_consumption", "clock", "plan", "known", "perfect")
"""`known` plans like `plan`, with what really came in place of forecasts."""
DEFAULT = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, eq=False)
class Backtested:
    """What came of a period.

    Parameters
    ----------
    place : DispatchSite
        The site.
    start, end : datetime
        Naive UTC.
    ways : dict of str to Backtest
        In the order of `WAYS`.
    carbon : Carbon
        Where intensities come from.
    filled : int
        Steps of load or sun that were filled, because a plan cannot be compared on a gap.
    run : int or None
        Number of the run in the lake.
    findings : tuple of Finding
        What has to be said.
    """

    place: DispatchSite
    start: datetime
    end: datetime
    ways: dict[str, Backtest]
    carbon: Carbon
    filled: int
    run: int | None
    findings: tuple[Finding, ...]

    def settled(self, way: str) -> float:
        """Cost of a way, less the worth of what it left in the batteries. [currency]"""
        one = self.ways[way]
        totals = one.totals()
        return totals["cost"] - totals["left"] * _worth(one.site, one.truth)

    @property
    def gained(self) -> float | None:
        """Share of what perfect foresight saves against no control that the plans saved; None where there is none."""
        most = self.settled("none") - self.settled("perfect")
        return (self.settled("none") - self.settled("plan")) / most if most > 1e-9 else None

    @property
    def forecast_error(self) -> float:
        """What the errors of the forecasts cost: plans against the same plans with what really came. [currency]"""
        return self.settled("plan") - self.settled("known")

    @property
    def forecast_share(self) -> float | None:
        """Share of the gap between plans and perfect foresight that errors of the forecasts explain."""
        gap = self.settled("plan") - self.settled("perfect")
        return self.forecast_error / gap if gap > 1e-9 else None

    def buildings(self, way: str) -> tuple[Passed, ...]:
        """What passed the meter of each building in a way; empty where none counts by itself."""
        one = self.ways[way]
        return passed(one.site, one.truth, one.done.accounts)

    def totals(self) -> dict[str, dict[str, float]]:
        """Numbers of each way, with the settled cost."""
        return {name: {"settled": self.settled(name), **one.totals()} for name, one in self.ways.items()}

    def as_dict(self) -> dict[str, Any]:
        """For machines; keys are stable."""
        return {
            "site": self.place.place.id,
            "start": f"{self.start.isoformat()}Z",
            "end": f"{self.end.isoformat()}Z",
            "run": self.run,
            "currency": self.place.file.site.currency,
            "ways": self.totals(),
            "buildings": {way: [one._asdict() for one in self.buildings(way)] for way in self.ways},
            "gained": self.gained,
            "forecast_error": self.forecast_error,
            "forecast_share": self.forecast_share,
            "plans": self.ways["plan"].plans,
            "relaxed": self.ways["plan"].relaxed,
            "safe": self.ways["plan"].safe,
            "objective_error": max(one.objective_error for one in self.ways.values()),
            "filled": self.filled,
            "carbon": self.carbon.source,
            "findings": [one.as_dict() for one in self.findings],
        }


def backtest_site(
    workspace: Workspace,
    site_id: str,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    charge: float | None = None,
    every: timedelta | None = None,
    kept: bool = True,
    progress: Progress | None = None,
) -> Backtested:
    """Run a site through a past period in every way.

    Parameters
    ----------
    workspace : Workspace
        With readings, tariffs, intensities and the site file.
    site_id : str
        Of the workspace.
    start, end : datetime or None
        Naive UTC; the last seven days that have readings where None.
    charge : float or None
        What the batteries hold at the start, as a share of their capacity; as `begin` finds it where None.
    every : timedelta or None
        A new plan each; each step of the site file where None.
    kept : bool
        Whether figures and evidence go to the lake.
    progress : callable or None
        Told how far it is.

    Returns
    -------
    Backtested

    Raises
    ------
    InputRefused
        Where site file, readings or tariff do not allow it.
    """
    workspace = acting(workspace, Act.RUN, site_id)
    place = open_site(workspace, site_id)
    first, last = _period(workspace, place, start, end)
    stretch = measured(workspace, place, start=first, end=last)
    initial, told = begin(workspace, place, stretch.before, charge=charge, now=first)
    initial = replace(initial, peak=0.0)
    truth, findings = happened(workspace, stretch, initial=initial)
    horizon, renew = place.file.steps, 1 if every is None else max(1, round(every / place.step))
    runs = {
        "none": lambda: by_rule(place.file.site, truth, "none", initial=initial, day=place.day),
        "self_consumption": lambda: by_rule(place.file.site, truth, "self_consumption", initial=initial, day=place.day),
        "clock": lambda: by_rule(place.file.site, truth, "clock", initial=initial, day=place.day),
        "plan": lambda: backtest(
            place.file.site,
            truth,
            Foresight(place, stretch.before, horizon=horizon, learnt=Learnt(workspace.root), later=stretch.during),
            initial=initial,
            horizon=horizon,
            every=renew,
            book=book_of(place.file, stretch.before),
        ),
        "known": lambda: backtest(
            place.file.site,
            truth,
            _oracle(truth),
            initial=initial,
            horizon=horizon,
            every=renew,
            book=book_of(place.file, stretch.before),
        ),
        "perfect": lambda: perfect(place.file.site, truth, initial=initial, margin=place.day),
    }
    ways: dict[str, Backtest] = {}
    for done, (name, made) in enumerate(runs.items(), start=1):
        ways[name] = made()
        if progress is not None:
            progress("backtest", done, len(runs))
    said = (*place.findings, *stretch.carbon.findings, *told, *findings, *_unequal(ways))
    tested = Backtested(
        place=place, start=first, end=last, ways=ways, carbon=stretch.carbon, filled=stretch.filled, run=None,
        findings=said,
    )  # fmt: skip
    return _recorded(workspace, tested, stretch) if kept else tested


def _worth(site: DeviceSite, truth: Outlook) -> float:
    """Of a kWh that is left in the batteries: for what it could be bought again, as plans count it. [currency kWh-1]"""
    pack = site.batteries
    return max(0.0, float(np.min(truth.import_price))) * (pack[0].discharge_efficiency if pack else 1.0)


def _period(
    workspace: Workspace, place: DispatchSite, start: datetime | None, end: datetime | None
) -> tuple[datetime, datetime]:
    step = place.step
    read = last_end(workspace, place.meters, before=end)
    if read is None:
        raise InputRefused([_nothing(place, start, end)])
    last = floored(end if end is not None else read, step)
    first = floored(start if start is not None else last - DEFAULT, step)
    if last <= first or read <= first:
        raise InputRefused([_nothing(place, start, end)])
    return first, last


def _oracle(truth: Outlook) -> Forecaster:
    """What really came, in place of a forecast."""

    def known(past: Past, steps: int) -> Expected:
        there = slice(past.step, past.step + steps)
        return Expected(
            truth.load[there],
            truth.pv[:, there],
            truth.carbon[there],
            drift=truth.drift[:, there],
            buildings=truth.buildings[:, there],
        )

    return known


def _recorded(workspace: Workspace, tested: Backtested, stretch: Stretch) -> Backtested:
    about = {
        "method": METHOD,
        **{name: one for name, one in tested.as_dict().items() if name != "run"},
        **about_site(workspace, tested.place),
    }
    batch = Batch(
        kind="backtest",
        year=tested.start.year,
        about=about,
        evidence=evidence_of(workspace, tested.place, stretch.before, stretch.during, until=tested.end),
        figures=_figures(tested),
    )
    return replace(tested, run=keep(workspace, batch))


def _figures(tested: Backtested) -> list[Figure]:
    currency, unknown = tested.place.file.site.currency, tested.carbon.source == "none"
    wanted = (("cost", "settled", currency), ("emissions", "carbon", "kg CO2e"), ("peak", "peak", "kW"))
    label = f"{tested.start:%Y-%m-%dT%H:%M}/{tested.end:%Y-%m-%dT%H:%M}"
    return [
        Figure(
            name=f"backtest.{name}.{way}",
            value=None if unknown and name == "emissions" else totals[key],
            reason="no carbon intensity is known" if unknown and name == "emissions" else None,
            unit=unit,
            subject=f"site:{tested.place.place.id}",
            period=Period(tested.start, tested.end),
            period_label=label,
            method=METHOD,
        )
        for way, totals in tested.totals().items()
        for name, key, unit in wanted
    ]


def steps_of(tested: Backtested, way: str) -> pl.DataFrame:
    """The steps of one way with price and intensity, for drawings and files."""
    one = tested.ways[way]
    return one.frame().with_columns(
        pl.Series("import_price", one.truth.import_price), pl.Series("intensity", one.truth.carbon)
    )


def _unequal(ways: dict[str, Backtest]) -> list[Finding]:
    worst = max(one.objective_error for one in ways.values())
    if worst <= AGREES:
        return []
    return [
        Finding(
            code="dispatch.objective_backtest",
            place="backtest",
            found="an objective of the optimiser is {error} away from the cost of its schedule, relative to it",
            expected="1e-6 at most",
            remedy="report this: costs are those of the schedules",
            params={"error": f"{worst:.1e}"},
            severity="warning",
        )
    ]


def _nothing(place: DispatchSite, start: datetime | None, end: datetime | None) -> Finding:
    return Finding(
        code="dispatch.no_period",
        place=f"site '{place.place.id}'",
        found="the period from {start} to {end} ends before it begins"
        if start is not None and end is not None and end <= start
        else "its meters have no readings in the period from {start} to {end}",
        params={"start": start or "the beginning", "end": end or "now"},
        expected="a period that begins before it ends, with readings",
        remedy="choose another with --from and --to",
    )
