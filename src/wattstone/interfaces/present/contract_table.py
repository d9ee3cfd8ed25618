"""Contracts and certificates as tables for a terminal, and the workbook to fill in."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wattstone.interfaces.present.contract_words import CARRIERS, HOLDERS, KINDS, instrument_name, state_name
from wattstone.interfaces.present.languages import Language, Translate, say_reason, translator
from wattstone.interfaces.present.numbers import amount, percent

if TYPE_CHECKING:
    from rich.table import Table

    from wattstone.workflows.instruments.listing import Listed
    from wattstone.workflows.matching import Matching

__all__ = ["contract_table", "matching_table", "template_book", "write_template"]

_CHOICES = {
    "kind": tuple(KINDS),
    "carrier": tuple(CARRIERS),
    "holder": tuple(HOLDERS),
    **dict.fromkeys(("bundled", "exclusive", "delivered"), ("yes", "no")),
}
_ROWS = 1_000  # of the workbook in which lists can be chosen from


def contract_table(listed: "Sequence[Listed]", lang: Language) -> "Table":
    """Contracts, one a row.

    Parameters
    ----------
    listed : sequence of Listed
        From `workflows.instruments.listing`.
    lang : {'en', 'zh'}
    """
    from rich.table import Table
    from rich.text import Text

    t = translator(lang)
    heads = (
        t("Contract"),
        t("Kind of contract"),
        t("Market area"),
        t("Generated"),
        t("Volume"),
        t("Not claimed yet"),
        t("State of it"),
        "",
    )
    table = Table(*heads, box=None, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    for at in (4, 5):
        table.columns[at].justify = "right"
    for one in listed:
        said = one.held.instrument
        volumes = ("" if value is None else _energy(value, lang) for value in (said.volume, one.left))
        days = f"{said.vintage_start} – {said.vintage_end}"
        kind, why = instrument_name(said.kind, lang), _why(one, t, lang)
        cells = (said.id, kind, said.market, days, *volumes, state_name(one.state, lang), why)
        table.add_row(*map(Text, cells))
    return table


def _why(one: "Listed", t: Translate, lang: Language) -> str:
    """What a contract lacks, why it is withdrawn, or which sites it serves."""
    if one.held.withdrawn:
        return one.held.withdrawn
    lacking = [say_reason(kept.why, lang) for kept in one.judged if kept.met is False]
    return "; ".join(lacking) or ", ".join(one.held.instrument.sites) or t("all sites of the market")


def _energy(value: float, lang: Language) -> str:
    return amount(value, "kWh", lang)


def matching_table(found: "Matching", lang: Language) -> "Table":
    """The score by the hour beside the claim by the year, by market and in all.

    Parameters
    ----------
    found : Matching
        From `workflows.matching`.
    lang : {'en', 'zh'}
    """
    from rich.table import Table
    from rich.text import Text

    t = translator(lang)
    heads = (
        t("Market area"),
        t("Sites"),
        t("Electricity used"),
        t("Contracted"),
        t("Matched by the hour"),
        t("Covered by the year"),
        t("Hours not known"),
    )
    table = Table(*heads, box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    rows = [(one.market, str(len(one.sites)), one.matched) for one in found.markets]
    if len(rows) != 1:
        rows.append((t("in all"), str(sum(len(one.sites) for one in found.markets)), found.total))
    for name, sites, one in rows:
        shares = ("–" if share is None else percent(share, lang) for share in (one.score, one.annual))
        energy = (_energy(one.load, lang), _energy(one.generation, lang))
        table.add_row(*map(Text, (name, sites, *energy, *shares, str(one.unknown + one.gaps))))
    return table


def write_template(path: Path, lang: Language) -> None:
    """Write a workbook to fill in: a column for each field, lists to choose from, one row as an example.

    Parameters
    ----------
    path : Path
        The file; it is replaced in one step.
    lang : {'en', 'zh'}
    """
    from wattstone.workflows.whole_files import written_whole

    with written_whole(path) as target:
        target.write_bytes(template_book(lang))


def template_book(lang: Language) -> bytes:
    """The same workbook as bytes.

    Parameters
    ----------
    lang : {'en', 'zh'}
    """
    import csv
    import io

    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    from wattstone.workflows.instruments.importing import instrument_template
    from wattstone.workflows.instruments.texts import COLUMNS

    t = translator(lang)
    (example,) = csv.DictReader(io.StringIO(instrument_template()))
    book = Workbook()
    sheet: Any = book.active
    sheet.title = t("Contracts")
    heads = [_head(field, names, lang) for field, names in COLUMNS.items()]
    sheet.append(heads)
    sheet.append([example[field] or None for field in COLUMNS])
    sheet.freeze_panes = "B2"
    for at, (field, head) in enumerate(zip(COLUMNS, heads, strict=True), start=1):
        letter = get_column_letter(at)
        sheet.cell(1, at).font = Font(bold=True)
        sheet.column_dimensions[letter].width = max(2 * len(head) if lang == "zh" else len(head) + 2, 14)
        if field in _CHOICES:
            choice = DataValidation(type="list", formula1=f'"{",".join(_CHOICES[field])}"', allow_blank=True)
            sheet.add_data_validation(choice)
            choice.add(f"{letter}2:{letter}{_ROWS}")  # pyright: ignore[reportUnknownMemberType]
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _head(field: str, names: Sequence[str], lang: Language) -> str:
    """The name of a column in a language: the import knows it by all of them."""
    chinese = next((name for name in names if not name.isascii()), field)
    return chinese if lang == "zh" else field
