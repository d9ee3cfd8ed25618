"""Rules on what the values are: all the same, below zero, extreme, of another sign than before, doubtful."""

import numpy as np
import numpy.typing as npt

from wattstone.readings.schema import Flag
from wattstone.savings.sufficiency_days import gaps
from wattstone.savings.sufficiency_facts import Bools, Facts, Floats, cannot_flow_back, is_electricity
from wattstone.savings.sufficiency_report import Told

_MANY = 1000  # values above which quartiles are those of a sample
_SAMPLE = 13  # every how many values it takes
_LEAST_VALUES = 4
_LEAST_DAYS, _LEAST_BILLS = 7, 3  # fewer that are all the same tell nothing
_LEAST_PAIRS = 30
_SOLSTICE = 172  # the day of the year around which days have the same height of sun


def check_values(told: Told, facts: Facts) -> None:
    """All of them that need one period."""
    for at in np.flatnonzero(facts.infinite):
        told.say(".infinite", int(at), count=int(np.isinf(told.batch.use[at]).sum()))
    _constant(told, facts)
    _negative(told, facts)
    _extreme(told, facts)


def check_flags(told: Told, flags: npt.NDArray[np.integer] | None) -> None:
    """Readings that the lake marks as doubtful."""
    if flags is None or flags.size == 0:
        return
    limit = told.rule(".flags").limit
    count = np.count_nonzero(flags, axis=1)
    for at in np.flatnonzero(count > limit * flags.shape[1]):
        each = ", ".join(
            f"{one.name.lower()} {number}"
            for one in Flag
            if one.name is not None and (number := int(np.count_nonzero(flags[at] & one.value)))
        )
        told.say(".flags", int(at), count=int(count[at]), flags=each, share=f"{100 * limit:g} %")


def _constant(told: Told, facts: Facts) -> None:
    low, high = facts.low, facts.high
    same = (high - low) <= told.rule(".constant").limit * np.maximum(np.abs(high), np.abs(low))
    for at in np.flatnonzero(same):
        if high[at] == 0:
            told.say(".zero", int(at))
        elif facts.used[at].sum() >= (_LEAST_BILLS if told.sort == "bill" else _LEAST_DAYS):
            told.say(".constant", int(at), value=f"{high[at]:g}")


def _negative(told: Told, facts: Facts) -> None:
    for at in np.flatnonzero(facts.low < 0):
        row, kind = facts.use[at], told.batch.kinds[at]
        below = np.flatnonzero(row < 0)
        first = str(facts.conditions.start[below[0]]) + "Z"
        if cannot_flow_back(kind):
            told.say(".negative", int(at), count=below.size, first=first, kind=kind)
            continue
        if told.period == "baseline" and is_electricity(kind):
            told.say("baseline.export", int(at), count=below.size, first=first)
        if (run := _turned(facts, int(at))) >= told.rule(".sign").limit and facts.high[at] > 0:
            told.say(".sign", int(at), days=run)
        elif told.period == "baseline" and is_electricity(kind):
            _export_begins(told, facts, int(at))


def _turned(facts: Facts, at: int) -> int:
    """Longest run of days whose every known hour is below zero: no sun shines by night. A gap does not end it."""
    if facts.conditions.step == "hour":
        row = facts.use[at]
        new = np.flatnonzero(np.concatenate([[True], facts.conditions.date[1:] != facts.conditions.date[:-1]]))
        highest = np.fmax.reduceat(row, new)
    else:
        highest = facts.daily[at]
    known = highest[~np.isnan(highest)]
    _, length = gaps(known < 0)
    weight = 30 if facts.conditions.step == "bill" else 1
    return int(length.max(initial=0)) * weight


def _export_begins(told: Told, facts: Facts, at: int) -> None:
    """Export on one side of a solstice and none on the other, on days with the same height of sun."""
    if facts.conditions.step == "bill":
        return
    rule = told.rule("baseline.net_metering")
    export, known = _export_days(facts, np.array([at]))
    early, late = _mirrored(facts)
    if len(early) < _LEAST_PAIRS:
        return
    both = known[0, early] & known[0, late]
    if both.sum() < _LEAST_PAIRS:
        return
    shares = export[0, early][both].mean(), export[0, late][both].mean()
    if min(shares) == 0 and max(shares) >= rule.limit:
        told.say(rule.code, at, share=f"{100 * max(shares):.0f} %")


def _export_days(facts: Facts, rows: npt.NDArray[np.int64]) -> tuple[Bools, Bools]:
    """Days with an hour below zero, and days with use. (k, d)"""
    if facts.conditions.step == "hour":
        new = np.flatnonzero(np.concatenate([[True], facts.conditions.date[1:] != facts.conditions.date[:-1]]))
        lowest = np.fmin.reduceat(facts.use[rows], new, axis=1)
    else:
        lowest = facts.daily[rows]
    return lowest < 0, facts.used[rows]


def _mirrored(facts: Facts) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Pairs of days of the period that lie mirrored about a solstice, the earlier and the later of each."""
    date = facts.days.date
    year = date.astype("datetime64[Y]").astype("datetime64[D]")
    number = (date - year).astype(np.int64)
    place = {int(day): at for at, day in enumerate(date.astype(np.int64))}
    partner = (date + (2 * _SOLSTICE - 2 * number)).astype(np.int64)
    other = np.array([place.get(int(day), -1) for day in partner])
    at = np.arange(len(date))
    pairs = (other > at) & (other >= 0)
    return at[pairs], other[pairs]


def check_net_metering(told: Told, facts: Facts, before: Facts) -> None:
    """Whether there is export in one of the periods and none in the same months of the other."""
    rule = told.rule("reporting.net_metering")
    if "bill" in (facts.conditions.step, before.conditions.step):
        return
    electric = np.array([is_electricity(kind) for kind in told.batch.kinds])
    rows = np.flatnonzero(electric & (np.fmin(facts.low, before.low) < 0))
    if not rows.size:
        return
    months = np.intersect1d(facts.days.month, before.days.month)
    shares: list[Floats] = []
    for one in (before, facts):
        export, known = _export_days(one, rows)
        wanted = known & np.isin(one.days.month, months)
        shares.append((export & wanted).sum(axis=1) / np.maximum(wanted.sum(axis=1), 1))
    changed = (np.minimum(*shares) == 0) & (np.maximum(*shares) >= rule.limit)
    for at in np.flatnonzero(changed):
        was, now = (f"{100 * share[at]:.0f} %" for share in shares)
        told.say(rule.code, int(rows[at]), before=was, after=now)


def _extreme(told: Told, facts: Facts) -> None:
    """CalTRACK 2.0, 2.3.6: more than three interquartile ranges above the median.

    Of long series the quartiles are those of every 13th value (a number that shares no factor with day or week): the
    exact ones of all hours would cost more than all other rules together.
    """
    rule = told.rule(".extreme")
    values = facts.use[:, ::_SAMPLE] if facts.use.shape[1] > _MANY else facts.use
    if values.shape[1] < _LEAST_VALUES:
        return
    middle, reach = _bounds(values, rule.limit)
    bound = middle + reach
    for at in np.flatnonzero((facts.high > bound) & (reach > 0)):
        above = np.flatnonzero(facts.use[at] > bound[at])
        first = str(facts.conditions.start[above[0]]) + "Z"
        told.say(rule.code, int(at), count=above.size, first=first, value=f"{facts.high[at]:g}", bound=f"{bound[at]:g}")


def _bounds(values: npt.NDArray[np.floating], times: float) -> tuple[Floats, Floats]:
    """Median of each row, and some times its interquartile range; NaN rows give NaN."""
    ordered = np.sort(values, axis=1)  # NaN last
    known = np.count_nonzero(~np.isnan(ordered), axis=1)
    some = np.maximum(known, 1)
    at = np.stack([(share * (some - 1)) for share in (0.25, 0.5, 0.75)], axis=1)
    low = np.floor(at).astype(np.int64)
    high = np.minimum(low + 1, (some - 1)[:, None])
    rows = np.arange(len(values))[:, None]
    quartiles = ordered[rows, low] + (at - low) * (ordered[rows, high] - ordered[rows, low])
    return quartiles[:, 1].astype(np.float64), times * (quartiles[:, 2] - quartiles[:, 0]).astype(np.float64)
