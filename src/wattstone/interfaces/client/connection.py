"""Requests: sent again where that does no harm, answered as JSON or as an exception."""

import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.client.errors import Unreachable, error_of

if TYPE_CHECKING:
    import httpx

__all__ = ["Connection"]

AGAIN = frozenset({429, 502, 503, 504})
LONGEST = 60.0  # s that a server may ask for before a request is sent again
Params = Mapping[str, Any]


class Connection:
    """A server and a key.

    Parameters
    ----------
    address : str
        As people type it: `https://energy.example.org`.
    key : str
        Of a program, as `POST .../me/keys` gave it.
    lang : {'en', 'zh'}
        Of what the server says.
    timeout : float
        For each of connecting, sending and the answer. [s]
    retries : int
        How often a request is sent again.
    transport : httpx.BaseTransport or None
        In place of the network, for tests.
    pause : callable
        Waits; for tests.
    """

    def __init__(
        self,
        address: str,
        key: str,
        *,
        lang: Literal["en", "zh"] = "en",
        timeout: float = 30.0,
        retries: int = 4,
        transport: "httpx.BaseTransport | None" = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        httpx = _httpx()
        headers = {"Authorization": f"Bearer {key}", "Accept-Language": lang, "Accept": "application/json"}
        base = f"{address.rstrip('/')}/api/v1"
        self._client = httpx.Client(base_url=base, headers=headers, timeout=timeout, transport=transport)
        self._retries, self._pause = retries, pause

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        content: Any = None,
        headers: Mapping[str, str] | None = None,
        body: Callable[[], Iterable[bytes]] | None = None,
    ) -> "httpx.Response":
        """Send a request until it is answered.

        Parameters
        ----------
        method, path : str
            The path below `/api/v1`.
        params : mapping or None
            Of the query; what is None is left out.
        content : Any
            JSON values.
        headers : mapping or None
            Beside those of the connection.
        body : callable or None
            Gives the pieces of a file, anew for each time that it is sent.

        Raises
        ------
        ApiError
            What the server refused.
        Unreachable
            If it did not answer.
        """
        httpx = _httpx()
        sent = {name: value for name, value in (params or {}).items() if value is not None}
        own = dict(headers or {})
        if method == "POST":
            own["Idempotency-Key"] = str(uuid.uuid4())
        for attempt in range(self._retries + 1):
            last = attempt == self._retries
            try:
                response = self._client.request(
                    method, path, params=_texts(sent), json=content, content=body() if body else None, headers=own
                )
            except httpx.TransportError as error:
                if last or method == "PATCH" or body is not None:  # it may have been done
                    raise Unreachable(f"{self._client.base_url}: {error or type(error).__name__}") from error
                self._pause(_backoff(attempt))
                continue
            if response.status_code not in AGAIN or last:
                return _checked(response)
            self._pause(_asked_for(response, attempt))
        raise AssertionError("a request is sent at least once")

    def pages(self, path: str, name: str, params: Params) -> Iterator[dict[str, Any]]:
        """The rows of a list, page after page."""
        cursor: str | None = None
        while True:
            content = self.ask("GET", path, params={**params, "cursor": cursor}).json()
            yield from content[name]
            cursor = content.get("next")
            if cursor is None:
                return


def place(*parts: str) -> str:
    """A path of parts, each made safe."""
    return "/" + "/".join(quote(one, safe="") for one in parts)


def _texts(params: Params) -> dict[str, Any]:
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in params.items()}


def _checked(response: "httpx.Response") -> "httpx.Response":
    if response.status_code < 400:
        return response
    try:
        content = response.json()
    except ValueError:
        content = None
    raise error_of(response.status_code, content)


def _backoff(attempt: int) -> float:
    return min(0.5 * 2**attempt, 20.0) * (0.5 + random.random() / 2)  # noqa: S311  # so that clients do not march in step


def _asked_for(response: "httpx.Response", attempt: int) -> float:
    said = response.headers.get("retry-after", "")
    return min(float(said), LONGEST) if said.isascii() and said.isdigit() else _backoff(attempt)


def _httpx() -> Any:
    try:
        import httpx
    except ModuleNotFoundError as error:
        finding = Finding(
            code="client.httpx",
            place="wattstone.interfaces.client",
            found="the package httpx is not installed",
            expected="the client's packages",
            remedy="install them: pip install 'wattstone[client]'",
        )
        raise InputRefused([finding]) from error
    return httpx
