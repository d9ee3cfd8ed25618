"""Sheets of the statement's workbook that compute: lines, totals, sites, gases, scope 3."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from wattstone.interfaces.present.book import ORGANISATION
from wattstone.interfaces.present.languages import Language, say_reason, translator
from wattstone.interfaces.present.names import opened, total_name
from wattstone.interfaces.present.numbers import LEVEL, percent, written
from wattstone.interfaces.present.scope3_table import methods_said
from wattstone.interfaces.present.statement_book import StatementBook
from wattstone.interfaces.present.statement_cells import Formula, Sheet, agree, sum_where
from wattstone.interfaces.present.statement_stream import ColumnRows
from wattstone.interfaces.present.statement_totals import gas_name
from wattstone.interfaces.present.statement_words import activity_name, category_name, decision_name, method_name
from wattstone.inventory.scope3 import CATEGORIES

Checks = list[tuple[str, str]]  # what is checked, and the cell that says whether it holds

SCOPE, CATEGORY, BASIS, SITE, VALUE = 0, 1, 2, 5, 11  # columns of the sheet of lines
_BY_FORMULA, _RECORDED = 4, 5  # columns of the sheet of totals
_SITE_TOTALS = ("scope1", "scope2.location", "scope2.market", "scope3", "total.location", "total.market")
_BASES = ("location", "market")
_MANY = 300  # sites


def site_numbers(book: StatementBook) -> dict[str, int]:
    """Sites by a number, which stands for them in conditions: their ids may hold signs that spreadsheets interpret."""
    named = [*book.statement.sites["site_id"], *book.statement.lines["site_id"].drop_nulls().unique().sort()]
    return {ident: place for place, ident in enumerate(dict.fromkeys(one for one in named if one), 1)}


def lines_sheet(book: StatementBook, top: int, lang: Language) -> Sheet:
    """Every line: amount, factor and share as inputs, emissions as their product."""
    t = translator(lang)
    heads = (
        t("Scope"),
        t("Category"),
        t("Basis"),
        t("Activity"),
        t("Site"),
        t("No. of the site"),
        t("Method"),
        t("Amount"),
        t("Unit"),
        t("Factor [kg CO2e per unit]"),
        t("Share counted [1]"),
        t("Emissions [kg CO2e]"),
        t("Biogenic CO2, apart [kg]"),
        t("Estimated share [0 to 1]"),
        t("Data quality, 1 to 5"),
        t("Factor's id"),
        t("Id"),
    )
    rows = _by_site(book)
    kinds = rows.select("kind", pl.col("item").fill_null("")).unique().iter_rows()
    names = pl.DataFrame(
        [(kind, item, opened(activity_name(kind, item, lang))) for kind, item in kinds],
        schema=dict.fromkeys(("kind", "item", "activity"), pl.String()),
        orient="row",
    )
    sites = {ident: book.site(ident, lang) for ident in rows["site_id"].unique()}
    methods = {name: method_name(name, lang) for name in rows["method"].unique()}
    held = rows.with_columns(pl.col("item").fill_null("")).join(names, on=["kind", "item"], maintain_order="left")
    frame = held.with_columns(_share()).select(
        "scope", "category", "basis", "activity",
        pl.col("site_id").replace_strict(sites, return_dtype=pl.String()).alias("site"),
        pl.col("place").cast(pl.Int64),
        pl.col("method").replace_strict(methods, return_dtype=pl.String()),
        "amount", "unit", "factor", "share", "value", "biogenic", "estimated", "quality", "factor_id", "id",
        pl.col("share").is_not_null().alias("priced"),
    )  # fmt: skip
    sheet = Sheet(t("Lines"), heads, top)
    sheet.rows = ColumnRows(frame, {"value": ("H{}*J{}*K{}", "priced")}, sheet.first)
    return sheet


def _by_site(book: StatementBook) -> pl.DataFrame:
    """The lines, those of a site together."""
    numbers = site_numbers(book)
    place = pl.col("site_id").replace_strict(numbers, default=0, return_dtype=pl.Int64()) if numbers else pl.lit(0)
    return book.statement.lines.with_columns(place=place).sort("place", maintain_order=True)


def _share() -> pl.Expr:
    """The part of amount times factor that counts; null where the emissions are stated, so that they are an input."""
    product, value = pl.col("amount") * pl.col("factor"), pl.col("value")
    share = value / product
    return (
        pl.when(product.is_null() | value.is_null())
        .then(None)
        .when(product == 0)
        .then(pl.when(value == 0).then(1.0))
        .when((share - 1.0).abs() < 1e-12)
        .then(1.0)
        .otherwise(share)
        .alias("share")
    )


def totals_sheet(book: StatementBook, lines: Sheet, checks: Checks, lang: Language) -> tuple[Sheet, dict[str, int]]:
    """Totals as sums over the lines, beside what the inventory recorded; and the row of each."""
    t = translator(lang)
    level = percent(LEVEL, lang)
    heads = (
        t("Figure"),
        t("Scope"),
        t("Category"),
        t("Basis"),
        t("Emissions by formula [kg CO2e]"),
        t("As recorded [kg CO2e]"),
        t("Difference [kg CO2e]"),
        t("Agrees"),
        t("{level} interval, lower", level=level),
        t("{level} interval, upper", level=level),
        t("Estimated share [0 to 1]"),
        t("Data quality, 1 to 5"),
        t("Reason"),
        t("Id"),
    )
    sheet, places = Sheet(t("Totals"), heads, lines.top), dict[str, int]()
    own = {row["name"]: row for row in
           book.statement.totals.filter(subject=ORGANISATION).iter_rows(named=True)}  # fmt: skip
    categories = [f"scope3.{number}" for number in range(1, CATEGORIES + 1)]
    for name in ("scope1", "scope2.location", "scope2.market", *categories, "scope3", "total.location",
                 "total.market"):  # fmt: skip
        if name in own:
            places[name] = _total(sheet, own[name], lines, places, lang)
    for name, row in places.items():
        if own[name]["value"] is not None:
            label = t("{figure}: the formula gives what was recorded", figure=total_name(name, lang))
            checks.append((label, sheet.cell(7, row)))
    return sheet, places


def _total(sheet: Sheet, row: Mapping[str, Any], lines: Sheet, places: Mapping[str, int], lang: Language) -> int:
    number, name = sheet.next, str(row["name"])
    known = row["value"] is not None
    scope, category, basis = _conditions(name)
    formula = _formula(name, number, lines, places) if known else None
    return sheet.add(
        opened(total_name(name, lang)), scope, category, basis, formula, row["value"],
        Formula(f"E{number}-F{number}") if known else None,
        agree(f"E{number}", f"F{number}") if known else None,
        row["lower"], row["upper"], row["estimated"], row["quality"], say_reason(row["reason"], lang) or None,
        row["id"],
    )  # fmt: skip


def _conditions(name: str) -> tuple[int | None, int | None, str | None]:
    head, _, rest = name.partition(".")
    if head == "scope1":
        return 1, None, None
    if head == "scope2":
        return 2, None, rest
    if head == "scope3" and rest:
        return 3, int(rest), None
    return None, None, None


def _formula(name: str, row: int, lines: Sheet, places: Mapping[str, int]) -> Formula:
    """Sums over the lines; scope 3 is the sum of its categories, and a total that of its scopes."""
    scope = (lines.column(SCOPE), f"$B{row}")
    if name == "scope1":
        return sum_where(lines.column(VALUE), scope)
    if name.startswith("scope2."):
        return sum_where(lines.column(VALUE), scope, (lines.column(BASIS), f"$D{row}"))
    if name.startswith("scope3."):
        return sum_where(lines.column(VALUE), scope, (lines.column(CATEGORY), f"$C{row}"))
    if name == "scope3":
        parts = [f"E{place}" for part, place in places.items() if part.startswith("scope3.")]
        return (
            Formula(f"SUM({','.join(parts)})") if parts else sum_where(lines.column(VALUE), (lines.column(SCOPE), "3"))
        )
    basis = name.removeprefix("total.")
    parts = [f"E{places[part]}" for part in ("scope1", f"scope2.{basis}", "scope3") if part in places]
    return Formula(f"SUM({','.join(parts)})")


def sites_sheet(
    book: StatementBook, lines: Sheet, totals: Sheet, places: Mapping[str, int], checks: Checks, lang: Language
) -> Sheet:
    """Scopes of each site as sums over the lines, and their sums beside the organisation's."""
    t = translator(lang)
    heads = (
        t("No."),
        t("Site"),
        t("Id"),
        *(t("{name} [kg CO2e]", name=total_name(name, lang)) for name in _SITE_TOTALS),
        t("Total, location-based, as recorded [kg CO2e]"),
        t("Agrees"),
    )
    sheet = Sheet(t("Sites"), heads, lines.top)
    recorded = {ident: entry.value for ident, entry in book.of_sites("total.location").items()}
    sites = {0: "", **{number: ident for ident, number in site_numbers(book).items()}}
    blocks = _blocks(book) if len(sites) > _MANY else None
    for number, ident in sites.items():
        row = sheet.next
        value = recorded.get(ident)
        block = None if blocks is None else blocks.get(number, (0, 0))
        sheet.add(
            number, book.site(ident or None, lang), ident or None, *_site_sums(lines, row, block), value,
            agree(f"H{row}", f"J{row}") if value is not None else None,
        )  # fmt: skip
        if value is not None:
            label = t("{site}: the formula gives what was recorded", site=book.site(ident, lang))
            checks.append((label, sheet.cell(10, row)))
    first, last = sheet.first, sheet.next - 1
    row = sheet.next
    columns = "DEFGHI"
    sheet.add(None, t("All sites"), None, *(Formula(f"SUM({one}{first}:{one}{last})") for one in columns))
    for column, name in zip(columns, _SITE_TOTALS, strict=True):
        if name in places and (entry := book.known(name)) is not None and entry.value is not None:
            other = totals.cell(_BY_FORMULA, places[name])
            at = sheet.cell("ABCDEFGHI".index(column), row)
            label = t("{figure}: the sites add up to it", figure=total_name(name, lang))
            checks.append((label, agree(at, other).text))
    return sheet


def _blocks(book: StatementBook) -> dict[int, tuple[int, int]]:
    """First line of each site and how many it has, by its number, in the order of the sheet."""
    counts = _by_site(book).group_by("place", maintain_order=True).len()
    blocks, first = dict[int, tuple[int, int]](), 0
    for number, count in counts.iter_rows():
        blocks[number] = (first, count)
        first += count
    return blocks


def _site_sums(lines: Sheet, row: int, block: tuple[int, int] | None) -> list[Formula | float]:
    """Sums over all lines; of an estate of many sites over those of the site alone, or a spreadsheet takes minutes."""
    if block is not None and block[1] == 0:
        return [0.0] * len(_SITE_TOTALS)
    value, site, scope, basis = (lines.column(place, block) for place in (VALUE, SITE, SCOPE, BASIS))
    ours = (site, f"$A{row}")
    two = [sum_where(value, ours, (scope, "2"), (basis, f'"{name}"')) for name in _BASES]
    one, three = (sum_where(value, ours, (scope, str(number))) for number in (1, 3))
    return [one, *two, three, Formula(f"D{row}+E{row}+G{row}"), Formula(f"D{row}+F{row}+G{row}")]


def gases_sheet(
    book: StatementBook, totals: Sheet, places: Mapping[str, int], checks: Checks, lang: Language
) -> Sheet:  # fmt: skip
    """Gases by scope and category, with the potential that follows from mass and CO2e; sums by scope below."""
    t = translator(lang)
    heads = (t("Scope"), t("Category"), t("Gas"), t("Mass of the gas [kg]"), t("Emissions [kg CO2e]"),
             t("CO2e per mass [kg/kg]"))  # fmt: skip
    sheet = Sheet(t("Gases"), heads, totals.top)
    for row in book.statement.gases.iter_rows(named=True):
        number = sheet.next
        ratio = Formula(f"E{number}/D{number}") if row["mass"] else None
        sheet.add(row["scope"], row["category"], gas_name(row["gas"], lang), row["mass"], row["value"], ratio)
    if not sheet.rows:
        return sheet
    values, scopes = sheet.column(4), sheet.column(0)
    for scope, name in ((1, "scope1"), (3, "scope3")):
        row = sheet.add(None, None, t("All gases: {name}", name=total_name(name, lang)), None,
                        sum_where(values, (scopes, str(scope))))  # fmt: skip
        if book.known(name) is not None and name in places:
            label = t("{figure}: the gases add up to it", figure=total_name(name, lang))
            checks.append((label, agree(sheet.cell(4, row), totals.cell(_BY_FORMULA, places[name])).text))
    return sheet


def chain_sheet(
    book: StatementBook, lines: Sheet, totals: Sheet, places: Mapping[str, int], checks: Checks, lang: Language
) -> Sheet:
    """The fifteen categories with their decisions; values and shares are formulas."""
    t = translator(lang)
    heads = (
        t("No."),
        t("Category"),
        t("Decision"),
        t("Emissions [kg CO2e]"),
        t("Share of scope 3 [0 to 1]"),
        t("Method"),
        t("Data quality, 1 to 5"),
        t("Reason"),
        t("Decided by"),
        t("Decided on"),
    )
    sheet = Sheet(t("Scope 3"), heads, totals.top)
    whole = totals.cell(_BY_FORMULA, places["scope3"]) if book.known("scope3") is not None else None
    for row in book.statement.decisions.iter_rows(named=True):
        number, name = sheet.next, f"scope3.{row['category']}"
        known = book.known(name) is not None
        sheet.add(
            row["category"], category_name(row["category"], lang), opened(decision_name(row["decision"], lang)),
            Formula(totals.cell(_BY_FORMULA, places[name])) if known else None,
            Formula(f"IF({whole}=0,0,D{number}/{whole})") if known and whole else None,
            methods_said(row["methods"], lang), row["quality"], say_reason(row["reason"], lang) or None,
            row["decided_by"], row["at"],
        )  # fmt: skip
    if whole is not None:
        scopes = sum_where(lines.column(VALUE), (lines.column(SCOPE), "3"))
        checks.append((t("Scope 3: every line is in a category"), agree(scopes.text, whole).text))
    return sheet


def apart_sheet(book: StatementBook, top: int, lang: Language) -> Sheet:
    """What stands apart; no formula of another sheet refers to it."""
    t = translator(lang)
    sheet = Sheet(t("Apart"), (t("What"), t("Value"), t("Unit"), t("Note"), t("Id")), top)
    for row in book.statement.apart.iter_rows(named=True):
        sheet.add(opened(total_name(row["what"], lang)), row["value"], written(row["unit"]),
                  say_reason(row["note"], lang) or None, row["id"])  # fmt: skip
    return sheet
