"""The database of some records: transactions that say beforehand whether they will write, and errors that say why."""

import re
import zlib
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wattstone.base import Finding, InputRefused, WattstoneError
from wattstone.interfaces.store.engines import postgresql_engine, sqlite_engine, without_secrets

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = ["Database", "Unavailable", "open_database"]

LOCK = 0x77617474  # "watt": the advisory lock under which one process at a time migrates or declares
_SCHEMA = re.compile(r"[a-z][a-z0-9_-]{0,62}")


class Unavailable(WattstoneError):
    """The database cannot be reached, or the connection broke; asking again later may help. Nothing was changed."""


class Database:
    """An engine whose transactions say beforehand whether they will write.

    On SQLite a reading transaction changes no file, not even a journal; a writing one takes the write lock when it
    begins, so that what it reads is still true when it writes. On PostgreSQL an advisory lock does the same among
    the writers that ask for it.

    Parameters
    ----------
    engine : Engine
        Of SQLAlchemy.
    place : str
        What to call it in a message.
    schema : str or None
        Of a PostgreSQL database, in which the tables are; the one its user finds first where None.
    close : callable or None
        How to give the engine back.
    """

    def __init__(
        self, engine: "Engine", place: str, *, schema: str | None = None, close: Callable[[], None] | None = None
    ) -> None:
        if schema is not None and not _SCHEMA.fullmatch(schema):
            raise ValueError(f"no name of a schema: {schema!r}")
        self._engine = engine
        self._schema = schema if engine.dialect.name == "postgresql" else None
        self._close = close or engine.dispose
        self.place = place
        self.after_change: Callable[[Connection, Sequence[str]], None] | None = None
        """Is called in a writing transaction that changed anything, before it is committed."""

    @contextmanager
    def reading(self) -> "Generator[Connection]":
        """A transaction that sees one state of the database."""
        with self._told(), self._engine.connect() as connection:
            self._look_into_schema(connection)
            yield connection

    @contextmanager
    def writing(self, *, alone: bool = False) -> "Generator[Connection]":
        """A transaction that is committed at the end of the block, or undone by an exception.

        Parameters
        ----------
        alone : bool
            Wait until no other transaction of this sort is under way, on PostgreSQL too.
        """
        with self._told(), self._engine.connect() as connection:
            changes: list[str] = []
            connection = connection.execution_options(wattstone_writes=True, wattstone_changes=changes)
            with connection.begin():
                self._look_into_schema(connection)
                if alone:
                    self._wait(connection)
                yield connection
                if changes and self.after_change is not None:
                    self.after_change(connection, tuple(changes))

    @contextmanager
    def snapshot(self, scratch: Path) -> "Generator[Connection]":
        """A state of the database that stays, however long it is read; SQLite's is a copy, so that writers go on.

        Parameters
        ----------
        scratch : Path
            A folder for the copy.
        """
        from sqlalchemy import text

        if self.kind == "sqlite":
            with self._told(), _copied(self._engine, scratch) as connection:
                yield connection
            return
        with self._told(), self._engine.connect() as connection:
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
            self._look_into_schema(connection)
            connection.execute(text("SELECT 1"))
            yield connection

    @contextmanager
    def migrating(self) -> "Generator[Connection]":
        """A writing transaction in which the schema is there, and nobody is told of changes."""
        from sqlalchemy.schema import CreateSchema

        with self._told(), self._engine.connect() as connection:
            connection = connection.execution_options(wattstone_writes=True)
            with connection.begin():
                self._wait(connection)
                if self._schema is not None:
                    connection.execute(CreateSchema(self._schema, if_not_exists=True))
                self._look_into_schema(connection)
                yield connection

    def revision(self) -> str | None:
        """The newest migration that was run, or None where there are no tables yet."""
        from sqlalchemy import inspect, text

        with self.reading() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    @property
    def kind(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    def close(self) -> None:
        """Give the connections back."""
        self._close()

    def _look_into_schema(self, connection: "Connection") -> None:
        """Until the transaction ends, names of tables mean those of this schema and of no other."""
        from sqlalchemy import text

        if self._schema is not None:
            path = text("SELECT set_config('search_path', :path, true)")
            connection.execute(path, {"path": f'"{self._schema}"'})  # the name was checked: it holds no quote

    def _wait(self, connection: "Connection") -> None:
        """Hold the lock of this schema until the transaction ends; on SQLite every writer holds the file's."""
        from sqlalchemy import text

        if connection.dialect.name != "postgresql":
            return
        if self._schema is None:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            return
        own = zlib.crc32(self._schema.encode()) - 2**31
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock, :own)"), {"lock": LOCK, "own": own})

    @contextmanager
    def _told(self) -> "Generator[None]":
        """Failures of the database as errors of ours, without whatever secret their text may hold."""
        from sqlalchemy.exc import DBAPIError, IntegrityError
        from sqlalchemy.exc import TimeoutError as AllBusy

        try:
            yield
        except IntegrityError:
            raise
        except DBAPIError as error:
            raise self._unreachable(str(error.orig)) from None
        except AllBusy:
            raise self._unreachable("every connection is busy") from None

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
        return Unavailable(f"the records at {self.place} cannot be used: {without_secrets(reason)}")


@contextmanager
def _copied(engine: "Engine", scratch: Path) -> "Generator[Connection]":
    """A copy made while others write, by SQLite's own means."""
    import sqlite3

    path = scratch / "copy.db"
    with engine.connect() as source:
        target = sqlite3.connect(path)
        try:
            driver: Any = source.connection.driver_connection
            driver.backup(target)
        finally:
            target.close()
    copy = sqlite_engine(path, create=False, shared=False, log_ahead=False)
    try:
        with copy.connect() as connection:
            yield connection
    finally:
        copy.dispose()
        path.unlink()


def open_database(
    address: Path | str, *, create: bool, schema: str | None = None, shared: bool = False, log_ahead: bool = False
) -> Database:
    """Open SQLite by path or PostgreSQL by address.

    Parameters
    ----------
    address : Path or str
        A file, or `postgresql+psycopg://user@host/database`. The password comes from `PGPASSWORD` or `~/.pgpass`.
    create : bool
        Make the file if it is not there.
    schema : str or None
        Of PostgreSQL, in which the tables are.
    shared : bool
        Many threads will ask: keep connections to SQLite open too.
    log_ahead : bool
        Let SQLite write ahead of its file.

    Returns
    -------
    Database

    Raises
    ------
    InputRefused
        If the address is none of the two, holds a password, or names a file that is not there.
    """
    if isinstance(address, Path) or "://" not in address:
        path = Path(address)
        engine = sqlite_engine(path, create=create, shared=shared, log_ahead=log_ahead)
        return Database(engine, str(path))
    engine, close = postgresql_engine(address)
    return Database(engine, without_secrets(address), schema=schema, close=close)
