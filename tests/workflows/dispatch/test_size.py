"""Sizing as a command: seven weeks of a yard, a file of costs, refusals."""

from datetime import datetime
from pathlib import Path
from shutil import copytree

import numpy as np
import polars as pl
import pytest

from tests.workflows.dispatch.yard import SITE, TARIFF
from tests.workflows.estate import dataset, intensity, readings, wattstone
from wattstone.dispatch.sizing_file import read_sizing
from wattstone.equipment.arrays import Grid
from wattstone.equipment.sun import clear_sky, sky
from wattstone.workflows.dispatch.size_template import sizes_text

START, DAYS = datetime(2024, 5, 1), 49
PLACE = (51.5, 0.0)
HOURS = np.arange(24 * DAYS) % 24
NO_PACK = SITE.split("[[battery]]")[0]
COSTS = """
draws = 50
tried_weeks = 2
[money]
years = 20
discount_rate = 0.05
source = "a test"
[pv]
like = "roof"
kw = [10]
cost_per_kw = 100
running_per_kw = 0
life_years = 20
fade = 0
source = "a test"
[storage]
kwh = [20]
hours = [2]
cost_per_kw = 0
cost_per_kwh = 1e6
running_per_kwh = 0
life_years = 20
fade = 0
charge_efficiency = 0.95
discharge_efficiency = 0.95
wear_cost = 0
reserve = 0
source = "a test: nobody buys it"
[[scenario]]
name = "prices stay"
source = "a test"
"""


def weather() -> pl.DataFrame:
    """Clear days at 20 degC, but cooler at night; two weeks before the readings too."""
    grid = Grid(start=np.datetime64(START, "us"), hours=1.0, steps=HOURS.size)
    irradiance, _ = clear_sky(sky(*PLACE, grid))
    return pl.DataFrame(
        {
            "station_id": ["hill"] * HOURS.size,
            "timestamp": pl.Series(grid.starts()).dt.replace_time_zone("UTC"),
            "air_temperature_c": 20.0 - 8.0 * (HOURS < 8),
            "global_irradiance_w_m2": irradiance,
        }
    )


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sizes")
    sun = np.maximum(0.0, 8 * np.sin((HOURS - 6) / 12 * np.pi))
    load = 20 + 2 * np.random.default_rng(5).uniform(0, 1, HOURS.size)  # a constant one would count as a stuck meter
    dataset(
        folder / "data",
        readings("main", load.tolist(), site="yard", start=START),
        readings("sun", sun.tolist(), site="yard", kind="solar", start=START),
        sites=[{"site_id": "yard", "country": "GB", "timezone": "UTC"}],
        intensity=intensity(np.full(HOURS.size, 0.2).tolist(), start=START),
        weather=weather(),
    )
    (folder / "data" / "tariff.toml").write_text(TARIFF)
    wattstone("init", folder / "ws", "--currency", "GBP")
    wattstone("ingest", folder / "ws", folder / "data")
    (folder / "ws" / "sites").mkdir()
    (folder / "ws" / "sites" / "yard.toml").write_text(NO_PACK)
    (folder / "costs.toml").write_text(COSTS)
    return folder


def test_cheap_pv_is_built_and_dear_storage_is_not(root: Path) -> None:
    told = wattstone("dispatch", "size", root / "ws", "yard", root / "costs.toml", "--json").json
    best = told["best"]["prices stay"]
    sun = np.maximum(0.0, 8 * np.sin((np.arange(24) - 6) / 12 * np.pi))
    price = np.where((np.arange(24) >= 17) & (np.arange(24) < 21), 0.40, 0.15)

    assert (best["pv_kw"], best["storage_kwh"], best["investment"]) == (10, 0, 1000)
    # 20 kW of load take up all of 8 + 8 kW: each day saves the same, by hand.
    assert best["saving"]["value"] == pytest.approx(365.25 * float(sun @ price), rel=1e-6)
    assert best["avoided"]["value"] == pytest.approx(20 * 365.25 * 0.2 * float(sun.sum()), rel=1e-6)
    assert len(told["options"]) == 4
    assert any("7 weeks" in str(one) for one in told["findings"])
    npv = wattstone("trace", root / "ws", "sizing.npv@option:yard/prices stay/10 kW/0 kWh/0 kW@2024-05-01/2024-06-19",
                    "--json").json  # fmt: skip
    assert npv["value"] == pytest.approx(best["npv"]["value"])
    assert npv["inputs"][0]["kind"] == "sizing"
    assert "10 kW" in Path(told["page"]).read_text(encoding="utf-8")


def test_pv_that_nothing_is_known_of_is_refused(root: Path) -> None:
    (root / "other.toml").write_text(COSTS.replace('like = "roof"', 'like = "shed"'))
    told = wattstone("dispatch", "size", root / "ws", "yard", root / "other.toml", code=2)

    assert "shed" in told.err
    assert "roof" in told.err


BLOCK = (
    NO_PACK.replace('load = ["main"]', "")
    + """
[[building]]
id = "block"
load = ["main"]
"""
)


def changed(root: Path, folder: Path, site: str) -> Path:
    """A copy of the workspace, with another site file."""
    copytree(root / "ws", folder / "ws")
    (folder / "ws" / "sites" / "yard.toml").write_text(site)
    return folder / "ws"


def test_a_site_with_a_building_of_limited_import_is_sized(root: Path, tmp_path: Path) -> None:
    """The block's 20 kW pass its meter as before: new PV is common, and saves at the connection."""
    ws = changed(root, tmp_path, BLOCK + "import_limit_kw = 25\n")
    told = wattstone("dispatch", "size", ws, "yard", root / "costs.toml", "--json").json
    best = told["best"]["prices stay"]
    sun = np.maximum(0.0, 8 * np.sin((np.arange(24) - 6) / 12 * np.pi))
    price = np.where((np.arange(24) >= 17) & (np.arange(24) < 21), 0.40, 0.15)

    assert (best["pv_kw"], best["storage_kwh"]) == (10, 0)
    assert best["saving"]["value"] == pytest.approx(365.25 * float(sun @ price), rel=1e-6)


@pytest.mark.parametrize("what", ["energy", "carbon"])
def test_sizes_are_not_counted_at_the_meters_of_buildings(root: Path, tmp_path: Path, what: str) -> None:
    ws = changed(root, tmp_path, f'{BLOCK}[netting]\n{what} = "building"\n')
    refused = wattstone("dispatch", "size", ws, "yard", root / "costs.toml", "--json", code=2).json

    assert [one["code"] for one in refused["findings"]] == ["dispatch.size_buildings"]
    assert "yard" in refused["findings"][0]["place"]


MODEL = """
[pv.model]
tilt_deg = 30
azimuth_deg = 180
inverter_share = 1.0
inverter_efficiency = 0.96
losses = 0.14
latitude = 51.5
longitude = 0.0
source = "a test"
"""


def modelled(root: Path, name: str, *, share: float | None = None, model: str = MODEL) -> Path:
    """The file of costs with described PV instead of a metered system."""
    more = "" if share is None else f"clear_sky_share = {share}\n"
    text = COSTS.replace('like = "roof"\n', "").replace("[storage]", model + more + "[storage]").replace("[20]", "[0]")
    (root / f"{name}.toml").write_text(text)
    return root / f"{name}.toml"


def avoided(told: dict) -> float:
    return next(one["avoided"]["value"] for one in told["options"] if one["pv_kw"] == 10)


def without_sun(root: Path, folder: Path) -> Path:
    """The same yard, of whose weather nothing is known."""
    other = folder / "data"
    load = 20 + 2 * np.random.default_rng(5).uniform(0, 1, HOURS.size)
    dataset(
        other,
        readings("main", load.tolist(), site="yard", start=START),
        sites=[{"site_id": "yard", "country": "GB", "timezone": "UTC"}],
        intensity=intensity(np.full(HOURS.size, 0.2).tolist(), start=START),
    )
    (other / "tariff.toml").write_text(TARIFF)
    wattstone("init", folder / "ws", "--currency", "GBP")
    wattstone("ingest", folder / "ws", other)
    (folder / "ws" / "sites").mkdir()
    (folder / "ws" / "sites" / "yard.toml").write_text(
        NO_PACK.split("[[pv]]")[0].replace('pv = { roof = ["sun"] }', "")
    )
    return folder / "ws"


def test_pv_that_no_meter_measures_is_modelled_and_marked(root: Path, tmp_path: Path) -> None:
    bare = without_sun(root, tmp_path)
    measured = wattstone("dispatch", "size", root / "ws", "yard", modelled(root, "sky"), "--json").json
    half = wattstone("dispatch", "size", bare, "yard", modelled(root, "half", share=0.5), "--json").json
    codes = [one["code"] for one in half["findings"]]

    assert (measured["pv"], measured["simulated"]) == ("weather", True)
    assert (half["pv"], half["simulated"]) == ("clear_sky", True)
    assert "dispatch.sizing_clear_sky" in codes
    # Irradiance of clear days feeds what a clear sky does, but for how its diffuse part is told apart.
    assert avoided(measured) == pytest.approx(2 * avoided(half), rel=0.1)
    refused = wattstone("dispatch", "size", bare, "yard", modelled(root, "none"), "--json", code=2).json
    assert [one["code"] for one in refused["findings"]] == ["dispatch.sizing_irradiance"]
    nowhere = MODEL.replace("latitude = 51.5\nlongitude = 0.0\n", "")
    refused = wattstone("dispatch", "size", bare, "yard", modelled(root, "where", model=nowhere), "--json", code=2).json
    assert [one["code"] for one in refused["findings"]] == ["dispatch.sizing_position"]


def test_new_pv_is_like_a_system_or_described_and_not_both(root: Path) -> None:
    (root / "both.toml").write_text(COSTS.replace("[storage]", MODEL + "[storage]"))
    told = wattstone("dispatch", "size", root / "ws", "yard", root / "both.toml", code=2)

    assert "not both" in told.err.replace("\n", " ")


def test_a_file_to_begin_with_can_be_read_with_metered_pv_and_without(tmp_path: Path) -> None:
    for name, pv in (("metered", "roof"), ("none", None)):
        path = tmp_path / f"{name}.toml"
        path.write_text(sizes_text(pv), encoding="utf-8")
        read = read_sizing(path)
        assert (read.pv.like, read.pv.model is None) == ((pv, True) if pv else (None, False))
