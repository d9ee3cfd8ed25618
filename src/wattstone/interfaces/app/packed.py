"""What is sent, made small: ETags for answers that can be asked for again, gzip for text."""

import gzip
import hashlib

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Packed"]

_TEXT = ("text/", "application/json", "application/problem+json", "application/geo+json", "image/svg+xml")
_SMALL = 1024  # bytes, below which packing gains nothing
_LARGE = 131_072  # bytes, above which it is done in a thread
_LEVEL = 5


class Packed:
    """Middleware that gives whole answers an ETag, answers 304 where it is known already, and packs text.

    Answers that come in pieces pass as they are; so do those that are packed, or have an ETag, already.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _Answer(scope, send))


class _Answer:
    """Holds the head of an answer until its body has come."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._asked, self._method = Headers(scope=scope), scope["method"]
        self._send = send
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        if self._start is not None:
            start, self._start = self._start, None
            if not message.get("more_body", False):
                message = await self._whole(start, message)
            await self._send(start)
        await self._send(message)

    async def _whole(self, start: Message, message: Message) -> Message:
        """An answer that is here as a whole: known already, packed, or as it is."""
        body: bytes = message.get("body", b"")
        headers = MutableHeaders(raw=start["headers"])
        start["headers"] = headers.raw
        kept = "no-store" not in headers.get("cache-control", "")
        if self._method in ("GET", "HEAD") and start["status"] == 200 and body and kept:
            tag = headers.get("etag")
            if tag is None:
                tag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
                headers["ETag"] = tag
                headers.setdefault("Cache-Control", "private, no-cache")
            if _known(tag, self._asked.get("if-none-match", "")):
                start["status"] = 304
                for name in ("content-length", "content-type", "content-encoding"):
                    del headers[name]
                return {**message, "body": b""}
        if self._to_pack(headers, body):
            pack = run_in_threadpool(gzip.compress, body, _LEVEL) if len(body) > _LARGE else None
            body = gzip.compress(body, _LEVEL) if pack is None else await pack
            headers["Content-Encoding"] = "gzip"
            headers["Content-Length"] = str(len(body))
            headers.add_vary_header("Accept-Encoding")
            if headers.get("etag", "W/").startswith('"'):
                headers["ETag"] = "W/" + headers["etag"]  # other bytes, the same meaning
            return {**message, "body": body}
        return message

    def _to_pack(self, headers: MutableHeaders, body: bytes) -> bool:
        return (
            len(body) >= _SMALL
            and self._method != "HEAD"
            and "content-encoding" not in headers
            and headers.get("content-type", "").startswith(_TEXT)
            and "gzip" in self._asked.get("accept-encoding", "")
        )


def _known(tag: str, asked: str) -> bool:
    """Whether an ETag is among those that the browser has (RFC 9110, 13.1.2: compared weakly)."""
    plain = tag.removeprefix("W/")
    return asked.strip() == "*" or plain in {one.strip().removeprefix("W/") for one in asked.split(",")}
