"""Receivers: the volume that a demand needs, and the free air that a volume gives.

Air in a receiver is an ideal gas at the temperature around it, so that V dp = p_free V_free. A pressure is gauge
[bar(g)]; a volume of air is of free air, at `free` bar(a), which is 1 bar(a) as ISO 1217 names it.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.air.free_air import ISO_1217
from wattstone.equipment.arrays import Floats
from wattstone.equipment.limits import not_negative, outside, positive

__all__ = ["FREE", "air_needed", "bridging", "findings", "minutes", "usable_air", "volume"]

FREE = ISO_1217.pressure  # [bar(a)]


def volume(air: npt.ArrayLike, *, drop: npt.ArrayLike, free: npt.ArrayLike = FREE) -> Floats:
    """Volume of receiver that gives free air while its pressure drops.

    V = V_free p_free / dp.

    Parameters
    ----------
    air : float or array
        Free air to give. [m3]
    drop : float or array
        Pressure that may be lost meanwhile, more than 0. [bar]
    free : float or array
        Absolute pressure at which `air` is counted. [bar(a)]

    Returns
    -------
    array
        NaN where there is no drop to live on. [m3]

    Examples
    --------
    >>> volume(10.0, drop=[0.5, 1.0])
    array([20., 10.])
    """
    lost = np.asarray(drop, dtype=float)
    return np.asarray(air, dtype=float) * np.asarray(free, dtype=float) / np.where(lost > 0, lost, np.nan)


def usable_air(volume: npt.ArrayLike, *, high: npt.ArrayLike, low: npt.ArrayLike, free: npt.ArrayLike = FREE) -> Floats:
    """Free air that a receiver gives from one pressure down to another.

    Parameters
    ----------
    volume : float or array
        Of the receiver and of what is open to it. [m3]
    high, low : float or array
        Pressures before and after. [bar(g)]
    free : float or array
        Absolute pressure at which free air is counted. [bar(a)]

    Returns
    -------
    array
        0 where `low` is not below `high`. [m3]

    Examples
    --------
    >>> usable_air(2.0, high=7.5, low=[6.5, 8.0])
    array([2., 0.])
    """
    drop = np.maximum(np.asarray(high, dtype=float) - np.asarray(low, dtype=float), 0.0)
    return np.asarray(volume, dtype=float) * drop / np.asarray(free, dtype=float)


def air_needed(flow: npt.ArrayLike, minutes: npt.ArrayLike, *, metered: npt.ArrayLike = 0.0) -> Floats:
    """Free air that an event takes out of its receiver, beyond what flows in through a metering valve.

    Parameters
    ----------
    flow : float or array
        What the event takes. [m3 min-1]
    minutes : float or array
        How long. [min]
    metered : float or array
        What the valve lets in meanwhile. [m3 min-1]

    Returns
    -------
    array
        0 where the valve gives it all. [m3]
    """
    beyond = np.maximum(np.asarray(flow, dtype=float) - np.asarray(metered, dtype=float), 0.0)
    return beyond * np.asarray(minutes, dtype=float)


def bridging(distance: npt.ArrayLike, speed: npt.ArrayLike) -> Floats:
    """Time until a drop of pressure has reached the compressors, which a receiver has to bridge. [min]

    Parameters
    ----------
    distance : float or array
        From the event to the compressors. [m]
    speed : float or array
        At which the drop travels. [m s-1]
    """
    travels = np.asarray(speed, dtype=float)
    return np.asarray(distance, dtype=float) / np.where(travels > 0, travels, np.nan) / 60.0


def minutes(
    volume: npt.ArrayLike, flow: npt.ArrayLike, *, high: npt.ArrayLike, low: npt.ArrayLike, free: npt.ArrayLike = FREE
) -> Floats:
    """How long a receiver alone carries a flow. [min]

    Parameters
    ----------
    volume : float or array
        [m3]
    flow : float or array
        Free air taken; infinite time where it is 0. [m3 min-1]
    high, low : float or array
        Pressures before and after. [bar(g)]
    free : float or array
        Absolute pressure at which free air is counted. [bar(a)]
    """
    taken = np.asarray(flow, dtype=float)
    air = usable_air(volume, high=high, low=low, free=free)
    return np.where(taken > 0, air / np.where(taken > 0, taken, 1.0), np.inf)


def findings(volume: float, *, high: float, low: float, place: str = "receiver") -> tuple[Finding, ...]:
    """What is impossible about a receiver: no volume, or a band of pressure that is none.

    Parameters
    ----------
    volume : float
        [m3]
    high, low : float
        Band of pressure that it works in. [bar(g)]
    place : str
        `receiver 'R1'`.

    Returns
    -------
    tuple of Finding
        Codes `equipment.range` and `air.receiver_band`.
    """
    return tuple(_findings(volume, high, low, place))


def _findings(volume: float, high: float, low: float, place: str) -> Iterator[Finding]:
    yield from outside(place, [("volume", volume, positive("m3")), ("low", low, not_negative("bar(g)"))])
    if not high > low:
        yield Finding(
            code="air.receiver_band",
            place=place,
            found="its pressure goes from {high} to {low} bar(g), which gives no air",
            expected="a pressure before that is above the pressure after, both gauge",
            remedy="correct the two pressures, or exchange them",
            params={"high": f"{high:g}", "low": f"{low:g}"},
        )
