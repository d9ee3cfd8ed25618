"""The organisations that whoever asks has a role in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from wattstone.interfaces.http.answers import content_tag, fresh, json_answer
from wattstone.interfaces.http.common import described
from wattstone.interfaces.http.models.estate import Organisations
from wattstone.interfaces.http.problems import Problem
from wattstone.interfaces.serving.callers import Caller
from wattstone.interfaces.serving.request import caller, service

router = APIRouter()


@router.get(
    "/organisations", operation_id="listOrganisations", summary="Organisations",
    responses=described(Organisations, tagged=True),
)  # fmt: skip
def organisations(request: Request, known: Annotated[Caller, Depends(caller)]) -> Response:
    """Those that one has a role in; a key has one."""
    held = service(request)
    if known.key is not None:
        roles = {known.key.tenant: known.key.role}
    elif known.person is not None:
        roles = {one.tenant: one.role for one in held.server.people.memberships(person=known.person.id)}
    else:
        raise Problem(status=401, headers={"WWW-Authenticate": "Bearer"})
    told = [{"id": one.id, "name": one.name, "role": roles[one.id]} for one in held.tenants() if one.id in roles]
    tag = content_tag(told)
    return fresh(request, tag) or json_answer({"organisations": told}, tag=tag)
