"""People, their roles in organisations, and codes that can be used once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from wattstone.base import WattstoneError
from wattstone.interfaces.store.server.records import NOWHERE, Membership, OneTimeCode, Person, Purpose
from wattstone.interfaces.store.server.rows import digest, from_row, new_id, new_token, now_utc, table, to_row

if TYPE_CHECKING:
    from wattstone.interfaces.store.database import Database

__all__ = ["Codes", "People", "Taken"]

_CHANGEABLE = frozenset(
    {"name", "email", "language", "password", "issuer", "subject", "disabled", "failures", "locked_until", "seen"}
)


class Taken(WattstoneError):
    """An account with this address, or this account of the identity provider, is there already."""


class People:
    """Accounts and memberships."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    def add(
        self,
        *,
        name: str,
        email: str,
        password: str | None = None,
        issuer: str | None = None,
        subject: str | None = None,
        language: str | None = None,
    ) -> Person:
        """Make an account.

        Raises
        ------
        Taken
            If the address, or the identity, has one.
        """
        from sqlalchemy.exc import IntegrityError

        person = Person(
            id=new_id(), name=name, email=_address(email), password=password,
            issuer=issuer, subject=subject, language=language, created=now_utc(),
        )  # fmt: skip
        try:
            with self._database.writing() as connection:
                connection.execute(table("people").insert(), to_row(person))
        except IntegrityError:
            raise Taken(f"there is an account for {person.email} already") from None
        return person

    def find(self, person_id: str) -> Person | None:
        """An account by its id."""
        return self._one(id=person_id)

    def by_email(self, email: str) -> Person | None:
        """An account by its address, in whatever case it is written."""
        return self._one(email=_address(email))

    def by_identity(self, issuer: str, subject: str) -> Person | None:
        """An account by whom an identity provider says it is."""
        return self._one(issuer=issuer, subject=subject)

    def every(self) -> tuple[Person, ...]:
        """All accounts, by name."""
        people = table("people")
        with self._database.reading() as connection:
            rows = connection.execute(people.select().order_by(people.c.name, people.c.id)).mappings().all()
        return tuple(from_row(Person, row) for row in rows)

    def any(self) -> bool:
        """Whether there is an account at all."""
        with self._database.reading() as connection:
            return connection.execute(table("people").select().limit(1)).first() is not None

    def change(self, person_id: str, **changes: Any) -> Person:
        """Change fields of an account (`password`, `name`, `disabled`, `locked_until`, `seen`, ...).

        Raises
        ------
        Taken
            If another account has the address or the identity.
        WattstoneError
            If there is no such account.
        """
        from sqlalchemy.exc import IntegrityError

        if unknown := set(changes) - _CHANGEABLE:
            raise TypeError(f"no such field of an account: {', '.join(sorted(unknown))}")
        if "email" in changes:
            changes["email"] = _address(changes["email"])
        people = table("people")
        try:
            with self._database.writing() as connection:
                row = connection.execute(people.select().where(people.c.id == person_id)).mappings().first()
                if row is None:
                    raise WattstoneError(f"there is no account {person_id}")
                person = replace(from_row(Person, row), **changes)
                connection.execute(people.update().where(people.c.id == person_id), changes)
        except IntegrityError:
            raise Taken("another account has this address already") from None
        return person

    def failed(self, person_id: str, *, limit: int, pause: timedelta, now: datetime | None = None) -> Person:
        """Count a wrong password; at each multiple of `limit` the account is locked for `pause`."""
        people = table("people")
        with self._database.writing(alone=True) as connection:
            found = people.c.id == person_id
            connection.execute(people.update().where(found).values(failures=people.c.failures + 1))
            person = from_row(Person, connection.execute(people.select().where(found)).mappings().one())
            if person.failures % limit == 0:
                person = replace(person, locked_until=now_utc(now) + pause)
                connection.execute(people.update().where(found).values(locked_until=person.locked_until))
        return person

    def remove(self, person_id: str) -> None:
        """Remove an account with its roles and sessions; the audit log keeps its id."""
        people = table("people")
        with self._database.writing() as connection:
            connection.execute(people.delete().where(people.c.id == person_id))

    def join(
        self,
        person_id: str,
        tenant: str,
        role: str,
        *,
        by: str,
        sites: Iterable[str] | None = None,
        spaces: Iterable[str] = NOWHERE,
    ) -> Membership:
        """Give a person a role in an organisation, in place of the one they have there."""
        member = Membership(
            person=person_id, tenant=tenant, role=role, created=now_utc(), created_by=by,
            sites=None if sites is None else frozenset(sites), spaces=frozenset(spaces),
        )  # fmt: skip
        with self._database.writing(alone=True) as connection:
            connection.execute(_membership(person_id, tenant))
            connection.execute(table("memberships").insert(), to_row(member))
        return member

    def leave(self, person_id: str, tenant: str) -> None:
        """Take the role away."""
        with self._database.writing() as connection:
            connection.execute(_membership(person_id, tenant))

    def memberships(self, *, person: str | None = None, tenant: str | None = None) -> tuple[Membership, ...]:
        """Roles of a person, in an organisation, or both."""
        members = table("memberships")
        query = members.select().order_by(members.c.tenant, members.c.created)
        if person is not None:
            query = query.where(members.c.person == person)
        if tenant is not None:
            query = query.where(members.c.tenant == tenant)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(from_row(Membership, row) for row in rows)

    def _one(self, **wanted: str) -> Person | None:
        people = table("people")
        with self._database.reading() as connection:
            row = connection.execute(people.select().filter_by(**wanted)).mappings().first()
        return None if row is None else from_row(Person, row)


class Codes:
    """Codes that are given out once and can be used once, until they expire."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    def issue(
        self,
        purpose: Purpose,
        *,
        by: str,
        lasts: timedelta,
        email: str | None = None,
        tenant: str | None = None,
        role: str | None = None,
        sites: Iterable[str] | None = None,
        spaces: Iterable[str] = NOWHERE,
        now: datetime | None = None,
    ) -> tuple[str, OneTimeCode]:
        """Make a code; the first of the two is to be shown now, for it is nowhere kept."""
        created = now_utc(now)
        code = OneTimeCode(
            id=new_id(), purpose=purpose, email=None if email is None else _address(email), tenant=tenant, role=role,
            sites=None if sites is None else frozenset(sites), spaces=frozenset(spaces),
            created=created, created_by=by, expires=created + lasts,
        )  # fmt: skip
        token = new_token()
        with self._database.writing() as connection:
            connection.execute(table("codes").insert(), {**to_row(code), "digest": digest(token)})
        return token, code

    def find(self, token: str, *, now: datetime | None = None) -> OneTimeCode | None:
        """What a code allows, without using it; None where it is unknown, used or expired."""
        codes = table("codes")
        with self._database.reading() as connection:
            row = connection.execute(codes.select().where(*_usable(token, now))).mappings().first()
        return None if row is None else from_row(OneTimeCode, row)

    def take(self, token: str, *, now: datetime | None = None) -> OneTimeCode | None:
        """Use a code: of any number of takers at once, one gets it."""
        codes, moment = table("codes"), now_utc(now)
        with self._database.writing() as connection:
            taken = codes.update().where(*_usable(token, moment)).values(used=moment).returning(*codes.c)
            row = connection.execute(taken).mappings().first()
        return None if row is None else from_row(OneTimeCode, row)

    def open(self, *, tenant: str | None = None, now: datetime | None = None) -> tuple[OneTimeCode, ...]:
        """Codes that are neither used nor expired, newest first."""
        codes = table("codes")
        query = codes.select().where(codes.c.used.is_(None), codes.c.expires > now_utc(now))
        if tenant is not None:
            query = query.where(codes.c.tenant == tenant)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(codes.c.created.desc())).mappings().all()
        return tuple(from_row(OneTimeCode, row) for row in rows)

    def withdraw(self, code_id: str | None = None, *, purpose: Purpose | None = None) -> None:
        """Remove a code, or all codes for a purpose."""
        codes = table("codes")
        with self._database.writing() as connection:
            if code_id is not None:
                connection.execute(codes.delete().where(codes.c.id == code_id))
            if purpose is not None:
                connection.execute(codes.delete().where(codes.c.purpose == purpose, codes.c.used.is_(None)))

    def sweep(self, *, before: datetime) -> int:
        """Remove codes that were used or expired before a time; return how many."""
        codes, moment = table("codes"), now_utc(before)
        with self._database.writing() as connection:
            return connection.execute(
                codes.delete().where((codes.c.used < moment) | (codes.c.expires < moment))
            ).rowcount


def _address(email: str) -> str:
    return email.strip().lower()


def _membership(person_id: str, tenant: str) -> Any:
    members = table("memberships")
    return members.delete().where(members.c.person == person_id, members.c.tenant == tenant)


def _usable(token: str, now: datetime | None) -> tuple[Any, ...]:
    codes = table("codes")
    return codes.c.digest == digest(token), codes.c.used.is_(None), codes.c.expires > now_utc(now)
