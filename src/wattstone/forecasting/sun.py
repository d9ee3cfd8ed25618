"""Series that follow the sun: the output of PV.

An envelope says what a clear sky would give at that time of day: the highest of the last days, or what the plant's
physics says. What comes is a share of it, and the share of the last hour tells most about the next.
"""

from datetime import datetime, timedelta
from typing import ClassVar

import numpy as np

from wattstone.forecasting.arrays import Floats, Ints, Stateful
from wattstone.forecasting.clock import Clock
from wattstone.forecasting.history import History, seasonal_naive
from wattstone.forecasting.known import Known
from wattstone.forecasting.looks import Look, filled
from wattstone.forecasting.profile import Profile

__all__ = ["SunModel"]

_ENVELOPE_DAYS = 14
_SKIES = (0.45, 0.8)
"""Shares of the envelope that part overcast from broken, and broken from clear skies."""
_ALIKE = 30  # minutes within which errors of one size are to be expected
_LIT = 0.02  # below this share of the highest envelope, output says nothing about the sky


class SunModel(Stateful):
    """Envelope times share, profile of the last weeks, and the naive forecast.

    Parameters
    ----------
    clock : Clock
        On UTC: the sun knows no summer time.
    series : int
        How many.
    clear_sky : Known or None
        What a clear sky gives, in the unit of the series, where physics says it; else the envelope is taken from the
        data.
    inputs : int
        Known inputs per step ahead, such as an irradiance forecast.
    """

    FIELDS: ClassVar[tuple[str, ...]] = (
        "history",
        "profile",
        "envelope",
        "seen",
        "clear",
        "usual",
        "likeness_sums",
        "before",
    )

    def __init__(self, clock: Clock, series: int, *, clear_sky: Known | None = None, inputs: int = 0) -> None:
        self.clock, self.clear_sky = clock, clear_sky
        self.methods: tuple[str, ...] = ("envelope", "profile", "naive day", "level")
        self.width, self.groups = 13 + inputs, len(_SKIES) + 1
        self.reach = max(0, _ALIKE // clock.step - 1)
        self.history = History((_ENVELOPE_DAYS + 2) * clock.per_day, series)
        self.profile = Profile(1, clock.per_day, series, rate=1 / 12, slot_rate=1 / 12)
        self.envelope: Floats = np.full((clock.per_day, series), np.nan)
        # Faded sums of output and envelope over about an hour, a day and ten days of light; their ratio is the share.
        self.seen: Floats = np.zeros((3, series))
        self.clear: Floats = np.zeros((3, series))
        self.usual: Floats = np.zeros((3, series))
        self.likeness_sums: Floats = np.zeros((2, series))
        self.before: Floats = np.zeros(series)

    def learn(self, index: int, values: Floats) -> None:
        """Take in what was observed at a step, (series,)."""
        at = np.array([index])
        slot = int(self.clock.slots(at)[0])
        clear = np.nan_to_num(self.under_clear_sky(at)[0])
        lit = np.isfinite(values) & (clear > _LIT * self._highest())
        self._correlate(values, clear, lit)
        usual = np.nan_to_num(self.profile.by_slot(np.array([slot]))[0])
        hour = max(1.0, 60 / self.clock.step)
        for row, span in enumerate((hour, 10 * hour, 100 * hour)):
            fade = 1 - 1 / span if span > 1 else 0.35
            self.seen[row] = np.where(lit, fade * self.seen[row] + values, self.seen[row])
            self.clear[row] = np.where(lit, fade * self.clear[row] + clear, self.clear[row])
            self.usual[row] = np.where(lit, fade * self.usual[row] + usual, self.usual[row])
        self.profile.learn(0, slot, values)
        self.history.put(index, values)
        days = self.history.rows(index - self.clock.per_day * np.arange(_ENVELOPE_DAYS))
        self.envelope[slot] = np.where(
            np.isfinite(days).any(axis=0), np.nan_to_num(days, nan=-np.inf).max(axis=0), self.envelope[slot]
        )

    def _correlate(self, values: Floats, clear: Floats, lit: Floats) -> None:
        """How much of a share's distance from its usual value is left a step later."""
        slow = self.shares[2]
        apart = np.where(lit, values / np.where(lit, clear, 1.0) - slow, 0.0)
        fade = 1 - 1 / (14 * self.clock.per_day)
        sums = self.likeness_sums
        sums[0] = np.where(lit, fade * sums[0] + self.before**2, sums[0])
        sums[1] = np.where(lit, fade * sums[1] + self.before * apart, sums[1])
        self.before = np.where(lit, apart, self.before)

    @property
    def shares(self) -> Floats:
        """Output over envelope in the last hour, day and ten days of light; (3, series), 1 before any light."""
        known = self.clear > 0
        return np.where(known, self.seen / np.where(known, self.clear, 1.0), 1.0)

    @property
    def levels(self) -> Floats:
        """Output over profile in the same spans; (3, series), 1 before any light."""
        known = self.usual > 0
        return np.clip(np.where(known, self.seen / np.where(known, self.usual, 1.0), 1.0), 0.0, 4.0)

    def _highest(self) -> Floats:
        return np.fmax.reduce(self.envelope, axis=0, initial=0.0)

    def under_clear_sky(self, at: Ints) -> Floats:
        """What a clear sky would give at some steps: (step, series), NaN where nothing is known."""
        seen = self.envelope[self.clock.slots(at)]
        if self.clear_sky is None:
            return seen
        moments: list[datetime] = [self.clock.moment(int(one)) for one in at]
        return filled(np.broadcast_to(self.clear_sky.at(moments, timedelta(minutes=self.clock.step)), seen.shape), seen)

    def look(self, targets: Ints, inputs: Floats) -> Look:
        """See ahead to some steps after the newest one; `inputs` is (input, step, series)."""
        newest = int(self.history.newest)
        slots = self.clock.slots(targets)
        clear = self.under_clear_sky(targets)
        most = np.where(clear == 0, 0.0, np.inf)  # night; NaN, of which nothing is known, is none
        clear = np.nan_to_num(clear)
        swift, daily, slow = self.shares
        squares, products = self.likeness_sums
        known = squares > 0
        likeness = np.clip(np.where(known, products / np.where(known, squares, 1.0), 0.0), 0.0, 0.9995)
        fading = likeness ** (targets - newest)[:, None]
        envelope = clear * (slow + fading * (swift - slow))
        day = seasonal_naive(self.history, self.clock, targets, days=1)
        profile = filled(self.profile.by_slot(slots), day, envelope)
        day = filled(day, profile)
        swift_level, daily_level, _ = self.levels
        level = profile * np.clip(daily_level + fading * (swift_level - daily_level), 0, 4)
        level = np.minimum(level, np.maximum(clear, profile))
        features = np.empty((self.width, *day.shape))
        features[0], features[1], features[2] = day - envelope, profile - envelope, clear
        features[3], features[4], features[5] = swift * clear, daily * clear, slow * clear
        angle = 2 * np.pi * slots[:, None] / self.clock.per_day
        features[6], features[7] = np.sin(angle) * clear, np.cos(angle) * clear
        features[8] = swift**2 * clear
        features[9] = np.nan_to_num(self.history.rows(np.array([newest]))[0]) * (clear > 0)
        features[10], features[11], features[12] = level - envelope, swift_level * profile, daily_level * profile
        features[13:] = inputs
        share: Floats = envelope / np.where(clear > 0, clear, 1.0)
        skies: Ints = np.searchsorted(np.array(_SKIES), share, side="right")
        return Look(np.stack([envelope, profile, day, level]), features, skies, most)
