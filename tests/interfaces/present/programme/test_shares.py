"""Shares in one form wherever they stand: on cards, in tables, in sentences, for machines."""

from dataclasses import replace
from datetime import UTC, datetime

import polars as pl

from wattstone.interfaces.present.programme.as_json import module_json
from wattstone.interfaces.present.programme.report import About, band_words, build_module_report, line_words
from wattstone.interfaces.present.programme.tables import grid
from wattstone.interfaces.present.programme.words import said
from wattstone.programme.report import Column, Line, ModuleReport, Said, Table

WOMEN = Line(
    name="indicator.people.women_share", label="Share of women", value=0.08, unit="1", period="2024", method="m/1",
    interval=(0.05, 0.125),
)  # fmt: skip


def test_a_share_of_one_is_a_percentage_with_its_interval() -> None:
    index = Line(
        name="waste.mci", label="Material circularity indicator", value=0.6, unit="1", period="2024", method="m/1"
    )

    assert line_words(WOMEN, "en") == "8.00 %"
    assert band_words(WOMEN, "en") == "90 %: 5.00 % to 12.5 %"
    assert line_words(WOMEN, "zh") == "8.00%"
    assert line_words(index, "en") == "0.600", "an index is no part of a whole"


def test_a_table_shows_shares_as_its_sentences_do() -> None:
    frame = pl.DataFrame({"share": [0.08, None, 1.25], "index": [0.4734, 0.5, 0.6]})
    table = Table("t", "T", (Column("share", "Eligible share", "1"), Column("index", "Linear flow index", "1")), frame)
    rows = grid(table, (), {}, "en").rows

    assert [row[0].text for row in rows] == ["8 %", "not known", "125 %"]
    assert rows[0][1].text == "0.4734"
    assert said(Said("{part:.1%} of it", {"part": 0.08}), "en") == "8.0 % of it"


def test_sentences_for_machines_are_rounded_as_people_read_them() -> None:
    told = Said("{gone} t to be reached, {part:.0%} done", {"gone": 5800000.000000001 / 10, "part": 1 / 3})
    report = ModuleReport(module="target", title="T", period="2024", says=(told,), lines=(WOMEN,))
    content = module_json(report)

    assert content["says"] == ["580 000 t to be reached, 33 % done"]
    assert content["lines"][0]["value"] == 0.08, "numbers keep all of their digits"


def test_the_clock_of_a_report_is_said_without_doubt() -> None:
    from wattstone.interfaces.present.moments import local_time

    made = local_time(datetime(2026, 11, 23, 18, 53, tzinfo=UTC), "Asia/Shanghai")
    report = ModuleReport(module="target", title="T", period="2024", says=(), lines=())
    facts = dict(build_module_report(report, About(organisation="H", made=made), "en").facts)

    assert facts["Made on"] == "24 November 2026, 02:53 UTC+8"


def test_notes_on_a_terminal_name_the_figures_that_they_are_of() -> None:
    from io import StringIO

    from rich.console import Console

    from wattstone.interfaces.present.programme.terminal import module_text

    noted = replace(WOMEN, notes=(Said("source: {what}", {"what": "offer"}),))
    console = Console(file=StringIO(), width=200)
    console.print(module_text(ModuleReport(module="target", title="T", period="2024", says=(), lines=(noted,)), "en"))

    assert "- source: offer (Share of women)" in console.file.getvalue()  # type: ignore[attr-defined]
