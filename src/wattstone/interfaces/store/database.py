"""Opening the database of the records: SQLite in a file, or PostgreSQL by address; and bringing it up to date."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wattstone.base import Finding, InputRefused, WattstoneError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

__all__ = ["Database", "open_database"]

SECRETS = frozenset({"password", "sslpassword"})
LOCK = 0x77617474  # "watt": the advisory lock under which one process at a time migrates or declares
WAIT_SECONDS = 60.0


class Database:
    """An engine whose transactions say beforehand whether they will write.

    On SQLite a reading transaction changes no file, not even a journal; a writing one takes the write lock when it
    begins, so that what it reads is still true when it writes. On PostgreSQL an advisory lock does the same among
    the writers that ask for it.
    """

    def __init__(self, engine: "Engine", place: str) -> None:
        self._engine = engine
        self.place = place

    @contextmanager
    def reading(self) -> "Generator[Connection]":
        """A transaction that sees one state of the database."""
        with self._told(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, *, alone: bool = False) -> "Generator[Connection]":
        """A transaction that is committed at the end of the block, or undone by an exception.

        Parameters
        ----------
        alone : bool
            Wait until no other transaction of this sort is under way, on PostgreSQL too.
        """
        from sqlalchemy import text

        with self._told(), self._engine.connect() as connection:
            connection = connection.execution_options(wattstone_writes=True)
            with connection.begin():
                if alone and connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
                yield connection

    def revision(self) -> str | None:
        """The newest migration that was run, or None where there are no tables yet."""
        from sqlalchemy import inspect, text

        with self.reading() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def migrate(self) -> None:
        """Run the migrations that are missing, in one transaction."""
        from alembic import command
        from alembic.config import Config

        config = Config()
        folder = Path(__file__).with_name("migrations")
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        with self.writing(alone=True) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @contextmanager
    def _told(self) -> "Generator[None]":
        """Failures of the database as errors of ours, without whatever secret their text may hold."""
        from sqlalchemy.exc import DatabaseError, IntegrityError

        try:
            yield
        except IntegrityError:
            raise
        except DatabaseError as error:
            raise self._unreachable(str(error.orig)) from None

    def _unreachable(self, reason: str) -> WattstoneError:
        if self._engine.dialect.name == "sqlite" and "not a database" in reason:
            return InputRefused(
                [
                    Finding(
                        code="records.not_a_database",
                        place=self.place,
                        found="the file is not an SQLite database",
                        expected="the records of a workspace, as `wattstone init` makes them",
                        remedy="name another workspace, or restore records.db from a copy",
                    )
                ]
            )
        return WattstoneError(f"the records at {self.place} cannot be used: {_without_secrets(reason)}")


def open_database(address: Path | str, *, create: bool) -> Database:
    """Open SQLite by path or PostgreSQL by address.

    Parameters
    ----------
    address : Path or str
        A file, or `postgresql+psycopg://user@host/database`. The password comes from `PGPASSWORD` or `~/.pgpass`.
    create : bool
        Make the file if it is not there.

    Returns
    -------
    Database

    Raises
    ------
    InputRefused
        If the address is none of the two, holds a password, or names a file that is not there.
    """
    if isinstance(address, Path) or "://" not in address:
        return _sqlite(Path(address), create=create)
    return _postgresql(address)


def _sqlite(path: Path, *, create: bool) -> Database:
    from sqlalchemy import URL, NullPool, create_engine, event

    if not create and not path.is_file():
        raise InputRefused(
            [
                Finding(
                    code="records.missing",
                    place=str(path),
                    found="there are no records here",
                    expected="the file records.db of a workspace",
                    remedy="name the workspace's folder, or make one with `wattstone init WORKSPACE`",
                )
            ]
        )
    mode = "rwc" if create else "rw"
    url = URL.create("sqlite", database=path.absolute().as_uri(), query={"uri": "true", "mode": mode})
    # NullPool: no file stays open between two calls, so a workspace can be moved or deleted at any time.
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Database(engine, str(path))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say so, not at the first write
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: "Connection") -> None:
    writes = connection.get_execution_options().get("wattstone_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(address: str) -> Database:
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.exc import ArgumentError

    place = _without_secrets(address)
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise InputRefused([_bad_address(place)]) from None
    if url.drivername not in ("postgresql+psycopg", "postgresql"):
        raise InputRefused([_bad_address(place)])
    if _holds_secret(url):
        raise InputRefused(
            [
                Finding(
                    code="records.password_in_address",
                    place=place,
                    found="the address holds a password",
                    expected="an address without one, for addresses are shown and logged",
                    remedy="put the password into the environment variable PGPASSWORD or the file ~/.pgpass",
                )
            ]
        )
    try:
        engine = create_engine(url.set(drivername="postgresql+psycopg"), pool_size=2, pool_pre_ping=True)
    except ModuleNotFoundError:
        raise WattstoneError("PostgreSQL needs an extra: pip install 'wattstone[postgres]'") from None
    return Database(engine, place)


def _holds_secret(url: "URL") -> bool:
    return bool(url.password) or bool(SECRETS & {name.lower() for name in url.query})


def _without_secrets(text: str) -> str:
    """Text with whatever may be a password replaced by three asterisks."""
    text = re.sub(r"(://[^:@]*):.*@", r"\1:***@", text)
    return re.sub(r"((?:ssl)?password\s*=\s*)[^&\s]+", r"\1***", text, flags=re.IGNORECASE)


def _bad_address(place: str) -> Finding:
    return Finding(
        code="records.address",
        place=place,
        found="this is no address of a database that Wattstone knows",
        expected="the path of an SQLite file, or postgresql+psycopg://USER@HOST/DATABASE",
        remedy="correct the address of the records in wattstone.toml",
    )
