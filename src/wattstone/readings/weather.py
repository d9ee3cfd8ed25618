"""Weather: EPW, tables in CSV or XLSX, and Parquet in the form of a dataset folder."""

from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

from wattstone.readings.epw import EpwMetadata, read_epw
from wattstone.readings.parquet import read_parquet
from wattstone.readings.problems import Problems, quoted, refuse
from wattstone.readings.schema import WEATHER
from wattstone.readings.tabular import stamps, words
from wattstone.readings.tabular.detection import sample_of, written
from wattstone.readings.tabular.layout import Column, Frame, best_stamp, find_header
from wattstone.readings.tabular.mapping import Columns, Mapping
from wattstone.readings.tabular.numbers import NULLS, NumberStyle, is_number, number_style
from wattstone.readings.tabular.registry import meter_id
from wattstone.readings.tabular.result import open_table
from wattstone.readings.tabular.timed import column_of_numbers, with_starts
from wattstone.readings.tabular.zones import is_zone

__all__ = ["EpwMetadata", "read_epw", "read_weather_csv", "read_weather_parquet", "weather_columns"]

_PARQUET = {
    "air_temperature_c": "air_temperature",
    "relative_humidity_pct": "relative_humidity",
    "global_irradiance_w_m2": "global_irradiance",
}
_WORDS = {
    "air_temperature": (
        *(
            "temperature",
            "temp",
            "air temperature",
            "dry bulb",
            "drybulb",
            "temperatur",
            "lufttemperatur",
            "tair",
            "t2m",
            "tamb",
        ),
        *("温度", "气温"),
    ),
    "relative_humidity": ("humidity", "relative humidity", "rh", "rhum", "luftfeuchte", "湿度"),
    "global_irradiance": (
        *(
            "irradiance",
            "ghi",
            "global irradiance",
            "global horizontal",
            "solar radiation",
            "globalstrahlung",
            "radiation",
        ),
        *("辐照度", "太阳辐射"),
    ),
}
_NOT = ("dew", "wet", "predicted", "forecast", "diffuse", "direct", "dhi", "dni", "露点")


def read_weather_parquet(path: Path) -> pl.DataFrame:
    """Read weather of a dataset folder: station_id, timestamp, air_temperature_c and what else is measured.

    Parameters
    ----------
    path : Path

    Returns
    -------
    DataFrame
        Schema `WEATHER`; what the file does not measure is null.

    Raises
    ------
    InputRefused
        If it is damaged or lacks the first three columns.
    """
    path = Path(path)
    table = read_parquet(path, needed=("station_id", "timestamp", "air_temperature_c"))
    kind = table.schema["timestamp"]
    if not isinstance(kind, pl.Datetime):
        raise refuse(
            path,
            "readings.time.invalid",
            column="timestamp",
            found="the column is of type {type}",
            expected="timestamps in UTC",
            remedy="write the column as timestamps",
            type=str(kind),
        )
    at = pl.col("timestamp").dt.cast_time_unit("us")
    if kind.time_zone is not None:
        at = at.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    values = [
        pl.col(name).alias(ours) if name in table.columns else pl.lit(None).alias(ours)
        for name, ours in _PARQUET.items()
    ]
    frame = table.select(pl.col("station_id").alias("station"), at.alias("start"), *values)
    try:
        frame = frame.cast(dict(WEATHER))  # pyright: ignore[reportArgumentType]
    except pl.exceptions.PolarsError as error:
        raise refuse(
            path,
            "readings.value.invalid",
            found="columns are not numbers ({why})",
            expected="numbers",
            remedy="write the columns as numbers",
            why=str(error)[:200],
        ) from error
    return frame.with_columns(pl.col("air_temperature", "relative_humidity", "global_irradiance").fill_nan(None))


def read_weather_csv(
    path: Path, mapping: Mapping | None = None, *, zone: str | None = None, station: str | None = None
) -> pl.DataFrame:
    """Read a table of weather, CSV or XLSX.

    Parameters
    ----------
    path : Path
    mapping : Mapping or None
        How it is written, with `columns.values` naming the columns to take; None detects it.
    zone : str or None
        The clock of stamps that carry no offset, where neither mapping nor header names one.
    station : str or None
        Name of the station, where no column has it; else the file's name.

    Returns
    -------
    DataFrame
        Schema `WEATHER`.

    Raises
    ------
    InputRefused
        If there is no column of times or none of weather, or cells are wrong; with every finding.
    """
    path = Path(path)
    used, columns = (mapping, weather_columns(mapping.columns.values)) if mapping else _detect(path)
    clock = used.zone or zone
    problems = Problems(path)
    if not stamps.is_zoned(used.stamp_format) and (clock is None or not is_zone(clock)):
        problems.add(
            "readings.zone.missing" if clock is None else "readings.zone.unknown",
            found="the time zone of the stamps is {zone}",
            expected="an IANA name such as Europe/Berlin, UTC, or an offset such as +08:00",
            remedy="name the zone in the header, as 'Time (UTC)', or set it",
            params={"zone": "not stated" if clock is None else quoted(clock)},
        )
    table = open_table(path, used, problems)
    wanted = tuple(dict.fromkeys([*used.columns.named(), *columns.values()]))
    for name in wanted:
        if table.names.count(name) != 1:
            problems.add(
                "readings.column.missing",
                column=name,
                found="the file has {times} columns of this name",
                expected="one",
                remedy="rename the columns of the file",
                params={"times": table.names.count(name)},
            )
    problems.raise_if_refused()
    own = station or meter_id(path.name.split(".")[0])
    frames = [_weather_rows(chunk, used, columns, clock or "UTC", own, problems) for chunk in table.chunks(wanted)]
    problems.raise_if_refused()
    frame = pl.concat(frames).unique(["station", "start"], keep="first", maintain_order=True)
    if not frame.height:
        raise refuse(
            path, "readings.file.empty", found="the table has no rows", expected="weather", remedy="check the export"
        )
    return frame


def weather_columns(names: Sequence[str]) -> dict[str, str]:
    """Which columns hold which weather, by their headers: our name to theirs."""
    found: dict[str, str] = {}
    for ours, said in _WORDS.items():
        for name in names:
            if (
                ours not in found
                and words.says(name, said)
                and not words.says(name, _NOT)
                and name not in found.values()
            ):
                found[ours] = name
    return found


def _detect(path: Path) -> tuple[Mapping, dict[str, str]]:
    sample, sheet = sample_of(path)
    frame = find_header(sample)
    columns = weather_columns([column.name for column in frame.columns if column.stamp is None]) if frame else {}
    timed = [column for column in frame.columns if column.stamp is not None] if frame else []
    if frame is None or not timed or not columns:
        raise refuse(
            path,
            "readings.weather.none",
            found="no columns of time and temperature, humidity or irradiance",
            expected="headers such as 'timestamp (UTC)' and 'air temperature [degC]'",
            remedy="name the columns so",
        )
    stamp = best_stamp(timed)
    assert stamp.stamp is not None
    style = _style(frame, columns)
    chosen = Mapping(
        **written(sample, sheet, frame, style),
        nulls=NULLS,
        layout="wide",
        columns=Columns(timestamp=stamp.name, site=_station_column(frame), values=tuple(columns.values())),
        stamp_format=stamp.stamp.format,
        zone="UTC" if words.says(stamp.name, ("utc", "gmt")) else None,
    )
    return chosen, columns


def _station_column(frame: Frame) -> str | None:
    def is_station(column: Column) -> bool:
        return words.says(column.name, ("station", "station id", "站点", "气象站")) and column.stamp is None

    return next((column.name for column in frame.columns if is_station(column)), None)


def _style(frame: Frame, columns: dict[str, str]) -> NumberStyle:
    cells = [
        cell for column in frame.columns if column.name in columns.values() for cell in column.cells if is_number(cell)
    ]
    return number_style(cells) or NumberStyle(".", "", certain=True)


def _weather_rows(
    chunk: pl.DataFrame, mapping: Mapping, columns: dict[str, str], zone: str, station: str, problems: Problems
) -> pl.DataFrame:
    chunk, start = with_starts(chunk, mapping, zone, problems)
    series = {name: _weather_values(chunk, source, mapping, problems) for name, source in columns.items()}
    site = mapping.columns.site
    return pl.DataFrame(
        {
            "station": chunk[site].fill_null(station) if site else pl.Series([station]).new_from_index(0, chunk.height),
            "start": start,
            **{
                name: series[name] if name in series else pl.Series([None] * chunk.height, dtype=pl.Float64)
                for name in _WORDS
            },
        },
        schema=WEATHER,
    )


def _weather_values(chunk: pl.DataFrame, column: str, mapping: Mapping, problems: Problems) -> pl.Series:
    return _to_celsius(column)(column_of_numbers(chunk, column, mapping, problems))


def _to_celsius(column: str) -> Callable[[pl.Series], pl.Series]:
    """Conversion that the unit in a header of temperatures asks for."""
    unit = (
        words.folded(column)
        .replace("°", " ")
        .replace("[", " ")
        .replace("(", " ")
        .replace("]", " ")
        .replace(")", " ")
        .split()
    )
    if not words.says(column, _WORDS["air_temperature"]):
        return lambda values: values
    if unit[-1:] in (["f"], ["degf"], ["fahrenheit"]):
        return lambda values: (values - 32.0) / 1.8
    if unit[-1:] in (["k"], ["kelvin"]):
        return lambda values: values - 273.15
    return lambda values: values
