"""`savings evaluate` from the lake to a file: checks, fits, intervals and results of thousands of meters."""

from collections.abc import Iterator

import polars as pl

from benchmarks.many_meters import workspace_of
from benchmarks.measuring import command, wattstone
from benchmarks.tables import Row, Setting

METERS, LARGE = 1000, 10_000
RATES = {"daily": 200, "hourly": 100}
MEMORY = 2.0  # GB
BASELINE, REPORTING = "2018-01-02/2018-12-31", "2019-01-01/2019-12-30"


def run(setting: Setting) -> Iterator[Row]:
    """Both resolutions."""
    meters = 20 if setting.small else METERS
    for model, limit in RATES.items():
        yield row_of(setting, model, meters, limit)


def row_of(setting: Setting, model: str, meters: int, limit: float) -> Row:
    """One run of the command."""
    place, to = workspace_of(setting.scratch, meters), setting.scratch / f"{model}.parquet"
    asked = ("--baseline", BASELINE, "--reporting", REPORTING, "--predictions", str(to), "--model", model, "--json")
    took = command(wattstone(), "savings", "evaluate", str(place), *asked)
    rows = pl.scan_parquet(to).select(pl.len(), pl.col("meter_id").n_unique().alias("meters")).collect()
    rate = meters / took.cpu
    assert rows["meters"].item() == meters
    return Row(
        f"`savings evaluate --model {model}` of {meters} meters, two years of hours, start of the program included",
        f"{took.cpu:.1f} CPU-s, {took.wall:.0f} s, {took.peak:.2f} GB, {rows['len'].item()} rows",
        ratio=f"{rate:.0f} meters per CPU-s",
        limit=f"≥ {limit:.0f} per CPU-s, < {MEMORY:.0f} GB",
        kept=None if setting.small else rate >= limit and took.peak < MEMORY,
    )
