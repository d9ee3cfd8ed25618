"""Activity records: lines of bills, ledgers and lists, entered, corrected and taken back; nothing is overwritten."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import polars as pl
from fastapi import APIRouter, Body, Query, Request, Response

from wattstone.base import Finding
from wattstone.interfaces.http.answers import fresh, json_answer, kept_headers, version_tag
from wattstone.interfaces.http.common import (
    DEFAULT,
    ORG,
    Cursor,
    Ingester,
    Limit,
    Name,
    Reader,
    absent,
    described,
    location,
    order,
)
from wattstone.interfaces.http.files import TEMPLATE, XLSX
from wattstone.interfaces.http.models.ledgers import (
    LINE,
    Activities,
    ActivityHistory,
    CorrectActivity,
    EnterActivities,
    EnteredActivities,
    OneActivity,
    Reasoned,
)
from wattstone.interfaces.http.once import once
from wattstone.interfaces.http.paging import link_header, page_of
from wattstone.interfaces.http.problems import findings_json, pointed
from wattstone.interfaces.present.activity_template import activity_csv, activity_workbook, kind_labels
from wattstone.workflows.activities import (
    ACTIVITIES,
    add_activities,
    correct_activity,
    history_of,
    lines_of,
    withdraw_activity,
)

router = APIRouter(prefix=ORG)

_ROW = re.compile(r"row (\d+)")


@router.get(
    "/activities", operation_id="listActivities", summary="Activity records",
    responses=described(Activities, tagged=True),
)  # fmt: skip
def activities(
    request: Request, here: Reader,
    year: Annotated[int | None, Query(ge=1900, le=2199, description="Of which at least one day lies in it.")] = None,
    site: Annotated[str | None, Query(max_length=200)] = None,
    kind: Annotated[str | None, Query(max_length=100)] = None,
    sort: Annotated[str, order("line_id", "site_id", "kind", "start", "entered_at")] = "site_id",
    cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """The lines that hold, of the sites that one may see."""
    tag = version_tag(here, request, ACTIVITIES)
    if (same := fresh(request, tag)) is not None:
        return same
    held = lines_of(here.workspace, year, site=site)
    if kind is not None:
        held = held.filter(pl.col("kind") == kind)
    known = ("line_id", "site_id", "kind", "start", "entered_at")
    column = sort.removeprefix("-")
    about = {"year": year, "site": site, "kind": kind}
    rows = held.select("line_id", **({} if column == "line_id" else {column: pl.col(column)})).to_dicts()
    page = page_of(rows, order=sort, known=known, key="line_id", cursor=cursor, limit=limit, about=about)
    shown = pl.DataFrame({"line_id": [one["line_id"] for one in page.rows]}, schema={"line_id": pl.String})
    full = shown.join(held, on="line_id", how="left", maintain_order="left").select(held.columns)
    content = {**page.as_dict("lines"), "lines": full.to_dicts()}
    return json_answer(content, tag=tag, headers=link_header(request, page))


@router.post(
    "/activities", operation_id="enterActivities", summary="Enter activity records", status_code=201,
    responses=described(EnteredActivities, status=201),
)  # fmt: skip
def enter(
    request: Request, here: Ingester, said: Annotated[EnterActivities, Body(examples=[{"lines": [LINE]}])]
) -> Response:
    """One line or several, all or none; fields are named as the columns of the template, days as 2025-03-31."""

    def make() -> Response:
        lines = [_texts(one) for one in said.lines]
        done, found = pointed(
            lambda: add_activities(here.workspace, lines, who=here.principal.name, labels=kind_labels()),
            lambda one: ["lines", _row(one) - 1, *_field(one)],
        )
        content = {"lines": done, "findings": findings_json(found, here.lang)}
        headers = location(request, str(done[0]["line_id"])) if len(done) == 1 else None
        return json_answer(content, status=201, headers=headers)

    return once(request, here, said.model_dump(), make)


@router.get(
    "/activities/template.{form}", operation_id="getActivityTemplate", summary="A table to fill in",
    responses=described(None, others=TEMPLATE),
)  # fmt: skip
def template(here: Reader, form: Literal["csv", "xlsx"]) -> Response:
    """With the kinds, items, units and sites to choose from; in the language of the request."""
    headers = kept_headers(None, {"Content-Disposition": f'attachment; filename="activities.{form}"'})
    currency = here.workspace.records.organisation().currency
    if form == "csv":
        return Response(
            f"\ufeff{activity_csv(here.lang, currency=currency)}", media_type="text/csv; charset=utf-8", headers=headers
        )
    sites = {site.id: site.name or "" for site in here.workspace.records.sites()}
    return Response(activity_workbook(sites, here.lang, currency=currency), media_type=XLSX, headers=headers)


@router.get(
    "/activities/{line}", operation_id="getActivity", summary="All versions of an activity record",
    responses=described(ActivityHistory, tagged=True),
)  # fmt: skip
def activity(request: Request, here: Reader, line: Name) -> Response:
    """Who said what, and when; any version names it."""
    tag = version_tag(here, request, ACTIVITIES)
    if (same := fresh(request, tag)) is not None:
        return same
    held = history_of(here.workspace, line)
    if held.is_empty():
        raise absent("activity", line)
    return json_answer({"lines": held.to_dicts()}, tag=tag)


@router.post(
    "/activities/{line}/correct", operation_id="correctActivity", summary="Correct an activity record",
    responses=described(OneActivity),
)  # fmt: skip
def correct(
    request: Request, here: Ingester, line: Name,
    said: Annotated[CorrectActivity, Body(examples=[{"said": {"amount": 2.4}, "reason": "weighed again"}])],
) -> Response:  # fmt: skip
    """A new line takes its place; refused where it is not the line that holds."""

    def make() -> Response:
        new, found = pointed(
            lambda: correct_activity(
                here.workspace, line, _texts(said.said), reason=said.reason, who=here.principal.name,
                labels=kind_labels(),
            ),
            lambda one: ["said", *_field(one)] if _field(one) else _reason(one),
        )  # fmt: skip
        return json_answer({"line": new, "findings": findings_json(found, here.lang)})

    return once(request, here, said.model_dump(), make)


@router.post(
    "/activities/{line}/withdraw", operation_id="withdrawActivity", summary="Take an activity record back",
    responses=described(ActivityHistory),
)  # fmt: skip
def withdraw(
    request: Request, here: Ingester, line: Name,
    said: Annotated[Reasoned, Body(examples=[{"reason": "belongs to another company"}])],
) -> Response:  # fmt: skip
    """It counts no longer, and stays on record: the answer has all its versions."""

    def make() -> Response:
        pointed(lambda: withdraw_activity(here.workspace, line, reason=said.reason, who=here.principal.name), _reason)
        return json_answer({"lines": history_of(here.workspace, line).to_dicts()})

    return once(request, here, said.model_dump(), make)


def _texts(said: Mapping[str, Any]) -> dict[str, str]:
    """Fields as a table would have them."""
    return {name: _text(value) for name, value in said.items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    return "" if value is None else str(value)


def _row(finding: Finding) -> int:
    """The first line that a finding is about, from 1."""
    found = _ROW.match(finding.first or "")
    return int(found[1]) if found else 1


def _field(finding: Finding) -> list[str]:
    field = finding.params.get("field")
    return [field] if isinstance(field, str) else []


def _reason(finding: Finding) -> list[str | int]:
    return ["reason"] if finding.code == "activity.no_reason" else []
