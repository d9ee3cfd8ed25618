"""The regressions of time-of-week-and-temperature models, all meters of a batch at once, from sums by class."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from wattstone.baselines.towt_fold import Covariates, Layout, Sums, products, square, sums

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

OCCUPIED = 0.65
"""Share of positive residuals above which an hour of the week is occupied: CalTRACK 2.0, 3.8.4."""

HEATING, COOLING = (50 - 32) / 1.8, (65 - 32) / 1.8
"""Bases of the regression that tells occupancy: CalTRACK 2.0, 3.8.3 (50 and 65 degF). [degC]"""

CHUNK = 64  # meters at a time: what is worked on stays near the processor
RIDGE = 1e-10  # of the mean square of each column, so that a column that says nothing gets nothing


@dataclass(frozen=True)
class Slopes:
    """What was solved for m meters, by class of hours without and with occupancy.

    Parameters
    ----------
    constant : (m, w) array
        Of each class; NaN where it has no hour.
    slope : (m, 2, j) array
        Of the covariates, unoccupied then occupied.
    extra : (m, k) array
        Of the extra variables.
    parameters : (m,) array of int
        How many were fitted.
    """

    constant: Floats
    slope: Floats
    extra: Floats
    parameters: npt.NDArray[np.int64]


def chunks(known: Bools) -> Iterator[tuple[npt.NDArray[np.int64], bool]]:
    """Meters in chunks, those that know every hour apart from those that do not. `known` is (m, t)."""
    whole = known.all(axis=1)
    for complete in (True, False):
        at = np.flatnonzero(whole == complete)
        for first in range(0, len(at), CHUNK):
            yield at[first : first + CHUNK], complete


def occupied(temperature: Floats, v: Floats, weight: Floats, share: float = OCCUPIED) -> Bools:
    """Which classes are occupied: those that use more than the weather alone explains.

    Parameters
    ----------
    temperature : (w, l) array
        Folded. [degC]
    v : (w, l, m) array
        Mean power, folded.
    weight : (w, l, m or 1) array
        0 where not known.
    share : float
        Of positive residuals.

    Returns
    -------
    (w, m) array
    """
    h = np.stack(
        [np.ones_like(temperature), np.maximum(HEATING - temperature, 0.0), np.maximum(temperature - COOLING, 0.0)], -1
    ).reshape(-1, 3)
    flat, mask = v.reshape(len(h), -1), weight.reshape(len(h), -1)
    normal = (products(h).T @ mask).T.reshape(-1, 3, 3)
    right = h.T @ (flat * mask)
    found = solved(np.broadcast_to(normal, (flat.shape[1], 3, 3)), right.T)
    above = (flat - h @ found.T > 0) & (mask > 0)
    counted = (weight > 0).sum(axis=1)
    return above.reshape(v.shape).sum(axis=1) > share * np.maximum(counted, 1)


def solved(normal: Floats, right: Floats) -> Floats:
    """Solve normal equations whose columns may be empty. (m, j, j) and (m, j) to (m, j)"""
    size = np.sqrt(np.maximum(np.einsum("mjj->mj", normal), 0.0))  # a difference of sums may round to below 0
    size = np.where(size > 1e-9 * np.max(size, axis=1, keepdims=True, initial=1e-30), size, np.inf)
    scaled = normal / size[:, :, None] / size[:, None, :]
    scaled += np.eye(normal.shape[1]) * np.where(np.isinf(size), 1.0, RIDGE)[:, None, :]
    return cast("Floats", np.linalg.solve(scaled, (right / size)[..., None])[..., 0]) / size


def regress(of: Sums, mode: Bools, merge: Floats | None = None) -> Slopes:
    """Slopes by occupancy and the constants of all classes.

    Parameters
    ----------
    of : Sums
        By class; v holds mean power first, then the extra variables.
    mode : (w, m) array of bool
        Occupied classes.
    merge : (j, fewer) array of 0 and 1, or None
        Which covariates share a slope; each has its own where None.
    """
    w, j, k, m = of.xv.shape
    about = of.centred()
    normal, right = np.zeros((m, 2 * j + k - 1, 2 * j + k - 1)), np.zeros((m, 2 * j + k - 1))
    xv, vv = about.xv.reshape(w, j * k, m), about.vv.sum(axis=0).reshape(k, k, m)
    every = about.xx.sum(axis=0), xv.sum(axis=0)
    busy = _during(about.xx, mode), _during(xv, mode)
    for number, (xx, cross) in enumerate(((every[0] - busy[0], every[1] - busy[1]), busy)):
        at = slice(number * j, (number + 1) * j)
        crossed = cross.reshape(j, k, m).transpose(2, 0, 1)
        normal[:, at, at] = np.broadcast_to(square(xx).transpose(2, 0, 1), (m, j, j))
        right[:, at] = crossed[:, :, 0]
        normal[:, at, 2 * j :] = crossed[:, :, 1:]
        normal[:, 2 * j :, at] = crossed[:, :, 1:].transpose(0, 2, 1)
    normal[:, 2 * j :, 2 * j :] = vv[1:, 1:].transpose(2, 0, 1)
    right[:, 2 * j :] = vv[1:, 0].T
    if merge is not None:
        both = np.zeros((len(normal[0]), 2 * merge.shape[1] + k - 1))
        both[:j, : merge.shape[1]] = both[j : 2 * j, merge.shape[1] : 2 * merge.shape[1]] = merge
        both[2 * j :, 2 * merge.shape[1] :] = np.eye(k - 1)
        normal, right = both.T @ normal @ both, right @ both
        found = solved(normal, right) @ both.T
    else:
        found = solved(normal, right)
    slope, extra = found[:, : 2 * j].reshape(m, 2, j), found[:, 2 * j :]
    active = np.einsum("mjj->mj", normal)
    active = (active > 1e-18 * active.max(axis=1, keepdims=True, initial=1e-30)).sum(axis=1)
    seen = np.broadcast_to(of.n > 0, (w, m))
    return Slopes(_constants(of, mode, slope, extra), slope, extra, seen.sum(axis=0) + active)


def _during(values: Floats, mode: Bools) -> Floats:
    """Sums over the classes of a mode. (w, q, m or 1) and (w, m) to (q, m)"""
    if values.shape[2] == 1:
        return values[:, :, 0].T @ mode.astype(np.float64)
    return np.einsum("wqm,wm->qm", values, mode.astype(np.float64))


def _constants(of: Sums, mode: Bools, slope: Floats, extra: Floats) -> Floats:
    n = np.where(of.n > 0, of.n, np.nan)
    mx, mv = of.x / n[:, None, :], of.v / n[:, None, :]
    if mx.shape[2] == 1:
        by_mode = np.einsum("wj,mqj->qwm", mx[:, :, 0], slope)
    else:
        by_mode = np.einsum("wjm,mqj->qwm", mx, slope)
    weather = cast("Floats", np.where(mode, by_mode[1], by_mode[0]))
    others: Floats = np.einsum("wkm,mk->wm", mv[:, 1:], extra)
    return (mv[:, 0] - weather - others).T


def values_of(spread: Layout, power: Floats, extra: Floats | None, known: Bools) -> tuple[Floats, Floats]:
    """What varies by meter, folded, and where it is known.

    Parameters
    ----------
    spread : Layout
        Places of the hours.
    power : (m, t) array
        Mean power.
    extra : (m, t, k) array or None
        Extra variables.
    known : (m, t) array of bool
        Hours that count.

    Returns
    -------
    tuple of arrays
        (w, l, 1 + k, m), 0 where not known; and (w, l, m).
    """
    columns = [power] if extra is None else [power, *np.moveaxis(extra, -1, 0)]
    laid = [spread.fold(np.where(known, column, 0.0).T) for column in columns]
    return laid[0][:, :, None] if extra is None else np.stack(laid, axis=2), spread.fold(known.T)


def summed(of: Covariates, v: Floats, weight: Floats, *, complete: bool) -> Sums:
    """Sums, with one column of weights where all meters know every hour."""
    return sums(of, v, np.ascontiguousarray(weight[:, :, :1]) if complete else weight)
