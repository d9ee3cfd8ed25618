"""A saving as it grows month by month, with an interval that ends as that of the whole period."""

from collections.abc import Sequence
from math import isnan

import numpy as np
import numpy.typing as npt

from wattstone.savings.result import Estimate, Month

Floats = npt.NDArray[np.float64]


def cumulative(months: Sequence[Month], total: Estimate) -> tuple[Estimate, ...]:
    """What was saved up to the end of each month.

    Parameters
    ----------
    months : sequence of Month
        In the order of time.
    total : Estimate
        Of the whole period.

    Returns
    -------
    tuple of Estimate
        One for each month; the last has the interval of the total. Bounds are NaN where an interval is not known.

    Notes
    -----
    The errors of months are taken to be equally correlated: half-widths h1 ... hk add up to
    sqrt((1 - r) sum(h^2) + r sum(h)^2), with the r from 0 to 1 for which all months together come nearest to the
    total's half-width; what then is missing is a factor common to all of them.

    Examples
    --------
    >>> from datetime import date
    >>> one = [Month(month=date(2019, at, 1), observed=0.0, expected=4.0,
    ...              avoided=Estimate(4.0, 1.0, 7.0, "kWh")) for at in (1, 2)]
    >>> [(found.lower, found.upper) for found in cumulative(one, Estimate(8.0, 2.0, 14.0, "kWh"))]
    [(1.0, 7.0), (2.0, 14.0)]
    """
    if not months:
        return ()
    value = np.nancumsum([one.avoided.value for one in months])
    below = _widths([one.avoided.value - one.avoided.lower for one in months], total.value - total.lower)
    above = _widths([one.avoided.upper - one.avoided.value for one in months], total.upper - total.value)
    return tuple(
        Estimate(float(v), float(v - b), float(v + a), total.unit, total.confidence)
        for v, b, a in zip(value, below, above, strict=True)
    )


def _widths(parts: Sequence[float], whole: float) -> Floats:
    """Half-widths of the sums; a month without readings adds nothing."""
    if isnan(whole) or all(isnan(one) for one in parts):
        return np.full(len(parts), np.nan)
    apart, together = np.nancumsum(np.square(parts)), np.square(np.nancumsum(parts))
    spread = float(together[-1] - apart[-1])
    share = min(max((whole**2 - float(apart[-1])) / spread, 0.0), 1.0) if spread > 0 else 0.0
    found = np.sqrt((1 - share) * apart + share * together)
    return found * (whole / found[-1]) if found[-1] > 0 else np.full(len(parts), np.nan)
