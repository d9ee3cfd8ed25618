"""The commands of the programme from end to end: a template filled in, taken in, proved, reported, traced, restored."""

import json
from pathlib import Path

import openpyxl
import pytest

from tests.workflows.estate import wattstone


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programme") / "acme"
    wattstone("init", folder)
    wattstone("site", folder, "HQ", "--name", "Head office", "--country", "CN")
    return folder


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_template_is_filled_in_and_taken_in_whatever_its_language(root: Path, tmp_path: Path, lang: str) -> None:
    file = tmp_path / "status.xlsx"
    wattstone("factory", "template", "factory_status", file, "--workspace", root, "--lang", lang)
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[-1]
    lists = {one.formula1 for one in sheet.data_validations.dataValidation}
    assert {"=sites", "=of_programme", "=of_event", "=of_level"} <= lists
    offered = {cell.value for row in book["lists"].iter_rows() for cell in row if cell.value}
    assert "HQ · Head office" in offered
    choice = next(one for one in offered if one.startswith("green_factory"))
    event = next(one for one in offered if one.startswith("listed"))
    sheet.append(["HQ · Head office", choice, "2024-03-01", event, None, "8", f"list of {lang}"])
    book.save(file)

    over = ("--correct", "--reason", "another list")
    done = wattstone("factory", "import", root, "factory_status", file, *over, "--json").json
    assert [*done["new"], *done["changed"]] == ["HQ~green_factory~~2024-03-01~listed"]
    assert wattstone("factory", "import", root, "factory_status", file, "--json").json["new"] == []
    held = wattstone("factory", "list", root, "factory_status", "--json").json["entries"]
    assert (held[0]["date"], held[0]["event"], held[0]["source"]) == ("2024-03-01", "listed", f"list of {lang}")


def test_what_is_reported_is_traced_and_comes_back_from_a_backup(root: Path, tmp_path: Path) -> None:
    said = ("programme=green_factory", "year=2024", "total=6430", "added=1382", "removed=47", "source=MIIT, batch 9")
    done = wattstone("factory", "add", root, "registry", *said, "--json").json
    assert done["new"] == ["green_factory~2024"]
    proof = tmp_path / "list.csv"
    proof.write_text("name\nWorks\n", encoding="utf-8")
    sha = wattstone("factory", "attach", root, "registry", "green_factory~2024", proof, "--json").json["sha256"]

    report = wattstone("factory", "report", root, "--year", "2024", "--json").json
    (total,) = [one for one in report["lines"] if one["name"] == "factory.registry.green_factory.total"]
    assert (total["value"], total["subject"]) == (6430.0, "organisation")
    traced = wattstone("trace", root, total["figure"], "--json").json
    (entry,) = [one for one in traced["inputs"] if one["kind"] == "entry"]
    assert (entry["says"]["total"], entry["document"]) == (6430, sha)
    assert "green_factory~2024" in wattstone("trace", root, total["figure"]).out
    assert wattstone("verify", root, "--json").json["holds"]

    archive, back = tmp_path / "acme.tar.gz", tmp_path / "back"
    wattstone("backup", root, archive)
    wattstone("restore", archive, back)
    for command in (("list", "registry"), ("list", "factory_status")):
        before, after = (wattstone("factory", command[0], one, command[1], "--json").json for one in (root, back))
        assert after == before
    assert wattstone("verify", back, "--json").json["holds"]
    wattstone("factory", "withdraw", back, "registry", "green_factory~2024", "--reason", "twice")
    assert wattstone("verify", back, "--json", code=1).json["differences"]
    history = wattstone("factory", "list", back, "registry", "--history", "green_factory~2024", "--json").json
    assert [one["reason"] for one in history["entries"]] == ["", "", "twice"]


@pytest.mark.parametrize("form", ["html", "xlsx", "json"])
def test_a_report_is_written_in_every_form(root: Path, tmp_path: Path, form: str) -> None:
    file = tmp_path / f"report.{form}"
    wattstone("factory", "report", root, "--year", "2024", "--format", form, "--out", file, "--lang", "zh")

    content = file.read_bytes()
    if form == "json":
        assert json.loads(content)["module"] == "factory"
    elif form == "xlsx":
        assert openpyxl.load_workbook(file).worksheets
    else:
        assert "工厂" in content.decode()


def test_wrong_words_are_refused_with_a_remedy(root: Path, tmp_path: Path) -> None:
    assert "one of" in wattstone("factory", "add", root, "lost", "a=b", code=2).err
    refused = wattstone("factory", "add", root, "registry", "year=24", "programme=x", "--json", code=2).json
    assert sorted({one["code"] for one in refused["findings"]}) == ["entry.bounds", "entry.choice", "entry.lacking"]
    assert "NAME=VALUE" in wattstone("factory", "add", root, "registry", "programme", code=2).err
    assert "2024-12-31" in wattstone("factory", "list", root, "registry", "--at", "soon", code=2).err
    assert wattstone("factory", "template", "registry", tmp_path / "t.ods", code=2).err
    chinese = wattstone("factory", "add", root, "registry", "year=24", "--lang", "zh", code=2).err
    assert "超出范围" in chinese


def test_kinds_and_their_fields_are_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "240")  # a narrow terminal breaks lines
    kinds = wattstone("factory", "kinds", "--json").json["kinds"]
    assert {"registry", "factory_status"} <= {one["id"] for one in kinds}
    (registry,) = wattstone("factory", "kinds", "registry", "--json").json["kinds"]
    assert registry["key"] == ["programme", "year"]
    assert "必填" in wattstone("factory", "kinds", "registry", "--lang", "zh").out
    assert "（withdrawal：取水；discharge：排水；" in wattstone("waste", "kinds", "water_flow", "--lang", "zh").out
    assert "pack: Battery)" in wattstone("fleet", "kinds", "vehicle_model").out
