"""Texts that were entered once: in which languages they can be read, what they are called, where they stand."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.disclosure.made import made_statement
from wattstone.disclosure.bilingual import in_both, language_of, names_of, shown_names
from wattstone.disclosure.checking import checked
from wattstone.disclosure.checks import OF_EACH
from wattstone.disclosure.statement import Answer, Statement
from wattstone.interfaces.present.disclosure.book import book
from wattstone.interfaces.present.disclosure.tables import ALONE, figure_grid
from wattstone.programme.report import Column, Said, Table

TERMS = {"text": pl.String, "en": pl.String, "zh": pl.String}
NONE = pl.DataFrame(schema=TERMS)


def terms(*rows: tuple[str, str | None, str | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=TERMS, orient="row")


def table(**columns: list[str]) -> Table:
    return Table("t", "Title", tuple(Column(one, one.capitalize()) for one in columns), pl.DataFrame(columns))


def answer(*tables: Table, says: tuple[Said, ...] = ()) -> Answer:
    held = made_statement().answer("strategy.risks")
    return replace(held, tables=tables, charts=(), says=says)


@pytest.mark.parametrize(
    ("text", "langs"),
    [
        ("Facilities", ("en",)), ("made up", ("en",)), ("设施管理部", ("zh",)), ("LED 灯具", ("zh",)),
        ("sim-0016", ("en", "zh")), ("NGFS", ("en", "zh")), ("t CO2e", ("en", "zh")), ("ada.stone", ("en", "zh")),
        ("Price|Carbon", ("en", "zh")), ("Scopes 1 and 2 less 42 % by 2031", ("en",)), ("2022", ("en", "zh")),
    ],
)  # fmt: skip
def test_a_text_is_of_the_language_whose_words_it_has(text: str, langs: tuple[str, ...]) -> None:
    assert language_of(text) == langs


def test_what_a_term_says_goes_before_what_stands_beside_a_field() -> None:
    names = names_of(terms(("Legal", None, "法务部")), [("Legal", "法律部"), ("Flood", "洪水")], ["Strategy"])

    assert names == {
        "Legal": {"en": "Legal", "zh": "法务部"},
        "Flood": {"en": "Flood", "zh": "洪水"},
        "Strategy": {"en": "Strategy"},
    }


def test_a_chinese_text_is_named_in_english() -> None:
    assert names_of(terms(("法务部", "Legal", None)), [], [])["法务部"] == {"zh": "法务部", "en": "Legal"}


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1)))
def test_who_says_nothing_changes_no_text(others: dict[str, str]) -> None:
    """What nobody entered in another language stands as it was, whatever else has a name."""
    held = answer(table(owner=["§ nobody names this §"]))
    names = names_of(NONE, others.items(), [])

    assert in_both(held, names).tables[0].rows.equals(held.tables[0].rows)


def test_names_stand_beside_what_a_table_says_and_lists_are_said_one_by_one() -> None:
    names = names_of(NONE, [("heat", "高温"), ("flood", "洪涝"), ("Legal", "法务部")], [])
    rows = in_both(answer(table(owner=["Legal", "Ada"], names=["flood, heat", "heat, other"])), names).tables[0].rows

    assert rows["owner@zh"].to_list() == ["法务部", None]
    assert rows["names@zh"].to_list() == ["洪涝、高温", "高温、other"]
    assert rows["owner"].to_list() == ["Legal", "Ada"]


def test_a_word_of_the_program_is_not_a_name_though_somebody_called_something_so() -> None:
    """A risk that is called heat is no hazard of heat, and no carrier of energy."""
    hazard = Column("hazard", "Hazard", labels={"heat": "Extreme heat"})
    rows = pl.DataFrame({"hazard": ["heat"], "carrier": ["heat"], "id": ["heat"]})
    made = Table("t", "T", (hazard, Column("carrier", "Carrier"), Column("id", "Short name")), rows)
    held = in_both(answer(made), names_of(NONE, [("heat", "高温天")], [])).tables[0]

    assert set(held.rows.columns) == {"hazard", "carrier", "id", "id@zh"}
    assert [cell.text for cell in figure_grid(held, {}, "zh").rows[0]] == ["极端高温", "外购热力", "高温天"]


def test_a_table_that_says_it_itself_keeps_what_it_says() -> None:
    rows = pl.DataFrame({"title": ["Flood", "Heat"], "title@zh": ["河流洪水", None]})
    made = Table("t", "T", (Column("title", "Title"),), rows)

    told = in_both(answer(made), names_of(NONE, [("Flood", "洪水"), ("Heat", "高温")], [])).tables[0].rows

    assert told["title@zh"].to_list() == ["河流洪水", "高温"]


def test_a_sentence_holds_the_name_in_each_language() -> None:
    held = answer(says=(Said("{who} is released", {"who": "Legal"}),))

    assert in_both(held, names_of(NONE, [("Legal", "法务部")], [])).says[0].params == {
        "who": "Legal",
        "who@zh": "法务部",
    }


def alone() -> Statement:
    """A statement of which one owner of a risk is not translated, and the other is."""
    held = made_statement()
    names = names_of(terms(("Legal", None, "法务部")), [], ["Legal", "Strategy", held.organisation, "Energy team"])
    shown = replace(answer(table(owner=["Legal", "Strategy"])), topic=held.answer("strategy.risks").topic)
    answers = tuple(shown if one.topic.id == "strategy.risks" else one for one in held.answers)
    return replace(held, answers=tuple(in_both(one, names) for one in answers), names=names)


def test_what_is_not_translated_has_a_sign_that_the_note_explains() -> None:
    held = alone()
    grid = figure_grid(held.answer("strategy.risks").tables[0], {}, "zh", held.names)

    assert [row[0].text for row in grid.rows] == ["法务部", "Strategy" + ALONE]
    assert grid.note == f"{ALONE} 未翻译"
    english = figure_grid(held.answer("strategy.risks").tables[0], {}, "en", held.names)
    assert ([row[0].text for row in english.rows], english.note) == (["Legal", "Strategy"], "")


def test_a_check_asks_to_translate_each_text_once_and_stops_no_lock() -> None:
    held = alone()
    found = [one for one in checked(held) if one.code == "statement.untranslated"]

    assert [(one.params["topic"], one.params["shown"], one.severity) for one in found] == [
        ("strategy.risks", "Strategy", "warning"),
        ("", "Energy team", "warning"),
    ]
    assert list(shown_names(held.answer("strategy.risks"), held.names)) == ["Legal", "Strategy"]


def test_owners_of_a_draft_are_called_in_the_language_of_the_report() -> None:
    held = replace(
        made_statement(), names={"Lin Wei": {"en": "Lin Wei", "zh": "林薇"}, "Energy team": {"en": "Energy team"}}
    )
    owners = {one.owner for chapter in book(held, "zh").chapters for one in chapter.sections}

    assert {"林薇", "Energy team（未翻译）"} <= owners


def test_a_term_says_something_and_the_same_numbers() -> None:
    said = pl.DataFrame(
        {
            "entry": ["a", "b", "c"],
            "text": ["Less 42 % by 2031", "Legal", "Less 90 % by 2050"],
            "en": [None, None, None],
            "zh": ["到 2031 年减少 24 %", None, "到 2050 年减少 90 %"],
        },
        schema_overrides={"en": pl.String},
    )
    found = {one.place: (one.code, one.severity) for one in OF_EACH["term"]({"term": said})}

    assert found == {
        "term 'a'": ("disclosure.pair_numbers", "warning"),
        "term 'b'": ("disclosure.term_empty", "error"),
    }
