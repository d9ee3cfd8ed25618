"""Runs of zeros that mean that nothing was recorded.

Many systems write 0 where a reading is missing. A zero is also what a boiler in summer truly uses. What tells them
apart is precedent: a meter that rests has rested before at such hours, and goes to rest from a low level; a logger that
fails does neither. So each run is compared with the same hours of the days and weeks around it, and with the level on
both its sides; nothing is assumed about what is behind the meter, save whether it carries a base load.
"""

from dataclasses import dataclass

import numpy as np

from wattstone.readings.quality.rules import Rules
from wattstone.readings.quality.series import Bools, Floats, Ints, Runs, Series, runs_of

_HOUR, _DAY, _WEEK = 3600, 86_400, 604_800
_NEAR = np.array([-14, -7, -3, -2, -1, 1, 2, 3, 7, 14]) * _DAY  # where a run of up to a day is looked for again
_WEEKS = np.array([-3, -2, -1, 1, 2, 3])  # and a longer one, in its own length rounded up to whole weeks


@dataclass(frozen=True)
class Evidence:
    """What speaks for and against each run of zeros.

    Parameters
    ----------
    hours : (k,) array
        Length of the run. [h]
    activity : (k,) array
        Share of readings that were not zero at the comparable time that was second most at rest; NaN if fewer than
        three comparable times lie within the partition. [1]
    mean_activity : (k,) array
        The mean over all comparable times. [1]
    level : (k,) array
        Mean of the side of the run that is lower, as a share of the partition's mean; NaN where the run touches both
        ends of the partition. [1]
    both_sides : (k,) array of bool
        Whether there are readings on both sides.
    """

    hours: Floats
    activity: Floats
    mean_activity: Floats
    level: Floats
    both_sides: Bools


def zero_runs(series: Series) -> Runs:
    """All runs of exact zeros."""
    return runs_of(np.flatnonzero(series.zero), series)


def evidence(series: Series, runs: Runs, rules: Rules) -> Evidence:
    """Compare each run with the times around it.

    Parameters
    ----------
    series : Series
        All groups.
    runs : Runs
        Runs of zeros in them.
    rules : Rules
        Thresholds.

    Returns
    -------
    Evidence
    """
    begin = series.start[runs.first]
    length = series.start[runs.stop - 1] + series.seconds[runs.stop - 1] - begin
    weeks = -(-length // _WEEK) * _WEEK
    short = length <= _DAY
    shares = np.full((runs.first.size, _NEAR.size), np.nan)
    shares[short] = _shares(
        series, runs.where(short), length[short], np.broadcast_to(_NEAR, (int(short.sum()), _NEAR.size))
    )
    shares[~short, : _WEEKS.size] = _shares(series, runs.where(~short), length[~short], weeks[~short, None] * _WEEKS)
    count = np.isfinite(shares).sum(axis=1)
    ordered = np.sort(shares, axis=1)  # NaN last
    enough = count >= 3
    mean = np.where(enough, np.nansum(shares, axis=1) / np.maximum(count, 1), np.nan)
    level, both = _level(series, runs, begin, begin + length, int(rules.side_days * _DAY))
    return Evidence(length / _HOUR, np.where(enough, ordered[:, 1], np.nan), mean, level, both)


def _shares(series: Series, runs: Runs, length: Ints, lags: Ints) -> Floats:
    """Share of readings that are not zero in windows as long as the run and `lags` away from it."""
    lag_count = lags.shape[1]
    group = np.repeat(runs.group, lag_count)
    begin = (series.start[runs.first][:, None] + lags).ravel()
    low = series.row_at(group, begin)
    high = series.row_at(group, begin + np.repeat(length, lag_count))
    active = (series.actives[high] - series.actives[low]).astype(np.float64)
    known = active + (series.zeros[high] - series.zeros[low])
    share = np.full(known.size, np.nan)
    np.divide(active, known, out=share, where=known * 2 > np.repeat(runs.length, lag_count))
    return share.reshape(lags.shape)


def _level(series: Series, runs: Runs, begin: Ints, end: Ints, side: int) -> tuple[Floats, Bools]:
    """Mean of the lower side of each run over its partition's mean, and whether the run has two sides."""
    before = series.row_at(runs.group, begin - side)
    after = series.row_at(runs.group, end + side)

    def mean(low: Ints, high: Ints) -> Floats:
        known = series.actives[high] - series.actives[low] + series.zeros[high] - series.zeros[low]
        out = np.full(known.size, np.nan)
        np.divide(series.sums[high] - series.sums[low], known, out=out, where=known > 0)
        return out

    sides = np.stack([mean(before, runs.first), mean(runs.stop, after)])
    total = mean(series.first[runs.group], series.stop[runs.group])
    level = np.full(total.size, np.nan)
    np.divide(np.fmin(*sides), total, out=level, where=total > 0)
    return level, np.isfinite(sides[0]) & np.isfinite(sides[1])


def missing_zero_runs(series: Series, live: Bools, rules: Rules) -> Runs:
    """Runs of zeros that mean missing.

    Parameters
    ----------
    series : Series
        All groups.
    live : (g,) array of bool
        Groups of meters that carry a base load.
    rules : Rules
        Thresholds.

    Returns
    -------
    Runs
    """
    runs = zero_runs(series)
    if runs.first.size == 0:
        return runs
    sturdy = _sturdy(series, live, rules)[runs.group]
    length = series.start[runs.stop - 1] + series.seconds[runs.stop - 1] - series.start[runs.first]
    # Short runs in series that do come near zero are the many, and are never doubted.
    doubt = sturdy | (length >= rules.run_hours * _HOUR)
    runs, sturdy = runs.where(doubt), sturdy[doubt]
    if runs.first.size == 0:
        return runs
    found = evidence(series, runs, rules)
    base = live[runs.group]
    lone = sturdy & (found.mean_activity >= rules.lone_activity)
    idle = base & (found.hours >= np.where(sturdy, rules.sturdy_hours, rules.live_hours))
    return runs.where(lone | idle | _unprecedented(found, rules))


def _sturdy(series: Series, live: Bools, rules: Rules) -> Bools:
    """Groups that hold zeros, and yet never come near zero else."""
    zeros = series.zeros[series.stop] - series.zeros[series.first]
    groups = np.flatnonzero((zeros > 0) & (live | (zeros <= rules.sturdy_share * (series.stop - series.first))))
    sturdy = np.zeros(zeros.size, dtype=np.bool_)
    if groups.size:
        stats = series.quantiles(groups, (0.02,))
        sturdy[groups] = stats["q0"] >= rules.sturdy * stats["step"]
    return sturdy


def _unprecedented(found: Evidence, rules: Rules) -> Bools:
    """Runs for which meters that do rest have no precedent."""
    busy = (found.activity >= rules.activity) & (found.activity * found.hours >= rules.run_hours)
    lasting = found.hours > 7 * 24
    level = np.where(found.both_sides, rules.level, rules.edge_level)
    near = ~lasting | (found.level >= level)
    return busy & near & (found.hours <= rules.season_days * 24)
