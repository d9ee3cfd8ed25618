"""Rules on the clock: what people, the sun and the warmth of afternoons say about the zone of the stamps."""

from zoneinfo import available_timezones

import numpy as np
import numpy.typing as npt

from wattstone.portfolio.kinds import canonical_kind, kind_of
from wattstone.savings.sufficiency_facts import Facts, Floats, is_electricity
from wattstone.savings.sufficiency_report import Told

_WEEKS = 8  # from how many weeks of the year the profile is taken
_PLAIN = 0.15  # a profile that swings less than this share of its mean tells nothing
_SHARP = 0.6  # a working day of ten hours is sharper than this; night storage heating beside it is not
_STRONG = 0.2  # share of a working day's use
_CLEAR = 0.01  # by which one shift must fit better than the others
_WARM = 15.0
_NOON = 13.0
_WAVE = 1.0  # K: a daily wave of the temperature below this tells nothing
_SPAN = 21  # days compared on each side of a change of the clock


def check_clocks(told: Told, facts: Facts) -> None:
    """All of them; they need hours."""
    if facts.conditions.zone not in _zones():
        for at in range(len(told.batch.meters)):
            told.say("baseline.zone", at, zone=facts.conditions.zone)
        return
    if facts.conditions.step != "hour":
        return
    _weather(told, facts)
    _working_hours(told, facts)
    _changes(told, facts)
    _sun(told, facts)


_ZONES: set[str] = set()


def _zones() -> set[str]:
    if not _ZONES:
        _ZONES.update(available_timezones())
    return _ZONES


def centre_of_day(weights: Floats) -> tuple[Floats, Floats]:
    """Around which hour of the day something lies, and how sharply: the circular mean of its 24 hours.

    Parameters
    ----------
    weights : (..., 24) array
        0 or more, of each hour.

    Returns
    -------
    hour, sharpness : (...) array
        Hour 0 to 24, of the middle; 0 for evenly spread to 1 for one hour.
    """
    angle = 2 * np.pi * (np.arange(24) + 0.5) / 24
    total = np.maximum(weights.sum(axis=-1), 1e-300)
    x, y = weights @ np.cos(angle) / total, weights @ np.sin(angle) / total
    return (np.arctan2(y, x) * 24 / (2 * np.pi)) % 24, np.hypot(x, y)


def hours_apart(one: npt.NDArray[np.floating] | float, other: npt.NDArray[np.floating] | float) -> Floats:
    """Signed distance of two hours of the day, -12 up to 12."""
    return (np.asarray(one, dtype=np.float64) - np.asarray(other, dtype=np.float64) + 12) % 24 - 12


def _clock(hour: float) -> str:
    minutes = round(hour * 60) % 1440
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _weather(told: Told, facts: Facts) -> None:
    """The first harmonic of the temperature over the local day has its crest in the afternoon."""
    rule = told.rule("baseline.weather_clock")
    known = ~np.isnan(facts.conditions.temperature)
    hour, value = facts.conditions.hour[known], facts.conditions.temperature[known]
    count = np.bincount(hour, minlength=24)
    if (count < 20).any():
        return
    mean = np.bincount(hour, weights=value, minlength=24) / count
    angle = 2 * np.pi * (np.arange(24) + 0.5) / 24
    x, y = (mean * np.cos(angle)).mean() * 2, (mean * np.sin(angle)).mean() * 2
    crest = float(np.arctan2(y, x) * 24 / (2 * np.pi)) % 24
    if np.hypot(x, y) >= _WAVE and abs(hours_apart(crest, _WARM)) > rule.limit:
        for at in range(len(told.batch.meters)):
            told.say(rule.code, at, hour=_clock(crest), zone=facts.conditions.zone)


def _grid(facts: Facts, weeks: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]] | None:
    """Places of the hours of some whole weeks spread over the period: (days, 24), and the weekday of each day."""
    date, hour = facts.conditions.date, facts.conditions.hour
    days = np.flatnonzero(np.concatenate([[True], date[1:] != date[:-1]]))
    length = np.diff(np.append(days, len(date)))
    monday = np.flatnonzero((facts.conditions.weekday[days] == 0) & (np.arange(len(days)) + 7 <= len(days)))
    whole = np.array([at for at in monday if (length[at : at + 7] == 24).all() and hour[days[at]] == 0], dtype=np.int64)
    if not whole.size:
        return None
    chosen = whole[np.unique(np.linspace(0, len(whole) - 1, min(weeks, len(whole))).round().astype(np.int64))]
    wanted = (chosen[:, None] + np.arange(7)).ravel()
    return days[wanted][:, None] + np.arange(24), np.tile(np.arange(7), len(chosen))


def _working_hours(told: Told, facts: Facts) -> None:
    """Around which hour lies what working days use more than weekends."""
    rule = told.rule("baseline.working_hours")
    rows = np.flatnonzero([is_electricity(kind) for kind in told.batch.kinds])
    grid = _grid(facts, _WEEKS)
    if grid is None or not rows.size:
        return
    places, weekday = grid
    shape = (-1, len(weekday), 24)
    values = facts.use[np.ix_(rows, places.ravel())].reshape(shape)
    work, rest = (_means(values[:, part]) for part in (weekday < 5, weekday >= 5))
    more = np.nan_to_num(np.maximum(work - rest, 0.0))
    hour, sharp = centre_of_day(more)
    clear = (more.mean(axis=1) >= _PLAIN * np.abs(work.mean(axis=1))) & (sharp >= 2 * _PLAIN)
    off = np.abs(hours_apart(hour, _NOON))
    wrong = told.rule("baseline.wrong_zone")
    certain = (sharp >= _SHARP) & (more.mean(axis=1) >= _STRONG * np.abs(work.mean(axis=1)))
    for at in np.flatnonzero(clear & (off > rule.limit)):
        code = wrong.code if certain[at] and off[at] > wrong.limit else rule.code
        told.say(code, int(rows[at]), hour=_clock(hour[at]), zone=facts.conditions.zone)


def _means(values: npt.NDArray[np.floating]) -> Floats:
    """Means over days of (m, days, 24), NaN left out; NaN where there are none."""
    known = ~np.isnan(values)
    total = np.where(known, values, 0).sum(axis=1, dtype=np.float64)
    count = known.sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _changes(told: Told, facts: Facts) -> None:
    """Whether the working day stays where it is, by UTC, when the local clock changes."""
    rule = told.rule("baseline.clock")
    rows = np.flatnonzero([is_electricity(kind) for kind in told.batch.kinds])
    utc = facts.conditions.start.astype("datetime64[h]").astype(np.int64) % 24
    offset = (facts.conditions.hour - utc) % 24
    steps = np.flatnonzero(np.diff(offset))
    still = np.zeros(len(rows), dtype=np.int64)
    for step in steps:
        found = _still(facts, rows, int(step) + 1, int(offset[step + 1] - offset[step] + 12) % 24 - 12)
        still += found
    for at in np.flatnonzero(still >= rule.limit):
        told.say(rule.code, int(rows[at]), count=int(still[at]), zone=facts.conditions.zone)


def _still(facts: Facts, rows: npt.NDArray[np.int64], at: int, jump: int) -> npt.NDArray[np.bool_]:
    """Meters whose mean working day is the same by UTC three weeks before and after a change at some hour."""
    start = facts.conditions.start.astype("datetime64[h]").astype(np.int64)
    noon = int(at - start[at] % 24)
    sides: list[Floats] = []
    for first in (noon - _SPAN * 24, noon + 24):
        if first < 0 or first + _SPAN * 24 > facts.use.shape[1]:
            return np.zeros(len(rows), dtype=np.bool_)
        weekday = facts.conditions.weekday[first + 12 : first + _SPAN * 24 : 24]
        part = facts.use[rows, first : first + _SPAN * 24].reshape(len(rows), _SPAN, 24)
        sides.append(_means(part[:, weekday < 5]))
    before, after = sides
    fits = np.stack([_correlation(before, np.roll(after, shift, axis=1)) for shift in (-1, 0, 1)])
    ranked = np.sort(fits, axis=0)
    swing = np.minimum(*(side.std(axis=1) / np.maximum(np.abs(side.mean(axis=1)), 1e-300) for side in sides))
    clear = (ranked[2] - ranked[1] >= _CLEAR) & (swing >= _PLAIN)
    return clear & (fits.argmax(axis=0) == 1) if abs(jump) == 1 else np.zeros(len(rows), dtype=np.bool_)


def _correlation(one: Floats, other: Floats) -> Floats:
    one, other = one - one.mean(axis=1, keepdims=True), other - other.mean(axis=1, keepdims=True)
    size = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    return np.nan_to_num((one * other).sum(axis=1) / np.where(size > 0, size, np.nan))


def _sun(told: Told, facts: Facts) -> None:
    """Generation, alone or as export, lies around the highest sun."""
    rule, height = told.rule("baseline.sun"), facts.conditions.elevation
    if height is None:
        return
    hour = facts.conditions.hour
    sun, _ = centre_of_day(np.bincount(hour, weights=np.nan_to_num(height), minlength=24).astype(np.float64))
    for at, kind in enumerate(told.batch.kinds):
        measured = kind_of(canonical_kind(kind))
        generation = measured is not None and measured.role == "generation"
        if not (generation or (is_electricity(kind) and facts.low[at] < 0)):
            continue
        made = np.abs(facts.use[at]) if generation else np.maximum(-facts.use[at], 0.0)
        centre, sharp = centre_of_day(np.bincount(hour, weights=np.nan_to_num(made), minlength=24).astype(np.float64))
        shift = float(hours_apart(centre, sun))
        if sharp >= 2 * _PLAIN and abs(shift) > rule.limit:
            told.say(rule.code, at, shift=f"{shift:+.1f}")
