"""The appendix: every figure that a report shows, what texts and answers rest on, and what the checks found."""

from collections.abc import Sequence

from wattstone.disclosure.statement import Answer, Shown, Statement, Written
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.disclosure.content import Chapter
from wattstone.interfaces.present.disclosure.sections import anchor
from wattstone.interfaces.present.disclosure.words import label_words, state_words
from wattstone.interfaces.present.languages import Language, say_reason, translator
from wattstone.interfaces.present.numbers import LEVEL, every, percent
from wattstone.interfaces.present.programme.tables import unit_words
from wattstone.interfaces.present.programme.words import basis_name

__all__ = ["evidence_table", "sources_table"]

_SHORT = 12
"""Characters of a hash that tell it from others at a glance."""


def evidence_table(statement: Statement, lang: Language) -> Table:
    """Every figure of a report; the last cell is its id, to which numbers of the report lead.

    Parameters
    ----------
    statement : Statement
    lang : {'en', 'zh'}

    Returns
    -------
    content.Table
        By what figures are called; one that is not recorded has no id.
    """
    t = translator(lang)
    heads = (
        Head(t("Figure")), Head(t("Key")), Head(t("Value"), True), Head(t("Unit")),
        Head(t("{level} interval", level=percent(LEVEL, lang))), Head(t("Basis")), Head(t("Method")), Head(t("Id")),
    )  # fmt: skip
    held = sorted(statement.figures.values(), key=_order)
    return Table(heads, tuple(_figure(one, lang) for one in held))


def _order(one: Shown) -> tuple[bool, str, bool, str, str]:
    """The organisation's before those of sites, the newest period first among those of a name."""
    return one.state == "missing", one.name, one.subject != "organisation", one.subject, one.period


def _figure(one: Shown, lang: Language) -> tuple[Cell, ...]:
    t = translator(lang)
    missing = one.state == "missing"
    value = t("not recorded") if missing else t("not known") if one.value is None else every(one.value)
    band = (
        ""
        if one.interval is None
        else t("{lower} to {upper}", lower=every(one.interval[0]), upper=every(one.interval[1]))
    )
    told = [basis_name(one.basis, lang)] if one.basis else []
    told += [state_words(one.state, lang)] if one.state in ("stale", "restated") else []
    told += [say_reason(one.reason, lang)] if one.value is None and one.reason else []
    return (
        Cell(label_words(one, lang)), Cell(one.key, code=True), Cell(value, numeric=one.value is not None),
        Cell(unit_words(one.unit, lang)), Cell(band), Cell(t("; ").join(told)), Cell(one.method, code=True),
        Cell(one.id, code=True),
    )  # fmt: skip


def sources_table(statement: Statement, chapters: Sequence[Chapter], lang: Language) -> Table | None:
    """The texts of a report by version, who approved them, and the evidence that answers name; None without any.

    Parameters
    ----------
    statement : Statement
    chapters : sequence of Chapter
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    sections = {section.key: section for chapter in chapters for section in chapter.sections}
    rows: list[tuple[Cell, ...]] = []
    for answer in statement.answers:
        section = sections[anchor(answer.topic.id)]
        texts = [answer.written[one] for one in ("en", "zh") if one in answer.written]
        if not texts and not answer.evidence and answer.omission is None:
            continue
        place = Cell(f"{section.number} {section.title}", href=f"#{section.key}")
        rows.append(
            (place, Cell(_versions(texts, lang)), Cell(_approved(texts, lang)), Cell(_evidence(answer), code=True))
        )
    heads = (Head(t("Section")), Head(t("Texts, by version")), Head(t("Approved by")), Head(t("Rests on")))
    return Table(heads, tuple(rows)) if rows else None


def _versions(texts: Sequence[Written], lang: Language) -> str:
    t = translator(lang)
    names = {"en": t("English"), "zh": t("Chinese")}
    return "\n".join(t("{place}: {found}", place=names[one.lang], found=one.hash[:_SHORT]) for one in texts)


def _approved(texts: Sequence[Written], lang: Language) -> str:
    t = translator(lang)
    told = list(dict.fromkeys(one.approved_by or t("nobody yet") for one in texts))
    return t("; ").join(told)


def _evidence(answer: Answer) -> str:
    held = [one.partition(":") for one in answer.evidence]
    told = [f"{kind}:{rest[:_SHORT]}" if rest else kind[:_SHORT] for kind, _, rest in held]
    if answer.omission is not None:
        told.append(answer.omission.entry)
    return "\n".join(dict.fromkeys(told))
