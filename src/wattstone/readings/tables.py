"""The small tables of a dataset folder: sites, meters, weather, grid carbon intensity."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.portfolio import Share, Site
from wattstone.readings.described import open_parquet, whole

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


def table_of(folder: Path, name: str, found: list[Finding]) -> pl.DataFrame | None:
    """A table that a dataset folder has beside its readings, in its schema of `readings.schema`.

    Parameters
    ----------
    folder : pathlib.Path
        The dataset.
    name : {'sites', 'meters', 'weather', 'intensity'}
        Which.
    found : list of Finding
        Takes what is wrong.

    Returns
    -------
    polars.DataFrame or None
        None where the folder has no such table, or it cannot be used.
    """
    readers: dict[str, tuple[str, Callable[[pl.DataFrame, str, list[Finding]], pl.DataFrame | None]]] = {
        "sites": ("sites.parquet", _with_ids("site_id")),
        "meters": ("meters.parquet", _with_ids("meter_id")),
        "weather": ("weather.parquet", _weather),
        "intensity": ("grid_carbon_intensity.parquet", _intensity),
    }
    file, reader = readers[name]
    place = f"{folder.name}/{file}"
    if not (folder / file).is_file():
        return None
    try:
        with whole(place):
            table = pl.DataFrame(open_parquet(folder / file).read())
    except InputRefused as refused:
        found += refused.findings
        return None
    return reader(table, place, found)


def _missing(table: pl.DataFrame, names: tuple[str, ...], place: str, found: list[Finding]) -> bool:
    absent = [name for name in names if name not in table.columns]
    found += [
        Finding(
            code="dataset.column.missing",
            place=f"{place}, column '{name}'",
            found="there is no such column among {names}",
            params={"names": ", ".join(table.columns), "wanted": ", ".join(names)},
            expected="the columns {wanted}",
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
                    found="{count} {count:row has|rows have} no id or one that is used twice, among them '{name}'",
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


def _timed(table: pl.DataFrame, values: list[str], place: str, found: list[Finding]) -> bool:
    """Whether the column of times holds times, in every row, and the values are numbers."""
    before = len(found)
    for name in ("timestamp", *values):
        fits = isinstance(table.schema[name], pl.Datetime) if name == "timestamp" else table.schema[name].is_numeric()
        if not fits and table.schema[name] != pl.Null:
            found.append(
                Finding(
                    code="dataset.column.type",
                    place=f"{place}, column '{name}'",
                    found="the column holds {type}",
                    params={"type": str(table.schema[name])},
                    expected="a timestamp in UTC" if name == "timestamp" else "a number",
                    remedy="write the column with that type",
                )
            )
    if gaps := table["timestamp"].null_count():
        found.append(
            Finding(
                code="dataset.null",
                place=f"{place}, column 'timestamp'",
                found="{count} {count:row has|rows have} no time",
                count=gaps,
                first=f"row {int(table['timestamp'].is_null().arg_max() or 0) + 1}",
                expected="a time in every row",
                remedy="fill the column in or take those rows out",
            )
        )
    return len(found) == before


def _stamp(table: pl.DataFrame) -> pl.Expr:
    """Column `timestamp` as naive UTC; one without a zone is taken as UTC, as the form of datasets says."""
    dtype = table.schema["timestamp"]
    stamp = pl.col("timestamp")
    if isinstance(dtype, pl.Datetime) and dtype.time_zone:
        stamp = stamp.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return stamp.cast(pl.Datetime("us")).alias("start")


_WEATHER_COLUMNS = {
    "air_temperature": "air_temperature_c",
    "relative_humidity": "relative_humidity_pct",
    "global_irradiance": "global_irradiance_w_m2",
}


def _weather(table: pl.DataFrame, place: str, found: list[Finding]) -> pl.DataFrame | None:
    if _missing(table, ("timestamp", "air_temperature_c"), place, found):
        return None
    given = {ours: theirs for ours, theirs in _WEATHER_COLUMNS.items() if theirs in table.columns}
    if not _timed(table, list(given.values()), place, found):
        return None
    columns = [
        (pl.col(given[name]) if name in given else pl.lit(None)).cast(pl.Float64).fill_nan(None).alias(name)
        for name in _WEATHER_COLUMNS
    ]
    station = pl.col("station_id").cast(pl.String) if "station_id" in table.columns else pl.lit("station")
    shaped = table.select(station.alias("station"), _stamp(table), *columns).sort(
        "station", "start", maintain_order=True
    )
    return _once(shaped, ["station", "start"], place, found)


def _once(table: pl.DataFrame, identity: list[str], place: str, found: list[Finding]) -> pl.DataFrame:
    """Of rows that say something of the same hour, the last one; said where they differ."""
    once = table.unique(identity, keep="last", maintain_order=True)
    if differing := table.unique(maintain_order=True).height - once.height:
        found.append(
            Finding(
                code="dataset.repeated",
                place=place,
                found="{count} {count:row says|rows say} something else of an hour that another row has said already",
                count=differing,
                expected="one row for each hour and place",
                remedy="nothing has to be done where the last row is right: it is the one that counts",
                severity="warning",
            )
        )
    return once


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
    if _missing(table, ("timestamp",), place, found) or not _timed(table, given, place, found):
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
                found="{count} {count:intensity lies|intensities lie} outside 0 to 5 kg/kWh",
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


def placed_intensity(
    intensity: pl.DataFrame, sites: tuple[Site, ...], folder: Path, found: list[Finding]
) -> pl.DataFrame:
    """Intensities without a region belong to the one country of the sites, which is said."""
    if not intensity["region"].null_count():
        return intensity
    countries = sorted({site.country for site in sites if site.country})
    place = f"{folder.name}/grid_carbon_intensity.parquet"
    if len(countries) == 1:
        found.append(
            Finding(
                code="intensity.region.assumed",
                place=place,
                found="the table names no grid region; the country of all sites, {country}, serves",
                params={"country": countries[0]},
                expected="a column region",
                remedy="add the column if the intensities are of another grid",
                severity="warning",
            )
        )
        return intensity.with_columns(pl.col("region").fill_null(countries[0]))
    found.append(
        Finding(
            code="intensity.region.missing",
            place=place,
            found="the table names no grid region, and the sites are in {count} countries ({countries})",
            params={"countries": ", ".join(countries) or "none is given"},
            count=len(countries),
            expected="a column region, or sites in one country",
            remedy="add a column region with the country or grid region of each row",
        )
    )
    return intensity
