"""Intervals that hold as often as they say, because what the method missed by before tells how wide they must be."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isinf, isnan
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions, Index
from wattstone.savings.calibration_scores import months_of
from wattstone.savings.intervals import Spread

Floats = npt.NDArray[np.float64]

MONTH = 30.0
KNOWN = 0.9
"""Share of a period that is known where data suffice."""


@dataclass(frozen=True, kw_only=True)
class Pool:
    """What the intervals of one kind and part were calibrated on.

    Parameters
    ----------
    quantile : float
        Of normalised scores, at the level. [1]
    periods, meters : int
        Meter-periods of the kind in the workspace, and of how many meters.
    other : float
        Weight of meter-periods of other kinds in the workspace, in periods.
    reference : float
        Weight of the shipped reference, in periods.
    coverage : float
        Share of scores inside the interval, each judged without its own meter; NaN where there are none.
    """

    quantile: float
    periods: int
    meters: int
    other: float = 0.0
    reference: float = 0.0
    coverage: float = float("nan")


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """How wide the intervals of some meters must be.

    Parameters
    ----------
    level : float
        Nominal coverage, 0 to 1.
    meters, kinds : tuple of str
        m of them.
    widths : mapping of str to (m,) array
        Half-width in scales, by part: `hour`, `day`, `bill`, `month`, `total`. [1]
    days : (m,) array
        How long the periods were whose totals were scored.
    pools : mapping
        By kind, then by part: what they come from.
    sources : tuple of str
        `comparison meters`, `earlier years`, `reference NAME`: those that weigh anything.
    notes : tuple of str
        What a reader must know.
    """

    level: float
    meters: tuple[str, ...]
    kinds: tuple[str, ...]
    widths: Mapping[str, Floats]
    days: Floats
    pools: Mapping[str, Mapping[str, Pool]]
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def each(self, predicted: Floats, conditions: Conditions, spread: Spread) -> tuple[Floats, Floats]:
        """Interval of each interval's use: of hours, days or bills, as the conditions are.

        Parameters
        ----------
        predicted : (m, t) array
            Expected use.
        conditions : Conditions
            The t intervals.
        spread : Spread
            Of the baselines.

        Returns
        -------
        lower, upper : (m, t) array
            NaN where the prediction is.

        Notes
        -----
        Bills of which nobody has scores have the intervals of months.
        """
        month = self.widths["month"][:, None] * np.abs(predicted) * (spread.slow / spread.level)[:, None]
        own = self.widths.get(conditions.step, np.full(len(self.meters), np.nan))[:, None]
        scaled = own * spread.scale(predicted, conditions)
        half = np.where(np.isnan(own), month, scaled) if conditions.step == "bill" else scaled
        return predicted - half, predicted + half

    def total(self, predicted: Floats, conditions: Conditions, spread: Spread) -> tuple[Floats, Floats]:
        """Interval of the sum of what is predicted; leave NaN where the observed use is not known. Each is (m,).

        Notes
        -----
        The width is that of periods as long as those that were scored; for less it goes over, by the logarithm of how
        many days are known, to that of a month.
        """
        known = ~np.isnan(predicted)
        days = np.where(known, conditions.hours, 0.0).sum(axis=1) / 24
        longest = np.log(np.maximum(self.days * KNOWN, MONTH + 1) / MONTH)
        share = np.clip(np.log(np.maximum(days, 1) / MONTH) / longest, 0, 1)
        month, whole = self.widths["month"], self.widths["total"]
        half = month ** (1 - share) * whole**share * spread.total(predicted)
        total = np.where(days > 0, np.nansum(predicted, axis=1), np.nan)
        return total - half, total + half

    def months(self, predicted: Floats, conditions: Conditions, spread: Spread) -> tuple[Floats, Floats]:
        """Interval of the sum of each calendar month, (m, months); leave NaN where the observed use is not known."""
        first, _ = months_of(conditions)
        total = np.add.reduceat(np.nan_to_num(predicted), first, axis=1)
        size = np.add.reduceat(np.abs(np.nan_to_num(predicted)), first, axis=1) * (spread.slow / spread.level)[:, None]
        half = self.widths["month"][:, None] * size
        some = np.add.reduceat(~np.isnan(predicted), first, axis=1, dtype=np.int64) > 0
        total = np.where(some, total, np.nan)
        return total - half, total + half

    def rows(self, at: Index) -> Self:
        """Some of the meters."""
        places: list[int] = np.arange(len(self.meters))[at].tolist()
        return type(self)(
            level=self.level,
            meters=tuple(self.meters[i] for i in places),
            kinds=tuple(self.kinds[i] for i in places),
            widths={name: width[at] for name, width in self.widths.items()},
            days=self.days[at],
            pools=self.pools,
            sources=self.sources,
            notes=self.notes,
        )

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "level": self.level,
            "meters": list(self.meters),
            "kinds": list(self.kinds),
            "widths": {name: [_plain(value) for value in width.tolist()] for name, width in self.widths.items()},
            "days": [_plain(value) for value in self.days.tolist()],
            "pools": {
                kind: {
                    part: {name: _plain(value) for name, value in vars(pool).items()} for part, pool in parts.items()
                }
                for kind, parts in self.pools.items()
            },
            "sources": list(self.sources),
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Back from `to_json`."""
        return cls(
            level=data["level"],
            meters=tuple(data["meters"]),
            kinds=tuple(data["kinds"]),
            widths={name: np.array([_read(v) for v in width]) for name, width in data["widths"].items()},
            days=np.array([_read(v) for v in data["days"]]),
            pools={
                kind: {
                    part: Pool(**{name: _read(value) for name, value in pool.items()}) for part, pool in parts.items()
                }
                for kind, parts in data["pools"].items()
            },
            sources=tuple(data["sources"]),
            notes=tuple(data["notes"]),
        )


def _plain(value: float) -> float | str | None:
    return None if isnan(value) else "inf" if isinf(value) else value


def _read(value: Any) -> Any:
    return float("nan") if value is None else float("inf") if value == "inf" else value
