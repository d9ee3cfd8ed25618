"""The figures that a statement shows, with their ids; what could not be computed; the factors below."""

from collections.abc import Iterator, Sequence

from wattstone.interfaces.present.book import Entry
from wattstone.interfaces.present.charts.base import Drawing
from wattstone.interfaces.present.content import Cell, Head, Section, Table, linked
from wattstone.interfaces.present.languages import Language, say_reason, translator
from wattstone.interfaces.present.names import opened, total_name
from wattstone.interfaces.present.numbers import LEVEL, every, interval, percent, written
from wattstone.interfaces.present.statement_book import StatementBook

_NAMED = 3


def statement_evidence(
    book: StatementBook, first: Sequence[str | Cell], drawings: Sequence[Drawing], sections: Sequence[Section],
    lang: Language,
) -> Section:  # fmt: skip
    """Every figure that the statement shows: its id, its interval, and how to trace it.

    Parameters
    ----------
    book : StatementBook
    first : sequence
        Texts and cells of the first screen.
    drawings : sequence of Drawing
        Outside of the sections.
    sections : sequence of Section
        All others.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    ids = list(dict.fromkeys([*linked(first), *_of_drawings(drawings), *_of_sections(sections)]))
    heads = (
        Head(t("Figure")),
        Head(t("For")),
        Head(t("Period")),
        Head(t("Value"), True),
        Head(t("{level} interval", level=percent(LEVEL, lang))),
        Head(t("Notes")),
        Head(t("Id")),
    )
    notes: dict[str, int] = {}
    rows = tuple(_row(book, name, entry, notes, lang) for name, entry in book.by_id(ids, lang))
    text = t("To follow a figure to its rows and to the source of its factor, type this with its id:")
    command = Cell("wattstone trace WORKSPACE ID", code=True)
    said = tuple((Cell(str(place), numeric=True), Cell(opened(note))) for note, place in notes.items())
    tables = [Table(heads, rows)]
    if said:
        tables.append(Table((Head(t("Note"), True), Head(t("Text"))), said, title=t("Notes")))
    return Section("evidence", t("Evidence"), ((text, " ", command),), tables=tuple(tables))


def _of_drawings(drawings: Sequence[Drawing]) -> Iterator[str]:
    for drawing in drawings:
        for row in drawing.table.rows:
            yield from linked(row)


def _of_sections(sections: Sequence[Section]) -> Iterator[str]:
    for section in sections:
        for paragraph in section.paragraphs:
            yield from linked(paragraph)
        yield from _of_drawings(section.drawings)
        for table in section.tables:
            for row in table.rows:
                yield from linked(row)


def _row(book: StatementBook, name: str, entry: Entry, notes: dict[str, int], lang: Language) -> tuple[Cell, ...]:
    t = translator(lang)
    value = f"{every(entry.value)} {written(entry.unit)}" if entry.value is not None else t("not computed")
    band = interval(entry.value or 0.0, entry.lower, entry.upper, entry.unit, lang, digits="all")
    said = [say_reason(note, lang) for note in (entry.reason, *entry.notes) if note]
    places = [str(notes.setdefault(note, len(notes) + 1)) for note in said]
    return (
        Cell(opened(name)),
        Cell(book.subject(entry.subject, lang)),
        Cell(entry.period),
        Cell(value, numeric=True),
        Cell(band or t("not known")),
        Cell(", ".join(places)),
        Cell(entry.id, code=True),
    )


def absent_part(book: StatementBook, lang: Language) -> Section | None:
    """What is not computed, with the reason and for whom; None where all is."""
    groups: dict[tuple[str, str | None], list[Entry]] = {}
    for entry in book.absent():
        groups.setdefault((entry.name, entry.reason), []).append(entry)
    if not groups:
        return None
    t = translator(lang)
    rows = tuple(
        (
            Cell(opened(total_name(name, lang)), entries[0].id),
            Cell(_places(book, entries, lang)),
            Cell(opened(say_reason(reason, lang)) or t("not known")),
        )
        for (name, reason), entries in groups.items()
    )
    text = t("These figures have no value. They are not zero, and no total contains them.")
    heads = (Head(t("Figure")), Head(t("For")), Head(t("Reason")))
    return Section("not-computed", t("Not computed"), ((text,),), tables=(Table(heads, rows),))


def _places(book: StatementBook, entries: list[Entry], lang: Language) -> str:
    t = translator(lang)
    comma = "、" if lang == "zh" else ", "
    named = comma.join(book.subject(entry.subject, lang) for entry in entries[:_NAMED])
    more = len(entries) - _NAMED
    return t("{names} and {count} more", names=named, count=more) if more > 0 else named
