"""One estate for all tests that only read it."""

from pathlib import Path

import pytest

from tests.workflows.savings import estate
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.workspace import Workspace


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of the estate, with meters that are read by the day and by the month."""
    place = tmp_path_factory.mktemp("estate")
    workspace = estate.build(place)
    estate.by_day(workspace, place)
    estate.by_bill(workspace, place)
    return workspace


@pytest.fixture
def workspace(folder: Path) -> Workspace:
    """The same, opened."""
    return open_workspace(folder)
