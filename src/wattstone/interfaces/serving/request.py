"""Who asks: dependencies of FastAPI that turn a request into a person, a principal and a guarded workspace.

A handler declares its act, and gets no further than it allows:

    @router.get("/o/{tenant}/portfolio")
    def portfolio(here: Annotated[Here, Depends(actor(Act.READ))]) -> HTMLResponse: ...

`actor` answers 401 where nobody is signed in (the pages turn that into a way to the sign-in), 404 for an organisation
that is not there or in which one has no role (the two look the same), 403 for an act that one's role does not hold.
It checks the CSRF token of any request that may change something and comes with a session's cookie. The act stands on
the dependency (`act_of(route)`), so that a test can walk over all routes.
"""

from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from wattstone.interfaces.serving.callers import Caller, anonymous_token, caller_of, right_token
from wattstone.interfaces.serving.service import Service, Tenant
from wattstone.workflows.access import Act, Forbidden, Principal, require

if TYPE_CHECKING:
    from wattstone.interfaces.store.server import Person, Session
    from wattstone.workflows.workspace import Workspace

__all__ = [
    "Asking",
    "Here",
    "act_of",
    "actor",
    "all_routes",
    "check_csrf",
    "csrf_of",
    "language_of",
    "service",
    "signed_in",
]

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that change nothing."""
_FILES = "multipart/form-data"
_FORMS = ("application/x-www-form-urlencoded", _FILES)


@dataclass(frozen=True, kw_only=True)
class Here:
    """What a handler works with.

    Parameters
    ----------
    service : Service
        What the process holds.
    tenant : Tenant
        The organisation of the address.
    principal : Principal
        Whoever asks, and what they may.
    workspace : Workspace
        The organisation's, guarded.
    lang : {'en', 'zh'}
        In which to answer.
    csrf : str
        Goes into every form as `csrf`, or into the header `X-CSRF-Token`; empty for a key.
    person, session : Person, Session or None
        Of a browser; None for a key.
    """

    service: Service
    tenant: Tenant
    principal: Principal
    workspace: "Workspace"
    lang: Literal["en", "zh"]
    csrf: str
    person: "Person | None" = None
    session: "Session | None" = None


def service(request: Request) -> Service:
    """The service of the running app (`app.state.service`)."""
    return request.app.state.service


def caller(request: Request) -> Caller:
    """Who is behind the request, as a dependency: it runs where it may wait for the records."""
    return caller_of(request)


def signed_in(request: Request) -> "Person | None":
    """Whoever is signed in, by the session's cookie; None for nobody. For pages beside the organisations."""
    return caller_of(request).person


def csrf_of(request: Request) -> str:
    """The token for forms: the session's, or, before the sign-in, of the cookie that is set for it."""
    return caller_of(request).csrf or anonymous_token(request)


async def check_csrf(request: Request, known: Annotated[Caller, Depends(caller)]) -> AsyncGenerator[None]:
    """Refuse with 403 a request that may change something and does not carry the token of its browser.

    The token is in the header `X-CSRF-Token`, or in the field `csrf` of a form. A request that says it comes from
    elsewhere is refused whatever it carries. Keys need none: a browser does not send them by itself.
    """
    if request.method not in SAFE and known.key is None:
        await _check(request, known)
    yield
    await request.close()  # files of a form that nobody took


async def _check(request: Request, known: Caller) -> None:
    if not _from_here(request):
        raise HTTPException(403, "the request comes from another site")
    given, form = request.headers.get("x-csrf-token", ""), request.headers.get("content-type", "")
    if not given and known.session is None and form.startswith(_FILES):
        raise HTTPException(401, "sign in first")  # files of somebody unknown are not read
    if not given and form.startswith(_FORMS):
        field = (await request.form()).get("csrf", "")
        given = field if isinstance(field, str) else ""
    if not right_token(request, known, given):
        raise HTTPException(403, "the form is too old or not from here: open the page again")


def actor(act: Act) -> Callable[..., Here]:
    """The dependency of a handler that does an act in the organisation `{tenant}` of its path.

    It asks whether the act is allowed anywhere in the organisation; at which sites, the guarded workspace asks.
    """

    def allowed(request: Request, tenant: str, known: Annotated[Caller, Depends(caller)]) -> Principal:
        held = service(request)
        principal = _principal(held, known, tenant)
        if principal is None or held.tenant(tenant) is None:
            raise HTTPException(404, "there is no such page, or none that you may see")
        _allowed(held, principal, act)
        return principal

    def here(
        request: Request,
        tenant: str,
        known: Annotated[Caller, Depends(caller)],
        principal: Annotated[Principal, Depends(allowed)],
        _checked: Annotated[None, Depends(check_csrf)],  # after it: it reads the form, however large
    ) -> Here:
        held = service(request)
        found = held.tenant(tenant)
        if found is None:
            raise HTTPException(404, "there is no such page, or none that you may see")
        if act is Act.EXPORT:
            details = {"path": request.url.path, "id": principal.id}
            held.server.audit.note("export", who=principal.name, tenant=tenant, details=details)
        return Here(
            service=held,
            tenant=found,
            principal=principal,
            workspace=held.open(tenant, principal),
            lang=language_of(request, known.person),
            csrf=known.csrf,
            person=known.person,
            session=known.session,
        )

    here.act = act  # pyright: ignore[reportFunctionMemberAccess]
    return here


def act_of(route: object) -> Act | None:
    """The act that a route asks for; None for one that anybody may call."""
    waiting: list[Any] = [getattr(route, "dependant", None)]
    while waiting:
        one = waiting.pop()
        if one is None:
            continue
        act = getattr(one.call, "act", None)
        if isinstance(act, Act):
            return act
        waiting += one.dependencies
    return None


@dataclass(frozen=True)
class Asking:
    """A route of an application, whole: its path with every prefix, its methods, and the act that it asks for."""

    path: str
    methods: frozenset[str]
    act: Act | None


def all_routes(app: Any, prefix: str = "") -> Iterator[Asking]:
    """Every route of an application, those of routers and of mounted applications too.

    Parameters
    ----------
    app : FastAPI
        Or anything with `routes`.
    prefix : str
        Under which it is mounted.
    """
    for route in app.routes:
        if (inner := getattr(route, "effective_route_contexts", None)) is not None:  # a router that was included
            found = list(inner())
        elif (mounted := getattr(route, "app", None)) is not None and hasattr(mounted, "routes"):
            yield from all_routes(mounted, prefix + route.path)
            continue
        else:
            found = [route]
        for one in found:
            yield Asking(prefix + one.path, frozenset(one.methods or ()), act_of(one))


def language_of(request: Request, person: "Person | None" = None) -> Literal["en", "zh"]:
    """In which language to answer: that of the address, of the cookie, of the account, of the browser."""
    asked = (request.query_params.get("lang"), request.cookies.get("lang"), person.language if person else None)
    for one in asked:
        if one == "en" or one == "zh":
            return one
    first = request.headers.get("accept-language", "").split(",")[0].strip().lower()
    return "zh" if first.startswith("zh") else "en"


def _principal(held: Service, known: Caller, tenant: str) -> Principal | None:
    """Whoever asks, as they stand in an organisation; None where they have nothing to do with it."""
    from wattstone.workflows.accounts.standing import principal_of_key, principal_of_person

    people = held.server.people
    if known.key is not None:
        if known.key.tenant != tenant:
            return None
        owner = people.find(known.key.created_by)
        if owner is None:
            return principal_of_key(known.key) if known.key.created_by == "local" else None
        members = people.memberships(person=owner.id, tenant=tenant)
        return principal_of_key(known.key, members[0]) if members and not owner.disabled else None
    if known.person is None:
        raise HTTPException(401, "sign in first", headers={"WWW-Authenticate": "Bearer"})
    members = people.memberships(person=known.person.id, tenant=tenant)
    return principal_of_person(known.person, members[0]) if members else None


def _allowed(held: Service, principal: Principal, act: Act) -> None:
    try:
        require(principal, act)
    except Forbidden:
        held.server.audit.note(
            "refused", who=principal.name, tenant=principal.tenant, details={"act": str(act), "id": principal.id}
        )
        raise


def _from_here(request: Request) -> bool:
    """Whether the browser says that the request comes from a page of this server, or says nothing."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin") or request.headers.get("referer")
    if origin is None:
        return True
    host = urlsplit(origin).netloc.lower()
    held: Service = request.app.state.service
    return host in (request.headers.get("host", "").lower(), urlsplit(held.settings.address).netloc.lower())
