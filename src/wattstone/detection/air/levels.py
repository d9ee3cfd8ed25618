"""Full-load and idle power of a machine, found in its log against its nameplate."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.detection.air.curve import MachineCurve

Floats = npt.NDArray[np.float64]

OFF = 0.03  # of full power: below, a machine is off, whatever its controls draw
WIDTH = 0.005  # of full power: a bin of the histogram
COARSE = 180.0  # s: a longer interval hides the cycles of a machine
FULL, TOP = (0.8, 1.35), 0.95  # times the nameplate: where full load is looked for; the least if intervals are coarse
IDLE = (0.4, 2.2)  # times the nameplate's idle power
AROUND = 0.02  # of full power: half the width of what counts to a level
LEAST = 8  # intervals that a level takes
SHARE = 0.005  # of the running intervals that a level takes
CLEAR = 3.0  # times the mean density around it, which a level of idle power exceeds


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


def levels(power: Floats, full: Floats, curve: MachineCurve, seconds: float) -> Levels:
    """Levels of a machine.

    The density of the running power has a peak at full load and one at idle. Full load is relative to what the
    nameplate takes at each interval's pressure. A machine that is controlled continuously, or that is sampled too
    coarsely to show full load as such, is believed only where it reaches at least 95 % of the nameplate.

    Parameters
    ----------
    power : (t,) array
        NaN where not known. [kW]
    full : (t,) array
        Full-load power of the nameplate at the pressure of each interval. [kW]
    curve : MachineCurve
    seconds : float
        Length of an interval. [s]
    """
    relative = power / full
    running = relative[relative > OFF]
    rated = float(np.interp(curve.compressor.pressure, curve.pressures, curve.full))
    share = curve.idle / rated
    if running.size < LEAST:
        return Levels(1.0, curve.idle, found_full=False, found_idle=False)
    sure = curve.cycles and seconds < COARSE
    top = _peak(running, FULL[0] if sure else TOP, FULL[1])
    if top is None and (high := float(np.quantile(running, 0.995))) > 1:
        top = min(high, FULL[1])
    factor = 1.0 if top is None else top
    plain = power[relative > OFF] / rated
    low = None
    if share > 2 * OFF:
        low = _peak(plain, IDLE[0] * share, min(IDLE[1] * share, 0.65), clear=True)
    return Levels(factor, curve.idle if low is None else low * rated, top is not None, low is not None)


def _peak(values: Floats, least: float, most: float, *, clear: bool = False) -> float | None:
    """The level within limits at which values crowd; None where too few do."""
    inside = values[(values > least) & (values < most)]
    needed = max(LEAST, SHARE * values.size)
    if inside.size < needed:
        return None
    bins = np.arange(least - AROUND, most + AROUND + WIDTH, WIDTH)
    density = np.histogram(inside, bins)[0].astype(float)
    wide = np.convolve(density, np.ones(round(2 * AROUND / WIDTH) + 1), mode="same")
    at = int(np.argmax(wide))
    if wide[at] < needed or (clear and wide[at] < CLEAR * wide.mean()):
        return None
    centre = bins[at] + WIDTH / 2
    crowd = inside[np.abs(inside - centre) <= AROUND]
    return float(np.median(crowd))
