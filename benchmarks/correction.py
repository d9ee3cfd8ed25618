"""A late correction of 20,000 readings in one of thirty days, against a bare merge with the partition named.

Both sides begin with the corrected rows in a Parquet file. Ours finds what changed, makes the flags of the meters anew,
hashes, and keeps slices and latest values; the replaced version stays.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import estates
from benchmarks.ingest_parquet import warm
from benchmarks.measuring import Measured, side
from benchmarks.tables import Row, Setting

LIMIT = 1.5
DAY = 3  # of the month
SHAPES = {"whole days of 208 meters": (208, 96), "one reading of each meter": (20_000, 1)}


def corrected(folder: str, root: str, sites: int, meters: int, intervals: int) -> Callable[[], int]:
    """Side: a dataset folder with corrected readings, beside it the same rows as the lake keeps them."""
    from datetime import timedelta

    import polars as pl

    from wattstone.interfaces.store.workspace import open_workspace

    def make() -> int:
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        workspace = open_workspace(Path(root))
        keys = workspace.records.meter_keys()
        workspace.close()
        every = len(keys) // min(meters, len(keys))
        names = list(keys)[::every][:meters]
        begin = estates.START + timedelta(days=DAY - 1)
        stamps = [begin + timedelta(minutes=15 * number) for number in range(intervals)]
        rows = pl.DataFrame({"meter_id": names}).join(pl.DataFrame({"timestamp": stamps}), how="cross")
        rows = rows.with_columns(value=pl.int_range(pl.len()) % 1000 / 100.0 + 1.00005)  # more decimals than any has
        rows.select(
            pl.col("meter_id").str.slice(0, 10).alias("site_id"),
            "meter_id",
            pl.lit("electricity").alias("kind"),
            pl.lit("kWh").alias("unit"),
            pl.col("timestamp").cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
            "value",
        ).write_parquet(target / "readings.parquet")
        rows.select(
            pl.col("meter_id").replace_strict(keys, return_dtype=pl.Int32).alias("meter"),
            pl.col("timestamp").cast(pl.Datetime("us")).alias("start"),
            pl.lit(900, pl.Int32).alias("seconds"),
            "value",
            pl.lit(0, pl.Int16).alias("flags"),
            pl.lit(2, pl.Int32).alias("batch"),
        ).write_parquet(target / "as-kept.parquet")
        return rows.height

    return make


def ours(folder: str, root: str) -> Callable[[], int]:
    """Side: ingest the corrections."""
    from wattstone.interfaces.store.workspace import open_workspace
    from wattstone.readings.sources import open_source
    from wattstone.workflows.ingest import ingest

    warm(Path(f"{root}.warm"))
    workspace = open_workspace(Path(root))
    return lambda: ingest(workspace, open_source(Path(folder))).changed


def bare(folder: str, table: str, streamed: bool) -> Callable[[], int]:
    """Side: `DeltaTable.merge` into the same files, the partition named in the predicate."""
    import polars as pl
    from deltalake import DeltaTable

    known = DeltaTable(table)
    digits = len(known.partitions()[0]["part"])  # a tiny estate has one partition, of a year
    part = int(f"{estates.START.replace(day=DAY):%Y%m%d}"[:digits])

    def merge() -> int:
        source = pl.read_parquet(Path(folder) / "as-kept.parquet").with_columns(part=pl.lit(part, pl.Int32))
        done = (
            known.merge(
                source,
                predicate=f"t.part = {part} AND t.meter = s.meter AND t.start = s.start",
                source_alias="s",
                target_alias="t",
                streamed_exec=streamed,
            )
            .when_matched_update_all()
            .when_not_matched_insert_all()
            .execute()
        )
        return int(done["num_target_rows_updated"])

    return merge


def run(setting: Setting) -> Iterator[Row]:
    """Twenty thousand rows, in two shapes."""
    root, estate = estates.workspace(setting), estates.large(setting)
    for name, (meters, intervals) in SHAPES.items():
        meters = min(meters, estate.sites * estates.METERS)
        folder = setting.scratch / f"corrections-{meters}x{intervals}"
        side("benchmarks.correction:corrected", folder, root, estate.sites, meters, intervals)
        yield _compare(name, folder, root, setting)
        shutil.rmtree(folder)


def _compare(name: str, folder: Path, root: Path, setting: Setting) -> Row:
    copy = setting.scratch / "corrected.workspace"
    mine: list[Measured] = []
    others: list[Measured] = []
    for _ in range(1 if setting.small else 3):
        estates.copy_of(root, copy)
        mine.append(side("benchmarks.correction:ours", folder, copy))
        for streamed in (True, False):
            estates.copy_of(root, copy)
            others.append(side("benchmarks.correction:bare", folder, copy / "lake" / "readings", streamed))
    shutil.rmtree(copy)
    best, other = min(mine, key=lambda one: one.cpu), min(others, key=lambda one: one.cpu)
    if best.result != other.result:
        raise RuntimeError(f"{best.result} readings were corrected, by the bare merge {other.result}")
    ratio = best.cpu / other.cpu
    return Row(
        f"correct {best.result} readings in one day of {estates.large(setting).days} ({name})",
        f"{best.cpu:.2f} CPU-s, {best.wall:.1f} s, {best.peak:.2f} GB",
        f"{other.cpu:.2f} CPU-s, {other.wall:.1f} s, {other.peak:.2f} GB (merge, best of streamed or not)",
        f"{ratio:.2f} of the CPU",
        f"≤ {LIMIT}",
        ratio <= LIMIT,
    )
