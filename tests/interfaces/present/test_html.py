"""The page: nothing from outside, every number linked, what is simulated says so."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import polars as pl
import pytest
from markupsafe import Markup

from wattstone.interfaces.present import html, render_html
from wattstone.inventory.document import InventoryDocument

Make = Callable[..., InventoryDocument]


class Page(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, attribute: str) -> list[str]:
        return [attrs[attribute] for _, attrs in self.tags if attribute in attrs]


@pytest.fixture(scope="module")
def source(estate: InventoryDocument) -> str:
    return render_html(estate, "en")


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what has nothing to do with the drawings, which take most of the time."""
    monkeypatch.setattr(html, "drawn", lambda _: html.Drawn(Markup("<svg/>"), Markup("<svg/>"), ()))


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return Page(source)


def test_nothing_comes_from_outside(page: Page, source: str) -> None:
    tags = {tag for tag, _ in page.tags}
    addresses = page.all("href") + page.all("src") + page.all("xlink:href")

    assert not tags & {"script", "link", "iframe", "object", "embed", "img", "form", "base"}
    assert all(address.startswith(("#", "data:")) for address in addresses)
    assert "@import" not in source
    assert re.findall(r"url\((?!#)", source) == []
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on") or name == "style"]


def test_the_policy_allows_its_own_sheet_alone(page: Page, source: str) -> None:
    policy = next(attrs["content"] for _, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    style = re.search(r"<style>(.*?)</style>", source, re.DOTALL)

    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_every_link_inside_the_page_arrives(page: Page) -> None:
    ids = page.all("id")
    links = {address[1:] for address in page.all("href") if address.startswith("#")}

    assert [name for name, often in Counter(ids).items() if often > 1] == []
    assert links <= set(ids)
    assert sum(name.startswith("f-") for name in links) > 100


def test_evidence_names_figure_method_and_command(page: Page, estate: InventoryDocument) -> None:
    figure = estate.figures.filter(name="scope1", subject="organisation", period="2019").row(0, named=True)

    assert "wattstone trace WORKSPACE ID" in page.text
    assert f"f-{figure['id']}" in page.all("id")
    assert figure["id"] in page.text
    assert "scope1.fuel/1" in page.text


def test_the_first_screen_answers_in_order(source: str) -> None:
    order = [
        source.index(part) for part in ('class="sentence"', 'class="headlines"', 'id="c-scopes"', 'id="next"', "<nav")
    ]

    assert order == sorted(order)
    assert source.count('class="value"') == 4
    assert "have the meter checked" in source.lower()
    assert "90 %: " in source


@pytest.mark.usefixtures("undrawn")
def test_simulated_data_say_so_and_others_do_not(source: str, make: Make) -> None:
    assert "Simulated data" in source
    assert "Simulated data" not in render_html(make(simulated=False), "en")


@pytest.mark.usefixtures("undrawn")
def test_names_are_text(source: str, estate: InventoryDocument) -> None:
    evil = replace(
        estate, organisation="<script>alert(1)</script>", sites=estate.sites.with_columns(name=pl.lit('"><img src=x>'))
    )
    page = Page(render_html(evil, "en"))

    assert "script" not in {tag for tag, _ in page.tags}
    assert "img" not in {tag for tag, _ in page.tags}
    assert "<script>alert(1)</script>" in page.text
    assert "<b>made up</b>" in Page(source).text


def test_factors_and_sources_stand_with_licence_and_hash(page: Page) -> None:
    assert "OGL v3.0" in page.text
    assert "UK Government GHG Conversion Factors 2019" in page.text
    assert "9f" * 32 in page.text


def test_what_is_not_computed_is_listed_with_its_reason(page: Page) -> None:
    assert "the site has no floor area" in page.text
    assert page.text.count("not computed yet") >= 2


@pytest.mark.usefixtures("undrawn")
def test_without_filling_it_says_that_all_is_measured(make: Make, estate: InventoryDocument) -> None:
    measured = render_html(make(figures=estate.figures.with_columns(estimated=pl.lit(0.0)), fill=None), "en")

    assert "Every figure rests on measured readings" in measured
    assert 'id="c-estimated"' not in measured


def test_an_empty_inventory_is_still_a_page(estate: InventoryDocument) -> None:
    empty = replace(
        estate,
        figures=estate.figures.clear(),
        sites=estate.sites.clear(),
        factors=estate.factors.clear(),
        sources=estate.sources.clear(),
        quality=None,
        mend=(),
        fill=None,
    )
    source = render_html(empty, "en")

    assert "No emissions of" in source
    assert "<svg" not in source
    assert 'class="headlines"' not in source
    assert "Nothing needs mending." in source


@pytest.mark.usefixtures("undrawn")
def test_what_the_reader_must_know_is_said_once(make: Make, estate: InventoryDocument) -> None:
    note = "CO2 alone: the intensities of GB count no other gas"
    noted = estate.figures.with_columns(notes=pl.lit([note], pl.List(pl.String())))
    text = Page(render_html(make(figures=noted), "en")).text

    assert "What to know" in text
    assert text.count(note) == 2  # there, and below the evidence


@pytest.mark.usefixtures("undrawn")
def test_chinese_page_speaks_chinese(estate: InventoryDocument) -> None:
    page = Page(render_html(estate, "zh"))

    assert ("html", {"lang": "zh-Hans"}) in page.tags
    assert "2019 年温室气体排放清单" in page.text
    assert "模拟数据" in page.text
    assert "尚未核算" in page.text
    for english in ("Evidence", "What to do next", "not known", "Download", "not computed"):
        assert english not in page.text


def test_drawings_say_what_they_show(page: Page) -> None:
    words = [attrs["aria-label"] for tag, attrs in page.tags if tag == "svg"]

    assert len(words) == 14  # seven drawings, each for a wide and for a narrow screen
    assert all(words)
    assert sum(tag == "details" for tag, _ in page.tags) == 7
    assert sum("download" in attrs for _, attrs in page.tags) == 21


def test_five_thousand_sites_stay_a_page(make: Make, estate: InventoryDocument) -> None:
    """What grows with the estate is the workbook, not the page."""
    assert len(render_html(make(sites=400), "en")) < 1.6 * len(render_html(estate, "en"))
