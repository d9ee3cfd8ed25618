"""The ledger taken out for a GIS: hectares of boxes by hand, and the file measured again on its own."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pyproj
import pytest
import shapely

from tests.workflows.estate import wattstone
from wattstone.base import InputRefused
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.workflows.access import Role
from wattstone.workflows.access.guard import guarded
from wattstone.workflows.access.policy import POLICY, Forbidden, Principal, Scope
from wattstone.workflows.programme.entries import add_entry, correct, entries_of
from wattstone.workflows.programme.importing import import_entries
from wattstone.workflows.programme.nature_area import area_of_file
from wattstone.workflows.programme.nature_out import export_areas

TO_GRID = pyproj.Transformer.from_crs(4326, 6933, always_xy=True)
SAID = {"partner": "Trust", "status": "action", "start": "2022-01-01", "intervention": "restore", "ecosystem": "M1.1"}


def hectares(west: float, south: float, east: float, north: float) -> float:
    """A box on the equal-area grid EPSG:6933, whose meridians and parallels are straight and square to each other."""
    (x, y), (right, top) = TO_GRID.transform(west, south), TO_GRID.transform(east, north)
    return (right - x) * (top - y) / 1e4


@pytest.fixture
def books(tmp_path: Path) -> Any:
    """Two partners whose boxes share a half, one planned over the antimeridian, and one that has ended."""
    create_workspace(tmp_path / "w")
    held = open_workspace(tmp_path / "w")
    for name, partner, box in (("a", "Trust", (2, 39, 3, 40)), ("b", "Club", (2.5, 39, 3.5, 40))):
        geometry = shapely.box(*box).wkt
        add_entry(held, "area", {**SAID, "id": name, "name": name.upper(), "partner": partner, "geometry": geometry})
    over = '{"type": "Polygon", "coordinates": [[[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]]]}'
    add_entry(held, "area", {**SAID, "id": "c", "name": "C, 三", "status": "planned", "geometry": over})
    ended = {"end": "2023-06-30", "geometry": shapely.box(10, 0, 11, 1).wkt}
    add_entry(held, "area", {**SAID, "id": "d", "name": "D", **ended})
    yield held
    held.close()


HALF = hectares(2, 39, 2.5, 40)
GONE = float("nan")  # null: it does not count in the year
OWN = {"a": 2 * HALF, "b": HALF, "c": hectares(0, 0, 2, 1), "d": GONE}
EQUAL = {"a": 1.5 * HALF, "b": 1.5 * HALF, "c": hectares(0, 0, 2, 1), "d": GONE}


def parts(own: dict[str, float | None]) -> dict[str, float]:
    return {name: GONE if one is None else one for name, one in own.items()}


def near(expected: dict[str, float]) -> Any:
    return pytest.approx(expected, rel=1e-9, nan_ok=True)


def test_geojson_holds_each_entry_with_its_part_of_the_net(books: Any, tmp_path: Path) -> None:
    to = tmp_path / "out.geojson"
    export_areas(books, to, year=2024)
    told = json.loads(to.read_text(encoding="utf-8"))
    assert "crs" not in told  # RFC 7946, section 4
    held = {one["id"]: one for one in told["features"]}
    assert parts({name: one["properties"]["own_hectares"] for name, one in held.items()}) == near(OWN)
    assert {name: one["properties"]["counts"] for name, one in held.items()} == {
        "a": True, "b": True, "c": True, "d": False,
    }  # fmt: skip
    assert held["b"]["properties"]["hectares"] == pytest.approx(2 * HALF, rel=1e-9)
    assert [held["b"]["properties"][name] for name in ("partner", "status", "start", "end")] == [
        "Club", "action", "2022-01-01", None,
    ]  # fmt: skip
    assert held["c"]["properties"]["name"] == "C, 三"
    assert held["c"]["geometry"]["type"] == "MultiPolygon"  # cut at the antimeridian, RFC 7946 section 3.1.9
    for one in held.values():
        polygons = shapely.get_parts(shapely.from_geojson(json.dumps(one["geometry"])))
        assert shapely.is_ccw(shapely.get_exterior_ring(polygons)).all()


@pytest.mark.parametrize("name", ["out.geojson", "out.parquet"])
def test_the_file_measured_on_its_own_has_the_net_of_the_ledger(name: str, books: Any, tmp_path: Path) -> None:
    to = tmp_path / name
    rows = export_areas(books, to, year=2023)  # all four count
    done = area_of_file(to)
    net = 3 * HALF + hectares(0, 0, 2, 1) + hectares(10, 0, 11, 1)
    assert done.entries == 4
    assert done.net_m2 == pytest.approx(net * 1e4, rel=1e-9)
    assert rows["own_hectares"].sum() == pytest.approx(net, rel=1e-9)
    assert done.gross_m2 == pytest.approx((net + HALF) * 1e4, rel=1e-9)
    assert [one.code for one in done.findings] == []


def test_geoparquet_says_its_system(books: Any, tmp_path: Path) -> None:
    """Metadata by the specification of GeoParquet 1.1.0, section "Column metadata"."""
    export_areas(books, tmp_path / "a.parquet", year=2024, equal=True)
    table = pq.read_table(tmp_path / "a.parquet")
    meta = json.loads(table.schema.metadata[b"geo"])
    assert (meta["version"], meta["primary_column"]) == ("1.1.0", "geometry")
    told = meta["columns"]["geometry"]
    assert pyproj.CRS.from_json_dict(told["crs"]).equals(pyproj.CRS("OGC:CRS84"))
    assert told["crs"]["id"] == {"authority": "OGC", "code": "CRS84"}
    assert told["geometry_types"] == ["MultiPolygon", "Polygon"]
    assert (told["encoding"], told["edges"], told["orientation"]) == ("WKB", "planar", "counterclockwise")
    assert told["bbox"] == [-180, 0, 180, 40]
    assert parts(dict(zip(table["id"].to_pylist(), table["own_hectares"].to_pylist(), strict=True))) == near(EQUAL)
    assert table["start"].to_pylist()[0] == date(2022, 1, 1)


@pytest.mark.parametrize("name", ["out.geojson", "out.parquet"])
def test_another_workspace_takes_the_file_in(name: str, books: Any, tmp_path: Path) -> None:
    export_areas(books, tmp_path / name, year=2024)
    create_workspace(tmp_path / "other")
    other = open_workspace(tmp_path / "other")
    assert import_entries(other, "area", tmp_path / name).new == ("a", "b", "c", "d")
    kept = ["entry", "name", "partner", "status", "start", "end", "intervention", "ecosystem"]
    assert entries_of(other, "area").select(kept).equals(entries_of(books, "area").select(kept))
    other.close()


def test_an_empty_ledger_is_an_empty_file(tmp_path: Path) -> None:
    create_workspace(tmp_path / "w")
    held = open_workspace(tmp_path / "w")
    for name in ("a.geojson", "a.parquet"):
        assert export_areas(held, tmp_path / name).height == 0
        assert [one.code for one in area_of_file(tmp_path / name).findings] == ["areas.empty"]
    held.close()


def test_only_who_may_export_all_takes_it_out(books: Any, tmp_path: Path) -> None:
    def somebody(role: Role, *sites: str) -> Any:
        scope = Scope(frozenset(sites) if sites else None)
        one = Principal(
            id="p", name="Ada", kind="person", tenant="acme", role=role, scope=scope, acts=POLICY[role]
        )  # fmt: skip
        return guarded(books, one)

    for who in (somebody(Role.VIEWER), somebody(Role.OPERATOR), somebody(Role.ANALYST, "HQ")):
        with pytest.raises(Forbidden):
            export_areas(who, tmp_path / "a.geojson")
    assert not (tmp_path / "a.geojson").exists()
    assert export_areas(somebody(Role.REVIEWER), tmp_path / "a.geojson", year=2024).height == 4


def test_another_ending_is_refused(books: Any, tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as caught:
        export_areas(books, tmp_path / "a.shp")
    assert [one.code for one in caught.value.findings] == ["export.ending"]


def test_the_command_writes_and_says_so(books: Any, tmp_path: Path) -> None:
    correct(books, "area", "b", {"status": "agreement"}, reason="not begun")
    books.close()
    to = tmp_path / "gis" / "a.parquet"
    done = wattstone("nature", "areas", tmp_path / "w", "--out", to, "--year", "2024", "--json").json
    assert (done["entries"], done["counted"]) == (4, 3)
    assert done["net_ha"] == pytest.approx(3 * HALF + hectares(0, 0, 2, 1), rel=1e-9)
    assert pq.read_table(to).num_rows == 4
    before = wattstone("nature", "areas", tmp_path / "w", "--out", tmp_path / "b.geojson", "--at", "2021-12-31")
    assert "0 entries" in before.out
    assert "4 个条目" in wattstone("nature", "areas", tmp_path / "w", "--out", to, "--lang", "zh").out
