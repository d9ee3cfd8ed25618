"""The pages of an estate over read models made by hand, and what a test asks of the HTML."""

import asyncio
import re
from collections.abc import Callable
from functools import cache
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal, cast

import httpx
import pytest
from fastapi import FastAPI, HTTPException

from tests.interfaces.web import estates
from wattstone.interfaces.serving.request import Here
from wattstone.interfaces.serving.service import Tenant
from wattstone.interfaces.web.pages import evidence, inventory, opportunities, portfolio, site, today
from wattstone.interfaces.web.router import build_router
from wattstone.portfolio import Organisation
from wattstone.workflows.access import POLICY, Act, Principal, Role, Scope

ORGANISATION = Organisation(name="Acme", zone="Asia/Shanghai", currency="CNY", base_year=2021)


class Lake:
    """A lake with readings of one year and nothing else."""

    def parts(self, table: str, version: int | None = None) -> dict[int, tuple[str, ...]]:
        """Files by partition."""
        return {202206: ("file",)} if table == "readings" else {}

    def scan(self, table: str, **_: Any) -> None:
        """No rows."""


def principal(role: Role = Role.ANALYST) -> Principal:
    """Somebody with a role in all of the organisation."""
    return Principal(id="p", name="Ada", kind="person", tenant="acme", role=role, scope=Scope(), acts=POLICY[role])


def client_of(
    monkeypatch: pytest.MonkeyPatch,
    *,
    lang: Literal["en", "zh"] = "en",
    role: Role = Role.ANALYST,
    held: Any = None,
) -> "Browser":
    """A browser of the pages; every read model is one of `estates`."""
    whole = estates.estate() if held is None else held
    for module in (today, portfolio, site, inventory):
        monkeypatch.setattr(module, "estate_here", lambda here: whole)
    monkeypatch.setattr(portfolio, "select", estates.rows_of)
    monkeypatch.setattr(portfolio, "clusters", estates.clusters_of)
    monkeypatch.setattr(today, "today", lambda *_, **__: estates.today_of())
    monkeypatch.setattr(
        site, "site_of", lambda workspace, estate, name: estates.site_view() if name == "site-2" else None
    )
    monkeypatch.setattr(
        site, "meter_week", lambda workspace, meter, *_, **__: estates.week() if meter == "main" else None
    )
    monkeypatch.setattr(inventory, "inventory_tree", lambda *_, **__: estates.level())
    monkeypatch.setattr(inventory, "reading_years", lambda _: (2022,))
    monkeypatch.setattr(inventory, "restated", lambda *_, **__: {"one-all": "newer readings"})
    monkeypatch.setattr(evidence, "evidence_of_figure", lambda workspace, wanted, **__: estates.evidence_view())
    monkeypatch.setattr(opportunities, "board", lambda *_, **__: estates.board_of(estates.card()))
    monkeypatch.setattr(
        opportunities, "card_of", lambda workspace, key: estates.card() if key == "finding-key" else None
    )
    monkeypatch.setattr(opportunities, "_row", lambda here, card: None)
    return Browser(_app(lang, role))


class Browser:
    """Asks an application in this process, and follows no redirection."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    def get(self, path: str) -> httpx.Response:
        """A page below the organisation."""
        return asyncio.run(self._ask("GET", path, None))

    def post(self, path: str, form: dict[str, str]) -> httpx.Response:
        """A form of a page."""
        return asyncio.run(self._ask("POST", path, form))

    async def _ask(self, method: str, path: str, form: dict[str, str] | None) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, f"/o/acme{path}", data=form)


@cache
def _app(lang: Literal["en", "zh"], role: Role) -> FastAPI:
    """Made once: handlers look their read models up when they are called."""
    who = principal(role)
    records = SimpleNamespace(organisation=lambda: ORGANISATION, documents=lambda *_: ())
    workspace = SimpleNamespace(records=records, lake=Lake(), actor=who)
    server = SimpleNamespace(memberships=lambda *_, **__: (), queue=None)
    service = SimpleNamespace(
        server=server,
        settings=SimpleNamespace(secure_cookies=False),
        queue=SimpleNamespace(jobs=lambda *_, **__: ((), 0)),
        tenants=tuple,
        estates=None,
        whole=lambda name: workspace,
    )

    def actor(act: Act) -> Callable[[], Here]:
        def given() -> Here:
            if not who.may(act):
                raise HTTPException(403)
            return Here(
                service=cast("Any", service),
                tenant=Tenant("acme", "Acme", Path("acme")),
                principal=who,
                workspace=cast("Any", workspace),
                lang=lang,
                csrf="token-of-the-session",
            )

        return given

    app = FastAPI()
    app.include_router(build_router(actor=actor))
    app.state.service = service
    return app


def text_of(html: str) -> str:
    """The words of a page, without its head."""
    body = html.split("<main", 1)[-1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def addresses(html: str) -> list[str]:
    """Where the links of the page lead."""
    return [unescape(one) for one in re.findall(r'<a [^>]*href="([^"]+)"', html.split("<main", 1)[-1])]


def forbidden_by_policy(html: str) -> list[str]:
    """What a strict policy would refuse: inline styles, scripts and handlers."""
    return re.findall(r"<style|<script(?![^>]* src=)|\sstyle=|\son[a-z]+=", html)
