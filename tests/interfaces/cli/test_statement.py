"""`wattstone statement`: every form of the statement of a small workspace, and of a made-up one that has all parts."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.interfaces.cli.conftest import Run
from tests.interfaces.present import statement_data as given


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """The made-up manager's statement in place of the workspace's own."""
    from wattstone.workflows.inventory import complete

    monkeypatch.setattr(complete, "take_complete", lambda *_, **__: given.statement())


def test_the_statement_of_meters_alone(wattstone: Run, workspace: Path) -> None:
    """96 kWh of electricity and 144 kWh of gas: scope 3 is undecided, and the page says so."""
    done = wattstone("statement", workspace, "--year", 2025, "--json")

    assert done.code == 0, done.err
    (file,) = [Path(one) for one in done.json["files"]]
    assert file.name == "statement-2025-ghgp-en.html"
    assert "15 categories are not decided yet." in file.read_text("utf-8")


@pytest.mark.usefixtures("full")
def test_forms_for_people(wattstone: Run, workspace: Path, tmp_path: Path) -> None:
    page = wattstone("statement", workspace, "--year", 2024, "--layout", "iso14064", "-o", tmp_path / "s.html")
    book = wattstone("statement", workspace, "--year", 2024, "--format", "xlsx", "-o", tmp_path / "s.xlsx")

    assert (page.code, book.code) == (0, 0)
    assert "21\u202f917.9" in page.out
    assert "The checks found 3 things; they are in the statement." in page.out
    assert "ISO 14064-1:2018" in (tmp_path / "s.html").read_text("utf-8")
    assert load_workbook(tmp_path / "s.xlsx").sheetnames[0] == "Totals"


@pytest.mark.usefixtures("full")
def test_forms_for_machines(wattstone: Run, workspace: Path, tmp_path: Path) -> None:
    data = wattstone("statement", workspace, "--year", 2024, "--format", "json", "-o", tmp_path / "s.json", "--json")
    tables = wattstone("statement", workspace, "--year", 2024, "--format", "csv", "-o", tmp_path / "s.csv", "--json")

    assert data.json == {"year": 2024, "files": [str(tmp_path / "s.json")], "findings": 3}
    assert json.loads((tmp_path / "s.json").read_text("utf-8"))["organisation"].startswith("Lakeside")
    assert tables.json["files"] == [str(tmp_path / "s.csv"), str(tmp_path / "s-lines.csv")]
    assert all(Path(one).is_file() for one in tables.json["files"])


@pytest.mark.usefixtures("full")
def test_checks_that_found_something_leave_with_one_where_asked(
    wattstone: Run, workspace: Path, tmp_path: Path
) -> None:
    asked = ("statement", workspace, "--year", 2024, "--format", "json", "--lang", "zh", "-o", tmp_path / "s.json")

    assert wattstone(*asked).code == 0
    checked = wattstone(*asked, "--check")
    assert checked.code == 1
    assert "检查发现 3 个问题" in checked.out


@pytest.mark.usefixtures("full")
def test_a_file_that_cannot_be_written_is_refused(wattstone: Run, workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = wattstone("statement", workspace, "--year", 2024, "--format", "csv", "-o", tmp_path / "file" / "s.csv")

    assert done.code == 2
    assert "it cannot be" in done.err
