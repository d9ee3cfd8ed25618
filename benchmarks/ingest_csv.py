"""CSV into the lake, detection, checks, quality flags and hashes included, against `polars.scan_csv` to Delta.

The file is long: meter, site, kind, unit, time with its offset, value. The bare side parses times and numbers and
appends with the same partitions. Ours at two sizes shows whether memory is bounded by a constant.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import estates
from benchmarks.ingest_parquet import row
from benchmarks.measuring import Measured, side
from benchmarks.tables import Row, Setting

LIMIT = 0.4  # of the rows/s of the bare engine
GROWTH = 0.1  # GB that twice as many rows may add: noise of the allocator
SITES, DAYS = 174, 75  # 5.01 M rows


def written(folder: str, to: str) -> Callable[[], int]:
    """Side: a dataset's readings as CSV."""
    import polars as pl

    def write() -> int:
        readings = pl.scan_parquet(Path(folder) / "readings.parquet")
        readings.with_columns(
            pl.col("site_id", "meter_id", "kind", "unit").cast(pl.String),
            pl.col("timestamp").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        ).sink_csv(to)
        return Path(to).stat().st_size

    return write


def bare(path: str, table: str, way: str) -> Callable[[], int]:
    """Side: parse with Polars, append to Delta by day."""
    import polars as pl
    from deltalake import write_deltalake

    stamp = pl.col("timestamp").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us")
    parsed = pl.scan_csv(path).with_columns(stamp)
    day = pl.col("timestamp").dt
    rows = parsed.with_columns(part=((day.year() * 100 + day.month()) * 100 + day.day()).cast(pl.Int32))

    def append() -> int:
        if way == "sink":
            rows.sink_delta(table, mode="append", delta_write_options={"partition_by": ["part"]})
        else:
            write_deltalake(table, rows.collect(engine="streaming"), partition_by=["part"], mode="append")
        return pl.scan_delta(table).select(pl.len()).collect().item()

    return append


def run(setting: Setting) -> Iterator[Row]:
    """The speed at five million rows; the memory at ten and twenty, both far beyond what is held in memory at once."""
    sizes = (
        [estates.Estate(4, 2)] if setting.small else [estates.Estate(SITES, DAYS * part // 5) for part in (5, 10, 20)]
    )
    files = [_file(setting, estate) for estate in sizes]
    mine = [_ours(setting, path) for path in files]
    others: list[Measured] = []
    for way in ("frame", "sink"):
        table = setting.scratch / "csv.bare"
        others.append(side("benchmarks.ingest_csv:bare", files[0], table, way))
        setting.say(f"    {way}: {others[-1].cpu:.1f} CPU-s, {others[-1].peak:.2f} GB")
        shutil.rmtree(table)
    best = min(others, key=lambda one: one.cpu)
    size = files[0].stat().st_size / 1e6
    yield row(f"ingest CSV, {sizes[0].rows / 1e6:.1f} M rows, {size:.0f} MB", mine[0], best, LIMIT)
    if not setting.small:
        low, high = mine[1:]
        yield Row(
            f"peak memory of the same at {sizes[1].rows / 1e6:.0f} M and {sizes[2].rows / 1e6:.0f} M rows",
            f"{low.peak:.2f} GB, {high.peak:.2f} GB",
            limit=f"≤ {GROWTH} GB more",
            kept=high.peak - low.peak <= GROWTH,
        )
    for path in files:
        path.unlink()


def _file(setting: Setting, estate: estates.Estate) -> Path:
    path = setting.scratch / f"{estate.name}.csv"
    side("benchmarks.ingest_csv:written", estates.made(setting, estate), path)
    return path


def _ours(setting: Setting, path: Path) -> Measured:
    root = setting.scratch / "csv.workspace"
    shutil.rmtree(root, ignore_errors=True)
    taken = side("benchmarks.ingest_parquet:ours", path, root)
    shutil.rmtree(root)
    return taken
