"""Who is behind a request: a session by its cookie, or a key by its header; looked up once a request."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from starlette.requests import Request

from wattstone.interfaces.serving.service import Service

if TYPE_CHECKING:
    from wattstone.interfaces.store.server import ApiKey, Person, Session

__all__ = ["IDLE", "LASTS", "ROTATED", "Caller", "anonymous_token", "begin_session", "caller_of", "end_session"]

IDLE = timedelta(hours=12)
"""A session in which nobody was seen for so long has ended."""
LASTS = timedelta(days=7)
"""A session ends after so long whatever happens in it."""
ROTATED = timedelta(hours=1)
"""A session gets a new token after so long."""
GRACE = timedelta(minutes=1)
"""For which the old one holds, for requests that are on their way."""

_SESSION, _FORM = "wattstone", "wattstone-form"
_STATE = "wattstone_caller"
_COOKIES = "wattstone_cookies"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who is behind a request; nobody where everything is None.

    Parameters
    ----------
    person, session : Person, Session or None
        Of a browser that is signed in.
    key : ApiKey or None
        Of a program. A request with a key is the key's alone, whatever cookies it carries.
    csrf : str
        The token that forms of this browser carry; empty for a key.
    """

    person: "Person | None" = None
    session: "Session | None" = None
    key: "ApiKey | None" = None
    csrf: str = ""


def caller_of(request: Request) -> Caller:
    """Who is behind a request; asked of the records once, in a thread that may wait."""
    known = getattr(request.state, _STATE, None)
    if known is None:
        known = _look_up(request)
        setattr(request.state, _STATE, known)
    return cast("Caller", known)


def begin_session(request: Request, person_id: str) -> "Session":
    """Sign a person in: a new session with a token nobody has seen; the browser's former one ends."""
    service: Service = request.app.state.service
    before = caller_of(request).session
    if before is not None:
        service.server.sessions.close(before.id)
    token, session = service.server.sessions.open(
        person_id,
        lasts=LASTS,
        address=request.client.host if request.client else "",
        agent=request.headers.get("user-agent", ""),
        data={"csrf": secrets.token_urlsafe(32)},
    )
    set_cookie(request, _SESSION, token, LASTS)
    return session


def end_session(request: Request) -> None:
    """Sign the browser out."""
    service: Service = request.app.state.service
    if (session := caller_of(request).session) is not None:
        service.server.sessions.close(session.id)
    set_cookie(request, _SESSION, "", timedelta(0))


def anonymous_token(request: Request) -> str:
    """The form token of a browser that is not signed in, made of a cookie of its own, which is set if it is missing."""
    service: Service = request.app.state.service
    name = named_cookie(service, _FORM)
    value = request.cookies.get(name, "") or getattr(request.state, "wattstone_form", "")
    if len(value) < 32:
        value = secrets.token_urlsafe(32)
        request.state.wattstone_form = value
        set_cookie(request, _FORM, value, timedelta(hours=12))
    return hashlib.sha256(f"form:{value}".encode()).hexdigest()


def right_token(request: Request, caller: Caller, given: str) -> bool:
    """Whether a form carries the token of its browser."""
    if caller.session is None:
        service: Service = request.app.state.service
        if not request.cookies.get(named_cookie(service, _FORM)):
            return False
        return hmac.compare_digest(anonymous_token(request).encode(), given.encode())
    return bool(caller.csrf) and hmac.compare_digest(caller.csrf.encode(), given.encode())


def cookies_to_set(state: dict[str, object]) -> list[str]:
    """The `Set-Cookie` values that a request's answer has to carry."""
    return cast("list[str]", state.get(_COOKIES, []))


def _look_up(request: Request) -> Caller:
    service: Service = request.app.state.service
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        key = service.server.keys.find(token.strip())
        _remember(request, key.id if key else None)
        return Caller(key=key)
    token = request.cookies.get(named_cookie(service, _SESSION), "")
    session = service.server.sessions.find(token, idle=IDLE) if token else None
    if session is None or session.person is None:
        return Caller()
    person = service.server.people.find(session.person)
    if person is None or person.disabled:
        return Caller()
    session = _rotated(request, service, token, session)
    _remember(request, person.id)
    return Caller(person=person, session=session, csrf=str(session.data.get("csrf", "")))


def _rotated(request: Request, service: Service, token: str, session: "Session") -> "Session":
    """The session with a new token where the old one is old, or what the person may has changed."""
    from wattstone.interfaces.store.server.rows import now_utc

    now = now_utc()
    if now - session.rotated < ROTATED:
        return session
    made = service.server.sessions.succeed(token, before=now - ROTATED, grace=GRACE, now=now)
    if made is None:  # another request of the same page was first
        return session
    fresh, after = made
    set_cookie(request, _SESSION, fresh, after.expires - now)
    return after


def _remember(request: Request, who: str | None) -> None:
    if who is not None:
        request.state.actor = who  # for the log


def named_cookie(service: Service, name: str) -> str:
    """The name of a cookie here: `__Host-` binds it to https, this host and the whole path.

    Browsers refuse it over plain http.
    """
    return f"__Host-{name}" if service.settings.secure_cookies else name


def set_cookie(request: Request, name: str, value: str, lasts: timedelta) -> None:
    """Have the answer set a cookie that no script reads and no other site sends."""
    service: Service = request.app.state.service
    secure = "; Secure" if service.settings.secure_cookies else ""
    seconds = max(int(lasts.total_seconds()), 0)
    cookie = f"{named_cookie(service, name)}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
    state = request.scope.setdefault("state", {})
    state.setdefault(_COOKIES, []).append(cookie)
