"""Tables made from the readings: slices with their hashes, and the latest value of each meter.

The commit of the readings is the truth. Each commit of a derived table says which version of the readings it reflects;
where a run was killed between the two, what is missing is made again from the partitions that changed.
"""

import polars as pl

from wattstone.readings.partitions import part_period
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
    if seen < version:
        now, before = lake.parts(READINGS), lake.parts(READINGS, seen) if seen >= 0 else {}
        changed = sorted(part for part in {*now, *before} if now.get(part) != before.get(part))
        frames = [_slices_in(lake, part) for part in changed if part in now]
        keep_slices(lake, frames, rewritten=set(changed), version=version)
        return len(changed)
    if reflected(lake, LATEST) < version:
        _keep_latest(lake, _newest(lake), Commit(f"readings:{version}", version, {"readings_version": str(version)}))
    return 0


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
    _keep_latest(lake, _latest(lake, slices, rewritten), Commit(key, version, about))


_LATEST: dict[str, pl.DataType] = {"meter": pl.Int32(), "start": pl.Datetime("us"), "value": pl.Float64()}


def _of_slices(slices: pl.DataFrame) -> pl.DataFrame:
    """The last reading of each meter that is not a gap: every reading belongs to one slice."""
    named = slices.select("meter", pl.col("valued").alias("start"), pl.col("last_value").alias("value")).drop_nulls(
        "start"
    )
    return named.sort("start", descending=True).unique("meter", keep="first").sort("meter").cast(_LATEST)  # pyright: ignore[reportArgumentType]


def _newest(lake: Lake, meters: list[int] | None = None) -> pl.DataFrame:
    """The latest values by all slices; of some meters, or of all."""
    scan = lake.scan(SLICES_TABLE)
    if scan is None:
        return pl.DataFrame(schema=_LATEST)
    wanted = scan if meters is None else scan.filter(pl.col("meter").is_in(meters))
    return _of_slices(wanted.select("meter", "valued", "last_value").collect())


def _latest(lake: Lake, slices: pl.DataFrame, rewritten: set[int]) -> pl.DataFrame:
    """The latest values, given slices that are new and partitions whose slices were replaced by them."""
    held = lake.scan(LATEST)
    if held is None or reflected(lake, LATEST) < 0:
        return _newest(lake)
    before, new = held.select(list(_LATEST)).collect(), _of_slices(slices)
    inside = pl.lit(False)
    for period in map(part_period, rewritten):
        inside = inside | ((pl.col("start") >= period.start) & (pl.col("start") < period.end))
    # A last value in a replaced partition may have been corrected into a gap: another one is then the last.
    kept = before.filter(~inside)
    lost = before.filter(inside).join(new, on="meter", how="anti")["meter"].to_list()
    older = _newest(lake, lost) if lost else new.clear()
    return (
        pl.concat([new, kept, older])
        .sort("start", descending=True, maintain_order=True)
        .unique("meter", keep="first")
        .sort("meter")
    )


def _keep_latest(lake: Lake, latest: pl.DataFrame, commit: Commit) -> None:
    """One row a meter, in one small file: nobody has to look for the last value."""
    staged = [lake.stage(LATEST, 0, latest, key=commit.key)] if latest.height else []
    replaced = set(lake.parts(LATEST).get(0, ()))
    schema = pl.Schema(_LATEST)
    lake.commit(
        LATEST, staged, schema=schema, key=commit.key, batch=commit.batch, replaced=replaced, about=commit.about
    )
