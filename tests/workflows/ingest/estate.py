"""Small datasets for the tests of the ingest, and what a workspace holds, in forms that can be compared."""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from deltalake import DeltaTable

from wattstone.interfaces.store.records import Records
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.readings.sources import How
from wattstone.workflows.ingest import Ingested, ingest_all
from wattstone.workflows.workspace import Workspace


def readings(
    meter: str,
    start: datetime,
    values: Sequence[float | None],
    *,
    minutes: float = 60,
    site: str = "S1",
    kind: str = "electricity",
    unit: str = "kWh",
) -> pl.DataFrame:
    """Readings of one meter, one after the other, in the form of a dataset."""
    stamps = [start.replace(tzinfo=UTC) + timedelta(minutes=minutes * number) for number in range(len(values))]
    return pl.DataFrame(
        {
            "site_id": [site] * len(values),
            "meter_id": [meter] * len(values),
            "kind": [kind] * len(values),
            "unit": [unit] * len(values),
            "timestamp": pl.Series(stamps, dtype=pl.Datetime("ms", "UTC")),
            "value": pl.Series(values, dtype=pl.Float64),
        }
    )


def dataset(folder: Path, *frames: pl.DataFrame, **tables: pl.DataFrame | Sequence[Mapping[str, Any]]) -> Path:
    """Write a dataset folder; `tables` are sites, meters, weather and grid_carbon_intensity."""
    folder.mkdir(parents=True, exist_ok=True)
    pl.concat(frames).write_parquet(folder / "readings.parquet")
    for name, rows in tables.items():
        frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(list(rows))
        frame.write_parquet(folder / f"{name}.parquet")
    return folder


def workspace(root: Path) -> Path:
    """A new workspace."""
    create_workspace(root)
    return root


def take(root: Path, *paths: Path, how: How | None = None) -> list[Ingested]:
    """Ingest paths in one call."""
    held = open_workspace(root)
    try:
        return ingest_all(held, list(paths), how or How(), who="tester")
    finally:
        held.close()


def opened(root: Path) -> Workspace:
    """A workspace, to be looked into."""
    return open_workspace(root)


def snapshot(root: Path) -> dict[str, str]:
    """The hash of every file below a folder."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def values(root: Path, meter: str, *, version: int | None = None) -> dict[datetime, float | None]:
    """The readings of a meter by start, by a Delta reader that is not ours."""
    key = keys(root)[meter]
    table = DeltaTable(str(root / "lake" / "readings"), version=version)
    rows = pl.DataFrame(table.to_pyarrow_table(filters=[("meter", "=", key)])).sort("start")
    assert rows["start"].is_duplicated().sum() == 0
    return dict(rows.select("start", "value").iter_rows())


def keys(root: Path) -> dict[str, int]:
    """The keys of the meters."""
    with Records.open(root / "records.db") as records:
        return records.meter_keys()


def packed(rows: pl.DataFrame | Iterable[tuple[Any, ...]]) -> str:
    """The hash of a slice, computed without ours: SHA-256 over start, length and value of each row."""
    if not isinstance(rows, pl.DataFrame):
        shape = {"start": pl.Datetime("us"), "seconds": pl.Int32, "value": pl.Float64}
        rows = pl.DataFrame(list(rows), schema=shape, orient="row")
    form = np.dtype([("start", "<i8"), ("seconds", "<i4"), ("value", "<f8")])  # 20 bytes, without gaps
    laid = np.empty(rows.height, dtype=form)
    laid["start"] = rows["start"].dt.epoch("us").to_numpy()
    laid["seconds"] = rows["seconds"].to_numpy()
    laid["value"] = rows["value"].fill_null(math.nan).to_numpy()
    return hashlib.sha256(laid.tobytes()).hexdigest()[:32]


def expected_slices(rows: pl.DataFrame) -> set[tuple[int, int, int, str]]:
    """The slices (part, meter, batch, hash) that rows make up."""
    grouped = rows.sort("part", "meter", "batch", "start").partition_by("part", "meter", "batch", as_dict=True)
    return {(int(part), int(meter), int(batch), packed(frame)) for (part, meter, batch), frame in grouped.items()}


@dataclass(frozen=True)
class Held:
    """All that an ingest writes, without what the clock or chance decide."""

    readings: list[tuple[Any, ...]]
    slices: list[tuple[Any, ...]]
    latest: list[tuple[Any, ...]]
    registers: list[tuple[Any, ...]]
    beside: list[tuple[Any, ...]]
    meters: list[tuple[Any, ...]]
    sites: list[str]
    audit: list[tuple[str, str]]


def _rows(root: Path, table: str, *drop: str) -> pl.DataFrame:
    folder = root / "lake" / table
    if not (folder / "_delta_log").is_dir():
        return pl.DataFrame()
    frame = pl.DataFrame(DeltaTable(str(folder)).to_pyarrow_table())
    return frame.drop(*drop) if frame.height else pl.DataFrame()


def held(root: Path) -> Held:
    """What a workspace holds; its slices and latest values are checked against its rows on the way."""
    rows = _rows(root, "readings")
    slices = _rows(root, "slices")
    if rows.height:
        assert {
            (part, meter, batch, sha)
            for part, meter, batch, sha in slices.select("part", "meter", "batch", "sha256").iter_rows()
        } == expected_slices(rows)
        last = rows.drop_nulls("value").sort("start").group_by("meter", maintain_order=True).last().sort("meter")
        kept = _rows(root, "latest")
        kept = kept.sort("meter").select("meter", "start", "value") if kept.height else kept
        assert kept.rows() == last.select("meter", "start", "value").rows()
    with Records.open(root / "records.db") as records:
        names = {key: name for name, key in records.meter_keys().items()}
        meters = [
            (meter.id, meter.site_id, meter.kind, meter.unit, meter.interval_seconds) for meter in records.meters()
        ]
        sites = [site.id for site in records.sites()]
        audit = [(line.what, str(sorted(line.details.items()))) for line in records.audit()]

    def named(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
        if "meter" in frame.columns:
            frame = frame.with_columns(pl.col("meter").replace_strict(names, return_dtype=pl.String))
        return frame.sort(frame.columns).rows()

    return Held(
        readings=named(rows),
        slices=named(slices),
        latest=named(_rows(root, "latest")),
        registers=named(_rows(root, "registers")),
        beside=[*named(_rows(root, "weather")), *named(_rows(root, "intensity"))],
        meters=meters,
        sites=sites,
        audit=audit,
    )


def orphans(root: Path) -> list[str]:
    """Files of the lake that no version names, notes of files to come, and scratch files."""
    found = [str(path.relative_to(root)) for path in (root / ".scratch").rglob("*") if path.is_file()]
    for folder in sorted((root / "lake").glob("*")):
        named: set[str] = set()
        newest = DeltaTable(str(folder))
        for version in range(newest.version() + 1):
            named |= set(DeltaTable(str(folder), version=version).file_uris())
        files = [path for path in folder.rglob("*") if path.is_file() and "_delta_log" not in path.parts]
        found += [str(path.relative_to(root)) for path in files if str(path) not in named]
    return found
