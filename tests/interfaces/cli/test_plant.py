"""The commands for cold and heat: what they write, what they refuse, and what can be traced."""

from pathlib import Path
from typing import Any

import pytest

from tests.interfaces.cli.conftest import Run
from tests.workflows.plant.yard import AT, COLD, HEAT, PLANT, write

PLAN = ("--at", AT, "--known", "--seconds", 5)


def told(said: Any) -> str:
    """What a refusal says, without the folding of the terminal."""
    return " ".join(said.err.split())


def test_init_writes_a_file_once(wattstone: Run, tmp_path: Path) -> None:
    path = tmp_path / "plant.toml"

    assert wattstone("plant", "init", path, "--json").json["new"]
    path.write_text(path.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    assert not wattstone("plant", "init", path, "--json").json["new"]
    assert path.read_text(encoding="utf-8").endswith("# mine\n")


def test_records_are_found_by_name_and_capacity(wattstone: Run) -> None:
    found = wattstone("plant", "records", "york", "--kw", 1055, "--json").json["records"]

    assert "ElectricEIRChiller_York_YT_1055kW_5_96COP_Vanes" in [one["name"] for one in found]
    assert {one["maker"] for one in found} == {"York"}
    assert all(0.8 * 1055 <= one["capacity"] <= 1.2 * 1055 for one in found)
    assert len(wattstone("plant", "records", "--json").json["records"]) == 316


def test_a_plan_is_one_object_whose_cost_is_energy_by_price(wattstone: Run, tmp_path: Path) -> None:
    page, pdf = tmp_path / "p.html", tmp_path / "r.pdf"

    said = wattstone("plant", "plan", write(tmp_path), *PLAN, "--why", 14, "--html", page, "--pdf", pdf, "--json")

    assert said.code == 0
    content = said.json
    way = content["ways"]["plan"]
    assert content["cost"] == pytest.approx(0.2 * way["kwh"] + 0.06 * way["fuel_kwh"])
    assert way["fuel_kwh"] == pytest.approx(24 * HEAT / 0.8)
    assert content["load"]["CH-1"] == pytest.approx([COLD] * 24)
    assert [one["cost"] for one in content["savings"]] == [0.0, 0.0]
    assert content["hours"][0]["alternatives"]
    assert content["pages"] == [str(page), str(pdf)]
    assert pdf.read_bytes()[:5] == b"%PDF-"


def test_pages_speak_both_languages_and_why_is_told(wattstone: Run, tmp_path: Path) -> None:
    path = write(tmp_path)

    english = wattstone("plant", "plan", path, *PLAN, "--why", "2025-07-10T14:00")
    chinese = wattstone("plant", "replay", path, "--from", AT, "--to", "2025-07-11", "--known", "--lang", "zh")

    assert (english.code, chinese.code) == (0, 0)
    assert "CH-1 runs: without it the demand could not be met." in english.out
    assert "冷" in chinese.out
    assert sorted(one.name for one in tmp_path.glob("*.html")) == ["plant-plan-en.html", "plant-replay-zh.html"]


def test_figures_that_a_workspace_keeps_lead_to_file_and_data(wattstone: Run, tmp_path: Path) -> None:
    path, root = write(tmp_path), tmp_path / "ws"
    wattstone("init", root)

    said = wattstone("plant", "plan", path, *PLAN, "--workspace", root, "--json")
    (cost,) = [one["id"] for one in said.json["figures"] if one["name"] == "plant.cost.plan"]
    tree = wattstone("trace", root, "plant.cost.plan@plant:works@2025-07-10T00:00", "--json").json

    assert tree["id"] == cost
    assert tree["value"] == pytest.approx(said.json["cost"])
    assert "log.csv" in str(tree)
    assert "plant.toml" in str(tree)


NEGATIVE = PLANT.replace(
    'record = "ElectricEIRChiller_York_YT_1055kW_5_96COP_Vanes"\nnormalised = true',
    "gordon_ng = { capacity_kw = 1000, a1 = -1.3, a2 = -254.6, a3 = 0.00067 }",
)
CROSSED = PLANT.replace("[energy]\n", "[water]\nchilled_supply_c = 12\nchilled_return_c = 7\n\n[energy]\n", 1)
BLIND = PLANT.replace('dry_bulb = "outdoor [degC]"\nwet_bulb = "wet bulb [degC]"\n', "")

# A plant file, what is done to its data, and words of place, finding and remedy.
BAD: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "a curve of negative power": (NEGATIVE, {}, ("machine 'CH-1'", "no power above 0 kW", "coefficients")),
    "a demand that nothing meets": (
        PLANT,
        {"cold": lambda hour: 2000.0 if hour == 254 else COLD},
        ("column 'cold [kW]'", "2000 kW of cold", "2025-07-10T14:00Z", "896.5", "1 of 24 steps"),
    ),
    "W for kW": (PLANT, {"cold": lambda _: 500_000.0}, ("column 'cold [kW]'", "24 of 24 steps", "unit of the column")),
    "degF": (PLANT, {"dry": 86.0, "wet": 75.0}, ("column 'outdoor [degC]'", "86 degF is 30 degC")),
    "K": (PLANT, {"dry": 303.15, "wet": 297.15}, ("column 'wet bulb [degC]'", "K is 2")),
    "wet above dry": (PLANT, {"dry": 20.0}, ("wet_bulb of 24 degC is above dry_bulb of 20 degC",)),
    "crossed water": (CROSSED, {}, ("plant.toml, water", "not below chilled_return")),
    "a tower without weather": (BLIND, {}, ("plant.toml, data", "CH-1", "wet_bulb")),
    "a negative demand": (PLANT, {"cold": lambda _: -5.0}, ("cold", "24 of 24 steps are negative")),
    "gaps": (PLANT, {"lost": lambda hour: 240 <= hour < 250}, ("column 'heat [kW]'", "10 of 24 steps have no value")),
    "an unknown record": (PLANT.replace("1055", "1056"), {}, ("machine 'CH-1'", "York_YT_1055kW", "plant records")),
    "a key misspelled": (PLANT.replace("rated_kw", "rated_kW"), {}, ("boiler.'B-1'.rated_kW", "perhaps rated_kw")),
    "an efficiency in percent": (PLANT.replace("= 0.8", "= 80"), {}, ("boiler.'B-1'.efficiency", "1.2 or less")),
    "a file that is not there": (PLANT.replace("log.csv", "lgo.csv"), {}, ("lgo.csv", "there is no such file")),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_with_place_and_remedy_and_nothing_is_written(
    wattstone: Run, tmp_path: Path, name: str
) -> None:
    text, data, words = BAD[name]
    path = write(tmp_path, text, **data)
    before = sorted(tmp_path.iterdir())

    said = wattstone("plant", "plan", path, *PLAN)

    assert said.code == 2, said.err
    assert [word for word in words if word not in told(said)] == [], told(said)
    assert "Expected:" in said.err
    assert "To mend it:" in said.err
    assert sorted(tmp_path.iterdir()) == before


def test_a_chiller_asked_below_its_least_is_told_with_what_is_lost(wattstone: Run, tmp_path: Path) -> None:
    page = tmp_path / "plan.html"
    said = wattstone("plant", "plan", write(tmp_path, cold=lambda _: 30.0), *PLAN, "--html", page)

    assert said.code == 0
    assert "30 kW are asked at 2025-07-10T00:00Z, less than the least" in page.read_text(encoding="utf-8")
    assert "30 kW are asked at 2025-07-10T00:00Z, less than the least" in told(said)
    assert "24 of 24 steps" in told(said)


def test_an_hour_that_is_not_in_the_plan_is_refused(wattstone: Run, tmp_path: Path) -> None:
    said = wattstone("plant", "plan", write(tmp_path), *PLAN, "--why", "2025-07-12T14:00")

    assert said.code == 2
    assert "--why" in told(said)
    assert list(tmp_path.glob("*.html")) == []
