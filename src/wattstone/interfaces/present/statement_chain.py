"""Scope 3: what was decided of each of the fifteen categories, and what it emits."""

from datetime import datetime

from wattstone.interfaces.present.charts.categories import categories_drawing
from wattstone.interfaces.present.content import Cell, Head, Section, Table
from wattstone.interfaces.present.languages import Language, day, say_reason, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import three
from wattstone.interfaces.present.scope3_table import methods_said, not_valued
from wattstone.interfaces.present.statement_book import StatementBook
from wattstone.interfaces.present.statement_totals import tonnes
from wattstone.interfaces.present.statement_words import category_name, decision_name


def chain_section(book: StatementBook, lang: Language) -> Section:
    """All fifteen categories: a value with its method and quality, or the reason why there is none."""
    t = translator(lang)
    text = t(
        "Every category is decided: computed, or left out with the reason. A category without a value is not zero. "
        "Data quality: 1 is best, 5 is worst."
    )
    drawing = categories_drawing(book, lang)
    return Section("scope3", t("Scope 3 by category"), ((text,),), (drawing,) if drawing is not None else (),
                   (decisions_table(book, lang),))  # fmt: skip


def decisions_table(book: StatementBook, lang: Language) -> Table:
    """A row for each category."""
    t = translator(lang)
    heads = (
        Head(t("No."), True),
        Head(t("Category")),
        Head(t("Decision")),
        Head(t("Emissions [t CO2e]"), True),
        Head(t("Method, or reason")),
        Head(t("Data quality"), True),
        Head(t("Decided")),
    )
    return Table(heads, tuple(_row(book, row, lang) for row in book.statement.decisions.iter_rows(named=True)))


def _row(book: StatementBook, row: dict[str, object], lang: Language) -> tuple[Cell, ...]:
    t = translator(lang)
    category = int(str(row["category"]))
    entry = book.own(f"scope3.{category}")
    value = row["value"] if isinstance(row["value"], float) else None
    decision = str(row["decision"])
    why = opened(say_reason(str(row["reason"]), lang)) if row["reason"] else ""
    how = methods_said(str(row["methods"]), lang) if row["methods"] else ""
    quality = row["quality"]
    return (
        Cell(str(category), numeric=True),
        Cell(category_name(category, lang)),
        Cell(opened(decision_name(decision, lang))),
        tonnes(value, not_valued(decision, lang), entry.id if entry is not None else None),
        Cell(t("; ").join(part for part in (how, why) if part) or t("no reason is given")),
        Cell(three(quality) if isinstance(quality, float) else t("not applicable"), numeric=True),
        Cell(_decided(row, lang)),
    )


def _decided(row: dict[str, object], lang: Language) -> str:
    t, at = translator(lang), row["at"]
    if not row["decided_by"] or not isinstance(at, datetime):
        return t("not known")
    return t("{who}, {day}", who=row["decided_by"], day=day(at, lang))
