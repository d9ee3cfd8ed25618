"""Rings of shapefiles in every direction; expected areas by hand on an equal-area grid."""

import itertools
from pathlib import Path
from typing import Any

import pyproj
import pytest
import shapefile
import shapely

from wattstone.readings.areas import read_areas
from wattstone.readings.areas.rings import nested
from wattstone.workflows.programme.nature_area import area_of_file

GRID = pyproj.CRS.from_epsg(6933).to_wkt("WKT1_ESRI")


def square(x: float, y: float, side: float, *, clockwise: bool) -> list[tuple[float, float]]:
    ring = [(x, y), (x, y + side), (x + side, y + side), (x + side, y), (x, y)]
    return ring if clockwise else ring[::-1]


def written(path: Path, rings: list[Any], prj: str) -> Path:
    with shapefile.Writer(str(path / "areas"), shapeType=shapefile.POLYGON) as writer:
        writer.field("name", "C")
        writer.poly(rings)
        writer.record("Lake")
    (path / "areas.prj").write_text(prj)
    return path / "areas.shp"


@pytest.mark.parametrize("runs", list(itertools.product([True, False], repeat=4)))
def test_holes_are_holes_whatever_their_direction(runs: tuple[bool, ...], tmp_path: Path) -> None:
    """10 km square less a lake of 4 km with an island of 1 km, and a square of 2 km apart: 100 - 16 + 1 + 4 km2."""
    outer, lake, island, apart = runs
    rings = [
        square(103_000, 4_003_000, 4_000, clockwise=lake),
        square(100_000, 4_000_000, 10_000, clockwise=outer),
        square(104_000, 4_004_000, 1_000, clockwise=island),
        square(120_000, 4_000_000, 2_000, clockwise=apart),
    ]  # fmt: skip
    done = area_of_file(written(tmp_path, rings, GRID))
    assert done.net_m2 == pytest.approx(89e6, rel=1e-9)
    assert done.gross_m2 == pytest.approx(89e6, rel=1e-9)
    against = runs != (True, False, True, True)
    assert [one.code for one in done.findings] == ["areas.rings_against"] * against + ["areas.crs_transformed"]
    if against:
        assert "1 shape has rings that run the other way" in done.findings[0].text()


@pytest.mark.parametrize("turned", [False, True])
def test_a_hole_over_the_antimeridian_is_a_hole(turned: bool, tmp_path: Path) -> None:
    """Two degrees of longitude less one, of latitude likewise, by Archimedes' rule on authalic latitudes."""
    outer = [(179, 0), (179, 2), (-179, 2), (-179, 0), (179, 0)]
    hole = [(179.5, 0.5), (179.5, 1.5), (-179.5, 1.5), (-179.5, 0.5), (179.5, 0.5)]
    run = hole if turned else hole[::-1]
    done = area_of_file(written(tmp_path, [outer, run], pyproj.CRS.from_epsg(4326).to_wkt("WKT1_ESRI")))
    to_grid = pyproj.Transformer.from_crs(4326, 6933, always_xy=True)

    def box(side: float, low: float) -> float:
        (x, bottom), (_, top) = to_grid.transform(side, low), to_grid.transform(side, low + side)
        return x * (top - bottom)

    assert done.net_m2 == pytest.approx(box(2, 0) - box(1, 0.5), rel=1e-9)
    assert ("areas.rings_against" in [one.code for one in done.findings]) == turned


def test_rings_that_touch_or_stand_apart_are_no_holes() -> None:
    left, right = square(0, 0, 1, clockwise=True), square(1, 1, 1, clockwise=True)
    found = nested([left, right])
    assert (len(found.polygons), found.against) == (2, False)


def test_a_hole_that_reaches_out_takes_away_what_it_covers(tmp_path: Path) -> None:
    """10 km square, and of a hole of 8 km the quarter of 5 km that lies within: 100 - 25 km2."""
    rings = [
        square(100_000, 4_000_000, 10_000, clockwise=True), square(105_000, 4_005_000, 8_000, clockwise=False),
    ]  # fmt: skip
    assert [len(one) for one in nested(rings).polygons] == [2]
    done = area_of_file(written(tmp_path, rings, GRID))
    assert done.net_m2 == pytest.approx(75e6, rel=1e-9)
    assert "nature.self_crossing" in [one.code for one in done.findings]


def test_rings_of_many_shapes_stay_with_their_shape(tmp_path: Path) -> None:
    with shapefile.Writer(str(tmp_path / "a"), shapeType=shapefile.POLYGON) as writer:
        writer.field("name", "C")
        for at in range(5):
            writer.poly([square(at * 3, 0, 2, clockwise=False), square(at * 3 + 0.5, 0.5, 1, clockwise=False)])
            writer.record(str(at))
    held = read_areas(tmp_path / "a.shp")
    assert shapely.area(held.geometry).tolist() == [3.0] * 5  # on the plane: 4 - 1
    assert [one.count for one in held.findings if one.code == "areas.rings_against"] == [5]
