"""The base year and what was restated since: policy, proposals, decisions, the series, the chained ledger."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query, Request, Response

from wattstone.base import Finding
from wattstone.interfaces.http.answers import fresh, json_answer, version_tag
from wattstone.interfaces.http.common import (
    DEFAULT,
    ORG,
    Cursor,
    Declarer,
    Limit,
    Name,
    Reader,
    Reviewer,
    absent,
    described,
    order,
)
from wattstone.interfaces.http.models.releases import (
    Decided,
    DecideRestatements,
    LedgerShape,
    Policies,
    PolicyShape,
    Restatements,
    RestatementShape,
    SeriesShape,
    SetPolicy,
)
from wattstone.interfaces.http.once import once
from wattstone.interfaces.http.paging import link_header, page_of
from wattstone.interfaces.http.problems import pointed
from wattstone.inventory.base_year import PolicyVersion, policy_from
from wattstone.inventory.ledger import Entry
from wattstone.workflows.restatement import (
    decide,
    ledger,
    policy_versions,
    recalculated_series,
    restatements,
    set_policy,
    verify_ledger,
)

router = APIRouter(prefix=ORG)
State = Literal["proposed", "accepted", "rejected"]


@router.get(
    "/restatements", operation_id="listRestatements", summary="Restatements",
    responses=described(Restatements, tagged=True),
)  # fmt: skip
def listed(
    request: Request, here: Reader, year: Annotated[int | None, Query(ge=1900, le=2199)] = None,
    state: Annotated[State | None, Query()] = None,
    sort: Annotated[str, order("proposed_at", "year", "name", "state")] = "-proposed_at",
    cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """What was proposed and what became of it. Propose with a job of kind `restatement`."""
    tag = version_tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    rows = [_entry(one) for one in restatements(here.workspace, year) if state in (None, one.state)]
    known, about = ("proposed_at", "year", "name", "state"), {"year": year, "state": state}
    page = page_of(rows, order=sort, known=known, key="entry", cursor=cursor, limit=limit, about=about)
    return json_answer(page.as_dict("restatements"), tag=tag, headers=link_header(request, page))


@router.post(
    "/restatements/decide", operation_id="decideRestatements", summary="Accept or reject restatements",
    responses=described(Decided),
)  # fmt: skip
def decided(
    request: Request, here: Reviewer,
    said: Annotated[DecideRestatements, Body(examples=[
        {"entries": ["3f2a9c01d7"], "accept": True, "note": "the readings were compared with the bills"},
    ])],
) -> Response:  # fmt: skip
    """All or none. Nobody accepts what they proposed themselves, and whoever rejects says why."""

    def make() -> Response:
        places = {f"restatement '{one}'": ["entries", at] for at, one in enumerate(said.entries)}
        done = pointed(
            lambda: decide(
                here.workspace, said.entries, accept=said.accept, note=said.note, who=here.principal.name
            ),
            lambda one: ["note"] if one.code == "restatement.no_reason" else places.get(one.place, ["entries"]),
        )  # fmt: skip
        return json_answer({"restatements": [_entry(one) for one in done]})

    return once(request, here, said.model_dump(), make)


@router.get(
    "/restatements/series", operation_id="getSeries", summary="Years as first released, and recalculated",
    responses=described(SeriesShape, tagged=True),
)  # fmt: skip
def series(request: Request, here: Reader) -> Response:
    """Totals of the organisation in each released year."""
    tag = version_tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    return json_answer({"series": recalculated_series(here.workspace).to_dicts()}, tag=tag)


@router.get(
    "/restatements/ledger", operation_id="listLedger", summary="The ledger of restatements",
    responses=described(LedgerShape, tagged=True),
)  # fmt: skip
def lines(
    request: Request, here: Reader, sort: Annotated[str, order("number")] = "number", cursor: Cursor = None,
    limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """Its lines, each with its hash and that of the line before; the chain is verified with every answer."""
    tag = version_tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    rows, done = [asdict(one) for one in ledger(here.workspace)], verify_ledger(here.workspace)
    page = page_of(rows, order=sort, known=("number",), key="number", cursor=cursor, limit=limit, about={})
    broken = None if done.broken is None else {"line": done.broken.number, "why": done.broken.why}
    content = {**page.as_dict("lines"), "holds": done.broken is None, "broken": broken}
    return json_answer(content, tag=tag, headers=link_header(request, page))


@router.get(
    "/restatements/policy", operation_id="getBaseYearPolicy", summary="The base-year policy",
    responses=described(Policies, tagged=True),
)  # fmt: skip
def policy(request: Request, here: Reader) -> Response:
    """All its versions."""
    tag = version_tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    return json_answer({"policies": [_version(one) for one in policy_versions(here.workspace)]}, tag=tag)


@router.post(
    "/restatements/policy", operation_id="setBaseYearPolicy", summary="Set the base-year policy",
    responses=described(PolicyShape),
)  # fmt: skip
def keep(
    request: Request, here: Declarer,
    said: Annotated[SetPolicy, Body(examples=[{"years": [2019], "threshold": 5, "note": "decided by the board"}])],
) -> Response:  # fmt: skip
    """A new version; earlier ones stay in the ledger."""

    def make() -> Response:
        made = pointed(
            lambda: set_policy(here.workspace, policy_from(said.model_dump()), who=here.principal.name), _field
        )
        return json_answer(_version(made))

    return once(request, here, said.model_dump(), make)


@router.get(
    "/restatements/{entry}", operation_id="getRestatement", summary="A restatement",
    responses=described(RestatementShape, tagged=True),
)  # fmt: skip
def one_entry(request: Request, here: Reader, entry: Name) -> Response:
    """From what to what, why, and what became of it."""
    tag = version_tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    found = next((one for one in restatements(here.workspace) if one.id == entry), None)
    if found is None:
        raise absent("restatement", entry)
    return json_answer(_entry(found), tag=tag)


def _field(one: Finding) -> list[str | int]:
    name = one.code.removeprefix("base_year.")
    fields = {"none": "years", "year": "years", "twice": "years", "trigger": "triggers"}
    return [fields.get(name, name)] if one.code.startswith("base_year.") else []


def _entry(one: Entry) -> dict[str, Any]:
    return {
        "entry": one.id, "state": one.state, **one.restated.as_dict(), "proposed_by": one.proposed_by,
        "proposed_at": one.proposed_at, "decided_by": one.decided_by, "decided_at": one.decided_at, "note": one.note,
        "alone": one.alone,
    }  # fmt: skip


def _version(one: PolicyVersion) -> dict[str, Any]:
    return {"number": one.number, **one.policy.as_dict(), "who": one.who, "at": one.at}
