"""Traps of boundaries: handled where there is one meaning, refused where there is none or two."""

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic

from wattstone.programme.nature.equal_area import equal_area
from wattstone.programme.nature.measure import measured
from wattstone.programme.nature.placed import Placed, placed

# The outline of Antarctica in GeographicLib's documentation of polygons, latitude first.
ANTARCTICA = [
    (-63.1, -58), (-72.9, -74), (-71.9, -102), (-74.9, -102), (-74.3, -131), (-77.5, -163), (-77.4, 163),
    (-71.7, 172), (-65.9, 140), (-65.7, 113), (-66.6, 88), (-66.9, 59), (-69.8, 25), (-70.0, -4), (-71.0, -14),
    (-77.3, -33), (-77.9, -46), (-74.7, -61),
]  # fmt: skip


def of(*shapes: object, **told: object) -> Placed:
    return placed(np.array([*shapes, None], dtype=object)[:-1], **told)  # type: ignore[arg-type]


def codes(done: Placed) -> list[tuple[str, str]]:
    return [(one.code, one.severity) for one in done.findings]


def area(*shapes: object) -> float:
    return float(equal_area(np.array([*shapes, None], dtype=object)[:-1]).sum())


def test_antarctica_has_the_area_that_geographiclib_prints() -> None:
    done = of(shapely.Polygon([(lon, lat) for lat, lon in ANTARCTICA]))
    assert codes(done) == [("nature.antimeridian", "warning")]
    assert measured(done).net_geodesic_m2 == pytest.approx(13662703680020.1, rel=1e-13)
    polygon = Geodesic.WGS84.Polygon()
    for lat, lon in ANTARCTICA:
        polygon.AddPoint(lat, lon)
    assert abs(polygon.Compute()[2]) == pytest.approx(13662703680020.1, rel=1e-13)


def test_a_ring_around_a_pole_holds_the_cap_to_the_pole() -> None:
    """Along a parallel the cap is a box between parallels."""
    ring = [(lon, 80.0) for lon in range(-175, 180, 10)]
    assert of(shapely.Polygon(ring)).area[0] == pytest.approx(area(shapely.box(-180, 80, 180, 90)), rel=1e-12)


@pytest.mark.parametrize(
    "reading", [[(179, 0), (-179, 0), (-179, 1), (179, 1)], [(179, 0), (181, 0), (181, 1), (179, 1)]]
)
def test_an_area_over_the_antimeridian_is_the_narrow_one(reading: list[tuple[float, float]]) -> None:
    done = of(shapely.Polygon(reading), order="counterclockwise")
    assert not done.refused
    assert done.area[0] == pytest.approx(area(shapely.box(0, 0, 2, 1)), rel=1e-12)
    assert done.shape[0].bounds == (-180.0, 0.0, 180.0, 1.0)


def test_split_and_unsplit_are_the_same_place() -> None:
    split = shapely.MultiPolygon([shapely.box(179, 0, 180, 1), shapely.box(-180, 0, -179, 1)])
    unsplit = shapely.Polygon([(179, 0), (-179, 0), (-179, 1), (179, 1)])
    done = measured(of(split, unsplit))
    assert done.net_m2 == pytest.approx(done.gross_m2 / 2, rel=1e-12)


def test_a_ring_with_two_readings_is_refused() -> None:
    """Counterclockwise as it stands, RFC 7946 says that it is the wide one; its edges say the narrow one."""
    wide = shapely.Polygon([(-170, -60), (170, -60), (170, 60), (-170, 60)])
    assert codes(of(wide, order="counterclockwise")) == [("nature.two_readings", "error")]


def test_more_than_half_of_the_earth_is_refused() -> None:
    assert ("nature.hemisphere", "error") in codes(of(shapely.box(-180, -90, 180, 90)))
    assert not of(shapely.box(-180, 0, 180, 90)).refused


def test_a_ring_around_the_earth_across_the_equator_is_refused() -> None:
    ring = [(lon, 10 * np.sin(np.radians(lon))) for lon in range(-175, 180, 10)]
    assert ("nature.around_the_earth", "error") in codes(of(shapely.Polygon(ring)))


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (shapely.box(40, 100, 41, 101), "nature.swapped"),
        (shapely.box(100, 85, 101, 95), "nature.out_of_range"),
        (shapely.box(300, 0, 400, 1), "nature.out_of_range"),
        ("POLYGON ((0 0, NaN 0, 1 1, 0 0))", "nature.no_number"),
        ("POLYGON ((0 0, Inf 0, 1 1, 0 0))", "nature.no_number"),
    ],
)
def test_what_is_no_place_on_earth_is_refused(shape: object, code: str) -> None:
    with np.errstate(invalid="ignore"):
        done = of(shapely.from_wkt(shape) if isinstance(shape, str) else shape, shapely.box(0, 0, 1, 1))
    assert codes(done) == [(code, "error")]
    assert done.findings[0].first == "entry 1"


def test_a_bow_tie_is_both_of_its_wings() -> None:
    done = of(shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]))
    wings = area(shapely.Polygon([(0, 0), (0.5, 0.5), (0, 1)]), shapely.Polygon([(1, 0), (0.5, 0.5), (1, 1)]))
    assert codes(done) == [("nature.self_crossing", "warning")]
    assert done.area[0] == pytest.approx(wings, rel=1e-12)


def test_parts_upon_each_other_are_one_area() -> None:
    done = of(shapely.MultiPolygon([shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1)]))
    assert codes(done) == [("nature.self_crossing", "warning")]
    assert done.area[0] == pytest.approx(area(shapely.box(0, 0, 3, 1)), rel=1e-12)


def test_ring_order_changes_a_warning_and_no_area() -> None:
    box = shapely.box(0, 0, 1, 1, ccw=False)
    assert codes(of(box, order="counterclockwise")) == [("nature.ring_order", "warning")]
    assert codes(of(box, order="clockwise")) == []
    assert of(box).area[0] == area(shapely.box(0, 0, 1, 1))


def test_what_has_no_area_is_told_and_adds_nothing() -> None:
    line = shapely.LineString([(0, 0), (1, 1)])
    done = of(None, shapely.Polygon(), shapely.Point(1, 1), line, shapely.Polygon([(0, 0), (1, 1), (0, 0)]))
    assert done.area.tolist() == [0.0] * 5
    assert {code for code, _ in codes(done)} >= {
        "nature.no_geometry", "nature.point_without_radius", "nature.no_polygon", "nature.no_area"
    }  # fmt: skip
    assert not done.refused


def test_polygons_of_a_collection_count() -> None:
    done = of(shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.Point(0, 0)]))
    assert done.area[0] == area(shapely.box(0, 0, 1, 1))
    assert codes(done) == [("nature.no_polygon", "warning")]


def test_the_same_boundary_again_is_told() -> None:
    turned = shapely.Polygon([(1, 1), (0, 1), (0, 0), (1, 0)])
    done = of(shapely.box(0, 0, 1, 1), turned)
    assert codes(done) == [("nature.duplicate", "warning")]
    assert done.findings[0].first == "entry 2"


@pytest.mark.parametrize("point", [(2.0, 39.0), (180.0, 0.0), (-60.0, -75.0)])
def test_a_point_with_a_radius_has_the_area_of_its_circle(point: tuple[float, float]) -> None:
    done = of(shapely.Point(*point), radius=np.array([1000.0]))
    assert done.approximate.tolist() == [True]
    assert ("nature.approximate", "warning") in codes(done)
    assert done.area[0] == pytest.approx(np.pi * 1e6, rel=1e-4)


def test_a_hole_over_the_antimeridian_is_taken_off() -> None:
    whole = shapely.Polygon([(178, 0), (-178, 0), (-178, 4), (178, 4)], [[(179, 1), (-179, 1), (-179, 3), (179, 3)]])
    expected = area(shapely.box(0, 0, 4, 4)) - area(shapely.box(1, 1, 3, 3))
    assert of(whole).area[0] == pytest.approx(expected, rel=1e-12)
