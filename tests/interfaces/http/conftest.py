"""A served folder with two organisations, somebody of each role with a key, and the API spoken to in this process."""

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from wattstone.interfaces.app.build import refusal
from wattstone.interfaces.http import PREFIX, build_api
from wattstone.interfaces.http.router import handle_problems
from wattstone.interfaces.serving.guarding import protect
from wattstone.interfaces.serving.service import Service, open_service
from wattstone.interfaces.serving.settings import Limits, Settings
from wattstone.interfaces.store.server import ServerRecords
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Meter, Site, Space
from wattstone.portfolio.measures import Measure
from wattstone.readings.sources import How
from wattstone.workflows.access import Role
from wattstone.workflows.ingest import ingest_all
from wattstone.workflows.inventory import take_inventory

BEGIN = datetime(2019, 5, 1)
HOSTILE = "=1+1<script>alert(1)</script>'; DROP TABLE sites; --"
"""A name that means something to spreadsheets, browsers, databases and shells; ids of things take no slash."""
SETTINGS = Settings(limits=Limits(requests=100_000, burst=100_000, upload_mb=1))  # rates are another room's matter
Ask = Callable[..., httpx.Response]


def rows(site: str, meter: str, hours: int) -> list[str]:
    """10 kWh an hour."""
    return [f"{site},{meter},{BEGIN + timedelta(hours=hour):%Y-%m-%dT%H:%M}Z,10" for hour in range(hours)]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Organisations `acme` (sites A, B and C; meter HOME of B is a dwelling's) and `other`, made once."""
    root = tmp_path_factory.mktemp("served") / "root"
    create_workspace(root / "acme")
    create_workspace(root / "other")
    acme = open_workspace(root / "acme")
    sites = [Site(id="A", name="Hall", country="DE"), Site(id="B", country="DE"), Site(id="C", name=HOSTILE)]
    meters = [
        Meter(id="A1", site_id="A", kind="electricity", unit="kWh"),
        Meter(id="HOME", site_id="B", kind="electricity", unit="kWh", personal=True),
        Meter(id="=2+3", site_id="C", kind="electricity", unit="kWh"),
    ]
    acme.records.declare(sites, meters, [Space(id="A-1", site_id="A", name="Storey 1")], sites_by="user")
    acme.records.declare_measures([Measure(id="M1", site_id="A", meters=("A1",), name="LED")])
    file = root.parent / "readings.csv"
    lines = ["site,meter,time,kWh", *rows("A", "A1", 72), *rows("B", "HOME", 48), *rows("C", "=2+3", 24)]
    file.write_text("\n".join(lines) + "\n")
    ingest_all(acme, [file], How(unit="kWh", kind="electricity", confirm=lambda _path, _detection: True))
    take_inventory(acme, 2019)
    acme.close()
    server = ServerRecords.at(root, create=True)
    (root.parent / "keys.json").write_text(json.dumps(keys_of_everybody(server)))
    server.close()
    return root


def keys_of_everybody(server: ServerRecords) -> dict[str, str]:
    """A key of somebody of each role, of an analyst of site A alone (`scoped`), and of an admin of `other`."""
    made: dict[str, str] = {}
    for name, role, tenant, sites in [
        *((str(role), role, "acme", None) for role in Role),
        ("scoped", Role.ANALYST, "acme", frozenset({"A"})),
        ("stranger", Role.ADMIN, "other", None),
    ]:
        person = server.people.add(name=name, email=f"{name}@example.org")
        server.people.join(person.id, tenant, role=str(role), sites=sites, by="test")
        made[name], _ = server.keys.issue(tenant, name=name, role=str(role), by=person.id, sites=sites)
    return made


@pytest.fixture
def root(tmp_path: Path, made: Path) -> Path:
    """The same, to be worked in."""
    return shutil.copytree(made, tmp_path / "root")


@pytest.fixture
def service(root: Path) -> Iterator[Service]:
    """What it serves."""
    held = open_service(root, SETTINGS)
    yield held
    held.close()


@pytest.fixture
def app(service: Service) -> FastAPI:
    """The API as it is mounted."""
    return whole(service)


def whole(service: Service) -> FastAPI:
    """The same for a service."""
    app = FastAPI(openapi_url=None)
    app.state.service = service
    protect(app, service, say=refusal)
    app.mount(PREFIX, build_api(service))
    handle_problems(app)
    return app


@pytest.fixture
def keys(made: Path) -> dict[str, str]:
    """Keys by the names of their owners."""
    return json.loads((made.parent / "keys.json").read_text())


async def asked(app: FastAPI, method: str, path: str, **how: Any) -> httpx.Response:
    """Ask an application once."""
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 1), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as one:
        return await one.request(method, path, **how)


@pytest.fixture
def ask(app: FastAPI, keys: dict[str, str]) -> Ask:
    """`ask("GET", "/sites", by="viewer")` of organisation acme; `headers` and the rest as httpx has them."""
    return asking(app, keys)


def asking(app: FastAPI, keys: dict[str, str]) -> Ask:
    """The same for an application."""

    def one(method: str, path: str, *, by: str | None = "analyst", tenant: str = "acme", **how: Any) -> httpx.Response:
        signed = {} if by is None else {"Authorization": f"Bearer {keys[by]}"}
        headers = {**signed, **how.pop("headers", {})}
        return asyncio.run(asked(app, method, f"{PREFIX}/organisations/{tenant}{path}", headers=headers, **how))

    return one


@pytest.fixture(scope="session")
def reading(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """The same for tests that change nothing, over one service."""
    root = shutil.copytree(made, tmp_path_factory.mktemp("read") / "root")
    held = open_service(root, SETTINGS)
    yield asking(whole(held), json.loads((made.parent / "keys.json").read_text()))
    held.close()
