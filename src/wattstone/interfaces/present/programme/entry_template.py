"""Templates of entries: a workbook with lists to choose from, and a CSV, both made from the fields of a kind."""

import csv
import io
from collections.abc import Collection, Mapping
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from wattstone.interfaces.present.languages import Language, Translate, mark, translator
from wattstone.interfaces.present.offers import LISTS, Lists, offer, offered
from wattstone.programme.kinds import FieldType, RecordField, RecordKind

__all__ = ["entry_csv", "entry_labels", "entry_workbook", "head_of", "takes"]

_HIGH: Final = "1E+300"
_WIDTHS: Final[Mapping[FieldType, int]] = {"date": 12, "year": 9, "number": 14, "integer": 12, "part": 12, "flag": 9}
TAKES: Final[Mapping[FieldType, str]] = {
    "text": mark("Text."), "prose": mark("Text of several lines, as Markdown."),
    "number": mark("A number."), "integer": mark("A whole number."),
    "part": mark("A share of one, as 0.25 or 25 %."), "date": mark("A day, as 2024-03-31."), "year": mark("A year."),
    "choice": mark("One from the list."), "flag": mark("yes or no."), "site": mark("The site's id, from the list."),
    "ref": mark("The id of another entry."), "list": mark("Several, with ; between them."),
    "geometry": mark("WKT or GeoJSON in longitude and latitude."),
}  # fmt: skip
"""What a field of a type takes."""


def head_of(one: RecordField, lang: Language) -> str:
    """The header of a field, as it is read back: its label, with its unit in brackets."""
    t = translator(lang)
    unit = f" [{one.unit}]" if one.unit and one.unit != "1" else ""
    return t(one.label) + unit


def takes(one: RecordField, lang: Language) -> str:
    """What may stand in a field, in a sentence or two."""
    t = translator(lang)
    told = [_stopped(t(one.help), lang)] if one.help else []
    told.append(t(TAKES[one.type]))
    if one.required:
        told.append(t("It is needed."))
    return ("" if lang == "zh" else " ").join(told)


def _stopped(text: str, lang: Language) -> str:
    return text if text.endswith((".", "?", "!", "。", "？", "！")) else text + ("。" if lang == "zh" else ".")


def entry_labels(kind: RecordKind) -> dict[str, str]:
    """Chinese labels of a kind's fields and choices by the English ones: tables may have them in place of these."""
    t = translator("zh")
    labels = [label for one in kind.fields for label in (one.label, *one.choices.values())]
    return {label: t(label) for label in labels}


def entry_csv(kind: RecordKind, lang: Language) -> str:
    """A table to fill in: the headers.

    Parameters
    ----------
    kind : RecordKind
        Of the entries.
    lang : {'en', 'zh'}
        Of the headers.
    """
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([head_of(one, lang) for one in kind.fields])
    return out.getvalue()


def entry_workbook(
    kind: RecordKind,
    lang: Language,
    *,
    sites: Mapping[str, str] | None = None,
    refs: Mapping[str, Collection[str]] | None = None,
) -> bytes:
    """A workbook to fill in: a sheet with a column a field, which offers what it takes, and one that explains.

    Parameters
    ----------
    kind : RecordKind
        Of the entries.
    lang : {'en', 'zh'}
        Of headers, labels and explanations.
    sites : mapping of str to str or None
        Name by id, for fields that name a site.
    refs : mapping of str to collection of str or None
        Ids of entries by their kind, for fields that name one.

    Returns
    -------
    bytes
        XLSX; what it holds is read back by the same headers, in whatever language they are.
    """
    t, book = translator(lang), Workbook()
    book.properties.creator = "Wattstone"
    book.properties.title = t(kind.plural)
    front: Any = book.active
    hidden: Any = book.create_sheet(LISTS)
    hidden.sheet_state = "hidden"
    lists = Lists(book, hidden)
    lists.add("sites", [offered(one, name) for one, name in (sites or {}).items()])
    lists.add("flags", ["yes", "no"])
    for one in kind.fields:
        if one.type == "choice":
            lists.add(f"of_{one.name}", [offered(value, t(label)) for value, label in one.choices.items()])
        if one.type == "ref":
            lists.add(f"of_{one.name}", [offered(held, "") for held in sorted((refs or {}).get(one.to or "", ()))])
    _sheet(book.create_sheet(_title(t(kind.plural))), kind, lang, lists)
    _explain(front, kind, lang)
    book.active = 2
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _title(text: str) -> str:
    """As a sheet may be called."""
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in text)[:31]


def _sheet(sheet: Any, kind: RecordKind, lang: Language, lists: Lists) -> None:
    t = translator(lang)
    sheet.freeze_panes = "A2"
    for at, one in enumerate(kind.fields, start=1):
        letter = get_column_letter(at)
        cell = sheet.cell(1, at, head_of(one, lang))
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFE8EEF2")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.comment = Comment(takes(one, lang), "Wattstone", width=260, height=90)
        sheet.column_dimensions[letter].width = _WIDTHS.get(one.type, 24)
        if one.type == "date":
            for row in range(2, 52):
                sheet.cell(row, at).number_format = "yyyy-mm-dd"
        _rule(sheet, letter, one, t, lists)


def _rule(sheet: Any, letter: str, one: RecordField, t: Translate, lists: Lists) -> None:
    """What a column takes; a list is a help, since a cell may also hold a name."""
    name = {"site": "sites", "flag": "flags"}.get(one.type, f"of_{one.name}")
    if one.type in ("site", "flag", "choice", "ref"):
        if name in lists.names:
            strict = one.type in ("choice", "flag")
            offer(sheet, letter, DataValidation("list", formula1=f"={name}"), t, strict=strict)
    elif one.type in ("integer", "year"):
        low, high = ("1900", "2200") if one.type == "year" else ("-1E+15", "1E+15")
        offer(sheet, letter, DataValidation("whole", "between", low, high), t)
    elif one.type == "number":
        low = one.least if one.least is not None else one.above
        least = f"-{_HIGH}" if low is None else f"{low:g}"
        most = _HIGH if one.most is None else f"{one.most:g}"
        offer(sheet, letter, DataValidation("decimal", "between", least, most), t)
    elif one.type == "date":
        offer(sheet, letter, DataValidation("date", "greaterThan", "1"), t, strict=False)


def _explain(sheet: Any, kind: RecordKind, lang: Language) -> None:
    t = translator(lang)
    sheet.title = _title(t("Read me"))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 36, 100
    sheet.append([t(kind.plural)])
    sheet["A1"].font = Font(bold=True, size=14)
    if kind.help:
        sheet.append([t(kind.help)])
    command = f"wattstone {kind.module} import WORKSPACE {kind.id} FILE"
    sheet.append([t("Fill in a row for each, and take the file in with `{command}`.", command=command)])
    sheet.append([t("The same file changes nothing a second time; all errors are told at once, by row.")])
    if kind.key:
        names = t(", ").join(t(kind.field(one).label) for one in kind.key)
        sheet.append([t("A row with the same {names} corrects what was said before.", names=names)])
    sheet.append([])
    for one in kind.fields:
        sheet.append([head_of(one, lang), takes(one, lang)])
