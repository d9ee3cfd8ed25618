"""Load, PV and carbon intensity of the homes of a community in the coming hours, learnt online.

Regressions on what is known at an hour: profiles by hour of day and kind of day, the last hours, the same hour a day
and a week before for loads; a clear-sky envelope times recent shares of it for PV, with the shares of all homes, for
clouds reach one roof before the next. Nothing is kept but sums and the last week, and nothing later than the last
observation can enter, because there is no place where it could be given.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wattstone.forecasting.delayed_ridge import DelayedRidge

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Calendar", "HourlyForecast", "HourlyOnlineForecaster"]

_WEEK = 168
_PROFILE_RATE = 0.1
_ENVELOPE_DAYS = 12
_DAY_FADE = 0.93  # an hour; output of the last half day says how clear the day is
_LOAD_HALF_LIFE = 500.0  # hours: habits change sooner than roofs
_SUN_HALF_LIFE = 1200.0
_LIT = 0.05  # share of the highest envelope below which output tells nothing about the sky


@dataclass(frozen=True, eq=False)
class Calendar:
    """What is known of all hours ahead.

    Parameters
    ----------
    hour : (t,) array of int
        Hour of the day, 0 to 23.
    rest : (t,) array of int
        1 on days of rest, else 0.
    """

    hour: Ints
    rest: Ints

    def ahead(self, now: int, horizon: int) -> tuple[Ints, Ints]:
        """Hour of day and kind of day of the coming hours; the clock runs on after the last row.

        Parameters
        ----------
        now : int
            The last observed hour.
        horizon : int
            How many follow.

        Returns
        -------
        (horizon,) array of int, (horizon,) array of int
            Hour of the day and 1 on days of rest.
        """
        steps = np.arange(1, horizon + 1)
        return (self.hour[now] + steps) % 24, self.rest[np.minimum(now + steps, self.rest.size - 1)]


@dataclass(frozen=True, eq=False)
class HourlyForecast:
    """The coming hours, as seen from the last observation.

    Parameters
    ----------
    load, pv : (lead, home) arrays
        Expected energy; row 0 is the next hour. [kWh]
    intensity : (lead,) array
        Expected carbon intensity of the grid. [kg kWh-1]
    """

    load: Floats
    pv: Floats
    intensity: Floats


class HourlyOnlineForecaster:
    """Forecasts of a community, hour after hour.

    Parameters
    ----------
    calendar : Calendar
        Hours and days of rest, known ahead.
    homes : int
        How many homes.
    horizon : int
        Hours ahead.
    services : int
        Columns of a weather service that are given with each forecast; 0 without one.

    Examples
    --------
    >>> forecaster = HourlyOnlineForecaster(Calendar(np.arange(48) % 24, np.zeros(48, int)), homes=1, horizon=2)
    >>> for hour in range(30):
    ...     forecaster.observe(np.array([1.0]), np.array([0.0]), 0.2)
    ...     forecast = forecaster.predict()
    >>> forecast.load.round(6).ravel(), forecast.pv.ravel(), forecast.intensity.round(6)
    (array([1., 1.]), array([0., 0.]), array([0.2, 0.2]))
    """

    def __init__(self, calendar: Calendar, *, homes: int, horizon: int = 16, services: int = 0) -> None:
        self._calendar, self._horizon = calendar, horizon
        self._loads = _Loads(homes, horizon)
        self._sun = _Sun(homes, horizon, services)
        self._carbon = _Carbon(horizon)
        self._now = -1

    def observe(self, load: Floats, pv: Floats, intensity: float) -> None:
        """Take in an hour.

        Parameters
        ----------
        load, pv : (home,) arrays
            Energy used and generated in the hour; NaN where it is not known. [kWh]
        intensity : float
            Carbon intensity of the grid; NaN where it is not known. [kg kWh-1]
        """
        self._now += 1
        hour, rest = int(self._calendar.hour[self._now]), int(self._calendar.rest[self._now])
        self._loads.observe(hour, rest, load)
        self._sun.observe(self._now, hour, pv)
        self._carbon.observe(hour, intensity)

    def predict(self, service: Floats | None = None) -> HourlyForecast:
        """The coming hours; to be asked for once after each observation.

        Parameters
        ----------
        service : (lead, service) array or None
            What a weather service says of the coming hours, centred about 0.

        Returns
        -------
        HourlyForecast
            From what was observed so far.
        """
        hours, rests = self._calendar.ahead(self._now, self._horizon)
        if self._now % 24 == 0:
            for model in (self._loads, self._sun, self._carbon):
                model.ridge.solve()
        return HourlyForecast(
            self._loads.predict(hours, rests), self._sun.predict(hours, service), self._carbon.predict(hours)
        )


class _Loads:
    """Loads on two profiles, the last hours, and the same hour before."""

    def __init__(self, homes: int, horizon: int) -> None:
        prior = np.zeros(21)
        prior[:2] = 0.5
        self.ridge = DelayedRidge(
            prior, horizon=horizon, series=homes, half_life=_LOAD_HALF_LIFE, penalty=10.0, shared=20.0
        )
        self._horizon = horizon
        self._by_day: Floats = np.full((2, 24, homes), np.nan)
        self._all_days: Floats = np.full((24, homes), np.nan)
        self._last: deque[Floats] = deque(maxlen=_WEEK)
        self._apart: deque[Floats] = deque([np.zeros(homes)] * 3, maxlen=3)
        self._level: Floats = np.zeros(homes)
        self._sum: Floats = np.zeros(homes)
        self._count = 0
        self._expected: Floats = np.zeros(homes)

    def observe(self, hour: int, rest: int, load: Floats) -> None:
        self.ridge.learn(load)
        load = np.where(np.isfinite(load), load, self._expected)
        usual = _or(self._all_days[hour], load)
        usual_of_day = _or(self._by_day[rest, hour], usual)
        self._apart.appendleft(load - 0.5 * (usual + usual_of_day))
        self._level = self._level + (self._apart[0] - self._level) / 24
        first = bool(np.isnan(self._by_day[rest, hour]).any())
        self._by_day[rest, hour] = usual if first else usual_of_day + _PROFILE_RATE * (load - usual_of_day)
        self._all_days[hour] = usual + _PROFILE_RATE * (load - usual)
        self._last.append(load)
        self._sum, self._count = self._sum + load, self._count + 1

    def predict(self, hours: Ints, rests: Ints) -> Floats:
        usual = _or(self._all_days[hours], self._sum / self._count)
        usual_of_day = _or(self._by_day[rests, hours], usual)
        now, apart = self._last[-1], self._apart
        recent = np.mean(list(self._last)[-24:], axis=0)
        ones = np.ones_like(usual)
        cosine, sine = _waves(hours)
        columns = [
            usual_of_day,
            usual,
            self._before(24, usual),
            self._before(_WEEK, usual_of_day),
            ones,
            *(ones * past for past in apart),
            ones * self._level,
            ones * np.sqrt(np.maximum(now, 0.0)),
            ones * np.minimum(apart[0], 0.0),
            ones * np.maximum(apart[0] - 0.8, 0.0),
            ones * (apart[0].sum() - apart[0]),
            ones * recent,
            *(wave * what for what in (ones, apart[0], usual) for wave in (cosine, sine)),
            cosine * (apart[0].sum() - apart[0]),
        ]
        forecast = np.maximum(self.ridge.forecast(np.stack(columns, axis=-1)), 0.0)
        self._expected = forecast[0]
        return forecast

    def _before(self, lag: int, otherwise: Floats) -> Floats:
        """The loads `lag` hours before each coming hour, where they were seen."""
        past = list(self._last)
        rows = [past[len(past) - 1 + k - lag] if len(past) + k > lag else None for k in range(1, self._horizon + 1)]
        return np.stack([otherwise[k] if row is None else row for k, row in enumerate(rows)])


class _Sun:
    """PV as a share of an envelope: the most of the last days at that hour."""

    def __init__(self, homes: int, horizon: int, services: int) -> None:
        prior = np.zeros(14 + homes + services)
        prior[1] = 1.0
        self.ridge = DelayedRidge(prior, horizon=horizon, series=homes, half_life=_SUN_HALF_LIFE, penalty=1.0)
        self._horizon, self._services = horizon, services
        self._days: Floats = np.zeros((_ENVELOPE_DAYS, 24, homes))
        self._last: deque[Floats] = deque(maxlen=24)
        self._share: Floats = np.full(homes, 0.7)
        self._share_before = self._share
        self._generated, self._possible = np.zeros(homes), np.zeros(homes)
        self._lit = np.zeros(homes, dtype=bool)
        self._expected: Floats = np.zeros(homes)

    def observe(self, now: int, hour: int, pv: Floats) -> None:
        self.ridge.learn(pv)
        pv = np.where(np.isfinite(pv), pv, self._expected)
        highest = self._days.max(axis=(0, 1))
        possible = np.maximum(self._days[:, hour].max(axis=0), pv)
        self._lit = (possible > _LIT * highest) & (possible > 1e-6)
        self._share_before = self._share
        self._share = np.where(self._lit, pv / np.maximum(possible, 1e-9), self._share)
        self._generated = self._generated * _DAY_FADE + pv
        self._possible = self._possible * _DAY_FADE + possible
        self._days[now // 24 % _ENVELOPE_DAYS, hour] = pv
        self._last.append(pv)

    def predict(self, hours: Ints, service: Floats | None) -> Floats:
        envelope = self._days.max(axis=0)[hours]
        of_day = np.where(self._possible > 1e-6, self._generated / np.maximum(self._possible, 1e-9), 0.7)
        lit = self._lit.astype(np.float64)
        past = list(self._last)
        before = [past[len(past) - 25 + k] if len(past) + k > 24 else None for k in range(1, self._horizon + 1)]
        columns = [
            envelope,
            envelope * of_day,
            envelope * lit,
            envelope * lit * self._share_before,
            *(envelope * one for one in lit * self._share),
            np.stack([envelope[k] * of_day if row is None else row for k, row in enumerate(before)]),
            (envelope > 0) * lit * past[-1],
            # Shading and the tilt of a roof make mornings and afternoons differ.
            *(
                wave * what
                for what in (envelope, envelope * lit * self._share, (envelope > 0) * lit * past[-1], envelope * of_day)
                for wave in _waves(hours)
            ),
        ]
        if self._services:
            known = np.zeros((self._horizon, self._services)) if service is None else service
            columns += [envelope * column[:, None] for column in known.T]
        forecast = np.clip(self.ridge.forecast(np.stack(columns, axis=-1)), 0.0, envelope * 1.1)
        self._expected = forecast[0]
        return forecast


class _Carbon:
    """Carbon intensity on its profile by hour of day and the last hours."""

    def __init__(self, horizon: int) -> None:
        self.ridge = DelayedRidge(np.array([1.0, 0.0, 0.0, 0.0, 0.0]), horizon=horizon, series=1)
        self._profile: Floats = np.full(24, np.nan)
        self._apart: deque[float] = deque([0.0, 0.0], maxlen=24)
        self._last, self._lowest = 0.0, np.inf

    def observe(self, hour: int, intensity: float) -> None:
        self.ridge.learn(np.array([intensity]))
        if np.isfinite(intensity):
            self._last, self._lowest = intensity, min(self._lowest, intensity)
        usual = float(_or(self._profile[hour], np.float64(self._last)))
        self._apart.append(self._last - usual)
        self._profile[hour] = usual + 0.15 * (self._last - usual)

    def predict(self, hours: Ints) -> Floats:
        usual = _or(self._profile[hours], np.float64(self._last))
        ones, apart = np.ones_like(usual), self._apart
        columns = [usual, ones * apart[-1], ones * apart[-2], ones * np.mean(apart), ones * 0.1]
        forecast = self.ridge.forecast(np.stack(columns, axis=-1)[:, None, :])[:, 0]
        return np.maximum(forecast, 0.5 * self._lowest if np.isfinite(self._lowest) else 0.0)


def _waves(hours: Ints) -> tuple[Floats, Floats]:
    """Cosine and sine of the time of day, (lead, 1) each."""
    turn = 2 * np.pi * hours[:, None] / 24
    return np.cos(turn), np.sin(turn)


def _or(values: Floats, otherwise: Floats | np.float64) -> Floats:
    return np.where(np.isnan(values), otherwise, values)
