"""The tables of a dataset folder, one Parquet file each, written piece by piece."""

from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import polars as pl

from wattstone.simulation.estate import Blueprint
from wattstone.simulation.plan import ZONE, Plan
from wattstone.simulation.series import HUNDREDTHS, Series
from wattstone.simulation.timeline import Bools, Floats, Ints
from wattstone.simulation.world import World

# pyarrow has no types of its own.
pa: Any = import_module("pyarrow")
pq: Any = import_module("pyarrow.parquet")

_LABEL = pa.dictionary(pa.int32(), pa.string())
_STAMP = pa.timestamp("ms", tz="UTC")
_MARK = {"wattstone.simulated": "true"}
READINGS: Any = pa.schema(
    [
        ("site_id", _LABEL),
        ("meter_id", _LABEL),
        ("kind", _LABEL),
        ("unit", _LABEL),
        ("timestamp", _STAMP),
        ("value", pa.float64()),
    ],
    metadata=_MARK,
)
EFFECTS: Any = pa.schema(
    [
        ("event_id", _LABEL),
        ("meter_id", _LABEL),
        ("timestamp", _STAMP),
        ("clean", pa.float64()),
        ("reading", pa.float64()),
    ],
    metadata=_MARK,
)


class PartWriter:
    """A Parquet file that appears under its name only when it is complete.

    Parameters
    ----------
    path : Path
    schema : pyarrow.Schema
    """

    def __init__(self, path: Path, schema: Any) -> None:
        self._path, self._part = path, path.with_name(path.name + ".part")
        labels = [field.name for field in schema if pa.types.is_dictionary(field.type)]
        encodings = {"timestamp": "DELTA_BINARY_PACKED"}
        self._writer: Any = pq.ParquetWriter(
            self._part, schema, compression="zstd", use_dictionary=labels, column_encoding=encodings
        )
        self.rows: int = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
        if error is None:
            self._part.replace(self._path)
        else:
            self._part.unlink(missing_ok=True)

    def write(self, table: Any) -> None:
        """Append rows as one row group."""
        if table.num_rows:
            self._writer.write_table(table, row_group_size=table.num_rows)
            self.rows += table.num_rows


def _labels(names: list[str], lengths: list[int]) -> Any:
    codes = np.repeat(np.arange(len(names), dtype=np.int32), lengths)
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(names, pa.string()))


def _decimal(hundredths: Ints, present: Bools | None = None) -> Any:
    return pa.array(hundredths / HUNDREDTHS, mask=None if present is None else ~present)


def readings_table(series: tuple[Series, ...]) -> Any:
    """Readings of one site, meter by meter; what was not recorded has no row."""
    stamps = [one.stamps[one.present] for one in series]
    lengths = [stamp.size for stamp in stamps]
    columns = [
        _labels([one.meter.site_id for one in series], lengths),
        _labels([one.meter.id for one in series], lengths),
        _labels([one.meter.kind for one in series], lengths),
        _labels([one.meter.unit for one in series], lengths),
        pa.array(np.concatenate(stamps), _STAMP),
        _decimal(np.concatenate([one.values[one.present] for one in series])),
    ]
    return pa.Table.from_arrays(columns, schema=READINGS)


def effects_table(event_id: str, series: tuple[Series, ...]) -> Any:
    """What would stand in the place of each reading that an event changed."""
    changed = [one.changed for one in series]
    lengths = [int(mask.sum()) for mask in changed]
    pairs = list(zip(series, changed, strict=True))
    columns = [
        _labels([event_id] * len(series), lengths),
        _labels([one.meter.id for one in series], lengths),
        pa.array(np.concatenate([one.stamps[mask] for one, mask in pairs]), _STAMP),
        _decimal(np.concatenate([one.clean[mask] for one, mask in pairs])),
        _decimal(
            np.concatenate([one.values[mask] for one, mask in pairs]),
            np.concatenate([one.present[mask] for one, mask in pairs]),
        ),
    ]
    return pa.Table.from_arrays(columns, schema=EFFECTS)


def site_row(site: Blueprint) -> dict[str, Any]:
    """A row of `sites.parquet`."""
    return {
        "site_id": site.id,
        "name": site.name,
        "type": site.type,
        "use": site.type,
        "gia_m2": site.area,
        "floors": site.floors,
        "roof_m2": site.roof,
        "households": site.households or None,
        "country": "CN",
        "city": site.city.name,
        "lat": site.city.latitude,
        "lon": site.city.longitude,
        "timezone": ZONE,
        "grid_region": site.city.region,
        "weather_station_id": site.city.station,
        "simulated": True,
    }


def meter_row(plan: Plan, series: Series) -> dict[str, Any]:
    """A row of `meters.parquet`, with what a look at the readings tells."""
    meter = series.meter
    stamps, values = series.stamps[series.present], series.values[series.present]
    return {
        "meter_id": meter.id,
        "name": meter.id.removeprefix(f"{meter.site_id}-").replace("-", " "),
        "kind": meter.kind,
        "first": int(stamps[0]),
        "last": int(stamps[-1]),
        "rows": stamps.size,
        "zero_share": round(1 - np.count_nonzero(values) / values.size, 4),
        "max": float(values.max()) / HUNDREDTHS,
        "mean": round(float(values.mean()) / HUNDREDTHS, 3),
        "years_present": ",".join(str(year) for year in plan.calendar_years),
        "autumn_clock_change_evidence": f"none: {ZONE} has no clock change",
        "site_id": meter.site_id,
        "unit": meter.unit,
        "interval_minutes": (meter.interval_seconds or 0) // 60,
        "parent_id": meter.parent_id,
        "reading": meter.reading,
        "direction": meter.direction,
        "calorific_basis": meter.basis,
        "personal": meter.personal,
        "simulated": True,
    }


def meters_frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """`meters.parquet`."""
    texts = {name: pl.String() for name in ("parent_id", "calorific_basis")}
    frame = pl.DataFrame(rows, schema_overrides=texts)
    return frame.with_columns(pl.from_epoch(pl.col("first", "last"), time_unit="ms").cast(pl.Datetime("us")))


def weather_frame(world: World) -> pl.DataFrame:
    """`weather.parquet`: hourly means, one station per city."""
    days, steps = world.timeline.shape
    per_hour = steps // 24

    def hourly(values: Floats, digits: int) -> Floats:
        means: Floats = values.reshape(days * 24, per_hour).mean(axis=1)
        return means.round(digits)

    hours = pl.from_epoch(pl.Series(world.timeline.stamps[::per_hour]), time_unit="ms").cast(pl.Datetime("us", "UTC"))
    return pl.concat(
        pl.DataFrame(
            {
                "station_id": f"sim-{name.lower()}",
                "timestamp": hours,
                "air_temperature_c": hourly(weather.temperature, 1),
                "relative_humidity_pct": hourly(weather.humidity, 1),
                "global_irradiance_w_m2": hourly(weather.irradiance, 1),
            }
        ).with_columns(simulated=True)
        for name, weather in world.stations.items()
    )
