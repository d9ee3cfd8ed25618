"""Series that are known ahead: a tariff's prices, a day-ahead file, the output under a clear sky."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from wattstone.forecasting.arrays import Floats

__all__ = ["Known", "priced"]


@dataclass(frozen=True, eq=False)
class Known:
    """Values that are known ahead for a span of time.

    Parameters
    ----------
    start : datetime
        Start of the first interval, naive UTC.
    step : timedelta
        Length of an interval.
    values : (time,) or (series, time) array
        NaN where absent. One row serves all series.
    """

    start: datetime
    step: timedelta
    values: Floats

    def at(self, moments: Sequence[datetime], step: timedelta) -> Floats:
        """Values at some moments: (moment, series), or (moment, 1) where one row serves all.

        Parameters
        ----------
        moments : sequence of datetime
            Naive UTC.
        step : timedelta
            How long each of the wanted intervals is.

        Returns
        -------
        array
            An interval longer than the known ones takes their mean, a shorter one the value it lies in; NaN where any
            part is not known: a hole is never filled in silence.
        """
        rows = np.atleast_2d(self.values)
        wide = np.concatenate([rows, np.full((len(rows), 1), np.nan)], axis=1)
        first = np.array([(moment - self.start) // self.step for moment in moments])
        parts = first[:, None] + np.arange(max(1, step // self.step))
        parts = np.where((parts >= 0) & (parts < rows.shape[1]), parts, rows.shape[1])
        return wide[:, parts].mean(axis=-1).T


def priced(
    price: Callable[[datetime], float], *, start: datetime, step: timedelta, horizon: int, ahead: Known | None = None
) -> tuple[Floats, tuple[datetime, ...]]:
    """Prices of the coming intervals: of a day-ahead file where it reaches, else of a tariff.

    Parameters
    ----------
    price : callable
        The tariff's price at a moment (naive UTC); NaN where it says nothing. [currency kWh-1]
    start : datetime
        Start of the first interval, naive UTC.
    step : timedelta
        Length of an interval.
    horizon : int
        How many intervals.
    ahead : Known or None
        One row of prices that were published, in the tariff's unit.

    Returns
    -------
    prices : (horizon,) array
        NaN where neither says a price. [currency kWh-1]
    holes : tuple of datetime
        The intervals without one, for the caller to refuse or to state a fallback.
    """
    moments = [start + number * step for number in range(horizon)]
    tariff = np.array([price(moment) for moment in moments], dtype=np.float64)
    prices = tariff if ahead is None else np.where(np.isnan(told := ahead.at(moments, step)[:, 0]), tariff, told)
    return prices, tuple(moment for moment, value in zip(moments, prices, strict=True) if np.isnan(value))
