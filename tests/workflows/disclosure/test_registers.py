"""Registers, scenarios and screening over a real inventory: taken in, recorded, shown in a report, verified."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from tests.workflows.estate import dataset, readings, workspace, year
from wattstone.base import InputRefused
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.programme.demo import demo_entries
from wattstone.workflows.access import POLICY, Forbidden, Principal, Role, Scope
from wattstone.workflows.access.guard import guarded
from wattstone.workflows.disclosure.registers import register_material
from wattstone.workflows.disclosure.report import report
from wattstone.workflows.disclosure.scenarios import take_paths
from wattstone.workflows.disclosure.screening import Layer, screen
from wattstone.workflows.evidence import verify
from wattstone.workflows.inventory import take_inventory
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.entries import add_entry, correct, entries_of
from wattstone.workflows.programme.recording import take_report
from wattstone.workflows.workspace import Workspace

GUANGDONG = 0.4403
"""kg CO2/kWh of 2022: MEE and NBS, notice 2024 no. 33."""
TONNES = 8760 * 10 * GUANGDONG / 1000
"""Of 10 kWh an hour."""
SCENARIO = {
    "id": "paris", "year": "2022", "title_en": "Near Paris", "title_zh": "接近巴黎", "provider": "NGFS",
    "model": "GCAM",
    "edition": "9", "scenario": "Net Zero", "region": "World", "price": "Price|Carbon", "aim": "near_paris",
    "covers": "scope2.location", "covered": "50 %", "per_unit": "7", "currency": "CNY", "rate_source": "bank",
}  # fmt: skip
WIDE = "Model,Scenario,Region,Variable,Unit,2020,2030,2040\nGCAM,Net Zero,World,Price|Carbon,US$2010/t CO2,0,100,200\n"
FLOOD = {"hazard": "river_flood", "scenario": "rcp45", "year": 2050, "unit": "m", "threshold": 0.5, "source": "made"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("registers")
    told = {"country": "CN", "timezone": "UTC", "grid_region": "CN-GD", "floor_area_m2": 1000.0}
    sites = [
        {"site_id": "A", **told, "latitude": 23.1, "longitude": 113.3},
        {"site_id": "B", **told, "latitude": 31.2, "longitude": 121.5},
        {"site_id": "C", **told},
    ]
    rows = readings("A-main", year(10.0), site="A", start=datetime(2022, 1, 1))
    path = workspace(root / "ws", dataset(root / "estate", rows, sites=sites))
    held = open_workspace(path)
    take_inventory(held, 2022)
    held.close()
    return path


@pytest.fixture
def held(folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(folder, tmp_path / "ws")
    found = open_workspace(tmp_path / "ws")
    yield found
    found.close()


@pytest.fixture
def paths(tmp_path: Path) -> Path:
    path = tmp_path / "ngfs.csv"
    path.write_text(WIDE, encoding="utf-8")
    return path


def taken(held: Workspace, paths: Path) -> None:
    take_paths(held, paths, provider="NGFS", edition="9", source="portal")
    add_entry(held, "scenario", SCENARIO)


def test_a_path_of_a_file_is_priced_recorded_and_holds(held: Workspace, paths: Path) -> None:
    taken(held, paths)
    before = verify(held).figures
    made = take_report(held, "disclose", Asked(year=2022))
    cost = made.report.line("disclose.carbon_cost.inaction", "entry:paris~2022")
    found = next(one for one in made.report.lines if (one.name, one.period) == (cost.name, "2030"))

    assert found.value == pytest.approx(TONNES * 0.5 * 100 * 7, rel=1e-9)
    checked = verify(held)
    assert checked.holds
    assert checked.figures - before == len(made.report.lines)


def test_the_same_file_again_changes_nothing_and_another_price_has_to_be_meant(held: Workspace, paths: Path) -> None:
    taken(held, paths)
    again = take_paths(held, paths, provider="NGFS", edition="9", source="portal")

    assert (again.new, len(again.same)) == ((), 3)
    paths.write_text(WIDE.replace(",100,", ",101,"), encoding="utf-8")
    with pytest.raises(InputRefused) as refused:
        take_paths(held, paths, provider="NGFS", edition="9", source="portal")
    assert refused.value.findings[0].code == "entry.there"


def test_a_report_shows_numbers_that_are_recorded_and_says_when_they_are_not(held: Workspace, paths: Path) -> None:
    taken(held, paths)
    open_ = register_material(held, 2022)

    assert "strategy.resilience" in open_.lacks
    rows = open_.tables["strategy.resilience"][0].rows
    assert rows["inaction@figure"].null_count() == rows.height

    recorded = take_report(held, "disclose", Asked(year=2022))
    done = register_material(held, 2022)
    rows = done.tables["strategy.resilience"][0].rows
    assert "strategy.resilience" not in done.lacks
    assert rows["inaction@figure"].null_count() == 0
    assert set(rows["inaction@figure"]) <= set(recorded.figures.values())
    assert set(rows["inaction@figure"]) <= {one.id for one in done.every.values()}

    correct(held, "scenario", "paris~2022", {"covered": "60 %"}, reason="a new rule")
    stale = register_material(held, 2022)
    assert "strategy.resilience" in stale.lacks
    changed = stale.tables["strategy.resilience"][0].rows.filter(year=2030)
    assert changed["inaction"][0] == pytest.approx(TONNES * 0.6 * 700)
    assert changed["inaction@figure"][0] is None, "no figure says the number that is shown"


def test_what_is_not_there_lacks_nothing_and_says_nothing(held: Workspace) -> None:
    found = register_material(held, 2022)

    assert (found.tables, found.figures, found.lacks) == ({}, {}, {})


def test_who_sees_some_sites_alone_sees_no_register(held: Workspace, paths: Path) -> None:
    reader = Principal(
        id="li",
        name="Li",
        kind="person",
        tenant="w",
        role=Role.ADMIN,
        scope=Scope(sites=frozenset({"A"})),
        acts=POLICY[Role.ADMIN],
    )
    seen = guarded(held, reader)

    for use in (
        lambda: register_material(seen, 2022),
        lambda: screen(seen, Layer(path=paths, **FLOOD)),
        lambda: take_paths(seen, paths, provider="NGFS", edition="9", source="portal"),
    ):
        with pytest.raises(Forbidden):
            use()


def test_sites_are_screened_by_a_raster_and_what_is_missing_is_told(held: Workspace, tmp_path: Path) -> None:
    rasterio = pytest.importorskip("rasterio")
    from affine import Affine

    layer = tmp_path / "flood.tif"
    with rasterio.open(
        layer,
        "w",
        driver="GTiff",
        height=10,
        width=10,
        count=1,
        dtype="float32",
        crs="EPSG:4326",
        transform=Affine(1.0, 0.0, 110.0, 0.0, -1.0, 30.0),
        nodata=-1.0,
    ) as made:
        made.write(np.full((10, 10), 0.7, dtype="float32"), 1)
    found = screen(held, Layer(path=layer, **FLOOD))

    assert (found.exposed, found.outside, found.unplaced) == (("A",), ("B",), ("C",))
    assert [one.code for one in found.findings] == ["hazard.outside", "hazard.unplaced"]
    entry = entries_of(held, "hazard").row(0, named=True)
    assert (entry["site"], entry["sha256"]) == ("A", found.sha256)
    assert entry["value"] == pytest.approx(0.7)
    assert "EPSG:4326" in entry["how"]
    assert screen(held, Layer(path=layer, **FLOOD)).changed.same == ("A~river_flood~rcp45~2050",)
    line = report(held, Asked(year=2022)).line("disclose.hazard.river_flood.rcp45.exposed")
    assert (line.value, line.period) == (1.0, "2050")


def test_sites_are_screened_by_a_table_and_no_data_is_read_as_somebody_says(held: Workspace, tmp_path: Path) -> None:
    table = tmp_path / "flood.csv"
    table.write_text("site,value\nA,\nC,0.9\n", encoding="utf-8")
    found = screen(held, Layer(path=table, **FLOOD))

    assert (found.exposed, found.without, found.outside) == (("C",), ("A",), ("B",))
    again = screen(held, Layer(path=table, empty=0.0, **FLOOD), over=True, reason="the layer's documentation: dry")
    assert (again.exposed, again.safe, again.without) == (("C",), ("A",), ())
    assert "no data read as 0" in entries_of(held, "hazard").filter(site="A")["how"][0]


def test_points_of_a_table_count_where_they_are_near(held: Workspace, tmp_path: Path) -> None:
    table = tmp_path / "flood.csv"
    table.write_text("lat,lon,value\n23.11,113.3,0.6\n40,100,0.1\n", encoding="utf-8")
    found = screen(held, Layer(path=table, within=5.0, **FLOOD))

    assert (found.exposed, found.outside, found.unplaced) == (("A",), ("B",), ("C",))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("site,value\nZ,1\n", "hazard.unknown_site"), ("site,value\nA,1\nA,2\n", "hazard.site_twice"),
        ("site,value\nA,deep\n", "hazard.number"), ("place,depth\nA,1\n", "hazard.columns"),
        ("lat,lon,value\n,113,1\n", "hazard.no_place"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read_changes_nothing(held: Workspace, tmp_path: Path, text: str, code: str) -> None:
    table = tmp_path / "flood.csv"
    table.write_text(text, encoding="utf-8")

    with pytest.raises(InputRefused) as refused:
        screen(held, Layer(path=table, **FLOOD))
    assert refused.value.findings[0].code == code
    assert entries_of(held, "hazard").is_empty()


def test_the_report_takes_no_options(held: Workspace) -> None:
    with pytest.raises(InputRefused):
        report(held, Asked(year=2022, options={"rate": "1"}))


def test_the_paths_of_the_demo_are_of_no_provider() -> None:
    told = [said for kind, said in demo_entries("disclose") if kind == "path"]

    assert len(told) == 54
    assert {said["provider"] for said in told} == {"Wattstone demo"}
