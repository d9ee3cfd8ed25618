"""What stands around every page: menu, organisations, period, language, theme, messages."""

import base64
import binascii
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from wattstone.interfaces.present.languages import Language, mark, translator
from wattstone.interfaces.web.environment import language_context
from wattstone.interfaces.web.navigation import PLACES, Entry, Route, first_of, shown_as, tabs_of
from wattstone.interfaces.web.static import shelf
from wattstone.interfaces.web.theme import choice
from wattstone.workflows.access.policy import Act

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

Tone = Literal["good", "watch", "act"]
FLASH, THEME, PERIOD, LANGUAGE, HOME = "flash", "theme", "period", "lang", "home"
"""Names of cookies. None of them says who somebody is; `home` is the organisation that was looked at last."""


@dataclass(frozen=True)
class Asked:
    """What is being answered: the request, and the route that answers it."""

    request: Request
    route: Route


ASKED: ContextVar[Asked] = ContextVar("asked")
"""Set by the router around every handler, in the thread in which it runs."""


@dataclass(frozen=True)
class Message:
    """Something that was done, said on the next page, and the way to undo it.

    Parameters
    ----------
    text : str
        In the reader's language.
    tone : {'good', 'watch', 'act'}
        A word goes with it on the page.
    undo : str
        Where a form that takes it back is sent; empty where it cannot be taken back.
    fields : dict
        What that form carries.
    """

    text: str
    tone: Tone = "good"
    undo: str = ""
    fields: dict[str, str] | None = None


YEAR, READ_SOON = 365 * 24 * 3600, 60  # s


def keep(answer: Response, name: str, value: str, *, secure: bool, path: str = "/", lasts: int = YEAR) -> None:
    """Have the browser keep something of the frame, which no script reads and no other site sends."""
    answer.set_cookie(name, value, lasts, path=path, secure=secure, httponly=True, samesite="lax")


def pack(message: Message) -> str:
    """A message as the value of a cookie."""
    content = {"text": message.text, "tone": message.tone, "undo": message.undo, "fields": message.fields}
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def unpack(value: str | None) -> Message | None:
    """A message from the value of a cookie; whatever is not one is nothing."""
    if not value:
        return None
    try:
        content = json.loads(base64.urlsafe_b64decode(value))
        tone = content["tone"] if content["tone"] in ("good", "watch", "act") else "watch"
        undo = str(content["undo"])
        carried: dict[str, Any] = dict(content["fields"] or {})
        fields = {str(name): str(text) for name, text in carried.items()}
        return Message(str(content["text"])[:500], cast("Tone", tone), undo if undo.startswith("/o/") else "", fields)
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error):
        return None


def tenant_id(here: "Here") -> str:
    """Id of the organisation, as addresses have it."""
    return str(getattr(here.tenant, "id", here.tenant))


def link(here: "Here", path: str = "/", /, **query: object) -> str:
    """An address inside the organisation; what is None or empty in the query is left out."""
    return link_in(tenant_id(here), path, **query)


def link_in(tenant: str, path: str = "/", /, **query: object) -> str:
    """The same for what is kept longer than a request."""
    said = "&".join(
        f"{name}={_escaped(str(one))}"
        for name, value in query.items()
        if value not in (None, "")
        for one in (cast("Sequence[object]", value) if isinstance(value, list | tuple) else (value,))
    )
    return f"/o/{_escaped(tenant)}{path}" + (f"?{said}" if said else "")


@lru_cache(maxsize=4096)
def _escaped(text: str) -> str:
    """As a part of an address; a page has hundreds of addresses, and most of what is in them again and again."""
    return quote(text, safe="")


def bare_context(request: Request, lang: Language) -> dict[str, Any]:
    """What a page outside an organisation has: language, theme, message, files."""
    files = shelf()

    def again(**changed: object) -> str:
        return _again(request, changed)

    return {
        **language_context(lang),
        "theme": choice(request.cookies.get(THEME)),
        "messages": [message] if (message := unpack(request.cookies.get(FLASH))) else [],
        "static": files.address,
        "path": request.url.path,
        "address": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "query": dict(request.query_params),
        "again": again,
        "other_language": urlencode({**dict(request.query_params), "lang": "en" if lang == "zh" else "zh"}),
    }


def _again(request: Request, changed: Mapping[str, object]) -> str:
    """The address of this page with some of its query changed; what becomes None is left out."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in changed]
    said = urlencode(kept + [(name, str(value)) for name, value in changed.items() if value is not None])
    return request.url.path + (f"?{said}" if said else "")


def shell_context(here: "Here") -> dict[str, Any]:
    """What a page of an organisation has besides."""
    asked = ASKED.get()
    principal, route = here.principal, shown_as(asked.route)

    def to(path: str = "/", /, **query: object) -> str:
        return link(here, path, **query)

    def evidence(figure: object) -> str:
        return link(here, f"/evidence/{quote(str(figure), safe='')}")

    def may(act: str, site: str | None = None) -> bool:
        return principal.may(Act(act), site)

    return {
        **bare_context(asked.request, here.lang),
        "here": here,
        "tenant": tenant_id(here),
        "organisation": organisation_name(here),
        "organisations": organisations(here),
        "csrf": here.csrf,
        "link": to,
        "evidence": evidence,
        "may": may,
        "menu": list(_menu(here, route)),
        "tabs": list(_tabs(here, route)),
        "place": route.place,
        "title": translator(here.lang)(route.title) if route.title else organisation_name(here),
        "period": period_of(here),
        "years": years_of(here),
        "who": principal.name,
        "role_name": role_name(str(principal.role), here.lang),
    }


_ROLES = {
    "viewer": mark("Viewer"),
    "analyst": mark("Analyst"),
    "operator": mark("Site operator"),
    "reviewer": mark("Reviewer"),
    "admin": mark("Administrator"),
}


def role_name(role: str, lang: Language) -> str:
    """What a role is called."""
    t = translator(lang)
    return t(_ROLES[role]) if role in _ROLES else role


def _menu(here: "Here", route: Route) -> Iterator[Entry]:
    t = translator(here.lang)
    for place in PLACES:
        first = first_of(place.key, here.principal)
        if first is not None:
            yield Entry(t(place.title), link(here, first.path), place.icon, place.key == route.place, place.below)


def _tabs(here: "Here", route: Route) -> Iterator[Entry]:
    """The tabs of the place, where there are several and the page is one of them."""
    t = translator(here.lang)
    found = list(tabs_of(route.place, here.principal)) if route.place else []
    if len(found) > 1 and route.tab:
        for one in found:
            yield Entry(t(one.tab), link(here, one.path), current=one.name == route.name)


def organisation_name(here: "Here") -> str:
    """What the organisation is called."""
    return str(getattr(here.tenant, "name", "") or tenant_id(here))


def organisations(here: "Here") -> list[Entry]:
    """The organisations in which the reader has a role, this one marked."""
    mine = Entry(organisation_name(here), link(here), current=True)
    if here.person is None:
        return [mine]
    members = here.service.server.people.memberships(person=here.person.id)
    others = (here.service.tenant(one.tenant) for one in members if one.tenant != tenant_id(here))
    entries = [mine, *(Entry(one.name or one.id, f"/o/{quote(one.id, safe='')}/") for one in others if one is not None)]
    return sorted(entries, key=lambda entry: entry.title)


def period_of(here: "Here") -> int | None:
    """The year that pages show: the one the address names, the one chosen before, or the newest there is."""
    request = ASKED.get().request
    for asked in (request.query_params.get("year"), request.cookies.get(PERIOD)):
        if asked and asked.isdecimal() and len(asked) == 4 and (not (there := years_of(here)) or int(asked) in there):
            return int(asked)
    years = years_of(here)
    return years[0] if years else None


def years_of(here: "Here") -> tuple[int, ...]:
    """Years of which there is an inventory, the newest first."""
    root, now = here.tenant.root, time.monotonic()
    kept = _YEARS.get(root)
    if kept is None or now - kept[0] > _FRESH:
        kept = _YEARS[root] = (now, tuple(sorted(here.workspace.lake.parts("figures"), reverse=True)))
    return kept[1]


_YEARS: dict[Path, tuple[float, tuple[int, ...]]] = {}
_FRESH = 5.0  # s for which the list of years holds, so that no page reads the log of a table for it
