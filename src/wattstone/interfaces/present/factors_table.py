"""Factors as tables for a terminal: a list of rows, and all that is known of one."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from wattstone.interfaces.present.languages import Language, mark, say_reason, translator
from wattstone.interfaces.present.listing import listed

if TYPE_CHECKING:
    from rich.table import Table

    from wattstone.rates.table import Factor
    from wattstone.workflows.factors import FactorShown, SetShown

__all__ = ["CONFIDENCE", "factor_table", "factors_table", "kind_label", "set_table"]

CONFIDENCE = {
    "A": mark("A: read in the publisher's own file"),
    "B": mark("B: two transcriptions agree"),
    "C": mark("C: one transcription; used only by an accepted exception"),
}


def kind_label(kind: str, item: str, lang: Language) -> str:
    """An activity kind and its item in words.

    Examples
    --------
    >>> kind_label("waste", "glass.landfill", "en")
    'Waste from operations: Glass: landfill'
    """
    from wattstone.rates.activities import activity_kinds

    t, known = translator(lang), activity_kinds().get(kind)
    if known is None:
        return kind
    label = known.items.get(item, item)
    return t("{what}: {which}", what=t(known.label), which=t(label)) if label else t(known.label)


def factors_table(rows: Sequence["Factor"], lang: Language) -> "Table":
    """Rows of factors, one a line.

    Parameters
    ----------
    rows : sequence of Factor
        In their order.
    lang : {'en', 'zh'}
    """
    from rich.table import Table
    from rich.text import Text

    t = translator(lang)
    table = Table(
        t("Id"), t("Name"), t("Region"), t("Year"), t("Value"), t("Unit"), t("Confidence"), box=None, pad_edge=False
    )
    table.columns[4].justify = "right"
    table.columns[0].overflow = "fold"
    for row in rows:
        cells = (row.id, row.name, row.region, str(row.year), f"{row.value:g}", row.unit, row.confidence)
        table.add_row(*(Text(cell) for cell in cells))
    return table


def factor_table(shown: "FactorShown", lang: Language) -> "Table":
    """All that is known of a row.

    Parameters
    ----------
    shown : FactorShown
    lang : {'en', 'zh'}
    """
    t, row = translator(lang), shown.row
    lines: list[tuple[str, str]] = [
        (t("Id"), row.id),
        (t("Name"), row.name),
        (t("Value"), f"{row.value!r} {row.unit}"),
        (t("Gas"), f"{row.gas} ({row.gwp_set})" if row.gwp_set else row.gas),
        (t("Region"), row.region),
        (t("Year"), str(row.year)),
        (t("Category"), row.category),
        (t("Confidence"), t(CONFIDENCE[row.confidence])),
        (t("Source"), f"{row.source} ({row.source_year})" if row.source_year else row.source),
        (t("Licence"), row.licence),
        (t("Remark"), row.remark),
        (t("Kept in"), "" if row.origin == "shipped" else row.origin),
    ]
    if shown.replaces is not None:
        lines.append((t("In place of"), f"{shown.replaces.value!r} {shown.replaces.unit}"))
    if shown.barred is not None:
        lines.append((t("Barred"), say_reason(shown.barred.reason, lang)))
    for use in shown.uses:
        names = listed((kind_label(kind, use.item, lang) for kind in use.kinds), lang)
        lines.append((t("Used by {set}", set=use.set), names))
    lines += [(t("Accepted: {name}", name=name), why) for name, why in shown.accepted.items()]
    return _pairs(lines)


def set_table(shown: "SetShown", lang: Language) -> "Table":
    """All that is known of a set.

    Parameters
    ----------
    shown : SetShown
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    countries = listed((t("all others") if one == "*" else one for one in shown.countries), lang)
    lines = [
        (t("Set"), shown.id),
        (t("Name"), t(shown.name)),
        (t("Edition of the set"), shown.edition),
        (t("Years"), listed(shown.years, lang) or t("any year")),
        (t("Countries"), countries or t("none, unless it is accepted by name")),
        (t("Rows"), str(len(shown.rows))),
        *((t("Accepted: {name}", name=name), why) for name, why in shown.accepted.items()),
    ]
    return _pairs(lines)


def _pairs(lines: Iterable[tuple[str, str]]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for head, said in lines:
        if said:
            table.add_row(Text(head), Text(said))
    return table
