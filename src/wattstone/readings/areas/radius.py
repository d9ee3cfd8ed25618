"""Columns that say how far an area reaches around a point."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattstone.base import Finding
from wattstone.readings.areas.problems import some
from wattstone.readings.areas.schema import absent

__all__ = ["radius_from"]

_METRES: Final = {
    "radius_m": 1.0, "radius": 1.0, "radius (m)": 1.0, "半径": 1.0, "半径 (m)": 1.0, "radius_km": 1000.0,
    "radius (km)": 1000.0, "半径 (km)": 1000.0,
}  # fmt: skip

WRONG: Final = (
    "{count} {count:radius is|radii are} no number above 0",
    "a radius in metres (or kilometres in a column radius_km) above 0",
    "correct the radius, or draw the boundary as a polygon",
)


def radius_from(said: pl.DataFrame, count: int, place: str) -> tuple[NDArray[np.float64], list[Finding]]:
    """Radius of each entry in metres, from columns `radius`, `radius_m` or `radius_km`; NaN where none is said."""
    for name in said.columns:
        factor = _METRES.get(name.strip().lower())
        if factor is None:
            continue
        told = said[name].str.strip_chars().replace("", None)
        value = told.cast(pl.Float64, strict=False)
        wrong = (told.is_not_null() & ~((value > 0) & value.is_finite()).fill_null(value=False)).to_numpy()
        return value.fill_null(np.nan).to_numpy() * factor, some("areas.radius", place, wrong, WRONG, error=True)
    return absent(count), []
