"""The application: API and pages over one service, with what every request passes on its way."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from wattstone.interfaces.app.caught import Caught
from wattstone.interfaces.app.health import health_router
from wattstone.interfaces.app.metrics import Metrics
from wattstone.interfaces.app.observed import Observed
from wattstone.interfaces.app.packed import Packed
from wattstone.interfaces.serving.guarding import protect
from wattstone.interfaces.serving.routes import add_routes

if TYPE_CHECKING:
    from wattstone.interfaces.serving.service import Service

__all__ = ["build_app", "frame", "refusal"]


def build_app(service: "Service", *, metrics: Metrics | None = None) -> FastAPI:
    """The application of a server.

    Parameters
    ----------
    service : Service
        What it serves; handlers find it at `request.app.state.service`. It is closed when the application ends.
    metrics : Metrics or None
        Where requests are counted; made where None.

    Returns
    -------
    FastAPI
        With pages beneath `/`, the API beneath `/api/v1`, `/health`, `/ready` and `/metrics`.
    """
    app = frame(service, metrics=metrics)
    protect(app, service, say=refusal)
    app.user_middleware.append(Middleware(Caught, handler=lambda: app.exception_handlers.get(Exception)))
    _mount_api(app, service)
    _add_pages(app, service)
    return app


def frame(service: "Service", *, metrics: Metrics | None = None) -> FastAPI:
    """The application before any room has moved in: health, counts, log, packing.

    Parameters
    ----------
    service : Service
        As for `build_app`.
    metrics : Metrics or None
        As for `build_app`.
    """
    counted = metrics or Metrics()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            service.close()

    app = FastAPI(
        title="Wattstone", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan,
        middleware=[Middleware(Observed, metrics=counted), Middleware(Packed)],
    )  # fmt: skip
    app.state.service = service
    app.include_router(health_router(service, counted))
    return app


def refusal(request: Request, refused: HTTPException) -> Response:
    """What is refused before it gets to a route, as its part of the application says it: a problem, or a page.

    Parameters
    ----------
    request : Request
        What was asked.
    refused : HTTPException
        Why not.
    """
    if request.url.path.startswith("/api/"):
        from wattstone.interfaces.http.problems import Problem, problem

        return problem(request, Problem(status=refused.status_code, headers=dict(refused.headers or {})))
    from wattstone.interfaces.web.errors import error_page

    answer = error_page(request, refused.status_code)
    answer.headers.update(refused.headers or {})
    return answer


def _mount_api(app: FastAPI, service: "Service") -> None:
    from wattstone.interfaces.http.router import PREFIX, build_api

    app.mount(PREFIX, build_api(service), name="api")


def _add_pages(app: FastAPI, service: "Service") -> None:
    from wattstone.interfaces.web.errors import handle_errors
    from wattstone.interfaces.web.router import build_router

    add_routes(app, build_router)
    handle_errors(app, service)
