"""A document that somebody attached, given back as it was sent; no browser runs it."""

import re
from collections.abc import Mapping
from pathlib import PurePath

from starlette.responses import Response

from wattstone.workflows.activities.attach import TYPES

__all__ = ["attachment"]

_ENDING = re.compile(r"\.[a-z0-9]{1,5}")


def attachment(
    content: bytes, sha: str, *, media: str = "", title: str = "", kept: Mapping[str, str] | None = None
) -> Response:
    """The answer that saves a document.

    Parameters
    ----------
    content : bytes
        As it was sent.
    sha : str
        Its SHA-256, of which the name of the file is made.
    media : str
        Its type, where it is known; one that is not among `TYPES` is not told to the browser.
    title : str
        What the file was called: its ending serves where the type is not known.
    kept : mapping of str to str or None
        Headers that say how it may be kept; by nobody but who asked, and looked after each time, where None.

    Returns
    -------
    Response
    """
    ending = PurePath(title).suffix.lower()
    known = f".{TYPES[media].lower()}" if media in TYPES else ending if _ENDING.fullmatch(ending) else ".bin"
    headers = {
        "Content-Disposition": f'attachment; filename="{sha[:16]}{known}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        **(kept or {"Cache-Control": "private, no-cache"}),
    }
    return Response(content, media_type=media if media in TYPES else "application/octet-stream", headers=headers)
