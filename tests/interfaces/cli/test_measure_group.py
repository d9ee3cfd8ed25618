"""`wattstone measure`: what is planned beside what was done, and which of the two the first word means."""

import shlex
from pathlib import Path

import openpyxl
import pytest

from tests.workflows.estate import wattstone

DOCS = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "measure.md"
FILLED = {
    "Abatement measure": "pv", "Status": "planned", "Stage": "decarbonisation", "Reduces": "scope2", "Lifetime": 20,
    "Reduction known from": "stated", "Reduction a year, by itself": 30, "Investment": 200_000, "Currency": "CNY",
    "First year in force": 2027, "Source": "offer",
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "acme"
    wattstone("init", folder)
    return folder


def planned(root: Path) -> list[dict[str, object]]:
    return wattstone("measure", "list", root, "--json").json["entries"]


def test_the_examples_of_the_page_run_in_their_order(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    block = DOCS.read_text(encoding="utf-8").split("## What is planned")[1].split("## ")[0].replace("\\\n", " ")
    lines = [shlex.split(line)[1:] for line in block.splitlines() if line.startswith("    wattstone ")]
    monkeypatch.chdir(root.parent)
    held: list[list[object]] = []
    for words in lines:
        if words[1] == "import":
            book = openpyxl.load_workbook("measures.xlsx")
            sheet = book.worksheets[-1]
            heads = {str(cell.value).partition(" [")[0]: cell.column for cell in sheet[1]}
            for label, value in FILLED.items():
                sheet.cell(2, heads[label]).value = value
            book.save("measures.xlsx")
        wattstone(*words)
        held.append([one["measure"] for one in planned(root)])

    assert [line[1] for line in lines] == ["template", "import", "add", "correct", "list", "withdraw", "report"]
    assert held[1:5] == [["pv"], ["led-hall", "pv"], ["led-hall", "pv"], ["led-hall", "pv"]]
    assert held[-1] == ["pv"]


def test_words_that_name_no_command_declare(root: Path) -> None:
    assert wattstone("measure", root, "--json").json == wattstone("measure", "declare", root, "--json").json
    refused = [wattstone(*words, "m1", "--site", "HQ", "--json", code=2).json for words in (
        ("measure", root), ("measure", "declare", root))]  # fmt: skip
    assert refused[0] == refused[1]
    assert refused[0]["findings"]
    assert planned(root) == []
