"""What a map shows: which projection, where the frame lies, its graticule with degrees, and its bar of scale."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from wattstone.interfaces.present.charts.base import Row
from wattstone.interfaces.present.numbers import group
from wattstone.interfaces.present.programme.charts.projection import Projection

__all__ = ["View", "bar_of", "degrees", "features", "graticule", "view_of"]

Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]

_STEPS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
_LEAST: Final = 2_000.0  # m that a map shows at least
_EDGE: Final = 0.09  # of the room that is left free around what is shown
_WIDEST, _TALLEST = 120.0, 90.0  # degrees up to which a region is drawn around its middle
_POLAR = 45.0  # degrees of latitude beyond which what goes around a pole is drawn around it


@dataclass(frozen=True)
class View:
    """Degrees to pixels.

    Parameters
    ----------
    projection : Projection
    west, north : float
        The upper left corner on the map. [m]
    scale : float
        [px/m]
    width, height : float
        [px]
    span : (float, float, float, float)
        What is shown: west and east as seen from the middle, south, north. [degrees]
    """

    projection: Projection
    west: float
    north: float
    scale: float
    width: float
    height: float
    span: tuple[float, float, float, float]

    def place(self, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
        """Pixels from the upper left corner."""
        x, y = self.projection(np.asarray(longitude, dtype=np.float64), np.asarray(latitude, dtype=np.float64))
        return (x - self.west) * self.scale, (self.north - y) * self.scale

    def shapes(self, shapes: Shapes) -> Shapes:
        """Shapes in pixels; their edges are straight in degrees, and bend on the map."""
        west, east, south, north = self.span
        step = max((east - west) / 60, (north - south) / 60, 1e-4)
        fine = shapely.segmentize(shapes, step)

        def moved(points: Floats) -> Floats:
            return np.column_stack(self.place(points[:, 0], points[:, 1]))

        return shapely.transform(fine, moved)


def view_of(shapes: Shapes, width: float) -> View:
    """The view of all shapes, in longitude and latitude.

    Parameters
    ----------
    shapes : (n,) array of geometries
        One or more, none of them empty.
    width : float
        [px]
    """
    boxes = shapely.bounds(shapely.get_parts(shapes))
    middle, west, east = _across(boxes[:, 0], boxes[:, 2])
    south, north = float(boxes[:, 1].min()), float(boxes[:, 3].max())
    polar = east - west > _WIDEST and (south > _POLAR or north < -_POLAR)
    world = not polar and (east - west > _WIDEST or north - south > _TALLEST)
    centre = 0.0 if world else math.copysign(90.0, south) if polar else (south + north) / 2
    projection = Projection(middle, centre, world)
    x, y = _outline(projection, (west, east, south, north))
    high, wide = max(float(np.ptp(y)), _LEAST), max(float(np.ptp(x)), _LEAST)
    room = width * (1 - 2 * _EDGE)
    tall = min(max(room * high / wide, 0.42 * width), 0.72 * width)
    scale = min(room / wide, tall / high)
    height = tall + 2 * _EDGE * width
    return View(
        projection, float(x.max() + x.min()) / 2 - width / 2 / scale,
        float(y.max() + y.min()) / 2 + height / 2 / scale, scale, width, height, (west, east, south, north),
    )  # fmt: skip


def _across(lows: Floats, highs: Floats) -> tuple[float, float, float]:
    """The middle meridian, and how far west and east of it shapes reach: the widest gap between them lies behind."""
    order = np.argsort(lows)
    reached = np.maximum.accumulate(highs[order])
    gaps = np.append(lows[order][1:] - reached[:-1], lows[order][0] + 360.0 - reached[-1])
    widest = int(np.argmax(gaps))
    if gaps[widest] < 20.0:
        return 0.0, -180.0, 180.0
    half = (360.0 - float(gaps[widest])) / 2
    begin = float(lows[order][(widest + 1) % len(order)])
    middle = begin + half
    return (middle - 360.0 if middle > 180.0 else middle), -half, half


def _outline(projection: Projection, span: tuple[float, float, float, float]) -> tuple[Floats, Floats]:
    west, east, south, north = span
    across, up = np.meshgrid(np.linspace(west, east, 25), np.linspace(south, north, 25))
    return projection(across.ravel() + projection.longitude, up.ravel())


def graticule(view: View) -> tuple[list[Row], list[Row]]:
    """Lines of longitude and latitude, and their degrees at the lower and the left edge.

    Returns
    -------
    lines : list of dict
        GeoJSON features in pixels.
    labels : list of dict
        `x`, `y` [px], `text`, `side`.
    """
    west, east, south, north = view.span
    a_degree = view.scale * 111_000.0
    shrunk = max(math.cos(math.radians((south + north) / 2)), 0.2)
    down, level = _step(95 / a_degree / shrunk), _step(70 / a_degree)
    half = min(180.0, (east - west) * 1.2 + 4 * down)
    low, high = max(-90.0, south - (north - south) - 4 * level), min(90.0, north + (north - south) + 4 * level)
    middle = view.projection.longitude
    meridians = _multiples(middle - half, middle + half, down)
    parallels = _multiples(low, high, level)
    ups, alongs = np.linspace(low, high, 181), middle + np.linspace(-half, half, 181) * (1 - 1e-12)
    lines: list[Row] = []
    labels: list[Row] = []
    for at in meridians:
        points = np.column_stack(view.place(np.full(181, at), ups))
        _one(view, points, degrees(at, "E", "W", down), "below", lines, labels)
    for at in parallels:
        points = np.column_stack(view.place(alongs, np.full(181, at)))
        _one(view, points, degrees(at, "N", "S", level), "left", lines, labels)
    return lines, labels


def _one(view: View, points: Floats, text: str, side: str, lines: list[Row], labels: list[Row]) -> None:
    """A line within the frame, and its label where it meets the edge."""
    inside: Any = shapely.clip_by_rect(shapely.linestrings(points), 0, 0, view.width, view.height)
    if shapely.is_empty(inside):
        return
    lines.append(_feature(inside))
    ends = shapely.get_coordinates(inside)
    at = ends[np.argmax(ends[:, 1])] if side == "below" else ends[np.argmin(ends[:, 0])]
    meets = at[1] > view.height - 1 if side == "below" else at[0] < 1
    free = 30 < at[0] < view.width - 60 if side == "below" else 12 < at[1] < view.height - 22
    x, y = (at[0] + 3, view.height - 4) if side == "below" else (3, at[1] - 3)
    near = any(abs(one["py"] - y) < 12 and abs(one["px"] - x) < 8 * max(len(text), len(one["text"])) for one in labels)
    if meets and free and not near and not any(one["text"] == text for one in labels):
        labels.append({"px": round(float(x), 1), "py": round(float(y), 1), "text": text})


def _feature(shape: Any) -> Row:
    import json

    rounded = shapely.transform(shape, lambda points: np.round(points, 1))
    return {"type": "Feature", "geometry": json.loads(shapely.to_geojson(rounded))}


def _step(least: float) -> float:
    return next((one for one in _STEPS if one >= least), _STEPS[-1])


def _multiples(low: float, high: float, step: float) -> Iterator[float]:
    first = math.ceil(low / step - 1e-9)
    for at in range(first, math.floor(high / step + 1e-9) + 1):
        yield round(at * step, 6)


def degrees(value: float, plus: str, minus: str, step: float = 1.0) -> str:
    """Degrees with their side, with as many decimals as the step between lines has; beyond 180 they go on.

    Examples
    --------
    >>> degrees(-12.5, "E", "W", 0.5), degrees(190.0, "E", "W"), degrees(0.0, "N", "S"), degrees(31.1, "N", "S", 0.02)
    ('12.5° W', '170° W', '0°', '31.10° N')
    """
    near = value - 360.0 if value > 180.0 else value + 360.0 if value < -180.0 else value
    places = len(f"{step:.6f}".rstrip("0").partition(".")[2])
    text = f"{abs(near):.{places}f}°"
    return f"{text} {plus if near > 0 else minus}" if abs(near) % 180 else text


def bar_of(view: View) -> tuple[float, str]:
    """Length of the bar [px], and the distance that it stands for, at the middle of the map.

    Examples
    --------
    >>> middle = Projection(0.0, 0.0)
    >>> bar_of(View(middle, 0.0, 0.0, 0.001, 680.0, 400.0, (-1.0, 1.0, -1.0, 1.0)))
    (100.0, '100 km')
    """
    most = 0.22 * view.width / view.scale
    power = 10.0 ** math.floor(math.log10(most))
    metres = next(one * power for one in (5.0, 2.0, 1.0) if one * power <= most)
    text = f"{group(f'{metres / 1000:g}')} km" if metres >= 1000 else f"{metres:g} m"
    return metres * view.scale, text


def features(shapes: Shapes, rows: Sequence[Row]) -> list[Row]:
    """Shapes in pixels as GeoJSON features, with what is known of each."""
    import json

    rounded = shapely.transform(shapes, lambda points: np.round(points, 1))
    texts = shapely.to_geojson(rounded)
    return [
        {"type": "Feature", "geometry": json.loads(text), **row} for text, row in zip(texts, rows, strict=True) if text
    ]
