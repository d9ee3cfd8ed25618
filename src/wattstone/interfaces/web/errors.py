"""Errors as pages: what happened, and where to go on. The API answers for itself."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from wattstone.base import InputRefused
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.serving.request import language_of
from wattstone.interfaces.store.database import Unavailable
from wattstone.interfaces.web.kit import render_bare
from wattstone.workflows.access.policy import Act, Forbidden

if TYPE_CHECKING:
    from fastapi import FastAPI

    from wattstone.interfaces.serving.service import Service

LOG = logging.getLogger("wattstone.access")
_WORDS = {
    400: (mark("That was not understood"), mark("Go back, and try it once more.")),
    403: (
        mark("You may not do this"),
        mark("Your role does not hold it, or the form was open for too long. Go back, load the page again, and ask an "
             "administrator of the organisation if it stays so."),
    ),
    404: (
        mark("There is nothing here"),
        mark("The address is wrong, what it named is gone, or you have no role in its organisation."),
    ),
    405: (mark("That was not understood"), mark("Go back, and try it once more.")),
    409: (mark("Somebody was faster"), mark("It has changed since you read it. Load the page again.")),
    413: (mark("That is too large"), mark("The server takes smaller files only: split it, or ask its administrator.")),
    422: (mark("Something cannot be used"), mark("Go back and correct it. Nothing was changed.")),
    429: (mark("Too many requests"), mark("Wait a minute, then go on.")),
    503: (mark("The server is busy"), mark("Its database or its queue does not answer. Try it again in a minute.")),
}  # fmt: skip
_ACTS: Mapping[Act, str] = {
    Act.READ: mark("see sites, findings, reports and their evidence"),
    Act.READ_PERSONAL: mark("see readings of a dwelling or a driver by less than the day"),
    Act.EXPORT: mark("take tables and documents out"),
    Act.INGEST: mark("load readings and what comes with them"),
    Act.DECLARE: mark("say what there is: sites, meters, measures, tariffs, factors"),
    Act.RUN: mark("have inventories, searches, plans and reports computed"),
    Act.DECIDE: mark("move findings and measures over the board"),
    Act.CONTROL: mark("send set-points to devices"),
    Act.REVIEW: mark("approve or return what others made"),
    Act.READ_AUDIT: mark("read and check the audit log"),
    Act.ADMINISTER: mark("invite people, give roles and keys, change settings"),
}
_LACKING = mark(
    "Your role here does not let you {what}. An administrator of the organisation gives a role that does, under "
    "Settings, People."
)
_BROKEN = (
    mark("The server failed"),
    mark("That is our fault, not yours. What you sent was not kept half-way. Its log knows more."),
)


def handle_errors(app: "FastAPI", service: "Service") -> None:
    """Have errors of pages answered by pages.

    Parameters
    ----------
    app : FastAPI
        The application; a mounted API has handlers of its own.
    service : Service
        What it serves.
    """
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(InputRefused, _refused)
    app.add_exception_handler(Unavailable, _away)
    app.add_exception_handler(Exception, _failed)


def error_page(request: Request, status: int, *, lacking: Act | None = None, **context: object) -> Response:
    """A page that says what happened.

    Parameters
    ----------
    request : Request
        What was asked.
    status : int
        Of HTTP.
    lacking : Act or None
        What the role would have to hold.
    """
    lang = language_of(request)
    t = translator(lang)
    title, words = (t(one) for one in _WORDS.get(status, _BROKEN if status >= 500 else _WORDS[400]))
    if lacking is not None:
        words = t(_LACKING, what=t(_ACTS[lacking]))
    if "json" in request.headers.get("accept", "") and "html" not in request.headers.get("accept", ""):
        return JSONResponse({"title": title, "detail": words, "status": status}, status)
    return render_bare(request, lang, "error.html.j2", title=title, words=words, status=status, code=status, **context)


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 401:
        if request.method in ("GET", "HEAD") and request.url.path.startswith("/o/"):
            asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/sign-in?next={quote(asked, safe='')}", 303)
        return RedirectResponse("/sign-in", 303)
    answer = error_page(request, status)
    headers: dict[str, str] = getattr(error, "headers", None) or {}
    for name, value in headers.items():
        answer.headers.setdefault(name, value)
    return answer


def _validation(request: Request, error: Exception) -> Response:
    return error_page(request, 404 if request.method == "GET" else 422)


def _refused(request: Request, error: Exception) -> Response:
    if isinstance(error, Forbidden):
        return error_page(request, 403, lacking=error.act)
    return error_page(request, 422, findings=error.findings if isinstance(error, InputRefused) else ())


def _away(request: Request, error: Exception) -> Response:
    """The database does not answer: that is for the log, and may be over in a moment."""
    LOG.error("database.away", extra={"fields": {"error": str(error)}})
    answer = error_page(request, 503)
    answer.headers["Retry-After"] = "5"
    return answer


def _failed(request: Request, error: Exception) -> Response:
    return error_page(request, 500)
