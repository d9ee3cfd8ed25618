"""The API put together: routers of each part, one set of answers to what goes wrong."""

import logging
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.http.openapi import describe
from wattstone.interfaces.http.problems import Problem, invalid, problem, refused
from wattstone.interfaces.serving.routes import add_routes
from wattstone.interfaces.store.database import Unavailable
from wattstone.workflows.access import Forbidden

if TYPE_CHECKING:
    from wattstone.interfaces.serving.service import Service

PREFIX = "/api/v1"
LOG = logging.getLogger("wattstone.access")


def build_router() -> APIRouter:
    """All routes of the API, beneath `/organisations/{tenant}` and `/me`."""
    from wattstone.interfaces.http import (
        activities,
        activity_files,
        alerts,
        contracts,
        denominators,
        disclosure,
        documents,
        factors,
        figures,
        findings,
        jobs,
        organisations,
        people,
        places,
        plans,
        programme,
        programme_reports,
        readings,
        releases,
        restatements,
        uploads,
    )  # fmt: skip

    whole = APIRouter(dependencies=[Depends(named_once)])
    parts = (
        organisations, places, readings, activities, activity_files, contracts, factors, figures, releases,
        restatements, denominators, programme_reports, programme, disclosure, findings, plans,
        documents, jobs, uploads, alerts, people,
    )  # fmt: skip
    for part in parts:
        whole.include_router(part.router)
    return whole


def named_once(request: Request) -> None:
    """Refuse a parameter that is given twice: one of the two would be lost.

    Raises
    ------
    Problem
        422, naming it.
    """
    names = [name for name, _ in request.query_params.multi_items()]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(names) <= MOST else names[:1]
    if twice:
        raise Problem(status=422, findings=[_twice(name) for name in twice])


def _twice(name: str) -> Finding:
    return Finding(
        code="request.twice",
        place=f"query, {name[:100]}",
        found="it is given more than once",
        params={"pointer": f"query:{name[:100]}"},
        expected="each parameter once",
        remedy="leave all but one out",
    )


MOST = 50  # parameters of a query


def build_api(service: "Service") -> FastAPI:
    """The API as an application of its own, to be mounted at `PREFIX`.

    Parameters
    ----------
    service : Service
        Whose workspaces it serves; handlers find it at `request.app.state.service`.

    Returns
    -------
    FastAPI
        With its own handlers of errors, so that everything beneath `PREFIX` answers as problem+json, what is not there
        too. `GET PREFIX/openapi.json` describes it.
    """
    from wattstone import __version__

    api = FastAPI(
        title="Wattstone", version=__version__, docs_url=None, redoc_url=None, openapi_url="/openapi.json",
        servers=[{"url": PREFIX}], root_path_in_servers=False,
    )  # fmt: skip
    api.state.service = service
    add_routes(api, build_router)
    api.openapi = lambda: describe(api)
    handle_problems(api)
    return api


def handle_problems(api: FastAPI) -> None:
    """Answer everything that goes wrong as problem+json."""

    def said(request: Request, error: Exception) -> Response:
        if isinstance(error, Unavailable):  # where it is kept is for the log alone
            LOG.error("database.away", extra={"fields": {"error": str(error)}})
        return problem(request, problem_of(error))

    for kind in (Problem, InputRefused, RequestValidationError, HTTPException, Unavailable, Exception):
        api.add_exception_handler(kind, said)


def problem_of(error: Exception) -> Problem:
    """What an error means to whoever asked."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Forbidden):
        return Problem(status=403, findings=error.findings)
    if isinstance(error, InputRefused):
        return refused(error)
    if isinstance(error, RequestValidationError):
        return invalid(error)
    if isinstance(error, Unavailable):
        return Problem(status=503, headers={"Retry-After": "5"})
    if isinstance(error, HTTPException):
        headers: dict[str, Any] = dict(error.headers or {})
        return Problem(status=error.status_code, headers=headers)
    return Problem(status=500)
