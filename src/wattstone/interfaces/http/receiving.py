"""Uploads of the API: what `serving.uploads` refuses is told as problem+json."""

from pathlib import Path

from starlette.requests import Request

from wattstone.interfaces.http.problems import Problem
from wattstone.interfaces.serving import uploads
from wattstone.interfaces.serving.uploads import UploadRefused

__all__ = ["receive", "sort_out"]


async def receive(request: Request, folder: Path, name: str, *, largest: int) -> Path:
    """Write the body of a request to a file, as `serving.uploads.receive`."""
    try:
        return await uploads.receive(request, folder, name, largest=largest)
    except UploadRefused as refused:
        raise _problem(refused) from refused


def sort_out(path: Path) -> Path:
    """Judge a file by what is in it, as `serving.uploads.sort_out`."""
    try:
        return uploads.sort_out(path)
    except UploadRefused as refused:
        raise _problem(refused) from refused


def _problem(refused: UploadRefused) -> Problem:
    return Problem(status=refused.status, findings=refused.findings, headers=refused.headers)
