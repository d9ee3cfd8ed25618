"""Emission factors: those that ship and one's own, with where each comes from; files of one's own taken in."""

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from wattstone.base import InputRefused
from wattstone.interfaces.http.answers import content_tag, fresh, json_answer
from wattstone.interfaces.http.common import (
    DEFAULT,
    ORG,
    Cursor,
    Declarer,
    Limit,
    Name,
    Reader,
    absent,
    described,
    order,
)
from wattstone.interfaces.http.files import LARGE, FileName, file_body, with_file
from wattstone.interfaces.http.models.factors import Factors, ImportedFactors, OneFactor
from wattstone.interfaces.http.once import once
from wattstone.interfaces.http.paging import link_header, page_of
from wattstone.interfaces.serving.request import Here
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.policy import require
from wattstone.workflows.factors import FactorShown, SetShown, factor_rows, factor_shown, import_factors
from wattstone.workflows.workspace import Workspace

router = APIRouter(prefix=ORG)

_KNOWN = ("id", "name", "region", "year", "confidence")


@router.get(
    "/factors", operation_id="listFactors", summary="Emission factors", responses=described(Factors, tagged=True)
)
def factors(
    request: Request, here: Reader,
    q: Annotated[str, Query(max_length=200, description="Words of id, name, category or source.")] = "",
    region: Annotated[str | None, Query(max_length=40, description="With the grid regions of a country.")] = None,
    year: Annotated[int | None, Query(ge=1900, le=2199, description="That the value is of.")] = None,
    kind: Annotated[str | None, Query(max_length=100, description="Activity kind that it serves.")] = None,
    set: Annotated[str | None, Query(max_length=100, description="That uses it: an edition.")] = None,  # noqa: A002
    confidence: Annotated[Literal["A", "B", "C"] | None, Query()] = None,
    own: Annotated[bool, Query(description="One's own alone.")] = False,
    sort: Annotated[str, order(*_KNOWN)] = "id", cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """What ships, and what is the organisation's own for who has a role in all of it."""
    about = {
        "q": q, "region": region, "year": year, "kind": kind, "set": set, "confidence": confidence, "own": own,
    }  # fmt: skip
    found = factor_rows(
        _whose(here), region=region, year=year, kind=kind, confidence=confidence, text=q, set=set, own=own
    )
    rows = [asdict(one) for one in found]
    page = page_of(rows, order=sort, known=_KNOWN, cursor=cursor, limit=limit, about=about)
    content = page.as_dict("factors")
    tag = content_tag(content)
    return fresh(request, tag) or json_answer(content, tag=tag, headers=link_header(request, page))


@router.post(
    "/factors/import", operation_id="importFactors", summary="Keep a file of factors of one's own",
    openapi_extra=file_body("The file itself: a table (CSV) or a pack (TOML)."),
    responses=described(ImportedFactors, others=LARGE),
)  # fmt: skip
async def take_in(request: Request, here: Declarer, name: FileName) -> Response:
    """All of its rows or none, every problem told; a file of that name is replaced. The next inventory uses them."""
    require(here.principal, Act.DECLARE, EVERYWHERE)

    def keep(path: Path) -> Response:
        def done() -> Response:
            kept = import_factors(here.workspace, path, who=here.principal.name)
            return json_answer({"name": kept.name, "rows": len(kept.rows), "replaced": sorted(kept.replaced)})

        sent = {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        return once(request, here, sent, done)

    return await with_file(request, here, name, keep)


@router.get(
    "/factors/{factor}", operation_id="getFactor", summary="All that is known of an emission factor or a set of them",
    responses=described(OneFactor, tagged=True),
)  # fmt: skip
def factor(request: Request, here: Reader, factor: Name) -> Response:
    """Its source, edition and licence, what it serves, what was accepted of it."""
    try:
        shown = factor_shown(_whose(here), factor)
    except InputRefused as refused:
        if any(one.code == "factor.unknown" for one in refused.findings):
            raise absent("factor", factor) from refused
        raise
    content = _of_set(shown) if isinstance(shown, SetShown) else _of_row(shown)
    tag = content_tag(content)
    return fresh(request, tag) or json_answer(content, tag=tag)


def _whose(here: Here) -> Workspace | None:
    """What is the organisation's own is answered to who has a role in all of it; what ships, to everybody."""
    return here.workspace if here.principal.scope.whole else None


def _of_row(shown: FactorShown) -> dict[str, Any]:
    return {
        "factor": asdict(shown.row), "set": None, "uses": [asdict(one) for one in shown.uses],
        "beside": [asdict(one) for one in shown.beside],
        "barred": None if shown.barred is None else shown.barred.reason,
        "replaces": None if shown.replaces is None else asdict(shown.replaces), "accepted": dict(shown.accepted),
    }  # fmt: skip


def _of_set(shown: SetShown) -> dict[str, Any]:
    held = asdict(shown)
    accepted, rows = held.pop("accepted"), held.pop("rows")
    return {
        "factor": None, "set": {**held, "factors": rows}, "uses": [], "beside": [], "barred": None, "replaces": None,
        "accepted": accepted,
    }  # fmt: skip
