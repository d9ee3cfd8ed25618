"""Answers to requests that carry an idempotency key: asked again, the same answer is given, and nothing done twice."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from wattstone.interfaces.store.server.records import Kept
from wattstone.interfaces.store.server.rows import from_row, now_utc, table

if TYPE_CHECKING:
    from wattstone.interfaces.store.database import Database

__all__ = ["Answers"]


class Answers:
    """Answers by who asked and their key."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    def begin(
        self, actor: str, key: str, fingerprint: str, *, lasts: timedelta, now: datetime | None = None
    ) -> Kept | None:
        """Begin to answer, or find what was answered.

        Parameters
        ----------
        actor : str
            Id of the person or API key, with the organisation if that matters.
        key : str
            Theirs.
        fingerprint : str
            Hash of method, path and body.
        lasts : timedelta
            After which a key counts as new; also one whose answer was never finished, for its process was killed.

        Returns
        -------
        Kept or None
            None: the request is this caller's to answer, then `finish` or `forget`. Else what is kept: with another
            fingerprint the key was used for something else; with status None it is being answered just now.
        """
        from sqlalchemy.exc import IntegrityError

        moment, answers = now_utc(now), table("answers")
        row: dict[str, Any] = {
            "actor": actor, "key": key, "fingerprint": fingerprint, "status": None, "headers": {}, "body": b"",
            "created": moment,
        }  # fmt: skip
        mine = answers.c.actor == actor, answers.c.key == key
        try:
            with self._database.writing() as connection:
                connection.execute(answers.delete().where(*mine, answers.c.created <= moment - lasts))
                connection.execute(answers.insert(), row)
        except IntegrityError:
            with self._database.reading() as connection:
                kept = connection.execute(answers.select().where(*mine)).mappings().first()
            return from_row(Kept, row if kept is None else kept)
        return None

    def finish(self, actor: str, key: str, *, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Keep the answer."""
        answers = table("answers")
        said = answers.update().where(answers.c.actor == actor, answers.c.key == key)
        with self._database.writing() as connection:
            connection.execute(said.values(status=status, headers=dict(headers), body=body))

    def forget(self, actor: str, key: str) -> None:
        """Keep nothing: the request failed in a way that asking again may mend."""
        answers = table("answers")
        with self._database.writing() as connection:
            connection.execute(answers.delete().where(answers.c.actor == actor, answers.c.key == key))

    def sweep(self, *, before: datetime) -> int:
        """Remove answers from before a time; return how many."""
        answers = table("answers")
        with self._database.writing() as connection:
            return connection.execute(answers.delete().where(answers.c.created < now_utc(before))).rowcount
