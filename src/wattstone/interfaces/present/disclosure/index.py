"""Requirements against sections: where each is answered, how far, and which paragraphs of other standards it serves."""

from collections.abc import Mapping, Sequence
from datetime import date

from wattstone.disclosure.answers import requirement_status
from wattstone.disclosure.standards import Requirement, Standard, in_force, standards, versions_of
from wattstone.disclosure.statement import Answer, Statement
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.disclosure.content import Chapter, Index, IndexRow, Section, Target
from wattstone.interfaces.present.disclosure.sections import anchor
from wattstone.interfaces.present.disclosure.words import STATUSES
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.listing import listed

__all__ = ["crosswalk", "index_of"]


def index_of(standard: Standard, statement: Statement, chapters: Sequence[Chapter], lang: Language) -> Index:
    """The requirements of a standard against the sections of a report.

    Parameters
    ----------
    standard : Standard
        The report's own, or another that the same answers serve.
    statement : Statement
    chapters : sequence of Chapter
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    held = {one.topic.id: one for one in statement.answers}
    places = {section.key: section for chapter in chapters for section in chapter.sections}
    rows = tuple(_row(one, standard, held, places, lang) for one in standard.requirements)
    return Index(
        key=standard.key,
        title=t("{standard}, version {version}", standard=t(standard.title), version=standard.version),
        note=_note(standard, lang), rows=rows, own=standard.key == statement.standard.key,
    )  # fmt: skip


def _note(standard: Standard, lang: Language) -> str:
    t = translator(lang)
    told = [t(standard.note)] if standard.note else []
    told.append(t("Source of this list: {source}.", source=t(standard.source)))
    if standard.confidence in ("C", "unconfirmed"):
        told.append(t("The numbers of its paragraphs are not confirmed."))
    return ("" if lang == "zh" else " ").join(told)


def _row(
    one: Requirement, standard: Standard, held: Mapping[str, Answer], places: Mapping[str, Section], lang: Language
) -> IndexRow:
    t = translator(lang)
    answers = [held[topic] for topic in one.topics if topic in held]
    beyond = len(one.topics) - len(answers)
    status = requirement_status(one.status for one in answers)
    if beyond and status == "answered":
        status = "partly"
    reasons = [t(one.condition)] if one.condition else []
    reasons += [_left_out(each, lang) for each in answers if each.omission is not None]
    if beyond:
        reasons.append(t("The report has no section for all of it."))
    sections = [places[anchor(topic)] for topic in one.topics if anchor(topic) in places]
    return IndexRow(
        requirement=one.id, section=t(standard.sections.get(one.section, one.section)),
        targets=tuple(Target(key=each.key, number=each.number, title=each.title) for each in sections),
        status=status, status_words=t(STATUSES[status]), reason=("" if lang == "zh" else " ").join(reasons),
    )  # fmt: skip


def _left_out(answer: Answer, lang: Language) -> str:
    t = translator(lang)
    assert answer.omission is not None
    reason = answer.omission.reason.get(lang, "") or t("No reason is given in this language.")
    return t("{place}: {found}", place=t(answer.topic.title), found=reason)


def crosswalk(statement: Statement, chapters: Sequence[Chapter], lang: Language) -> Table | None:
    """The paragraphs of other standards that the same sections serve; None where there are none.

    Parameters
    ----------
    statement : Statement
    chapters : sequence of Chapter
    lang : {'en', 'zh'}

    Returns
    -------
    content.Table or None
        A row a section that serves some; its first cell leads to the section. Of each standard the version that binds
        the year, else its first.
    """
    t = translator(lang)
    sections = {section.key: section for chapter in chapters for section in chapter.sections}
    others = [one for one in _others(statement) if any(one.asking(each.topic.id) for each in statement.answers)]
    rows: list[tuple[Cell, ...]] = []
    for answer in statement.answers:
        asked = [listed((each.id for each in one.asking(answer.topic.id)), lang) for one in others]
        if any(asked):
            section = sections[anchor(answer.topic.id)]
            rows.append((Cell(f"{section.number} {section.title}", href=f"#{section.key}"), *map(Cell, asked)))
    if not rows:
        return None
    heads = (Head(t("Section")), *(Head(f"{one.id.upper().replace('-', ' ')} {one.version}") for one in others))
    return Table(heads, tuple(rows))


def _others(statement: Statement) -> list[Standard]:
    found: list[Standard] = []
    for name in dict.fromkeys(one.id for one in standards()):
        if name == statement.standard.id:
            continue
        try:
            found.append(in_force(name, date(statement.year, 1, 1)))
        except KeyError:
            found.append(versions_of(name)[0])
    return found
