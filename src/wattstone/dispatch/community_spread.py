"""How far the next hour may lie from its forecast, from the errors of the last weeks.

Errors are divided by their running mean size for that hour of the day, pooled over the last 60 days, and cut at
quantiles; times the size for the hour in question they are equally likely errors of it. While an hour of the day has
been seen a few times only, its size leans on that of all hours, and the first days' errors are cut together with those
of a Laplace distribution.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["ErrorSpread"]

_MEMORY = 60 * 24
_DAYS = 30  # errors of the same hour that make its mean size
_LEAN_DAYS = 20
_PATIENCE = 3  # errors of the same hour that weigh as much as the mean size of all hours
_SUPPOSED = 48  # errors of a Laplace distribution that are cut along until the memory is full
_LEAST = 0.02  # kWh; a dead series has no error, and nothing is divided by it

# Its quantiles, of a mean size of 1.
_LEVELS = (np.arange(_SUPPOSED) + 0.5) / _SUPPOSED
_LAPLACE = np.sign(_LEVELS - 0.5) * -np.log(2 * np.minimum(_LEVELS, 1 - _LEVELS))


class ErrorSpread:
    """Errors of next-hour forecasts of some series.

    Parameters
    ----------
    series : int
        How many.
    cuts : int
        Equally likely errors to tell.
    lean : float
        Share of the mean error of an hour of the day that is expected to come again.
    tail : tuple of float
        Further quantiles to tell.
    """

    def __init__(self, series: int, *, cuts: int, lean: float = 0.0, tail: tuple[float, ...] = ()) -> None:
        self._lean, self._levels, self._tail = lean, (np.arange(cuts) + 0.5) / cuts, np.array(tail)
        self._size: Floats = np.full((24, series), np.nan)
        self._mean: Floats = np.zeros((24, series))
        self._count = np.zeros(24)
        self._overall: Floats = np.zeros(series)
        self._relative: Floats = np.zeros((_MEMORY, series))
        self._seen = 0
        self.errors: Floats = np.tile(np.quantile(_LAPLACE, self._levels)[:, None], series)
        self.extremes: Floats = np.tile(np.quantile(_LAPLACE, self._tail)[:, None], series)

    def observe(self, hour: int, error: Floats) -> None:
        """Take in an error.

        Parameters
        ----------
        hour : int
            Hour of the day it was made in.
        error : (series,) array
            Observed less forecast; NaN where there was none. [kWh]
        """
        if not np.isfinite(error).all():
            return
        count = self._count[hour]
        rest = error - self._lean * self._mean[hour]
        self._overall += (np.abs(rest) - self._overall) / min(self._seen + 1, 24 * _DAYS)
        told = self.size(np.array([hour]))[0]
        if count == 0:
            self._size[hour] = 0.0
        self._relative[self._seen % _MEMORY] = rest / told
        self._size[hour] += (np.abs(rest) - self._size[hour]) / min(count + 1, _DAYS)
        self._mean[hour] += (error - self._mean[hour]) / max(count + 1, _LEAN_DAYS)
        self._count[hour] += 1
        self._seen += 1

    def cut(self) -> None:
        """Bring `errors` and `extremes`, in units of an hour's mean size, up to date; once a day is enough."""
        if self._seen:
            known = self._relative[: min(self._seen, _MEMORY)]
            if self._seen < _MEMORY:
                known = np.concatenate([known, np.broadcast_to(_LAPLACE[:, None], (_SUPPOSED, known.shape[1]))])
            self.errors = np.quantile(known, self._levels, axis=0)
            self.extremes = np.quantile(known, self._tail, axis=0) if self._tail.size else self.extremes

    def size(self, hours: Ints) -> Floats:
        """Mean size of the errors at these hours of the day.

        Parameters
        ----------
        hours : (lead,) array of int
            Hours of the day.

        Returns
        -------
        (lead, series) array
            [kWh]
        """
        weight = (self._count / (self._count + _PATIENCE))[:, None]
        size = weight * np.nan_to_num(self._size) + (1 - weight) * self._overall
        return np.maximum(size[hours], _LEAST)

    def leaning(self, hour: int) -> Floats:
        """What the error at an hour of the day is expected to be.

        Parameters
        ----------
        hour : int
            Hour of the day.

        Returns
        -------
        (series,) array
            [kWh]
        """
        return self._lean * self._mean[hour]
