"""What a plant will have to do: cold, heat and weather of the coming hours, forecast or as a file knows them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding, InputRefused
from wattstone.forecasting.kinds import Spec, made
from wattstone.readings.logs import Log

Floats = NDArray[np.float64]

__all__ = ["Expected", "forecast", "measured"]

TEMPERATURES = frozenset({"dry_bulb", "wet_bulb"})
KELVIN = 273.15  # forecasts of temperature are made on a scale on which nothing is below 0
LEARNT = timedelta(days=84)
LEAST = timedelta(days=8)
MISSING = 0.1  # share of the steps that may be filled


@dataclass(frozen=True, kw_only=True, eq=False)
class Expected:
    """What a plant has to do over t steps, and how sure that is.

    Parameters
    ----------
    start : datetime
        Naive UTC.
    hours : float
        Length of a step. [h]
    values : mapping of str to (t,) array
        By name: `cold`, `heat`, `other` [kW], `flow` [m3 min-1], `dry_bulb`, `wet_bulb` [degC],
        `price` [currency kWh-1].
    lower, upper : mapping of str to (t,) array
        90 % interval of each series; empty where it was measured or given.
    source : {'forecast', 'measured'}
        Whether it was forecast from the past, or is what the file says.
    filled : int
        Values that had to be filled.
    """

    start: datetime
    hours: float
    values: Mapping[str, Floats]
    lower: Mapping[str, Floats]
    upper: Mapping[str, Floats]
    source: str
    filled: int = 0

    @property
    def steps(self) -> int:
        """How many steps, t."""
        return next(iter(self.values.values())).size

    @property
    def end(self) -> datetime:
        """End of the last step, naive UTC."""
        return self.start + self.steps * timedelta(hours=self.hours)

    def series(self, name: str, default: float) -> Floats:
        """A series by name; constant where the file has none."""
        return self.values.get(name, np.full(self.steps, default))

    def deviation(self, name: str) -> Floats:
        """Standard deviation of the error of a series, 0 where it is known."""
        if name not in self.upper:
            return np.zeros(self.steps)
        return np.maximum(self.upper[name] - self.lower[name], 0.0) / (2 * 1.6449)


def measured(log: Log, columns: Mapping[str, str], *, start: datetime, end: datetime, hours: float) -> Expected:
    """What a log says of some steps; short gaps are filled by a straight line.

    Parameters
    ----------
    log : Log
        With the columns.
    columns : mapping of str to str
        Header of each series.
    start, end : datetime
        Naive UTC.
    hours : float
        Length of a step. [h]

    Returns
    -------
    Expected

    Raises
    ------
    InputRefused
        If the log does not reach so far, or more than a tenth is missing.
    """
    if start < log.start or end > log.end:
        raise InputRefused([_out_of_reach(log, start, end)])
    steps = round((end - start) / timedelta(hours=hours))
    series = {name: _stepped(log, column, start, steps, hours) for name, column in columns.items()}
    wrong = [_gaps(log, columns[name], values) for name, values in series.items()]
    if any(wrong):
        raise InputRefused([one for one in wrong if one is not None])
    return Expected(
        start=start,
        hours=hours,
        values={name: _mended(values) for name, values in series.items()},
        lower={},
        upper={},
        source="measured",
        filled=sum(int(np.isnan(values).sum()) for values in series.values()),
    )


def forecast(
    log: Log,
    columns: Mapping[str, str],
    *,
    at: datetime,
    steps: int,
    hours: float,
    zone: str,
    told: Collection[str] = (),
) -> Expected:
    """What is to be expected, from what the log knew at a time; nothing later is used.

    Parameters
    ----------
    log : Log
        Of the past.
    columns : mapping of str to str
        As for `measured`.
    at : datetime
        First step, naive UTC.
    steps : int
        How many.
    hours : float
        Length of a step. [h]
    zone : str
        Of the clock that people live by.
    told : collection of str
        Series that are known ahead, as prices: they are read from the log.

    Returns
    -------
    Expected
        Medians, with their 90 % intervals.

    Raises
    ------
    InputRefused
        If there are less than eight days to learn from, or more than a tenth of them is missing.
    """
    since = max(log.start, at - LEARNT)
    if at - since < LEAST or at > log.end:
        raise InputRefused([_too_short(log, at)])
    begun = _begun(log, at, hours)
    past = measured(log, columns, start=since, end=at - begun * timedelta(hours=hours), hours=hours)
    known = {name: header for name, header in columns.items() if name in told}
    given = measured(log, known, start=at, end=at + steps * timedelta(hours=hours), hours=hours) if known else None
    names = tuple(name for name in columns if name not in known)
    shift = np.array([KELVIN if name in TEMPERATURES else 0.0 for name in names])[:, None]
    forecaster = made(
        Spec("load", series=len(names), start=since, step=round(hours * 60), zone=zone, hours=(begun + steps) * hours)
    )
    forecaster.observe_all(np.array([past.values[name] for name in names]) + shift)
    ahead = forecaster.forecast(begun + steps)
    least = np.where(shift > 0, -KELVIN, 0.0)
    medians, low, high = (np.maximum(one[:, begun:] - shift, least) for one in (ahead.median, *ahead.interval(0.9)))
    values = dict(zip(names, medians, strict=True))
    if TEMPERATURES <= set(names):
        values["wet_bulb"] = np.minimum(values["wet_bulb"], values["dry_bulb"])
    if given is not None:
        values |= given.values
    return Expected(
        start=at,
        hours=hours,
        values=values,
        lower=dict(zip(names, low, strict=True)),
        upper=dict(zip(names, high, strict=True)),
        source="forecast",
        filled=past.filled,
    )


def _begun(log: Log, at: datetime, hours: float) -> int:
    """Steps before a time that lie in a row of the log which is not over yet: its mean tells of what comes."""
    if log.seconds <= hours * 3600:
        return 0
    return round(((at - log.start).total_seconds() % log.seconds) / (hours * 3600))


def _stepped(log: Log, column: str, start: datetime, steps: int, hours: float) -> Floats:
    """Means over the steps of what a log has by its own steps; NaN where it has nothing."""
    values = log.columns[column]
    own = (start - log.start).total_seconds() + np.arange(steps) * hours * 3600
    ratio = max(1, round(hours * 3600 / log.seconds))
    if ratio * log.seconds > hours * 3600 + 1:  # the log is coarser: each of its values serves several steps
        return values[np.minimum(own // log.seconds, values.size - 1).astype(np.int64)]
    first = np.round(own / log.seconds).astype(np.int64)
    places = np.minimum(first[:, None] + np.arange(ratio), values.size - 1)
    found, known = values[places], np.isfinite(values[places])
    count = known.sum(axis=1)
    sums = np.where(known, found, 0.0).sum(axis=1)
    return np.divide(sums, count, out=np.full(steps, np.nan), where=2 * count >= ratio)


def _mended(values: Floats) -> Floats:
    known = np.isfinite(values)
    if known.all() or not known.any():
        return values
    at = np.arange(values.size)
    return np.interp(at, at[known], values[known])


def _gaps(log: Log, column: str, values: Floats) -> Finding | None:
    missing = int(np.isnan(values).sum())
    if missing <= MISSING * values.size:
        return None
    return Finding(
        code="plant.gaps",
        place=f"{log.name}, column '{column}'",
        found="{missing} of {total} steps have no value",
        expected="a value for at least nine steps in ten",
        remedy="fill the gaps in the file, or choose another period",
        params={"missing": missing, "total": values.size},
    )


def _out_of_reach(log: Log, start: datetime, end: datetime) -> Finding:
    return Finding(
        code="plant.period",
        place=log.name,
        found="it reaches from {first}Z to {last}Z, and {start}Z to {end}Z is asked for",
        expected="a period within the file",
        remedy="give --from and --to within it",
        params={
            "first": log.start.isoformat(timespec="minutes"),
            "last": log.end.isoformat(timespec="minutes"),
            "start": start.isoformat(timespec="minutes"),
            "end": end.isoformat(timespec="minutes"),
        },
    )


def _too_short(log: Log, at: datetime) -> Finding:
    return Finding(
        code="plant.history",
        place=log.name,
        found="from {first}Z to {last}Z there is too little to forecast from at {at}Z",
        expected="at least {days} days before the plan begins, and none missing between",
        remedy="give a later --at within the file, or more of the past",
        params={
            "first": log.start.isoformat(timespec="minutes"),
            "last": log.end.isoformat(timespec="minutes"),
            "at": at.isoformat(timespec="minutes"),
            "days": LEAST.days,
        },
    )
