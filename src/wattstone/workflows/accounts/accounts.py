"""The use cases of accounts: the first administrator, signing in, passwords."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from wattstone.base.errors import InputRefused
from wattstone.workflows.access import LOCAL, Principal, Role
from wattstone.workflows.accounts.members import Members
from wattstone.workflows.accounts.passwords import LENGTH, Hasher, password_findings
from wattstone.workflows.accounts.ports import CodeLike, PersonLike, Store
from wattstone.workflows.accounts.refusals import (
    address_findings,
    code_refused,
    name_findings,
    refused,
    sign_in_refused,
)
from wattstone.workflows.accounts.throttle import Pace, TooMany

__all__ = ["FIRST_LASTS", "Accounts"]

FIRST_LASTS = timedelta(minutes=10)
_LOCK_EVERY = 10  # wrong passwords in a row, whichever process heard them
_LOCK = timedelta(minutes=5)
_BY_EMAIL = Pace(free=5)
_FIRST = "first"  # the name under which attempts at the first code are counted


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


class Accounts(Members):
    """Accounts over a store. Its methods are what pages, API and command line call; each writes its line of the audit.

    Parameters
    ----------
    store : Store
        Where accounts are kept.
    hasher : Hasher
        Of passwords.
    length : int
        Characters that a password has at least.
    address_free : int
        Failures from one address that cost no wait.
    clock : callable
        Now, naive UTC.
    """

    def __init__(
        self,
        store: Store,
        hasher: Hasher,
        *,
        length: int = LENGTH,
        address_free: int = 60,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        super().__init__(store)
        self._hasher, self._length, self._clock = hasher, length, clock
        self._by_address = Pace(free=address_free)

    def first_code(self) -> str:
        """A code for the first administrator, valid for ten minutes; earlier ones are void.

        Raises
        ------
        InputRefused
            If there is an account already.
        """
        if self._store.people.any():
            raise refused(
                "account.first", "there are accounts already", "a server without accounts",
                "sign in, or have a link made with `wattstone account reset`",
            )  # fmt: skip
        self._store.codes.withdraw(purpose="first")
        return self._store.codes.issue("first", by=LOCAL.id, lasts=FIRST_LASTS)[0]

    def begin(
        self, code: str, *, name: str, email: str, password: str, tenants: Iterable[str], language: str | None = None
    ) -> PersonLike:
        """Make the first account: administrator of every organisation that is served.

        Parameters
        ----------
        code : str
            As `wattstone serve` printed it.
        name, email, password : str
            Of the account.
        tenants : iterable of str
            Ids of the organisations.
        language : str or None
            Of the account's pages.

        Raises
        ------
        InputRefused
            If the code is not valid, or a field cannot be used: the code is not used up then.
        """
        self._begin({_FIRST: self._by_address})
        found = self._store.codes.find(code.strip())
        if found is None or found.purpose != "first" or self._store.people.any():
            raise code_refused()
        self._store.attempts.forget(_FIRST)
        self._check(name=name, email=email, password=password)
        hashed = self._hasher.hash(password)
        if self._store.codes.take(code.strip()) is None:
            raise code_refused()
        person = self._store.people.add(name=name.strip(), email=email, password=hashed, language=language)
        for tenant in tenants:
            self._store.people.join(person.id, tenant, str(Role.ADMIN), by=LOCAL.id)
            self._note("first administrator", who=person.name, tenant=tenant, person=person.id)
        return person

    def sign_in(self, email: str, password: str, *, address: str = "") -> PersonLike:
        """Let somebody in by address and password.

        The work is the same for an address that nobody has. Failures slow down the address of mail and that of the
        network, and after ten in a row the account rests for five minutes, whichever process heard them: they are
        counted in the store.

        Parameters
        ----------
        email, password : str
            As typed.
        address : str
            Of the network.

        Raises
        ------
        InputRefused
            If they are wrong, or the account is closed: always in the same words.
        TooMany
            If there were too many failures lately; nothing is tried then.
        """
        named, now = email.strip().lower(), self._clock()
        counted = {_account(named): _BY_EMAIL, **({f"address {address}": self._by_address} if address else {})}
        self._begin(counted)
        person = self._store.people.by_email(named)
        if person is not None and person.locked_until is not None and person.locked_until > now:
            self._forgive(counted)  # nothing was tried
            raise TooMany((person.locked_until - now).total_seconds())
        kept = None if person is None or person.disabled else person.password
        if not self._hasher.check(kept, password) or person is None:
            if person is not None:
                self._store.people.failed(person.id, limit=_LOCK_EVERY, pause=_LOCK, now=now)
            self._note("sign-in refused", who=person.name if person else "unknown", address=address)
            raise sign_in_refused()
        self._forgive(counted)
        self._store.attempts.forget(_account(named))
        return self._let_in(person, kept, password, address)

    def _let_in(self, person: PersonLike, kept: str | None, password: str, address: str) -> PersonLike:
        changes: dict[str, Any] = {"failures": 0, "locked_until": None, "seen": self._clock()}
        if kept is not None and self._hasher.stale(kept):
            changes["password"] = self._hasher.hash(password)
        after = self._store.people.change(person.id, **changes)
        self._note("sign-in", who=person.name, person=person.id, address=address)
        return after

    def change_password(self, person_id: str, old: str, new: str, *, session: str | None = None) -> None:
        """Set a new password, with the old one; every other session ends.

        Parameters
        ----------
        person_id : str
            Whose.
        old, new : str
            As typed.
        session : str or None
            Id of the session that stays.

        Raises
        ------
        InputRefused
            If the old one is wrong, or the new one will not do.
        """
        person = self._person(person_id)
        self._begin({_account(person.email): _BY_EMAIL})
        if not self._hasher.check(person.password, old):
            raise refused(
                "password.old", "this is not the password of the account", "the password that holds now",
                "type it again", field="old",
            )  # fmt: skip
        self._store.attempts.forget(_account(person.email))
        self._set_password(person, new)
        self._store.sessions.close_all(person.id, but=session)
        self._store.sessions.age(person.id)
        self._note("password", who=person.name, person=person.id)

    def reset(self, code: str, password: str) -> PersonLike:
        """Set a new password by a one-time link; every session ends, the account is no longer locked.

        Raises
        ------
        InputRefused
            If the link is not valid, or the password will not do: the link is not used up then.
        """
        found = self._code(code, "reset")
        person = self._store.people.by_email(found.email or "")
        if person is None or person.disabled:
            raise code_refused()
        self._raise_on(password_findings(password, name=person.name, email=person.email, length=self._length))
        if self._store.codes.take(code.strip()) is None:
            raise code_refused()
        self._set_password(person, password)
        self._store.sessions.close_all(person.id)
        self._store.attempts.forget(_account(person.email))
        self._note("password by link", who=person.name, person=person.id, by=found.created_by)
        return person

    def accept(self, code: str, *, name: str = "", password: str = "", person: PersonLike | None = None) -> PersonLike:
        """Take up an invitation: with a new account, or, signed in, with the one that has the invited address.

        An account of that address that was closed is opened again, as if it were new.

        Parameters
        ----------
        code : str
            Of the invitation.
        name, password : str
            Of the new account.
        person : Person or None
            Whoever is signed in.

        Raises
        ------
        InputRefused
            If the invitation is not valid, a field cannot be used, or the address has an account that is not signed in.
        """
        found = self._code(code, "invite")
        known = self._store.people.by_email(found.email or "")
        anew = known is None or known.disabled
        if known is not None and not anew and (person is None or person.id != known.id):
            raise refused(
                "account.known", "the invited address has an account", "that account, signed in",
                "sign in first, then open the link again", field="email",
            )  # fmt: skip
        if anew:
            self._check(name=name, email=found.email or "", password=password, known=known)
        hashed = self._hasher.hash(password) if anew else None
        if self._store.codes.take(code.strip()) is None or found.tenant is None or found.role is None:
            raise code_refused()
        member = known or self._store.people.add(name=name.strip(), email=found.email or "", password=hashed)
        if member.disabled:
            fresh = {"failures": 0, "locked_until": None, "disabled": False}
            member = self._store.people.change(member.id, name=name.strip(), password=hashed, **fresh)
        self._store.people.join(
            member.id, found.tenant, found.role, by=found.created_by, sites=found.sites, spaces=found.spaces
        )
        self._store.sessions.age(member.id)
        self._note("join", who=member.name, tenant=found.tenant, person=member.id, role=found.role)
        return member

    def invitation(self, code: str) -> CodeLike:
        """What an invitation is for, without using it.

        Raises
        ------
        InputRefused
            If it is not valid.
        """
        return self._code(code, "invite")

    def sign_out(self, person: PersonLike, session: str) -> None:
        """End a session."""
        self._store.sessions.close(session)
        self._note("sign-out", who=person.name, person=person.id)

    def sign_out_everywhere(self, person: PersonLike, *, but: str | None = None) -> int:
        """End every session of a person, but one; return how many ended."""
        ended = self._store.sessions.close_all(person.id, but=but)
        self._note("sign-out everywhere", who=person.name, person=person.id, sessions=ended)
        return ended

    def add(
        self, actor: Principal, *, name: str, email: str, password: str, role: Role, language: str | None = None
    ) -> PersonLike:
        """Make an account with a password and a role in the actor's organisation, from the machine itself.

        Raises
        ------
        Forbidden
            To anybody but the one who owns the machine: others invite.
        """
        self._local(actor)
        self._check(name=name, email=email, password=password)
        hashed = self._hasher.hash(password)
        person = self._store.people.add(name=name.strip(), email=email, password=hashed, language=language)
        self._store.people.join(person.id, actor.tenant, str(role), by=actor.id)
        self._note("add account", who=actor.name, tenant=actor.tenant, person=person.id, role=str(role))
        return person

    def _set_password(self, person: PersonLike, password: str) -> None:
        self._raise_on(password_findings(password, name=person.name, email=person.email, length=self._length))
        hashed = self._hasher.hash(password)
        self._store.people.change(person.id, password=hashed, failures=0, locked_until=None)

    def _check(self, *, name: str, email: str, password: str, known: PersonLike | None = None) -> None:
        """All that is wrong with a new account, at once; `known` has the address already, and is opened again."""
        found = [*name_findings(name), *address_findings(email)]
        found += password_findings(password, name=name, email=email, length=self._length)
        if not found and known is None and self._store.people.by_email(email) is not None:
            raise refused(
                "account.taken", "there is an account with this address", "another address",
                "sign in, or use another address", field="email",
            )  # fmt: skip
        self._raise_on(found)

    def _raise_on(self, found: list[Any]) -> None:
        if found:
            raise InputRefused(found)

    def _code(self, code: str, purpose: str) -> CodeLike:
        found = self._store.codes.find(code.strip())
        if found is None or found.purpose != purpose or not self._stands(found):
            raise code_refused()
        return found

    def _begin(self, counted: Mapping[str, Pace]) -> None:
        """Count an attempt as a failure under its names until it is known to be none, in whichever process.

        Raises
        ------
        TooMany
            If there were too many lately.
        """
        wait = self._store.attempts.begin(counted, now=self._clock())
        if wait > 0:
            raise TooMany(wait)

    def _forgive(self, counted: Iterable[str]) -> None:
        for name in counted:
            self._store.attempts.forgive(name)


def _account(email: str) -> str:
    """The name under which attempts at an account are counted, whether it is there or not."""
    return f"account {email.strip().lower()}"
