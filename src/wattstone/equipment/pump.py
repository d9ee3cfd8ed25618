"""A pump and its tank: levels by the balance of water, power by the affinity laws and the static head."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import Floats, over_steps
from wattstone.equipment.limits import Range, outside, positive
from wattstone.equipment.linear import LinearState

__all__ = ["Pump", "Tank", "findings", "flow", "linear", "power", "speed_for", "step"]


@dataclass(frozen=True, kw_only=True)
class Pump:
    """Parameters of a pump on its pipe.

    Parameters
    ----------
    power : float
        Electric power at full speed, at the rated flow. [kW]
    flow : float
        Rated flow at full speed. [m3 h-1]
    static_head : float
        Head that is there without any flow, over the head at the rated flow; 0 for a closed loop. [1]
    shutoff_head : float
        Head at full speed without flow, over the head at the rated flow, 1 or more. [1]
    least_speed : float or None
        Least speed as a share of full speed; None for a pump that is on or off.
    """

    power: float
    flow: float
    static_head: float = 0.0
    shutoff_head: float = 1.25
    least_speed: float | None = None


@dataclass(frozen=True, kw_only=True)
class Tank:
    """Parameters of a tank.

    Parameters
    ----------
    volume : float
        What it holds; more spills. [m3]
    lowest, highest : float
        Limits that are kept, as shares of the volume. [1]
    filled : bool
        Whether the pump fills the tank (a cistern, from which demand draws), or empties it (a sump, into which water
        flows).
    """

    volume: float
    lowest: float = 0.0
    highest: float = 1.0
    filled: bool = True


def flow(pump: Pump, speed: npt.ArrayLike) -> Floats:
    """Flow at a speed, where the pump's curve meets the pipe's.

    Pump: H = H_0 s^2 - (H_0 - 1) Q^2; pipe: H = H_s + (1 - H_s) Q^2, all relative to the rated point. Without static
    head this is the affinity law [1]_, Q = s.

    Parameters
    ----------
    pump : Pump
    speed : float or array
        Share of full speed. [1]

    Returns
    -------
    array
        0 where the speed does not lift the static head. [m3 h-1]

    References
    ----------
    .. [1] I. J. Karassik et al., "Pump handbook," 4th ed., McGraw-Hill, 2008, ch. 2.

    Examples
    --------
    >>> flow(Pump(power=3.0, flow=20.0), np.array([0.0, 0.5, 1.0]))
    array([ 0., 10., 20.])
    """
    square = pump.shutoff_head * np.square(np.asarray(speed, dtype=float)) - pump.static_head
    return pump.flow * np.sqrt(np.maximum(square, 0.0) / (pump.shutoff_head - pump.static_head))


def power(pump: Pump, speed: npt.ArrayLike) -> Floats:
    """Power at a speed, at the efficiency of the rated point.

    P = Q H, relative to the rated point; without static head P = s^3, the affinity law. It is an under-estimate where
    the efficiency falls with speed.

    Parameters
    ----------
    pump : Pump
    speed : float or array
        Share of full speed. [1]

    Returns
    -------
    array
        [kW]
    """
    share = flow(pump, speed) / pump.flow
    return pump.power * share * (pump.static_head + (1 - pump.static_head) * np.square(share))


def speed_for(pump: Pump, wanted: npt.ArrayLike) -> Floats:
    """Speed that gives a flow: the inverse of `flow`.

    Parameters
    ----------
    pump : Pump
    wanted : float or array
        0 to the rated flow. [m3 h-1]

    Returns
    -------
    array
        0 for no flow. [1]
    """
    share = np.asarray(wanted, dtype=float) / pump.flow
    square = (np.square(share) * (pump.shutoff_head - pump.static_head) + pump.static_head) / pump.shutoff_head
    return np.where(share > 0, np.sqrt(square), 0.0)


def step(
    tank: Tank, level: npt.ArrayLike, inflow: npt.ArrayLike, outflow: npt.ArrayLike, hours: float
) -> tuple[Floats, Floats, Floats]:
    """Water in the tank after an interval, with what spilled and what was lacking.

    Parameters
    ----------
    tank : Tank
    level : float or (d,) array
        Water at the start. [m3]
    inflow, outflow : float or (d,) array
        Mean flows over the interval. [m3 h-1]
    hours : float
        Length of the interval. [h]

    Returns
    -------
    level, spilled, lacking : (d,) array
        level = before + (inflow - outflow) hours - spilled + lacking. [m3]
    """
    free = np.asarray(level, dtype=float) + (np.asarray(inflow, dtype=float) - np.asarray(outflow, dtype=float)) * hours
    return np.clip(free, 0.0, tank.volume), np.maximum(free - tank.volume, 0.0), np.maximum(-free, 0.0)


def linear(tank: Tank, pump: Pump, *, level: float, water: npt.ArrayLike, steps: int, hours: float) -> LinearState:
    """Pump and tank for a planner: one state (water), one input, `pump`.

    A kWh moves as much water as at full speed, which a pump of variable speed beats; so a plan never lacks water.

    Parameters
    ----------
    tank : Tank
    pump : Pump
    level : float
        Water at the start. [m3]
    water : float or (t,) array
        Demand on a tank that is filled, or inflow to one that is emptied. [m3 h-1]
    steps : int
        Intervals, t.
    hours : float
        Length of an interval. [h]

    Returns
    -------
    LinearState
        n = 1 [m3], m = 1; a tank outside its limits at the start may be so until it is within.
    """
    sense = 1.0 if tank.filled else -1.0
    lower, upper = tank.volume * tank.lowest, tank.volume * tank.highest
    least = pump.power if pump.least_speed is None else float(power(pump, pump.least_speed))
    return LinearState(
        name="tank",
        inputs=("pump",),
        unit="m3",
        hours=hours,
        initial=np.array([level]),
        a=np.eye(1),
        b=np.full((steps, 1, 1), sense * pump.flow / pump.power * hours),
        c=-sense * over_steps(water, steps)[:, None] * hours,
        lower=np.full((steps, 1), lower),
        upper=np.full((steps, 1), upper),
        input_lower=np.zeros((steps, 1)),
        input_upper=np.full((steps, 1), pump.power),
        sign=np.ones(1),
        base=np.zeros(steps),
        wear=np.zeros(1),
        least=np.array([least]),
    )


def findings(tank: Tank, pump: Pump, *, water: npt.ArrayLike | None = None, place: str = "pump") -> tuple[Finding, ...]:
    """What is impossible about a pump and its tank (errors), and demand above what the pump can move (a warning).

    Returns
    -------
    tuple of Finding
        `equipment.range`, `equipment.pump_head`, `equipment.pump_small`.
    """
    return (*outside(place, _ranges(tank, pump)), *_odd(tank, pump, water, place))


def _ranges(tank: Tank, pump: Pump) -> Iterator[tuple[str, float, Range]]:
    yield "power", pump.power, positive("kW")
    yield "flow", pump.flow, positive("m3/h")
    yield "static_head", pump.static_head, Range(0.0, 1.0, "", open_most=True)
    yield "shutoff_head", pump.shutoff_head, Range(1.0, 10.0, "")
    yield "least_speed", pump.least_speed or 0.0, Range(0.0, 1.0, "")
    yield "volume", tank.volume, positive("m3")
    yield "lowest", tank.lowest, Range(0.0, tank.highest, "", open_most=True)
    yield "highest", tank.highest, Range(0.0, 1.0, "", open_least=True)


def _odd(tank: Tank, pump: Pump, water: npt.ArrayLike | None, place: str) -> Iterator[Finding]:
    if pump.least_speed is not None and not flow(pump, pump.least_speed) > 0:
        yield Finding(
            code="equipment.pump_head",
            place=place,
            found="at its least speed of {speed} the pump does not lift the static head",
            expected="a least speed above {most}",
            remedy="raise least_speed, or correct the heads",
            params={
                "speed": f"{pump.least_speed:g}",
                "most": f"{float(np.sqrt(pump.static_head / pump.shutoff_head)):.3g}",
            },
        )
    if water is None:
        return
    mean = float(np.nanmean(np.asarray(water, dtype=float)))
    if mean > pump.flow:
        yield Finding(
            code="equipment.pump_small",
            place=place,
            found="the water to be moved, {water} m3/h on average, is more than the pump's {flow} m3/h",
            expected="a pump that can move the water",
            remedy="correct the flow of the pump or the water",
            params={"water": f"{mean:.4g}", "flow": f"{pump.flow:g}"},
            severity="warning",
        )
