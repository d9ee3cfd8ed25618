"""People of an organisation, their roles, invitations and keys: what an administrator does."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from wattstone.workflows.access import EVERYWHERE, LOCAL, POLICY, Act, Forbidden, Principal, Role, Scope, require
from wattstone.workflows.accounts.ports import CodeLike, KeyLike, MemberLike, PersonLike, Store
from wattstone.workflows.accounts.refusals import address_findings, name_findings, refused

__all__ = ["INVITATION_LASTS", "RESET_LASTS", "Members"]

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=24)
_WHOLE = Scope()


class Members:
    """What is done with the people and keys of one organisation; the actor's `tenant` says which.

    Parameters
    ----------
    store : Store
        Where accounts are kept.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def members(self, actor: Principal) -> tuple[tuple[PersonLike, MemberLike], ...]:
        """The people of the organisation with their roles, by name."""
        require(actor, Act.ADMINISTER, EVERYWHERE)
        found = [
            (self._store.people.find(one.person), one) for one in self._store.people.memberships(tenant=actor.tenant)
        ]
        return tuple(sorted(((who, one) for who, one in found if who is not None), key=lambda pair: pair[0].name))

    def invite(self, actor: Principal, email: str, role: Role, scope: Scope = _WHOLE) -> tuple[str, CodeLike]:
        """Invite somebody; the first of the two goes into the link, which holds for seven days and once.

        Raises
        ------
        Forbidden
            If the actor may not administer.
        InputRefused
            If the address is none, or its owner is a member already.
        """
        require(actor, Act.ADMINISTER, EVERYWHERE)
        if found := address_findings(email):
            raise refused(found[0].code, found[0].found, found[0].expected, found[0].remedy, field="email")
        known = self._store.people.by_email(email)
        if known is not None and self._member(actor, known.id) is not None:
            raise refused(
                "account.member", "this address is a member already", "somebody new", "change the role in the list",
                field="email",
            )  # fmt: skip
        same = email.strip().casefold()
        earlier = [
            one
            for one in self._store.codes.open(tenant=actor.tenant)
            if one.purpose == "invite" and (one.email or "").casefold() == same
        ]
        token, code = self._store.codes.issue(
            "invite", by=actor.id, lasts=INVITATION_LASTS, email=email, tenant=actor.tenant, role=str(role),
            sites=scope.sites, spaces=scope.spaces,
        )  # fmt: skip
        for one in earlier:
            self.withdraw(actor, one)
        self._note("invite", who=actor.name, tenant=actor.tenant, email=email.strip().lower(), role=str(role))
        return token, code

    def withdraw(self, actor: Principal, code: CodeLike) -> None:
        """Make an invitation of the organisation void."""
        require(actor, Act.ADMINISTER, EVERYWHERE)
        if code.tenant != actor.tenant:
            raise _nobody()
        self._store.codes.withdraw(code.id)
        self._note("withdraw invitation", who=actor.name, tenant=actor.tenant, email=code.email)

    def change_role(self, actor: Principal, person_id: str, role: Role, scope: Scope = _WHOLE) -> MemberLike:
        """Give a member another role or scope; it holds at once, and every session of theirs gets a new token.

        Raises
        ------
        InputRefused
            If there is no such member, or nobody would be left who administers the organisation.
        """
        require(actor, Act.ADMINISTER, EVERYWHERE)
        person, before = self._person_here(actor, person_id)
        if role is not Role.ADMIN or not scope.whole:
            self._keep_one(before)
        after = self._store.people.join(
            person.id, actor.tenant, str(role), by=actor.id, sites=scope.sites, spaces=scope.spaces
        )
        self._store.sessions.age(person.id)
        details = {"person": person.id, "before": before.role, "role": str(role), **_told(scope)}
        self._note("role", who=actor.name, tenant=actor.tenant, **details)
        return after

    def remove(self, actor: Principal, person_id: str) -> None:
        """Take a member's role away, and make the keys void that they made here; their account stays.

        Whoever has no role left anywhere is signed out at once; of others every session gets a new token.
        """
        require(actor, Act.ADMINISTER, EVERYWHERE)
        person, before = self._person_here(actor, person_id)
        self._keep_one(before)
        self._take_away(before)
        if self._store.people.memberships(person=person.id):
            self._store.sessions.age(person.id)
        else:
            self._store.sessions.close_all(person.id)
        self._note("remove member", who=actor.name, tenant=actor.tenant, person=person.id)

    def reset_link(self, actor: Principal, person_id: str) -> str:
        """The code of a link by which a member sets a new password, within a day and once.

        Whoever holds the link holds the account. So an administrator makes one only for people whose roles are all in
        the administrator's own organisation; for others the one who owns the machine does.

        Raises
        ------
        Forbidden
            If the person has roles elsewhere.
        """
        require(actor, Act.ADMINISTER, EVERYWHERE)
        person, _ = self._person_here(actor, person_id)
        self._only_here(actor, person)
        token, _ = self._store.codes.issue("reset", by=actor.id, lasts=RESET_LASTS, email=person.email)
        self._note("password link", who=actor.name, tenant=actor.tenant, person=person.id)
        return token

    def close(self, actor: Principal, person_id: str, *, erase: bool = False) -> None:
        """Close an account at once: its sessions end, its keys and links are void, its roles and password are gone.

        Name and address stay, so that nobody comes in by an identity provider either, and an invitation to the address
        opens it again. The audit log keeps what was done under the name.

        Parameters
        ----------
        actor : Principal
            Who administers the only organisation in which the person has a role, or owns the machine.
        person_id : str
            Whose.
        erase : bool
            Remove name, address and the rest of the account too; for the one who owns the machine.

        Raises
        ------
        Forbidden
            If the person has roles elsewhere, or the actor may not erase.
        InputRefused
            If there is no such member, or nobody would be left who administers one of the organisations; nothing is
            changed then.
        """
        require(actor, Act.ADMINISTER, EVERYWHERE)
        if actor.kind == "local":
            person = self._person(person_id)
        else:
            person, _ = self._person_here(actor, person_id)
            self._only_here(actor, person)
        if erase:
            self._local(actor)
        held = self._store.people.memberships(person=person.id)
        for one in held:
            self._keep_one(one)
        # First of all what shuts every door, so that whoever kills the process leaves none open.
        self._store.people.change(person.id, disabled=True, password=None)
        self._store.sessions.close_all(person.id)
        for one in held:
            self._take_away(one)
        for code in self._store.codes.open():
            if code.email == person.email:
                self._store.codes.withdraw(code.id)
        for tenant in [one.tenant for one in held] or [None]:
            self._note("erase account" if erase else "close account", who=actor.name, tenant=tenant, person=person.id)
        if erase:
            self._store.people.remove(person.id)

    def everybody(self, actor: Principal) -> tuple[tuple[PersonLike, tuple[MemberLike, ...]], ...]:
        """All accounts of the server, by name, with their roles; also those that have none, and those that are closed.

        Raises
        ------
        Forbidden
            To anybody but the one who owns the machine.
        """
        self._local(actor)
        return tuple((one, self._store.people.memberships(person=one.id)) for one in self._store.people.every())

    def keys(self, actor: Principal, *, everyone: bool = False) -> tuple[KeyLike, ...]:
        """One's own keys, or, for who administers, everybody's."""
        if everyone:
            require(actor, Act.ADMINISTER, EVERYWHERE)
        return tuple(one for one in self._store.keys.of(actor.tenant) if everyone or one.created_by == actor.id)

    def make_key(
        self,
        actor: Principal,
        name: str,
        *,
        acts: Iterable[Act] | None = None,
        scope: Scope | None = None,
        expires: datetime | None = None,
        role: Role | None = None,
    ) -> tuple[str, KeyLike]:
        """Make a key for a program; the first of the two is shown now or never.

        Parameters
        ----------
        actor : Principal
            A person, or whoever owns the machine; a key makes no keys.
        name : str
            What it is for.
        acts : iterable of Act or None
            Some of the actor's; all of them where None.
        scope : Scope or None
            Within the actor's; the same where None.
        expires : datetime or None
            When it ends.
        role : Role or None
            For the one who owns the machine: at most whose acts it has.

        Raises
        ------
        Forbidden
            If more is asked for than the actor may, or the actor is a key.
        """
        if actor.kind not in ("person", "local"):
            raise Forbidden(Act.ADMINISTER, "keys", actor.name)
        if found := name_findings(name):
            raise refused(found[0].code, found[0].found, found[0].expected, found[0].remedy, field="name")
        held, within = role if role and actor.kind == "local" else actor.role, scope or actor.scope
        allowed = POLICY[held] if actor.kind == "local" else actor.acts
        wanted = None if acts is None else frozenset(acts)
        for act in sorted((wanted or frozenset()) - allowed):
            raise Forbidden(act, "the key", actor.name)
        if not within.within(actor.scope):
            raise Forbidden(Act.READ, "what lies outside of one's own scope", actor.name)
        token, key = self._store.keys.issue(
            actor.tenant, name=name.strip(), role=str(held), by=actor.id,
            acts=None if wanted is None else map(str, wanted), expires=expires,
            sites=within.sites, spaces=within.spaces,
        )  # fmt: skip
        self._note("make key", who=actor.name, tenant=actor.tenant, key=key.id, name=name.strip(), role=str(held))
        return token, key

    def revoke_key(self, actor: Principal, key_id: str) -> None:
        """Make a key void: one's own, or, for who administers, anybody's."""
        key = self._store.keys.get(key_id)
        mine = key is not None and key.tenant == actor.tenant
        if key is None or not mine or (key.created_by != actor.id and not actor.may(Act.ADMINISTER, EVERYWHERE)):
            raise refused(
                "key.unknown", "there is no such key", "the id of a key", "copy it from the list", field="key"
            )
        self._store.keys.revoke(actor.tenant, key_id)
        self._note("revoke key", who=actor.name, tenant=actor.tenant, key=key_id, name=key.name)

    def _only_here(self, actor: Principal, person: PersonLike) -> None:
        """Refuse to touch an account that has roles in other organisations, but to the one who owns the machine."""
        elsewhere = [one for one in self._store.people.memberships(person=person.id) if one.tenant != actor.tenant]
        if elsewhere and actor.kind != "local":
            raise Forbidden(Act.ADMINISTER, "an account with roles in other organisations", actor.name)

    def _take_away(self, member: MemberLike) -> None:
        """End a role, and make the keys void that were made with it."""
        self._store.people.leave(member.person, member.tenant)
        for key in self._store.keys.of(member.tenant):
            if key.created_by == member.person and key.revoked is None:
                self._store.keys.revoke(member.tenant, key.id)

    def _member(self, actor: Principal, person_id: str) -> MemberLike | None:
        found = self._store.people.memberships(person=person_id, tenant=actor.tenant)
        return found[0] if found else None

    def _person(self, person_id: str) -> PersonLike:
        if (person := self._store.people.find(person_id)) is None:
            raise _nobody()
        return person

    def _person_here(self, actor: Principal, person_id: str) -> tuple[PersonLike, MemberLike]:
        """A member; somebody of another organisation is nobody here."""
        person, member = self._store.people.find(person_id), self._member(actor, person_id)
        if person is None or member is None:
            raise _nobody()
        return person, member

    def _stands(self, code: CodeLike) -> bool:
        """Whether who gave a link could give it now: an administrator who was sent away has none left in a drawer."""
        if code.purpose == "invite":
            return self._administers(code.created_by, code.tenant or "")
        person = self._store.people.by_email(code.email or "")
        held = () if person is None else self._store.people.memberships(person=person.id)
        return all(self._administers(code.created_by, one.tenant) for one in held)

    def _administers(self, who: str, tenant: str) -> bool:
        """Whether a person, a key or the one who owns the machine administers an organisation as things stand now."""
        if who == LOCAL.id:
            return True
        if (key := self._store.keys.get(who)) is not None:
            return key.tenant == tenant and key.revoked is None and self._administers(key.created_by, tenant)
        person = self._store.people.find(who)
        if person is None or person.disabled:
            return False
        held = self._store.people.memberships(person=who, tenant=tenant)
        return any(one.role == Role.ADMIN and one.sites is None for one in held)

    def _keep_one(self, member: MemberLike) -> None:
        """Refuse to take the last whole administrator of an organisation away."""
        held = self._store.people.memberships(tenant=member.tenant)
        others = {one.person for one in held} - {member.person}
        if member.role == Role.ADMIN and not any(self._administers(one, member.tenant) for one in others):
            raise refused(
                "account.last_admin", "nobody else administers the organisation", "one administrator at least",
                "make somebody else an administrator first", field="role",
            )  # fmt: skip

    def _local(self, actor: Principal) -> None:
        if actor.kind != "local":
            raise Forbidden(Act.ADMINISTER, "the server", actor.name)

    def _note(self, what: str, *, who: str, tenant: str | None = None, **details: object) -> None:
        held = {name: value for name, value in details.items() if value not in (None, "")}
        self._store.audit.note(what, who=who, tenant=tenant, details=held)


def _nobody() -> Exception:
    return refused("account.unknown", "there is no such member", "a member", "choose one from the list", field="person")


def _told(scope: Scope) -> dict[str, object]:
    return {} if scope.sites is None else {"sites": sorted(scope.sites), "spaces": sorted(scope.spaces)}
