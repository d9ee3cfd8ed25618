"""A small estate written as a person would export it, and the command line run in this process."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from wattstone.interfaces.cli.app import run


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON object that it must be."""
        return json.loads(self.out)


Run = Callable[..., Result]


@pytest.fixture
def wattstone(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command line; nothing is asked, for there is no terminal."""

    def call(*arguments: object) -> Result:
        capfd.readouterr()
        code = run([str(one) for one in arguments])
        told = capfd.readouterr()
        return Result(code, told.out, told.err)

    return call


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Two days of an hourly meter of electricity, 2 kWh an hour, and one of gas, 3 kWh an hour."""
    path = tmp_path / "export.csv"
    rows = [f"2025-03-{day:02}T{hour:02}:00Z,2.0,3.0" for day in (3, 4) for hour in range(24)]
    path.write_text("\n".join(["time,main electricity [kWh],boiler gas [kWh]", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def workspace(tmp_path: Path, wattstone: Run, export: Path) -> Path:
    """A workspace in Britain that has taken the export in."""
    root = tmp_path / "ws"
    assert wattstone("init", root, "--name", "Test & Sons", "--zone", "Europe/London").code == 0
    assert wattstone("ingest", root, export, "--site", "HQ").code == 0
    assert wattstone("site", root, "HQ", "--country", "GB", "--floor-area", 100).code == 0
    return root
