"""Batteries of a community, planned hour by hour for its cost, carbon and load on the grid.

What is asked of a battery now flows in the next hour, whose load and sun are not known. Every hour the planner takes in
what was metered, and lays the coming hours out as expected costs over the errors that the forecasts have made so far
(`community_program`); only the first hour of the plan is carried out. The weights are those of the score in
`community_score`, divided by what the community would have cost so far without batteries. Nothing of the whole year
enters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wattstone.dispatch.community_program import CommunityOutlook, CommunityPlan, CommunityProgram, Pieces
from wattstone.dispatch.community_score import WINDOW
from wattstone.dispatch.community_spread import ErrorSpread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wattstone.dispatch.community_battery import BatteryState, CommunityBattery

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["CommunityForecast", "CommunityPlanner", "CommunitySettings"]

_DAY = 24
_TAIL = (0.90, 0.97, 0.99)
_TAIL_SHARES = (0.02, 0.04, 0.94)  # of the weight of the peak that is laid on each of these errors, the farthest first


@dataclass(frozen=True)
class CommunitySettings:
    """How the planner plans; the same for all communities.

    Parameters
    ----------
    horizon : int
        Hours ahead.
    cuts : int
        Equally likely errors of an hour.
    later : float
        Size of the errors of the second hour and later, relative to those of the first; they will be planned again.
    lean : float
        Share of the community's mean error at an hour of the day that is expected to come again.
    end_value : float
        Value of energy at the end, relative to what the cheapest hour ahead would cost.
    efficiency : float
        One way, in the plan. [1]
    peak : float
        Weight of the load factor, relative to the score's.
    last_peak : float
        Share of the highest net of the window before that the new one will reach in any case.
    """

    horizon: int = 16
    cuts: int = 21
    later: float = 1.2
    lean: float = 0.5
    end_value: float = 0.5
    efficiency: float = 0.92
    peak: float = 0.5
    last_peak: float = 0.8


@dataclass(frozen=True, eq=False)
class CommunityForecast:
    """What is expected of the coming hours; row 0 is the next.

    Parameters
    ----------
    net : (lead, home) array
        Load less PV. [kWh]
    correction : (lead,) array
        What the sum of the homes will differ from the sum of `net`. [kWh]
    price : (lead,) array
        Known price. [$ kWh-1]
    intensity : (lead,) array
        Carbon intensity of the grid. [kg kWh-1]
    """

    net: Floats
    correction: Floats
    price: Floats
    intensity: Floats


class CommunityPlanner:
    """Asks the batteries of a community, hour after hour.

    Parameters
    ----------
    battery : CommunityBattery
        The batteries.
    settings : CommunitySettings or None
        None: the defaults.
    """

    def __init__(self, battery: CommunityBattery, settings: CommunitySettings | None = None) -> None:
        self.settings = settings or CommunitySettings()
        self._battery, homes, cuts = battery, battery.capacity.size, self.settings.cuts
        self._program = CommunityProgram(
            homes,
            self.settings.horizon,
            cuts=(cuts, cuts + len(_TAIL), cuts),
            power=battery.power,
            efficiency=self.settings.efficiency,
        )
        self._homes = ErrorSpread(homes, cuts=cuts)
        self._district = ErrorSpread(1, cuts=cuts, lean=self.settings.lean, tail=_TAIL)
        self._totals = _Totals()
        self._told: CommunityForecast | None = None
        self._last = 0.0
        self._now = -1

    def observe(self, hour: int, net: Floats, flow: Floats, price: float, intensity: float) -> None:
        """Take in an hour.

        Parameters
        ----------
        hour : int
            Hour of the day, 0 to 23.
        net, flow : (home,) arrays
            Load less PV, and flow of the battery on the grid side, charge positive; NaN where the net is not known.
            [kWh]
        price : float
            [$ kWh-1]
        intensity : float
            [kg kWh-1]
        """
        self._now += 1
        told = self._told
        if told is not None:
            error = net - told.net[0]
            self._homes.observe(hour, error)
            self._district.observe(hour, np.array([error.sum() - told.correction[0]]))
        expected = np.zeros_like(net) if told is None else told.net[0]
        net = np.where(np.isfinite(net), net, expected)
        self._last = float((net + flow).sum())
        self._totals.observe(net, self._last, price, intensity if np.isfinite(intensity) else 0.0)
        if self._now % _DAY == 0:
            self._homes.cut()
            self._district.cut()

    def plan(
        self, hour: int, forecast: CommunityForecast, state: BatteryState
    ) -> tuple[CommunityPlan, CommunityOutlook] | None:
        """The plan of the coming hours; its first row is to be asked for now.

        Parameters
        ----------
        hour : int
            Hour of the day of the last observation.
        forecast : CommunityForecast
            The coming hours.
        state : BatteryState
            Where the batteries stand.

        Returns
        -------
        (CommunityPlan, CommunityOutlook) or None
            None in the first day, while no error of a forecast is known: the batteries rest.
        """
        self._told = forecast
        if self._now < _DAY:
            return None
        outlook = self._outlook(hour, forecast)
        return self._program.plan(outlook, state.charge, state.capacity, self._first(state)), outlook

    def cost(self, outlook: CommunityOutlook, plan: CommunityPlan) -> float:
        """The objective of a plan recomputed from its flows; see `CommunityProgram.cost`.

        Parameters
        ----------
        outlook : CommunityOutlook
            What the plan was made for.
        plan : CommunityPlan
            The plan.

        Returns
        -------
        float
            To be equal to the plan's objective.
        """
        return self._program.cost(outlook, plan)

    def _first(self, state: BatteryState) -> tuple[Floats, Floats]:
        """What fits and what is there in the next hour, at the efficiency of just that flow: nothing is over-asked."""
        limit = self._battery.power_limit(state)
        room, charge, discharge = np.maximum(state.capacity - state.charge, 0.0), limit, limit
        for _ in range(6):
            charge = np.minimum(limit, room / self._battery.one_way(charge))
            discharge = np.minimum(limit, state.charge * self._battery.one_way(discharge))
        return charge, discharge

    def _outlook(self, hour: int, forecast: CommunityForecast) -> CommunityOutlook:
        settings, totals = self.settings, self._totals
        hours = (hour + np.arange(1, settings.horizon + 1)) % 24
        later = np.where(np.arange(settings.horizon) == 0, 1.0, settings.later)[:, None]
        home = (self._homes.size(hours) * later)[..., None] * self._homes.errors.T
        size = self._district.size(hours) * later
        centre = forecast.correction.copy()
        centre[0] += float(self._district.leaning(int(hours[0]))[0])
        shape = size * self._district.errors[:, 0]
        by_cost, by_carbon, by_ramp = totals.weights()
        price = by_cost * np.maximum(forecast.price, 0.0)
        carbon = by_carbon * forecast.intensity
        highest, by_peak = totals.peak(settings.last_peak)
        extremes = centre[:, None] + size * self._district.extremes[:, 0]
        rises = np.broadcast_to(settings.peak * by_peak * np.array(_TAIL_SHARES), extremes.shape)
        district = Pieces.expected(centre[:, None] + shape, np.zeros_like(price), price)
        ramp = np.full(settings.horizon, by_ramp)
        return CommunityOutlook(
            net=forecast.net,
            last=self._last,
            homes=Pieces.expected(home, np.zeros(home.shape[:2]), np.broadcast_to(carbon[:, None], home.shape[:2])),
            district=district.with_rises(highest - extremes[:, ::-1], rises),
            ramps=Pieces.expected(np.diff(centre, prepend=0.0)[:, None] + shape, -ramp, ramp),
            end_value=settings.end_value * (float(price.min()) + float(carbon.mean())) * settings.efficiency,
        )


class _Totals:
    """What the community would have cost so far without batteries: the weights of the terms."""

    def __init__(self) -> None:
        self._hours = 0
        self._cost = self._carbon = self._ramp = 0.0
        self._before = 0.0
        self._sum = 0.0
        self._highest = self._highest_without = self._highest_last = 0.0
        self._factors: list[float] = []

    def observe(self, net: Floats, with_battery: float, price: float, intensity: float) -> None:
        district = float(net.sum())
        if self._hours and self._hours % WINDOW == 0:
            self._factors.append(1 - self._sum / WINDOW / max(self._highest_without, 1e-6))
            self._highest_last = self._highest
            self._highest = self._highest_without = self._sum = 0.0
        self._cost += max(0.0, price * district)
        self._carbon += float(np.maximum(intensity * net, 0.0).sum())
        self._ramp += abs(district - self._before) if self._hours else 0.0
        self._before, self._sum, self._hours = district, self._sum + district, self._hours + 1
        self._highest = max(self._highest, with_battery)
        self._highest_without = max(self._highest_without, district)

    def weights(self) -> tuple[float, float, float]:
        """Of a unit of cost, of carbon and of ramping, times the hours of the year; 0 where there was none of it."""
        pairs = ((3.0, self._cost), (3.0, self._carbon), (6.0, self._ramp))
        cost, carbon, ramp = (self._hours / (share * total) if total > 0 else 0.0 for share, total in pairs)
        return cost, carbon, ramp

    def peak(self, last: float) -> tuple[float, float]:
        """The net that will be reached in this window in any case, and the weight of a kWh above it."""
        usual = float(np.mean(self._factors)) if self._factors else 0.85
        highest = max(self._highest, last * self._highest_last, 0.1)
        mean = self._sum / max(1, (self._hours - 1) % WINDOW + 1)
        # Of 1 - mean / highest by highest; held while a window is young and its highest is low.
        scale = max(highest, 0.5 * self._highest_last, 2.0 * abs(mean))
        return highest, WINDOW * max(mean, 0.0) / (6 * max(usual, 0.1) * scale**2)
