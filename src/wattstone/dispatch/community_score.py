"""The score of the CityLearn Challenge 2022, final rule: cost, carbon and grid of a community against no battery [1]_.

With E[b, t] the energy that home b draws from the grid in hour t and N[t] its sum over the homes,

* cost C: sum of max(0, price N), netted between the homes;
* carbon G: sum of max(0, intensity E), not netted;
* ramping R: sum of abs(N[t] - N[t - 1]);
* load factor L: mean over windows of 730 hours of 1 - mean N / max N;

each divided by what it is without batteries. The score is (C + G + (R + L) / 2) / 3; lower is better, no battery is 1.

References
----------
.. [1] K. Nweye et al., "The CityLearn Challenge 2022: overview, results, and lessons learned," PMLR 220, 2022, pp.
   85-103; CityLearn, version 1.3.6, `CostFunction`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wattstone.dispatch.community_battery import CommunityBattery

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["WINDOW", "CommunityScore", "replay", "score_community"]

WINDOW = 730
"""Hours of a window of the load factor: a twelfth of 8,760."""


@dataclass(frozen=True)
class CommunityScore:
    """The four parts, each divided by its value without batteries, and the score.

    Parameters
    ----------
    cost, carbon, ramping, load_factor : float
        C, G, R and L of the module's text; NaN where nothing would be paid, emitted, or moved without batteries. [1]
    """

    cost: float
    carbon: float
    ramping: float
    load_factor: float

    @property
    def score(self) -> float:
        """(C + G + (R + L) / 2) / 3."""
        return (self.cost + self.carbon + (self.ramping + self.load_factor) / 2) / 3


def replay(battery: CommunityBattery, actions: Floats) -> tuple[Floats, Floats]:
    """What the batteries do when these actions are sent, hour by hour from empty.

    Parameters
    ----------
    battery : CommunityBattery
        The batteries.
    actions : (t, home) array
        Chosen at hour t as a share of the capacity when new, acting on hour t + 1; the last acts on nothing. [1]

    Returns
    -------
    (home, t) array
        Flow on the grid side, charge positive; 0 in the first hour. [kWh]
    (home, t) array
        Charge at the end of each hour. [kWh]
    """
    hours, homes = actions.shape
    flow, charge = np.zeros((homes, hours)), np.zeros((homes, hours))
    state = battery.empty()
    for hour in range(1, hours):
        state, flow[:, hour] = battery.step(state, actions[hour - 1] * battery.capacity)
        charge[:, hour] = state.charge
    return flow, charge


def score_community(net: Floats, flow: Floats, price: Floats, intensity: Floats) -> CommunityScore:
    """The score of a community's batteries.

    Parameters
    ----------
    net : (home, t) array
        Load less PV. [kWh]
    flow : (home, t) array
        Flow of the batteries on the grid side, charge positive. [kWh]
    price : (t,) array
        Price of imported energy. [$ kWh-1]
    intensity : (t,) array
        Carbon intensity of the grid. [kg kWh-1]

    Returns
    -------
    CommunityScore
        Against the same homes without batteries.

    Examples
    --------
    One home shifts all of an hour's need into the hour before.

    >>> net, flow = np.array([[1.0, 2.0, 3.0]]), np.array([[0.0, 1.0, -1.0]])
    >>> parts = score_community(net, flow, price=np.array([1.0, 1.0, 2.0]), intensity=np.ones(3))
    >>> round(parts.cost, 4), parts.carbon, parts.ramping
    (0.8889, 1.0, 1.5)
    """
    with_battery, without = (np.array(_parts(e, price, intensity)) for e in (net + flow, net))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(without == 0, np.nan, with_battery / without)
    return CommunityScore(*(float(part) for part in ratio))


def _parts(energy: Floats, price: Floats, intensity: Floats) -> tuple[float, float, float, float]:
    """C, G, R and L before division."""
    district = energy.sum(axis=0)
    starts: NDArray[np.int64] = np.arange(0, district.size, WINDOW, dtype=np.int64)
    highest = np.maximum.reduceat(district, starts)
    mean = np.add.reduceat(district, starts) / np.diff(np.append(starts, district.size))
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = 1 - mean / highest
    return (
        float(np.maximum(price * district, 0).sum()),
        float(np.maximum(intensity * energy, 0).sum()),
        float(np.abs(np.diff(district)).sum()),
        float(factor.mean()),
    )
