"""Take the pictures of the README anew: serve a simulated portfolio and photograph its pages.

    .venv/bin/python tools/pictures.py [--demo FOLDER] [--into docs/images]

FOLDER is one that `wattstone demo` made; without it, one is made in a folder that is thrown away. It is copied first:
what is photographed is never changed. Needs Chromium (`WATTSTONE_BROWSER` names another than that of the system).
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

WIDTH, HEIGHT = 1280, 960
MOST = 150_000
"""Bytes of a picture; of one that is larger, less of the page is shown."""

PROGRAM = [sys.executable, "-m", "wattstone"]


def made(folder: Path, given: Path | None) -> Path:
    """A workspace that may be changed, with an inventory and with what its detection found."""
    if given is None:
        given = folder / "demo"
        subprocess.run([*PROGRAM, "demo", str(given), "--no-serve"], check=True)
    root = folder / "root" / "estate"
    shutil.copytree(given / "workspace", root, ignore=shutil.ignore_patterns("server.db*", ".cache"))
    subprocess.run([*PROGRAM, "upgrade", str(root)], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*PROGRAM, "detect", str(root), "--year", "2022"], check=True, stdout=subprocess.DEVNULL)
    return root.parent


@contextmanager
def served(root: Path) -> Generator[tuple[str, str]]:
    """A server; gives its address and the code for the first account."""
    command = [*PROGRAM, "serve", str(root), "--port", "0", "--jobs", "0", "--log", "json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    said = ""
    try:
        while "10 minutes" not in said:
            line = process.stdout.readline()
            if not line:
                raise SystemExit(f"the server did not start: {said}")
            said += line
        address, code = re.search(r"http://\S+:\d+", said), re.search(r"^\s+(\S{20,})$", said, re.MULTILINE)
        assert address is not None
        assert code is not None
        yield address[0], code[1]
    finally:
        process.terminate()
        process.wait(30)


def begin(page: Page, address: str, code: str) -> str:
    """Make the first account; return the address of the organisation's first page."""
    page.goto(f"{address}/start")
    for name, text in (
        ("code", code),
        ("name", "Ada"),
        ("email", "ada@example.org"),
        ("password", "a stone by 42 rivers"),
    ):
        page.fill(f"input[name={name}]", text)
    page.click("main button[type=submit]")
    page.wait_for_url("**/o/**")
    return page.url.rstrip("/")


_DRAWN = """() => [...document.querySelectorAll("[data-spec]")].every(
    (one) => one.getBoundingClientRect().top > innerHeight || one.classList.contains("drawn"))"""


def settle(page: Page) -> None:
    """Wait until every chart that is seen is drawn."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function(_DRAWN)


def shoot(page: Page, home: str, into: Path) -> None:
    """The pages, one after the other."""
    go = {"today": f"{home}/", "portfolio": f"{home}/portfolio"}
    for name, address in go.items():
        page.goto(address)
        settle(page)
        keep(page, into / f"{name}.png")
    page.click("table.league tbody th a >> nth=0")
    settle(page)
    keep(page, into / "site.png")
    page.goto(f"{home}/report/inventory")
    page.goto(page.eval_on_selector("main a[href*='/evidence/']", "one => one.href"))
    page.click("main details > summary >> nth=0")  # one step down: what the first of its parts is made from
    settle(page)
    keep(page, into / "evidence.png")


def keep(page: Page, path: Path) -> None:
    """Write what is seen of a page."""
    page.mouse.move(0, 0)
    picture = b""
    for height in range(HEIGHT, 0, -50):
        picture = page.screenshot(clip={"x": 0, "y": 0, "width": WIDTH, "height": height})
        if len(picture) <= MOST:
            break
    path.write_bytes(picture)
    sys.stdout.write(f"{path}: {len(picture) / 1000:.0f} kB\n")


def main() -> None:
    """Take them."""
    parser = argparse.ArgumentParser(description="Take the pictures of the README anew.")
    parser.add_argument("--demo", type=Path, help="a folder that `wattstone demo` made")
    parser.add_argument("--into", type=Path, default=Path("docs/images"))
    given = parser.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    names = (os.environ.get("WATTSTONE_BROWSER", ""), "chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if name and (found := shutil.which(name))), None)
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder, sync_playwright() as playwright:
        root = made(Path(folder), given.demo)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB", color_scheme="light", reduced_motion="reduce"
        )
        with served(root) as (address, code):
            page = context.new_page()
            shoot(page, begin(page, address, code), given.into)
        browser.close()


if __name__ == "__main__":
    main()
