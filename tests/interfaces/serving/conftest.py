"""A served folder with two organisations, and a small application over it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse

from tests.interfaces.serving.browser import Browser
from wattstone.interfaces.serving.callers import begin_session, end_session
from wattstone.interfaces.serving.guarding import protect
from wattstone.interfaces.serving.request import Here, actor, check_csrf, csrf_of, signed_in
from wattstone.interfaces.serving.service import Service, open_service
from wattstone.interfaces.serving.settings import Passwords, Settings
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Meter, Site
from wattstone.workflows.access import Act, Forbidden

PASSWORD = "a kettle sings at noon"
CHEAP = Passwords(time_cost=1, memory_kib=8, lanes=1)


@pytest.fixture(scope="session")
def two_organisations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Organisations `north` and `south`, with two sites each; made once, copied for each test."""
    root = tmp_path_factory.mktemp("served")
    for name in ("north", "south"):
        create_workspace(root / name)
        workspace = open_workspace(root / name)
        sites = [Site(id=f"{name}-{one}") for one in ("a", "b")]
        meters = [Meter(id=f"{one.id}-main", site_id=one.id, kind="electricity", unit="kWh") for one in sites]
        workspace.records.declare(sites, meters)
        workspace.close()
    return root


@pytest.fixture
def root(two_organisations: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    import shutil

    shutil.copytree(two_organisations, tmp_path / "root")
    return tmp_path / "root"


@pytest.fixture
def service(root: Path) -> Iterator[Service]:
    """The service over it, with passwords that cost little."""
    held = open_service(root, Settings(address="http://localhost", passwords=CHEAP))
    yield held
    held.close()


@pytest.fixture
def app(service: Service) -> FastAPI:
    """Routes that stand for those of the pages and the API."""
    return application(service)


def application(service: Service) -> FastAPI:
    """A small application over a service."""
    app = FastAPI()
    app.state.service = service
    protect(app, service)

    @app.exception_handler(Forbidden)
    def forbidden(_request: Request, error: Forbidden) -> JSONResponse:
        return JSONResponse({"act": str(error.act)}, 403)

    @app.get("/sign-in")
    def form(request: Request) -> dict[str, Any]:
        person = signed_in(request)
        return {"csrf": csrf_of(request), "person": person.name if person else None}

    @app.post("/sign-in", dependencies=[Depends(check_csrf)])
    def enter(request: Request, email: str, password: str) -> dict[str, str]:
        person = service.accounts.sign_in(email, password, address="test")
        begin_session(request, person.id)
        return {"name": person.name}

    @app.post("/sign-out", dependencies=[Depends(check_csrf)])
    def leave(request: Request) -> None:
        end_session(request)

    @app.get("/o/{tenant}/sites")
    def sites(here: Annotated[Here, Depends(actor(Act.READ))]) -> dict[str, Any]:
        return {"sites": [one.id for one in here.workspace.records.sites()], "csrf": here.csrf, "lang": here.lang}

    @app.post("/o/{tenant}/declare")
    def declare(here: Annotated[Here, Depends(actor(Act.DECLARE))]) -> dict[str, str]:
        return {"by": here.principal.name}

    @app.get("/o/{tenant}/export")
    def export(here: Annotated[Here, Depends(actor(Act.EXPORT))]) -> str:
        return here.tenant.id

    @app.post("/api/v1/organisations/{tenant}/body")
    async def body(request: Request, _here: Annotated[Here, Depends(actor(Act.READ))]) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    return app


def client_of(app: FastAPI, base: str = "http://localhost") -> Browser:
    """A browser without cookies."""
    return Browser(app, base)


@pytest.fixture
def client(app: FastAPI) -> Browser:
    """A browser without cookies."""
    return client_of(app)


def sign_in(client: Browser, email: str, password: str = PASSWORD) -> str:
    """Sign in; the CSRF token of the new session."""
    form = client.get("/sign-in").json()
    answer = client.post(
        "/sign-in", params={"email": email, "password": password}, headers={"X-CSRF-Token": form["csrf"]}
    )
    assert answer.status_code == 200, answer.text
    return client.get("/sign-in").json()["csrf"]


def member(service: Service, name: str, role: str, tenant: str = "north", **scope: Any) -> str:
    """An account with a role; its address."""
    email = f"{name}@example.org"
    hashed = service.accounts._hasher.hash(PASSWORD)
    person = service.server.people.by_email(email) or service.server.people.add(name=name, email=email, password=hashed)
    service.server.people.join(person.id, tenant, role, by="local", **scope)
    return email
