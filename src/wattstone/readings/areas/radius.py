"""Columns that say how far an area reaches around a point."""

import re
import unicodedata
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattstone.base import Finding
from wattstone.readings.areas.problems import some
from wattstone.readings.areas.schema import absent

__all__ = ["radius_from"]

_NAMED: Final = re.compile(r"(?:radius|半径)\s*(?:_\s*([^\s\[({【]+)|[\[({【]\s*([^\])}】]*?)\s*[\])}】])?")
_METRES: Final = {
    **dict.fromkeys(("", "m", "metre", "metres", "meter", "meters", "米"), 1.0),
    **dict.fromkeys(("km", "kilometre", "kilometres", "kilometer", "kilometers", "公里", "千米"), 1000.0),
    **dict.fromkeys(("ft", "foot", "feet", "英尺"), 0.3048),
    **dict.fromkeys(("mi", "mile", "miles", "英里"), 1609.344),
    **dict.fromkeys(("nmi", "nautical mile", "nautical miles", "海里"), 1852.0),
}  # fmt: skip
"""The foot and the mile of 1959; the nautical mile of the SI brochure."""

WRONG: Final = (
    "{count} {count:radius is|radii are} no number above 0",
    "a radius in metres (or kilometres in a column radius_km) above 0",
    "correct the radius, or draw the boundary as a polygon",
)
UNIT: Final = (
    "{count} {count:radius stands|radii stand} in the column {column}, whose unit is not known",
    "a unit of length in the head: m, km, ft, mi or nmi",
    "name the column radius_m or radius_km",
)


def radius_from(said: pl.DataFrame, count: int, place: str) -> tuple[NDArray[np.float64], list[Finding]]:
    """Radius of each entry, from the first column that is called so.

    Parameters
    ----------
    said : DataFrame
        All columns, as text; the radius is `radius`, `radius_km`, `Radius [km]` or `半径（公里）`.
    count : int
        How many entries there are.
    place : str
        Name of the file, for findings.

    Returns
    -------
    (count,) array
        NaN where none is said. [m]
    list of Finding
    """
    for name in said.columns:
        unit = _unit(name)
        if unit is None:
            continue
        told = said[name].str.strip_chars().replace("", None)
        factor = _METRES.get(unit)
        if factor is None:
            filled = told.is_not_null().to_numpy()
            return absent(count), some("areas.radius_unit", place, filled, UNIT, error=True, column=name)
        value = told.cast(pl.Float64, strict=False)
        wrong = (told.is_not_null() & ~((value > 0) & value.is_finite()).fill_null(value=False)).to_numpy()
        return value.fill_null(np.nan).to_numpy() * factor, some("areas.radius", place, wrong, WRONG, error=True)
    return absent(count), []


def _unit(name: str) -> str | None:
    """The unit in the head of a column of radii, empty where it says none; None of any other column."""
    found = _NAMED.fullmatch(unicodedata.normalize("NFKC", name).strip().lower())
    if found is None or (found[1] is not None and found[1] not in _METRES):  # `radius_source` holds no radius
        return None
    return found[1] or found[2] or ""
