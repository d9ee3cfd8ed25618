"""What comes next and what is to be done: steps of forecasts and plans, and the figures of their sums."""

from datetime import UTC, datetime
from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Query, Request, Response

from wattstone.interfaces.http.answers import fresh, json_answer, version_tag
from wattstone.interfaces.http.common import (
    DEFAULT,
    ORG,
    Cursor,
    Limit,
    Reader,
    described,
    order,
)
from wattstone.interfaces.http.figures import figure_rows, named, seen, visible
from wattstone.interfaces.http.models.figures import Figures, Steps
from wattstone.interfaces.http.paging import link_header, page_of
from wattstone.interfaces.serving.request import Here
from wattstone.workflows.results import FORECASTS, PLANS, RESULTS

router = APIRouter(prefix=ORG)

Subject = Annotated[
    str | None, Query(max_length=400, description="As meter:ID, device:SITE/battery; begins so with a * .")
]
Run = Annotated[int | None, Query(ge=0, le=2**31 - 1, description="Of which run; the newest where left out.")]
Moment = Annotated[datetime | None, Query(description="UTC, or with an offset.")]


@router.get(
    "/forecasts", operation_id="listForecasts", summary="Steps of forecasts", responses=described(Steps, tagged=True)
)
def forecasts(
    request: Request, here: Reader, subject: Subject = None, run: Run = None, start: Moment = None, end: Moment = None,
    cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """Load, PV and carbon intensity with their quantiles. Forecast anew with a job of kind `forecast`."""
    return _steps(request, here, FORECASTS, subject, run, (start, end), cursor, limit)


@router.get("/plans", operation_id="listPlans", summary="Steps of plans", responses=described(Steps, tagged=True))
def plans(
    request: Request, here: Reader, subject: Subject = None, run: Run = None, start: Moment = None, end: Moment = None,
    cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """Power and state of each device. Plan anew with a job of kind `plan`."""
    return _steps(request, here, PLANS, subject, run, (start, end), cursor, limit)


@router.get(
    "/results",
    operation_id="listResults",
    summary="Figures of plans, backtests, findings and savings",
    responses=described(Figures, tagged=True),
)
def results(
    request: Request, here: Reader,
    name: Annotated[str | None, Query(max_length=200, description="With a * at the end: names that begin so.")] = None,
    subject: Annotated[str | None, Query(max_length=400)] = None, run: Run = None,
    sort: Annotated[str, order("name", "subject", "period", "value", "run")] = "name",
    cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """All of a run, or the newest of each name, subject and period."""
    tag = version_tag(here, request, RESULTS)
    if (same := fresh(request, tag)) is not None:
        return same
    held = here.workspace.lake.scan(RESULTS)
    rows: list[dict[str, Any]] = []
    if held is not None:
        mine = (held if run is None else held.filter(pl.col("run") == run)).collect()
        newest = mine.sort("run").unique(["name", "subject", "period"], keep="last", maintain_order=True)
        rows = figure_rows(named(seen(here, newest), name, subject, None))
    about = {"name": name, "subject": subject, "run": run}
    known = ("name", "subject", "period", "value", "run")
    page = page_of(rows, order=sort, known=known, cursor=cursor, limit=limit, about=about)
    return json_answer(page.as_dict("figures"), tag=tag, headers=link_header(request, page))


def _steps(
    request: Request, here: Here, table: str, subject: str | None, run: int | None,
    window: tuple[datetime | None, datetime | None], cursor: str | None, limit: int,
) -> Response:  # fmt: skip
    tag = version_tag(here, request, table)
    if (same := fresh(request, tag)) is not None:
        return same
    held = here.workspace.lake.scan(table)
    rows: list[dict[str, Any]] = []
    if held is not None:
        mine = _within(_of_subject(held, subject), window).collect()
        mine = mine.filter(pl.col("run") == (mine["run"].max() if run is None else run)) if mine.height else mine
        may = visible(here)
        mine = mine.filter(pl.col("subject").is_in([one for one in mine["subject"].unique() if may(str(one))]))
        rows = _rows(mine)
    about = {"subject": subject, "run": run, "start": window[0], "end": window[1]}
    page = page_of(rows, order="start", known=("start",), key="key", cursor=cursor, limit=limit, about=about)
    shown = {"steps": [{name: value for name, value in one.items() if name != "key"} for one in page.rows]}
    return json_answer({**page.as_dict("steps"), **shown}, tag=tag, headers=link_header(request, page))


def _of_subject(held: pl.LazyFrame, subject: str | None) -> pl.LazyFrame:
    if subject is None:
        return held
    starts = subject.endswith("*")
    return held.filter(pl.col("subject").str.starts_with(subject[:-1]) if starts else pl.col("subject") == subject)


def _within(held: pl.LazyFrame, window: tuple[datetime | None, datetime | None]) -> pl.LazyFrame:
    start, end = (None if one is None else _naive(one) for one in window)
    held = held if start is None else held.filter(pl.col("start") >= start)
    return held if end is None else held.filter(pl.col("start") < end)


def _naive(moment: datetime) -> datetime:
    try:
        return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        return moment.replace(tzinfo=None)


def _rows(mine: pl.DataFrame) -> list[dict[str, Any]]:
    """Steps for machines, each with a key of its own for the pages."""
    told = mine.drop("part", strict=False).with_columns(pl.col("start").dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    name = pl.col("name") if "name" in told.columns else pl.lit("plan")
    return told.with_columns(pl.format("{} {}", "subject", name).alias("key")).to_dicts()
