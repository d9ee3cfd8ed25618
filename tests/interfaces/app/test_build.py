"""The application as a whole: pages and API side by side, and what becomes of faults."""

import json
import logging

import pytest
from fastapi import FastAPI
from starlette.responses import Response

from tests.interfaces.app.conftest import ask
from wattstone.interfaces.app.build import build_app
from wattstone.interfaces.app.logs import JsonLines
from wattstone.interfaces.serving.service import Service
from wattstone.interfaces.serving.settings import Limits
from wattstone.interfaces.store.database import Unavailable


@pytest.fixture
def app(service: Service) -> FastAPI:
    made = build_app(service)

    @made.get("/broken")
    def broken() -> Response:
        raise KeyError("a fault")

    return made


def test_whoever_comes_first_is_led_to_the_first_account(app: FastAPI) -> None:
    answer = ask(app, "/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/start")
    assert ask(app, "/start").status_code == 200


def test_the_api_describes_itself(app: FastAPI) -> None:
    assert ask(app, "/api/v1/openapi.json").json()["info"]["title"] == "Wattstone"


def test_what_is_not_there_is_a_page_here_and_a_problem_there(app: FastAPI) -> None:
    page, problem = ask(app, "/nowhere"), ask(app, "/api/v1/nowhere")

    assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (404, "text/html")
    assert (problem.status_code, problem.headers["content-type"]) == (404, "application/problem+json")


def test_a_fault_is_answered_like_everything_else_and_logged_with_its_request(
    app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "wattstone.access"):
        answer = ask(app, "/broken")

    assert answer.status_code == 500
    assert "content-security-policy" in answer.headers
    assert "a fault" not in answer.text
    lines = [json.loads(JsonLines().format(one)) for one in caplog.records]
    failed, asked = lines
    assert failed["event"] == "request.failed"
    assert "in broken" in failed["trace"]
    assert failed["request"] == asked["request"] == answer.headers["x-request-id"]
    assert asked["status"] == 500


def test_a_database_that_does_not_answer_is_waited_for(
    app: FastAPI, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise Unavailable("the records at postgresql+psycopg://energy@db.internal/energy cannot be used")

    monkeypatch.setattr(service.server.keys, "find", away)
    monkeypatch.setattr(service.server.sessions, "find", away)
    page = ask(app, "/o/acme/", cookie="wattstone=x")
    problem = ask(app, "/api/v1/organisations/acme/sites", authorization="Bearer wsk_x")

    for answer in (page, problem):
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "db.internal" not in answer.text
    assert problem.json()["type"] == "urn:wattstone:problem:not-ready"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_too_much_at_once_is_a_page_here_and_a_problem_there(service: Service, lang: str) -> None:
    from wattstone.interfaces.http.models.base import ProblemShape

    settings = service.settings.model_copy(update={"limits": Limits(requests=0.001, burst=1)})
    app = build_app(Service(service.root, settings, service.server))
    for client, path in (("192.0.2.1", "/sign-in"), ("192.0.2.2", "/api/v1/organisations")):
        ask(app, path, client=client)
    page = ask(app, "/sign-in", client="192.0.2.1", accept_language=lang)
    problem = ask(app, "/api/v1/organisations", client="192.0.2.2", accept_language=lang)
    large = ask(build_app(service), "/api/v1/organisations", content_length="9999999")

    assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (429, "text/html")
    assert int(page.headers["retry-after"]) > 900
    assert (problem.status_code, problem.headers["content-type"]) == (429, "application/problem+json")
    told = ProblemShape.model_validate(problem.json())
    assert (told.type, told.instance) == ("urn:wattstone:problem:too-many", "/api/v1/organisations")
    assert ("频繁" in told.title) is (lang == "zh")
    assert (large.status_code, large.json()["type"]) == (413, "urn:wattstone:problem:too-large")


def test_every_static_file_may_be_kept_for_ever_under_its_own_name(app: FastAPI) -> None:
    from wattstone.interfaces.web.static import shelf

    kept = ask(app, shelf().address("app.css"))
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert ask(app, shelf().address("app.css"), if_none_match=kept.headers["etag"]).status_code == 304
