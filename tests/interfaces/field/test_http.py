"""Readings over HTTP: with a token, within bounds, and every finding in the answer."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.interfaces.field.field import Desk, run, until
from wattstone.base import InputRefused
from wattstone.interfaces.field import http
from wattstone.interfaces.field.http import HttpEndpoint
from wattstone.interfaces.field.settings import Http

TOKEN = "0123456789abcdef0123"
READING = {"meter_id": "main", "start": "2026-05-01T10:00:00Z", "value": 1.5}


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATTSTONE_FIELD_TOKEN", TOKEN)


def request(method: str, path: str, body: bytes = b"", *, word: str | None = TOKEN, **headers: str) -> bytes:
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    said = {"Host": "localhost", "Content-Length": str(len(body)), **own}
    if word is not None:
        said["Authorization"] = f"Bearer {word}"
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


async def answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, Any]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    size = int(next(line.split(":")[1] for line in head.lower().splitlines() if line.startswith("content-length")))
    return int(head.split()[1]), json.loads(await reader.readexactly(size))


def ask(*requests: bytes, desk: Desk | None = None, health: Callable[[], Any] | None = None, **said: Any) -> list[Any]:
    """Send requests over one connection; the answers up to where the server closes."""

    async def work() -> list[Any]:
        endpoint = HttpEndpoint(
            Http(port=0), (desk or Desk()).intake, health=health or (lambda: {"well": True}), **said
        )
        answers: list[Any] = []
        async with endpoint:
            reader, writer = await asyncio.open_connection("127.0.0.1", endpoint.port)
            for one in requests:
                writer.write(one)
                try:
                    answers.append(await answer(reader))
                except asyncio.IncompleteReadError:
                    answers.append(None)
                    break
            writer.close()
        return answers

    return run(work())


def post(content: Any, **said: Any) -> bytes:
    return request("POST", "/readings", content if isinstance(content, bytes) else json.dumps(content).encode(), **said)


def test_readings_are_taken_one_request_after_another() -> None:
    desk = Desk()
    later = {**READING, "start": "2026-05-01T10:01:00Z", "value": None}
    assert ask(post(READING), post([later]), desk=desk) == [(202, {"readings": 1})] * 2
    assert desk.journal.values == [1.5, None]


@pytest.mark.parametrize("word", [None, "", "wrong", TOKEN + "0", TOKEN[:-1]])
def test_without_the_token_nothing_is_taken_nor_told(word: str | None) -> None:
    desk = Desk()
    for asked in (post(READING, word=word), request("GET", "/health", word=word)):
        ((status, content),) = ask(asked, desk=desk)
        assert status == 401
        assert TOKEN not in json.dumps(content)
    assert desk.journal.kept == []


def test_bad_input_is_answered_with_every_finding() -> None:
    desk = Desk()
    ((status, content),) = ask(post([{**READING, "value": "x", "start": "y"}, READING]), desk=desk)
    assert status == 422
    assert [one["code"] for one in content["findings"]] == ["field.reading"] * 2
    assert desk.journal.kept == []


def test_after_bad_input_the_connection_goes_on() -> None:
    assert [status for status, _ in ask(post(b"{"), post(READING))] == [422, 202]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (request("GET", "/readings"), 405),
        (request("POST", "/health"), 405),
        (request("GET", "/"), 404),
        (request("POST", "/readings", Content_Length="2000000"), 413),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: " + b"y" * 40_000 + b"\r\n\r\n", 431),
        (b"nonsense\r\n\r\n", 400),
        (b"POST /readings HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
    ],
)
def test_what_is_asked_wrongly_is_refused(asked: bytes, status: int) -> None:
    assert ask(asked)[0][0] == status


def test_a_body_that_is_sent_in_pieces_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MOST_BYTES", 10)
    head = f"POST /readings HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert ask(head.encode() + b"b\r\n" + b"x" * 11 + b"\r\n0\r\n\r\n")[0][0] == 413


def test_who_takes_too_long_is_sent_away() -> None:
    assert ask(b"POST /readings HTTP/1.1\r\n", patience=0.1) == [None]


def test_who_leaves_in_the_middle_does_no_harm() -> None:
    async def work() -> None:
        desk = Desk()
        async with HttpEndpoint(Http(port=0), desk.intake, health=dict) as endpoint:
            _, writer = await asyncio.open_connection("127.0.0.1", endpoint.port)
            writer.write(post(READING)[:-5])
            await writer.drain()
            writer.close()
            await writer.wait_closed()
            reader, writer = await asyncio.open_connection("127.0.0.1", endpoint.port)
            writer.write(post(READING))
            assert (await answer(reader))[0] == 202
            writer.close()
            await until(lambda: desk.journal.values == [1.5])

    run(work())


def test_more_connections_than_there_is_room_for_are_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MOST_CONNECTIONS", 0)
    assert ask(post(READING))[0][0] == 503


def test_a_disk_that_is_full_is_told_to_the_sender_and_to_the_loop() -> None:
    desk = Desk()
    desk.journal.full = True
    assert ask(post(READING), desk=desk)[0][0] == 507
    assert len(desk.errors) == 1


def test_health_says_how_the_loop_fares() -> None:
    assert ask(request("GET", "/health")) == [(200, {"well": True})]
    unwell = {"well": False, "reason": "no plan"}
    assert ask(request("GET", "/health"), health=lambda: unwell) == [(503, unwell)]


@pytest.mark.parametrize("word", ["", "short"])
def test_a_token_that_is_missing_or_short_is_a_finding(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATTSTONE_FIELD_TOKEN", word)
    with pytest.raises(InputRefused) as refused:
        HttpEndpoint(Http(), Desk().intake, health=dict)
    assert {one.code for one in refused.value.findings} == {"field.credential"}
