"""How sure the totals are."""

from wattstone.interfaces.present.charts.tornado import tornado_drawing
from wattstone.interfaces.present.content import Cell, Head, Section, Table
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.numbers import LEVEL, percent
from wattstone.interfaces.present.statement_book import StatementBook
from wattstone.interfaces.present.statement_totals import sure_table

_SOURCES = 25  # rows on a page; the rest is in the workbook


def sure_section(book: StatementBook, lang: Language) -> Section:
    """Intervals, estimated shares, data quality, and the sources that the uncertainty comes from."""
    t = translator(lang)
    text = t(
        "An interval holds the total with a probability of {level}. One factor that is used at many sites is one "
        "error, not many: it does not average out.",
        level=percent(LEVEL, lang),
    )
    drawing = tornado_drawing(book, lang)
    tables = [sure_table(book, lang)]
    if not book.statement.dominant.is_empty():
        tables.append(_dominant(book, lang))
    return Section("uncertainty", t("How sure this is"), ((text,),), (drawing,) if drawing is not None else (),
                   tuple(tables))  # fmt: skip


def _dominant(book: StatementBook, lang: Language) -> Table:
    t = translator(lang)
    rows = tuple(
        (Cell(book.source(row["source"], row["what"], lang)), Cell(percent(row["share"], lang), numeric=True))
        for row in book.statement.dominant.sort("share", descending=True).head(_SOURCES).iter_rows(named=True)
    )
    heads = (Head(t("Source")), Head(t("Share of the variance"), True))
    more = book.statement.dominant.height - len(rows)
    note = t("{count} more are in the workbook.", count=more) if more else ""
    return Table(heads, rows, note, t("What the uncertainty comes from"))
