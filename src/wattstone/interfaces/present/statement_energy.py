"""Scope 2 on both bases, with the instruments that the market-based figure rests on."""

import polars as pl

from wattstone.interfaces.present.book import Entry
from wattstone.interfaces.present.content import Cell, Head, Section, Table, number
from wattstone.interfaces.present.contract_words import instrument_name
from wattstone.interfaces.present.languages import Language, say_reason, translator
from wattstone.interfaces.present.names import opened, total_name
from wattstone.interfaces.present.numbers import LEVEL, every, percent
from wattstone.interfaces.present.statement_book import StatementBook
from wattstone.interfaces.present.statement_totals import TONNE, band, tonnes

_MWH = 1000.0  # kWh
_LISTED = 40  # instruments on a page; the rest is in the workbook


def dual_section(book: StatementBook, lang: Language) -> Section | None:
    """Location-based and market-based scope 2, instruments and matches; None where scope 2 is not known at all."""
    t = translator(lang)
    both = [entry for name in ("scope2.location", "scope2.market") if (entry := book.own(name)) is not None]
    if not both:
        return None
    texts = [
        (
            t(
                "The location-based figure takes the average intensity of the grids where energy is used. The "
                "market-based figure takes what contracts, certificates and suppliers say, and the residual mix for "
                "the rest. Neither replaces the other."
            ),
        )
    ]
    if matches := _matches(book, lang):
        texts.append((matches,))
    tables = [_both(book, both, lang)]
    if not book.statement.instruments.is_empty():
        tables.append(_instruments(book, lang))
    return Section("scope2", t("Scope 2 on both bases"), tuple(texts), tables=tuple(tables))


def _both(book: StatementBook, both: list[Entry], lang: Language) -> Table:
    t = translator(lang)
    heads = (
        Head(t("Figure")),
        Head(t("Value [t CO2e]"), True),
        Head(t("{level} interval [t CO2e]", level=percent(LEVEL, lang))),
        Head(t("{year} [t CO2e]", year=book.last), True),
    )
    rows = tuple(
        (
            Cell(opened(total_name(entry.name, lang))),
            tonnes(entry.value, opened(say_reason(entry.reason, lang)) or t("not known"), entry.id),
            Cell(band(entry, lang) if entry.value is not None else t("not applicable")),
            number(book.before(entry.name), TONNE, t("not known")),
        )
        for entry in both
    )
    return Table(heads, rows, title=t("Both bases"))


def _matches(book: StatementBook, lang: Language) -> str:
    t, held = translator(lang), book.statement
    said: list[str] = []
    if held.annual_match is not None:
        said.append(t("Contracts cover {share} of the electricity by the year.",
                      share=percent(held.annual_match, lang)))  # fmt: skip
    if held.hourly_match is not None:
        said.append(t("By the hour, {share} of it was matched.", share=percent(held.hourly_match, lang)))
    return (" " if lang == "en" else "").join(said)


def _instruments(book: StatementBook, lang: Language) -> Table:
    t = translator(lang)
    ordered = book.statement.instruments.sort(~pl.col("accepted"), -pl.col("energy"), "instrument")
    rows = tuple(
        (
            Cell(row["instrument"], code=True),
            Cell(opened(instrument_name(row["kind"], lang))),
            Cell(book.site(row["site_id"], lang)),
            Cell(every(row["energy"] / _MWH) if row["energy"] is not None else t("not known"), numeric=True),
            Cell(every(row["factor"]) if row["factor"] is not None else t("not known"), numeric=True),
            tonnes(row["value"], t("not known")),
            Cell(t("yes") if row["accepted"] else t("no: {reason}", reason=say_reason(row["reason"], lang))),
        )
        for row in ordered.head(_LISTED).iter_rows(named=True)
    )
    heads = (
        Head(t("Instrument")),
        Head(t("Kind")),
        Head(t("Site")),
        Head(t("Used [MWh]"), True),
        Head(t("Factor [kg CO2e/kWh]"), True),
        Head(t("Emissions [t CO2e]"), True),
        Head(t("Meets the quality criteria")),
    )
    more = ordered.height - len(rows)
    note = t("{count} more are in the workbook.", count=more) if more else ""
    return Table(heads, rows, note, t("Contractual instruments"))
