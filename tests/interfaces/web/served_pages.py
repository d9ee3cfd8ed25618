"""Pages over a real service: an organisation with two sites, somebody of each role with a key."""

import asyncio
import atexit
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from html import unescape
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Self, cast

import httpx
from fastapi import FastAPI

from wattstone.interfaces.serving.guarding import protect
from wattstone.interfaces.serving.routes import add_routes
from wattstone.interfaces.serving.service import Service, open_service
from wattstone.interfaces.serving.settings import Limits, Settings
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.interfaces.web.errors import handle_errors
from wattstone.interfaces.web.router import build_router
from wattstone.portfolio import Meter, Site
from wattstone.portfolio.measures import Measure
from wattstone.readings.sources import How
from wattstone.workflows.access import Role
from wattstone.workflows.ingest import ingest_all
from wattstone.workflows.workspace import Workspace

SETTINGS = Settings(limits=Limits(requests=100_000, burst=100_000, upload_mb=1))
BEGIN = datetime(2019, 5, 1)


def readings(site: str, meter: str, hours: int, value: float = 10) -> str:
    """A table of so many hours."""
    lines = [f"{site},{meter},{BEGIN + timedelta(hours=hour):%Y-%m-%dT%H:%M}Z,{value:g}" for hour in range(hours)]
    return "\n".join(["site,meter,time,kWh", *lines]) + "\n"


class Served:
    """The organisation `acme` (sites A and B), and whoever asks for its pages.

    What stands in it at first is made once in a process and copied: `furnish` says what stands there beside.
    """

    def __init__(self, folder: Path, furnish: "Callable[[Served], None] | None" = None) -> None:
        made = _made(furnish)
        self.root, self.keys = folder / "root", dict(made.keys)
        shutil.copytree(made.root, self.root)
        self._open()

    @classmethod
    def first(cls, folder: Path) -> Self:
        """One that is no copy of another."""
        held = cls.__new__(cls)
        held.root = folder / "root"
        create_workspace(held.root / "acme")
        workspace = open_workspace(held.root / "acme")
        workspace.records.declare(
            [Site(id="A", name="Hall <A>"), Site(id="B")],
            [Meter(id=f"{one}1", site_id=one, kind="electricity", unit="kWh") for one in "AB"],
            sites_by="user",
        )
        workspace.records.declare_measures([Measure(id="M1", site_id="A", meters=("A1",), name="LED <lamps>")])
        table = folder / "first.csv"
        table.write_text(readings("A", "A1", 48))
        ingest_all(workspace, [table], How(unit="kWh", kind="electricity", confirm=lambda _path, _detection: True))
        workspace.close()
        held._open()
        held.keys = {str(role): held._key(str(role), role) for role in Role}
        held.keys["scoped"] = held._key("scoped", Role.ANALYST, frozenset({"A"}))
        return held

    def _open(self) -> None:
        self.service: Service = open_service(self.root, SETTINGS)
        self.app = FastAPI()
        self.app.state.service = self.service
        protect(self.app, self.service)
        add_routes(self.app, build_router)
        handle_errors(self.app, self.service)

    def _key(self, name: str, role: Role, sites: frozenset[str] | None = None) -> str:
        server = self.service.server
        person = server.people.add(name=name, email=f"{name}@example.org")
        server.people.join(person.id, "acme", role=str(role), sites=sites, by="test")
        return server.keys.issue("acme", name=name, role=str(role), by=person.id, sites=sites)[0]

    @property
    def workspace(self) -> Workspace:
        """Without a guard."""
        return self.service.whole("acme")

    def get(self, path: str, by: str = "analyst", lang: str = "en") -> httpx.Response:
        """A page below the organisation."""
        return asyncio.run(self._ask("GET", path, by, lang))

    def post(self, path: str, form: Mapping[str, str], by: str = "analyst", **how: Any) -> httpx.Response:
        """A form of a page."""
        return asyncio.run(self._ask("POST", path, by, "en", data=dict(form), **how))

    async def _ask(self, method: str, path: str, by: str, lang: str, **how: Any) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app, client=("127.0.0.1", 1))
        headers = {"Authorization": f"Bearer {self.keys[by]}", "Accept-Language": lang}
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
            return await client.request(method, f"/o/acme{path}", **how)

    def jobs(self, kind: str) -> list[Any]:
        """Jobs of a kind, newest first."""
        return list(self.service.queue.jobs("acme", kind=kind)[0])

    def do(self, kind: str) -> Any:
        """Do the newest job of a kind in this process, as its asker."""
        from wattstone.interfaces.jobs.perform import Task, perform

        job = self.jobs(kind)[0]
        task = Task(
            id=job.id, tenant="acme", kind=kind, root=str(self.root / "acme"), params=job.params, asked_by=job.asked_by,
            name="Ada", role=job.role, acts=tuple(job.acts), sites=None if job.sites is None else tuple(job.sites),
            spaces=tuple(job.spaces),
        )  # fmt: skip
        done = perform(task, lambda *_: None)
        claimed = self.service.queue.claim("test", lease=timedelta(minutes=5))
        while claimed is not None and claimed.id != job.id:
            claimed = self.service.queue.claim("test", lease=timedelta(minutes=5))
        self.service.queue.finish(job.id, "test", done.as_dict(), findings=list(done.findings))
        return done

    def close(self) -> None:
        """Give back what was opened."""
        self.service.close()
        shutil.rmtree(self.root, ignore_errors=True)


@dataclass(frozen=True)
class Made:
    """What copies are made of: a folder, and the keys to it."""

    root: Path
    keys: Mapping[str, str]


@cache
def _made(furnish: Callable[[Served], None] | None) -> Made:
    folder = Path(mkdtemp(prefix="wattstone-served-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if furnish is None:
        held = Served.first(folder)
    else:
        held = Served(folder)
        furnish(held)
    held.service.close()
    return Made(held.root, held.keys)


def words(answer: httpx.Response) -> str:
    """The words of a page."""
    body = answer.text.split("<main", 1)[-1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def area(answer: httpx.Response, name: str) -> str:
    """What stands in a text area."""
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', answer.text, re.DOTALL)
    return unescape(cast("re.Match[str]", found)[1])
