"""What a method missed by in years of which it saw nothing, on the scale of the baseline it was fitted to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions
from wattstone.baselines.statistics import quantiles
from wattstone.savings.intervals import Spread, sample

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

POINTS = 40
"""Quantiles kept of the scores of one meter's hours or days in one period."""
MONTHS = 12
KNOWN = 0.5
"""Share of a month's intervals that must be known for a score of the month."""


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Scores of s meter-periods: a meter, fitted on a baseline, predicted in a period after it.

    Parameters
    ----------
    meters, kinds : tuple of str
        Whose, and of what; s of each.
    first, last : (s,) array of datetime64[D]
        Local days of the predicted period, both included.
    parts : mapping of str to (s, q) array
        Quantiles of |observed - predicted| / scale: of intervals by their step (`hour`, `day`, `bill`), of `month`
        sums, and of the `total` (q = 1); NaN where there is none. [1]
    error : (s,) array
        (sum observed - sum predicted) / sum |predicted|, over the intervals where both are known. [1]
    """

    meters: tuple[str, ...]
    kinds: tuple[str, ...]
    first: npt.NDArray[np.datetime64]
    last: npt.NDArray[np.datetime64]
    parts: dict[str, Floats]
    error: Floats

    def __len__(self) -> int:
        """How many meter-periods."""
        return len(self.meters)

    def take(self, where: Bools) -> Self:
        """Some of them."""
        at = np.flatnonzero(where)
        return type(self)(
            meters=tuple(self.meters[i] for i in at),
            kinds=tuple(self.kinds[i] for i in at),
            first=self.first[at],
            last=self.last[at],
            parts={name: part[at] for name, part in self.parts.items()},
            error=self.error[at],
        )

    def before(self, day: date) -> Self:
        """Those whose period ends before a day: what may be known when a period that begins then is predicted."""
        return self.take(self.last < np.datetime64(day, "D"))

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "meters": list(self.meters),
            "kinds": list(self.kinds),
            "first": [str(day) for day in self.first],
            "last": [str(day) for day in self.last],
            "error": _plain(self.error),
            "parts": {name: [_plain(row) for row in part] for name, part in self.parts.items()},
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Back from `to_json`."""
        return cls(
            meters=tuple(data["meters"]),
            kinds=tuple(data["kinds"]),
            first=np.array(data["first"], dtype="datetime64[D]"),
            last=np.array(data["last"], dtype="datetime64[D]"),
            error=np.array(data["error"], dtype=np.float64),
            parts={name: np.array(rows, dtype=np.float64) for name, rows in data["parts"].items()},
        )


def score(
    *,
    meters: Sequence[str],
    kinds: Sequence[str],
    observed: Floats,
    predicted: Floats,
    conditions: Conditions,
    spread: Spread,
) -> Scores:
    """Score predictions of a period that the models have not seen.

    Parameters
    ----------
    meters, kinds : sequence of str
        Of each of m meters.
    observed, predicted : (m, t) array
        Use of each interval; NaN where not known.
    conditions : Conditions
        The t intervals.
    spread : Spread
        Of the baselines that the models were fitted to.

    Returns
    -------
    Scores
        Of those meters that have a score; a meter without any known interval has none.
    """
    known = ~np.isnan(observed) & ~np.isnan(predicted)
    error = np.where(known, observed - predicted, np.nan)
    expected = np.where(known, predicted, np.nan)
    some_of = sample(len(conditions))
    each = np.abs(error[:, some_of]) / spread.scale(expected[:, some_of], conditions.take(some_of))
    grid = tuple((np.arange(POINTS) + 0.5) / POINTS)
    total = np.nansum(error, axis=1)
    weight = np.nansum(np.abs(expected), axis=1)
    scale = spread.total(expected)
    some = known.any(axis=1) & (scale > 0)
    made = Scores(
        meters=tuple(meters),
        kinds=tuple(kinds),
        first=np.full(len(meters), conditions.date[0], dtype="datetime64[D]"),
        last=np.full(len(meters), conditions.date[-1], dtype="datetime64[D]"),
        parts={
            conditions.step: quantiles(each, grid).T,
            "month": _months(error, expected, conditions, spread),
            "total": (np.abs(total) / np.where(some, scale, np.nan))[:, None],
        },
        error=total / np.where(some, weight, np.nan),
    )
    return made.take(some)


def join(scores: Sequence[Scores]) -> Scores:
    """All scores in one; a part that some lack is NaN there.

    Raises
    ------
    ValueError
        If there are none to join.
    """
    if not scores:
        msg = "there are no scores to join"
        raise ValueError(msg)
    widths = {name: part.shape[1] for one in scores for name, part in one.parts.items()}
    return Scores(
        meters=tuple(meter for one in scores for meter in one.meters),
        kinds=tuple(kind for one in scores for kind in one.kinds),
        first=np.concatenate([one.first for one in scores]),
        last=np.concatenate([one.last for one in scores]),
        parts={
            name: np.concatenate([one.parts.get(name, np.full((len(one), width), np.nan)) for one in scores])
            for name, width in widths.items()
        },
        error=np.concatenate([one.error for one in scores]),
    )


def months_of(conditions: Conditions) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.datetime64]]:
    """First interval of each calendar month of a period, and the months."""
    month = conditions.date.astype("datetime64[M]")
    first = np.flatnonzero(np.concatenate([[True], month[1:] != month[:-1]]))
    return first, month[first]


def _months(error: Floats, expected: Floats, conditions: Conditions, spread: Spread) -> Floats:
    """Quantiles of the scores of calendar months; in a longer period than a year of all its months."""
    first, _ = months_of(conditions)
    known = np.add.reduceat(~np.isnan(error), first, axis=1, dtype=np.int64)
    whole = np.diff(np.append(first, len(conditions)))
    sums = np.abs(np.add.reduceat(np.nan_to_num(error), first, axis=1))
    scale = np.add.reduceat(np.abs(np.nan_to_num(expected)), first, axis=1) * (spread.slow / spread.level)[:, None]
    good = (known >= KNOWN * whole) & (scale > 0)
    scores = np.where(good, sums / np.where(good, scale, 1.0), np.nan)
    return quantiles(scores, tuple((np.arange(MONTHS) + 0.5) / MONTHS)).T


def _plain(row: Floats) -> list[float | None]:
    return [None if np.isnan(value) else round(float(value), 6) for value in row]
