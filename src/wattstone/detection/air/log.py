"""What is logged at a compressed-air station, and day types that a user brings instead."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from wattstone.equipment.air.free_air import CONVENTIONS as REFERENCES
from wattstone.equipment.arrays import Grid, Times

Floats = npt.NDArray[np.float64]

CONVENTIONS = {
    **{name: f"{one.name}; {one.source}" for name, one in REFERENCES.items()},
    "normal": REFERENCES["din_1343"].source,
    "standard_us": REFERENCES["us_standard"].source,
    "inlet": "as it is drawn in, at the inlet on the day",
}
"""What a flow may be stated at; all but `iso_1217` are converted before they get here."""


@dataclass(frozen=True, kw_only=True, eq=False)
class AirLog:
    """Logs of a station, all on one grid of intervals; a gap is NaN.

    Parameters
    ----------
    start : datetime64
        Start of the first interval, naive UTC.
    hours : float
        Length of an interval. [h]
    machines : tuple of str
        Names as in the station, in the order of the rows of `power`.
    power : (machines, t) array or None
        Mean package power over each interval. [kW]
    current : (machines, t) array or None
        Mean line current, where no power was logged (NaN for machines that have it). [A]
    volts : float
        Line voltage, between phases, for `current`. [V]
    power_factor : float
        Of a machine under load, for `current`. [1]
    loaded : (machines, t) array or None
        Share of each interval for which the controller said loaded. [1]
    flow : (t,) array or None
        Flow metered after the dryer, as free air of ISO 1217. [m3 min-1]
    pressure : (t,) array or None
        Header pressure. [bar(g)]
    dryer : (t,) array or None
        Metered power of the dryers, where it is not in the power of the compressors. [kW]
    production : (t,) array or None
        What says that production runs: 0 where it stands still. [any]
    convention : str
        What the logged flow was stated at, one of `CONVENTIONS`; for the record: `flow` is converted already.
    """

    start: np.datetime64
    hours: float
    machines: tuple[str, ...]
    power: Floats | None = None
    current: Floats | None = None
    volts: float = 400.0
    power_factor: float = 0.85
    loaded: Floats | None = None
    flow: Floats | None = None
    pressure: Floats | None = None
    dryer: Floats | None = None
    production: Floats | None = None
    convention: str = "iso_1217"

    def __post_init__(self) -> None:
        shapes = {
            name: value.shape
            for name in ("power", "current", "loaded")
            if (value := getattr(self, name)) is not None and value.shape != (len(self.machines), self.steps)
        }
        series = ("flow", "pressure", "dryer", "production")
        shapes |= {
            name: value.shape
            for name in series
            if (value := getattr(self, name)) is not None and value.shape != (self.steps,)
        }
        if shapes or self.steps == 0:
            raise ValueError(f"logs of {len(self.machines)} machines and {self.steps} intervals have shapes {shapes}")

    @property
    def steps(self) -> int:
        """Number of intervals, t."""
        logged = (self.power, self.current, self.flow, self.pressure)
        return next((int(one.shape[-1]) for one in logged if one is not None), 0)

    @property
    def grid(self) -> Grid:
        """The intervals."""
        return Grid(start=self.start, hours=self.hours, steps=self.steps)

    def times(self) -> Times:
        """Starts of the intervals, naive UTC."""
        return self.grid.starts()

    def kilowatts(self) -> Floats:
        """Power of the machines, from current where there is no power: (machines, t), NaN where neither is. [kW]

        P = sqrt(3) U I cos(phi). Unloaded the power factor is lower, so that idle power from current is too high: the
        states are right, the energy of unloaded running is an upper estimate.
        """
        power = np.full((len(self.machines), self.steps), np.nan) if self.power is None else self.power
        if self.current is None:
            return np.asarray(power, dtype=np.float64)
        derived = np.sqrt(3.0) * self.volts * self.current * self.power_factor / 1000
        return np.where(np.isnan(power), derived, power)


@dataclass(frozen=True, kw_only=True, eq=False)
class DayProfile:
    """A day type that a user brings: 24 hours of it, and how many days a year are like it.

    Parameters
    ----------
    name : str
        As `working day`.
    days : float
        Days a year. [d]
    power : (machines, 24) array
        Mean power of each machine by local hour. [kW]
    flow : (24,) array or None
        [m3 min-1 of free air]
    pressure : (24,) array or None
        Header pressure. [bar(g)]
    """

    name: str
    days: float
    power: Floats
    flow: Floats | None = None
    pressure: Floats | None = None


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """What is known of the days of a site.

    Parameters
    ----------
    zone : str
        IANA zone of its clock.
    holidays : tuple of date
        Public holidays.
    breaks : tuple of (date, date)
        First and last day of each shutdown.
    closed : tuple of (weekday, from hour, to hour)
        Hours without production, weekday 0 = Monday; found from the logs where empty.
    year : int or None
        The year to extrapolate to; that of most of the logged days where None.
    """

    zone: str = "UTC"
    holidays: tuple[date, ...] = ()
    breaks: tuple[tuple[date, date], ...] = ()
    closed: tuple[tuple[int, float, float], ...] = field(default=())
    year: int | None = None


def log_of(profiles: Sequence[DayProfile], machines: Sequence[str]) -> AirLog:
    """Day types as a log: one day after the other, an hour each; `assess` is given the profiles beside it.

    Raises
    ------
    ValueError
        If a profile has not 24 hours of each machine.
    """
    power = [np.asarray(one.power, dtype=float) for one in profiles]
    if any(one.shape != (len(machines), 24) for one in power):
        raise ValueError("a day type has the power of each machine for 24 hours")
    start = np.datetime64("2001-01-01", "us")
    return AirLog(
        start=start,
        hours=1.0,
        machines=tuple(machines),
        power=np.concatenate(power, axis=1),
        flow=_joined([one.flow for one in profiles]),
        pressure=_joined([one.pressure for one in profiles]),
    )


def _joined(days: Sequence[Floats | None]) -> Floats | None:
    if all(one is None for one in days):
        return None
    return np.concatenate([np.full(24, np.nan) if one is None else np.asarray(one, dtype=float) for one in days])
