"""Answers: JSON in full precision, ETags of what an answer rests on, and changes that say which state they change."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, cast

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from wattstone.interfaces.http.problems import Problem
from wattstone.interfaces.serving.request import Here

__all__ = ["JSON", "content_tag", "fresh", "json_answer", "match", "record", "revision_of", "version_tag"]

JSON = "application/json"
_PRIVATE = "private, no-cache"
_VARY = "Accept, Accept-Language, Authorization, Cookie"


def json_answer(
    content: Any, *, status: int = 200, tag: str | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Content as JSON; what is not known is null, times are UTC with a Z.

    Parameters
    ----------
    content : Any
        Mappings, lists, dates, numbers, models.
    status : int
        Of HTTP.
    tag : str or None
        ETag.
    headers : mapping or None
        Others.
    """
    body = json.dumps(plain(content), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return Response(body, status_code=status, media_type=JSON, headers=kept_headers(tag, headers))


def kept_headers(tag: str | None, others: Mapping[str, str] | None = None) -> dict[str, str]:
    """Headers of an answer that may be kept by who asked for it, and by nobody else."""
    tagged = {"ETag": tag} if tag else {}
    return {"Cache-Control": _PRIVATE, "Vary": _VARY, **tagged, **(others or {})}


def plain(value: Any) -> Any:
    """JSON values: no NaN, no infinity, times as texts."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        held = cast("Mapping[Any, Any]", value)
        return {str(name): plain(one) for name, one in held.items()}
    if isinstance(value, BaseModel):
        return record(value)
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return moment.isoformat(timespec="auto").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Sequence | set | frozenset):
        return [plain(one) for one in cast("Sequence[Any]", value)]
    return str(value)


def record(model: BaseModel) -> dict[str, Any]:
    """A declared thing as the command line's `--json` has it: what nobody said is left out."""
    return model.model_dump(mode="json", exclude_none=True)


def content_tag(content: Any) -> str:
    """The ETag of one thing: the hash of what is said of it."""
    said = json.dumps(plain(content), ensure_ascii=True, sort_keys=True).encode()
    return f'"{hashlib.sha256(said).hexdigest()[:32]}"'


def revision_of(here: Here) -> int:
    """The number that changes with every write to the records of the workspace."""
    return cast("Any", here.workspace.records).revision()


def version_tag(here: Here, request: Request, *tables: str) -> str:
    """The ETag of an answer that is computed: what it rests on, who asks, for what, in which language and form."""
    lake = here.workspace.lake
    scope = here.principal.scope
    said = [
        here.tenant.id, str(revision_of(here)), *(f"{one}:{lake.version(one)}" for one in tables),
        here.principal.id, sorted(here.principal.acts), sorted(scope.sites) if scope.sites is not None else None,
        sorted(scope.spaces), here.lang, request.url.path, str(request.url.query), request.headers.get("accept", ""),
    ]  # fmt: skip
    return f'W/"{hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()[:32]}"'


def fresh(request: Request, tag: str) -> Response | None:
    """304 where whoever asks has this already; None where it has to be answered."""
    known = request.headers.get("if-none-match")
    if known is None:
        return None
    listed = {one.strip().removeprefix("W/") for one in known.split(",")}
    if "*" in listed or tag.removeprefix("W/") in listed:
        return Response(status_code=304, headers=kept_headers(tag))
    return None


def match(request: Request, tag: str) -> None:
    """Refuse a change that was made for another state than the thing is in now.

    Raises
    ------
    Problem
        412 where If-Match names another state; 428 where there is no If-Match.
    """
    asked = request.headers.get("if-match")
    if asked is None:
        raise Problem(status=428, headers={"ETag": tag})
    # An answer that was packed on its way has W/ before its tag: other bytes, the same state.
    if asked.strip() != "*" and tag not in {one.strip().removeprefix("W/") for one in asked.split(",")}:
        raise Problem(status=412, headers={"ETag": tag})
