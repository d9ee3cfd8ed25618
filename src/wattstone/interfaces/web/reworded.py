"""Reports in the words of pages: where they advise a command of the command line, a page names its place."""

from collections.abc import Sequence
from dataclasses import replace

from wattstone.interfaces.present.content import Cell, Report, Section, Step, Table
from wattstone.interfaces.present.languages import Language, mark, translator
from wattstone.interfaces.web.remedies import in_words_of_pages

__all__ = ["reworded"]

_SEARCH = mark(
    "Search for the id of a figure: it leads to the evidence, down to its rows and to the source of its factor."
)


def reworded(report: Report) -> Report:
    """A report as pages show it, and the files that are made from them.

    Parameters
    ----------
    report : Report
        As it was kept.
    """
    lang = report.lang
    steps = tuple(Step(_text(one.action, lang), _text(one.why, lang)) for one in report.steps)
    return replace(report, steps=steps, sections=tuple(_section(one, lang) for one in report.sections))


def _text(text: str, lang: Language) -> str:
    return in_words_of_pages(text, lang).replace(" m3/min", " m³/min")


def _section(section: Section, lang: Language) -> Section:
    held = (one for one in section.paragraphs if not _types(one, "wattstone verify"))
    paragraphs = tuple(
        (translator(lang)(_SEARCH),) if _types(one, "wattstone trace") else tuple(_part(part, lang) for part in one)
        for one in held
    )
    return replace(section, paragraphs=paragraphs, tables=tuple(_table(one, lang) for one in section.tables))


def _types(paragraph: Sequence[str | Cell], command: str) -> bool:
    """Whether a paragraph tells to type a command."""
    return any(isinstance(one, Cell) and one.code and one.text.startswith(command) for one in paragraph)


def _table(table: Table, lang: Language) -> Table:
    rows = tuple(tuple(_cell(cell, lang) for cell in row) for row in table.rows)
    return replace(table, rows=rows, note=in_words_of_pages(table.note, lang))


def _part(part: str | Cell, lang: Language) -> str | Cell:
    return in_words_of_pages(part, lang) if isinstance(part, str) else _cell(part, lang)


def _cell(cell: Cell, lang: Language) -> Cell:
    said = cell.text if cell.code or cell.numeric else in_words_of_pages(cell.text, lang)
    return cell if said == cell.text else replace(cell, text=said)
