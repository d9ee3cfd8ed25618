"""A served folder with one empty organisation, and a client that speaks to an application in this process."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from wattstone.interfaces.serving.service import Service, Tenant
from wattstone.interfaces.serving.settings import Settings
from wattstone.interfaces.store.server import ServerRecords
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.interfaces.web.static import CACHE, kept_bundle
from wattstone.workflows.workspace import Workspace

Ask = Callable[..., httpx.Response]


class Bare(Service):
    """A service of the one organisation `acme`."""

    def tenants(self) -> tuple[Tenant, ...]:
        return (Tenant("acme", "Acme", self.root / "acme"),)

    def whole(self, tenant_id: str) -> Workspace:
        if tenant_id not in self._opened:
            self._opened[tenant_id] = open_workspace(self.root / tenant_id)
        return self._opened[tenant_id]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the workspace `acme` and records of a server, made once."""
    folder = tmp_path_factory.mktemp("served") / "root"
    create_workspace(folder / "acme")
    ServerRecords.at(folder, create=True).close()
    bundle = kept_bundle(folder / CACHE)  # a real one takes seconds, and no test here draws a chart
    bundle.parent.mkdir()
    bundle.write_bytes(b"var vega;")
    return folder


@pytest.fixture
def root(tmp_path: Path, made: Path) -> Path:
    """The same, to be worked in."""
    return shutil.copytree(made, tmp_path / "root")


@pytest.fixture
def service(root: Path) -> Iterator[Service]:
    """What it serves."""
    held = Bare(root, Settings(), ServerRecords.at(root))
    yield held
    held.close()


def ask(
    app: FastAPI, path: str, *, method: str = "GET", client: str = "127.0.0.1", host: str = "localhost", **headers: Any
) -> httpx.Response:
    """Ask an application; names of headers have `_` for `-`."""

    sent = {name.replace("_", "-"): text for name, text in headers.items()}

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(client, 1), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as one:
            return await one.request(method, path, headers=sent)

    return asyncio.run(asked())
