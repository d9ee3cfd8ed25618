"""Meters that are exchangeable by construction, for tests of intervals."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions
from wattstone.baselines.timeline import fold_days, hours_of
from wattstone.savings.calibration import Calibration
from wattstone.savings.calibration_scores import Scores, score
from wattstone.savings.intervals import Spread, spread

Floats = npt.NDArray[np.float64]


def days(year: int) -> Conditions:
    """The days of a year, in UTC."""
    return fold_days(hours_of(date(year, 1, 1), date(year, 12, 31), "UTC"))


YEARS = {year: days(year) for year in range(2010, 2018)}


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Meters whose models are right but for noise and a drift of the whole year.

    Parameters
    ----------
    spread : Spread
        Of the baseline.
    expected, observed : (m, t) array
        Use of the year after it.
    """

    year: int
    spread: Spread
    expected: Floats
    observed: Floats

    def scores(self, prefix: str = "m", kind: str = "electricity") -> Scores:
        """Their scores."""
        m = len(self.expected)
        return score(
            meters=[f"{prefix}{at}" for at in range(m)],
            kinds=[kind] * m,
            observed=self.observed,
            predicted=self.expected,
            conditions=YEARS[self.year],
            spread=self.spread,
        )

    def covered(self, calibration: Calibration) -> tuple[float, float, float]:
        """Share of days, of months and of totals inside."""
        hours = YEARS[self.year]
        lower, upper = calibration.each(self.expected, hours, self.spread)
        least, most = calibration.months(self.expected, hours, self.spread)
        low, high = calibration.total(self.expected, hours, self.spread)
        first = np.flatnonzero(np.append(True, np.diff(hours.month)))
        months = np.add.reduceat(self.observed, first, axis=1)
        inside = (
            (self.observed >= lower) & (self.observed <= upper),
            (months >= least) & (months <= most),
            (self.observed.sum(axis=1) >= low) & (self.observed.sum(axis=1) <= high),
        )
        return float(inside[0].mean()), float(inside[1].mean()), float(inside[2].mean())


def drawn(rng: np.random.Generator, count: int, drift: float | Floats, year: int) -> Drawn:
    """Meters that drift, by Student's t with 4 degrees of freedom times `drift`, one for all or (m, 1)."""
    level = rng.uniform(10, 100, count)[:, None]
    expected = level * (1 + 0.3 * np.sin(np.arange(len(YEARS[year])) / 20))
    noise = level * 0.1 * rng.standard_normal((2, *expected.shape))
    moved = 1 + drift * rng.standard_t(4, count)[:, None]
    return Drawn(
        year=year,
        spread=spread(expected + noise[0], expected, YEARS[year]),
        expected=expected,
        observed=expected * moved + noise[1],
    )
