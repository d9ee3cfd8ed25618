"""A statement in a language, as a book that HTML, PDF and DOCX render."""

from collections.abc import Sequence

from wattstone.disclosure.standards import standard
from wattstone.disclosure.statement import Statement
from wattstone.interfaces.present.disclosure.content import Book
from wattstone.interfaces.present.disclosure.evidence import evidence_count, evidence_table, sources_table
from wattstone.interfaces.present.disclosure.front import (
    edition_words,
    facts,
    findings_table,
    headlines,
    overview,
    summary,
    verify_paragraphs,
)
from wattstone.interfaces.present.disclosure.grouped import grouped_evidence
from wattstone.interfaces.present.disclosure.index import crosswalk, index_of
from wattstone.interfaces.present.disclosure.sections import chapters
from wattstone.interfaces.present.disclosure.words import person_words
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.numbers import LEVEL, percent
from wattstone.interfaces.present.programme.words import said

__all__ = ["book"]


def book(statement: Statement, lang: Language, *, also: Sequence[str] = ()) -> Book:
    """A climate report in a language.

    Parameters
    ----------
    statement : Statement
        A draft or an edition.
    lang : {'en', 'zh'}
    also : sequence of str
        Other standards, as `ifrs-s2@2025`, whose requirements have an index of their own too.

    Returns
    -------
    Book
        No number of it was typed, none is computed here.

    Raises
    ------
    KeyError
        If there is no standard of a name in `also`.
    """
    t = translator(lang)
    made = chapters(statement, lang)
    first = headlines(statement, lang)
    shown_first = [one.value.figure or "" for one in first]
    evidence = evidence_table(statement, made, lang, first=shown_first)
    lists = [statement.standard, *(standard(one) for one in also)]
    return Book(
        lang=lang,
        title=t("Climate report {year}", year=statement.year),
        organisation=person_words(statement, statement.organisation, lang),
        standard=t("{standard}, version {version}", standard=t(statement.standard.title),
                   version=statement.standard.version),
        year=statement.year,
        edition=edition_words(statement.edition, lang),
        draft=statement.edition is None,
        banner=t("Simulated data. What this report rests on was generated; nobody did this.")
        if statement.simulated else "",
        banner_short=t("Simulated data") if statement.simulated else "",
        summary=summary(statement, lang),
        headlines=first,
        overview=overview(made, lang),
        chapters=made,
        indexes=tuple(index_of(one, statement, made, lang) for one in {one.key: one for one in lists}.values()),
        crosswalk=crosswalk(statement, made, lang),
        evidence=evidence,
        grouped=grouped_evidence(statement, made, lang, first=shown_first),
        sources=sources_table(statement, made, lang),
        limits=tuple(said(one, lang) for one in statement.limits),
        findings=findings_table(statement, lang),
        verify=verify_paragraphs(statement, lang),
        facts=facts(statement, lang),
        made=statement.made,
        words=_words(evidence_count(statement, evidence, lang), lang),
    )  # fmt: skip


def _words(count: str, lang: Language) -> dict[str, str]:
    """Short words of the forms."""
    t, space = translator(lang), "" if lang == "zh" else " "
    return {
        "skip": t("Skip to the report"), "contents": t("Contents"), "summary": t("Summary"), "page": t("Page"),
        "index": t("Index of requirements"), "crosswalk": t("The same answers in other standards"),
        "evidence": t("Evidence"), "figures": t("Figures"), "sources": t("Texts and documents"),
        "findings": t("What the checks found"), "limits": t("What this does not prove"),
        "verify": t("How to check this report"), "facts": t("About this report"), "behind": t("The numbers behind it"),
        "download": t("Download"), "requirement": t("Requirement"), "section": t("Section"), "where": t("Where"),
        "status": t("Status"), "reason": t("Reason or condition"), "answers": t("Answers"), "owner": t("Owner"),
        "caption-table": t("Table"), "caption-figure": t("Chart"),
        "figure": t("Figure"), "period": t("Period"), "value": t("Value"), "id": t("Id"),
        "interval": t("{level} interval", level=percent(LEVEL, lang)),
        "figures-note": count + space + t(
            "They stand by the section that shows each first. The id is the hash of all that the figure says and rests "
            "on, and wattstone trace follows it to its sources. The workbook has the keys too."
        ),
        "none": t("no section"), "draft": t("Draft"), "first": t("The numbers first"), "parts": t("How far it goes"),
        "no-findings": t("The checks found nothing."),
        "evidence-note": count + space + t("The id is the hash of all that the figure says and rests on."),
        "sources-note": t("Hashes are shortened; the manifest of an edition has them in full."),
        "crosswalk-note": t("Paragraphs of other requirement lists that the same sections serve."),
    }  # fmt: skip
