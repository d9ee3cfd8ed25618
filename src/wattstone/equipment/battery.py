"""A battery behind its inverter: what flow is possible, and what it leaves stored.

Powers and flows are at the meter's side of the inverter (AC), charge positive; energy stored is that in the cells.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import Curve, Floats, Value, over_steps
from wattstone.equipment.limits import Range, not_negative, outside, positive
from wattstone.equipment.linear import LinearState

__all__ = ["Battery", "BatteryState", "fade", "findings", "initial_state", "linear", "planning_efficiency", "step"]

SUBSTEP = 1 / 12  # h: a power limit that moves with the state of charge is looked up again this often
HOURS_PER_YEAR = 8766.0
USUAL = Curve.constant(math.sqrt(0.85))
ROUNDING = 1e-9  # 0.1 h / SUBSTEP is not to be one sub-step more than 6 min / 5 min


@dataclass(frozen=True, kw_only=True)
class Battery:
    """Parameters of a battery, or of d of one kind, with arrays for capacities and limits.

    Parameters
    ----------
    capacity : float or (d,) array
        Energy that can be stored when new. [kWh]
    charge_limit, discharge_limit : float or (d,) array
        Largest powers into and out of the battery. [kW]
    inverter : float or (d,) array
        Largest power of the inverter, which caps both limits. [kW]
    charge_efficiency, discharge_efficiency : Curve
        Efficiency one way, over the power as a share of its limit; the round trip is their product, 85 % unless
        given [1]_. [1]
    taper : Curve or None
        Share of the limits that is available, over the state of charge, both ways. [1]
    standing_loss : float
        Share of the stored energy that is lost in an hour. [h-1]
    lowest, highest : float
        State of charge that is never left, as a share of the present capacity. [1]
    reserve : float
        Share of the present capacity that is kept for an outage, where it is above `lowest`. [1]
    wear_cost : float
        Cost of wear for each kWh that flows in or out. [currency kWh-1]
    cycle_fade : float
        Share of the first capacity that is lost by a full cycle, in and out. [1]
    calendar_fade : float
        Share of the first capacity that is lost in a year of 8766 h. [year-1]

    References
    ----------
    .. [1] W. Cole, A. Karmakar, "Cost projections for utility-scale battery storage: 2023 update," NREL/TP-6A40-85332,
       2023.
    """

    capacity: Value
    charge_limit: Value
    discharge_limit: Value
    inverter: Value = math.inf
    charge_efficiency: Curve = USUAL
    discharge_efficiency: Curve = USUAL
    taper: Curve | None = None
    standing_loss: float = 0.0
    lowest: float = 0.0
    highest: float = 1.0
    reserve: float = 0.0
    wear_cost: float = 0.0
    cycle_fade: float = 0.0
    calendar_fade: float = 0.0

    @property
    def limits(self) -> tuple[Floats, Floats]:
        """Largest charge and discharge that battery and inverter allow together. [kW]"""
        charge = np.minimum(np.asarray(self.charge_limit, dtype=float), self.inverter)
        return charge, np.minimum(np.asarray(self.discharge_limit, dtype=float), self.inverter)

    def floor(self, *, outage: bool = False) -> float:
        """State of charge below which it is not discharged. [1]"""
        return self.lowest if outage else max(self.lowest, self.reserve)


@dataclass(frozen=True, kw_only=True, eq=False)
class BatteryState:
    """What a battery holds at an instant.

    Parameters
    ----------
    energy : (d,) array
        Energy stored. [kWh]
    capacity : (d,) array
        Energy that can be stored at its age. [kWh]
    """

    energy: Floats
    capacity: Floats

    @property
    def charge(self) -> Floats:
        """State of charge: energy over present capacity, 0 where there is none. [1]"""
        return _ratio(self.energy, self.capacity)


def initial_state(battery: Battery, *, charge: npt.ArrayLike = 0.0) -> BatteryState:
    """A new battery at a state of charge.

    Parameters
    ----------
    battery : Battery
    charge : float or (d,) array
        State of charge. [1]

    Returns
    -------
    BatteryState
    """
    capacity = np.atleast_1d(np.asarray(battery.capacity, dtype=float))
    return BatteryState(energy=capacity * np.asarray(charge, dtype=float), capacity=capacity)


def step(
    battery: Battery, state: BatteryState, request: npt.ArrayLike, hours: float, *, outage: bool = False
) -> tuple[Floats, BatteryState]:
    """The flow that is possible for a constant request over an interval, and the state that it leaves.

    With power p at the meter, charge positive, and the rate r at which what is stored is lost,

        dE/dt = efficiency(p / limit) p - r E,    for p < 0: dE/dt = p / efficiency(-p / limit) - r E

    whose exact solution is used, so that four quarters of an hour are one hour. Efficiency is that of the power that
    flows, not of an energy per step, and the loss is per hour, not per step. A power limit that moves with the state
    of charge is looked up again every 5 minutes. A battery that gets full or empty on the way flows at its power up
    to then, so that the flow returned, the mean over the interval, is lower.

    Parameters
    ----------
    battery : Battery
    state : BatteryState
        At the start of the interval.
    request : float or (d,) array
        Wanted power, charge positive. Nothing flows where it is NaN. [kW]
    hours : float
        Length of the interval. [h]
    outage : bool
        Whether the reserve may be used.

    Returns
    -------
    flow : (d,) array
        Mean power over the interval, charge positive, discharge negative. [kW]
    state : BatteryState
        At the end of the interval.

    Examples
    --------
    >>> good = Curve.constant(0.95)
    >>> battery = Battery(capacity=10.0, charge_limit=5.0, discharge_limit=5.0, charge_efficiency=good)
    >>> flow, after = step(battery, initial_state(battery), 4.0, 0.5)
    >>> float(flow[0]), round(float(after.energy[0]), 6)
    (4.0, 1.9)
    """
    wanted = np.asarray(request, dtype=float)
    wanted = np.where(np.isnan(wanted), 0.0, wanted)
    parts = 1 if battery.taper is None else max(1, math.ceil(hours / SUBSTEP - ROUNDING))
    part, energy, moved = hours / parts, state.energy, 0.0
    for _ in range(parts):
        now = BatteryState(energy=energy, capacity=state.capacity)
        flow, energy = _flow(battery, now, wanted, part, floor=battery.floor(outage=outage))
        moved = moved + flow * part
    moved = np.asarray(moved)
    aged = fade(battery, state.capacity, np.abs(moved), hours)
    return moved / hours, BatteryState(energy=np.minimum(energy, aged), capacity=aged)


def _flow(
    battery: Battery, state: BatteryState, wanted: Floats, hours: float, *, floor: float
) -> tuple[Floats, Floats]:
    """Mean flow and energy at the end, with limits and efficiencies as they are at the start. [kW], [kWh]"""
    available = 1.0 if battery.taper is None else battery.taper.at(state.charge)
    charge_limit, discharge_limit = battery.limits
    charge = np.minimum(np.maximum(wanted, 0.0), charge_limit * available)
    discharge = np.minimum(np.maximum(-wanted, 0.0), discharge_limit * available)
    stored = charge * battery.charge_efficiency.at(_ratio(charge, battery.charge_limit))
    drawn = discharge / battery.discharge_efficiency.at(_ratio(discharge, battery.discharge_limit))
    kept, gain = _decay(battery, hours)
    left = state.energy * kept
    room = np.maximum(state.capacity * battery.highest - left, 0.0) / gain
    rest = np.maximum(left - state.capacity * floor, 0.0) / gain
    filled, emptied = np.minimum(stored, room), np.minimum(drawn, rest)
    flow = charge * _ratio(filled, stored) - discharge * _ratio(emptied, drawn)
    return flow, left + (filled - emptied) * gain


def _decay(battery: Battery, hours: float) -> tuple[float, float]:
    """Share of what is stored that is left after a time, and the time for which a constant inflow counts. [1], [h]"""
    rate = -math.log1p(-battery.standing_loss)
    return math.exp(-rate * hours), hours if rate == 0 else -math.expm1(-rate * hours) / rate


def _ratio(part: npt.ArrayLike, whole: npt.ArrayLike) -> Floats:
    above, below = np.broadcast_arrays(np.asarray(part, dtype=float), np.asarray(whole, dtype=float))
    return np.divide(above, below, out=np.zeros(above.shape), where=below > 0)


def fade(battery: Battery, capacity: Floats, throughput: Floats, hours: float) -> Floats:
    """Capacity after a time of use: linear in cycles and in years.

    A full cycle is a throughput of twice the present capacity. With `calendar_fade` 0 this is the capacity loss of the
    CityLearn simulator [1]_.

    Parameters
    ----------
    battery : Battery
    capacity : (d,) array
        Before. [kWh]
    throughput : (d,) array
        Energy that flowed in and out, both positive. [kWh]
    hours : float
        Time that passed. [h]

    Returns
    -------
    (d,) array
        Not below 0. [kWh]

    References
    ----------
    .. [1] J. R. Vazquez-Canteli et al., "CityLearn v1.0," BuildSys, 2019; the formula is that of version 1.3.6.
    """
    cycles = _ratio(throughput, 2 * capacity)
    share = battery.cycle_fade * cycles + battery.calendar_fade * hours / HOURS_PER_YEAR
    return np.maximum(capacity - np.asarray(battery.capacity, dtype=float) * share, 0.0)


def planning_efficiency(battery: Battery) -> tuple[float, float]:
    """One efficiency each way for a planner that knows no curve: the mean over all powers, each weighed by itself.

    Parameters
    ----------
    battery : Battery

    Returns
    -------
    charge, discharge : float
        Energy stored over energy in, and energy out over energy drawn from store, if every power from 0 to the limit
        is as frequent as another. [1]

    Examples
    --------
    >>> good = Curve.constant(0.95)
    >>> planning_efficiency(
    ...     Battery(capacity=1, charge_limit=1, discharge_limit=1, charge_efficiency=good, discharge_efficiency=good)
    ... )
    (0.95, 0.95)
    """
    power = np.linspace(0.0, 1.0, 1001)
    stored = np.trapezoid(power * battery.charge_efficiency.at(power), power)
    drawn = np.trapezoid(power / battery.discharge_efficiency.at(power), power)
    return round(float(2 * stored), 9), round(float(0.5 / drawn), 9)


def linear(
    battery: Battery, state: BatteryState, *, steps: int, hours: float, device: int = 0, outage: bool = False
) -> LinearState:
    """A battery for a planner: one state (energy stored), and two inputs, `charge` and `discharge`.

    Efficiencies are constant (`planning_efficiency`) and the limits do not taper, so that `step` may allow less than
    was planned. A battery that is below its floor or above its ceiling is let be until it is within.

    Parameters
    ----------
    battery : Battery
    state : BatteryState
        At the start of the first interval.
    steps : int
        Intervals, t.
    hours : float
        Length of an interval. [h]
    device : int
        Which of d batteries.
    outage : bool
        Whether the reserve may be used.

    Returns
    -------
    LinearState
        n = 1 [kWh], m = 2.
    """
    into, out = planning_efficiency(battery)
    kept, gain = _decay(battery, hours)
    energy, capacity = float(state.energy[device]), float(state.capacity[device])
    floor, ceiling = capacity * battery.floor(outage=outage), capacity * battery.highest
    left = energy * kept ** np.arange(1.0, steps + 1)
    lower = np.minimum(floor, left) if energy < floor else over_steps(floor, steps)
    upper = np.maximum(ceiling, left) if energy > ceiling else over_steps(ceiling, steps)
    most = [float(np.broadcast_to(limit, state.energy.shape)[device]) for limit in battery.limits]
    return LinearState(
        name="battery",
        inputs=("charge", "discharge"),
        unit="kWh",
        hours=hours,
        initial=np.array([energy]),
        a=np.array([[kept]]),
        b=np.tile(np.array([[into * gain, -gain / out]]), (steps, 1, 1)),
        c=np.zeros((steps, 1)),
        lower=lower[:, None],
        upper=upper[:, None],
        input_lower=np.zeros((steps, 2)),
        input_upper=np.tile(most, (steps, 1)),
        sign=np.array([1.0, -1.0]),
        base=np.zeros(steps),
        wear=np.full(2, battery.wear_cost),
        least=np.zeros(2),
        exclusive=True,
    )


def findings(battery: Battery, *, place: str = "battery") -> tuple[Finding, ...]:
    """What is impossible about a battery (errors), and what is odd (warnings).

    Parameters
    ----------
    battery : Battery
    place : str
        How the battery is called.

    Returns
    -------
    tuple of Finding
        `equipment.range`, `equipment.battery_window`, `equipment.battery_inverter`.
    """
    return (*outside(place, _ranges(battery)), *_odd(battery, place))


def _ranges(battery: Battery) -> Iterator[tuple[str, npt.ArrayLike, Range]]:
    share = Range(0.0, 1.0, "")
    yield "capacity", battery.capacity, positive("kWh")
    yield "charge_limit", battery.charge_limit, not_negative("kW")
    yield "discharge_limit", battery.discharge_limit, not_negative("kW")
    yield "inverter", battery.inverter, Range(0.0, math.inf, "kW", open_least=True)
    for name in ("charge_efficiency", "discharge_efficiency"):
        yield name, getattr(battery, name).y, Range(0.0, 1.0, "", open_least=True)
    yield "taper", battery.taper.y if battery.taper else 1.0, share
    yield "standing_loss", battery.standing_loss, Range(0.0, 1.0, "per hour", open_most=True)
    for name in ("lowest", "highest", "reserve", "cycle_fade", "calendar_fade"):
        yield name, getattr(battery, name), share
    yield "wear_cost", battery.wear_cost, not_negative("per kWh")


def _odd(battery: Battery, place: str) -> Iterator[Finding]:
    if max(battery.lowest, battery.reserve) >= battery.highest:
        yield Finding(
            code="equipment.battery_window",
            place=place,
            found="no energy can be used between the floor of {floor} and the ceiling of {highest}",
            expected="lowest and reserve below highest",
            remedy="lower the reserve, or raise highest",
            params={"floor": f"{battery.floor():g}", "highest": f"{battery.highest:g}"},
        )
    asked = np.maximum(battery.charge_limit, battery.discharge_limit)
    over = np.atleast_1d(asked > np.asarray(battery.inverter))
    if over.any():
        inverter = np.broadcast_to(battery.inverter, over.shape)[over][0]
        yield Finding(
            code="equipment.battery_inverter",
            place=place,
            found="the battery can do {battery} kW, its inverter {inverter} kW, which is the limit",
            expected="an inverter of the battery's power",
            remedy="nothing, if that is how it was built; else correct inverter",
            params={"battery": f"{np.broadcast_to(asked, over.shape)[over][0]:g}", "inverter": f"{inverter:g}"},
            count=int(over.sum()),
            severity="warning",
        )
