"""Forecasts of the meters of sites: made from the readings up to a time, scored on what came after earlier ones.

Meters of one kind, step and clock are forecast together. For each of them, the forecaster takes the method that lost
least so far, out of sample; how good what it took was is measured beside that: in the last fortnight a forecast is made
every six hours, and compared with what was then read.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattstone.base import Finding, InputRefused
from wattstone.forecasting import Forecast, Forecaster, Kind, Spec, made, mase, naive_scale, pinball
from wattstone.forecasting.scores import coverage
from wattstone.portfolio import Meter, Site
from wattstone.workflows.results import FORECASTS, Batch, keep, readings_evidence
from wattstone.workflows.series import Powers, floored, intensities, last_end, powers, step_of
from wattstone.workflows.workspace import Workspace

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int | None], None]

__all__ = ["Forecasts", "Score", "SeriesForecast", "forecast_series", "forecast_sites", "forecastable"]

HISTORY = timedelta(days=56)
SCORED = timedelta(days=14)
EVERY = timedelta(hours=6)
AHEAD = timedelta(hours=24)
STALE = timedelta(hours=48)
STEPS = (900, 1800, 3600)  # s
KINDS: dict[str, Kind] = {"electricity": "load", "solar": "pv"}
SHOWN = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


@dataclass(frozen=True, kw_only=True)
class Score:
    """How good forecasts of the next 24 h were in the last fortnight, out of sample.

    Parameters
    ----------
    mase : float or None
        Mean absolute error of the median over that of the seasonal naive (a day before) on the history.
    naive : float or None
        The same of the seasonal naive on the very same hours.
    pinball : float or None
        Mean pinball loss over the levels. [unit of the series]
    coverage : float or None
        Share that came within the 90 % interval.
    forecasts : int
        How many forecasts were compared.
    """

    mase: float | None = None
    naive: float | None = None
    pinball: float | None = None
    coverage: float | None = None
    forecasts: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class SeriesForecast:
    """The forecast of one series.

    Parameters
    ----------
    subject : str
        `meter:ID` or `grid:REGION`.
    site_id : str
        Where.
    kind : {'load', 'pv', 'carbon'}
        What.
    unit : str
        `kW` or `kg CO2e/kWh`.
    start : datetime
        Naive UTC.
    step : timedelta
        Length of a step.
    levels : tuple of float
        Of the quantiles: those of `SHOWN`.
    values : (time, level) array
        NaN where nothing was ever seen.
    methods : dict of str to str
        What was taken, by lead in hours.
    losses : dict of str to float
        Pinball loss of each method at the lead next to an hour. [unit]
    score : Score
        Of what was taken.
    recent : (time,) array
        What was read in the two days before the start, for the eye.
    """

    subject: str
    site_id: str
    kind: Kind
    unit: str
    start: datetime
    step: timedelta
    levels: tuple[float, ...]
    values: Floats
    methods: dict[str, str]
    losses: dict[str, float]
    score: Score
    recent: Floats

    @property
    def median(self) -> Floats:
        """The quantile at .5, (time,)."""
        return self.values[:, self.levels.index(0.5)]

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        starts = [self.start + number * self.step for number in range(len(self.values))]
        names = [f"q{round(100 * level):02}" for level in self.levels]
        return {
            "subject": self.subject,
            "site": self.site_id,
            "kind": self.kind,
            "unit": self.unit,
            "step_seconds": int(self.step.total_seconds()),
            "methods": self.methods,
            "losses": self.losses,
            "score": asdict(self.score),
            "steps": [
                {"start": f"{start.isoformat()}Z", **{name: _known(v) for name, v in zip(names, row, strict=True)}}
                for start, row in zip(starts, self.values.tolist(), strict=True)
            ],
        }


@dataclass(frozen=True, kw_only=True)
class Forecasts:
    """What a run forecast.

    Parameters
    ----------
    at : datetime
        Up to when readings were used, naive UTC.
    run : int or None
        Number of the run in the lake; None where nothing was kept.
    series : tuple of SeriesForecast
        By site and subject.
    findings : tuple of Finding
        Meters that were left out, and why.
    """

    at: datetime
    run: int | None
    series: tuple[SeriesForecast, ...]
    findings: tuple[Finding, ...] = field(default=())


def forecastable(meters: Sequence[Meter], site_id: str | None = None) -> tuple[Meter, ...]:
    """Meters of electricity and solar power that are measured, of one site or of all."""
    return tuple(
        one
        for one in meters
        if site_id in (None, one.site_id)
        and one.expression is None
        and one.measures is not None
        and one.measures.name in KINDS
        and one.direction == "import"
    )


def forecast_sites(
    workspace: Workspace,
    site_id: str | None = None,
    *,
    at: datetime | None = None,
    hours: float = 48,
    progress: Progress | None = None,
) -> Forecasts:
    """Forecast the meters of a site or of all sites, and the carbon intensity of their grids; keep it in the lake.

    Parameters
    ----------
    workspace : Workspace
        Where readings are and forecasts go.
    site_id : str or None
        All sites where None.
    at : datetime or None
        Naive UTC; nothing that was read later is used. After the last reading where None.
    hours : float
        How far ahead. [h]
    progress : callable or None
        Told how far it is.

    Returns
    -------
    Forecasts

    Raises
    ------
    InputRefused
        If there is no such site, or nothing that can be forecast.
    """
    sites = {one.id: one for one in workspace.records.sites()}
    if site_id is not None and site_id not in sites:
        raise InputRefused([unknown_site(workspace, site_id, sorted(sites))])
    meters = forecastable(workspace.records.meters(), site_id)
    now = last_end(workspace, meters, before=at) if meters else None
    if now is None:
        raise InputRefused([_nothing(workspace, site_id, at)])
    moment = now if at is None else at
    usual = step_of(workspace, meters)
    groups = _groups(meters, sites, usual)
    findings = [*_left_out(meters, usual)]
    series: list[SeriesForecast] = []
    for done, ((kind, zone, seconds), members) in enumerate(sorted(groups.items()), start=1):
        step = timedelta(seconds=seconds)
        end = floored(moment, step)
        history = powers(workspace, members, start=_begin(end, step), end=end, step=step)
        seen: NDArray[np.bool_] = np.asarray(np.isfinite(history.values).any(axis=1))
        findings += _stale(history, members)
        if seen.any():
            known = Powers(history.start, step, _of(history.names, seen), history.values[seen], history.version)
            places = {one.id: one.site_id for one in members}
            series += forecast_series(known, kind, zone=zone, hours=hours, subjects=places)
        if progress is not None:
            progress("forecast", done, len(groups))
    series += _grids(workspace, sites, {one.site_id for one in meters}, moment, hours)
    if not series:
        raise InputRefused([_nothing(workspace, site_id, at)])
    ordered = tuple(sorted(series, key=lambda one: (one.site_id, one.kind, one.subject)))
    return Forecasts(at=moment, run=_kept(workspace, ordered, meters, moment), series=ordered, findings=tuple(findings))


def forecast_series(
    history: Powers, kind: Kind, *, zone: str, hours: float, subjects: dict[str, str], unit: str = "kW"
) -> list[SeriesForecast]:
    """Forecast some series of one kind together.

    Parameters
    ----------
    history : Powers
        Up to the time of the forecast.
    kind : {'load', 'pv', 'carbon'}
        What they are.
    zone : str
        IANA zone of the people.
    hours : float
        How far ahead. [h]
    subjects : dict of str to str
        Site by name of the series.
    unit : str
        Of the values.

    Returns
    -------
    list of SeriesForecast
        In the order of the history.
    """
    history = history.begun()
    spec = Spec(
        kind, series=len(history.names), start=history.start, step=history.minutes, zone=zone, hours=max(hours, 24)
    )
    forecaster = made(spec)
    told = _observed(forecaster, history)
    forecast = forecaster.forecast(max(1, round(hours * 60 / history.minutes)))
    values = np.stack([forecast.quantile(level) for level in SHOWN], axis=-1)
    scores = _scores(history, told, per_day=forecaster.clock.per_day)
    recent = history.values[:, -2 * forecaster.clock.per_day :]
    prefix = "grid" if kind == "carbon" else "meter"
    return [
        SeriesForecast(
            subject=f"{prefix}:{name}",
            site_id=subjects[name],
            kind=kind,
            unit=unit,
            start=forecast.start,
            step=history.step,
            levels=SHOWN,
            values=values[row],
            methods={f"{c.lead * history.minutes / 60:g}": c.method for c in forecaster.choices() if c.series == row},
            losses=_losses(forecaster, row),
            score=scores[row],
            recent=recent[row],
        )
        for row, name in enumerate(history.names)
    ]


def _observed(forecaster: Forecaster, history: Powers) -> list[tuple[int, Forecast]]:
    """Take the history in, step by step; on the way, forecast as one would have then."""
    per_day, count = forecaster.clock.per_day, history.values.shape[1]
    every = max(1, int(EVERY / history.step))
    first = max(7 * per_day, count - int(SCORED / history.step))
    told: list[tuple[int, Forecast]] = []
    for index, column in enumerate(history.values.T):
        if index >= first and (index - first) % every == 0 and index + per_day <= count:
            told.append((index, forecaster.forecast(per_day)))
        forecaster.observe(column)
    return told


def _scores(history: Powers, told: list[tuple[int, Forecast]], *, per_day: int) -> list[Score]:
    if not told:
        return [Score() for _ in history.names]
    places = np.stack([np.arange(first, first + per_day) for first, _ in told])
    actual = history.values[:, places]
    quantiles = np.stack([one.values for _, one in told], axis=1)
    lower, upper = (np.stack([one.quantile(level) for _, one in told], axis=1) for level in (0.05, 0.95))
    median = np.stack([one.median for _, one in told], axis=1)
    naive = history.values[:, places - per_day]
    scale = naive_scale(history.values[:, : told[0][0]], per_day)
    loss = pinball(actual, quantiles, told[0][1].levels)
    flat = (len(history.names), -1)
    pair = np.isfinite(actual) & np.isfinite(naive) & np.isfinite(median)
    if not pair.any():
        return [Score() for _ in history.names]
    both = np.where(pair, actual, np.nan).reshape(flat)
    inside = coverage(both, lower.reshape(flat), upper.reshape(flat))
    return [
        Score(
            mase=_ratio(both[row], median[row].ravel(), scale[row]),
            naive=_ratio(both[row], naive[row].ravel(), scale[row]),
            pinball=_known(float(np.nanmean(np.asarray(loss[row])))) if np.isfinite(loss[row]).any() else None,
            coverage=_known(float(inside[row])),
            forecasts=len(told),
        )
        for row in range(len(history.names))
    ]


def _ratio(actual: Floats, said: Floats, scale: float) -> float | None:
    if not np.isfinite(actual).any() or not scale > 0:
        return None
    return _known(float(mase(actual[None], said[None], scale)[0]))


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _losses(forecaster: Forecaster, row: int) -> dict[str, float]:
    """What each method lost at the lead next to an hour."""
    mine = [one for one in forecaster.choices() if one.series == row]
    near = min(mine, key=lambda one: abs(one.lead * forecaster.clock.step - 60))
    return near.losses


def _begin(end: datetime, step: timedelta) -> datetime:
    return floored(end - HISTORY, step)


def _of(names: tuple[str, ...], mask: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(name for name, one in zip(names, mask.tolist(), strict=True) if one)


def _groups(
    meters: Sequence[Meter], sites: dict[str, Site], usual: dict[str, int]
) -> dict[tuple[Kind, str, int], list[Meter]]:
    groups: dict[tuple[Kind, str, int], list[Meter]] = {}
    for one in meters:
        seconds = next((step for step in STEPS if usual.get(one.id, 1 << 30) <= step), None)
        if seconds is not None and one.measures is not None:
            groups.setdefault((KINDS[one.measures.name], sites[one.site_id].zone, seconds), []).append(one)
    return groups


def _grids(
    workspace: Workspace, sites: dict[str, Site], wanted: set[str], at: datetime, hours: float
) -> list[SeriesForecast]:
    """Forecasts of the intensity of each grid that the lake has values of, by the hour."""
    step, found = timedelta(hours=1), list[SeriesForecast]()
    regions: dict[str, Site] = {}
    for site in (sites[name] for name in sorted(wanted)):
        if site.region is not None:
            regions.setdefault(site.region, site)
    for region, site in regions.items():
        end = floored(at, step)
        history = intensities(workspace.lake, region, start=_begin(end, step), end=end, step=step)
        if history is not None:
            found += forecast_series(
                history, "carbon", zone=site.zone, hours=hours, subjects={region: site.id}, unit="kg CO2e/kWh"
            )
    return found


def _kept(workspace: Workspace, series: Sequence[SeriesForecast], meters: Sequence[Meter], at: datetime) -> int:
    about = {
        "method": "forecast/1",
        "at": f"{at.isoformat()}Z",
        "history_days": HISTORY.days,
        "readings_version": workspace.lake.version("readings"),
        "intensity_version": workspace.lake.version("intensity"),
        "series": {
            one.subject: {"methods": one.methods, "losses": one.losses, "score": asdict(one.score)} for one in series
        },
    }
    used = {one.subject for one in series}
    mine = [one for one in meters if f"meter:{one.id}" in used]
    return keep(
        workspace,
        Batch(
            kind="forecast",
            year=at.year,
            about=about,
            evidence=readings_evidence(workspace, mine, until=at),
            table=FORECASTS,
            steps=pl.concat([_frame(one) for one in series]),
        ),
    )


def _frame(one: SeriesForecast) -> pl.DataFrame:
    steps = len(one.values)
    starts = [one.start + number * one.step for number in range(steps)]
    return pl.DataFrame(
        {
            "name": pl.Series([f"forecast.{one.kind}"] * steps, dtype=pl.String),
            "subject": [one.subject] * steps,
            "start": pl.Series(starts, dtype=pl.Datetime("us")),
            "seconds": pl.Series([int(one.step.total_seconds())] * steps, dtype=pl.Int32),
            "unit": [one.unit] * steps,
            **{f"q{round(100 * level):02}": one.values[:, column] for column, level in enumerate(one.levels)},
        }
    ).with_columns(pl.col(pl.Float64).fill_nan(None))


def _left_out(meters: Sequence[Meter], usual: dict[str, int]) -> list[Finding]:
    return [
        Finding(
            code="forecast.interval",
            place=f"meter '{one.id}'",
            found="its intervals are of {seconds} s" if one.id in usual else "it has no readings",
            expected="readings of an hour or finer",
            remedy="load its profile; the meter is left out of the forecast until then",
            params={"seconds": usual.get(one.id, 0)},
            severity="warning",
        )
        for one in meters
        if usual.get(one.id, 1 << 30) > STEPS[-1]
    ]


def _stale(history: Powers, meters: Sequence[Meter]) -> list[Finding]:
    """Meters whose last reading is old: their forecast rests on what was, and is wide."""
    seen = np.isfinite(history.values)
    found: list[Finding] = []
    for row, one in enumerate(meters):
        last = int(np.flatnonzero(seen[row])[-1]) if seen[row].any() else None
        when = history.start if last is None else history.start + (last + 1) * history.step
        if history.end - when > STALE or last is None:
            found.append(
                Finding(
                    code="forecast.stale",
                    place=f"meter '{one.id}'",
                    found="nothing was read after {when}",
                    expected="readings up to the time of the forecast",
                    remedy="take its readings in with `wattstone ingest`, or name an earlier time with --at",
                    params={"when": f"{when:%Y-%m-%dT%H:%MZ}"},
                    severity="warning",
                )
            )
    return found


def unknown_site(workspace: Workspace, site_id: str, known: Sequence[str]) -> Finding:
    """A site that nobody declared."""
    return Finding(
        code="site.unknown",
        place=str(workspace.root),
        found="there is no site '{site}'",
        params={"site": site_id, "known": ", ".join(known[:12]) or "none"},
        expected="the id of a site of the workspace: {known}",
        remedy="`wattstone site` lists the sites",
    )


def _nothing(workspace: Workspace, site_id: str | None, at: datetime | None) -> Finding:
    return Finding(
        code="forecast.nothing",
        place=str(workspace.root) if site_id is None else f"site '{site_id}'",
        found="there are no readings of electricity or solar power{before}",
        params={"before": "" if at is None else f" before {at:%Y-%m-%dT%H:%MZ}"},
        expected="a meter of electricity or solar power with readings of an hour or finer",
        remedy="load readings with `wattstone ingest`; `wattstone meter` lists the meters and their kinds",
    )
