"""Ridge regressions of the hours of a day, all meters of a batch at once.

The sums of squares of the covariates are the same for all meters that know every hour. Those of a meter with gaps are
these less the hours that it does not know, which are few.
"""

from typing import cast

import numpy as np
import numpy.typing as npt

from wattstone.baselines.towt_fold import Covariates, Sums, layout, sums

Floats = npt.NDArray[np.float64]

TINY = 1e-9
EXTRA_PENALTY = 0.003


def squares(x: Floats, weight: Floats) -> Floats:
    """Weighted sums of squares of covariates by hour of the day. (w, l, j) and (w, l, 1) to (w, j, j)"""
    return np.matmul((x * weight).transpose(0, 2, 1), x)


def effective(whole: Floats, weight: Floats, penalty: Floats) -> float:
    """Effective number of parameters of a meter that knows every hour: the trace of the hat matrix.

    Parameters
    ----------
    whole : (w, j, j) array
        Its sums of squares.
    weight : (w, l, 1) array
        Of each hour, 0 in places that are left over.
    penalty : (j,) array
        Of each covariate, in units of the weight of all hours.
    """
    n = np.maximum(weight.sum(axis=1), TINY)
    inverse = np.linalg.inv(_penalised(whole, penalty * n))
    return float(np.einsum("hij,hji->", inverse, whole))


def solve(x: Floats, whole: Floats, v: Floats, weight: Floats, known: Floats | None, penalty: Floats) -> Floats:
    """Slopes of each hour of the day.

    Parameters
    ----------
    x : (w, l, j) array
        Covariates by hour of the day, folded; the first of them 1.
    whole : (w, j, j) array
        Their sums of squares over all hours.
    v : (w, l, 1 + k, m) array
        Mean power, then extra variables, folded; 0 where not known.
    weight : (w, l, 1) array
        Of each hour.
    known : (w, l, m) array of 0 and 1, or None
        Which hours each meter knows; all where None.
    penalty : (j,) array
        Of each covariate, in units of the weight of the known hours.

    Returns
    -------
    (m, w, j + k) array
    """
    standing = np.ascontiguousarray(x.transpose(0, 2, 1))
    of = sums(Covariates(x=standing, xx=standing[:, :0]), v, weight if known is None else weight * known)
    h, j, k, m = of.xv.shape
    n = np.maximum(of.n.T, TINY)[:, :, None]
    right = of.xv[:, :, 0].transpose(2, 0, 1)
    if known is None and k == 1:
        inverse = np.linalg.inv(_penalised(whole, penalty * n[0]))
        return np.matmul(right.transpose(1, 0, 2), inverse).transpose(1, 0, 2)
    normal = np.broadcast_to(whole, (m, *whole.shape)) if known is None else _without_gaps(x, whole, weight, known)
    lam = np.broadcast_to(penalty, (m, h, j))
    if k > 1:
        normal, right, scale = _with_extra(of, normal, right)
        lam = np.concatenate([lam, EXTRA_PENALTY * scale], axis=2)
    return cast("Floats", np.linalg.solve(_penalised(normal, lam * n), right[..., None])[..., 0])


def _without_gaps(x: Floats, whole: Floats, weight: Floats, known: Floats) -> Floats:
    """Sums of squares of each meter. (m, w, j, j)"""
    w, length, _ = x.shape
    hour = cast("npt.NDArray[np.int64]", np.arange(w * length) // length)
    flat = np.concatenate([(x * np.sqrt(weight)).reshape(w * length, -1), np.zeros((1, x.shape[2]))])
    usual = weight[:, :, 0].ravel() > 0
    found = np.empty((known.shape[2], *whole.shape))
    for meter in range(known.shape[2]):
        told = known[:, :, meter].ravel() > 0
        missing = usual & ~told
        few = missing.sum() <= told.sum()
        part = flat[layout(hour, w, missing if few else told & usual).at]
        part = np.matmul(part.transpose(0, 2, 1), part)
        found[meter] = whole - part if few else part
    return found


def _penalised(normal: Floats, lam: Floats) -> Floats:
    size = normal.shape[-1]
    found = normal.copy()
    found[..., np.arange(size), np.arange(size)] += lam
    return found


def _with_extra(of: Sums, normal: Floats, right: Floats) -> tuple[Floats, Floats, Floats]:
    """Normal equations with the extra variables, and the variance of those. (m, w, q, q), (m, w, q), (m, w, k)"""
    h, j, k, m = of.xv.shape
    cross = of.xv[:, :, 1:].transpose(3, 0, 1, 2)
    products = of.vv.reshape(h, k, k, m).transpose(3, 0, 1, 2)
    found = np.zeros((m, h, j + k - 1, j + k - 1))
    found[:, :, :j, :j] = normal
    found[:, :, :j, j:], found[:, :, j:, :j] = cross, cross.transpose(0, 1, 3, 2)
    found[:, :, j:, j:] = products[:, :, 1:, 1:]
    n = np.maximum(of.n, TINY)[:, None]
    mean = (of.v[:, 1:] / n).transpose(2, 0, 1)
    power = (of.vv.reshape(h, k, k, m)[:, range(1, k), range(1, k)] / n).transpose(2, 0, 1)
    return found, np.concatenate([right, products[:, :, 1:, 0]], axis=2), np.maximum(power - mean**2, TINY)
