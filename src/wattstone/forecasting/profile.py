"""Profiles of the day by type of day, each cell an exponentially weighted mean of what was seen in it."""

from typing import ClassVar

import numpy as np

from wattstone.forecasting.arrays import Floats, Ints, Stateful

__all__ = ["Profile"]


class Profile(Stateful):
    """Mean by type of day and slot, of many series at once.

    The first values of a cell are averaged plainly; from 1/`rate` of them on, older ones fade. A cell that was never
    seen takes the mean of its slot over all types of day.

    Parameters
    ----------
    types, slots, series : int
        Types of day, slots of a day, series.
    rate : float
        Weight of a new value in its cell.
    slot_rate : float
        The same in the mean over all types of day.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ("cells", "counts", "slot_cells", "slot_counts")

    def __init__(self, types: int, slots: int, series: int, *, rate: float, slot_rate: float) -> None:
        self.rate, self.slot_rate = rate, slot_rate
        self.cells: Floats = np.zeros((types, slots, series))
        self.counts: Floats = np.zeros((types, slots, series))
        self.slot_cells: Floats = np.zeros((slots, series))
        self.slot_counts: Floats = np.zeros((slots, series))

    def learn(self, type_: int, slot: int, values: Floats) -> None:
        """Take in what was observed, (series,); NaN changes nothing."""
        for cells, counts, rate in (
            (self.cells[type_, slot], self.counts[type_, slot], self.rate),
            (self.slot_cells[slot], self.slot_counts[slot], self.slot_rate),
        ):
            known = np.isfinite(values)
            counts += known
            weight = np.maximum(rate, 1 / np.maximum(counts, 1))
            cells += np.where(known, weight * (values - cells), 0.0)

    def at(self, types: Ints, slots: Ints) -> Floats:
        """The means of some cells, (cell, series); NaN where not even the slot was ever seen."""
        found = np.where(self.counts[types, slots] > 0, self.cells[types, slots], self.slot_cells[slots])
        unseen = self.slot_counts[slots] == 0
        if unseen.any():
            found[unseen] = np.nan
        return found

    def by_slot(self, slots: Ints) -> Floats:
        """The means over all types of day, (slot, series); NaN where never seen."""
        return np.where(self.slot_counts[slots] > 0, self.slot_cells[slots], np.nan)
