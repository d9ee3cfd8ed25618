"""Readings of many meters added up to hours."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float32]

HOUR = 3600  # s


@dataclass(frozen=True)
class Hours:
    """Hours of some meters.

    Parameters
    ----------
    power : (m, h) array of float32
        Mean power of the hour; NaN where less than half of it is known. [kW; m3 h-1]
    flags : (m, h) array of uint8
        What is doubtful about its readings (`readings.Flag`).
    """

    power: Floats
    flags: npt.NDArray[np.uint8]


def hours_of(rows: pl.DataFrame, keys: npt.NDArray[np.integer], start: np.datetime64, hours: int) -> Hours:
    """Add readings up to hours.

    Parameters
    ----------
    rows : polars.DataFrame
        Columns meter, start, seconds, value, flags; of other meters and times too. Readings longer than an hour say
        nothing about hours and are left out.
    keys : (m,) array of int
        Meters, ascending.
    start : datetime64
        Naive UTC, a full hour.
    hours : int
        How many.

    Returns
    -------
    Hours
    """
    meter = rows["meter"].to_numpy()
    seconds = rows["seconds"].to_numpy()
    value = rows["value"].to_numpy()
    offset = rows["start"].to_physical().to_numpy() - start.astype("datetime64[us]").astype(np.int64)
    hour = offset // (HOUR * 1_000_000)
    place = np.searchsorted(keys, meter)
    place[place == len(keys)] = 0
    wanted = (keys[place] == meter) & (hour >= 0) & (hour < hours) & (seconds <= HOUR)
    cell = place * hours + hour
    marks = rows["flags"].to_numpy()
    if not wanted.all():
        cell, seconds, value, marks = cell[wanted], seconds[wanted], value[wanted], marks[wanted]
    if (gaps := np.isnan(value)).any():
        value, seconds = np.where(gaps, 0.0, value), np.where(gaps, 0, seconds)
    size = len(keys) * hours
    energy = np.bincount(cell, weights=value, minlength=size)
    covered = np.bincount(cell, weights=seconds, minlength=size)
    with np.errstate(invalid="ignore", divide="ignore"):
        power = np.where(covered >= HOUR / 2, energy / covered * HOUR, np.nan).astype(np.float32)
    flags = np.zeros(size, dtype=np.uint8)
    marked = np.flatnonzero(marks & 0xFF)
    np.bitwise_or.at(flags, cell[marked], (marks[marked] & 0xFF).astype(np.uint8))
    return Hours(power.reshape(len(keys), hours), flags.reshape(len(keys), hours))
