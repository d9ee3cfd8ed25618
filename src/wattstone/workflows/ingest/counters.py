"""Registers: counters kept as they were read, and turned into intervals with all that is known of them."""

from collections.abc import Mapping

import polars as pl

from wattstone.readings.registers import register_intervals
from wattstone.readings.schema import REGISTERS
from wattstone.workflows.stores import Commit, Lake

TABLE = "registers"
_STAMP = ["meter_id", "at"]


def intervals_of(
    counters: pl.DataFrame, lake: Lake, keys: Mapping[str, int], rollover: Mapping[str, float]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The intervals of meters, from new counters and those already known.

    Parameters
    ----------
    counters : polars.DataFrame
        Columns of `REGISTERS`, and batch.
    lake : Lake
        Holds the older ones.
    keys : mapping of str to int
        Keys of the meters.
    rollover : mapping of str to float
        Where counters begin again.

    Returns
    -------
    tuple of polars.DataFrame
        Rows for the spool; and the stamps (meter, start) for which two sources give different counters.
    """
    names = pl.DataFrame(
        {"meter_id": list(keys), "meter": list(keys.values())}, schema={"meter_id": pl.String, "meter": pl.Int32}
    )
    new = counters.with_columns(pl.col("at").dt.round("1s"))
    held = lake.scan(TABLE)
    everything = new
    if held is not None:
        mine = held.filter(pl.col("meter").is_in(list(keys.values()))).join(names.lazy(), on="meter")
        everything = pl.concat([mine.select(new.columns).collect(), new])
    # Of several readings of one stamp the newest source's counts, and of one source the last one given.
    everything = everything.sort("batch", maintain_order=True)
    newest = everything.filter(pl.col("batch") == pl.col("batch").max().over(_STAMP)).sort(_STAMP, maintain_order=True)
    intervals = register_intervals(newest.select(list(REGISTERS)), rollover=rollover)
    last = new.group_by("meter_id").agg(pl.col("batch").max())
    rows = intervals.join(names, on="meter_id", how="left", maintain_order="left").join(
        last, on="meter_id", how="left", maintain_order="left"
    )
    values = new.group_by(_STAMP).agg(pl.col("value").n_unique().alias("values"), pl.col("batch").n_unique())
    clashes = values.filter((pl.col("values") > 1) & (pl.col("batch") > 1)).join(names, on="meter_id")
    return (
        rows.select(
            "meter",
            "start",
            pl.col("seconds").cast(pl.Int32),
            "value",
            pl.col("flags").cast(pl.Int16).alias("given"),
            "batch",
        ),
        clashes.select("meter", pl.col("at").alias("start")),
    )


def keep_counters(lake: Lake, counters: pl.DataFrame, keys: Mapping[str, int], commit: Commit) -> None:
    """Keep the counters of one source, before its readings are committed."""
    names = pl.DataFrame(
        {"meter_id": list(keys), "meter": list(keys.values())}, schema={"meter_id": pl.String, "meter": pl.Int32}
    )
    rows = counters.join(names, on="meter_id").select(
        "meter",
        pl.col("at").dt.round("1s"),
        "value",
        "batch",
        pl.col("at").dt.year().cast(pl.Int32).alias("part"),
    )
    lake.append(TABLE, rows.sort("meter", "at", maintain_order=True), commit)


def drop_unfinished(lake: Lake, following: int) -> bool:
    """Take out the counters of a run that was killed before its readings were committed.

    Parameters
    ----------
    lake : Lake
        Where.
    following : int
        The batch that the next source gets; counters of this or a later one belong to no commit of readings.

    Returns
    -------
    bool
        Whether there were any.
    """
    scan = lake.scan(TABLE)
    if scan is None:
        return False
    version = lake.version(TABLE)
    newest = int((lake.newest(TABLE) or {}).get("wattstone.batch", 0))
    if newest < following:
        return False
    rows = scan.filter(pl.col("batch") < following).with_columns(pl.col("at").dt.year().cast(pl.Int32).alias("part"))
    kept = rows.collect().sort("meter", "at", "batch", maintain_order=True)
    parts = lake.parts(TABLE)
    key = f"undo:{version}"
    staged = [
        lake.stage(TABLE, int(part), frame.drop("part"), key=key)
        for (part,), frame in sorted(kept.partition_by("part", as_dict=True).items(), key=lambda item: item[0])
    ]
    schema = kept.drop("part").schema
    replaced = {path for paths in parts.values() for path in paths}
    lake.commit(TABLE, staged, schema=schema, key=key, batch=version, replaced=replaced, about={"batch": "0"})
    return True
