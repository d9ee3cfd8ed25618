"""An organisation with two sites, readings of three days, and the records of a server."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from wattstone.interfaces.store.server import ServerRecords
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.readings.sources import How
from wattstone.workflows.ingest import ingest_all
from wattstone.workflows.workspace import Workspace

BEGIN = datetime(2024, 5, 1)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Meter A1 of site A tells 10 kWh an hour to the end of 3 May 2024, B1 of site B to the end of 2 May."""
    create_workspace(tmp_path / "acme")
    rows = ["site,meter,time,kWh"]
    for site, meter, hours in (("A", "A1", 72), ("B", "B1", 48)):
        rows += [f"{site},{meter},{BEGIN + timedelta(hours=hour):%Y-%m-%dT%H:%M}Z,10" for hour in range(hours)]
    file = tmp_path / "readings.csv"
    file.write_text("\n".join(rows) + "\n")
    held = open_workspace(tmp_path / "acme")
    ingest_all(held, [file], How(unit="kWh", kind="electricity", confirm=lambda _path, _detection: True))
    yield held
    held.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerRecords]:
    """Empty records."""
    held = ServerRecords.at(tmp_path, create=True)
    yield held
    held.close()
