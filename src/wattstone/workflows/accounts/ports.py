"""What accounts need of wherever they are kept: protocols that the server's records fulfil. Times are naive UTC."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from wattstone.workflows.accounts.throttle import Pace

__all__ = ["CodeLike", "KeyLike", "MemberLike", "PersonLike", "Purpose", "SessionLike", "Store"]

Purpose = Literal["first", "invite", "reset"]


class PersonLike(Protocol):
    """Somebody with an account."""

    @property
    def id(self) -> str:
        """Made once; stays."""
        ...

    @property
    def name(self) -> str:
        """For people to read."""
        ...

    @property
    def email(self) -> str:
        """In lower case, unique."""
        ...

    @property
    def password(self) -> str | None:
        """As the hasher writes it; None for who signs in elsewhere only."""
        ...

    @property
    def issuer(self) -> str | None:
        """Of the identity at a provider."""
        ...

    @property
    def disabled(self) -> bool:
        """May not sign in."""
        ...

    @property
    def failures(self) -> int:
        """Wrong passwords since the last right one."""
        ...

    @property
    def locked_until(self) -> datetime | None:
        """No password is tried before."""
        ...


class Reach(Protocol):
    """A role in an organisation, and how far it reaches."""

    @property
    def tenant(self) -> str:
        """The organisation."""
        ...

    @property
    def role(self) -> str:
        """Name of the role."""
        ...

    @property
    def sites(self) -> frozenset[str] | None:
        """None: the whole organisation."""
        ...

    @property
    def spaces(self) -> frozenset[str]:
        """Beside the sites."""
        ...


class MemberLike(Reach, Protocol):
    """A person's role in an organisation."""

    @property
    def person(self) -> str:
        """Id of the person."""
        ...


class KeyLike(Reach, Protocol):
    """A program's key."""

    @property
    def id(self) -> str:
        """Of the key."""
        ...

    @property
    def name(self) -> str:
        """What it is for."""
        ...

    @property
    def acts(self) -> frozenset[str] | None:
        """Fewer than the role's; all of them where None."""
        ...

    @property
    def created_by(self) -> str:
        """Id of the person, or `local`."""
        ...

    @property
    def revoked(self) -> datetime | None:
        """When it was made void."""
        ...


class CodeLike(Protocol):
    """What a one-time code allows."""

    @property
    def id(self) -> str:
        """Of the code, not the code."""
        ...

    @property
    def purpose(self) -> Purpose:
        """What it is for."""
        ...

    @property
    def email(self) -> str | None:
        """For whom."""
        ...

    @property
    def tenant(self) -> str | None:
        """Into which organisation."""
        ...

    @property
    def role(self) -> str | None:
        """As what."""
        ...

    @property
    def sites(self) -> frozenset[str] | None:
        """How far."""
        ...

    @property
    def spaces(self) -> frozenset[str]:
        """Beside the sites."""
        ...

    @property
    def created_by(self) -> str:
        """Who gave it out."""
        ...


class SessionLike(Protocol):
    """A browser that is signed in."""

    @property
    def id(self) -> str:
        """Of the session, not its token."""
        ...

    @property
    def person(self) -> str | None:
        """Who."""
        ...

    @property
    def data(self) -> Mapping[str, Any]:
        """JSON."""
        ...


class People(Protocol):
    """Accounts and memberships."""

    def add(
        self, *, name: str, email: str, password: str | None = None, issuer: str | None = None,
        subject: str | None = None, language: str | None = None,
    ) -> PersonLike: ...  # fmt: skip
    def find(self, person_id: str) -> PersonLike | None: ...
    def by_email(self, email: str) -> PersonLike | None: ...
    def by_identity(self, issuer: str, subject: str) -> PersonLike | None: ...
    def every(self) -> tuple[PersonLike, ...]: ...
    def any(self) -> bool: ...
    def change(self, person_id: str, **changes: Any) -> PersonLike: ...
    def failed(self, person_id: str, *, limit: int, pause: timedelta, now: datetime | None = None) -> PersonLike: ...
    def remove(self, person_id: str) -> None: ...
    def join(
        self, person_id: str, tenant: str, role: str, *, by: str, sites: Iterable[str] | None = None,
        spaces: Iterable[str] = frozenset(),
    ) -> MemberLike: ...  # fmt: skip
    def leave(self, person_id: str, tenant: str) -> None: ...
    def memberships(self, *, person: str | None = None, tenant: str | None = None) -> tuple[MemberLike, ...]: ...


class Codes(Protocol):
    """One-time codes."""

    def issue(
        self, purpose: Purpose, *, by: str, lasts: timedelta, email: str | None = None, tenant: str | None = None,
        role: str | None = None, sites: Iterable[str] | None = None, spaces: Iterable[str] = frozenset(),
        now: datetime | None = None,
    ) -> tuple[str, CodeLike]: ...  # fmt: skip
    def find(self, token: str, *, now: datetime | None = None) -> CodeLike | None: ...
    def take(self, token: str, *, now: datetime | None = None) -> CodeLike | None: ...
    def open(self, *, tenant: str | None = None, now: datetime | None = None) -> tuple[CodeLike, ...]: ...
    def withdraw(self, code_id: str | None = None, *, purpose: Purpose | None = None) -> None: ...


class Sessions(Protocol):
    """Sessions of browsers."""

    def open(
        self, person: str | None, *, lasts: timedelta, address: str = "", agent: str = "",
        data: Mapping[str, Any] | None = None, now: datetime | None = None,
    ) -> tuple[str, SessionLike]: ...  # fmt: skip
    def close(self, session_id: str) -> None: ...
    def close_all(self, person: str, *, but: str | None = None) -> int: ...
    def age(self, person: str) -> None: ...


class Keys(Protocol):
    """Keys of programs."""

    def issue(
        self, tenant: str, *, name: str, role: str, by: str, acts: Iterable[str] | None = None,
        sites: Iterable[str] | None = None, spaces: Iterable[str] = frozenset(), expires: datetime | None = None,
    ) -> tuple[str, KeyLike]: ...  # fmt: skip
    def get(self, key_id: str) -> KeyLike | None: ...
    def of(self, tenant: str) -> tuple[KeyLike, ...]: ...
    def revoke(self, tenant: str, key_id: str, *, now: datetime | None = None) -> bool: ...


class Attempts(Protocol):
    """Attempts to come in, by name, of all processes."""

    def begin(self, paces: Mapping[str, Pace], *, now: datetime | None = None) -> float: ...
    def forgive(self, name: str) -> None: ...
    def forget(self, name: str) -> None: ...


class Log(Protocol):
    """The chained audit log."""

    def note(
        self, what: str, *, who: str, tenant: str | None = None, details: Mapping[str, Any] | None = None,
        when: datetime | None = None,
    ) -> object: ...  # fmt: skip


class Store(Protocol):
    """Where accounts are kept."""

    @property
    def people(self) -> People: ...  # noqa: D102
    @property
    def codes(self) -> Codes: ...  # noqa: D102
    @property
    def sessions(self) -> Sessions: ...  # noqa: D102
    @property
    def keys(self) -> Keys: ...  # noqa: D102
    @property
    def attempts(self) -> Attempts: ...  # noqa: D102
    @property
    def audit(self) -> Log: ...  # noqa: D102
