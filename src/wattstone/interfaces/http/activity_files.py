"""Files of activity records: tables taken in, documents that prove lines."""

from collections.abc import Callable
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Path, Query, Request, Response

from wattstone.interfaces.http.answers import content_tag, fresh, json_answer, kept_headers
from wattstone.interfaces.http.common import ORG, Exporter, Ingester, Name, absent, described
from wattstone.interfaces.http.models.ledgers import ActivityHistory, ImportedActivities
from wattstone.interfaces.http.problems import findings_json
from wattstone.interfaces.http.receiving import receive
from wattstone.interfaces.jobs.inbox import harmless_name
from wattstone.interfaces.present.activity_template import kind_labels
from wattstone.interfaces.serving.request import Here
from wattstone.workflows.activities import attach_document, document_of, history_of, load_activities
from wattstone.workflows.activities.attach import TYPES

router = APIRouter(prefix=ORG)

_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself, streamed.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_LARGE: dict[int, dict[str, Any]] = {413: {"description": "Larger than this server takes."}}
_CONTENT: dict[int, dict[str, Any]] = {
    200: {
        "description": "As it was sent.",
        "content": {one: {"schema": {"type": "string", "format": "binary"}} for one in TYPES},
    }
}
FileName = Annotated[str, Query(min_length=1, max_length=255, description="Of the file; paths in it are left out.")]
Sha = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the content.")]


@router.post(
    "/activities/import", operation_id="importActivities", summary="Take a table of activity records in",
    openapi_extra=_FILE, responses=described(ImportedActivities, others=_LARGE),
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

    return await _with_file(request, here, name, make)


@router.post(
    "/activities/{line}/document", operation_id="attachActivity", summary="Attach a document to an activity record",
    openapi_extra=_FILE, responses=described(ActivityHistory, others=_LARGE),
)  # fmt: skip
async def attach(request: Request, here: Ingester, line: Name, name: FileName) -> Response:
    """PDF, PNG, JPEG, TIFF, XLSX or CSV of at most 20 MiB: the line is corrected to name it by its content."""

    def make(path: FilePath) -> Response:
        if history_of(here.workspace, line).is_empty():
            raise absent("activity", line)
        attach_document(here.workspace, [line], path, who=here.principal.name)
        return json_answer({"lines": history_of(here.workspace, line).to_dicts()})

    return await _with_file(request, here, name, make)


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


async def _with_file(request: Request, here: Here, name: str, do: Callable[[FilePath], Response]) -> Response:
    """What a request's body is, as a file of that name, which is removed afterwards."""
    here.workspace.scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="activities-", dir=here.workspace.scratch) as folder:
        largest = here.service.settings.limits.largest
        path = await receive(request, FilePath(folder), harmless_name(name), largest=largest)
        return await to_thread.run_sync(do, path)
