"""On track or not, and why: a year against what the pathway allows, part by part."""

from collections.abc import Mapping
from typing import Final, Literal

import numpy as np
import polars as pl

__all__ = ["PARTS", "Verdict", "achieved", "four", "parts_of_gap", "verdict"]

Verdict = Literal["on_track", "open", "off_track"]

PARTS: Final[dict[str, pl.DataType]] = {
    "part": pl.String(),  # scope1, scope2.market, scope3.1, ...
    "base": pl.Float64(),  # t CO2e in the base year
    "value": pl.Float64(),  # in the year
    "allowed": pl.Float64(),  # its share of what is allowed
    "gap": pl.Float64(),  # above (+) or below what is allowed; they add up to the gap of the whole
}


def verdict(
    value: float, allowed: float, interval: tuple[float, float] | None = None, *, grows: bool = False
) -> Verdict:
    """Whether a forecast keeps what is allowed.

    Parameters
    ----------
    value, allowed : float
    interval : (float, float) or None
        90 % of the forecast. Where the line lies inside of it, it is `open`.
    grows : bool
        Of a share that has to be reached from below.

    Examples
    --------
    >>> verdict(90.0, 100.0), verdict(90.0, 100.0, (70.0, 110.0)), verdict(130.0, 100.0, (110.0, 150.0))
    ('on_track', 'open', 'off_track')
    """
    low, high = interval or (value, value)
    if grows:
        value, allowed, low, high = -value, -allowed, -high, -low
    edge = 1e-9 * max(abs(allowed), 1.0)
    if high <= allowed + edge:
        return "on_track"
    return "off_track" if low > allowed + edge else "open"


def achieved(base: float, value: float, goal: float) -> float | None:
    """Share of the way from the base year to the goal that is behind; above 1 beyond it, negative where it went back.

    Examples
    --------
    >>> achieved(100.0, 79.0, 58.0)
    0.5
    """
    return None if base == goal else (base - value) / (base - goal)


def parts_of_gap(base: Mapping[str, float], value: Mapping[str, float], index: float) -> pl.DataFrame:
    r"""Which parts of the coverage are above what is allowed.

    Parameters
    ----------
    base, value : mapping of str to float
        Of each part, in the base year and in the year. [t CO2e]
    index : float
        Share of the base year that is allowed.

    Returns
    -------
    polars.DataFrame
        Schema `PARTS`; :math:`g_i = E_i - x E_{i,0}`, so that :math:`\sum_i g_i` is the gap of the whole.

    Examples
    --------
    >>> parts_of_gap({"scope1": 60.0, "scope2.market": 40.0}, {"scope1": 60.0, "scope2.market": 10.0}, 0.8)["gap"].sum()
    -10.0
    """
    names = sorted({*base, *value})
    rows = [(one, base.get(one, 0.0), value.get(one, 0.0), index * base.get(one, 0.0)) for one in names]
    return pl.DataFrame(
        [(*row, row[2] - row[3]) for row in rows], schema=PARTS, orient="row"
    ).sort("gap", "part", descending=[True, False])  # fmt: skip


def four(value: float) -> str:
    """A number with four figures and no exponent, as findings say it.

    Examples
    --------
    >>> four(29521.4), four(0.045678), four(65.0)
    ('29520', '0.04568', '65')
    """
    return np.format_float_positional(float(f"{value:.4g}"), trim="-")
