"""Areas from the command line: any file measured, and a file of areas taken into the ledger."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.estate import wattstone

OCTANT = 63758202715511.055  # m2, GeographicLib


def box(west: float, east: float) -> dict[str, Any]:
    ring = [[west, 0], [east, 0], [east, 90], [west, 90], [west, 0]]
    return {"type": "Polygon", "coordinates": [ring]}


def collection(path: Path, *features: tuple[dict[str, Any], dict[str, Any]]) -> Path:
    told = [{"type": "Feature", "properties": said, "geometry": shape} for said, shape in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": told}), encoding="utf-8")
    return path


def test_any_file_is_measured(tmp_path: Path) -> None:
    file = collection(tmp_path / "two.geojson", ({}, box(0, 90)), ({}, box(0, 45)))
    done = wattstone("nature", "area", file, "--json").json
    assert done["net_m2"] == pytest.approx(OCTANT, rel=1e-12)
    assert done["net_geodesic_m2"] == pytest.approx(OCTANT, rel=1e-12)
    assert done["gross_m2"] == pytest.approx(1.5 * OCTANT, rel=1e-12)
    assert (done["entries"], done["overlapping_pairs"], done["findings"]) == (2, 1, [])
    assert (done["overlaps"][0]["one"], done["overlaps"][0]["other"]) == (1, 2)
    said = wattstone("nature", "area", file, "--lang", "zh").out
    assert "净面积" in said


def test_a_file_with_an_error_has_no_area(tmp_path: Path) -> None:
    file = collection(tmp_path / "bad.geojson", ({}, box(0, 45)), ({}, box(350, 400)))
    done = wattstone("nature", "area", file, "--json", code=2).json
    assert done["net_m2"] is None
    assert [one["code"] for one in done["findings"]] == ["nature.out_of_range"]


def test_a_file_of_areas_is_taken_in_and_reported(tmp_path: Path) -> None:
    root = tmp_path / "acme"
    wattstone("init", root)
    said = {
        "partner": "Trust",
        "status": "action",
        "start": "2022-01-01",
        "intervention": "restore",
        "ecosystem": "M1.1",
    }
    shape = {"type": "Polygon", "coordinates": [[[2, 39], [2.1, 39], [2.1, 39.1], [2, 39.1], [2, 39]]]}
    one, two = ({**said, "id": name, "name": name.title()} for name in ("one", "two"))
    file = collection(tmp_path / "areas.geojson", (one, shape), (two, shape))
    assert wattstone("nature", "import", root, "area", file, "--json").json["new"] == ["one", "two"]
    assert wattstone("nature", "import", root, "area", file, "--json").json["new"] == []
    report = wattstone("nature", "report", root, "--year", "2024", "--json").json
    values = {one["name"]: one["value"] for one in report["lines"] if one["period"] == "2024"}
    assert values["nature.area.gross"] == pytest.approx(2 * values["nature.area.net"], rel=1e-12)
    swapped = {"type": "Polygon", "coordinates": [[[39, 116], [39.1, 116], [39.1, 116.1], [39, 116]]]}
    wrong = collection(tmp_path / "wrong.geojson", ({**said, "id": "three", "name": "Three"}, swapped))
    found = wattstone("nature", "import", root, "area", wrong, "--json", code=2).json["findings"]
    assert "nature.swapped" in [one["code"] for one in found]
