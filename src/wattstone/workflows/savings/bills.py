"""Meters that are read by the bill: weeks to months at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from wattstone.baselines.billing import fit_bills, fold_bills
from wattstone.baselines.conditions import Conditions, Extra, Index
from wattstone.baselines.daily_model import DailyModel
from wattstone.baselines.timeline import fold_days
from wattstone.readings.hours import HOUR
from wattstone.savings.sufficiency_bills import Bills, merge_estimated, temperature_of_bills
from wattstone.workflows.savings.batches import Batch
from wattstone.workflows.savings.longer import Longer

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
DAY = 24 * HOUR  # s


@dataclass(frozen=True)
class BillModel:
    """A model of days that predicts bills by the days in them.

    Parameters
    ----------
    model : DailyModel
        Fitted to bills.
    days : Conditions
        The days of all bills that may be asked for.
    """

    model: DailyModel
    days: Conditions

    @property
    def method(self) -> str:
        """Name and version."""
        return self.model.method

    @property
    def parameters(self) -> Ints:
        """Of each meter. (m,)"""
        return self.model.parameters

    def predict(self, conditions: Conditions, extra: Extra | None = None) -> Floats:
        """Expected use of bills, or of days.

        Parameters
        ----------
        conditions : Conditions
            Bills within the days, or days.
        extra : Extra or None
            Of the same names as in the fit; for days alone.
        """
        if conditions.step != "bill":
            return self.model.predict(conditions, extra)
        return fold_bills(self.model.predict(self.days), self.days, conditions)

    def rows(self, at: Index) -> "BillModel":
        """The models of some meters."""
        return replace(self, model=self.model.rows(at))

    def to_json(self, at: int) -> dict[str, Any]:
        """Of the model of days."""
        return self.model.to_json(at)


def fit_bill_model(use: Floats, bills: Conditions, days: Conditions, kinds: tuple[str, ...]) -> BillModel:
    """Fit the bills of a batch.

    Parameters
    ----------
    use : (m, b) array
        Of each bill; NaN where it must not be fitted.
    bills, days : Conditions
        The bills, and all days with their weather.
    kinds : tuple of str
        Of each meter.
    """
    first, last = bills.start[0], bills.start[-1] + np.timedelta64(round(float(bills.hours[-1]) * HOUR), "s")
    inside = (days.start >= first) & (days.start < last)
    return BillModel(fit_bills(use, bills, days.take(inside), kinds=kinds), days)


def bill_batches(batch: Batch, held: Mapping[str, Longer]) -> list[Batch]:
    """Each meter of a batch of hours that is read by the bill as a batch of its own: no two have the same bills.

    Parameters
    ----------
    batch : Batch
        Hours with weather; the use of its meters does not matter.
    held : mapping of str to Longer
        Readings of all its meters.
    """
    days = fold_days(batch.conditions)
    found: list[Batch] = []
    for row, name in enumerate(batch.meters):
        bills, use = _bills(held[name], days)
        if len(bills):
            flags = np.zeros((1, len(bills)), dtype=np.uint8)
            mine = batch.rows(np.array([row]))
            found.append(replace(mine, use=use[None, :], flags=flags, conditions=bills, days=days))
    return found


def _bills(held: Longer, days: Conditions) -> tuple[Conditions, Floats]:
    """Bills on the local calendar, those that end with an estimate joined with the next."""
    middle = held.start + np.timedelta64(DAY // 2, "s")
    first = np.searchsorted(days.start, middle, side="right") - 1
    length = np.maximum(np.round(held.seconds / DAY).astype(np.int64), 1)
    good = (held.start >= days.start[0] - np.timedelta64(DAY // 2, "s")) & (first >= 0) & (first + length <= len(days))
    sent = Bills(days.date[first[good]], length[good], held.value[good], held.estimated[good])
    merged, _ = merge_estimated(sent)
    at = np.searchsorted(days.date, merged.first)
    hours = np.array([days.hours[begin : begin + count].sum() for begin, count in zip(at, merged.days, strict=True)])
    bills = Conditions(
        step="bill",
        zone=days.zone,
        start=days.start[at],
        hours=hours.astype(np.float64),
        date=days.date[at],
        hour=days.hour[at],
        off=np.zeros(len(at), dtype=bool),
        temperature=np.full(len(at), np.nan),
    )
    return replace(bills, temperature=temperature_of_bills(days, bills)), merged.use.astype(np.float64)
