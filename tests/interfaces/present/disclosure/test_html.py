"""The climate report as a page: self-contained, escaped, in order for who hears it."""

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from tests.disclosure.made import made_statement
from wattstone.interfaces.present.disclosure import book
from wattstone.interfaces.present.disclosure.html import to_html


class Page(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, name: str) -> list[str]:
        return [str(attrs[name]) for _, attrs in self.tags if attrs.get(name)]


@pytest.fixture(scope="module")
def source() -> str:
    return to_html(book(made_statement(), "en"))


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return Page(source)


def test_headings_go_down_one_step_at_a_time(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_link_within_the_page_leads_somewhere(page: Page) -> None:
    ids = page.all("id")
    inside = {one[1:] for one in page.all("href") if one.startswith("#")}

    assert [name for name, often in Counter(ids).items() if often > 1] == []
    assert inside <= set(ids)
    assert sum(one.startswith("f-") for one in inside) > 25


def test_it_needs_nothing_else(source: str, page: Page) -> None:
    assert "script" not in {tag for tag, _ in page.tags}
    assert not {tag for tag, _ in page.tags} & {"link", "iframe", "img", "object"}
    assert "default-src 'none'" in source
    assert page.all("src") == []


def test_it_names_its_language_its_landmarks_and_its_tables(page: Page) -> None:
    kinds = Counter(tag for tag, _ in page.tags)

    assert page.tags[0] == ("html", {"lang": "en"})
    assert kinds["main"] == kinds["header"] == kinds["nav"] == 1
    assert kinds["table"] == kinds["caption"] > 15
    assert all(attrs.get("scope") in ("row", "col") for tag, attrs in page.tags if tag == "th")
    assert 'lang="zh-Hans"' in to_html(replace(book(made_statement(), "zh"), chapters=()))


def test_charts_have_words_and_files(page: Page) -> None:
    drawn = [attrs for tag, attrs in page.tags if tag == "svg"]

    assert len(drawn) == 4  # two charts, each for a wide and a narrow screen
    assert all(attrs["role"] == "img" and len(attrs["aria-label"] or "") > 40 for attrs in drawn)
    assert sum(one.startswith("data:text/csv") for one in page.all("href")) == 2


def test_whatever_persons_wrote_is_text() -> None:
    made = made_statement(organisation="<script>alert(1)</script>")
    answer = made.answers[0]
    text = replace(answer.written["en"], markdown="Say `<b>x</b>` & [to](https://example.org/?a=1&b=%22) *now*.")
    answers = (replace(answer, written={"en": text}), *made.answers[1:])
    of = replace(book(replace(made, answers=answers), "en"), limits=('"><img src=x>',))
    page = Page(to_html(of))

    assert not {tag for tag, _ in page.tags} & {"script", "img", "b"}
    assert "<script>alert(1)</script>" in page.text
    assert "<b>x</b>" in page.text
    assert '"><img src=x>' in page.text
    assert "https://example.org/?a=1&b=%22" in page.all("href")


def test_states_are_words_not_colours(page: Page) -> None:
    assert "[restated since]" in page.text
    assert "[out of date]" in page.text
    assert "[not recorded]" in page.text
