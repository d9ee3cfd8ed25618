"""Plans and backtests across both changes of the clock, by the quarter of an hour: prices by the clock on the wall."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.workflows.estate import dataset, readings, wattstone

TARIFF = """
id = "two-bands"
kind = "electricity"
currency = "GBP"
zone = "Europe/London"
valid_from = 2024-01-01
source = "made up for a test"
[[bands]]
name = "night"
rate = 0.10
hours = [["00:00", "03:00"]]
[[bands]]
name = "rest"
rate = 0.30
"""
SITE = """
id = "yard"
zone = "Europe/London"
currency = "GBP"
step_minutes = 15
horizon_hours = 24
[meters]
load = ["main"]
[tariff]
workspace = true
[[battery]]
id = "pack"
capacity_kwh = 20
power_kw = 5
[[shiftable]]
id = "pump"
power_kw = 2
energy_kwh = 4
hours = ["00:00", "06:00"]
"""
# Local midnight of the day of the change in UTC, and how many hours the night tariff lasts by an even clock.
CHANGES = {"spring": (datetime(2024, 3, 31, 0), 2), "autumn": (datetime(2024, 10, 26, 23), 4)}


@pytest.fixture(scope="module", params=CHANGES)
def night(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, datetime, int]:
    midnight, hours = CHANGES[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    start, steps = midnight - timedelta(days=9), 96 * 11
    draw = np.random.default_rng(1).uniform(0, 0.5, steps)
    power = (3 + np.sin(np.arange(steps) / 96 * 2 * np.pi) + draw) / 4  # kWh in a quarter
    dataset(
        folder / "data",
        readings("main", power.tolist(), site="yard", start=start, step=timedelta(minutes=15)),
        sites=[{"site_id": "yard", "country": "GB", "timezone": "Europe/London"}],
    )
    (folder / "data" / "tariff.toml").write_text(TARIFF)
    wattstone("init", folder / "ws", "--currency", "GBP")
    wattstone("ingest", folder / "ws", folder / "data")
    (folder / "ws" / "sites").mkdir()
    (folder / "ws" / "sites" / "yard.toml").write_text(SITE)
    return folder / "ws", midnight, hours


def test_a_plan_has_the_hours_that_the_night_has(night: tuple[Path, datetime, int]) -> None:
    root, midnight, hours = night
    said = wattstone("dispatch", "plan", root, "yard", "--at", f"{midnight.isoformat()}Z", "--json").json
    prices = np.array(said["prices"]["import"])

    assert said["steps"][0]["start"] == f"{midnight.isoformat()}Z"
    assert prices.size == 96
    # From local midnight to three: two hours where the clock skips one, four where it shows one twice.
    night_steps = int((prices[: 4 * 6] == 0.10).sum())
    assert night_steps == 4 * hours
    assert (prices[: 4 * hours] == 0.10).all()
    pump = np.array([one["power"] for one in said["steps"] if one["device"] == "pump"])
    assert pump[: 4 * (hours + 3)].sum() / 4 == pytest.approx(4.0)  # though its window has an hour less, or more
    assert said["mode"] == "optimal"


def test_a_backtest_over_the_change_counts_every_quarter(night: tuple[Path, datetime, int]) -> None:
    root, midnight, hours = night
    begin, end = midnight - timedelta(hours=6), midnight + timedelta(hours=12)
    said = wattstone(
        "dispatch", "backtest", root, "yard", "--from", f"{begin.isoformat()}Z", "--to", f"{end.isoformat()}Z",
        "--every", 60, "--json",
    ).json  # fmt: skip

    assert said["ways"]["perfect"]["settled"] <= said["ways"]["plan"]["settled"] + 1e-6
    assert said["objective_error"] < 1e-6
    assert said["filled"] == 0
    draw = np.random.default_rng(1).uniform(0, 0.5, 96 * 11)
    power = 3 + np.sin(np.arange(96 * 11) / 96 * 2 * np.pi) + draw
    first = 96 * 9 - 4 * 6
    price = np.where((np.arange(72) >= 24) & (np.arange(72) < 24 + 4 * hours), 0.10, 0.30)
    pump = said["ways"]["none"]["energy"] - float(power[first : first + 72] @ price) / 4
    assert -1e-6 <= pump <= 4 * 0.30 + 1e-6  # all that is not the load is the pump's energy, at night's price or more


def test_an_hour_that_is_skipped_or_shown_twice_is_asked_back(night: tuple[Path, datetime, int]) -> None:
    root, midnight, _ = night
    asked = f"{(midnight + timedelta(hours=2)):%Y-%m-%d}T01:30"  # on that local day
    (finding,) = wattstone("dispatch", "plan", root, "yard", "--at", asked, "--json", code=2).json["findings"]

    assert finding["code"] == "option.time_change"
    assert ("skips" if midnight.month == 3 else "twice") in finding["found"]
    assert f"{midnight:%Y}" in finding["remedy"]
    assert "Z or " in finding["remedy"]
