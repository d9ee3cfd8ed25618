"""Files that are sent in the body of a request, and tables that are given to be filled in."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from anyio import to_thread
from fastapi import Query, Request, Response

from wattstone.interfaces.http.receiving import receive
from wattstone.interfaces.serving.request import Here

__all__ = ["LARGE", "TEMPLATE", "XLSX", "FileName", "file_body", "with_file"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FileName = Annotated[str, Query(min_length=1, max_length=255, description="Of the file; paths in it are left out.")]
LARGE: dict[int, dict[str, Any]] = {413: {"description": "Larger than this server takes."}}
TEMPLATE: dict[int, dict[str, Any]] = {
    200: {
        "description": "As asked.",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


def file_body(description: str = "The file itself, streamed.") -> dict[str, Any]:
    """What the description of an operation says of a body that is a file."""
    content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    return {"requestBody": {"required": True, "description": description, "content": content}}


async def with_file(request: Request, here: Here, name: str, do: Callable[[Path], Response]) -> Response:
    """Do something with what a request's body is, as a file of that name, which is removed afterwards.

    Parameters
    ----------
    request : Request
        Its body is streamed to the file.
    here : Here
        Whose scratch folder holds it meanwhile.
    name : str
        Of the file; what could lead out of the folder is left out.
    do : callable
        Called in a thread of its own.
    """
    scratch = here.workspace.scratch
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="sent-", dir=scratch) as folder:
        path = await receive(request, Path(folder), name, largest=here.service.settings.limits.largest)
        return await to_thread.run_sync(do, path)
