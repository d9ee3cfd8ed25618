"""What a forecaster is given and gives: the past of a site, and what is expected of the steps to come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from wattstone.dispatch.outlook import Errors, Outlook

Floats = NDArray[np.float64]

__all__ = ["Expected", "Forecaster", "Past", "again", "past_of", "seasonal_naive"]


def _none() -> Floats:
    return np.zeros((0, 0))


@dataclass(frozen=True, eq=False)
class Past:
    """What is known at a step: everything before it, nothing of it.

    Parameters
    ----------
    step : int
        Steps since the start of the period.
    load : (t,) array
        Up to the step, not included. [kW]
    pv : (systems, t) array
        What the sun allowed. [kW]
    intensity : (t,) array
        [kg CO2e kWh-1]
    drift : (buffers, t) array
        What the state of each buffer gained by itself: by outdoor temperature, use of water, traffic.
    wanted, needed : (dimmables, t) arrays
        Light that people chose, and the least that was needed, as shares of full.
    buildings : (buildings, t) array
        Load of each building, within `load`. [kW]
    """

    step: int
    load: Floats
    pv: Floats
    intensity: Floats
    drift: Floats = field(default_factory=_none)
    wanted: Floats = field(default_factory=_none)
    needed: Floats = field(default_factory=_none)
    buildings: Floats = field(default_factory=_none)


@dataclass(frozen=True, eq=False)
class Expected:
    """A forecast of h steps.

    Parameters
    ----------
    load : (h,) array
        [kW]
    pv : (systems, h) array
        [kW]
    intensity : (h,) array
        [kg CO2e kWh-1]
    errors : Errors or None
        Spread of the net load in the first steps.
    drift : (buffers, h) array or None
        What buffers gain by themselves; None: as at this time a day ago.
    margin : (h,) array or None
        By how much the net load may lie above its forecast where peaks are concerned. None: the highest of `errors`,
        and after the first steps as much as in the last of them. [kW]
    wanted, needed : (dimmables, h) arrays or None
        Light; None where it follows a clock, which is known ahead as a tariff is.
    buildings : (buildings, h) array
        Load of each building, within `load`. [kW]
    building_errors : tuple of Errors
        Spread of the net load of each building, and last of what is common.
    """

    load: Floats
    pv: Floats
    intensity: Floats
    errors: Errors | None = None
    drift: Floats | None = None
    margin: Floats | None = None
    wanted: Floats | None = None
    needed: Floats | None = None
    buildings: Floats = field(default_factory=_none)
    building_errors: tuple[Errors, ...] = ()


Forecaster = Callable[[Past, int], Expected]
"""Makes a forecast of some steps from the past."""


def past_of(truth: Outlook, step: int) -> Past:
    """Copies of what happened before a step."""
    series = (truth.load, truth.pv, truth.carbon, truth.drift, truth.wanted, truth.needed, truth.buildings)
    return Past(step, *(one[..., :step].copy() for one in series))


def again(series: Floats, steps: int, *, day: int) -> Floats:
    """As at this time a day ago; 0 before there is a day.

    Parameters
    ----------
    series : (..., t) array
        What happened.
    steps, day : int
        How many to say; steps of a day.
    """
    last = series[..., -day:]
    if last.shape[-1] < day:
        last = np.concatenate((np.zeros((*series.shape[:-1], day - last.shape[-1])), last), axis=-1)
    return np.tile(last, -(-steps // day))[..., :steps]


def seasonal_naive(day: int) -> Forecaster:
    """The forecaster that says of load, sun, intensity and buffers: as at this time a day ago; 0 before there is a day.

    Parameters
    ----------
    day : int
        Steps of a day.
    """

    def forecast(past: Past, steps: int) -> Expected:
        load, pv, intensity = (again(one, steps, day=day) for one in (past.load, past.pv, past.intensity))
        drift, buildings = (again(one, steps, day=day) for one in (past.drift, past.buildings))
        return Expected(load, pv, intensity, drift=drift, buildings=buildings)

    return forecast
