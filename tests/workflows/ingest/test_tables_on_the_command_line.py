"""CSV and XLSX through `wattstone ingest` without a terminal: what is sure is applied and kept, the rest is refused."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.workflows.ingest.estate import opened, snapshot, values, workspace
from wattstone.interfaces.cli.app import run

DAY = datetime(2024, 3, 1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return workspace(tmp_path / "workspace")


def ingested(capfd: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    code = run(["ingest", *arguments, "--json"])
    shown = json.loads(capfd.readouterr().out)
    assert code == 0, shown
    return shown["sources"][0]


def dialect(delimiter: str, decimal: str, form: str) -> str:
    lines = [delimiter.join(("timestamp", "meter_id", "kWh"))]
    for hour in range(72):
        value = f"{1.25 + hour % 24:.2f}".replace(".", decimal)
        lines.append(delimiter.join(((DAY + timedelta(hours=hour)).strftime(form), "hall", value)))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("delimiter", "decimal", "form", "encoding"),
    [
        (",", ".", "%Y-%m-%d %H:%M", "utf-8"),
        (",", ".", "%Y-%m-%dT%H:%M:%SZ", "utf-8-sig"),
        (";", ",", "%d.%m.%Y %H:%M", "cp1252"),
        ("\t", ".", "%Y/%m/%d %H:%M", "utf-16"),
    ],
)
def test_the_main_dialects(
    root: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    delimiter: str,
    decimal: str,
    form: str,
    encoding: str,
) -> None:
    path = tmp_path / "hall.csv"
    path.write_bytes(dialect(delimiter, decimal, form).encode(encoding))

    done = ingested(capfd, str(root), str(path), "--zone", "UTC", "--site", "HQ")

    assert (done["new"], done["meters"]) == (72, 1)
    expected = {DAY + timedelta(hours=hour): 1.25 + hour % 24 for hour in range(72)}
    assert values(root, "hall") == pytest.approx(expected)
    before = snapshot(root)
    assert ingested(capfd, str(root), str(path), "--zone", "UTC", "--site", "HQ")["already"]
    assert snapshot(root) == before


def test_a_workbook(root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["timestamp", "hall [kWh]"])
    for hour in range(48):
        sheet.append([DAY + timedelta(hours=hour), 2.5])
    book.save(tmp_path / "hall.xlsx")

    done = ingested(capfd, str(root), str(tmp_path / "hall.xlsx"), "--zone", "UTC", "--site", "HQ")

    assert (done["new"], done["meters"]) == (48, 1)


def test_what_is_not_sure_is_refused_and_a_mapping_settles_it(
    root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    # Every date of the file is one in either order of day and month, and nothing says what the numbers measure.
    lines = ["when;value", *(f"0{month}/0{month}/2024;{month}.5" for month in range(1, 8))]
    path = tmp_path / "odd.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    before = snapshot(root)

    assert run(["ingest", str(root), str(path), "--json"]) == 2
    shown = json.loads(capfd.readouterr().out)
    assert "mapping.unsure" in {finding["code"] for finding in shown["findings"]}
    assert snapshot(root) == before

    mapping = tmp_path / "odd.toml"
    mapping.write_text(
        'delimiter = ";"\nlayout = "long"\nstamp_format = "%d/%m/%Y"\nzone = "UTC"\ninterval = 86400\n'
        'unit = "kWh"\nkind = "electricity"\nsite = "HQ"\nmeter = "odd"\n'
        '[columns]\ntimestamp = "when"\nvalue = "value"\n',
        encoding="utf-8",
    )
    assert ingested(capfd, str(root), str(path), "--mapping", str(mapping))["new"] == 7
    kept = opened(root).records.mapping("odd.csv")
    assert kept is not None

    # The next file of that name is read the same way.
    later = tmp_path / "later" / "odd.csv"
    later.parent.mkdir()
    later.write_text("when;value\n08/08/2024;8.5\n", encoding="utf-8")
    assert ingested(capfd, str(root), str(later))["new"] == 1
    assert values(root, "odd")[datetime(2024, 8, 8)] == 8.5
