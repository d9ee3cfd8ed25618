"""From a workspace to findings, their figures, and the command that shows them."""

import json
from pathlib import Path

import pytest

from wattstone.base import InputRefused
from wattstone.interfaces.cli.app import run
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.interfaces.workers import workers_from
from wattstone.simulation import Plan, generate, read_truth
from wattstone.workflows.detect import detect_waste
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
        slices = [name for name in row["inputs"] if name.startswith("slice:")]
        assert [found.evidence[name]["meter"] for name in slices] == [row["subject"].removeprefix("meter:")]


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
