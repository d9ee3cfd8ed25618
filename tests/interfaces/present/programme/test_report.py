"""A module's report as content, page, paper, workbook and terminal."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO, StringIO

import openpyxl
import polars as pl
import pytest
from rich.console import Console

from tests.interfaces.present.programme.reports import FIGURES, GAP, NET, report
from wattstone.interfaces.present.content import Report, linked
from wattstone.interfaces.present.html import render_page
from wattstone.interfaces.present.languages import translator
from wattstone.interfaces.present.pdf import print_report
from wattstone.interfaces.present.programme import MODULE_WORDS, About, build_module_report, said
from wattstone.interfaces.present.programme.tables import cell_text, grid
from wattstone.interfaces.present.programme.terminal import module_text
from wattstone.interfaces.present.programme.words import ABOUT
from wattstone.interfaces.present.programme.workbook import module_book
from wattstone.interfaces.present.stored import figures_of, freeze, thaw
from wattstone.programme.kinds import MODULES
from wattstone.programme.report import Column, Said, Table

ABOUT_IT = About(organisation="Acme", made=datetime(2024, 5, 1, tzinfo=UTC), figures=FIGURES, run=3)


@pytest.fixture(scope="module")
def built() -> Report:
    return build_module_report(report(), ABOUT_IT, "en")


def test_every_module_has_its_words() -> None:
    t = translator("zh")

    assert MODULE_WORDS.keys() == MODULES.keys() == ABOUT.keys()
    assert [one for one in (*MODULE_WORDS.values(), *ABOUT.values()) if t(one) == one] == []


def test_the_first_screen_answers_and_leads_to_the_evidence(built: Report) -> None:
    assert built.title == "Targets and measures, 2023"
    assert built.sentence == ("Emissions were 100 t above the pathway.",)
    assert [(one.label, one.value.figure, one.interval, one.note) for one in built.headlines] == [
        ("Emissions", "f1", "90 %: 7\u202f000 to 8\u202f800", "estimated"),
        ("Distance from the pathway", "f2", "interval not known", "computed"),
    ]
    assert built.lead is not None
    assert built.lead.key == "path"
    assert [one.action for one in built.steps] == ["Take the inventory of 2015"]


def test_parts_come_in_their_order_and_the_evidence_last(built: Report) -> None:
    assert [one.key for one in built.sections] == [
        "figures", "not-computed", "charts", "remarks", "findings", "limits", "evidence",
    ]  # fmt: skip
    rows = built.sections[-1].tables[0].rows
    assert [row[-1].text for row in rows] == ["f1", "f2", "f3"]
    assert rows[0][6].text == "entries: 1; figures: 1"


def test_every_number_that_a_line_says_links_to_its_figure(built: Report) -> None:
    assert set(figures_of(built)) == {"f1", "f2", "f3"}
    figures = next(one for one in built.sections if one.key == "figures").tables[0]
    assert [list(linked(row)) for row in figures.rows] == [["f1"], ["f2"]]
    absent = next(one for one in built.sections if one.key == "not-computed").tables[0]
    assert [cell.text for cell in absent.rows[0]][3] == "No contract is entered for 2023"


def test_a_number_of_a_table_links_where_its_line_is_named_or_it_is_the_only_one_and_no_round_one() -> None:
    """1e5 is the value of a line too, but a round number may be anything else's."""
    net = 7_912_345.678
    frame = pl.DataFrame({"a": [net, 5.0, 1e5], "b": [1, 2, 3], "b@line": ["target.gap", None, "target.gap|x"]})
    table = Table("t", "T", (Column("a", "A", "kg CO2e"), Column("b", "B")), frame)
    rows = grid(table, (replace(NET, value=net), GAP), FIGURES, "en").rows

    assert [row[0].figure for row in rows] == ["f1", None, None]
    assert [row[1].figure for row in rows] == ["f2", None, None]
    twice = grid(table, (replace(NET, value=net), replace(GAP, value=net)), FIGURES, "en").rows
    assert twice[0][0].figure is None  # of two figures it could be either


def test_rows_beyond_what_a_page_shows_are_told() -> None:
    table = Table("t", "T", (Column("a", "A"),), pl.DataFrame({"a": range(12)}))

    assert grid(table, (), {}, "en", most=10).note == "and 2 more rows: the workbook has them"


def test_shapes_stand_on_no_table(built: Report) -> None:
    charts = next(one for one in built.sections if one.key == "charts").drawings
    areas = next(one for one in charts if one.key == "map").table

    assert [head.text for head in areas.heads] == ["Area", "Area [ha]", "Status"]
    assert areas.rows[1][2].text == "Under agreement"


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "not known"), (float("nan"), "not known"), (True, "yes"), (2024, "2024"), (12345, "12\u202f345"),
     (0.5, "0.5"), (["a", "b"], "a, b"), (datetime(2024, 5, 1).date(), "2024-05-01")],
)  # fmt: skip
def test_values_as_a_table_shows_them(value: object, text: str) -> None:
    assert cell_text(value, {}, "en") == text


def test_sentences_carry_values_in_the_language() -> None:
    one = Said(
        "{amount} of {count} in {year}: {what}", {"amount": 1234.56, "count": 25000, "year": 2024, "what": "none"}
    )

    assert said(one, "en") == "1\u202f230 of 25\u202f000 in 2024: none"
    assert said(one, "zh").endswith("：无") or said(one, "zh").endswith(": 无")
    assert said(Said("{share:.0%}", {"share": 0.256}), "en") == "26 %"
    assert said(None, "en") == ""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_is_kept_and_printed(lang: str) -> None:
    some = tuple(chart for chart in report().charts if chart.id in ("cost", "map"))
    one = build_module_report(replace(report(), charts=some), ABOUT_IT, lang)  # type: ignore[arg-type]
    kept = thaw(freeze(one))

    page = render_page(one)
    assert 'href="#f-f1"' in page
    assert 'id="f-f1"' in page
    assert "<script" not in page
    assert print_report(kept, made=ABOUT_IT.made)[:5] == b"%PDF-"


def test_the_workbook_has_numbers_as_numbers_and_no_formula() -> None:
    held = report()
    areas = held.tables[4]
    bad = replace(areas, rows=areas.rows.with_columns(name=pl.lit("=1+1")))
    book = openpyxl.load_workbook(BytesIO(module_book(replace(held, tables=(bad,)), ABOUT_IT, "en")))

    assert book.sheetnames == ["Summary", "Figures", "Areas", "Findings"]
    figures = list(book["Figures"].iter_rows(values_only=True))
    assert figures[1][3:7] == (7.9e6, "kg CO2e", 7.0e6, 8.8e6)
    assert figures[1][-3:] == ("entry:aa; figure:bb", "target.emissions", "f1")
    assert figures[3][8] == "no contract is entered for 2023"
    rows = list(book["Areas"].iter_rows(min_row=2, values_only=True))
    assert rows[0] == ("'=1+1", 5120.5, "In action")


def test_a_terminal_shows_the_same() -> None:
    console = Console(width=140, record=True, file=StringIO())
    console.print(module_text(report(), "en", figures=FIGURES))
    text = console.export_text()

    assert "Emissions were 100 t above the pathway." in text
    assert "Renewable share: no contract is entered for 2023" in text
    assert "f1" in text
    assert "A pathway says nothing of other years." in text
    assert "take the inventory of 2015" in text


def test_lines_of_one_label_are_told_apart_on_a_terminal() -> None:
    made = report()
    names = (
        "disclose.exposure.share",
        "disclose.exposure.part.Boiler%20house.share",
        "disclose.exposure.part.mill.share",
    )
    lines = tuple(replace(made.lines[0], name=name, label="Share exposed") for name in names)
    console = Console(width=140, record=True, file=StringIO())
    console.print(module_text(replace(made, lines=lines), "en"))
    text = console.export_text()

    assert all(one in text for one in ("Share exposed  ", "Share exposed (Boiler house)", "Share exposed (mill)"))


def test_a_report_without_anything_says_so() -> None:
    bare = replace(report(), says=(), lines=(), tables=(), charts=(), findings=(), limits=())
    one = build_module_report(bare, About(organisation="Acme", made=ABOUT_IT.made), "en")

    assert one.sentence == ("There is nothing to say of 2023 yet.",)
    assert [section.key for section in one.sections] == ["evidence"]
