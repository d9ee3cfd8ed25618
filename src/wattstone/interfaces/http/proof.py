"""Documents that prove what was entered, as the API gives them back."""

from typing import Annotated, Any

from fastapi import Path, Request, Response

from wattstone.interfaces.http.answers import content_tag, fresh, kept_headers
from wattstone.interfaces.http.common import absent
from wattstone.interfaces.serving.attachment import attachment
from wattstone.workflows.activities.attach import TYPES
from wattstone.workflows.stores import Document

__all__ = ["PROOF", "Sha", "proof_answer"]

PROOF: dict[int, dict[str, Any]] = {
    200: {
        "description": "As it was sent.",
        "content": {one: {"schema": {"type": "string", "format": "binary"}} for one in TYPES},
    }
}
"""How the answer is described."""
Sha = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the content.")]


def proof_answer(request: Request, sha: str, found: tuple[Document, bytes] | None) -> Response:
    """A document as it was sent; 404 where there is none that one may see, 304 where whoever asks has it."""
    if found is None:
        raise absent("document", sha)
    tag = content_tag(sha)
    media = str(found[0].facts.get("type", ""))
    return fresh(request, tag) or attachment(found[1], sha, media=media, kept=kept_headers(tag))
