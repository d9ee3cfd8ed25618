"""A station's log by local hour: what was made, taken and lost in each hour of each date."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.detection.air.clock import Clock
from wattstone.detection.air.curve import MachineCurve
from wattstone.detection.air.log import AirLog
from wattstone.detection.air.result import DayTypes
from wattstone.detection.air.states import Running
from wattstone.equipment.air import Control, Station

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FULLY = 0.97  # of capacity: from here on a machine is at full load
METERED = 0.03  # standard deviation of a flow meter, where nothing is stated
NAMEPLATE = 0.05  # standard deviation of a machine's capacity against its nameplate
PRESSURISED = 0.6  # of the set-point: below, the network is shut down


@dataclass(frozen=True, eq=False)
class Cells:
    """Means over the known intervals of each hour of each date; all (d, 24) unless said otherwise.

    Parameters
    ----------
    known : (d, 24) array
        Hours that are known of each cell, 0 to 1. [h]
    weight : (d, 24) array
        Hours a year that each stands for. [h]
    power : (machines, d, 24) array
        [kW]
    air : (machines, d, 24) array
        Of it, what the air made takes at the machine's best. [kW]
    idle : (machines, d, 24) array
        Of it, unloaded running with the losses of unloading. [kW]
    made : (machines, d, 24) array
        Flow by the machine's power. [m3 min-1]
    doubt : (machines, d, 24) array
        Standard deviation of `made` by what the curve does not know. [m3 min-1]
    on : (machines, d, 24) array
        Share of time on.
    flow : (d, 24) array
        Metered flow after the dryer; NaN where there is none. [m3 min-1]
    purge : (d, 24) array
        [m3 min-1]
    dryer : (d, 24) array
        Metered power of the dryers; 0 where there is none. [kW]
    pressure, lowest : (d, 24) array
        Mean and lowest header pressure. [bar(g)]
    """

    known: Floats
    weight: Floats
    power: Floats
    air: Floats
    idle: Floats
    made: Floats
    doubt: Floats
    on: Floats
    flow: Floats
    purge: Floats
    dryer: Floats
    pressure: Floats
    lowest: Floats

    @property
    def total(self) -> Floats:
        """Metered power of all machines and dryers: (d, 24). [kW]"""
        return self.power.sum(axis=0) + self.dryer

    @property
    def metered(self) -> Bools:
        """Where there is a metered flow: (d, 24)."""
        return ~np.isnan(self.flow)

    @property
    def network(self) -> Floats:
        """What the network takes, with its leaks, after dryers: metered, else by power. [m3 min-1]"""
        return np.where(self.metered, self.flow, np.maximum(self.made.sum(axis=0) - self.purge, 0.0))

    def vented(self, curves: Sequence[MachineCurve]) -> Floats:
        """What is blown off: made by machines that blow off, and not metered. [m3 min-1]"""
        blows = [at for at, one in enumerate(curves) if one.compressor.control is Control.BLOW_OFF]
        if not blows:
            return np.zeros_like(self.purge)
        missing = self.made.sum(axis=0) - self.purge - self.network
        return np.where(self.metered, np.clip(missing, 0.0, self.made[blows].sum(axis=0)), 0.0)


def cells(
    station: Station,
    log: AirLog,
    clock: Clock,
    types: DayTypes,
    curves: Sequence[MachineCurve],
    runs: Sequence[Running],
    pressure: Floats,
) -> Cells:
    """Gather a log by hour.

    An interval counts where the power of every machine is known. Each hour of a day type stands for as many hours of
    the year as the type has days; an hour of the day that was never logged is spread over the type's others.
    """
    known = ~np.isnan(np.stack([one.power for one in runs])).any(axis=0)
    group = clock.day * 24 + clock.hour
    shape = (len(clock.dates), 24)
    count = np.bincount(group[known], minlength=shape[0] * 24).astype(float)

    def mean(values: Floats) -> Floats:
        """Over the known intervals; 0 where there are none."""
        total = np.bincount(group[known], weights=values[known], minlength=shape[0] * 24)
        return np.divide(total, count, out=np.zeros_like(total), where=count > 0).reshape(shape)

    loads = [_loads(curve, run, pressure + station.drop) for curve, run in zip(curves, runs, strict=True)]
    running = np.any([np.nan_to_num(one.on) > 0 for one in runs], axis=0)
    made = [one[2] for one in loads]
    flow = np.full(log.steps, np.nan) if log.flow is None else log.flow
    hours = (count * log.hours).reshape(shape)
    return Cells(
        known=hours,
        weight=_weights(hours, types),
        power=np.stack([mean(one.power) for one in runs]),
        air=np.stack([mean(one[0]) for one in loads]),
        idle=np.stack([mean(one[1]) for one in loads]),
        made=np.stack([mean(one) for one in made]),
        doubt=np.stack([mean(one[3]) for one in loads]),
        on=np.stack([mean(np.nan_to_num(one.on)) for one in runs]),
        flow=clock.grouped(np.where(known, flow, np.nan), group, shape[0] * 24).reshape(shape),
        purge=mean(purge(station, running, np.sum(made, axis=0))),
        dryer=np.zeros(shape) if log.dryer is None else mean(np.nan_to_num(log.dryer)),
        pressure=clock.grouped(pressure, group, shape[0] * 24).reshape(shape),
        lowest=_lowest(pressure, group, shape),
    )


def purge(station: Station, running: Bools, made: Floats) -> Floats:
    """Flow that the dryer takes for itself while any machine runs. [m3 min-1]"""
    dryer = station.dryer
    if dryer is None or dryer.purge == 0:
        return np.zeros(len(made))
    full = dryer.purge * dryer.flow
    return np.where(running, full * (np.minimum(made / dryer.flow, 1.0) if dryer.by_dew_point else 1.0), 0.0)


def _loads(curve: MachineCurve, run: Running, pressure: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Power for air at the machine's best, power of unloaded running, flow made, and its doubt."""
    on, load = np.nan_to_num(run.on), np.nan_to_num(run.load)
    if curve.compressor.control is Control.BLOW_OFF:
        load = np.where(on > 0, np.maximum(load, curve.filled.least_flow), load)
    capacity = curve.capacity_at(pressure)
    made = capacity * load * on
    air = made * curve.best(pressure) * min(run.levels.factor, 1.0)
    power = np.nan_to_num(run.power)
    if curve.cycles:
        idle = np.where(load < FULLY, power - load * on * run.full, 0.0)
    else:
        idle = np.where(load <= 1 - FULLY, power, run.idle * on * run.levels.idle)
    return air, idle, made, capacity * run.doubt * on


def _weights(known: Floats, types: DayTypes) -> Floats:
    """Hours a year that each cell stands for: (d, 24)."""
    weight = np.zeros_like(known)
    for kind, days in enumerate(types.days):
        rows = np.flatnonzero(types.label == kind)
        hours = known[rows].sum(axis=0)
        seen = hours > 0
        if not seen.any():
            continue
        share = np.divide(known[rows], hours, out=np.zeros_like(known[rows]), where=seen)
        weight[rows] = share * float(days) * 24 / np.count_nonzero(seen)
    return weight


def _lowest(pressure: Floats, group: npt.NDArray[np.int64], shape: tuple[int, int]) -> Floats:
    least = np.full(shape[0] * 24, np.inf)
    edges = np.flatnonzero(np.diff(group, prepend=-1))
    if len(edges) == 0:
        return np.full(shape, np.nan)
    lows = np.fmin.reduceat(np.where(np.isnan(pressure), np.inf, pressure), edges)
    np.minimum.at(least, group[edges], lows)
    return np.where(np.isinf(least), np.nan, least).reshape(shape)
