"""Organisations with people of every role, and pages as a browser asks for them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interfaces.web.account_site import Pages, make_organisations


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of organisations with accounts, made once for a module."""
    root = tmp_path_factory.mktemp("made") / "root"
    make_organisations(root)
    return root


@pytest.fixture
def pages(made: Path, tmp_path: Path) -> Iterator[Pages]:
    """Served from a copy, so that a test may change it."""
    shutil.copytree(made, tmp_path / "root")
    held = Pages(tmp_path / "root")
    yield held
    held.service.close()
