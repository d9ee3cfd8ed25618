"""Attempts to come in, counted for all processes of a server together; they outlast a restart."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from wattstone.interfaces.store.server.rows import now_utc, table

if TYPE_CHECKING:
    from wattstone.interfaces.store.database import Database
    from wattstone.workflows.accounts.throttle import Pace

__all__ = ["Attempts"]


class Attempts:
    """Attempts by name: of an account, of an address of the network. Of the names, only hashes are kept."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    def begin(self, paces: "Mapping[str, Pace]", *, now: datetime | None = None) -> float:
        """Count an attempt as a failure under each of its names, before it is made; or say how long it has to wait.

        It is counted beforehand, for of many that come at once none has failed yet. Where it has to wait, nothing is
        counted.

        Parameters
        ----------
        paces : mapping of str to Pace
            How fast attempts may follow each other, by name.
        now : datetime or None
            Naive UTC, or with a zone.

        Returns
        -------
        float
            Until the attempt may be made; 0 for now. [s]
        """
        moment, attempts = now_utc(now), table("attempts")
        names = {_digest(name): pace for name, pace in paces.items()}
        with self._database.writing(alone=True) as connection:
            query = attempts.select().where(attempts.c.name.in_(names))
            held = {row["name"]: row for row in connection.execute(query).mappings()}
            wait = max((_wait(pace, held.get(name), moment) for name, pace in names.items()), default=0.0)
            if wait > 0:
                return wait
            for name, pace in names.items():
                connection.execute(*_counted(name, pace, held.get(name), moment))
        return 0.0

    def forgive(self, name: str) -> None:
        """Take one attempt back that was no failure: the one before it is the last again."""
        attempts = table("attempts")
        mine = attempts.update().where(attempts.c.name == _digest(name), attempts.c.failures > 0)
        with self._database.writing() as connection:
            connection.execute(mine.values(failures=attempts.c.failures - 1, last=attempts.c.before))

    def forget(self, name: str) -> None:
        """Somebody got in: begin anew."""
        attempts = table("attempts")
        with self._database.writing() as connection:
            connection.execute(attempts.delete().where(attempts.c.name == _digest(name)))

    def sweep(self, *, before: datetime) -> int:
        """Remove names that were quiet since a time; return how many."""
        attempts = table("attempts")
        with self._database.writing() as connection:
            return connection.execute(attempts.delete().where(attempts.c.last < now_utc(before))).rowcount


def _digest(name: str) -> str:
    """What is kept of a name: the database need not tell who tried to come in."""
    return hashlib.sha256(name.encode()).hexdigest()


def _counted(name: str, pace: "Pace", row: Mapping[Any, Any] | None, moment: datetime) -> tuple[Any, ...]:
    """What is executed to count one more."""
    attempts = table("attempts")
    if row is None:
        return attempts.insert(), {"name": name, "failures": 1, "last": moment, "before": moment}
    failures = 1 if _since(row, moment) > pace.forgets else row["failures"] + 1
    said = {"failures": failures, "last": moment, "before": row["last"]}
    return (attempts.update().where(attempts.c.name == name).values(said),)


def _wait(pace: "Pace", row: Mapping[Any, Any] | None, moment: datetime) -> float:
    return 0.0 if row is None else pace.wait(row["failures"], since=_since(row, moment))


def _since(row: Mapping[Any, Any], moment: datetime) -> float:
    """Since the last attempt; 0 where another machine's clock is ahead. [s]"""
    return max(0.0, (moment - row["last"]).total_seconds())
