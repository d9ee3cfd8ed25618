"""Which days share a change-point model: seasons, working days, days of rest; chosen by an information criterion."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.baselines.changepoint import PARAMETERS, Shapes, Sums, fit_shapes
from wattstone.baselines.conditions import Conditions

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

GROUPS = 6
"""Season (summer, shoulder, winter) times 2, plus 1 on days of rest."""
LEAST_DAYS = 20
"""Of a component of a split."""
BRIDGE = 7
"""Days between two public holidays, at most this far apart, are of rest too: between Christmas and New Year."""

Split = tuple[tuple[int, ...], ...]

_SEASON: Ints = np.array(
    [2, 2, 1, 1, 1, 0, 0, 0, 0, 1, 2, 2]
)  # by month, north of the equator: as opendsm 1.2.7 has them
_SEASONS = (((0, 1, 2),), ((0,), (1, 2)), ((0, 1), (2,)), ((0,), (1,), (2,)))


def _splits() -> tuple[Split, ...]:
    """All splits: by seasons or not, each part by kind of day or not."""
    found: list[Split] = []
    for seasons in _SEASONS:
        for choice in range(2 ** len(seasons)):
            parts: list[tuple[int, ...]] = []
            for at, part in enumerate(seasons):
                kinds = ((0,), (1,)) if choice >> at & 1 else ((0, 1),)
                parts += [tuple(season * 2 + kind for season in part for kind in these) for these in kinds]
            found.append(tuple(parts))
    return tuple(found)


SPLITS = _splits()
UNSPLIT = 2
"""The first two know no seasons."""
PARTS = tuple(sorted({part for split in SPLITS for part in split}))


def resting(conditions: Conditions) -> Bools:
    """Public holidays and the days between two of them that are at most `BRIDGE` days apart. (t,)

    1 January ends a bridge whether or not the intervals reach to it, and so does a 25 or 26 December begin one where it
    is off in another year: the last days of a year are what they are in a baseline that ends with it.
    """
    days = conditions.date.astype("datetime64[D]")
    off = np.unique(days[conditions.off])
    if not len(off):
        return np.zeros(len(days), dtype=bool)
    since = days.astype("datetime64[Y]").astype(np.int64)
    years: npt.NDArray[np.datetime64] = (since.min() - 1 + np.arange(np.ptp(since) + 3)).astype("datetime64[Y]")
    first = years.astype("datetime64[D]").astype(np.int64)
    known = {str(day)[5:] for day in off.astype(str)} & {"12-25", "12-26"}
    ends: list[Ints] = [first, off.astype(np.int64), *(first + (int(day[3:]) - 32) for day in sorted(known))]
    marks = np.unique(np.concatenate(ends))
    gap = np.diff(marks)
    between: list[Ints] = [
        np.arange(marks[at] + 1, marks[at + 1]) for at in np.flatnonzero((gap > 1) & (gap <= BRIDGE))
    ]
    return conditions.off | np.isin(days.astype(np.int64), np.concatenate([marks[:0], *between]))


def southern(conditions: Conditions) -> bool:
    """Whether June to September is the colder part of the year where these days are."""
    summer = _SEASON[conditions.month - 1]
    known = ~np.isnan(conditions.temperature)
    north, south = conditions.temperature[known & (summer == 0)], conditions.temperature[known & (summer == 2)]
    return bool(len(north) and len(south) and north.mean() < south.mean())


def groups_of(conditions: Conditions, rest: Bools, *, south: bool, weekend: tuple[int, ...]) -> Ints:
    """The group of each day, 0 to 5. (t,)

    Parameters
    ----------
    conditions : Conditions
        Days.
    rest : (t,) array of bool
        Those that are as on a weekend whatever their day of the week.
    south : bool
        Whether seasons are turned by half a year.
    weekend : tuple of int
        Days of the week without work, Monday 0.
    """
    month = (conditions.month - 1 + 6 * south) % 12
    return 2 * _SEASON[month] + (np.isin(conditions.weekday, weekend) | rest)


@dataclass(frozen=True)
class Chosen:
    """The split of each meter, and the model of each of its groups of days.

    Parameters
    ----------
    split : (m,) array of int
        In `SPLITS`.
    shape : (m, 6) array of int
        In `changepoint.SHAPES`.
    balance : (m, 6, 2) array
        Balance points of heating and cooling; NaN where there is no such slope. [degC]
    coefficients : (m, 6, 3) array
        Constant, and slopes per kelvin.
    parameters : (m,) array of int
        Fitted ones, balance points counted.
    criterion : (m,) array
        Of the split, the less the better.
    """

    split: Ints
    shape: Ints
    balance: Floats
    coefficients: Floats
    parameters: Ints
    criterion: Floats


@dataclass(frozen=True)
class Candidates:
    """Every part of every split, each with its best shape; arrays of (m, k) for k `PARTS`."""

    n: Floats
    sse: Floats
    shape: Ints
    balance: Floats
    coefficients: Floats


def candidates(
    sums: Sums, grid: Floats, may: tuple[Bools, Bools, Bools], parts: tuple[tuple[int, ...], ...] = PARTS
) -> Candidates:
    """Fit all shapes to all parts, and choose the shape of each by the Bayesian information criterion.

    Parameters
    ----------
    sums : Sums
        Of (6, m, ...).
    grid : (b,) array
        Balance points. [degC]
    may : tuple of (m,) array of bool
        Whether there may be heating, cooling, and negative slopes.
    parts : tuple
        Unions of groups.
    """
    united = sums.over(parts)
    meters, count = united.plain.shape[:2]
    heating, cooling, free = (np.repeat(one, count) for one in may)
    shapes = fit_shapes(united.flat(), heating, cooling, free)
    best = bic(shapes.sse, united.plain[..., 0].reshape(-1, 1), PARAMETERS).argmin(axis=1)
    balance, coefficients, sse = _picked(shapes, best, grid)
    return Candidates(
        n=united.plain[..., 0],
        sse=sse.reshape(meters, count),
        shape=best.reshape(meters, count),
        balance=balance.reshape(meters, count, 2),
        coefficients=coefficients.reshape(meters, count, 3),
    )


def _picked(shapes: Shapes, best: Ints, grid: Floats) -> tuple[Floats, Floats, Floats]:
    rows = np.arange(len(best))
    has = np.stack([np.isin(best, (1, 3, 4)), np.isin(best, (2, 3, 4))], axis=-1)
    return (
        np.where(has, grid[shapes.balance[rows, best]], np.nan),
        shapes.coefficients[rows, best],
        shapes.sse[rows, best],
    )


def bic(sse: Floats, n: Floats, k: Ints) -> Floats:
    """Bayesian information criterion of least squares, n ln(SSE / n) + k ln n [1]_.

    References
    ----------
    .. [1] G. Schwarz, "Estimating the dimension of a model," Annals of Statistics 6 (2), 1978.
    """
    many: Floats = np.maximum(n, 2.0)
    fitted: Floats = many * np.log(np.maximum(sse, 1e-300) / many)
    return np.add(fitted, np.multiply(k, np.log(many)), dtype=np.float64)


def choose(found: Candidates, splits: tuple[Split, ...] = SPLITS, parts: tuple[tuple[int, ...], ...] = PARTS) -> Chosen:
    """Choose a split for each meter by the same criterion, over all its days.

    Parameters
    ----------
    found : Candidates
        Of `parts`.
    splits : tuple of Split
        Among which to choose; their places in it are the result's `split`.
    parts : tuple
        Those of the candidates.
    """
    places = [[parts.index(part) for part in split] for split in splits]
    counts = PARAMETERS[found.shape]
    whole = found.n[:, places[0]].sum(axis=1)
    worth = np.full((len(whole), len(splits)), np.inf)
    for at, part in enumerate(places):
        enough = (found.n[:, part] >= LEAST_DAYS).all(axis=1) | (len(part) == 1)
        total = bic(found.sse[:, part].sum(axis=1), whole, counts[:, part].sum(axis=1))
        worth[:, at] = np.where(enough, total, np.inf)
    pick = worth.argmin(axis=1)
    of_group = np.array([[next(p for p in part if group in parts[p]) for group in range(GROUPS)] for part in places])
    member = of_group[pick]
    rows = np.arange(len(pick))[:, None]
    fitted = np.array([np.isin(np.arange(len(parts)), part) for part in places])[pick]
    return Chosen(
        split=pick,
        shape=found.shape[rows, member],
        balance=found.balance[rows, member],
        coefficients=found.coefficients[rows, member],
        parameters=(counts * fitted).sum(axis=1),
        criterion=worth[rows[:, 0], pick],
    )
