"""The map: its projections against PROJ, its graticule, its bar of scale, what it draws."""

import numpy as np
import polars as pl
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.interfaces.present.programme.reports import charted, nature_report, tables
from wattstone.interfaces.present.charts.base import NARROW, WIDE
from wattstone.interfaces.present.content import Table as Grid
from wattstone.interfaces.present.programme.charts import drawing_of
from wattstone.interfaces.present.programme.charts.areas import (
    _placed,  # pyright: ignore[reportPrivateUsage]
    areas_of,
)
from wattstone.interfaces.present.programme.charts.projection import RADIUS, Projection, authalic
from wattstone.interfaces.present.programme.charts.view import bar_of, degrees, graticule, view_of

BOX = "POLYGON((113 22, 114 22, 114 23, 113 23, 113 22))"


def shapes(*texts: str) -> np.ndarray:
    return shapely.from_wkt(np.array(texts, dtype=object))


@given(
    west=st.floats(-170, 160), south=st.floats(-80, 78), wide=st.floats(0.01, 8), high=st.floats(0.01, 2),
    off=st.floats(-20, 20), middle=st.floats(-80, 80), world=st.booleans(),
)  # fmt: skip
def test_equal_areas_of_the_ellipsoid_are_equal_on_the_map(
    west: float, south: float, wide: float, high: float, off: float, middle: float, world: bool
) -> None:
    """A cell of the graticule: its area on the ellipsoid in closed form (Snyder 1987, 3-12), and that of its image."""
    project = Projection(west + off, 0.0 if world else middle, world)
    cell = shapely.segmentize(shapely.box(west, south, west + wide, south + high), min(wide, high) / 60)
    points = shapely.get_coordinates(cell)
    image = shapely.polygons(np.column_stack(project(points[:, 0], points[:, 1])))
    ends = np.sin(authalic(np.array([south, south + high])))
    area = RADIUS**2 * np.radians(wide) * (ends[1] - ends[0])

    assert shapely.area(image) == pytest.approx(area, rel=2e-4)  # edges are chords


def test_the_world_is_where_proj_puts_it() -> None:
    """Equal Earth on WGS 84, by PROJ."""
    oracle = pyproj.Transformer.from_crs(4326, "+proj=eqearth +lon_0=20 +ellps=WGS84", always_xy=True)
    longitude, latitude = np.array([20.0, -150.0, 3.5, 199.0]), np.array([0.0, 61.0, -44.0, 89.9])

    mine, its = Projection(20.0, 0.0, world=True)(longitude, latitude), oracle.transform(longitude, latitude)

    assert np.allclose(np.column_stack(mine), np.column_stack(its), atol=0.05)


def test_the_sphere_has_the_area_of_the_ellipsoid() -> None:
    """The authalic radius of WGS 84 is 6 371 007.1809 m (NIMA TR8350.2, table 3.3: 6371007.1810)."""
    assert pytest.approx(6_371_007.181, abs=0.01) == RADIUS


def test_the_bar_is_as_long_as_it_says() -> None:
    view = view_of(shapes(BOX), 664)
    long, text = bar_of(view)
    (x0, x1), (y0, y1) = view.place(np.array([113.2, 113.8]), np.array([22.5, 22.5]))
    metres = pyproj.Geod(ellps="WGS84").inv(113.2, 22.5, 113.8, 22.5)[2]

    assert text == "20 km"
    assert long / np.hypot(x1 - x0, y1 - y0) == pytest.approx(20_000 / metres, rel=2e-3)


def test_degrees_stand_where_their_lines_meet_the_edge() -> None:
    view = view_of(shapes(BOX), 664)
    lines, labels = graticule(view)
    texts = {one["text"] for one in labels}

    assert len(lines) >= len(labels) > 4
    assert {"113.5° E", "22.6° N"} <= texts
    label = next(one for one in labels if one["text"] == "113.5° E")
    at = view.place(np.array([113.5]), np.array([22.0]))[0]
    assert float(at[0]) == pytest.approx(label["px"] - 3, abs=6)


def test_what_lies_on_both_sides_of_the_antimeridian_lies_together() -> None:
    east, west = "POLYGON((178 -18,180 -18,180 -16,178 -16,178 -18))", "POLYGON((-180 -18,-179 -18,-179 -16,-180 -18))"
    view = view_of(shapes(east, west), 664)
    boxes = shapely.bounds(view.shapes(shapes(east, west)))

    assert not view.projection.world
    assert boxes[0, 2] == pytest.approx(boxes[1, 0], abs=2)  # px: they touch
    assert {one["text"] for one in graticule(view)[1]} >= {"180°"}


def test_what_goes_round_the_pole_is_drawn_round_it_and_the_world_as_a_whole() -> None:
    assert view_of(shapes("POLYGON((-180 -80,180 -80,180 -89,-180 -89,-180 -80))"), 664).projection.latitude == -90
    assert view_of(shapes(*(f"POINT({at} 10)" for at in range(-175, 180, 10))), 664).projection.world


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_map_shows_areas_layers_names_and_scale(width: int) -> None:
    held = tables()
    drawing = drawing_of(charted()["map"], held["areas"], Grid((), ()), "en", layers=held["areas-layers"])
    assert drawing is not None
    svg = drawing.svg(width)

    assert drawing.subtitle == (
        "4 areas; equal-area projection; hatched: planned, or not measured; dashed: layers that you brought"
    )
    assert "NaN" not in svg
    assert "50 km" in svg
    assert "Mangrove west" in svg
    assert "River" in svg
    assert "hatch-0B6B57" in svg  # planned: the first of the column's labels has the first colour
    assert "Hill forest: In action" in drawing.alt


@pytest.mark.parametrize("form", ["wkb", "wkt", "geojson"])
def test_shapes_come_in_any_form(form: str) -> None:
    shape = shapely.from_wkt(BOX)
    value = {"wkb": shapely.to_wkb, "wkt": shapely.to_wkt, "geojson": shapely.to_geojson}[form](shape)
    frame = pl.DataFrame({"name": ["Bay", "None"], "status": ["verified", "verified"], "shape": [value, None]})
    report = nature_report(frame)
    drawing = drawing_of(report.charts[0], report.tables[0], Grid((), ()), "zh")

    assert drawing is not None
    assert "Bay" in drawing.svg()


def test_a_map_of_nothing_is_none() -> None:
    frame = pl.DataFrame(
        {"name": ["None"], "status": ["verified"], "shape": [None]}, schema_overrides={"shape": pl.Binary}
    )
    report = nature_report(frame)

    assert drawing_of(report.charts[0], report.tables[0], Grid((), ()), "en") is None


def test_of_very_many_the_largest_are_drawn() -> None:
    sides = [0.01 + at / 1e6 for at in range(2_100)]
    frame = pl.DataFrame(
        {
            "name": [str(at) for at in range(2_100)], "status": ["verified"] * 2_100,
            "shape": [shapely.to_wkb(shapely.box(at % 50, at // 50, at % 50 + side, at // 50 + side))
                      for at, side in enumerate(sides)],
        }
    )  # fmt: skip
    report = nature_report(frame)
    drawing = drawing_of(report.charts[0], report.tables[0], Grid((), ()), "en")

    assert drawing is not None
    assert drawing.subtitle == "2\u202f100 areas; equal-area projection; the 2000 largest are drawn"


def test_names_cross_as_few_edges_as_they_can() -> None:
    """A square with a neighbour to its right has its name to the left; where that is taken above, which is free."""
    view = view_of(shapes("POLYGON((113 22, 116 22, 116 24, 113 24, 113 22))"), 664)
    square, neighbour = shapely.box(300, 200, 320, 220), shapely.box(365, 150, 500, 260)
    edges = shapely.STRtree([shapely.boundary(square), shapely.boundary(neighbour)])

    found = _placed(square, 100.0, view, [], edges)
    assert found == {"px": 295, "py": 214, "align": "right"}
    taken = [(190.0, 205.0, 296.0, 215.0)]
    assert _placed(square, 100.0, view, taken, edges)["align"] == "center"


def test_series_stand_in_the_order_of_their_labels_and_degrees_have_the_decimals_of_their_step() -> None:
    held = tables()
    made = areas_of(charted()["map"], held["areas"], None, "en")

    assert made.names == ["Planned", "In action"]
    assert [degrees(at, "N", "S", 0.05) for at in (31.1, 31.15)] == ["31.10° N", "31.15° N"]
