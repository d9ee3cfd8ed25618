"""What the sum of the homes will differ from the sum of their forecasts, learnt online.

The forecast of a sum is not the sum of the forecasts: errors of neighbours go together, and each home's own regression
does not see them. For each hour ahead the error of the sum is regressed on the change that the forecasts tell of, on
the last errors and on the time of day. All hours ahead are corrected, from the same facts: a next hour that is told
more sharply than the hour after it looks like a ramp that will not come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wattstone.forecasting.delayed_ridge import DelayedRidge

if TYPE_CHECKING:
    from wattstone.forecasting.hourly_online import Calendar, Floats, HourlyForecast

__all__ = ["DistrictCorrection"]

_WIDTH = 17
_PATIENCE = 100  # hours before the first correction


class DistrictCorrection:
    """The expected error of the sum of the homes' net forecasts.

    Parameters
    ----------
    calendar : Calendar
        Hours of the day, known ahead.
    horizon : int
        Hours ahead.
    """

    def __init__(self, calendar: Calendar, *, horizon: int) -> None:
        self._calendar, self._horizon = calendar, horizon
        self._ridge = DelayedRidge(np.zeros(_WIDTH), horizon=horizon, series=1, half_life=1440.0, penalty=60.0)
        self._told: Floats = np.full((horizon, horizon), np.nan)
        self._ahead = np.arange(horizon)
        self._load: Floats = np.zeros(0)
        self._pv: Floats = np.zeros(0)
        self._errors = (0.0, 0.0)
        self._now = -1

    def observe(self, load: float, pv: float) -> None:
        """Take in an hour of the whole community.

        Parameters
        ----------
        load, pv : float
            Sums over the homes; NaN where a home is not known. [kWh]
        """
        self._now += 1
        error = load - pv - self._told[self._ahead, self._ahead]
        self._ridge.learn(error[:, None])
        self._errors = (float(np.nan_to_num(error[0])), self._errors[0])
        last = (self._load[-1], self._pv[-1]) if self._load.size else (0.0, 0.0)
        known = np.isfinite(load) and np.isfinite(pv)
        self._load = np.append(self._load[-23:], load if known else last[0])
        self._pv = np.append(self._pv[-23:], pv if known else last[1])
        if self._now % 24 == 0 and self._now > _PATIENCE:
            self._ridge.solve()

    def predict(self, forecast: HourlyForecast) -> Floats:
        """The correction of the sum of the net forecasts; to be asked for once after each observation.

        Parameters
        ----------
        forecast : HourlyForecast
            Of the homes, for as many hours ahead.

        Returns
        -------
        (lead,) array
            To be added to the sum of load less PV. [kWh]
        """
        load, pv = forecast.load.sum(axis=1), forecast.pv.sum(axis=1)
        self._told = np.roll(self._told, 1, axis=0)
        self._told[0] = load - pv
        hours, _ = self._calendar.ahead(self._now, self._horizon)
        return self._ridge.forecast(self._features(load, pv, hours / 24)[:, None, :])[:, 0]

    def _features(self, load: Floats, pv: Floats, turn: Floats) -> Floats:
        load_now, pv_now = self._load[-1], self._pv[-1]
        more_load, more_pv = load - load_now, pv - pv_now
        light = (pv + pv_now > 0.1).astype(np.float64)
        ones = np.ones_like(load)
        cosine, sine = np.cos(2 * np.pi * turn), np.sin(2 * np.pi * turn)
        day_before = np.arange(self._horizon) - 24
        there = -day_before <= self._load.size
        load_before = np.where(there, self._load[np.where(there, day_before, -1)], load)
        pv_before = np.where(there, self._pv[np.where(there, day_before, -1)], pv)
        last, before_last = self._errors
        columns = [
            0.5 * ones, more_load, more_pv * light, ones * last, more_load * light, light * last, ones * before_last,
            light, np.abs(more_pv), cosine, cosine * more_pv, sine, sine * more_pv, pv - pv_before, load - load_before,
            ones * more_load[0], light * more_pv[0],
        ]  # fmt: skip
        return np.stack(columns, axis=-1)
