"""The records of a server, opened: SQLite in `server.db` beside the workspaces, or a schema of PostgreSQL."""

import os
from pathlib import Path
from types import TracebackType
from typing import Self

from wattstone.interfaces.store.database import Database, open_database
from wattstone.interfaces.store.migrating import SERVER, bring_up_to_date
from wattstone.interfaces.store.server.alerts import Alerts
from wattstone.interfaces.store.server.attempts import Attempts
from wattstone.interfaces.store.server.audit import Audit
from wattstone.interfaces.store.server.deliveries import Deliveries
from wattstone.interfaces.store.server.idempotency import Answers
from wattstone.interfaces.store.server.keys import ApiKeys
from wattstone.interfaces.store.server.people import Codes, People
from wattstone.interfaces.store.server.queue import Queue
from wattstone.interfaces.store.server.secrets import Secrets
from wattstone.interfaces.store.server.sessions import Sessions

__all__ = ["FILE", "SCHEMA", "ServerRecords"]

FILE = "server.db"
SECRETS = "secrets"
SCHEMA = "wattstone"
"""Of a PostgreSQL database, where the server's records are."""


class ServerRecords:
    """What a server knows beside its workspaces, by subject.

    Attributes
    ----------
    people, codes, sessions, keys : People, Codes, Sessions, ApiKeys
        Who may come in.
    attempts : Attempts
        To come in.
    queue : Queue
        Jobs.
    alerts, deliveries : Alerts, Deliveries
        Alerts, and their way to people.
    answers : Answers
        To requests with an idempotency key.
    audit : Audit
        The chained log.
    secrets : Secrets
        Files outside the database.
    """

    def __init__(self, database: Database, secrets: Path) -> None:
        self._database = database
        self.people = People(database)
        self.codes = Codes(database)
        self.sessions = Sessions(database)
        self.keys = ApiKeys(database)
        self.attempts = Attempts(database)
        self.queue = Queue(database)
        self.alerts = Alerts(database)
        self.deliveries = Deliveries(database)
        self.answers = Answers(database)
        self.audit = Audit(database)
        self.secrets = Secrets(secrets)

    @classmethod
    def at(cls, root: Path, *, create: bool = False, upgrade: bool = False) -> Self:
        """Open the records of a server by its folder: `server.db` in it, or the database `WATTSTONE_RECORDS` names."""
        address = os.environ.get("WATTSTONE_RECORDS") or root / FILE
        return cls.open(address, secrets=root / SECRETS, create=create, upgrade=upgrade)

    @classmethod
    def open(cls, address: Path | str, *, secrets: Path, create: bool = False, upgrade: bool = False) -> Self:
        """Open the records of a server, and bring them up to date where that is asked for.

        Parameters
        ----------
        address : Path or str
            A file, or `postgresql+psycopg://user@host/database` without a password, which comes from the environment
            (`PGPASSWORD`) or `~/.pgpass`.
        secrets : Path
            Folder of the secrets that stand in files.
        create : bool
            Make the tables if there are none, and run the migrations that are missing.
        upgrade : bool
            Run the migrations that are missing, in a database that has tables.

        Raises
        ------
        InputRefused
            If there are no records, or they are older or newer than this program; each with its remedy.
        Unavailable
            If the database cannot be reached.
        """
        if create and isinstance(address, Path):
            _keep_from_others(address)
        database = open_database(address, create=create, schema=SCHEMA, shared=True, log_ahead=True)
        try:
            bring_up_to_date(database, SERVER, create=create, upgrade=upgrade)
        except BaseException:
            database.close()
            raise
        return cls(database, secrets)

    def ping(self) -> None:
        """Ask the database for nothing.

        Raises
        ------
        Unavailable
            If it does not answer.
        """
        from sqlalchemy import text

        with self._database.reading() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()


def _keep_from_others(path: Path) -> None:
    """Make the file before SQLite does, which would let anybody on the machine read it; its other files follow it."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o660))
    except OSError:
        return  # it is there, or cannot be made, which whoever opens it says
