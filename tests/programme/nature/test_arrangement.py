"""Overlaps taken apart: against unions by shapely, boxes by hand, and in any order."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from wattstone.programme.nature.arrangement import Faces, arrange
from wattstone.programme.nature.change import changed
from wattstone.programme.nature.equal_area import equal_area
from wattstone.programme.nature.measure import measured, noding
from wattstone.programme.nature.overlaps import overlaps
from wattstone.programme.nature.placed import placed

Shapes = np.ndarray


def blobs(count: int, seed: int = 1, spread: float = 2.0, corners: int = 9) -> Shapes:
    """Stars of random radius, many of them upon each other."""
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    centre = rng.uniform(0, spread, (count, 1, 2)) + np.array([100.0, 20.0])
    radius = rng.uniform(0.05, 0.2, (count, corners, 1))
    return np.array(shapely.polygons(centre + radius * np.stack([np.cos(angle), np.sin(angle)], axis=-1)))


def union_area(shapes: Shapes) -> float:
    return float(equal_area(np.array([shapely.union_all(shapes)]))[0])


@pytest.mark.parametrize("count", [2, 40, 500])
def test_the_net_is_the_area_of_the_union_also_where_tiles_are_cut(count: int) -> None:
    shapes = blobs(count)
    faces = arrange(shapes)
    assert faces.net() == pytest.approx(union_area(shapes), rel=1e-11)
    np.testing.assert_allclose(faces.gross(), equal_area(shapes), rtol=1e-11)


def test_the_order_of_entries_changes_nothing() -> None:
    shapes = blobs(300, seed=3)
    order = np.random.default_rng(5).permutation(300)
    assert arrange(shapes[order]).net() == pytest.approx(arrange(shapes).net(), rel=1e-13)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 25))
def test_the_net_lies_between_the_largest_area_and_the_gross(seed: int, count: int) -> None:
    shapes = blobs(count, seed=seed, spread=0.5)
    faces = arrange(shapes)
    assert faces.gross().max() * (1 - 1e-12) <= faces.net() <= faces.gross().sum() * (1 + 1e-12)


def test_three_boxes_by_hand() -> None:
    """On the equator, one degree high: 0-2, 1-3 and 2-4 degrees east; degrees 1-2 and 2-3 lie in two of them."""
    boxes = np.array([shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1), shapely.box(2, 0, 4, 1)])
    degree = float(equal_area(np.array([shapely.box(0, 0, 1, 1)]))[0])
    faces = arrange(boxes)
    assert faces.net() == pytest.approx(4 * degree, rel=1e-12)
    pairs = overlaps(faces)
    assert pairs.select("one", "other").rows() == [(0, 1), (1, 2)]
    np.testing.assert_allclose(pairs["area_m2"], degree, rtol=1e-12)
    np.testing.assert_allclose(pairs["share"], 0.5, rtol=1e-12)


def test_overlaps_agree_with_pairwise_intersections() -> None:
    shapes = blobs(60, seed=7, spread=1.0)
    pairs = overlaps(arrange(shapes))
    expected = {
        (one, other): area
        for one in range(60)
        for other in range(one + 1, 60)
        if (area := equal_area(np.array([shapely.intersection(shapes[one], shapes[other])]))[0]) > 0
    }
    found = {(one, other): area for one, other, area, _ in pairs.rows()}
    assert {key for key, area in expected.items() if area > 1} <= set(found)
    for key, area in found.items():
        assert area == pytest.approx(expected.get(key, 0.0), rel=1e-8, abs=1e-2)


def test_areas_that_only_touch_do_not_overlap() -> None:
    faces = arrange(np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(2, 1, 3, 2)]))
    assert overlaps(faces).is_empty()
    assert faces.alone().all()


def same(one: Faces, other: Faces) -> None:
    assert one.net() == pytest.approx(other.net(), rel=1e-12)
    np.testing.assert_allclose(one.gross(), other.gross(), rtol=1e-10)
    assert overlaps(one).select("one", "other").rows() == overlaps(other).select("one", "other").rows()


def test_a_changed_entry_gives_what_all_entries_give() -> None:
    shapes, other = blobs(150, seed=11), blobs(151, seed=12)
    faces = arrange(shapes)
    moved = shapes.copy()
    moved[17] = other[3]
    same(changed(faces, 17, other[3]), arrange(moved))
    same(changed(faces, 150, other[150]), arrange(np.append(shapes, other[150])))
    without = shapes.copy()
    without[60] = shapely.Polygon()
    same(changed(faces, 60, None), arrange(without))


def test_a_whole_set_ten_times_over_is_counted_once() -> None:
    shapes = blobs(12, seed=2)
    faces = arrange(np.tile(shapes, 10))
    assert faces.net() == pytest.approx(union_area(shapes), rel=1e-12)


def test_the_geodesic_net_agrees_where_edges_are_short() -> None:
    shapes = blobs(300, spread=1.0)
    done = measured(placed(shapes))
    assert done.net_geodesic_m2 == pytest.approx(done.net_m2, rel=1e-5)
    assert done.net_geodesic_m2 != done.net_m2


def test_neighbours_drawn_twice_are_told_as_slivers() -> None:
    done = measured(placed(np.array([shapely.box(0, 0, 1, 1), shapely.box(0.99999, 0, 2, 1)])))
    assert [one.code for one in done.findings] == ["nature.sliver_overlap"]


def test_copies_that_differ_by_a_micrometre_add_up() -> None:
    """Ten metres wide at 100° east, corners moved by 1e-11°: numbers there are 1.4e-14° apart."""
    rng, angle = np.random.default_rng(3), np.linspace(0, 2 * np.pi, 24, endpoint=False)
    base = np.array([100.0, 20.0]) + 1e-4 * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    copies = np.array(shapely.polygons(base + rng.uniform(-1e-11, 1e-11, (30, 24, 2))))
    faces = arrange(copies)
    np.testing.assert_allclose(faces.gross(), equal_area(copies), rtol=2e-10)
    assert not noding(faces, "areas", None)


def test_what_does_not_add_up_is_told() -> None:
    faces = replace(arrange(blobs(3)), off=np.array([0.0, 4e-8, 0.0]))
    (told,) = noding(faces, "areas", None)
    assert (told.code, told.count, told.first, told.severity) == ("nature.noding", 1, "entry 2", "warning")
    assert "4e-08" in told.text()
