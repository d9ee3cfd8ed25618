"""The report of a module as a workbook: every row of every table, numbers as numbers, text that is never run."""

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from wattstone.interfaces.present.languages import Language, say_finding, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.programme.report import About, names_of
from wattstone.interfaces.present.programme.tables import cell_text, figure_of, heading, unit_words
from wattstone.interfaces.present.programme.words import basis_name, said, subject_name
from wattstone.interfaces.present.xlsx import BookSheet, sheets_book
from wattstone.programme.report import Column, ModuleReport, Table

__all__ = ["module_book"]


def module_book(report: ModuleReport, about: About, lang: Language) -> bytes:
    """Write the workbook.

    Parameters
    ----------
    report : ModuleReport
        Of any module.
    about : About
        Whose, when, and what was recorded of it.
    lang : {'en', 'zh'}

    Returns
    -------
    bytes
        XLSX: what it says, its figures with evidence, a sheet for each table, what was found.
    """
    t = translator(lang)
    title = t("{title}, {period}", title=t(report.title), period=report.period)
    banner = t("Simulated data. What this rests on was generated; nobody did this.") if about.simulated else ""
    return sheets_book(title, list(_sheets(report, about, lang)), banner=banner, made=about.made, lang=lang)


def _sheets(report: ModuleReport, about: About, lang: Language) -> Iterator[BookSheet]:
    t = translator(lang)
    says = [[t("{title}, {period}", title=t(report.title), period=report.period)], [about.organisation]]
    says += [[said(one, lang)] for one in report.says]
    limits = [[said(one, lang)] for one in report.limits]
    yield BookSheet(t("Summary"), [t("What was found")], [*says, *([[t("What this does not prove")]] if limits else []),
                                                         *limits])  # fmt: skip
    yield _figures(report, about, lang)
    for table in report.tables:
        if table.rows.height:
            yield _table(table, lang)
    if report.findings:
        told = [say_finding(one, lang) for one in report.findings]
        heads = [t("Where"), t("Found"), t("Expected"), t("Remedy")]
        yield BookSheet(
            t("Findings"), heads, [[one[key] for key in ("place", "found", "expected", "remedy")] for one in told]
        )


def _figures(report: ModuleReport, about: About, lang: Language) -> BookSheet:
    t = translator(lang)
    heads = [
        t("Figure"), t("For"), t("Period"), t("Value"), t("Unit"), t("Lower end"), t("Upper end"), t("Basis"),
        t("Reason"), t("Method"), t("Notes"), t("Rests on"), t("Name"), t("Id"),
    ]  # fmt: skip
    rows: list[Sequence[Any]] = []
    names = names_of(report, about)
    for one in report.lines:
        low, high = one.interval or (None, None)
        notes = t("; ").join(said(note, lang) for note in one.notes)
        rows.append((
            opened(t(one.label)), subject_name(one.subject, lang, names), one.period, one.value,
            unit_words(one.unit, lang), low, high, basis_name(one.basis, lang), said(one.reason, lang), one.method,
            notes, "; ".join(one.inputs), one.name, figure_of(one, about.figures) or "",
        ))  # fmt: skip
    return BookSheet(t("Figures"), heads, rows)


def _table(table: Table, lang: Language) -> BookSheet:
    """All rows: numbers as they are, texts in words."""
    t, frame = translator(lang), table.rows
    shown = [one for one in table.columns if one.name in frame.columns and frame.schema[one.name] != pl.Binary]
    columns = [_values(frame[one.name], one, lang) for one in shown]
    return BookSheet(t(table.title), [heading(one, lang) for one in shown], list(zip(*columns, strict=True)))


def _values(values: pl.Series, column: Column, lang: Language) -> list[Any]:
    if values.dtype.is_numeric():
        return values.fill_nan(None).to_list() if values.dtype.is_float() else values.to_list()
    return [cell_text(one, column.labels, lang) for one in values]
