"""The DOCX for the lawyers: looked at as its own XML, for a word processor shows what stands there."""

import io
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from tests.disclosure.made import FIGURES, made_edition, made_statement
from wattstone.interfaces.present.disclosure.book import book
from wattstone.interfaces.present.disclosure.docx import to_docx


@pytest.fixture(scope="module")
def made():
    books = {lang: book(made_statement(), lang) for lang in ("en", "zh")}
    return {lang: (one, to_docx(one)) for lang, one in books.items()}


def opened(content):
    return Document(io.BytesIO(content))


def instructions(document):
    return [one.text.strip() for one in document.element.iter(qn("w:instrText"))]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_sections_are_real_headings_in_their_order(made, lang):
    told, content = made[lang]

    headings = [one.text for one in opened(content).paragraphs if one.style.name == "Heading 2"]

    assert headings == [f"{one.number} {one.title}" for one in told.sections()]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_link_within_and_every_page_has_its_bookmark(made, lang):
    document = opened(made[lang][1])
    marks = [one.get(qn("w:name")) for one in document.element.iter(qn("w:bookmarkStart"))]

    anchors = {one.get(qn("w:anchor")) for one in document.element.iter(qn("w:hyperlink"))} - {None}
    pages = {found[1] for one in instructions(document) if (found := re.match(r"PAGEREF (\S+)", one))}

    assert len(marks) == len(set(marks))
    assert anchors
    assert anchors | pages <= set(marks)
    assert all(len(one) <= 40 for one in marks)  # Word takes no longer names


def test_contents_captions_and_pages_are_fields(made):
    told, content = made["en"]
    document = opened(content)
    fields = instructions(document)

    kinds = [one.get(qn("w:fldCharType")) for one in document.element.iter(qn("w:fldChar"))]
    assert fields[0].startswith("TOC ")
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end") == len(fields)
    assert sum(one.startswith("SEQ Figure") for one in fields) == len(list(told.drawings()))
    foot = document.sections[0].footer._element.xml
    assert "PAGE" in foot
    assert "NUMPAGES" in foot
    assert document.settings.element.find(qn("w:updateFields")) is not None


def _columns(cell):
    """How many columns a cell stands in."""
    span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    return 1 if span is None else int(span.get(qn("w:val")))


def test_heads_of_tables_are_repeated_and_rows_are_not_broken(made):
    for table in opened(made["en"][1]).tables:
        rows = table._tbl.findall(qn("w:tr"))
        heads = [one for one in rows if one.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None]
        assert heads in ([rows[0]], [])  # of the facts about the report, a list of pairs, none
        assert all(one.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for one in rows)
        assert len({sum(map(_columns, one.findall(qn("w:tc")))) for one in rows}) == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_table_touches_another_or_the_end(made, lang):
    tags = [one.tag for one in opened(made[lang][1]).element.body]

    assert not [pair for pair in pairwise(tags) if pair[0] == qn("w:tbl") and pair[1] != qn("w:p")]


def test_each_figure_stands_in_the_evidence_under_its_id(made):
    told, content = made["en"]
    marks = {one.get(qn("w:name")) for one in opened(content).element.iter(qn("w:bookmarkStart"))}
    shown = {row[-1].text for row in told.evidence.rows if row[-1].text}

    assert {f"b_f_{one}" for one in shown} <= marks
    assert FIGURES["scope1@2025"].id in shown


def test_doubts_have_comments_of_the_day_of_the_report(made):
    told, content = made["en"]
    document = opened(content)

    comments = list(document.comments)
    texts = {one.text for one in comments}
    marks = {piece.mark or piece.text for section in told.sections() for block in section.blocks
             for piece in getattr(block, "pieces", ()) if piece.mark or piece.state == "missing"}  # fmt: skip
    assert marks
    assert marks <= texts
    assert {one.timestamp.date() for one in comments} == {told.made.date()}


def test_languages_and_faces_are_named(made):
    for lang, wanted in (("en", "en-GB"), ("zh", "zh-CN")):
        document = opened(made[lang][1])
        told = document.styles.element.find(f"{qn('w:docDefaults')}//{qn('w:lang')}")
        assert told.get(qn("w:val")) == wanted
        assert told.get(qn("w:eastAsia")) == "zh-CN"
        for name in ("Normal", "Heading 1", "Heading 2", "Title", "Caption"):
            fonts = document.styles[name].element.rPr.rFonts
            assert fonts.get(qn("w:eastAsia")) == "Microsoft YaHei"
            assert not [one for one in fonts.attrib if one.endswith("Theme")]  # which would win over the name
        assert document.core_properties.language == wanted


def test_a_draft_is_marked_on_every_page_and_an_edition_says_its_number(made):
    draft = opened(made["en"][1]).sections[0].footer.paragraphs[0].text
    edition = book(made_statement(edition=made_edition(), simulated=False), "en")

    foot = opened(to_docx(edition)).sections[0].footer.paragraphs[0].text

    assert draft.startswith("Draft · Simulated data")
    assert foot.startswith(edition.edition)
    assert "Draft" not in foot
    assert "Simulated" not in foot


def test_pictures_have_words_for_those_who_do_not_see_them(made):
    told, content = made["zh"]

    said = [one.get("descr") for one in opened(content).element.iter(qn("wp:docPr"))]

    assert said == [one.alt for one in told.drawings()]


def test_numbered_lists_begin_anew():
    statement = made_statement()
    first = statement.answers[0]
    text = "1. one\n2. two\n\nBetween.\n\n3. three\n4. four"
    written = {"en": replace(first.written["en"], markdown=text)}
    told = replace(statement, answers=(replace(first, written=written), *statement.answers[1:]))

    document = opened(to_docx(book(told, "en")))
    lines = [one for one in document.paragraphs if one.text in ("one", "two", "three", "four")]
    numbers = [one._p.pPr.numPr.numId.val for one in lines]
    held = document.part.numbering_part.element
    starts = [held.num_having_numId(one).find(f".//{qn('w:startOverride')}").get(qn("w:val")) for one in numbers]

    assert numbers[0] == numbers[1] != numbers[2] == numbers[3]
    assert starts == ["1", "1", "3", "3"]


def test_texts_of_persons_are_texts_whatever_they_hold():
    told = replace(book(made_statement(), "en"), organisation="A\x00B & <w:p> {{x}}")

    document = opened(to_docx(told))

    assert document.paragraphs[1].text == "A\N{REPLACEMENT CHARACTER}B & <w:p> {{x}}"


def test_the_same_book_is_the_same_bytes(made):
    told, content = made["en"]

    assert to_docx(told) == content


def test_columns_of_numbers_hold_their_longest_and_tables_stay_within_the_line(made):
    for table in opened(made["en"][1]).tables:
        grid = [int(one.get(qn("w:w"))) for one in table._tbl.tblGrid]
        assert sum(grid) <= Mm(170).twips + len(grid)
        assert min(grid) > Mm(4).twips
