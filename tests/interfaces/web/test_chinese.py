"""Pages in Chinese: no English word is left on them but names, units and forms of files."""

import re
from collections.abc import Iterator
from html import unescape

import pytest

from tests.interfaces.web import estate_pages
from tests.interfaces.web.account_site import Pages, make_organisations
from wattstone.interfaces.jobs.kinds import KINDS
from wattstone.interfaces.web import router
from wattstone.interfaces.web.navigation import routes

STAY = {"wattstone", "webhook", "english", "python", "httpx", "https", "server", "example", "green", "button",
        "parquet", "toml", "xlsx", "json", "protocol", "ipcc", "ipmvp", "iana", "asia", "shanghai", "europe",
        "paris", "iucn", "star", "pact", "aqueduct", "csds", "esrs", "ifrs", "tcfd", "szse", "ngfs", "iamc", "docx",
        "html", "xbrl", "ixbrl", "geotiff"}  # fmt: skip
"""Names of products, places, forms of files and standards."""

EXAMPLES = {"office", "annex", "main", "tenant", "electricity", "natural", "missing", "zero", "hours", "lighting",
            "schedule", "scope", "spend", "services", "wind", "solar", "hydro", "rego", "draft",
            "figure", "location", "river", "flood", "heat", "drought", "present"}  # fmt: skip
"""Values that a file or a field has, as its hint shows them."""

NAMES = {"north", "hall", "acme", "building", "court", "sons", "beijing", "jinan", "lights", "quiet", "june", "site",
         "newer", "readings", "before", "fact", "standard"}  # fmt: skip
"""What the tests call organisations, sites, meters, files, figures, reasons and sources."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    root = tmp_path_factory.mktemp("made") / "root"
    make_organisations(root)
    held = Pages(root)
    yield held
    held.service.close()


def words_of(page: str) -> set[str]:
    """Latin words of four letters and more that are read on a page or said of what is on it."""
    page = re.sub(r'<td class="l">.*?</td>', " ", page, flags=re.DOTALL)  # details of the audit log, as it holds them
    page = re.sub(r"<(script|style|svg|code|kbd|pre|textarea)\b.*?</\1>", " ", page, flags=re.DOTALL)
    said = " ".join(re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', page))
    text = unescape(re.sub(r"<[^>]*>", " ", page) + " " + said)
    return {word.lower() for word in re.findall(r"[A-Za-z]{4,}", text)}


def addresses() -> list[str]:
    """Every page without a parameter, and those of forms."""
    router.build_router()
    plain = [one.path for one in routes() if one.kind == "page" and "{" not in one.path]
    return sorted(
        {*plain, "/data/places/site", "/data/places/meter", "/data/places/space", *(f"/run/{kind}" for kind in KINDS)}
    )


def test_no_english_word_is_left_on_a_chinese_page(pages: Pages) -> None:
    ada = pages.person("Ada")

    left: dict[str, set[str]] = {}
    for path in addresses():
        answer = ada.get(f"/o/north{path}?lang=zh")
        text = answer.text
        if path == "/data/factors":  # names, sources and editions stand as they were published
            text = re.sub(r"<(td|option)\b.*?</\1>", " ", text, flags=re.DOTALL)
        if answer.status_code == 200 and (words := words_of(text) - STAY - EXAMPLES - NAMES):
            left[path] = words

    for path in ("/sign-in?lang=zh", "/o/north/nowhere?lang=zh", "/o/north/jobs/none?lang=zh"):
        if words := words_of(ada.get(path).text) - STAY - EXAMPLES - NAMES:
            left[path] = words
    assert left == {}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/portfolio",
        "/sites/site-2?meter=main",
        "/action",
        "/action/cards/finding-key",
        "/report/inventory",
        "/evidence/one-all",
    ],
)
def test_no_english_word_is_left_where_there_are_numbers(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """The names that the read models made by hand hold are English; what is said of them is not."""
    answer = estate_pages.client_of(monkeypatch, lang="zh").get(path)

    assert answer.status_code == 200
    assert words_of(answer.text) - STAY - EXAMPLES - NAMES == set()
