"""The climate report as a page in a browser: no serious finding of axe, and it fits a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import opened, serious
from tests.disclosure.made import made_statement
from wattstone.interfaces.present.disclosure import book
from wattstone.interfaces.present.disclosure.html import to_html

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize(("lang", "width", "scheme"), [("en", 1280, "light"), ("zh", 360, "dark")])
def test_the_report_is_open_to_everybody(chrome: Browser, tmp_path: Path, lang: str, width: int, scheme: str) -> None:
    file = tmp_path / "report.html"
    file.write_text(to_html(book(made_statement(), lang)), encoding="utf-8")
    context = chrome.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    watched = opened(context)
    watched.page.goto(file.as_uri())

    assert serious(watched.page) == []
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
    assert watched.complaints == []
    context.close()
