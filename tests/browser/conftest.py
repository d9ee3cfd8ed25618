"""A browser, and a server of the program as people start it."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

CI = os.environ.get("CI", "").lower() == "true"
PASSWORD = "a stone by the river 42"
ADMINISTRATOR = "ada@example.org"
PATIENCE = 90_000  # ms for a job on a machine that does other things as well
SERIOUS = {"serious", "critical"}
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # of what passes nothing is written down: on a long page that takes most of the time
}


@dataclass
class Server:
    """A served folder.

    Parameters
    ----------
    root : Path
        The folder.
    address : str
        `http://127.0.0.1:PORT`.
    code : str
        For the first administrator.
    process : subprocess.Popen
        `wattstone serve`.
    """

    root: Path
    address: str
    code: str
    process: "subprocess.Popen[str]"
    log: Path


def served(root: Path, log: Path) -> Server:
    """Start `wattstone serve` on a free port and read what it says."""
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "wattstone", "serve", str(root), "--port", "0", "--log", "json"],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdout is not None
    said = ""
    deadline = time.monotonic() + 60
    while "within 10 minutes" not in said:
        line = process.stdout.readline()
        if not line or time.monotonic() > deadline:
            pytest.fail(f"the server did not start: {said}{log.read_text()}")
        said += line
    address, code = re.search(r"http://127\.0\.0\.1:\d+", said), re.search(r"^\s+(\S{20,})$", said, re.MULTILINE)
    assert address is not None, said
    assert code is not None, said
    return Server(root, address[0], code[1], process, log)


def stopped(server: Server) -> None:
    """Stop it as a service manager does."""
    server.process.terminate()
    try:
        server.process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        server.process.kill()
        raise
    finally:
        assert server.process.stdout is not None
        server.process.stdout.close()


@pytest.fixture(scope="package")
def chrome() -> Iterator[Browser]:
    """Chromium, of the system: nothing is downloaded."""
    names = (os.environ.get("WATTSTONE_BROWSER", ""), "chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if name and (found := shutil.which(name))), None)
    if path is None:
        if CI:
            pytest.fail("no Chromium was found: tools/system.sh installs it")
        pytest.skip("no Chromium was found; `make test` says how to install it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Watched:
    """A page, and what its browser complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list[str])


def opened(context: BrowserContext) -> Watched:
    """A new page whose console, refused scripts and failed requests are kept."""
    watched = Watched(context.new_page())
    watched.page.set_default_timeout(20_000)
    watched.page.on("console", lambda one: _kept(watched, one.type, one.text))
    watched.page.on("pageerror", lambda error: watched.complaints.append(f"script: {error}"))
    watched.page.on(
        "response",
        lambda answer: watched.complaints.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None,
    )
    return watched


def _kept(watched: Watched, kind: str, text: str) -> None:
    if kind == "error" and "status of 4" not in text:  # a refusal that a journey provokes is no fault of the page
        watched.complaints.append(text)


@pytest.fixture(scope="package")
def estate_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated portfolio of three sites with its inventory and what its detection finds, made once."""
    folder = tmp_path_factory.mktemp("estate")
    run = [sys.executable, "-m", "wattstone"]
    for command in (
        ["demo", str(folder), "--sites", "3", "--years", "2"],
        ["detect", str(folder / "workspace"), "--year", "2022"],
        [
            "measure", str(folder / "workspace"), "new-lights", "--site", "sim-0002", "--name", "New lights",
            "--meter", "sim-0002-electricity", "--boundary", "the whole building", "--inside", "all uses",
            "--baseline", "2021-01-01/2021-12-31", "--reporting", "2022-01-01/2022-12-31", "--model", "daily",
        ],
    ):  # fmt: skip
        done = subprocess.run([*run, *command], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="package")
def estate(estate_made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The portfolio, served as the organisation `estate`."""
    folder = tmp_path_factory.mktemp("estate-served")
    shutil.copytree(estate_made / "workspace", folder / "root" / "estate")
    server = served(folder / "root", folder / "log")
    yield server
    stopped(server)


@pytest.fixture(scope="package")
def signed_in(chrome: Browser, estate: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cookies of the administrator of the portfolio, who is its first account."""
    context = chrome.new_context()
    begin(context.new_page(), estate)
    state = tmp_path_factory.mktemp("cookies") / "state.json"
    context.storage_state(path=state)
    context.close()
    return state


def begin(page: Page, server: Server) -> None:
    """Make the first account with the code that the server printed."""
    page.goto(f"{server.address}/start")
    page.fill("input[name=code]", server.code)
    page.fill("input[name=name]", "Ada")
    page.fill("input[name=email]", ADMINISTRATOR)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/o/**")


@pytest.fixture
def desk(chrome: Browser, signed_in: Path) -> Iterator[Watched]:
    """A page of the administrator on a laptop; at the end the browser must not have complained."""
    context = chrome.new_context(storage_state=signed_in, viewport={"width": 1280, "height": 800}, locale="en-GB")
    watched = opened(context)
    yield watched
    context.close()
    assert not watched.complaints


@cache
def _axe() -> str:
    return Axe().axe_script


def serious(page: Page) -> list[str]:
    """What axe finds to be serious on the page that is open."""
    page.evaluate(_axe())
    found = page.evaluate("rules => axe.run(rules).then(told => told.violations)", RULES)
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


@pytest.fixture(scope="package")
def worked(
    chrome: Browser, signed_in: Path, estate: Server, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """One of each, so that no page is empty: an upload that waits, an alert, an invitation, a job, a document."""
    context = chrome.new_context(storage_state=signed_in, locale="en-GB")
    page, base = context.new_page(), f"{estate.address}/o/estate"
    table = tmp_path_factory.mktemp("upload") / "waits.csv"
    table.write_text("time,Main [kWh]\n" + "".join(f"2022-01-01T{hour:02}:00+08:00,10\n" for hour in range(24)))
    page.goto(f"{base}/data")
    page.set_input_files("main input[type=file]", table)
    page.get_by_role("button", name="Look at them").click()
    page.wait_for_url("**/data/uploads/*")
    upload = page.url.removeprefix(base)
    page.goto(f"{base}/settings/alerts")
    page.get_by_label("Worth at least, a year").fill("1")
    page.get_by_role("button", name="Keep the rule").click()
    page.goto(f"{base}/settings/alerts?kind=job.failed")
    page.get_by_role("button", name="Keep the rule").click()
    page.goto(f"{base}/run/inventory")
    page.locator("main form input[name=year]").fill("2001")  # of which there are no readings
    page.locator("main form button[type=submit]").last.click()
    page.goto(f"{base}/settings/people")
    page.get_by_label("Address of mail").fill("cy@example.org")
    page.get_by_role("button", name="Make the link").click()
    page.goto(f"{base}/run/quality")
    page.locator("main form button[type=submit]").last.click()
    page.goto(f"{base}/jobs")
    expect(page.locator("main tbody tr").first).to_contain_text("done", timeout=PATIENCE)
    expect(page.locator("main tbody tr").nth(1)).to_contain_text("failed", timeout=PATIENCE)
    context.close()
    return {"upload": upload}
