"""The kit: forms that lose nothing, tables that run no formula, charts as files, static files that stay."""

import gzip
import inspect
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from tests.interfaces.serving.browser import Browser
from wattstone.base import Finding
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.tokens import tokens
from wattstone.interfaces.web.environment import environment, language_context
from wattstone.interfaces.web.kit import by_field, chart_file, csv_file, field_of
from wattstone.interfaces.web.navigation import routes
from wattstone.interfaces.web.router import build_router, endpoint, load_pages
from wattstone.interfaces.web.shell import Message, pack, unpack
from wattstone.interfaces.web.static import BUNDLE, shelf
from wattstone.interfaces.web.theme import tokens_css
from wattstone.workflows.access import Act

WEB = Path(__file__).parents[3] / "src" / "wattstone" / "interfaces" / "web"


def finding(place: str, **params: Any) -> Finding:
    return Finding(code="x", place=place, found="found", expected="expected", remedy="remedy", params=params)


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (finding("field 'email'"), "email"),
        (finding("anywhere", field="url"), "url"),
        (finding("rule", pointer="#/params/at_least"), "at_least"),
        (finding("rule", pointer="#/mail/0"), "mail"),
        (finding("/year"), "year"),
        (finding("organisation, zone"), "zone"),
        (finding("account"), ""),
    ],
)
def test_a_finding_names_its_field(one: Finding, name: str) -> None:
    assert field_of(one) == name


def test_findings_of_no_field_of_the_form_stand_above_it() -> None:
    told = by_field([finding("field 'email'"), finding("field 'other'")], "en", ["email"])

    assert {name: len(found) for name, found in told.items()} == {"email": 1, "": 1}


def template(text: str, **context: Any) -> str:
    given = {
        **language_context("en"),
        "at": {},
        "csrf": "c",
        "title": "",
        "evidence": lambda one: f"/e/{one}",
        **context,
    }
    source = '{% import "kit.html.j2" as kit with context %}' + text
    return environment().from_string(source).render(given)


def test_what_somebody_typed_is_text() -> None:
    nasty = '"><script>alert(1)</script>'

    made = template('{{ kit.field("a", x, x, unit=x, help=x) }}{{ kit.area("b", x, x) }}', x=nasty)

    assert "<script>" not in made
    assert made.count("&lt;script&gt;") == 6


def test_a_password_is_never_sent_back() -> None:
    assert "secret" not in template('{{ kit.field("p", "Password", "secret", type="password") }}')


def test_an_error_stands_at_its_field_and_is_announced() -> None:
    said = [{"place": "p", "found": "too short", "expected": "e", "remedy": "type more", "first": ""}]

    made = template('{{ kit.field("a", "A", "x") }}', at={"a": said})

    assert 'aria-invalid="true"' in made
    assert 'aria-describedby="e-a "' in made
    assert "Too short. Type more." in made


def test_a_number_that_is_not_known_is_a_word() -> None:
    entry = {"value": None, "unit": "kWh", "reason": None, "id": "f", "lower": None, "upper": None}

    assert "not known" in template("{{ kit.number(one) }}", one=entry)
    assert ">812 t CO2e</a>" in template("{{ kit.number(one) }}", one={**entry, "value": 812e3, "unit": "kg CO2e"})
    assert "0" not in re.sub(r"<[^>]+>", "", template("{{ kit.number(none) }}"))


TABLE = Table((Head("Name"), Head("kWh", numeric=True)), ((Cell("=1+1"), Cell("−25\u202f737", numeric=True)),))


def test_a_table_runs_no_formula() -> None:
    answer = csv_file(TABLE, "a/../b")

    assert bytes(answer.body).decode("utf-8-sig").splitlines() == ["Name,kWh", "'=1+1,-25737"]
    assert answer.headers["content-disposition"] == 'attachment; filename="a-..-b.csv"'


class Drawn:
    """A chart for tests."""

    key, table = "one", TABLE

    def specification(self, width: int) -> dict[str, Any]:
        return {"width": width}

    def svg(self, width: int = 680, *, inline: bool = False) -> str:
        return f"<svg width='{width}'><g/></svg>" if inline else ""

    def alone(self, width: int = 680) -> tuple[str, bytes]:
        return f"<svg width='{width}'/>", b"png"


@pytest.mark.parametrize(("asked", "made"), [(655, 640), (1, 240), (99_999, 1600), (-5, 240)])
def test_widths_of_charts_are_few(asked: int, made: int) -> None:
    assert chart_file(Drawn(), "json", asked).body == b'{"width":%d}' % made


def test_a_chart_comes_as_four_files_and_no_fifth() -> None:
    kinds = {form: chart_file(Drawn(), form, 680) for form in ("json", "csv", "svg", "png", "exe")}

    assert [one.status_code for one in kinds.values()] == [200, 200, 200, 200, 404]
    assert "sandbox" in kinds["svg"].headers["content-security-policy"]
    assert chart_file(None, "json", 680).status_code == 404


def test_a_picture_for_a_page_has_no_title_and_stands_on_paper() -> None:
    """Its colours are those of paper, on a dark page too."""
    answer = chart_file(Drawn(), "picture", 680)

    assert answer.body == b'<svg width=\'680\'><rect width="100%" height="100%" fill="#FFFFFF"/><g/></svg>'
    assert answer.headers["content-type"] == "image/svg+xml"


def test_a_message_is_carried_once_and_undone_only_inside() -> None:
    said = Message("Done — 完成", "good", "/o/acme/undo", {"a": "1"})
    away = Message("Done", "good", "https://evil.example/", {})

    assert unpack(pack(said)) == said
    assert (unpack(pack(away)) or said).undo == ""
    assert [unpack(text) for text in ("", "x", "e30=", None)] == [None] * 4


def test_a_route_cannot_do_without_an_act_or_without_here() -> None:
    from wattstone.interfaces.web.navigation import Route

    with pytest.raises(TypeError, match="takes no `here`"):
        endpoint(Route(kind="page", path="/x", name="x", act=Act.READ, handler=lambda: None), lambda _act: lambda: None)


def test_no_class_and_no_static_file_is_there_for_nothing() -> None:
    source = [*WEB.rglob("*.j2"), *WEB.rglob("*.js"), *WEB.rglob("*.py"), *(WEB.parent / "present").rglob("*.py"),
              *(WEB.parent / "present").rglob("*.j2")]  # fmt: skip
    used = "\n".join(path.read_text("utf-8") for path in source)
    styles = "\n".join(path.read_text("utf-8") for path in WEB.rglob("*.css"))
    selectors = re.sub(r"\{[^{}]*\}|/\*.*?\*/", "{}", styles, flags=re.DOTALL)

    assert set(re.findall(r"\.([a-z][\w-]*)", selectors)) - set(re.findall(r"[\w-]+", used)) == set()
    assert [path.name for path in (WEB / "static").iterdir() if f"static('{path.name}')" not in used] == []


def test_only_what_takes_files_in_as_they_come_runs_where_waiting_holds_everybody_up() -> None:
    load_pages()
    waits = [one.handler.__code__ for one in routes() if inspect.iscoroutinefunction(one.handler)]
    received = {"received_form", "sent_files"}
    # The entries of a climate report are handed on to the pages of the programme, which bear the same names.
    received |= {one.co_name for one in waits if received & {*one.co_names}}

    assert waits
    assert [one.co_name for one in waits if not received & {*one.co_names}] == []


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    app = FastAPI()
    app.state.service = type("Held", (), {"root": tmp_path_factory.mktemp("root")})()
    app.include_router(build_router())
    return Browser(app)


def test_static_files_are_kept_for_ever_under_their_own_name(browser: Browser) -> None:
    address = shelf().address("app.css")
    answer = browser.get(address)

    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert browser.get(address.replace(shelf().hash, "0" * 16)).headers["cache-control"] == "no-cache"
    assert browser.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("name", ["../kit.py", "..%2Fkit.py", "%2e%2e/kit.py", "nothing.css", "kit.py", "__init__.py"])
def test_no_other_file_is_served(browser: Browser, name: str) -> None:
    assert browser.get(f"/static/{shelf().hash}/{name}").status_code == 404


def test_the_bundle_is_made_once_and_kept(browser: Browser) -> None:
    answer = browser.get(shelf().address(BUNDLE), headers={"Accept-Encoding": "gzip"})
    kept = list((browser._app.state.service.root / ".cache").glob("charts-bundle-*.js"))

    assert len(kept) == 1
    assert kept[0].stat().st_size > 500_000
    assert int(answer.headers["content-length"]) < 400_000
    assert "vegaEmbed" in answer.text


def test_a_page_without_its_charts_weighs_little() -> None:
    held = shelf()
    first = sum(
        len(gzip.compress(held.assets[name].content)) for name in ("tokens.css", "app.css", "app.js", "charts.js")
    )

    assert first < 30_000


COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\((?!0 0 0)|\bhsl")


def test_no_file_but_the_tokens_names_a_colour() -> None:
    named = {
        path.name: found
        for path in [*(WEB / "static").glob("*.css"), *(WEB / "templates").rglob("*.j2")]
        if (found := COLOUR.findall(path.read_text("utf-8")))
    }

    assert named == {}


def test_the_theme_that_a_reader_chose_wins_over_the_screen() -> None:
    css, look = tokens_css(), tokens()

    assert f":root[data-theme=dark]{{--paper:{look.dark['paper']}" in css
    assert "(prefers-color-scheme:dark){:root:not([data-theme=light]){" in css
    assert css.index(look.light["paper"]) < css.index("@media screen")


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_can_be_read_on_every_ground(theme: Any) -> None:
    look = tokens()
    words = {"ink": 3, "ink-soft": 3, "jade": 3, "good": 2, "watch": 2, "act": 2}  # states stand on the first two
    grounds = [look.colour(name, theme) for name in ("paper", "raised", "jade-soft")]
    pairs = {
        (word, ground): contrast(look.colour(word, theme), ground)
        for word in words
        for ground in grounds[: words[word]]
    }

    assert {pair: round(ratio, 2) for pair, ratio in pairs.items() if ratio < 4.5} == {}
    assert contrast(look.colour("paper", theme), look.colour("jade", theme)) >= 4.5  # words on a button


def test_templates_hold_no_script_and_no_style_of_their_own() -> None:
    wrong = re.compile(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
    held = {path.name: wrong.findall(path.read_text("utf-8")) for path in (WEB / "templates").rglob("*.j2")}

    assert {name: found for name, found in held.items() if found} == {}
