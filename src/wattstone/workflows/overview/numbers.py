"""A number as a page shows it: value, unit, interval, what it rests on, and what it was a year before."""

from dataclasses import dataclass

__all__ = ["Number"]


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number with its evidence.

    Parameters
    ----------
    name : str
        As the figure is called: `scope1`, `energy.electricity`; of a sum that is no figure: `location`, `energy`.
    value : float or None
        None where it is not known; `reason` says why then. Never 0 for what is missing.
    unit : str
        `kWh`, `kg CO2e`, `kWh/m2`, or a currency.
    lower, upper : float or None
        90 % interval; None where the uncertainty is not known.
    figure : str or None
        Id of the figure; None where it is a sum of several, which `inputs` names.
    inputs : tuple of str
        Ids of the figures that it is the sum of, the first hundred.
    of : int
        How many figures it is the sum of; 1 for a figure.
    estimated : float or None
        Share that rests on filled or interpolated readings, 0 to 1.
    coverage : float or None
        Share of the period for which there are readings, 0 to 1.
    before : float or None
        The same a year before, as far as it can be compared.
    before_figure : str or None
        Id of that figure.
    reason : str or None
        Why there is no value.
    """

    name: str
    value: float | None
    unit: str
    lower: float | None = None
    upper: float | None = None
    figure: str | None = None
    inputs: tuple[str, ...] = ()
    of: int = 1
    estimated: float | None = None
    coverage: float | None = None
    before: float | None = None
    before_figure: str | None = None
    reason: str | None = None

    @property
    def change(self) -> float | None:
        """Relative to the year before, -0.04 for 4 % less; None where either is not known or nothing was before."""
        return None if self.value is None or not self.before else self.value / self.before - 1
