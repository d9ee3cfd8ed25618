"""Findings of waste and faults for a terminal."""

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.tokens import terminal_styles
from wattstone.interfaces.present.waste_rows import energy_words, sure_words, when_words, worth_words
from wattstone.interfaces.present.waste_words import waste_action, waste_found, waste_name


def waste_table(rows: list[dict[str, Any]], lang: Language, *, top: int) -> RenderableType:
    """The first findings, one paragraph each: what, where, since when, how much, what to do.

    Parameters
    ----------
    rows : list of dict
        Of `Detected.findings`.
    lang : {'en', 'zh'}
    top : int
        How many are shown.
    """
    t = translator(lang)
    styles = terminal_styles()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0), header_style=styles["heading"])
    for head, right in ((t("Rank"), True), (t("What and where"), False), (t("How much"), False)):
        table.add_column(Text(head), justify="right" if right else "left", overflow="fold")
    for row in rows[:top]:
        money, kg = worth_words(row, lang)
        worth = [energy_words(row, lang)] + [text for text in (money, kg) if text != t("not known")]
        sure = t("confidence {share}", share=sure_words(row, lang))
        table.add_row(
            Text(str(row["rank"])),
            Text.assemble(
                (waste_name(row["code"], lang), "bold"),
                f"  {row['meter_id']}\n",
                t("{place}: {found}", place=when_words(row, lang), found=waste_found(row, lang)) + "\n",
                (waste_action(row["code"], lang), "dim"),
            ),
            Text("\n".join([*worth, sure])),
        )
    parts: list[RenderableType] = [table]
    if more := len(rows) - top:
        parts += [Text(t("and {count} more: --top shows them", count=more), style="dim")] if more > 0 else []
    return Group(*parts)
