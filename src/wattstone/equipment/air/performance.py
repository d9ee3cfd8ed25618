"""What a compressor does at a flow: power, its inverse, capacity, and heat.

`flow` 0 means on and unloaded; a machine that is off draws 0 kW, which is the caller's to say. `pressure` is that of
the discharge at which a machine with a band loads; its whole band moves with it.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from wattstone.equipment.air import part_load
from wattstone.equipment.air.compressor import Compressor, Control
from wattstone.equipment.air.cycle import Cycle, Unloading, cycle
from wattstone.equipment.air.defaults import STORAGE, Filled, filled
from wattstone.equipment.air.free_air import to_free_air
from wattstone.equipment.air.inlet import Inlet
from wattstone.equipment.air.limits import ATMOSPHERE
from wattstone.equipment.air.pressure import CAPACITY_PER_BAR, capacity_curve, pressure_factor
from wattstone.equipment.arrays import Floats, Value

__all__ = ["capacity", "cycles", "flow_at", "full_power", "heat", "power", "specific_power", "vented"]

ROUNDING = 1e-9
GRID = np.linspace(0.0, 1.0, 1025)
ACCURATE, QUICK, PATIENT = 1e-12, 12, 100
UNLOADS = frozenset({Control.LOAD_UNLOAD, Control.MODULATION_UNLOAD, Control.VARIABLE_DISPLACEMENT})


def capacity(compressor: Compressor, *, pressure: npt.ArrayLike | None = None, inlet: Inlet | None = None) -> Floats:
    """Free air that the machine can deliver at a discharge pressure.

    A displacement machine draws in the same volume, less what slips back: 0.075 % for each psi [1]_. A centrifugal one
    follows its `pressures`. Free air is what is dry in the volume, so that heat, height and humidity take from it.

    Parameters
    ----------
    compressor : Compressor
    pressure : float or (t,) array or None
        Discharge; None is the rated one. [bar(g)]
    inlet : Inlet or None
        None is the reference of ISO 1217.

    Returns
    -------
    array
        0 or more. [m3 min-1]

    References
    ----------
    .. [1] US Department of Energy, "AIRMaster+", as in the MEASUR Tools Suite of ORNL.
    """
    at = np.asarray(compressor.pressure if pressure is None else pressure, dtype=float)
    if compressor.pressures:
        drawn = capacity_curve(compressor.pressures, at)
    elif compressor.kind == "centrifugal":
        drawn = np.where(np.isnan(at), np.nan, compressor.flow)
    else:
        drawn = compressor.flow * np.maximum(1.0 - CAPACITY_PER_BAR * (at - compressor.pressure), 0.0)
    return drawn if inlet is None else to_free_air(drawn, inlet)


def full_power(compressor: Compressor, *, pressure: npt.ArrayLike | None = None, inlet: Inlet | None = None) -> Floats:
    """Electric power at capacity.

    It follows the head of the same volume (`pressure.pressure_factor`) and the pressure at which that is drawn in; the
    temperature at the intake changes how much free air is in it, not the power.

    Parameters
    ----------
    compressor : Compressor
    pressure : float or (t,) array or None
        Discharge; None is the rated one. [bar(g)]
    inlet : Inlet or None
        None is the reference of ISO 1217.

    Returns
    -------
    array
        [kW]
    """
    at = compressor.pressure if pressure is None else pressure
    return compressor.power * _stretch(at, compressor.pressure, inlet)


def power(
    compressor: Compressor,
    flow: npt.ArrayLike,
    *,
    pressure: npt.ArrayLike | None = None,
    storage: npt.ArrayLike | None = None,
    inlet: Inlet | None = None,
    bounded: bool = True,
) -> Floats:
    """Mean electric power at a mean flow.

    A machine with a band is at the middle of it when it never unloads: at full flow it draws the mean of what it draws
    at both ends, not `full_power`, which is at cut-in.

    Parameters
    ----------
    compressor : Compressor
    flow : float or (t,) array
        Free air that is delivered; 0 is on and unloaded (a start/stop machine stands still). [m3 min-1]
    pressure : float or (t,) array or None
        Discharge; None is the rated one. [bar(g)]
    storage : float or (t,) array or None
        Receivers and pipes that the machine works on; None is 5 US gal for each cfm of its flow. [m3]
    inlet : Inlet or None
        None is the reference of ISO 1217.
    bounded : bool
        Whether power is kept from falling as flow or storage rises, as the cycle of AIRMaster+ has it fall on a small
        storage near full flow and near unloading.

    Returns
    -------
    array
        NaN for a flow below 0 or above capacity, and where an input is NaN. [kW]

    Examples
    --------
    >>> screw = Compressor(name="C1", control=Control.MODULATION, flow=20.0, power=120.0, pressure=7.0)
    >>> power(screw, np.array([0.0, 10.0, 20.0])).round(6)
    array([ 78.,  99., 120.])
    """
    most = capacity(compressor, pressure=pressure, inlet=inlet)
    shape = np.broadcast_shapes(np.shape(flow), most.shape, np.shape(storage if storage is not None else 0.0))
    share = np.divide(flow, most, out=np.full(shape, np.nan), where=most > 0)
    possible = (share >= 0) & (share <= 1 + ROUNDING)
    curve = _curve(compressor, most, pressure, storage, inlet, bounded=bounded)
    found = curve(np.where(possible, np.minimum(share, 1.0), 0.0))
    return np.where(possible, found, np.nan)


def flow_at(
    compressor: Compressor,
    power: npt.ArrayLike,
    *,
    pressure: npt.ArrayLike | None = None,
    storage: npt.ArrayLike | None = None,
    inlet: Inlet | None = None,
) -> Floats:
    """Flow at a mean electric power: the inverse of `power`, to rounding.

    Parameters
    ----------
    compressor : Compressor
    power : float or (t,) array
        [kW]
    pressure, storage, inlet
        As for `power`.

    Returns
    -------
    array
        0 at idle power and below, as nothing is delivered; NaN above the power at full flow, where a power says
        nothing of the flow (a machine that blows off), and where an input is NaN. Just below unloading, on a small
        storage, it is one of the flows of that power. [m3 min-1]
    """
    most = capacity(compressor, pressure=pressure, inlet=inlet)
    curve = _curve(compressor, most, pressure, storage, inlet)
    shape = np.shape(storage if storage is not None else 0.0)
    wanted, most, _ = np.broadcast_arrays(np.asarray(power, dtype=float), most, np.zeros(shape))
    lowest, highest = curve(np.zeros(wanted.shape)), curve(np.ones(wanted.shape))
    slack = ROUNDING * np.abs(highest)
    share = _invert(curve, np.clip(wanted, lowest, highest), still=_still(pressure, storage, inlet))
    flat = (compressor.control is Control.BLOW_OFF) & (wanted <= lowest + slack) & (wanted > 0)
    known = (wanted <= highest + slack) & (wanted >= 0) & ~flat
    return np.where(known, np.where(wanted <= lowest, 0.0, share) * most, np.nan)


def specific_power(compressor: Compressor, *, pressure: float | None = None, inlet: Inlet | None = None) -> float:
    """Power over flow at full load. [kW per m3 min-1]"""
    return float(full_power(compressor, pressure=pressure, inlet=inlet)) / float(
        capacity(compressor, pressure=pressure, inlet=inlet)
    )


def heat(compressor: Compressor, power: npt.ArrayLike) -> Floats:
    """Heat that can be recovered at an electric power. [kW]"""
    return np.asarray(power, dtype=float) * filled(compressor).heat_share


def vented(compressor: Compressor, flow: npt.ArrayLike, *, pressure: npt.ArrayLike | None = None) -> Floats:
    """Free air that a machine with blow-off vents while it delivers a flow; 0 for any other. [m3 min-1]"""
    delivered = np.asarray(flow, dtype=float)
    if compressor.control is not Control.BLOW_OFF:
        return np.where(np.isnan(delivered), np.nan, 0.0)
    return np.maximum(filled(compressor).least_flow * capacity(compressor, pressure=pressure) - delivered, 0.0)


def cycles(
    compressor: Compressor,
    flow: npt.ArrayLike,
    *,
    pressure: npt.ArrayLike | None = None,
    storage: npt.ArrayLike | None = None,
    inlet: Inlet | None = None,
) -> Cycle:
    """The phases of a cycle at a mean flow, of a machine that unloads: times and powers [s, kW].

    Raises
    ------
    ValueError
        If its control does not unload.
    """
    if compressor.control not in UNLOADS:
        raise ValueError(f"a machine with {compressor.control.value} control does not unload")
    most = capacity(compressor, pressure=pressure, inlet=inlet)
    volume = STORAGE * most if storage is None else np.asarray(storage, dtype=float)
    unloading = _unloading(compressor, filled(compressor), pressure, inlet)
    return cycle(unloading, np.asarray(flow, dtype=float) / most, volume / most)


def _curve(
    c: Compressor,
    most: Floats,
    pressure: npt.ArrayLike | None,
    storage: npt.ArrayLike | None,
    inlet: Inlet | None,
    *,
    bounded: bool = True,
) -> Callable[[Floats], Floats]:
    """Power [kW] as a function of flow shares of 0 to 1."""
    full, known = full_power(c, pressure=pressure, inlet=inlet), filled(c)
    if c.points:
        return lambda share: full * part_load.broken_line(share, _whole(c, known))
    if c.kind == "centrifugal" or c.control in {Control.INLET_VALVE, Control.GUIDE_VANES, Control.BLOW_OFF}:
        return _centrifugal(c, known, full)
    if c.control is Control.VARIABLE_SPEED:
        least = (known.least_flow, known.least_power / c.power)
        middle = (known.middle_flow, known.middle_power / c.power)
        return lambda share: full * part_load.speed(share, idle=known.idle / c.power, least=least, middle=middle)
    if c.control is Control.MODULATION:
        return lambda share: full * part_load.throttled(share, closed=known.closed)
    unloading = _unloading(c, known, pressure, inlet)
    if c.control is Control.START_STOP:
        return lambda share: share * (full + np.asarray(unloading.most)) / 2
    minutes = np.broadcast_to(STORAGE, most.shape) if storage is None else np.asarray(storage, dtype=float) / most
    return lambda share: _cycling(unloading, share, minutes, bounded=bounded)


def _cycling(unloading: Unloading, share: Floats, minutes: Floats, *, bounded: bool) -> Floats:
    """Power of a machine that throttles above `unload_at` and cycles below.

    Two artefacts of the cycle on a small storage are cut off if `bounded`. Near full flow it counts as gain that the
    pressure sags below cut-in while the machine reloads: it takes no less than on a storage without end. And just below
    unloading it takes more than above: it takes no more than there.
    """
    cycled = np.where(share > 0, cycle(unloading, share, minutes).power, unloading.idle)
    if unloading.unload_at >= 1.0:
        endless = unloading.idle + ((np.asarray(unloading.full) + unloading.most) / 2 - unloading.idle) * share
        return np.maximum(cycled, endless) if bounded else cycled
    reach = np.maximum(share, unloading.unload_at)
    line = unloading.closed + (np.asarray(unloading.most) - unloading.closed) * reach**unloading.exponent
    return np.where(share < unloading.unload_at, np.minimum(cycled, line) if bounded else cycled, line)


def _centrifugal(c: Compressor, known: Filled, full: Floats) -> Callable[[Floats], Floats]:
    idle, least = known.idle / c.power, known.least_power / c.power
    if c.control is Control.BLOW_OFF:
        return lambda share: full * part_load.blow_off(share, surge=known.least_flow, least=least)
    knots = [(0.0, idle)]
    if c.control is not Control.LOAD_UNLOAD:
        knots.append((known.least_flow, least))
        if c.middle_flow is not None:
            knots.append((known.middle_flow, known.middle_power / c.power))
    lines = (*knots, (1.0, 1.0))
    return lambda share: full * part_load.broken_line(share, lines)


def _unloading(c: Compressor, known: Filled, pressure: npt.ArrayLike | None, inlet: Inlet | None) -> Unloading:
    """The band at a discharge pressure; what is above it moves with it. Powers in kW."""
    cut_in = np.asarray(c.pressure if pressure is None else pressure, dtype=float)
    rise = cut_in - c.pressure
    most = known.most * _stretch(known.most_pressure + rise, known.most_pressure, inlet)
    return Unloading(
        cut_in=cut_in,
        throttle=known.most_pressure + rise,
        cut_out=known.unload_pressure + rise,
        full=c.power * _stretch(cut_in, c.pressure, inlet),
        most=most,
        closed=known.closed * most,
        unload=known.least_power * most / known.most if known.unload_at < 1 else most,
        idle=known.idle,
        sump=c.sump_pressure,
        blowdown=known.blowdown,
        closing=known.closing,
        reload=known.reload,
        unload_at=known.unload_at,
        band=known.band,
        exponent=known.exponent,
    )


def _stretch(pressure: npt.ArrayLike, rated: npt.ArrayLike, inlet: Inlet | None) -> Floats:
    """Power at a discharge pressure and an inlet, over that at the rated one and ISO 1217. [1]"""
    if inlet is None:
        return pressure_factor(pressure, rated=rated)
    absolute: Value = np.asarray(inlet.pressure, dtype=float)
    return pressure_factor(pressure, rated=rated, absolute=absolute) * absolute / ATMOSPHERE


def _still(pressure: npt.ArrayLike | None, storage: npt.ArrayLike | None, inlet: Inlet | None) -> bool:
    """Whether nothing but the flow changes from one element to the next."""
    air = () if inlet is None else (inlet.temperature, inlet.pressure, inlet.humidity)
    return all(one is None or np.ndim(one) == 0 for one in (pressure, storage, *air))


def _whole(c: Compressor, known: Filled) -> tuple[tuple[float, float], ...]:
    """A measured curve from no flow to full flow."""
    start = () if c.points[0][0] <= 0 else ((0.0, min(known.idle / c.power, c.points[0][1])),)
    end = () if c.points[-1][0] >= 1 else ((1.0, max(1.0, c.points[-1][1])),)
    return (*start, *c.points, *end)


def _invert(curve: Callable[[Floats], Floats], wanted: Floats, *, still: bool) -> Floats:
    """Shares of 0 to 1 at which a rising curve has the wanted values.

    A curve that is the same for every element (`still`) is looked up first, so that little is left to search.
    """
    if not still:
        return _search(curve, wanted, np.zeros(wanted.shape), np.ones(wanted.shape), QUICK + PATIENT)[0]
    flat = np.ravel(wanted)
    at = np.searchsorted(curve(GRID), flat, side="right")
    low, high = GRID[np.clip(at - 1, 0, GRID.size - 1)], GRID[np.clip(at, 0, GRID.size - 1)]
    found, off = _search(curve, flat, low, high, QUICK)
    rest = np.flatnonzero(off > ACCURATE * np.abs(flat))
    if rest.size:  # a jump of the curve, which only bisection closes in upon
        found[rest] = _search(curve, flat[rest], low[rest], high[rest], PATIENT)[0]
    return np.reshape(found, wanted.shape)


def _search(
    curve: Callable[[Floats], Floats], wanted: Floats, low: Floats, high: Floats, steps: int
) -> tuple[Floats, Floats]:
    """Where a rising curve has the wanted values, by bisection and the Illinois rule, and how far off it is there."""
    below, above = curve(low) - wanted, curve(high) - wanted
    found, best = np.where(np.abs(below) < np.abs(above), low, high), np.minimum(np.abs(below), np.abs(above))
    for step in range(steps):
        if np.all((best <= ACCURATE * np.abs(wanted)) | (high - low <= 1e-15) | np.isnan(best)):
            break
        line = np.divide(below, below - above, out=np.full(wanted.shape, 0.5), where=above > below)
        guess = low + (high - low) * np.clip(np.where(step % 3 == 2, 0.5, line), 0.0, 1.0)
        off = curve(guess) - wanted
        found, best = np.where(np.abs(off) < best, guess, found), np.fmin(np.abs(off), best)
        up = off > 0
        low, below = np.where(up, low, guess), np.where(up, below / 2, off)
        high, above = np.where(up, guess, high), np.where(up, off, above / 2)
    return found, best
