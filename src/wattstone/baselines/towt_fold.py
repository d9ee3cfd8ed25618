"""Hours of a batch of meters laid out by their class of the week, and the sums that regressions on them need.

A regression with a constant for each class needs no column for it: what is centred on the means of the classes has the
same coefficients (R. Frisch and F. V. Waugh, Econometrica 1 (4), 387, 1933). The sums of squares of the covariates are
the same for all meters that know every hour; meters with gaps or weights have their own.
"""

from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Layout:
    """Where the intervals of each class are.

    Parameters
    ----------
    classes : int
        w of them.
    at : (w, l) array of int
        Interval in each place of each class; t, one beyond the last, in places that are left over.
    """

    classes: int
    at: Ints

    def fold(self, values: npt.NDArray[Any]) -> Floats:
        """Values (t, ...) in their places, 0 in places that are left over. (w, l, ...)"""
        padded = np.zeros((len(values) + 1, *values.shape[1:]))
        padded[:-1] = values
        return padded[self.at]


def complete(x: Floats) -> Bools:
    """Whether all covariates of each interval are known. (t, j) to (t,)"""
    return cast("Bools", ~np.isnan(x).any(axis=1))


def layout(kind: Ints, classes: int, where: Bools | None = None) -> Layout:
    """Lay intervals out by class.

    Parameters
    ----------
    kind : (t,) array of int
        Class of each interval, from 0.
    classes : int
        How many there are.
    where : (t,) array of bool or None
        Intervals that count; all where None.

    Examples
    --------
    >>> layout(np.array([0, 1, 0]), 2).at
    array([[0, 2],
           [1, 3]])
    """
    t = len(kind)
    chosen = np.arange(t) if where is None else np.flatnonzero(where)
    order = chosen[np.argsort(kind[chosen], kind="stable")]
    count = np.bincount(kind[chosen], minlength=classes)
    at = np.full((classes, max(int(count.max(initial=0)), 1)), t)
    ordered = kind[order]
    at[ordered, np.arange(len(order)) - (np.cumsum(count) - count)[ordered]] = order
    return Layout(classes, at)


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Weighted sums of each class, of m meters; axes of one stand for all meters.

    Parameters
    ----------
    n : (w, m or 1) array
        Weight.
    x : (w, j, m or 1) array
        Of the covariates.
    xx : (w, j (j + 1) / 2, m or 1) array
        Of their products, each pair once.
    v : (w, k, m) array
        Of what varies by meter: use, then extra variables.
    xv : (w, j, k, m) array
        Of products of covariates and these.
    vv : (w, k k, m) array
        Of products among these.
    """

    n: Floats
    x: Floats
    xx: Floats
    v: Floats
    xv: Floats
    vv: Floats

    def centred(self) -> "Sums":
        """The sums about the means of each class."""
        n = np.maximum(self.n, 1e-12)[:, None, :]
        j, k = self.x.shape[1], self.v.shape[1]
        mx, mv = self.x / n, self.v / n
        first, second = np.triu_indices(j)
        return replace(
            self,
            xx=self.xx - self.x[:, first] * mx[:, second],
            xv=self.xv - mx[:, :, None, :] * self.v[:, None, :, :],
            vv=self.vv - (self.v[:, :, None, :] * mv[:, None, :, :]).reshape(len(n), k * k, -1),
        )


def products(x: Floats) -> Floats:
    """Products of covariates with each other. (..., j) to (..., j j)"""
    return (x[..., :, None] * x[..., None, :]).reshape(*x.shape[:-1], -1)


@dataclass(frozen=True)
class Covariates:
    """Covariates that all meters share, folded, and their products.

    Parameters
    ----------
    x : (w, j, l) array
        By class.
    xx : (w, j (j + 1) / 2, l) array
        Of each with each, every pair once.
    """

    x: Floats
    xx: Floats


def covered(x: Floats) -> Covariates:
    """Covariates as the sums want them. (w, l, j)"""
    first, second = np.triu_indices(x.shape[2])
    standing = np.ascontiguousarray(x.transpose(0, 2, 1))
    return Covariates(x=standing, xx=standing[:, first] * standing[:, second])


def square(packed: Floats) -> Floats:
    """Products of each pair once, (j (j + 1) / 2, ...), as symmetric matrices. (j, j, ...)"""
    size = round((np.sqrt(8 * len(packed) + 1) - 1) / 2)
    first, second = np.triu_indices(size)
    place = np.zeros((size, size), dtype=np.int64)
    place[first, second] = place[second, first] = np.arange(len(first))
    return packed[place]


def sums(of: Covariates, v: Floats, weight: Floats) -> Sums:
    """Sums of covariates that all meters share and of values of their own.

    Parameters
    ----------
    of : Covariates
        Folded.
    v : (w, l, k, m) array
        Of each meter, folded; 0 where not known.
    weight : (w, l, m or 1) array
        0 where not known; one column where all meters know the same hours.
    """
    w, length, k, m = v.shape
    weighted = v * weight[:, :, None, :]
    return Sums(
        n=weight.sum(axis=1),
        x=np.matmul(of.x, weight),
        xx=np.matmul(of.xx, weight),
        v=weighted.sum(axis=1),
        xv=np.matmul(of.x, weighted.reshape(w, length, k * m)).reshape(w, -1, k, m),
        vv=np.einsum("wlkm,wlqm->wkqm", weighted, v).reshape(w, k * k, m),
    )
