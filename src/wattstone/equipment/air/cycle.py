"""One cycle of a machine that unloads: blowdown, offline, reload, pump-up and, where it modulates first, throttling.

The model of AIRMaster+ [1]_ for a mean flow that is drawn evenly. A share of flow x, a storage of tau minutes of the
machine's full flow per bar, and the pressures and powers of `Unloading` give the length of each phase and its mean
power; the mean over the cycle is the machine's power at that flow.

References
----------
.. [1] US Department of Energy, "AIRMaster+", as in the MEASUR Tools Suite of ORNL, commit 9c294ae, 2025.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.equipment.arrays import Floats, Value

__all__ = ["BLOWN_DOWN", "POWER_PER_BAR", "Cycle", "Unloading", "cycle"]

BLOWN_DOWN = 0.02  # the share of the sump's pressure that is left when a blowdown counts as done [1]
POWER_PER_BAR = 14.503773773 / 200.0  # 1 % of power for 2 psi, the rule by which power sags below cut-in [1]
REFERENCE = 1.0  # bar(a): free air of ISO 1217 that fills a m3 by a bar
EDGE = 1e-12  # nothing cycles at no flow and at full flow: their cycles are limits


@dataclass(frozen=True, kw_only=True)
class Unloading:
    """Pressures, powers and times of a machine that unloads; powers may be in kW or over the full power.

    Parameters
    ----------
    cut_in : float or (t,) array
        Pressure at which it loads. [bar(g)]
    throttle : float or (t,) array
        Pressure at which it begins to throttle; that of unloading where it does not throttle. [bar(g)]
    cut_out : float or (t,) array
        Pressure at which it unloads. [bar(g)]
    full : float or (t,) array
        Power at full flow at `cut_in`.
    most : float or (t,) array
        Power at full flow at `throttle`.
    closed : float or (t,) array
        Power with the inlet shut, before the sump is blown down.
    unload : float or (t,) array
        Power when it unloads.
    idle : float or (t,) array
        Power with the sump blown down.
    sump : float
        Pressure of the sump when blown down. [bar(g)]
    blowdown, closing, reload : float
        Times in which the sump blows down, the inlet closes, and a sump without pressure is filled. [s]
    unload_at : float
        Flow share at which it unloads; 1 does not throttle.
    band : float
        Between an open and a closed throttle. [bar]
    exponent : float
        Of the flow share in the power while it throttles.
    """

    cut_in: Value
    throttle: Value
    cut_out: Value
    full: Value
    most: Value
    closed: Value
    unload: Value
    idle: Value
    sump: float
    blowdown: float
    closing: float
    reload: float
    unload_at: float = 1.0
    band: float = 0.0
    exponent: float = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Cycle:
    """One cycle: lengths of its phases [s], their mean powers, and the mean power over all of them.

    Parameters
    ----------
    blowdown, offline, reload, pump_up, throttling : array
        Lengths of the phases. [s]
    blowdown_power, offline_power, reload_power, pump_up_power, throttling_power : array
        Mean powers in the phases.
    """

    blowdown: Floats
    offline: Floats
    reload: Floats
    pump_up: Floats
    throttling: Floats
    blowdown_power: Floats
    offline_power: Floats
    reload_power: Floats
    pump_up_power: Floats
    throttling_power: Floats

    @property
    def period(self) -> Floats:
        """Length of a cycle. [s]"""
        return self.blowdown + self.offline + self.reload + self.pump_up + self.throttling

    @property
    def unloaded(self) -> Floats:
        """Share of the time in which no air is delivered. [1]"""
        return (self.blowdown + self.offline + self.reload) / self.period

    @property
    def power(self) -> Floats:
        """Mean power over a cycle."""
        work = self.blowdown * self.blowdown_power + self.offline * self.offline_power
        work = work + self.reload * self.reload_power + self.pump_up * self.pump_up_power
        return (work + self.throttling * self.throttling_power) / self.period


def cycle(unloading: Unloading, share: npt.ArrayLike, storage: npt.ArrayLike) -> Cycle:
    """The cycle at a mean flow.

    Parameters
    ----------
    unloading : Unloading
    share : float or (t,) array
        Flow over full flow, 0 to `unload_at`.
    storage : float or (t,) array
        Volume over full flow, more than 0. [m3 per m3 min-1]

    Returns
    -------
    Cycle
        NaN where an input is NaN or the storage is 0.
    """
    u = unloading
    x = np.clip(np.asarray(share, dtype=float), EDGE, u.unload_at - EDGE)
    minutes = np.asarray(storage, dtype=float)
    seconds = np.where(minutes > 0, minutes, np.nan) * 60.0 / REFERENCE  # to draw a bar at full flow

    drawdown = seconds * (np.asarray(u.cut_out) - u.cut_in) / x
    blown = np.minimum(u.blowdown, drawdown)
    sinking, closing = u.blowdown / np.log(1 / BLOWN_DOWN), u.closing / np.log(1 / BLOWN_DOWN)
    left = np.exp(-blown / sinking)
    shut = (np.asarray(u.unload) - u.closed) * np.exp(-blown / closing) + u.closed
    blowdown_power = u.idle + (shut - u.idle) * (1 - left) * sinking / blown

    sump = u.sump + (np.asarray(u.cut_out) - u.sump) * left
    full_sump = u.cut_out - (np.asarray(u.cut_out) - u.sump) * BLOWN_DOWN
    reload = u.reload * (u.cut_out - sump) / full_sump
    lowest = np.where(blown == u.blowdown, u.idle, u.idle + (shut - u.idle) * left)
    reload_power = (lowest + u.full) / 2

    sag = x * reload / seconds  # bar below cut-in, before air flows again
    pump_up = seconds * (np.asarray(u.throttle) - u.cut_in + sag) / (1 - x)
    pump_up_power = ((1 - sag * POWER_PER_BAR) * u.full + u.most) / 2
    throttling, throttling_power = _throttling(u, x, seconds)
    phases = np.broadcast_arrays(
        blown, drawdown - blown, reload, pump_up, throttling,
        blowdown_power, u.idle, reload_power, pump_up_power, throttling_power,
    )  # fmt: skip
    lengths, powers = [np.asarray(one, dtype=float) for one in phases[:5]], phases[5:]
    return Cycle(
        blowdown=lengths[0],
        offline=lengths[1],
        reload=lengths[2],
        pump_up=lengths[3],
        throttling=lengths[4],
        blowdown_power=powers[0],
        offline_power=powers[1],
        reload_power=powers[2],
        pump_up_power=powers[3],
        throttling_power=powers[4],
    )


def _throttling(u: Unloading, x: Floats, seconds: Floats) -> tuple[Floats, Floats]:
    """How long it throttles before it unloads, and the mean power of that. [s]

    The pressure rises towards the one at which the throttle passes x, and on the way meets that of unloading.
    """
    if u.unload_at >= 1.0:
        return np.zeros(np.broadcast_shapes(x.shape, seconds.shape)), np.zeros(())
    constant = u.band * seconds
    length = constant * np.log((1 - x) / (u.unload_at - x))
    rise = (1 - x) * (1 - constant / length * (1 - np.exp(-length / constant)))  # mean, over the band
    power = (np.asarray(u.most) - u.closed) * (1 - rise) ** u.exponent + u.closed
    return length, power
