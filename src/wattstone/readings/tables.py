"""The small tables of a dataset folder: sites, meters, weather, grid carbon intensity."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from wattstone.base import Finding
from wattstone.portfolio import Share, Site

# What other datasets call the columns that this one needs.
_SITE_COLUMNS = {
    "name": ("name", "site_name"),
    "type": ("type", "use", "building_type", "primary_use"),
    "floor_area": ("floor_area_m2", "gia_m2", "floor_area", "area_m2", "gross_floor_area_m2"),
    "address": ("address",),
    "city": ("city",),
    "country": ("country", "country_code"),
    "latitude": ("lat", "latitude"),
    "longitude": ("lon", "lng", "longitude"),
    "zone": ("timezone", "zone", "tz"),
    "grid_region": ("grid_region",),
    "weather_station": ("weather_station_id", "weather_station", "station_id"),
    "simulated": ("simulated",),
}


def read_table(path: Path, place: str, found: list[Finding]) -> pl.DataFrame | None:
    """A whole small Parquet table; None, with a finding, where it cannot be read."""
    try:
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        found.append(
            Finding(
                code="file.unreadable",
                place=place,
                found="this is not a whole Parquet file ({error})",
                params={"error": " ".join(str(error).split())[:200]},
                expected="a Parquet file with its footer",
                remedy="copy or export the file again: it may have been cut off",
            )
        )
        return None


def tables_of(folder: Path, found: list[Finding]) -> dict[str, pl.DataFrame]:
    """The tables that a dataset folder has beside its readings, by name, in the schemas of `readings.schema`."""
    readers: dict[str, tuple[str, Callable[[pl.DataFrame, str, list[Finding]], pl.DataFrame | None]]] = {
        "sites": ("sites.parquet", _with_ids("site_id")),
        "meters": ("meters.parquet", _with_ids("meter_id")),
        "weather": ("weather.parquet", _weather),
        "intensity": ("grid_carbon_intensity.parquet", _intensity),
    }
    tables: dict[str, pl.DataFrame] = {}
    for name, (file, reader) in readers.items():
        path = folder / file
        if not path.is_file():
            continue
        place = f"{folder.name}/{file}"
        table = read_table(path, place, found)
        if table is not None and (shaped := reader(table, place, found)) is not None:
            tables[name] = shaped
    return tables


def _missing(table: pl.DataFrame, names: tuple[str, ...], place: str, found: list[Finding]) -> bool:
    absent = [name for name in names if name not in table.columns]
    found += [
        Finding(
            code="dataset.column.missing",
            place=f"{place}, column '{name}'",
            found="there is no such column among {names}",
            params={"names": ", ".join(table.columns)},
            expected="the columns " + ", ".join(names),
            remedy="rename or add the column",
        )
        for name in absent
    ]
    return bool(absent)


def _with_ids(column: str) -> Callable[[pl.DataFrame, str, list[Finding]], pl.DataFrame | None]:
    """A reader of a table whose rows are known by one column."""

    def read(table: pl.DataFrame, place: str, found: list[Finding]) -> pl.DataFrame | None:
        if _missing(table, (column,), place, found):
            return None
        table = table.with_columns(pl.col(column).cast(pl.String))
        twice = table.filter(pl.col(column).is_duplicated() | pl.col(column).is_null())
        if twice.height:
            found.append(
                Finding(
                    code="dataset.id.repeated",
                    place=f"{place}, column '{column}'",
                    found="{count} rows have no id or one that is used twice, among them '{name}'",
                    params={"name": twice[column][0]},
                    count=twice.height,
                    expected="one row for each id",
                    remedy="keep the row that is right",
                )
            )
        return table

    return read


def sites_from(table: pl.DataFrame | None, folder: Path, found: list[Finding]) -> tuple[Site, ...]:
    """Sites of a table; a row that cannot be used is a finding."""
    if table is None:
        return ()
    names = {
        field: next((name for name in names if name in table.columns), None) for field, names in _SITE_COLUMNS.items()
    }
    sites: list[Site] = []
    for number, row in enumerate(table.iter_rows(named=True), start=1):
        given: dict[str, Any] = {
            field: row[name] for field, name in names.items() if name is not None and row[name] is not None
        }
        if (share := row.get("ownership_share")) is not None:
            given["ownership"] = (Share(start=row.get("owned_from"), end=row.get("owned_until"), share=share),)
        try:
            sites.append(Site(id=row["site_id"], **given))
        except ValueError as error:
            found.append(
                Finding(
                    code="site.invalid",
                    place=f"{folder.name}/sites.parquet, row {number}, site '{row['site_id']}'",
                    found="its description cannot be used: {error}",
                    params={"error": _reasons(error)},
                    expected="values as docs/reference/datasets.md lists them",
                    remedy="correct the row in the sites table",
                )
            )
    return tuple(sites)


def _reasons(error: ValueError) -> str:
    """What pydantic found, without its links."""
    errors = getattr(error, "errors", None)
    if errors is None:
        return str(error)
    return "; ".join(f"{'.'.join(map(str, one['loc']))} {one['input']!r}: {one['msg']}" for one in errors())


def _stamp(table: pl.DataFrame) -> pl.Expr:
    """Column `timestamp` as naive UTC; one without a zone is taken as UTC, as the form of datasets says."""
    dtype = table.schema["timestamp"]
    stamp = pl.col("timestamp")
    if isinstance(dtype, pl.Datetime) and dtype.time_zone:
        stamp = stamp.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return stamp.cast(pl.Datetime("us")).alias("start")


def _weather(table: pl.DataFrame, place: str, found: list[Finding]) -> pl.DataFrame | None:
    if _missing(table, ("timestamp", "air_temperature_c"), place, found):
        return None

    def column(name: str, source: str) -> pl.Expr:
        present = pl.col(source) if source in table.columns else pl.lit(None)
        return present.cast(pl.Float64).fill_nan(None).alias(name)

    station = pl.col("station_id").cast(pl.String) if "station_id" in table.columns else pl.lit("station")
    return table.select(
        station.alias("station"),
        _stamp(table),
        column("air_temperature", "air_temperature_c"),
        column("relative_humidity", "relative_humidity_pct"),
        column("global_irradiance", "global_irradiance_w_m2"),
    ).sort("station", "start")


def _intensity(table: pl.DataFrame, place: str, found: list[Finding]) -> pl.DataFrame | None:
    """Grid intensity; the column's name says whether it counts CO2 alone or CO2e. No region: that of the sites."""
    gases = {"kg_co2_per_kwh": "CO2", "kg_co2e_per_kwh": "CO2e"}
    given = [name for name in gases if name in table.columns]
    if len(given) != 1:
        found.append(
            Finding(
                code="dataset.column.missing",
                place=place,
                found="the columns are {names}",
                params={"names": ", ".join(table.columns)},
                expected="one of kg_co2_per_kwh and kg_co2e_per_kwh",
                remedy="name the column after the gases that the intensity counts",
            )
        )
        return None
    if _missing(table, ("timestamp",), place, found):
        return None
    region = next((name for name in ("region", "grid_region", "country") if name in table.columns), None)
    shaped = table.select(
        (pl.col(region).cast(pl.String) if region else pl.lit(None, pl.String)).alias("region"),
        _stamp(table),
        pl.col(given[0]).cast(pl.Float64).fill_nan(None).alias("value"),
        pl.lit(gases[given[0]]).alias("gas"),
    ).sort("region", "start")
    odd = shaped.filter((pl.col("value") < 0) | (pl.col("value") > 5))
    if odd.height:
        found.append(
            Finding(
                code="intensity.implausible",
                place=place,
                found="{count} intensities lie outside 0 to 5 kg/kWh",
                count=odd.height,
                first=f"{odd['start'][0]:%Y-%m-%dT%H:%MZ}",
                expected="kg per kWh",
                remedy="divide by 1000 if they are g per kWh",
            )
        )
    if shaped.select("region", "start").is_duplicated().any():
        found.append(
            Finding(
                code="intensity.repeated",
                place=place,
                found="some hours are given twice for one region",
                expected="one value an hour and region",
                remedy="keep the right one; name the region if there are several",
            )
        )
    return shaped
