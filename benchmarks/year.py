"""A full year of a large estate by partitions: 701 M rows, and memory that does not grow with them.

The rows of a month, laid end to end until they fill the year, are put into the lake day by day; then totals and hours
of the year are made as an inventory makes them.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import estates
from benchmarks.measuring import side
from benchmarks.tables import Row, Setting

LIMIT = 4.0  # GB
DAYS = 365


def filled(root: str, days: int) -> Callable[[], int]:
    """Side: rows for each day of the year, from those of a month."""
    from datetime import datetime, timedelta

    import polars as pl

    from wattstone.interfaces.store.workspace import open_workspace
    from wattstone.readings.partitions import part_period

    workspace = open_workspace(Path(root))
    lake = workspace.lake
    known = sorted(lake.parts("readings"))
    if len(str(known[0])) < len("20250601"):
        return lambda: 0  # a tiny estate has one partition, and nothing is laid out

    def put() -> int:
        staged, rows = [], 0
        begin = datetime(estates.START.year, 1, 1)
        frames = lake.parts("readings")
        schema = pl.Schema()
        for number in range(days):
            day = begin + timedelta(days=number)
            part = int(f"{day:%Y%m%d}")
            if part in frames:
                continue
            source = known[number % len(known)]
            scan = lake.scan("readings", parts=[source])
            assert scan is not None
            shift = day - part_period(source).start
            frame = scan.with_columns(pl.col("start") + shift).collect()
            schema, rows = frame.schema, rows + frame.height
            staged.append(lake.stage("readings", part, frame, key="a year"))
        version = lake.version("readings")
        lake.commit("readings", staged, schema=schema, key="a year", batch=version + 2)
        return rows

    return put


def run(setting: Setting) -> Iterator[Row]:
    """Peak memory and speed over the year, beside those over the month."""
    root = setting.scratch / "year.workspace"
    estates.copy_of(estates.workspace(setting), root)
    days = 6 if setting.small else DAYS
    setting.say(f"laying out {days} days")
    side("benchmarks.year:filled", root, days)
    month = side("benchmarks.hourly:ours", estates.workspace(setting), False)
    year = side("benchmarks.hourly:ours", root, False)
    shutil.rmtree(root)
    rows = estates.large(setting).rows / estates.large(setting).days * max(days, estates.large(setting).days)
    yield Row(
        f"hourly emissions by site of a year, {rows / 1e6:.0f} M rows by day",
        f"{year.cpu:.0f} CPU-s, {rows / year.cpu / 1e6:.1f} M rows/CPU-s, {year.peak:.2f} GB",
        ratio=f"memory of a month: {month.peak:.2f} GB",
        limit=f"≤ {LIMIT:.0f} GB",
        kept=year.peak <= LIMIT,
    )
