"""Roles, acts, scopes and principals: the one table of who may do what, for pages, API, jobs and command line alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal, Self

from wattstone.base.errors import InputRefused
from wattstone.base.finding import Finding

__all__ = ["EVERYWHERE", "LOCAL", "POLICY", "WRITING", "Act", "Forbidden", "Principal", "Role", "Scope", "require"]

Kind = Literal["person", "key", "local", "job"]

EVERYWHERE: Final = "*"
"""In place of a site: the whole organisation, which nobody has who was given some sites alone."""


class Role(StrEnum):
    """What somebody is to an organisation."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    OPERATOR = "operator"
    REVIEWER = "reviewer"
    ADMIN = "admin"


class Act(StrEnum):
    """What can be done in a workspace."""

    READ = "read"
    """See sites, sums, findings, plans, reports and their evidence."""
    READ_PERSONAL = "read personal"
    """See readings of a dwelling or a driver by less than the day."""
    EXPORT = "export"
    """Take tables and documents out."""
    INGEST = "ingest"
    """Load readings and what comes with them."""
    DECLARE = "declare"
    """Say what there is: sites, meters, measures, tariffs, accepted factors."""
    RUN = "run"
    """Have inventories, detection, savings, plans and reports computed."""
    DECIDE = "decide"
    """Move findings and measures over the board."""
    CONTROL = "control"
    """Send set-points to devices."""
    REVIEW = "review"
    """Approve or return what others made."""
    READ_AUDIT = "read audit"
    """Read and check the audit log."""
    ADMINISTER = "administer"
    """Invite people, give roles and keys, change settings."""


WRITING: Final[frozenset[Act]] = frozenset(
    {Act.INGEST, Act.DECLARE, Act.RUN, Act.DECIDE, Act.CONTROL, Act.REVIEW, Act.ADMINISTER}
)
"""Acts that change something; the others look."""

POLICY: Final[Mapping[Role, frozenset[Act]]] = MappingProxyType(
    {
        Role.VIEWER: frozenset({Act.READ}),
        Role.ANALYST: frozenset(
            {Act.READ, Act.READ_PERSONAL, Act.EXPORT, Act.INGEST, Act.DECLARE, Act.RUN, Act.DECIDE}
        ),
        Role.OPERATOR: frozenset({Act.READ, Act.READ_PERSONAL, Act.INGEST, Act.RUN, Act.DECIDE, Act.CONTROL}),
        Role.REVIEWER: frozenset({Act.READ, Act.EXPORT, Act.REVIEW, Act.READ_AUDIT}),
        Role.ADMIN: frozenset(
            {
                Act.READ, Act.EXPORT, Act.INGEST, Act.DECLARE, Act.RUN, Act.DECIDE, Act.READ_AUDIT, Act.ADMINISTER,
            }
        ),
    }
)  # fmt: skip
"""What each role may do. Nothing else in the program grants anything."""


@dataclass(frozen=True)
class Scope:
    """Where somebody may do it.

    Parameters
    ----------
    sites : frozenset of str or None
        These sites with all that is beneath them; None is the whole organisation.
    spaces : frozenset of str
        These spaces with all that is beneath them, at whatever site; only beside named sites (or none: `frozenset()`).
    """

    sites: frozenset[str] | None = None
    spaces: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse what says two things at once."""
        if self.sites is None and self.spaces:
            raise ValueError("a scope of the whole organisation names no spaces; give sites=frozenset() with spaces")

    @property
    def whole(self) -> bool:
        """Whether it is the whole organisation."""
        return self.sites is None

    def holds(self, site: str) -> bool:
        """Whether a site, wholly, is inside; `EVERYWHERE` is inside the whole organisation alone."""
        return self.sites is None or (site in self.sites and site != EVERYWHERE)

    def within(self, other: Self) -> bool:
        """Whether another scope, as written, holds all of this one."""
        if other.sites is None:
            return True
        return self.sites is not None and self.sites <= other.sites and self.spaces <= other.spaces


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Whoever acts: a person, a key, a job on somebody's behalf, or the one who owns the machine.

    Parameters
    ----------
    id : str
        Of the person or the key, as the audit log names it.
    name : str
        For people to read.
    kind : {'person', 'key', 'local', 'job'}
        What sort it is.
    tenant : str
        The organisation in which all of this holds.
    role : Role
        What the person is there; of a key, its owner's.
    scope : Scope
        Where.
    acts : frozenset of Act
        What; of a key fewer than the role allows, never more.
    """

    id: str
    name: str
    kind: Kind
    tenant: str
    role: Role
    scope: Scope = field(default_factory=Scope)
    acts: frozenset[Act] = frozenset()

    def __post_init__(self) -> None:
        """Refuse acts that the role does not hold: no other door may give more than the policy does."""
        if self.kind != "local" and not self.acts <= POLICY[self.role]:
            raise ValueError(f"{self.role} may not {', '.join(sorted(self.acts - POLICY[self.role]))}")

    def may(self, act: Act, site: str | None = None) -> bool:
        """Whether an act is allowed.

        Parameters
        ----------
        act : Act
            What is to be done.
        site : str or None
            Where; `EVERYWHERE` for what touches the organisation as a whole. Without it: at some place at least.
        """
        return act in self.acts and (site is None or self.scope.holds(site))

    def sees(self, site: str | None) -> bool:
        """Whether what is said of a site may be read; where it is None, what is said of the organisation as a whole."""
        return self.may(Act.READ, site or EVERYWHERE)

    def as_job(self) -> Self:
        """The same for a job that this one asked for."""
        return self if self.kind == "local" else replace(self, kind="job")


LOCAL: Final = Principal(
    id="local",
    name="local",
    kind="local",
    tenant="",
    role=Role.ADMIN,
    scope=Scope(),
    acts=frozenset(Act),
)
"""Whoever owns the machine, and could read the files themselves: all acts."""


class Forbidden(InputRefused):
    """More was asked for than the one who asks may do. Nothing was changed.

    Parameters
    ----------
    act : Act
        What was asked for.
    place : str
        Where: `site 'HQ'`, or the organisation.
    who : str
        Name of the one who asked.
    """

    def __init__(self, act: Act, place: str, who: str = "") -> None:
        self.act, self.place, self.who = act, place, who
        finding = Finding(
            code="access.forbidden",
            place=place,
            found="{who} may not do this here: {act}",
            expected="a role that may, and a scope that holds the place",
            remedy="ask an administrator of the organisation for a role that may",
            params={"who": who or "whoever asks", "act": str(act)},
        )
        super().__init__([finding])

    def __reduce__(self) -> tuple[type[Self], tuple[Act, str, str]]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Pickle the facts: a refusal may come from another process."""
        return type(self), (self.act, self.place, self.who)


def require(principal: Principal, act: Act, site: str | None = None) -> None:
    """Go on only if an act is allowed.

    Parameters
    ----------
    principal : Principal
        Whoever acts.
    act : Act
        What is to be done.
    site : str or None
        Where; `EVERYWHERE` for what touches the organisation as a whole. Without it: at some place at least.

    Raises
    ------
    Forbidden
        If it is not allowed.

    Examples
    --------
    >>> reader = Principal(id="1", name="Ada", kind="person", tenant="acme", role=Role.VIEWER,
    ...                    scope=Scope(frozenset({"HQ"})), acts=POLICY[Role.VIEWER])
    >>> require(reader, Act.READ, "HQ")
    >>> require(reader, Act.EXPORT, "HQ")
    Traceback (most recent call last):
    ...
    wattstone.workflows.access.policy.Forbidden: site 'HQ': Ada may not do this here: export. Expected: a role that \
may, and a scope that holds the place. To mend it: ask an administrator of the organisation for a role that may.
    """
    if not principal.may(act, site):
        place = "the organisation" if site in (None, EVERYWHERE) else f"site '{site}'"
        raise Forbidden(act, place, principal.name)
