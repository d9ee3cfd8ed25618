"""Estates of made-up meters: seeded, in the form of a dataset folder, with the hourly intensities of thirty grids."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.measuring import side
from benchmarks.tables import Setting

SEED = 20261122
REGIONS = 30
START = datetime(2025, 6, 1)
METERS = 4  # a site
INTERVALS = 96  # a day
_AT_ONCE = 250  # sites in memory


@dataclass(frozen=True)
class Estate:
    """So many sites of four electricity meters, every 15 minutes, from 2025-06-01 on."""

    sites: int
    days: int

    @property
    def name(self) -> str:
        """Of its folder."""
        return f"estate-{self.sites}x{self.days}"

    @property
    def title(self) -> str:
        """For people."""
        return f"{self.sites} sites x {METERS} x 15 min x {self.days} d"

    @property
    def rows(self) -> int:
        """Readings."""
        return self.sites * METERS * self.days * INTERVALS


def dataset(folder: str, sites: int, days: int) -> Any:
    """Side that makes a dataset folder; meter by meter in order of time, as exports are."""
    estate = Estate(sites, days)
    target = Path(folder)

    def make() -> int:
        partial = target.with_name(f"{target.name}.partial")
        partial.mkdir(parents=True, exist_ok=True)
        _tables(estate, partial)
        _readings(estate, partial / "readings.parquet")
        partial.rename(target)
        return estate.rows

    return make


def site_names(estate: Estate) -> list[str]:
    """Ids of the sites."""
    return [f"site-{number:05d}" for number in range(estate.sites)]


def _tables(estate: Estate, folder: Path) -> None:
    random = np.random.default_rng(SEED)
    sites = site_names(estate)
    pl.DataFrame(
        {
            "site_id": sites,
            "country": ["GB"] * estate.sites,
            "timezone": ["UTC"] * estate.sites,
            "grid_region": [f"grid-{number % REGIONS:02d}" for number in range(estate.sites)],
            "gia_m2": random.uniform(500, 50_000, estate.sites).round(0),
        }
    ).write_parquet(folder / "sites.parquet")
    meters = [(f"{site}-{number}", site) for site in sites for number in range(METERS)]
    pl.DataFrame(
        {
            "meter_id": [meter for meter, _ in meters],
            "site_id": [site for _, site in meters],
            "kind": ["electricity"] * len(meters),
            "unit": ["kWh"] * len(meters),
            "interval_minutes": [15] * len(meters),
        }
    ).write_parquet(folder / "meters.parquet")
    intensity(estate.days).write_parquet(folder / "grid_carbon_intensity.parquet")


def intensity(days: int) -> pl.DataFrame:
    """Hourly intensities of the grids, as a dataset has them."""
    random = np.random.default_rng(SEED + 1)
    hours = pl.datetime_range(START, START + timedelta(days=days), "1h", closed="left", eager=True, time_zone="UTC")
    values = np.clip(random.normal(0.25, 0.08, (REGIONS, len(hours))), 0.01, None).round(4)
    return pl.DataFrame(
        {
            "region": np.repeat([f"grid-{number:02d}" for number in range(REGIONS)], len(hours)),
            "timestamp": pl.concat([hours] * REGIONS),
            "kg_co2_per_kwh": values.ravel(),
        }
    )


def _readings(estate: Estate, path: Path) -> None:
    sites = site_names(estate)
    meters = [f"{site}-{number}" for site in sites for number in range(METERS)]
    stamps = np.datetime64(START, "us") + np.arange(estate.days * INTERVALS) * np.timedelta64(15, "m")
    random = np.random.default_rng(SEED + 2)
    shape = 1.0 + 0.5 * np.sin((np.arange(len(stamps)) % INTERVALS - 30) / INTERVALS * 2 * np.pi)
    writer = None
    for begin in range(0, estate.sites, _AT_ONCE):
        count = min(_AT_ONCE, estate.sites - begin)
        width = METERS * len(stamps)
        base = random.lognormal(1.5, 0.8, (count * METERS, 1))
        value = (base * shape * random.uniform(0.8, 1.2, (count * METERS, len(stamps)))).round(3)
        columns = {
            "site_id": _repeated(np.repeat(np.arange(begin, begin + count), width), sites),
            "meter_id": _repeated(np.repeat(np.arange(begin * METERS, (begin + count) * METERS), len(stamps)), meters),
            "kind": _repeated(np.zeros(count * width, dtype=np.int32), ["electricity"]),
            "unit": _repeated(np.zeros(count * width, dtype=np.int32), ["kWh"]),
            "timestamp": pa.array(np.tile(stamps, count * METERS), pa.timestamp("us", tz="UTC")),
            "value": pa.array(value.ravel()),
        }
        table = pa.table(columns)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=1_000_000)
    if writer is not None:
        writer.close()


def _repeated(at: np.ndarray, names: list[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(at.astype(np.int32)), pa.array(names))


def large(setting: Setting) -> Estate:
    """The large estate: a month of 5,000 sites, or a tiny one."""
    return Estate(8, 3) if setting.small else Estate(5000, 30)


def made(setting: Setting, estate: Estate | None = None) -> Path:
    """The dataset folder of an estate, made if it is not there; the large one where none is named."""
    estate = estate or large(setting)
    folder = setting.scratch / estate.name
    if not folder.is_dir():
        setting.say(f"making {estate.rows / 1e6:.1f} M rows")
        side("benchmarks.estates:dataset", folder, estate.sites, estate.days)
    return folder


def workspace(setting: Setting, estate: Estate | None = None) -> Path:
    """A workspace that holds an estate, made if it is not there; the large one where none is named."""
    return workspace_of(setting, made(setting, estate))


def workspace_of(setting: Setting, folder: Path) -> Path:
    """A workspace that holds a dataset, made if it is not there."""
    root = setting.scratch / f"{folder.name}.workspace"
    if not (root / "wattstone.toml").is_file():
        setting.say(f"taking in {folder.name}")
        side("benchmarks.ingest_parquet:ours", folder, root)
    return root


def copy_of(root: Path, target: Path) -> Path:
    """A workspace to be changed: rows are linked, for they are never written to; all else is copied."""
    shutil.rmtree(target, ignore_errors=True)

    def take(source: str, to: str) -> None:
        if source.endswith(".parquet"):
            Path(to).hardlink_to(source)
        else:
            shutil.copy2(source, to)

    shutil.copytree(root, target, copy_function=take)
    return target
