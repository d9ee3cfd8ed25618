"""Sums over meters: their errors have something in common, so the sum is less certain than if they had not."""

from collections.abc import Sequence
from math import isnan

import numpy as np
import numpy.typing as npt

from wattstone.savings.result import Estimate, MeterSaving, Total

Floats = npt.NDArray[np.float64]
LEAST = 6
"""Blocks that two meters must have in common for their correlation to count."""
DEFAULT = 0.5
"""Correlation where nobody knows it: midway between the two bounds, which are stated beside it."""


def error_correlation(errors: Floats) -> float:
    """Mean correlation between the errors of two meters.

    Parameters
    ----------
    errors : (m, s) array
        Of predictions without a measure, each summed over a block of time such as a month of the baseline out of
        sample, the same s blocks for all meters; NaN where not known.

    Returns
    -------
    float
        0 to 1, weighted by the blocks that a pair has in common; NaN if no pair has six.

    Notes
    -----
    Not centred: an error that all meters share in every block, as from weather that the model misreads, is
    correlation. Each meter's errors count by their root mean square, so a large meter weighs as much as a small one.
    """
    known = ~np.isnan(errors)
    count = known.sum(axis=1)
    filled = np.where(known, errors, 0.0)
    size = np.sqrt((filled**2).sum(axis=1) / np.maximum(count, 1))
    good = (count >= LEAST) & (size > 0)
    scaled = filled[good] / size[good, None]
    both = known[good].astype(np.float64) @ known[good].T.astype(np.float64)
    products = scaled @ scaled.T
    pairs = np.triu(both >= LEAST, 1)
    weight = float(both[pairs].sum())
    if weight == 0:
        return float("nan")
    return float(np.clip(products[pairs].sum() / weight, 0.0, 1.0))


def summed(estimates: Sequence[Estimate], correlation: float) -> Estimate:
    """Sum of estimates whose errors are equally correlated.

    Parameters
    ----------
    estimates : sequence of Estimate
        At least one, of one unit and confidence.
    correlation : float
        Between the errors of any two, 0 to 1.

    Returns
    -------
    Estimate
        With half-widths h, below and above each for itself, sqrt((1 - r) sum(h^2) + r sum(h)^2).

    Raises
    ------
    ValueError
        Without an estimate, or with two units or confidences.

    Examples
    --------
    >>> parts = [Estimate(10.0, 7.0, 13.0, "kWh"), Estimate(20.0, 16.0, 24.0, "kWh")]
    >>> summed(parts, 0.0), summed(parts, 1.0).lower
    (Estimate(value=30.0, lower=25.0, upper=35.0, unit='kWh', confidence=0.9), 23.0)
    """
    if len({(one.unit, one.confidence) for one in estimates}) != 1:
        raise ValueError("estimates are summed in one unit, at one confidence")
    value = float(np.sum([one.value for one in estimates]))
    below = _width([one.value - one.lower for one in estimates], correlation)
    above = _width([one.upper - one.value for one in estimates], correlation)
    return Estimate(value, value - below, value + above, estimates[0].unit, estimates[0].confidence)


def total_of(savings: Sequence[MeterSaving], *, correlation: float | None = None) -> tuple[Total, ...]:
    """Sums over meters, by kind and unit.

    Parameters
    ----------
    savings : sequence of MeterSaving
        Of a measure or of many; each meter once.
    correlation : float or None
        By `error_correlation`; None or NaN if it is not known: then `DEFAULT`.

    Returns
    -------
    tuple of Total
        For kinds of which at least one meter has a result; the others are told in `missing`.

    Raises
    ------
    ValueError
        If a meter is there twice: its saving would count twice.
    """
    names = [one.meter for one in savings]
    if len(set(names)) != len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"a meter is summed once: {', '.join(twice)}")
    shared = DEFAULT if correlation is None or isnan(correlation) else correlation
    found: list[Total] = []
    for kind, unit in dict.fromkeys((one.kind, one.unit) for one in savings):
        mine = [one for one in savings if (one.kind, one.unit) == (kind, unit)]
        good = [(one, one.avoided) for one in mine if one.avoided is not None and not isnan(one.avoided.value)]
        if not good:
            continue
        parts = [avoided for _, avoided in good]
        found.append(
            Total(
                kind=kind,
                unit=unit,
                meters=tuple(one.meter for one, _ in good),
                observed=float(np.sum([one.observed for one, _ in good])),
                expected=float(np.sum([one.expected for one, _ in good])),
                avoided=summed(parts, shared),
                independent=summed(parts, 0.0),
                dependent=summed(parts, 1.0),
                correlation=shared if len(good) > 1 else float("nan"),
                missing=tuple(one.meter for one in mine if one.meter not in {held.meter for held, _ in good}),
            )
        )
    return tuple(found)


def _width(parts: Sequence[float], correlation: float) -> float:
    half = np.array(parts)
    return float(np.sqrt((1 - correlation) * (half**2).sum() + correlation * half.sum() ** 2))
