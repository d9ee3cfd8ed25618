"""Frames that the readings room hands on, and the quality flags that readings carry.

`READINGS` is the one form of interval data once a file has been read: naive UTC, interval start, the interval's length,
and the value in the canonical unit of the meter's kind. A gap is null, never zero.
"""

from enum import IntFlag

import polars as pl

READINGS: dict[str, pl.DataType] = {
    "meter_id": pl.String(),
    "start": pl.Datetime("us"),  # naive UTC
    "seconds": pl.Int32(),
    "value": pl.Float64(),
}

REGISTERS: dict[str, pl.DataType] = {
    "meter_id": pl.String(),
    "at": pl.Datetime("us"),  # naive UTC
    "value": pl.Float64(),  # counter, in the canonical unit of the meter's kind
}

WEATHER: dict[str, pl.DataType] = {
    "station": pl.String(),
    "start": pl.Datetime("us"),
    "air_temperature": pl.Float64(),  # degC
    "relative_humidity": pl.Float64(),  # %
    "global_irradiance": pl.Float64(),  # W m-2
}

INTENSITY: dict[str, pl.DataType] = {
    "region": pl.String(),
    "start": pl.Datetime("us"),
    "value": pl.Float64(),  # kg kWh-1
    "gas": pl.String(),  # CO2 or CO2e
}

SESSIONS: dict[str, pl.DataType] = {
    "session_id": pl.String(),
    "site_id": pl.String(),
    "user_id": pl.String(),
    "plug_in": pl.Datetime("us"),
    "plug_out": pl.Datetime("us"),
    "energy": pl.Float64(),  # kWh
}


class Flag(IntFlag):
    """What is doubtful about a reading. Flags never change a total unless that is asked for."""

    MISSING_ZERO = 1  # a zero in a run that means that nothing was recorded
    SPIKE = 2  # far outside what the meter does
    STUCK = 4  # the same value too long for a live meter
    NEGATIVE = 8  # below zero where only zero or more can be
    RESET = 16  # the register fell: reset or exchange
    FUTURE = 32  # stamped after it was received
    DUPLICATE = 64  # given more than once
    ESTIMATED = 128  # interpolated or filled, not measured
    LONG = 256  # the interval is much longer than the meter's usual one
