"""Templates of activity records: a workbook with lists to choose from, and a CSV with a row for each kind and item.

What a list offers is an id with its label behind it, as `diesel · Diesel`; the id alone is read, so that a template in
one language is understood in any other.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from wattstone.interfaces.present.languages import Language, Translate, mark, translator
from wattstone.interfaces.present.offers import LISTS, Lists, offer, offered
from wattstone.interfaces.present.safe import harmless
from wattstone.rates.activities import ActivityKind, activity_kinds
from wattstone.readings.activities.columns import COLUMNS
from wattstone.readings.activities.schema import METHODS, PEDIGREE

__all__ = ["activity_csv", "activity_workbook", "head_of", "help_of", "kind_labels"]

_FIRST = ("site_id", "kind", "item", "start", "end", "amount", "unit")
_REST = (
    "stated", "method", "supplier", "region", "factor", "share", "estimated", "activity_uncertainty", *PEDIGREE,
    "meter_id", "credits", "note", "line_id",
)  # fmt: skip
_ENGLISH = {
    "site_id": "Site", "start": "First day", "end": "Last day", "stated": "Stated [kg CO2e]", "factor": "Own factor",
    "activity_uncertainty": "Uncertainty", "meter_id": "Meter", "credits": "Credit note for", "line_id": "Line id",
    "leak_rate": "Annual leak rate", "charge": "Charge", "charge_left": "Charge left", "held": "Share held",
}  # fmt: skip
_MONEY = re.compile("[A-Z]{3}")
_WIDTHS = {"site_id": 24, "kind": 36, "item": 36, "note": 36, "start": 12, "end": 12, "amount": 14}
_TOLD: Final[dict[str, str]] = {
    "site_id": mark("The site's id, from the list."),
    "kind": mark("What was done; the list of items follows it."),
    "item": mark("Which fuel, material, vehicle or way; an item of your own needs a factor of your own."),
    "start": mark("First day that the amount is for; a month as 2025-03 is all of it."),
    "end": mark("Last day, inclusive; a bill over new year is split by days."),
    "amount": mark("Zero or more. A credit note is negative and names its line."),
    "unit": mark("One that the list offers for the kind, or one that can be converted into it."),
    "stated": mark("Emissions that a supplier or another company states; they stand in place of a factor."),
    "method": mark("supplier, hybrid, average or spend; left empty, it follows from the row."),
    "supplier": mark("Who supplied it."),
    "region": mark("Where it was done, if not at the site: a country or a grid region."),
    "factor": mark("Id of a factor of your own."),
    "share": mark("Share of the amount that is the site's, as 25 %; empty for all of it."),
    "estimated": mark("yes where the amount was not measured or billed."),
    "activity_uncertainty": mark("Half the width of the interval of 95 per cent of the amount, as 5 %."),
    "meter_id": mark("The meter that measures the same, so that nothing is counted twice."),
    "credits": mark("Of a credit note: the id of the line that it is for."),
    "note": mark("What else is to be known."),
    "line_id": mark("Number of the invoice or another id of your own."),
    "equipment": mark("Which machine."),
    "charge": mark("What the machine holds. [kg]"),
    "leak_rate": mark("What leaks in a year, as a part of the charge: 5 %."),
    "charge_left": mark("What is left of the charge at the end of the life, as 80 %."),
    "recovered": mark("What of that is recovered, as 90 %."),
    "investee": mark("The company in which is invested."),
    "held": mark("Share that is held, as 20 %."),
    **dict.fromkeys(PEDIGREE, mark("Data quality, from 1 (very good) to 5 (poor).")),
}
_TITLES: Final[dict[tuple[int, int], str]] = {
    (2, 0): mark("Purchased energy"), (3, 1): mark("Goods and services"), (3, 2): mark("Capital goods"),
    (3, 3): mark("Energy upstream"), (3, 4): mark("Freight in"), (3, 5): mark("Waste"), (3, 6): mark("Business travel"),
    (3, 7): mark("Commuting"), (3, 8): mark("Leased in"), (3, 9): mark("Freight out"),
    (3, 10): mark("Processing of products"), (3, 11): mark("Use of products"), (3, 12): mark("End of life of products"),
    (3, 13): mark("Leased out"), (3, 14): mark("Franchises"), (3, 15): mark("Investments"), (0, 0): mark("Apart"),
}  # fmt: skip
_FUELS, _GASES = mark("Fuels"), mark("Refrigerants and gases")


@dataclass(frozen=True)
class _Group:
    title: str
    kinds: tuple[ActivityKind, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        asked = dict.fromkeys(field for kind in self.kinds for field in kind.asks)
        known = tuple(field for field in asked if field in COLUMNS and field not in (*_FIRST, *_REST))
        return (*_FIRST, *known, *_REST)


def _own_first(units: Sequence[str], currency: str | None) -> list[str]:
    """Units with the organisation's own currency before the others.

    Examples
    --------
    >>> _own_first(["km", "CNY", "EUR", "GBP"], "GBP"), _own_first(["t"], "GBP")
    (['km', 'GBP', 'CNY', 'EUR'], ['t'])
    """
    if currency is None or currency not in units:
        return list(units)
    first = next(at for at, one in enumerate(units) if _MONEY.fullmatch(one))
    rest = [one for one in units if one != currency]
    return [*rest[:first], currency, *rest[first:]]


def _offered_units(kind: ActivityKind, currency: str | None) -> list[str]:
    return _own_first(list(dict.fromkeys(one for some in kind.units.values() for one in some)), currency)


def head_of(field: str, lang: Language) -> str:
    """The header of a field, as it is read back.

    Examples
    --------
    >>> head_of("start", "en"), head_of("start", "zh"), head_of("stated", "zh")
    ('First day', '开始', '声明排放量 [kg CO2e]')
    """
    if lang == "en":
        return _ENGLISH.get(field, field.replace("_", " ").capitalize())
    own = next((name for name in COLUMNS[field] if not name.isascii()), field)
    return f"{own} [kg CO2e]" if field == "stated" else own


def help_of(field: str, lang: Language) -> str:
    """What a field is for; empty where nothing is said of it."""
    return translator(lang)(_TOLD[field]) if field in _TOLD else ""


def kind_labels() -> dict[str, str]:
    """Ids of the kinds by their Chinese names, which tables may have in place of them."""
    t = translator("zh")
    return {t(kind.label): one for one, kind in activity_kinds().items()}


def activity_workbook(sites: Mapping[str, str], lang: Language, *, currency: str | None = None) -> bytes:
    """A workbook to fill in: a sheet a group of kinds, cells that offer what they take, and a sheet that explains.

    Parameters
    ----------
    sites : mapping of str to str
        Name by id.
    lang : {'en', 'zh'}
        Of headers, labels and explanations.
    currency : str or None
        Of the organisation: it stands before the other currencies.
    """
    t, book = translator(lang), Workbook()
    book.properties.creator = "Wattstone"
    book.properties.title = t("Activity records")
    front: Any = book.active
    lists: Any = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    columns = Lists(book, lists)
    columns.add("sites", [offered(one, name) for one, name in sites.items()])
    columns.add("methods", list(METHODS))
    columns.add("flags", ["yes", "no"])
    groups = _groups(t)
    for at, group in enumerate(groups):
        columns.add(f"kinds_{at}", [offered(kind.id, t(kind.label)) for kind in group.kinds])
        for kind in group.kinds:
            columns.add(f"items_{kind.id}", [offered(item, t(label)) for item, label in kind.items.items()])
            columns.add(f"units_{kind.id}", _offered_units(kind, currency))
        _sheet(book.create_sheet(group.title[:31]), group, at, lang, columns)
    _explain(front, groups, lang)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def activity_csv(lang: Language, *, currency: str | None = None) -> str:
    """A table to fill in: the headers, and a row for each kind and item; rows that are left empty are passed over.

    Parameters
    ----------
    lang : {'en', 'zh'}
        Of headers and labels.
    currency : str or None
        Of the organisation: what is counted in money is counted in it.
    """
    t, out = translator(lang), io.StringIO()
    groups = _groups(t)
    fields = tuple(dict.fromkeys(field for group in groups for field in group.fields))
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([head_of(field, lang) for field in fields])
    for group in groups:
        for kind in group.kinds:
            for item, label in (kind.items or {"": ""}).items():
                cells = {
                    "kind": offered(kind.id, t(kind.label)),
                    "item": offered(item, t(label)) if item else "",
                    "unit": _own_first(kind.units_of(item), currency)[0],
                }
                writer.writerow([harmless(cells.get(field, "")) for field in fields])
    return out.getvalue()


def _groups(t: Translate) -> tuple[_Group, ...]:
    held: dict[str, list[ActivityKind]] = {}
    for kind in activity_kinds().values():
        gases = kind.id.startswith("refrigerant") or kind.id.endswith("gas")
        own = _GASES if gases else _FUELS
        title = own if kind.scope == 1 else _TITLES.get((kind.scope, kind.category), kind.label)
        held.setdefault(t(title), []).append(kind)
    return tuple(_Group(title, tuple(kinds)) for title, kinds in held.items())


def _sheet(sheet: Any, group: _Group, number: int, lang: Language, lists: Lists) -> None:
    t = translator(lang)
    sheet.freeze_panes = "A2"
    letters = {field: get_column_letter(at) for at, field in enumerate(group.fields, start=1)}
    for at, field in enumerate(group.fields, start=1):
        cell = sheet.cell(1, at, head_of(field, lang))
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFE8EEF2")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.comment = Comment(t(_TOLD[field]), "Wattstone", width=260, height=90)
        sheet.column_dimensions[letters[field]].width = _WIDTHS.get(field, 14)
        if field in ("start", "end"):
            for row in range(2, 52):
                sheet.cell(row, at).number_format = "yyyy-mm-dd"
    chosen = f'LEFT(${letters["kind"]}2&" ",FIND(" ",${letters["kind"]}2&" ")-1)'
    offers = {
        "site_id": ("=sites", True) if "sites" in lists.names else None,
        "kind": (f"=kinds_{number}", True),
        "item": (f'=INDIRECT("items_"&{chosen})', False),
        "unit": (f'=INDIRECT("units_"&{chosen})', False),
        "method": ("=methods", True),
        "estimated": ("=flags", True),
    }
    for field, one in offers.items():
        if one is not None:
            offer(sheet, letters[field], DataValidation("list", formula1=one[0]), t, strict=one[1])
    for field in PEDIGREE:
        offer(sheet, letters[field], DataValidation("whole", "between", "1", "5"), t)
    for field in ("start", "end"):
        offer(sheet, letters[field], DataValidation("date", "greaterThan", "32874"), t, strict=False)
    for field in ("amount", "stated"):
        offer(sheet, letters[field], DataValidation("decimal", "greaterThan", "-1E+300"), t)


def _explain(sheet: Any, groups: Sequence[_Group], lang: Language) -> None:
    t = translator(lang)
    sheet.title = t("Read me")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 100
    told = (
        t("Activity records"),
        t("Fill in the sheets that concern you and leave the others empty; a row is a line of a bill, ledger or list."),
        t("Take the file in with `wattstone activity import`. The same file is taken once; errors are told by row."),
    )
    for text in told:
        sheet.append([text])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([])
    for field in dict.fromkeys(field for group in groups for field in group.fields):
        sheet.append([head_of(field, lang), t(_TOLD[field])])
