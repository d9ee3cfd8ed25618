"""Emissions by the six categories of ISO 14064-1:2018, made from the scopes and their categories."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from wattstone.interfaces.present.book import Entry
from wattstone.interfaces.present.content import Cell, Head, Section, Table
from wattstone.interfaces.present.languages import Language, Translate, say_reason, translator
from wattstone.interfaces.present.names import opened, total_name
from wattstone.interfaces.present.numbers import LEVEL, percent
from wattstone.interfaces.present.scope3_table import not_valued
from wattstone.interfaces.present.statement_book import StatementBook
from wattstone.interfaces.present.statement_totals import band, tonnes
from wattstone.interfaces.present.statement_words import decision_name, iso_name

COUNT = 6  # categories of the standard


@dataclass(frozen=True)
class Placed:
    """Where a figure of the GHG Protocol stands.

    Parameters
    ----------
    figure : str
        Its name.
    category : int
        1 to 6.
    certain : bool
        Whether the standard's annex names it; False where the place is our reading.
    """

    figure: str
    category: int
    certain: bool


@cache
def placed() -> tuple[Placed, ...]:
    """The figures in the order of the GHG Protocol, with their categories.

    Examples
    --------
    >>> [one.figure for one in placed() if one.category == 3]
    ['scope3.4', 'scope3.6', 'scope3.7', 'scope3.9']
    """
    text = files("wattstone.interfaces.present").joinpath("iso14064.toml").read_text(encoding="utf-8")
    parts = tomllib.loads(text)["part"]
    return tuple(Placed(one["figure"], one["category"], one["certainty"] == "stated") for one in parts)


def iso_sums(book: StatementBook) -> dict[int, float | None]:
    """The sum of what is known of each category; None where nothing is. [kg CO2e]

    Category 2 takes imported energy by the location-based method; the market-based one stands beside it.
    """
    sums: dict[int, float | None] = {}
    for category in range(1, COUNT + 1):
        held = [book.known(one.figure) for one in placed() if one.category == category]
        values = [entry.value for entry in held if entry is not None and entry.value is not None]
        sums[category] = sum(values) if values else None
    return sums


def iso_section(book: StatementBook, lang: Language) -> Section:
    """The six categories, and below them the figures of which each is made."""
    t = translator(lang)
    texts = (
        (
            t(
                "This report follows ISO 14064-1:2018. Category 2 takes the location-based figure; the market-based "
                "one stands beside it and is never added."
            ),
        ),
        (
            t(
                "The categories are made from the scopes and categories of the GHG Protocol. Places marked as "
                "unconfirmed are our reading of the standard's annex: check them against your copy of it."
            ),
        ),
    )
    return Section("iso", t("Emissions by category"), texts, tables=(_sums(book, lang), _parts(book, lang)))


def _sums(book: StatementBook, lang: Language) -> Table:
    t = translator(lang)
    sums, market = iso_sums(book), book.known("scope2.market")
    none = not_valued("not_estimated", lang)
    rows: list[tuple[Cell, ...]] = [
        (
            Cell(str(category), numeric=True),
            Cell(iso_name(category, lang)),
            tonnes(value, none, _only(book, category)),
            tonnes(market.value, none, market.id) if category == 2 and market is not None else tonnes(value, none,
                   _only(book, category)),
        )
        for category, value in sums.items()
    ]  # fmt: skip
    totals = [book.own(f"total.{basis}") for basis in ("location", "market")]
    cells = [tonnes(one.value, t("not known"), one.id) if one is not None else Cell(t("not known")) for one in totals]
    rows.append((Cell(""), Cell(t("Total")), *cells))
    heads = (
        Head(t("No."), True),
        Head(t("Category")),
        Head(t("Location-based [t CO2e]"), True),
        Head(t("Market-based [t CO2e]"), True),
    )
    return Table(heads, tuple(rows), title=t("The six categories"))


def _word(decision: Mapping[str, Any] | None, lang: Language) -> str:
    """What stands in place of the emissions of a part: of scope 3, what was decided."""
    return not_valued(str(decision["decision"]) if decision is not None else "computed", lang)


def _only(book: StatementBook, category: int) -> str | None:
    """Id of the figure that a category equals, where it is made of one alone."""
    entries = [entry for one in placed() if one.category == category and (entry := book.known(one.figure)) is not None]
    return entries[0].id if len(entries) == 1 else None


def _parts(book: StatementBook, lang: Language) -> Table:
    t = translator(lang)
    decisions = {row["category"]: row for row in book.statement.decisions.iter_rows(named=True)}
    rows: list[tuple[Cell, ...]] = []
    for one in sorted(placed(), key=lambda one: one.category):
        entry = book.own(one.figure)
        number = one.figure.removeprefix("scope3.")
        decision = decisions.get(int(number)) if number.isdigit() else None
        rows.append(
            (
                Cell(str(one.category), numeric=True),
                Cell(opened(total_name(one.figure, lang))),
                tonnes(entry.value if entry else None, _word(decision, lang), entry.id if entry else None),
                Cell(_sure(entry, decision, lang, t)),
                Cell(t("named in the standard") if one.certain else t("unconfirmed")),
            )
        )
    heads = (
        Head(t("No."), True),
        Head(t("Figure")),
        Head(t("Value [t CO2e]"), True),
        Head(t("{level} interval, or why there is no value", level=percent(LEVEL, lang))),
        Head(t("Placement")),
    )
    return Table(heads, tuple(rows), title=t("What each category is made of"))


def _sure(entry: Entry | None, decision: dict[str, object] | None, lang: Language, t: Translate) -> str:
    if entry is not None and entry.value is not None:
        return band(entry, lang)
    if decision is not None:
        why = say_reason(str(decision["reason"]), lang) if decision["reason"] else t("no reason is given")
        return t("{place}: {found}", place=opened(decision_name(str(decision["decision"]), lang)), found=why)
    return opened(say_reason(entry.reason, lang)) if entry is not None and entry.reason else t("not known")
