"""Contracts on the command line, and matching by the hour on a small estate."""

import pytest
from openpyxl import load_workbook

from tests.workflows.estate import dataset, inventory, readings, wattstone, workspace, year
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.inventory.record import organisation_figures

SAID = (
    "--kind", "ppa", "--market", "DE", "--from", "2019-01-01", "--until", "2019-12-31", "--volume", "100 MWh",
    "--factor", "0", "--source", "contract", "--technology", "solar", "--exclusive",
)  # fmt: skip


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    """10 kW at A and B in Germany, 5 kW at C in France; solar of 30 kW from 8 to 16 UTC, metered at A."""
    folder = tmp_path_factory.mktemp("matching")
    day = [30.0 if 8 <= hour < 16 else 0.0 for hour in range(24)]
    data = dataset(
        folder / "data",
        readings("a", year(10.0), site="A"),
        readings("b", year(10.0), site="B"),
        readings("c", year(5.0), site="C"),
        readings("pv", year(day), site="A", kind="solar"),
        sites=[{"site_id": site, "country": country} for site, country in (("A", "DE"), ("B", "DE"), ("C", "FR"))],
    )
    root = folder / "w"
    return workspace(root, data)


@pytest.fixture
def root(estate, tmp_path):
    import shutil

    return shutil.copytree(estate, tmp_path / "w")


def add(root, name, *said, code=0):
    document = root / "contract.pdf"
    document.write_bytes(b"%PDF-1.7")
    return wattstone("contract", "add", root, name, *SAID, "--document", document, *said, "--json", code=code).json


def test_solar_by_the_hour_and_by_the_year(root):
    """A and B use 2 * 87.6 MWh. The contract brings 100 MWh of the meter's 87.6 MWh (8 h * 365 * 30 kW), so all of it:
    in its hours 20 of 30 kW are used, 8 * 365 * 20 = 58.4 MWh, a third of 175.2 MWh; by the year it covers a half."""
    add(root, "sun", "--generation-meter", "pv", "--site", "A", "--site", "B")

    found = wattstone("contract", "match", root, "--year", "2019", "--json").json

    assert found["load"] == pytest.approx(175_200, rel=1e-6)
    assert found["generation"] == pytest.approx(87_600, rel=1e-6)
    assert (found["score"], found["annual"]) == (pytest.approx(1 / 3, abs=1e-6), pytest.approx(0.5, abs=1e-6))
    assert found["markets"][0]["sites"] == ["A", "B"]
    assert (found["hours"], found["unknown"], found["gaps"]) == (8760, 0, 0)
    shown = wattstone("contract", "match", root, "--year", "2019", "--lang", "zh").out
    assert "50%" in shown


def test_half_a_year_and_half_the_volume(root):
    """Contracted from July: 184 days of 240 kWh are 44.16 MWh, of which the volume of 22.08 MWh is a half: 15 kW in
    8 hours of each day, all of them used by 20 kW. It serves all three sites: of one market with France."""
    add(root, "sun", "--generation-meter", "pv", "--from", "2019-07-01", "--volume", "22.08 MWh")

    found = wattstone("contract", "match", root, "--year", "2019", "--json").json

    assert found["generation"] == pytest.approx(22_080, rel=1e-6)
    assert found["matched"] == pytest.approx(22_080, rel=1e-6)
    assert found["load"] == pytest.approx(219_000, rel=1e-6)
    assert found["markets"][0]["market"] == "EU"


def test_a_contract_that_carries_no_claim_matches_nothing(root):
    add(root, "sun", "--generation-meter", "pv", "--no-exclusive")

    found = wattstone("contract", "match", root, "--year", "2019", "--json").json

    assert found["markets"] == []
    assert "no contract says" in found["left_out"]["sun"]


def test_without_a_meter_of_generation_it_is_refused(root):
    add(root, "sun")

    refused = wattstone("contract", "match", root, "--year", "2019", "--json", code=2).json

    assert [one["code"] for one in refused["findings"]] == ["contract.no_generation"]


def test_contracts_are_listed_withdrawn_and_their_window_is_set(root, tmp_path):
    add(root, "sun")
    add(root, "later", "--from", "2021-01-01", "--until", "2021-12-31")
    wattstone("contract", "window", root, "--before", "6", "--reason", "market practice")
    wattstone("contract", "window", root, "--before", "6", code=2)
    wattstone("contract", "withdraw", root, "later", "--reason", "sold")

    (one,) = wattstone("contract", "list", root, "--year", "2019", "--json").json["contracts"]
    assert (one["id"], one["state"], one["left"], one["volume"]) == ("sun", "in force", 100_000.0, 100_000.0)
    listed = wattstone("contract", "list", root, "--json").json["contracts"]
    assert [(one["id"], one["state"]) for one in listed] == [("later", "withdrawn"), ("sun", "in force")]
    assert "购电协议" in wattstone("contract", "list", root, "--lang", "zh").out


def test_what_was_done_is_said_in_the_language_that_was_asked_for(root, tmp_path):
    zh, file = ("--lang", "zh"), tmp_path / "c.csv"
    document = root / "contract.pdf"
    document.write_bytes(b"%PDF-1.7")
    said = [
        wattstone("contract", "add", root, "sun", *SAID, "--document", document, *zh).out,
        wattstone("contract", "template", file, *zh).out,
        wattstone("contract", "import", root, file, *zh).out,
        wattstone("contract", "window", root, "--before", "6", "--reason", "usual", *zh).out,
        wattstone("contract", "withdraw", root, "sun", "--reason", "sold", *zh).out,
    ]

    assert said == [
        "合同“sun”：有效。\n", f"已写入：{file}\n", "c.csv：新增 1 项，更改 0 项，0 项未变。\n",
        "接受该年之前 6 个月和之后 0 个月内发电的凭证。\n", "合同“sun”已撤回。\n",
    ]  # fmt: skip


def test_the_workbook_to_fill_in_is_taken(root, tmp_path):
    file = tmp_path / "contracts.xlsx"
    wattstone("contract", "template", file, "--lang", "zh")

    sheet = load_workbook(file).active
    assert sheet["A1"].value == "合同编号" or not sheet["A1"].value.isascii()
    assert len(sheet.data_validations.dataValidation) == 6
    done = wattstone("contract", "import", root, file, "--json").json
    assert done["new"] == ["GO-2023-01"]
    wattstone("contract", "template", tmp_path / "contracts.csv")
    assert wattstone("contract", "import", root, tmp_path / "contracts.csv", "--json").json["same"] == ["GO-2023-01"]


def test_the_score_is_a_figure_of_the_inventory_that_can_be_recomputed(root):
    """A third by the hour, as above; it rests on the three meters and on the contract."""
    add(root, "sun", "--generation-meter", "pv", "--site", "A", "--site", "B")
    add(root, "moon", "--generation-meter", "pv", "--no-exclusive", "--site", "A")
    figures = inventory(root, 2019)
    held = open_workspace(root)
    (row,) = organisation_figures(held.lake, 2019).filter(name="match.hourly").to_dicts()
    held.close()

    assert figures("match.hourly") == pytest.approx(100 / 3, abs=1e-4)
    assert [one.partition(":")[0] for one in row["inputs"]].count("slice") == 3
    assert [one.partition("@")[0] for one in row["inputs"] if one.startswith("instrument:")] == ["instrument:sun"]
    assert row["notes"] == [
        "contract moon counts for nothing: it has no serials of certificates, and no contract says that nobody else "
        "has the claim; no contract says that the claim goes to the buyer alone"
    ]
    wattstone("verify", root, "--year", "2019")


def test_newer_readings_make_the_score_stale_and_not_wrong(root, tmp_path):
    """The readings that the score rests on are those of its run."""
    add(root, "sun", "--generation-meter", "pv", "--site", "A", "--site", "B")
    inventory(root, 2019)
    more = dataset(tmp_path / "more", readings("a", [50.0] * 24, site="A"))
    wattstone("ingest", root, more)

    found = wattstone("verify", root, "--year", "2019", "--json", code=None).json
    kinds = {one["kind"] for one in found["differences"] if one["name"] == "match.hourly"}
    assert kinds == {"stale"}
