"""Places, and the routes that stand in them: one registry, from which routes, menu and tabs are made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from wattstone.interfaces.present.languages import mark
from wattstone.workflows.access.policy import Act, Principal

Kind = Literal["page", "action", "chart", "part"]
Handler = Callable[..., Any]


@dataclass(frozen=True)
class Place:
    """One of the places of the menu.

    Parameters
    ----------
    key, title : str
        Its name in code, and its name in the menu.
    icon : str
        Name of its sign in `templates/icons.html.j2`.
    below : bool
        Below the line: data and settings.
    """

    key: str
    title: str
    icon: str
    below: bool = False


PLACES = (
    Place("today", mark("Today"), "today"),
    Place("portfolio", mark("Portfolio"), "portfolio"),
    Place("action", mark("Action"), "action"),
    Place("programme", mark("Programme"), "programme"),
    Place("report", mark("Report"), "report"),
    Place("data", mark("Data"), "data", below=True),
    Place("settings", mark("Settings"), "settings", below=True),
)
"""The menu, from top to bottom. A place without a page that the reader may see does not stand in it."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """A handler and what is known of it.

    Parameters
    ----------
    kind : {'page', 'action', 'chart', 'part'}
        What it answers with.
    path : str
        Below `/o/{tenant}`.
    name : str
        Unique.
    act : Act
        What one must be allowed in order to come here.
    handler : callable
        Takes `here` and what FastAPI finds for its other parameters.
    place : str
        Key of the place that it belongs to; empty for what stands in no place, as one's own account.
    title : str
        In English, marked for translation.
    tab : str
        What its tab is called; empty for a page that is no tab, as one site's.
    order : int
        Where its tab stands; the first tab that one may see is where the menu leads to.
    page : str
        Name of the page as which an action answers; its place, title and tab stand around the answer.
    methods : tuple of str
        Of HTTP.
    """

    kind: Kind
    path: str
    name: str
    act: Act
    handler: Handler
    place: str = ""
    title: str = ""
    tab: str = ""
    order: int = 50
    page: str = ""
    methods: tuple[str, ...] = ("GET",)


@dataclass(frozen=True)
class Entry:
    """A line of the menu, or a tab: words, address, and whether the reader is there."""

    title: str
    href: str
    icon: str = ""
    current: bool = False
    below: bool = False


_ROUTES: dict[str, Route] = {}


def register(route: Route) -> None:
    """Keep a route; a name is given once."""
    if route.name in _ROUTES and _ROUTES[route.name].handler.__module__ != route.handler.__module__:
        raise ValueError(f"two routes are called {route.name!r}")
    if route.place and route.place not in {place.key for place in PLACES}:
        raise ValueError(f"route {route.name!r} stands in {route.place!r}, which is no place")
    _ROUTES[route.name] = route


def routes() -> tuple[Route, ...]:
    """All routes; those without a parameter in their path come first, so that they are found first."""
    return tuple(sorted(_ROUTES.values(), key=lambda route: (route.path.count("{"), -len(route.path), route.path)))


def shown_as(route: Route) -> Route:
    """The page that stands around what a route answers with: itself, or the one that an action names."""
    return _ROUTES.get(route.page, route)


def tabs_of(place: str, principal: Principal) -> Iterator[Route]:
    """The tabs of a place that somebody may see, in their order."""
    found = [one for one in _ROUTES.values() if one.place == place and one.tab and principal.may(one.act)]
    yield from sorted(found, key=lambda one: (one.order, one.name))


def first_of(place: str, principal: Principal) -> Route | None:
    """The page to which the menu leads."""
    return next(tabs_of(place, principal), None)
