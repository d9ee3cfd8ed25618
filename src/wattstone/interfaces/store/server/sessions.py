"""Sessions of browsers: the cookie holds a token, the table its hash."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from wattstone.interfaces.store.server.records import Session
from wattstone.interfaces.store.server.rows import digest, from_row, new_id, new_token, now_utc, table, to_row

if TYPE_CHECKING:
    from wattstone.interfaces.store.database import Database

__all__ = ["Sessions"]

GRAIN = timedelta(minutes=1)
"""`seen` is written at most this often, so that reading a page hardly ever writes."""
_LONG_AGO = datetime(1970, 1, 1)


class Sessions:
    """Sessions."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    def open(
        self,
        person: str | None,
        *,
        lasts: timedelta,
        address: str = "",
        agent: str = "",
        data: Mapping[str, Any] | None = None,
        now: datetime | None = None,
    ) -> tuple[str, Session]:
        """Begin a session; the first of the two is the cookie's, and nowhere kept.

        Parameters
        ----------
        person : str or None
            None for somebody who is on the way to sign in.
        lasts : timedelta
            Until the session ends, whatever happens in it.
        address, agent : str
            Of the browser, to be shown in the list of sessions.
        data : mapping or None
            JSON of the session, as the state of a sign-in elsewhere.
        """
        moment, token = now_utc(now), new_token()
        session = Session(
            id=new_id(), person=person, created=moment, seen=moment, rotated=moment, expires=moment + lasts,
            address=address[:100], agent=agent[:300], data=dict(data or {}),
        )  # fmt: skip
        with self._database.writing() as connection:
            connection.execute(table("sessions").insert(), {**to_row(session), "digest": digest(token)})
        return token, session

    def find(self, token: str, *, idle: timedelta | None = None, now: datetime | None = None) -> Session | None:
        """The session of a token; None where it is unknown, ended, or nobody was seen in it for `idle`.

        That it was seen is written, at most once a minute.
        """
        sessions, moment = table("sessions"), now_utc(now)
        query = sessions.select().where(sessions.c.digest == digest(token), sessions.c.expires > moment)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None or (idle is not None and row["seen"] + idle <= moment):
            return None
        session = from_row(Session, row)
        if moment - session.seen >= GRAIN:
            session = replace(session, seen=moment)
            self._update(session.id, seen=moment)
        return session

    def rotate(
        self, token: str, *, person: str | None = None, lasts: timedelta | None = None, now: datetime | None = None
    ) -> tuple[str, Session] | None:
        """Give a session a new token, and a person where they have just signed in; the old token is void at once.

        Returns
        -------
        tuple of str and Session, or None
            None where the token is unknown, ended, or was exchanged by somebody else in between.
        """
        sessions, moment, fresh = table("sessions"), now_utc(now), new_token()
        changes: dict[str, Any] = {"digest": digest(fresh), "rotated": moment, "seen": moment}
        if person is not None:
            changes["person"] = person
        if lasts is not None:
            changes["expires"] = moment + lasts
        known = (sessions.c.digest == digest(token), sessions.c.expires > moment)
        with self._database.writing() as connection:
            change = sessions.update().where(*known).values(changes).returning(*sessions.c)
            row = connection.execute(change).mappings().first()
        return None if row is None else (fresh, from_row(Session, row))

    def succeed(
        self, token: str, *, before: datetime, grace: timedelta, now: datetime | None = None
    ) -> tuple[str, Session] | None:
        """Go on in a new session with a new token, where the old token was given out before a time.

        The old token holds for `grace` more, for requests that are on their way with it: a page and its charts are
        asked for at once. It is exchanged once.

        Returns
        -------
        tuple of str and Session, or None
            None where the token is unknown, ended, young enough, or was exchanged already.
        """
        sessions, moment, fresh = table("sessions"), now_utc(now), new_token()
        due = (sessions.c.digest == digest(token), sessions.c.expires > moment, sessions.c.rotated <= before)
        with self._database.writing(alone=True) as connection:
            row = connection.execute(sessions.select().where(*due)).mappings().first()
            if row is None:
                return None
            session = replace(from_row(Session, row), id=new_id(), rotated=moment, seen=moment)
            over = {"expires": min(row["expires"], moment + grace), "rotated": moment}
            connection.execute(sessions.update().where(sessions.c.id == row["id"]).values(over))
            connection.execute(sessions.insert(), {**to_row(session), "digest": digest(fresh)})
        return fresh, session

    def age(self, person: str) -> None:
        """Have every session of a person get a new token at its next request: what the person may has changed."""
        sessions = table("sessions")
        with self._database.writing() as connection:
            old = sessions.update().where(sessions.c.person == person).values(rotated=_LONG_AGO)
            connection.execute(old)

    def remember(self, session_id: str, data: Mapping[str, Any]) -> None:
        """Keep data (JSON) with a session, in place of what it has."""
        self._update(session_id, data=dict(data))

    def of(self, person: str, *, now: datetime | None = None) -> tuple[Session, ...]:
        """A person's open sessions, the last seen first."""
        sessions = table("sessions")
        query = sessions.select().where(sessions.c.person == person, sessions.c.expires > now_utc(now))
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(sessions.c.seen.desc())).mappings().all()
        return tuple(from_row(Session, row) for row in rows)

    def close(self, session_id: str) -> None:
        """End a session, and the one that it went on from: whose token still holds for requests on their way."""
        from sqlalchemy import and_

        sessions = table("sessions")
        with self._database.writing() as connection:
            row = connection.execute(sessions.select().where(sessions.c.id == session_id)).mappings().first()
            if row is None:
                return
            before = (sessions.c.person == row["person"], sessions.c.created == row["created"])
            connection.execute(sessions.delete().where((sessions.c.id == session_id) | and_(*before)))

    def close_all(self, person: str, *, but: str | None = None) -> int:
        """End every session of a person, but one by its id; return how many."""
        sessions = table("sessions")
        gone = sessions.delete().where(sessions.c.person == person)
        if but is not None:
            gone = gone.where(sessions.c.id != but)
        with self._database.writing() as connection:
            return connection.execute(gone).rowcount

    def sweep(self, *, now: datetime | None = None) -> int:
        """Remove sessions that have ended; return how many."""
        sessions = table("sessions")
        with self._database.writing() as connection:
            return connection.execute(sessions.delete().where(sessions.c.expires <= now_utc(now))).rowcount

    def _update(self, session_id: str, **changes: Any) -> None:
        sessions = table("sessions")
        with self._database.writing() as connection:
            connection.execute(sessions.update().where(sessions.c.id == session_id).values(changes))
