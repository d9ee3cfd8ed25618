"""Whoever asks: what they may, their keys; and the audit log."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, cast

from fastapi import APIRouter, Body, Query, Request, Response

from wattstone.base import Finding
from wattstone.interfaces.http.answers import content_tag, fresh, json_answer, plain
from wattstone.interfaces.http.common import DEFAULT, ORG, Cursor, Limit, Name, Reader, ReaderOfAudit, absent, described
from wattstone.interfaces.http.models.people import AuditLines, Keys, MakeKey, Me, NewKey
from wattstone.interfaces.http.paging import link_header, page_of
from wattstone.interfaces.http.problems import Problem
from wattstone.interfaces.serving.request import Here
from wattstone.workflows.access import Act

router = APIRouter(prefix=ORG)

LINES = 5000  # of the log that a list goes back


@router.get("/me", operation_id="getMe", summary="Whoever asks", responses=described(Me, tagged=True))
def me(request: Request, here: Reader) -> Response:
    """Role, acts and scope in this organisation."""
    one = here.principal
    content = {
        "id": one.id, "name": one.name, "kind": one.kind, "role": str(one.role), "acts": sorted(map(str, one.acts)),
        "sites": None if one.scope.sites is None else sorted(one.scope.sites), "spaces": sorted(one.scope.spaces),
    }  # fmt: skip
    tag = content_tag(content)
    return fresh(request, tag) or json_answer(content, tag=tag)


@router.get("/me/keys", operation_id="listKeys", summary="One's keys", responses=described(Keys))
def keys(here: Reader) -> Response:
    """Keys that one made for programs, void ones too."""
    mine = here.service.accounts.keys(here.principal)
    return json_answer({"keys": [_key_json(one) for one in mine]})


@router.post(
    "/me/keys", operation_id="makeKey", summary="Make a key", status_code=201, responses=described(NewKey, status=201)
)
def new_key(
    here: Reader, said: Annotated[MakeKey, Body(examples=[{"name": "Nightly export", "acts": ["read", "export"]}])]
) -> Response:
    """The key is in this answer alone. It may at most what one may; a key makes no keys."""
    expires = None if said.days is None else datetime.now(UTC) + timedelta(days=said.days)
    acts = _acts(here, said.acts)
    token, key = here.service.accounts.make_key(here.principal, said.name, acts=acts, expires=expires)
    return json_answer({**_key_json(key), "key": token}, status=201, headers={"Cache-Control": "no-store"})


@router.delete(
    "/me/keys/{key}",
    operation_id="revokeKey",
    summary="Make a key void",
    status_code=204,
    responses=described(None, status=204),
)
def revoke_key(here: Reader, key: Name) -> Response:
    """At once."""
    if key not in {one.id for one in here.service.accounts.keys(here.principal)}:
        raise absent("key", key)
    here.service.accounts.revoke_key(here.principal, key)
    return Response(status_code=204)


@router.get("/audit", operation_id="listAudit", summary="The audit log", responses=described(AuditLines, tagged=True))
def audit(
    request: Request, here: ReaderOfAudit, who: Annotated[str | None, Query(max_length=200)] = None,
    what: Annotated[str | None, Query(max_length=200)] = None, cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """What was done in the workspace, and to its accounts, the newest first."""
    logs = {
        "workspace": cast("Any", here.workspace.records).entries(last=LINES),
        "server": here.service.server.audit.entries(tenant=here.tenant.id, last=LINES),
    }
    rows = [{"id": f"{name}:{one.number:012}", "log": name, **_line(one)} for name, log in logs.items() for one in log]
    mine = [one for one in rows if who in (None, one["who"]) and what in (None, one["what"])]
    page = page_of(mine, order="-when", known=("when",), cursor=cursor, limit=limit, about={"who": who, "what": what})
    told = {"lines": [{name: value for name, value in one.items() if name != "id"} for one in page.rows]}
    return json_answer({**page.as_dict("lines"), **told}, headers=link_header(request, page))


def _line(one: Any) -> dict[str, Any]:
    return {"when": plain(one.when), "who": one.who, "what": one.what, "details": plain(dict(one.details))}


def _acts(here: Here, asked: list[str] | None) -> frozenset[Act] | None:
    """The acts of these names; what is more than one may is refused by the use case."""
    if asked is None:
        return None
    known = {str(one): one for one in Act}
    strange = [_strange(at, one) for at, one in enumerate(asked) if one not in known]
    if strange:
        raise Problem(status=422, findings=strange)
    return frozenset(known[one] for one in asked)


def _key_json(one: Any) -> dict[str, Any]:
    return {
        "id": one.id, "name": one.name, "start": one.start, "role": one.role,
        "acts": None if one.acts is None else sorted(one.acts), "created": one.created, "expires": one.expires,
        "used": one.used, "revoked": one.revoked,
    }  # fmt: skip


def _strange(at: int, act: str) -> Finding:
    return Finding(
        code="key.act",
        place=f"act '{act}'",
        found="it is no act",
        params={"pointer": f"#/acts/{at}", "known": ", ".join(str(one) for one in Act)},
        expected="some of {known}",
        remedy="leave it out",
    )
