"""Rules on how much is known: length, days, months, seasons, gaps of the temperature."""

import math

import numpy as np
import numpy.typing as npt

from wattstone.savings.sufficiency_bills import most_days, off_cycle
from wattstone.savings.sufficiency_facts import Bools, Facts, Floats
from wattstone.savings.sufficiency_report import Told

_QUARTERS = ("December to February", "March to May", "June to August", "September to November")
_KINDS_OF_DAY = ("working days", "weekends")


def most_missing(share: float, days: int) -> int:
    """Days that may be missing: 37 of 365 at a share of 0.1, as CalTRACK rounds.

    Examples
    --------
    >>> most_missing(0.1, 365), most_missing(0.1, 366), most_missing(0.1, 300)
    (37, 37, 30)
    """
    return math.ceil(round(share * days, 9))


def check_days(told: Told, facts: Facts) -> None:
    """All of them, for a baseline."""
    _length(told, facts)
    if _nothing(told, facts):
        return
    _missing(told, facts)
    _left_out(told, facts)
    if told.sort == "bill":
        _bills(told, facts)
        return
    _coverage(told, facts)
    _month_temperature(told, facts)
    if facts.conditions.step == "hour":
        _month_hours(told, facts)
        _temperature_gaps(told, facts)


def check_reporting_days(told: Told, facts: Facts, before: Facts | None) -> None:
    """Those of a reporting period, which may be short and have gaps, but not be empty."""
    days = told.batch.dates.days
    if days < told.rule(".part_of_year").limit:
        for at in range(len(told.batch.meters)):
            told.say(".part_of_year", at, days=days)
    if _nothing(told, facts):
        return
    known = _sums(facts.both, facts)
    most = most_missing(told.rule(".days").limit, days)
    for at in np.flatnonzero((known < days - most) & (known > 0)):
        told.say(".days", int(at), known=int(known[at]), days=days, most=most, first=_first(facts, ~facts.both[at]))
    _left_out(told, facts)
    if before is not None:
        _range(told, facts, before)


def _sums(days: Bools, facts: Facts) -> npt.NDArray[np.int64]:
    """Days of each meter; a bill counts with its days. (m,)"""
    if facts.conditions.step == "bill":
        return np.rint(days @ (facts.conditions.hours / 24)).astype(np.int64)
    return days.sum(axis=1)


def _first(facts: Facts, missing: Bools) -> str | None:
    at = np.flatnonzero(missing)
    return str(facts.days.date[at[0]]) if at.size else None


def _length(told: Told, facts: Facts) -> None:
    days = told.batch.dates.days
    long = "baseline.long_bills" if told.sort == "bill" else "baseline.long"
    for at in range(len(told.batch.meters)):
        if days > told.rule(long).limit:
            told.say(long, at, days=days)
        if days < told.rule("baseline.short").limit:
            told.say("baseline.short", at, days=days)


def _nothing(told: Told, facts: Facts) -> bool:
    """Meters without use, and weather without temperature; True where there is nothing more to be said of the days."""
    for at in np.flatnonzero(np.isnan(facts.high)):
        told.say(".zero" if facts.zeros[at] and told.period == "baseline" else ".empty", int(at))
    if not facts.warm.any():
        for at in range(len(told.batch.meters)):
            told.say(".no_temperature", at)
        return True
    return False


def _missing(told: Told, facts: Facts) -> None:
    """CalTRACK 2.0, 2.2.1.2: at most 37 of 365 days missing, of use, of temperature, and of both together."""
    days = told.batch.dates.days
    warm = np.broadcast_to(facts.warm, facts.used.shape)
    silent = np.isnan(facts.high)  # a meter without any use was told of already
    cases = (
        (".temperature_days", warm, _sums(warm, facts), np.zeros_like(silent)),
        (".use_days", facts.used, _sums(facts.used, facts) + facts.spared, silent),
        (".joint_days", facts.both, _sums(facts.both, facts) + facts.spared, silent),
    )
    some = np.zeros_like(silent)
    for name, day, known, told_of in cases:
        most = most_missing(told.rule(name).limit, days)
        few = (known < days - most) & ~told_of
        if name == ".joint_days":
            few &= ~some
        for at in np.flatnonzero(few):
            told.say(name, int(at), known=int(known[at]), days=days, most=most, first=_first(facts, ~day[at]))
        some |= few


def _left_out(told: Told, facts: Facts) -> None:
    days = facts.left_out * (float(facts.conditions.hours.sum()) / max(len(facts.conditions), 1)) / 24
    for at in np.flatnonzero(days >= told.rule(".left_out").limit):
        told.say(".left_out", int(at), days=f"{days[at]:.0f}")


def _bills(told: Told, facts: Facts) -> None:
    """Bills that were dropped: for their length, or for lack of temperature."""
    given = ~np.isnan(facts.batch.use)
    off = off_cycle(facts.conditions)
    cold = ~off & ~facts.warm
    most = f"{most_days(facts.conditions):g}"
    share = _percent(told.rule("baseline.bill_temperature").limit)
    for at in range(len(told.batch.meters)):
        if count := int((given[at] & off).sum()):
            told.say("baseline.bill_length", at, count=count, first=_first(facts, given[at] & off), most=most)
        if count := int((given[at] & cold).sum()):
            told.say("baseline.bill_temperature", at, count=count, first=_first(facts, given[at] & cold), share=share)


def _coverage(told: Told, facts: Facts) -> None:
    """Days known of each quarter of the year, on working days and at weekends."""
    quarter = facts.days.month % 12 // 3
    cell = quarter * 2 + (facts.days.weekday >= 5)
    member = (cell[:, None] == np.arange(8)).astype(np.float32)
    have = member.sum(axis=0)
    known = facts.both.astype(np.float32) @ member
    thin = told.rule("baseline.thin_coverage").limit
    empty = (known < told.rule("baseline.coverage").limit) & (known.sum(axis=1) > 0)[:, None]
    few = ~empty & (known < thin * have) & (have > 0) & (known > 0)
    for name, cells in (("baseline.coverage", empty), ("baseline.thin_coverage", few)):
        for at in np.flatnonzero(cells.any(axis=1)):
            told.say(name, int(at), count=int(cells[at].sum()), cells=_cells(cells[at]), share=_percent(thin))


def _cells(cells: Bools) -> str:
    return ", ".join(f"{_KINDS_OF_DAY[at % 2]} of {_QUARTERS[at // 2]}" for at in np.flatnonzero(cells))


def _months(facts: Facts, known: Bools) -> tuple[npt.NDArray[np.datetime64], Floats]:
    """Share of intervals known in each calendar month; known is (..., t)."""
    month = facts.conditions.date.astype("datetime64[M]")
    names, first, count = np.unique(month, return_index=True, return_counts=True)
    shares = np.add.reduceat(known, first, axis=-1, dtype=np.int32) / count
    return names, shares


def _month_hours(told: Told, facts: Facts) -> None:
    rule = told.rule("baseline.month_hours")
    names, shares = _months(facts, ~np.isnan(facts.use))
    poor = (shares <= rule.limit) & (shares.max(axis=1) > 0)[:, None]
    for at in np.flatnonzero(poor.any(axis=1)):
        told.say(
            rule.code, int(at), count=int(poor[at].sum()), months=_listed(names[poor[at]]), share=_percent(rule.limit)
        )


def _month_temperature(told: Told, facts: Facts) -> None:
    rule = told.rule("baseline.month_temperature")
    names, shares = _months(facts, ~np.isnan(facts.conditions.temperature))
    poor = shares < rule.limit
    if poor.any():
        for at in range(len(told.batch.meters)):
            told.say(rule.code, at, count=int(poor.sum()), months=_listed(names[poor]), share=_percent(rule.limit))


def _listed(months: npt.NDArray[np.datetime64]) -> str:
    return ", ".join(map(str, months))


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


def gaps(missing: Bools) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where runs of True begin and how long they are."""
    edge = np.diff(np.concatenate([[False], missing, [False]]).astype(np.int8))
    first, stop = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
    return first, stop - first


def _temperature_gaps(told: Told, facts: Facts) -> None:
    rule = told.rule("baseline.temperature_gap")
    first, length = gaps(np.isnan(facts.conditions.temperature))
    long = length > rule.limit
    if long.any():
        begin = str(facts.conditions.start[first[long][0]]) + "Z"
        for at in range(len(told.batch.meters)):
            told.say(rule.code, at, count=int(long.sum()), first=begin, longest=int(length.max()))


def _range(told: Told, facts: Facts, before: Facts) -> None:
    """Days with a temperature beyond what the baseline saw with use known."""
    rule = told.rule("reporting.range")
    seen = np.where(before.both, before.days.temperature, np.nan)
    low, high = np.fmin.reduce(seen, axis=1), np.fmax.reduce(seen, axis=1)
    now = facts.days.temperature
    out = facts.both & ((now < low[:, None]) | (now > high[:, None]))
    count, known = out.sum(axis=1), facts.both.sum(axis=1)
    for at in np.flatnonzero(count > rule.limit * known):
        told.say(
            rule.code, int(at), count=int(count[at]), first=_first(facts, out[at]), low=f"{low[at]:.1f}",
            high=f"{high[at]:.1f}", share=_percent(rule.limit),
        )  # fmt: skip
