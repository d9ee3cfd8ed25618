"""From a workspace to findings, their figures, and the command that shows them."""

import hashlib
import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from wattstone.base import InputRefused
from wattstone.interfaces.cli.app import run
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.interfaces.workers import workers_from
from wattstone.simulation import Plan, generate, read_truth
from wattstone.workflows.detect import detect_waste
from wattstone.workflows.evidence import find_figure, trace, verify
from wattstone.workflows.inventory.record import evidence_of
from wattstone.workflows.workspace import Workspace

YEAR = 2022


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eleven simulated sites by the hour, in a workspace."""
    folder = tmp_path_factory.mktemp("detect")
    generate(Plan(sites=11, year=YEAR, seed=1, interval_minutes=60, years=2), folder / "readings")
    assert run(["init", str(folder / "workspace"), "--currency", "CNY"]) == 0
    assert run(["ingest", str(folder / "workspace"), str(folder / "readings"), "--json"]) == 0
    return folder


@pytest.fixture
def workspace(simulated: Path) -> Workspace:
    return open_workspace(simulated / "workspace")


def test_planted_faults_are_found_and_nothing_else(simulated: Path, workspace: Workspace) -> None:
    planted = {fault.meter_id for fault in read_truth(simulated / "readings").faults}
    found = detect_waste(workspace, YEAR)

    assert set(found.findings["meter_id"]) == planted
    assert found.findings["rank"].to_list() == list(range(1, found.findings.height + 1))
    assert (found.findings["energy_lower"] <= found.findings["energy"]).all()


def test_every_number_is_a_figure_with_its_slice(workspace: Workspace) -> None:
    found = detect_waste(workspace, YEAR)
    first = found.findings.row(0, named=True)
    figures = {row["id"]: row for row in found.figures.iter_rows(named=True)}

    assert {figures[name]["value"] for name in first["figures"]} == {first["energy"], first["money"], first["kg"]}
    for row in figures.values():
        grounds = [found.evidence[name] for name in row["inputs"] if name in found.evidence]
        meters = [one["meter"] for one in grounds if one["kind"] == "slice"]
        kinds = [one["kind"] for one in grounds]
        assert meters[0] == row["subject"].removeprefix("meter:")
        assert {name[:8] for name in meters} == {meters[0][:8]}  # of its site
        assert [kinds.count(kind) for kind in ("weather", "calendar", "beside")] == [1, 1, 1]


def test_a_number_of_the_page_is_followed_to_rows_file_and_factor(simulated: Path, workspace: Workspace) -> None:
    """Both years of the meter, the hash of the file, who published the factor, and the tariff for money."""
    row = detect_waste(workspace, YEAR).findings.row(0, named=True)
    address = f"waste.{row['code']}.emissions@meter:{row['meter_id']}"
    tree = trace(workspace.lake, find_figure(workspace.lake, address), limit=None, rows=2)
    kinds = {node.kind for node in tree.inputs}
    mine = [node for node in tree.inputs if node.content.get("meter") == row["meter_id"]]
    (source, *_) = mine[0].inputs
    factors = [node for node in tree.inputs if node.kind == "factor"]
    sent = (simulated / "readings" / "readings.parquet").read_bytes()

    assert tree.content["value"] == row["kg"]
    assert {"slice", "factor", "weather", "waste"} <= kinds
    assert len(mine) == 2
    assert hashlib.sha256(sent).hexdigest() in source.content["sha256"]
    assert len(source.content["readings"]) == 2
    assert factors[0].content["rows"][0]["source"]
    priced = trace(workspace.lake, find_figure(workspace.lake, address.replace("emissions", "cost")), limit=None)
    assert [node.content["currency"] for node in priced.inputs if node.kind == "tariff"] == [row["currency"]]


def test_the_same_findings_are_kept_once(workspace: Workspace) -> None:
    first = detect_waste(workspace, YEAR)
    again = detect_waste(workspace, YEAR)
    other = detect_waste(workspace, YEAR, by="energy")

    assert (again.run, again.figures.equals(first.figures)) == (first.run, True)
    assert other.run > first.run
    assert verify(workspace).beside >= first.figures.height
    assert verify(workspace).holds


def test_a_demand_charge_of_the_site_file_is_part_of_the_money(simulated: Path, workspace: Workspace) -> None:
    plain = detect_waste(workspace, YEAR)
    row = plain.findings.filter(plain.findings["code"] == "base_load_drift").row(0, named=True)
    folder = simulated / "workspace" / "sites"
    folder.mkdir()
    rates = "[grid]\ndemand_charge = 40\n[tariff]\nimport_rate = 1\nexport_rate = 0\n"
    (folder / f"{row['site_id']}.toml").write_text(f'id = "{row["site_id"]}"\ncurrency = "CNY"\n{rates}')
    try:
        charged = detect_waste(workspace, YEAR)
    finally:
        shutil.rmtree(folder)
    same = charged.findings.filter(charged.findings["meter_id"] == row["meter_id"]).row(0, named=True)
    cost = charged.figures.filter(charged.figures["id"].is_in(same["figures"]) & (charged.figures["unit"] == "CNY"))
    grounds = [charged.evidence[key] for key in cost.row(0, named=True)["inputs"] if key in charged.evidence]

    assert same["energy"] == row["energy"]
    assert same["money"] > row["money"]
    assert [one["demand_charge"] for one in grounds if one["kind"] == "demand"] == [40]


def test_workers_change_nothing(workspace: Workspace, simulated: Path) -> None:
    alone = detect_waste(workspace, YEAR)
    helped = open_workspace(simulated / "workspace", workers=workers_from("processes:2"))
    try:
        assert detect_waste(helped, YEAR).findings.equals(alone.findings)
    finally:
        helped.close()


def test_a_year_without_readings_is_refused(workspace: Workspace) -> None:
    with pytest.raises(InputRefused) as refused:
        detect_waste(workspace, 2019)
    assert [one.code for one in refused.value.findings] == ["detect.no_readings"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_command_shows_a_table_and_writes_a_page(
    simulated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    page, table = tmp_path / "waste.html", tmp_path / "waste.csv"
    words = ["detect", str(simulated / "workspace"), "--year", str(YEAR), "--lang", lang]
    assert run([*words, "--html", str(page), "--csv", str(table)]) == 0

    told = capsys.readouterr().out
    assert {"en": "Lights on in daylight", "zh": "白天亮灯"}[lang] in told
    assert "sim-0001-garage-lighting" in told
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") >= 2
    assert "<script" not in text
    assert table.read_text(encoding="utf-8").startswith("rank,code,")


def test_the_command_tells_machines_all(simulated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["detect", str(simulated / "workspace"), "--year", str(YEAR), "--json", "--check"]) == 1
    told = json.loads(capsys.readouterr().out)

    assert told["sites"] == 11
    assert told["findings"][0]["next"]
    assert {name for one in told["findings"] for name in one["figures"]} == {one["id"] for one in told["figures"]}


def test_a_strange_year_in_the_command_is_an_input_error(simulated: Path) -> None:
    assert run(["detect", str(simulated / "workspace"), "--year", "1999", "--json"]) == 2


def test_the_last_hours_of_december_are_no_history(tmp_path: Path) -> None:
    """A local year east of Greenwich begins in December of UTC: the year before is not known for that."""
    generate(Plan(sites=2, year=YEAR, seed=1, interval_minutes=60, years=1), tmp_path / "readings")
    assert run(["init", str(tmp_path / "workspace"), "--currency", "CNY"]) == 0
    assert run(["ingest", str(tmp_path / "workspace"), str(tmp_path / "readings"), "--json"]) == 0
    held = open_workspace(tmp_path / "workspace")
    found = detect_waste(held, YEAR)

    assert evidence_of(held.lake, [YEAR])[f"waste:{found.run}"]["years"] == 1
    assert found.findings["start"].min() >= datetime(YEAR, 1, 1) - timedelta(hours=8)  # pyright: ignore[reportOperatorIssue]
