"""Scores per meter and month, and what to mend first."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count, takewhile

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.base import Period, local_month
from wattstone.readings.quality.series import Series
from wattstone.readings.schema import Flag

# How much of a reading's time a flag takes from the score: 1 where the value says nothing about the interval, less
# where it still says how much was used, though not when. RESET and DUPLICATE take nothing: the one is a gap already,
# the other is not counted twice.
DOUBT: dict[Flag, float] = {
    Flag.MISSING_ZERO: 1.0,
    Flag.SPIKE: 1.0,
    Flag.STUCK: 1.0,
    Flag.NEGATIVE: 1.0,
    Flag.FUTURE: 1.0,
    Flag.ESTIMATED: 0.5,
    Flag.LONG: 0.25,
}


def _doubts() -> npt.NDArray[np.float64]:
    """The doubt about a reading for every sum of flags: that of its worst flag."""
    sums = np.arange(2 * max(Flag))
    return np.max([np.where(sums & flag, doubt, 0.0) for flag, doubt in DOUBT.items()], axis=0)


_DOUBTS = _doubts()
_NAMES = {flag: str(flag.name).lower() for flag in Flag}
_COUNTS = ["present", "gaps", "gap_seconds", "longest_gap", "clean_seconds", *(f"n_{name}" for name in _NAMES.values())]
_AMOUNTS = ["energy", "clean_energy", *(f"e_{name}" for name in _NAMES.values()), "sure"]


def monthly_quality(
    frame: pl.DataFrame,
    *,
    zone: str,
    interval: int | Mapping[int, int] | None = None,
    within: Period | None = None,
) -> pl.DataFrame:
    r"""How complete and how doubtful each meter's months are.

    Parameters
    ----------
    frame : DataFrame
        Columns `meter`, `start` (naive UTC), `seconds`, `value`, `flags`, sorted by (meter, start).
    zone : str
        IANA zone on whose clock the months are.
    interval : int or mapping of int to int, optional
        Expected length of an interval, for all meters or per meter; the median of each meter's own otherwise. [s]
    within : Period, optional
        Months of this period are scored for every meter, so that what never came is seen. Otherwise each meter's months
        run from its first to its last reading, the months between without a single reading included.

    Returns
    -------
    DataFrame
        Per meter and month: `meter`, `month` (Date, its first day), `expected` and `present` (intervals), `gaps` (that
        touch the month), `gap_seconds`, `longest_gap` (within the month) [s], `energy` (sum of present values, in their
        unit), `clean_energy` and `clean_seconds` (of readings without a doubt), per flag `n_...` (readings) and `e_...`
        (sum of their absolute values), and `score` (0 to 100).

    Notes
    -----
    With :math:`s_i` the seconds of reading i and :math:`d_i` the doubt of its worst flag (`DOUBT`),

    .. math:: score = 100 \min\left(1, \sum_i s_i (1 - d_i) / S\right)

    where S is the length of the month: the share of the month that rests on readings that no rule doubts.
    """
    known = frame.filter(pl.col("value").is_not_null() & pl.col("value").is_not_nan())
    single = known.filter(pl.col("flags") & int(Flag.DUPLICATE) == 0)
    months = _months(frame, zone, within)
    meters = frame["meter"].unique(maintain_order=True)
    if not months or meters.is_empty():
        return _monthly(_grid(frame, months, zone, interval), None, None, None)
    edges = np.array([int(month.start.replace(tzinfo=UTC).timestamp()) for month in months] + [_end(months)])
    grid = _grid(frame, months, zone, interval)
    sums, gaps = _sums(single, meters, edges), _gaps(single, meters, edges, whole=within is not None)
    table = _monthly(grid, sums, gaps, _flag_counts(known, edges))
    return table if within else _lifetimes(table)


def _end(months: list[Period]) -> int:
    return int(months[-1].end.replace(tzinfo=UTC).timestamp())


def _monthly(
    grid: pl.DataFrame, sums: pl.DataFrame | None, gaps: pl.DataFrame | None, flags: pl.DataFrame | None
) -> pl.DataFrame:
    """All that is known of each meter and month, in one table."""
    for part in (sums, gaps, flags):
        if part is not None:
            grid = grid.join(part, on=["meter", "bin"], how="left", maintain_order="left")
    blank = {**dict.fromkeys(_COUNTS, pl.Int64), **dict.fromkeys(_AMOUNTS, pl.Float64)}
    table = grid.with_columns(
        (pl.col(name) if name in grid.columns else pl.lit(0)).cast(kind).fill_null(0).alias(name)
        for name, kind in blank.items()
    )
    score = (100 * pl.col("sure") / pl.col("length")).clip(0, 100)
    return table.select("meter", "month", "expected", *_COUNTS, *_AMOUNTS[:-1], score=score)


def _lifetimes(table: pl.DataFrame) -> pl.DataFrame:
    """Each meter's months from its first reading to its last."""
    at, has = pl.int_range(pl.len()).over("meter"), pl.col("present") > 0
    first, last = at.filter(has).min().over("meter"), at.filter(has).max().over("meter")
    return table.filter((at >= first) & (at <= last))


def _side_by_side(single: pl.DataFrame, meters: pl.Series) -> Series:
    """The readings as arrays, one group per meter; meters without a reading have an empty group."""
    counts = meters.to_frame().join(single.group_by("meter").len(), on="meter", how="left", maintain_order="left")
    length = counts["len"].fill_null(0).cast(pl.Int64).to_numpy()
    stop = np.cumsum(length)
    return Series(
        start=single["start"].dt.epoch("s").to_numpy(),
        seconds=single["seconds"].to_numpy(),
        value=single["value"].to_numpy(),
        first=stop - length,
        stop=stop,
    )


def _sums(single: pl.DataFrame, meters: pl.Series, edges: npt.NDArray[np.int64]) -> pl.DataFrame:
    """Readings, energy and time per meter and month, from neighbouring rows."""
    live = meters.filter(meters.is_in(single["meter"].unique().implode()))
    series = _side_by_side(single, live)
    group = np.repeat(np.arange(len(live)), edges.size)
    row = series.row_at(group, np.tile(edges, len(live)), exact=True).reshape(len(live), edges.size)
    first, present = row[:, :-1], np.diff(row, axis=1)
    at, month = np.nonzero(present)
    flags = single["flags"].to_numpy()
    doubted = np.flatnonzero(flags)
    doubt = _DOUBTS[flags[doubted]]
    doubted, doubt = doubted[doubt > 0], doubt[doubt > 0]
    clean, seconds = series.value.copy(), series.seconds.astype(np.float64)
    clean[doubted] = 0.0
    sure = seconds.copy()
    sure[doubted] *= 1 - doubt
    seconds[doubted] = 0.0
    begin, size = first[at, month], present[at, month]

    def total(column: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        # What lies between the last month's rows of one meter and the first month's of the next is no month's.
        ends = np.stack([begin, begin + size], axis=1).ravel()
        return np.add.reduceat(np.append(column, 0.0), ends)[::2]

    return pl.DataFrame(
        {
            "meter": live.gather(at),
            "bin": month.astype(np.int64),
            "present": size,
            "energy": total(series.value),
            "clean_energy": total(clean),
            "clean_seconds": total(seconds),
            "sure": total(sure),
        }
    )


def _months(frame: pl.DataFrame, zone: str, within: Period | None) -> list[Period]:
    """Local months that cover the frame, or the period, one after the other."""
    if within is None and frame.is_empty():
        return []
    first, last = (within.start, within.end) if within else (frame["start"].min(), frame["start"].max())
    assert isinstance(first, datetime)
    assert isinstance(last, datetime)
    # A month earlier, since the local month may begin before the UTC one.
    steps = (divmod(first.year * 12 + first.month - 2 + step, 12) for step in count())
    months = (local_month(year, month + 1, zone) for year, month in steps)
    covered = takewhile(lambda month: month.start < last or (within is None and month.start <= last), months)
    return [month for month in covered if month.end > first]


def _grid(
    frame: pl.DataFrame, months: list[Period], zone: str, interval: int | Mapping[int, int] | None
) -> pl.DataFrame:
    """Every meter's every month, with its length and the intervals expected in it."""
    begins = pl.Series("start", [month.start for month in months], pl.Datetime("us"))
    table = pl.DataFrame(
        {
            "bin": pl.Series(range(len(months)), dtype=pl.Int64),
            "month": begins.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.date(),
            "length": pl.Series([month.hours * 3600 for month in months], dtype=pl.Float64),
        }
    )
    usual = frame.group_by("meter", maintain_order=True).agg(step=pl.col("seconds").median())
    if isinstance(interval, int):
        usual = usual.with_columns(step=pl.lit(float(interval)))
    elif interval is not None:
        given = pl.col("meter").replace_strict(interval, default=None, return_dtype=pl.Float64)
        usual = usual.with_columns(step=given.fill_null(pl.col("step")))
    expected = (pl.col("length") / pl.col("step")).round().cast(pl.Int64)
    return usual.join(table, how="cross").select("meter", "bin", "month", "length", expected=expected)


def _gaps(single: pl.DataFrame, meters: pl.Series, edges: npt.NDArray[np.int64], *, whole: bool) -> pl.DataFrame:
    """Time without a reading: how many stretches, how long, per meter and month."""
    live = meters.filter(meters.is_in(single["meter"].unique().implode()))
    series = _side_by_side(single, live)
    lone = len(meters) - len(live)
    group = np.repeat(np.arange(len(live)), series.stop - series.first)
    # An offset per meter lets one running maximum serve all of them.
    offset = group * (edges[-1] - edges[0] + series.seconds.max(initial=0) + 1)
    reached = np.maximum.accumulate(series.start + series.seconds + offset) - offset if group.size else series.start
    inner = np.flatnonzero((series.start[1:] > reached[:-1]) & (group[1:] == group[:-1]))
    low, high, owner = reached[inner], series.start[inner + 1], live.gather(group[inner])
    holes = pl.DataFrame({"meter": owner, "low": low, "high": high})
    if len(live):
        first, last = edges[:1].repeat(len(live)), edges[-1:].repeat(len(live))
        before = pl.DataFrame({"meter": live, "low": first, "high": series.start[series.first]})
        after = pl.DataFrame({"meter": live, "low": reached[series.stop - 1], "high": last})
        if not whole:  # then a meter's months begin with its first reading's and end with its last one's
            before = before.with_columns(low=pl.Series(_edge(edges, series.start[series.first], 0)))
            after = after.with_columns(high=pl.Series(_edge(edges, series.start[series.stop - 1], 1)))
        holes = pl.concat([holes, before, after])
    if lone:
        silent = meters.filter(~meters.is_in(live.implode()))
        holes = pl.concat([holes, pl.DataFrame({"meter": silent}).with_columns(low=edges[0], high=edges[-1])])
    spans = pl.DataFrame({"bin": np.arange(edges.size - 1), "start": edges[:-1], "stop": edges[1:]})
    parts = holes.filter(pl.col("high") > pl.col("low")).join_where(
        spans, pl.col("low") < pl.col("stop"), pl.col("high") > pl.col("start")
    )
    length = pl.min_horizontal("high", "stop") - pl.max_horizontal("low", "start")
    return parts.group_by("meter", "bin").agg(gaps=pl.len(), gap_seconds=length.sum(), longest_gap=length.max())


def _edge(edges: npt.NDArray[np.int64], time: npt.NDArray[np.int64], later: int) -> npt.NDArray[np.int64]:
    """The border of months before each time, or after it."""
    return edges[np.clip(np.searchsorted(edges, time, side="right") - 1 + later, 0, edges.size - 1)]


def _flag_counts(known: pl.DataFrame, edges: npt.NDArray[np.int64]) -> pl.DataFrame:
    """Readings and energy under each flag; flagged readings are few, so that they are looked at alone."""
    found = known.filter(pl.col("flags") != 0)
    bins = np.searchsorted(edges, found["start"].dt.epoch("s").to_numpy(), side="right") - 1
    found = found.with_columns(bin=pl.Series(bins, dtype=pl.Int64))
    has = {flag: pl.col("flags") & int(flag) != 0 for flag in Flag}
    return found.group_by("meter", "bin").agg(
        *(has[flag].sum().alias(f"n_{_NAMES[flag]}") for flag in Flag),
        *(pl.col("value").abs().filter(has[flag]).sum().alias(f"e_{_NAMES[flag]}") for flag in Flag),
    )
