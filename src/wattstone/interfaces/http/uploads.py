"""Uploads: files sent to the server, looked at, and then taken in by a job."""

from dataclasses import replace
from pathlib import Path as FilePath
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import Field

from wattstone.base import InputRefused
from wattstone.interfaces.http.answers import json_answer
from wattstone.interfaces.http.common import ORG, Ingester, absent, described
from wattstone.interfaces.http.jobs import job_json
from wattstone.interfaces.http.models.base import Asked, Short
from wattstone.interfaces.http.models.work import JobShape, UploadShape
from wattstone.interfaces.http.once import once
from wattstone.interfaces.http.problems import findings_json
from wattstone.interfaces.http.receiving import receive, sort_out
from wattstone.interfaces.jobs.asking import ask
from wattstone.interfaces.jobs.inbox import UPLOAD, forget, harmless_name, new_upload, uploaded
from wattstone.interfaces.serving.request import Here

router = APIRouter(prefix=ORG)

Upload = Annotated[str, Path(pattern=UPLOAD, description="As it was given when it was made.")]
FileName = Annotated[str, Query(min_length=1, max_length=255, description="Of the file; paths in it are left out.")]
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself, streamed: CSV, XLSX, Parquet, Green Button XML, EPW, or a ZIP of a dataset.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_LARGE: dict[int, dict[str, Any]] = {
    413: {"description": "Larger than this server takes."}, 415: {"description": "Nothing that can be taken in."},
}  # fmt: skip


class HowToRead(Asked):
    """What a person says of how the files are to be read."""

    mapping: Annotated[str | None, Field(max_length=200_000, description="How tables are to be read (TOML).")] = None
    zone: Short | None = None
    site: Short | None = None
    meter: Short | None = None
    unit: Short | None = None
    kind: Short | None = None
    nulls: Annotated[
        tuple[Short, ...], Field(max_length=50, description="Texts that mean that there is no reading.")
    ] = ()


class TakeIn(HowToRead):
    """The same, and whether somebody looked at it."""

    confirmed: bool = False
    dry_run: bool = False


@router.post(
    "/uploads", operation_id="upload", summary="Send a file", status_code=201, openapi_extra=_BODY,
    responses=described(UploadShape, status=201, others=_LARGE),
)  # fmt: skip
async def upload(request: Request, here: Ingester, name: FileName) -> Response:
    """Judged by what is in it, not by its name. The answer is a look at it: how it would be read, its first rows."""
    own, folder = await to_thread.run_sync(new_upload, here.tenant.root)
    try:
        await _taken(request, here, folder, name)
    except BaseException:
        forget(here.tenant.root, own)  # at once: a server that ends waits for nothing more
        raise
    return await to_thread.run_sync(_looked, request, here, own, HowToRead(), 201)


@router.post(
    "/uploads/{upload}/files", operation_id="uploadMore", summary="Send another file of an upload", status_code=201,
    openapi_extra=_BODY, responses=described(UploadShape, status=201, others=_LARGE),
)  # fmt: skip
async def upload_more(request: Request, here: Ingester, upload: Upload, name: FileName) -> Response:
    """All files of an upload are taken in together, or none."""
    files = _files(here, upload)
    await _taken(request, here, files[0].parent, name)
    return await to_thread.run_sync(_looked, request, here, upload, HowToRead(), 201)


@router.get(
    "/uploads/{upload}", operation_id="getUpload", summary="Look at an upload", responses=described(UploadShape)
)
def get_upload(request: Request, here: Ingester, upload: Upload) -> Response:
    """How its files would be read as they look."""
    return _looked(request, here, upload, HowToRead(), 200)


@router.post(
    "/uploads/{upload}/preview", operation_id="previewUpload", summary="Look at an upload, read as one says",
    responses=described(UploadShape),
)  # fmt: skip
def preview_upload(
    request: Request, here: Ingester, upload: Upload,
    said: Annotated[HowToRead, Body(examples=[{"site": "HQ", "unit": "kWh", "zone": "Asia/Shanghai"}])],
) -> Response:  # fmt: skip
    """With a mapping, a clock, a site, a unit: nothing is taken in."""
    return _looked(request, here, upload, said, 200)


@router.post(
    "/uploads/{upload}/ingest", operation_id="ingestUpload", summary="Take an upload in", status_code=202,
    responses=described(JobShape, status=202),
)  # fmt: skip
def ingest(
    request: Request, here: Ingester, upload: Upload,
    said: Annotated[TakeIn, Body(examples=[{"confirmed": True}])],
) -> Response:  # fmt: skip
    """Starts a job of kind `ingest`: all files are taken in, or none; `dry_run` says what would change."""
    _files(here, upload)

    def make() -> Response:
        asked = {"upload": upload, **said.model_dump(exclude_defaults=True)}
        job = ask(here.service.server, here.principal, "ingest", asked)
        at = f"{request.scope.get('root_path', '')}{ORG.format(tenant=here.tenant.id)}/jobs/{job.id}"
        return json_answer(job_json(job, here.lang), status=202, headers={"Location": at})

    return once(request, here, said, make)


@router.delete(
    "/uploads/{upload}",
    operation_id="forgetUpload",
    summary="Remove an upload",
    status_code=204,
    responses=described(None, status=204),
)
def remove(here: Ingester, upload: Upload) -> Response:
    """Its files are removed; what was taken in stays."""
    _files(here, upload)
    forget(here.tenant.root, upload)
    return Response(status_code=204)


async def _taken(request: Request, here: Here, folder: FilePath, name: str) -> None:
    largest = here.service.settings.limits.largest
    path = await receive(request, folder, harmless_name(name), largest=largest)
    await to_thread.run_sync(sort_out, path)


def _files(here: Here, upload: str) -> tuple[FilePath, ...]:
    try:
        return uploaded(here.tenant.root, upload)
    except InputRefused:
        raise absent("upload", upload) from None


def _looked(request: Request, here: Here, upload: str, said: HowToRead, status: int) -> Response:
    from wattstone.workflows.ingest.preview import preview, preview_how

    how = preview_how(here.workspace, **said.model_dump(include=set(HowToRead.model_fields)))
    files: list[dict[str, Any]] = []
    for path in _files(here, upload):
        one = preview(here.workspace, path, how)
        files.append(
            {
                "name": one.name.removesuffix(".dataset"), "bytes": _size(path), "format": one.form,
                "mapping": one.mapping, "confidence": one.confidence, "remembered": one.remembered,
                "refused": one.refused, "columns": one.columns, "rows": one.rows,
                "findings": findings_json([_placed(finding, path) for finding in one.findings], here.lang),
            }
        )  # fmt: skip
    findings = [finding for one in files for finding in one["findings"]]
    at = (
        {"Location": f"{request.url.path.rstrip('/')}/{upload}"}
        if status == 201 and upload not in request.url.path
        else {}
    )
    return json_answer({"id": upload, "files": files, "findings": findings}, status=status, headers=at)


def _placed(finding: Any, path: FilePath) -> Any:
    """A finding whose place is the file's name: where the server keeps it is nobody's business."""
    return replace(finding, place=finding.place.replace(f"{path.parent}/", ""))


def _size(path: FilePath) -> int:
    return sum(one.stat().st_size for one in path.iterdir()) if path.is_dir() else path.stat().st_size
