"""Boundaries as entries hold them, as WKT or GeoJSON, made measurable or refused."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from wattstone.programme.nature import wrongs
from wattstone.programme.nature.placed import Order, Placed, placed
from wattstone.readings.areas import declared_of, geometry_of, is_lonlat

__all__ = ["from_texts"]


def from_texts(texts: Sequence[str | None], radius: NDArray[np.float64], *, place: str, names: Sequence[str]) -> Placed:
    """Boundaries of entries made measurable.

    A text that declares another system than longitude and latitude on WGS 84 is refused: an entry says where
    a place is without any file around it. A ring with an edge of more than 180° is taken as RFC 7946 wants it where the
    text is GeoJSON, and refused where it is WKT: whoever enters it can say which of the two areas is meant.

    Parameters
    ----------
    texts : sequence of str or None
        WKT or GeoJSON.
    radius : (n,) array
        Of points; NaN where none. [m]
    place : str
        For findings.
    names : sequence of str
        Of entries, for findings.

    Returns
    -------
    Placed
        Entries that are refused have no area.
    """
    shapes, unread, _ = geometry_of(texts)
    systems = declared_of(texts)
    other = np.array([one is not None and not is_lonlat(one) for one in systems], dtype=bool)
    shapes[other] = None
    order: list[Order | None] = ["counterclockwise" if (one or "").lstrip().startswith("{") else None for one in texts]
    done = placed(shapes, radius, order=order, ask=True, place=place, names=names)
    crs = np.array([one or "" for one in systems], dtype=object)
    own = (wrongs.Told(wrongs.UNREADABLE, unread & ~other), wrongs.Told(wrongs.OTHER_SYSTEM, other, {"crs": crs}))
    fresh = tuple(one for one in own if one.which.any())
    kept = tuple(replace(one, which=one.which & ~other) if one.wrong is wrongs.MISSING else one for one in done.told)
    return replace(done, told=(*kept, *fresh))
