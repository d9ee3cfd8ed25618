"""Every page of the registry, in both languages: no serious finding of axe, no complaint, and none is heavy."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Server, Watched, opened, serious
from wattstone.interfaces.web import router
from wattstone.interfaces.web.navigation import Route, routes

HEAVIEST = 300_000  # bytes of a page as they are sent, without the bundle of the charts
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def pages() -> tuple[Route, ...]:
    """All pages of the registry, by name."""
    router.build_router()
    return tuple(sorted((one for one in routes() if one.kind == "page"), key=lambda one: one.name))


class Samples:
    """Something of each kind that pages with a parameter show, found on the pages that list it."""

    def __init__(self, watched: Watched, server: Server, known: dict[str, str]) -> None:
        self.known = known
        self._watched, self._base = watched, f"{server.address}/o/estate"
        self._found: dict[tuple[str, str], str] = {}

    def first(self, path: str, part: str) -> str:
        """The address of the first link of a page that holds a part; the page is looked at once."""
        if (path, part) not in self._found:
            self._watched.page.goto(self._base + path)
            href = self._watched.page.locator(f"main a[href*='{part}']").first.get_attribute("href")
            assert href is not None, f"{path} has no link to {part}"
            self._found[path, part] = href.split("/o/estate", 1)[1]
        return self._found[path, part]

    def paths(self, route: Route) -> tuple[str, ...]:
        """Addresses below the organisation that show a page."""
        if "{" not in route.path:
            return (route.path,)
        return _SAMPLES[route.path](self)


_SAMPLES: dict[str, Any] = {
    "/settings/people/{person}": lambda held: (held.first("/settings/people", "/settings/people/"),),
    "/evidence/{wanted:path}": lambda held: (
        "/evidence/" + quote("scope2.location@organisation@2022"),
        held.first("/report/inventory", "/evidence/"),
    ),
    "/sites/{site}": lambda held: (held.first("/portfolio", "/sites/"),),
    "/action/cards/{key}": lambda held: (held.first("/action", "/action/cards/"),),
    "/data/places/{what}": lambda _: ("/data/places/site", "/data/places/meter"),
    "/run/{kind}": lambda _: ("/run/detection", "/run/inventory"),
    "/jobs/{job}": lambda held: (held.first("/jobs", "/jobs/"),),
    "/documents/{name}": lambda held: (held.first("/report/documents", "/documents/"),),
    "/files/{kind}/{name}": lambda _: ("/files/site/sim-0001",),
    "/alerts/{alert}": lambda held: (held.first("/alerts?state=all", "/alerts/"),),
    "/data/factors/{factor:path}": lambda held: (held.first("/data/factors", "/data/factors/"),),
    "/programme/{module}/{kind}": lambda _: ("/programme/nature/area", "/programme/waste/weighing"),
    "/programme/{module}/{kind}/add": lambda _: ("/programme/nature/area/add", "/programme/factory/score_row/add"),
    "/programme/{module}/{kind}/entry": lambda held: (held.first("/programme/nature/area", "/entry?id="),),
    "/report/climate/topics/{topic}": lambda _: (
        "/report/climate/topics/governance.board",
        "/report/climate/topics/metrics.ghg",
    ),
    "/report/climate/standards/{key}": lambda _: ("/report/climate/standards/csds@2025",),
    "/report/climate/editions/{number}": lambda held: (held.first("/report/climate/editions", "/editions/1"),),
    "/report/climate/entries/{kind}": lambda _: ("/report/climate/entries/climate_risk",),
    "/report/climate/entries/{kind}/add": lambda _: ("/report/climate/entries/narrative/add",),
    "/report/climate/entries/{kind}/entry": lambda held: (held.first("/report/climate/entries/horizon", "/entry?id="),),
    "/data/uploads/{upload}": lambda held: (held.known["upload"],),
}


@pytest.fixture(scope="module")
def reader(chrome: Browser, signed_in: Path) -> Iterator[Watched]:
    context = chrome.new_context(storage_state=signed_in, viewport={"width": 1280, "height": 800})
    yield opened(context)
    context.close()


@pytest.fixture(scope="module")
def samples(reader: Watched, estate: Server, worked: dict[str, str]) -> Samples:
    return Samples(reader, estate, worked)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("route", pages(), ids=lambda one: one.name.replace(" ", "-"))
def test_a_page_is_open_to_everybody(
    route: Route, lang: str, reader: Watched, estate: Server, samples: Samples
) -> None:
    for path in samples.paths(route):
        reader.complaints.clear()
        reader.page.emulate_media(color_scheme="dark" if lang == "zh" else "light")
        joint = "&" if "?" in path else "?"
        answer = reader.page.goto(f"{estate.address}/o/estate{path}{joint}lang={lang}")

        assert answer is not None
        assert answer.status == 200, path
        assert reader.page.locator("html").get_attribute("lang") == ("zh-Hans" if lang == "zh" else "en")
        assert len(reader.page.title()) > len("Wattstone"), path
        assert reader.page.locator("h1").count() == 1, path
        assert not serious(reader.page), path
        assert reader.complaints == [], path


def test_no_page_is_heavy(chrome: Browser, signed_in: Path, estate: Server, samples: Samples) -> None:
    heavy: list[str] = []
    for path in ("/", "/portfolio", "/action", "/report/inventory", samples.first("/portfolio", "/sites/")):
        context = chrome.new_context(storage_state=signed_in)  # nothing is in its cache
        page = context.new_page()
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        sent: dict[str, float] = {}
        names: dict[str, str] = {}
        wire.on("Network.responseReceived", lambda one, to=names: to.update({one["requestId"]: one["response"]["url"]}))
        wire.on("Network.loadingFinished", lambda one, to=sent: to.update({one["requestId"]: one["encodedDataLength"]}))
        page.goto(f"{estate.address}/o/estate{path}")
        page.wait_for_load_state("networkidle")
        weight = sum(size for key, size in sent.items() if "charts-bundle" not in names.get(key, ""))
        if not 1_000 < weight <= HEAVIEST:
            heavy.append(f"{path}: {weight:,.0f} bytes")
        context.close()

    assert not heavy
