"""Uncertainty by Monte Carlo simulation that draws factors and not lines."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.inventory.uncertainty.cells import CELL, cells
from wattstone.inventory.uncertainty.distributions import (
    LEVEL,
    Distribution,
    Floats,
    Singles,
    skewed,
    standard,
    stretched,
)
from wattstone.inventory.uncertainty.propagation import KNOWN, counts, known_at_all, shares, totals

SIMULATED: dict[str, pl.DataType] = {
    "mean": pl.Float64(),  # kg CO2e, of the draws; null where a line has no value
    "sd": pl.Float64(),  # kg CO2e, of what is known; null where nothing is
    "relative": pl.Float64(),  # sd over the absolute mean
    "lower": pl.Float64(),  # 90 % interval: quantiles of the draws
    "median": pl.Float64(),
    "upper": pl.Float64(),
    "error": pl.Float64(),  # kg CO2e, standard error of the mean, by the number of draws alone
    **KNOWN,
}
"""Columns of the result, after those it is by."""

FEWEST = 100  # draws of which an interval is read
_BLOCK, _FACTORS = 32 * 2**20, 128 * 2**20  # bytes of draws at once: of groups, of factors
_FACTOR, _GROUP = 0, 1  # streams of random numbers
_READ = ("mean", "sd", "lower", "median", "upper")
_PLACED = [0, 2, 3, 4]  # those of them that move with the mean

Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """Sums of lines with their uncertainty, by simulation.

    Parameters
    ----------
    by : tuple of str
        Columns of the groups.
    frame : polars.DataFrame
        Columns of `by` and of `SIMULATED`, one row a group. [kg CO2e, 1]
    draws, seed : int
        How many, and what they follow from.
    factors, activities : {'lognormal', 'normal', 'triangular'}
        Distributions of the errors of factors, and of activity data.
    """

    by: tuple[str, ...]
    frame: pl.DataFrame
    draws: int
    seed: int
    factors: Distribution
    activities: Distribution


def simulate(
    lines: pl.DataFrame,
    by: Sequence[str] = (),
    *,
    draws: int = 10_000,
    seed: int = 0,
    factors: Distribution = "lognormal",
    activities: Distribution = "lognormal",
) -> Simulated:
    """Uncertainty of sums by Monte Carlo simulation, approach 2 of the IPCC [1]_.

    Parameters
    ----------
    lines : polars.DataFrame
        Columns of `uncertainty.lines.LINE`: emissions [kg CO2e], relative standard deviations [1].
    by : sequence of str
        Columns of the groups; none for one sum of all lines.
    draws : int
        How many, at least `FEWEST`.
    seed : int
        The same seed and lines give the same result. A factor has the same draws in every group and every call.
    factors, activities : {'lognormal', 'normal', 'triangular'}
        Distributions of the errors.

    Returns
    -------
    Simulated

    Raises
    ------
    InputRefused
        As `uncertainty.lines.checked`.
    ValueError
        If there are fewer than `FEWEST` draws.

    Notes
    -----
    A sum is linear in the errors of its lines once the errors of its factors are drawn: with multipliers F_k it has the
    mean sum_k F_k V_k and the variance sum_k F_k^2 Q_k, where V_k are the emissions and Q_k the variance by activity
    data of the group's lines with factor k. So one number for each factor and one for each group are drawn, whatever
    the number of lines; mean and variance are exact in every draw. Of the joint error of activity data only the shape
    is an approximation: a shifted lognormal with the third moment of the group's lines at F = 1, which is exact for a
    single lognormal line and for all lines of one factor in its first three moments, and normal for other
    distributions.

    References
    ----------
    .. [1] IPCC, "2006 Guidelines for National Greenhouse Gas Inventories," vol. 1, ch. 3, sec. 3.2.3.2.

    Examples
    --------
    >>> lines = pl.DataFrame({"line": [1, 2], "site_id": ["A", "B"], "scope": [2, 2], "category": [0, 0],
    ...                       "factor_key": ["grid", "grid"], "value": [100.0, 100.0],
    ...                       "activity_sd": [0.03, 0.03], "factor_sd": [0.1, 0.1]})
    >>> simulate(lines).frame.select(pl.col("mean", "sd").round(0)).row(0)
    (200.0, 20.0)
    """
    if draws < FEWEST:
        raise ValueError(f"{draws} draws tell no interval; take {FEWEST} or more")
    groups = list(by)
    of = cells(lines, groups)
    sums = totals(of, groups, pl.col("value").sum(), *counts())
    told = _told(_grouped(of, groups), _Drawing(draws, seed, factors, activities))
    return Simulated(
        by=tuple(groups),
        frame=_result(sums, told, groups, draws),
        draws=draws,
        seed=seed,
        factors=factors,
        activities=activities,
    )


@dataclass(frozen=True)
class _Drawing:
    """What is drawn, and how often."""

    draws: int
    seed: int
    factors: Distribution
    activities: Distribution


@dataclass(frozen=True)
class _Grouped:
    """Cells as arrays: those with an error of a factor, and what is left of the groups.

    Parameters
    ----------
    keys, sds : (p,)
        Keys of the factors and relative standard deviations of their errors, each pair once.
    group, pair : (c,) array of int
        Group and pair of each cell, ordered by group.
    value, activity : (c,) array
        Of the cells, as in `cells.CELL`, in the scale of their group.
    mean, scale : (g,) array
        Of the groups: sum of the emissions, and of their absolute values. [kg CO2e]
    fixed_activity, skewness : (g,) array
        Of the groups: variance by activity data that no error of a factor multiplies, in the scale; skewness of the
        errors of all activity data.
    """

    keys: tuple[str, ...]
    sds: Floats
    group: Indices
    pair: Indices
    value: Floats
    activity: Floats
    mean: Floats
    scale: Floats
    fixed_activity: Floats
    skewness: Floats


def _grouped(of: pl.DataFrame, by: list[str]) -> _Grouped:
    """Cells as arrays; they are sorted, so that those of a group follow each other in the order of the sums."""
    number = pl.struct(by).rle_id() if by else pl.lit(0, pl.UInt32)
    numbered = of.select(number.alias("group"), *CELL)
    sums = numbered.group_by("group", maintain_order=True).agg(
        pl.col("value", "weight", "activity", "third").sum(),
        pl.col("activity").filter(pl.col("factor_key").is_null()).sum().alias("fixed"),
    )
    moved = numbered.filter(pl.col("factor_key").is_not_null())
    pairs = moved.select("factor_key", "factor_sd").unique(maintain_order=True).with_row_index("pair")
    moved = moved.join(pairs, on=["factor_key", "factor_sd"], maintain_order="left")
    mean, weight, activity, third, fixed = (sums[name].to_numpy() for name in sums.columns[1:])
    scale = np.where(weight > 0, weight, 1.0)
    spread = activity**1.5
    group = moved["group"].to_numpy().astype(np.intp)
    return _Grouped(
        keys=tuple(cast("list[str]", pairs["factor_key"].to_list())),
        sds=pairs["factor_sd"].to_numpy(),
        group=group,
        pair=moved["pair"].to_numpy().astype(np.intp),
        value=moved["value"].to_numpy() / scale[group],
        activity=moved["activity"].to_numpy() / scale[group] ** 2,
        mean=mean,
        scale=scale,
        fixed_activity=fixed / scale**2,
        skewness=np.divide(third, spread, out=np.zeros(len(mean)), where=spread > 0),
    )


def _told(of: _Grouped, drawing: _Drawing) -> Floats:
    """Mean, standard deviation and quantiles of the draws of each group, a row each of `_READ`."""
    groups = len(of.mean)
    told = np.empty((groups, len(_READ)))
    multipliers = _Multipliers(of, drawing)
    # Groups that share factors come together, so that a block needs few of them.
    first = np.full(groups, -1, dtype=np.intp)
    first[of.group[::-1]] = of.pair[::-1]
    order = np.argsort(first, kind="stable")
    for chosen in np.array_split(order, max(1, -(-groups * drawing.draws * 4 // _BLOCK))):
        told[chosen] = _read(_drawn(of, drawing, multipliers, chosen)) * of.scale[chosen][:, None]
    told[:, _PLACED] += of.mean[:, None]
    return told


def _drawn(of: _Grouped, drawing: _Drawing, multipliers: "_Multipliers", chosen: Indices) -> Singles:
    """How far the sums of some groups are off in each draw, in their scale, (g, draws).

    Seven figures are enough for that; the sum itself is added to it in all of its own.
    """
    total, variance = _conditional(of, drawing.draws, multipliers, chosen)
    numbers = np.empty_like(total)
    for number, group in zip(numbers, chosen.tolist(), strict=True):
        _random(drawing.seed, _GROUP, group).standard_normal(out=number, dtype=np.float32)
    if drawing.activities == "lognormal":
        numbers = skewed(numbers, of.skewness[chosen])
    np.sqrt(variance, out=variance)
    variance *= numbers
    total += variance
    return total


def _conditional(of: _Grouped, draws: int, multipliers: "_Multipliers", chosen: Indices) -> tuple[Singles, Singles]:
    """Mean and variance of how far the sums are off, (g, draws) each, once the multipliers of the factors are drawn."""
    total = np.zeros((len(chosen), draws), dtype=np.float32)
    variance = np.zeros_like(total)
    variance += of.fixed_activity[chosen][:, None]
    place = np.full(len(of.mean), -1, dtype=np.intp)
    place[chosen] = np.arange(len(chosen))
    cell = np.flatnonzero(place[of.group] >= 0)
    for some in multipliers.blocks(np.unique(of.pair[cell])):
        here = cell[np.isin(of.pair[cell], some)]
        at = (place[of.group[here]], np.searchsorted(some, of.pair[here]))
        errors, squares = multipliers.of(some)
        for into, what, numbers in ((total, of.value, errors), (variance, of.activity, squares)):
            weights = np.zeros((len(chosen), len(some)), dtype=np.float32)
            weights[at] = what[here]
            into += weights @ numbers
    return total, variance


class _Multipliers:
    """Errors e of factors and (1 + e)^2, the same in every group; held if they are few, else made anew."""

    def __init__(self, of: _Grouped, drawing: _Drawing) -> None:
        self._grouped, self._drawing = of, drawing
        self._most = max(1, _FACTORS // (drawing.draws * 8))
        every = np.arange(len(of.keys))
        self._held = self._made(every) if len(every) <= self._most else None

    def blocks(self, used: Indices) -> list[Indices]:
        """Pairs to go through for some that are used: those that are held as they stand, others in blocks."""
        if self._held is not None and 2 * len(used) > len(self._held[0]):
            return [np.arange(len(self._held[0]))]
        return [used[begin : begin + self._most] for begin in range(0, len(used), self._most)]

    def of(self, pairs: Indices) -> tuple[Singles, Singles]:
        """Of some pairs, (p, draws) each."""
        if self._held is None:
            return self._made(pairs)
        errors, squares = self._held
        return (errors, squares) if len(pairs) == len(errors) else (errors[pairs], squares[pairs])

    def _made(self, pairs: Indices) -> tuple[Singles, Singles]:
        drawing, grouped = self._drawing, self._grouped
        numbers = standard(drawing.factors)
        errors = np.empty((len(pairs), drawing.draws), dtype=np.float32)
        for row, pair in zip(errors, pairs, strict=True):
            hashed = hashlib.blake2b(grouped.keys[int(pair)].encode(), digest_size=8).digest()
            random = _random(drawing.seed, _FACTOR, int.from_bytes(hashed, "big"))
            row[:] = stretched(numbers(random, drawing.draws), float(grouped.sds[pair]), drawing.factors)
        return errors, (1 + errors) ** 2


def _random(*words: int) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(words)))


def _read(draws: Singles) -> Floats:
    """Moments and quantiles of draws, (g, draws), which are put into another order."""
    count = draws.shape[1]
    mean = draws.mean(axis=1, dtype=np.float64)
    draws -= mean[:, None]
    sd = np.sqrt(np.einsum("gd,gd->g", draws, draws, dtype=np.float64) / (count - 1))
    at = np.array([0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2]) * (count - 1)
    below = np.floor(at).astype(int)
    draws.partition(sorted({*below.tolist(), *(below + 1).tolist()}), axis=1)
    quantiles = draws[:, below] + (draws[:, below + 1] - draws[:, below]) * (at - below)
    return np.column_stack([mean, sd, quantiles + mean[:, None]])


def _result(sums: pl.DataFrame, told: Floats, by: list[str], draws: int) -> pl.DataFrame:
    """What was read of the draws, beside what is not known."""
    whole = pl.col("absent") == 0
    known = whole & known_at_all()
    read = sums.hstack(pl.DataFrame(told, schema=dict.fromkeys(_READ, pl.Float64)))
    framed = read.with_columns(
        pl.when(whole).then("mean").alias("mean"),
        *(pl.when(known).then(name).alias(name) for name in _READ[1:]),
        *shares(),
    ).with_columns(
        pl.when(pl.col("mean") != 0).then(pl.col("sd") / pl.col("mean").abs()).alias("relative"),
        (pl.col("sd") / draws**0.5).alias("error"),
    )
    return framed.select(*by, *(pl.col(name).cast(dtype) for name, dtype in SIMULATED.items()))
