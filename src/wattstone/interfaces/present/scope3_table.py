"""The categories of scope 3 as tables for a terminal, and their words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wattstone.interfaces.present.languages import Language, mark, say_reason, translator

if TYPE_CHECKING:
    from rich.table import Table

    from wattstone.inventory.scope3 import Decided

__all__ = ["DECISIONS", "METHODS", "history_table", "methods_said", "not_valued", "scope3_table"]

DECISIONS: Mapping[str, str] = {
    "computed": mark("computed"),
    "not_estimated": mark("not estimated"),
    "not_applicable": mark("not applicable"),
    "undecided": mark("not decided yet"),
}
METHODS: Mapping[str, str] = {
    "supplier": mark("supplier-specific"),
    "hybrid": mark("hybrid"),
    "average": mark("average data"),
    "spend": mark("spend-based"),
}


def methods_said(methods: str | None, lang: Language) -> str:
    """Methods with their shares in the words of a language.

    Parameters
    ----------
    methods : str or None
        As `inventory.statement.DECISIONS` has them: `average 80 %, spend 20 %`.
    lang : {'en', 'zh'}

    Examples
    --------
    >>> methods_said("average 80 %, spend 20 %", "en")
    'average data 80 %, spend-based 20 %'
    """
    t = translator(lang)
    parts = [part.partition(" ") for part in (methods or "").split(", ") if part]
    return ", ".join(f"{t(METHODS.get(name, name))} {share}".strip() for name, _, share in parts)


def not_valued(decision: str, lang: Language) -> str:
    """What stands in place of emissions that nobody computed: a dash, and why; nothing that reads as zero.

    Examples
    --------
    >>> not_valued("not_estimated", "en"), not_valued("computed", "en")
    ('– (not estimated)', '– (not known)')
    """
    t = translator(lang)
    word = DECISIONS.get(decision, "") if decision != "computed" else ""
    return t("– ({why})", why=t(word or "not known"))


def scope3_table(rows: Sequence[Mapping[str, Any]], proposed: "Mapping[int, Decided]", lang: Language) -> "Table":
    """The fifteen categories of a year.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of `inventory.statement.DECISIONS`.
    proposed : mapping of int to Decided
        What the year before says of those that are undecided.
    lang : {'en', 'zh'}
    """
    from rich.table import Table
    from rich.text import Text

    from wattstone.interfaces.present.numbers import amount
    from wattstone.inventory.scope3 import categories

    t, known = translator(lang), categories()
    table = Table("", t("Category"), t("Decision"), t("Emissions"), t("Reason"), box=None, pad_edge=False)
    table.columns[3].justify = "right"
    table.columns[4].overflow = "fold"  # Chinese has no spaces to break at
    for row in rows:
        number = row["category"]
        before = proposed.get(number)
        why = say_reason(row["reason"], lang) or methods_said(row["methods"], lang)
        if before is not None:
            why = t("proposed, as the year before: {decision}", decision=t(DECISIONS[before.decision]))
            why += f" ({before.reason})" if before.reason else ""
        style = "bold red" if row["decision"] == "undecided" else ""
        table.add_row(
            str(number),
            t(known[number].name),
            Text(t(DECISIONS[row["decision"]]), style),
            "" if row["value"] is None else amount(row["value"], "kg CO2e", lang),
            Text(why),
        )
    return table


def history_table(history: "Iterable[Decided]", lang: Language) -> "Table":
    """All that was ever said of the categories of a year, in its order."""
    from rich.table import Table
    from rich.text import Text

    t = translator(lang)
    table = Table(t("When"), t("Who"), t("Category"), t("Decision"), t("Reason"), box=None, pad_edge=False)
    for one in history:
        when, said = f"{one.at:%Y-%m-%d %H:%M}Z", t(DECISIONS[one.decision])
        table.add_row(when, Text(one.decided_by), str(one.category), said, Text(one.reason))
    return table
