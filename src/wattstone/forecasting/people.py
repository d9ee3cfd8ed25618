"""Series that follow people: loads, and the carbon intensity of a grid.

A profile by type of day says what is usual, a residual how far now is from it.
"""

from typing import ClassVar

import numpy as np

from wattstone.forecasting.arrays import Floats, Ints, Stateful
from wattstone.forecasting.clock import Clock
from wattstone.forecasting.history import History, seasonal_naive
from wattstone.forecasting.looks import Look, filled, moved
from wattstone.forecasting.profile import Profile

__all__ = ["WEEK", "WORKDAYS", "PeopleModel"]

WORKDAYS = (0, 0, 0, 0, 0, 1, 2)
"""Type of day by weekday: Monday to Friday are alike. A holiday is a Sunday."""
WEEK = (0, 1, 2, 3, 4, 5, 6)
"""Each weekday is a type of its own."""

_MOST_ALIKE = 0.9995  # a residual that never fades would carry one fault for ever


class PeopleModel(Stateful):
    """Profile with autoregressive correction, profile times recent level, and the naive forecasts.

    Parameters
    ----------
    clock : Clock
        On the local zone.
    series : int
        How many.
    types : tuple of int
        Type of day by weekday, `WORKDAYS` or `WEEK`.
    inputs : int
        Known inputs per step ahead, such as a temperature forecast.
    """

    FIELDS: ClassVar[tuple[str, ...]] = (
        "history",
        "profile",
        "last",
        "residual",
        "swift",
        "daily",
        "weekly",
        "size",
        "mean",
        "squares",
        "products",
        "level_seen",
        "level_usual",
    )

    def __init__(self, clock: Clock, series: int, *, types: tuple[int, ...] = WORKDAYS, inputs: int = 0) -> None:
        self.clock, self.types = clock, np.array(types, dtype=np.int64)
        self.methods: tuple[str, ...] = ("profile", "naive day", "naive week", "level")
        self.width, self.groups, self.reach = 15 + inputs, 2, 0
        days = 5 if types == WORKDAYS else 1
        self.history = History(22 * clock.per_day, series)
        self.profile = Profile(max(types) + 1, clock.per_day, series, rate=0.2 / days**0.5, slot_rate=1 / 7)
        nothing = np.zeros(series)
        self.last: Floats = np.full(series, np.nan)
        self.size: Floats = np.full(series, np.nan)
        self.mean: Floats = np.full(series, np.nan)
        self.residual, self.swift, self.daily, self.weekly = (nothing.copy() for _ in range(4))
        self.squares, self.products = nothing.copy(), nothing.copy()
        self.level_seen, self.level_usual = nothing.copy(), nothing.copy()

    def learn(self, index: int, values: Floats) -> None:
        """Take in what was observed at a step, (series,)."""
        at = np.array([index])
        type_, slot = self.types[self.clock.weekdays(at)], self.clock.slots(at)
        usual = self.profile.at(type_, slot)[0]
        apart = values - usual
        per_day = self.clock.per_day
        self._correlate(apart, per_day)
        known = np.isfinite(apart)
        self.residual = np.where(known, apart, self.residual * self.likeness)
        apart = np.where(known, apart, 0.0)
        self.swift += (apart - self.swift) / max(1.0, per_day / 12)
        self.daily += 2 / (per_day + 1) * (apart - self.daily)
        self.weekly += 2 / (7 * per_day + 1) * (apart - self.weekly)
        self.level_seen += 1 / per_day * (np.where(known, values, 0.0) - self.level_seen)
        self.level_usual += 1 / per_day * (np.where(known, usual, 0.0) - self.level_usual)
        self.size = moved(self.size, np.abs(values), 1 / (14 * per_day))
        self.mean = moved(self.mean, values, 1 / (14 * per_day))
        self.last = np.where(np.isfinite(values), values, self.last)
        self.profile.learn(int(type_[0]), int(slot[0]), values)
        self.history.put(index, values)

    def _correlate(self, apart: Floats, per_day: int) -> None:
        """Running sums of residual squared, and residual times the one before."""
        both = np.isfinite(apart) & np.isfinite(self.residual)
        fade = 1 - 1 / (28 * per_day)
        self.squares = np.where(both, fade * self.squares + self.residual**2, self.squares)
        product = self.residual * np.where(both, apart, 0.0)
        self.products = np.where(both, fade * self.products + product, self.products)

    @property
    def likeness(self) -> Floats:
        """How much of a residual is left a step later, from the residuals seen; (series,), 0 to 1."""
        known = self.squares > 0
        return np.clip(np.where(known, self.products / np.where(known, self.squares, 1.0), 0.0), 0.0, _MOST_ALIKE)

    def look(self, targets: Ints, inputs: Floats) -> Look:
        """See ahead to some steps after the newest one; `inputs` is (input, step, series)."""
        newest = int(self.history.newest)
        slots = self.clock.slots(targets)
        day = seasonal_naive(self.history, self.clock, targets, days=1)
        week = seasonal_naive(self.history, self.clock, targets, days=7)
        usual = filled(self.profile.at(self.types[self.clock.weekdays(targets)], slots), day, self.last)
        day, week = filled(day, usual), filled(week, usual)
        fading = self.likeness ** (targets - newest)[:, None]
        profile = usual + fading * self.residual
        steady = self.level_usual > 1e-9 * np.nan_to_num(self.size)
        ratio = np.where(steady, self.level_seen / np.where(steady, self.level_usual, 1.0), 1.0)
        level = usual * np.clip(ratio, 0.0, 4.0)
        here = np.array([newest])
        now = self.residual - (filled(self.history.rows(self.clock.before(here, 1))[0], self.last) - self._usual(here))
        features = np.empty((self.width, *day.shape))
        features[0], features[1] = day - profile, week - profile
        features[2] = filled(self.profile.by_slot(slots), usual) - profile
        features[3], features[4], features[5] = self.residual, self.swift, self.daily
        features[6], features[7], features[8] = self.weekly, now, level - profile
        features[9] = self.size
        angle = 2 * np.pi * slots[:, None] / self.clock.per_day
        features[10], features[11] = np.sin(angle) * self.size, np.cos(angle) * self.size
        features[12], features[13] = np.sin(2 * angle) * self.size, np.cos(2 * angle) * self.size
        features[14] = self.mean - profile
        features[15:] = inputs
        rest = np.broadcast_to((self.clock.weekdays(targets) >= 5).astype(np.int64)[:, None], day.shape)
        return Look(np.stack([profile, day, week, level]), features, rest)

    def _usual(self, at: Ints) -> Floats:
        return filled(self.profile.at(self.types[self.clock.weekdays(at)], self.clock.slots(at))[0], self.last)
