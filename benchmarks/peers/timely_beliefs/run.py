"""The store under FlexMeasures, on the ten longest of the real meters: `tools/peers.sh timely_beliefs`."""

import random
import shutil
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.estates import SEED
from benchmarks.measuring import side
from benchmarks.peers.comparing import Row, agreement, main
from benchmarks.tables import Setting

METERS, DAYS = 10, 200


def study(python: str, setting: Setting) -> Iterator[Row]:
    """Storing, a day of a meter, last values."""
    if setting.cambridge is None:
        setting.say("cambridge-dev is not there: nothing to compare")
        return
    dataset, root = setting.scratch / "longest", setting.scratch / "peer.workspace"
    meters, days = _longest(setting.cambridge, dataset, 2 if setting.small else METERS, 5 if setting.small else DAYS)
    shutil.rmtree(root, ignore_errors=True)
    taken = side("benchmarks.ingest_parquet:ours", dataset, root)
    mine: dict[str, Any] = side("benchmarks.peers.timely_beliefs.ours:asked", root, days).result
    setting.say("    ours is done")
    whole = side(
        "benchmarks.peers.timely_beliefs.store:stored", dataset, setting.scratch / "postgresql", days, python=python
    )
    other: dict[str, Any] = whole.result
    if taken.result != other["rows"]:
        raise RuntimeError(f"{taken.result} readings were taken in, by the peer {other['rows']}")
    rows, size = other["rows"], sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
    yield Row(
        f"store {rows / 1e6:.2f} M hourly readings of {meters} meters",
        f"{other['load']:.1f} CPU-s, server included",
        f"{taken.cpu:.1f} CPU-s",
        f"{taken.cpu / other['load']:.2g} times the CPU",
        f"{rows:,} readings on both sides",
    )
    yield Row(
        "what they take on disk",
        f"{other['bytes'] / rows:.0f} B/row, indexes included",
        f"{size / rows:.1f} B/row, the whole workspace",
        f"{size / other['bytes']:.2g} times",
    )
    yield _asked("a day of a meter", mine["day_ms"], other["day_ms"], _days_agree(mine["days"], other["days"]))
    last = agreement(mine["last"][-1], other["last"][-1])
    yield _asked(f"the last value of each of {meters} meters", mine["last_ms"], other["last_ms"], last)
    shutil.rmtree(root)


def _longest(folder: Path, target: Path, meters: int, count: int) -> tuple[int, list[tuple[str, str]]]:
    """A dataset folder of the meters with most readings; random days of them, of which all hours are there."""
    import polars as pl

    target.mkdir(exist_ok=True)
    known = pl.read_parquet(folder / "meters.parquet").sort("rows", "meter_id", descending=True).head(meters)
    known.write_parquet(target / "meters.parquet")
    shutil.copyfile(folder / "sites.parquet", target / "sites.parquet")
    rows = pl.scan_parquet(folder / "readings.parquet").with_columns(pl.col("meter_id").cast(pl.String))
    chosen = rows.filter(pl.col("meter_id").is_in(known["meter_id"].to_list())).collect()
    chosen.write_parquet(target / "readings.parquet")
    whole = chosen.group_by("meter_id", pl.col("timestamp").dt.date().alias("day")).len().filter(pl.col("len") == 24)
    drawn = random.Random(SEED).sample(sorted(whole.select("meter_id", "day").rows()), count)
    return known.height, [(meter, f"{day}T00:00:00+00:00") for meter, day in drawn]


def _days_agree(ours: list[list[float]], peer: list[list[float]]) -> str:
    told, said = (
        {(at, hour): value for at, day in enumerate(days) for hour, value in enumerate(day)} for days in (ours, peer)
    )
    return agreement(told, said)


def _asked(what: str, mine: list[float], other: list[float], agreed: str) -> Row:
    ratio = statistics.median(mine) / statistics.median(other)
    return Row(f"{what}, p50 / p95", _levels(other), _levels(mine), f"{ratio:.2g} times the time", agreed)


def _levels(took: list[float]) -> str:
    at = statistics.quantiles(took, n=20, method="inclusive")
    return f"{statistics.median(took):.1f} / {at[-1]:.1f} ms"


if __name__ == "__main__":
    main("timely_beliefs", study)
