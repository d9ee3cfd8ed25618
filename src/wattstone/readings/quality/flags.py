"""Flags: what is doubtful about each reading, found at ingest in passes over whole columns."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.readings.quality.rules import Rules
from wattstone.readings.quality.series import Bools, Floats, Ints, Runs, Series, runs_of
from wattstone.readings.quality.zero_runs import missing_zero_runs
from wattstone.readings.schema import Flag

Flags = npt.NDArray[np.int16]


def flag_readings(
    frame: pl.DataFrame,
    *,
    context: pl.DataFrame,
    rules: Rules | None = None,
    now: datetime | None = None,
    by: Sequence[str] = ("meter",),
) -> pl.DataFrame:
    """Flag what is doubtful about readings; no value is changed.

    Parameters
    ----------
    frame : DataFrame
        Columns `meter` (an integer key), `start` (Datetime, naive UTC), `seconds` (integer) and `value` (Float64, null
        or NaN where there is none), sorted by (meter, start) within each partition.
    context : DataFrame
        What is known of the meters: `meter`; `allow_negative` (bool), false where only zero or more can be; `live`
        (bool), true for kinds that carry a base load, where long runs of zeros mean missing; `cap` (Float64 or null),
        the most that one interval can hold; optionally `high` (Float64 or null), the meter's usual high value per
        interval from earlier data, which tells spikes in partitions too short to tell by themselves. Meters not in it:
        nothing is negative, not live, no cap.
    rules : Rules, optional
        Thresholds.
    now : datetime, optional
        Time of receipt; readings whose interval ends later are flagged FUTURE. None: not looked for.
    by : sequence of str
        Columns that make up a group, each group in neighbouring rows: `("meter",)`, or with the column of the
        partition. A rule sees one group at a time, so that a reading's flags do not depend on what else is in the
        frame.

    Returns
    -------
    DataFrame
        The same rows and columns, with `flags` (Int16): a sum of `Flag`.

    Notes
    -----
    MISSING_ZERO, SPIKE, STUCK, NEGATIVE, FUTURE, DUPLICATE and LONG are found here; `docs/methods/quality.md` has the
    rules. A duplicate is the second and any later row of one meter and start.

    Examples
    --------
    >>> from datetime import timedelta
    >>> day = pl.DataFrame({"meter": [7] * 3, "start": [datetime(2024, 1, 1, hour) for hour in range(3)],
    ...                     "seconds": [3600] * 3, "value": [1.0, -2.0, 3.0]})
    >>> meters = pl.DataFrame({"meter": [7], "allow_negative": [False], "live": [True], "cap": [None]})
    >>> flag_readings(day, context=meters)["flags"].to_list()
    [0, 8, 0]
    """
    if frame.is_empty():
        return frame.with_columns(flags=pl.lit(0, pl.Int16))
    rules = rules or Rules()
    series = _series(frame, by)
    known = _known(frame["meter"].gather(series.first), context)
    flags = np.zeros(frame.height, dtype=np.int16)
    doubtful = missing_zero_runs(series, known["live"] > 0, rules)
    doubtful.where(~(known["idles"] > 0)[doubtful.group]).mark(flags, Flag.MISSING_ZERO)
    _flag_negative(flags, series, known["allow_negative"] > 0)
    _flag_spikes(flags, series, known["cap"], known["high"], rules)
    stuck_runs(series, rules).mark(flags, Flag.STUCK)
    _flag_duplicates(flags, series)
    _flag_long(flags, series, rules)
    if now is not None:
        _flag_future(flags, series, now)
    return frame.with_columns(pl.Series("flags", flags))


def _series(frame: pl.DataFrame, by: Sequence[str]) -> Series:
    border = np.zeros(frame.height - 1, dtype=np.bool_)
    for name in by:
        key = frame[name].to_physical().to_numpy()
        border |= key[1:] != key[:-1]
    first = np.append(0, np.flatnonzero(border) + 1)
    return Series(
        start=frame["start"].dt.epoch("s").to_numpy(),
        seconds=frame["seconds"].cast(pl.Int32).to_numpy(),
        value=frame["value"].cast(pl.Float64).to_numpy(),
        first=first,
        stop=np.append(first[1:], frame.height),
    )


def _known(meters: pl.Series, context: pl.DataFrame) -> dict[str, Floats]:
    """What is known of each group's meter, as numbers; NaN where it is not."""
    names = ("allow_negative", "live", "idles", "cap", "high")
    have = [pl.col(name).cast(pl.Float64) for name in names if name in context.columns]
    table = context.select(pl.col("meter").cast(meters.dtype), *have).unique("meter")
    joined = meters.to_frame("meter").join(table, on="meter", how="left", maintain_order="left")
    nothing = np.full(joined.height, np.nan)
    return {name: joined[name].fill_null(np.nan).to_numpy() if name in joined.columns else nothing for name in names}


def _flag_negative(flags: Flags, series: Series, allowed: Bools) -> None:
    rows = np.flatnonzero(series.value < 0.0)
    if rows.size:
        flags[rows[~allowed[series.group_of(rows)]]] |= Flag.NEGATIVE


def _flag_duplicates(flags: Flags, series: Series) -> None:
    rows = np.flatnonzero(series.start[1:] == series.start[:-1]) + 1
    if rows.size:
        flags[rows[~np.isin(rows, series.first)]] |= Flag.DUPLICATE


def _flag_long(flags: Flags, series: Series, rules: Rules) -> None:
    longest = np.maximum.reduceat(series.seconds, series.first)
    uneven = np.flatnonzero(longest > np.minimum.reduceat(series.seconds, series.first))
    rows = series.rows_of(uneven)
    if rows.size:
        seconds = pl.DataFrame({"group": series.group_of(rows), "seconds": series.seconds[rows]})
        usual = seconds.select(pl.col("seconds").median().over("group")).to_series().to_numpy()
        flags[rows[series.seconds[rows] > rules.long_ratio * usual]] |= Flag.LONG


def _flag_future(flags: Flags, series: Series, now: datetime) -> None:
    received = int((now if now.tzinfo else now.replace(tzinfo=UTC)).timestamp())
    last = series.start[series.stop - 1] + np.maximum.reduceat(series.seconds, series.first)
    rows = series.rows_of(np.flatnonzero(last > received))
    flags[rows[series.start[rows] + series.seconds[rows] > received]] |= Flag.FUTURE


def _flag_spikes(flags: Flags, series: Series, cap: Floats, high: Floats, rules: Rules) -> None:
    """Values above a limit: the declared cap, and the distribution's own where there are enough values."""
    limit = np.where(np.isnan(cap), np.inf, cap)
    limit = np.fmin(limit, np.where(high > 0, high * (1 + rules.spike_reach), np.inf))
    peak = np.fmax(np.fmax.reduceat(series.value, series.first), -np.fmin.reduceat(series.value, series.first))
    # A spike is far above the 99 % quantile, so that few values come near a group's peak: the cheap test comes first.
    rows = series.stop - series.first
    near = np.abs(series.value) > np.repeat(peak / rules.spike_ratio, rows)
    few = np.add.reduceat(near, series.first, dtype=np.int64) <= 0.01 * rows + 1
    tested = np.flatnonzero(few & (rows >= rules.spike_points) & (peak > 0))
    if tested.size:
        own = _own_limit(series, tested, rules)
        limit[tested] = np.fmin(limit[tested], own)
    groups = np.flatnonzero(peak > limit)
    rows = series.rows_of(groups)
    flags[rows[np.abs(series.value[rows]) > limit[series.group_of(rows)]]] |= Flag.SPIKE


def _own_limit(series: Series, groups: Ints, rules: Rules) -> Floats:
    """Per group, the value above which its own distribution makes a reading a spike; infinite where it cannot tell."""
    stats = series.quantiles(groups, (0.5, 0.99))
    usual, top = stats["q0"], stats["q1"]
    limit = np.maximum(top + rules.spike_reach * (top - usual), rules.spike_ratio * top)
    limit[~(stats["count"] >= rules.spike_points) | np.isnan(limit)] = np.inf
    rows = series.rows_of(groups)
    order = np.repeat(np.arange(groups.size), series.stop[groups] - series.first[groups])
    above = np.bincount(order[np.abs(series.value[rows]) > limit[order]], minlength=groups.size)
    limit[above > np.maximum(rules.spike_share * (series.stop - series.first)[groups], 1)] = np.inf
    return limit


def stuck_runs(series: Series, rules: Rules) -> Runs:
    """Runs of one non-zero value that last too long for their meter.

    Parameters
    ----------
    series : Series
        All groups.
    rules : Rules
        Thresholds.

    Returns
    -------
    Runs
    """
    value = series.value
    same = value[1:] == value[:-1]
    same &= value[1:] != 0.0
    same[series.first[1:] - 1] = False
    rows = np.flatnonzero(same)  # row and the next are equal
    repeats = runs_of(rows, series)
    repeats = Runs(repeats.first, repeats.stop + 1, repeats.group)
    length = series.start[repeats.stop - 1] + series.seconds[repeats.stop - 1] - series.start[repeats.first]
    long = length >= rules.stuck_hours * 3600
    if not long.any():
        return repeats.where(long)
    usual = _usual_repeat(series, repeats, np.unique(repeats.group[long]))
    found = repeats.where(long)
    groups, place = np.unique(found.group, return_inverse=True)
    step = series.quantiles(groups, (0.5,))["step"][place]
    held = np.abs(value[found.first])
    # A group that holds one value alone shows no step; its decimals then do.
    step = np.where(np.isnan(step), _decimal_step(held), step)
    return found.where((held >= rules.stuck_counts * step) & (found.length >= rules.stuck_ratio * usual[found.group]))


def _usual_repeat(series: Series, repeats: Runs, groups: Ints) -> Floats:
    """Rows that a value usually lasts: the 95 % quantile, weighted by rows, of all runs but the longest."""
    inside = np.isin(repeats.group, groups)
    table = pl.DataFrame({"group": repeats.group[inside], "length": repeats.length[inside]}).sort("group", "length")
    alone = (series.stop - series.first) - np.bincount(repeats.group, repeats.length, minlength=series.first.size)
    rows = pl.col("length").cum_sum().over("group") + pl.col("alone")
    # The run in question must not set its own scale: all but the longest count.
    others = table.with_columns(alone=alone[table["group"].to_numpy()]).filter(
        pl.int_range(pl.len()).over("group") < pl.len().over("group") - 1
    )
    within = others.with_columns(rows=rows).filter(pl.col("rows") <= 0.95 * pl.col("rows").max().over("group"))
    usual = np.ones(series.first.size)
    found = within.group_by("group").agg(pl.col("length").max())
    usual[found["group"].to_numpy()] = found["length"].to_numpy()
    return usual


def _decimal_step(value: Floats) -> Floats:
    """The last decimal of a number as a step: 0.1 for 283.8; 1 for whole numbers; 0.001 for more than two decimals."""
    step = np.full(value.size, 1e-3)
    for size in (1e-2, 1e-1, 1.0):
        step[np.abs(value / size - np.round(value / size)) < 1e-5 * np.maximum(value / size, 1.0)] = size
    return step
