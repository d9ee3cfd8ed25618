"""Forecasts of the meters of sites: made from the readings up to a time, scored on what came after earlier ones.

Meters of one kind, step and clock are forecast together. For each of them, the forecaster takes the method that lost
least so far, out of sample; how good what it took was is measured beside that: in the last fortnight a forecast is made
every six hours, and compared with what was then read.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattstone.base import Finding, InputRefused
from wattstone.forecasting import Kind
from wattstone.portfolio import Meter, Site
from wattstone.workflows.access import EVERYWHERE, Act, require
from wattstone.workflows.access.guard import acting
from wattstone.workflows.export import HOUSEHOLDS
from wattstone.workflows.forecast_series import Score, SeriesForecast, forecast_series
from wattstone.workflows.learnt import Learnt, anchored
from wattstone.workflows.results import FORECASTS, Batch, keep, readings_evidence
from wattstone.workflows.series import Powers, floored, intensities, last_end, powers, step_of
from wattstone.workflows.workspace import Workspace

Progress = Callable[[str, int, int | None], None]

__all__ = ["Forecasts", "Score", "SeriesForecast", "forecast_series", "forecast_sites", "forecastable"]

HISTORY = timedelta(days=56)
STALE = timedelta(hours=48)
WHOLE = 0.9  # share of homes that must be known, for their sum to be
STEPS = (900, 1800, 3600)  # s
KINDS: dict[str, Kind] = {"electricity": "load", "solar": "pv"}


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
    personal: bool = False,
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
    personal : bool
        Whether meters of dwellings and drivers are forecast one by one. Else those of a site are added up where they
        are `HOUSEHOLDS` and more, and left out where they are fewer.
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
    workspace = acting(workspace, Act.RUN, site_id or EVERYWHERE)
    if personal:
        require(workspace.actor, Act.READ_PERSONAL, site_id)
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
    findings = [*_left_out(meters, usual), *([] if personal else _few(meters))]
    series: list[SeriesForecast] = []
    learnt = Learnt(workspace.root)
    for done, ((kind, zone, seconds), members) in enumerate(sorted(groups.items()), start=1):
        step = timedelta(seconds=seconds)
        end = floored(moment, step)
        history = powers(workspace, members, start=_begin(end, step), end=end, step=step)
        seen: NDArray[np.bool_] = np.asarray(np.isfinite(history.values).any(axis=1))
        findings += _stale(history, [one for one in members if personal or not one.personal])
        known = Powers(history.start, step, _of(history.names, seen), history.values[seen], history.version)
        alone = {one.id: one.site_id for one in members if personal or not one.personal}
        for part, subjects, prefix in (
            (_picked(known, alone), alone, "meter"),
            (_together(known, [one for one in members if one.id not in alone]), None, "homes"),
        ):
            if part.names:
                places = subjects or {name: name for name in part.names}
                series += forecast_series(
                    part, kind, zone=zone, hours=hours, subjects=places, learnt=learnt, prefix=prefix
                )
        if progress is not None:
            progress("forecast", done, len(groups))
    series += _grids(workspace, sites, {one.site_id for one in meters}, moment, hours)
    if not any(one.kind != "carbon" for one in series) and (few := [] if personal else _few(meters)):
        raise InputRefused([replace(one, severity="error") for one in few])
    if not series:
        raise InputRefused([_nothing(workspace, site_id, at)])
    ordered = tuple(sorted(series, key=lambda one: (one.site_id, one.kind, one.subject)))
    return Forecasts(at=moment, run=_kept(workspace, ordered, meters, moment), series=ordered, findings=tuple(findings))


def _picked(known: Powers, names: Collection[str]) -> Powers:
    """Some of the series."""
    rows = [row for row, name in enumerate(known.names) if name in names]
    return replace(known, names=tuple(known.names[row] for row in rows), values=known.values[rows])


def _together(known: Powers, members: Sequence[Meter]) -> Powers:
    """Homes and drivers of a site added up, where they are many: a step is known where nine tenths of them are."""
    made: dict[str, NDArray[np.float64]] = {}
    rows = {name: row for row, name in enumerate(known.names)}
    for site, count in Counter(one.site_id for one in members).items():
        mine = [rows[one.id] for one in members if one.site_id == site and one.id in rows]
        if count >= HOUSEHOLDS and len(mine) >= HOUSEHOLDS:
            values = known.values[mine]
            there = np.isfinite(values).sum(axis=0)
            mean = np.nansum(values, axis=0) / np.maximum(there, 1)
            made[site] = np.where(there >= WHOLE * len(mine), mean * len(mine), np.nan)
    values = np.array(list(made.values())).reshape(len(made), known.values.shape[1])
    return replace(known, names=tuple(made), values=values)


def _few(meters: Sequence[Meter]) -> list[Finding]:
    """Sites whose homes or drivers are too few to be told together."""
    counts = Counter((one.site_id, one.kind) for one in meters if one.personal)
    return [
        Finding(
            code="forecast.personal",
            place=f"site '{site}'",
            found="{count} of its {count:meter tells|meters tell} of single dwellings or drivers",
            expected="{least} or more, of which the sum is forecast",
            remedy="they are left out of what may be passed on; --personal forecasts each, for who may see that",
            params={"least": HOUSEHOLDS},
            count=count,
            severity="warning",
        )
        for (site, _), count in counts.items()
        if count < HOUSEHOLDS
    ]


def _begin(end: datetime, step: timedelta) -> datetime:
    return floored(anchored(end - HISTORY), step)


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
                history, "carbon", zone=site.zone, hours=hours, subjects={region: site.id}, unit="kg CO2e/kWh",
                learnt=Learnt(workspace.root),
            )  # fmt: skip
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
    mine = [one for one in meters if f"meter:{one.id}" in used or (one.personal and f"homes:{one.site_id}" in used)]
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
    for one in meters:
        row = history.names.index(one.id)
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
