"""Bad input on the real command line: all findings at once, exit code 2, and no file of the workspace changed."""

import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from tests.workflows.ingest.estate import dataset, orphans, readings, snapshot, take, workspace
from wattstone.interfaces.cli.app import run

DAY = datetime(2024, 3, 1)
GOOD = readings("a", DAY, [1.0, 2.0, 3.0, 4.0])


def _write(folder: Path, frame: pl.DataFrame) -> Path:
    folder.mkdir(parents=True)
    frame.write_parquet(folder / "readings.parquet")
    return folder


def _half(folder: Path) -> Path:
    whole = _write(folder, GOOD) / "readings.parquet"
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    return folder


def _broken_page(folder: Path) -> Path:
    path = _write(folder, readings("a", DAY, [float(number % 977) for number in range(20_000)])) / "readings.parquet"
    data = bytearray(path.read_bytes())
    data[200:2000] = b"\xff" * 1800
    path.write_bytes(bytes(data))
    return folder


def _text(name: str, content: bytes) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        folder.mkdir(parents=True)
        (folder / name).write_bytes(content)
        return folder / name

    return write


def _bomb(folder: Path) -> Path:
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readings.csv", b"time;kWh\n" + b"0" * 100_000_000)
    return folder / "bomb.zip"


def _formulas(folder: Path) -> Path:
    folder.mkdir(parents=True)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["timestamp", "meter", "kWh"])
    for hour in range(24):
        sheet.append([datetime(2024, 3, 1, hour), "a", "=1+1"])
    book.save(folder / "book.xlsx")
    return folder / "book.xlsx"


CASES: dict[str, tuple[Callable[[Path], Path], set[str]]] = {
    "half a file": (_half, {"file.unreadable"}),
    "a broken page": (_broken_page, {"file.unreadable"}),
    "an empty file": (_text("readings.csv", b""), {"file.unknown", "readings.file.empty", "mapping.unsure"}),
    "no rows": (lambda folder: _write(folder, GOOD.clear()), {"dataset.empty"}),
    "two columns missing": (lambda folder: _write(folder, GOOD.drop("unit", "value")), {"dataset.column.missing"}),
    "text for values": (
        lambda folder: _write(folder, GOOD.with_columns(pl.col("value").cast(pl.String))),
        {"dataset.column.type"},
    ),
    "times without a zone": (
        lambda folder: _write(folder, GOOD.with_columns(pl.col("timestamp").dt.replace_time_zone(None))),
        {"dataset.column.type"},
    ),
    "a unit that nobody knows": (
        lambda folder: _write(folder, GOOD.with_columns(unit=pl.lit("kilowatty"))),
        {"meter.unit.unknown"},
    ),
    "a zone that nobody knows": (
        lambda folder: dataset(folder, GOOD, sites=[{"site_id": "S1", "timezone": "Europe/Nowhere"}]),
        {"site.invalid"},
    ),
    "a meter that the table does not declare": (
        lambda folder: dataset(folder, GOOD, meters=[{"meter_id": "b"}]),
        {"dataset.meter.undeclared"},
    ),
    "an id twice in the meters table": (
        lambda folder: dataset(folder, GOOD, meters=[{"meter_id": "a"}, {"meter_id": "a"}]),
        {"dataset.id.repeated"},
    ),
    "a table of other columns": (
        lambda folder: dataset(folder, GOOD, meters=[{"name": "a"}], sites=[{"place": "S1"}]),
        {"dataset.column.missing"},
    ),
    "half a table": (
        lambda folder: _half_of(dataset(folder, GOOD, sites=[{"site_id": "S1"}]), "sites.parquet"),
        {"file.unreadable"},
    ),
    "a row without a time": (
        lambda folder: _write(folder, GOOD.with_columns(pl.col("timestamp").replace({GOOD["timestamp"][2]: None}))),
        {"dataset.null"},
    ),
    "a row without a meter": (
        lambda folder: _write(folder, GOOD.with_columns(meter_id=pl.Series(["a", None, "a", "a"]))),
        {"dataset.null"},
    ),
    "an infinite value": (
        lambda folder: _write(folder, GOOD.with_columns(value=pl.Series([1.0, float("inf"), 2.0, 3.0]))),
        {"dataset.cell"},
    ),
    "a time of the wrong century": (
        lambda folder: _write(folder, readings("a", datetime(1601, 1, 1), [1.0, 2.0])),
        {"dataset.cell"},
    ),
    "an id that is a path": (
        lambda folder: _write(folder, GOOD.with_columns(meter_id=pl.lit("../../etc/passwd"))),
        {"meter.invalid"},
    ),
    "a site that is a path": (
        lambda folder: _write(folder, GOOD.with_columns(site_id=pl.lit("../S"))),
        {"meter.invalid"},
    ),
    "one meter in two units": (
        lambda folder: _write(folder, pl.concat([GOOD, readings("a", datetime(2024, 4, 1), [1.0], unit="MWh")])),
        {"dataset.meter.unit"},
    ),
    "many values for one hour": (
        lambda folder: _write(folder, pl.concat([GOOD, readings("a", DAY, [5.0, 6.0])])),
        {"readings.conflict"},
    ),
    "weather with times as text": (
        lambda folder: dataset(folder, GOOD, weather=[{"timestamp": "2024-03-01", "air_temperature_c": 3.0}]),
        {"dataset.column.type"},
    ),
    "an intensity in grams": (
        lambda folder: dataset(
            folder,
            GOOD,
            sites=[{"site_id": "S1", "country": "GB"}],
            grid_carbon_intensity=GOOD.select("timestamp", kg_co2_per_kwh=pl.lit(250.0)),
        ),
        {"intensity.implausible"},
    ),
    "a parent that nobody declared": (
        lambda folder: dataset(folder, GOOD, meters=[{"meter_id": "a", "parent_id": "nobody"}]),
        {"meter.unknown_parent"},
    ),
    "a zip bomb": (_bomb, {"readings.file.bomb"}),
    "formulas in cells": (_formulas, set()),
    "bytes of no form": (_text("noise.bin", bytes(range(256)) * 50), {"file.unknown"}),
    "a path that is not there": (lambda folder: folder / "nothing.csv", set()),
    "an empty folder": (lambda folder: folder.mkdir(parents=True) or folder, {"file.unknown"}),
    "a table without a time": (_text("names.csv", b"name;place\nAnna;Bern\nPaul;Wien\n"), set()),
    "half of the cells in another encoding": (
        _text("mixed.csv", "Zeit;Zähler;kWh\n".encode() + "2024-03-01 00:00;Küche;1,5\n".encode("cp1252") * 3),
        set(),
    ),
}


def _half_of(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = workspace(tmp_path / "workspace")
    take(made, dataset(tmp_path / "before", readings("old", DAY, [1.0, 2.0, 3.0])))
    return made


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_refused_whole(case: str, root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    make, codes = CASES[case]
    source = make(tmp_path / "source")
    before = snapshot(root)

    code = run(["ingest", str(root), str(source), "--json"])

    shown = json.loads(capfd.readouterr().out)
    assert code == 2, shown
    errors = [finding for finding in shown["findings"] if finding["severity"] == "error"]
    assert errors
    if codes:
        assert {finding["code"] for finding in errors} <= codes
    for finding in errors:
        assert all(finding[name] for name in ("place", "found", "expected", "remedy"))
        assert "{" not in finding["found"] + finding["expected"] + finding["remedy"]
    assert snapshot(root) == before
    assert orphans(root) == []


def test_everything_that_is_wrong_is_said_at_once(
    root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    frame = pl.concat([GOOD, readings("b", DAY, [1.0, 2.0], unit="furlong"), readings("c", DAY, [1.0])])
    one = dataset(
        tmp_path / "one",
        frame,
        meters=[{"meter_id": "a", "kind": "water"}, {"meter_id": "b"}],
        sites=[{"site_id": "S1", "timezone": "Mars/Olympus", "country": "Mars"}],
    )
    two = _half(tmp_path / "two")
    before = snapshot(root)

    assert run(["ingest", str(root), str(one), str(two)]) == 2

    shown = capfd.readouterr().err
    for word in ("furlong", "Mars/Olympus", "'c'", "row 7", "water", "two/readings.parquet", "Nothing was changed"):
        assert word in shown, word
    assert snapshot(root) == before


def test_a_mapping_that_is_not_there_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("time,kWh\n2024-03-01 00:00,1\n", encoding="utf-8")
    assert run(["ingest", str(root), str(tmp_path / "a.csv"), "--mapping", str(tmp_path / "none.toml")]) == 2


def test_a_folder_that_is_no_workspace_is_refused(tmp_path: Path) -> None:
    source = dataset(tmp_path / "d", GOOD)
    assert run(["ingest", str(tmp_path / "nowhere"), str(source)]) == 2
    assert not (tmp_path / "nowhere").exists()
