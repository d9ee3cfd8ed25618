"""Files of activity records: tables taken in, documents that prove lines."""

from pathlib import Path as FilePath

from fastapi import APIRouter, Request, Response

from wattstone.interfaces.http.answers import json_answer
from wattstone.interfaces.http.common import ORG, Exporter, Ingester, Name, absent, described
from wattstone.interfaces.http.files import LARGE, FileName, file_body, with_file
from wattstone.interfaces.http.models.ledgers import ActivityHistory, ImportedActivities
from wattstone.interfaces.http.problems import findings_json
from wattstone.interfaces.http.proof import PROOF, Sha, proof_answer
from wattstone.interfaces.present.activity_template import kind_labels
from wattstone.workflows.activities import attach_document, document_of, history_of, load_activities

router = APIRouter(prefix=ORG)


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
    responses=described(None, others=PROOF),
)  # fmt: skip
def document(request: Request, here: Exporter, sha: Sha) -> Response:
    """As it was sent; no browser runs it."""
    return proof_answer(request, sha, document_of(here.workspace, sha))
