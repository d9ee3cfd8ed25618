"""Optimal chiller loading: which chillers run at which part-load ratio for a load, to the global optimum.

Power is a curve of the part-load ratio, off is 0 kW and on means `least` to `most`. Curves need not be convex, nor rise
from 0: published cubics have concave stretches and negative intercepts. The optimum is found by branch and bound on the
Lagrangian dual (see `docs/methods/chiller-loading.md`), and comes with the bound that proves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding, InputRefused
from wattstone.dispatch.plant.branching import Pieces, searched

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]

__all__ = ["Chiller", "Loaded", "all_on", "fewest_in_order", "findings", "optimal_loading", "pieces_of", "total_power"]

SUBSETS_UP_TO = 16
NEVER_NEGATIVE = -1e-9
NOTHING = 1e-9
"""A coefficient this much smaller than the largest is taken for 0: it changes the power by less than a millionth."""


@dataclass(frozen=True, kw_only=True)
class Chiller:
    """A machine whose power is a piecewise cubic of its part-load ratio.

    Parameters
    ----------
    name : str
        For messages.
    capacity : float
        Load at ratio 1, in any unit of cold that all machines share.
    knots : tuple of float
        Ratios between which each cubic holds, rising; two for a single cubic.
    cubics : tuple of (float, float, float, float)
        For each interval the coefficients a, b, c, d of P = a + b x + c x^2 + d x^3 in the ratio itself. [kW]

    Notes
    -----
    The first and last knot are the least and the most ratio at which the machine runs.
    """

    name: str
    capacity: float
    knots: tuple[float, ...]
    cubics: tuple[tuple[float, float, float, float], ...]

    @classmethod
    def cubic(
        cls, name: str, capacity: float, coefficients: Sequence[float], *, least: float = 0.3, most: float = 1.0
    ) -> Chiller:
        """A machine with one polynomial of degree 3 or less.

        Parameters
        ----------
        name : str
            For messages.
        capacity : float
            Load at ratio 1.
        coefficients : sequence of 1 to 4 floats
            From the intercept on. [kW]
        least, most : float
            Ratios between which it runs. [1]
        """
        if not 1 <= len(coefficients) <= 4:
            raise ValueError("a polynomial of degree 3 or less has one to four coefficients")
        padded = [*map(float, coefficients), 0.0, 0.0, 0.0][:4]
        return cls(name=name, capacity=capacity, knots=(least, most), cubics=((*padded,),))  # type: ignore[arg-type]

    @classmethod
    def sampled(cls, name: str, capacity: float, ratio: ArrayLike, power: ArrayLike) -> Chiller:
        """A machine known at points, through which a monotone piecewise cubic is laid (PCHIP [1]_).

        Parameters
        ----------
        name : str
            For messages.
        capacity : float
            Load at ratio 1.
        ratio, power : (k,) arrays
            Two points or more, ratios rising. [1], [kW]

        References
        ----------
        .. [1] F. N. Fritsch and R. E. Carlson, "Monotone piecewise cubic interpolation," SIAM Journal on Numerical
           Analysis 17, 1980, pp. 238-246.
        """
        from scipy.interpolate import PchipInterpolator  # pyright: ignore[reportMissingTypeStubs]

        x = np.asarray(ratio, dtype=np.float64)
        local = np.asarray(PchipInterpolator(x, np.asarray(power, dtype=np.float64)).c, dtype=np.float64)
        d, c, b, a = local
        s = x[:-1]
        moved = np.stack([a - b * s + c * s**2 - d * s**3, b - 2 * c * s + 3 * d * s**2, c - 3 * d * s, d], axis=1)
        cubics = tuple((float(r[0]), float(r[1]), float(r[2]), float(r[3])) for r in moved)
        return cls(name=name, capacity=capacity, knots=tuple(x.tolist()), cubics=cubics)

    @property
    def least(self) -> float:
        """Least ratio at which it runs. [1]"""
        return self.knots[0]

    @property
    def most(self) -> float:
        """Highest ratio at which it runs. [1]"""
        return self.knots[-1]

    def power(self, ratio: ArrayLike) -> Floats:
        """Power at a ratio: 0 at 0, NaN where the machine cannot run.

        Parameters
        ----------
        ratio : float or array
            Part-load ratio. [1]

        Returns
        -------
        array
            [kW]
        """
        x = np.asarray(ratio, dtype=np.float64)
        at = np.clip(np.searchsorted(self.knots, x, side="right") - 1, 0, len(self.cubics) - 1)
        a, b, c, d = np.moveaxis(np.asarray(self.cubics)[at], -1, 0)
        inside = (x >= self.least - 1e-9) & (x <= self.most + 1e-9)
        return np.where(x == 0, 0.0, np.where(inside, a + x * (b + x * (c + x * d)), np.nan))


@dataclass(frozen=True, kw_only=True, eq=False)
class Loaded:
    """Ratios that meet a load.

    Parameters
    ----------
    ratio : (n,) array
        Part-load ratio of each machine, 0 = off. [1]
    power : (n,) array
        Power of each, 0 or more. [kW]
    total : float
        Power of all. [kW]
    bound : float
        No ratios that meet the load take less; NaN for a rule. [kW]
    nodes : int
        Nodes of the search; 0 for a rule.
    """

    ratio: Floats
    power: Floats
    total: float
    bound: float = float("nan")
    nodes: int = 0

    @property
    def gap(self) -> float:
        """How much less the optimum could be at most. [kW]"""
        return self.total - self.bound


def total_power(chillers: Sequence[Chiller], ratio: ArrayLike) -> float:
    """Power of all machines; an off machine takes 0 kW.

    Parameters
    ----------
    chillers : sequence of Chiller
        The machines.
    ratio : (n,) array
        Part-load ratios, 0 = off. [1]

    Returns
    -------
    float
        NaN where a machine cannot run at its ratio. [kW]
    """
    return float(sum(float(one.power(x)) for one, x in zip(chillers, np.asarray(ratio, dtype=float), strict=True)))


def optimal_loading(chillers: Sequence[Chiller], load: float, *, tolerance: float = 1e-4) -> Loaded:
    """The ratios that meet a load at least power, to the global optimum.

    Parameters
    ----------
    chillers : sequence of Chiller
        The machines.
    load : float
        In the unit of the capacities, 0 or more.
    tolerance : float
        How far the bound may stay below the total. [kW]

    Returns
    -------
    Loaded
        With the bound that proves it.

    Raises
    ------
    InputRefused
        If a curve gives negative power where the machine may run, or no set of machines can meet the load: the findings
        say by how much, and which loads could be met.

    Examples
    --------
    >>> one = Chiller.cubic("a", 100.0, (10.0, 20.0, 30.0))
    >>> two = Chiller.cubic("b", 100.0, (5.0, 30.0, 40.0))
    >>> optimal_loading([one, two], 60.0).ratio
    array([0.6, 0. ])
    """
    _refuse(findings(chillers, load=load))
    if load == 0:
        nothing = np.zeros(len(chillers))
        return Loaded(ratio=nothing, power=nothing.copy(), total=0.0, bound=0.0)
    found = searched(pieces_of(chillers), load, tolerance)
    if found is None:
        _refuse([_unmeetable(chillers, load)])
        raise AssertionError("unmeetable loads are refused")
    ratio, bound, nodes = found
    power = np.array([float(one.power(x)) for one, x in zip(chillers, ratio, strict=True)])
    total = float(power.sum())
    return Loaded(ratio=ratio, power=power, total=total, bound=min(bound, total), nodes=nodes)


def all_on(chillers: Sequence[Chiller], load: float) -> Loaded:
    """All machines at one ratio: the weak baseline that papers compare with.

    Parameters
    ----------
    chillers : sequence of Chiller
        The machines.
    load : float
        In the unit of the capacities.

    Returns
    -------
    Loaded
        Power is NaN where a machine cannot run at the ratio.
    """
    return _equal(chillers, load, len(chillers))


def fewest_in_order(chillers: Sequence[Chiller], load: float) -> Loaded:
    """The fewest machines in list order that can carry the load, at one ratio: the operators' rule.

    Parameters
    ----------
    chillers : sequence of Chiller
        The machines, in the order in which they are started.
    load : float
        In the unit of the capacities.

    Returns
    -------
    Loaded
        Power is NaN where a machine cannot run at the ratio.
    """
    most = np.cumsum([one.capacity * one.most for one in chillers])
    count = int(np.searchsorted(most, load - 1e-9 * max(load, 1.0))) + 1 if load > 0 else 0
    return _equal(chillers, load, min(count, len(chillers)))


def findings(chillers: Sequence[Chiller], *, load: float | None = None) -> tuple[Finding, ...]:
    """What is impossible about the machines, or about a load for them.

    Parameters
    ----------
    chillers : sequence of Chiller
        The machines.
    load : float or None
        To be met.

    Returns
    -------
    tuple of Finding
        `plant.loading_range`, `plant.negative_power`, `plant.load_above_capacity`.
    """
    return tuple(_found(chillers, load))


def _found(chillers: Sequence[Chiller], load: float | None) -> Iterator[Finding]:
    for one in chillers:
        rising = len(one.knots) >= 2 and all(b > a for a, b in zip(one.knots, one.knots[1:], strict=False))
        if not (one.capacity > 0 and rising and one.least > 0 and np.isfinite(one.cubics).all()):
            yield Finding(
                code="plant.loading_range",
                place=f"chiller '{one.name}'",
                found="capacity {capacity}, ratios {least} to {most}",
                expected="a capacity above 0 and rising ratios above 0",
                remedy="correct the capacity, the ratios or the coefficients of the curve",
                params={"capacity": one.capacity, "least": one.least, "most": one.most},
            )
            return
        ratio, power = _lowest(one)
        if power < NEVER_NEGATIVE:
            yield Finding(
                code="plant.negative_power",
                place=f"chiller '{one.name}'",
                found="the curve gives {power} kW at a part-load ratio of {ratio}",
                expected="0 kW or more wherever the machine may run ({least} to {most})",
                remedy="correct the coefficients, or narrow the ratios at which the machine runs",
                params={"power": f"{power:.4g}", "ratio": f"{ratio:.3g}", "least": one.least, "most": one.most},
            )
    if load is None:
        return
    most = sum(one.capacity * one.most for one in chillers)
    if not 0 <= load <= most * (1 + 1e-12):
        yield Finding(
            code="plant.load_above_capacity",
            place="load",
            found="{load} is asked of machines that can carry {most} together, {over} too much",
            expected="a load of 0 to {most}",
            remedy="add a machine or storage, or lower the load",
            params={"load": f"{load:.6g}", "most": f"{most:.6g}", "over": f"{load - most:.6g}"},
        )


def _lowest(one: Chiller) -> tuple[float, float]:
    """Where within its ratios a curve is lowest, exactly: at a knot or where the slope of a cubic is 0."""
    candidates = list(one.knots)
    for low, high, (_, b, c, d) in zip(one.knots[:-1], one.knots[1:], one.cubics, strict=True):
        d, c = (0.0 if abs(x) < NOTHING * max(abs(b), abs(c), abs(d)) else x for x in (d, c))
        roots = np.roots([3 * d, 2 * c, b]) if d or c else np.zeros(0)
        candidates += [float(r.real) for r in roots if abs(r.imag) < 1e-12 and low < r.real < high]
    powers = one.power(np.array(candidates))
    at = int(np.argmin(powers))
    return candidates[at], float(powers[at])


def _equal(chillers: Sequence[Chiller], load: float, count: int) -> Loaded:
    capacity = np.array([one.capacity for one in chillers])
    ratio = np.where(np.arange(len(chillers)) < count, load / max(float(capacity[:count].sum()), 1e-300), 0.0)
    power = np.array([float(one.power(x)) for one, x in zip(chillers, ratio, strict=True)])
    return Loaded(ratio=ratio, power=power, total=float(power.sum()))


def pieces_of(chillers: Sequence[Chiller], *, may_be_off: bool | NDArray[np.bool_] = True) -> Pieces:
    """Off and the stretches of one curvature of every machine.

    Parameters
    ----------
    chillers : sequence of Chiller
        The machines.
    may_be_off : bool or (n,) array of bool
        False for machines that run.
    """
    rows = [list(_stretches(one)) for one in chillers]
    width = 1 + max(len(row) for row in rows)
    low, high = np.full((len(rows), width), np.nan), np.full((len(rows), width), np.nan)
    cubic, convex = np.zeros((len(rows), width, 4)), np.zeros((len(rows), width), dtype=np.bool_)
    low[:, 0] = high[:, 0] = np.where(may_be_off, 0.0, np.nan)
    for i, row in enumerate(rows):
        for j, (a, b, coefficients) in enumerate(row, start=1):
            low[i, j], high[i, j], cubic[i, j] = a, b, coefficients
            convex[i, j] = coefficients[2] + 3 * coefficients[3] * (a + b) / 2 > 1e-9 * max(map(abs, coefficients))
    return Pieces(np.array([one.capacity for one in chillers], dtype=np.float64), low, high, cubic, convex)


def _stretches(one: Chiller) -> Iterator[tuple[float, float, tuple[float, float, float, float]]]:
    """Each cubic, cut where its curvature changes sign."""
    for low, high, cubic in zip(one.knots[:-1], one.knots[1:], one.cubics, strict=True):
        if abs(cubic[3]) < NOTHING * max(map(abs, cubic)):
            cubic = (*cubic[:3], 0.0)
        bend = -cubic[2] / (3 * cubic[3]) if cubic[3] else low
        if low < bend < high:
            yield low, bend, cubic
            yield bend, high, cubic
        else:
            yield low, high, cubic


def _unmeetable(chillers: Sequence[Chiller], load: float) -> Finding:
    """Which loads around it can be met: a gap between what fewer machines carry and what more of them need."""
    low, high = np.zeros(1), np.zeros(1)
    for one in chillers if len(chillers) <= SUBSETS_UP_TO else ():
        low = np.concatenate([low, low + one.capacity * one.least])
        high = np.concatenate([high, high + one.capacity * one.most])
    below, above = float(high[high < load].max(initial=0.0)), float(low[low > load].min(initial=np.inf))
    return Finding(
        code="plant.load_in_gap",
        place="load",
        found="no set of machines can run at {load}: {below} and {above} are the next that can be met",
        expected="a load that some machines can carry without one of them below its least ratio",
        remedy="store what the machines make beyond the load, or allow a lower least ratio",
        params={"load": f"{load:.6g}", "below": f"{below:.6g}", "above": f"{above:.6g}"},
    )


def _refuse(found: Sequence[Finding]) -> None:
    if found:
        raise InputRefused(tuple(found))
