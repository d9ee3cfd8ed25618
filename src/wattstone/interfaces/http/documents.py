"""Documents that jobs made: listed, and given as JSON, HTML or PDF."""

import gzip
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from wattstone.interfaces.http.answers import content_tag, fresh, json_answer, kept_headers, plain, version_tag
from wattstone.interfaces.http.common import (
    DEFAULT,
    ORG,
    Cursor,
    Exporter,
    Limit,
    Name,
    Reader,
    absent,
    described,
    order,
)
from wattstone.interfaces.http.models.figures import Documents, DocumentShape
from wattstone.interfaces.http.paging import link_header, page_of
from wattstone.interfaces.http.problems import Problem
from wattstone.interfaces.serving.request import Here

router = APIRouter(prefix=ORG)

Form = Literal["json", "html", "pdf"]
_FORMS: dict[str, Form] = {"application/json": "json", "text/html": "html", "application/pdf": "pdf"}
_SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@router.get(
    "/documents", operation_id="listDocuments", summary="Documents", responses=described(Documents, tagged=True)
)
def documents(
    request: Request, here: Reader, kind: Annotated[str | None, Query(max_length=50)] = None,
    subject: Annotated[str | None, Query(max_length=400)] = None,
    language: Annotated[Literal["en", "zh"] | None, Query()] = None,
    sort: Annotated[str, order("made", "title", "kind")] = "-made",
    cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """The newest first; what proves activities, entries and contracts is given by their own routes."""
    tag = version_tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    kept = [one for one in here.workspace.records.documents(kind, subject) if _made_by_job(one)]
    held = [one for one in kept if language in (None, one.language)]
    rows = [plain(_document_json(one)) for one in held]
    about = {"kind": kind, "subject": subject, "language": language}
    page = page_of(rows, order=sort, known=("made", "title", "kind"), cursor=cursor, limit=limit, about=about)
    return json_answer(page.as_dict("documents"), tag=tag, headers=link_header(request, page))


@router.get(
    "/documents/{document}", operation_id="getDocument", summary="What a document is",
    responses=described(DocumentShape, tagged=True),
)  # fmt: skip
def document(request: Request, here: Reader, document: Name) -> Response:
    """Without its content."""
    content = _document_json(_held(here, document))
    tag = content_tag(content)
    return fresh(request, tag) or json_answer(content, tag=tag)


@router.get(
    "/documents/{document}/content", operation_id="getDocumentContent", summary="A document",
    responses={200: {"description": "By Accept, or as `format` says.", "content": {
        "application/json": {"schema": {"type": "object"}}, "text/html": {"schema": {"type": "string"}},
        "application/pdf": {"schema": {"type": "string", "format": "binary"}},
    }}},
)  # fmt: skip
def document_content(
    request: Request, here: Exporter, document: Name,
    format: Annotated[Form | None, Query(description="Goes before Accept.")] = None,  # noqa: A002
) -> Response:  # fmt: skip
    """As it was made: nothing is computed anew."""
    held = _held(here, document)
    form = format or _accepted(request)
    tag = content_tag([_document_json(held), form])
    if (same := fresh(request, tag)) is not None:
        return same
    blob = here.workspace.records.document_content(held.id)
    if blob is None:
        raise absent("document", document)
    kinds = {one: media for media, one in _FORMS.items()}
    headers = {
        "Content-Disposition": f'attachment; filename="wattstone-{held.id.encode("ascii", "ignore").decode()}.{form}"',
        "Content-Security-Policy": _SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Content-Language": held.language,
    }
    return Response(
        _content(blob, form, held.made.replace(tzinfo=UTC)), media_type=kinds[form], headers=kept_headers(tag, headers)
    )


def _content(blob: bytes, form: Form, made: datetime) -> bytes:
    from wattstone.interfaces.present.stored import thaw

    if form == "json":
        return gzip.decompress(blob)
    report = thaw(blob)
    if form == "html":
        from wattstone.interfaces.present.html import render_page

        return render_page(report).encode()
    from wattstone.interfaces.present.pdf import print_report

    return print_report(report, made=made)


def _accepted(request: Request) -> Form:
    for one in request.headers.get("accept", "*/*").split(","):
        media = one.split(";")[0].strip().lower()
        if media in ("*/*", "application/*", ""):
            return "json"
        if media in _FORMS:
            return _FORMS[media]
    raise Problem(status=406)


def _held(here: Here, name: str) -> Any:
    held = here.workspace.records.document(name)
    if held is None or not _made_by_job(held):
        raise absent("document", name)
    return held


def _made_by_job(one: Any) -> bool:
    """Whether a job wrote it; what somebody attached has no language, and is no report."""
    return bool(one.language)


def _document_json(one: Any) -> dict[str, Any]:
    return {
        "id": one.id, "kind": one.kind, "subject": one.subject, "lang": one.language, "title": one.title,
        "site": one.site, "made": one.made, "run": one.run, "figures": list(one.figures), "facts": dict(one.facts),
    }  # fmt: skip
