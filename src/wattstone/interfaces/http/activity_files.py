"""Files of activity records: tables taken in, documents that prove lines."""

from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from wattstone.interfaces.http.answers import content_tag, fresh, json_answer, kept_headers
from wattstone.interfaces.http.common import ORG, Exporter, Ingester, Name, absent, described
from wattstone.interfaces.http.files import LARGE, FileName, file_body, with_file
from wattstone.interfaces.http.models.ledgers import ActivityHistory, ImportedActivities
from wattstone.interfaces.http.problems import findings_json
from wattstone.interfaces.present.activity_template import kind_labels
from wattstone.workflows.activities import attach_document, document_of, history_of, load_activities
from wattstone.workflows.activities.attach import TYPES

router = APIRouter(prefix=ORG)

_CONTENT: dict[int, dict[str, Any]] = {
    200: {
        "description": "As it was sent.",
        "content": {one: {"schema": {"type": "string", "format": "binary"}} for one in TYPES},
    }
}
Sha = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the content.")]


@router.post(
    "/activities/import", operation_id="importActivities", summary="Take a table of activity records in",
    openapi_extra=file_body(), responses=described(ImportedActivities, others=LARGE),
)  # fmt: skip
async def take_in(request: Request, here: Ingester, name: FileName) -> Response:
    """CSV or XLSX, headers as in the template: all lines or none. What was taken in before is passed over."""

    def make(path: FilePath) -> Response:
        (done,) = load_activities(here.workspace, [path], who=here.principal.name, labels=kind_labels())
        content = {
            "source": done.source, "lines": done.lines, "already": done.already, "sites": done.sites,
            "years": done.years, "findings": findings_json(done.findings, here.lang),
        }  # fmt: skip
        return json_answer(content)

    return await with_file(request, here, name, make)


@router.post(
    "/activities/{line}/document", operation_id="attachActivity", summary="Attach a document to an activity record",
    openapi_extra=file_body(), responses=described(ActivityHistory, others=LARGE),
)  # fmt: skip
async def attach(request: Request, here: Ingester, line: Name, name: FileName) -> Response:
    """PDF, PNG, JPEG, TIFF, XLSX or CSV of at most 20 MiB: the line is corrected to name it by its content."""

    def make(path: FilePath) -> Response:
        if history_of(here.workspace, line).is_empty():
            raise absent("activity", line)
        attach_document(here.workspace, [line], path, who=here.principal.name)
        return json_answer({"lines": history_of(here.workspace, line).to_dicts()})

    return await with_file(request, here, name, make)


@router.get(
    "/activities/documents/{sha}", operation_id="getActivityDocument", summary="A document that proves lines",
    responses=described(None, others=_CONTENT),
)  # fmt: skip
def document(request: Request, here: Exporter, sha: Sha) -> Response:
    """As it was sent; no browser runs it."""
    found = document_of(here.workspace, sha)
    if found is None:
        raise absent("document", sha)
    tag = content_tag(sha)
    if (same := fresh(request, tag)) is not None:
        return same
    kind = str(found[0].facts.get("type", ""))
    headers = {
        "Content-Disposition": f'attachment; filename="{sha[:16]}.{TYPES.get(kind, "bin").lower()}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    media = kind if kind in TYPES else "application/octet-stream"
    return Response(found[1], media_type=media, headers=kept_headers(tag, headers))
