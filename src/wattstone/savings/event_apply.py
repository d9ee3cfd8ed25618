"""What becomes of proposed events: somebody confirms or rejects them with a reason, and only then do they count."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions
from wattstone.savings.result import Event, Treatment

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def confirm(
    event: Event, *, reason: str, who: str, treatment: Treatment = "exclude", size: float | None = None
) -> Event:
    """A confirmed event.

    Parameters
    ----------
    event : Event
        As proposed, or made by hand.
    reason, who : str
        Why, and by whom; neither may be empty.
    treatment : {'exclude', 'adjust'}
        Leave its days out of the saving, or add its size back to them.
    size : float or None
        Change of use from another source, such as a sub-meter; that of the event if left out. [unit d-1]

    Returns
    -------
    Event

    Raises
    ------
    ValueError
        Without a reason or a name.
    """
    _named(reason, who)
    size = event.size if size is None else size
    return replace(event, status="confirmed", treatment=treatment, reason=reason.strip(), who=who.strip(), size=size)


def reject(event: Event, *, reason: str, who: str) -> Event:
    """A rejected event, which stays on record; `ValueError` without a reason or a name."""
    _named(reason, who)
    return replace(event, status="rejected", reason=reason.strip(), who=who.strip())


def within(event: Event, conditions: Conditions) -> Bools:
    """Which intervals have a day of an event in them; a bill may begin long before it. (t,)"""
    return shared_hours(conditions, event.first, event.last) > 0


def shared_hours(conditions: Conditions, first: date, last: date | None = None) -> Floats:
    """Hours of each interval that fall on some local days.

    Parameters
    ----------
    conditions : Conditions
        Hours, days or bills.
    first, last : date, date or None
        Both included; without a last one they go on.

    Returns
    -------
    (t,) array
        Of an hour or a day all or nothing, of a bill those of the days that it shares. [h]
    """
    begins = conditions.date.astype("datetime64[D]").astype(np.int64)
    length = np.maximum(np.round(conditions.hours / 24), 1) if conditions.step == "bill" else np.ones(len(conditions))
    ends = begins + length
    low = np.maximum(begins, np.datetime64(first, "D").astype(np.int64))
    high = ends if last is None else np.minimum(ends, np.datetime64(last, "D").astype(np.int64) + 1)
    return conditions.hours * np.maximum(high - low, 0) / length


def left_out(events: Sequence[Event], meters: Sequence[str], conditions: Conditions) -> Bools:
    """Intervals that confirmed events leave out.

    Parameters
    ----------
    events : sequence of Event
        Of any meters and status.
    meters : sequence of str
        m ids.
    conditions : Conditions
        t intervals.

    Returns
    -------
    (m, t) array of bool
    """
    out = np.zeros((len(meters), len(conditions)), dtype=bool)
    for event in events:
        if event.status == "confirmed" and event.treatment == "exclude" and event.meter in meters:
            out[list(meters).index(event.meter)] |= within(event, conditions)
    return out


def adjustments(events: Sequence[Event], meters: Sequence[str], conditions: Conditions) -> Floats:
    """What confirmed events with treatment `adjust` add to expected use.

    Parameters
    ----------
    events, meters, conditions
        As for `left_out`.

    Returns
    -------
    (m, t) array
        Size times the days of the interval that lie within the event; 0 elsewhere. [unit]

    Notes
    -----
    The non-routine adjustment of IPMVP: savings = expected + adjustment - observed. An event that added use raises
    what is expected.
    """
    found = np.zeros((len(meters), len(conditions)))
    for event in events:
        if event.status == "confirmed" and event.treatment == "adjust" and event.meter in meters:
            hours = shared_hours(conditions, event.first, event.last)
            found[list(meters).index(event.meter)] += np.where(hours > 0, hours * event.size / 24, 0.0)
    return found


def _named(reason: str, who: str) -> None:
    if not reason.strip() or not who.strip():
        raise ValueError("an event is confirmed or rejected by somebody, for a reason: give both")
