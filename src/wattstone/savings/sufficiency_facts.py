"""What is known of a batch of meters, counted once for all rules."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions
from wattstone.baselines.timeline import fold_days, fold_use
from wattstone.portfolio.kinds import canonical_kind, kind_of
from wattstone.savings.periods import Baseline, Reporting
from wattstone.savings.sufficiency_bills import off_cycle

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def is_electricity(kind: str) -> bool:
    """Whether zeros of a kind count as missing (CalTRACK 2.0, 2.2.1.4)."""
    measured = kind_of(canonical_kind(kind))
    return measured is not None and measured.role == "grid"


def cannot_flow_back(kind: str) -> bool:
    """Whether use of a kind is never below zero: fuels, heat and cold, water, air; not electricity or generation."""
    measured = kind_of(canonical_kind(kind))
    return measured is not None and (measured.role in ("fuel", "network") or measured.quantity == "volume")


@dataclass(frozen=True)
class Facts:
    """Counts and folds of a batch.

    Parameters
    ----------
    batch : Baseline or Reporting
        Of hours, days or bills.
    use : (m, t) array
        With zeros of electricity as gaps, and bills that are too short or too long.
    zeros : (m,) array of bool
        Meters whose every reading that is known is zero; electricity too.
    infinite : (m,) array of bool
        Meters with a reading beyond all numbers, which is a gap here.
    left_out : (m,) array of int
        Intervals that were read and that a named treatment made gaps.
    """

    batch: Baseline | Reporting
    use: npt.NDArray[np.floating]
    zeros: Bools
    infinite: Bools
    left_out: Ints

    @property
    def conditions(self) -> Conditions:
        """Intervals as they were given."""
        return self.batch.conditions

    @cached_property
    def low(self) -> Floats:
        """Smallest value of each meter; NaN where it has none. (m,)"""
        return _reduced(np.fmin, self.use)

    @cached_property
    def high(self) -> Floats:
        """Largest value of each meter; NaN where it has none. (m,)"""
        return _reduced(np.fmax, self.use)

    @cached_property
    def days(self) -> Conditions:
        """Local days; bills stay bills."""
        return fold_days(self.conditions) if self.conditions.step == "hour" else self.conditions

    @cached_property
    def daily(self) -> Floats:
        """Use of each day, NaN where less than half of its hours are known (CalTRACK 2.0, 2.2.2.1). (m, d)"""
        return fold_use(self.use, self.conditions) if self.conditions.step == "hour" else self.use.astype(np.float64)

    @cached_property
    def used(self) -> Bools:
        """Days with use. (m, d)"""
        return ~np.isnan(self.daily)

    @cached_property
    def spared(self) -> Ints:
        """Days of fuel, heat and the like that were read and left out: CalTRACK does not count them as missing. (m,)"""
        hours = self.left_out * float(self.conditions.hours.mean() if len(self.conditions) else 0.0)
        spared = [not is_electricity(kind) for kind in self.batch.kinds]
        return np.where(spared, hours // 24, 0).astype(np.int64)

    @cached_property
    def warm(self) -> Bools:
        """Days with temperature (half of its hours: CalTRACK 2.0, 2.2.2.3). (d,)"""
        return ~np.isnan(self.days.temperature)

    @cached_property
    def both(self) -> Bools:
        """Days with use and temperature. (m, d)"""
        return self.used & self.warm


def facts_of(batch: Baseline | Reporting, left_out: npt.NDArray[np.integer] | None = None) -> Facts:
    """Count what is known of a batch; electricity's zeros are gaps whether or not they were made so before."""
    rows = np.array([is_electricity(kind) for kind in batch.kinds], dtype=np.bool_)
    use = batch.use
    low, high = _reduced(np.fmin, use), _reduced(np.fmax, use)
    zeros = (low == 0) & (high == 0)
    # A look at the smallest value spares most meters the copy.
    suspect = np.flatnonzero(rows & (low <= 0) & (high >= 0))
    infinite = np.isinf(low) | np.isinf(high)
    if suspect.size or infinite.any():
        use = use.copy()
        part = use[suspect]
        part[part == 0] = np.nan
        use[suspect] = part
        use[infinite] = np.where(np.isinf(use[infinite]), np.nan, use[infinite])
    if batch.conditions.step == "bill":
        use = np.where(off_cycle(batch.conditions), np.nan, use)
    none = np.zeros(len(batch.meters), dtype=np.int64)
    return Facts(batch, use, zeros, infinite, none if left_out is None else left_out.astype(np.int64))


def _reduced(function: np.ufunc, values: npt.NDArray[np.floating]) -> Floats:
    if values.shape[1] == 0:
        return np.full(len(values), np.nan)
    least = function is np.fmin
    return np.asarray(np.fmin.reduce(values, axis=1) if least else np.fmax.reduce(values, axis=1), dtype=np.float64)
