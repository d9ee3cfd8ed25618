"""What stands first and last in a report: a summary, the numbers that come first, limits, and how to check it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from wattstone.base import Finding
from wattstone.disclosure.statement import Answer, Edition, FigureState, Shown, Statement, Status
from wattstone.interfaces.present.content import Cell, Head, Headline, Table
from wattstone.interfaces.present.disclosure.content import Chapter, Paragraph, Piece
from wattstone.interfaces.present.disclosure.words import (
    STATUSES,
    band_words,
    gas_words,
    label_words,
    number_words,
    person_words,
    state_words,
)
from wattstone.interfaces.present.heading import findings_section
from wattstone.interfaces.present.languages import Language, counter, day, translator
from wattstone.interfaces.present.numbers import LEVEL, change, percent
from wattstone.interfaces.present.programme.words import BASES, basis_name

__all__ = ["edition_words", "facts", "findings_table", "headlines", "overview", "summary", "verify_paragraphs"]

_FIRST = (
    "scope1", "scope2.location", "scope2.market", "scope3", "disclose.energy.total", "disclose.energy.renewable_share",
    "energy.total", "total.location", "total.market",
)  # fmt: skip
"""Figures that come first where they are known."""

_HEADLINES = 6
_ASIDE: tuple[FigureState, ...] = ("stale", "restated", "missing")
_ORDER: tuple[Status, ...] = ("answered", "partly", "omitted", "open")


def edition_words(edition: Edition | None, lang: Language) -> str:
    """`Draft`, or which edition it is and when it was locked."""
    t = translator(lang)
    if edition is None:
        return t("Draft")
    return t("Edition {number}, locked on {day}", number=edition.number, day=day(edition.locked_at, lang))


def headlines(statement: Statement, lang: Language) -> tuple[Headline, ...]:
    """The numbers that come first: of the organisation and the year, as far as they are known."""
    return tuple(_headlines(statement, lang))[:_HEADLINES]


def _headlines(statement: Statement, lang: Language) -> Iterator[Headline]:
    t = translator(lang)
    for name in _FIRST:
        one = statement.figures.get(f"{name}@{statement.year}")
        if one is None or one.value is None or one.state == "missing":
            continue
        notes = [basis_name(one.basis, lang)] if one.basis in BASES else []
        notes += gas_words(one, lang)
        notes += [state_words(one.state, lang)] if one.state != "current" else []
        yield Headline(
            label=label_words(one, lang), value=Cell(number_words(one, lang), one.id, numeric=True),
            interval=band_words(one, lang), change=_change(one, statement, lang),
            note=t("; ").join(notes),
        )  # fmt: skip


def _change(one: Shown, statement: Statement, lang: Language) -> str:
    before = statement.figures.get(f"{one.name}@{statement.year - 1}")
    if before is None or before.value is None or not before.value or one.value is None or before.unit != one.unit:
        return ""
    return change((one.value / before.value - 1) * 100, statement.year - 1, lang)


def summary(statement: Statement, lang: Language) -> tuple[Paragraph, ...]:
    """How far the report goes, said in sentences."""
    return tuple(Paragraph((Piece(text=one),)) for one in _sentences(statement, lang))


def _sentences(statement: Statement, lang: Language) -> Iterator[str]:
    t, n = translator(lang), counter(lang)
    counts = _counts(statement.answers)
    statuses = t(", ").join(_of(counts[one], t(STATUSES[one]), lang) for one in _ORDER if counts[one])
    yield ("" if lang == "zh" else " ").join((
        t("This report follows {standard}.", standard=t(statement.standard.title)),
        n("Of {count} topic that it asks for: {statuses}.", "Of {count} topics that it asks for: {statuses}.",
          len(statement.answers), statuses=statuses),
    ))  # fmt: skip
    yield t("Every amount, share, price and measured value in it is a figure of the workspace that leads to the "
            "evidence at the end. Years, ranks from 1 to 5, places in lists and counts of entries and topics are no "
            "figures; a change against another year is computed from two.")  # fmt: skip
    states = [one.state for one in statement.figures.values()]
    aside: list[tuple[FigureState, int]] = [(one, states.count(one)) for one in _ASIDE if states.count(one)]
    if aside:
        words = t(", ").join(_of(count, state_words(one, lang), lang) for one, count in aside)
        yield t("Of {count} figures that it shows or names: {states}. Each says so where it stands.",
                count=len(states), states=words)  # fmt: skip
    waiting = sum(1 for one in statement.answers for each in one.written.values() if not each.approved_by)
    if waiting:
        yield n("{count} text is not reviewed yet.", "{count} texts are not reviewed yet.", waiting)
    first = headlines(statement, lang)
    if first and not any(one.interval for one in first):
        yield t("No {level} interval is known for the numbers below.", level=percent(LEVEL, lang))
    elif not all(one.interval for one in first):
        yield t("Where no {level} interval stands at a number below, none is known.", level=percent(LEVEL, lang))
    if statement.edition is None:
        yield t("This is a draft: it changes with the workspace until it is locked.")


def _of(count: int, words: str, lang: Language) -> str:
    t = translator(lang)
    return t("{count} {words}", count=count, words=words)


def _counts(answers: Sequence[Answer]) -> dict[Status, int]:
    held = [one.status for one in answers]
    return {one: held.count(one) for one in _ORDER}


def overview(chapters: Sequence[Chapter], lang: Language) -> Table:
    """How many sections of each part are answered, by status."""
    t = translator(lang)
    heads = (Head(t("Part of the report")), *(Head(t(STATUSES[one]), True) for one in _ORDER))
    rows = tuple(
        (
            Cell(f"{chapter.number} {chapter.title}", href=f"#{chapter.key}"),
            *(Cell(str([one.status for one in chapter.sections].count(status)), numeric=True) for status in _ORDER),
        )
        for chapter in chapters
    )
    return Table(heads, rows)


def findings_table(statement: Statement, lang: Language) -> Table | None:
    """What the checks found; None where nothing."""
    section = findings_section([_named(one, statement, lang) for one in statement.findings], lang)
    return None if section is None else section.tables[0]


def _named(one: Finding, statement: Statement, lang: Language) -> Finding:
    """A finding that calls persons and things as the report does in a language."""
    told = {name: statement.called(value, lang) for name, value in one.params.items() if isinstance(value, str)}
    return replace(one, params={**one.params, **told})


def facts(statement: Statement, lang: Language) -> tuple[tuple[str, str], ...]:
    """What the report is, of when, and by which list."""
    t, held = translator(lang), statement.standard
    told = [
        (t("Organisation"), person_words(statement, statement.organisation, lang)),
        (t("Reporting year"), str(statement.year)),
        (t("Standard"), t(held.title)), (t("Version of its list"), held.version),
        (t("Edition of the report"), edition_words(statement.edition, lang)),
        (t("Made on"), f"{day(statement.made, lang)}, {statement.made:%H:%M %Z}"),
    ]  # fmt: skip
    if statement.edition is not None:
        told.append((t("SHA-256 of the edition"), statement.edition.sha256))
        told.append((t("Signed with key"), statement.edition.key or t("not signed")))
    return tuple(told)


def verify_paragraphs(statement: Statement, lang: Language) -> tuple[Paragraph, ...]:
    """How anybody with the workspace, or with the assurance pack, checks the report."""
    t = translator(lang)
    name = f"--standard {statement.standard.key} --year {statement.year}"
    told = [(t("To follow a number to readings and factors:"), "wattstone trace WORKSPACE ID")]
    if statement.edition is None:
        told.append((t("To see what a draft still lacks:"), f"wattstone disclose status WORKSPACE {name}"))
    else:
        told.append((
            t("To check that nothing under this edition has changed since it was locked:"),
            f"wattstone disclose verify WORKSPACE {name} --edition {statement.edition.number}",
        ))  # fmt: skip
    return tuple(Paragraph((Piece(text=text + " "), Piece(text=code, code=True))) for text, code in told)
