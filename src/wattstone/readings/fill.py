"""Filling of gaps by named methods, only on request, with an honest error.

Nothing here is called unless somebody asks for it. What is filled carries the flag ESTIMATED, is counted, and comes
with the standard error that the same method makes on stretches of the same lengths whose true values are known.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.readings.quality.series import Bools, Floats, Ints, Runs, Series, runs_of, spread
from wattstone.readings.schema import Flag

FillMethod = Literal["linear", "same_hour_last_week", "typical_week", "zero"]

_NO_FLAG = Flag(0)
_WEEK = 604_800
_REACH = 26  # weeks that are looked at on either side of a gap
_SIDE = 4  # weeks with a value that are used on each side
_SEASON = 8 * _WEEK  # trial gaps are cut this near to the true one, so that they lie in the same season
_DRAWS = 30  # how often a place for a trial gap is sought


@dataclass(frozen=True)
class Filled:
    """Readings after filling.

    Parameters
    ----------
    readings : DataFrame
        The columns of the input and `flags`; rows that were missing are added, in order.
    counts : DataFrame
        Per meter: `gaps` and `intervals` that were filled, `energy` in them, and `left`, the intervals that stay empty
        because their gap is too long or the method has nothing to go by.
    """

    readings: pl.DataFrame
    counts: pl.DataFrame


@dataclass(frozen=True)
class _Grid:
    """Readings with a row for every interval, and the gaps in them that may be filled."""

    frame: pl.DataFrame
    series: Series
    gaps: Runs


def fill(
    frame: pl.DataFrame,
    method: FillMethod,
    *,
    max_gap: timedelta,
    zone: str = "UTC",
    treat: Flag = _NO_FLAG,
) -> Filled:
    """Fill gaps by a named method.

    Parameters
    ----------
    frame : DataFrame
        Columns `meter`, `start` (naive UTC), `seconds`, `value` and, if there are any, `flags`; sorted by (meter,
        start).
    method : {'linear', 'same_hour_last_week', 'typical_week', 'zero'}
        `linear` draws a line between the readings on both sides; `same_hour_last_week` repeats the nearest earlier week
        that has a value at this hour; `typical_week` takes the median of this hour of the week in the four nearest
        weeks with a value on each side; `zero` is for meters known to have stood still.
    max_gap : timedelta
        Longer gaps stay empty.
    zone : str
        IANA zone on whose clock an hour of the week is the same hour.
    treat : Flag
        Readings with any of these flags count as gaps: `Flag.MISSING_ZERO`.

    Returns
    -------
    Filled

    Raises
    ------
    ValueError
        If the method has another name.

    Notes
    -----
    A gap is filled between a meter's first and last row, in steps of the meter's median interval; nothing is
    extrapolated beyond them.
    """
    if method not in get_args(FillMethod):
        raise ValueError(f"no method of filling is called {method!r}; there are {', '.join(get_args(FillMethod))}")
    grid = _grid(frame, max_gap, treat)
    rows = spread(grid.gaps.first, grid.gaps.stop)
    values = grid.series.value.copy()
    values[rows] = _estimate(grid.series, grid.gaps, method, zone)
    got = np.zeros(values.size, dtype=np.bool_)
    got[rows] = ~np.isnan(values[rows])
    flags = grid.frame["flags"].to_numpy() | np.where(got, np.int16(Flag.ESTIMATED), np.int16(0))
    readings = grid.frame.with_columns(value=pl.Series(values, nan_to_null=True), flags=pl.Series(flags))
    filled = readings.with_columns(filled=pl.Series(got))
    gap = filled["filled"] & ~filled["filled"].shift(1, fill_value=False)
    gap |= filled["filled"] & (filled["meter"] != filled["meter"].shift(1))
    counts = (
        filled.with_columns(gap=gap)
        .group_by("meter", maintain_order=True)
        .agg(
            gaps=pl.col("gap").sum().cast(pl.Int64),
            intervals=pl.col("filled").sum().cast(pl.Int64),
            energy=pl.col("value").filter("filled").sum(),
            left=pl.col("value").null_count().cast(pl.Int64),
        )
    )
    return Filled(readings, counts)


def fill_error(
    frame: pl.DataFrame,
    method: FillMethod,
    *,
    max_gap: timedelta,
    zone: str = "UTC",
    treat: Flag = _NO_FLAG,
    trials: int = 20,
    seed: int = 0,
) -> pl.DataFrame:
    r"""How far off a filled sum may be: the same method on gaps of the same lengths, cut where the truth is known.

    Parameters
    ----------
    frame, method, max_gap, zone, treat
        As for `fill`.
    trials : int
        How many trial gaps are cut for each true one.
    seed : int
        Of the random places.

    Returns
    -------
    DataFrame
        Per meter with gaps to fill: `meter`, `gaps`, `error` (standard error of the filled sum, in the unit of `value`;
        null where no stretch of that length is known, so that the error is not known either). The 90 % interval of a
        filled sum is the sum -+ 1.645 `error`.

    Notes
    -----
    With :math:`e_{gt}` the error of the filled sum of trial t of gap g, gaps err independently save for the method's
    bias, which adds up:

    .. math:: error^2 = \sum_g \mathrm{var}_t(e_{gt}) + \left(\sum_g \mathrm{mean}_t(e_{gt})\right)^2
    """
    grid = _grid(frame, max_gap, treat)
    gaps, series = grid.gaps, grid.series
    random = np.random.default_rng(seed)
    errors = np.full((gaps.first.size, trials), np.nan)
    for trial in range(trials):
        errors[:, trial] = _trial(series, gaps, method, zone, random)
    known = np.isfinite(errors)
    count = known.sum(axis=1)
    enough = count >= max(trials // 4, 2)
    total = np.where(known, errors, 0.0)
    mean = total.sum(axis=1) / np.maximum(count, 1)
    spread_ = np.where(known, (errors - mean[:, None]) ** 2, 0.0).sum(axis=1) / np.maximum(count - 1, 1)
    meters = grid.frame["meter"].gather(series.first)
    table = pl.DataFrame(
        {
            "meter": meters.gather(gaps.group),
            "mean": np.where(enough, mean, np.nan),
            "variance": np.where(enough, spread_, np.nan),
        }
    )
    return table.group_by("meter", maintain_order=True).agg(
        gaps=pl.len().cast(pl.Int64), error=(pl.col("variance").sum() + pl.col("mean").sum() ** 2).sqrt().fill_nan(None)
    )


def _grid(frame: pl.DataFrame, max_gap: timedelta, treat: Flag) -> _Grid:
    """A row for every interval between each meter's first and last; treated readings emptied."""
    if "flags" not in frame.columns:
        frame = frame.with_columns(flags=pl.lit(0, pl.Int16))
    doubted = pl.col("flags") & int(treat) != 0
    frame = frame.with_columns(value=pl.when(~doubted).then(pl.col("value").fill_nan(None)))
    end = pl.col("start") + pl.duration(seconds=pl.col("seconds"))
    step = pl.col("seconds").median().over("meter").cast(pl.Int64)
    hole = frame.select(
        "meter",
        low=end,
        high=pl.col("start").shift(-1).over("meter"),
        step=step,
    ).filter(pl.col("high") > pl.col("low"))
    missing = (pl.col("high") - pl.col("low")).dt.total_seconds() / pl.col("step")
    count = missing.round().cast(pl.Int64)
    rows = (
        hole.with_columns(count=count)
        .filter(pl.col("count") > 0)
        .with_columns(place=pl.int_ranges(0, pl.col("count")))
        .explode("place")
        .select(
            "meter",
            start=(pl.col("low") + pl.duration(seconds=pl.col("place") * pl.col("step"))),
            seconds=pl.col("step").cast(frame.schema["seconds"]),
            flags=pl.lit(0, pl.Int16),
        )
    )
    if rows.height:
        frame = pl.concat([frame, rows.cast({"start": frame.schema["start"]})], how="diagonal").sort("meter", "start")
    return _with_gaps(frame, max_gap)


def _with_gaps(frame: pl.DataFrame, max_gap: timedelta) -> _Grid:
    meter = frame["meter"].rle_id().to_numpy()
    first = np.append(0, np.flatnonzero(np.diff(meter)) + 1) if meter.size else np.empty(0, dtype=np.int64)
    series = Series(
        start=frame["start"].dt.epoch("s").to_numpy(),
        seconds=frame["seconds"].cast(pl.Int32).to_numpy(),
        value=frame["value"].cast(pl.Float64).fill_null(float("nan")).to_numpy(),
        first=first,
        stop=np.append(first[1:], meter.size) if meter.size else first,
    )
    gaps = runs_of(np.flatnonzero(np.isnan(series.value)), series)
    if gaps.first.size:
        length = series.start[gaps.stop - 1] + series.seconds[gaps.stop - 1] - series.start[gaps.first]
        gaps = gaps.where(length <= max_gap.total_seconds())
    return _Grid(frame, series, gaps)


def _estimate(series: Series, gaps: Runs, method: FillMethod, zone: str) -> Floats:
    """Values for every row of the gaps, NaN where the method has none."""
    rows = spread(gaps.first, gaps.stop)
    if method == "zero" or rows.size == 0:
        return np.zeros(rows.size)
    if method == "linear":
        return _linear(series, gaps, rows)
    group = np.repeat(gaps.group, gaps.length)
    earlier = _weeks(series, group, rows, -1, zone)
    if method == "same_hour_last_week":
        return _first_known(earlier)
    later = _weeks(series, group, rows, 1, zone)
    near = np.concatenate([_nearest(earlier), _nearest(later)], axis=1)
    empty = np.isnan(near).all(axis=1)
    near[empty] = 0.0
    return np.where(empty, np.nan, np.nanmedian(near, axis=1))


def _linear(series: Series, gaps: Runs, rows: Ints) -> Floats:
    before, after = gaps.first - 1, gaps.stop
    inside = (before >= series.first[gaps.group]) & (after < series.stop[gaps.group])
    last = series.value.size - 1
    low, high = series.value[np.maximum(before, 0)], series.value[np.minimum(after, last)]
    place = (rows - np.repeat(before, gaps.length)) / np.repeat(gaps.length + 1, gaps.length)
    line = np.repeat(low, gaps.length) * (1 - place) + np.repeat(high, gaps.length) * place
    return np.where(np.repeat(inside, gaps.length), line, np.nan)


def _weeks(series: Series, group: Ints, rows: Ints, direction: int, zone: str) -> Floats:
    """Values at the same local hour of the next weeks in one direction, the nearest first; NaN where there is none."""
    local = _local(series.start[rows], zone)
    reach = min(_REACH, int((series.start.max() - series.start.min()) // _WEEK) + 1)
    out = np.full((rows.size, reach), np.nan)
    for week in range(reach):
        there = series.start[rows] + direction * (week + 1) * _WEEK
        # Where the clock changed in between, the same local hour is another UTC hour.
        there = there - (_local(there, zone) - there) + (local - series.start[rows])
        at = series.row_at(group, there)
        own = at < series.stop[group]  # else it would be the next meter's row
        at = np.minimum(at, series.value.size - 1)
        same = own & (series.start[at] == there)
        out[same, week] = series.value[at[same]]
    return out


def _local(time: Ints, zone: str) -> Ints:
    """Local clock time of UTC stamps, both as seconds since 1970-01-01 on their own clock."""
    if zone == "UTC":
        return time
    stamps = pl.from_epoch(pl.Series(time), time_unit="s").dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    return stamps.dt.replace_time_zone(None).dt.epoch("s").to_numpy()


def _first_known(values: Floats) -> Floats:
    known = np.isfinite(values)
    return np.where(known.any(axis=1), values[np.arange(values.shape[0]), known.argmax(axis=1)], np.nan)


def _nearest(values: Floats) -> Floats:
    """Only the nearest few known values of each row."""
    known = np.isfinite(values)
    return np.where(known & (known.cumsum(axis=1) <= _SIDE), values, np.nan)


def _trial(series: Series, gaps: Runs, method: FillMethod, zone: str, random: np.random.Generator) -> Floats:
    """Errors of the filled sums of one trial gap per true gap; NaN where none could be cut or filled."""
    first, found = _places(series, gaps, random)
    error = np.full(gaps.first.size, np.nan)
    if not found.any():
        return error
    trial = Runs(first[found], first[found] + gaps.length[found], gaps.group[found])
    rows = spread(trial.first, trial.stop)
    masked = series.value.copy()
    masked[rows] = np.nan
    cut = Series(series.start, series.seconds, masked, series.first, series.stop)
    off = _estimate(cut, trial, method, zone) - series.value[rows]
    begin = np.cumsum(trial.length) - trial.length
    error[found] = np.add.reduceat(off, begin)
    return error


def _places(series: Series, gaps: Runs, random: np.random.Generator) -> tuple[Ints, Bools]:
    """For each gap, a stretch of its length near it whose values are all known; no two overlap or touch."""
    unknown = np.zeros(series.value.size + 1, dtype=np.int64)
    np.cumsum(np.isnan(series.value), out=unknown[1:])
    low, high = series.first[gaps.group], series.stop[gaps.group] - gaps.length
    step = np.maximum(series.seconds[gaps.first], 1)
    reach = _SEASON // step + gaps.length
    first = np.full(gaps.first.size, -1, dtype=np.int64)
    for _ in range(_DRAWS):
        draw = np.clip(gaps.first + np.round(random.uniform(-1, 1, reach.size) * reach).astype(np.int64), low, high)
        # The readings on both sides stay known too, as they are beside a true gap.
        left, right = np.maximum(draw - 1, low), np.minimum(draw + gaps.length + 1, series.stop[gaps.group])
        good = (first < 0) & (high >= low) & (unknown[right] == unknown[left])
        first[good] = draw[good]
    return first, (first >= 0) & _apart(first, first + gaps.length)


def _apart(first: Ints, stop: Ints) -> npt.NDArray[np.bool_]:
    """Which stretches do not touch one that begins before them."""
    order = np.argsort(first, kind="stable")
    reached = np.maximum.accumulate(stop[order])
    good = np.ones(first.size, dtype=np.bool_)
    good[order[1:]] = first[order[1:]] > reached[:-1]
    return good
