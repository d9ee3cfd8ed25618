"""What the totals add up: the readings of a partition, those of a meter's hour as one where an hour decides nothing.

Meters that were read at the same moments form a block: a table of meters by moments, of which meter, hour and rate are
laid out once. What is left, and what is in no order, goes row by row.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.readings import Flag

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

SLOT = 900  # s; local months and prices begin on quarters of an hour everywhere
HOUR = 3600  # s
SLOTS = HOUR // SLOT
_US = 1_000_000
_WORTH = 0.5  # of the rows in one block, or it is not laid out


@dataclass(frozen=True)
class Rows:
    """The readings of a partition as arrays; what no row has is None, so that nothing is spent on it.

    Parameters
    ----------
    meter : (n,) array of int32
        Keys in the lake.
    start : (n,) array of int64
        Microseconds of UTC.
    energy : (n,) array
        0 where there is a gap.
    seconds : (n,) array of int32, or int
        Length; one number where all have the same.
    gap, flagged : (n,) array of bool or None
        Readings without a value, and with any flag.
    estimated : (n,) array or None
        Energy that rests on filled or interpolated readings.
    """

    meter: Ints
    start: Longs
    energy: Floats
    seconds: Ints | int
    gap: Mask | None
    flagged: Mask | None
    estimated: Floats | None

    @classmethod
    def of(cls, rows: pl.DataFrame) -> "Rows":
        """From columns meter, start, seconds, value, flags."""
        value, flags, seconds = rows["value"], rows["flags"], rows["seconds"]
        energy = value.fill_null(0.0).to_numpy() if value.null_count() else value.to_numpy()
        doubtful = flags.to_numpy() if flags.max() != 0 or flags.min() != 0 else None
        guessed = None if doubtful is None else (doubtful & int(Flag.ESTIMATED)) > 0
        step = seconds.min()
        return cls(
            meter=rows["meter"].to_numpy(),
            start=rows["start"].to_physical().to_numpy(),
            energy=energy,
            seconds=int(step) if step == seconds.max() else seconds.to_numpy(),  # pyright: ignore[reportArgumentType]
            gap=value.is_null().to_numpy() if value.null_count() else None,
            flagged=None if doubtful is None else doubtful != 0,
            estimated=energy * guessed if guessed is not None and guessed.any() else None,
        )

    @property
    def count(self) -> int:
        """How many."""
        return len(self.meter)

    @property
    def longest(self) -> int:
        """Of the readings. [s]"""
        return self.seconds if isinstance(self.seconds, int) else int(self.seconds.max())

    def taken(self, order: Longs) -> "Rows":
        """Some of the rows, in another order."""
        return Rows(
            meter=self.meter[order],
            start=self.start[order],
            energy=self.energy[order],
            seconds=self.seconds if isinstance(self.seconds, int) else self.seconds[order],
            gap=None if self.gap is None else self.gap[order],
            flagged=None if self.flagged is None else self.flagged[order],
            estimated=None if self.estimated is None else self.estimated[order],
        )


@dataclass(frozen=True)
class Entries:
    """What is added up, each entry a row or the rows of a meter's hour.

    Parameters
    ----------
    rows : Rows
        What they stand for, entry after entry.
    where : (e,) array of int64
        Position of the meter.
    slot, hour : (e,) arrays of int64
        Quarter of an hour and hour since the partition's beginning.
    energy : (e,) array
        Sum.
    begins : (e,) array of int64 or None
        The row with which each entry begins; None where each is one row.
    """

    rows: Rows
    where: Longs
    slot: Longs
    hour: Longs
    energy: Floats
    begins: Longs | None = None

    @cached_property
    def lengths(self) -> Longs | int:
        """Rows of each entry; one number where all have as many."""
        if self.begins is None:
            return 1
        each = np.diff(self.begins, append=self.rows.count)
        return int(each[0]) if bool((each == each[0]).all()) else each

    @cached_property
    def coarse(self) -> Mask | None:
        """Entries longer than an hour, None where there are none; hours are never such."""
        if self.begins is not None or self.rows.longest <= HOUR:
            return None
        seconds = self.rows.seconds
        return np.full(self.rows.count, True) if isinstance(seconds, int) else seconds > HOUR

    def of_rows(self, rows: Longs) -> Longs:
        """The entries that some rows belong to."""
        return rows if self.begins is None else np.searchsorted(self.begins, rows, side="right") - 1


def entries_of(frame: pl.DataFrame, keys: Ints, begin: datetime, *, by_hour: bool) -> Entries | None:
    """Lay out the readings of a partition.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns meter (key), start (naive UTC), seconds, value, flags; in any order.
    keys : (m,) array of int32
        The meters that are wanted, rising; rows of others are left out.
    begin : datetime
        Of the partition, naive UTC.
    by_hour : bool
        Whether the rows of an hour of UTC may stand as one, where none is longer.

    Returns
    -------
    Entries or None
        None where no row is wanted.
    """
    if frame.is_empty():
        return None
    rows, table = Rows.of(frame), _positions(frame["meter"], keys)
    runs = np.append(0, np.flatnonzero(rows.meter[1:] != rows.meter[:-1]) + 1)
    lengths = np.diff(runs, append=rows.count)
    wanted = table[rows.meter[runs]] >= 0
    alike = _alike(rows, lengths) & wanted
    if not alike.all():
        rest = np.flatnonzero(np.repeat(wanted & ~alike, lengths))
        rows = rows.taken(np.append(np.flatnonzero(np.repeat(alike, lengths)), rest))
    if not rows.count:
        return None
    block = int(lengths[alike].sum())
    hourly = isinstance(rows.seconds, int) and rows.seconds == HOUR  # then there is nothing to be saved
    by_hour = by_hour and not hourly and rows.longest <= HOUR
    zero = int(np.datetime64(begin, "us").astype(np.int64))
    laid_out = [_block(rows, block // int(alike.sum()), block, table, zero, by_hour)] if block else []
    if block < rows.count:
        laid_out.append(_row_by_row(rows, block, table, zero, by_hour))
    return _joined(rows, laid_out)


@dataclass(frozen=True)
class _Laid:
    """A stretch of rows, laid out; the names are those of `Entries`."""

    where: Longs
    slot: Longs
    energy: Floats
    begins: Longs | None


def _joined(rows: Rows, laid_out: list[_Laid]) -> Entries:
    where, slot, energy = (
        np.concatenate([getattr(one, name) for one in laid_out]) if len(laid_out) > 1 else getattr(laid_out[0], name)
        for name in ("where", "slot", "energy")
    )
    hours = [one.begins for one in laid_out if one.begins is not None]
    begins = np.concatenate(hours) if hours else None
    return Entries(rows, where, slot, slot // SLOTS, energy, begins)


def _positions(meters: pl.Series, keys: Ints) -> Longs:
    """Table of the position of each key that occurs among the wanted ones, -1 where it is not among them."""
    top = max(int(meters.max() or 0), int(keys.max(initial=0)))  # pyright: ignore[reportArgumentType]
    table = np.full(top + 1, -1, dtype=np.int64)
    table[keys] = np.arange(len(keys))
    return table


def _alike(rows: Rows, lengths: Longs) -> Mask:
    """Which runs of a meter's rows have the moments that most have; none where those are not most of the rows."""
    none = np.zeros(len(lengths), dtype=np.bool_)
    width = int(np.bincount(lengths).argmax())
    usual = lengths == width
    if np.count_nonzero(usual) * width < _WORTH * rows.count:
        return none
    start = rows.start if usual.all() else rows.start[np.repeat(usual, lengths)]
    moments = start.reshape(-1, width)
    pattern = moments[len(moments) // 2]
    same = (moments == pattern).all(axis=1)
    if np.count_nonzero(same) * width < _WORTH * rows.count or (np.diff(pattern) <= 0).any():
        return none
    none[usual] = same
    return none


def _slots(since: Longs) -> Longs:
    """Quarters of an hour, of microseconds that are not negative."""
    # Half a microsecond more, so that no quotient is rounded below a whole number; a third of the time of //.
    return ((since + 0.5) * (1 / (SLOT * _US))).astype(np.int64)


def _block(rows: Rows, width: int, size: int, table: Longs, zero: int, by_hour: bool) -> _Laid:
    """Meters with the same moments: the first rows of all, meter after meter."""
    where, slot = table[rows.meter[:size:width]], _slots(rows.start[:width] - zero)
    meters = len(where)
    if not by_hour:
        return _Laid(np.repeat(where, width), np.tile(slot, meters), rows.energy[:size], None)
    hour = slot // SLOTS
    heads = np.append(0, np.flatnonzero(hour[1:] != hour[:-1]) + 1)
    energy = _by_heads(rows.energy[:size].reshape(meters, width), heads)
    begins = (np.arange(0, size, width)[:, None] + heads).ravel()
    return _Laid(np.repeat(where, len(heads)), np.tile(slot[heads], meters), energy.ravel(), begins)


def _by_heads(energy: Floats, heads: Longs) -> Floats:
    """Sums along the rows of a table, from each head to the next."""
    width = energy.shape[1]
    each = width // len(heads)
    if len(heads) * each != width or bool((np.diff(heads) != each).any()):
        return np.add.reduceat(energy, heads, axis=1)
    total = energy[:, ::each].copy()
    for nth in range(1, each):  # a sum along so short an axis takes three times as long
        total += energy[:, nth::each]
    return total


def _row_by_row(rows: Rows, first: int, table: Longs, zero: int, by_hour: bool) -> _Laid:
    """Rows from one on, in any order; those of a meter's hour that follow each other as one."""
    where, slot, energy = table[rows.meter[first:]], _slots(rows.start[first:] - zero), rows.energy[first:]
    if not by_hour:
        return _Laid(where, slot, energy, None)
    hour = slot // SLOTS
    heads = np.append(0, np.flatnonzero((hour[1:] != hour[:-1]) | (where[1:] != where[:-1])) + 1)
    return _Laid(where[heads], slot[heads], np.add.reduceat(energy, heads), heads + first)
