"""The base year, what was recalculated since, and what changed against the year before."""

from wattstone.interfaces.present.charts.change import change_drawing
from wattstone.interfaces.present.content import Cell, Head, Section, Table
from wattstone.interfaces.present.languages import Language, day, say_reason, translator
from wattstone.interfaces.present.names import opened, total_name
from wattstone.interfaces.present.numbers import signed
from wattstone.interfaces.present.statement_book import StatementBook
from wattstone.interfaces.present.statement_totals import TONNE, tonnes
from wattstone.interfaces.present.statement_words import effect_name, trigger_name
from wattstone.inventory.effects import EFFECTS


def base_section(book: StatementBook, lang: Language) -> Section:
    """The base year and the series since, as reported and recalculated, with every restatement."""
    t, held = translator(lang), book.statement
    if held.base_year is None:
        text = t("No base year is set. Targets and comparisons over years need one.")
    else:
        text = t(
            "The base year is {year}. Earlier years are recalculated when the structure, a method or an error changes "
            "them by more than the policy's threshold; what was first reported stays beside it.",
            year=held.base_year,
        )
    tables: list[Table] = []
    if not held.series.is_empty():
        tables.append(_series(book, lang))
    if not held.restatements.is_empty():
        tables.append(_restatements(book, lang))
    texts: list[tuple[str | Cell, ...]] = [(text,)]
    if held.restatements.is_empty():
        texts.append((t("No year was recalculated."),))
    return Section("base-year", t("Base year and recalculation"), tuple(texts), tables=tuple(tables))


def _series(book: StatementBook, lang: Language) -> Table:
    t = translator(lang)
    unknown = t("not known")
    rows = tuple(
        (
            Cell(str(row["year"]) + (f" ({t('base year')})" if row["year"] == book.statement.base_year else "")),
            Cell(opened(total_name(row["name"], lang))),
            tonnes(row["reported"], unknown),
            tonnes(row["recalculated"], unknown),
            Cell(_signed(row["reported"], row["recalculated"]) or unknown, numeric=True),
        )
        for row in book.statement.series.sort("name", "year").iter_rows(named=True)
    )
    heads = (
        Head(t("Year")),
        Head(t("Total")),
        Head(t("As first reported [t CO2e]"), True),
        Head(t("Recalculated [t CO2e]"), True),
        Head(t("Difference [t CO2e]"), True),
    )
    return Table(heads, rows, title=t("Series from the base year"))


def _signed(before: float | None, after: float | None) -> str:
    if before is None or after is None:
        return ""
    return signed((after - before) / TONNE)


def _restatements(book: StatementBook, lang: Language) -> Table:
    t = translator(lang)
    unknown = t("not known")
    rows = tuple(
        (
            Cell(str(row["year"])),
            Cell(opened(total_name(row["name"], lang))),
            Cell(opened(trigger_name(row["trigger"], lang))),
            tonnes(row["before"], unknown),
            tonnes(row["after"], unknown),
            Cell(opened(say_reason(row["reason"], lang))),
            Cell(t("{who}, {day}", who=row["accepted_by"] or unknown, day=day(row["at"], lang))),
            Cell(row["entry"][:12], code=True),  # as the ledger page shows it; all of it is in the workbook
        )
        for row in book.statement.restatements.sort("at").iter_rows(named=True)
    )
    heads = (
        Head(t("Year")),
        Head(t("Total")),
        Head(t("Trigger")),
        Head(t("Before [t CO2e]"), True),
        Head(t("After [t CO2e]"), True),
        Head(t("Reason")),
        Head(t("Accepted")),
        Head(t("Entry in the ledger")),
    )
    return Table(heads, rows, title=t("Restatements"))


def change_section(book: StatementBook, lang: Language) -> Section | None:
    """What changed each total against the year before, by effect; None where nothing is compared."""
    change = book.statement.change
    if change.is_empty():
        return None
    t = translator(lang)
    names = list(dict.fromkeys(change["name"]))
    totals = [name for name in ("total.location", "total.market") if name in names] or names[:1]
    drawings = [change_drawing(book, name, lang) for name in totals]
    text = t("The effects of a total add up to its change: nothing is left over. All values in t CO2e.")
    return Section("change", t("What changed since {year}", year=book.last), ((text,),),
                   tuple(one for one in drawings if one is not None), (_effects(book, names, lang),))  # fmt: skip


def _effects(book: StatementBook, names: list[str], lang: Language) -> Table:
    """A row for each total, the largest first, a column for each effect."""
    t = translator(lang)
    change = book.statement.change
    by = {(row["name"], row["effect"]): row["value"] for row in change.iter_rows(named=True)}
    effects = [name for name in EFFECTS if name in set(change["effect"])]
    effects += sorted(set(change["effect"]) - set(EFFECTS))
    ordered = sorted(names, key=lambda name: -abs(_value(book, name)))
    rows = tuple(
        (
            Cell(opened(total_name(name, lang))),
            *(Cell(_plus(by.get((name, effect))) or t("none"), numeric=True) for effect in effects),
            Cell(_plus(float(change.filter(name=name)["value"].sum())), numeric=True),
        )
        for name in ordered
    )
    heads = (Head(t("Total")), *(Head(effect_name(effect, lang), True) for effect in effects),
             Head(t("All effects"), True))  # fmt: skip
    return Table(heads, rows)


def _value(book: StatementBook, name: str) -> float:
    entry = book.known(name)
    return (entry.value or 0.0) if entry is not None else 0.0


def _plus(value: float | None) -> str:
    return "" if value is None else signed(value / TONNE)
