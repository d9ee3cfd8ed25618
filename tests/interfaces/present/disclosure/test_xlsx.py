"""The datapack: every figure in it, in its own unit and unrounded; nothing in it is run."""

import io
from dataclasses import replace

import openpyxl
import polars as pl
import pytest

from tests.disclosure.made import FIGURES, made_edition, made_statement
from wattstone.disclosure.standards import standard
from wattstone.interfaces.present.disclosure.xlsx import to_xlsx


def sheets(statement, lang="en"):
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(statement, lang)))
    return {one.title: [tuple(cell.value for cell in row) for row in one.iter_rows()] for one in book}


@pytest.fixture(scope="module")
def made():
    return {lang: sheets(made_statement(), lang) for lang in ("en", "zh")}


def test_every_figure_is_there_as_it_is(made):
    rows = made["en"]["Figures"][2:]  # below the banner and the heads

    found = {(row[11], row[2], row[1]): (row[3], row[4], row[5], row[6], row[12]) for row in rows}

    assert len(rows) == len(FIGURES)
    for one in FIGURES.values():
        subject = "Organisation" if one.subject == "organisation" else one.subject
        value, _, low, high, ident = found[one.name, one.period, subject]
        assert value == one.value
        assert (low, high) == (one.interval or (None, None))
        assert (ident or "") == one.id


def test_what_is_stale_or_missing_says_so(made):
    states = {row[11]: row[7] for row in made["en"]["Figures"][2:]}

    assert states["intensity.revenue"] == "out of date"
    assert states["loss.flood"] == "not recorded"
    assert states["scope1"] == "current"


def test_tables_stand_once_with_the_ids_of_their_figures(made):
    rows = made["en"]["Emissions"]

    assert (rows[1][0], rows[1][2], rows[1][4]) == ("Scope", "Id", "Id")
    assert "kg CO2e" in rows[1][1]
    assert rows[2][:3] == ("Scope 1", 1_840_000, FIGURES["scope1@2025"].id)
    assert "Cost of carbon by scenario 2" not in made["en"]  # two topics show it


def test_requirements_and_omissions_are_listed(made):
    held = made["en"]["Index of requirements"][2:]
    left_out = made["zh"]["未披露"][2:]

    assert [row[0] for row in held] == [one.id for one in standard("tcfd").requirements]
    assert len(left_out) == sum(one.omission is not None for one in made_statement().answers)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in left_out[0][2])


def test_both_languages_hold_the_same_numbers(made):
    def numbers(lang):
        return [value for rows in made[lang].values() for row in rows for value in row
                if isinstance(value, int | float)]  # fmt: skip

    assert numbers("en") == numbers("zh")
    assert len(made["en"]) == len(made["zh"])


def test_what_persons_wrote_is_never_run():
    statement = made_statement()
    first, *others = statement.answers
    text = replace(first.written["en"], markdown='=HYPERLINK("http://x.example")', by="@SUM(1)")
    answer = replace(first, written={"en": text}, owner="+1")
    risks = next(one for one in others if one.tables)
    table = replace(risks.tables[0], title="=T", rows=pl.DataFrame({risks.tables[0].columns[0].name: ["-2+3"]}))
    others[others.index(risks)] = replace(risks, tables=(table,))

    found = sheets(replace(statement, organisation="=1+1", answers=(answer, *others)))

    texts = [value for rows in found.values() for row in rows for value in row if isinstance(value, str)]
    assert not [one for one in texts if one[:1] in "=+-@"]
    assert '\'=HYPERLINK("http://x.example")' in texts
    assert "'-2+3" in texts


def test_a_draft_says_that_it_is_one_and_an_edition_names_no_owner():
    draft = sheets(made_statement())
    edition = sheets(made_statement(edition=made_edition(), simulated=False))

    assert "Draft" in draft["Figures"][0][0]
    assert "Simulated" in draft["Figures"][0][0]
    assert edition["Figures"][0][0] == "Figure"
    assert {row[4] for row in edition["Topics"][1:]} <= {None, ""}
    assert made_edition().sha256 in {row[1] for row in edition["About this report"]}
