"""Readings over HTTP: a small endpoint on this machine, with a token.

    POST /readings   a message as `payload` describes; 202, or 422 with every finding
    POST /sessions   a message as `sessions` describes; the same
    GET  /health     how the loop fares

HTTP is parsed by h11, which knows what is ambiguous in a request and refuses it; sizes, times and the number of
connections are bounded here.
"""

import asyncio
import hmac
import json
import logging
import ssl
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Self

import h11

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.field.intake import Intake
from wattstone.interfaces.field.mqtt import from_environment
from wattstone.interfaces.field.payload import MOST_BYTES
from wattstone.interfaces.field.settings import Http

LOG = logging.getLogger("wattstone.field.http")
MOST_CONNECTIONS = 32
PATIENCE = 10.0  # s that a client may take for a request
_HEAD = 16 * 1024  # bytes of headers
_SHORTEST_TOKEN = 16

Answer = tuple[HTTPStatus, dict[str, Any]]


class _Refuse(Exception):
    """A request that gets an answer and nothing else; the connection is closed."""

    def __init__(self, status: HTTPStatus, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.content = {"title": status.phrase, "status": int(status), "detail": detail, **more}


class HttpEndpoint:
    """Listens for readings.

    Parameters
    ----------
    settings : Http
        Where, and the name of the variable that holds the token.
    intake : Intake
        Takes the messages.
    health : callable
        Gives what `GET /health` answers.
    patience : float
        How long a client may take for a request. [s]

    Raises
    ------
    InputRefused
        If the token is missing or short, or the certificate cannot be used.
    """

    def __init__(
        self,
        settings: Http,
        intake: Intake,
        *,
        health: Callable[[], dict[str, Any]],
        patience: float = PATIENCE,
    ) -> None:
        self._settings, self._intake, self._health, self._patience = settings, intake, health, patience
        token = from_environment(settings.token_env, "http.token_env") or ""
        if len(token) < _SHORTEST_TOKEN:
            raise InputRefused([_short_token(settings.token_env)])
        self._expected = b"Bearer " + token.encode()
        self._tls = _certificate(settings)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_server(
            self._serve, self._settings.host, self._settings.port, ssl=self._tls, limit=_HEAD
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening, and let go of whoever is connected."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._converse(h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD), reader, writer)
        except (OSError, TimeoutError, h11.LocalProtocolError, asyncio.CancelledError):
            pass  # whoever was there is gone, or is sent away
        finally:
            self._open.discard(task)
            writer.close()
            with suppress(OSError, asyncio.CancelledError, ssl.SSLError):
                await writer.wait_closed()

    async def _converse(
        self, connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Request after request, until the client leaves or is refused."""
        while True:
            try:
                async with asyncio.timeout(self._patience):
                    if len(self._open) > MOST_CONNECTIONS:
                        raise _Refuse(HTTPStatus.SERVICE_UNAVAILABLE, "too many connections")
                    request = await self._event(connection, reader)
                    if not isinstance(request, h11.Request):
                        return
                    status, content = self._answer(request, await self._body(connection, reader, request))
            except _Refuse as refused:
                await self._send(connection, writer, refused.status, refused.content, close=True)
                return
            except h11.RemoteProtocolError as error:
                if connection.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
                    told = {"title": "Bad Request", "status": error.error_status_hint, "detail": str(error)}
                    await self._send(connection, writer, HTTPStatus(error.error_status_hint), told, close=True)
                return
            await self._send(connection, writer, status, content)
            if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                return
            connection.start_next_cycle()

    async def _event(self, connection: h11.Connection, reader: asyncio.StreamReader) -> Any:
        while (event := connection.next_event()) is h11.NEED_DATA:
            connection.receive_data(await reader.read(_HEAD))
        return event

    async def _body(self, connection: h11.Connection, reader: asyncio.StreamReader, request: h11.Request) -> bytes:
        """The body; who has no token, or sends too much, is refused before it is read."""
        headers = {bytes(name): bytes(value) for name, value in request.headers}
        if not hmac.compare_digest(headers.get(b"authorization", b""), self._expected):
            raise _Refuse(HTTPStatus.UNAUTHORIZED, "the header Authorization does not hold the token")
        size = headers.get(b"content-length", b"0")
        if int(size) > MOST_BYTES:  # h11 has made sure that it is a number
            raise _Refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"{MOST_BYTES} bytes at most")
        parts: list[bytes] = []
        total = 0
        while isinstance(event := await self._event(connection, reader), h11.Data):
            total += len(event.data)
            if total > MOST_BYTES:
                raise _Refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"{MOST_BYTES} bytes at most")
            parts.append(bytes(event.data))
        if not isinstance(event, h11.EndOfMessage):
            raise ConnectionResetError
        return b"".join(parts)

    def _answer(self, request: h11.Request, body: bytes) -> Answer:
        """What a request with the token gets."""
        method, path = bytes(request.method), bytes(request.target).split(b"?")[0]
        if path == b"/health":
            if method != b"GET":
                raise _Refuse(HTTPStatus.METHOD_NOT_ALLOWED, "GET /health")
            health = self._health()
            return HTTPStatus.OK if health.get("well") else HTTPStatus.SERVICE_UNAVAILABLE, health
        ways = {b"/readings": self._intake.take, b"/sessions": self._intake.take_sessions}
        if path not in ways:
            raise _Refuse(HTTPStatus.NOT_FOUND, "there are POST /readings, POST /sessions and GET /health")
        if method != b"POST":
            raise _Refuse(HTTPStatus.METHOD_NOT_ALLOWED, f"POST {path.decode()}")
        try:
            return HTTPStatus.ACCEPTED, ways[path](body, place=f"POST {path.decode()}")
        except InputRefused as error:
            findings = [one.as_dict() for one in error.findings]
            problem = {"title": "Refused", "status": 422, "detail": "nothing was taken", "findings": findings}
            return HTTPStatus.UNPROCESSABLE_ENTITY, problem
        except OSError as error:
            raise _Refuse(HTTPStatus.INSUFFICIENT_STORAGE, "it cannot be written down") from error

    async def _send(
        self,
        connection: h11.Connection,
        writer: asyncio.StreamWriter,
        status: HTTPStatus,
        content: dict[str, Any],
        *,
        close: bool = False,
    ) -> None:
        body = json.dumps(content, ensure_ascii=False, default=str).encode()
        kind = "application/json" if status < HTTPStatus.BAD_REQUEST else "application/problem+json"
        headers = [("content-type", kind), ("content-length", str(len(body)))]
        if status == HTTPStatus.UNAUTHORIZED:
            headers.append(("www-authenticate", "Bearer"))
        if close:
            headers.append(("connection", "close"))
        reply = h11.Response(status_code=int(status), headers=headers, reason=status.phrase.encode())
        for event in (reply, h11.Data(data=body), h11.EndOfMessage()):
            writer.write(connection.send(event))
        async with asyncio.timeout(self._patience):
            await writer.drain()


def _certificate(settings: Http) -> ssl.SSLContext | None:
    if settings.certificate is None or settings.key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.certificate, settings.key)
    except (OSError, ssl.SSLError) as error:
        raise InputRefused(
            [
                Finding(
                    code="field.certificate",
                    place=f"{settings.certificate} and {settings.key}",
                    found="they cannot be used ({why})",
                    params={"why": str(error)},
                    expected="a certificate and its key in PEM form",
                    remedy="name the files that belong together",
                )
            ]
        ) from error
    return context


def _short_token(name: str) -> Finding:
    return Finding(
        code="field.credential",
        place="http.token_env",
        found="the token in {name} is shorter than {least} characters",
        params={"name": name, "least": _SHORTEST_TOKEN},
        expected="a token that cannot be guessed",
        remedy="make one with `openssl rand -hex 32`",
    )
