r"""What a target allows in each year: a straight line, or the yearly rates and indices that the user supplies.

No rate of any initiative and no national year is built in: they are entries with their source.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Form", "Pathway", "index_of", "of_base", "straight"]

Floats = NDArray[np.float64]
Form = Literal["linear", "compound", "index"]


@dataclass(frozen=True)
class Pathway:
    """A pathway as its source gives it.

    Parameters
    ----------
    name : str
    form : {'linear', 'compound', 'index'}
        What the values are.
    years : tuple of int
        From which a rate holds, or at which an index stands; ascending.
    values : tuple of float
    peak : int or None
        Year after which emissions do not rise.
    """

    name: str
    form: Form | None
    years: tuple[int, ...] = ()
    values: tuple[float, ...] = ()
    peak: int | None = None


def straight(base_year: int, target_year: int, reduction: float, years: ArrayLike) -> Floats:
    """Share of the base year that a straight line to the target allows.

    Parameters
    ----------
    base_year, target_year : int
    reduction : float
        Share of the base year that is gone in the target year; negative where the quantity has to grow.
    years : array of int
        Before the base year there is no line; after the target year it stays level.

    Returns
    -------
    array
        NaN before the base year.

    Examples
    --------
    >>> straight(2020, 2030, 0.42, [2019, 2020, 2025, 2030, 2035])
    array([ nan, 1.  , 0.79, 0.58, 0.58])
    """
    at = np.atleast_1d(np.asarray(years, dtype=np.float64))
    gone = np.clip((at - base_year) / (target_year - base_year), 0.0, 1.0) * reduction
    return np.where(at < base_year, np.nan, 1.0 - gone)


def of_base(pathway: Pathway, base_year: int) -> float:
    """What an index is in the base year: by it all its values are divided.

    Parameters
    ----------
    pathway : Pathway
    base_year : int

    Returns
    -------
    float
        1 of rates, and where all years of the index are later; NaN where all are earlier.

    Examples
    --------
    >>> of_base(Pathway("own base", "index", (2015, 2025), (1.0, 0.8)), 2020)
    0.9
    """
    if pathway.form != "index" or base_year < pathway.years[0]:
        return 1.0
    if base_year > pathway.years[-1]:
        return float("nan")
    return float(np.interp(base_year, pathway.years, pathway.values))


def index_of(pathway: Pathway, base_year: int, years: Sequence[int]) -> Floats:
    r"""Share of the base year that a pathway allows in each year.

    Parameters
    ----------
    pathway : Pathway
    base_year : int
        From its end on the rates are taken off.
    years : sequence of int

    Returns
    -------
    array
        NaN where the pathway says nothing: before the base year, before its first rate, beyond its indices.

    Notes
    -----
    With the rate :math:`r_k` that holds in year :math:`k`, `linear` is
    :math:`\max(0, 1 - \sum_{k=b+1}^{y} r_k)` and `compound` :math:`\prod_{k=b+1}^{y} (1 - r_k)`; `index` is
    interpolated between its years, and divided by what it is in the base year; it is 1 there where all its years are
    later.

    Examples
    --------
    >>> index_of(Pathway("yearly", "linear", (2020,), (0.042,)), 2020, [2020, 2021, 2030]).round(3)
    array([1.   , 0.958, 0.58 ])
    """
    wanted = np.asarray(years, dtype=np.int64)
    if pathway.form is None or not wanted.size:
        return np.full(wanted.size, np.nan)
    if pathway.form == "index":
        points = dict(zip(pathway.years, pathway.values, strict=True))
        if min(points) > base_year:
            points[base_year] = 1.0
        at, base = sorted(points), of_base(pathway, base_year)
        held = np.interp(wanted, at, [points[year] for year in at]) / (base or np.nan)
        return np.where((wanted < base_year) | (wanted > at[-1]), np.nan, held)
    span = np.arange(base_year + 1, max(int(wanted.max()), base_year) + 1)
    which = np.searchsorted(np.asarray(pathway.years), span, side="right") - 1
    rate = np.where(which >= 0, np.asarray(pathway.values)[np.maximum(which, 0)], np.nan)
    if pathway.form == "linear":
        left = np.maximum(0.0, 1.0 - np.cumsum(rate))
    else:
        left = np.cumprod(1.0 - rate)
    whole = np.concatenate([[1.0], left])
    place = np.clip(wanted - base_year, 0, whole.size - 1)
    return np.where(wanted < base_year, np.nan, whole[place])
