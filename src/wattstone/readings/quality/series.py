"""The columns of many meters side by side, and the stretches in them: whole-column tricks that the rules share.

A group is what a rule may look at: the rows of one meter in one partition. All groups stand in one array, so that a
rule runs once for the whole frame; `first` and `stop` say where each begins and ends.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SAMPLE = 500  # fewest values per group that its quantiles rest on; the 99 % quantile then has five values above it
_STRIDES = np.array(
    [1, 5, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53]
)  # none divides a day or week of 5 min or more


@dataclass(frozen=True)
class Series:
    """All groups of a frame as arrays.

    Parameters
    ----------
    start : (n,) array of int
        Starts of the intervals. [s since the epoch]
    seconds : (n,) array of int
        Their lengths. [s]
    value : (n,) array
        Their values; NaN where there is none.
    first, stop : (g,) array of int
        Rows at which each group begins, and the row after its last.
    """

    start: Ints
    seconds: npt.NDArray[np.int32]
    value: Floats
    first: Ints
    stop: Ints

    def group_of(self, rows: Ints) -> Ints:
        """The group of each row."""
        return np.searchsorted(self.first, rows, side="right") - 1

    def rows_of(self, groups: Ints) -> Ints:
        """All rows of some groups, in order."""
        return spread(self.first[groups], self.stop[groups])

    @cached_property
    def zero(self) -> Bools:
        """Where the value is exactly zero."""
        return self.value == 0.0

    @cached_property
    def zeros(self) -> npt.NDArray[np.int32]:
        """How many zeros stand before each row; one longer than the rows."""
        return _running(self.zero)

    @cached_property
    def actives(self) -> npt.NDArray[np.int32]:
        """How many values that are neither zero nor missing stand before each row."""
        return _running((self.value != 0.0) & ~np.isnan(self.value))

    @cached_property
    def sums(self) -> Floats:
        """Sum of all values before each row."""
        total = np.zeros(self.value.size + 1)
        np.cumsum(np.nan_to_num(self.value), out=total[1:])
        return total

    @cached_property
    def key(self) -> Ints:
        """A number that rises from row to row over all groups: the group, then the time."""
        group = np.repeat(np.arange(self.first.size), self.stop - self.first)
        return self.start - self._epoch + group * self._span

    @cached_property
    def _epoch(self) -> int:
        return int(self.start[self.first].min())

    @cached_property
    def _span(self) -> int:
        return int(self.start[self.stop - 1].max()) - self._epoch + 2

    @cached_property
    def _regular(self) -> Bools:
        """Groups without a hole: every row where the step says it is."""
        length = self.stop - self.first
        step = self.seconds[self.first].astype(np.int64)
        whole = self.start[self.stop - 1] - self.start[self.first] == (length - 1) * step
        # The ends fit also when a doubled row makes up for a missing one; the middle is looked at too.
        middle = self.first + length // 2
        return whole & (step > 0) & (self.start[middle] - self.start[self.first] == (length // 2) * step)

    def row_at(self, group: Ints, time: Ints, *, exact: bool = False) -> Ints:
        """The first row of each group at or after a time; the group's `stop` where there is none.

        Groups that look regular are answered by arithmetic, unless the answer has to be exact.
        """
        regular = self._regular[group] & (not exact)
        row = np.empty(group.size, dtype=np.int64)
        first, step = self.first[group], self.seconds[self.first[group]]
        row[regular] = first[regular] - (self.start[first[regular]] - time[regular]) // step[regular]
        if not regular.all():
            odd = ~regular
            within = np.clip(time[odd] - self._epoch, 0, self._span - 1)
            row[odd] = np.searchsorted(self.key, within + group[odd] * self._span)
        return np.clip(row, first, self.stop[group])

    def quantiles(self, groups: Ints, levels: tuple[float, ...]) -> dict[str, Floats]:
        """Quantiles of the non-zero values of some groups, by a sample of each, and their smallest step.

        Parameters
        ----------
        groups : (k,) array of int
            Which groups.
        levels : tuple of float
            Which quantiles.

        Returns
        -------
        dict of (k,) arrays
            `q0`, `q1`... in the order of `levels`; `step`, the smallest difference between two values of the sample;
            `count`, how many non-zero values stand in the group, by the sample. NaN (count: 0) where there is none.
        """
        length = self.stop[groups] - self.first[groups]
        stride = _STRIDES[np.searchsorted(_STRIDES, np.maximum(length // SAMPLE, 1), side="right") - 1]
        taken = -(-length // stride)
        order = np.repeat(np.arange(groups.size), taken)
        place = np.arange(order.size) - np.repeat(np.cumsum(taken) - taken, taken)
        value = self.value[self.first[groups][order] + place * stride[order]]
        known = (value != 0.0) & ~np.isnan(value)
        table = pl.DataFrame({"group": order[known], "value": np.abs(value[known])}).sort("group", "value")
        rise = pl.col("value").diff()
        # A step below a hundred-thousandth of the largest value is the noise of single-precision numbers, not a step.
        stats = table.group_by("group", maintain_order=True).agg(
            *(pl.col("value").quantile(level, "linear").alias(f"q{at}") for at, level in enumerate(levels)),
            step=rise.filter(rise > 1e-5 * pl.col("value").max()).min(),
            count=pl.len(),
        )
        whole = pl.DataFrame({"group": np.arange(groups.size)}).join(
            stats, on="group", how="left", maintain_order="left"
        )
        out = {name: whole[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in stats.columns[1:]}
        return out | {"count": np.nan_to_num(out["count"]) * stride}


def _running(mask: Bools) -> npt.NDArray[np.int32]:
    count = np.zeros(mask.size + 1, dtype=np.int32)
    np.cumsum(mask, out=count[1:], dtype=np.int32)
    return count


def spread(first: Ints, stop: Ints) -> Ints:
    """All numbers of several half-open ranges, one range after the other."""
    length = stop - first
    rows: Ints = np.arange(int(length.sum()), dtype=np.int64)
    rows += np.repeat(first - (np.cumsum(length) - length), length)
    return rows


@dataclass(frozen=True)
class Runs:
    """Stretches of rows: from `first` to before `stop`, each within one `group`."""

    first: Ints
    stop: Ints
    group: Ints

    @property
    def length(self) -> Ints:
        """Rows of each run."""
        return self.stop - self.first

    def where(self, keep: Bools) -> "Runs":
        """Some of the runs."""
        return Runs(self.first[keep], self.stop[keep], self.group[keep])

    def mark(self, out: npt.NDArray[np.int16], flag: int) -> None:
        """Set a flag on every row of the runs."""
        out[spread(self.first, self.stop)] |= np.int16(flag)


def runs_of(rows: Ints, series: Series, *, joined: Bools | None = None) -> Runs:
    """Group ascending row numbers into runs of neighbours that do not cross a group's border.

    Parameters
    ----------
    rows : (k,) array of int
        Row numbers, ascending.
    series : Series
        The groups.
    joined : (k - 1,) array of bool, optional
        Where false, two neighbours are not of one run all the same.

    Returns
    -------
    Runs
    """
    if rows.size == 0:
        empty = np.empty(0, dtype=np.int64)
        return Runs(empty, empty, empty)
    cut = np.diff(rows) > 1
    if joined is not None:
        cut |= ~joined
    at = np.searchsorted(rows, series.first)
    at = at[(at > 0) & (at < rows.size)]
    cut[at - 1] = True
    opens = np.append(0, np.flatnonzero(cut) + 1)
    closes = np.append(opens[1:], rows.size)
    first = rows[opens]
    return Runs(first, rows[closes - 1] + 1, np.searchsorted(series.first, first, side="right") - 1)
