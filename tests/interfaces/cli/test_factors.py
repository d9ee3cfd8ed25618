"""`wattstone factors`: what ships, your own, and where each comes from."""

from pathlib import Path

from tests.interfaces.cli.conftest import Run

OWN = """
[pack]
source = "letter of 2025-02"
confidence = "B"
gwp_set = "AR6"
region = "GB"
year = 2025

[[factor]]
id = "own_paper"
category = "goods_spend"
name = "paper"
value = 0.4
unit = "kgCO2e/GBP"
gas = "CO2e"
"""


def test_a_list_by_activity_region_year_and_confidence(wattstone: Run) -> None:
    listed = wattstone("factors", "list", "--activity", "waste", "--region", "US", "--year", 2025, "--json")
    rows = listed.json["factors"]

    assert (listed.code, listed.json["count"]) == (0, 4)
    assert {row["region"] for row in rows} == {"US"}
    by_letter = wattstone("factors", "list", "--confidence", "C", "--text", "aib2022_residual", "--json").json
    assert by_letter["count"] == 33
    assert {row["confidence"] for row in by_letter["factors"]} == {"C"}


def test_a_country_lists_its_regions_too(wattstone: Run) -> None:
    regions = {row["region"] for row in wattstone("factors", "list", "--region", "CN", "--json").json["factors"]}

    assert {"CN", "CN-BJ", "CN-GRID-SW"} <= regions
    assert not {"CN-XZ", "CN-HK", "CN-TW"} & regions


def test_what_is_not_shown_is_counted(wattstone: Run) -> None:
    listed = wattstone("factors", "list", "--region", "GB", "--most", 3)

    assert listed.code == 0
    assert "are not shown" in listed.out
    assert wattstone("factors", "list", "--region", "GB", "--most", 3, "--lang", "zh").out.count("未显示") == 1


def test_a_row_with_all_its_provenance(wattstone: Run) -> None:
    shown = wattstone("factors", "show", "cn_mee_2023_southwest", "--json").json

    assert shown["factor"]["value"] == 0.2472
    assert "公告2025年第47号" in shown["factor"]["source"]
    assert shown["factor"]["confidence"] == "C"
    assert shown["uses"][0]["set"] == "cn_mee_2023"
    told = wattstone("factors", "show", "desnz2025_7_400_4000_5_2", "--lang", "zh").out
    assert "重复计算" in told


def test_a_set_with_its_order(wattstone: Run) -> None:
    shown = wattstone("factors", "show", "desnz2025", "--json").json

    assert (shown["years"], shown["countries"]) == ([2025], ["GB"])
    assert len(shown["factors"]) > 300
    assert wattstone("factors", "show", "nonsense").code == 2
    assert wattstone("factors", "list", "--activity", "nonsense").code == 2


def test_own_factors_are_kept_listed_and_shown(wattstone: Run, workspace: Path, tmp_path: Path) -> None:
    pack = tmp_path / "suppliers.toml"
    pack.write_text(OWN, encoding="utf-8")

    kept = wattstone("factors", "import", workspace, pack, "--json")
    assert kept.json == {"files": [{"name": "suppliers.toml", "rows": 1, "replaced": []}]}
    own = wattstone("factors", "list", "--workspace", workspace, "--own", "--json").json["factors"]
    assert [(row["id"], row["origin"]) for row in own] == [("own_paper", "suppliers.toml")]
    shown = wattstone("factors", "show", "own_paper", "--workspace", workspace, "--json").json
    assert shown["uses"] == [{"set": "user", "kinds": ["goods_spend"], "item": "paper"}]


def test_a_pack_that_cannot_be_used_changes_nothing(wattstone: Run, workspace: Path, tmp_path: Path) -> None:
    pack = tmp_path / "suppliers.toml"
    pack.write_text(OWN.replace("0.4", "-1").replace("kgCO2e/GBP", "kgCO2e/km"), encoding="utf-8")

    refused = wattstone("factors", "import", workspace, pack, "--json")
    assert refused.code == 2
    assert {one["code"] for one in refused.json["findings"]} == {"rates.value", "rates.per"}
    assert not list((workspace / "factors").glob("*.toml"))


def test_an_exception_that_a_refusal_names_is_accepted_and_shown(wattstone: Run, workspace: Path) -> None:
    for name in ("year:desnz2025", "gwp:AR5", "region:desnz2025"):
        assert wattstone("accept", workspace, name, "--reason", "no other edition is at hand").code == 0
    assert wattstone("accept", workspace, "year:desnz1999", "--reason", "x").code == 2
    shown = wattstone("factors", "show", "desnz2025", "--workspace", workspace, "--json").json
    assert set(shown["accepted"]) == {"year:desnz2025", "region:desnz2025"}
