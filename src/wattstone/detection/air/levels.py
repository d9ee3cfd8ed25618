"""Full-load and idle power of a machine, found in its log against its nameplate."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.detection.air.curve import MachineCurve
from wattstone.equipment.air import Control
from wattstone.equipment.air.performance import UNLOADS

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

OFF = 0.03  # of full power: below, a machine is off, whatever its controls draw
WIDTH = 0.005  # of full power: a bin of the histogram
FINE = 20.0  # s: intervals up to this hold one state, nearly always
COARSE = 180.0  # s: a longer interval hides the cycles of a machine
FULL, TOP = (0.8, 1.35), 0.95  # times the nameplate: where full load is looked for; the least if intervals are coarse
IDLE, STATED, SPEED = (0.5, 1.8), (0.7, 1.4), (0.8, 1.2)  # times idle power: typical, stated, of a variable speed
MIXED = 0.9  # times the nameplate: the least where intervals may be mixtures
AROUND = 0.02  # of full power: half the width of what counts to a level
LEAST = 8  # intervals that a level takes
SHARE = 0.005  # of the running intervals that a level takes
NEAR = 600.0  # s around an interval in which full load has to be seen
LOWEST = 0.02  # quantile of running power that idle power cannot exceed
SLOW = 0.2  # of capacity: what a machine with controlled flow hardly goes below, other than unloaded
CROWD = 0.15  # of the largest crowd: what a lower or higher one has to have at least
CLEAR = 2.0  # times the mean density around it, which a level of idle power exceeds


@dataclass(frozen=True)
class Levels:
    """Levels of power.

    Parameters
    ----------
    factor : float
        Full-load power over that of the nameplate at the same pressure. [1]
    idle : float
        Power unloaded. [kW]
    found_full, found_idle : bool
        Whether they come from the log, not from the nameplate.
    """

    factor: float
    idle: float
    found_full: bool
    found_idle: bool


def levels(power: Floats, full: Floats, curve: MachineCurve, seconds: float, *, alone: Bools | None = None) -> Levels:
    """Levels of a machine.

    The density of the running power has a peak at full load and one at idle. Full load is relative to what the
    nameplate takes at each interval's pressure. A machine that is controlled continuously, or that is sampled too
    coarsely to show full load as such, is believed only where it reaches at least 95 % of the nameplate. A machine that
    runs alone feeds the network: where its power is steady then, it cycles faster than it is sampled, which is not
    taken for idle, unless full load is seen within ten minutes.

    Parameters
    ----------
    power : (t,) array
        NaN where not known. [kW]
    full : (t,) array
        Full-load power of the nameplate at the pressure of each interval. [kW]
    curve : MachineCurve
    seconds : float
        Length of an interval. [s]
    alone : (t,) array of bool or None
        Where no other machine runs.
    """
    relative = power / full
    running = relative[relative > OFF]
    rated = float(np.interp(curve.compressor.pressure, curve.pressures, curve.full))
    share = curve.idle / rated
    if running.size < LEAST:
        return Levels(1.0, curve.idle, found_full=False, found_idle=False)
    sure = curve.cycles and seconds < COARSE
    least = TOP if not sure else FULL[0] if seconds <= FINE else MIXED
    top = _peak(running, least, FULL[1])
    if top is None and (high := float(np.quantile(running, 0.995))) > 1:
        top = min(high, FULL[1])
    factor = 1.0 if top is None else top
    low = None
    if share > 2 * OFF:
        parked = _parked(relative, factor, seconds, alone)
        plain = power[(relative > OFF) & parked] / rated
        low = _peak(plain, *_idle_limits(curve, share), idle=True)
    idle = curve.idle if low is None else low * rated
    if low is None and curve.cycles and (inner := _inner(power, relative)).size >= LEAST:
        idle = max(min(idle, float(np.quantile(inner, LOWEST))), STATED[0] * idle)
    return Levels(factor, idle, top is not None, low is not None)


def _parked(relative: Floats, factor: float, seconds: float, alone: Bools | None) -> Bools:
    """Where a low power may be that of a machine that is unloaded."""
    if alone is None or seconds <= FINE:
        return np.ones(len(relative), dtype=bool)
    if seconds >= COARSE:
        return ~alone
    reach = max(round(NEAR / seconds), 1)
    loaded = np.concatenate([[0], np.cumsum(relative > 0.93 * factor)])
    at = np.arange(len(relative))
    near = loaded[np.minimum(at + reach + 1, len(relative))] - loaded[np.maximum(at - reach, 0)] > 0
    return ~alone | near


def _inner(power: Floats, relative: Floats) -> Floats:
    """Power of intervals that it ran through."""
    on = relative > OFF
    return power[1:-1][on[1:-1] & on[:-2] & on[2:]]


def _idle_limits(curve: MachineCurve, share: float) -> tuple[float, float]:
    """Where idle power may be, as shares of full power: apart from what the machine takes at its least flow."""
    if curve.cycles:
        least, most = IDLE if curve.compressor.idle_power is None else STATED
        return least * share, min(most * share, 0.65)
    if curve.compressor.control not in UNLOADS | {Control.VARIABLE_SPEED}:
        return 0.0, 0.0
    least = share + (1 - share) * float(np.interp(SLOW, curve.shares, curve.levels))
    return SPEED[0] * share, min(SPEED[1] * share, (share + least) / 2)


def _peak(values: Floats, least: float, most: float, *, idle: bool = False) -> float | None:
    """The level within limits at which values crowd; None where too few do.

    Mixtures crowd between idle power and full load: full load is the highest crowd, idle power the lowest.
    """
    inside = values[(values > least) & (values < most)]
    needed = max(LEAST, SHARE * values.size)
    if inside.size < needed or most <= least:
        return None
    bins = np.arange(least - AROUND, most + AROUND + WIDTH, WIDTH)
    density = np.histogram(inside, bins)[0].astype(float)
    wide = np.convolve(density, np.ones(round(2 * AROUND / WIDTH) + 1), mode="same")
    at = int(np.argmax(wide))
    if wide[at] < needed or (idle and wide[at] < CLEAR * wide.mean()):
        return None
    inner = np.concatenate([[0.0], wide, [0.0]])
    tops = (wide >= inner[:-2]) & (wide >= inner[2:]) & (wide >= max(needed, CROWD * wide[at]))
    if idle:
        at = int(np.argmax(tops))
    else:
        at = len(tops) - 1 - int(np.argmax(tops[::-1]))
        at -= int(np.argmax(wide[at::-1] != wide[at])) - 1 if wide[at] > 0 else 0
    flat = np.flatnonzero(wide[at:] != wide[at])  # a plateau has its centre in the middle
    at += (int(flat[0]) if len(flat) else 1) // 2
    centre = bins[at] + WIDTH / 2
    crowd = inside[np.abs(inside - centre) <= AROUND + WIDTH]
    return float(np.median(crowd))
