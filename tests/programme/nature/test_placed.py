"""Traps of boundaries: handled where there is one meaning, refused where there is none or two."""

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from scipy.integrate import quad

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


def above(latitude: float) -> float:
    """Area between the equator and a parallel for a radian of longitude, by quadrature of the ellipsoid's M N cos φ."""
    a, e2 = 6378137.0, 1 / 298.257223563 * (2 - 1 / 298.257223563)
    return quad(lambda x: a**2 * (1 - e2) * np.cos(x) / (1 - e2 * np.sin(x) ** 2) ** 2, 0, np.radians(latitude))[0]


def around(ring: list[tuple[float, float]]) -> float:
    """Area between a ring around the south pole and the pole, by quadrature along edges straight in longitude and
    latitude: no cut is made and no polygon."""
    total = 0.0
    for (west, south), (east, north) in zip(ring, [*ring[1:], ring[0]], strict=True):
        step = (east - west + 180) % 360 - 180
        mean = quad(lambda t, lo=south, hi=north: above(lo + t * (hi - lo)), 0, 1, epsrel=1e-12)[0]
        total += np.radians(step) * (mean - above(-90.0))
    return abs(total)


def test_a_ring_around_a_pole_that_runs_back_over_its_first_meridian() -> None:
    """Antarctica's first corner lies at 58° west, and its last at 61°: the Weddell Sea between them is not land."""
    ring = [(float(lon), lat) for lat, lon in ANTARCTICA]
    done = of(shapely.Polygon(ring))
    assert done.area[0] == pytest.approx(around(ring), rel=1e-10)
    other = ring[7:] + ring[:7]
    assert of(shapely.Polygon(other[::-1])).area[0] == pytest.approx(done.area[0], rel=1e-12)


def test_a_hole_around_the_pole_is_taken_off() -> None:
    """The ring of lines at 60° and 80° south, neither cut: the cap less the smaller cap."""
    lines = [[(float(lon), lat) for lon in range(-165, 180, 30)] for lat in (-60.0, -80.0)]
    turned = lines[1][5:] + lines[1][:5]
    done = of(shapely.Polygon(lines[0], [turned]))
    expected = 2 * np.pi * (above(80.0) - above(60.0))
    assert expected == pytest.approx(3.05073e13, rel=1e-5)
    assert done.area[0] == pytest.approx(expected, rel=1e-12)
    assert codes(done) == [("nature.antimeridian", "warning")]


def test_a_hole_around_the_other_pole_is_refused() -> None:
    lines = [[(float(lon), lat) for lon in range(-165, 180, 30)] for lat in (-60.0, 60.0)]
    assert ("nature.hole_astray", "error") in codes(of(shapely.Polygon(lines[0], [lines[1]])))


def test_a_bow_tie_over_the_antimeridian_is_told_and_measured_as_elsewhere() -> None:
    bow = [(9.0, 0.0), (11.0, 2.0), (9.0, 2.0), (11.0, 0.5)]
    there = [(lon + 170 - 360 * (lon + 170 > 180), lat) for lon, lat in bow]
    one, other = of(shapely.Polygon(bow)), of(shapely.Polygon(there))
    assert ("nature.self_crossing", "warning") in codes(other)
    assert other.area[0] == pytest.approx(one.area[0], rel=1e-12)
    assert measured(other).net_geodesic_m2 == pytest.approx(measured(one).net_geodesic_m2, rel=1e-3)


def test_the_same_part_twice_over_the_antimeridian_is_one_area() -> None:
    part = shapely.Polygon([(179, 0), (-179, 0), (-179, 1), (179, 1)])
    done = of(shapely.MultiPolygon([part, part]))
    assert ("nature.self_crossing", "warning") in codes(done)
    assert measured(done).net_geodesic_m2 == pytest.approx(done.area[0], rel=1e-4)
    assert done.area[0] == pytest.approx(2 * np.radians(1) * above(1.0), rel=1e-12)


@pytest.mark.parametrize("hole", [shapely.box(5, 5, 6, 6), shapely.box(-1, -1, 2, 2), shapely.box(1, 0, 2, 1)])
@pytest.mark.parametrize("east", [0.0, 179.5])
def test_a_hole_outside_its_ring_or_around_it_is_refused(hole: shapely.Polygon, east: float) -> None:
    """A second polygon written as a hole, or the two exchanged: the area could be one or the other."""
    moved = [shapely.get_coordinates(one) + np.array([east, 0]) for one in (shapely.box(0, 0, 1, 1), hole)]
    done = of(shapely.Polygon(moved[0], [moved[1]]), shapely.box(50, 0, 51, 1))
    assert [one for one in codes(done) if one[1] == "error"] == [("nature.hole_astray", "error")]
    assert done.findings[0].first == "entry 1" or done.findings[-1].first == "entry 1"


def test_a_hole_that_reaches_out_is_taken_off_where_it_lies_inside() -> None:
    done = of(shapely.Polygon(shapely.box(0, 0, 2, 1).exterior, [shapely.box(1, 0.25, 3, 0.75).exterior.coords]))
    expected = area(shapely.box(0, 0, 2, 1)) - area(shapely.box(1, 0.25, 2, 0.75))
    assert codes(done) == [("nature.self_crossing", "warning")]
    assert done.area[0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("point", "radius"), [((30.0, 89.95), 1e4), ((2.0, -89.99), 1e4), ((0.0, 90.0), 1e4), ((-60.0, -75.0), 1e4),
                          ((179.99, 65.0), 5e4), ((12.0, 80.0), 1e6)],
)  # fmt: skip
def test_a_circle_near_a_pole_has_its_area(point: tuple[float, float], radius: float) -> None:
    """Against a polygon of 2,000 geodesic edges, of which GeographicLib adds up the area."""
    polygon = Geodesic.WGS84.Polygon()
    for bearing in np.linspace(0, 360, 2000, endpoint=False):
        corner = Geodesic.WGS84.Direct(point[1], point[0], bearing, radius)
        polygon.AddPoint(corner["lat2"], corner["lon2"])
    done = of(shapely.Point(*point), radius=np.array([radius]))
    assert not done.refused
    assert done.area[0] == pytest.approx(abs(polygon.Compute()[2]), rel=5e-6)  # 2,000 corners lack 1.6e-6


def test_a_radius_of_more_than_a_thousand_kilometres_is_refused() -> None:
    done = of(shapely.Point(0, 0), radius=np.array([1.5e7]))
    assert codes(done) == [("nature.radius_wide", "error")]


@pytest.mark.parametrize("order", ["clockwise", "counterclockwise", None])
def test_a_circle_over_the_antimeridian_is_never_the_wide_one(order: str | None) -> None:
    done = of(shapely.Point(179.99, 0), radius=np.array([5000.0]), order=order, ask=True)
    assert not done.refused
    assert done.area[0] == pytest.approx(np.pi * 25e6, rel=1e-6)


def test_a_wide_ring_without_a_rule_is_refused_unless_it_runs_as_the_others_do() -> None:
    """From 170° west to 170° east, counterclockwise: read narrowly it would run clockwise."""
    wide = shapely.Polygon([(-170, -10), (170, -10), (170, 10), (-170, 10)])
    assert codes(of(wide)) == [("nature.two_readings", "error")]
    assert "20° or 340° wide" in of(wide).findings[0].text()
    others = shapely.box(0, 0, 1, 1, ccw=False)
    done = of(wide, others)  # all others run clockwise, as this does if it is the narrow one
    assert codes(done) == [("nature.antimeridian", "warning")]
    assert "20° wide" in done.findings[0].text()
    assert codes(of(shapely.box(-90, -80, 90.1, 80))) == [("nature.two_readings", "error")]


def test_whoever_can_be_asked_is_asked_which_area_is_meant() -> None:
    narrow = shapely.Polygon([(179, 0), (-179, 0), (-179, 1), (179, 1)])
    assert not of(narrow).refused
    assert codes(of(narrow, ask=True)) == [("nature.two_readings", "error")]
    assert not of(narrow, ask=True, order=["counterclockwise"]).refused
