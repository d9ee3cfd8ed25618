"""Readings as they stand now: the last value of every meter, and one meter between two times."""

from datetime import datetime

import polars as pl

from wattstone.base import Finding, InputRefused, Period
from wattstone.readings.partitions import parts_of
from wattstone.workflows.ingest.derived import LATEST, READINGS
from wattstone.workflows.workspace import Workspace

LATEST_VALUES: dict[str, pl.DataType] = {"meter_id": pl.String(), "start": pl.Datetime("us"), "value": pl.Float64()}
METER_READINGS: dict[str, pl.DataType] = {
    "start": pl.Datetime("us"),
    "seconds": pl.Int32(),
    "value": pl.Float64(),
    "flags": pl.Int16(),
}


def latest_values(workspace: Workspace) -> pl.DataFrame:
    """The last measured value of every meter that has one, from the small table that is kept for this.

    Parameters
    ----------
    workspace : Workspace
        Whose.

    Returns
    -------
    polars.DataFrame
        Columns meter_id, start (naive UTC, of the newest interval that is not a gap) and value (in the canonical unit
        of the meter's kind); by meter id.
    """
    held = workspace.lake.scan(LATEST)
    if held is None:
        return pl.DataFrame(schema=LATEST_VALUES)
    keys = workspace.records.meter_keys()
    names = pl.LazyFrame(
        {"meter_id": list(keys), "meter": list(keys.values())}, schema={"meter_id": pl.String, "meter": pl.Int32}
    )
    return held.join(names, on="meter").select(list(LATEST_VALUES)).sort("meter_id").collect()


def meter_readings(workspace: Workspace, meter_id: str, start: datetime, end: datetime) -> pl.DataFrame:
    """The readings of one meter whose intervals begin between two times.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    meter_id : str
        Which meter.
    start, end : datetime
        Naive UTC; `start` is included, `end` is not.

    Returns
    -------
    polars.DataFrame
        Columns start (naive UTC), seconds, value (null for a gap, in the canonical unit of the meter's kind) and flags
        (a sum of `readings.Flag`); in order of time, empty where there are none.

    Raises
    ------
    InputRefused
        If nobody declared the meter.
    ValueError
        If a time has a zone, or the end does not come after the start.
    """
    if start.tzinfo is not None or end.tzinfo is not None:
        raise ValueError("start and end are naive UTC")
    key = workspace.records.meter_key(meter_id)
    if key is None:
        raise InputRefused([_unknown(workspace, meter_id)])
    parts = parts_of(Period(start, end), workspace.lake.parts(READINGS))
    rows = workspace.lake.scan(READINGS, parts=parts)
    if rows is None:
        return pl.DataFrame(schema=METER_READINGS)
    inside = (pl.col("meter") == key) & (pl.col("start") >= start) & (pl.col("start") < end)
    return rows.filter(inside).select(list(METER_READINGS)).sort("start").collect()


def _unknown(workspace: Workspace, meter_id: str) -> Finding:
    return Finding(
        code="meter.unknown",
        place=str(workspace.root),
        found="there is no meter '{meter}'",
        params={"meter": meter_id},
        expected="the id of a meter of the workspace",
        remedy="`wattstone meter` lists the meters",
    )
