"""What the routes share: who asks, where in a list, what an answer is described as."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Path, Query, Request
from pydantic import BaseModel

from wattstone.base import Finding
from wattstone.interfaces.http.paging import LIMIT, MOST
from wattstone.interfaces.http.problems import Problem
from wattstone.interfaces.serving.request import Here, actor
from wattstone.workflows.access import Act

__all__ = [
    "ORG",
    "Administrator",
    "Cursor",
    "Decider",
    "Declarer",
    "Exporter",
    "Ingester",
    "Limit",
    "Name",
    "Reader",
    "ReaderOfAudit",
    "Reviewer",
    "Year",
    "absent",
    "described",
    "location",
    "one_of",
    "order",
]

ORG = "/organisations/{tenant}"

Reader = Annotated[Here, Depends(actor(Act.READ))]
Exporter = Annotated[Here, Depends(actor(Act.EXPORT))]
Ingester = Annotated[Here, Depends(actor(Act.INGEST))]
Declarer = Annotated[Here, Depends(actor(Act.DECLARE))]
Decider = Annotated[Here, Depends(actor(Act.DECIDE))]
Administrator = Annotated[Here, Depends(actor(Act.ADMINISTER))]
Reviewer = Annotated[Here, Depends(actor(Act.REVIEW))]
ReaderOfAudit = Annotated[Here, Depends(actor(Act.READ_AUDIT))]

Limit = Annotated[int, Query(ge=1, le=MOST, description="Rows of a page.")]
Cursor = Annotated[str | None, Query(max_length=4000, description="`next` of the page before.")]
Name = Annotated[str, Path(min_length=1, max_length=400, pattern=r"^[^\r\n]+$")]
Year = Annotated[int, Path(ge=1900, le=2199)]
DEFAULT = LIMIT


def described(
    model: type[BaseModel] | None,
    *,
    status: int = 200,
    others: dict[int, dict[str, Any]] | None = None,
    tagged: bool = False,
) -> dict[int | str, dict[str, Any]]:
    """How an answer is described in OpenAPI; what goes wrong is added to all routes by `openapi`."""
    own: dict[str, Any] = {"description": "As asked."}
    if tagged:
        tag = {"description": "Of what the answer rests on.", "schema": {"type": "string"}}
        own["headers"] = {"ETag": tag}
    if model is not None:
        own["model"] = model
    more: dict[int, dict[str, Any]] = others if others is not None else {}
    return {status: own, **more}


def order(*names: str) -> Any:
    """What a list may be ordered by, as a parameter of the query."""
    said = f"{', '.join(names)}; with a minus before it for falling."
    return Query(pattern=f"^-?({'|'.join(names)})$", max_length=40, description=said)


def location(request: Request, name: str) -> dict[str, str]:
    """The header that says where a new thing is: beneath the address that was asked."""
    return {"Location": f"{quote(request.url.path)}/{quote(name, safe='')}"}


def absent(what: str, name: str) -> Problem:
    """There is no such thing, or none that one may see: the two look the same."""
    finding = Finding(
        code=f"{what}.unknown",
        place=f"{what} '{name}'",
        found="there is none, or none that you may see",
        expected="an id as the list of them gives it",
        remedy="copy the id from the list",
    )
    return Problem(status=404, findings=[finding])


def one_of(things: Any, name: str, what: str) -> Any:
    """The thing of an id.

    Raises
    ------
    Problem
        404 where there is none.
    """
    for one in things:
        if one.id == name:
            return one
    raise absent(what, name)
