"""Whose emissions a statement counts, and its totals: the parts that both layouts begin with."""

from wattstone.interfaces.present.content import Cell, Head, Section, Table
from wattstone.interfaces.present.countries import countries
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.names import approach_name, type_name
from wattstone.interfaces.present.numbers import every
from wattstone.interfaces.present.statement_book import StatementBook
from wattstone.interfaces.present.statement_totals import scopes_table

_LISTED = 40


def boundary_section(book: StatementBook, lang: Language) -> Section:
    """Organisation, approach, period, what is in and what is out, and the sites."""
    t, held = translator(lang), book.statement
    approach = t(
        "The organisation consolidates its sites by {approach}. The period is the year {year}, on the clocks of the "
        "sites.",
        approach=approach_name(held.approach, lang), year=held.year,
    )  # fmt: skip
    counted = {word: held.decisions.filter(decision=word).height for word in ("computed", "not_applicable")}
    out = held.decisions.height - sum(counted.values())
    scopes = t(
        "Computed: scopes 1 and 2, and {computed} of the 15 categories of scope 3. Not applicable: {idle}. Not "
        "estimated or not decided: {out}. The reasons stand below.",
        computed=counted["computed"], idle=counted["not_applicable"], out=out,
    )  # fmt: skip
    tables = (_sites(book, lang),) if held.sites.height else ()
    return Section("boundary", t("Boundary"), ((approach,), (scopes,)), tables=tables)


def _sites(book: StatementBook, lang: Language) -> Table:
    t, sites = translator(lang), book.statement.sites
    shown, named = sites.head(_LISTED), dict(countries(lang))
    rows = tuple(
        (
            Cell(row["name"] or row["site_id"]),
            Cell(type_name(row["type"], lang)),
            Cell(named.get(row["country"], row["country"]) or t("not known")),
            Cell(every(row["floor_area"]) if row["floor_area"] is not None else t("not known"), numeric=True),
        )
        for row in shown.iter_rows(named=True)
    )
    heads = (Head(t("Site")), Head(t("Type")), Head(t("Country")), Head(t("Floor area [m²]"), True))
    more = sites.height - shown.height
    return Table(heads, rows, t("{count} more sites are in the workbook.", count=more) if more else "")


def totals_section(book: StatementBook, lang: Language) -> Section:
    """Totals by scope on both bases."""
    t = translator(lang)
    return Section("totals", t("Emissions by scope"), tables=(scopes_table(book, lang),))
