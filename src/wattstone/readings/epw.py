"""EnergyPlus weather files (EPW).

Fields and the values that mean "missing" are those of the EnergyPlus weather file data dictionary (Auxiliary Programs,
"EnergyPlus Weather File (EPW) Data Dictionary").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from wattstone.readings.problems import Problems, quoted, refuse
from wattstone.readings.schema import WEATHER
from wattstone.readings.source import MIB, open_bytes
from wattstone.readings.tabular.csv import ROW
from wattstone.readings.tabular.registry import meter_id

EPW_BYTES = 64 * MIB  # a year in minutes is 50 MB
_EPW_FIELDS = {
    "year": 0,
    "month": 1,
    "day": 2,
    "hour": 3,
    "minute": 4,
    "air_temperature": 6,
    "relative_humidity": 8,
    "global_irradiance": 13,
}
_EPW_MISSING = {"air_temperature": 99.9, "relative_humidity": 999.0, "global_irradiance": 9999.0}


@dataclass(frozen=True)
class EpwMetadata:
    """The head of an EPW file.

    Parameters
    ----------
    station : str
        Place and number of the World Meteorological Organization.
    latitude, longitude : float
        [degree north, degree east]
    zone_hours : float
        Local standard time minus UTC. [h]
    elevation : float or None
        [m]
    years : tuple of int
        Years that the records are from; several in no order mean a typical year.
    typical : bool
        Whether months of different years are put together.
    """

    station: str
    latitude: float
    longitude: float
    zone_hours: float
    elevation: float | None
    years: tuple[int, ...]
    typical: bool


def read_epw(path: Path) -> tuple[pl.DataFrame, EpwMetadata]:
    """Read an EPW file.

    Hour 1 is the hour that ends at 01:00 local standard time, so it starts at 00:00.

    Parameters
    ----------
    path : Path

    Returns
    -------
    frame : DataFrame
        Schema `WEATHER`: interval start in naive UTC, [degC], [%], [W m-2].
    metadata : EpwMetadata

    Raises
    ------
    InputRefused
        If it is no EPW, or not whole; with the row of what is wrong.
    """
    path = Path(path)
    lines = _epw_lines(path)
    problems = Problems(path)
    place = _location(path, lines[0], problems)
    start = next((index for index, line in enumerate(lines[:100]) if line.upper().startswith("DATA PERIODS")), None)
    if start is None:
        problems.add(
            "readings.epw.periods",
            found="no line begins with DATA PERIODS",
            expected="the eight lines of an EPW header",
            remedy="get the file again",
        )
    problems.raise_if_refused()
    assert place is not None
    assert start is not None
    per_hour = _per_hour(lines[start])
    table = _epw_table(lines[start + 1 :], start + 2, problems)
    frame = _epw_frame(table, place, per_hour, problems)
    problems.raise_if_refused()
    years = tuple(table["year"].unique(maintain_order=True).to_list())
    typical = len(years) > 1 and list(years) != list(range(years[0], years[0] + len(years)))
    return frame, EpwMetadata(
        place.station, place.latitude, place.longitude, place.zone_hours, place.elevation, years, typical
    )


def _epw_lines(path: Path) -> list[str]:
    with open_bytes(path) as source:
        data = source.read(EPW_BYTES + 1)
    if len(data) > EPW_BYTES:
        raise refuse(
            path,
            "readings.epw.size",
            found="the file is larger than {most} bytes",
            expected="a year of weather",
            remedy="give one file a year",
            most=EPW_BYTES,
        )
    text = data.decode("utf-8", errors="replace").removeprefix("\ufeff")
    lines = text.splitlines()
    if not lines or not lines[0].upper().startswith("LOCATION,"):
        raise refuse(
            path,
            "readings.epw.location",
            found="the first line does not begin with LOCATION",
            expected="an EPW file",
            remedy="check the file",
            row=1,
        )
    return lines


@dataclass(frozen=True)
class _Place:
    station: str
    latitude: float
    longitude: float
    zone_hours: float
    elevation: float | None


def _location(path: Path, line: str, problems: Problems) -> _Place | None:
    cells = [cell.strip() for cell in line.split(",")]
    values = [_finite(cells[index]) if index < len(cells) else None for index in (6, 7, 8)]
    latitude, longitude, zone = values
    if (
        latitude is None
        or longitude is None
        or zone is None
        or not (abs(latitude) <= 90 and abs(longitude) <= 180 and abs(zone) <= 14)
    ):
        problems.add(
            "readings.epw.location",
            row=1,
            found="latitude, longitude and time zone of LOCATION are {cells}",
            expected="numbers: degrees, degrees, hours",
            remedy="correct the first line",
            params={"cells": quoted(", ".join(cells[6:9]))},
        )
        return None
    name = "-".join(part for part in (cells[1], cells[5] if len(cells) > 5 else "") if part)
    return _Place(
        meter_id(name or path.name.split(".")[0]),
        latitude,
        longitude,
        zone,
        _finite(cells[9]) if len(cells) > 9 else None,
    )


def _finite(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e9 else None


def _per_hour(line: str) -> int:
    cells = line.split(",")
    count = cells[2].strip() if len(cells) > 2 else "1"
    return int(count) if count.isdecimal() and len(count) < 3 and 1 <= int(count) <= 60 else 1


def _epw_table(lines: Sequence[str], first: int, problems: Problems) -> pl.DataFrame:
    """Records as numbers, with their rows."""
    raw = pl.DataFrame({"line": list(lines)}, schema={"line": pl.String()}).with_columns(
        pl.int_range(first, first + len(lines), dtype=pl.Int64).alias(ROW)
    )
    raw = raw.filter(pl.col("line").str.strip_chars() != "").with_columns(cells=pl.col("line").str.split(","))
    short = raw.filter(pl.col("cells").list.len() < 14)
    problems.rows(
        "readings.epw.truncated",
        short[ROW],
        found="{count} {count:record has|records have} fewer than 14 fields",
        expected="35 fields",
        remedy="get the file again: this is part of one",
    )
    if not raw.height:
        problems.add(
            "readings.file.empty",
            found="the file has no records",
            expected="weather by the hour",
            remedy="get the file again",
        )
    problems.raise_if_refused()
    return raw.select(
        ROW,
        *(
            pl.col("cells").list.get(place).str.strip_chars().cast(pl.Float64, strict=False).alias(name)
            for name, place in _EPW_FIELDS.items()
        ),
    ).with_columns(pl.col("year", "month", "day", "hour", "minute").cast(pl.Int32, strict=False))


def _epw_frame(table: pl.DataFrame, place: _Place, per_hour: int, problems: Problems) -> pl.DataFrame:
    plausible = (
        pl.col("year").is_between(1900, 2100)
        & pl.col("month").is_between(1, 12)
        & pl.col("day").is_between(1, 31)
        & pl.col("hour").is_between(1, 24)
    ).fill_null(value=False)
    sound = table.with_columns(plausible=plausible)
    parts = [
        pl.when("plausible").then(name).otherwise(fallback)
        for name, fallback in (("year", 2000), ("month", 1), ("day", 1))
    ]
    # A day that does not exist would stop the whole expression, so days go through text, where it becomes null.
    text = pl.concat_str([parts[0], pl.lit("-"), parts[1], pl.lit("-"), parts[2]])
    day = text.str.to_datetime("%Y-%m-%d", strict=False, time_unit="us")
    length = 60 // per_hour
    end = pl.col("hour") * 60 if per_hour == 1 else (pl.col("hour") - 1) * 60 + pl.col("minute").clip(0, 60)
    start = day + pl.duration(minutes=end.cast(pl.Int64) - length)
    frame = sound.with_columns(
        [
            pl.when("plausible").then(start - pl.duration(seconds=round(place.zone_hours * 3600))).alias("start"),
            pl.lit(place.station).alias("station"),
            *(
                pl.when(pl.col(name).is_finite() & (pl.col(name) < missing)).then(name).alias(name)
                for name, missing in _EPW_MISSING.items()
            ),
        ]
    )
    problems.rows(
        "readings.time.invalid",
        frame.filter(pl.col("start").is_null())[ROW],
        found="{count} {count:record has|records have} no year, month, day and hour (1 to 24) that exist",
        expected="dates that exist",
        remedy="correct the records",
    )
    return frame.select(list(WEATHER)).cast(dict(WEATHER))  # pyright: ignore[reportArgumentType]
