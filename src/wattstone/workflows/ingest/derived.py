"""Tables made from the readings: slices with their hashes, and the latest value of each meter.

The commit of the readings is the truth. Each commit of a derived table says which version of the readings it reflects;
where a run was killed between the two, what is missing is made again from the partitions that changed.
"""

import polars as pl

from wattstone.readings.slices import SLICES, slices_of
from wattstone.workflows.stores import Commit, Lake

READINGS = "readings"
SLICES_TABLE = "slices"
LATEST = "latest"
_VERSION = "wattstone.readings_version"


def reflected(lake: Lake, table: str) -> int:
    """The version of the readings that a derived table reflects, -1 for none."""
    newest = lake.newest(table)
    return -1 if newest is None else int(newest.get(_VERSION, -1))


def bring_up_to_date(lake: Lake) -> int:
    """Make again what a killed run left out of the derived tables.

    Returns
    -------
    int
        How many partitions were looked at again.
    """
    version = lake.version(READINGS)
    seen = reflected(lake, SLICES_TABLE)
    if seen == version:
        return 0
    now, before = lake.parts(READINGS), lake.parts(READINGS, seen) if seen >= 0 else {}
    changed = sorted(part for part in now if now[part] != before.get(part))
    frames = [_slices_in(lake, part) for part in changed]
    keep_slices(lake, frames, rewritten=set(changed), version=version)
    return len(changed)


def _slices_in(lake: Lake, part: int) -> pl.DataFrame:
    rows = lake.scan(READINGS, parts=[part])
    assert rows is not None
    return slices_of(rows.sort("meter", "start").collect()).with_columns(pl.lit(part, pl.Int32).alias("part"))


def keep_slices(lake: Lake, frames: list[pl.DataFrame], *, rewritten: set[int], version: int) -> None:
    """Write the slices of changed partitions, and the latest values, for a version of the readings.

    Parameters
    ----------
    frames : list of polars.DataFrame
        Schema `SLICES` and column `part`: all slices of a rewritten partition, the new ones of any other.
    rewritten : set of int
        Partitions whose slices are replaced.
    version : int
        Of the readings.
    """
    about = {"readings_version": str(version)}
    key = f"readings:{version}"
    slices = pl.concat(frames) if frames else pl.DataFrame(schema={**SLICES, "part": pl.Int32()})
    known = lake.parts(SLICES_TABLE)
    staged = [
        lake.stage(SLICES_TABLE, int(part), rows.drop("part"), key=key)
        for (part,), rows in sorted(slices.partition_by("part", as_dict=True).items())
    ]
    replaced = {path for part in rewritten for path in known.get(part, ())}
    schema = pl.Schema(SLICES)
    lake.commit(SLICES_TABLE, staged, schema=schema, key=key, batch=version, replaced=replaced, about=about)
    _keep_latest(lake, slices, Commit(key, version, about))


def _keep_latest(lake: Lake, slices: pl.DataFrame, commit: Commit) -> None:
    """One row a meter, in one small file: nobody has to look for the last value."""
    columns = ["meter", pl.col("valued").alias("start"), pl.col("last_value").alias("value")]
    newest = slices.filter(pl.col("valued").is_not_null()).select(columns)
    held = lake.scan(LATEST)
    both = newest if held is None else pl.concat([newest, held.collect()])
    latest = both.sort("start", descending=True, maintain_order=True).unique("meter", keep="first").sort("meter")
    if latest.height:
        lake.append(LATEST, latest.with_columns(pl.lit(0, pl.Int32).alias("part")), commit, replace=True)
