"""Whether the process lives, whether it can serve, and what it has counted."""

import hmac
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from wattstone.base import WattstoneError
from wattstone.interfaces.app.metrics import Metrics
from wattstone.interfaces.serving.settings import secret

if TYPE_CHECKING:
    from wattstone.interfaces.serving.service import Service

__all__ = ["TOKEN", "health_router"]

TOKEN = "WATTSTONE_METRICS_TOKEN"  # noqa: S105 - the name of a variable
_NO_STORE = {"Cache-Control": "no-store"}
_FRESH = 2.0  # s that an answer on readiness holds, so that nobody wears the database out by asking
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def health_router(service: "Service", metrics: Metrics) -> APIRouter:
    """Routes of `/health`, `/ready` and `/metrics`.

    Parameters
    ----------
    service : Service
        Whose records and workspaces have to be there.
    metrics : Metrics
        What `/metrics` shows.
    """
    router = APIRouter(include_in_schema=False)
    readiness = _Readiness(service)
    metrics.queue = metrics.queue or _queue(service)

    @router.get("/health")
    async def health() -> Response:  # pyright: ignore[reportUnusedFunction]
        return JSONResponse({"status": "ok"}, headers=_NO_STORE)

    @router.get("/ready")
    def ready(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        wrong = readiness.wrong()
        told: dict[str, Any] = {"status": "unavailable" if wrong else "ok"}
        if wrong and trusted(request):
            told["wrong"] = wrong
        return JSONResponse(told, 503 if wrong else 200, headers=_NO_STORE)

    @router.get("/metrics")
    def shown(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        if not trusted(request):
            return PlainTextResponse("not found", 404, headers=_NO_STORE)
        from prometheus_client import CONTENT_TYPE_LATEST

        return Response(metrics.text(), headers={**_NO_STORE, "Content-Type": CONTENT_TYPE_LATEST})

    return router


def trusted(request: Request) -> bool:
    """Whether somebody may see how the server fares: with the token, or from this machine and through no proxy."""
    if token := secret(TOKEN):
        given = request.headers.get("authorization", "")
        if hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return True
    client = "" if request.client is None else request.client.host
    host = request.url.hostname  # a page elsewhere that has its name point here is told nothing
    return client in _HERE and host in _HERE and not any(name in request.headers for name in _FORWARDED)


def _queue(service: "Service") -> Callable[[], tuple[dict[str, int], float]]:
    def look() -> tuple[dict[str, int], float]:
        queue = service.server.queue
        return queue.depth(), queue.waited()

    return look


class _Readiness:
    """What has to be there before a request can be answered."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._at, self._wrong = -_FRESH, list[str]()

    def wrong(self) -> list[str]:
        """What is not as it should be."""
        if time.monotonic() - self._at >= _FRESH:
            self._wrong, self._at = self._look(), time.monotonic()
        return self._wrong

    def _look(self) -> list[str]:
        wrong: list[str] = []
        try:
            self._service.server.ping()
        except WattstoneError as error:
            return [f"records of the server: {error}"]
        for tenant in self._service.tenants():
            try:
                self._service.whole(tenant.id).lake.version("readings")
            except (WattstoneError, OSError) as error:
                wrong.append(f"workspace {tenant.id}: {error}")
        return wrong
