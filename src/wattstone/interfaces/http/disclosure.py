"""The climate report: requirement lists, the statement of a year, its texts and their reviews, editions, files."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request, Response

from wattstone.disclosure.standards import standard as standard_called
from wattstone.disclosure.standards import standards as every_standard
from wattstone.disclosure.statement import Statement
from wattstone.interfaces.http.answers import fresh, json_answer, kept_headers, version_tag
from wattstone.interfaces.http.common import ORG, Declarer, Exporter, Name, Reader, Reviewer, absent, described
from wattstone.interfaces.http.disclosure_json import (
    asked_json,
    change_json,
    edition_json,
    readiness_json,
    standard_json,
    statement_json,
    topic_json,
)
from wattstone.interfaces.http.models.disclosure import (
    Differences,
    Editions,
    EditionShape,
    Kept,
    LetThrough,
    LockEdition,
    ReadinessShape,
    Renderings,
    ReviewText,
    Standards,
    StandardShape,
    StatementShape,
    TopicShape,
    WriteText,
)
from wattstone.interfaces.http.once import once
from wattstone.interfaces.http.problems import findings_json, pointed
from wattstone.interfaces.jobs.kinds_disclosure import RENDERING, rendering_subject
from wattstone.interfaces.serving.renderings import rendering_answer
from wattstone.interfaces.serving.request import Here
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.disclosure.locking import changes_of, edition_statement, editions, lock
from wattstone.workflows.disclosure.narratives import write
from wattstone.workflows.disclosure.reviewing import review
from wattstone.workflows.disclosure.standing import check_lock, let_pass
from wattstone.workflows.disclosure.statement import standard_named, statement_of
from wattstone.workflows.programme.changing import Changed

router = APIRouter(prefix=ORG)

Year = Annotated[int, Path(ge=1990, le=2100)]
Standard = Annotated[str, Query(min_length=1, max_length=60, description="As tcfd, or with its version ifrs-s2@2025.")]
Number = Annotated[int, Path(ge=1, le=10_000)]
Edition = Annotated[int | None, Query(ge=1, le=10_000, description="A locked edition; the draft if left out.")]
_TABLES = ("figures", "results", "editions")


@router.get(
    "/disclosure/standards", operation_id="listStandards", summary="Requirement lists, by version",
    responses=described(Standards, tagged=True),
)  # fmt: skip
def standards(request: Request, here: Reader) -> Response:
    """Numbers of paragraphs and the topics that answer them; no text of any standard."""
    tag = version_tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    return json_answer({"standards": [standard_json(one, here.lang) for one in every_standard()]}, tag=tag)


@router.get(
    "/disclosure/standards/{standard}", operation_id="getStandard", summary="A requirement list",
    responses=described(StandardShape, tagged=True),
)  # fmt: skip
def one_standard(request: Request, here: Reader, standard: Name) -> Response:
    """The newest version where none is named."""
    tag = version_tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    try:
        found = standard_called(standard)
    except KeyError:
        raise absent("standard", standard) from None
    return json_answer(standard_json(found, here.lang), tag=tag)


@router.get(
    "/disclosure/{year}/statement", operation_id="getStatement", summary="The climate report of a year as data",
    responses=described(StatementShape, tagged=True),
)  # fmt: skip
def statement(
    request: Request, here: Reader, year: Year, standard: Standard = "tcfd", edition: Edition = None
) -> Response:
    """The draft as the workspace stands, or a locked edition; texts in both languages."""
    tag = _tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    return json_answer(statement_json(_statement(here, standard, year, edition), here.lang), tag=tag)


@router.get(
    "/disclosure/{year}/readiness", operation_id="getReadiness", summary="What a climate report still needs",
    responses=described(ReadinessShape, tagged=True),
)  # fmt: skip
def readiness(request: Request, here: Reader, year: Year, standard: Standard = "tcfd") -> Response:
    """By topic and by requirement, with who is responsible."""
    tag = _tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    return json_answer(readiness_json(_statement(here, standard, year, None), here.lang), tag=tag)


@router.get(
    "/disclosure/{year}/topics/{topic}", operation_id="getTopic", summary="What a climate report says of a topic",
    responses=described(TopicShape, tagged=True),
)  # fmt: skip
def topic(request: Request, here: Reader, year: Year, topic: Name, standard: Standard = "tcfd") -> Response:
    """Texts, figures and tables; 404 where the standard does not ask for it."""
    tag = _tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    return json_answer(_topic(here, year, topic, standard), tag=tag)


@router.post(
    "/disclosure/{year}/topics/{topic}/texts", operation_id="writeText", summary="Write a text of a topic",
    responses=described(Kept),
)  # fmt: skip
def texts(
    request: Request, here: Declarer, year: Year, topic: Name,
    said: Annotated[WriteText, Body(examples=[{"lang": "en", "text": "In 2025: {{figure:scope1@2025}}."}])],
) -> Response:  # fmt: skip
    """A new version; 409 where `was` is not the newest. `was` of `new` says that there was none."""

    def make() -> Response:
        require(here.principal, Act.DECLARE, EVERYWHERE)
        done = pointed(
            lambda: write(
                here.workspace, year, topic, said.lang, said.text, standard=said.standard, who=here.principal.name,
                was=said.was, reason=said.reason,
            ),
            lambda one: [str(one.params["field"])] if one.params.get("field") in ("text", "reason", "lang") else [],
        )  # fmt: skip
        return json_answer(_kept(here, "narrative", done, year, topic, said.standard or "tcfd"))

    return once(request, here, said.model_dump(), make)


@router.post(
    "/disclosure/reviews", operation_id="reviewText", summary="Approve a text, or ask for changes",
    responses=described(Kept),
)  # fmt: skip
def reviews(
    request: Request, here: Reviewer,
    said: Annotated[ReviewText, Body(examples=[{"narrative": "2025~governance.board~en~", "read": "0a1b2c3d",
                                                "verdict": "approved"}])],
) -> Response:  # fmt: skip
    """Of the version that was read, by somebody else than who wrote it; 409 where it was written again since."""

    def make() -> Response:
        require(here.principal, Act.REVIEW, EVERYWHERE)
        done = pointed(
            lambda: review(
                here.workspace, said.narrative, said.verdict, said.comment, who=here.principal.name, read=said.read
            ),
            lambda one: [str(one.params["field"])] if one.params.get("field") in ("comment", "verdict") else [],
        )
        return json_answer(_kept(here, "review", done))

    return once(request, here, said.model_dump(), make)


@router.get(
    "/disclosure/{year}/editions", operation_id="listEditions", summary="Locked editions of a climate report",
    responses=described(Editions, tagged=True),
)  # fmt: skip
def listed(request: Request, here: Reader, year: Year, standard: Standard = "tcfd") -> Response:
    """And what stands in the way of the next lock."""
    tag = _tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    return json_answer(_editions(here, standard, year), tag=tag)


@router.post(
    "/disclosure/{year}/editions", operation_id="lockEdition", summary="Lock the draft as the next edition",
    status_code=201, responses=described(
        EditionShape, status=201,
        others={200: {"model": EditionShape, "description": "The draft says what the newest edition says."}},
    ),
)  # fmt: skip
def locked(
    request: Request, here: Reviewer, year: Year,
    said: Annotated[LockEdition, Body(examples=[{"standard": "tcfd", "why": "figures of the second half"}])],
) -> Response:  # fmt: skip
    """Hashed, with all that it rests on; refused with everything that stands in the way.

    A draft that says what the newest edition says makes no other: that one is answered, with 200.
    """

    def make() -> Response:
        require(here.principal, Act.REVIEW, EVERYWHERE)
        before = {one.number for one in editions(here.workspace, said.standard, year)}
        made = lock(here.workspace, said.standard, year, why=said.why, who=here.principal.name)
        return json_answer(edition_json(made), status=200 if made.number in before else 201)

    return once(request, here, said.model_dump(), make)


@router.post(
    "/disclosure/{year}/editions/pass", operation_id="passForLock", summary="Let what asks before a lock pass",
    responses=described(Editions),
)  # fmt: skip
def passed(
    request: Request, here: Reviewer, year: Year,
    said: Annotated[LetThrough, Body(examples=[{"keys": ["unapproved"], "reason": "read aloud at the board"}])],
) -> Response:  # fmt: skip
    """All of them, or none; what stops is never let pass."""

    def make() -> Response:
        require(here.principal, Act.REVIEW, EVERYWHERE)
        let_pass(here.workspace, said.standard, year, said.keys, reason=said.reason, who=here.principal.name)
        return json_answer(_editions(here, said.standard, year))

    return once(request, here, said.model_dump(), make)


@router.get(
    "/disclosure/{year}/editions/{number}/differences", operation_id="getDifferences",
    summary="What changed since an edition", responses=described(Differences, tagged=True),
)  # fmt: skip
def differences(
    request: Request, here: Reader, year: Year, number: Number, standard: Standard = "tcfd",
    to: Annotated[int | None, Query(ge=1, le=10_000, description="A later edition; the draft if left out.")] = None,
) -> Response:  # fmt: skip
    """Texts, figures, cells of tables, omissions; with the entries and figures that they come from."""
    tag = _tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    held = {one.number for one in editions(here.workspace, standard, year)}
    for wanted in (number, *(() if to is None else (to,))):
        if wanted not in held:
            raise absent("edition", str(wanted))
    changes = changes_of(here.workspace, standard, year, number, to)
    told = [change_json(one) for one in changes]
    return json_answer({"standard": standard, "year": year, "old": number, "new": to, "changes": told}, tag=tag)


@router.get(
    "/disclosure/{year}/renderings", operation_id="listRenderings", summary="Files of a climate report",
    responses=described(Renderings, tagged=True),
)  # fmt: skip
def renderings(request: Request, here: Exporter, year: Year, standard: Standard = "tcfd") -> Response:
    """Made by jobs of kind `disclosure`: HTML, PDF, DOCX, XLSX, JSON, inline XBRL; the newest first."""
    require(here.principal, Act.EXPORT, EVERYWHERE)
    tag = version_tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    named = standard_named(standard, year).id
    held = here.workspace.records.documents(RENDERING, rendering_subject(named, year))
    rows = [{"id": one.id, "title": one.title, "made": one.made, "facts": dict(one.facts)} for one in held]
    return json_answer({"renderings": rows}, tag=tag)


@router.get(
    "/disclosure/renderings/{document}", operation_id="getRendering", summary="A file of a climate report",
    responses={200: {"description": "As it was made.", "content": {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
    }}},
)  # fmt: skip
def rendering(here: Exporter, document: Name) -> Response:
    """No browser runs it."""
    found = rendering_answer(here, document, kept_headers(None))
    if found is None:
        raise absent("document", document)
    return found


def _tag(here: Here, request: Request) -> str:
    """Of what a report rests on; who may not see the whole organisation is refused before."""
    require(here.principal, Act.READ, EVERYWHERE)
    return version_tag(here, request, *_TABLES)


def _statement(here: Here, standard: str, year: int, edition: int | None) -> Statement:
    if edition is None:
        return statement_of(here.workspace, standard, year)
    if edition not in {one.number for one in editions(here.workspace, standard, year)}:
        raise absent("edition", str(edition))
    return edition_statement(here.workspace, standard, year, edition)


def _topic(here: Here, year: int, name: str, standard: str) -> dict[str, Any]:
    try:
        return topic_json(_statement(here, standard, year, None).answer(name), here.lang)
    except KeyError:
        raise absent("topic", name) from None


def _kept(
    here: Here, kind: str, done: Changed, year: int = 0, topic: str = "", standard: str = "tcfd"
) -> dict[str, Any]:
    """What was written: its entry, the topic as it stands now, and what was noticed."""
    entry = (*done.new, *done.changed, *done.same)[0]
    asked = topic and any(one.id == topic for one in standard_named(standard, year).topics())
    return {
        "kind": kind, "entry": entry, "topic": _topic(here, year, topic, standard) if asked else None,
        "findings": findings_json(done.findings, here.lang),
    }  # fmt: skip


def _editions(here: Here, standard: str, year: int) -> dict[str, Any]:
    held = editions(here.workspace, standard, year)
    found = check_lock(here.workspace, standard, year).found
    return {
        "standard": standard_named(standard, year).key, "year": year, "editions": [edition_json(one) for one in held],
        "standing": asked_json(found, here.lang),
    }  # fmt: skip
