"""Names on a map: in their shape or beside it, where they cross the fewest edges; none covers another."""

from collections.abc import Sequence
from typing import Any, Final

import shapely

from wattstone.interfaces.present.charts.base import WIDE, Row, breadth, wrap
from wattstone.interfaces.present.programme.charts.view import View

__all__ = ["LETTER", "Box", "names_on", "placed"]

Box = tuple[float, float, float, float]

LETTER: Final = 6.6
"""Width of a letter. [px]"""


def names_on(view: View, marks: Sequence[tuple[str, Any]], below: Sequence[tuple[str, Any]], taken: list[Box],
             width: int) -> list[Row]:  # fmt: skip
    """Where names stand, the first first; one that would cover another is left out.

    Parameters
    ----------
    view : View
    marks, below : sequence of (str, geometry)
        Names and shapes in pixels; those below come after the others.
    taken : list of (float, float, float, float)
        Boxes in which nothing may stand. [px]
    width : int
        Of the whole drawing. [px]

    Returns
    -------
    list of dict
        `px`, `py`, `align`, `text`.
    """
    wide = width >= WIDE
    taken = list(taken)
    every = [(name, one) for name, one in (*marks, *below) if one is not None and not one.is_empty]
    edges = shapely.STRtree([shapely.boundary(one) if one.area else one for _, one in every])
    said: list[Row] = []
    for name, shape in every:
        if len(said) >= (40 if wide else 12) or not name:
            continue
        text = wrap(name, 30 if wide else 18, lines=1)[0]
        place = placed(shape, breadth(text) * LETTER, view, taken, edges)
        if place is not None:
            said.append({**place, "text": text})
    return said


def placed(shape: Any, long: float, view: View, taken: list[Box], edges: shapely.STRtree) -> Row | None:
    """Where a text stands: in the middle where it fits, else beside, where it crosses the fewest edges.

    Parameters
    ----------
    shape : geometry
        In pixels.
    long : float
        Of the text. [px]
    view : View
    taken : list of (float, float, float, float)
        Boxes in which nothing may stand; that of the text is added. [px]
    edges : STRtree
        Of all shapes.

    Returns
    -------
    dict or None
        None where there is no room.
    """
    middle = shape.representative_point()
    x, y = float(middle.x), float(middle.y)
    west, north, east, south = shape.bounds
    centre = (west + east) / 2
    places = [
        ("left", (east + 5, y - 7, east + 5 + long, y + 8)),
        ("right", (west - 5 - long, y - 7, west - 5, y + 8)),
        ("center", (centre - long / 2, north - 19, centre + long / 2, north - 4)),
        ("center", (centre - long / 2, south + 4, centre + long / 2, south + 19)),
    ]
    if (east - west > long + 4 and south - north > 18) or shape.geom_type.endswith("LineString"):
        places.insert(0, ("center", (x - long / 2, y - 7, x + long / 2, y + 8)))
    free = [
        (len(edges.query(shapely.box(*box), predicate="intersects")), at, align, box)
        for at, (align, box) in enumerate(places)
        if box[0] > 2 and box[2] < view.width - 2 and box[1] > 2 and box[3] < view.height - 2
        and not any(_meet(box, other) for other in taken)
    ]  # fmt: skip
    if not free:
        return None
    _, _, align, box = min(free)
    taken.append(box)
    at = {"left": box[0], "right": box[2], "center": (box[0] + box[2]) / 2}[align]
    return {"px": round(at, 1), "py": round(box[3] - 4, 1), "align": align}


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
