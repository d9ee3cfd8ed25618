"""Clean Parquet into the lake, quality flags, hashes and records included, against a bare append to Delta.

The bare side reads the same file and appends the same frame, partitioned as ours is. It is measured twice: with the six
columns as they are delivered, and with the fewest that could serve (a whole number for the meter, time, value).
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

from benchmarks import estates
from benchmarks.measuring import Measured, side
from benchmarks.tables import Row, Setting

LIMIT = 0.5  # of the rows/s of the bare append


def ours(dataset: str, root: str) -> Callable[[], int]:
    """Side: ingest a dataset folder into a new workspace."""
    warm(Path(f"{root}.warm"))
    return lambda: _take(Path(dataset), Path(root))


def _take(source: Path, root: Path) -> int:
    from wattstone.interfaces.store.workspace import create_workspace, open_workspace
    from wattstone.readings.sources import open_source
    from wattstone.workflows.ingest import ingest

    create_workspace(root)
    workspace = open_workspace(root)
    try:
        return ingest(workspace, open_source(source)).new
    finally:
        workspace.close()


def warm(folder: Path) -> None:
    """Import and open all that an ingest needs, by one of a few rows."""
    data = folder.with_name(f"{folder.name}-data")
    estates.dataset(str(data), 2, 1)()
    _take(data, folder)
    shutil.rmtree(folder)
    shutil.rmtree(data)


def bare(dataset: str, table: str, digits: int, columns: Literal["delivered", "fewest"]) -> Callable[[], int]:
    """Side: read the file, append it to a Delta table with partitions of a year, a month or a day."""
    import polars as pl
    from deltalake import write_deltalake

    stamp = pl.col("timestamp").dt.replace_time_zone(None).cast(pl.Datetime("us"))
    part = (
        {
            4: stamp.dt.year(),
            6: stamp.dt.year() * 100 + stamp.dt.month(),
            8: (stamp.dt.year() * 100 + stamp.dt.month()) * 100 + stamp.dt.day(),
        }[digits]
        .cast(pl.Int32)
        .alias("part")
    )
    chosen: list[Any] = (
        [pl.col("site_id", "meter_id", "kind", "unit").cast(pl.String), "timestamp", "value", part]
        if columns == "delivered"
        else [pl.col("meter_id").to_physical().cast(pl.Int32), stamp.alias("start"), pl.col("value"), part]
    )

    def append(frame: "pl.LazyFrame", to: str) -> int:
        rows = frame.select(chosen).collect()
        write_deltalake(to, rows, partition_by=["part"], mode="append")
        return rows.height

    lazy = pl.scan_parquet(Path(dataset) / "readings.parquet")
    append(lazy.head(10), f"{table}.warm")
    return lambda: append(lazy, table)


def compare(what: str, dataset: Path, setting: Setting, *, digits: int, repeat: int) -> Iterator[Row]:
    """Both sides on one dataset; the workspace stays for other benchmarks."""
    root = setting.scratch / f"{dataset.name}.workspace"
    taken: list[Measured] = []
    for _ in range(repeat):
        shutil.rmtree(root, ignore_errors=True)
        taken.append(side("benchmarks.ingest_parquet:ours", dataset, root))
    mine = min(taken, key=lambda one: one.cpu)
    for columns, limit in (("delivered", LIMIT), ("fewest", None)):
        others: list[Measured] = []
        for _ in range(repeat):
            table = setting.scratch / f"{dataset.name}.bare"
            others.append(side("benchmarks.ingest_parquet:bare", dataset, table, digits, columns))
            for path in (table, Path(f"{table}.warm")):
                shutil.rmtree(path)
        yield row(
            f"{what}, bare append of {'all' if columns == 'delivered' else 'the fewest'} columns",
            mine,
            min(others, key=lambda one: one.cpu),
            limit,
        )


def row(what: str, mine: Measured, other: Measured, limit: float | None) -> Row:
    """Rows per CPU second of both sides."""
    ratio = other.cpu / mine.cpu
    return Row(
        what=what,
        ours=speed(mine),
        bare=speed(other),
        ratio=f"{ratio:.2f} of the rows/s (wall: {other.wall / mine.wall:.2f})",
        limit="" if limit is None else f"≥ {limit:.2f}",
        kept=None if limit is None else ratio >= limit,
    )


def speed(one: Measured) -> str:
    """Rows a CPU second, time, memory."""
    return f"{one.result / one.cpu / 1e6:.2f} M rows/CPU-s, {one.cpu:.1f} CPU-s, {one.peak:.2f} GB"


def run(setting: Setting) -> Iterator[Row]:
    """The small estate's long history, and a month of a large one."""
    if setting.cambridge is not None and not setting.small:
        yield from compare("ingest cambridge-dev, 12.85 M rows", setting.cambridge, setting, digits=4, repeat=2)
    folder = estates.made(setting)
    estate = estates.large(setting)
    yield from compare(
        f"ingest {estate.rows / 1e6:.1f} M rows, {estate.sites} sites x 4 x 15 min x {estate.days} d",
        folder,
        setting,
        digits=8,
        repeat=1,
    )
