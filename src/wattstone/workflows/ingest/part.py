"""One partition of a source: checked against itself and against what the lake holds, flagged, ready to be written."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from wattstone.readings import Flag
from wattstone.readings.quality import flag_readings
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


@dataclass(frozen=True)
class Arrived:
    """What one partition of a source brings.

    Parameters
    ----------
    rows : polars.DataFrame
        What has to be written: schema `ROW`, sorted.
    rewrite : bool
        They take the place of the whole partition; otherwise they are added to it.
    new, changed, same, repeated : int
        Readings that were not there; that replace others; that were there already; that the source gave twice.
    """

    rows: pl.DataFrame
    rewrite: bool
    new: int
    changed: int
    same: int
    repeated: int


def tidy(rows: pl.DataFrame, tally: Tally) -> tuple[pl.DataFrame, int]:
    """Sort rows, drop what is given twice, and tally what contradicts itself.

    Of several values for one interval the last one given counts, and carries the flag `DUPLICATE`.

    Parameters
    ----------
    rows : polars.DataFrame
        Columns meter, start, seconds, value, given.
    tally : Tally
        Takes what is found.

    Returns
    -------
    tuple of polars.DataFrame and int
        The rows sorted by (meter, start), and how many were dropped.
    """
    if not _sorted(rows):
        rows = rows.sort(KEY, maintain_order=True)
    dropped = 0
    again = _same_as(rows, -1)
    if again.any():
        differs = again & rows["value"].ne_missing(rows["value"].shift(-1))
        tally.add("readings.conflict", rows.filter(differs))
        marked = rows["given"] | (differs.shift(1, fill_value=False).cast(pl.Int16) * int(Flag.DUPLICATE))
        rows, dropped = rows.with_columns(marked.alias("given")).filter(~again), int(again.sum())
    return _within(rows, tally), dropped


def _within(rows: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """Intervals end where the next begins: a declared length that does not fit is a problem, a usual one is shortened."""
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
    batch: int,
    context: pl.DataFrame,
    now: datetime,
    tally: Tally,
    repeated: int = 0,
    whole: frozenset[int] = frozenset(),
) -> Arrived:
    """Decide what a partition's rows change in the lake.

    Parameters
    ----------
    rows : polars.DataFrame
        Columns meter, start, seconds, value, given (flags that came with them), sorted.
    held : polars.DataFrame or None
        What the lake holds of this partition, where it may share intervals with the rows; None where it cannot.
    batch : int
        Number of this source.
    context, now : polars.DataFrame, datetime
        For the quality flags.
    tally : Tally
        Takes intervals that reach into those that are held.
    repeated : int
        Carried through.
    whole : frozenset of int
        Meters whose rows here are all there is (intervals of a register): what is held beside them goes.
    """
    if held is None:
        return Arrived(_flagged(rows, batch, context, now), False, rows.height, 0, 0, repeated)
    old = held.select(*KEY, pl.col("value").alias("was"), pl.col("seconds").alias("lasted"))
    beside = rows.join(old, on=KEY, how="left", maintain_order="left", coalesce=True).with_columns(
        pl.col("lasted").is_not_null().alias("known")
    )
    equal = pl.col("value").eq_missing(pl.col("was")) & (pl.col("seconds") == pl.col("lasted"))
    counted = beside.select(
        (~pl.col("known")).sum().alias("new"), (pl.col("known") & ~equal).sum().alias("changed")
    ).row(0)
    fresh = beside.filter(~(pl.col("known") & equal.fill_null(False))).select(rows.columns)
    same = rows.height - fresh.height
    gone = (
        held.filter(pl.col("meter").is_in(list(whole))).join(rows.select(KEY), on=KEY, how="anti")
        if whole
        else held.clear()
    )
    if gone.height:
        held = held.join(gone.select(KEY), on=KEY, how="anti")
    _reaching(fresh, held, tally)
    if not counted[1] and not gone.height:
        return Arrived(_flagged(fresh, batch, context, now), False, counted[0], 0, same, repeated)
    written = _rewritten(fresh, held, batch, context, now)
    return Arrived(written, True, counted[0], counted[1], same, repeated)


def _reaching(fresh: pl.DataFrame, held: pl.DataFrame, tally: Tally) -> None:
    """Find fresh intervals that share time with held ones without being the same: other lengths, mixed exports."""
    columns = [*KEY, "seconds"]
    kept = held.filter(pl.col("meter").is_in(fresh["meter"].unique().implode())).join(
        fresh.select(KEY), on=KEY, how="anti"
    )
    mixed = pl.concat(
        [kept.select(*columns, pl.lit(0).alias("new")), fresh.select(*columns, pl.lit(1).alias("new"))]
    ).sort(KEY)
    reaches = (
        (pl.col("meter").shift(-1) == pl.col("meter"))
        & (pl.col("new").shift(-1) != pl.col("new"))
        & (pl.col("start") + pl.duration(seconds=pl.col("seconds")) > pl.col("start").shift(-1))
    )
    tally.add("readings.mixed", mixed.filter(reaches.fill_null(False)))


def _rewritten(
    fresh: pl.DataFrame, held: pl.DataFrame, batch: int, context: pl.DataFrame, now: datetime
) -> pl.DataFrame:
    """The whole partition with the fresh rows in it; flags are made anew for the meters they touch."""
    touched = fresh["meter"].unique()
    own = pl.col("meter").is_in(touched.implode())
    changed = fresh.with_columns(pl.lit(batch, pl.Int32).alias("batch"))
    kept = (
        held.filter(own)
        .join(fresh.select(KEY), on=KEY, how="anti")
        .with_columns((pl.col("flags") & GIVEN).alias("given"))
    )
    mixed = pl.concat([kept.select(changed.columns), changed]).sort(KEY)
    flagged = flag_readings(mixed.drop("given"), context=context, now=now).with_columns(
        pl.col("flags") | mixed["given"]
    )
    return pl.concat([held.filter(~own), flagged.select(list(ROW))]).sort(KEY)


# Flags that come with the rows (registers, filling) rather than from a look at them.
GIVEN = int(Flag.RESET | Flag.DUPLICATE | Flag.ESTIMATED)


def _flagged(rows: pl.DataFrame, batch: int, context: pl.DataFrame, now: datetime) -> pl.DataFrame:
    flagged = flag_readings(rows.drop("given"), context=context, now=now)
    return flagged.select(
        "meter",
        "start",
        "seconds",
        "value",
        (pl.col("flags") | rows["given"]).cast(pl.Int16).alias("flags"),
        pl.lit(batch, pl.Int32).alias("batch"),
    )
