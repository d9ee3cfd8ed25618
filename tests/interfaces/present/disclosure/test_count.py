"""One count of figures in every form: how many stand in the evidence, and how many more the workbook has."""

import io
from dataclasses import replace

import pytest
from docx import Document

from tests.disclosure.made import made_statement, shown
from wattstone.disclosure.statement import Statement
from wattstone.interfaces.present.disclosure import book
from wattstone.interfaces.present.disclosure.as_json import to_json
from wattstone.interfaces.present.disclosure.docx import to_docx
from wattstone.interfaces.present.disclosure.html import to_html
from wattstone.interfaces.present.disclosure.xlsx import to_xlsx
from wattstone.interfaces.present.languages import Language
from wattstone.interfaces.present.xlsx import BookSheet

MORE = 30  # figures that no section shows


def longer(statement: Statement) -> Statement:
    held = (shown(f"meter.use@2025@meter:{at}", 1.0, "kWh") for at in range(MORE))
    return replace(statement, figures={**statement.figures, **{one.key: one for one in held}})


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "Figures that this report shows or names: {count}. The workbook has {more} more, from rows and columns"),
        ("zh", "本报告列示或引用的数值共 {count} 个。表格未列出的行和列中另有 {more} 个数值，见数据工作簿。"),
    ],
)
def test_each_form_says_how_many_figures_it_shows_and_how_many_more_there_are(lang: Language, told: str) -> None:
    made = longer(made_statement())
    of = book(made, lang)
    count = len(of.evidence.rows)
    said = told.format(count=count, more=len(made.figures) - count)

    assert len(made.figures) - count >= MORE
    assert sum(len(group.rows) for part in of.grouped for group in part.groups) == count
    assert len(to_json(made)["statement"]["figures"]) == len(made.figures)
    assert of.words["figures-note"].startswith(said)  # of the PDF and the DOCX
    assert of.words["evidence-note"].startswith(said)  # of the HTML and of inline XBRL
    assert to_html(of).count(said) == 1
    assert sum(said in one.text for one in Document(io.BytesIO(to_docx(of))).paragraphs) == 1


def test_the_workbook_has_as_many_as_the_evidence_says(monkeypatch: pytest.MonkeyPatch) -> None:
    made = longer(made_statement())
    sheets: list[BookSheet] = []

    def keep(_: str, held: list[BookSheet], **__: object) -> bytes:
        sheets.extend(held)
        return b""

    monkeypatch.setattr("wattstone.interfaces.present.disclosure.xlsx.sheets_book", keep)
    to_xlsx(made, "en")

    assert next(len(one.rows) for one in sheets if one.title == "Figures") == len(made.figures)


def test_a_report_that_shows_all_of_them_says_so() -> None:
    plain = made_statement()
    named = {row[1].text for row in book(plain, "en").evidence.rows}
    whole = replace(plain, figures={key: one for key, one in plain.figures.items() if one.key in named})

    assert (
        book(whole, "en")
        .words["evidence-note"]
        .startswith(f"Figures that this report shows or names: {len(named)}. It has no others.")
    )
