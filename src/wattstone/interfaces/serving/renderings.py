"""Files of the climate report that jobs made, as pages and the API give them: saved, and never run by a browser."""

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import Response

from wattstone.interfaces.jobs.kinds_disclosure import RENDERING
from wattstone.workflows.access.policy import EVERYWHERE, Act, require

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

__all__ = ["rendering_answer"]


def rendering_answer(here: "Here", document: str, kept: Mapping[str, str] | None = None) -> Response | None:
    """A file by the id of its document; None where there is none that the asker may see.

    Parameters
    ----------
    here : Here
        Whose, and who asks.
    document : str
        Id.
    kept : mapping of str to str or None
        Headers that say how it may be kept; by nobody but who asked, and looked after each time, where None.

    Raises
    ------
    Forbidden
        If the whole organisation may not be taken out by whoever asks.
    """
    require(here.principal, Act.EXPORT, EVERYWHERE)
    held = here.workspace.records.document(document)
    if held is None or held.kind != RENDERING:
        return None
    content = here.workspace.records.document_content(document)
    if content is None:
        return None
    plain = "".join(one if one.isascii() and (one.isalnum() or one in ".-_") else "-" for one in held.title)
    headers = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(held.title, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
        **(kept or {"Cache-Control": "private, no-cache"}),
    }
    media = str(held.facts.get("type", "application/octet-stream"))
    return Response(content, media_type=media, headers=headers)
