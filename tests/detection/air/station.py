"""A small station and logs of it whose figures can be worked out by hand."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from wattstone.detection.air.log import AirLog
from wattstone.equipment.air import Compressor, Control, Station

Floats = npt.NDArray[np.float64]

MONDAY = np.datetime64("2024-01-01", "us")
ONE = Compressor(
    name="C1",
    control=Control.LOAD_UNLOAD,
    flow=10.0,
    power=65.0,
    pressure=7.0,
    idle_power=16.0,
    kind="reciprocating",  # no sump to blow down: cycles cost nothing, and figures can be worked out
)
TWO = replace(ONE, name="C2")
STATION = Station(name="hall", compressors=(ONE, TWO), storage=5.0, pressure=7.0, band=0.6, least_pressure=7.0)


def shifts(days: int, hours: float) -> npt.NDArray[np.bool_]:
    """From 6 to 22 h on five days of each week, from a Monday on."""
    at = np.arange(round(days * 24 / hours)) * hours
    return (at // 24 % 7 < 5) & (at % 24 >= 6) & (at % 24 < 22)


def log(*, days: int = 7, hours: float = 0.25, night: float = 0.2, pressure: float | None = 7.0) -> AirLog:
    """C1 at full load in shifts and loaded for a share of the time else; C2 unloaded in shifts and off else."""
    shift = shifts(days, hours)
    first = np.where(shift, 65.0, 16.0 + night * 49.0)
    second = np.where(shift, 16.0, 0.0)
    return AirLog(
        start=MONDAY,
        hours=hours,
        machines=("C1", "C2"),
        power=np.stack([first, second]),
        pressure=None if pressure is None else np.full(len(shift), pressure),
    )
