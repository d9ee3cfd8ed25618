"""The first start, invitations and links to a new password: what one does with a code, before one is signed in."""

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from wattstone.base import InputRefused
from wattstone.interfaces.present.languages import translator
from wattstone.interfaces.serving.callers import begin_session
from wattstone.interfaces.serving.request import check_csrf, language_of, service, signed_in
from wattstone.interfaces.web.entry import bare, home_of, told, typed
from wattstone.interfaces.web.kit import Form
from wattstone.interfaces.web.refusals import status_of
from wattstone.portfolio import Organisation

router = APIRouter(include_in_schema=False)
CHECKED = [Depends(check_csrf)]
_START, _INVITED, _PASSWORD = ("code", "name", "email", "password"), ("code", "name", "password"), ("code", "password")


@router.get("/start", response_class=Response)
def start(request: Request) -> Response:
    """The form of the first account; once there is one, the sign-in."""
    if service(request).server.people.any():
        return RedirectResponse("/sign-in", 303)
    return _start(request, {})


@router.post("/start", response_class=Response, dependencies=CHECKED)
def begin(request: Request, form: Form) -> Response:
    """Make the first administrator, and go on to the organisation."""
    held, said = service(request), typed(form, *_START)
    lang = language_of(request)
    tenants = [one.id for one in held.tenants()]
    try:
        person = held.accounts.begin(**said, tenants=tenants, language=lang)
    except InputRefused as refused:
        return _start(request, said, findings=refused.findings, status=status_of(refused))
    begin_session(request, person.id)
    home = home_of(request, person.id)
    if home is None:
        return RedirectResponse("/", 303)
    named = held.whole(tenants[0]).records.organisation().name != Organisation().name
    return RedirectResponse(home if named else f"{home}settings?first=yes", 303)


@router.get("/invitation", response_class=Response)
def invited(request: Request) -> Response:
    """The form that takes up an invitation; the code stands behind the # of the link, so that no log holds it."""
    return _invited(request, {})


@router.post("/invitation", response_class=Response, dependencies=CHECKED)
def accept(request: Request, form: Form) -> Response:
    """Join an organisation, with a new account or one's own."""
    held, said, person = service(request), typed(form, *_INVITED), signed_in(request)
    try:
        joined = held.accounts.accept(said["code"], name=said["name"], password=said["password"], person=person)
    except InputRefused as refused:
        return _invited(request, said, findings=refused.findings, status=status_of(refused))
    if person is None:
        begin_session(request, joined.id)
    t = translator(language_of(request, person))
    return told(request, home_of(request, joined.id) or "/", t("Welcome. This is your organisation's first page."))


@router.get("/password", response_class=Response)
def forgotten(request: Request) -> Response:
    """The form that sets a new password by a link."""
    return _password(request, {})


@router.post("/password", response_class=Response, dependencies=CHECKED)
def reset(request: Request, form: Form) -> Response:
    """Set it; every session of the account ends."""
    said, t = typed(form, *_PASSWORD), translator(language_of(request))
    try:
        service(request).accounts.reset(said["code"], said["password"])
    except InputRefused as refused:
        return _password(request, said, findings=refused.findings, status=status_of(refused))
    return told(request, "/sign-in", t("The password is set. Sign in with it."))


def _start(request: Request, said: dict[str, str], **more: object) -> Response:
    t = translator(language_of(request))
    return _shown(request, "pages/start.html.j2", t("Welcome"), said, _START, more)


def _invited(request: Request, said: dict[str, str], **more: object) -> Response:
    t = translator(language_of(request, signed_in(request)))
    return _shown(request, "pages/invitation.html.j2", t("You are invited"), said, _INVITED, more)


def _password(request: Request, said: dict[str, str], **more: object) -> Response:
    t = translator(language_of(request))
    return _shown(request, "pages/password.html.j2", t("A new password"), said, _PASSWORD, more)


def _shown(
    request: Request, template: str, title: str, said: dict[str, str], fields: tuple[str, ...], more: dict[str, object]
) -> Response:
    kept = {name: said.get(name, "") for name in fields}
    length, person = service(request).settings.passwords.length, signed_in(request)
    return bare(request, template, title=title, said=kept, fields=fields, length=length, person=person, **more)  # pyright: ignore[reportArgumentType]
