"""Areas with edges straight in longitude and latitude, against closed forms and another program's integrals."""

from itertools import pairwise

import numpy as np
import pyproj
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from wattstone.programme.nature.equal_area import EARTH, equal_area, zone

OCTANT = 63758202715511.055  # m2, GeographicLib, Planimeter: an eighth of WGS 84
WGS84 = 510065621724088.44  # m2, GeographicLib


def of(*points: tuple[float, float]) -> float:
    return float(equal_area(np.array([shapely.Polygon(points)]))[0])


def by_quadrature(*points: tuple[float, float]) -> float:
    """The integral of `zone` along each edge, by Gauss-Kronrod."""
    ring = [*points, points[0]]
    swept = 0.0
    for (west, south), (east, north) in pairwise(ring):
        mean = quad(lambda t, a=south, b=north: float(zone(np.array(a + t * (b - a)))), 0, 1, epsrel=1e-13)[0]
        swept += np.radians(east - west) * mean
    return abs(swept)


def test_the_earth_and_an_octant_have_the_area_that_geographiclib_prints() -> None:
    assert pytest.approx(WGS84, rel=1e-15) == EARTH
    assert equal_area(np.array([shapely.box(0, 0, 90, 90)]))[0] == pytest.approx(OCTANT, rel=1e-14)
    assert 4 * np.pi * float(zone(np.array(90.0))) == pytest.approx(WGS84, rel=1e-14)


@pytest.mark.parametrize("south", [0.0, 40.0, 60.0, -89.0])
def test_a_box_between_parallels_follows_the_closed_form(south: float) -> None:
    expected = np.radians(1) * float(zone(np.array(south + 1)) - zone(np.array(south)))
    assert equal_area(np.array([shapely.box(10, south, 11, south + 1)]))[0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "points",
    [
        [(0, 0), (90, 0), (0, 90)],
        [(10, 40), (11, 40.5), (10.2, 41.3)],
        [(-170, -60), (160, -50), (20, 80)],
        [(2.0, 39.0), (2.01, 39.003), (2.004, 39.02)],
    ],
)
def test_oblique_edges_agree_with_quadrature(points: list[tuple[float, float]]) -> None:
    assert of(*points) == pytest.approx(by_quadrature(*points), rel=1e-9)


def test_epsg_6933_on_densified_edges_agrees() -> None:
    triangle = shapely.Polygon([(10, 40), (11, 40.5), (10.2, 41.3)])
    there = pyproj.Transformer.from_crs(4326, 6933, always_xy=True)
    dense = shapely.segmentize(triangle, 1e-4)
    flat = shapely.transform(dense, lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1])))
    assert equal_area(np.array([triangle]))[0] == pytest.approx(flat.area, rel=1e-9)


def test_a_small_triangle_agrees_with_geodesics() -> None:
    """Edges of 250 m part by length² tan(latitude) / 8 R, a millimetre: 2e-5 of the area at most."""
    points = [(116.3, 39.9), (116.302, 39.9003), (116.301, 39.9021)]
    polygon = Geodesic.WGS84.Polygon()
    for lon, lat in points:
        polygon.AddPoint(lat, lon)
    assert of(*points) == pytest.approx(abs(polygon.Compute()[2]), rel=2e-5)


def test_web_mercator_would_be_wrong_by_what_the_notes_say() -> None:
    """+73 % at 40° and +311 % at 60°: the measure is not that of the projection that maps on screens use."""
    there = pyproj.Transformer.from_crs(4326, 3857, always_xy=True)
    for south, factor in ((40, 1.73), (60, 4.11)):
        box = shapely.box(0, south, 1, south + 1)
        flat = shapely.transform(box, lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1])))
        assert flat.area / equal_area(np.array([box]))[0] == pytest.approx(factor, rel=0.02)


@settings(max_examples=60, deadline=None)
@given(st.floats(-179, 170), st.floats(-85, 80), st.floats(0.001, 8), st.floats(0.1, 0.9), st.floats(0.1, 0.9))
def test_what_is_cut_in_two_adds_up(west: float, south: float, size: float, x: float, y: float) -> None:
    whole = shapely.Polygon([(west, south), (west + size, south + size / 3), (west + size / 2, south + size / 2)])
    knife = shapely.box(west - 1, south - 1, west + size * x, south + size * y)
    pieces = np.array([shapely.intersection(whole, knife), shapely.difference(whole, knife)])
    assert equal_area(pieces).sum() == pytest.approx(equal_area(np.array([whole]))[0], rel=1e-9)


def test_holes_are_taken_off_and_ring_order_does_not_matter() -> None:
    shell, hole = [(0, 0), (1, 0), (1, 1), (0, 1)], [(0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.4)]
    both = shapely.Polygon(shell, [hole])
    turned = shapely.Polygon(shell[::-1], [hole[::-1]])
    areas = equal_area(np.array([both, turned, shapely.Polygon(shell), shapely.Polygon(hole)]))
    assert areas[0] == areas[1] == pytest.approx(areas[2] - areas[3], rel=1e-14)


def test_what_has_no_area_has_none() -> None:
    given = np.array([shapely.Polygon(), shapely.Point(1, 1), shapely.LineString([(0, 0), (1, 1)])])
    assert equal_area(given).tolist() == [0.0, 0.0, 0.0]
