"""What the records of a server hold, as values. Times are naive UTC; nothing here holds a secret that could be used.

`sites` and `spaces` say how far a role reaches: None for `sites` is the whole organisation, else these sites and these
spaces, each with all beneath.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from wattstone.base import Finding

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
Channel = Literal["mail", "webhook"]
AlertState = Literal["raised", "acknowledged", "closed"]
DeliveryState = Literal["queued", "sending", "sent", "failed"]
Purpose = Literal["first", "invite", "reset"]

NOWHERE: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with an account.

    Parameters
    ----------
    id : str
        Made here; stays when the name or the address changes.
    name, email : str
        The address is kept in lower case and is unique.
    language : str or None
        Of the pages and mails; the browser's where None.
    password : str or None
        As argon2 writes it; None for who signs in elsewhere only.
    issuer, subject : str or None
        The account at an identity provider (OIDC), unique together.
    disabled : bool
        May not sign in.
    failures : int
        Wrong passwords since the last right one.
    locked_until : datetime or None
        No password is tried before.
    created, seen : datetime
        `seen`: the last sign-in; None before the first.
    """

    id: str
    name: str
    email: str
    language: str | None = None
    password: str | None = field(default=None, repr=False)
    issuer: str | None = None
    subject: str | None = None
    disabled: bool = False
    failures: int = 0
    locked_until: datetime | None = None
    created: datetime
    seen: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Membership:
    """A person's role in an organisation (one role each)."""

    person: str
    tenant: str
    role: str
    sites: frozenset[str] | None = None
    spaces: frozenset[str] = NOWHERE
    created: datetime
    created_by: str


@dataclass(frozen=True, kw_only=True)
class OneTimeCode:
    """What a code that was given out once allows: to become the first administrator, a member, or to set a password."""

    id: str
    purpose: Purpose
    email: str | None = None
    tenant: str | None = None
    role: str | None = None
    sites: frozenset[str] | None = None
    spaces: frozenset[str] = NOWHERE
    created: datetime
    created_by: str
    expires: datetime
    used: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Session:
    """A browser that is signed in, or on the way to be (no person yet).

    `id` names the session in lists; the cookie's token is another, and only its hash is kept.
    """

    id: str
    person: str | None
    created: datetime
    seen: datetime
    expires: datetime
    rotated: datetime
    address: str = ""
    agent: str = ""
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """A program's key to one organisation. `start` are its first characters, to tell keys apart in a list."""

    id: str
    tenant: str
    name: str
    start: str
    role: str
    acts: frozenset[str] | None = None
    sites: frozenset[str] | None = None
    spaces: frozenset[str] = NOWHERE
    created: datetime
    created_by: str
    expires: datetime | None = None
    used: datetime | None = None
    revoked: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Job:
    """Work for the background.

    Parameters
    ----------
    id : str
        Made here.
    tenant, kind, params : str, str, mapping
        Of which organisation, what, with what (JSON).
    writes : bool
        Whether it writes to the workspace; of these one at a time runs in an organisation.
    state : {'queued', 'running', 'done', 'failed', 'cancelled'}
        Where it stands.
    done, total, what : float, float or None, str
        Progress, and words for what is being done.
    result : mapping or None
        JSON, of a job that is done: message parts, documents, links.
    error : str or None
        Of one that failed.
    findings : tuple of Finding
        Of either.
    asked_by, role, acts, sites, spaces : str ...
        Who asked (id of a person or a key), and what they were allowed then.
    attempts : int
        How often it was begun.
    created, due, started, ended : datetime
        `due`: not to be begun before.
    heartbeat, lease_until, worker : datetime, datetime, str
        Of the worker that runs it.
    cancel_asked : bool
        Somebody wants it stopped; the worker obeys at its next beat.
    """

    id: str
    tenant: str
    kind: str
    params: Mapping[str, Any]
    writes: bool = True
    state: JobState
    done: float = 0.0
    total: float | None = None
    what: str = ""
    result: Mapping[str, Any] | None = None
    error: str | None = None
    findings: tuple[Finding, ...] = ()
    asked_by: str
    role: str
    acts: frozenset[str] | None = None
    sites: frozenset[str] | None = None
    spaces: frozenset[str] = NOWHERE
    attempts: int = 0
    created: datetime
    due: datetime
    started: datetime | None = None
    ended: datetime | None = None
    heartbeat: datetime | None = None
    lease_until: datetime | None = None
    worker: str | None = None
    cancel_asked: bool = False


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """An address that is told of alerts. The secret that signs what is sent stands in a file, under `secret`."""

    id: str
    tenant: str
    name: str
    url: str
    secret: str
    active: bool = True
    created: datetime
    created_by: str


@dataclass(frozen=True, kw_only=True)
class AlertRule:
    """When an organisation is alerted, and who is told.

    Parameters
    ----------
    kind : str
        What is watched: a name of the program's.
    params : mapping
        Thresholds and the like (JSON).
    mail : tuple of str
        Addresses.
    webhooks : tuple of str
        Ids.
    """

    id: str
    tenant: str
    name: str
    kind: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    mail: tuple[str, ...] = ()
    webhooks: tuple[str, ...] = ()
    active: bool = True
    created: datetime
    created_by: str


@dataclass(frozen=True, kw_only=True)
class Alert:
    """Something that somebody has to look at. `key` is the same for the same thing: it is raised once until closed."""

    id: str
    tenant: str
    rule: str | None
    kind: str
    key: str
    site: str | None = None
    severity: str = "watch"
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    state: AlertState = "raised"
    raised: datetime
    acknowledged: datetime | None = None
    acknowledged_by: str | None = None
    note: str = ""
    closed: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One alert on its way to one address."""

    id: str
    tenant: str
    alert: str
    channel: Channel
    address: str
    state: DeliveryState = "queued"
    attempts: int = 0
    due: datetime
    answer: str | None = None
    created: datetime
    sent: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The answer to a request that carried an idempotency key; `status` is None while it is being made."""

    fingerprint: str
    status: int | None
    headers: Mapping[str, str]
    body: bytes
    created: datetime
