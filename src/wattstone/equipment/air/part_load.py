"""Part load by control, in shares: power over a power, of flow over full flow, and each one's inverse in closed form.

The curves are those of AIRMaster+ [1]_. They go on beyond 0 and 1 as they are written; `performance` says what a
machine can do.

References
----------
.. [1] US Department of Energy, "AIRMaster+", as in the MEASUR Tools Suite of ORNL, commit 9c294ae, 2025.
"""

import numpy as np
import numpy.typing as npt

from wattstone.equipment.air.compressor import Points
from wattstone.equipment.arrays import Floats

__all__ = [
    "blow_off",
    "blow_off_flow",
    "broken_line",
    "broken_line_flow",
    "quadratic",
    "speed",
    "speed_flow",
    "start_stop",
    "start_stop_flow",
    "throttled",
    "throttled_flow",
]


def throttled(share: npt.ArrayLike, *, closed: float, exponent: float = 1.0, full: float = 1.0) -> Floats:
    """Power of a throttled inlet (exponent 1) or a shortened rotor (2): P = closed + (full - closed) x^m.

    Parameters
    ----------
    share : array
        Flow over full flow, x.
    closed : float
        Power that the line meets at no flow.
    exponent : float
        m.
    full : float
        Power at full flow.
    """
    return closed + (full - closed) * np.asarray(share, dtype=float) ** exponent


def throttled_flow(power: npt.ArrayLike, *, closed: float, exponent: float = 1.0, full: float = 1.0) -> Floats:
    """Flow share at a power: the inverse of `throttled`; NaN below `closed`."""
    part = (np.asarray(power, dtype=float) - closed) / (full - closed)
    return np.where(part >= 0, np.abs(part) ** (1.0 / exponent), np.nan)


def start_stop(share: npt.ArrayLike, *, full: float = 1.0, most: float = 1.0) -> Floats:
    """Power of a motor that runs for the share of the time, between `full` at cut-in and `most` at cut-out."""
    return np.asarray(share, dtype=float) * (full + most) / 2.0


def start_stop_flow(power: npt.ArrayLike, *, full: float = 1.0, most: float = 1.0) -> Floats:
    """Flow share at a power: the inverse of `start_stop`."""
    return np.asarray(power, dtype=float) / ((full + most) / 2.0)


def broken_line(share: npt.ArrayLike, knots: Points) -> Floats:
    """Power on straight lines through knots (flow share, power), two or more, rising in flow; the end lines go on."""
    x, y = np.array([knot[0] for knot in knots]), np.array([knot[1] for knot in knots])
    return _lines(np.asarray(share, dtype=float), x, y)


def broken_line_flow(power: npt.ArrayLike, knots: Points) -> Floats:
    """Flow share at a power: the inverse of `broken_line`; NaN on a flat piece, as its power tells no flow."""
    x, y = np.array([knot[0] for knot in knots]), np.array([knot[1] for knot in knots])
    wanted = np.asarray(power, dtype=float)
    flat = np.isin(wanted, y[:-1][np.diff(y) <= 0])
    piece = np.clip(np.searchsorted(y, wanted, side="right") - 1, 0, len(x) - 2)
    rise = np.diff(y)[piece]
    share = np.divide(wanted - y[piece], rise, out=np.full(wanted.shape, np.nan), where=rise > 0)
    return np.where(flat, np.nan, x[piece] + share * np.diff(x)[piece])


def _lines(at: Floats, x: Floats, y: Floats) -> Floats:
    piece = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
    slope = np.diff(y) / np.diff(x)
    return y[piece] + slope[piece] * (at - x[piece])


def blow_off(share: npt.ArrayLike, *, surge: float, least: float, full: float = 1.0) -> Floats:
    """Power of a centrifugal machine that vents below its surge flow: flat there, and a line above it.

    Parameters
    ----------
    share : array
        Flow that is delivered, over full flow.
    surge : float
        Flow share below which the rest is vented.
    least : float
        Power at surge.
    full : float
        Power at full flow.
    """
    through = np.maximum(np.asarray(share, dtype=float), surge)
    return least + (full - least) * (through - surge) / (1.0 - surge)


def blow_off_flow(
    power: npt.ArrayLike, *, surge: float, least: float, full: float = 1.0, vented: npt.ArrayLike = np.nan
) -> Floats:
    """Flow share that is delivered at a power; at or below `least` it is what is not `vented` (a share as well)."""
    asked = np.asarray(power, dtype=float)
    above = surge + (asked - least) / (full - least) * (1.0 - surge)
    return np.where(asked > least, above, surge - np.asarray(vented, dtype=float))


def quadratic(x: tuple[float, float, float], y: tuple[float, float, float]) -> tuple[float, float, float]:
    """Coefficients (a, b, c) of a x^2 + b x + c through three points."""
    first, last = (y[1] - y[0]) / (x[1] - x[0]), (y[2] - y[1]) / (x[2] - x[1])
    a = (last - first) / (x[2] - x[0])
    b = first - a * (x[0] + x[1])
    return a, b, y[0] - (a * x[0] + b) * x[0]


def speed(
    share: npt.ArrayLike, *, idle: float, least: tuple[float, float], middle: tuple[float, float], full: float = 1.0
) -> Floats:
    """Power of a variable speed: a quadratic through turndown, middle and full; below turndown a line to idle.

    Parameters
    ----------
    share : array
        Flow over full flow.
    idle : float
        Power that the line meets at no flow.
    least, middle : (float, float)
        Flow share and power at turndown and between.
    full : float
        Power at full flow.
    """
    x = np.asarray(share, dtype=float)
    a, b, c = quadratic((least[0], middle[0], 1.0), (least[1], middle[1], full))
    below = idle + (least[1] - idle) * x / least[0]
    return np.where(x < least[0], below, (a * x + b) * x + c)


def speed_flow(
    power: npt.ArrayLike, *, idle: float, least: tuple[float, float], middle: tuple[float, float], full: float = 1.0
) -> Floats:
    """Flow share at a power: the inverse of `speed`, by the root of its rising branch; NaN below idle."""
    asked = np.asarray(power, dtype=float)
    a, b, c = quadratic((least[0], middle[0], 1.0), (least[1], middle[1], full))
    inside = np.maximum(b * b - 4 * a * (c - asked), 0.0)
    # 2 (P - c) / (b + sqrt(...)) is the same root, and holds for a straight line too, where a is 0
    root = np.sqrt(inside)
    divisor = b + root
    direct = np.divide(root - b, 2 * a, out=np.zeros(asked.shape), where=a != 0)
    above = np.divide(2 * (asked - c), divisor, out=direct, where=np.abs(divisor) > 1e-9 * (np.abs(b) + root))
    rise = least[1] - idle
    below = least[0] * (asked - idle) / rise if rise > 0 else np.full(asked.shape, np.nan)
    share = np.where(asked < least[1], below, above)
    return np.where(asked < idle, np.nan, share)
