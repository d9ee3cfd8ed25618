"""Charging of electric vehicles: what is possible between arrival and departure, and what happens if nobody steers.

Energies and powers are those at the charger's meter (AC). While a car charges as fast as it can, the energy that it has
got after a time is a curve (`charging.charged`); all bounds here are that curve, shifted. Sessions are made, checked
and mended in `sessions`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.equipment.arrays import Floats, Grid
from wattstone.equipment.charging import charged, hours_needed
from wattstone.equipment.linear import LinearState
from wattstone.equipment.sessions import Sessions

__all__ = ["Envelope", "envelope", "linear", "unmanaged"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Envelope:
    """What charging may do on a grid of intervals: cumulative energy and power, with their bounds.

    Any schedule of powers whose sum stays between the bounds at the end of each interval gives each car its energy by
    departure, and none that leaves them does, save for the loss of power near full charge. The sum over cars
    (`total`) is a relaxation: not every sum within the summed bounds can be shared out.

    Parameters
    ----------
    grid : Grid
    lower, upper : (s, t) array
        Least and most energy from the start of the grid to the end of each interval. [kWh]
    power : (s, t) array
        Largest mean power in each interval: the limit times the share of the interval with the car there. [kW]
    least : (s,) array
        Least power of a car that charges. [kW]
    short : (s,) array
        Energy that is wanted and cannot be got. [kWh]
    """

    grid: Grid
    lower: Floats
    upper: Floats
    power: Floats
    least: Floats
    short: Floats

    def total(self) -> "Envelope":
        """All cars as one, s = 1."""
        return Envelope(
            grid=self.grid,
            lower=self.lower.sum(axis=0, keepdims=True),
            upper=self.upper.sum(axis=0, keepdims=True),
            power=self.power.sum(axis=0, keepdims=True),
            least=np.zeros(1),
            short=self.short.sum(keepdims=True),
        )


def envelope(sessions: Sessions, grid: Grid, *, delivered: npt.ArrayLike = 0.0) -> Envelope:
    """Bounds of the energy that has been charged by the end of each interval.

    The upper bound charges at once, the lower as late as possible. A session that wants more than it can get gets what
    it can (`Envelope.short`), and one that leaves before it arrives gets nothing.

    Parameters
    ----------
    sessions : Sessions
        Of s cars; those that are not there within the grid have bounds of 0.
    grid : Grid
        Of t intervals.
    delivered : float or (s,) array
        Energy that was delivered before the grid starts. [kWh]

    Returns
    -------
    Envelope

    Examples
    --------
    >>> from wattstone.equipment.sessions import Sessions
    >>> times = np.array(["2024-01-01T00:00", "2024-01-01T04:00"], dtype="datetime64[us]")
    >>> car = Sessions.of(("a",), arrival=times[:1], departure=times[1:], energy=[6.0], limit=3.0)
    >>> bounds = envelope(car, Grid(start=times[0], hours=1.0, steps=4))
    >>> bounds.lower.tolist(), bounds.upper.tolist()
    ([[0.0, 0.0, 3.0, 6.0]], [[3.0, 6.0, 6.0, 6.0]])
    """
    law = sessions.law()
    got = np.minimum(np.broadcast_to(np.asarray(delivered, dtype=float), sessions.energy.shape), sessions.energy)
    arrival = np.maximum(grid.position(sessions.arrival), 0.0)
    stay = np.maximum(grid.position(sessions.departure) - arrival, 0.0)
    before = hours_needed(law, got)
    target = np.minimum(sessions.energy, np.maximum(charged(law, before + stay), got))
    needed = hours_needed(law, target)
    edges = np.arange(grid.steps + 1) * grid.hours
    present = np.clip(edges[None, :] - arrival[:, None], 0.0, stay[:, None])
    columns = law.columns()
    soon = np.minimum(charged(columns, before[:, None] + present), target[:, None])
    late = charged(columns, np.maximum(needed[:, None] - stay[:, None] + present, 0.0))
    late = np.clip(late, got[:, None], target[:, None])
    return Envelope(
        grid=grid,
        lower=late[:, 1:] - got[:, None],
        upper=soon[:, 1:] - got[:, None],
        power=sessions.limit[:, None] * np.diff(present, axis=1) / grid.hours,
        least=sessions.least,
        short=sessions.energy - target,
    )


def linear(sessions: Sessions, grid: Grid, *, delivered: npt.ArrayLike = 0.0) -> tuple[LinearState, ...]:
    """Each car for a planner: one state (energy since the grid starts), one input, `charge`.

    Parameters
    ----------
    sessions : Sessions
    grid : Grid
    delivered : float or (s,) array
        Energy that was delivered before the grid starts. [kWh]

    Returns
    -------
    tuple of LinearState
        One for each session; n = 1 [kWh], m = 1.
    """
    bounds = envelope(sessions, grid, delivered=delivered)
    return tuple(_car(bounds, car) for car in range(len(sessions.ids)))


def _car(bounds: Envelope, car: int) -> LinearState:
    steps, hours = bounds.grid.steps, bounds.grid.hours
    return LinearState(
        name="car",
        inputs=("charge",),
        unit="kWh",
        hours=hours,
        initial=np.zeros(1),
        a=np.eye(1),
        b=np.full((steps, 1, 1), hours),
        c=np.zeros((steps, 1)),
        lower=bounds.lower[car][:, None],
        upper=bounds.upper[car][:, None],
        input_lower=np.zeros((steps, 1)),
        input_upper=bounds.power[car][:, None],
        sign=np.ones(1),
        base=np.zeros(steps),
        wear=np.zeros(1),
        least=bounds.least[car : car + 1],
    )


def unmanaged(sessions: Sessions, grid: Grid) -> Floats:
    """Load of all sessions when each charges at once and as fast as it can: the baseline of smart charging.

    Parameters
    ----------
    sessions : Sessions
        Of s cars, any number; each is worked out over its own intervals alone.
    grid : Grid
        Of t intervals.

    Returns
    -------
    (t,) array
        Mean power. [kW]
    """
    law = sessions.law()
    arrival, stay = grid.position(sessions.arrival), np.maximum(sessions.hours(), 0.0)
    busy = np.minimum(hours_needed(law, np.minimum(sessions.energy, charged(law, stay))), stay)
    first = np.clip(np.floor(arrival / grid.hours), 0, grid.steps).astype(np.int64)
    last = np.clip(np.ceil((arrival + busy) / grid.hours), 0, grid.steps).astype(np.int64)
    count = np.maximum(last - first, 0)
    car = np.repeat(np.arange(count.size), count)
    passed = np.arange(car.size) - np.repeat(np.cumsum(count) - count, count)
    interval = first[car] + passed
    begin = np.clip(interval * grid.hours - arrival[car], 0.0, busy[car])
    end = np.clip((interval + 1) * grid.hours - arrival[car], 0.0, busy[car])
    each = law.take(car)
    energy = charged(each, end) - charged(each, begin)
    return np.bincount(interval, weights=energy, minlength=grid.steps) / grid.hours
