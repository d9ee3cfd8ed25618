"""Two organisations behind real pages, and browsers of the people who use them."""

import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path

from fastapi import FastAPI
from httpx import Response

from tests.interfaces.serving.browser import Browser
from wattstone.interfaces.serving.guarding import protect
from wattstone.interfaces.serving.routes import add_routes
from wattstone.interfaces.serving.service import Service, open_service
from wattstone.interfaces.serving.settings import Limits, Passwords, Settings
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.interfaces.web.errors import handle_errors
from wattstone.interfaces.web.router import build_router
from wattstone.portfolio import Meter, Organisation, Site
from wattstone.workflows.access import Role

PASSWORD = "a kettle sings at noon"
CHEAP = Passwords(time_cost=1, memory_kib=8, lanes=1)
SETTINGS = Settings(passwords=CHEAP, limits=Limits(requests=100_000, burst=100_000))


def make_organisations(root: Path) -> None:
    """Make both; a test takes a copy."""
    for name in ("north", "south"):
        create_workspace(root / name)
        held = open_workspace(root / name)
        held.records.set_organisation(Organisation(name=f"{name.title()} & Co <x>"))
        sites = [Site(id=f"{name}-{one}", name=f"Hall {one}") for one in ("a", "b")]
        meters = [Meter(id=f"{one.id}-main", site_id=one.id, kind="electricity", unit="kWh") for one in sites]
        held.records.declare(sites, meters)
        held.close()


class Pages:
    """Organisations `north` and `south`; `north` has sites a and b."""

    def __init__(self, root: Path, *, anew: bool = False) -> None:
        """`anew` where a test has added a page: otherwise the routes are those that were made once."""
        self.service: Service = open_service(root, SETTINGS)
        self.app = FastAPI()
        self.app.state.service = self.service
        protect(self.app, self.service)
        if anew:
            self.app.include_router(build_router())
        else:
            add_routes(self.app, build_router)
        handle_errors(self.app, self.service)

    def browser(self) -> Browser:
        """A browser without cookies."""
        return Browser(self.app)

    def person(
        self, name: str, role: Role = Role.ADMIN, tenant: str = "north", sites: frozenset[str] | None = None
    ) -> Browser:
        """A browser in which somebody with a role is signed in."""
        people = self.service.server.people
        hashed = self.service.accounts._hasher.hash(PASSWORD)
        person = people.add(name=name, email=f"{name.lower()}@example.org", password=hashed)
        people.join(person.id, tenant, str(role), by="local", sites=sites)
        browser = self.browser()
        answer = send(browser, "/sign-in", {"email": f"{name.lower()}@example.org", "password": PASSWORD})
        assert answer.status_code == 303, text_of(answer.text)
        return browser


def token_of(html: str) -> str:
    """The token of a page's forms."""
    found = re.search(r'name="csrf" value="([^"]+)"', html)
    assert found is not None
    return found[1]


def send(browser: Browser, path: str, fields: Mapping[str, str | list[str]], *, page: str | None = None) -> Response:
    """Fill in the form of a page, and send it."""
    shown = browser.get(page or path)
    assert shown.status_code == 200, shown.text
    return browser.post(path, data={"csrf": token_of(shown.text), **fields})


def text_of(html: str) -> str:
    """What a reader reads."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))
