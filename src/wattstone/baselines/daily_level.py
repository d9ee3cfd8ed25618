"""The level of use at the end of a baseline, which goes on after it."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def recent_level(
    y: Floats, power: Floats, weight: Floats, age: Floats, length: Floats, *, days: float, prior: float
) -> tuple[Floats, Floats]:
    r"""Level of the last intervals against that of a model of all of them: a factor, or an addition where signs change.

    .. math:: f = 1 + \frac{\sum w e^{-a/\tau} P (y - P)}{\sum w e^{-a/\tau} P^2 + \kappa \bar{P^2} \sum l e^{-a/\tau}}

    Buildings fill and empty, and plant is added: on average the level of the last months foretells the next year's
    better than that of the year. Intervals count by the square of what is expected of them, so that a summer says
    little about the level of heating, and the level is drawn to that of the whole, the more the less is known.

    Parameters
    ----------
    y, power : (m, t) array
        Observed and modelled; observed any number where the weight is 0.
    weight : (m, t) array
        Of the fit, as long as the interval; 0 where it was not fitted.
    age : (t,) array
        From each interval to the end. [d]
    length : (t,) array
        Of each interval. [d]
    days : float
        Memory tau; 0 for a level that does not change. [d]
    prior : float
        Kappa.

    Returns
    -------
    tuple of (m,) array
        Factor f of what the model predicts, 1 where it predicts 0 or less anywhere; for that meter, what is added.
    """
    none = np.ones(len(y)), np.zeros(len(y))
    if days <= 0 or not len(age):
        return none
    recent = np.exp(-age / days)
    lowest = np.where(weight > 0, power, np.inf).min(axis=1, initial=np.inf)
    positive = (lowest > 0) & np.isfinite(lowest)
    measure = np.where(positive[:, None], power, 1.0) * (weight > 0)
    square = np.einsum("mt,mt,mt->m", weight, measure, measure) / np.maximum(weight.sum(axis=1), 1e-9)
    above = np.einsum("mt,t->m", weight * measure * (y - power), recent)
    below = np.einsum("mt,t->m", weight * measure**2, recent) + prior * square * (recent * length).sum()
    change = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
    return np.where(positive, 1 + change, 1.0), np.where(positive, 0.0, change)
