"""What a file of areas says where there is nothing to measure, or two measures disagree."""

import json
import math
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.workflows.estate import wattstone
from wattstone.workflows.programme.nature_area import area_of_file

OCTANT = 63758202715511.055  # m2, GeographicLib


def collection(path: Path, *shapes: dict[str, Any] | None) -> Path:
    told = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in shapes]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": told}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("shapes", "codes"),
    [
        ([], ["areas.empty"]),
        ([None], ["nature.no_geometry", "areas.nothing_measured"]),
        ([{"type": "Point", "coordinates": [2, 39]}] * 2, ["nature.point_without_radius", "areas.nothing_measured"]),
        ([{"type": "LineString", "coordinates": [[2, 39], [3, 40]]}], ["nature.no_polygon", "areas.nothing_measured"]),
    ],
)  # fmt: skip
def test_what_was_not_measured_is_null_and_not_zero(shapes: list[Any], codes: list[str], tmp_path: Path) -> None:
    file = collection(tmp_path / "a.geojson", *shapes)
    done = wattstone("nature", "area", file, "--json").json
    assert [done[name] for name in ("gross_m2", "net_m2", "net_geodesic_m2")] == [None] * 3
    assert done["entries"] == len(shapes)
    assert [one["code"] for one in done["findings"]] == codes
    said = wattstone("nature", "area", file).out
    assert "Nothing measured." in said
    assert " ha" not in said
    assert "未测得任何面积" in wattstone("nature", "area", file, "--lang", "zh").out


def test_entries_without_an_area_take_nothing_from_the_others(tmp_path: Path) -> None:
    ring = [[0, 0], [90, 0], [90, 90], [0, 90], [0, 0]]
    done = area_of_file(collection(tmp_path / "a.geojson", None, {"type": "Polygon", "coordinates": [ring]}))
    assert done.net_m2 == pytest.approx(OCTANT, rel=1e-12)
    assert done.entries == 2
    assert [one.text().split(". ")[0] for one in done.findings if one.code == "nature.no_geometry"] == [
        "a.geojson: 1 entry has no boundary, and adds nothing, the first at entry 1"
    ]


def test_measures_that_disagree_are_told(tmp_path: Path) -> None:
    """An eighth of the Earth by geodesics; on the sphere straight edges leave R² of it, of which it is π/2."""
    ring = [[0, 0], [90, 0], [0, 90], [0, 0]]
    done = area_of_file(collection(tmp_path / "a.geojson", {"type": "Polygon", "coordinates": [ring]}))
    (told,) = (one for one in done.findings if one.code == "nature.edges_long")
    assert told.severity == "warning"
    assert told.params["apart"] == pytest.approx(math.pi / 2 - 1, abs=0.005)
    assert told.params["geodesic"] == pytest.approx(OCTANT / 1e4, rel=1e-12)
    assert "57.3% apart" in told.text()
    assert "add points along the long edges" in told.text()


def test_measures_that_agree_are_not_told(tmp_path: Path) -> None:
    ring = [[2, 39], [3, 39], [3, 40], [2, 40], [2, 39]]
    done = area_of_file(collection(tmp_path / "a.geojson", {"type": "Polygon", "coordinates": [ring]}))
    assert done.findings == ()


def test_a_workbook_and_a_folder_are_called_by_their_name(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    (told,) = area_of_file(tmp_path / "a.xlsx").findings
    assert told.code == "areas.workbook"
    assert "save the sheet as CSV" in told.text()
    (told,) = area_of_file(tmp_path).findings
    assert (told.code, told.found) == ("areas.folder", "this is a folder")
