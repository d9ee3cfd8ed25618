"""The data of a climate report as a workbook: numbers beside the ids of their figures, text that is never run."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from wattstone.disclosure.statement import Answer, Shown, Statement
from wattstone.interfaces.present.disclosure.content import Index
from wattstone.interfaces.present.disclosure.figure_names import FigureNames
from wattstone.interfaces.present.disclosure.front import edition_words, facts
from wattstone.interfaces.present.disclosure.index import index_of
from wattstone.interfaces.present.disclosure.sections import chapters
from wattstone.interfaces.present.disclosure.tables import AT_FIGURE, is_ours
from wattstone.interfaces.present.disclosure.words import GROUNDS, STATUSES, person_words, state_words
from wattstone.interfaces.present.languages import Language, Translate, say_finding, say_reason, translator
from wattstone.interfaces.present.programme.tables import cell_text, heading, in_language, unit_words
from wattstone.interfaces.present.programme.words import basis_name, said
from wattstone.interfaces.present.xlsx import BookSheet, sheets_book
from wattstone.programme.report import Column, Table

__all__ = ["to_xlsx"]


def to_xlsx(statement: Statement, lang: Language) -> bytes:
    """Write the workbook.

    Parameters
    ----------
    statement : Statement
        A draft or an edition.
    lang : {'en', 'zh'}

    Returns
    -------
    bytes
        XLSX: about the report, every figure, each table with the ids of its figures, requirements, what is left out,
        what texts rest on, and what the checks found. Numbers are in the figures' own units, none is rounded.
    """
    t = translator(lang)
    marks = [edition_words(statement.edition, lang)] if statement.edition is None else []
    if statement.simulated:
        marks.append(t("Simulated data. What this report rests on was generated; nobody did this."))
    title = t("Climate report {year}", year=statement.year)
    return sheets_book(
        title, list(_sheets(statement, lang)), banner=t("; ").join(marks), made=statement.made, lang=lang
    )


def _sheets(statement: Statement, lang: Language) -> Iterator[BookSheet]:
    t = translator(lang)
    yield _about(statement, lang)
    yield _figures(statement, lang)
    yield from (_table(one, lang) for one in _tables(statement))
    yield _topics(statement, lang)
    yield _requirements(index_of(statement.standard, statement, chapters(statement, lang), lang), lang)
    left_out = [one for one in statement.answers if one.omission is not None]
    if left_out:
        yield _omissions(left_out, lang)
    yield _evidence(statement, lang)
    if statement.findings:
        told = [say_finding(one, lang) for one in statement.findings]
        keys = ("place", "found", "expected", "remedy")
        heads = [t("Where"), t("Found"), t("Expected"), t("Remedy")]
        yield BookSheet(t("Findings"), heads, [[one[key] for key in keys] for one in told])


def _tables(statement: Statement) -> Iterator[Table]:
    """Each once, though several topics show it."""
    held: list[Table] = []
    for table in (one for answer in statement.answers for one in answer.tables if one.rows.height):
        if not any(one.id == table.id and one.rows.equals(table.rows) for one in held):
            held.append(table)
            yield table


def _about(statement: Statement, lang: Language) -> BookSheet:
    t = translator(lang)
    rows: list[Sequence[Any]] = [list(one) for one in facts(statement, lang)]
    rows += [[t("What this does not prove"), said(one, lang)] for one in statement.limits]
    return BookSheet(t("About this report"), [t("Climate report {year}", year=statement.year), ""], rows)


def _figures(statement: Statement, lang: Language) -> BookSheet:
    t = translator(lang)
    heads = [t("Figure"), t("For"), t("Period"), t("Value"), t("Unit"), t("Lower end"), t("Upper end"), t("Status"),
             t("Basis"), t("Reason"), t("Method"), t("Name"), t("Id")]  # fmt: skip
    names = FigureNames(statement, lang)
    order = sorted(statement.figures.values(), key=lambda one: (one.name, one.subject != "organisation", one.period))
    return BookSheet(t("Figures"), heads, [_figure(one, names, lang) for one in order])


def _figure(one: Shown, names: FigureNames, lang: Language) -> list[Any]:
    t = translator(lang)
    low, high = one.interval or (None, None)
    return [
        names.of(one), t("Organisation") if one.subject == "organisation" else one.subject, one.period,
        one.value, unit_words(one.unit, lang), low, high, state_words(one.state, lang) or t("current"),
        basis_name(one.basis, lang) if one.basis else "", say_reason(one.reason, lang) if one.reason else "",
        one.method, one.name, one.id,
    ]  # fmt: skip


def _table(table: Table, lang: Language) -> BookSheet:
    """All rows, numbers as they are; beside a column of figures their ids."""
    t, made = translator(lang), in_language(table, lang)
    frame = made.rows
    heads: list[str] = []
    columns: list[list[Any]] = []
    for one in made.columns:
        if one.name not in frame.columns or isinstance(frame.schema[one.name], pl.Binary | pl.Object):
            continue
        heads.append(heading(one, lang))
        columns.append(_values(frame[one.name], one, lang))
        if one.name + AT_FIGURE in frame.columns:
            heads.append(t("Id"))
            columns.append([each or "" for each in frame[one.name + AT_FIGURE].to_list()])
    return BookSheet(t(table.title), heads, list(zip(*columns, strict=True)))


def _values(values: pl.Series, column: Column, lang: Language) -> list[Any]:
    if values.dtype.is_numeric():
        return values.fill_nan(None).to_list() if values.dtype.is_float() else values.to_list()
    t = translator(lang)
    known: Mapping[str, str] = column.labels
    return [_words(one, column, t) if isinstance(one, str) and one and one not in known else cell_text(one, known, lang)
            for one in values.to_list()]  # fmt: skip


def _words(text: str, column: Column, t: Translate) -> str:
    """A text: ids and names stay as they are, words of ours are said in the language."""
    return t(text) if is_ours(text, column) else text


def _topics(statement: Statement, lang: Language) -> BookSheet:
    t = translator(lang)
    heads = [t("Topic"), t("Name"), t("Status"), t("Requirement"), t("Owner"), t("Due"), t("Text"), t("Approved by")]
    return BookSheet(t("Topics"), heads, [_topic(one, statement, lang) for one in statement.answers])


def _topic(one: Answer, statement: Statement, lang: Language) -> list[Any]:
    t, written = translator(lang), one.written.get(lang)
    draft = statement.edition is None
    text, by = ("", "") if written is None else (written.markdown, person_words(statement, written.approved_by, lang))
    return [
        t(one.topic.title), one.topic.id, t(STATUSES[one.status]), ", ".join(one.requirements),
        person_words(statement, one.owner, lang) if draft else "", one.due if draft else None, text, by,
    ]  # fmt: skip


def _requirements(index: Index, lang: Language) -> BookSheet:
    t = translator(lang)
    heads = [t("Requirement"), t("Section"), t("Where"), t("Status"), t("Reason or condition")]
    rows = [
        [one.requirement, one.section, t("; ").join(f"{each.number} {each.title}" for each in one.targets),
         one.status_words, one.reason]
        for one in index.rows
    ]  # fmt: skip
    return BookSheet(t("Index of requirements"), heads, rows)


def _omissions(answers: Sequence[Answer], lang: Language) -> BookSheet:
    t = translator(lang)
    heads = [t("Topic"), t("Ground"), t("Reason"), t("Paragraph"), t("Until"), t("Entry")]
    rows: list[Sequence[Any]] = []
    for one in answers:
        assert one.omission is not None
        held = one.omission
        reason = held.reason.get(lang, "") or t("No reason is given in this language.")
        rows.append([t(one.topic.title), t(GROUNDS.get(held.ground, held.ground)), reason, held.paragraph, held.until,
                     held.entry])  # fmt: skip
    return BookSheet(t("Left out"), heads, rows)


def _evidence(statement: Statement, lang: Language) -> BookSheet:
    t = translator(lang)
    names = {"en": t("English"), "zh": t("Chinese")}
    heads = [t("Topic"), t("What"), t("Entry"), t("SHA-256 or hash"), t("Written by"), t("Approved by")]
    rows: list[Sequence[Any]] = []
    for one in statement.answers:
        title = t(one.topic.title)
        rows += [[title, names[each.lang], each.entry, each.hash,
                  *(person_words(statement, who, lang) for who in (each.by, each.approved_by))]
                 for each in one.written.values()]  # fmt: skip
        rows += [[title, t("Evidence"), "", each, "", ""] for each in one.evidence]
    return BookSheet(t("Evidence"), heads, rows)
