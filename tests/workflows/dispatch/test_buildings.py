"""A community of two blocks: plans and backtests that count carbon by building, from readings to page and evidence."""

from pathlib import Path

import numpy as np
import pytest

from tests.workflows.dispatch.yard import DAYS, HOURS, SITE, START, TARIFF, load, sun
from tests.workflows.estate import dataset, intensity, readings, wattstone

AT = "2024-05-11T00:00"
COMMUNITY = SITE.replace('load = ["main"]', "").replace(
    "[[pv]]",
    """[netting]
carbon = "building"

[weights]
carbon_price = 0.2

[[building]]
id = "block 1"
load = ["main"]

[[building]]
id = "block 2"
load = ["shop"]

[[pv]]
building = "block 1"
""",
)


def community(folder: Path, *, later: float = 1.0) -> Path:
    """The workspace; `later` bends what the shop draws after `AT`."""
    root = folder / "ws"
    shop = np.where(HOURS > 8, 3.0, 1.0)
    shop[24 * 10 :] *= later
    dataset(
        folder / "data",
        readings("main", load().tolist(), site="yard", start=START),
        readings("shop", shop.tolist(), site="yard", start=START),
        readings("sun", sun().tolist(), site="yard", kind="solar", start=START),
        sites=[{"site_id": "yard", "country": "GB", "timezone": "UTC"}],
        intensity=intensity((0.2 + 0.1 * (HOURS > 15)).tolist(), start=START),
    )
    (folder / "data" / "tariff.toml").write_text(TARIFF)
    wattstone("init", root, "--currency", "GBP")
    wattstone("ingest", root, folder / "data")
    (root / "sites").mkdir()
    (root / "sites" / "yard.toml").write_text(COMMUNITY)
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return community(tmp_path_factory.mktemp("community"))


@pytest.fixture(scope="module")
def plan(root: Path) -> dict:
    return wattstone("dispatch", "plan", root, "yard", "--at", AT, "--json").json


def powers(plan: dict, device: str) -> np.ndarray:
    return np.array([one["power"] for one in plan["steps"] if one["device"] == device])


def test_meters_of_buildings_add_up_to_the_connection_and_carbon_counts_at_each(plan: dict) -> None:
    blocks = [powers(plan, name) for name in ("block 1", "block 2", "common")]

    np.testing.assert_allclose(sum(blocks), powers(plan, "grid"), atol=1e-6)
    np.testing.assert_allclose(blocks[2], powers(plan, "pack"), atol=1e-6)  # the battery is nobody's own
    told = {one["building"]: one for one in plan["buildings"]}
    assert told["block 2"]["bought"] == pytest.approx(np.maximum(blocks[1], 0).sum())
    assert [one["cost"] for one in plan["buildings"]] == [None, None, None]
    assert plan["emissions"] == pytest.approx(sum(one["carbon"] for one in plan["buildings"]))
    assert plan["cost"] == pytest.approx(plan["objective"], rel=1e-6)


def test_a_building_has_an_address(root: Path, plan: dict) -> None:
    node = wattstone("trace", root, "plan.power@device:yard/block 2@2024-05-11T10:00", "--json").json

    assert node["value"] == pytest.approx(powers(plan, "block 2")[10])
    slices = {one["meter"] for one in node["inputs"][0]["inputs"] if one["kind"] == "slice"}
    assert slices == {"main", "shop", "sun"}


def test_what_a_building_draws_later_does_not_reach_the_plan(tmp_path: Path, plan: dict) -> None:
    again = wattstone("dispatch", "plan", community(tmp_path, later=7.0), "yard", "--at", AT, "--json").json

    assert again["steps"] == plan["steps"]


def test_a_backtest_tells_of_each_building(root: Path, tmp_path: Path) -> None:
    page = tmp_path / "backtest.html"
    told = wattstone(
        "dispatch", "backtest", root, "yard", "--from", AT, "--every", 180, "--html", page, "--lang", "zh", "--json"
    ).json

    assert told["objective_error"] < 1e-6
    shop = np.where(HOURS[24 * 10 :] > 8, 3.0, 1.0)
    for way, buildings in told["buildings"].items():
        assert [one["building"] for one in buildings] == ["block 1", "block 2", "common"]
        assert buildings[1]["bought"] == pytest.approx(shop.sum() if DAYS == 12 else 0)
        assert told["ways"][way]["carbon"] == pytest.approx(sum(one["carbon"] for one in buildings))
    assert "block 2" in page.read_text()
    assert "公共" in page.read_text()


def test_meters_that_are_not_there_are_all_named(tmp_path: Path) -> None:
    root = community(tmp_path)
    path = root / "sites" / "yard.toml"
    path.write_text(COMMUNITY.replace('load = ["shop"]', 'load = ["shop 1"]\nminus = ["shop 2"]'))
    refused = wattstone("dispatch", "plan", root, "yard", code=2)

    assert "shop 1" in refused.err
    assert "shop 2" in refused.err
