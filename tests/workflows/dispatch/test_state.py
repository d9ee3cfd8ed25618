"""What a plan begins from and rooms are planned by: meters of states, and an outdoor temperature that is forecast."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.workflows.dispatch.yard import HOURS, SITE, START, TARIFF, load
from tests.workflows.estate import dataset, readings, wattstone
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.dispatch.backtest import backtest_site
from wattstone.workflows.dispatch.plan import plan_site

AT = datetime(2024, 5, 11)
FIRST = 24 * 10
NO_PV = SITE.split("[[pv]]")[0].replace('pv = { roof = ["sun"] }', 'state = { pack = "soc" }')
PACK = """
[[battery]]
id = "pack"
capacity_kwh = 20
power_kw = 5
"""
ROOM = """
[[room]]
id = "hall"
mode = "heating"
power_kw = 4
resistance_k_per_kw = 5.0
capacity_kwh_per_k = 2.0
cop = 3.0
low_degc = 19
high_degc = 23
"""
OUTDOOR = 8 + 4 * np.sin((HOURS - 9) / 24 * 2 * np.pi)


def weather(outdoor: np.ndarray) -> pl.DataFrame:
    starts = [START + timedelta(hours=at) for at in range(outdoor.size)]
    return pl.DataFrame(
        {
            "station_id": ["hill"] * outdoor.size,
            "timestamp": pl.Series(starts).dt.replace_time_zone("UTC"),
            "air_temperature_c": outdoor,
        }
    )


def yard(
    folder: Path, site_file: str, *, soc: list[float | None] | None = None, outdoor: np.ndarray | None = None
) -> Path:
    """A yard with a battery of which a meter tells the charge in percent, and weather where it is given."""
    frames = [readings("main", load().tolist(), site="yard", start=START)]
    if soc is not None:
        frames.append(readings("soc", soc, site="yard", kind="state_of_charge", unit="%", start=START))
    dataset(
        folder / "data", *frames, sites=[{"site_id": "yard", "country": "GB", "timezone": "UTC"}],
        **({} if outdoor is None else {"weather": weather(outdoor)}),
    )  # fmt: skip
    (folder / "data" / "tariff.toml").write_text(TARIFF)
    wattstone("init", folder / "ws", "--currency", "GBP")
    wattstone("ingest", folder / "ws", folder / "data")
    (folder / "ws" / "sites").mkdir()
    (folder / "ws" / "sites" / "yard.toml").write_text(site_file)
    return folder / "ws"


def charge(root: Path, *options: object) -> tuple[float, list[str]]:
    """What the battery holds at the start of the plan [kWh], and what had to be said of it."""
    told = wattstone("dispatch", "plan", root, "yard", *options, "--json").json
    first = next(one for one in told["steps"] if one["device"] == "pack")
    moved = first["power"] * (0.95 if first["power"] > 0 else 1 / 0.95)
    return first["state"] - moved, [one["code"] for one in told["findings"]]


def test_the_last_reading_says_what_the_battery_holds(tmp_path: Path) -> None:
    share = [30.0] * (FIRST - 1) + [80.0] + [10.0] * (HOURS.size - FIRST)
    root = yard(tmp_path, NO_PV + PACK, soc=share)

    assert charge(root, "--at", "2024-05-11T00:00")[0] == pytest.approx(16.0)  # 80 % of 20 kWh, and nothing later
    held, codes = charge(root, "--at", "2024-05-11T00:00", "--charge", 0.5)
    assert held == pytest.approx(10.0)
    assert "dispatch.state_stale" not in codes
    assert charge(root)[0] == pytest.approx(2.0)


def test_an_old_reading_is_told_and_not_taken(tmp_path: Path) -> None:
    share: list[float | None] = [80.0] * (FIRST - 3) + [None] * (HOURS.size - FIRST + 3)
    root = yard(tmp_path, NO_PV + PACK, soc=share)

    held, codes = charge(root, "--at", "2024-05-11T00:00")
    assert held == pytest.approx(10.0)
    assert "dispatch.state_stale" in codes
    wrong = (root / "sites" / "yard.toml").read_text().replace("state = { pack", "state = { pock")
    (root / "sites" / "yard.toml").write_text(wrong)
    refused = wattstone("dispatch", "plan", root, "yard", "--json", code=2).json
    assert [one["code"] for one in refused["findings"]] == ["dispatch.no_store"]


def test_rooms_are_planned_by_a_forecast_of_the_temperature(tmp_path: Path) -> None:
    site = NO_PV.replace('state = { pack = "soc" }', "") + ROOM
    root = yard(tmp_path / "a", site, outdoor=OUTDOOR)
    scrambled = OUTDOOR.copy()
    scrambled[FIRST:] = np.random.default_rng(2).uniform(-30, 40, HOURS.size - FIRST)
    other = yard(tmp_path / "b", site, outdoor=scrambled)

    plans = [plan_site(open_workspace(one), "yard", at=AT) for one in (root, other)]
    drift = plans[0].plan.outlook.drift[0]
    retain = np.exp(-1 / (5.0 * 2.0))
    # Days are alike, so that the forecast is what comes: a step's drift is (1 - retain) times the temperature outside.
    np.testing.assert_allclose(drift / (1 - retain), OUTDOOR[:24], atol=0.3)
    np.testing.assert_array_equal(drift, plans[1].plan.outlook.drift[0])
    np.testing.assert_array_equal(plans[0].plan.schedule.net, plans[1].plan.schedule.net)
    run = wattstone("trace", root, f"plan.cost@site:yard@2024-05-11T00:00@{plans[0].run}", "--json").json["inputs"][0]
    assert "weather" in {one["kind"] for one in run["inputs"]}


def test_plans_of_a_backtest_do_not_see_the_weather_to_come(tmp_path: Path) -> None:
    site = NO_PV.replace('state = { pack = "soc" }', "") + ROOM
    cold = OUTDOOR.copy()
    cold[FIRST + 12 :] -= 15  # it turns cold at noon, and nobody knew
    ways = {}
    for name, outdoor in (("mild", OUTDOOR), ("cold", cold)):
        root = yard(tmp_path / name, site, outdoor=outdoor)
        tested = backtest_site(open_workspace(root), "yard", start=AT, end=AT + timedelta(days=1), kept=False)
        ways[name] = tested.ways["plan"].done
    np.testing.assert_allclose(ways["mild"].net[:12], ways["cold"].net[:12], atol=1e-9)
    assert ways["cold"].net[12:].sum() > ways["mild"].net[12:].sum() + 1


def test_rooms_without_any_weather_are_refused(tmp_path: Path) -> None:
    root = yard(tmp_path, NO_PV.replace('state = { pack = "soc" }', "") + ROOM)

    for command in (("plan",), ("backtest",)):
        refused = wattstone("dispatch", *command, root, "yard", "--json", code=2).json
        assert [one["code"] for one in refused["findings"]] == ["dispatch.no_outdoor"]
