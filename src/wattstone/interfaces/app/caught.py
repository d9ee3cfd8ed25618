"""What fails without anybody expecting it: logged with the request's id, answered like everything else."""

import inspect
import logging
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Caught"]

LOG = logging.getLogger("wattstone.access")


class Caught:
    """Middleware around the routes, inside of all others, so that an answer to a fault passes them too.

    Parameters
    ----------
    handler : callable
        Gives the application's handler of exceptions that nobody expected, or None.
    """

    def __init__(self, app: ASGIApp, handler: Callable[[], Callable[[Request, Exception], Any] | None]) -> None:
        self.app, self._handler = app, handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; what is raised ends here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except Exception as error:
            fields = {"request": scope.get("state", {}).get("request_id"), "error": type(error).__name__}
            LOG.error("request.failed", exc_info=error, extra={"fields": fields})
            if not started:
                response = await self._answer(Request(scope, receive), error)
                await response(scope, receive, send)

    async def _answer(self, request: Request, error: Exception) -> Response:
        handler = self._handler()
        if handler is None:
            return PlainTextResponse("the server failed", 500)
        response = handler(request, error)
        return await response if inspect.isawaitable(response) else response
