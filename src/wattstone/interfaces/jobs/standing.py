"""What whoever asked for a job may do when it is begun: never more than they might when they asked."""

from dataclasses import replace
from typing import TYPE_CHECKING

from wattstone.base import WattstoneError
from wattstone.workflows.access import LOCAL, POLICY, Act, Principal, Role, Scope

if TYPE_CHECKING:
    from wattstone.interfaces.store.server import Job, Membership, Person, ServerRecords

__all__ = ["SCHEDULE", "Refusal", "standing", "today"]

SCHEDULE = "schedule"
"""Who asks for the jobs of the night."""


class Refusal(WattstoneError):
    """The job is not to be done."""


def standing(server: "ServerRecords", job: "Job") -> Principal:
    """Whoever asked for a job, with what they may do now.

    Parameters
    ----------
    server : ServerRecords
        Which knows the people and keys of today.
    job : Job
        With what was allowed when it was asked for.

    Returns
    -------
    Principal
        Of kind `job`.

    Raises
    ------
    Refusal
        If they may do nothing in the organisation any more.
    """
    asked = Scope(job.sites, job.spaces)
    now = today(server, job)
    acts = now.acts if job.acts is None else now.acts & frozenset(map(Act, job.acts))
    acts &= POLICY[Role(job.role)]
    return replace(now, kind="job", acts=acts, scope=_within(asked, now.scope))


def today(server: "ServerRecords", job: "Job") -> Principal:
    """Whoever asked for a job, as they stand in the organisation today.

    Raises
    ------
    Refusal
        If they have nothing to do with it any more.
    """
    from wattstone.interfaces.store.server.rows import now_utc
    from wattstone.workflows.accounts.standing import principal_of_key, principal_of_person

    if job.asked_by == SCHEDULE:
        role = Role(job.role)
        return Principal(
            id=SCHEDULE, name=SCHEDULE, kind="job", tenant=job.tenant, role=role, scope=Scope(), acts=POLICY[role]
        )
    if (person := server.people.find(job.asked_by)) is not None:
        if (member := _member(server, person, job.tenant)) is None:
            raise Refusal("whoever asked for it has no role in the organisation any more")
        return principal_of_person(person, member)
    key = server.keys.get(job.asked_by)
    if key is None or key.tenant != job.tenant or key.revoked is not None:
        raise Refusal("the account or key that asked for it is gone")
    if key.expires is not None and key.expires <= now_utc():
        raise Refusal("the key that asked for it has expired")
    owner = server.people.find(key.created_by)
    if owner is None:
        if key.created_by != LOCAL.id:
            raise Refusal("whoever made the key that asked for it is gone")
        return principal_of_key(key)
    if (member := _member(server, owner, job.tenant)) is None:
        raise Refusal("whoever made the key that asked for it has no role in the organisation any more")
    return principal_of_key(key, member)


def _member(server: "ServerRecords", person: "Person", tenant: str) -> "Membership | None":
    members = () if person.disabled else server.people.memberships(person=person.id, tenant=tenant)
    return members[0] if members else None


def _within(scope: Scope, outer: Scope) -> Scope:
    """What was allowed then and is allowed now."""
    if outer.sites is None:
        return scope
    if scope.sites is None:
        return outer
    return Scope(scope.sites & outer.sites, scope.spaces & outer.spaces)
