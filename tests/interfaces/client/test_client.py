"""The client against the API itself: pages, retries, uploads, jobs, errors."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.interfaces.http.conftest import app, keys, made, root, service  # noqa: F401  # fixtures
from wattstone.base import Finding
from wattstone.interfaces.client import (
    Changed,
    Client,
    JobFailed,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refused,
    TooMany,
    Unreachable,
)  # fmt: skip
from wattstone.interfaces.client.connection import Connection


class InProcess(httpx.BaseTransport):
    """Speaks to an application in this process."""

    def __init__(self, whole: Any) -> None:
        self.app, self.requests = whole, list[httpx.Request]()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        content = request.read()

        async def answered() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            headers = {name: value for name, value in request.headers.items() if name != "transfer-encoding"}
            asked = httpx.Request(request.method, request.url, headers=headers, content=content)
            response = await transport.handle_async_request(asked)
            return httpx.Response(response.status_code, headers=response.headers, content=await response.aread())

        return asyncio.run(answered())


@pytest.fixture
def transport(app):  # noqa: F811
    return InProcess(app)


@pytest.fixture
def client(transport, keys):  # noqa: F811
    with Client("http://localhost", key=keys["analyst"], organisation="acme", transport=transport) as one:
        yield one


def test_lists_are_read_page_by_page_as_one_goes(client, transport):
    client._list = lambda name, filters: client._connection.pages(client._path(name), name, {"limit": 1, **filters})
    sites = client.sites(sort="-id")

    assert transport.requests == []
    assert next(sites).id == "C"
    assert len(transport.requests) == 1
    assert [one.id for one in sites] == ["B", "A"]
    assert len(transport.requests) == 3


def test_what_is_declared_comes_back_as_the_portfolios_own_models(client):
    made = client.declare_site("D", country="CN", zone="Asia/Shanghai")  # noqa: F811
    corrected = client.declare_site("D", floor_area=1200)

    assert (made.id, made.zone, made.floor_area) == ("D", "Asia/Shanghai", None)
    assert (corrected.floor_area, corrected.country) == (1200.0, "CN")
    assert client.organisation().name == "Organisation"
    assert [one.id for one in client.meters(site="A")] == ["A1"]


def test_readings_come_as_a_table(client):
    """24 hours of 10 kWh."""
    table = client.readings("A1", datetime(2019, 5, 1, tzinfo=UTC), datetime(2019, 5, 2, tzinfo=UTC))

    assert table.height == 24
    assert table["value"].sum() == 240.0
    assert table["start"][0] == datetime(2019, 5, 1)


def test_a_refusal_carries_findings_and_pointers(client):
    with pytest.raises(Refused) as refused:
        client.declare_site("D", floor_area=-1, country="Germany")

    error = refused.value
    assert error.status == 422
    assert {type(one) for one in error.findings} == {Finding}
    assert error.pointers["declare.invalid"] in ("#/floor_area", "#/country")
    assert "{found}" not in str(error)


def test_errors_have_their_own_types(client, keys, transport):  # noqa: F811
    with pytest.raises(NotFound):
        client.site("nothing")
    with pytest.raises(NotSignedIn):
        Client("http://localhost", key="wsk_no", organisation="acme", transport=transport).me()
    with pytest.raises(NotAllowed):
        Client("http://localhost", key=keys["viewer"], organisation="acme", transport=transport).declare_site("D")
    with pytest.raises(Changed):
        client._connection.ask("PATCH", client._path("sites", "A"), content={"city": "x"}, headers={"If-Match": '"no"'})


def test_a_file_is_streamed_looked_at_and_taken_in(client, tmp_path):
    file = tmp_path / "more.csv"
    file.write_text("site,meter,time,kWh\n" + "".join(f"A,A2,2019-05-01T{hour:02}:00Z,10\n" for hour in range(24)))
    told: list[tuple[int, int]] = []

    upload = client.upload(file, progress=lambda done, total: told.append((done, total)))
    job = client.take_in(upload, kind="electricity", confirmed=True)

    assert told[-1] == (file.stat().st_size, file.stat().st_size)
    assert upload.files[0].format == "csv"
    assert (job.kind, job.state, job.share) == ("ingest", "queued", None)


def test_a_job_is_waited_for(client, service):  # noqa: F811
    job = client.start("inventory", year=2019)
    seen: list[str] = []

    def work() -> None:
        from datetime import timedelta

        held = service.server.queue.claim("w", lease=timedelta(minutes=1))
        assert held is not None
        service.server.queue.finish(held.id, "w", {"message": [{"text": "Done {what}.", "params": {"what": "x"}}]})

    worker = threading.Timer(0.15, work)
    worker.start()
    done = client.wait(job, every=0.05, longest=10, progress=lambda one: seen.append(one.state))
    worker.join()

    assert (done.state, done.message) == ("done", ("Done x.",))
    assert seen[0] == "queued"


def test_a_job_that_was_cancelled_is_an_error_to_whoever_waits(client):
    job = client.start("inventory", year=2019)
    client.cancel(job)

    with pytest.raises(JobFailed) as failed:
        client.wait(job, every=0.01)
    assert failed.value.job.state == "cancelled"
    with pytest.raises(TimeoutError):
        client.wait(client.retry(job), every=0.01, longest=0.02)


def connection(answers: list[Callable[[httpx.Request], httpx.Response]], pauses: list[float]) -> Connection:
    """A server that gives these answers, one after the other."""
    left = iter(answers)
    transport = httpx.MockTransport(lambda request: next(left)(request))
    return Connection("http://x.example", "k", transport=transport, pause=pauses.append, retries=3)


def broken(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


def test_what_may_be_sent_twice_is_sent_again_with_the_same_key():
    keys_: list[str] = []
    pauses: list[float] = []

    def done(request: httpx.Request) -> httpx.Response:
        keys_.append(request.headers["idempotency-key"])
        return httpx.Response(200, json={})

    def busy(request: httpx.Request) -> httpx.Response:
        keys_.append(request.headers["idempotency-key"])
        return httpx.Response(503, headers={"Retry-After": "7"})

    connection([busy, broken, done], pauses).ask("POST", "/jobs", content={})

    assert len(set(keys_)) == 1
    assert pauses[0] == 7.0
    assert 0.5 <= pauses[1] <= 1.0


def test_a_change_whose_answer_was_lost_is_not_sent_again():
    with pytest.raises(Unreachable):
        connection([broken], []).ask("PATCH", "/sites/A", content={})


def test_in_the_end_one_gives_up():
    pauses: list[float] = []
    with pytest.raises(Unreachable):
        connection([broken] * 4, pauses).ask("GET", "/sites")
    assert len(pauses) == 3
    limited = [lambda _request: httpx.Response(429, json={"title": "wait"}, headers={"Retry-After": "1"})] * 4
    with pytest.raises(TooMany, match="wait"):
        connection(limited, []).ask("GET", "/sites")


def test_an_answer_that_is_no_problem_document_is_an_error_all_the_same():
    with pytest.raises(NotFound):
        connection([lambda _request: httpx.Response(404, text="<html>")], []).ask("GET", "/x")


def test_ids_stay_inside_their_part_of_the_path(client, transport):
    with pytest.raises(NotFound):
        client.site("../../other/sites/A?x=1#y")

    assert transport.requests[-1].url.raw_path.endswith(b"/sites/..%2F..%2Fother%2Fsites%2FA%3Fx%3D1%23y")
