"""Avoided use: what the baseline's model expects under the conditions of the reporting period, minus what was used.

Over the intervals that are known, and over no others: nothing is extrapolated, and what is missing is said.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.baselines.conditions import Conditions
from wattstone.savings.event_apply import adjustments, left_out, shared_hours
from wattstone.savings.periods import Dates, Reporting
from wattstone.savings.result import Estimate, Event, Excluded, Month

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Width = Callable[[Floats], tuple[Floats, Floats]]
ENOUGH = 0.9


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How uncertain sums of expected use are.

    Parameters
    ----------
    total : callable
        From expected use (m, t), NaN where it does not count, to the bounds of its sums, each (m,).
    months : callable or None
        The same for each calendar month of the conditions, each (m, months); without it months have no interval.
    confidence : float
        Nominal coverage.
    """

    total: Width
    months: Width | None = None
    confidence: float = 0.9


@dataclass(frozen=True, kw_only=True)
class Avoided:
    """Avoided use of m meters.

    Parameters
    ----------
    meters, units : tuple of str
        Ids, units of use.
    observed, expected : (m,) array
        Over the intervals that count; NaN where none does.
    total : tuple of Estimate
        Expected minus observed; a saving is positive.
    months : tuple of tuple of Month
        Of each meter; they sum to the total.
    used : (m, t) array of bool
        The intervals that count.
    known : (m,) array
        Share of the period's hours, less those left out by rule, that count.
    excluded : tuple of tuple of Excluded
        Of each meter, what does not count.
    findings : tuple of tuple of Finding
        Of each meter: what is not covered.
    """

    meters: tuple[str, ...]
    units: tuple[str, ...]
    observed: Floats
    expected: Floats
    total: tuple[Estimate, ...]
    months: tuple[tuple[Month, ...], ...]
    used: Bools
    known: Floats
    excluded: tuple[tuple[Excluded, ...], ...]
    findings: tuple[tuple[Finding, ...], ...]


def avoided_use(
    reporting: Reporting,
    expected: Floats,
    *,
    bounds: Bounds | None = None,
    events: Sequence[Event] = (),
    blackout: Sequence[Dates] = (),
) -> Avoided:
    """Avoided use of each meter, in all and by month.

    Parameters
    ----------
    reporting : Reporting
        m meters, t intervals.
    expected : (m, t) array
        Prediction of the baseline's model; NaN where it has none.
    bounds : Bounds or None
        Of sums of expected use; without them, intervals are NaN.
    events : sequence of Event
        Only confirmed ones count: their days are left out, or their size is added to what is expected. Without any,
        the saving is gross; with them, adjusted.
    blackout : sequence of Dates
        Left out by rule: while the measure was being carried out.

    Returns
    -------
    Avoided

    Notes
    -----
    With observed use y, expected use e and adjustment a over the intervals that count, the saving is
    sum(e + a) - sum(y), its interval that of sum(e) plus sum(a) - sum(y): what was observed is known, and what would
    have been observed is not. The size of an event has no uncertainty of its own here.
    """
    conditions = reporting.conditions
    ruled = _ruled(blackout, conditions)[None, :] | left_out(events, reporting.meters, conditions)
    read, predicted = ~np.isnan(reporting.use), ~np.isnan(expected)
    used = read & predicted & ~ruled
    added = np.where(used, adjustments(events, reporting.meters, conditions), 0.0)
    seen, thought = np.where(used, reporting.use, 0.0), np.where(used, expected, np.nan)
    hours = conditions.hours
    share = _ratio((used * hours).sum(axis=1), (~ruled * hours).sum(axis=1))
    some = used.any(axis=1)
    observed, shift = np.where(some, seen.sum(axis=1), np.nan), added.sum(axis=1)
    wanted = np.where(some, np.nansum(thought, axis=1) + shift, np.nan)
    low, high = bounds.total(thought) if bounds else (np.full(len(observed), np.nan),) * 2
    confidence = bounds.confidence if bounds else 0.9
    total = _estimates(wanted, low + shift, high + shift, observed, reporting.units, confidence)
    return Avoided(
        meters=reporting.meters,
        units=reporting.units,
        observed=observed,
        expected=wanted,
        total=total,
        months=_months(reporting, thought, added, used, bounds),
        used=used,
        known=share,
        excluded=_excluded(reporting, events, blackout, read=read, predicted=predicted),
        findings=tuple(
            _told(meter, float(part), reporting.dates) for meter, part in zip(reporting.meters, share, strict=True)
        ),
    )


def _ruled(blackout: Sequence[Dates], conditions: Conditions) -> Bools:
    out = np.zeros(len(conditions), dtype=bool)
    for one in blackout:
        out |= shared_hours(conditions, one.first, one.last) > 0
    return out


def _estimates(
    expected: Floats, low: Floats, high: Floats, observed: Floats, units: Sequence[str], confidence: float
) -> tuple[Estimate, ...]:
    rows = zip(
        (expected - observed).tolist(), (low - observed).tolist(), (high - observed).tolist(), units, strict=True
    )
    return tuple(Estimate(value, lower, upper, unit, confidence) for value, lower, upper, unit in rows)


def month_starts(conditions: Conditions) -> tuple[npt.NDArray[np.int64], list[date]]:
    """First interval of each calendar month, and its first day; a bill belongs to the month in which it begins."""
    months = conditions.date.astype("datetime64[M]")
    first = np.flatnonzero(np.concatenate([[True], months[1:] != months[:-1]]))
    return first, [cast("date", day) for day in months[first].astype("datetime64[D]").tolist()]


def _months(
    reporting: Reporting, expected: Floats, added: Floats, used: Bools, bounds: Bounds | None
) -> tuple[tuple[Month, ...], ...]:
    """Month by month, with the sums of what counts."""
    if not len(reporting.conditions):
        return tuple(() for _ in reporting.meters)
    first, days = month_starts(reporting.conditions)

    def summed(values: npt.NDArray[Any]) -> Floats:
        return np.add.reduceat(values, first, axis=1, dtype=np.float64)

    hours = np.broadcast_to(reporting.conditions.hours, used.shape)
    share = _ratio(summed(used * hours), summed(hours))
    some = share > 0
    observed = np.where(some, summed(np.where(used, reporting.use, 0.0)), np.nan)
    shift = summed(added)
    wanted = np.where(some, summed(np.nan_to_num(expected)) + shift, np.nan)
    unknown = np.full(observed.shape, np.nan)
    low, high = bounds.months(expected) if bounds and bounds.months else (unknown, unknown)
    confidence = bounds.confidence if bounds else 0.9
    found: list[tuple[Month, ...]] = []
    for at, unit in enumerate(reporting.units):
        units = (unit,) * len(days)
        avoided = _estimates(wanted[at], low[at] + shift[at], high[at] + shift[at], observed[at], units, confidence)
        rows = zip(days, observed[at].tolist(), wanted[at].tolist(), avoided, share[at].tolist(), strict=True)
        found.append(tuple(Month(month=d, observed=o, expected=e, avoided=a, known=k) for d, o, e, a, k in rows))
    return tuple(found)


def _excluded(
    reporting: Reporting, events: Sequence[Event], blackout: Sequence[Dates], *, read: Bools, predicted: Bools
) -> tuple[tuple[Excluded, ...], ...]:
    """What does not count, by rule; an interval is told once, under the first rule that takes it."""
    days = reporting.conditions.date.astype("datetime64[D]")
    found: list[tuple[Excluded, ...]] = []
    for at, meter in enumerate(reporting.meters):
        left = np.ones(len(days), dtype=bool)
        rows: list[Excluded] = []
        for one in blackout:
            rows += _taken(days, left, _ruled([one], reporting.conditions), "blackout", "while it was carried out")
        for event in (one for one in events if one.meter == meter):
            out = left_out([event], (meter,), reporting.conditions)[0]
            rows += _taken(days, left, out, "event", event.reason)
        rows += _taken(days, left, ~read[at], "no reading", "")
        rows += _taken(days, left, ~predicted[at], "no prediction", "")
        found.append(tuple(rows))
    return tuple(found)


def _taken(
    days: npt.NDArray[np.datetime64],
    left: Bools,
    out: Bools,
    why: Literal["blackout", "event", "no reading", "no prediction"],
    reason: str,
) -> list[Excluded]:
    at = np.flatnonzero(left & out)
    left[out] = False
    if not len(at):
        return []
    first, last = cast("date", days[at[0]].item()), cast("date", days[at[-1]].item())
    return [Excluded(first=first, last=last, intervals=len(at), why=why, reason=reason)]


def _told(meter: str, share: float, dates: Dates) -> tuple[Finding, ...]:
    """That the saving does not cover the whole period."""
    if share > 1 - 1e-9:
        return ()
    return (
        Finding(
            code="savings.partial",
            place=f"meter '{meter}'",
            found="{known} of the hours of {dates} that count are known: the saving is that of these hours",
            expected="readings and conditions for all of them; nothing is extrapolated to the others",
            remedy="read the missing intervals in, or state the saving for the known ones",
            params={"known": f"{100 * np.nan_to_num(share):.1f} %", "dates": str(dates)},
            severity="warning",
        ),
    )


def _ratio(above: npt.NDArray[Any], below: npt.NDArray[Any]) -> Floats:
    return np.divide(above, below, out=np.zeros(np.shape(above)), where=below > 0)
