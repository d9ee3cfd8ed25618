"""The appendix: the figures that a report shows, how many it has, and what its texts and answers rest on."""

from collections.abc import Iterable, Mapping, Sequence

from wattstone.disclosure.statement import Answer, Shown, Statement, Written
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.disclosure.content import Chapter
from wattstone.interfaces.present.disclosure.figure_names import FigureNames
from wattstone.interfaces.present.disclosure.places import Place, places_of
from wattstone.interfaces.present.disclosure.sections import anchor
from wattstone.interfaces.present.disclosure.words import gas_words, person_words, state_words
from wattstone.interfaces.present.languages import Language, say_reason, translator
from wattstone.interfaces.present.numbers import LEVEL, every, percent
from wattstone.interfaces.present.programme.tables import unit_words
from wattstone.interfaces.present.programme.words import basis_name

__all__ = ["evidence_count", "evidence_row", "evidence_table", "shown_figures", "sources_table"]

_SHORT = 12
"""Characters of a hash that tell it from others at a glance."""

_SOME = 4
"""Pieces of evidence that are named of a section; the manifest has all."""

_BAND = 5
"""Place of the interval among the columns: left out where no figure has one."""


def evidence_table(
    statement: Statement, chapters: Sequence[Chapter], lang: Language, *, first: Iterable[str] = ()
) -> Table:
    """Every figure that a report shows; the last cell is its id, to which numbers of the report lead.

    Parameters
    ----------
    statement : Statement
    chapters : sequence of Chapter
    lang : {'en', 'zh'}
    first : iterable of str
        Ids of figures that stand before all sections.

    Returns
    -------
    content.Table
        With the first section that shows it. One that is not recorded has no id.
    """
    t = translator(lang)
    heads = (
        Head(t("Figure")), Head(t("Key")), Head(t("Section")), Head(t("Value"), True), Head(t("Unit")),
        Head(t("{level} interval", level=percent(LEVEL, lang))), Head(t("Basis")), Head(t("Method")), Head(t("Id")),
    )  # fmt: skip
    held, places = shown_figures(statement, chapters, lang, first=first)
    names = FigureNames(statement, lang)
    rows = tuple(evidence_row(one, places.get(one.id), names, lang) for one in held)
    filled = [place for place in range(len(heads)) if place != _BAND or any(row[place].text for row in rows)]
    return Table(tuple(heads[place] for place in filled), tuple(tuple(row[place] for place in filled) for row in rows))


def evidence_count(statement: Statement, table: Table, lang: Language) -> str:
    """How many figures stand in the evidence, and how many more the workbook has.

    Parameters
    ----------
    statement : Statement
    table : content.Table
        The evidence of the statement, as `evidence_table` makes it.
    lang : {'en', 'zh'}

    Returns
    -------
    str
        A sentence. Both numbers together are the figures of the statement, of its JSON, its workbook and its pack.
    """
    t, shown = translator(lang), len(table.rows)
    more = len(statement.figures) - shown
    if not more:
        return t("Figures that this report shows or names: {count}. It has no others.", count=shown)
    return t("Figures that this report shows or names: {count}. The workbook has {more} more, from rows and columns "
             "that its tables leave out.", count=shown, more=more)  # fmt: skip


def _order(one: Shown) -> tuple[bool, str, bool, str, str]:
    """The organisation's before those of sites, by period within a name; what is not recorded comes last."""
    return one.state == "missing", one.name, one.subject != "organisation", one.subject, one.period


def shown_figures(
    statement: Statement, chapters: Sequence[Chapter], lang: Language, *, first: Iterable[str] = ()
) -> tuple[list[Shown], Mapping[str, Place]]:
    """The figures that a report shows, in the order of the evidence, and where each stands first."""
    places = places_of(chapters, lang)
    shown = {*places, *first, ""}
    return sorted((one for one in statement.figures.values() if one.id in shown), key=_order), places


def evidence_row(one: Shown, place: Place | None, names: FigureNames, lang: Language) -> tuple[Cell, ...]:
    """What is told of a figure, cell by cell; the last is its id."""
    t = translator(lang)
    missing = one.state == "missing"
    value = t("not recorded") if missing else t("not known") if one.value is None else every(one.value)
    told = [basis_name(one.basis, lang)] if one.basis else []
    told += gas_words(one, lang)
    told += [state_words(one.state, lang)] if one.state in ("stale", "restated") else []
    told += [say_reason(one.reason, lang)] if one.value is None and one.reason else []
    where = Cell(place.section.number, href=f"#{place.section.key}") if place else Cell("")
    return (
        Cell(names.of(one)), Cell(one.key, code=True), where, Cell(value, numeric=one.value is not None),
        Cell(unit_words(one.unit, lang)), Cell(_band(one, lang)), Cell(t("; ").join(told)), Cell(one.method, code=True),
        Cell(one.id, code=True),
    )  # fmt: skip


def _band(one: Shown, lang: Language) -> str:
    t = translator(lang)
    if one.interval is None:
        return ""
    return t("{lower} to {upper}", lower=every(one.interval[0]), upper=every(one.interval[1]))


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
            (
                place,
                Cell(_versions(texts, lang)),
                Cell(_approved(statement, texts, lang)),
                Cell(_evidence(answer, lang), code=True),
            )
        )
    heads = (Head(t("Section")), Head(t("Texts, by version")), Head(t("Approved by")), Head(t("Rests on")))
    return Table(heads, tuple(rows)) if rows else None


def _versions(texts: Sequence[Written], lang: Language) -> str:
    t = translator(lang)
    names = {"en": t("English"), "zh": t("Chinese")}
    return "\n".join(t("{place}: {found}", place=names[one.lang], found=one.hash[:_SHORT]) for one in texts)


def _approved(statement: Statement, texts: Sequence[Written], lang: Language) -> str:
    t = translator(lang)
    told = list(dict.fromkeys(person_words(statement, one.approved_by, lang) or t("nobody yet") for one in texts))
    return t("; ").join(told)


def _evidence(answer: Answer, lang: Language) -> str:
    texts = {f"entry:{one.hash}" for one in answer.written.values()}  # these stand beside it, by version
    held = [one.partition(":") for one in answer.evidence if one not in texts]
    told = [f"{kind}:{rest[:_SHORT]}" if rest else kind[:_SHORT] for kind, _, rest in held]
    if answer.omission is not None:
        told.append(answer.omission.entry)
    t, each = translator(lang), list(dict.fromkeys(told))
    more = [t("and {count} more", count=len(each) - _SOME)] if len(each) > _SOME else []
    return "\n".join([*each[:_SOME], *more])
