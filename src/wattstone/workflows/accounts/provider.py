"""Whoever an identity provider says it is, as an account here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from wattstone.workflows.access import Role
from wattstone.workflows.accounts.ports import PersonLike, Store
from wattstone.workflows.accounts.refusals import address_findings, refused

__all__ = ["PROVIDER", "Identity", "Terms", "sign_in_by_provider"]

PROVIDER = "provider"
"""Who gave the roles that follow the provider's groups, in the records."""
_HIGHEST_FIRST = (Role.ADMIN, Role.ANALYST, Role.OPERATOR, Role.REVIEWER, Role.VIEWER)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What a provider says of somebody, once its signature was checked.

    Parameters
    ----------
    issuer, subject : str
        Who says so, and whom it means by it: together they stay when the name or the address changes.
    email : str
        May be empty.
    verified : bool
        Whether the provider has seen that the address is theirs.
    name : str
        May be empty.
    claims : mapping
        All that it says.
    """

    issuer: str
    subject: str
    email: str = ""
    verified: bool = False
    name: str = ""
    claims: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class Terms:
    """On which terms a provider's people come in; as `[oidc]` in `server.toml` says them."""

    domains: tuple[str, ...] = ()
    link_by_email: bool = True
    create: bool = False
    claim: str | None = None
    roles: Mapping[str, Role] = field(default_factory=dict[str, Role])
    tenant: str | None = None


def sign_in_by_provider(store: Store, identity: Identity, terms: Terms) -> PersonLike:
    """Let somebody in whom a provider vouches for.

    The account is the one that was linked before; else, where that is allowed, the one of the same verified address,
    which is linked now; else, where that is allowed, a new one.

    Raises
    ------
    InputRefused
        If there is no such account, it is closed, or its address is of another domain.
    """
    domain = identity.email.rpartition("@")[2].lower()
    if terms.domains and (not identity.verified or domain not in {one.lower() for one in terms.domains}):
        raise _refusal(store, identity, "its address is not of a domain that may sign in")
    person = store.people.by_identity(identity.issuer, identity.subject)
    if person is None:
        person = _link(store, identity, terms) or _create(store, identity, terms)
    if person is None:
        raise _refusal(store, identity, "there is no account for it")
    if person.disabled:
        raise _refusal(store, identity, "the account is closed")
    _follow(store, person, identity, terms)
    person = store.people.change(person.id, seen=datetime.now(UTC).replace(tzinfo=None))
    store.audit.note("sign-in", who=person.name, details={"person": person.id, "by": identity.issuer})
    return person


def _link(store: Store, identity: Identity, terms: Terms) -> PersonLike | None:
    """The account of the same verified address, if it is not somebody else's at a provider."""
    if not (terms.link_by_email and identity.verified and identity.email):
        return None
    known = store.people.by_email(identity.email)
    if known is None or known.issuer is not None or known.disabled:
        return None
    store.audit.note("link account", who=known.name, details={"person": known.id, "by": identity.issuer})
    return store.people.change(known.id, issuer=identity.issuer, subject=identity.subject)


def _create(store: Store, identity: Identity, terms: Terms) -> PersonLike | None:
    if not (terms.create and identity.verified) or address_findings(identity.email):
        return None
    if store.people.by_email(identity.email) is not None:
        return None
    name = " ".join(identity.name.split())[:200] or identity.email
    person = store.people.add(name=name, email=identity.email, issuer=identity.issuer, subject=identity.subject)
    store.audit.note("add account", who=person.name, details={"person": person.id, "by": identity.issuer})
    return person


def _follow(store: Store, person: PersonLike, identity: Identity, terms: Terms) -> None:
    """Give the role that the provider's groups mean; take it away again where they mean none any more."""
    if terms.claim is None or terms.tenant is None:
        return
    said = identity.claims.get(terms.claim)
    groups = {said} if isinstance(said, str) else {one for one in cast("list[Any]", said or []) if isinstance(one, str)}
    meant = {terms.roles[one] for one in groups if one in terms.roles}
    role = next((one for one in _HIGHEST_FIRST if one in meant), None)
    found = store.people.memberships(person=person.id, tenant=terms.tenant)
    now = found[0] if found else None
    if now is not None and getattr(now, "created_by", PROVIDER) != PROVIDER:
        return  # an administrator gave it by hand
    if role is None and now is not None:
        store.people.leave(person.id, terms.tenant)
    elif role is not None and (now is None or now.role != role):
        store.people.join(person.id, terms.tenant, str(role), by=PROVIDER)
    else:
        return
    store.sessions.age(person.id)
    details = {"person": person.id, "role": str(role or "none"), "by": identity.issuer}
    store.audit.note("role", who=PROVIDER, tenant=terms.tenant, details=details)


def _refusal(store: Store, identity: Identity, why: str) -> Exception:
    details = {"issuer": identity.issuer, "subject": identity.subject, "why": why}
    store.audit.note("sign-in refused", who="unknown", details=details)
    return refused(
        "account.provider", "the provider knows you, and {why}", "an account of this server",
        "ask an administrator to invite the address that the provider knows", why=why,
    )  # fmt: skip
