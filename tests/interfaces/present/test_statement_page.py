"""The statement's layouts: what each standard asks for stands there, every figure links to its evidence."""

import io
import re
from collections import Counter
from typing import Any

import polars as pl
import pypdf
import pytest
from markupsafe import Markup

from tests.interfaces.present import statement_data as given
from tests.interfaces.present.test_html import Page
from tests.interfaces.present.test_pdf import needs_chinese, squeezed
from wattstone.interfaces.present import html
from wattstone.interfaces.present.content import Report
from wattstone.interfaces.present.numbers import every
from wattstone.interfaces.present.statement_book import StatementBook
from wattstone.interfaces.present.statement_iso import iso_sums, placed
from wattstone.interfaces.present.statement_page import LAYOUTS, build_statement, statement_page, statement_pdf
from wattstone.interfaces.present.stored import freeze, thaw

BOTH = [(layout, lang) for layout in LAYOUTS for lang in ("en", "zh")]


@pytest.fixture(scope="module")
def reports() -> dict[tuple[str, str], Report]:
    return {(layout, lang): build_statement(given.statement(), lang, layout) for layout, lang in BOTH}


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what has nothing to do with the drawings, which take most of the time."""
    monkeypatch.setattr(html, "drawn", lambda _: html.Drawn(Markup("<svg/>"), Markup("<svg/>"), ()))


def texts(report: Report) -> str:
    tables = [table for part in report.sections for table in part.tables]
    cells = [cell.text for table in tables for row in table.rows for cell in row]
    return "\n".join(cells)


@pytest.mark.parametrize(("layout", "lang"), BOTH)
def test_every_total_stands_in_every_layout(layout: Any, lang: Any, reports: dict[Any, Report]) -> None:
    """By the sums of the lines, which a loop adds up, in tonnes."""
    said = texts(reports[layout, lang])
    rows = given.totals().filter((pl.col("subject") == "organisation") & pl.col("value").is_not_null())

    assert rows.height > 15
    for value in rows["value"]:
        assert every(value / 1000) in said
    one = given.plain_sum(scope=1) + given.plain_sum(scope=2, basis="location") + given.plain_sum(scope=3)
    assert every(one / 1000) in said


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(("layout", "lang"), BOTH)
def test_every_link_inside_the_page_arrives(layout: Any, lang: Any) -> None:
    page = Page(statement_page(given.statement(), lang, layout))
    ids = page.all("id")
    links = {address[1:] for address in page.all("href") if address.startswith("#")}

    assert [name for name, often in Counter(ids).items() if often > 1] == []
    assert links <= set(ids)
    figures = given.totals().filter(subject="organisation").drop_nulls("value")["id"]
    assert {f"f-{ident}" for ident in figures} <= set(ids)
    assert len([name for name in links if name.startswith("f-")]) > 50
    assert re.search("[a-z]+://(?!www)", "".join(page.all("href"))) is None


@pytest.mark.parametrize(("layout", "lang"), BOTH)
def test_a_statement_can_be_kept(layout: Any, lang: Any, reports: dict[Any, Report]) -> None:
    report = reports[layout, lang]

    assert thaw(freeze(report)).sections[0].title == report.sections[0].title


def test_the_first_screen_answers_in_order(reports: dict[Any, Report]) -> None:
    report = reports["ghgp", "en"]

    assert len(report.headlines) == 4
    assert [line.label for line in report.headlines[:2]] == ["Total, location-based", "Total, market-based"]
    assert report.lead is not None
    assert [step.action for step in report.steps[:2]] == [
        "Look for a line that was entered twice", "Ask the supplier for the missing readings and ingest them",
    ]  # fmt: skip
    linked = [part.figure for part in report.sentence if not isinstance(part, str) and part.figure]
    assert len(linked) == 6


def test_totals_of_both_bases_stand_side_by_side(reports: dict[Any, Report]) -> None:
    """The market-based total by hand: 445.765 + 9 258.183 + 12 416.886 t."""
    for layout in LAYOUTS:
        (part,) = [part for part in reports[layout, "en"].sections if part.key == "totals"]
        last = [cell.text for cell in part.tables[0].rows[-1]]
        assert last[:3] == ["Total", "21\u202f917.9", "22\u202f120.8"]


def test_what_was_let_pass_says_by_whom_and_why_and_asks_for_nothing(reports: dict[Any, Report]) -> None:
    report = reports["ghgp", "en"]
    (part,) = [part for part in report.sections if part.key == "checks"]
    told = {row[1].text: (row[0].text, row[4].text) for row in part.tables[0].rows}

    passed = [row for row in part.tables[0].rows if row[0].text == "Let pass"]
    assert [row[4].text for row in passed] == ["Let pass by Grace: the east wing opened in May"]
    assert told["site 'tower'"] == ("Asks", "Look for a line that was entered twice")
    assert "45 %" not in str(report.steps)


def test_what_stands_apart_is_in_no_total(reports: dict[Any, Report]) -> None:
    report = reports["ghgp", "en"]
    (part,) = [part for part in report.sections if part.key == "apart"]

    assert [row[0].text for row in part.tables[0].rows] == [
        "Biogenic CO2", "Avoided emissions", "Scope 2 of unknown method",
    ]  # fmt: skip
    assert given.of("total.location") == pytest.approx(
        given.plain_sum(scope=1) + given.plain_sum(scope=2, basis="location") + given.plain_sum(scope=3)
    )


def test_every_category_is_decided_with_its_reason(reports: dict[Any, Report]) -> None:
    (part,) = [part for part in reports["ghgp", "en"].sections if part.key == "scope3"]
    rows = part.tables[0].rows

    assert [row[0].text for row in rows] == [str(number) for number in range(1, 16)]
    for number, reason in given.REASONS.items():
        assert reason[1:] in rows[number - 1][4].text
        assert rows[number - 1][3].text.startswith("– (")


def test_the_base_year_has_its_series_and_its_restatement(reports: dict[Any, Report]) -> None:
    (part,) = [part for part in reports["ghgp", "en"].sections if part.key == "base-year"]
    series, restated = part.tables

    assert [row[0].text for row in series.rows][:2] == ["2021 (base year)", "2022"]
    assert series.rows[0][4].text == "+402"
    assert restated.rows[0][2].text == "Structural change"
    assert restated.rows[0][-1].text == "c4" * 6


def test_the_six_categories_are_the_scopes_in_another_order(reports: dict[Any, Report]) -> None:
    """By hand: category 3 is 110.74 + 565.148 + 1 390.36 t (freight, travel, commuting)."""
    book = StatementBook(given.statement())
    sums = iso_sums(book)

    assert sums[3] == pytest.approx(sum(given.plain_sum(scope=3, category=number) for number in (4, 6, 7, 9)))
    assert sums[6] is None
    assert sum(value or 0.0 for value in sums.values()) == pytest.approx(given.of("total.location"))
    assert len({one.figure for one in placed()}) == 17
    assert {one.figure for one in placed() if not one.certain} == {"scope3.3", "scope3.10", "scope3.14"}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_required_information_says_where_it_stands(layout: Any, reports: dict[Any, Report]) -> None:
    report = reports[layout, "en"]
    (part,) = [part for part in report.sections if part.key == "required"]
    keys = {one.key for one in report.sections} | {"how"}

    assert len(part.tables[0].rows) == 20
    placed = [row[2].href for row in part.tables[0].rows if row[2].href]
    assert {str(href)[1:] for href in placed} <= keys
    assert len(placed) >= 16
    missing = [row[1].text for row in part.tables[0].rows if row[2].text.startswith("not in this file")]
    assert any("verified" in text or "Assurance" in text for text in missing)


@pytest.mark.usefixtures("undrawn")
def test_simulated_data_say_so_and_others_do_not() -> None:
    real = statement_page(given.statement(simulated=False), "en")

    assert "Simulated data" in statement_page(given.statement(), "en")
    assert "Simulated data" not in real


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_empty_statement_is_still_a_page(layout: Any) -> None:
    page = Page(statement_page(given.empty(), "en", layout))

    assert "are not complete" in page.text
    assert "15 categories are not decided yet." in page.text
    assert "The checks found nothing." in page.text
    assert "No base year is set." in page.text


@pytest.mark.usefixtures("undrawn")
def test_names_are_text() -> None:
    evil = given.statement(
        organisation="<script>alert(1)</script>",
        sites=given.statement().sites.with_columns(name=pl.lit('"><img src=x>')),
    )
    page = Page(statement_page(evil, "en"))

    assert not {"script", "img"} & {tag for tag, _ in page.tags}
    assert "<script>alert(1)</script>" in page.text


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_page_can_be_read_without_seeing_it(layout: Any) -> None:
    """Heads of tables have a scope, tables a name, and the page one title; no English is left in Chinese."""
    page = Page(statement_page(given.statement(), "zh", layout))

    assert ("html", {"lang": "zh-Hans"}) in page.tags
    assert all(attrs.get("scope") == "col" for tag, attrs in page.tags if tag == "th")
    regions = [attrs for _, attrs in page.tags if attrs.get("role") == "region"]
    assert regions
    assert all(attrs.get("aria-label") for attrs in regions)
    assert [tag for tag, _ in page.tags].count("h1") == 1
    for english in ("Required information", "What to do next", "Evidence", "not applicable", "Emissions by"):
        assert english not in page.text, english


@pytest.mark.usefixtures("undrawn")
def test_an_estate_of_many_sites_stays_a_page() -> None:
    """What grows with the estate is the workbook, not the page."""
    full = given.statement()
    many = [f"x{number:03}" for number in range(400)]
    names = ("scope1", "total.location")
    rows = [given.total_row(name, f"site:{site}", 1.0) for site in many for name in names]
    totals = pl.concat([full.totals, pl.DataFrame([{key: row[key] for key in full.totals.columns} for row in rows],
                                                  schema=full.totals.schema)])  # fmt: skip
    large = statement_page(given.statement(totals=totals), "en")

    assert len(large) < 1.6 * len(statement_page(full, "en"))
    assert "364 more sites are in the workbook." in large


@needs_chinese
@pytest.mark.parametrize(("layout", "lang"), [("ghgp", "en"), ("iso14064", "zh")])
def test_paper_holds_the_totals_and_says_simulated_on_every_page(layout: Any, lang: Any) -> None:
    pages = [squeezed(page.extract_text()) for page in pypdf.PdfReader(
        io.BytesIO(statement_pdf(given.statement(), lang, layout))).pages]  # fmt: skip
    text = "".join(pages)

    for name in ("scope1", "scope2.location", "scope2.market", "scope3", "total.location", "total.market"):
        assert squeezed(every(given.of(name) / 1000)) in text
    assert all(("Simulateddata" if lang == "en" else "模拟数据") in page for page in pages)
    assert "c4" * 6 in text
    assert ("14064-1" in text) == (layout == "iso14064")
