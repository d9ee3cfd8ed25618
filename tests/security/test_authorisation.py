"""The authorisation matrix: every route, every role, one's own organisation and another's.

What a route must ask for stands here a second time, by rules over its method and path, so that a route with the wrong
act is found as well as one that forgets to ask. A new route of a kind that no rule knows fails the test.
"""

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from wattstone.interfaces.app.build import build_app
from wattstone.interfaces.serving.request import act_of
from wattstone.interfaces.serving.service import Service, open_service
from wattstone.interfaces.serving.settings import Limits, Settings
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Meter, Site
from wattstone.workflows.access import POLICY, Act, Role

API = "/api/v1/organisations/{tenant}"
PAGES = "/o/{tenant}"
OPEN = {"/", "/start", "/sign-in", "/sign-out", "/health", "/ready", "/metrics", "/invitation", "/password"}
OPEN_BELOW = ("/static/", "/sign-in/", "/invitations/", "/invitation/", "/password/", "/start", "/account")
"""Beside the organisations: what anybody may ask for, who is not signed in yet."""

# Method, path by pattern, act. The first that fits holds.
RULES: tuple[tuple[str, str, Act], ...] = (
    # whoever may look may keep an account, keys of no more than their own acts, and preferences
    ("*", r"/(me|account|preferences|keyboard)(/.*)?", Act.READ),
    ("*", r"/settings/keys(/.*)?", Act.READ),
    # people, webhooks and rules of alerts
    ("*", r"/settings/(people|alerts|webhooks)(/.*)?", Act.ADMINISTER),
    ("*", r"/(alert-rules|webhooks)(/.*)?", Act.ADMINISTER),
    ("*", r"/alerts/\{alert\}/deliveries(/\{delivery\})?", Act.ADMINISTER),
    ("GET", r"/(settings/)?audit(\.csv)?", Act.READ_AUDIT),
    # what leaves the house as a file
    ("GET", r"/data/rates/own/\{name\}|/data/factors\.csv|(/data)?/activities(\.csv|/documents/\{sha\})", Act.EXPORT),
    ("GET", r"/report/contracts/(use\.csv|document/\{sha\})|/data/places\.csv", Act.EXPORT),
    ("GET", r"/portfolio\.csv|/report/export|/takeaways/.*|/report/inventory/\{year\}\.\{form\}", Act.EXPORT),
    ("GET", r"/documents/\{name\}/files/\{form\}|/documents/\{document\}/content", Act.EXPORT),
    ("GET", r"/programme/documents/\{sha\}|/programme/\{module\}/\{kind\}/entries\.csv", Act.EXPORT),
    ("GET", r"/report/climate/entries/\{kind\}/entries\.csv|/report/climate/renderings/\{document\}", Act.EXPORT),
    ("GET", r"/disclosure/(\{year\}/renderings|renderings/\{document\})", Act.EXPORT),
    # taking in
    # entries of a site are entered by who takes in there; for those of no site the handler asks for more: see below
    ("POST", r"/programme/\{module\}/\{kind\}/(add|entry|import|withdraw|attach)", Act.INGEST),
    ("POST", r"/report/climate/entries/\{kind\}/(add|entry|import|withdraw|attach)", Act.INGEST),
    ("POST", r"/programme/\{kind\}/(entries|import|entries/\{entry(:path)?\}/(correct|withdraw|document))", Act.INGEST),
    ("*", r"/uploads(/.*)?|/data/uploads(/.*)?|/data/upload", Act.INGEST),
    ("POST", r"/activities(/import|/\{line\}/(correct|withdraw|document))?", Act.INGEST),
    ("POST", r"/data/activities/(import|line(/(withdraw|attach))?)", Act.INGEST),
    # declaring what there is
    ("PATCH", "", Act.DECLARE),
    ("POST", r"/settings", Act.DECLARE),
    ("POST|PATCH", r"/(sites|spaces|meters|measures)(/\{\w+\})?", Act.DECLARE),
    ("*", r"/data/places/\{what\}(/table)?", Act.DECLARE),
    ("POST", r"/data/rates/(accept|own|own/remove)|/factors/import", Act.DECLARE),
    ("*", r"/action/savings/declare", Act.DECLARE),
    ("POST", r"/action/savings/data", Act.DECLARE),
    ("POST", r"/files/.*", Act.DECLARE),
    ("POST|PUT", r"/report/scope3|/inventory/\{year\}/scope3", Act.DECLARE),
    ("POST", r"(/report)?/restatements/policy", Act.DECLARE),
    ("POST", r"/report/intensities|/denominators(/withdraw)?", Act.DECLARE),
    ("POST", r"/report/contracts/(one|import|withdraw|attach)", Act.DECLARE),
    ("POST", r"/contracts(/import|/\{contract\}/(correct|document|withdraw))?", Act.DECLARE),
    ("POST", r"/report/climate/topics/\{topic\}/(write|plan|omit)", Act.DECLARE),
    ("POST", r"/report/climate/(hazards/screen|scenarios/paths)", Act.DECLARE),
    ("POST", r"/disclosure/\{year\}/topics/\{topic\}/texts", Act.DECLARE),
    # reviewing
    ("POST", r"(/report|/inventory/\{year\})/checks/pass|/report/restatements|/restatements/decide", Act.REVIEW),
    ("POST", r"/report/climate/topics/\{topic\}/review|/report/climate/editions/(lock|pass)", Act.REVIEW),
    ("POST", r"/disclosure/(reviews|\{year\}/editions(/pass)?)", Act.REVIEW),
    # deciding
    ("POST|PATCH", r"/action/(move|plan|savings/event)|/board/.*|/alerts/\{alert\}/acknowledge", Act.DECIDE),
    # computing
    ("POST", r"/report/inventory/take|/evidence/verify", Act.RUN),
    ("POST", r"/programme/reports/\{module\}", Act.RUN),
    ("POST", r"/sample", Act.INGEST),
    # a kind of job has an act of its own, which is asked for by the handler: see the test of kinds below
    ("POST", r"/run/\{kind\}|/jobs(/\{job\}/(cancel|retry))?", Act.READ),
    ("GET", r".*", Act.READ),
)
TOKEN = "the token of this browser's forms"
SAMPLES = {"tenant": "acme", "site": "A", "meter": "A1", "year": "2022", "form": "csv", "kind": "detection"}


def expected(method: str, path: str) -> Act:
    """What a route must ask for."""
    for methods, pattern, act in RULES:
        if (methods == "*" or method in methods.split("|")) and re.fullmatch(pattern, path):
            return act
    raise AssertionError(f"no rule says what {method} {path} must ask for")


def walked(app: Any, prefix: str = "") -> Iterator[tuple[str, str, Any]]:
    """Method, path and route of everything that an application answers."""
    for route in app.routes:
        inner = getattr(route, "original_router", None) or getattr(route, "app", None)
        path = prefix + getattr(route, "path", "")
        if getattr(route, "endpoint", None) is not None:
            yield from ((method, path, route) for method in sorted(route.methods or {"GET"}) if method != "HEAD")
        elif inner is not None and hasattr(inner, "routes"):
            yield from walked(inner, path)


class House:
    """Two organisations, and a key of each role in each."""

    def __init__(self, folder: Path) -> None:
        for tenant in ("acme", "other"):
            create_workspace(folder / tenant)
        held = open_workspace(folder / "acme")
        held.records.declare(
            [Site(id="A"), Site(id="B")],
            [Meter(id=f"{one}1", site_id=one, kind="electricity", unit="kWh") for one in "AB"],
            sites_by="user",
        )
        held.close()
        settings = Settings(limits=Limits(requests=1_000_000, burst=1_000_000))
        self.service: Service = open_service(folder, settings)
        self.keys = {
            (tenant, role): self._key(tenant, f"{tenant}-{role}", role) for tenant in ("acme", "other") for role in Role
        }
        self.scoped = self._key("acme", "scoped", Role.ADMIN, frozenset({"B"}))
        self.sessions = {role: self._session(role) for role in (Role.VIEWER, Role.ADMIN)}
        self.app: FastAPI = build_app(self.service)
        self.routes = [one for one in walked(self.app) if "{tenant}" in one[1]]

    def _key(self, tenant: str, name: str, role: Role, sites: frozenset[str] | None = None) -> str:
        server = self.service.server
        person = server.people.add(name=name, email=f"{name}@example.org")
        server.people.join(person.id, tenant, role=str(role), sites=sites, by="test")
        return server.keys.issue(
            tenant, name=name, role=str(role), by=person.id, sites=sites, expires=None
        )[0]  # fmt: skip

    def _session(self, role: Role) -> str:
        """The cookie of a browser in which somebody is signed in; the token of its forms is `TOKEN`."""
        server = self.service.server
        person = server.people.add(name=f"browser {role}", email=f"browser-{role}@example.org")
        server.people.join(person.id, "acme", role=str(role), sites=None, by="test")
        lasts = timedelta(hours=1)
        return server.sessions.open(person.id, lasts=lasts, address="", agent="", data={"csrf": TOKEN})[0]

    def ask_all(self, asked: list[tuple[str, str]], key: str | None) -> list[httpx.Response]:
        """Ask for paths one after the other, with a key."""
        return self.send_all(asked, {} if key is None else {"Authorization": f"Bearer {key}"})

    def send_all(self, asked: list[tuple[str, str]], headers: dict[str, str]) -> list[httpx.Response]:
        """The same with any headers."""

        async def all_of() -> list[httpx.Response]:
            transport = httpx.ASGITransport(self.app, client=("127.0.0.1", 1), raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
                return [await client.request(method, path) for method, path in asked]

        return asyncio.run(all_of())


def filled(path: str, tenant: str = "acme") -> str:
    """A path with something in the place of its parameters; mostly nothing that is there."""
    held = {**SAMPLES, "tenant": tenant}
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: held.get(found[1], "nothing"), path)


def below(path: str) -> str:
    """A path below its organisation."""
    return path.removeprefix(API).removeprefix(PAGES)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    held = House(tmp_path_factory.mktemp("house"))
    yield held
    held.service.close()


def test_there_is_something_to_walk_over(house: House) -> None:
    paths = {path for _, path, _ in house.routes}

    assert len([path for path in paths if path.startswith(API)]) > 40
    assert len([path for path in paths if path.startswith(PAGES)]) > 60


def test_every_route_asks_for_the_act_that_it_must(house: House) -> None:
    wrong = [
        f"{method} {path}: asks for {act_of(route)}, must ask for {expected(method, below(path))}"
        for method, path, route in house.routes
        if act_of(route) is not expected(method, below(path))
    ]

    assert not wrong


def test_what_stands_beside_the_organisations_is_known(house: House) -> None:
    beside = {path for _, path, _ in walked(house.app) if "{tenant}" not in path and not path.startswith("/api/v1")}

    assert {path for path in beside if path not in OPEN and not path.startswith(OPEN_BELOW)} == set()


def test_nobody_comes_in_without_signing_in(house: House) -> None:
    asked = [(method, filled(path)) for method, path, _ in house.routes]
    answers = house.ask_all(asked, None)

    let_in = [
        f"{method} {path}: {answer.status_code}"
        for (method, path), answer in zip(asked, answers, strict=True)
        if answer.status_code not in (401, 403)  # 403: what may change something lacks the token of a form
        and not (answer.status_code == 303 and "/sign-in" in answer.headers["location"])
    ]
    assert not let_in


@pytest.mark.parametrize("role", list(Role))
def test_another_organisation_is_as_if_it_were_not_there(house: House, role: Role) -> None:
    asked = [(method, filled(path)) for method, path, _ in house.routes]
    key = house.keys["other", role]

    assert {answer.status_code for answer in house.ask_all(asked, key)} == {404}


def test_another_organisation_looks_like_none(house: House) -> None:
    paths = [path for method, path, _ in house.routes if method == "GET"]
    key = house.keys["other", Role.ADMIN]
    answers = house.ask_all([("GET", filled(path)) for path in paths], key)
    unknown = house.ask_all([("GET", filled(path, "nowhere")) for path in paths], key)

    differ = [
        path
        for path, one, other in zip(paths, answers, unknown, strict=True)
        if one.status_code != other.status_code or one.text.replace("acme", "nowhere") != other.text
    ]
    assert not differ


@pytest.mark.parametrize("role", list(Role))
def test_a_role_gets_no_further_than_its_acts(house: House, role: Role) -> None:
    beyond = [
        (method, filled(path)) for method, path, _ in house.routes if expected(method, below(path)) not in POLICY[role]
    ]
    answers = house.ask_all(beyond, house.keys["acme", role])

    wrong = [
        f"{method} {path}: {answer.status_code}"
        for (method, path), answer in zip(beyond, answers, strict=True)
        if answer.status_code != 403
    ]
    assert not wrong


@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_do_what_its_acts_say(house: House, role: Role) -> None:
    within = [
        (method, filled(path))
        for method, path, _ in house.routes
        if method == "GET" and expected(method, below(path)) in POLICY[role] and not path.endswith("/events")
    ]
    answers = house.ask_all(within, house.keys["acme", role])

    wrong = [
        f"{path}: {answer.status_code}"
        for (_, path), answer in zip(within, answers, strict=True)
        if answer.status_code in (401, 403) or answer.status_code >= 500
    ]
    assert not wrong


@pytest.mark.parametrize("door", [f"{API}/jobs", f"{PAGES}/run"])
@pytest.mark.parametrize("role", list(Role))
def test_a_job_is_started_only_by_whoever_may_do_its_act(house: House, role: Role, door: str) -> None:
    from wattstone.interfaces.jobs.kinds import KINDS

    beyond = [kind.name for kind in KINDS.values() if kind.act not in POLICY[role]]
    before = len(house.service.queue.jobs("acme")[0])

    async def start_all() -> list[httpx.Response]:
        transport = httpx.ASGITransport(house.app, client=("127.0.0.1", 1), raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {house.keys['acme', role]}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
            if door.startswith(API):
                return [await client.post(filled(door), json={"kind": one, "params": {}}) for one in beyond]
            return [await client.post(f"{filled(door)}/{one}", data={}) for one in beyond]

    assert {answer.status_code for answer in asyncio.run(start_all())} <= {403}
    assert len(house.service.queue.jobs("acme")[0]) == before


@pytest.mark.parametrize("token", [None, "", "another one"])
def test_a_browser_changes_nothing_without_the_token_of_its_forms(house: House, token: str | None) -> None:
    asked = [(method, filled(path)) for method, path, _ in walked(house.app) if method not in ("GET", "OPTIONS")]
    cookie = {"Cookie": f"wattstone={house.sessions[Role.ADMIN]}"}
    answers = house.send_all(asked, cookie if token is None else {**cookie, "X-CSRF-Token": token})

    wrong = [
        f"{method} {path}: {answer.status_code}"
        for (method, path), answer in zip(asked, answers, strict=True)
        if answer.status_code != 403
    ]
    assert len(asked) > 40
    assert not wrong


def test_a_browser_with_its_token_gets_as_far_as_its_role(house: House) -> None:
    beyond = [
        (method, filled(path))
        for method, path, _ in house.routes
        if expected(method, below(path)) not in POLICY[Role.VIEWER]
    ]
    cookie = {"Cookie": f"wattstone={house.sessions[Role.VIEWER]}", "X-CSRF-Token": TOKEN}

    assert {answer.status_code for answer in house.send_all(beyond, cookie)} == {403}
    admin = {"Cookie": f"wattstone={house.sessions[Role.ADMIN]}", "X-CSRF-Token": TOKEN}
    assert house.send_all([("POST", filled(f"{PAGES}/action/move"))], admin)[0].status_code not in (401, 403)


def test_another_site_is_as_if_it_were_not_there(house: House) -> None:
    """An administrator of site B alone asks for site A and its meter."""
    asked = [
        (method, filled(path))
        for method, path, _ in house.routes
        if ("{site}" in path or "{meter}" in path) and method in ("GET", "PATCH")
    ]
    nowhere = [(method, path.replace("/A1", "/none").replace("/A", "/none")) for method, path in asked]
    answers, unknown = house.ask_all(asked, house.scoped), house.ask_all(nowhere, house.scoped)

    assert len(asked) > 5
    assert {answer.status_code for answer in answers} <= {403, 404, 422}
    assert [answer.status_code for answer in answers] == [answer.status_code for answer in unknown]
    told = house.ask_all([("GET", filled(f"{API}/sites")), ("GET", filled(f"{API}/meters"))], house.scoped)
    for answer in told:
        assert '"A' not in answer.text
        assert '"B' in answer.text


def test_a_key_that_has_run_out_opens_nothing(house: House) -> None:
    from datetime import UTC, datetime

    server = house.service.server
    person = server.people.add(name="late", email="late@example.org")
    server.people.join(person.id, "acme", role="admin", sites=None, by="test")
    over = datetime.now(UTC).replace(tzinfo=None) - timedelta(seconds=1)
    key = server.keys.issue("acme", name="late", role="admin", by=person.id, sites=None, expires=over)[0]

    assert house.ask_all([("GET", filled(f"{API}/sites"))], key)[0].status_code == 401
