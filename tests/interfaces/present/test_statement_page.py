"""The statement's layouts: what each standard asks for stands there, every figure links to its evidence."""

import re
from collections import Counter
from typing import Any

import polars as pl
import pytest
from markupsafe import Markup

from tests.interfaces.present import statement_data as given
from tests.interfaces.present.test_html import Page
from wattstone.interfaces.present import html
from wattstone.interfaces.present.content import Report
from wattstone.interfaces.present.numbers import every
from wattstone.interfaces.present.statement_page import LAYOUTS, build_statement, statement_page
from wattstone.interfaces.present.stored import freeze, thaw

BOTH = [(layout, lang) for layout in LAYOUTS for lang in ("en", "zh")]


@pytest.fixture(scope="module")
def reports() -> dict[tuple[str, str], Report]:
    return {(layout, lang): build_statement(given.statement(), lang, layout) for layout, lang in BOTH}


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what has nothing to do with the drawings, which take most of the time."""
    monkeypatch.setattr(html, "_drawn", lambda _: html._Drawn(Markup("<svg/>"), Markup("<svg/>"), ()))


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
