"""What every request passes: health, readiness, counts, the log, ETags and packing."""

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families as parsed
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from tests.interfaces.app.conftest import ask
from wattstone.base import WattstoneError
from wattstone.interfaces.app.build import frame
from wattstone.interfaces.app.logs import JsonLines, Words
from wattstone.interfaces.serving.callers import Caller
from wattstone.interfaces.serving.service import Service
from wattstone.interfaces.store.server import Person

LONG = "jade and stone " * 200


@pytest.fixture
def app(service: Service) -> FastAPI:
    made = frame(service)

    @made.get("/sites/{site}")
    def site(request: Request, site: str) -> Response:
        person = Person(id="person-1", name="Ada", email="ada@example.org", created=datetime(2024, 1, 1))
        request.state.wattstone_caller = Caller(person=person)
        return PlainTextResponse(f"{site} {LONG}")

    @made.get("/once")
    def once() -> Response:
        return PlainTextResponse(LONG, headers={"Cache-Control": "private, no-store"})

    @made.get("/stream")
    def stream() -> Response:
        return StreamingResponse(iter([b"a" * 2000, b"b" * 2000]), media_type="text/csv")

    @made.get("/fails")
    def fails() -> Response:
        raise KeyError("secret-value")

    return made


def counted(app: FastAPI, name: str) -> dict[tuple[str, ...], float]:
    text = ask(app, "/metrics").text
    return {
        tuple(sample.labels.values()): sample.value
        for family in parsed(text)
        for sample in family.samples
        if sample.name == name
    }


def test_health_says_that_the_process_lives(app: FastAPI) -> None:
    answer = ask(app, "/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"


def test_the_server_is_ready_while_database_and_lake_answer(app: FastAPI) -> None:
    assert ask(app, "/ready").status_code == 200


def test_the_server_is_not_ready_without_its_database_and_says_why_to_its_owner_alone(
    app: FastAPI, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise WattstoneError("the records at db cannot be used")

    monkeypatch.setattr(service.server, "ping", gone)

    assert ask(app, "/ready").json()["wrong"] == ["records of the server: the records at db cannot be used"]
    stranger = ask(app, "/ready", client="192.0.2.1")
    assert (stranger.status_code, stranger.json()) == (503, {"status": "unavailable"})


def test_requests_are_counted_by_the_template_of_their_route(app: FastAPI) -> None:
    for path in ("/sites/a", "/sites/b", "/nowhere/1", "/nowhere/2", "/fails"):
        ask(app, path)

    found = counted(app, "wattstone_requests_total")
    assert found["GET", "/sites/{site}", "200"] == 2
    assert found["GET", "(none)", "404"] == 2
    assert found["GET", "/fails", "500"] == 1
    assert counted(app, "wattstone_request_seconds_count")[("/sites/{site}",)] == 2


def test_the_queue_is_shown_as_it_stands(app: FastAPI, service: Service) -> None:
    asked = datetime.now(UTC) - timedelta(minutes=5)
    service.server.queue.put("acme", "quality", asked_by="schedule", role="analyst", now=asked)

    assert counted(app, "wattstone_jobs")[("queued",)] == 1
    assert 300 <= counted(app, "wattstone_queue_age_seconds")[()] < 330
    assert counted(app, "wattstone_database_up")[()] == 1


@pytest.mark.parametrize(
    ("client", "host", "headers", "status"),
    [
        ("127.0.0.1", "localhost", {}, 200),
        ("::1", "localhost:8000", {}, 200),
        ("192.0.2.1", "localhost", {}, 404),
        ("127.0.0.1", "energy.example.org", {}, 404),
        ("127.0.0.1", "localhost", {"x_forwarded_for": "192.0.2.1"}, 404),
        ("192.0.2.1", "energy.example.org", {"authorization": "Bearer s3cret"}, 200),
        ("192.0.2.1", "energy.example.org", {"authorization": "Bearer wrong"}, 404),
        ("192.0.2.1", "energy.example.org", {"authorization": "Bearer "}, 404),
    ],
)
def test_counts_are_for_this_machine_or_the_holder_of_the_token(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, client: str, host: str, headers: dict[str, str], status: int
) -> None:
    monkeypatch.setenv("WATTSTONE_METRICS_TOKEN", "s3cret")
    assert ask(app, "/metrics", client=client, host=host, **headers).status_code == status


def test_an_answer_that_is_known_is_not_sent_again(app: FastAPI) -> None:
    first = ask(app, "/sites/a")
    again = ask(app, "/sites/a", if_none_match=f'"other", {first.headers["etag"]}')
    other = ask(app, "/sites/b", if_none_match=first.headers["etag"])

    assert first.headers["cache-control"] == "private, no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert other.status_code == 200


def test_what_must_not_be_kept_has_no_etag(app: FastAPI) -> None:
    assert "etag" not in ask(app, "/once").headers


def test_text_is_packed_for_those_who_can_unpack_it(app: FastAPI) -> None:
    packed, plain = ask(app, "/once", accept_encoding="br, gzip"), ask(app, "/once", accept_encoding="identity")

    assert packed.text == plain.text == LONG
    assert int(packed.headers["content-length"]) < len(LONG) / 10
    assert packed.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in plain.headers


def test_what_comes_in_pieces_goes_through_in_pieces(app: FastAPI) -> None:
    answer = ask(app, "/stream")
    assert answer.content == b"a" * 2000 + b"b" * 2000
    assert "etag" not in answer.headers


def test_the_log_says_who_asked_for_what_route_and_nothing_more(app: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "wattstone.access"):
        answer = ask(app, "/sites/secret-site?token=t0ken", cookie="session=c00kie", authorization="Bearer t0ken")

    (record,) = caplog.records
    line: dict[str, Any] = json.loads(JsonLines().format(record))
    assert line["request"] == answer.headers["x-request-id"]
    assert {name: line[name] for name in ("event", "method", "route", "status", "actor")} == {
        "event": "request",
        "method": "GET",
        "route": "/sites/{site}",
        "status": 200,
        "actor": "person-1",
    }
    assert line["ms"] >= 0
    for text in (json.dumps(line), Words().format(record)):
        assert not any(one in text for one in ("t0ken", "c00kie", "secret-site"))


@pytest.mark.parametrize(("given", "kept"), [("abcdef12-3456", True), ("x", False), ("bad id\nlevel=error", False)])
def test_an_id_of_a_request_is_kept_if_it_looks_like_one(app: FastAPI, given: str, kept: bool) -> None:
    if "\n" in given:
        given = given.replace("\n", " ")
    assert (ask(app, "/health", x_request_id=given).headers["x-request-id"] == given) == kept


def test_counts_of_several_processes_are_shown_together(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import subprocess
    import sys

    code = "from wattstone.interfaces.app.metrics import Metrics; Metrics().request('GET', '/x', 200, 0.1)"
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PATH": ""}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))

    assert counted(frame(service), "wattstone_requests_total")["GET", "/x", "200"] == 2
