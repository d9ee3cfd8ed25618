"""Asking for a job: its parameters checked, its asker allowed, then put into the queue."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.jobs.kind import Kind, Params
from wattstone.interfaces.jobs.kinds import KINDS

if TYPE_CHECKING:
    from wattstone.interfaces.store.server import Job, ServerRecords
    from wattstone.workflows.access import Principal

__all__ = ["ask", "checked", "kind_called", "sees_job"]


def kind_called(name: str) -> Kind[Any]:
    """The kind of a name.

    Raises
    ------
    InputRefused
        If there is none.
    """
    if name in KINDS:
        return KINDS[name]
    finding = Finding(
        code="job.kind",
        place="kind",
        found="there is no kind of job called '{name}'",
        params={"name": name, "known": ", ".join(sorted(KINDS))},
        expected="one of {known}",
        remedy="name one of them",
    )
    raise InputRefused([finding])


def checked(kind: Kind[Any], params: Mapping[str, Any]) -> Params:
    """What a job is asked, read by the declaration of its kind.

    Raises
    ------
    InputRefused
        Naming every parameter that cannot be used, by its JSON pointer.
    """
    try:
        return kind.params.model_validate(params)
    except ValidationError as error:
        raise InputRefused(
            [
                Finding(
                    code="job.params",
                    place="".join(f"/{part}" for part in one["loc"]) or "/",
                    found="it cannot be used: {why}",
                    params={"why": one["msg"]},
                    expected="what the schema of the job says",
                    remedy="correct it",
                )
                for one in error.errors(include_input=False, include_url=False)
            ]
        ) from None


def sees_job(principal: "Principal", job: "Job") -> bool:
    """Whether somebody may see a job: all of them who see the whole organisation; else who asked for it.

    What a job says is of all the sites that its asker had then. So whoever has fewer now no longer sees it.
    """
    from wattstone.workflows.access import Scope

    if principal.scope.whole:
        return True
    return job.asked_by == principal.id and Scope(job.sites, job.spaces).within(principal.scope)


def ask(server: "ServerRecords", principal: "Principal", kind_name: str, params: Mapping[str, Any]) -> "Job":
    """Put a job into the queue of the principal's organisation.

    Parameters
    ----------
    server : ServerRecords
        Whose queue.
    principal : Principal
        Whoever asks; the job runs with what they may do, and no more.
    kind_name : str
        Of the kind.
    params : mapping
        JSON values.

    Returns
    -------
    Job
        In the state `queued`.

    Raises
    ------
    InputRefused
        If there is no such kind, or its parameters cannot be used.
    Forbidden
        If the principal may not have it done.
    """
    from wattstone.workflows.access import require

    kind = kind_called(kind_name)
    require(principal, kind.act)
    asked = checked(kind, params)
    job = server.queue.put(
        tenant=principal.tenant,
        kind=kind.name,
        params=asked.model_dump(mode="json", exclude_defaults=True),
        writes=kind.writes,
        asked_by=principal.id,
        role=str(principal.role),
        acts=frozenset(map(str, principal.acts)),
        sites=principal.scope.sites,
        spaces=principal.scope.spaces,
    )
    details = {"job": job.id, "kind": kind.name, "id": principal.id}
    server.audit.note("job", who=principal.name, tenant=principal.tenant, details=details)
    return job
