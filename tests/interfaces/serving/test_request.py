"""Who asks, and how far that gets them."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.interfaces.serving.browser import Browser
from tests.interfaces.serving.conftest import CHEAP, PASSWORD, application, client_of, member, sign_in
from wattstone.interfaces.serving.callers import IDLE, LASTS
from wattstone.interfaces.serving.request import all_routes
from wattstone.interfaces.serving.service import Service, open_service
from wattstone.interfaces.serving.settings import Limits, Settings
from wattstone.workflows.access import Act


def test_nobody_is_asked_to_sign_in(client: Browser) -> None:
    assert client.get("/o/north/sites").status_code == 401
    assert client.get("/o/nowhere/sites").status_code == 401


def test_a_member_comes_in_and_a_stranger_sees_nothing_that_there_is(client: Browser, service: Service) -> None:
    member(service, "ada", "viewer")
    sign_in(client, "ada@example.org")

    inside, other, nowhere = (client.get(f"/o/{name}/sites") for name in ("north", "south", "nowhere"))

    assert inside.json()["sites"] == ["north-a", "north-b"]
    assert (other.status_code, nowhere.status_code) == (404, 404)
    assert other.content == nowhere.content
    assert client.get("/o/..%2fnorth/sites").status_code == 404


def test_an_act_beyond_the_role_is_refused_and_noted(client: Browser, service: Service) -> None:
    member(service, "ada", "viewer")
    csrf = sign_in(client, "ada@example.org")

    answer = client.post("/o/north/declare", headers={"X-CSRF-Token": csrf})

    assert (answer.status_code, answer.json()) == (403, {"act": "declare"})
    last = service.server.audit.head()
    assert last is not None
    assert (last.what, last.who, last.tenant, last.details["act"]) == ("refused", "ada", "north", "declare")


def test_an_export_is_noted(client: Browser, service: Service) -> None:
    member(service, "ada", "reviewer")
    sign_in(client, "ada@example.org")

    assert client.get("/o/north/export").status_code == 200
    last = service.server.audit.head()
    assert last is not None
    assert (last.what, last.who, last.details["path"]) == ("export", "ada", "/o/north/export")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"X-CSRF-Token": "x" * 43}, 403),
        ({"X-CSRF-Token": "RIGHT"}, 200),
        ({"X-CSRF-Token": "RIGHT", "Origin": "http://localhost"}, 200),
        ({"X-CSRF-Token": "RIGHT", "Origin": "https://elsewhere.example"}, 403),
        ({"X-CSRF-Token": "RIGHT", "Origin": "null"}, 403),
        ({"X-CSRF-Token": "RIGHT", "Referer": "https://localhost.elsewhere.example/"}, 403),
        ({"X-CSRF-Token": "RIGHT", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"X-CSRF-Token": "RIGHT", "Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_a_change_needs_the_token_of_its_session_and_comes_from_here(
    client: Browser, service: Service, headers: dict[str, str], status: int
) -> None:
    member(service, "ada", "analyst")
    csrf = sign_in(client, "ada@example.org")

    sent = {name: csrf if value == "RIGHT" else value for name, value in headers.items()}

    assert client.post("/o/north/declare", headers=sent).status_code == status


def test_the_token_may_be_a_field_of_the_form(client: Browser, service: Service) -> None:
    member(service, "ada", "analyst")
    csrf = sign_in(client, "ada@example.org")

    assert client.post("/o/north/declare", data={"csrf": csrf}).status_code == 200
    assert client.post("/o/north/declare", files={"csrf": (None, csrf), "file": b"x"}).status_code == 200
    assert client.post("/o/north/declare", data={"csrf": csrf[:-1]}).status_code == 403


def test_the_token_of_one_session_is_not_that_of_another(app: FastAPI, service: Service) -> None:
    member(service, "ada", "analyst")
    member(service, "bob", "analyst")
    one, two = client_of(app), client_of(app)
    sign_in(one, "ada@example.org")
    other = sign_in(two, "bob@example.org")

    assert one.post("/o/north/declare", headers={"X-CSRF-Token": other}).status_code == 403


def test_a_sign_in_from_another_site_is_refused(client: Browser, service: Service) -> None:
    member(service, "ada", "viewer")

    blind = client.post("/sign-in", params={"email": "ada@example.org", "password": PASSWORD})

    assert blind.status_code == 403


def test_signing_in_gives_a_token_that_nobody_knew(client: Browser, service: Service) -> None:
    member(service, "ada", "viewer")
    sign_in(client, "ada@example.org")
    first = client.cookies["wattstone"]
    sign_in(client, "ada@example.org")

    assert client.cookies["wattstone"] != first
    assert service.server.sessions.find(first) is None


def test_signing_out_ends_the_session_itself(client: Browser, service: Service) -> None:
    member(service, "ada", "viewer")
    csrf = sign_in(client, "ada@example.org")
    token = client.cookies["wattstone"]

    client.post("/sign-out", headers={"X-CSRF-Token": csrf})

    assert service.server.sessions.find(token) is None
    assert client.get("/o/north/sites", headers={"Cookie": f"wattstone={token}"}).status_code == 401


def _hours_later(monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    from wattstone.interfaces.store.server import rows, sessions

    real = rows.now_utc
    for module in (rows, sessions):
        monkeypatch.setattr(
            module, "now_utc", lambda when=None: real(when) + (timedelta(0) if when else timedelta(hours=hours))
        )


def test_a_session_gets_a_new_token_every_hour_and_the_old_one_holds_for_requests_under_way(
    client: Browser, app: FastAPI, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    member(service, "ada", "analyst")
    csrf = sign_in(client, "ada@example.org")
    old = client.cookies["wattstone"]

    _hours_later(monkeypatch, 1.1)
    assert client.get("/o/north/sites").status_code == 200
    new = client.cookies["wattstone"]

    assert new != old
    late = client_of(app)
    late.cookies.set("wattstone", old)
    assert late.get("/o/north/sites").status_code == 200
    assert client.post("/o/north/declare", headers={"X-CSRF-Token": csrf}).status_code == 200
    _hours_later(monkeypatch, 0.1)  # on top of the first
    client.cookies.clear()
    assert client.get("/o/north/sites", headers={"Cookie": f"wattstone={old}"}).status_code == 401
    assert client.get("/o/north/sites", headers={"Cookie": f"wattstone={new}"}).status_code == 200


@pytest.mark.parametrize("hours", [IDLE / timedelta(hours=1) + 0.1, LASTS / timedelta(hours=1) + 0.1])
def test_a_session_ends_when_it_is_idle_or_old(
    client: Browser, service: Service, monkeypatch: pytest.MonkeyPatch, hours: float
) -> None:
    member(service, "ada", "viewer")
    sign_in(client, "ada@example.org")

    _hours_later(monkeypatch, hours)

    assert client.get("/o/north/sites").status_code == 401


def test_a_new_role_holds_at_once_and_renews_the_token(client: Browser, service: Service) -> None:
    member(service, "ada", "viewer")
    sign_in(client, "ada@example.org")
    before = client.cookies["wattstone"]
    ada = service.server.people.by_email("ada@example.org")
    assert ada is not None

    service.server.people.join(ada.id, "north", "analyst", by="local")
    service.server.sessions.age(ada.id)
    csrf = client.get("/o/north/sites").json()["csrf"]

    assert client.cookies["wattstone"] != before
    assert client.post("/o/north/declare", headers={"X-CSRF-Token": csrf}).status_code == 200


def test_a_closed_account_is_out_at_once(client: Browser, service: Service) -> None:
    member(service, "ada", "viewer")
    sign_in(client, "ada@example.org")
    ada = service.server.people.by_email("ada@example.org")
    assert ada is not None

    service.server.people.change(ada.id, disabled=True)

    assert client.get("/o/north/sites").status_code == 401


def test_a_key_is_its_organisations_and_needs_no_form_token(client: Browser, service: Service) -> None:
    token, _ = service.server.keys.issue("north", name="nightly", role="analyst", by="local")
    carried = {"Authorization": f"Bearer {token}"}

    assert client.get("/o/north/sites", headers=carried).status_code == 200
    assert client.post("/o/north/declare", headers=carried).json() == {"by": "nightly"}
    assert client.get("/o/south/sites", headers=carried).status_code == 404
    assert client.get("/o/north/sites", headers={"Authorization": "Bearer wsk_wrong"}).status_code == 401


def test_a_key_may_never_more_than_whoever_made_it_may_now(client: Browser, service: Service) -> None:
    member(service, "ada", "analyst")
    ada = service.server.people.by_email("ada@example.org")
    assert ada is not None
    token, _ = service.server.keys.issue("north", name="nightly", role="analyst", by=ada.id, acts=["read", "declare"])
    carried = {"Authorization": f"Bearer {token}"}
    assert client.post("/o/north/declare", headers=carried).status_code == 200

    service.server.people.join(ada.id, "north", "viewer", by="local", sites=["north-a"])
    assert client.post("/o/north/declare", headers=carried).status_code == 403
    assert client.get("/o/north/sites", headers=carried).json()["sites"] == ["north-a"]

    service.server.people.leave(ada.id, "north")
    assert client.get("/o/north/sites", headers=carried).status_code == 404


def test_a_void_or_expired_key_opens_nothing(client: Browser, service: Service) -> None:
    token, key = service.server.keys.issue("north", name="one", role="viewer", by="local")
    late, _ = service.server.keys.issue("north", name="two", role="viewer", by="local", expires=datetime(2020, 1, 1))
    service.server.keys.revoke("north", key.id)

    for one in (token, late):
        assert client.get("/o/north/sites", headers={"Authorization": f"Bearer {one}"}).status_code == 401


def test_routes_carry_their_act(app: FastAPI) -> None:
    acts = {one.path: one.act for one in all_routes(app)}

    assert acts["/o/{tenant}/sites"] is Act.READ
    assert acts["/o/{tenant}/declare"] is Act.DECLARE
    assert acts["/sign-in"] is None
    assert acts["/sign-in/oidc"] is None


def test_every_answer_carries_its_headers(client: Browser) -> None:
    headers = client.get("/sign-in").headers

    assert "'unsafe" not in headers["content-security-policy"]
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "private, no-store"
    assert "strict-transport-security" not in headers  # plain http on the machine itself


def test_cookies_are_bound_to_https_and_the_host_anywhere_but_on_the_machine_itself(service: Service) -> None:
    held = Service(service.root, Settings(address="https://energy.example.org", passwords=CHEAP), service.server)
    client = client_of(application(held), "https://energy.example.org")
    member(held, "ada", "viewer")
    sign_in(client, "ada@example.org")
    answer = client.get("/sign-in")

    assert set(client.cookies) == {"__Host-wattstone", "__Host-wattstone-form"}
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    fresh = client_of(application(held), "https://energy.example.org").get("/sign-in").headers["set-cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(fresh.split("; "))


def test_another_name_is_refused(app: FastAPI) -> None:
    assert client_of(app, "http://rebound.example").get("/sign-in").status_code == 400
    assert client_of(app, "http://127.0.0.1:8000").get("/sign-in").status_code == 200


def test_too_many_requests_wait(service: Service) -> None:
    limits = Limits(requests=0.5, burst=3)
    held = Service(service.root, Settings(address="http://localhost", passwords=CHEAP, limits=limits), service.server)
    client = client_of(application(held))

    answers = [client.get("/sign-in") for _ in range(4)]

    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 3
    assert "ratelimit" not in answers[0].headers, "that is for programs"


def test_an_answer_of_the_api_tells_how_much_is_left(service: Service) -> None:
    limits = Limits(requests=2, burst=3)
    held = Service(service.root, Settings(address="http://localhost", passwords=CHEAP, limits=limits), service.server)
    client = client_of(application(held))
    token, _ = service.server.keys.issue("north", name="one", role="viewer", by="local")
    carried = {"Authorization": f"Bearer {token}"}

    answers = [client.post("/api/v1/organisations/north/body", headers=carried) for _ in range(4)]

    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert {one.headers["ratelimit-policy"] for one in answers} == {'"each";q=3;w=2, "address";q=30;w=2'}
    assert answers[0].headers["ratelimit"] == '"each";r=2;t=1, "address";r=29;t=1'
    assert answers[3].headers["ratelimit"].startswith('"each";r=0;t=2, ')
    assert answers[3].headers["retry-after"] == "1"
    assert client.get("/api/v1/nowhere").headers["ratelimit"].count(";r=") == 1, "of nobody known, the address alone"


def test_a_body_that_is_too_large_is_refused_whatever_its_headers_say(service: Service) -> None:
    limits = Limits(body_mb=0.001)
    held = Service(service.root, Settings(address="http://localhost", passwords=CHEAP, limits=limits), service.server)
    client = client_of(application(held))
    token, _ = service.server.keys.issue("north", name="one", role="viewer", by="local")
    carried = {"Authorization": f"Bearer {token}"}
    path = "/api/v1/organisations/north/body"

    told = client.post(path, headers=carried, content=b"x" * 1001)
    untold = client.post(path, headers=carried, content=_parts())
    no_number = client.post(path, headers={**carried, "Content-Length": "ten"}, content=b"x")

    assert (told.status_code, untold.status_code) == (413, 413)
    assert no_number.status_code == 400
    assert client.post(path, headers=carried, content=b"x" * 1000).json() == {"bytes": 1000}


@pytest.mark.parametrize(
    ("path", "large"),
    [
        ("/api/v1/organisations/acme/uploads", True), ("/api/v1/organisations/acme/uploads/0a/files", True),
        ("/o/acme/data/upload", True), ("/o/acme/action/savings/data", True), ("/o/acme/files/plant/x/data", True),
        ("/api/v1/organisations/data/sites", False), ("/api/v1/organisations/acme/sites/data", False),
        ("/api/v1/organisations/uploads/jobs", False), ("/api/v1/organisations/acme/uploads/0a/ingest", False),
        ("/o/data/settings", False), ("/sign-in/data", False), ("/o/acme/data/rates/accept", False),
    ],
)  # fmt: skip
def test_only_an_upload_may_be_as_large_as_one_whatever_else_is_called_so(
    service: Service, path: str, large: bool
) -> None:
    limits = Limits(body_mb=0.001, upload_mb=1)
    held = Service(service.root, Settings(address="http://localhost", passwords=CHEAP, limits=limits), service.server)
    answer = client_of(application(held)).post(path, content=b"x" * 1001)

    assert (answer.status_code == 413) is not large


class _Reading:
    """A form whose files nobody may have begun to read."""

    def __init__(self) -> None:
        self.read = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n', b"y" * 999):
            self.read += 1
            yield part


@pytest.mark.parametrize(("who", "status"), [(None, 401), ("stranger", 404), ("viewer", 403)])
def test_files_are_read_only_from_whoever_may_bring_them(
    client: Browser, service: Service, who: str | None, status: int
) -> None:
    member(service, "viewer", "viewer")
    member(service, "stranger", "analyst", tenant="south")
    if who is not None:
        sign_in(client, f"{who}@example.org")
    form = _Reading()

    answer = client.post("/o/north/declare", headers={"Content-Type": "multipart/form-data; boundary=x"}, content=form)

    assert (answer.status_code, form.read) == (status, 0)


async def _parts() -> AsyncIterator[bytes]:
    for _ in range(2):
        yield b"x" * 600


def test_a_root_that_is_a_workspace_is_its_only_organisation(two_organisations: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(two_organisations / "north", tmp_path / "My plant")
    held = open_service(tmp_path / "My plant", Settings(passwords=CHEAP))

    assert [one.id for one in held.tenants()] == ["My-plant"]
    assert held.tenant("north") is None
    held.close()
