"""Day types found from the logs, and how many of each a year holds."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from wattstone.detection.air.clock import weekdays
from wattstone.detection.air.log import Calendar, DayProfile
from wattstone.detection.air.result import Dates, DayTypes

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MOST = 6  # types; more than a reader keeps apart
APART = 0.12  # of the station's high load: profiles that differ by less, at rms, are one type
SPREAD = 3.0  # times the days' own deviation along the line between two types, which must be exceeded too
ENOUGH = 18  # hours of a day that must be known for it to shape a type
SOME = 6  # hours that must be known for it to be counted to one
CLASSES = ("weekday", "saturday", "sunday", "holiday", "break")
LIKE = {3: (2, 1, 0), 4: (2, 1, 3, 0), 2: (1, 0), 1: (2, 0), 0: (1, 2)}
"""Which class of days stands in for one that was not logged, the nearest first."""
BOUNDS = (0.05, 0.95)
DRAWS = 400
PRIOR = 0.2  # days: what is thought before of any type, for a class of the calendar


def classes(dates: Dates, calendar: Calendar) -> Ints:
    """What the calendar says of each date: position in `CLASSES`."""
    weekday = weekdays(dates)
    kind = np.where(weekday == 5, 1, np.where(weekday == 6, 2, 0))
    kind[np.isin(dates, _dates(calendar.holidays))] = 3
    for first, last in calendar.breaks:
        kind[(dates >= np.datetime64(first)) & (dates <= np.datetime64(last))] = 4
    return np.asarray(kind, dtype=np.int64)


def year_of(dates: Dates, calendar: Calendar) -> Dates:
    """All dates of the year that is extrapolated to."""
    if calendar.year is not None:
        year = calendar.year
    else:
        years, count = np.unique(dates.astype("datetime64[Y]"), return_counts=True)
        year = int(years[np.argmax(count)].astype(int)) + 1970
    return np.arange(f"{year}-01-01", f"{year + 1}-01-01", dtype="datetime64[D]")


def labels(daily: Floats) -> Ints:
    """Types of days from their profiles: Ward's clusters, merged until each differs enough from every other.

    Two types stay apart if their mean profiles differ, at root mean square over the hours, by more than 12 % of the
    station's high load (the 95th percentile of the hours) and by more than a cut through chance would give.

    Parameters
    ----------
    daily : (d, 24) array
        Mean power by hour; NaN where not known. [kW]

    Returns
    -------
    (d,) array of int
        The most frequent type is 0; -1 where fewer than 6 hours are known, if other dates have more.
    """
    known = np.count_nonzero(~np.isnan(daily), axis=1)
    shaping = np.flatnonzero(known >= min(ENOUGH, known.max(initial=0)))
    result = np.full(len(daily), -1, dtype=np.int64)
    some = min(SOME, int(known.max(initial=0)))
    if some == 0:
        return result
    scale = float(np.nanquantile(daily, 0.95)) or 1.0
    shapes = _filled(daily[shaping]) / scale
    first = _merged(shapes, _ward(shapes))
    centres = np.stack([shapes[first == one].mean(axis=0) for one in range(first.max() + 1)])
    for at in np.flatnonzero(known >= some):
        result[at] = int(np.argmin(np.nanmean(np.square(daily[at] / scale - centres), axis=1)))
    result[shaping] = first
    return _by_size(result)


def found(daily: Floats, dates: Dates, calendar: Calendar) -> DayTypes:
    """Day types of a log, with names and days a year.

    Each class of the calendar (weekday, Saturday, Sunday, holiday, break) has the types in the shares in which they
    were logged; a class of which no day was logged takes those of the class that is most like it.
    """
    label = labels(daily)
    kind, year = classes(dates, calendar), classes(year_of(dates, calendar), calendar)
    count = max(int(label.max(initial=-1)) + 1, 1)
    seen = np.array([[np.count_nonzero((kind == c) & (label == k)) for k in range(count)] for c in range(5)])
    of_class = np.bincount(year, minlength=5).astype(float)
    draws = _drawn(seen, of_class)
    days = _spread(seen.astype(float), of_class)
    lower, upper = np.quantile(draws, BOUNDS, axis=0)
    return DayTypes(
        names=_names(daily, label, kind, count),
        dates=dates,
        label=label,
        days=days,
        lower=np.minimum(lower, days),
        upper=np.maximum(upper, days),
    )


def given(profiles: Sequence[DayProfile], dates: Dates) -> DayTypes:
    """Day types that a user brings, one date for each."""
    days = np.array([one.days for one in profiles], dtype=float)
    return DayTypes(
        names=tuple(one.name for one in profiles),
        dates=dates,
        label=np.arange(len(profiles), dtype=np.int64),
        days=days,
        lower=days,
        upper=days,
        given=True,
    )


def unseen(dates: Dates, label: Ints, calendar: Calendar) -> dict[str, tuple[str, int]]:
    """Classes of days that the year has and the log has not: what stands in for each, and how many days it is."""
    kind, year = classes(dates[label >= 0], calendar), classes(year_of(dates, calendar), calendar)
    there, needed = set(kind.tolist()), np.bincount(year, minlength=5)
    return {
        CLASSES[c]: (CLASSES[next(one for one in LIKE[c] if one in there)], int(needed[c]))
        for c in range(5)
        if needed[c] and c not in there and there & set(LIKE[c])
    }


def _spread(seen: Floats, of_class: Floats) -> Floats:
    """Days a year of each type: the days of every class in the shares seen, or in those of a class like it."""
    total = np.zeros(seen.shape[1])
    for c in range(5):
        like = next((one for one in (c, *LIKE[c]) if seen[one].sum() > 0), None)
        if like is None:
            continue
        total += of_class[c] * seen[like] / seen[like].sum()
    return total


def _drawn(seen: npt.NDArray[np.int64], of_class: Floats) -> Floats:
    """Days a year of each type in draws: shares by Dirichlet's distribution, and no doubt about days logged."""
    random = np.random.default_rng(0)
    types = seen.shape[1]
    draws = np.zeros((DRAWS, types))
    for c in range(5):
        like = next((one for one in (c, *LIKE[c]) if seen[one].sum() > 0), None)
        if like is None:
            continue
        shares = random.dirichlet(seen[like] + PRIOR / types, size=DRAWS)
        logged = min(float(seen[c].sum()), of_class[c])
        certain = seen[c] / max(seen[c].sum(), 1) * logged
        draws += certain + (of_class[c] - logged) * shares
    return draws


def _ward(shapes: Floats) -> Ints:
    """Clusters by Ward's criterion [1]_, down to the most types that are looked at.

    References
    ----------
    .. [1] J. H. Ward, "Hierarchical grouping to optimize an objective function," Journal of the American Statistical
       Association 58 (301), 236-244, 1963.
    """
    centres, size = shapes.copy(), np.ones(len(shapes))
    label = np.arange(len(shapes))
    alive = np.ones(len(shapes), dtype=bool)
    square = np.square(centres).sum(axis=1)
    distance = np.maximum(square[:, None] + square[None] - 2 * centres @ centres.T, 0.0) / 2
    np.fill_diagonal(distance, np.inf)
    for _ in range(len(shapes) - MOST):
        at, other = (int(one) for one in np.unravel_index(int(np.argmin(distance)), distance.shape))
        total = size[at] + size[other]
        centres[at] = (size[at] * centres[at] + size[other] * centres[other]) / total
        size[at], alive[other] = total, False
        label[label == other] = at
        apart = np.square(centres - centres[at]).sum(axis=1) * size * total / (size + total)
        apart = np.where(alive, apart, np.inf)
        apart[at] = np.inf
        distance[at], distance[:, at] = apart, apart
        distance[other], distance[:, other] = np.inf, np.inf
    return np.unique(label, return_inverse=True)[1].astype(np.int64)


def _merged(shapes: Floats, label: Ints) -> Ints:
    """Merge the two nearest clusters until all are far enough from each other."""
    label = label.copy()
    while label.max() > 0:
        parts = [shapes[label == one] for one in range(label.max() + 1)]
        near = np.full((len(parts), len(parts)), np.inf)
        for one in range(len(parts)):
            for other in range(one + 1, len(parts)):
                near[one, other] = _apart(parts[one], parts[other])
        at = np.unravel_index(int(np.argmin(near)), near.shape)
        if near[at] >= 1:
            break
        label[label == at[1]] = at[0]
        label = np.unique(label, return_inverse=True)[1]
    return label.astype(np.int64)


def _apart(one: Floats, other: Floats) -> float:
    """Distance of two clusters over what is needed to keep them apart.

    Days that differ by chance, cut in two, lie 2.65 times their own deviation apart along the line between the halves.
    """
    between: Floats = np.asarray(other.mean(axis=0) - one.mean(axis=0), dtype=np.float64)
    distance = float(np.sqrt((between**2).mean()))
    if distance == 0:
        return 0.0
    line: Floats = between / (distance * len(between))
    along = [np.asarray((part - part.mean(axis=0)) @ line, dtype=np.float64) for part in (one, other)]
    square = sum(float((values**2).sum()) for values in along)
    own = float(np.sqrt(square / max(len(one) + len(other) - 2, 1)))
    return distance / max(APART, SPREAD * own)


def _filled(daily: Floats) -> Floats:
    """Gaps from the median of the hour over all days, else of the day."""
    hour = np.array([np.median(one[~np.isnan(one)]) if (~np.isnan(one)).any() else np.nan for one in daily.T])
    hour = np.where(np.isnan(hour), np.nanmean(daily), hour)
    return np.where(np.isnan(daily), hour, daily)


def _by_size(label: Ints) -> Ints:
    """Number types by how many days they have; of equals the one that comes first."""
    types, first, count = np.unique(label[label >= 0], return_index=True, return_counts=True)
    order = np.lexsort((first, -count))
    rank = np.empty(len(types), dtype=np.int64)
    rank[order] = np.arange(len(types))
    return np.where(label >= 0, rank[np.searchsorted(types, np.maximum(label, types[0]))], -1)


def _names(daily: Floats, label: Ints, kind: Ints, count: int) -> tuple[str, ...]:
    """Names by the calendar's classes that a type holds, and by load where two would share one."""
    load = np.array([np.nanmean(daily[label == k]) if (label == k).any() else np.nan for k in range(count)])
    names = [_name(kind[label == k], (load[k] < 0.35 * np.nanmax(load))) for k in range(count)]
    for name in set(names):
        same = [k for k in range(count) if names[k] == name]
        if len(same) > 1:
            ranked = sorted(same, key=lambda k: (-load[k], k))
            for place, k in enumerate(ranked, start=1):
                names[k] = f"{name} {place}"
    return tuple(names)


def _name(kind: Ints, low: bool) -> str:
    if not len(kind):
        return "day"
    share = np.bincount(kind, minlength=5) / len(kind)
    if share[4] > 0.5:
        return "break"
    if share[0] > 0.5:
        return "weekday, low" if low else "working day"
    if share[3] > 0.5:
        return "holiday"
    if share[1] > 0.7:
        return "saturday"
    if share[2] > 0.7:
        return "sunday"
    return "weekend" if share[0] == 0 else "day off" if low else "mixed days"


def _dates(days: Sequence[date]) -> Dates:
    return np.array([np.datetime64(one) for one in days], dtype="datetime64[D]")
