"""Sizing as a command: seven weeks of a yard, a file of costs, refusals."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from tests.workflows.dispatch.yard import SITE, TARIFF
from tests.workflows.estate import dataset, intensity, readings, wattstone

START, DAYS = datetime(2024, 5, 1), 49
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


def test_the_table_tells_the_best_first(root: Path) -> None:
    shown = wattstone("dispatch", "size", root / "ws", "yard", root / "costs.toml").out

    assert "best" in shown
    assert "prices stay" in shown


def test_pv_that_nothing_is_known_of_is_refused(root: Path) -> None:
    (root / "other.toml").write_text(COSTS.replace('like = "roof"', 'like = "shed"'))
    told = wattstone("dispatch", "size", root / "ws", "yard", root / "other.toml", code=2)

    assert "shed" in told.err
    assert "roof" in told.err
