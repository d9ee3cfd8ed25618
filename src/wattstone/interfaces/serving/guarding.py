"""What every request passes before a handler sees it: host, size, rate; and what every answer carries."""

import hashlib
import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wattstone.interfaces.serving.callers import cookies_to_set
from wattstone.interfaces.serving.rates import Taken, buckets

if TYPE_CHECKING:
    from fastapi import FastAPI

    from wattstone.interfaces.serving.service import Service
    from wattstone.interfaces.serving.settings import Settings

__all__ = ["POLICY", "Carried", "Limited", "Say", "protect"]

Say = Callable[[Request, HTTPException], Response]
"""How a refusal is said: as a page, as a problem of the API."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The content-security policy: nothing inline, nothing from elsewhere."""

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HSTS = "max-age=31536000"
_OPEN = ("/health", "/ready", "/metrics")  # asked by machines, under any name, and not counted
_UPLOAD = re.compile(
    r"/api/v1/organisations/[^/]+/uploads(/[^/]+/files)?"
    r"|/o/[^/]+/(data/upload|action/savings/data|files/[^/]+/[^/]+/data)"
)  # whole addresses: what stands in an organisation's or a site's name makes no upload of a request
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_UNSPECIFIED = frozenset({"0.0.0.0", "::"})  # noqa: S104  a name to recognise, not one to listen on
_SHARED = 10  # times as much may come from one address as from one session: many people share one


def protect(app: "FastAPI", service: "Service", *, say: Say | None = None) -> None:
    """Put the guards around an application, inside of what names, times and logs its requests.

    Parameters
    ----------
    app : FastAPI
        The application.
    service : Service
        What it serves.
    say : callable or None
        How refusals are said; in a line of plain text where None.
    """
    from wattstone.interfaces.serving.oidc_routes import router

    settings = service.settings
    app.include_router(router)
    app.user_middleware += [Middleware(Carried, settings=settings), Middleware(Limited, settings=settings, say=say)]


class Carried:
    """Middleware that gives every answer its security headers, and the cookies that its request has earned."""

    def __init__(self, app: ASGIApp, settings: "Settings") -> None:
        self.app = app
        self._headers = {**_HEADERS, **({"Strict-Transport-Security": _HSTS} if settings.https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; headers that a handler has set stay."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "private, no-store")
                for cookie in cookies_to_set(state):
                    headers.append("Set-Cookie", cookie)
            await send(message)

        await self.app(scope, receive, answer)


class Limited:
    """Middleware that refuses unknown hosts (400), lengths that are no numbers (400), haste (429), large bodies (413).

    Answers of the API tell how much is left [1]_.

    .. [1] R. Polli, A. Martinez and D. Miller, "RateLimit header fields for HTTP,"
       draft-ietf-httpapi-ratelimit-headers-10, IETF, 2025.
    """

    def __init__(self, app: ASGIApp, settings: "Settings", say: Say | None = None) -> None:
        self.app, self._settings, self._say = app, settings, say or _plainly
        limits = settings.limits
        self._each = buckets(limits.requests, limits.burst, called="each")
        self._shared = buckets(limits.requests * _SHARED, limits.burst * _SHARED, called="address")
        self._policies = ", ".join(
            f'"{name}";q={math.floor(one.bucket.burst)};w={math.ceil(one.bucket.burst / one.bucket.rate)}'
            for name, one in (("each", self._each), ("address", self._shared))
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http" or scope["path"] in _OPEN:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not self._known(headers.get("host", "")):
            refused = HTTPException(400, "this server is not known by that name")
            await _plainly(Request(scope), refused)(scope, receive, send)
            return
        taken = {} if scope["path"].startswith("/static/") else self._take(scope, headers)
        if scope["path"].startswith("/api/"):
            send = self._telling(taken, send)
        declared, limit = _declared(headers), self._limit(scope)
        wait = max((one.wait for one in taken.values()), default=0.0)
        if wait > 0:
            refused = HTTPException(429, "too many requests: wait a little", {"Retry-After": str(int(wait) + 1)})
            await self._say(Request(scope), refused)(scope, receive, send)
        elif declared is None:
            refused = HTTPException(400, "its Content-Length is not a number")
            await self._say(Request(scope), refused)(scope, receive, send)
        elif limit < declared:
            await self._say(Request(scope), HTTPException(413, "the body is too large"))(scope, receive, send)
        else:
            await self.app(scope, _counted(receive, limit), send)

    def _telling(self, taken: dict[str, Taken], send: Send) -> Send:
        """Tell with an answer how much is left, and when all of it is there again."""

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                headers["RateLimit-Policy"] = self._policies
                headers["RateLimit"] = ", ".join(
                    f'"{name}";r={one.left};t={math.ceil(one.full)}' for name, one in taken.items()
                )
            await send(message)

        return answer

    def _known(self, host: str) -> bool:
        settings = self._settings
        name = re.sub(r":\d+$", "", host.lower())
        if settings.host in _UNSPECIFIED:
            return True
        wanted = {settings.host.lower(), f"[{settings.host.lower()}]", *(one.lower() for one in settings.hosts)}
        return name in wanted or (settings.loopback and name in _LOOPBACK)

    def _take(self, scope: Scope, headers: Headers) -> dict[str, Taken]:
        """Take one from the bucket of whoever asks, and from that of their address."""
        address = scope["client"][0] if scope.get("client") else ""
        carried = headers.get("authorization") or _session_cookie(headers.get("cookie", ""))
        if not carried:
            return {"each": self._each.take(f"address {address}")}
        name = hashlib.sha256(carried.encode()).hexdigest()
        return {"each": self._each.take(name), "address": self._shared.take(f"address {address}")}

    def _limit(self, scope: Scope) -> float:
        """How much a body may hold. [bytes]"""
        limits = self._settings.limits
        upload = scope["method"] == "POST" and _UPLOAD.fullmatch(scope["path"])
        return (limits.upload_mb if upload else limits.body_mb) * 1e6


def _session_cookie(cookies: str) -> str:
    found = re.search(r"(?:^|;\s*)(?:__Host-)?wattstone=([^;]+)", cookies)
    return found[1] if found else ""


def _declared(headers: Headers) -> float | None:
    """How many bytes a body says it has; None if what it says is no number."""
    length = headers.get("content-length", "0")
    return float(length) if length.isascii() and length.isdigit() else None


def _counted(receive: Receive, limit: float) -> Receive:
    """The body as it comes, up to its limit, whatever its headers say."""
    seen = 0

    async def next_part() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise HTTPException(413, "the body is too large")
        return message

    return next_part


def _plainly(_request: Request, refused: HTTPException) -> Response:
    return PlainTextResponse(refused.detail, refused.status_code, headers=refused.headers)
