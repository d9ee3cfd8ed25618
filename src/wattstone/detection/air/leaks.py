"""The leak of a network: from the flow of closed hours, from the lowest flow, or from the fall of pressure."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.detection.air.cells import METERED, NAMEPLATE, PRESSURISED, Cells
from wattstone.detection.air.clock import Clock
from wattstone.detection.air.levels import OFF
from wattstone.detection.air.log import AirLog, Calendar
from wattstone.detection.air.result import Estimate
from wattstone.equipment.air import Control, Station
from wattstone.equipment.air.leak import by_decay

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NORMAL = 1.645  # standard deviations of a 90 % interval
SETTLING = 1  # h after closing that are left out
USED = {"closed_hours": 0.10, "cycling": 0.10, "decay": 0.10, "lowest_flow": 0.25}
"""Share of the flow at rest that may be use all the same: it widens the interval downwards."""
STORAGE = 0.10  # standard deviation of the stated volume of receivers and pipes
QUIET = 1.15  # times the lowest fifth of the days: what counts to the quiet days
FALL = (300.0, 7200.0)  # s that a fall of pressure is watched
DEEPEST = 2.0  # bar(g): below, a fall is no longer looked at
LEAST_FALL = 0.1  # bar


@dataclass(frozen=True, eq=False)
class AtRest:
    """What the network takes at rest, at one pressure.

    Parameters
    ----------
    flow : Estimate
        [m3 min-1]
    basis : str
        Key of `USED`.
    nights : int
        How many days it rests on.
    deviation : float
        Relative standard deviation without what is systematic. [1]
    """

    flow: Estimate
    basis: str
    nights: int
    deviation: float


def found(
    station: Station, log: AirLog, clock: Clock, calendar: Calendar, cells: Cells, pressure: float
) -> tuple[AtRest | None, Mapping[str, Estimate]]:
    """The leak at a header pressure, by the method that is surest, and what the others say.

    Closed hours are those that the calendar names, and those in which production stands still. Where neither is known,
    the lowest flow of two hours of the quiet days is taken, which is an upper estimate: use that never stops cannot be
    told from a leak.

    Parameters
    ----------
    station : Station
    log : AirLog
    clock : Clock
    calendar : Calendar
    cells : Cells
    pressure : float
        That leaks are stated at. [bar(g)]
    """
    around = float(np.mean(station.inlet.pressure))
    scale = (pressure + around) / (cells.pressure + around)
    fed = _fed(cells, station.pressure) & (cells.metered | ~_blowing(station, log, cells))
    flow = np.where(fed, cells.network * scale, np.nan)
    shut = closed(log, clock, calendar)
    ways: list[AtRest] = []
    if shut is not None and (one := _closed_flow(flow, shut, cells)):
        ways.append(one)
    if (one := _falls(station, log, clock, shut, pressure)) is not None:
        ways.append(one)
    if (one := _lowest_flow(flow, cells)) is not None:
        ways.append(one)
    if not ways:
        return None, {}
    told = {one.basis: one.flow for one in ways}
    sure = [one for one in ways if one.basis != "lowest_flow"] or ways
    best = min(sure, key=lambda one: one.flow.upper - one.flow.lower)
    return best, {name: value for name, value in told.items() if name != best.basis}


def closed(log: AirLog, clock: Clock, calendar: Calendar) -> Bools | None:
    """Hours without production, by date and hour; None where nobody knows."""
    shape = (len(clock.dates), 24)
    shut = np.zeros(shape, dtype=bool)
    weekday, hours = clock.weekday, np.arange(24)
    for day, first, last in calendar.closed:
        inside = (hours >= first) & (hours + 1 <= last) if last > first else (hours >= first) | (hours + 1 <= last)
        shut |= (weekday == day)[:, None] & inside
    if log.production is not None:
        running = np.where(np.isnan(log.production), np.nan, (np.abs(np.nan_to_num(log.production)) > 0).astype(float))
        shut |= clock.by_hour(running) == 0
    return shut if shut.any() else None


def _fed(cells: Cells, set_point: float) -> Bools:
    """Hours in which the network is kept at pressure, as are the hours before and after."""
    on = (cells.on.max(axis=0, initial=0.0) > 0) & (cells.known >= 0.5)
    low = np.where(np.isnan(cells.lowest), set_point, cells.lowest) < PRESSURISED * set_point
    flat = (on & ~low).ravel()
    before, after = np.roll(flat, 1), np.roll(flat, -1)
    before[0], after[-1] = flat[0], flat[-1]
    return (flat & before & after).reshape(on.shape)


def _blowing(station: Station, log: AirLog, cells: Cells) -> Bools:
    """Hours in which a machine runs that may blow off: its power says nothing of what the network takes."""
    known = [one for one in station.compressors if one.name in log.machines]
    blows = [at for at, one in enumerate(known) if one.control is Control.BLOW_OFF]
    return np.asarray((cells.on[blows] > 0).any(axis=0), dtype=np.bool_)


def _closed_flow(flow: Floats, shut: Bools, cells: Cells) -> AtRest | None:
    """Median over the nights of the flow in closed hours that have settled."""
    flat = shut.ravel()
    settled = flat.copy()
    for back in range(1, SETTLING + 1):
        settled[back:] &= flat[:-back]
    quiet = np.where(settled.reshape(shut.shape), flow, np.nan)
    nights = _nanmedian(quiet)
    nights = nights[~np.isnan(nights)]
    if len(nights) == 0 or (level := float(np.median(nights))) <= 0:
        return None
    basis = "cycling" if _one_machine(cells, ~np.isnan(quiet)) else "closed_hours"
    return _at_rest(level, nights, ~np.isnan(quiet), cells, basis)


def _lowest_flow(flow: Floats, cells: Cells) -> AtRest | None:
    """The lowest mean of two hours of each date, of the dates that are quiet."""
    flat = flow.ravel()
    pairs = np.full(len(flat), np.nan)
    pairs[:-1] = (flat[:-1] + flat[1:]) / 2
    days = pairs.reshape(flow.shape)
    some = ~np.isnan(days).all(axis=1)
    if not some.any():
        return None
    lows = np.nanmin(days[some], axis=1)
    quiet = lows <= QUIET * float(np.quantile(lows, 0.2))
    level = float(np.median(lows[quiet]))
    if level <= 0:
        return None
    return _at_rest(level, lows[quiet], np.isfinite(flow) & (flow <= QUIET * level), cells, "lowest_flow")


def _at_rest(level: float, nights: Floats, cell: Bools, cells: Cells, basis: str) -> AtRest:
    spread = 1.4826 * float(np.median(np.abs(nights - np.median(nights)))) / level
    spread = max(spread, 0.05) / np.sqrt(len(nights)) if len(nights) > 1 else 0.1
    metered = bool(cells.metered[cell].mean() > 0.5) if cell.any() else False
    made = float(cells.made.sum(axis=0)[cell].mean()) if cell.any() else 0.0
    doubt = float(np.sqrt(np.square(cells.doubt[:, cell]).sum(axis=0)).mean()) / made if made > 0 else 0.0
    random = float(np.hypot(spread, 0.0 if metered else doubt))
    whole = float(np.hypot(random, METERED if metered else NAMEPLATE))
    return AtRest(bounded(level, whole, USED[basis]), basis, len(nights), random)


def bounded(level: float, deviation: float, used: float) -> Estimate:
    """A leak with its interval: downwards it holds the use that cannot be told from a leak."""
    down = float(np.hypot(NORMAL * deviation, used))
    return Estimate(level, max(level * (1 - down), 0.0), level * (1 + NORMAL * deviation))


def _one_machine(cells: Cells, cell: Bools) -> bool:
    """Whether the flow rests on the power of a single machine at a time."""
    if cells.metered[cell].any() or not cell.any():
        return False
    running = np.asarray((cells.on[:, cell] > 0).sum(axis=0), dtype=np.float64)
    return float((running == 1).mean()) > 0.8


def _falls(station: Station, log: AirLog, clock: Clock, shut: Bools | None, pressure: float) -> AtRest | None:
    """Falls of pressure while no machine runs, with the stated storage."""
    seconds = log.hours * 3600
    power = log.kilowatts()
    if log.pressure is None or station.storage <= 0 or seconds > FALL[1] / 3 or np.isnan(power).all():
        return None
    # each by its own plate: a small machine feeds the network with next to nothing of what all could take
    rated = {one.name: one.power for one in station.compressors}
    plates = np.array([rated.get(name, 0.0) for name in log.machines])[:, None]
    off = (np.nan_to_num(power, nan=np.inf) < OFF * plates).all(axis=0) & (log.pressure > DEEPEST)
    if shut is not None:
        off &= shut[clock.day, clock.hour]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], off, [False]]).astype(np.int8)))
    first, last = edges[::2] + 1, edges[1::2] - 1
    last = np.minimum(last, first + int(FALL[1] / seconds))
    long = (last - first) * seconds >= max(FALL[0], 2 * seconds)
    first, last = first[long], last[long]
    high, low = log.pressure[first], log.pressure[last]
    fell = high - low > LEAST_FALL
    if not fell.any():
        return None
    first, last, high, low = first[fell], last[fell], high[fell], low[fell]
    around = float(np.mean(station.inlet.pressure))
    rate = by_decay(station.storage, high=high, low=low, seconds=(last - first) * seconds, atmosphere=around)
    leaks = rate * (pressure + around) / (high + around)
    level = float(np.median(leaks)) if shut is not None else float(np.quantile(leaks, 0.25))
    spread = max(1.4826 * float(np.median(np.abs(leaks - level))) / level, 0.05) / np.sqrt(len(leaks))
    whole = float(np.hypot(spread, STORAGE))
    used = USED["decay" if shut is not None else "lowest_flow"]
    return AtRest(bounded(level, whole, used), "decay", len(leaks), whole)


def statement(found: AtRest | None, place: str, others: Mapping[str, Estimate], *, stated: bool = True) -> Finding:
    """What a leak rests on, in words; `stated` where the station file says what leaks."""
    if found is None:
        return Finding(
            code="air.leak_unknown",
            place=place,
            found="the log shows no hour at rest: the leak is what the station file states, without an interval"
            if stated
            else "the log shows no hour at rest, and the station file states no leaks: they are not known, and their "
            "energy is counted to useful air",
            expected="hours without production in which the network stays at pressure",
            remedy="name the closed hours, or log a night without production",
            severity="warning",
        )
    texts = {
        "closed_hours": "the leak is the flow of closed hours, over {nights} {nights:day|days}",
        "cycling": "the leak is the share loaded of the one machine that runs in closed hours, over {nights} "
        "{nights:day|days}",
        "decay": "the leak is the fall of pressure while no machine runs, {nights} {nights:time|times}, with the "
        "stated storage",
        "lowest_flow": "the leak is the lowest flow of two hours of the quiet days, {nights} of them; it is an upper "
        "estimate, since use that never stops cannot be told from a leak",
    }
    told = "; ".join(
        f"{name.replace('_', ' ')}: {one.value:.3g} ({one.lower:.3g} to {one.upper:.3g})"
        for name, one in others.items()
    )
    return Finding(
        code=f"air.leak_by_{found.basis}",
        place=place,
        found=texts[found.basis],
        expected="agreement with other ways: {others}",
        remedy="close the valves of known continuous uses for an hour at night, and log it",
        params={"nights": found.nights, "others": told or "none could be used"},
        severity="warning",
    )


def _nanmedian(rows: Floats) -> Floats:
    """Medians of rows; NaN for a row without any."""
    some = ~np.isnan(rows).all(axis=1)
    result = np.full(len(rows), np.nan)
    if some.any():
        result[some] = np.nanmedian(rows[some], axis=1)
    return result
