"""Forecast, plan and backtest as commands: contract, causality, sums by hand, refusals."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from tests.workflows.dispatch.yard import DAYS, HOURS, SITE, load, sun, yard
from tests.workflows.estate import wattstone

AT = "2024-05-11T00:00"
FIRST = 24 * 10  # the hour of AT


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return yard(tmp_path_factory.mktemp("yard"))


@pytest.fixture(scope="module")
def plan(root: Path) -> dict:
    return wattstone("dispatch", "plan", root, "yard", "--at", AT, "--json").json


def powers(plan: dict, device: str) -> np.ndarray:
    return np.array([one["power"] for one in plan["steps"] if one["device"] == device])


def test_a_plan_says_what_to_do_and_its_sums_can_be_redone(plan: dict) -> None:
    grid, pack, roof, expected = (powers(plan, name) for name in ("grid", "pack", "roof", "load"))
    price = np.where((HOURS[:24] >= 17) & (HOURS[:24] < 21), 0.40, 0.15)

    assert (plan["mode"], plan["currency"], plan["carbon"]) == ("optimal", "GBP", "hourly")
    np.testing.assert_allclose(grid, expected + pack + roof, atol=1e-6)  # PV is negative here
    np.testing.assert_allclose(plan["prices"]["import"], price)
    assert pack[(price == 0.40)].sum() < -15  # nearly all of 20 kWh serves the evening
    stored = np.array([one["state"] for one in plan["steps"] if one["device"] == "pack"])
    np.testing.assert_allclose(stored, 10 + np.cumsum(pack), atol=1e-6)  # half full, without losses
    assert plan["cost"] == pytest.approx(plan["objective"], rel=1e-6)
    assert plan["cost"] < plan["cost_without_control"]


def test_the_plan_rests_on_nothing_that_was_read_later(tmp_path: Path, plan: dict) -> None:
    scrambled = load()
    scrambled[FIRST:] = np.random.default_rng(9).uniform(0, 50, HOURS.size - FIRST)
    other = yard(tmp_path, power=scrambled)

    again = wattstone("dispatch", "plan", other, "yard", "--at", AT, "--json").json

    assert again["steps"] == plan["steps"]
    assert again["cost"] == plan["cost"]


def test_the_figures_of_a_plan_can_be_traced_to_the_readings(root: Path, plan: dict) -> None:
    cost = next(one for one in plan["figures"] if one["name"] == "plan.cost")
    for wanted in (cost["id"], f"plan.cost@site:yard@2024-05-11T00:00@{plan['run']}"):
        node = wattstone("trace", root, wanted, "--json").json
        assert node["value"] == pytest.approx(plan["cost"])
        run = node["inputs"][0]
        assert (run["kind"], run["run"], run["mode"]) == ("plan", plan["run"], "optimal")
        slices = [one for one in run["inputs"] if one["kind"] == "slice"]
        assert {one["meter"] for one in slices} == {"main", "sun"}
        assert slices[0]["inputs"][0]["kind"] == "source"
    step = wattstone("trace", root, "plan.power@device:yard/pack@2024-05-11T17:00", "--json").json
    assert step["value"] == pytest.approx(powers(plan, "pack")[17])


def test_results_leave_the_inventory_alone(root: Path, plan: dict) -> None:
    taken = wattstone("inventory", root, "--year", 2024, "--json").json
    assert not [one for one in taken["figures"] if one["name"].startswith(("plan", "forecast", "backtest"))]
    assert wattstone("verify", root, "--json").json["holds"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_of_a_plan_needs_nothing_else(root: Path, tmp_path: Path, lang: str) -> None:
    page = tmp_path / "plan.html"
    wattstone("dispatch", "plan", root, "yard", "--at", AT, "--html", page, "--lang", lang)

    text = page.read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert not re.search(r"(src|href)=\"https?:", text)
    assert text.count('role="img"') == 2  # wide and narrow
    assert ("储存电量 [kWh]" if lang == "zh" else "stored energy [kWh]") in text


def test_a_backtest_compares_ways_that_meet_the_same(root: Path) -> None:
    said = wattstone("dispatch", "backtest", root, "yard", "--from", "2024-05-10", "--to", "2024-05-13", "--json").json
    ways, first, hours = said["ways"], 24 * 9, 72
    net = load()[first:] - sun()[first:]
    price = np.where((HOURS[first:] >= 17) & (HOURS[first:] < 21), 0.40, 0.15)
    by_hand = float(np.maximum(net, 0) @ price - 0.05 * np.maximum(-net, 0).sum())
    emitted = float(np.maximum(net, 0) @ (0.2 + 0.1 * (HOURS[first:] > 15)))

    assert net.size == hours == 24 * (DAYS - 9)
    assert ways["none"]["cost"] == pytest.approx(by_hand)
    assert ways["none"]["carbon"] == pytest.approx(emitted)
    assert ways["none"]["peak"] == pytest.approx(net.max())
    assert ways["perfect"]["settled"] <= ways["known"]["settled"] + 0.5
    assert ways["perfect"]["settled"] <= ways["plan"]["settled"] + 1e-6 < ways["none"]["settled"]
    assert said["objective_error"] < 1e-6
    assert said["forecast_error"] == pytest.approx(ways["plan"]["settled"] - ways["known"]["settled"])
    assert said["gained"] == pytest.approx(
        (ways["none"]["settled"] - ways["plan"]["settled"]) / (ways["none"]["settled"] - ways["perfect"]["settled"])
    )
    assert (said["plans"], said["filled"]) == (72, 0)
    page = Path(said["page"]).read_text(encoding="utf-8")
    assert "perfect foresight" in page
    assert page.count('role="img"') == 6  # cost, emissions, the period; wide and narrow


def test_a_gap_in_the_load_is_filled_told_and_counted(tmp_path: Path) -> None:
    power = load()
    power[24 * 11 + 3 : 24 * 11 + 5] = np.nan
    other = yard(tmp_path, power=power)

    said = wattstone("dispatch", "backtest", other, "yard", "--from", "2024-05-11", "--to", "2024-05-13", "--json").json

    assert said["filled"] == 2
    assert "dispatch.filled" in [one["code"] for one in said["findings"]]


def test_a_forecast_is_scored_kept_and_traced(root: Path) -> None:
    said = wattstone("forecast", root, "yard", "--hours", 24, "--at", AT, "--json").json
    by = {one["subject"]: one for one in said["series"]}

    assert set(by) == {"meter:main", "meter:sun", "grid:GB"}
    assert by["meter:sun"]["kind"] == "pv"
    for one in by.values():
        assert len(one["steps"]) == 24
        assert all(step["q05"] <= step["q50"] <= step["q95"] for step in one["steps"])
    assert by["meter:main"]["steps"][0]["start"] == "2024-05-11T00:00:00Z"
    assert 0 < by["meter:main"]["score"]["mase"] < 2
    # Night is dark, and the grid repeats itself to the digit.
    assert [step["q95"] for step in by["meter:sun"]["steps"][:5]] == pytest.approx([0] * 5, abs=1e-6)
    assert by["grid:GB"]["steps"][20]["q50"] == pytest.approx(0.3, abs=1e-3)
    node = wattstone("trace", root, f"forecast.load@meter:main@2024-05-11T05:00@{said['run']}", "--json").json
    assert node["value"] == pytest.approx(by["meter:main"]["steps"][5]["q50"])
    assert node["inputs"][0]["kind"] == "forecast"
    assert Path(said["page"]).is_file()


def test_all_sites_and_the_terminal(root: Path) -> None:
    said = wattstone("forecast", root, "--at", AT)
    assert "meter:main" in said.out
    assert "forecast-all-en.html" in said.out.replace("\n", "")


def test_a_site_file_to_begin_with_can_be_planned(tmp_path: Path) -> None:
    other = yard(tmp_path, site_file=None)

    made = wattstone("dispatch", "init", other, "yard", "--json").json
    again = wattstone("dispatch", "init", other, "yard", "--json").json
    done = wattstone("dispatch", "plan", other, "yard", "--json").json

    assert (made["new"], again["new"]) == (True, False)
    assert done["mode"] == "optimal"
    assert done["cost"] == pytest.approx(done["cost_without_control"])  # there is nothing to move yet


def test_what_is_wrong_is_refused_with_its_remedy(tmp_path: Path) -> None:
    other = yard(tmp_path, site_file=None)

    def codes(*arguments: object) -> list[str]:
        return [one["code"] for one in wattstone(*arguments, "--json", code=2).json["findings"]]

    assert codes("dispatch", "plan", other, "nowhere") == ["site.unknown"]
    assert codes("forecast", other, "nowhere") == ["site.unknown"]
    assert codes("dispatch", "plan", other, "yard") == ["dispatch.no_site_file"]
    assert "wattstone dispatch init" in wattstone("dispatch", "plan", other, "yard", code=2).err
    (other / "sites").mkdir()
    file = other / "sites" / "yard.toml"
    file.write_text(SITE.replace('"main"', '"mian"').replace('pv = { roof = ["sun"] }', "pv = {}"))
    assert codes("dispatch", "plan", other, "yard") == ["dispatch.no_meter", "dispatch.pv_meter"]
    file.write_text(SITE.replace("step_minutes = 60", "step_minutes = 7"))
    assert codes("dispatch", "plan", other, "yard") == ["dispatch.site"]
    file.write_text(SITE)
    assert "ends before it begins" in wattstone(
        "dispatch", "backtest", other, "yard", "--from", "2024-05-10", "--to", "2024-05-09", code=2
    ).err.replace("\n", " ").replace("  ", "")
    file.write_text("id = 3\n")
    assert set(codes("dispatch", "plan", other, "yard")) == {"dispatch.site"}
    file.write_text(SITE)
    assert codes("dispatch", "plan", other, "yard", "--at", "soon") == ["option.time"]
    assert codes("dispatch", "plan", other, "yard", "--at", "2024-04-01") == ["dispatch.nothing_read"]
    assert codes("dispatch", "backtest", other, "yard", "--from", "2024-06-01") == ["dispatch.no_period"]
    assert wattstone("dispatch", "plan", other, "yard", "--charge", 2, code=2).err


def test_stale_readings_are_told_and_a_hole_in_the_tariff_is_refused(tmp_path: Path) -> None:
    other = yard(tmp_path)

    late = wattstone("dispatch", "plan", other, "yard", "--at", "2024-05-14", "--json").json
    assert "dispatch.stale" in [one["code"] for one in late["findings"]]
    text = (other / "sites" / "yard.toml").read_text()
    (other / "sites" / "t.toml").write_text(
        (tmp_path / "data" / "tariff.toml").read_text().replace("valid_from", "valid_to = 2024-05-12\nvalid_from")
    )
    (other / "sites" / "yard.toml").write_text(text.replace("workspace = true", 'files = ["t.toml"]'))
    gaps = json.loads(wattstone("dispatch", "plan", other, "yard", "--json", code=2).out)["findings"]
    assert {one["code"] for one in gaps} == {"dispatch.outlook_gap"}
