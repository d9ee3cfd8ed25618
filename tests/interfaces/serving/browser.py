"""A browser for tests: requests to an application in this process, one after the other, with its cookies."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI

__all__ = ["Browser"]


class Browser:
    """Sends requests to an application."""

    def __init__(self, app: FastAPI, base: str = "http://localhost", address: str = "127.0.0.1") -> None:
        self._app, self._base, self._address = app, base, address
        self.cookies = httpx.Cookies()

    def get(self, path: str, **what: Any) -> httpx.Response:
        """GET."""
        return self.request("GET", path, **what)

    def post(self, path: str, **what: Any) -> httpx.Response:
        """POST."""
        return self.request("POST", path, **what)

    def request(self, method: str, path: str, **what: Any) -> httpx.Response:
        """Any method."""
        return asyncio.run(self._send(method, path, **what))

    async def _send(self, method: str, path: str, **what: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._app, client=(self._address, 1), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=self._base, cookies=self.cookies) as client:
            answer = await client.request(method, path, **what)
        self.cookies = client.cookies
        return answer
