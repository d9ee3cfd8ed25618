"""Ridge regressions of the hours of a day, all meters of a batch at once, from sums by hour of the day."""

from typing import cast

import numpy as np
import numpy.typing as npt

from wattstone.baselines.towt_fold import Covariates, Sums, square, sums

Floats = npt.NDArray[np.float64]

TINY = 1e-9
EXTRA_PENALTY = 0.003


def effective(x: Covariates, weight: Floats, penalty: Floats) -> float:
    """Effective number of parameters of a meter that knows every hour: the trace of the hat matrix.

    Parameters
    ----------
    x : Covariates
        By hour of the day, the first of them 1.
    weight : (w, l, 1) array
        Of each hour, 0 in places that are left over.
    penalty : (j,) array
        Of each covariate, in units of the weight of all hours.
    """
    n = np.maximum(weight.sum(axis=1).T, TINY)
    normal = _square(np.matmul(x.xx, weight))
    inverse = np.linalg.inv(_penalised(normal, penalty * n[:, :, None]))
    return float(np.einsum("mhij,mhji->", inverse, normal))


def solve(x: Covariates, v: Floats, weight: Floats, penalty: Floats) -> Floats:
    """Slopes of each hour of the day.

    Parameters
    ----------
    x : Covariates
        By hour of the day, the first of them 1.
    v : (w, l, 1 + k, m) array
        Mean power, then extra variables, folded.
    weight : (w, l, m or 1) array
        Of each hour, 0 where not known.
    penalty : (j,) array
        Of each covariate, in units of the weight of all hours.

    Returns
    -------
    (m, w, j + k) array
    """
    of = sums(x, v, weight)
    h, j, k, m = of.xv.shape
    n = np.maximum(of.n.T, TINY)[:, :, None]
    normal = _square(of.xx)
    right = of.xv[:, :, 0].transpose(2, 0, 1)
    if k > 1:
        normal, right, scale = _with_extra(of, normal, right)
        lam = np.concatenate([np.broadcast_to(penalty, (m, h, j)), EXTRA_PENALTY * scale], axis=2)
        return _each(_penalised(normal, lam * n), right)
    if len(normal) == 1:
        inverse = np.linalg.inv(_penalised(normal, penalty * n))[0]
        return np.matmul(right.transpose(1, 0, 2), inverse).transpose(1, 0, 2)
    return _each(_penalised(normal, penalty * n), right)


def _each(normal: Floats, right: Floats) -> Floats:
    return cast("Floats", np.linalg.solve(normal, right[..., None])[..., 0])


def _square(packed: Floats) -> Floats:
    """Products of each pair once, (w, j (j + 1) / 2, m), as symmetric matrices. (m, w, j, j)"""
    return np.ascontiguousarray(square(packed.swapaxes(0, 1)).transpose(3, 2, 0, 1))


def _penalised(normal: Floats, lam: Floats) -> Floats:
    size = normal.shape[-1]
    found = normal.copy()
    found[:, :, np.arange(size), np.arange(size)] += lam
    return found


def _with_extra(of: Sums, normal: Floats, right: Floats) -> tuple[Floats, Floats, Floats]:
    """Normal equations with the extra variables, and the variance of those. (m, w, q, q), (m, w, q), (m, w, k)"""
    h, j, k, m = of.xv.shape
    cross = of.xv[:, :, 1:].transpose(3, 0, 1, 2)
    squares = of.vv.reshape(h, k, k, m).transpose(3, 0, 1, 2)
    whole = np.zeros((m, h, j + k - 1, j + k - 1))
    whole[:, :, :j, :j] = normal
    whole[:, :, :j, j:], whole[:, :, j:, :j] = cross, cross.transpose(0, 1, 3, 2)
    whole[:, :, j:, j:] = squares[:, :, 1:, 1:]
    n = np.maximum(of.n, TINY)[:, None]
    mean = (of.v[:, 1:] / n).transpose(2, 0, 1)
    power = (of.vv.reshape(h, k, k, m)[:, range(1, k), range(1, k)] / n).transpose(2, 0, 1)
    return whole, np.concatenate([right, squares[:, :, 1:, 0]], axis=2), np.maximum(power - mean**2, TINY)
