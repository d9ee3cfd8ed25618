"""Chillers in the form of DOE-2.2: capacity and energy input ratio by temperatures, and by part load.

P = Q_available EIR_rated EIRFT(s, e) EIRFPLR(r, e - s), Q_available = Q_rated CAPFT(s, e), r = Q / Q_available [1]_,
with s the chilled water that leaves and e what enters the condenser, water or air.

References
----------
.. [1] M. Hydeman, K. L. Gillespie, "Tools and techniques to calibrate electric chiller component models," ASHRAE
       Transactions 108(1), 2002.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from wattstone.equipment.arrays import Floats

__all__ = ["Doe2Chiller", "Doe2Curves", "Drive", "available", "curves", "power"]

Drive = Literal["constant", "variable", "magnetic"]
Six = tuple[float, float, float, float, float, float]

FALSE_LOADED = 0.1  # part load below which the compressor is held up by hot gas: its power stays [1]


@dataclass(frozen=True, kw_only=True)
class Doe2Curves:
    """A set of curves in degF, as they are published.

    Parameters
    ----------
    capacity, ratio : tuple of float
        Of 1, s, s^2, e, e^2, s e.
    part_load : tuple of float
        Of 1, r, r^2, d, d^2, r d, with d = e - s.
    """

    capacity: Six
    ratio: Six
    part_load: Six


@dataclass(frozen=True, kw_only=True)
class Doe2Chiller:
    """A chiller by its rating and its curves.

    Parameters
    ----------
    name : str
    capacity : float
        Rated. [kW]
    ratio : float
        Electricity over cold at the rating. [kW kW-1]
    curves : Doe2Curves
    """

    name: str
    capacity: float
    ratio: float
    curves: Doe2Curves


@lru_cache
def curves(kind: Literal["centrifugal", "screw"], cooled: Literal["water", "air"], drive: Drive) -> Doe2Curves:
    """The curves of a kind of chiller.

    Parameters
    ----------
    kind : {'centrifugal', 'screw'}
    cooled : {'water', 'air'}
    drive : {'constant', 'variable', 'magnetic'}
        Constant speed, variable speed, or variable speed on magnetic bearings.

    Raises
    ------
    KeyError
        If there is no set for it.
    """
    text = (files("wattstone.equipment.plant") / "data" / "doe2_chillers.toml").read_text(encoding="utf-8")
    for row in tomllib.loads(text)["chiller"]:
        if (row["kind"], row["cooled"], row["drive"]) == (kind, cooled, drive):
            sets = {name: cast(Six, tuple(row[name])) for name in ("capacity", "ratio", "part_load")}
            return Doe2Curves(**sets)
    raise KeyError(f"{cooled}-cooled {kind} chiller, {drive}")


def available(chiller: Doe2Chiller, *, supply: npt.ArrayLike, entering: npt.ArrayLike) -> Floats:
    """Cold that a chiller can make.

    Parameters
    ----------
    chiller : Doe2Chiller
    supply : float or array
        Chilled water that leaves. [degC]
    entering : float or array
        Water or air that enters the condenser. [degC]

    Returns
    -------
    array
        NaN where the curve has left what it was made for, at no capacity. [kW]
    """
    share = _surface(chiller.curves.capacity, _fahrenheit(supply), _fahrenheit(entering))
    return chiller.capacity * np.where(share > 0, share, np.nan)


def power(chiller: Doe2Chiller, load: npt.ArrayLike, *, supply: npt.ArrayLike, entering: npt.ArrayLike) -> Floats:
    """Electric power of a chiller.

    Parameters
    ----------
    chiller : Doe2Chiller
    load : float or array
        Cold; 0 is off. [kW]
    supply, entering : float or array
        As in `available`. [degC]

    Returns
    -------
    array
        0 when off; NaN above what it can make and where a curve has left what it was made for. [kW]
    """
    cold = np.asarray(load, dtype=float)
    most = available(chiller, supply=supply, entering=entering)
    part = cold / most
    cool, warm = _fahrenheit(supply), _fahrenheit(entering)
    rated = most * chiller.ratio * _surface(chiller.curves.ratio, cool, warm)
    drawn = rated * _surface(chiller.curves.part_load, np.maximum(part, FALSE_LOADED), warm - cool)
    drawn = np.where((part <= 1 + 1e-9) & (drawn > 0), drawn, np.nan)
    return np.where(cold == 0, 0.0, drawn)


def _fahrenheit(celsius: npt.ArrayLike) -> Floats:
    return 1.8 * np.asarray(celsius, dtype=float) + 32.0


def _surface(of: Six, x: Floats, y: Floats) -> Floats:
    return of[0] + x * (of[1] + of[2] * x) + y * (of[3] + of[4] * y) + of[5] * x * y
