"""The files that a form of a page carries."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

__all__ = ["sent_files"]


@asynccontextmanager
async def sent_files(here: "Here", request: Request) -> AsyncGenerator[tuple[Path, ...]]:
    """Files that were sent, in a folder that is removed afterwards.

    Parameters
    ----------
    here : Here
        Whose server bounds them, and whose scratch folder holds them.
    request : Request
        `multipart/form-data`, its files in the field `file`.

    Yields
    ------
    tuple of pathlib.Path
        One or more, of harmless names.

    Raises
    ------
    UploadRefused
        413 if they are larger than the server takes, 503 if the disk is nearly full, 422 if there is none, or one is
        empty.
    """
    from wattstone.interfaces.serving.uploads import received_form

    async with received_form(request, here.workspace.scratch, largest=here.service.settings.limits.largest) as sent:
        yield sent[1]
