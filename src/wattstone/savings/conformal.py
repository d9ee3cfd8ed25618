"""Conformal quantiles: how large a score must be allowed to be, for a share of meters not yet seen to stay below it."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

ROUNDING = 1e-12
"""Of sums of weights, relative: nine of ten are 0.9 of it."""


def conformal_quantile(scores: Floats, weights: Floats, level: float) -> float:
    """The least bound that a new score stays below with probability `level` or more [1]_ [2]_.

    Parameters
    ----------
    scores : (s,) or (s, q) array
        Scores of s groups, one of each or q quantiles of each; NaN where there is none.
    weights : (s,) array
        Of the groups, 0 or more; 1 for a group that is exchangeable with the new one.
    level : float
        0 to 1.

    Returns
    -------
    float
        Where `level` of all weight is reached, the new group's included, which counts 1 and may be as large as it
        likes; interpolated between neighbours; infinite if the groups weigh too little for that.

    Notes
    -----
    With n groups of one score and weight 1 it is the level (n + 1)-th smallest. Where that is a whole number, a new
    exchangeable score is not above it with a probability of exactly `level`, whatever the distribution [1]_. Elsewhere
    the next one up would hold too often, by up to 1 / (n + 1); the value between two neighbours does not hold less
    often than `level` as long as large scores are rarer than less large ones. With several scores of each group, as
    days of meters, groups are exchangeable and not scores: each group's weight is shared among its scores, and the new
    group weighs as much as one [2]_. Weights below 1 are those of weighted conformal prediction [3]_.

    References
    ----------
    .. [1] J. Lei, M. G'Sell, A. Rinaldo, R. J. Tibshirani and L. Wasserman, "Distribution-free predictive inference for
       regression," JASA 113, 2018, theorem 2.
    .. [2] R. Dunn, L. Wasserman and A. Ramdas, "Distribution-free prediction sets for two-layer hierarchical models,"
       JASA 118, 2023.
    .. [3] R. J. Tibshirani, R. Foygel Barber, E. J. Candes and A. Ramdas, "Conformal prediction under covariate shift,"
       NeurIPS 2019.

    Examples
    --------
    >>> round(conformal_quantile(np.arange(1.0, 10.0), np.ones(9), 0.9), 9)  # 0.9 * 10: the 9th of nine
    9.0
    >>> conformal_quantile(np.arange(1.0, 9.0), np.ones(8), 0.9)  # the 9th of eight
    inf
    >>> round(conformal_quantile(np.arange(1.0, 15.0), np.ones(14), 0.9), 9)  # 0.9 * 15 = 13.5
    13.5
    """
    return bound(*flatten(scores, weights), level)


def flatten(scores: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Scores in a row with weights, each group's shared among its scores; NaNs are left out."""
    several = scores.reshape(len(scores), -1) if scores.size else np.empty((0, 1))
    known = ~np.isnan(several)
    count = known.sum(axis=1)
    share = np.where(count > 0, weights / np.maximum(count, 1), 0.0)
    return several[known], np.broadcast_to(share[:, None], several.shape)[known]


def bound(scores: Floats, weights: Floats, level: float, new: float = 1.0) -> float:
    """The score at which `level` of all weight is reached, that of the new group at infinity included. Both (s,)"""
    order = np.argsort(scores, kind="stable")
    reached = np.cumsum(weights[order])
    wanted = level * (weights.sum() + new) * (1 - ROUNDING)
    at = int((reached < wanted).sum())
    if at == len(scores):
        return float("inf")
    above = float(scores[order][at])
    if not at:
        return above
    below = float(scores[order][at - 1])
    return below + (above - below) * float((wanted - reached[at - 1]) / (reached[at] - reached[at - 1]))


def new_weight(weights: Floats) -> float:
    """Weight of the new group beside groups of unequal weights: their sum over the number that they are worth.

    Notes
    -----
    That number is Kish's effective sample size, (sum w)^2 / sum w^2, so the new group takes one part in n + 1 of all
    weight, as it does among n groups of weight 1.

    Examples
    --------
    >>> new_weight(np.ones(5)), round(new_weight(np.array([1.0, 1.0, 0.5, 0.5])), 3)
    (1.0, 0.833)
    """
    return float((weights**2).sum() / weights.sum()) if weights.sum() > 0 else 1.0


def likeness(scores: Floats, at: float) -> float:
    """How alike the scores of a group are: the intraclass correlation of being above a bound.

    Parameters
    ----------
    scores : (s, q) array
        Of s groups; NaN where there is none.
    at : float
        The bound.

    Returns
    -------
    float
        1 where each group is above or below as a whole, as with one score of each; 0 where they are above equally
        often; 1 where it cannot be told.

    Notes
    -----
    The variance between groups of the share above, over p (1 - p) for the share p of all. The mean over n groups of
    that likeness r scatters as that of n / r groups of one score, the design effect of samples in clusters [1]_; so a
    new group of several scores need not be allowed for as if they were all on the same side.

    References
    ----------
    .. [1] L. Kish, "Survey Sampling," Wiley, 1965, chapter 5.

    Examples
    --------
    >>> likeness(np.array([[1.0, 9.0], [9.0, 1.0]]), 5.0), likeness(np.array([[1.0, 1.0], [9.0, 9.0]]), 5.0)
    (0.0, 1.0)
    """
    known = ~np.isnan(scores)
    of = known.any(axis=1)
    above = (np.where(known, scores, -np.inf) > at).sum(axis=1)[of] / known.sum(axis=1)[of]
    share = float(above.mean()) if len(above) else 0.0
    if not 0 < share < 1:
        return 1.0
    return min(float(((above - share) ** 2).mean()) / (share * (1 - share)), 1.0)


def least_groups(level: float) -> int:
    """How many groups of weight 1 a finite bound takes: the n for which level (n + 1) <= n."""
    return int(np.ceil(level / (1 - level) - 1e-9))
