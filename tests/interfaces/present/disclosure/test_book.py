"""The book of a statement: numbers by language and unit, states, omissions, indexes, evidence."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import polars as pl
import pytest

from tests.disclosure.made import FIGURES, figure_id, made_edition, made_statement, shown
from wattstone.disclosure.statement import Statement
from wattstone.interfaces.present.disclosure import Book, book
from wattstone.interfaces.present.disclosure.content import (
    Block,
    Box,
    Listing,
    Numbers,
    Paragraph,
    Piece,
    Quote,
    Section,
    Subheading,
    TableBlock,
)
from wattstone.interfaces.present.disclosure.figure_names import FigureNames
from wattstone.interfaces.present.disclosure.sentences import said_pieces
from wattstone.interfaces.present.numbers import THIN
from wattstone.programme.report import Column, Said, Table

LANGUAGES = ("en", "zh")


def section(of: Book, key: str) -> Section:
    return next(one for one in of.sections() if one.key == key)


def pieces(blocks: Iterable[Block]) -> Iterator[Piece]:
    for one in blocks:
        match one:
            case Paragraph(held) | Subheading(_, held):
                yield from held
            case Listing(_, items):
                for item in items:
                    yield from pieces(item)
            case Quote(held):
                yield from pieces(held)
            case Numbers(numbers):
                yield from (each.value for each in numbers)


def said(blocks: Iterable[Block]) -> str:
    return "".join(one.text + (f" [{one.mark}]" if one.mark else "") for one in pieces(blocks)).replace(THIN, " ")


def linked(of: Book) -> set[str]:
    """Ids of all figures that a book links to."""
    cells = {
        cell.figure
        for each in of.sections()
        for one in each.blocks if isinstance(one, TableBlock)
        for row in one.table.rows for cell in row if cell.figure
    }  # fmt: skip
    texts = {one.figure for each in of.sections() for one in pieces(each.blocks) if one.figure}
    return cells | texts | {one.value.figure for one in of.headlines if one.value.figure}


@pytest.fixture(scope="module")
def statement() -> Statement:
    return made_statement()


@pytest.fixture(scope="module")
def books(statement: Statement) -> dict[str, Book]:
    return {lang: book(statement, lang) for lang in LANGUAGES}


def test_figures_stand_in_texts_in_the_unit_of_their_size_and_of_the_placeholder(books: dict[str, Book]) -> None:
    board = said(section(books["en"], "t-governance-board").blocks)
    contracts = said(section(books["en"], "t-metrics-contracts").blocks)

    assert "scope 1 was 1 840 t CO2e (90 %: 1 750 to 1 930) in 2025" in board  # 1 840 000 kg
    assert "location 5 020 t CO2e (90 %: 4 790 to 5 240)." in board  # 5 017 000 kg, three figures
    assert "By location scope 2 was 5 020 t CO2e (90 %: 4 790 to 5 240), by market 4 310 t CO2e" in contracts
    assert "In 2025 8.00 % of the pay" in said(section(books["en"], "t-governance-targets").blocks)
    assert "有 8.00% 与之挂钩" in said(section(books["zh"], "t-governance-targets").blocks)


def test_money_is_said_in_millions_or_in_ten_thousands(books: dict[str, Book]) -> None:
    assert "412 million CNY" in said(section(books["en"], "t-metrics-transition_exposure").blocks)
    assert "4.12 亿元" in said(section(books["zh"], "t-metrics-transition_exposure").blocks)
    assert "1 840 万元" in said(section(books["zh"], "t-metrics-capital").blocks)


def test_a_figure_that_is_restated_stale_or_missing_says_so_where_it_stands(books: dict[str, Book]) -> None:
    assert "the year before, 5 240 t CO2e [restated since]" in said(section(books["en"], "t-metrics-contracts").blocks)
    assert "[out of date]" in said(section(books["en"], "t-metrics-scope3").blocks)
    assert "the cost was not recorded." in said(section(books["en"], "t-strategy-effects_now").blocks)
    table = next(one.table for one in section(books["en"], "t-metrics-ghg").blocks if isinstance(one, TableBlock))
    assert table.rows[1][2].text.replace(THIN, " ") == "5 240‡"
    assert table.note == "‡ restated since"


@pytest.mark.parametrize("standard", ["tcfd", "ifrs-s2@2025", "esrs-e1"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_topic_has_its_section_and_every_number_its_evidence(standard: str, lang: str) -> None:
    made = made_statement(standard)
    of = book(made, lang)
    evidence = {row[-1].text for row in of.evidence.rows}

    assert [one.key for one in of.sections()] == ["t-" + one.topic.id.replace(".", "-") for one in made.answers]
    assert linked(of) <= evidence
    assert {target.key for row in of.indexes[0].rows for target in row.targets} <= {one.key for one in of.sections()}
    assert [row.requirement for row in of.indexes[0].rows] == [one.id for one in made.standard.requirements]


def test_both_languages_show_the_same_figures(books: dict[str, Book]) -> None:
    assert linked(books["en"]) == linked(books["zh"])


def test_evidence_says_where_a_figure_stands_and_what_a_table_calls_it(books: dict[str, Book]) -> None:
    rows = {row[1].text: [cell.text.replace(THIN, " ") for cell in row] for row in books["en"].evidence.rows}

    assert rows["scope2.location@2025"][:6] == [
        "Scope 2, location-based", "scope2.location@2025", "1.1", "5 017 000", "kg CO2e", "4 790 000 to 5 240 000",
    ]  # fmt: skip
    assert rows["target.progress@2025"][0] == "Scopes 1 and 2 by half: Share done"
    assert rows["loss.flood@2025"][3] == "not recorded"
    assert rows["loss.flood@2025"][-1] == ""
    assert rows["intensity.revenue@2025"][6] == "computed; out of date"
    assert rows["scope1@2025"][-1] == figure_id("scope1@2025")


def test_figures_of_one_name_are_told_apart_by_what_stands_before_them(statement: Statement) -> None:
    held = {
        f"disclose.carbon_price@2050@entry:{one}": shown(
            f"disclose.carbon_price@2050@entry:{one}", 1.0, "CNY/t CO2e", label="Price of carbon"
        ) for one in ("late", "orderly")
    }  # fmt: skip
    rows = pl.DataFrame({
        "title": ["A late transition", "An orderly transition"], "title@zh": ["延迟转型", "有序转型"],
        "price": [1.0, 1.0],
        "price@figure": [one.id for one in held.values()], "between": ["no", "no"],
    })  # fmt: skip
    columns = (Column("title", "Scenario"), Column("price", "Price"), Column("between", "Between two years"))
    answers = (replace(statement.answers[0], tables=(Table("p", "Prices", columns, rows),)), *statement.answers[1:])
    label = "Cost of carbon, if nothing is done"
    alone = shown("disclose.carbon_cost.inaction@2050@entry:late", 2.0, "CNY", label=label)
    told = replace(statement, answers=answers, figures={**statement.figures, **held, alone.key: alone})

    english, chinese = FigureNames(told, "en"), FigureNames(told, "zh")
    assert [english.of(one) for one in held.values()] == [
        "A late transition: Price of carbon", "An orderly transition: Price of carbon",
    ]  # fmt: skip
    assert [chinese.of(one) for one in held.values()] == ["延迟转型：碳价", "有序转型：碳价"]
    assert english.of(alone) == "A late transition: Cost of carbon, if nothing is done"  # in no table itself


def test_a_sentence_of_the_workspace_leads_to_the_figures_of_its_numbers(statement: Statement) -> None:
    cost = shown("disclose.carbon_cost.inaction@2050", 21_787_453.7, "CNY")
    told = Said("It costs {cost} in {year}; see `wattstone trace`.", {
        "cost": Said("{amount:,.0f} {currency}", {"amount": 21_787_453.7, "currency": "CNY"}), "year": 2050,
        "cost@figure": cost.id,
    })  # fmt: skip

    pieces = said_pieces(told, {cost.id: cost}, "en")
    assert [(one.text, one.figure, one.code) for one in pieces] == [
        ("It costs ", "", False), ("21.8 million CNY", cost.id, False), (" in 2050; see ", "", False),
        ("wattstone trace", "", True), (".", "", False),
    ]  # fmt: skip
    assert said_pieces(told, {cost.id: cost}, "zh")[1].text.replace(THIN, " ") == "2 180 万元"


def test_no_interval_is_said_once_and_one_that_is_known_stands_at_its_number(statement: Statement) -> None:
    bare = {key: replace(one, interval=None) for key, one in statement.figures.items()}
    none, some = book(replace(statement, figures=bare), "en"), book(statement, "en")

    assert said(none.summary).count("No 90 % interval is known for the numbers below.") == 1
    assert {one.interval for one in none.headlines} == {""}
    assert "Where no 90 % interval stands at a number below" in said(some.summary)
    assert sum(bool(one.interval) for one in some.headlines) not in (0, len(some.headlines))


def test_what_is_left_out_is_told_with_its_ground_and_reason(books: dict[str, Book]) -> None:
    for lang, ground, reason in (
        ("en", "Not applicable", "No metrics of the industry were published"),
        ("zh", "不适用", "港口行业尚无已发布的行业指标"),
    ):
        (box,) = [one for one in section(books[lang], "t-metrics-industry").blocks if isinstance(one, Box)]
        assert box.kind == "omitted"
        assert ground in box.lines[0]
        assert reason in box.lines[1]
        assert any("2027" in line for line in box.lines)


def test_what_is_open_or_not_reviewed_is_told(books: dict[str, Book]) -> None:
    boxes = {one.key: [each for each in one.blocks if isinstance(each, Box)] for one in books["en"].sections()}

    assert [one.kind for one in boxes["t-risk-integration"]] == ["open"]
    assert boxes["t-risk-integration"][0].lines == ("There is no text.",)
    assert [one.kind for one in boxes["t-risk-identify"]] == ["unreviewed"]
    assert boxes["t-metrics-capital"][0].lines == ("Figures that are not recorded: 1 of 2.",)
    (chinese,) = [one for one in section(books["zh"], "t-strategy-effects_now").blocks if isinstance(one, Box)]
    assert "没有该语言的正文。" in chinese.lines


def test_an_index_says_how_far_a_recommendation_is_answered(books: dict[str, Book]) -> None:
    rows = {row.requirement: row for row in books["en"].indexes[0].rows}

    assert {name: rows[name].status for name in ("GOV-a", "STR-b", "RSK-c", "CIM2", "CIM5")} == {
        "GOV-a": "answered", "STR-b": "partly", "RSK-c": "open", "CIM2": "answered", "CIM5": "partly",
    }  # fmt: skip
    assert [one.number for one in rows["GOV-b"].targets] == ["1.5", "1.6"]
    assert "Amounts per horizon need the plan for the sites" in rows["STR-b"].reason


def test_other_standards_are_indexed_beside_and_against_the_same_sections(statement: Statement) -> None:
    of = book(statement, "en", also=["ifrs-s2@2023"])

    assert [one.own for one in of.indexes] == [True, False]
    rows = {row.requirement: row for row in of.indexes[1].rows}
    assert "1.1" in [one.number for one in rows["6(a)(i)"].targets]
    assert of.crosswalk is not None
    heads = [one.text for one in of.crosswalk.heads]
    (board,) = [row for row in of.crosswalk.rows if row[0].href == "#t-governance-board"]
    assert "6(a)(i)" in board[heads.index("IFRS S2 2023")].text


def test_tables_that_a_text_places_do_not_follow_it_again(statement: Statement) -> None:
    answer = statement.answer("metrics.ghg")
    text = replace(
        statement.answer("metrics.method").written["en"], markdown="Before.\n\n{{table:metrics.ghg}}\n\nBehind."
    )
    placed = replace(answer, written={"en": text})
    answers = tuple(placed if one is answer else one for one in statement.answers)
    blocks = section(book(replace(statement, answers=answers), "en"), "t-metrics-ghg").blocks

    kinds = [type(one).__name__ for one in blocks]
    assert kinds.count("TableBlock") == kinds.count("Picture") == 1
    assert kinds.index("TableBlock") < max(place for place, one in enumerate(kinds) if one == "Paragraph")


def test_a_table_compares_in_one_unit(books: dict[str, Book]) -> None:
    table = next(one.table for one in section(books["en"], "t-metrics-ghg").blocks if isinstance(one, TableBlock))

    assert [head.text for head in table.heads] == ["Scope", "2025 [t CO2e]", "2024 [t CO2e]"]
    assert [row[1].text.replace(THIN, " ") for row in table.rows][:2] == [
        "1 840 (1 750 to 1 930)", "5 017 (4 790 to 5 240)",
    ]  # fmt: skip
    assert table.rows[2][2].text == "not known"


def test_a_draft_and_an_edition_say_what_they_are(statement: Statement) -> None:
    draft, locked = book(statement, "en"), book(replace(statement, edition=made_edition()), "en")

    assert (draft.edition, draft.draft) == ("Draft", True)
    assert (locked.edition, locked.draft) == ("Edition 1, locked on 14 March 2026", False)
    assert made_edition().sha256 in dict(locked.facts).values()
    assert any("--edition 1" in piece.text for one in locked.verify for piece in one.pieces)
    assert {one.owner for one in locked.sections()} == {""}
    assert draft.banner.startswith("Simulated data")
    assert book(replace(statement, simulated=False), "en").banner == ""


def test_a_number_that_changed_says_by_how_much(books: dict[str, Book]) -> None:
    scope1 = books["en"].headlines[0]

    assert scope1.value.figure == FIGURES["scope1@2025"].id
    assert scope1.change == "4.2 % less than 2024"  # 1 840 / 1 920 = 0.9583
    assert scope1.interval.replace(THIN, " ") == "90 %: 1 750 to 1 930"
