"""A site over a past period, run in several ways: no control, rules, plans made with what was known, perfect foresight.

All ways meet the same load, sun, prices and vehicles, and the same physics of the devices. What a way leaves in the
batteries is settled at the period's mean price, so that short periods can be compared.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattstone.base import Figure, Finding, InputRefused, Period
from wattstone.dispatch.backtest import Backtest, Expected, Forecaster, Past, backtest, perfect
from wattstone.dispatch.outlook import Outlook, State, checked, tasks_of
from wattstone.dispatch.rules import by_rule
from wattstone.workflows.dispatch.foresight import LEARNT, Carbon, Foresight, Seen, carbon_of, seen
from wattstone.workflows.dispatch.plan import AGREES, initial_state
from wattstone.workflows.dispatch.site import DispatchSite, open_site, sessions_of
from wattstone.workflows.forecast import Progress
from wattstone.workflows.results import Batch, keep, readings_evidence
from wattstone.workflows.series import floored, last_end
from wattstone.workflows.workspace import Workspace

Floats = NDArray[np.float64]

__all__ = ["WAYS", "Backtested", "backtest_site"]

METHOD = "backtest/1"
WAYS = ("none", "self_consumption", "clock", "plan", "known", "perfect")
"""`known` plans like `plan`, with what really came in place of forecasts."""
DEFAULT = timedelta(days=7)
MISSING = 0.1  # share of the steps that may have to be filled
SHORT = timedelta(hours=2)


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
        pack = one.site.batteries
        worth = float(np.mean(one.truth.import_price)) * (pack[0].discharge_efficiency if pack else 1.0)
        totals = one.totals()
        return totals["cost"] - totals["left"] * worth

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
    charge: float = 0.5,
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
    charge : float
        What the batteries hold at the start, as a share of their capacity.
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
    place = open_site(workspace, site_id)
    step = timedelta(hours=place.file.hours)
    first, last = _period(workspace, place, start, end, step)
    carbon = carbon_of(workspace, place, start=first - LEARNT, end=last)
    before = seen(workspace, place, carbon, start=floored(first - LEARNT, step), end=first)
    during = seen(workspace, place, carbon, start=first, end=last)
    load, pv, intensity, filled = _filled(place, before, during)
    initial = initial_state(place, before, charge=charge, now=first)
    initial = State(soc=initial.soc, buffers=initial.buffers, net=initial.net)
    truth, findings = _truth(workspace, place, first, load, pv, intensity, initial)
    horizon, renew = place.file.steps, 1 if every is None else max(1, round(every / step))
    runs = {
        "none": lambda: by_rule(place.file.site, truth, "none", initial=initial, day=_day(place)),
        "self_consumption": lambda: by_rule(
            place.file.site, truth, "self_consumption", initial=initial, day=_day(place)
        ),
        "clock": lambda: by_rule(place.file.site, truth, "clock", initial=initial, day=_day(place)),
        "plan": lambda: backtest(
            place.file.site,
            truth,
            Foresight(place, before, horizon=horizon),
            initial=initial,
            horizon=horizon,
            every=renew,
        ),
        "known": lambda: backtest(
            place.file.site, truth, _oracle(truth), initial=initial, horizon=horizon, every=renew
        ),
        "perfect": lambda: perfect(place.file.site, truth, initial=initial, margin=_day(place)),
    }
    ways: dict[str, Backtest] = {}
    for done, (name, made) in enumerate(runs.items(), start=1):
        ways[name] = made()
        if progress is not None:
            progress("backtest", done, len(runs))
    said = (*place.findings, *carbon.findings, *findings, *_gaps(place, filled, truth.steps), *_unequal(ways))
    tested = Backtested(
        place=place, start=first, end=last, ways=ways, carbon=carbon, filled=filled, run=None, findings=said
    )
    return _recorded(workspace, tested) if kept else tested


def _day(place: DispatchSite) -> int:
    return round(24 / place.file.hours)


def _period(
    workspace: Workspace, place: DispatchSite, start: datetime | None, end: datetime | None, step: timedelta
) -> tuple[datetime, datetime]:
    read = last_end(workspace, place.meters, before=end)
    if read is None:
        raise InputRefused([_nothing(place, start, end)])
    last = floored(end if end is not None else read, step)
    first = floored(start if start is not None else last - DEFAULT, step)
    if last <= first or read <= first:
        raise InputRefused([_nothing(place, start, end)])
    return first, last


def _filled(place: DispatchSite, before: Seen, during: Seen) -> tuple[Floats, Floats, Floats, int]:
    """The truth without gaps: short ones by a straight line, others as a day or a week before."""
    day, filled = _day(place), 0
    rows: list[Floats] = []
    known = np.vstack([before.load, before.pv, before.intensity]), np.vstack([during.load, during.pv, during.intensity])
    for past, series in zip(*known, strict=True):
        whole = np.concatenate([past[-7 * day :], series])
        gaps = ~np.isfinite(whole)
        count = int(gaps[-series.size :].sum())
        if count > MISSING * series.size:
            raise InputRefused([_too_many(place, count, series.size)])
        filled += count
        rows.append(_mended(whole, gaps, day, round(SHORT / timedelta(hours=during.hours)))[-series.size :])
    return rows[0], np.array(rows[1:-1]).reshape(-1, rows[0].size), rows[-1], filled


def _mended(series: Floats, gaps: NDArray[np.bool_], day: int, short: int) -> Floats:
    if not gaps.any():
        return series
    made, places = series.copy(), np.arange(series.size)
    if gaps.all():
        return np.zeros(series.size)
    edges: list[int] = np.flatnonzero(np.diff(np.concatenate(([0], gaps.astype(np.int8), [0])))).tolist()
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        if after - first > short:
            for step in range(first, after):
                sources = [made[step - back] for back in (day, 7 * day) if back <= step]
                made[step] = next((one for one in sources if np.isfinite(one)), np.nan)
    left = ~np.isfinite(made)
    made[left] = np.interp(places[left], places[~left], made[~left])
    return made


def _truth(
    workspace: Workspace,
    place: DispatchSite,
    first: datetime,
    load: Floats,
    pv: Floats,
    intensity: Floats,
    initial: State,
) -> tuple[Outlook, tuple[Finding, ...]]:
    hours = place.file.hours
    last = first + load.size * timedelta(hours=hours)
    sessions, _ = sessions_of(workspace, place, start=first, end=last)
    whole = tuple(one for one in sessions if one.departure <= last and one.arrival >= first)
    tasks, odd = tasks_of(place.file.site, whole, start=first, hours=hours)
    truth = place.file.outlook(first, load, pv=pv, tasks=tasks, intensity=intensity)
    sound, _, told = checked(place.file.site, truth, initial)
    return sound, (*odd, *told)


def _oracle(truth: Outlook) -> Forecaster:
    """What really came, in place of a forecast."""

    def known(past: Past, steps: int) -> Expected:
        there = slice(past.step, past.step + steps)
        return Expected(truth.load[there], truth.pv[:, there], truth.carbon[there])

    return known


def _recorded(workspace: Workspace, tested: Backtested) -> Backtested:
    about = {
        "method": METHOD,
        **{name: one for name, one in tested.as_dict().items() if name != "run"},
        "site_file": tested.place.file.table.model_dump(mode="json", by_alias=True),
        "readings_version": workspace.lake.version("readings"),
    }
    batch = Batch(
        kind="backtest",
        year=tested.start.year,
        about=about,
        evidence={
            **readings_evidence(workspace, tested.place.meters, until=tested.end),
            **tested.carbon.evidence,
        },
        figures=_figures(tested),
    )
    run = keep(workspace, batch)
    return replace(tested, run=run)


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


def _gaps(place: DispatchSite, filled: int, steps: int) -> list[Finding]:
    if not filled:
        return []
    return [
        Finding(
            code="dispatch.filled",
            place=f"site '{place.place.id}'",
            found="{count} values in {steps} steps of load, sun and intensity are gaps",
            expected="readings of every step",
            remedy="load what is missing; up to 2 h they follow a straight line, else a day or a week before",
            params={"steps": steps},
            count=filled,
            severity="warning",
        )
    ]


def _too_many(place: DispatchSite, count: int, steps: int) -> Finding:
    return Finding(
        code="dispatch.too_many_gaps",
        place=f"site '{place.place.id}'",
        found="{count} of {steps} steps of load, sun or intensity have no reading",
        expected="readings for nine tenths of the period at least",
        remedy="choose another period with --from and --to, or meters without gaps under [meters]",
        params={"steps": steps},
        count=count,
    )


def _nothing(place: DispatchSite, start: datetime | None, end: datetime | None) -> Finding:
    return Finding(
        code="dispatch.no_period",
        place=f"site '{place.place.id}'",
        found="its meters have no readings in the period from {start} to {end}",
        params={"start": start or "the beginning", "end": end or "now"},
        expected="a period that begins before it ends, with readings",
        remedy="choose another with --from and --to",
    )
