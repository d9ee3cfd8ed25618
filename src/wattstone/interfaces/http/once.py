"""`Idempotency-Key`: a request that is sent twice is done once, and answered the same."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from wattstone.base import Finding
from wattstone.interfaces.http.answers import plain
from wattstone.interfaces.http.problems import Problem
from wattstone.interfaces.serving.request import Here
from wattstone.interfaces.store.server.rows import now_utc

__all__ = ["HEADER", "LASTS", "once"]

HEADER = "idempotency-key"
LASTS = timedelta(hours=24)
LONGEST = timedelta(minutes=5)  # that a request takes; after that its process was ended in the midst of it
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT = ("location", "etag", "content-type", "link")


def once(request: Request, here: Here, said: Any, make: Callable[[], Response]) -> Response:
    """Do what a request asks for, unless its key says that it was done.

    Parameters
    ----------
    request : Request
        With the header, or without; then it is simply done.
    here : Here
        Who asks: keys of others are others.
    said : Any
        What was sent, as it was understood: the same key with something else is refused.
    make : callable
        Does it.

    Raises
    ------
    Problem
        422 where the key was used for something else, 409 while the first request is still at work, or where it was
        never answered.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return make()
    if not _KEY.fullmatch(key):
        raise Problem(status=400, findings=[_strange()])
    answers, actor = here.service.server.answers, f"{here.tenant.id}/{here.principal.id}"
    print_ = json.dumps([request.method, request.url.path, plain(said)], sort_keys=True, ensure_ascii=True)
    fingerprint = hashlib.sha256(print_.encode()).hexdigest()
    kept = answers.begin(actor, key, fingerprint, lasts=LASTS)
    if kept is not None:
        return _again(kept, fingerprint)
    try:
        answer = make()
    except BaseException:
        answers.forget(actor, key)
        raise
    headers = {name: value for name, value in answer.headers.items() if name.lower() in _KEPT}
    answers.finish(actor, key, status=answer.status_code, headers=headers, body=bytes(answer.body))
    return answer


def _again(kept: Any, fingerprint: str) -> Response:
    if kept.fingerprint != fingerprint:
        raise Problem(status=422, findings=[_other()])
    if kept.status is None and now_utc() - kept.created > LONGEST:
        raise Problem(status=409, findings=[_unanswered()])
    if kept.status is None:
        raise Problem(status=409, findings=[_at_work()], headers={"Retry-After": "1"})
    headers = {**kept.headers, "Idempotency-Replayed": "true", "Cache-Control": "no-store"}
    return Response(bytes(kept.body), status_code=kept.status, headers=headers)


def _strange() -> Finding:
    return Finding(
        code="idempotency.key",
        place="header, Idempotency-Key",
        found="the key cannot be used",
        params={"pointer": "header:Idempotency-Key"},
        expected="1 to 255 visible ASCII characters, as a UUID",
        remedy="make one for each request, and send it again with the same request only",
    )


def _other() -> Finding:
    return Finding(
        code="idempotency.other",
        place="header, Idempotency-Key",
        found="the key was used within the last 24 hours for another request",
        params={"pointer": "header:Idempotency-Key"},
        expected="a key of its own for each request",
        remedy="make a new key",
    )


def _unanswered() -> Finding:
    return Finding(
        code="idempotency.unanswered",
        place="header, Idempotency-Key",
        found="the first request with this key was not answered to its end: it may have been done, or not",
        params={"pointer": "header:Idempotency-Key"},
        expected="a request whose end is known",
        remedy="look whether it was done; if not, send it with a new key",
    )


def _at_work() -> Finding:
    return Finding(
        code="idempotency.at_work",
        place="header, Idempotency-Key",
        found="the first request with this key is still being answered",
        params={"pointer": "header:Idempotency-Key"},
        expected="one request at a time with a key",
        remedy="wait a moment and send it again",
    )
