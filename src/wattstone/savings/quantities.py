"""Quantities of a verification with their intervals: energy, money, emissions."""

from dataclasses import dataclass
from math import isnan

CONFIDENCE = 0.9


@dataclass(frozen=True)
class Estimate:
    """A quantity with its interval.

    Parameters
    ----------
    value, lower, upper : float
        In `unit`; bounds are NaN where the uncertainty is not known.
    unit : str
        `kWh`, `GBP`, `kg CO2e`.
    confidence : float
        Of the interval, 0 to 1.
    """

    value: float
    lower: float
    upper: float
    unit: str
    confidence: float = CONFIDENCE

    @property
    def half_width(self) -> float:
        """Half the width of the interval; NaN where it is not known."""
        return (self.upper - self.lower) / 2

    @property
    def bounded(self) -> bool:
        """Whether value and both bounds are known."""
        return not (isnan(self.value) or isnan(self.lower) or isnan(self.upper))

    @property
    def significant(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.bounded and (self.lower > 0 or self.upper < 0)

    def times(self, factor: float, unit: str) -> "Estimate":
        """The same in another unit, or with another sign: the bounds change places below 0."""
        low, high = sorted((self.lower * factor, self.upper * factor))
        return Estimate(self.value * factor, low, high, unit, self.confidence)


@dataclass(frozen=True, kw_only=True)
class Amount:
    """A saving before and after adjustment for confirmed non-routine events.

    Parameters
    ----------
    gross, adjusted : Estimate
        As measured, and with confirmed events taken out; the same if there are none.
    method : str
        How it was made: `bills by tariff 'unit-2019'`, `hourly intensity GB`.
    source : str
        Of the rates or factors.
    unvalued : float
        Share of the energy for which there is no rate, 0 to 1; it is in neither figure.
    """

    gross: Estimate
    adjusted: Estimate
    method: str
    source: str = ""
    unvalued: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What was saved: energy, money, emissions; None where nobody gave a rate.

    Parameters
    ----------
    energy : Amount
        In the meter's unit.
    cost : Amount or None
        In a currency.
    emissions : Amount or None
        In kg CO2e.
    notes : tuple of str
        Assumptions that a reader must know.
    """

    energy: Amount
    cost: Amount | None = None
    emissions: Amount | None = None
    notes: tuple[str, ...] = ()
