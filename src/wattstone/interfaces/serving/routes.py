"""Routes made once in a process: FastAPI takes a second to look at the hundreds of them, for each application anew."""

from collections.abc import Callable
from functools import cache

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute

__all__ = ["add_routes"]


def add_routes(app: FastAPI, build: Callable[[], APIRouter]) -> None:
    """Give an application the routes of a router, as `include_router` does.

    Parameters
    ----------
    app : FastAPI
        Its `state` is what handlers find at `request.app`; nothing of it is kept in the routes.
    build : callable
        Makes the router; called once in a process.
    """
    app.router.routes.extend(_made(build))


@cache
def _made(build: Callable[[], APIRouter]) -> tuple[BaseRoute, ...]:
    whole = APIRouter()
    whole.include_router(build())
    return tuple(whole.routes)
