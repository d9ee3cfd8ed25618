"""Keys, editions and what changed between them as tables for a terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from wattstone.interfaces.present.languages import Language, translator

if TYPE_CHECKING:
    from rich.table import Table

    from wattstone.workflows.ports import KeyRecord

__all__ = ["keys_table"]


def keys_table(keys: "Iterable[KeyRecord]", lang: Language) -> "Table":
    """Keys, a row each: id, whose, since when, whether it still signs."""
    from rich.table import Table
    from rich.text import Text

    t = translator(lang)
    table = Table(t("Key id"), t("Whose"), t("Since"), t("State"), box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for one in keys:
        state = t("signs") if one.own else t("known")
        if one.retired is not None:
            state = t("retired on {day}", day=f"{one.retired:%Y-%m-%d}")
        if one.revoked is not None:
            state = t("revoked on {day}: {reason}", day=f"{one.revoked:%Y-%m-%d}", reason=one.reason)
        table.add_row(Text(one.id), Text(one.name), f"{one.created:%Y-%m-%d}", Text(state))
    return table
