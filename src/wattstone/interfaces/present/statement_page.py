"""The statement of a complete inventory as a document: by the GHG Protocol, or by ISO 14064-1."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

from wattstone.interfaces.present.charts.sankey import sankey_drawing
from wattstone.interfaces.present.content import Cell, Headline, Report, Section, Step, shown, weave
from wattstone.interfaces.present.evidence import factors_part
from wattstone.interfaces.present.html import render_page
from wattstone.interfaces.present.languages import Language, counter, day, mark, translator
from wattstone.interfaces.present.names import approach_name, opened, total_name
from wattstone.interfaces.present.numbers import change, interval
from wattstone.interfaces.present.report import frame_words, mending_steps
from wattstone.interfaces.present.statement_book import StatementBook
from wattstone.interfaces.present.statement_boundary import boundary_section, totals_section
from wattstone.interfaces.present.statement_chain import chain_section
from wattstone.interfaces.present.statement_checks import checks_section
from wattstone.interfaces.present.statement_energy import dual_section
from wattstone.interfaces.present.statement_evidence import absent_part, statement_evidence
from wattstone.interfaces.present.statement_history import base_section, change_section
from wattstone.interfaces.present.statement_iso import iso_section
from wattstone.interfaces.present.statement_required import index_section
from wattstone.interfaces.present.statement_sure import sure_section
from wattstone.interfaces.present.statement_totals import (
    activities_section,
    apart_section,
    gases_section,
    intensities_section,
    sites_section,
)
from wattstone.inventory.statement import GhgStatement

Layout = Literal["ghgp", "iso14064"]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)

_FIRST = ("total.location", "total.market", "scope1", "scope3")
_STEPS = 5
_TITLES = {
    "ghgp": mark("Greenhouse gas statement {year}, by the GHG Protocol"),
    "iso14064": mark("Greenhouse gas report {year}, by ISO 14064-1:2018"),
}


def build_statement(statement: GhgStatement, lang: Language, layout: Layout = "ghgp") -> Report:
    """Say what a statement holds, in a language and in the order of a standard.

    Parameters
    ----------
    statement : GhgStatement
        The complete inventory.
    lang : {'en', 'zh'}
    layout : {'ghgp', 'iso14064'}
        By the Corporate Standard, the Scope 2 Guidance and the scope 3 standard of the GHG Protocol, or by
        ISO 14064-1:2018.

    Returns
    -------
    Report
        Without a part for what does not exist; an index says where each piece of required information stands, and
        which is not there.
    """
    t = translator(lang)
    book = StatementBook(statement)
    parts = tuple(section for section in _sections(book, lang, layout) if section is not None)
    sections = (*parts, index_section(book, layout, parts, lang))
    headlines = tuple(_headlines(book, lang))
    sentence = _sentence(book, lang)
    lead = sankey_drawing(book, "location", lang)
    first = [*sentence, *(line.value for line in headlines)]
    sections = tuple(_unbroken(section) for section in sections)
    evidence = statement_evidence(book, first, [lead] if lead else [], sections, lang)
    return Report(
        lang=lang,
        title=t(_TITLES[layout], year=statement.year),
        organisation=statement.organisation,
        banner=t("Simulated data. These figures rest on data that were generated; nobody emitted this.")
        if statement.simulated
        else "",
        sentence=sentence,
        headlines=headlines,
        lead=lead,
        steps=tuple(_steps(book, lang))[:_STEPS],
        sections=(*sections, evidence),
        facts=_facts(statement, lang),
        words=frame_words(t),
    )


def _unbroken(section: Section) -> Section:
    """A part whose heads keep their units in one line."""
    tables = tuple(
        replace(table, heads=tuple(replace(head, text=head.text.replace("t CO2e]", "t\N{NO-BREAK SPACE}CO2e]"))
                                   for head in table.heads))
        for table in section.tables
    )  # fmt: skip
    return replace(section, tables=tables)


def statement_page(statement: GhgStatement, lang: Language, layout: Layout = "ghgp") -> str:
    """The statement as a self-contained page; parameters as of `build_statement`.

    Returns
    -------
    str
        HTML that loads nothing and runs no script.
    """
    return render_page(build_statement(statement, lang, layout))


def statement_pdf(
    statement: GhgStatement, lang: Language, layout: Layout = "ghgp", font_paths: Sequence[Path | str] = ()
) -> bytes:
    """The statement as a PDF; parameters as of `build_statement`, and folders with fonts beside those of the system.

    Raises
    ------
    InputRefused
        If no font holds a character that the statement contains.
    """
    from wattstone.interfaces.present.pdf import print_report

    return print_report(build_statement(statement, lang, layout), made=statement.generated, font_paths=font_paths)


def _sections(book: StatementBook, lang: Language, layout: Layout) -> Iterator[Section | None]:
    yield boundary_section(book, lang)
    for make in _ORDERS[layout]:
        yield make(book, lang)
    yield factors_part(book.statement.factors, lang)


_Make = Callable[[StatementBook, Language], Section | None]
_AFTER: tuple[_Make, ...] = (
    apart_section,
    base_section,
    change_section,
    sure_section,
    checks_section,
    intensities_section,
    sites_section,
    activities_section,
    absent_part,
)
_ORDERS: dict[Layout, tuple[_Make, ...]] = {
    "ghgp": (totals_section, gases_section, dual_section, chain_section, *_AFTER),
    "iso14064": (iso_section, gases_section, totals_section, dual_section, chain_section, *_AFTER),
}

_SENTENCE = mark(
    "In {year}, {organisation} emitted {location} by the location-based method, or {market} by the market-based "
    "method: {one} in scope 1, {two} or {other} in scope 2, and {three} in scope 3."
)
_LITTLE = mark("The emissions of {organisation} in {year} are not complete: the parts below say what is known.")


def _sentence(book: StatementBook, lang: Language) -> tuple[str | Cell, ...]:
    t = translator(lang)
    names = {"location": "total.location", "market": "total.market", "one": "scope1", "two": "scope2.location",
             "other": "scope2.market", "three": "scope3"}  # fmt: skip
    found = {place: book.known(name) for place, name in names.items()}
    cells = {"year": Cell(book.year), "organisation": Cell(book.statement.organisation)}
    if any(entry is None for entry in found.values()):
        return weave(t, _LITTLE, **cells)
    return weave(t, _SENTENCE, **cells, **{place: shown(entry, lang, "") for place, entry in found.items()})


def _headlines(book: StatementBook, lang: Language) -> Iterator[Headline]:
    t = translator(lang)
    for name in _FIRST:
        entry, last = book.known(name), book.before(name)
        if entry is None or entry.value is None:
            continue
        moved = 100 * (entry.value / last.value - 1) if last is not None and last.value else None
        band = interval(entry.value, entry.lower, entry.upper, entry.unit, lang)
        yield Headline(
            label=opened(total_name(name, lang)),
            value=shown(entry, lang, ""),
            interval=band or t("interval not known"),
            change=change(moved, book.statement.year - 1, lang),
        )


def _steps(book: StatementBook, lang: Language) -> Iterator[Step]:
    t, n = translator(lang), counter(lang)
    undecided = book.statement.decisions.filter(decision="undecided").height
    if undecided:
        yield Step(
            t("Decide every category of scope 3"),
            n("{count} category is not decided yet.", "{count} categories are not decided yet.", undecided),
        )
    yield from mending_steps(book.statement.outstanding, lang)
    if book.statement.base_year is None:
        yield Step(t("Set a base year"), t("Targets and comparisons over years need one."))


def _facts(statement: GhgStatement, lang: Language) -> tuple[tuple[str, str], ...]:
    t = translator(lang)
    return (
        (t("Organisation"), statement.organisation),
        (t("Period"), t("{year}, on the clocks of the sites", year=statement.year)),
        (t("Sites"), str(statement.sites.height)),
        (t("Consolidation approach"), approach_name(statement.approach, lang)),
        (t("Global warming potentials"), t("IPCC {edition}, 100 years", edition=statement.gwp_set)),
        (t("Base year"), str(statement.base_year) if statement.base_year else t("not set")),
        (t("Currency"), statement.currency),
        (t("Made on"), f"{day(statement.generated, lang)}, {statement.generated:%H:%M %Z}"),
    )
