"""Figures: the inventory of a year, single figures, and what they were made from."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

import polars as pl
from fastapi import APIRouter, Query, Request, Response

from wattstone.interfaces.http.answers import fresh, json_answer, version_tag
from wattstone.interfaces.http.common import (
    DEFAULT,
    ORG,
    Cursor,
    Limit,
    Name,
    Reader,
    Year,
    absent,
    described,
    order,
)
from wattstone.interfaces.http.models.estate import QualityShape
from wattstone.interfaces.http.models.figures import Evidence, Figures, FigureShape, Inventories, InventoryShape
from wattstone.interfaces.http.paging import link_header, page_of
from wattstone.interfaces.http.problems import Problem, findings_json
from wattstone.interfaces.serving.request import Here
from wattstone.workflows.evidence import find_figure
from wattstone.workflows.inventory.record import EVIDENCE, FIGURES, current_figures
from wattstone.workflows.quality import assess_quality
from wattstone.workflows.results import RESULTS

router = APIRouter(prefix=ORG)

SHOWN = (
    "id", "name", "value", "unit", "lower", "upper", "subject", "reason", "period", "basis", "estimated", "coverage",
    "notes", "method", "run", "replaces", "why",
)  # fmt: skip
METERS = 2000  # of an estate whose quality is scored while somebody waits; larger ones ask for a job


@router.get(
    "/inventory", operation_id="listInventories", summary="Years with an inventory",
    responses=described(Inventories, tagged=True),
)  # fmt: skip
def inventories(request: Request, here: Reader) -> Response:
    """The newest first."""
    tag = version_tag(here, request, FIGURES)
    if (same := fresh(request, tag)) is not None:
        return same
    years = sorted(here.workspace.lake.parts(FIGURES), reverse=True)
    return json_answer({"years": [one for one in years if not _of_year(here, one).is_empty()]}, tag=tag)


@router.get(
    "/inventory/{year}", operation_id="getInventory", summary="The inventory of a year",
    responses=described(InventoryShape, tagged=True),
)  # fmt: skip
def inventory(
    request: Request, here: Reader, year: Year,
    subjects: Annotated[
        Literal["organisation", "sites", "all"], Query(description="Whose figures; all are as many as at /figures.")
    ] = "organisation",
) -> Response:  # fmt: skip
    """As `wattstone inventory --json` has it. Take it anew with a job of kind `inventory`."""
    tag = version_tag(here, request, FIGURES)
    if (same := fresh(request, tag)) is not None:
        return same
    held = _of_year(here, year)
    if held.is_empty():
        raise absent("inventory", str(year))
    mine = held.filter(pl.col("period") == str(year))
    if subjects == "organisation":
        mine = mine.filter(pl.col("subject") == "organisation")
    elif subjects == "sites":
        mine = mine.filter(pl.col("subject").str.starts_with("site:"))
    simulated = any(one.simulated for one in here.workspace.records.sites())
    return json_answer({"year": year, "simulated": simulated, "figures": figure_rows(mine)}, tag=tag)


@router.get(
    "/figures", operation_id="listFigures", summary="Figures of a year", responses=described(Figures, tagged=True)
)
def figures(
    request: Request, here: Reader, year: Annotated[int, Query(ge=1900, le=2199)],
    name: Annotated[str | None, Query(max_length=200, description="With a * at the end: names that begin so.")] = None,
    subject: Annotated[str | None, Query(max_length=400, description="organisation, site:ID or meter:ID.")] = None,
    period: Annotated[str | None, Query(max_length=20, description="As 2019 or 2019-03.")] = None,
    sort: Annotated[str, order("name", "subject", "period", "value")] = "name",
    cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """Those of the organisation, of sites, meters and months that hold now."""
    tag = version_tag(here, request, FIGURES)
    if (same := fresh(request, tag)) is not None:
        return same
    held = named(_of_year(here, year), name, subject, period)
    about = {"year": year, "name": name, "subject": subject, "period": period}
    known = ("name", "subject", "period", "value")
    page = page_of(figure_rows(held), order=sort, known=known, cursor=cursor, limit=limit, about=about)
    return json_answer(page.as_dict("figures"), tag=tag, headers=link_header(request, page))


@router.get(
    "/figures/{figure:path}/evidence", operation_id="getEvidence", summary="What a figure was made from",
    responses=described(Evidence, tagged=True),
)  # fmt: skip
def evidence(
    request: Request, here: Reader, figure: Name,
    limit: Annotated[int, Query(ge=1, le=1000, description="Inputs of each node, the largest first.")] = 12,
) -> Response:  # fmt: skip
    """A page of the chain: ask for the evidence of an input to go on."""
    from wattstone.workflows.overview.evidence import evidence_of_figure

    tag = version_tag(here, request, FIGURES, RESULTS, EVIDENCE)
    if (same := fresh(request, tag)) is not None:
        return same
    view = evidence_of_figure(here.workspace, figure, page=1, size=limit)
    if view is None:
        raise absent("figure", figure)
    children: list[dict[str, Any]] = [
        {**dict(one.content), "id": one.id, "kind": one.kind, "inputs": []} for one in view.children
    ]
    more = view.count - len(children)
    content: dict[str, Any] = {
        **dict(view.node.content), "id": view.node.id, "kind": view.node.kind, "inputs": children,
        **({"more": more} if more > 0 else {}), **({"hidden": view.hidden} if view.hidden else {}),
    }  # fmt: skip
    return json_answer(content, tag=tag)


@router.get(
    "/figures/{figure:path}",
    operation_id="getFigure",
    summary="A figure",
    responses=described(FigureShape, tagged=True),
)
def figure(request: Request, here: Reader, figure: Name) -> Response:
    """By its id, or as NAME@SUBJECT@PERIOD; of sites by the hour too."""
    tag = version_tag(here, request, FIGURES, RESULTS)
    if (same := fresh(request, tag)) is not None:
        return same
    row = find_figure(here.workspace.lake, figure)
    if not visible(here)(str(row["subject"])):
        raise absent("figure", figure)
    return json_answer({name: row.get(name) for name in SHOWN}, tag=tag)


@router.get(
    "/quality/{year}", operation_id="getQuality", summary="How good the readings of a year are",
    responses=described(QualityShape, tagged=True),
)  # fmt: skip
def quality(
    request: Request, here: Reader, year: Year,
    top: Annotated[int, Query(ge=1, le=1000, description="How many things to mend are named.")] = 20,
) -> Response:  # fmt: skip
    """Scored now, as `wattstone quality --json`; a large estate is refused: start a job of kind `quality` for it."""
    tag = version_tag(here, request, "readings")
    if (same := fresh(request, tag)) is not None:
        return same
    if here.workspace.records.meter_table().height > METERS:
        raise Problem(status=409, detail="The estate is large: start a job of kind 'quality', which keeps a document.")
    found = assess_quality(here.workspace, year, top=top)
    meters = found.meters.to_dicts() if not found.meters.is_empty() else []
    return json_answer({"year": year, "meters": meters, "mend": findings_json(found.mend, here.lang)}, tag=tag)


def named(held: pl.DataFrame, name: str | None, subject: str | None, period: str | None) -> pl.DataFrame:
    """Figures of a name, a subject and a period, each where it is asked for."""
    if name is not None:
        starts = name.endswith("*")
        held = held.filter(pl.col("name").str.starts_with(name[:-1]) if starts else pl.col("name") == name)
    if subject is not None:
        held = held.filter(pl.col("subject") == subject)
    return held if period is None else held.filter(pl.col("period") == period)


def figure_rows(held: pl.DataFrame) -> list[dict[str, Any]]:
    """Figures for machines."""
    return held.select([name for name in SHOWN if name in held.columns]).to_dicts()


def _of_year(here: Here, year: int) -> pl.DataFrame:
    return seen(here, current_figures(here.workspace.lake, year))


def seen(here: Here, held: pl.DataFrame) -> pl.DataFrame:
    """The figures that one may see: of one's sites and their meters, where one was given some sites alone."""
    if here.principal.scope.whole or held.is_empty():
        return held
    may = visible(here)
    subjects = [one for one in held["subject"].unique().to_list() if may(str(one))]
    return held.filter(pl.col("subject").is_in(subjects))


def visible(here: Here) -> Callable[[str], bool]:
    """Says whether one may see what is said of a subject."""
    if here.principal.scope.whole:
        return _everything
    records = here.workspace.records
    sites = {one.id for one in records.sites()}
    known = {f"site:{one}" for one in sites} | {f"meter:{one.id}" for one in records.meters()}
    known |= {f"measure:{one.id}" for one in records.measures()}
    wholly = sites & (here.principal.scope.sites or frozenset())

    def may(subject: str) -> bool:
        kind, _, name = subject.partition(":")
        return name.partition("/")[0] in wholly if kind in ("device", "homes") else subject in known

    return may


def _everything(_subject: str) -> bool:
    return True
