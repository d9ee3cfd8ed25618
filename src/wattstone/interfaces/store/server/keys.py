"""Keys of programs to an organisation: shown once, kept as a hash."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from wattstone.interfaces.store.server.records import NOWHERE, ApiKey
from wattstone.interfaces.store.server.rows import digest, from_row, new_id, new_token, now_utc, table, to_row
from wattstone.interfaces.store.server.sessions import GRAIN

if TYPE_CHECKING:
    from wattstone.interfaces.store.database import Database

__all__ = ["ApiKeys"]

PREFIX = "wsk_"
"""Every key begins with it, so that one that got into a text can be found."""
_SHOWN = 10  # characters of a key that its list shows


class ApiKeys:
    """Keys of programs."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    def issue(
        self,
        tenant: str,
        *,
        name: str,
        role: str,
        by: str,
        acts: Iterable[str] | None = None,
        sites: Iterable[str] | None = None,
        spaces: Iterable[str] = NOWHERE,
        expires: datetime | None = None,
    ) -> tuple[str, ApiKey]:
        """Make a key; the first of the two is to be shown now, for it is nowhere kept.

        Parameters
        ----------
        tenant, name, role : str
            The organisation, what the key is for, what it may at most.
        by : str
            Who made it.
        acts : iterable of str or None
            What it may of that; all of it where None.
        sites, spaces : iterable of str
            How far it reaches; None: the whole organisation.
        expires : datetime or None
            Naive UTC or with a zone; never where None.
        """
        token = new_token(PREFIX)
        key = ApiKey(
            id=new_id(), tenant=tenant, name=name, start=token[:_SHOWN], role=role, created=now_utc(), created_by=by,
            acts=None if acts is None else frozenset(acts), sites=None if sites is None else frozenset(sites),
            spaces=frozenset(spaces), expires=None if expires is None else now_utc(expires),
        )  # fmt: skip
        with self._database.writing() as connection:
            connection.execute(table("keys").insert(), {**to_row(key), "digest": digest(token)})
        return token, key

    def find(self, token: str, *, now: datetime | None = None) -> ApiKey | None:
        """The key; None where it is unknown, revoked or expired. That it was used is written, at most once a minute."""
        keys, moment = table("keys"), now_utc(now)
        query = keys.select().where(keys.c.digest == digest(token), keys.c.revoked.is_(None))
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None or (row["expires"] is not None and row["expires"] <= moment):
            return None
        key = from_row(ApiKey, row)
        if key.used is None or moment - key.used >= GRAIN:
            key = replace(key, used=moment)
            with self._database.writing() as connection:
                connection.execute(keys.update().where(keys.c.id == key.id).values(used=moment))
        return key

    def get(self, key_id: str) -> ApiKey | None:
        """A key by its id, also one that can be used no more."""
        keys = table("keys")
        with self._database.reading() as connection:
            row = connection.execute(keys.select().where(keys.c.id == key_id)).mappings().first()
        return None if row is None else from_row(ApiKey, row)

    def of(self, tenant: str) -> tuple[ApiKey, ...]:
        """The keys to an organisation, newest first, also those that can be used no more."""
        keys = table("keys")
        query = keys.select().where(keys.c.tenant == tenant).order_by(keys.c.created.desc(), keys.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(from_row(ApiKey, row) for row in rows)

    def revoke(self, tenant: str, key_id: str, *, now: datetime | None = None) -> bool:
        """Make a key of an organisation void; False where it has no such key, or it was void."""
        keys = table("keys")
        mine = (keys.c.id == key_id, keys.c.tenant == tenant, keys.c.revoked.is_(None))
        with self._database.writing() as connection:
            return connection.execute(keys.update().where(*mine).values(revoked=now_utc(now))).rowcount == 1
