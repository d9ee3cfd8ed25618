"""The parts of a report that say where its numbers come from, and which there are not."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from wattstone.interfaces.present.book import Book, Entry
from wattstone.interfaces.present.charts.base import Drawing
from wattstone.interfaces.present.content import Cell, Head, Section, Table, linked
from wattstone.interfaces.present.languages import Language, Translate, say_reason, translator
from wattstone.interfaces.present.names import clock_name, figure_name, flag_name, kind_name, opened
from wattstone.interfaces.present.numbers import LEVEL, every, group, interval, percent, written

_WORST = 30  # meters in the list of what to mend; the rest is in the workbook
_NAMED = 3  # subjects that are named before the others are counted


def quality_section(
    quality: pl.DataFrame | None, site: Callable[[str], str], lang: Language, *, rows: int = _WORST
) -> Section | None:
    """The meters whose readings are worst, or None where quality was not looked at.

    Parameters
    ----------
    quality : DataFrame or None
        As in `InventoryDocument.quality`; a column `clock` says what the clock changes show.
    site : callable
        Gives the name of a site by its id.
    lang : {'en', 'zh'}
    rows : int
        As many meters as are shown.
    """
    if quality is None or quality.is_empty():
        return None
    t = translator(lang)
    worst = quality.sort("score", "meter_id").head(rows)
    flags = [name for name, kind in worst.schema.items() if kind.is_integer() and worst[name].sum() > 0]
    heads = [Head(t("Meter")), Head(t("Site")), Head(t("Kind")), Head(t("Score"), True), Head(t("Missing"), True)]
    heads += [Head(flag_name(flag, lang), True) for flag in flags]
    clocks = "clock" in worst.columns
    if clocks:
        heads.append(Head(t("Clock")))
    cells = tuple(
        (
            Cell(row["meter_id"]),
            Cell(site(row["site_id"])),
            Cell(kind_name(row["kind"], lang)),
            _share(row["score"], lang),
            _share(row["gaps"], lang),
            *(Cell(group(str(row[flag] or 0)), numeric=True) for flag in flags),
            *([Cell(clock_name(row["clock"], lang))] if clocks else []),
        )
        for row in worst.iter_rows(named=True)
    )
    more = quality.height - worst.height
    note = t("{count} more meters are in the workbook.", count=more) if more else ""
    text = t("The lowest scores first. Columns on the right count readings that are flagged; flags change no total.")
    return Section("quality", t("Quality of the readings"), ((text,),), tables=(Table(tuple(heads), cells, note),))


def _share(value: float | None, lang: Language) -> Cell:
    t = translator(lang)
    return Cell(t("not known") if value is None else percent(value, lang), numeric=value is not None)


def absent_section(book: Book, lang: Language) -> Section | None:
    """What is not computed, with the reason and how many subjects it concerns; None where all is."""
    groups = absent_groups(book)
    if not groups:
        return None
    t = translator(lang)
    rows = tuple(
        (
            Cell(opened(figure_name(entries[0].name, lang)), entries[0].id),
            Cell(subjects(book, entries, lang)),
            Cell(say_reason(entries[0].reason, lang) or t("not known")),
        )
        for entries in groups
    )
    text = t("These figures have no value. They are not zero, and no total contains them.")
    heads = (Head(t("Figure")), Head(t("For")), Head(t("Reason")))
    return Section("not-computed", t("Not computed"), ((text,),), tables=(Table(heads, rows),))


def absent_groups(book: Book) -> list[list[Entry]]:
    """Figures of the organisation and of sites that are not computed: those of one name and one reason together."""
    groups: dict[tuple[str, str | None], list[Entry]] = {}
    for entry in book.absent():
        if not entry.subject.startswith("meter:"):
            groups.setdefault((entry.name, entry.reason), []).append(entry)
    return list(groups.values())


def subjects(book: Book, entries: list[Entry], lang: Language) -> str:
    """The first few subjects of figures by name, and how many more there are."""
    t = translator(lang)
    comma = "、" if lang == "zh" else ", "
    named = comma.join(book.subject(entry.subject, lang) for entry in entries[:_NAMED])
    more = len(entries) - _NAMED
    return t("{names} and {count} more", names=named, count=more) if more > 0 else named


def factors_section(book: Book, lang: Language) -> Section | None:
    """The factors that the figures rest on, with source and licence; None where none was used."""
    return factors_part(book.document.factors, lang)


def factors_part(factors: pl.DataFrame, lang: Language) -> Section | None:
    """Factors, schema `inventory.document.FACTORS`, with source and licence; None where there are none."""
    if factors.is_empty():
        return None
    t = translator(lang)
    told: dict[tuple[str, str], int] = {}  # a source, with its licence, stands once, however many factors are from it
    rows = tuple(
        (
            Cell(row["name"]),
            Cell(every(row["value"]) if row["value"] is not None else t("not known"), numeric=True),
            Cell(row["unit"] or ""),
            Cell(_gas(row["gas"], row["gwp_set"], t)),
            Cell(row["confidence"] or t("not known")),
            Cell(", ".join(str(told.setdefault(one, len(told) + 1)) for one in _told(row, lang))),
            Cell(row["id"], code=True),
        )
        for row in factors.iter_rows(named=True)
    )
    columns = (t("Factor"), t("Value"), t("Unit"), t("Gas"), t("Confidence"), t("Source"), t("Id"))
    heads = tuple(Head(column, place == 1) for place, column in enumerate(columns))
    sources = tuple(
        (Cell(str(place), numeric=True), Cell(source), Cell(licence)) for (source, licence), place in told.items()
    )
    text = t("Confidence: A, taken from the source itself; B, from a reliable copy of it; C, accepted by exception.")
    return Section(
        "factors", t("Emission factors"), ((text,),),
        tables=(
            Table(heads, rows),
            Table((Head(t("No."), True), Head(t("Source")), Head(t("Licence"))), sources,
                  title=t("Sources of the factors")),
        ),
    )  # fmt: skip


def _told(row: Mapping[str, Any], lang: Language) -> list[tuple[str, str]]:
    """The source of a factor with its licence, and what is noted of it."""
    t = translator(lang)
    source = (_source(row), row["licence"] or t("not known"))
    return [source, *((say_reason(note, lang), "") for note in _split(row["notes"]))]


def _gas(gas: str | None, gwp_set: str | None, t: Translate) -> str:
    if gas is None:
        return t("not known")
    if gas == "CO2":
        return t("CO2 alone")
    return f"{gas} ({gwp_set})" if gwp_set else gas


def _split(notes: str | None) -> list[str]:
    return [note for note in (notes or "").split("; ") if note]


def _source(row: Mapping[str, Any]) -> str:
    year = f" ({row['source_year']})" if row["source_year"] else ""
    return f"{row['source'] or ''}{year}"


def sources_section(book: Book, lang: Language) -> Section | None:
    """The files that the readings came from, with their hashes; None where there are none."""
    sources = book.document.sources
    if sources.is_empty():
        return None
    t = translator(lang)
    rows = tuple(
        (
            Cell(row["file"]),
            Cell(group(str(row["rows"])) if row["rows"] is not None else t("not known"), numeric=True),
            Cell(row["first"] or t("not known")),
            Cell(row["last"] or t("not known")),
            Cell(row["sha256"] or t("not known"), code=True),
        )
        for row in sources.head(200).iter_rows(named=True)
    )
    more = sources.height - len(rows)
    heads = (Head(t("File")), Head(t("Rows"), True), Head(t("First")), Head(t("Last")), Head("SHA-256"))
    note = t("{count} more files are in the workbook.", count=more) if more else ""
    return Section("sources", t("Where the readings came from"), tables=(Table(heads, rows, note),))


def evidence_section(
    book: Book, first: Sequence[str | Cell], lead: Drawing | None, sections: Sequence[Section], lang: Language
) -> Section:
    """Every figure that the report shows: its id, its method, and how to trace it to rows and factors."""
    t = translator(lang)
    ids = list(dict.fromkeys([*linked(first), *_ids([lead] if lead else []), *_of_sections(sections)]))
    heads = (
        Head(t("Figure")),
        Head(t("For")),
        Head(t("Period")),
        Head(t("Value"), True),
        Head(t("{level} interval", level=percent(LEVEL, lang))),
        Head(t("Method")),
        Head(t("Notes")),
        Head(t("Id")),
    )
    notes: dict[str, int] = {}
    rows = tuple(_evidence_row(book, entry, notes, lang) for entry in book.by_id(ids))
    text = t("To follow a figure to its rows and to the source of its factor, type this with its id:")
    command = Cell("wattstone trace WORKSPACE ID", code=True)
    said = tuple((Cell(str(place), numeric=True), Cell(opened(note))) for note, place in notes.items())
    tables = [Table(heads, rows)]
    if said:
        tables.append(Table((Head(t("Note"), True), Head(t("Text"))), said, title=t("Notes")))
    return Section("evidence", t("Evidence"), ((text, " ", command),), tables=tuple(tables))


def _of_sections(sections: Sequence[Section]) -> Iterator[str]:
    for section in sections:
        for paragraph in section.paragraphs:
            yield from linked(paragraph)
        yield from _ids(section.drawings)
        for table in section.tables:
            yield from _of_table(table)


def _ids(drawings: Sequence[Drawing]) -> Iterator[str]:
    for drawing in drawings:
        yield from _of_table(drawing.table)


def _of_table(table: Table) -> Iterator[str]:
    for row in table.rows:
        yield from linked(row)


def _evidence_row(book: Book, entry: Entry, notes: dict[str, int], lang: Language) -> tuple[Cell, ...]:
    """A figure in full. Notes and reasons come many times and may be long, so they stand below by number."""
    t = translator(lang)
    known = entry.value is not None
    value = f"{every(entry.value)} {written(entry.unit)}" if entry.value is not None else t("not computed")
    band = interval(entry.value or 0.0, entry.lower, entry.upper, entry.unit, lang, digits="all") if known else ""
    said = [say_reason(note, lang) for note in (entry.reason, *entry.notes) if note]
    places = [str(notes.setdefault(note, len(notes) + 1)) for note in said]
    return (
        Cell(opened(figure_name(entry.name, lang))),
        Cell(book.subject(entry.subject, lang)),
        Cell(entry.period),
        Cell(value, numeric=True),
        Cell(band or t("not known")),
        Cell(entry.method or t("not known"), code=True),
        Cell(", ".join(places)),
        Cell(entry.id, code=True),
    )
