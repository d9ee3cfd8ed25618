"""Cumulative registers to intervals: what was used between one reading of the counter and the next.

A counter only ever rises, apart from four things that happen to real ones: a single bad reading that recovers, the
overflow of the last digit (a rollover), an exchange or reset, and silence. Each is told from the others here, and none
of them turns into consumption that nobody measured.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.readings.schema import REGISTERS, Flag

_DAY = 86_400
_TOLERANCE = 1e-9  # a fall smaller than this share of the counter is floating-point noise
_CONTEXT = 4  # readings on each side of a fall that are weighed together
_ORDINARY = 0.99  # quantile of a meter's positive rates that stands for its ordinary high rate

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class RegisterRules:
    """How a fall of a counter is read.

    Parameters
    ----------
    fall_cost : float
        How many bad readings are as unlikely as one true fall of the counter. With 2.5, one or two readings that leave
        the line and come back are bad readings, three and more are an exchange. [readings]
    near : float
        Without a declared rollover, a counter is near its overflow when it stands above this share of the next power of
        ten, and has overflowed when it then stands below one minus this share. [1]
    plausible_rate : float
        Consumption across a rollover may run at this multiple of the meter's ordinary high rate (the 99 % quantile of
        its positive rates). [1]
    jump : float
        A rise that never recovers is flagged as a spike when its rate is above this multiple of the ordinary high rate;
        far above any true peak, since the value still counts. [1]
    step_back : float
        A fall of no more than this many hours of the ordinary high rate is a counter that stepped back a little (two
        readers out of order, a valve): nothing was reset, and nothing counts until the old mark is passed. [h]
    split_seconds : int
        Longer intervals are split at UTC midnights, so that months add up. [s]
    """

    fall_cost: float = 2.5
    near: float = 0.95
    plausible_rate: float = 10.0
    jump: float = 100.0
    step_back: float = 1.0
    split_seconds: int = _DAY


def register_intervals(
    frame: pl.DataFrame, *, rollover: Mapping[str, float] | None = None, rules: RegisterRules | None = None
) -> pl.DataFrame:
    """Turn readings of cumulative counters into consumption per interval.

    An interval runs from one good reading to the next, so it starts at the earlier stamp. The sum over a meter that
    never resets is its last reading less its first; rollovers add the rollover value. A meter's first reading gives no
    interval: when readings arrive in parts, hand in the last known reading with them.

    Parameters
    ----------
    frame : DataFrame of `REGISTERS`
        Sorted by (meter_id, at). Stamps are rounded to the second; readings without a value are left out. Of several
        readings of one meter and stamp the last given counts.
    rollover : mapping of str to float, optional
        Per meter, the value at which its counter starts again from zero, in the unit of `value`: 100000.0 for five
        digits. Meters without one are taken to roll over at a power of ten, if the fall starts close below it.
    rules : RegisterRules, optional
        How a fall of the counter is read.

    Returns
    -------
    DataFrame of `READINGS` with `flags`
        `flags` (Int16) holds SPIKE where a bad reading between the two stamps was left out, where the counter stepped
        back a little, or where the rise cannot be true, RESET where the counter was reset (the value is null: what was
        used is not known), DUPLICATE where one of several differing readings of the same stamp was used, LONG and
        ESTIMATED where an interval of more than a day was split.

    Examples
    --------
    >>> from datetime import datetime
    >>> hours = [datetime(2024, 1, 1, hour) for hour in range(4)]
    >>> counter = pl.DataFrame({"meter_id": ["w"] * 4, "at": hours, "value": [99_998.0, 99_999.0, 1.0, 3.0]})
    >>> register_intervals(counter)["value"].to_list()
    [1.0, 2.0, 2.0]
    """
    rules = rules or RegisterRules()
    counter = _one_per_stamp(frame)
    meter = counter["meter_id"].rle_id().to_numpy()
    value = counter["value"].to_numpy()
    at = counter["at"].dt.epoch("s").to_numpy()
    keep = _good(meter, value, rules)
    skipped = np.diff(np.flatnonzero(keep), prepend=0) > 1
    counter, meter, value, at = counter.filter(keep), meter[keep], value[keep], at[keep]
    within = np.flatnonzero(meter[1:] == meter[:-1]) + 1
    seconds = at[within] - at[within - 1]
    ordinary = _ordinary_rate(meter[within], (value[within] - value[within - 1]) / seconds)
    value, back = _high_water(meter, value, within, rules.step_back * 3600 * ordinary)
    rise = value[within] - value[within - 1]
    declared = _declared(counter["meter_id"], rollover)[within]
    rise, reset = _falls(rise, value[within], seconds, ordinary, declared, rules)
    spike = skipped[within] | back | (rise > rules.jump * ordinary * seconds)
    flags = np.where(spike, int(Flag.SPIKE), 0) | np.where(reset, int(Flag.RESET), 0)
    flags |= np.where(counter["twice"].to_numpy()[within], int(Flag.DUPLICATE), 0)
    intervals = pl.DataFrame(
        {
            "meter_id": counter["meter_id"].gather(within - 1),
            "start": counter["at"].gather(within - 1),
            "seconds": seconds,
            "value": pl.Series(rise, nan_to_null=True),
            "flags": flags.astype(np.int16),
        }
    )
    return split_at_midnight(intervals, longer_than=rules.split_seconds)


def _one_per_stamp(frame: pl.DataFrame) -> pl.DataFrame:
    """One reading per meter and second, and whether it was one of several that differ."""
    known = (
        frame.select(pl.col(name).cast(kind) for name, kind in REGISTERS.items())
        .with_columns(pl.col("at").dt.round("1s"))
        .filter(pl.col("value").is_finite())
    )
    last = pl.struct("meter_id", "at").rle_id()
    known = known.with_columns(last.alias("stamp"))
    if known.is_empty() or known["stamp"][-1] == known.height - 1:
        return known.drop("stamp").with_columns(twice=pl.lit(False))
    return known.group_by("stamp", maintain_order=True).agg(
        pl.col("meter_id").last(),
        pl.col("at").last(),
        pl.col("value").last(),
        twice=pl.col("value").min() != pl.col("value").max(),
    )


def _fell(earlier: Floats, later: Floats) -> Bools:
    return later < earlier - _TOLERANCE * np.abs(earlier)


def _good(meter: npt.NDArray[np.uint32], value: Floats, rules: RegisterRules) -> Bools:
    """Which readings to keep: bad ones that recover are dropped, so that they do not give a huge rise and fall."""
    keep = np.ones(value.size, dtype=np.bool_)
    falls = np.flatnonzero(_fell(value[:-1], value[1:]) & (meter[1:] == meter[:-1])) + 1
    if falls.size == 0:
        return keep
    # Falls are rare, so that a loop over them is cheap; those near each other are weighed together.
    firsts = np.flatnonzero(np.append(True, meter[1:] != meter[:-1]))
    ends = np.append(firsts[1:], value.size)
    group = np.searchsorted(firsts, falls, side="right") - 1
    low = np.maximum(falls - 1 - _CONTEXT, firsts[group])
    high = np.minimum(falls + 1 + _CONTEXT, ends[group])
    breaks = np.flatnonzero(low[1:] >= high[:-1]) + 1
    for start, stop in zip(low[np.append(0, breaks)], high[np.append(breaks, falls.size) - 1], strict=True):
        keep[start:stop] = _best_line(value[start:stop].tolist(), rules.fall_cost)
    return keep


def _best_line(values: list[float], fall_cost: float) -> list[bool]:
    """The cheapest reading of a short stretch: each reading left out costs 1, each fall that stays costs `fall_cost`.

    The first and the last reading stay, since nothing beyond them is seen here.
    """
    cost, back = [0.0], [0]
    reach = int(fall_cost) + 2
    for here, value in enumerate(values[1:], start=1):
        choices = [
            (cost[before] + (here - before - 1) + fall_cost * (value < values[before] * (1 - _TOLERANCE)), before)
            for before in range(here - 1, max(here - reach, 0) - 1, -1)
        ]
        best = min(choices, key=lambda choice: choice[0])
        cost.append(best[0])
        back.append(best[1])
    keep = [False] * len(values)
    here = len(values) - 1
    while here:
        keep[here] = True
        here = back[here]
    keep[0] = True
    return keep


def _ordinary_rate(meter: npt.NDArray[np.uint32], rate: Floats) -> Floats:
    """Per interval, the ordinary high rate of its meter; infinite where the meter never rose."""
    table = pl.DataFrame({"meter": meter, "rate": rate})
    high = table.filter(pl.col("rate") > 0).group_by("meter").agg(pl.col("rate").quantile(_ORDINARY))
    joined = table.select("meter").join(high, on="meter", how="left", maintain_order="left")
    return joined["rate"].fill_null(np.inf).to_numpy()


def _high_water(meter: npt.NDArray[np.uint32], value: Floats, within: Ints, allowed: Floats) -> tuple[Floats, Bools]:
    """The counter with small steps back levelled at the mark reached before them, and where it stepped back."""
    fall = value[within - 1] - value[within]
    back = _fell(value[within - 1], value[within]) & (fall <= allowed) & np.isfinite(allowed)
    if not back.any():
        return value, back
    large = np.zeros(value.size, dtype=np.int64)
    large[within] = (fall > 0) & ~back
    table = pl.DataFrame({"meter": meter, "fall": large.cumsum(), "value": value})
    return table.select(pl.col("value").cum_max().over("meter", "fall")).to_series().to_numpy(), back


def _declared(meters: pl.Series, rollover: Mapping[str, float] | None) -> Floats:
    if not rollover:
        return np.full(len(meters), np.nan)
    return meters.replace_strict(rollover, default=None, return_dtype=pl.Float64).fill_null(np.nan).to_numpy()


def _falls(
    rise: Floats, value: Floats, seconds: Ints, ordinary: Floats, declared: Floats, rules: RegisterRules
) -> tuple[Floats, Bools]:
    """Rollovers counted through, resets made unknown."""
    rise = rise.copy()
    before = value - rise
    fell = _fell(before, value)
    rise[~fell] = np.maximum(rise[~fell], 0.0)
    if not fell.any():
        return rise, fell
    with np.errstate(divide="ignore", invalid="ignore"):
        tens = 10.0 ** np.ceil(np.log10(before))
    guessed = (before >= rules.near * tens) & (value <= (1 - rules.near) * tens)
    limit = np.where(np.isfinite(declared), declared, np.where(guessed, tens, np.nan))
    across = limit - before + value
    # A meter whose readings hold no rise gives no rate; half the counter's range is then the most that is believed.
    most = np.minimum(rules.plausible_rate * ordinary * seconds, limit / 2)
    rolled = fell & (value >= 0) & (across >= 0) & (across <= most)
    rise[rolled] = across[rolled]
    reset = fell & ~rolled
    rise[reset] = np.nan
    return rise, reset


def split_at_midnight(frame: pl.DataFrame, *, longer_than: int = _DAY) -> pl.DataFrame:
    """Split long intervals at UTC midnights in proportion to time; the total is kept.

    Parameters
    ----------
    frame : DataFrame of `READINGS` with `flags`
        Any intervals.
    longer_than : int
        Only intervals longer than this are split. [s]

    Returns
    -------
    DataFrame
        The same columns; the pieces carry ESTIMATED and LONG. The last piece takes what rounding leaves over. The order
        of meters and of intervals within a meter is kept.
    """
    long = pl.col("seconds") > longer_than
    frame = frame.with_columns(pl.col("seconds").cast(pl.Int64)).with_row_index("row")
    if frame.is_empty() or not frame.select(long.any()).item():
        return _as_readings(frame)
    day, second = pl.duration(days=1), pl.duration(seconds=1)
    whole = frame.filter(long).with_columns(end=pl.col("start") + pl.col("seconds") * second)
    midnights = pl.datetime_ranges(
        pl.col("start").dt.truncate("1d") + day, pl.col("end"), "1d", closed="left", time_unit="us"
    )
    pieces = (
        whole.with_columns(piece=pl.concat_list("start", midnights))
        .explode("piece")
        .with_columns(till=pl.col("piece").shift(-1).over("row").fill_null(pl.col("end")))
    )
    length = (pl.col("till") - pl.col("piece")).dt.total_seconds()
    pieces = pieces.with_columns(
        part=pl.col("value") * length / pl.col("seconds"), last=pl.col("till") == pl.col("end")
    )
    others = pl.col("part").filter(~pl.col("last")).sum().over("row")
    pieces = pieces.select(
        "row",
        "meter_id",
        start="piece",
        seconds=length,
        value=pl.when("last").then(pl.col("value") - others).otherwise("part"),
        flags=pl.col("flags") | pl.lit(int(Flag.ESTIMATED | Flag.LONG), pl.Int16),
    )
    kept = frame.filter(~long)
    return _as_readings(pl.concat([kept, pieces.select(kept.columns)]).sort("row", "start"))


def _as_readings(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select("meter_id", "start", pl.col("seconds").cast(pl.Int32), "value", pl.col("flags").cast(pl.Int16))
