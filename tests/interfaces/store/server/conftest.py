"""The records of a server, opened on each kind of database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wattstone.interfaces.store.server import ServerRecords


@pytest.fixture(scope="session")
def server_database(postgresql_socket: str) -> str:
    """The address of a database on the server of the session, which tests of the server's records share."""
    import psycopg

    with psycopg.connect(host=postgresql_socket, user="postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE server_records")
    return f"postgresql+psycopg://postgres@/server_records?host={postgresql_socket}"


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where the records are, once for each kind of database."""
    places: dict[str, Callable[[], Path | str]] = {
        "sqlite": lambda: tmp_path / "server.db",
        "postgresql": lambda: request.getfixturevalue("server_database"),
    }
    return places[request.param]()


@pytest.fixture
def server(address: Path | str, tmp_path: Path) -> Iterator[ServerRecords]:
    """Records with nothing in them."""
    from wattstone.interfaces.store.server.tables import metadata

    with ServerRecords.open(address, secrets=tmp_path / "secrets", create=True) as opened:
        if isinstance(address, str):
            with opened._database.writing() as connection:
                for table in reversed(metadata.sorted_tables):
                    connection.execute(table.delete())
        yield opened
