"""The two addresses of signing in at an identity provider: on the way there, and on the way back."""

from dataclasses import asdict
from datetime import timedelta
from typing import cast

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse

from wattstone.base import InputRefused
from wattstone.interfaces.serving.callers import begin_session, named_cookie, set_cookie
from wattstone.interfaces.serving.oidc import Attempt, Distrusted, Provider
from wattstone.interfaces.serving.request import service
from wattstone.interfaces.serving.service import Service
from wattstone.interfaces.serving.settings import secret
from wattstone.workflows.accounts.ports import Store
from wattstone.workflows.accounts.provider import Terms, sign_in_by_provider

__all__ = ["router"]

LASTS = timedelta(minutes=10)
_COOKIE = "wattstone-oidc"
_BACK = "/sign-in/oidc/return"

router = APIRouter(include_in_schema=False)


@router.get("/sign-in/oidc")
def go_there(request: Request, next: str = "/") -> RedirectResponse:  # noqa: A002 - as the address calls it
    """To the provider."""
    held = service(request)
    attempt = Attempt.new(_inside(next))
    try:
        address = _provider(request, held).address(attempt)
    except Distrusted as error:
        raise _failed(held, error) from None
    token, _ = held.server.sessions.open(None, lasts=LASTS, data=asdict(attempt))
    set_cookie(request, _COOKIE, token, LASTS)
    return RedirectResponse(address, 303)


@router.get("/sign-in/oidc/return")
def come_back(request: Request) -> RedirectResponse:
    """From the provider: the attempt is used up, whatever comes of it."""
    held = service(request)
    session = held.server.sessions.find(request.cookies.get(named_cookie(held, _COOKIE), ""))
    if session is None or session.person is not None or "verifier" not in session.data:
        raise HTTPException(403, "this attempt to sign in is not known, or too old: begin again")
    held.server.sessions.close(session.id)
    set_cookie(request, _COOKIE, "", timedelta(0))
    attempt = Attempt(**session.data)
    settings = held.settings.oidc
    terms = Terms(
        domains=settings.domains, link_by_email=settings.link_by_email, create=settings.create,
        claim=settings.claim, roles=settings.roles, tenant=settings.tenant,
    )  # fmt: skip
    try:
        identity = _provider(request, held).identity(attempt, dict(request.query_params))
        person = sign_in_by_provider(cast("Store", held.server), identity, terms)
    except Distrusted as error:
        raise _failed(held, error) from None
    except InputRefused as error:
        raise HTTPException(403, error.findings[0].say(error.findings[0].found)) from None
    begin_session(request, person.id)
    return RedirectResponse(attempt.next, 303)


def _provider(request: Request, held: Service) -> Provider:
    """The provider of the settings, kept with the application."""
    if not held.settings.oidc.used:
        raise HTTPException(404, "there is no such page, or none that you may see")
    known = getattr(request.app.state, "oidc", None)
    if not isinstance(known, Provider):
        known = Provider(held.settings.oidc, secret("WATTSTONE_OIDC_SECRET"), f"{held.settings.address}{_BACK}")
        request.app.state.oidc = known
    return known


def _failed(held: Service, error: Distrusted) -> HTTPException:
    held.server.audit.note("sign-in refused", who="unknown", details={"by": "oidc", "why": str(error)})
    return HTTPException(403, f"signing in there did not work: {error}")


def _inside(path: str) -> str:
    """A path of this server; the first page for anything else."""
    return path if path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable() else "/"
