"""Normalised savings: what a measure saves in a typical year, both periods modelled."""

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.baselines.conditions import Conditions
from wattstone.baselines.model import Model
from wattstone.savings.avoided import Bounds
from wattstone.savings.result import Estimate

Floats = npt.NDArray[np.float64]
MARGIN = 0.1
"""Share of the range of temperatures of a fit by which a model may be asked beyond it."""


def normalised_savings(
    before: Model,
    after: Model,
    typical: Conditions,
    *,
    units: tuple[str, ...],
    bounds_before: Bounds | None = None,
    bounds_after: Bounds | None = None,
) -> tuple[Estimate, ...]:
    """Use of a typical year by the model of the baseline, minus that by a model of the reporting period.

    Parameters
    ----------
    before, after : Model
        Of the same m meters, fitted to the baseline and to the reporting period.
    typical : Conditions
        Of a typical year, of the step of the models.
    units : tuple of str
        m.
    bounds_before, bounds_after : Bounds or None
        Of sums that each model predicts; without both, the interval is NaN.

    Returns
    -------
    tuple of Estimate
        A saving is positive; NaN where either model has no prediction of some interval.

    Notes
    -----
    With half-widths h1 and h2 of the two sums, asymmetric where they are, the interval is the difference plus and
    minus sqrt(h1^2 + h2^2): the errors of models of two periods are taken as independent.
    """
    use = [model.predict(typical) for model in (before, after)]
    sums = [one.sum(axis=1) for one in use]
    value = sums[0] - sums[1]
    low, high = np.full(len(value), np.nan), np.full(len(value), np.nan)
    confidence = 0.9
    if bounds_before and bounds_after:
        (low1, high1), (low2, high2) = bounds_before.total(use[0]), bounds_after.total(use[1])
        low = value - np.hypot(sums[0] - low1, high2 - sums[1])
        high = value + np.hypot(high1 - sums[0], sums[1] - low2)
        confidence = bounds_before.confidence
    rows = zip(value.tolist(), low.tolist(), high.tolist(), units, strict=True)
    return tuple(Estimate(middle, lower, upper, unit, confidence) for middle, lower, upper, unit in rows)


def beyond(typical: Conditions, fitted: Conditions, *, period: str) -> tuple[Finding, ...]:
    """Warn where the typical year is colder or warmer than anything that a model was fitted to.

    Parameters
    ----------
    typical, fitted : Conditions
        The typical year, and the intervals of the fit.
    period : str
        `baseline` or `reporting period`.

    Returns
    -------
    tuple of Finding
        None if all temperatures lie within the range of the fit, a tenth of it added at both ends.
    """
    low, high = float(np.nanmin(fitted.temperature)), float(np.nanmax(fitted.temperature))
    room = MARGIN * (high - low)
    outside = (typical.temperature < low - room) | (typical.temperature > high + room)
    if not outside.any():
        return ()
    share = 100 * float(outside.mean())
    return (
        Finding(
            code="savings.beyond_range",
            place=f"normalised savings, model of the {period}",
            found="{share} of the typical year is colder or warmer than the {period}, which had {low} to {high} degC",
            expected="a typical year within the range of what the model was fitted to, a tenth added",
            remedy="fit a longer period, or take a typical year of the place",
            params={"share": f"{share:.1f} %", "period": period, "low": f"{low:.1f}", "high": f"{high:.1f}"},
            severity="warning",
        ),
    )
