"""One line of the log and one count for every request."""

import logging
import re
import secrets
import time
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wattstone.interfaces.app.metrics import Metrics
from wattstone.interfaces.serving.callers import Caller

__all__ = ["Observed"]

LOG = logging.getLogger("wattstone.access")
_ID = re.compile(rb"[A-Za-z0-9_-]{8,64}")
_QUIET = ("/health", "/ready", "/metrics", "/static/")
_UNKNOWN = "(none)"


class Observed:
    """Middleware that names each request, times it, counts it and logs it.

    The line holds id, method, route, status, time and who asked (of a person or a key the id); no address that was
    asked for, no query, no body and no token: these may hold what is nobody's business. The id is that of
    `X-Request-Id`, or made, and goes back with the answer.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        request = given.decode() if _ID.fullmatch(given) else secrets.token_hex(8)
        state = scope.setdefault("state", {})
        state["request_id"] = request

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(raw=message["headers"])["X-Request-Id"] = request
            await send(message)

        try:
            await self.app(scope, receive, answer)
        finally:
            seconds = time.perf_counter() - began
            route = _route(scope)
            self._metrics.request(scope["method"], route, status, seconds)
            level = logging.DEBUG if scope["path"].startswith(_QUIET) else logging.INFO
            if LOG.isEnabledFor(level):
                fields = {
                    "request": request,
                    "method": scope["method"],
                    "route": route,
                    "status": status,
                    "ms": round(1000 * seconds, 1),
                    "actor": _who(state),
                }
                LOG.log(level, "request", extra={"fields": fields})


def _who(state: Mapping[str, Any]) -> str | None:
    """The id of whoever asked, where that was looked up."""
    found = state.get("wattstone_caller")
    if not isinstance(found, Caller):
        return None
    asker = found.key or found.person
    return None if asker is None else asker.id


def _route(scope: Scope) -> str:
    """The template of the route that answered; what nothing answers to is one, however many addresses are tried."""
    path = getattr(scope.get("route"), "path", None)
    if path is None:
        return _UNKNOWN
    return f"{scope.get('root_path', '')}{path}"
