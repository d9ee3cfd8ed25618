"""What is wasted, and what is done about it: findings, the board, measures, verified savings."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

import polars as pl
from fastapi import APIRouter, Body, Query, Request, Response

from wattstone.interfaces.http.answers import content_tag, fresh, json_answer, match, plain, version_tag
from wattstone.interfaces.http.common import (
    DEFAULT,
    ORG,
    Cursor,
    Decider,
    Declarer,
    Limit,
    Name,
    Reader,
    absent,
    described,
    one_of,
    order,
)
from wattstone.interfaces.http.figures import figure_rows, named, seen
from wattstone.interfaces.http.models.board import Cards, CardShape, Findings, Measures, MoveCard, OneMeasure
from wattstone.interfaces.http.models.figures import Savings
from wattstone.interfaces.http.paging import link_header, page_of
from wattstone.interfaces.http.places import Said, Text, corrected, declared, listed, one_thing, said_of
from wattstone.interfaces.serving.request import Here
from wattstone.portfolio.measures import Measure
from wattstone.workflows.measures import declare_measure
from wattstone.workflows.overview.board import board, card_of
from wattstone.workflows.overview.cards import STATES, Card
from wattstone.workflows.overview.moving import move
from wattstone.workflows.results import RESULTS

router = APIRouter(prefix=ORG)

FINDINGS = "findings"
_CARDS = 500  # of a column in one look; as many looks as there are pages of it
By = Literal["kg", "money", "energy"]


@router.get(
    "/findings", operation_id="listFindings", summary="Findings of waste and faults",
    responses=described(Findings, tagged=True),
)  # fmt: skip
def findings(
    request: Request, here: Reader, site: Annotated[str | None, Query(max_length=200)] = None,
    code: Annotated[str | None, Query(max_length=100)] = None,
    state: Annotated[Literal["open", "planned", "doing", "done", "dismissed"] | None, Query()] = None,
    sort: Annotated[str, order("kg", "money", "energy", "site_id", "code")] = "-kg",
    cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """Of the newest detection, as `wattstone detect --json` has them, each with its key and the state of its card."""
    tag = version_tag(here, request, FINDINGS)
    if (same := fresh(request, tag)) is not None:
        return same
    rows = [one for one in _findings(here, site) if code in (None, one["code"]) and state in (None, one["state"])]
    about = {"site": site, "code": code, "state": state}
    known = ("kg", "money", "energy", "site_id", "code")
    page = page_of(rows, order=sort, known=known, key="key", cursor=cursor, limit=limit, about=about)
    return json_answer(page.as_dict("findings"), tag=tag, headers=link_header(request, page))


@router.get("/board", operation_id="listCards", summary="Cards of the board", responses=described(Cards, tagged=True))
def cards(
    request: Request, here: Reader, site: Annotated[str | None, Query(max_length=200)] = None,
    code: Annotated[str | None, Query(max_length=100)] = None,
    state: Annotated[Literal["open", "planned", "doing", "done", "dismissed"] | None, Query()] = None,
    cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """Findings and measures, with what was decided about them."""
    tag = version_tag(here, request, FINDINGS)
    if (same := fresh(request, tag)) is not None:
        return same
    rows = [_card(one) for one in _cards(here, site, code, state)]
    about = {"site": site, "code": code, "state": state}
    page = page_of(rows, order="key", known=("key",), key="key", cursor=cursor, limit=limit, about=about)
    return json_answer(page.as_dict("cards"), tag=tag, headers=link_header(request, page))


@router.get("/board/{card:path}", operation_id="getCard", summary="A card", responses=described(CardShape, tagged=True))
def card(request: Request, here: Reader, card: Name) -> Response:
    """By the key of its finding, or measure:ID."""
    content = _card(_one(here, card))
    tag = content_tag(content)
    return fresh(request, tag) or json_answer(content, tag=tag)


@router.patch(
    "/board/{card:path}", operation_id="moveCard", summary="Move a card", responses=described(CardShape, tagged=True)
)
def move_card(
    request: Request, here: Decider, card: Name,
    said: Annotated[MoveCard, Body(examples=[{"state": "planned", "owner": "Facility team", "due": "2026-03-31"}])],
) -> Response:  # fmt: skip
    """Needs If-Match with the ETag that was read. A card is dismissed with a reason."""
    match(request, content_tag(_card(_one(here, card))))
    moved = move(here.workspace, card, said.state, note=said.note, owner=said.owner, due=said.due)
    content = _card(moved)
    return json_answer(content, tag=content_tag(content))


@router.get("/measures", operation_id="listMeasures", summary="Measures", responses=described(Measures, tagged=True))
def measures(
    request: Request, here: Reader, site: Annotated[str | None, Query(max_length=200)] = None,
    status: Annotated[str | None, Query(max_length=50)] = None, q: Text = None,
    sort: Annotated[str, order("id", "name", "site_id", "status")] = "id",
    cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """What is done, or is to be, and the saving that is claimed."""
    return listed(
        request, here, "measures", here.workspace.records.measures, {"site_id": site, "status": status}, text=q,
        sort=sort, known=("id", "name", "site_id", "status"), cursor=cursor, limit=limit,
    )  # fmt: skip


@router.post(
    "/measures", operation_id="declareMeasure", summary="Declare a measure", status_code=201,
    responses=described(OneMeasure, status=201, tagged=True),
    openapi_extra=said_of(
        Measure, {"id": "M-1", "site_id": "HQ", "meters": ["HQ-main"], "name": "LED lighting"}, partly=False
    ),
)  # fmt: skip
def new_measure(request: Request, here: Declarer, said: Said) -> Response:
    """Fields as `wattstone measure` takes them."""
    return declared(request, here, "measure", said, _declare, here.workspace.records.measures)


@router.get(
    "/measures/{measure}", operation_id="getMeasure", summary="A measure", responses=described(Measure, tagged=True)
)
def measure(request: Request, here: Reader, measure: Name) -> Response:
    """What is said of it."""
    return one_thing(request, one_of(here.workspace.records.measures(), measure, "measure"))


@router.patch(
    "/measures/{measure}", operation_id="correctMeasure", summary="Correct what is said of a measure",
    responses=described(OneMeasure, tagged=True), openapi_extra=said_of(Measure, {"status": "done"}),
)  # fmt: skip
def correct_measure(request: Request, here: Declarer, measure: Name, said: Said) -> Response:
    """Needs If-Match with the ETag that was read."""
    return corrected(request, here, "measure", measure, said, _declare, here.workspace.records.measures)


@router.get(
    "/savings", operation_id="listSavings", summary="Verified savings", responses=described(Savings, tagged=True)
)
def savings(
    request: Request, here: Reader, subject: Annotated[str | None, Query(max_length=400)] = None,
    name: Annotated[str | None, Query(max_length=200, description="With a * at the end: names that begin so.")] = None,
    sort: Annotated[str, order("name", "subject", "period", "value")] = "subject",
    cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """Figures of the savings that were measured, with their intervals. Measure anew with a job of kind `savings`."""
    tag = version_tag(here, request, RESULTS)
    if (same := fresh(request, tag)) is not None:
        return same
    held = here.workspace.lake.scan(RESULTS)
    rows: list[dict[str, Any]] = []
    if held is not None:
        mine = held.filter(pl.col("method").str.starts_with("saving/")).collect()
        newest = mine.sort("run").unique(["name", "subject", "period"], keep="last", maintain_order=True)
        rows = figure_rows(named(seen(here, newest), name, subject, None))
    known = ("name", "subject", "period", "value")
    page = page_of(rows, order=sort, known=known, cursor=cursor, limit=limit, about={"name": name, "subject": subject})
    return json_answer(page.as_dict("savings"), tag=tag, headers=link_header(request, page))


def _declare(workspace: Any, name: str, said: dict[str, Any], *, who: str) -> list[Any]:
    return declare_measure(workspace, name, said, who=who)


def _cards(here: Here, site: str | None, code: str | None, state: str | None) -> list[Card]:
    """All cards that one may see: columns are read page after page."""
    found: list[Card] = []
    number, left = 1, True
    while left:
        pages: dict[str, int] = dict.fromkeys(map(str, STATES), number)
        columns = board(here.workspace, site=site, code=code, size=_CARDS, page=pages).columns
        wanted = [one for one in columns if state in (None, one.state)]
        found += [one for column in wanted for one in column.cards]
        left = any(column.count > number * _CARDS for column in wanted)
        number += 1
    return found


def _one(here: Here, key: str) -> Card:
    found = card_of(here.workspace, key)
    if found is None:
        raise absent("card", key)
    return found


def _card(card: Card) -> dict[str, Any]:
    held: dict[str, Any] = plain(asdict(card))
    return {name: value for name, value in held.items() if value is not None}


def _findings(here: Here, site: str | None) -> list[dict[str, Any]]:
    """Findings with their sentences, and where they stand on the board."""
    from wattstone.interfaces.present.waste_rows import waste_json
    from wattstone.workflows.overview.findings import newest_findings

    rows = newest_findings(here.workspace, site=site).to_dicts()
    states = {key: entry.state for key, entry in here.workspace.records.board().items()}
    return [
        {
            **plain(one),
            **{name: f"{one[name]}Z" for name in ("start", "end") if one.get(name)},  # naive UTC in the lake
            "state": states.get(str(one["key"]), "open"),
        }
        for one in waste_json(rows, here.lang)
    ]
