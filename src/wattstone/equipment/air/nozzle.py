"""Blow-off nozzles and open pipes: free air by their curve over pressure, which `data/nozzles.toml` holds."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from wattstone.equipment.air.free_air import CUBIC_FOOT, PSI
from wattstone.equipment.arrays import Floats

__all__ = ["Nozzle", "flow", "nozzles"]


@dataclass(frozen=True, kw_only=True)
class Nozzle:
    """A nozzle by its curve.

    Parameters
    ----------
    name : str
    square, slope, level : float
        Of q = square p^2 + slope p + level, p in bar(g), q in m3 min-1 of free air.
    """

    name: str
    square: float
    slope: float
    level: float


def flow(nozzle: Nozzle, pressure: npt.ArrayLike, *, count: int = 1) -> Floats:
    """Free air through nozzles; 0 where there is no pressure. [m3 min-1]

    Parameters
    ----------
    nozzle : Nozzle
    pressure : float or array
        Of supply. [bar(g)]
    count : int
        How many blow.
    """
    gauge = np.asarray(pressure, dtype=float)
    each = (nozzle.square * gauge + nozzle.slope) * gauge + nozzle.level
    return np.where(gauge > 0, count * each, np.where(np.isnan(gauge), np.nan, 0.0))


@lru_cache
def nozzles() -> tuple[Nozzle, ...]:
    """The nozzles and open pipes of the table, in its order."""
    table = tomllib.loads((files("wattstone.equipment.air") / "data" / "nozzles.toml").read_text(encoding="utf-8"))
    return tuple(_nozzle(row["name"], *row["curve"]) for row in table["nozzle"])


def _nozzle(name: str, square: float, slope: float, level: float) -> Nozzle:
    """From cfm over psig."""
    return Nozzle(
        name=name, square=square * CUBIC_FOOT / PSI**2, slope=slope * CUBIC_FOOT / PSI, level=level * CUBIC_FOOT
    )
