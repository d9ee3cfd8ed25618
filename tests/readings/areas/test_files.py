"""Files of areas in every form, and what is refused."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import pytest
import shapefile
import shapely

from wattstone.base import InputRefused
from wattstone.readings.areas import AreaFile, AreasRefused, read_areas

BOX = shapely.box(2.0, 39.0, 2.5, 39.25)
RING = [[2.0, 39.0], [2.5, 39.0], [2.5, 39.25], [2.0, 39.25], [2.0, 39.0]]
MERCATOR = pyproj.Transformer.from_crs(4326, 3857, always_xy=True)


def geojson(path: Path, **more: Any) -> Path:
    feature = {
        "type": "Feature",
        "properties": {"name": "Meadow"},
        "geometry": {"type": "Polygon", "coordinates": [RING]},
    }
    target = path / "areas.geojson"
    target.write_text(json.dumps({"type": "FeatureCollection", "features": [feature], **more}))
    return target


def geoparquet(path: Path, crs: Any = "absent") -> Path:
    told: dict[str, Any] = {"encoding": "WKB", "geometry_types": ["Polygon"]}
    if crs != "absent":
        told["crs"] = crs
    meta = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": told}}
    table = pa.table({"name": ["Meadow"], "geometry": [shapely.to_wkb(BOX)]})
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(meta)}), path / "areas.parquet")
    return path / "areas.parquet"


def shapes(path: Path, prj: str | None = None) -> Path:
    with shapefile.Writer(str(path / "areas"), shapeType=shapefile.POLYGON) as writer:
        writer.field("name", "C")
        writer.poly([RING[::-1]])
        writer.record("Meadow")
    (path / "areas.prj").write_text(prj or pyproj.CRS.from_epsg(4326).to_wkt("WKT1_ESRI"))
    return path / "areas.shp"


def zipped(path: Path) -> Path:
    shapes(path)
    with zipfile.ZipFile(path / "areas.zip", "w") as held:
        for end in ("shp", "shx", "dbf", "prj"):
            held.write(path / f"areas.{end}", f"folder/areas.{end}")
    return path / "areas.zip"


def table(path: Path) -> Path:
    (path / "areas.csv").write_text(f'name,wkt\nMeadow,"{BOX.wkt}"\n')
    return path / "areas.csv"


@pytest.mark.parametrize("write", [geojson, geoparquet, shapes, zipped, table])
def test_the_same_area_is_read_from_every_form(write: Callable[[Path], Path], tmp_path: Path) -> None:
    held = read_areas(write(tmp_path))
    assert shapely.equals(held.geometry[0], BOX)
    assert held.said["name"].to_list() == ["Meadow"]
    assert np.isnan(held.radius).all()


def at_metres() -> Any:
    return shapely.transform(BOX, lambda xy: np.column_stack(MERCATOR.transform(xy[:, 0], xy[:, 1])))


def back(held: AreaFile) -> None:
    assert shapely.equals_exact(shapely.normalize(held.geometry[0]), shapely.normalize(BOX), tolerance=1e-9)
    assert [one.code for one in held.findings] == ["areas.crs_transformed"]


def test_declared_web_mercator_is_turned_back(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f'wkt\n"SRID=3857;{at_metres().wkt}"\n')
    back(read_areas(tmp_path / "a.csv"))
    old = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    feature = {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(at_metres())), "crs": old}
    (tmp_path / "a.geojson").write_text(json.dumps(feature))
    back(read_areas(tmp_path / "a.geojson"))


def refused(path: Path) -> list[str]:
    with pytest.raises(InputRefused) as caught:
        read_areas(path)
    return [one.code for one in caught.value.findings if one.severity == "error"]


def test_metres_that_say_they_are_degrees_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text(shapely.to_geojson(at_metres()))
    assert refused(tmp_path / "a.geojson") == ["areas.metres_as_degrees"]
    (tmp_path / "a.csv").write_text(f'wkt\n"{at_metres().wkt}"\n')
    assert refused(tmp_path / "a.csv") == ["areas.metres_as_degrees"]


def test_degrees_that_say_they_are_metres_are_refused(tmp_path: Path) -> None:
    assert refused(geoparquet(tmp_path, crs=json.loads(pyproj.CRS.from_epsg(32631).to_json()))) == [
        "areas.degrees_as_metres"
    ]


def test_an_unknown_system_is_told_or_refused(tmp_path: Path) -> None:
    assert [one.code for one in read_areas(geoparquet(tmp_path, crs=None)).findings] == ["areas.crs_undeclared"]
    named = {"type": "name", "properties": {"name": "our own grid"}}
    assert refused(geojson(tmp_path, crs=named)) == ["areas.crs_unknown"]


def test_points_with_a_radius_in_kilometres(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name;lon;lat;radius_km\nA;2;39;1.5\nB;2;39;\n")
    held = read_areas(tmp_path / "a.csv")
    np.testing.assert_array_equal(held.radius, [1500.0, np.nan])
    assert held.geometry[0].wkt == "POINT (2 39)"


@pytest.mark.parametrize(
    ("head", "metres"),
    [
        ("经度,纬度,半径（米）", 2.5), ("经度（度）,纬度（度）,半径(公里)", 2500), ("lon,lat,半径【千米】", 2500),
        ("Longitude [°],Latitude [°],Radius [km]", 2500), ("x,y,RADIUS_KM", 2500), ("lon,lat,Radius [nmi]", 4630),
        ("lon,lat,radius (ft)", 0.762),
    ],
)  # fmt: skip
def test_a_radius_is_in_the_unit_of_its_head(head: str, metres: float, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"名称,{head}\n甲,116.4,39.9,2.5\n", encoding="utf-8")
    held = read_areas(tmp_path / "a.csv")
    np.testing.assert_allclose(held.radius, [metres], rtol=1e-15)
    assert held.geometry[0].wkt == "POINT (116.4 39.9)"


def test_a_radius_in_a_unit_that_is_not_known_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("lon,lat,Radius [wug],radius_source\n2,39,5,map\n2,39,,\n")
    assert refused(tmp_path / "a.csv") == ["areas.radius_unit"]
    (tmp_path / "a.csv").write_text("lon,lat,radius_source\n2,39,map\n")
    assert np.isnan(read_areas(tmp_path / "a.csv").radius).all()


def test_rings_that_are_not_closed_are_closed_and_told(tmp_path: Path) -> None:
    told = {"type": "Polygon", "coordinates": [RING[:-1]]}
    (tmp_path / "a.json").write_text(json.dumps(told))
    (tmp_path / "a.csv").write_text('wkt\n"POLYGON ((2 39, 2.5 39, 2.5 39.25, 2 39.25))"\n')
    for name in ("a.json", "a.csv"):
        held = read_areas(tmp_path / name)
        assert shapely.equals(held.geometry[0], BOX)
        assert "areas.unclosed" in [one.code for one in held.findings]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.geojson", '{"type": "Feature"', "areas.no_geojson"),
        ("a.geojson", '{"type": "Topology"}', "areas.no_geojson"),
        ("a.geojson", '{"type": "Polygon", "coordinates": [[["2", 39], [3, 39], [3, 40]]]}', "areas.unreadable"),
        ("a.geojson", '{"type": "Circle", "coordinates": [2, 39]}', "areas.no_geojson"),
        ("a.csv", 'wkt\n"POLYGON ((2 39, 3"\n', "areas.unreadable"),
        ("a.csv", "name,where\nA,there\n", "areas.no_geometry_column"),
        ("a.csv", "lon,lat,radius_m\n2,39,-5\n", "areas.radius"),
        ("a.csv", "lon,lat,radius_m\n2° 30',39,5\n", "areas.no_number"),
        ("a.csv", 'wkt\n"SRID=4326;POINT (1 2)"\n"SRID=3857;POINT (1 2)"\n', "areas.crs_mixed"),
        ("a.kml", "<kml/>", "areas.form"),
        ("a.shp", "not a shapefile", "areas.form"),
        ("a.parquet", "PAR1 and no more", "areas.no_parquet"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(tmp_path: Path, name: str, content: str, code: str) -> None:
    (tmp_path / name).write_text(content)
    assert refused(tmp_path / name) == [code]


def test_a_damaged_shapefile_and_a_zip_of_two_are_refused(tmp_path: Path) -> None:
    whole = shapes(tmp_path).read_bytes()
    (tmp_path / "cut.shp").write_bytes(whole[:120])
    assert refused(tmp_path / "cut.shp") == ["areas.no_shapefile"]
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as held:
        held.writestr("a.shp", whole)
        held.writestr("b.shp", whole)
    assert refused(tmp_path / "two.zip") == ["areas.zip"]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.geojson") == ["areas.no_file"]


def test_entries_without_a_place_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": None}]})
    )
    assert read_areas(tmp_path / "a.geojson").geometry.tolist() == [None]


@pytest.mark.parametrize("outer", [[], [[0, 0], [1, 1]]])
def test_a_hole_does_not_become_the_area(outer: list[Any], tmp_path: Path) -> None:
    told = {"type": "MultiPolygon", "coordinates": [[outer, RING], [RING]]}
    (tmp_path / "a.geojson").write_text(json.dumps(told))
    held = read_areas(tmp_path / "a.geojson")
    assert [one.code for one in held.findings] == ["areas.few_positions"]
    assert shapely.equals(held.geometry[0], BOX)
    (tmp_path / "b.geojson").write_text(json.dumps({"type": "Polygon", "coordinates": [outer, RING]}))
    assert shapely.is_empty(read_areas(tmp_path / "b.geojson").geometry[0])


def test_a_row_without_a_system_does_not_stand_beside_metres(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f'wkt\n"SRID=3857;{at_metres().wkt}"\n"{BOX.wkt}"\n')
    assert refused(tmp_path / "a.csv") == ["areas.crs_mixed"]
    (tmp_path / "b.csv").write_text(f'wkt\n"SRID=4326;{BOX.wkt}"\n"{BOX.wkt}"\n')
    assert len(read_areas(tmp_path / "b.csv").geometry) == 2


def test_metres_in_columns_of_points_are_told_by_their_columns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y,radius_m\n222638,4721671,50\n")
    with pytest.raises(AreasRefused) as caught:
        read_areas(tmp_path / "a.csv")
    (told,) = caught.value.findings
    assert told.code == "areas.metres_as_degrees"
    assert "the columns x, y are longitude and latitude" in told.text()
    assert caught.value.entries == 1
