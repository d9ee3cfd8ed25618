"""Before an inventory leaves the house, and after: checks, what is let pass, releases, the change from year to year."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response

from wattstone.interfaces.http.answers import fresh, json_answer, version_tag
from wattstone.interfaces.http.common import (
    DEFAULT,
    ORG,
    Cursor,
    Limit,
    Name,
    Reader,
    Reviewer,
    Year,
    absent,
    described,
    order,
)
from wattstone.interfaces.http.figures import figure_rows, seen
from wattstone.interfaces.http.models.releases import ChangeShape, ChecksShape, LetPass, ReleasedFigures, Releases
from wattstone.interfaces.http.once import once
from wattstone.interfaces.http.paging import link_header, page_of
from wattstone.interfaces.http.problems import findings_json, pointed
from wattstone.interfaces.jobs.checks_kept import KeptCheck, newest_check
from wattstone.interfaces.serving.request import Here
from wattstone.inventory.checks import Checked
from wattstone.inventory.released import Release
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.inventory.record import FIGURES, last_run
from wattstone.workflows.release import YearCheck, released_figures, releases_of, waive

router = APIRouter(prefix=ORG)


@router.get(
    "/inventory/{year}/checks", operation_id="getChecks", summary="What the checks of a year found",
    responses=described(ChecksShape, tagged=True),
)  # fmt: skip
def checks(request: Request, here: Reader, year: Year) -> Response:
    """The newest that was kept. Check anew with a job of kind `check`, release with one of kind `release`."""
    tag = version_tag(here, request, FIGURES)
    if (same := fresh(request, tag)) is not None:
        return same
    return json_answer(_checks(here, _kept(here, year)), tag=tag)


@router.post(
    "/inventory/{year}/checks/pass", operation_id="passFindings", summary="Let findings of the checks pass",
    responses=described(ChecksShape),
)  # fmt: skip
def let_pass(
    request: Request, here: Reviewer, year: Year,
    said: Annotated[LetPass, Body(examples=[{"keys": ["estimated:scope1"], "reason": "the meter was exchanged"}])],
) -> Response:  # fmt: skip
    """All of them, or none; what stops is never let pass."""

    def make() -> Response:
        require(here.principal, Act.REVIEW, EVERYWHERE)
        kept = _kept(here, year)
        places = {f"finding '{key}'": ["keys", at] for at, key in enumerate(said.keys)}

        def do() -> YearCheck:
            who = here.principal.name
            return waive(here.workspace, year, said.keys, reason=said.reason, who=who, checked=kept.done)

        done = pointed(do, lambda one: ["reason"] if one.code == "release.no_reason" else places.get(one.place, []))
        return json_answer(_checks(here, replace(kept, done=done)))

    return once(request, here, said.model_dump(), make)


@router.get("/releases", operation_id="listReleases", summary="Releases", responses=described(Releases, tagged=True))
def releases(
    request: Request, here: Reader, year: Annotated[int | None, Query(ge=1900, le=2199)] = None,
    sort: Annotated[str, order("at", "year")] = "-at", cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """The newest first; totals of sites that one does not see are left out."""
    tag = version_tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    rows = [{**_release(one), "id": at} for at, one in enumerate(releases_of(here.workspace, year))]
    page = page_of(rows, order=sort, known=("at", "year"), cursor=cursor, limit=limit, about={"year": year})
    shown = [{name: value for name, value in one.items() if name != "id"} for one in page.rows]
    return json_answer({**page.as_dict("releases"), "releases": shown}, tag=tag, headers=link_header(request, page))


@router.get(
    "/releases/{sha256}/figures", operation_id="listReleasedFigures", summary="Figures as they were released",
    responses=described(ReleasedFigures, tagged=True),
)  # fmt: skip
def figures_released(
    request: Request, here: Reader, sha256: Name,
    sort: Annotated[str, order("name", "subject", "period", "value")] = "name",
    cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """Whatever was restated since; refused where they are no longer those that were released."""
    tag = version_tag(here, request, FIGURES)
    if (same := fresh(request, tag)) is not None:
        return same
    made = next((one for one in releases_of(here.workspace) if one.sha256 == sha256), None)
    if made is None:
        raise absent("release", sha256)
    held = seen(here, released_figures(here.workspace, made))
    known = ("name", "subject", "period", "value")
    about = {"release": sha256}
    page = page_of(figure_rows(held), order=sort, known=known, cursor=cursor, limit=limit, about=about)
    return json_answer(page.as_dict("figures"), tag=tag, headers=link_header(request, page))


@router.get(
    "/inventory/{year}/change", operation_id="getChange", summary="What made a year differ from the one before",
    responses=described(ChangeShape, tagged=True),
)  # fmt: skip
def change(request: Request, here: Reader, year: Year) -> Response:
    """The newest that was told. Tell it anew with a job of kind `change`."""
    tag = version_tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    held = here.workspace.records.documents("change", str(year))
    if not held:
        raise absent("change", str(year))
    about = held[0]
    names = ("change", "like_for_like", "sites", "left_out", "throughout")
    told = {name: about.facts[name] for name in names}
    who = about.facts.get("who", "")
    return json_answer({"year": year, "made": about.made, "by": who, "document": about.id, **told}, tag=tag)


def _kept(here: Here, year: int) -> KeptCheck:
    kept = newest_check(here.workspace, year)
    if kept is None:
        raise absent("check", str(year))
    return kept


def _checks(here: Here, kept: KeptCheck) -> dict[str, Any]:
    done = kept.done
    run = int((last_run(here.workspace.lake, done.year) or {}).get("run", done.run))
    told = findings_json([one.finding for one in done.found], here.lang)
    return {
        "year": done.year, "run": done.run, "made": kept.about.made, "by": str(kept.about.facts.get("who", "")),
        "stale": run != done.run, "blocking": kept.blocking, "more": kept.more,
        "released": None if done.released is None else _release(done.released),
        "findings": [{**row, **_outcome(one)} for row, one in zip(told, done.found, strict=True)],
    }  # fmt: skip


def _outcome(one: Checked) -> dict[str, Any]:
    passed = one.waived
    return {
        "check": one.check, "outcome": one.severity, "key": one.key, "blocks": one.blocks,
        "let_pass": None if passed is None else {"reason": passed.reason, "by": passed.waived_by, "at": passed.at},
    }  # fmt: skip


def _release(one: Release) -> dict[str, Any]:
    return {
        "year": one.year, "run": one.run, "figures": one.figures, "sha256": one.sha256, "by": one.released_by,
        "at": one.at, "totals": dict(one.totals),
    }  # fmt: skip
