"""The map: its projections against PROJ, its graticule, its bar of scale, what it draws."""

from itertools import pairwise

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
from wattstone.interfaces.present.programme.charts.areas import areas_of, groups_of
from wattstone.interfaces.present.programme.charts.names import placed
from wattstone.interfaces.present.programme.charts.panel import map_panel
from wattstone.interfaces.present.programme.charts.projection import RADIUS, Projection, authalic
from wattstone.interfaces.present.programme.charts.view import bar_of, degrees, graticule, view_of
from wattstone.programme.report import Chart, Column, Table

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
        "4 areas; equal-area projection; filled: delivered; hatched or open: not delivered; "
        "dashed: layers that you brought"
    )
    assert "NaN" not in svg
    assert "50 km" in svg
    assert "Mangrove west" in svg
    assert "River" in svg
    assert "hatch-A14A12" in svg  # under agreement
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

    found = placed(square, 100.0, view, [], edges)
    assert found == {"px": 295, "py": 214, "align": "right"}
    taken = [(190.0, 205.0, 296.0, 215.0)]
    assert placed(square, 100.0, view, taken, edges)["align"] == "center"


def test_series_stand_in_the_order_of_their_labels_and_degrees_have_the_decimals_of_their_step() -> None:
    held = tables()
    made = areas_of(charted()["map"], held["areas"], None, "en")

    assert made.names == ["Under agreement", "In action"]
    assert [degrees(at, "N", "S", 0.05) for at in (31.1, 31.15)] == ["31.10° N", "31.15° N"]


STATUSES = {"planned": "Planned", "agreement": "Under agreement", "action": "In action", "verified": "Verified"}
FILLS = {"planned": ("6B4FA0", "open"), "agreement": ("A14A12", "hatched"), "action": ("3F51A3", "full"),
         "verified": ("0B6B57", "full")}  # fmt: skip


def mapped(*areas: tuple[str, str, float, float]) -> tuple[Chart, Table]:
    """Squares of a hundredth of a degree: name, status, west, south."""
    rows = pl.DataFrame(
        [{"name": name, "status": status, "shape": shapely.to_wkb(shapely.box(x, y, x + 0.01, y + 0.01))}
         for name, status, x, y in areas]
    )  # fmt: skip
    columns = (Column("shape", "Boundary"), Column("name", "Area"), Column("status", "Status", labels=STATUSES))
    chart = Chart(id="m", title="Where the areas are", mark="areas", table="m", x="shape", y="name", series="status")
    return chart, Table("m", "Areas", columns, rows)


@pytest.mark.parametrize("there", [("planned",), ("verified", "planned"), ("agreement", "action"), tuple(STATUSES)])
def test_a_status_has_its_colour_and_fill_whatever_others_occur(there: tuple[str, ...]) -> None:
    chart, table = mapped(*((one, one, 10 + at / 50, 40.0) for at, one in enumerate(there)))
    made = areas_of(chart, table, None, "en")
    drawing = drawing_of(chart, table, Grid((), ()), "en")
    assert drawing is not None
    svg = drawing.svg()

    assert {row["name"]: row["fill"] for row in made.rows} == {one: FILLS[one][1] for one in there}
    for status, (colour, fill) in FILLS.items():
        assert (f'stroke="#{colour}"' in svg) == (status in there)
        assert (f'fill="#{colour}"' in svg) == (status in there and fill == "full")
        assert (f"hatch-{colour}" in svg) == (status in there and fill == "hatched")
        assert (STATUSES[status] in svg) == (status in there)


LAKE = (("shore", "planned", 120.1, 31.1), ("reeds", "verified", 120.13, 31.1), ("meadow", "action", 120.1, 31.13))


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_areas_far_from_each_other_have_maps_of_their_own(width: int) -> None:
    """Three near a lake and one in Fiji: on a map of both they are two dots, of which one says that it is three."""
    chart, table = mapped(*LAKE, ("reef", "planned", 178.0, -17.0))
    made = areas_of(chart, table, None, "en")
    drawing = drawing_of(chart, table, Grid((), ()), "en")
    assert drawing is not None
    svg = drawing.svg(width)

    assert [(letter, sorted(made.rows[at]["name"] for at in places)) for letter, places in groups_of(made)] == [
        ("A", ["meadow", "reeds", "shore"]), ("B", ["reef"])
    ]  # fmt: skip
    assert "A, B: drawn larger below" in drawing.subtitle
    texts = [one.split("<")[0] for one in svg.split(">")]
    assert texts.count("3") == 1
    assert {"A", "B", "shore", "reeds", "meadow", "reef"} <= set(texts)


def test_a_dot_of_several_has_the_look_of_the_surest_and_names_them_in_a_few_words() -> None:
    """A hundred metres apart within ten degrees; the large square beside them leaves no map of their own out."""
    chart, table = mapped(("plan", "planned", 10.0, 40.0), ("proved", "verified", 10.0, 40.0))
    view = view_of(shapes("POLYGON((5 35, 15 35, 15 45, 5 45, 5 35))"), 664)
    panel = map_panel(view, areas_of(chart, table, None, "en"), WIDE).to_dict()
    marks = [one["mark"] for one in panel["layer"] if one["mark"].get("type") == "point"]
    texts = {row["text"] for rows in panel["datasets"].values() for row in rows if "text" in row}

    assert [(one["fill"], one["stroke"]) for one in marks] == [("#0B6B57", "#FFFFFF")]
    assert {"2", "proved +1"} <= texts


@pytest.mark.parametrize("width", [664, 304])
def test_the_bar_of_scale_stands_below_the_map(width: int) -> None:
    chart, table = mapped(*LAKE)
    made = areas_of(chart, table, None, "en")
    view = view_of(made.shapes, width)
    panel = map_panel(view, made, width).to_dict()
    bars = [one["data"]["name"] for one in panel["layer"] if one["mark"].get("type") == "rule"]

    assert [row["py"] > view.height for name in bars for row in panel["datasets"][name]] == [True]
    assert panel["height"] > view.height + 20


def test_degrees_of_a_world_cover_none_of_each_other() -> None:
    view = view_of(shapes("POINT(120 31)", "POINT(178 -17)", "POINT(39 -3)", "POINT(-70 -9)"), 664)
    labels = graticule(view)[1]
    below = sorted(one["px"] for one in labels if one["py"] == round(view.height - 4, 1))

    assert len(below) > 5
    assert min(b - a for a, b in pairwise(below)) > 40
