"""Which machines a station should run over some days of its log, against the rule that it follows."""

from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding, InputRefused
from wattstone.dispatch.air.results import Sequenced
from wattstone.dispatch.air.sequencing import sequence
from wattstone.equipment.air.station import Station
from wattstone.equipment.air.use import AirUse
from wattstone.workflows.air.assess import Read
from wattstone.workflows.air.improve import economics_of

Floats = NDArray[np.float64]

__all__ = ["sequence_days"]

STEP = 0.25  # h


def sequence_days(
    read: Read,
    station: Station,
    use: AirUse,
    *,
    start: datetime,
    days: float,
    gap: float = 0.005,
    seconds: float = 60.0,
) -> Sequenced:
    """Plan the machines for some days of a log, by quarters of an hour.

    Parameters
    ----------
    read : Read
        The station file, for prices.
    station : Station
        With its leaks.
    use : AirUse
        What the network takes.
    start : datetime
        Naive UTC.
    days : float
        How many; typical days are taken from their beginning whatever `start` is.
    gap, seconds : float
        Of the program.

    Returns
    -------
    Sequenced

    Raises
    ------
    InputRefused
        If the log does not reach so far; gaps of more than an hour are refused by the planner.
    """
    first, steps = _place(read, use, start), round(days * 24 / STEP)
    part = _quarters(use, first, steps)
    if part is None:
        raise InputRefused([_outside(read, start, days)])
    begins = None if use.start is None else use.start + np.timedelta64(round(first * use.hours * 3600), "s")
    asked = AirUse(flow=part, hours=STEP, start=begins)
    network = read.table.network
    return sequence(
        station,
        asked,
        economics_of(read, asked),
        start_cost=network.start_cost,
        least_up=network.least_run_h,
        least_down=network.least_run_h,
        gap=gap,
        seconds=seconds,
    )


def _place(read: Read, use: AirUse, start: datetime) -> int:
    return 0 if use.start is None else round((start - read.log.start) / timedelta(hours=use.hours))


def _quarters(use: AirUse, first: int, steps: int) -> Floats | None:
    """Means by the quarter of an hour; gaps of up to an hour are filled by a straight line; None beyond the log."""
    per = STEP / use.hours
    last = first + round(steps * per)
    if first < 0 or last > use.flow.size:
        return None
    flow = use.flow[first:last]
    if per < 1:
        return np.repeat(flow, round(1 / per))
    whole = flow.reshape(steps, -1)
    known = np.isfinite(whole)
    count = known.sum(axis=1)
    sums = np.where(known, whole, 0.0).sum(axis=1)
    means = np.divide(sums, count, out=np.full(steps, np.nan), where=count > 0)
    return _bridged(means, longest=round(1 / STEP))


def _bridged(values: Floats, *, longest: int) -> Floats:
    missing = np.isnan(values)
    if not missing.any() or missing.all():
        return values
    edges = np.flatnonzero(np.diff(np.concatenate(([0], missing.astype(np.int8), [0]))))
    at, filled = np.arange(values.size), values.copy()
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if last - first <= longest:
            filled[first:last] = np.interp(at[first:last], at[~missing], values[~missing])
    return filled


def _outside(read: Read, start: datetime, days: float) -> Finding:
    return Finding(
        code="air.period",
        place="--sequence",
        found="the log has no {days} days from {start}Z on",
        expected="days within {first}Z to {last}Z",
        remedy="name a day of the log",
        params={
            "days": f"{days:g}",
            "start": start.isoformat(timespec="minutes"),
            "first": read.log.start.isoformat(timespec="minutes"),
            "last": read.log.end.isoformat(timespec="minutes"),
        },
    )
