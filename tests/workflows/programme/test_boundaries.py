"""Boundaries that are entered: those that come are looked at, not those that stand."""

import json

import pytest
import shapely

import wattstone.programme.nature.entered as entered
from wattstone.base import InputRefused
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.workflows.programme.entries import add_entry, correct, entries_of
from wattstone.workflows.programme.importing import import_entries

SAID = {
    "name": "Meadow",
    "partner": "Trust",
    "status": "action",
    "start": "2022-01-01",
    "intervention": "restore",
    "ecosystem": "M1.1",
    "country": "ES",
}


@pytest.fixture
def workspace(tmp_path):
    create_workspace(tmp_path / "w")
    held = open_workspace(tmp_path / "w")
    yield held
    held.close()


@pytest.fixture
def placed(monkeypatch):
    """How many boundaries were placed, each time."""
    counts: list[int] = []
    whole = entered.placed

    def counted(geometry, *given, **more):
        counts.append(len(geometry))
        return whole(geometry, *given, **more)

    monkeypatch.setattr(entered, "placed", counted)
    return counts


def test_only_the_boundary_that_comes_is_placed(workspace, tmp_path, placed):
    rows = [f'{at},"{shapely.box(at * 0.01, 0, at * 0.01 + 0.02, 1).wkt}"' for at in range(300)]
    fixed = ",".join(SAID.values())
    table = "\n".join([f"id,wkt,{','.join(SAID)}", *(f"{row},{fixed}" for row in rows)])
    (tmp_path / "a.csv").write_text(table, encoding="utf-8")
    assert len(import_entries(workspace, "area", tmp_path / "a.csv").new) == 300
    placed.clear()
    assert add_entry(workspace, "area", {**SAID, "id": "new", "geometry": shapely.box(0, 0, 1, 1).wkt}).new == ("new",)
    assert placed == [1]
    with pytest.raises(InputRefused) as caught:
        correct(workspace, "area", "7", {"geometry": "POLYGON ((0 0, 500 0, 500 1, 0 0))"}, reason="as published")
    assert [(one.code, one.place) for one in caught.value.findings] == [("nature.out_of_range", "area '7'")]
    assert max(placed) == 1


def test_points_with_a_radius_are_taken_in_from_a_table(workspace, tmp_path):
    head, fixed = ",".join(SAID), ",".join(SAID.values())
    (tmp_path / "a.csv").write_text(f"id,longitude,latitude,radius_km,{head}\np,2,39,1.5,{fixed}\n", encoding="utf-8")
    assert import_entries(workspace, "area", tmp_path / "a.csv").new == ("p",)
    (held,) = entries_of(workspace, "area").iter_rows(named=True)
    assert (held["geometry"], held["radius"]) == ("POINT (2 39)", 1500.0)


def test_how_a_ring_is_read_is_settled_when_its_file_is_taken_in(workspace, tmp_path):
    ring = [[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]]
    feature = {
        "type": "Feature",
        "properties": {**SAID, "id": "f"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    (tmp_path / "a.geojson").write_text(json.dumps(feature), encoding="utf-8")
    assert import_entries(workspace, "area", tmp_path / "a.geojson").new == ("f",)
    held = shapely.from_wkt(entries_of(workspace, "area")["geometry"][0])
    assert (held.bounds, held.area) == ((-180.0, 0.0, 180.0, 1.0), 2.0)
