"""The workspace that these tests read, made once; and a copy of it for those that write."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workflows.overview.made import made
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.workspace import Workspace


@pytest.fixture(scope="session")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("overview"))


@pytest.fixture
def opened(offices: Path) -> Iterator[Workspace]:
    held = open_workspace(offices)
    yield held
    held.close()


@pytest.fixture
def own(offices: Path, tmp_path: Path) -> Iterator[Workspace]:
    held = open_workspace(Path(shutil.copytree(offices, tmp_path / "own")))
    yield held
    held.close()
