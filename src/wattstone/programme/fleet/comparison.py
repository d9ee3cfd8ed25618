"""Electric against combustion: from which distance on one has emitted less, and what decides it."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

__all__ = ["Side", "break_even", "cumulated", "elasticities"]

Floats = npt.NDArray[np.float64]
STEP = 1e-4
"""Of a relative change in an input, for its elasticity."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """One vehicle of a comparison.

    Parameters
    ----------
    made : float
        Emissions of making it, cradle to gate. [kg CO2e]
    litres, kwh : float
        Of a kilometre; electricity at the wall plug. [L/km], [kWh/km]
    fuel : float
        Well to wheel. [kg CO2e/L]
    grid : (years,) array
        Generation with upstream and losses, by year of use. [kg CO2e/kWh]
    km : (years,) array
        Distance in each year of use. [km]
    burns : str
        Name of the fuel; two sides that burn the same share its factor.
    """

    made: float
    litres: float
    kwh: float
    fuel: float
    grid: Floats
    km: Floats
    burns: str = ""

    def per_km(self) -> Floats:
        """Emissions of a kilometre in each year. [kg CO2e km-1]"""
        fuel = self.litres * self.fuel if self.litres else 0.0
        electricity = self.kwh * self.grid if self.kwh else np.zeros_like(self.km)
        return fuel + electricity


def cumulated(one: Side) -> Floats:
    """Emissions at the end of each year, beginning with those of making it.

    Returns
    -------
    (years + 1,) array
        [kg CO2e]
    """
    return one.made + np.concatenate([[0.0], np.cumsum(one.per_km() * one.km)])


def break_even(one: Side, other: Side) -> float:
    r"""Distance from which on the first has emitted less than the second.

    With the same factors in all years :math:`D = (P_1 - P_2) / (e_2 - e_1)`; with factors that change, the crossing of
    both curves, straight within a year.

    Parameters
    ----------
    one, other : Side
        With the same distances by year.

    Returns
    -------
    float
        0 where the first is ahead from the start and stays so; infinite where it is not ahead at the end of the life;
        NaN where an input is. [km]

    Examples
    --------
    >>> year = np.full(10, 20000.0)
    >>> car = Side(made=6000.0, litres=0.07, kwh=0.0, fuel=3.0, grid=np.zeros(10), km=year)
    >>> electric = Side(made=9000.0, litres=0.0, kwh=0.2, fuel=0.0, grid=np.full(10, 0.45), km=year)
    >>> round(break_even(electric, car), 6)
    25000.0
    """
    gap = cumulated(one) - cumulated(other)
    if not np.isfinite(gap).all():
        return float("nan")
    if gap[-1] >= 0:
        return float("inf")
    behind = np.flatnonzero(gap >= 0)
    if behind.size == 0:
        return 0.0
    last = int(behind[-1])
    driven = np.concatenate([[0.0], np.cumsum(one.km)])
    return float(driven[last] + one.km[last] * gap[last] / (gap[last] - gap[last + 1]))


def elasticities(one: Side, other: Side) -> dict[str, float]:
    r"""By how many per cent the distance changes where an input is one per cent higher.

    Central differences of :math:`\partial \ln D / \partial \ln x`.

    Parameters
    ----------
    one, other : Side

    Returns
    -------
    dict
        `made`, `kwh`, `litres`, `fuel` of the first, `other_made`, `other_kwh`, `other_litres`, `other_fuel` of the
        second, and of both `grid`, and `shared_fuel` instead of the two factors where both burn the same. NaN where
        there is no break-even; what is 0 is left out. Consumption and factor of one energy weigh the same while it is
        the only one.
    """
    same = bool(one.burns) and one.burns == other.burns and one.litres > 0 and other.litres > 0
    moves = {
        "made": ("made", True, False), "kwh": ("kwh", True, False), "litres": ("litres", True, False),
        "grid": ("grid", True, True), "other_made": ("made", False, True), "other_kwh": ("kwh", False, True),
        "other_litres": ("litres", False, True),
        **({"shared_fuel": ("fuel", True, True)} if same else {"fuel": ("fuel", True, False),
                                                              "other_fuel": ("fuel", False, True)}),
    }  # fmt: skip
    found: dict[str, float] = {}
    for name, (field, first, second) in moves.items():
        if not any(_counts(side, field) for side, at in ((one, first), (other, second)) if at):
            continue
        up, down = (
            break_even(_moved(one, field, by if first else 1.0), _moved(other, field, by if second else 1.0))
            for by in (1 + STEP, 1 - STEP)
        )
        sound = np.isfinite(up) and np.isfinite(down) and up > 0 and down > 0
        found[name] = float(np.log(up / down) / np.log((1 + STEP) / (1 - STEP))) if sound else float("nan")
    return found


def _counts(side: Side, field: str) -> bool:
    """Whether an input enters the emissions of a side."""
    if field == "grid":
        return side.kwh > 0
    if field == "fuel":
        return side.litres > 0
    return getattr(side, field) != 0


def _moved(side: Side, field: str, by: float) -> Side:
    return replace(side, **{field: getattr(side, field) * by}) if by != 1.0 else side
