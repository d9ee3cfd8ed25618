"""A workspace with thousands of simulated hourly meters that share a weather station: for speed and memory alone."""

from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.measuring import command, wattstone

FIRST, HOURS = datetime(2018, 1, 1), 2 * 8760
METERS_A_SITE = 10
CHUNK = 500  # meters that are made at once
SEED = 20


def workspace_of(folder: Path, meters: int) -> Path:
    """Make and ingest the meters, if that has not been done; return the workspace.

    Parameters
    ----------
    folder : Path
        Where to.
    meters : int
        How many.
    """
    workspace = folder / f"many-{meters}"
    if (workspace / "done").is_file():
        return workspace
    data = folder / f"many-{meters}-data"
    data.mkdir(parents=True, exist_ok=True)
    _write(data, meters)
    command(wattstone(), "init", str(workspace), "--zone", "Europe/London")
    command(wattstone(), "ingest", str(workspace), str(data))
    (workspace / "done").touch()
    return workspace


def _write(folder: Path, meters: int) -> None:
    hours = np.arange(HOURS)
    start = np.datetime64(FIRST, "us") + hours * np.timedelta64(1, "h")
    rng = np.random.default_rng(SEED)
    season = 11 - 8 * np.cos(2 * np.pi * (hours - 480) / 8760) + 4 * np.sin(2 * np.pi * (hours - 9) / 24)
    temperature = season + _wandering(rng, HOURS, 3.0)
    names = [f"m-{at:05d}" for at in range(meters)]
    sites = [f"s-{at // METERS_A_SITE:04d}" for at in range(meters)]
    _stamped({"station_id": "here", "start": start, "air_temperature_c": temperature}).write_parquet(
        folder / "weather.parquet"
    )
    unique = sorted(set(sites))
    pl.DataFrame(
        {"site_id": unique, "timezone": "Europe/London", "country": "GB", "weather_station_id": "here"}
    ).write_parquet(folder / "sites.parquet")
    table = {"meter_id": names, "site_id": sites, "kind": "electricity", "unit": "kWh", "interval_minutes": 60}
    pl.DataFrame(table).write_parquet(folder / "meters.parquet")
    import pyarrow.parquet as pq

    writer: pq.ParquetWriter | None = None
    for first in range(0, meters, CHUNK):
        part = range(first, min(first + CHUNK, meters))
        used = ((at, _use(rng, hours, temperature)) for at in part)
        frames = (
            _stamped({"site_id": sites[at], "meter_id": names[at], "start": start, "value": use}) for at, use in used
        )
        arrow = pl.concat(frames).with_columns(kind=pl.lit("electricity"), unit=pl.lit("kWh")).to_arrow()
        writer = writer or pq.ParquetWriter(folder / "readings.parquet", arrow.schema)
        writer.write_table(arrow)
    if writer is not None:
        writer.close()


def _stamped(columns: dict[str, object]) -> pl.DataFrame:
    return (
        pl.DataFrame(columns)
        .rename({"start": "timestamp"})
        .with_columns(pl.col("timestamp").dt.replace_time_zone("UTC"))
    )


def _use(rng: np.random.Generator, hours: np.ndarray, temperature: np.ndarray) -> np.ndarray:
    """An office: base load, working hours, heat and cold, and noise that lasts."""
    level = rng.lognormal(3, 1)
    weekday, hour = (hours // 24) % 7, hours % 24
    work = ((weekday < 5) & (hour >= 7) & (hour < 19)) * rng.uniform(0.5, 2)
    heat = np.maximum(rng.uniform(12, 17) - temperature, 0) * rng.uniform(0, 0.06)
    cold = np.maximum(temperature - rng.uniform(16, 21), 0) * rng.uniform(0, 0.08)
    return np.round(level * (1 + work + heat + cold) * np.exp(_wandering(rng, len(hours), 0.1)), 2)


def _wandering(rng: np.random.Generator, count: int, spread: float) -> np.ndarray:
    """First-order autoregression of memory 0.9."""
    from scipy.signal import lfilter

    return np.asarray(lfilter([1.0], [1.0, -0.9], rng.normal(0, spread * (1 - 0.81) ** 0.5, count)))
