"""Names that mean something to a database, a browser, a spreadsheet or a typesetter are names and nothing else."""

import csv
import io
from html.parser import HTMLParser

import pytest

from tests.interfaces.http.conftest import app, ask, keys, made, reading, root, service  # noqa: F401  # fixtures
from wattstone.interfaces.present.content import Cell, Head, Report, Section, Step, Table
from wattstone.interfaces.present.html import render_page
from wattstone.interfaces.present.languages import translator
from wattstone.interfaces.present.report import frame_words

SQL = ("'; DROP TABLE sites; --", "A' OR '1'='1", 'x") UNION SELECT * FROM people --', "\\'; --", "%", "_", "a\u0000b")
MARKUP = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "{% include 'x' %}", "${7*7}")
TYPST = ('#read("/etc/passwd")', "#sys.version", "$x^2$", "*bold*", "= Heading", "\\#", "@ref", "//comment", "`raw`")
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\uff1d1+1")


def test_what_is_looked_for_is_a_value_and_no_statement(reading):  # noqa: F811
    sites = [one["id"] for one in reading("GET", "/sites").json()["sites"]]
    for text in SQL:
        for path, query in (("sites", "type"), ("sites", "grid_region"), ("jobs", "kind"), ("alerts", "kind")):
            answer = reading("GET", f"/{path}", params={query: text})
            assert (answer.status_code, answer.json()["total"]) == (200, 0), text
        assert reading("GET", "/figures", params={"year": 2019, "subject": text}).json()["total"] == 0
        found = reading("GET", "/sites", params={"q": text}).json()["sites"]
        assert all(text in one["name"] for one in found), text
    assert [one["id"] for one in reading("GET", "/sites").json()["sites"]] == sites


def test_a_hostile_name_is_kept_and_given_back_as_it_is(ask):  # noqa: F811
    ask("POST", "/sites", json={"id": "D"})
    for text in (one for one in (*SQL, *MARKUP, *TYPST, *FORMULAS) if one.isprintable()):
        said = ask("PATCH", "/sites/D", json={"name": text, "type": text}, headers={"If-Match": "*"})
        assert said.status_code == 200, said.text
        assert ask("GET", "/sites/D").json()["name"] == text
        assert "D" in [one["id"] for one in ask("GET", "/sites", params={"q": text}).json()["sites"]]


def test_an_id_has_nothing_in_it_that_a_path_would_take_apart(reading):  # noqa: F811
    for name in ("a/b", "../x", "a:b", " a", "a\nb", "a\u0000b", ""):
        assert reading("POST", "/sites", json={"id": name}).status_code == 422, name


@pytest.mark.parametrize("text", [*MARKUP, *SQL[:3]])
def test_a_page_shows_markup_as_text(text):
    parsed = Elements()
    parsed.feed(render_page(report(text)))

    assert parsed.strange == []
    assert text in parsed.text


@pytest.mark.parametrize("text", FORMULAS)
def test_a_table_on_a_page_is_downloaded_without_formulas(text):
    from wattstone.interfaces.present.csvs import csv_text

    (cells,) = list(csv.reader(io.StringIO(csv_text(["name"], [[text]]))))[1:]

    assert cells[0].startswith("'")


def test_findings_and_scores_as_tables_are_without_formulas():
    import polars as pl

    from wattstone.interfaces.present.csvs import harmless_frame

    table = harmless_frame(pl.DataFrame({"meter_id": [*FORMULAS, "Hall 3"], "score": [0.5] * (len(FORMULAS) + 1)}))

    assert all(one.startswith("'") for one in table["meter_id"][:-1])
    assert (table["meter_id"][-1], table["score"].dtype) == ("Hall 3", pl.Float64)


def test_a_paper_shows_markup_as_text():
    """Nothing is read from the disk, nothing is set in bold: the words come back out of the PDF as they went in."""
    from datetime import UTC, datetime

    from pypdf import PdfReader

    from wattstone.interfaces.present.pdf import print_report

    paper = print_report(report(" ".join((*TYPST, *MARKUP))), made=datetime(2024, 1, 1, tzinfo=UTC))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    bare = "".join(text.split())

    for one in ('#read("/etc/passwd")', "#sys.version", "*bold*", "`raw`", "<script>alert(1)</script>"):
        assert "".join(one.split()) in bare, one
    assert "root:" not in text


class Elements(HTMLParser):
    """What a browser would make of a page: its text, and elements and attributes that run something."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.strange = "", list[str]()

    def handle_starttag(self, tag, attrs):
        runs = [name for name, _ in attrs if name.startswith("on")]
        if tag == "script" or runs or ("src", "x") in attrs:
            self.strange.append(tag)

    def handle_data(self, data):
        self.text += data


def report(text: str) -> Report:
    """A report in which a hostile name stands wherever names stand."""
    table = Table(heads=(Head(text),), rows=((Cell(text),), (Cell(text, code=True),)), title=text, note=text)
    return Report(
        lang="en", title=text, organisation=text, banner=text, sentence=(text, Cell(text)), headlines=(), lead=None,
        steps=(Step(text, text),), sections=(Section("s", text, ((text,),), tables=(table,), notice=text),),
        facts=((text, text),), words=frame_words(translator("en")),
    )  # fmt: skip
