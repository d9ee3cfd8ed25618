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
_HELD = 32 * 2**20  # bytes of a block of draws
_PAIRS = 1024  # factors whose draws are held at once
_FACTOR, _GROUP = 0, 1  # streams of random numbers
_READ = ("mean", "sd", "lower", "median", "upper")

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
    told = _told(_grouped(of, groups), _Drawing(draws, seed, factors, activities), sums.height)
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
        Of the cells, as in `cells.CELL`.
    fixed, fixed_activity, skewness : (g,) array
        Of the groups: what no error of a factor multiplies, and the skewness of the errors of activity data.
    """

    keys: tuple[str, ...]
    sds: Floats
    group: Indices
    pair: Indices
    value: Floats
    activity: Floats
    fixed: Floats
    fixed_activity: Floats
    skewness: Floats


def _grouped(of: pl.DataFrame, by: list[str]) -> _Grouped:
    """Cells as arrays; they are sorted, so that those of a group follow each other in the order of the sums."""
    number = pl.struct(by).rle_id() if by else pl.lit(0, pl.UInt32)
    numbered = of.select(number.alias("group"), *CELL)
    count = int(numbered["group"].max()) + 1 if of.height else 0  # pyright: ignore[reportArgumentType]
    sums = numbered.group_by("group", maintain_order=True).agg(
        pl.col("value", "activity").filter(pl.col("factor_key").is_null()).sum(),
        pl.col("activity").sum().alias("all"),
        pl.col("third").sum(),
    )
    moved = numbered.filter(pl.col("factor_key").is_not_null())
    pairs = moved.select("factor_key", "factor_sd").unique(maintain_order=True).with_row_index("pair")
    moved = moved.join(pairs, on=["factor_key", "factor_sd"], maintain_order="left")
    spread = sums["all"].to_numpy() ** 1.5
    third = sums["third"].to_numpy()
    return _Grouped(
        keys=tuple(cast("list[str]", pairs["factor_key"].to_list())),
        sds=pairs["factor_sd"].to_numpy(),
        group=moved["group"].to_numpy().astype(np.intp),
        pair=moved["pair"].to_numpy().astype(np.intp),
        value=moved["value"].to_numpy(),
        activity=moved["activity"].to_numpy(),
        fixed=sums["value"].to_numpy(),
        fixed_activity=sums["activity"].to_numpy(),
        skewness=np.divide(third, spread, out=np.zeros(count), where=spread > 0),
    )


def _told(of: _Grouped, drawing: _Drawing, groups: int) -> Floats:
    """Mean, standard deviation and quantiles of the draws of each group, a row each of `_READ`."""
    told = np.full((groups, len(_READ)), np.nan)
    multipliers = _Multipliers(of, drawing)
    # Groups that share factors come together, so that a block needs few of them.
    first = np.full(groups, -1, dtype=np.intp)
    first[of.group[::-1]] = of.pair[::-1]
    order = np.argsort(first, kind="stable")
    for chosen in np.array_split(order, max(1, -(-groups * drawing.draws * 8 // _HELD))):
        told[chosen] = _read(_drawn(of, drawing, multipliers, chosen))
    return told


def _drawn(of: _Grouped, drawing: _Drawing, multipliers: "_Multipliers", chosen: Indices) -> Floats:
    """Draws of some groups, (g, draws): the sum with the errors of its factors, and the joint error of its activity."""
    total, variance = _conditional(of, drawing.draws, multipliers, chosen)
    numbers = np.empty_like(total)
    for number, group in zip(numbers, chosen.tolist(), strict=True):
        _random(drawing.seed, _GROUP, group).standard_normal(out=number)
    if drawing.activities == "lognormal":
        numbers = skewed(numbers, of.skewness[chosen])
    np.sqrt(variance, out=variance)
    variance *= numbers
    total += variance
    return total


def _conditional(of: _Grouped, draws: int, multipliers: "_Multipliers", chosen: Indices) -> tuple[Floats, Floats]:
    """Mean and variance of the sums, (g, draws) each, once the multipliers of the factors are drawn."""
    total = np.repeat(of.fixed[chosen][:, None], draws, axis=1)
    variance = np.repeat(of.fixed_activity[chosen][:, None], draws, axis=1)
    place = np.full(len(of.fixed), -1, dtype=np.intp)
    place[chosen] = np.arange(len(chosen))
    cell = np.flatnonzero(place[of.group] >= 0)
    used = np.unique(of.pair[cell])
    for begin in range(0, len(used), _PAIRS):
        some = used[begin : begin + _PAIRS]
        here = cell[np.isin(of.pair[cell], some)]
        at = (place[of.group[here]], np.searchsorted(some, of.pair[here]))
        drawn = multipliers.of(some)
        weights = np.zeros((len(chosen), len(some)))
        weights[at] = of.value[here]
        total += weights @ drawn
        weights[at] = of.activity[here]
        variance += weights @ drawn**2
    return total, variance


class _Multipliers:
    """Multipliers of factors, the same in every group; held where they are few, made anew where they are many."""

    def __init__(self, of: _Grouped, drawing: _Drawing) -> None:
        self._grouped, self._drawing = of, drawing
        every = np.arange(len(of.keys))
        self._held = self._made(every) if len(every) <= _PAIRS else None

    def of(self, pairs: Indices) -> Floats:
        """Of some pairs, (p, draws)."""
        if self._held is None:
            return self._made(pairs)
        return self._held if len(pairs) == len(self._held) else self._held[pairs]

    def _made(self, pairs: Indices) -> Floats:
        drawing, grouped = self._drawing, self._grouped
        numbers = standard(drawing.factors)
        made = np.empty((len(pairs), drawing.draws))
        for row, pair in zip(made, pairs, strict=True):
            hashed = hashlib.blake2b(grouped.keys[int(pair)].encode(), digest_size=8).digest()
            random = _random(drawing.seed, _FACTOR, int.from_bytes(hashed, "big"))
            row[:] = stretched(numbers(random, drawing.draws), float(grouped.sds[pair]), drawing.factors)
        return made


def _random(*words: int) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(words)))


def _read(draws: Floats) -> Floats:
    """Moments and quantiles of draws, (g, draws), which are put into another order."""
    count = draws.shape[1]
    mean, sd = draws.mean(axis=1), draws.std(axis=1, ddof=1)
    at = np.array([0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2]) * (count - 1)
    below = np.floor(at).astype(int)
    draws.partition(sorted({*below.tolist(), *(below + 1).tolist()}), axis=1)
    quantiles = draws[:, below] + (draws[:, below + 1] - draws[:, below]) * (at - below)
    return np.column_stack([mean, sd, quantiles])


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
