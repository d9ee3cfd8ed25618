"""Signing in and out, and the way to the first page."""

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from wattstone.base import InputRefused
from wattstone.interfaces.present.languages import translator
from wattstone.interfaces.serving.callers import begin_session, caller_of, end_session
from wattstone.interfaces.serving.request import check_csrf, language_of, service, signed_in
from wattstone.interfaces.web.entry import bare, home_of, onward, told, typed
from wattstone.interfaces.web.kit import Form
from wattstone.interfaces.web.refusals import status_of

router = APIRouter(include_in_schema=False)
_FIELDS = ("email", "password")


@router.get("/", response_class=Response)
def first(request: Request) -> Response:
    """To the only or last organisation; to the sign-in; at the first start, to the first account."""
    person = signed_in(request)
    if person is not None:
        home = home_of(request, person.id)
        return RedirectResponse(home, 303) if home else _nowhere(request)
    people = service(request).server.people
    return RedirectResponse("/sign-in" if people.any() else "/start", 303)


@router.get("/sign-in", response_class=Response)
def sign_in(request: Request, next: str = "") -> Response:  # noqa: A002 - as the address calls it
    """The form."""
    if (person := signed_in(request)) is not None:
        return RedirectResponse(onward(request, next, person.id), 303)
    if not service(request).server.people.any():
        return RedirectResponse("/start", 303)
    return _form(request, {"email": "", "next": next})


@router.post("/sign-in", response_class=Response, dependencies=[Depends(check_csrf)])
def let_in(request: Request, form: Form) -> Response:
    """Let somebody in by address and password."""
    said = typed(form, "email", "password", "next")
    address = request.client.host if request.client else ""
    try:
        person = service(request).accounts.sign_in(said["email"], said["password"], address=address)
    except InputRefused as refused:
        return _form(request, said, findings=refused.findings, status=status_of(refused))
    begin_session(request, person.id)
    return RedirectResponse(onward(request, said["next"], person.id), 303)


@router.post("/sign-out", response_class=Response, dependencies=[Depends(check_csrf)])
def sign_out(request: Request) -> Response:
    """End the session of this browser."""
    known = caller_of(request)
    if known.person is not None and known.session is not None:
        service(request).accounts.sign_out(known.person, known.session.id)
    end_session(request)
    t = translator(language_of(request, known.person))
    return told(request, "/sign-in", t("You are signed out."))


def _form(request: Request, said: dict[str, str], **more: object) -> Response:
    t = translator(language_of(request))
    oidc = service(request).settings.oidc
    return bare(
        request, "pages/sign_in.html.j2", title=t("Sign in"), said=said, fields=_FIELDS,
        elsewhere=oidc.name if oidc.used else "", **more,  # pyright: ignore[reportArgumentType]
    )  # fmt: skip


def _nowhere(request: Request) -> Response:
    t = translator(language_of(request, signed_in(request)))
    return bare(request, "pages/nowhere.html.j2", title=t("No organisation yet"), status=403)
