"""Recall, false findings, CPU and memory of `detect` on 5,000 simulated sites of one year; only when it is asked for.

It takes half an hour of CPU and some gigabytes of disk to simulate. The seed is one at which nothing was chosen.
"""

from collections.abc import Iterator

import polars as pl

from benchmarks.detection import COMPARED, CPU, MEMORY, METERS, YEAR, made, recall_rows, told_apart
from benchmarks.measuring import command, wattstone
from benchmarks.tables import Row, Setting

SEED, SITES = 34, 5000


def run(setting: Setting) -> Iterator[Row]:
    """The command as a whole, then what it told of the planted faults."""
    sites = 12 if setting.small else SITES
    folder = made(setting, SEED, sites, 1)
    table = setting.scratch / "findings.csv"
    took = command(wattstone(), "detect", str(folder / "workspace"), "--year", str(YEAR), "--csv", str(table), "--json")
    meters = pl.scan_parquet(folder / "readings" / "meters.parquet").select(pl.len()).collect().item()
    scaled = took.cpu * METERS / meters
    yield Row(
        f"`detect`, {sites} sites, a year of 15 min of {meters} meters",
        f"{took.cpu:.0f} CPU-s, {took.wall:.0f} s, {took.peak:.2f} GB",
        ratio=f"{scaled:.0f} CPU-s for {METERS} meters",
        limit=f"≤ {CPU:.0f} CPU-s, < {MEMORY:.0f} GB",
        kept=None if setting.small else scaled <= CPU and took.peak < MEMORY,
    )
    found = pl.read_csv(table, try_parse_dates=True, infer_schema_length=None)
    faults, false = told_apart(folder, found)
    yield from recall_rows(faults, sites)
    events = false.filter(~pl.col("code").is_in(list(COMPARED)))
    for code, count in events["code"].value_counts(sort=True).iter_rows():
        yield Row(f"- `{code}` of nothing planted", f"{count}")
    yield Row("beside them, comparisons with peers", f"{false.height - events.height}")
