"""Stamps on a local clock to UTC, with what the clock's changes make impossible or double."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from wattstone.readings.problems import Problems
from wattstone.readings.tabular.zones import US, Clock, Times, clock

ONCE = "readings.time.once"
DAY = 86_400 * US


@dataclass(frozen=True)
class Instants:
    """Local times as instants.

    Parameters
    ----------
    utc : (n,) array
        The earlier of two where the clock showed the time twice. [us]
    shift : (n,) array
        What to add for the later of two; 0 where there is one. [us]
    gap : (n,) array
        Whether the clock skipped the time.
    """

    utc: Times
    shift: Times
    gap: np.ndarray[tuple[int], np.dtype[np.bool_]]


def instants(local: Times, zone: str) -> Instants:
    """Local times of a zone as instants.

    Parameters
    ----------
    local : (n,) array
        [us]
    zone : str
        IANA name or fixed offset.
    """
    one: Clock = clock(zone)
    if not len(one.breaks):
        none = np.zeros(len(local), dtype=np.int64)
        return Instants(local - one.offset[0], none, none.astype(np.bool_))
    pieces = one.pieces(local)
    offset, gap = one.offset[pieces], one.gap[pieces]
    shift = np.where(gap, 0, offset - one.later[pieces])
    return Instants(local - offset, shift, gap)


def settle_double(held: pl.DataFrame, *, descending: bool, zone: str, problems: Problems) -> pl.DataFrame:
    """Readings of an hour that the clock showed twice, by their order in the file.

    Parameters
    ----------
    held : DataFrame
        Columns `meter_id`, `start` [us, the earlier instant], `shift` [us] and `_row`.
    descending : bool
        Whether the file runs from new to old.
    zone : str
        Shown in the finding.
    problems : Problems
        A time that stands once is taken for the first pass, with a warning.

    Returns
    -------
    DataFrame
        The same rows; of two with one local time, the second is an hour later.
    """
    order = held.sort("_row", descending=descending).with_columns(
        passes=pl.int_range(pl.len()).over("meter_id", "start"),
        seen=pl.len().over("meter_id", "start"),
    )
    once = order.filter(pl.col("seen") == 1)
    if once.height:
        problems.add(
            ONCE,
            row=once["_row"].min(),  # pyright: ignore[reportArgumentType]
            count=once.height,
            severity="warning",
            found="{count} {count:reading is|readings are} in an hour that the clock of {zone} shows twice, but "
            "{count:stands|stand} there once",
            expected="a reading for each pass of the hour, summer time first",
            remedy="if the file is in UTC or in standard time all year, set zone in the mapping",
            params={"zone": zone},
        )
    second = pl.col("passes") % 2 == 1
    return order.with_columns(start=pl.col("start") + pl.when(second).then("shift").otherwise(0)).drop("passes", "seen")
