"""The climate report on paper: texts are data, pages of the index are real, no character is left out."""

import io
import re
from dataclasses import replace
from typing import Any

import pypdf
import pytest
import typst

from tests.disclosure.made import made_statement
from wattstone.base import InputRefused
from wattstone.interfaces.present import fonts
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.disclosure import Book, book
from wattstone.interfaces.present.disclosure.content import EvidenceGroup, EvidencePart, EvidenceRow, Paragraph, Piece
from wattstone.interfaces.present.disclosure.pdf import to_pdf
from wattstone.interfaces.present.fonts import characters

EVIL = '#import "@preview/x:1.0.0": * #panic("no") *star* _under_ $1+1$ `tick` \\ back "quote" <label> @ref // no = no'


def has_chinese() -> bool:
    return any(ord("温") in characters(face.path, face.index) for face in typst.Fonts().fonts() if face.path)


needs_chinese = pytest.mark.skipif(not has_chinese(), reason="no font for Chinese is installed")


def squeezed(text: str) -> str:
    return "".join(text.replace("\u00a0", "").replace("\u2060", "").split())


def latin(**changed: Any) -> Book:
    return book(made_statement(organisation="Harbour Works", **changed), "en")


@pytest.fixture(scope="module")
def paper() -> pypdf.PdfReader:
    of = latin()
    meter = EvidenceRow(name="A meter", period="2025", value="1", interval="", id="")
    more = tuple(replace(meter, id=f"{number:020}") for number in range(300))
    longer = EvidencePart("9.9 Meters", "", (EvidenceGroup("Use", ("measured", "kWh", "sum/1"), more),))
    return pypdf.PdfReader(io.BytesIO(to_pdf(replace(of, grouped=(*of.grouped, longer)))))


@pytest.fixture(scope="module")
def pages(paper: pypdf.PdfReader) -> list[str]:
    return [page.extract_text() for page in paper.pages]


def test_the_index_names_the_pages_on_which_sections_stand(pages: list[str]) -> None:
    first = next(at for at, text in enumerate(pages) if "TCFD recommendations, version 2021\nStructure" in text)
    last = next(at for at, text in enumerate(pages) if at >= first and "The same answers in other standards" in text)
    told = "\n".join(pages[first : last + 1]).partition("The same answers")[0]
    names = [f"{one.number} {one.title}" for one in latin().sections()]
    rows = {name: set(re.findall(rf"{re.escape(name)} (\d+)\b", told)) for name in names}
    body = pages[2 : first + 1]  # chapters and index follow each other on a page
    stands = {name: {str(at + 3)} for name in names for at, text in enumerate(body) if f"\n{name}\n" in text}

    assert len(names) == 38
    assert rows == stands


def test_contents_and_bookmarks_lead_to_the_same_pages(paper: pypdf.PdfReader, pages: list[str]) -> None:
    marks = {
        str(one.title): (paper.get_destination_page_number(one) or 0) + 1
        for held in paper.outline
        for one in (held if isinstance(held, list) else [held])
    }
    told = dict(re.findall(r"^([^.\n]*?[^.\s])[ .⁠]{4,}(\d+)$", pages[1], re.MULTILINE)) | dict(
        re.findall(r"^(\d\.\d+ [^.\n]*?[^.\s])[ .⁠]{4,}(\d+)$", pages[1], re.MULTILINE)
    )

    assert marks["1.1 Oversight by the board"] == 3
    assert len(told) >= 40
    assert {name: int(page) for name, page in told.items()}.items() <= marks.items()


def test_the_file_says_what_it_is(paper: pypdf.PdfReader) -> None:
    root = paper.trailer["/Root"]

    assert paper.metadata is not None
    assert paper.metadata.title == "Climate report 2025 · Harbour Works"
    assert str(paper.metadata.creation_date).startswith("2026-03-14 09:30")
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()  # ISO 14289-1


def test_each_page_says_whose_report_it_is_and_that_it_is_a_draft(pages: list[str]) -> None:
    assert "Draft" in pages[0]
    assert "Simulated data. What this report rests on was generated" in pages[0]
    for number, text in enumerate(pages[1:], 2):
        assert "Harbour Works · Climate report 2025" in text
        assert "Draft · Simulated data" in text
        assert f"{number} / {len(pages)}" in text
    assert "Strategy" in pages[3].partition("\n")[0]  # the chapter, on a page that begins none


def test_heads_of_tables_are_on_each_of_their_pages(pages: list[str]) -> None:
    begun = next(at for at, text in enumerate(pages) if text.partition("Figures that this report shows or names")[1])

    assert len(pages) - begun >= 3
    for text in pages[begun + 1 : -1]:
        assert len(re.findall(r"Figure\s+Period\s+Value\s+Id", text)) == 2  # columns
        assert len(re.findall(r"9\.9 Meters\s+Use · measured", text)) == 2


def test_chapters_follow_each_other_and_few_pages_suffice(pages: list[str]) -> None:
    begins = {
        name: next(at for at, text in enumerate(pages[2:], 3) if f"\n{name}\n" in text)
        for name in ("1 Governance", "2 Strategy", "3 Risk management", "Index of requirements")
    }

    assert begins["1 Governance"] == 3  # behind the cover, and the contents with the summary
    assert begins["Index of requirements"] < 11
    assert len(set(begins.values())) < len(begins)  # what does not fill a page shares it


def test_every_number_leads_to_its_evidence(paper: pypdf.PdfReader, pages: list[str]) -> None:
    wanted = {row[-1].text for row in latin().evidence.rows if row[-1].text}
    begun = next(at for at, text in enumerate(pages) if text.partition("Figures that this report shows or names")[1])
    told = squeezed("".join(pages[begun:]))
    marks = [one.get_object() for page in paper.pages[:begun] for one in page.get("/Annots", [])]
    number_of = {page.indirect_reference.idnum: at for at, page in enumerate(paper.pages) if page.indirect_reference}
    dests = [one["/Dest"] for one in marks if "/Dest" in one]
    ends = [number_of[one[0].idnum] for one in dests if isinstance(one, list)]

    assert len(wanted) > 20
    assert all(squeezed(one) in told for one in wanted)
    assert sum(end >= begun for end in ends) >= len(wanted)


def test_ids_and_keys_are_copied_as_they_are() -> None:
    of = book(made_statement(organisation="Harbour Works"), "en")
    key = "waste.water.withdrawal@2025"  # of a finding: it stays on a line, though its column is narrow
    where = Table((Head("Where"), Head("Found")), ((Cell(f"figure '{key}'"), Cell("text " * 200)),))
    long = "https://example.org/" + "path/" * 40
    code = Paragraph((Piece(text="disclose.scenario.cost/1", code=True), Piece(text=f" {long}")))
    pdf = pypdf.PdfReader(io.BytesIO(to_pdf(replace(of, findings=where, verify=(code,)))))
    text = "\n".join(page.extract_text() for page in pdf.pages)

    assert "\u200b" not in text
    assert {row[-1].text for row in of.evidence.rows if row[-1].text} <= set(re.findall(r"\b[0-9a-f]{20}\b", text))
    assert key in text
    assert "disclose.scenario.cost/1" in text
    assert long in "".join(text.split())  # which breaks where there is no room
    assert of.sources is not None
    hashes = {one for row in of.sources.rows for cell in row for one in re.findall("[0-9a-f]{12}", cell.text)}
    assert hashes
    assert hashes <= set(re.findall(r"\b[0-9a-f]{12}\b", text))


def test_no_text_is_taken_for_code() -> None:
    of = latin()
    first = of.chapters[0].sections[0]
    said = replace(first, title=EVIL, asks=EVIL, blocks=(Paragraph((Piece(text=EVIL), Piece(text=EVIL, code=True))),))
    chapter = replace(of.chapters[0], title=EVIL, sections=(said, *of.chapters[0].sections[1:]))
    evil = replace(of, organisation=EVIL, chapters=(chapter, *of.chapters[1:]), limits=(EVIL,), banner=EVIL)

    text = squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(to_pdf(evil))).pages))

    assert text.count(squeezed(EVIL)) >= 7


def test_markdown_that_looks_like_typst_stays_text() -> None:
    made = made_statement(organisation="Harbour Works")
    answer = made.answers[0]
    text = replace(answer.written["en"], markdown='Costs $5$ and #set text(red) \\_ "quoted" 3 * 4, a_b_c.')
    answers = (replace(answer, written={"en": text}), *made.answers[1:])
    pdf = pypdf.PdfReader(io.BytesIO(to_pdf(book(replace(made, answers=answers), "en"))))

    assert squeezed('Costs $5$ and #set text(red) _ "quoted" 3 * 4, a_b_c.') in squeezed(pdf.pages[2].extract_text())


@needs_chinese
def test_chinese_is_all_there() -> None:
    reader = pypdf.PdfReader(io.BytesIO(to_pdf(book(made_statement(), "zh"))))
    text = squeezed("".join(page.extract_text() for page in reader.pages))

    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    for said in ("海港制造", "董事会的监督", "风险登记册包含下表所列风险", "未披露", "要求索引", "如何核验本报告"):
        assert said in text


def test_a_character_that_no_font_holds_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    real = typst.Fonts

    def embedded(**options: Any) -> typst.Fonts:
        return real(**{**options, "include_system_fonts": False})

    monkeypatch.setattr(fonts.typst, "Fonts", embedded)

    with pytest.raises(InputRefused) as refused:
        to_pdf(book(made_statement(), "zh"))

    assert refused.value.findings[0].code == "present.font"
    assert "fonts-wqy-microhei" in refused.value.findings[0].text()


def test_the_same_book_is_the_same_file() -> None:
    of = latin()

    assert to_pdf(of) == to_pdf(of)
