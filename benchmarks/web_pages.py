"""How soon `wattstone serve` answers, how soon a slow laptop shows its pages, and what they weigh.

The browser is Chromium with an empty cache, slowed to a quarter of the processor and to a line of 10 Mbit/s with 40 ms;
it runs on the cores that the server runs on.
"""

import re
import shutil
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.tables import Row, Setting
from benchmarks.web_load import TENANT, estate, people, served

SLOWER = 4.0  # times
LINE = {"offline": False, "latency": 40, "downloadThroughput": 10e6 / 8, "uploadThroughput": 5e6 / 8}  # ms, bytes/s
PAINT, START = 1.5, 3.0  # s
HEAVY = 300.0  # kB
TIMES = 5
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


@dataclass
class Seen:
    """A page as the slow laptop saw it.

    Parameters
    ----------
    painted : float
        From the request to the first text or picture. [s]
    weight, bundle : float
        What came over the line besides the bundle of charts, and the bundle. [kB]
    """

    painted: float
    weight: float
    bundle: float


def look(context: Any, address: str) -> Seen:
    """Open an address in a new page of a browser that was never here."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    session.send("Network.emulateNetworkConditions", LINE)
    names: dict[str, str] = {}
    sizes: dict[str, float] = {}
    session.on("Network.responseReceived", lambda one: names.__setitem__(one["requestId"], one["response"]["url"]))
    session.on(
        "Network.loadingFinished", lambda one: sizes.__setitem__(one["requestId"], one["encodedDataLength"] / 1000)
    )
    page.goto(address, wait_until="load", timeout=60_000)
    page.wait_for_timeout(1500)  # for charts; a page that looks at jobs is never idle
    painted = page.evaluate(_PAINTED) / 1000
    page.close()
    bundle = sum(size for name, size in sizes.items() if "bundle" in names.get(name, ""))
    return Seen(painted, sum(sizes.values()) - bundle, bundle)


def pages() -> list[str]:
    """Paths of all pages that need no id, and of a site."""
    from wattstone.interfaces.web import router
    from wattstone.interfaces.web.navigation import routes

    router.load_pages()
    plain = [one.path for one in routes() if one.kind == "page" and not re.search("{", one.path)]
    return [*sorted(plain), "/sites/site-00007"]


def run(setting: Setting) -> Iterator[Row]:
    """Rows of the table."""
    root, _ = estate(setting, "looked-at")
    who = people(root, 1)[0]["Cookie"].partition("=")[2]
    yield _start(setting, root)
    with served(root, setting.scratch / "looked-at.log", 1) as (base, _):
        yield from _looked(setting, base, who)


def _start(setting: Setting, root: Path) -> Row:
    """From the command to the first answer."""
    took: list[float] = []
    for _ in range(2 if setting.small else TIMES):
        began = time.perf_counter()
        with served(root, setting.scratch / "looked-at.log", 1) as (base, _process):
            with urllib.request.urlopen(f"{base}/health") as answer:
                assert answer.status == 200
            took.append(time.perf_counter() - began)
    said = f"{median(took):.2f} s (median of {len(took)}; {min(took):.2f} to {max(took):.2f})"
    kept = None if setting.small else median(took) <= START
    return Row("start of `wattstone serve` to the first answer", said, limit=f"{START:g} s", kept=kept)


def _looked(setting: Setting, base: str, token: str) -> Iterator[Row]:
    from playwright.sync_api import sync_playwright

    address = f"{base}/o/{TENANT}"
    cookie = {"name": "wattstone", "value": token, "url": base}
    with sync_playwright() as playwright:
        path = next(found for name in ("chromium", "google-chrome") if (found := shutil.which(name)))
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])

        def seen(page: str) -> Seen:
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            context.add_cookies([cookie])  # pyright: ignore[reportArgumentType]
            found = look(context, address + page)
            context.close()
            return found

        first = seen("/")  # estates and templates are read
        yield Row("bundle of charts, once", f"{first.bundle:.0f} kB")
        for page, what in (("/", "Today"), ("/portfolio", "Portfolio"), ("/sites/site-00007", "a site")):
            times = sorted(seen(page).painted for _ in range(1 if setting.small else TIMES))
            said = f"{median(times):.2f} s (median of {len(times)}; {times[0]:.2f} to {times[-1]:.2f})"
            kept = None if setting.small else median(times) <= PAINT
            yield Row(f"first paint of {what}, throttled", said, limit=f"{PAINT:g} s", kept=kept)
        weights = {page: seen(page).weight for page in (["/", "/portfolio"] if setting.small else pages())}
        browser.close()
    heaviest = max(weights, key=lambda page: weights[page])
    said = f"{median(weights.values()):.0f} kB in the middle; at most {weights[heaviest]:.0f} kB ({heaviest})"
    kept = None if setting.small else weights[heaviest] <= HEAVY
    yield Row(f"weight of {len(weights)} pages without the bundle", said, limit=f"{HEAVY:g} kB", kept=kept)
