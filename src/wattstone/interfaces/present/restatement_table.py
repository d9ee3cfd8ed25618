"""Restatements, policies of the base year and the change of a year, as tables for a terminal."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wattstone.interfaces.present.languages import Language, mark, say_reason, translator
from wattstone.interfaces.present.names import opened, total_name
from wattstone.interfaces.present.numbers import amount, percent
from wattstone.interfaces.present.statement_words import effect_name, trigger_name
from wattstone.inventory.effects import EFFECTS

if TYPE_CHECKING:
    from rich.table import Table

    from wattstone.inventory.base_year import PolicyVersion
    from wattstone.inventory.ledger import Entry, LedgerBreak

__all__ = ["change_table", "ledger_words", "like_table", "policy_table", "restatement_table", "series_table"]

STATES: Mapping[str, str] = {
    "proposed": mark("proposed"),
    "accepted": mark("accepted"),
    "rejected": mark("rejected"),
}
_DUST = 1e-6  # kg; what rounding leaves
_SHOWN = 10  # digits of an entry's hash


def restatement_table(entries: "Sequence[Entry]", lang: Language) -> "Table":
    """Restatements as they stand.

    Parameters
    ----------
    entries : sequence of Entry
        In the order of the ledger.
    lang : {'en', 'zh'}
    """
    from rich.text import Text

    t = translator(lang)
    heads = (t("Entry"), t("Year"), t("Total"), t("Before"), t("After"), t("Trigger"), t("State"), t("Reason"))
    table = _table(heads, right=(3, 4))
    for one in entries:
        told = one.restated
        state = t(STATES[one.state])
        if told.significant is False:
            state = t("{state}, below the threshold", state=state)
        if one.alone:
            state = t("{state} by who proposed it", state=state)
        table.add_row(
            one.id[:_SHOWN],
            str(told.year),
            opened(total_name(told.name, lang)),
            amount(told.before, told.unit, lang),
            amount(told.after, told.unit, lang),
            opened(trigger_name(told.trigger, lang)),
            Text(state),
            Text(say_reason(told.reason, lang)),
        )
    return table


def series_table(rows: Sequence[Mapping[str, Any]], lang: Language) -> "Table":
    """Years as first released and recalculated: rows of the schema `SERIES`."""
    t = translator(lang)
    table = _table((t("Total"), t("Year"), t("As first released"), t("Recalculated")), right=(2, 3))
    for row in rows:
        values = (amount(row[name], "kg CO2e", lang) for name in ("reported", "recalculated"))
        table.add_row(opened(total_name(row["name"], lang)), str(row["year"]), *values)
    return table


def policy_table(versions: "Sequence[PolicyVersion]", lang: Language) -> "Table":
    """Every base-year policy, the newest, which holds, last."""
    from rich.text import Text

    t = translator(lang)
    heads = (
        t("Version"),
        t("Base year"),
        t("Significant from"),
        t("Triggers"),
        t("Within a year"),
        t("Who"),
        t("When"),
        t("Note"),
    )
    table = _table(heads, right=(2,))
    for one in versions:
        held = one.policy
        base = ", ".join(map(str, held.years)) or t("the {years} years before", years=held.rolling)
        table.add_row(
            str(one.number),
            base,
            percent(held.threshold / 100, lang),
            ", ".join(trigger_name(name, lang) for name in held.triggers),
            t("the whole year") if held.mid_year == "all-year" else t("pro rata"),
            Text(one.who),
            f"{one.at:%Y-%m-%d %H:%M}Z",
            Text(held.note),
        )
    return table


def ledger_words(lines: int, broken: "LedgerBreak | None", lang: Language) -> str:
    """Whether the ledger holds, in a sentence."""
    t = translator(lang)
    if broken is None:
        return t("The ledger holds: {lines} lines.", lines=lines)
    if broken.why == "changed":
        return t("Line {line} of the ledger was changed.", line=broken.number)
    return t("A line before line {line} of the ledger is missing.", line=broken.number)


def change_table(rows: Sequence[Mapping[str, Any]], lang: Language) -> "Table":
    """Effects of each total, a column each: rows with `name`, `effect`, `value` and perhaps `by`."""
    from rich.text import Text

    t = translator(lang)
    split = any("by" in row for row in rows)
    heads = [t("Total"), *([""] if split else []), *(opened(effect_name(one, lang)) for one in EFFECTS), t("Change")]
    table = _table(heads, right=range(1 + split, len(heads)))
    by: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows:
        by.setdefault((row["name"], str(row.get("by", ""))), {})[row["effect"]] = row["value"]
    for (name, where), parts in by.items():
        values = [*(parts.get(one, 0.0) for one in EFFECTS), sum(parts.values())]
        first = [opened(total_name(name, lang)), *([Text(where)] if split else [])]
        table.add_row(*first, *(_signed(value, lang) for value in values))
    return table


def like_table(rows: Sequence[Mapping[str, Any]], year: int, lang: Language) -> "Table":
    """Each total of both years, of all sites and of those that were there throughout."""
    from rich.text import Text

    t = translator(lang)
    split = any("by" in row for row in rows)
    like = t("like for like")
    heads = [
        t("Total"), *([""] if split else []), str(year - 1), str(year), f"{year - 1}, {like}", f"{year}, {like}",
        t("Change, like for like"),
    ]  # fmt: skip
    table = _table(heads, right=range(1 + split, len(heads)))
    for row in rows:
        values = [amount(row[name], "kg CO2e", lang) for name in ("value_0", "value_1", "like_0", "like_1")]
        ratio = _signed_share(row["like_1"] / row["like_0"] - 1, lang) if row["like_0"] else ""
        first = [opened(total_name(row["name"], lang)), *([Text(str(row["by"]))] if split else [])]
        table.add_row(*first, *values, ratio)
    return table


def _signed(value: float, lang: Language) -> str:
    if abs(value) < _DUST:
        return "0"
    return ("+" if value > 0 else "") + amount(value, "kg CO2e", lang)


def _signed_share(share: float, lang: Language) -> str:
    return ("+" if share > 0 else "") + percent(share, lang)


def _table(heads: Sequence[str], right: Sequence[int] | range) -> "Table":
    from rich.table import Table

    table = Table(*heads, box=None, pad_edge=False)
    for at, column in enumerate(table.columns):
        column.overflow = "fold"
        if at in right:
            column.justify = "right"
    return table
