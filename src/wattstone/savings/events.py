"""Non-routine events: abrupt, large, lasting shifts of use that the conditions do not explain. Proposed, never applied.

Use drifts from year to year, on the university estate of the benchmarks by 15 % or more in every sixth meter-year; so a
difference between two years is no event. What is looked for is a step: the weeks after it against the weeks before it,
in the same period.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions
from wattstone.baselines.statistics import NORMAL, median
from wattstone.baselines.timeline import fold_days, fold_use
from wattstone.savings.event_rules import IN_BASELINE, EventRules, chance_near, chance_of
from wattstone.savings.event_scan import coincidence, contrasts, lasting, usual_season
from wattstone.savings.periods import Baseline, Reporting
from wattstone.savings.result import Event

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
CLIP = 3.0
"""Residuals beyond so many times the usual use count as that: one absurd reading is not a level."""

RETURN = 1.25
"""A step back of at most so many times the size of an event is its end; a larger one is an event of its own."""


@dataclass(frozen=True, kw_only=True)
class Shared:
    """An event that many meters show.

    Parameters
    ----------
    day : date
        Around which they step.
    kind : str
        Of the meters that were counted.
    sign : {-1, 0, 1}
        Whether use fell or rose; 0 for a day that is only suspected.
    part : float
        Share of the meters that step.
    usual : float
        Share that steps about the median day of the period.
    """

    day: date
    kind: str
    sign: int
    part: float
    usual: float


@dataclass(frozen=True, kw_only=True)
class _Steps:
    """Steps of meters in a period: by day, over usual use; whether the scores are those of the reference."""

    days: npt.NDArray[np.datetime64]
    values: Floats
    step: Floats
    noise: Floats
    level: Floats
    known: bool = True


def propose_events(
    baseline: Baseline,
    fitted: Floats,
    reporting: Reporting,
    expected: Floats,
    *,
    shared: Sequence[Shared] = (),
    suspected: Sequence[date] = (),
    rules: EventRules | None = None,
) -> tuple[Event, ...]:
    """Events in the reporting period of a batch of meters.

    Parameters
    ----------
    baseline, reporting : Baseline, Reporting
        The same meters in the same order; the reporting period may also be what followed the baseline up to its end.
    fitted, expected : (m, t) array
        What the model says for the intervals of each.
    shared : sequence of Shared
        Events that other meters show, as from `shared_events`; those of the batch itself are found beside them.
    suspected : sequence of date
        Days on which something is known to have happened, as a closure.
    rules : EventRules or None
        The default rules if left out.

    Returns
    -------
    tuple of Event
        Proposed; by meter, then date. None for bills: they cannot tell when something changed.

    Notes
    -----
    The step of a day is the smaller of two contrasts of the same sign: that of the residuals, and that of the
    residuals less what they were at the same time of the year in the baseline; so neither a holiday that the model
    misses in every year nor one that moved is an event. Its score is the step over the root mean square of the same
    contrasts in the baseline, which holds the memory of the series and the normal drift within a year. A step is an
    event if it is large and its score high, or if many meters step the same way at the same time. The first window of
    the reporting period is compared with nothing before it: what changed with the measure itself is the saving.
    The p-value of an event of one meter is the share of meter-years of 2012-2015 in which some step scored as high; for
    an event of many the share of meters that step on an ordinary day over that on its date; for a suspected day the
    share of ordinary days around which a meter steps as much.
    """
    rules = rules or EventRules()
    if reporting.conditions.step == "bill" or baseline.conditions.step == "bill":
        return ()
    steps = _steps(baseline, fitted, reporting, expected, rules)
    groups = [*_coinciding(steps, baseline.kinds, rules), *shared, *map(_suspicion, suspected)]
    return tuple(
        event
        for at, meter in enumerate(baseline.meters)
        for event in _of_meter(steps, at, meter, baseline.units[at], groups, rules)
    )


def shared_events(
    baseline: Baseline, fitted: Floats, reporting: Reporting, expected: Floats, *, rules: EventRules | None = None
) -> tuple[Shared, ...]:
    """Dates at which many meters of a kind step the same way.

    Parameters
    ----------
    baseline, fitted, reporting, expected, rules
        As for `propose_events`: of all meters of an estate, with the measure or without.

    Returns
    -------
    tuple of Shared
        None of a kind of which there are fewer meters than the rules ask for.
    """
    if reporting.conditions.step == "bill" or baseline.conditions.step == "bill":
        return ()
    rules = rules or EventRules()
    return _coinciding(_steps(baseline, fitted, reporting, expected, rules), baseline.kinds, rules)


def propose_baseline_events(
    baseline: Baseline, fitted: Floats, *, suspected: Sequence[date] = (), rules: EventRules | None = None
) -> tuple[Event, ...]:
    """Events in the baseline of a batch of meters: days that should not be fitted.

    Parameters
    ----------
    baseline : Baseline
        As it was fitted.
    fitted : (m, t) array
        What the model says for it.
    suspected : sequence of date
        Days on which something is known to have happened.
    rules : EventRules or None
        `IN_BASELINE` if left out.

    Returns
    -------
    tuple of Event
        Proposed; the p-value of an event of one meter, and of a suspected day, is not known.

    Notes
    -----
    As `propose_events`, but there is no other year that tells what recurs, and the fit has bent itself to the event: a
    step is the contrast of the residuals, and its score is over 1.4826 times the median of the sizes of all contrasts,
    which an event of less than half of the baseline does not move.
    """
    if baseline.conditions.step == "bill":
        return ()
    rules = rules or IN_BASELINE
    residual, level = _daily(baseline.use, fitted, baseline.conditions)
    values = residual / level[:, None]
    step = contrasts(_clipped(values), window=rules.window, least=rules.least)
    steps = _Steps(
        days=_dates(baseline.conditions),
        values=values,
        step=np.nan_to_num(step),
        noise=np.maximum(NORMAL * median(np.abs(step)), 1e-3),
        level=level,
        known=False,
    )
    groups = [*_coinciding(steps, baseline.kinds, rules), *map(_suspicion, suspected)]
    return tuple(
        event
        for at, meter in enumerate(baseline.meters)
        for event in _of_meter(steps, at, meter, baseline.units[at], groups, rules)
    )


def _suspicion(day: date) -> Shared:
    return Shared(day=day, kind="", sign=0, part=np.nan, usual=np.nan)


def _coinciding(steps: _Steps, kinds: Sequence[str], rules: EventRules) -> tuple[Shared, ...]:
    found: list[Shared] = []
    names = np.array(kinds)
    for kind in sorted(set(kinds)):
        rows = np.flatnonzero((names == kind) & ~np.isnan(steps.noise))
        if len(rows) < rules.shared_meters:
            continue
        step, noise = steps.step[rows], steps.noise[rows][:, None]
        for sign in (-1, 1):
            high = (sign * step >= rules.shared_share) & (sign * step >= rules.shared_score * noise)
            part = coincidence(high, half=rules.shared_days)
            usual = max(float(np.median(part)), 1 / len(rows))
            while part.max(initial=0.0) >= rules.shared_part:
                top = np.flatnonzero(part == part.max())
                day = int(top[len(top) // 2])
                when = cast("date", steps.days[day].item())
                found.append(Shared(day=when, kind=kind, sign=sign, part=float(part[day]), usual=usual))
                part[max(0, day - rules.window) : day + rules.window + 1] = 0.0
    return tuple(found)


def _steps(baseline: Baseline, fitted: Floats, reporting: Reporting, expected: Floats, rules: EventRules) -> _Steps:
    before, level = _daily(baseline.use, fitted, baseline.conditions)
    after, _ = _daily(reporting.use, expected, reporting.conditions)
    before, after = before / level[:, None], after / level[:, None]
    early, days = _dates(baseline.conditions), _dates(reporting.conditions)
    season = usual_season(_clipped(before), early, days, half=rules.season)
    plain = contrasts(_clipped(after), window=rules.window, least=rules.least)
    adjusted = contrasts(_clipped(after) - season, window=rules.window, least=rules.least)
    alike = np.sign(plain) == np.sign(adjusted)
    step = np.where(alike, np.where(np.abs(plain) < np.abs(adjusted), plain, adjusted), 0.0)
    usual = contrasts(_clipped(before), window=rules.window, least=rules.least)
    count = (~np.isnan(usual)).sum(axis=1)
    noise = np.sqrt(np.nansum(usual**2, axis=1) / np.where(count > 0, count, np.nan))
    return _Steps(
        days=days, values=after - season, step=np.nan_to_num(step), noise=np.maximum(noise, 1e-3), level=level
    )


def _clipped(values: Floats) -> Floats:
    return np.clip(values, -CLIP, CLIP)


def _daily(use: Floats, expected: Floats, conditions: Conditions) -> tuple[Floats, Floats]:
    """Residuals by local day, and the mean size of use in a day."""
    residual = use - expected
    if conditions.step == "hour":
        residual, use = fold_use(residual, conditions), fold_use(use, conditions)
    known = ~np.isnan(use)
    size = np.where(known, np.abs(use), 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return residual, np.where(size > 0, size, np.nan)


def _dates(conditions: Conditions) -> npt.NDArray[np.datetime64]:
    return (fold_days(conditions) if conditions.step == "hour" else conditions).date.astype("datetime64[D]")


def _of_meter(
    steps: _Steps, at: int, meter: str, unit: str, groups: Sequence[Shared], rules: EventRules
) -> list[Event]:
    """Events of one meter: its own, and its part in those of many; never two in the same days."""
    noise = float(steps.noise[at])
    if np.isnan(noise):
        return []
    found: list[Event] = []
    free: Floats = np.abs(steps.step[at])
    for group in groups:
        near = np.abs((steps.days - np.datetime64(group.day, "D")).astype(np.int64)) <= rules.member_days
        part = np.where(near, free, 0.0)
        if part.max() >= max(rules.member_share, rules.member_score * noise):
            chance = chance_near(float(part.max()) / noise) if steps.known else np.nan
            chance = chance if group.sign == 0 else group.usual / group.part
            found.append(_event(steps, at, int(part.argmax()), (meter, unit), chance, rules))
            _taken(free, steps, found[-1], rules)
    while len(found) < rules.most and free.max() >= max(rules.alone_share, rules.alone_score * noise):
        day = int(free.argmax())
        chance = chance_of(float(free[day]) / noise) if steps.known else np.nan
        found.append(_event(steps, at, day, (meter, unit), chance, rules))
        _taken(free, steps, found[-1], rules)
    return _without_returns(sorted(found, key=lambda event: event.first), rules)


def _without_returns(events: list[Event], rules: EventRules) -> list[Event]:
    """Events but those that are the way back from the one before."""
    kept: list[Event] = []
    for event in events:
        before = kept[-1] if kept else None
        ends = None if before is None or before.last is None else before.last
        if (
            before is not None
            and ends is not None
            and abs((event.first - ends).days - 1) <= rules.least
            and before.share * event.share < 0
            and abs(event.share) <= RETURN * abs(before.share)
        ):
            continue
        kept.append(event)
    return kept


def _event(steps: _Steps, at: int, onset: int, named: tuple[str, str], chance: float, rules: EventRules) -> Event:
    values: Floats = steps.values[at]
    rise = float(steps.step[at, onset])
    stop = lasting(values, onset, rise, window=rules.window, least=rules.least)
    share = float(np.nanmean(values[onset:stop]) - np.nanmean(values[max(0, onset - rules.window) : onset]))
    last = None if stop == len(values) else cast("date", steps.days[stop - 1].item())
    return Event(
        meter=named[0],
        first=cast("date", steps.days[onset].item()),
        last=last,
        size=share * float(steps.level[at]),
        unit=named[1],
        share=share,
        score=abs(rise) / float(steps.noise[at]),
        p_value=chance,
    )


def _taken(free: Floats, steps: _Steps, event: Event, rules: EventRules) -> None:
    """Take the days about both edges of an event out of those that are still searched."""
    for day in (event.first, event.last):
        if day is not None:
            near = np.abs((steps.days - np.datetime64(day, "D")).astype(np.int64)) <= rules.window
            free[near] = 0.0
    inside = (steps.days >= np.datetime64(event.first, "D")) & (
        steps.days <= (np.datetime64(event.last, "D") if event.last else steps.days[-1])
    )
    free[inside] = 0.0
