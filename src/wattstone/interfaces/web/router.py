"""Routes of the registry as FastAPI has them: act and token are checked, then the handler runs."""

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from wattstone.interfaces.web import pages
from wattstone.interfaces.web.kit import chart_file
from wattstone.interfaces.web.navigation import Handler, Route, routes
from wattstone.interfaces.web.shell import ASKED, Asked
from wattstone.interfaces.web.static import serve, shelf
from wattstone.workflows.access.policy import Act

Actor = Callable[[Act], Callable[..., Any]]

_REQUEST = "asked_request"


def build_router(*, actor: Actor | None = None) -> APIRouter:
    """All pages, their forms' targets, their charts, and the static files.

    Parameters
    ----------
    actor : callable or None
        Takes an act, returns the dependency that gives `Here` to those who may, and that checks the token of what
        changes something; None is that of `serving`.
    """
    if actor is None:
        from wattstone.interfaces.serving.request import actor
    load_pages()
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/static/{hash}/{name}", serve(shelf), methods=["GET"], response_class=Response)
    for module in _modules():
        own = getattr(module, "router", None)  # pages outside an organisation bring routers of their own
        if isinstance(own, APIRouter):
            router.include_router(own)
    for route in routes():
        router.add_api_route(
            "/o/{tenant}" + route.path,
            endpoint(route, actor),
            methods=list(route.methods),
            name=route.name,
            response_class=Response,
            response_model=None,
        )
    return router


def load_pages() -> None:
    """Import every module of `pages`: importing one registers what it has."""
    for _ in _modules():
        pass


def _modules() -> list[Any]:
    names = sorted(info.name for info in pkgutil.iter_modules(pages.__path__))
    return [importlib.import_module(f"{pages.__name__}.{name}") for name in names]


def endpoint(route: Route, actor: Actor) -> Callable[..., Any]:
    """A handler as FastAPI calls it: `here` comes from the route's act, and what is asked stands in the context."""
    handler, takes = route.handler, inspect.signature(route.handler).parameters
    if "here" not in takes:
        raise TypeError(f"the handler of {route.name!r} takes no `here`")
    # FastAPI hands the request over by one name alone: the handler's own, where it takes it.
    asked = next((name for name, one in takes.items() if one.annotation is Request), "")
    added: dict[str, Any] = {} if asked else {_REQUEST: Request}
    added |= {"form": str, "width": int} if route.kind == "chart" else {}
    here = takes["here"].replace(kind=inspect.Parameter.KEYWORD_ONLY, default=Depends(actor(route.act)), annotation=Any)
    # What stands first is found first: nobody's form is read before it is known that they may send it.
    listed = [here, *(one.replace(kind=one.KEYWORD_ONLY) for one in takes.values() if one.name != "here")]
    for name, kind in added.items():
        default: Any = 680 if name == "width" else inspect.Parameter.empty
        listed.append(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default))
    waits = inspect.iscoroutinefunction(handler)
    called = _waiting(route, handler, asked) if waits else _plain(route, handler, asked)
    functools.update_wrapper(called, handler)
    called.__signature__ = inspect.Signature(listed)  # type: ignore[attr-defined]
    return called


def _plain(route: Route, handler: Handler, asked: str) -> Callable[..., Any]:
    def called(**given: Any) -> Any:
        given, form, width = _split(route, given, asked)
        return _finished(route, handler(**given), form, width)

    return called


def _waiting(route: Route, handler: Handler, asked: str) -> Callable[..., Any]:
    async def called(**given: Any) -> Any:
        given, form, width = _split(route, given, asked)
        return _finished(route, await handler(**given), form, width)

    return called


def _split(route: Route, given: dict[str, Any], asked: str) -> tuple[dict[str, Any], str, int]:
    request = given[asked] if asked else given.pop(_REQUEST)
    ASKED.set(Asked(request, route))
    if route.kind != "chart":
        return given, "", 0
    return given, given.pop("form"), given.pop("width")


def _finished(route: Route, answer: Any, form: str, width: int) -> Any:
    return chart_file(answer, form, width) if route.kind == "chart" else answer
