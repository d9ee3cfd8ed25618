"""Engines of SQLAlchemy: SQLite in a file, PostgreSQL by address; of a PostgreSQL database one in a process."""

import os
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wattstone.base import Finding, InputRefused, WattstoneError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

__all__ = ["postgresql_engine", "sqlite_engine", "without_secrets"]

SECRETS = frozenset({"password", "sslpassword"})
WAIT_SECONDS = 60.0
POOL = 4
"""Connections kept open to a database by a process..."""
OVERFLOW = 8
"""...and how many more while many threads ask at once."""

_CHANGES = ("INSERT", "UPDATE", "DELETE")
_SHARED: dict[tuple[int, str], tuple["Engine", int]] = {}
_GATE = threading.Lock()


def sqlite_engine(path: Path, *, create: bool, shared: bool, log_ahead: bool) -> "Engine":
    """An engine on a file.

    Parameters
    ----------
    path : Path
        The file.
    create : bool
        Make it if it is not there.
    shared : bool
        Many threads of a server ask: keep connections. Else no file stays open between two calls, so that a workspace
        can be moved or deleted at any time.
    log_ahead : bool
        Write ahead of the file (WAL), so that readers and a writer do not wait for each other.
    """
    from sqlalchemy import URL, NullPool, QueuePool, create_engine, event

    if not create and not path.is_file():
        raise InputRefused([_missing(path)])
    url = URL.create(
        "sqlite", database=path.absolute().as_uri(), query={"uri": "true", "mode": "rwc" if create else "rw"}
    )
    arguments: dict[str, Any] = {"timeout": WAIT_SECONDS}
    if shared:
        engine = create_engine(
            url,
            poolclass=QueuePool,
            pool_size=POOL,
            max_overflow=32,
            connect_args={**arguments, "check_same_thread": False},
        )
    else:
        engine = create_engine(url, poolclass=NullPool, connect_args=arguments)
    event.listen(engine, "connect", _prepare_ahead if log_ahead else _prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "after_cursor_execute", _note_change)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say so, not at the first write
    connection.execute("PRAGMA foreign_keys = ON")


def _prepare_ahead(connection: Any, record: object) -> None:
    _prepare(connection, record)
    connection.execute("PRAGMA journal_mode = WAL")


def _begin(connection: "Connection") -> None:
    writes = connection.get_execution_options().get("wattstone_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _note_change(connection: "Connection", cursor: Any, statement: str, *_rest: Any) -> None:
    """Put a statement that changed rows on the list that the connection's options carry, if they carry one."""
    changes = connection.get_execution_options().get("wattstone_changes")
    if changes is not None and cursor.rowcount != 0 and statement.lstrip()[:6].upper() in _CHANGES:
        changes.append(statement)


def postgresql_engine(address: str) -> tuple["Engine", Callable[[], None]]:
    """An engine on a PostgreSQL database, shared by whatever of the process uses it, and how to give it back.

    Connections are tried before they are used, so that a server that was started again is not noticed; the search
    path is set in each transaction, so that organisations share them.
    """
    from sqlalchemy import create_engine, event

    url = _checked(address)
    key = (os.getpid(), address)
    with _GATE:
        engine, users = _SHARED.get(key, (None, 0))
        if engine is None:
            try:
                engine = create_engine(
                    url.set(drivername="postgresql+psycopg"), pool_size=POOL, max_overflow=OVERFLOW, pool_pre_ping=True
                )
                event.listen(engine, "after_cursor_execute", _note_change)
            except ModuleNotFoundError:
                raise WattstoneError("PostgreSQL needs an extra: pip install 'wattstone[postgres]'") from None
        _SHARED[key] = (engine, users + 1)
    return engine, lambda: _give_back(key)


def _give_back(key: tuple[int, str]) -> None:
    with _GATE:
        engine, users = _SHARED[key]
        if users > 1:
            _SHARED[key] = (engine, users - 1)
            return
        del _SHARED[key]
    engine.dispose()


def _checked(address: str) -> "URL":
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    place = without_secrets(address)
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise InputRefused([_bad_address(place)]) from None
    if url.drivername not in ("postgresql+psycopg", "postgresql"):
        raise InputRefused([_bad_address(place)])
    if url.password or SECRETS & {name.lower() for name in url.query}:
        raise InputRefused([_password(place)])
    return url


def without_secrets(text: str) -> str:
    """Text with whatever may be a password replaced by three asterisks."""
    text = re.sub(r"(://[^:@]*):.*@", r"\1:***@", text)
    return re.sub(r"((?:ssl)?password\s*=\s*)[^&\s]+", r"\1***", text, flags=re.IGNORECASE)


def _missing(path: Path) -> Finding:
    return Finding(
        code="records.missing",
        place=str(path),
        found="there are no records here",
        expected="the file records.db of a workspace",
        remedy="name the workspace's folder, or make one with `wattstone init WORKSPACE`",
    )


def _password(place: str) -> Finding:
    return Finding(
        code="records.password_in_address",
        place=place,
        found="the address holds a password",
        expected="an address without one, for addresses are shown and logged",
        remedy="put the password into the environment variable PGPASSWORD or the file ~/.pgpass",
    )


def _bad_address(place: str) -> Finding:
    return Finding(
        code="records.address",
        place=place,
        found="this is no address of a database that Wattstone knows",
        expected="the path of an SQLite file, or postgresql+psycopg://USER@HOST/DATABASE",
        remedy="correct the address of the records in wattstone.toml",
    )
