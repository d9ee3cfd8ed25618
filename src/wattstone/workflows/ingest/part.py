"""One partition of a source: checked against itself and against what the lake holds, flagged, ready to be written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.readings import Flag
from wattstone.readings.quality import flag_readings
from wattstone.readings.quality.series import spread
from wattstone.workflows.ingest.clashes import clashes, shortened
from wattstone.workflows.ingest.tally import Tally

ROW = {
    "meter": pl.Int32(),
    "start": pl.Datetime("us"),
    "seconds": pl.Int32(),
    "value": pl.Float64(),
    "flags": pl.Int16(),
    "batch": pl.Int32(),
}
KEY = ["meter", "start"]


COUNTS = ("new", "changed", "same", "repeated")


@dataclass(frozen=True)
class Arrived:
    """What one partition of the sources brings.

    Parameters
    ----------
    rows : polars.DataFrame
        What has to be written: schema `ROW`, sorted.
    rewrite : bool
        They take the place of the whole partition; otherwise they are added to it.
    counts : dict of int to dict
        By batch, readings that were not there (`new`), that replace others (`changed`), that were there already
        (`same`), and that were given twice (`repeated`).
    touched : polars.Series or None
        Keys of the meters of which any row differs from what the partition held; None where that is not known, or
        all of them do.
    """

    rows: pl.DataFrame
    rewrite: bool
    counts: Mapping[int, Mapping[str, int]]
    touched: pl.Series | None = None

    def count(self, batch: int, name: str) -> int:
        """Readings of one source that have one of the fates in `COUNTS`."""
        return self.counts.get(batch, {}).get(name, 0)


def tidy(rows: pl.DataFrame, tally: Tally) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sort rows, drop what is given twice, and tally what contradicts itself.

    Of several values that one source gives for one interval the last one counts, and carries the flag `DUPLICATE`. Two
    sources that give different values contradict each other.

    Parameters
    ----------
    rows : polars.DataFrame
        Columns meter, start, seconds, value, given, batch.
    tally : Tally
        Takes what is found.

    Returns
    -------
    tuple of polars.DataFrame
        The rows sorted by (meter, start), and those that were dropped.
    """
    if not _sorted(rows):
        rows = rows.sort(KEY, maintain_order=True)
    again = _same_as(rows, -1)
    if not again.any():
        return _within(rows, tally), rows.clear()
    differs = again & rows["value"].ne_missing(rows["value"].shift(-1))
    apart = again & rows["batch"].ne_missing(rows["batch"].shift(-1))
    tally.add("readings.contradiction", rows.filter(differs & apart))
    tally.add("readings.conflict", rows.filter(differs & ~apart))
    marked = rows["given"] | (differs.shift(1, fill_value=False).cast(pl.Int16) * int(Flag.DUPLICATE))
    return _within(rows.with_columns(marked.alias("given")).filter(~again), tally), rows.filter(again)


def _within(rows: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """Intervals end where the next begins: a declared length that does not fit is a problem, a usual one is cut."""
    step = pl.when(pl.col("meter").shift(-1) == pl.col("meter")).then(pl.col("start").shift(-1) - pl.col("start"))
    seconds = rows.select(step.dt.total_seconds().cast(pl.Int32)).to_series()
    reaching = (rows["seconds"] > seconds).fill_null(False)
    if not reaching.any():
        return rows
    wrong = reaching & rows["meter"].is_in(list(tally.declared))
    tally.add("readings.overlap", rows.filter(wrong))
    shortened = pl.DataFrame({"is": reaching, "to": seconds, "was": rows["seconds"]})
    return rows.with_columns(shortened.select(pl.when("is").then("to").otherwise("was").alias("seconds")).to_series())


def _sorted(rows: pl.DataFrame) -> bool:
    """Whether rows are sorted by (meter, start) already."""
    meter, start = rows["meter"].to_numpy(), rows["start"].to_physical().to_numpy()
    rising, same = meter[1:] > meter[:-1], meter[1:] == meter[:-1]
    return bool(np.all(rising | (same & (start[1:] >= start[:-1]))))


def _same_as(rows: pl.DataFrame, step: int) -> pl.Series:
    """Whether the row `-step` further down is of the same meter and interval."""
    return rows.select(
        ((pl.col("meter") == pl.col("meter").shift(step)) & (pl.col("start") == pl.col("start").shift(step))).fill_null(
            False
        )
    ).to_series()


def settle(
    rows: pl.DataFrame,
    held: pl.DataFrame | None,
    *,
    context: pl.DataFrame,
    now: datetime,
    tally: Tally,
    repeated: pl.DataFrame | None = None,
    whole: frozenset[int] = frozenset(),
    rewrite: bool = False,
) -> Arrived:
    """Decide what a partition's rows change in the lake.

    Parameters
    ----------
    rows : polars.DataFrame
        Columns meter, start, seconds, value, given (flags that came with them), batch, sorted.
    held : polars.DataFrame or None
        What the lake holds of this partition, schema `ROW`, where it may share time with the rows; None where it
        cannot.
    context, now : polars.DataFrame, datetime
        For the quality flags.
    tally : Tally
        Takes intervals that reach into those that are held.
    repeated : polars.DataFrame or None
        Rows that were dropped, to be counted.
    whole : frozenset of int
        Meters whose rows here are all there is (intervals of a register): what is held beside them goes.
    rewrite : bool
        Whether the partition is written anew whatever changes.
    """
    dropped = rows.clear() if repeated is None else repeated
    if held is None:
        return Arrived(_flagged(rows, context, now), rewrite, _counts(new=rows, repeated=dropped))
    held = held.rechunk() if _sorted(held) else held.sort(KEY)
    at = places(rows, held)
    beside = _beside(rows, held, at)
    known = beside["lasted"].is_not_null()
    equal = known & beside["value"].eq_missing(beside["was"]) & (beside["seconds"] == beside["lasted"]).fill_null(False)
    counts = _counts(
        new=beside.filter(~known), changed=beside.filter(known & ~equal), same=beside.filter(equal), repeated=dropped
    )
    fresh = beside.filter(~equal).select(rows.columns)
    if not (rewrite or whole) and fresh.height and _same_lengths(beside.filter(~equal)):
        # Values in place of others and nothing else: no interval can clash that did not before.
        written, every = _corrected(fresh, held, at[(~equal).to_numpy()], context, now)
        return Arrived(written, True, counts, None if every else fresh["meter"].unique())
    gone = held.filter(pl.col("meter").is_in(list(whole))).join(rows.select(KEY), on=KEY, how="anti")
    if gone.height:
        held = held.join(gone.select(KEY), on=KEY, how="anti")
    clash = clashes(beside.filter(~equal), held, tally)
    if not (rewrite or gone.height or clash.height or (known & ~equal).any()):
        return Arrived(_flagged(fresh, context, now), False, counts)
    written = _rewritten(shortened(fresh, clash), shortened(held, clash), context, now)
    touched = pl.concat([frame["meter"] for frame in (fresh, gone, clash)]).unique()
    return Arrived(written, True, counts, None if rewrite else touched)


def places(rows: pl.DataFrame, held: pl.DataFrame) -> npt.NDArray[np.int64]:
    """Where the readings of some meters and intervals stand.

    Parameters
    ----------
    rows, held : polars.DataFrame
        Columns meter and start; `held` sorted by both, each pair once.

    Returns
    -------
    (n,) array of int
        For each of the rows its place in `held`, -1 where it is not there.
    """
    if held.is_empty() or rows.is_empty():
        return np.full(rows.height, -1, dtype=np.int64)
    clock = held["start"].to_physical()
    first, last, highest = (int(one) for one in (clock.min(), clock.max(), held["meter"].max()))  # pyright: ignore[reportArgumentType]
    span = last - first + 1
    if span * (highest + 1) >= 2**63:
        numbered = held.select(KEY).with_row_index("at")
        found = rows.select(KEY).join(numbered, on=KEY, how="left", maintain_order="left")
        return found["at"].cast(pl.Int64).fill_null(-1).to_numpy()
    within = rows["start"].to_physical().is_between(first, last).to_numpy() & (rows["meter"] <= highest).to_numpy()
    line = held["meter"].to_numpy() * np.int64(span) + (clock.to_numpy() - first)
    wanted = rows["meter"].to_numpy() * np.int64(span) + (rows["start"].to_physical().to_numpy() - first)
    at = np.minimum(np.searchsorted(line, wanted), held.height - 1)
    return np.where(within & (line[at] == wanted), at, -1)


def _beside(rows: pl.DataFrame, held: pl.DataFrame, at: npt.NDArray[np.int64]) -> pl.DataFrame:
    """The rows with value (`was`) and length (`lasted`) of the held ones in their places; null where there are none."""
    if held.is_empty():
        none = {"was": pl.Float64(), "lasted": pl.Int32()}
        return rows.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in none.items())
    there = pl.Series(at >= 0)
    old = held.select(pl.col("value").alias("was"), pl.col("seconds").alias("lasted"))[np.maximum(at, 0)]
    return rows.hstack(old.select(pl.when(there).then(name).alias(name) for name in old.columns))


def _same_lengths(beside: pl.DataFrame) -> bool:
    return bool((beside["seconds"] == beside["lasted"]).fill_null(False).all())


def _corrected(
    fresh: pl.DataFrame, held: pl.DataFrame, at: npt.NDArray[np.int64], context: pl.DataFrame, now: datetime
) -> tuple[pl.DataFrame, bool]:
    """The whole partition with other values in some places, and whether every meter has one of those.

    Flags are made anew for the meters that have.
    """
    after = held.with_columns(
        held["value"].scatter(at, fresh["value"]),
        held["batch"].scatter(at, fresh["batch"]),
        (held["flags"] & GIVEN).scatter(at, fresh["given"]).alias("given"),
    )
    meter = held["meter"].to_numpy()
    first = np.append(0, np.flatnonzero(meter[1:] != meter[:-1]) + 1)
    stop = np.append(first[1:], held.height)
    own = np.isin(meter[first], fresh["meter"].unique().to_numpy())
    if own.all():
        return _flagged(after.drop("flags"), context, now), True
    rows = spread(first[own], stop[own])
    flags = _flagged(after[rows].drop("flags"), context, now)["flags"]
    return after.with_columns(after["flags"].scatter(rows, flags)).select(list(ROW)), False


def _counts(**frames: pl.DataFrame) -> dict[int, dict[str, int]]:
    counts: dict[int, dict[str, int]] = {}
    for name, frame in frames.items():
        for batch, count in frame.group_by("batch").len().iter_rows():
            counts.setdefault(int(batch), {})[name] = int(count)
    return counts


def _rewritten(fresh: pl.DataFrame, held: pl.DataFrame, context: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """The whole partition with the fresh rows in it; flags are made anew for the meters they touch."""
    own = pl.col("meter").is_in(fresh["meter"].unique().implode())
    kept = held.filter(own).join(fresh.select(KEY), on=KEY, how="anti")
    kept = kept.with_columns((pl.col("flags") & GIVEN).alias("given"))
    mixed = pl.concat([kept.select(fresh.columns), fresh]).sort(KEY)
    return _merged(held.filter(~own), _flagged(mixed, context, now))


def _merged(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Two sorted frames of different meters as one."""
    if one.is_empty() or other.is_empty():
        return other if one.is_empty() else one
    both = pl.concat([one, other])
    # The stable sort finds the two that are sorted already, and merges them.
    return both[np.argsort(both["meter"].to_numpy(), kind="stable")]


# Flags that come with the rows (registers, filling) rather than from a look at them.
GIVEN = int(Flag.RESET | Flag.DUPLICATE | Flag.ESTIMATED)


def _flagged(rows: pl.DataFrame, context: pl.DataFrame, now: datetime) -> pl.DataFrame:
    flagged = flag_readings(rows.drop("given"), context=context, now=now)
    return flagged.with_columns((pl.col("flags") | rows["given"]).cast(pl.Int16)).select(list(ROW))
