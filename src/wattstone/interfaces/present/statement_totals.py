"""The totals of a statement: by scope on both bases, by gas, by site, by activity, what stands apart."""

import polars as pl

from wattstone.interfaces.present.book import ORGANISATION, Entry
from wattstone.interfaces.present.content import Cell, Head, Section, Table, number
from wattstone.interfaces.present.languages import Language, say_reason, translator
from wattstone.interfaces.present.names import opened, total_name
from wattstone.interfaces.present.numbers import LEVEL, amount, every, interval, percent, three, written
from wattstone.interfaces.present.statement_book import BASES, StatementBook
from wattstone.interfaces.present.statement_words import activity_name, method_name, scope_name

TONNE = 1000.0  # kg: reports are in tonnes
_TOTALS = ("intensity.total.location", "intensity.area")  # of sites, one is enough on a page
_LISTED = 40  # lines and sites of a table on a page; the rest is in the workbook
GASES = ("CO2", "CH4", "N2O", "HFCs", "PFCs", "SF6", "NF3", "CO2e")


def tonnes(value: float | None, words: str, figure: str | None = None) -> Cell:
    """A mass in kg as a cell under a head that says t."""
    return Cell(words if value is None else every(value / TONNE), figure, numeric=True)


def scopes_table(book: StatementBook, lang: Language) -> Table:
    """Scope 1, scope 2, scope 3 and the total, on both bases side by side, beside the year before."""
    t = translator(lang)
    years = [(book.own, book.year)]
    if not book.statement.before.is_empty():
        years.append((book.before, book.last))
    heads = [Head(t("Emissions"))]
    for _, year in years:
        heads.append(Head(t("{year}, location-based [t CO2e]", year=year), True))
        heads.append(Head(t("{year}, market-based [t CO2e]", year=year), True))
    unknown = t("not known")
    lines = (
        (t("Scope 1"), ("scope1", "scope1")),
        (t("Scope 2"), ("scope2.location", "scope2.market")),
        (t("Scope 3"), ("scope3", "scope3")),
        (t("Total"), ("total.location", "total.market")),
    )
    rows = tuple(
        (Cell(label), *(number(find(name), TONNE, unknown) for find, _ in years for name in pair))
        for label, pair in lines
    )
    note = t("What stands apart below is in none of these totals.") if book.statement.apart.height else ""
    return Table(tuple(heads), rows, note, t("Totals on both bases"))


def sure_table(book: StatementBook, lang: Language) -> Table:
    """The same figures with interval, estimated share and data quality."""
    t = translator(lang)
    names = ("scope1", "scope2.location", "scope2.market", "scope3", "total.location", "total.market")
    rows = tuple(_sure(book, entry, lang) for name in names if (entry := book.own(name)) is not None)
    heads = (
        Head(t("Figure")),
        Head(t("Value [t CO2e]"), True),
        Head(t("{level} interval [t CO2e]", level=percent(LEVEL, lang))),
        Head(t("Estimated"), True),
        Head(t("Data quality, 1 to 5"), True),
    )
    return Table(heads, rows, t("Data quality: 1 is best; weighted by emissions."), t("How sure each total is"))


def _sure(book: StatementBook, entry: Entry, lang: Language) -> tuple[Cell, ...]:
    t = translator(lang)
    quality = book.quality(entry.name)
    known = entry.value is not None
    return (
        Cell(opened(total_name(entry.name, lang))),
        tonnes(entry.value, opened(say_reason(entry.reason, lang)) or t("not known"), entry.id),
        Cell(band(entry, lang) if known else t("not applicable")),
        Cell(percent(entry.share, lang) if known else t("not applicable"), numeric=True),
        Cell(t("not known") if quality is None else three(quality), numeric=True),
    )


def band(entry: Entry, lang: Language) -> str:
    """The 90 % interval in t; words where it is not known."""
    t = translator(lang)
    if entry.lower is None or entry.upper is None:
        return t("not known")
    return t("{lower} to {upper}", lower=every(entry.lower / TONNE), upper=every(entry.upper / TONNE))


def gases_section(book: StatementBook, lang: Language) -> Section | None:
    """Each gas in its own mass and in CO2e, by scope; None where no gas is known."""
    gases = book.statement.gases
    if gases.is_empty():
        return None
    t = translator(lang)
    there = [gas for gas in GASES if gas in set(gases["gas"])]
    there += sorted(set(gases["gas"]) - set(GASES))
    sums = gases.group_by("gas", "scope").agg(
        pl.col("value").sum(), pl.when(pl.col("mass").is_null().any()).then(None).otherwise(pl.col("mass").sum())
        .alias("mass")
    )  # fmt: skip
    by = {(row["gas"], row["scope"]): row for row in sums.iter_rows(named=True)}
    heads = (
        Head(t("Gas")),
        Head(t("Scope 1 [t of the gas]"), True),
        *(Head(t("{name} [t CO2e]", name=scope_name(scope, lang)), True) for scope in (1, 2, 3)),
    )
    none = t("none")

    def cells(gas: str) -> tuple[Cell, ...]:
        one = by.get((gas, 1))
        mass = tonnes(one["mass"], t("not known")) if one is not None else Cell(none, numeric=True)
        values = (by.get((gas, scope)) for scope in (1, 2, 3))
        shown = (tonnes(row["value"], none) if row is not None else Cell(none, numeric=True) for row in values)
        return (Cell(gas_name(gas, lang)), mass, *shown)

    text = t("Where a source gives a total alone, it stands as CO2e; such a total is not split into gases.")
    potentials = t("Global warming potentials: IPCC {edition}, 100 years.", edition=book.statement.gwp_set)
    rows = tuple(cells(gas) for gas in there)
    return Section("gases", t("By gas"), ((text + (" " if lang == "en" else "") + potentials,),),
                   tables=(Table(heads, rows),))  # fmt: skip


def gas_name(gas: str, lang: Language) -> str:
    """A gas, or what no gas is known of."""
    t = translator(lang)
    return t("CO2e (not split)") if gas == "CO2e" else gas


def sites_section(book: StatementBook, lang: Language) -> Section | None:
    """Emissions of each site by scope; None where there are no sites."""
    t = translator(lang)
    names = ("scope1", "scope2.location", "scope2.market", "scope3", "total.location", "total.market")
    by = {name: book.of_sites(name) for name in names}
    idents = list(dict.fromkeys(ident for entries in by.values() for ident in entries))
    if not idents:
        return None

    def size(ident: str) -> float:
        entry = by["total.location"].get(ident)
        return -(entry.value or 0.0) if entry is not None else 0.0

    shown = sorted(idents, key=lambda ident: (size(ident), ident))[:_LISTED]
    rows = tuple(
        (Cell(book.site(ident, lang)), *(number(one, TONNE, t("none") if one is None else t("not known"))
                                         for one in (by[name].get(ident) for name in names)))
        for ident in shown
    )  # fmt: skip
    heads = (Head(t("Site")), *(Head(total_name(name, lang), True) for name in names))
    more = len(idents) - len(shown)
    note = t("{count} more sites are in the workbook.", count=more) if more else ""
    text = t("All values in t CO2e, the largest first.")
    return Section("sites", t("By site"), ((text,),), tables=(Table(heads, rows, note),))


def activities_section(book: StatementBook, lang: Language) -> Section | None:
    """What was done, by which factor it counts: the largest first; None where there are no lines."""
    lines = book.statement.lines.filter(pl.col("scope") > 0)
    if lines.is_empty():
        return None
    t = translator(lang)
    shown = lines.sort(pl.col("value").abs(), descending=True, nulls_last=True).head(_LISTED)
    rows = tuple(_line(book, row, lang) for row in shown.iter_rows(named=True))
    heads = (
        Head(t("Scope")),
        Head(t("Activity")),
        Head(t("Site")),
        Head(t("Method")),
        Head(t("Amount"), True),
        Head(t("Factor [kg CO2e per unit]"), True),
        Head(t("Emissions [t CO2e]"), True),
    )
    more = lines.height - shown.height
    note = t("{count} more lines are in the workbook.", count=more) if more else ""
    text = t("Amount times factor is emissions, for the organisation's share. Stated emissions have no factor.")
    return Section("activities", t("Activity data and factors"), ((text,),), tables=(Table(heads, rows, note),))


def _line(book: StatementBook, row: dict[str, object], lang: Language) -> tuple[Cell, ...]:
    t = translator(lang)
    unit = written(str(row["unit"] or ""))
    quantity, factor, value = row["amount"], row["factor"], row["value"]
    told = isinstance(quantity, float)
    return (
        Cell(scope_words(row, lang)),
        Cell(opened(activity_name(str(row["kind"]), str(row["item"] or ""), lang))),
        Cell(book.site(str(row["site_id"]) if row["site_id"] else None, lang)),
        Cell(method_name(str(row["method"]) if row["method"] else None, lang)),
        Cell(f"{every(quantity)} {unit}" if isinstance(quantity, float) else t("stated"), numeric=told),
        Cell(every(factor) if isinstance(factor, float) else t("not applicable"), numeric=told),
        tonnes(value if isinstance(value, float) else None, t("not known"), str(row["id"]) if row["id"] else None),
    )


def scope_words(row: dict[str, object], lang: Language) -> str:
    """Scope, basis and category of a line in short: `1`, `2, market-based`, `3.11`."""
    t = translator(lang)
    bases = {"location": t("location-based"), "market": t("market-based")}
    if row["scope"] == 2 and row["basis"] in BASES:
        return f"2{'，' if lang == 'zh' else ', '}{bases[str(row['basis'])]}"
    return f"3.{row['category']}" if row["scope"] == 3 else str(row["scope"])


def apart_section(book: StatementBook, lang: Language) -> Section | None:
    """What is in no total, and why; None where nothing stands apart."""
    apart = book.statement.apart
    if apart.is_empty():
        return None
    t = translator(lang)
    rows = tuple(
        (
            Cell(opened(total_name(row["what"], lang))),
            Cell(
                t("not known") if row["value"] is None else amount(row["value"], row["unit"], lang, digits="all"),
                row["id"],
                numeric=True,
            ),
            Cell(opened(say_reason(row["note"], lang))),
        )
        for row in apart.iter_rows(named=True)
    )
    text = t("These stand apart and are in no total: reports keep them separate from the emissions of the scopes.")
    heads = (Head(t("What")), Head(t("Value"), True), Head(t("Note")))
    return Section("apart", t("Apart from the totals"), ((text,),), tables=(Table(heads, rows),))


def intensities_section(book: StatementBook, lang: Language) -> Section | None:
    """Emissions by floor area, by revenue, by unit made: of the organisation, then of sites; None if none."""
    entries = book.intensities()
    if not entries:
        return None
    t = translator(lang)
    whole = [entry for entry in entries if entry.subject == ORGANISATION]
    sites = sorted((entry for entry in entries if entry.subject != ORGANISATION and entry.value is not None),
                   key=lambda entry: (entry.name not in _TOTALS, entry.name, -(entry.value or 0.0)))  # fmt: skip
    sites = [entry for entry in sites if entry.name == sites[0].name]
    more = len(sites) - _LISTED
    note = t("{count} more sites are in the workbook.", count=more) if more > 0 else ""
    tables = [_intensities(book, whole, "", lang)] if whole else []
    if sites:
        tables.append(_intensities(book, sites[:_LISTED], note, lang))
    return Section("intensities", t("Intensities"), tables=tuple(tables)) if tables else None


def _intensities(book: StatementBook, entries: list[Entry], note: str, lang: Language) -> Table:
    t = translator(lang)

    def value(entry: Entry) -> str:
        if entry.value is None:
            return opened(say_reason(entry.reason, lang)) or t("not known")
        return amount(entry.value, entry.unit, lang, digits="all")

    def sure(entry: Entry) -> str:
        return interval(entry.value or 0.0, entry.lower, entry.upper, entry.unit, lang, digits="all") or t("not known")

    rows = tuple(
        (Cell(total_name(entry.name, lang)), Cell(book.subject(entry.subject, lang)),
         Cell(value(entry), entry.id, numeric=True), Cell(sure(entry)))
        for entry in entries
    )  # fmt: skip
    level = t("{level} interval", level=percent(LEVEL, lang))
    heads = (Head(t("Figure")), Head(t("For")), Head(t("Value"), True), Head(level))
    return Table(heads, rows, note)
