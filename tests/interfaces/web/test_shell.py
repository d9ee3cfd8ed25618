"""The shell: a menu for each role, a language, a theme and a period that stay, and words that can be translated."""

import ast
import io
import re
import shutil
from pathlib import Path

import jinja2
import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from starlette.responses import Response

from tests.interfaces.serving.browser import Browser
from tests.interfaces.web.account_site import Pages, send, text_of, token_of
from wattstone.base import Finding
from wattstone.interfaces.serving.request import Here
from wattstone.interfaces.web import navigation
from wattstone.interfaces.web.environment import environment
from wattstone.interfaces.web.kit import Form, action, page, render
from wattstone.interfaces.web.navigation import PLACES, routes
from wattstone.interfaces.web.pages.preferences import back
from wattstone.workflows.access import Act, Role

WEB = Path(__file__).parents[3] / "src" / "wattstone" / "interfaces" / "web"
KEYWORDS = {"t": None, "n": (1, 2)}


def menu_of(html: str) -> list[str]:
    found = re.search(r'<nav class="menu".*?</nav>', html, re.DOTALL)
    assert found is not None
    return text_of(found[0]).split()


def tabs_of(html: str) -> str:
    found = re.search(r'<nav class="tabs".*?</nav>', html, re.DOTALL)
    return "" if found is None else text_of(found[0]).strip()


def test_the_menu_holds_what_one_may_see(pages: Pages) -> None:
    vera, ada = pages.person("Vera", Role.VIEWER), pages.person("Ada")
    reader, administrator = vera.get("/o/north/settings").text, ada.get("/o/north/settings").text

    assert menu_of(administrator) == ["Today", "Portfolio", "Action", "Programme", "Report", "Data", "Settings"]
    assert tabs_of(administrator) == "Organisation People API keys Alerts Audit log"
    assert tabs_of(reader) == "Organisation API keys"


def test_names_are_text_and_the_answer_forbids_what_is_inline(pages: Pages) -> None:
    answer = pages.person("Ada").get("/o/north/settings")

    assert "<x>" not in answer.text
    assert "North &amp; Co &lt;x&gt;" in answer.text
    assert answer.headers.get_list("content-security-policy") == [
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ]
    assert answer.headers["cache-control"] == "private, no-store"
    assert len(answer.content) < 60_000


def test_a_page_is_in_the_language_that_was_chosen(pages: Pages) -> None:
    ada = pages.person("Ada")

    answer = send(ada, "/o/north/preferences", {"lang": "zh", "back": "/o/north/settings?x=1&lang=en"},
                  page="/o/north/settings")  # fmt: skip

    assert answer.headers["location"] == "/o/north/settings?x=1"
    assert '<html lang="zh-Hans"' in ada.get("/o/north/settings").text
    person = pages.service.server.people.by_email("ada@example.org")
    assert person is not None
    assert person.language == "zh"


def test_a_theme_stays(pages: Pages) -> None:
    ada = pages.person("Ada")
    send(ada, "/o/north/preferences", {"theme": "dark"}, page="/o/north/settings")
    send(ada, "/o/north/preferences", {"theme": "neon"}, page="/o/north/settings")

    assert 'data-theme="dark"' in ada.get("/o/north/settings").text


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/o/north/jobs?state=done&year=2019", "/o/north/jobs?state=done"),
        ("/o/south/jobs", "/o/north/"),
        ("https://evil.example/o/north/", "/o/north/"),
        ("//evil.example/o/north/", "/o/north/"),
        ("/o/north/\\evil.example", "/o/north/"),
        ("/o/north//evil.example", "/o/north/"),
        ("", "/o/north/"),
    ],
)
def test_one_returns_to_a_page_of_the_organisation_and_nowhere_else(asked: str, goes: str) -> None:
    here = type("Here", (), {"tenant": type("Tenant", (), {"id": "north"})()})()

    assert back(here, asked, fresh=("year",)) == goes


def test_organisations_of_others_are_not_offered(pages: Pages) -> None:
    ada = pages.person("Ada")
    assert "/o/south/" not in ada.get("/o/north/settings").text
    me = pages.service.server.people.by_email("ada@example.org")
    assert me is not None

    pages.service.server.people.join(me.id, "south", "viewer", by="local")

    assert "/o/south/" in ada.get("/o/north/settings").text


def test_a_new_name_of_the_organisation_stands_in_the_frame_at_once(pages: Pages) -> None:
    ada = pages.person("Ada")
    ada.get("/o/north/settings")
    form = {"name": "Harbour Works", "approach": "operational control", "gwp_set": "AR5", "base_year": "",
            "currency": "GBP", "zone": "Europe/London"}  # fmt: skip
    send(ada, "/o/north/settings", form, page="/o/north/settings")

    found = re.search(r'class="organisation[^"]*">([^<]*)<', ada.get("/o/north/settings").text)
    assert found is not None
    assert found[1] == "Harbour Works"


def test_errors_are_pages_in_the_reader_s_language(pages: Pages) -> None:
    ada = pages.person("Ada")

    for path, status in (("/nothing", 404), ("/o/north/nothing", 404), ("/o/else/jobs", 404)):
        answer = ada.get(path)
        assert (answer.status_code, "There is nothing here" in answer.text) == (status, True)
    assert ada.get("/o/north/jobs?page=many").status_code == 404


def test_a_message_is_said_once(pages: Pages) -> None:
    ada = pages.person("Ada")
    shown = ada.get("/o/north/account")
    ada.post("/o/north/account/sessions", data={"csrf": token_of(shown.text)})

    assert "Everywhere else you are signed out." in ada.get("/o/north/account").text
    assert "Everywhere else you are signed out." not in ada.get("/o/north/account").text


def test_every_page_has_a_title_and_stands_where_its_place_is() -> None:
    known = {place.key for place in PLACES}
    pages = [one for one in routes() if one.kind == "page"]

    assert len(pages) > 12
    assert [one.name for one in pages if not one.title] == []
    assert [one.name for one in routes() if one.place and one.place not in known] == []
    assert [one.name for one in routes() if one.kind == "action" and one.methods != ("POST",)] == []


def test_templates_hold_no_words_of_their_own() -> None:
    """Names of a language in itself, of formats, units, keys and attributes are no words; nor is code."""
    names = {"Wattstone", "English", "CSV", "SVG", "PNG", "PDF", "HTML", "XLSX", "CO", "kg", "kWh", "kW", "Esc"}
    names |= {"doctype", "html", "app", "bare", "aria", "describedby", "invalid", "true"}
    held: dict[str, list[str]] = {}
    for path in (WEB / "templates").rglob("*.j2"):
        markup = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", " ", path.read_text("utf-8"), flags=re.DOTALL)
        texts = re.sub(r"<code>.*?</code>|<[^>]*>|&[a-z]+;", " ", markup, flags=re.DOTALL)
        held[path.name] = [word for word in re.findall(r"[A-Za-z]{2,}", texts) if word not in names]

    assert {name: found for name, found in held.items() if found} == {}


def messages() -> set[str]:
    """Every message of a template of a page."""
    found: set[str] = set()
    for path in sorted(WEB.rglob("*.j2")):
        source = io.BytesIO(path.read_bytes())
        for _, said, _, _ in extract(
            "jinja2.ext:babel_extract", source, keywords=KEYWORDS, options={"silent": "false"}
        ):
            found.add(said if isinstance(said, str) else said[0])
    return found


def test_every_message_of_every_template_has_its_chinese() -> None:
    with (WEB.parent / "present" / "locale" / "zh" / "LC_MESSAGES" / "wattstone.po").open("rb") as source:
        said = {entry.id if isinstance(entry.id, str) else entry.id[0]: entry.string for entry in read_po(source)}

    assert {one for one in messages() if not said.get(one)} == set()


def test_the_extraction_finds_the_words_of_templates() -> None:
    assert {"Sign in", "What to do next", "{first} to {last} of {count}", "{count} attempt"} <= messages()
    assert len(messages()) > 150


def test_no_message_of_a_page_hides_from_the_extraction() -> None:
    hidden = [
        path.name
        for path in WEB.rglob("*.py")
        if re.search(r'(translator|words)\([^)]*\)\(\s*f?"', path.read_text("utf-8"))
    ]

    assert hidden == []


def test_pages_load_nothing_heavy_when_they_are_imported() -> None:
    """altair, vl-convert and typst come where something is drawn."""
    heavy = {"altair", "vl_convert", "typst", "openpyxl", "sqlalchemy", "wattstone.interfaces.present.charts"}
    own = [WEB / name for name in ("kit.py", "shell.py", "static.py", "router.py", "entry.py", "errors.py")]
    for path in own:
        tree = ast.parse(path.read_text("utf-8"))
        names = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
        names |= {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
        assert names & heavy == set(), path.name


def test_search_finds_sites_meters_and_pages_that_one_may_see(pages: Pages) -> None:
    ada = pages.person("Ada")
    oscar = pages.person("Oscar", Role.OPERATOR, sites=frozenset({"north-b"}))

    def found(browser: Browser, asked: str) -> list[str]:
        return [one["name"] for one in browser.get("/o/north/search.json", params={"q": asked}).json()["found"]]

    assert found(ada, "hall") == ["Hall a", "Hall b"]
    assert found(oscar, "hall") == ["Hall b"]
    assert found(ada, "A-MAIN") == ["north-a-main"]
    assert found(oscar, "a-main") == []
    assert "Audit log" in found(ada, "audit")
    assert found(oscar, "audit") == []
    assert found(ada, "") == found(ada, "(?i)[") == []
    assert "Nothing is called that." in ada.get("/o/north/search?q=<b>nowhere").text
    assert "<b>nowhere" not in ada.get("/o/north/search?q=<b>nowhere").text


NATURE = """{% extends "shell.html.j2" %}{% import "kit.html.j2" as kit with context %}
{% block main %}{{ kit.problems() }}<p>{{ land }} ha</p>
<form action="{{ link('/nature') }}" method="post">{{ kit.hidden() }}{{ kit.field("land", "Land", land) }}</form>
{% endblock %}"""


def test_a_page_more_is_one_template_and_one_route(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from wattstone.interfaces.web.router import load_pages

    load_pages()
    monkeypatch.setattr(navigation, "_ROUTES", dict(navigation._ROUTES))
    templates = jinja2.ChoiceLoader([jinja2.DictLoader({"pages/nature.html.j2": NATURE}), environment().loader])
    monkeypatch.setattr(environment(), "loader", templates)

    @page("/nature", name="nature", place="programme", title="Nature", tab="Nature", act=Act.READ)
    def nature(here: Here, land: str = "3") -> Response:
        return render(here, "pages/nature.html.j2", land=land)

    @action("/nature", act=Act.DECIDE, page="nature")
    def keep(here: Here, form: Form) -> Response:
        wrong = Finding(code="x", place="field 'land'", found="no area", expected="an area", remedy="type one")
        return render(here, "pages/nature.html.j2", land=form["land"], findings=[wrong], fields=("land",), status=422)

    shutil.copytree(made, tmp_path / "root")
    pages = Pages(tmp_path / "root", anew=True)
    try:
        ada, vera = pages.person("Ada"), pages.person("Vera", Role.VIEWER)
        shown, refused = ada.get("/o/north/nature"), send(ada, "/o/north/nature", {"land": "<much>"})

        assert (shown.status_code, "Programme" in menu_of(shown.text), "3 ha" in text_of(shown.text)) == (
            200,
            True,
            True,
        )
        assert "<title>Nature · North" in shown.text
        assert refused.status_code == 422
        assert "No area. Type one." in text_of(refused.text)
        assert 'value="&lt;much&gt;"' in refused.text
        assert ada.post("/o/north/nature", data={"land": "1"}).status_code == 403  # no token
        assert send(vera, "/o/north/nature", {"land": "1"}).status_code == 403
        assert pages.browser().get("/o/north/nature").status_code == 303
    finally:
        pages.service.close()
