"""Keys, editions and packs in words, for a terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from wattstone.interfaces.present.languages import Language, counter, translator

if TYPE_CHECKING:
    from rich.table import Table

    from wattstone.disclosure.statement import Edition
    from wattstone.workflows.disclosure.pack import Packed
    from wattstone.workflows.ports import KeyRecord

__all__ = ["edition_words", "editions_table", "keys_table", "pack_words"]


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


def edition_words(one: "Edition", lang: Language) -> list[str]:
    """An edition in lines: its number, hash, and whose signature it bears."""
    t = translator(lang)
    signed = t("Signed with key {key}.", key=one.key) if one.key else t("Nobody has signed it: `disclose sign` does.")
    return [
        t("Edition {number}, locked by {who} on {day}: SHA-256 {sha}", number=one.number, who=one.locked_by,
          day=f"{one.locked_at:%Y-%m-%d %H:%M} UTC", sha=one.sha256),
        signed,
    ]  # fmt: skip


def editions_table(editions: "Iterable[Edition]", lang: Language) -> "Table":
    """Editions, a row each: number, when and by whom it was locked, by which key it is signed, why."""
    from rich.table import Table
    from rich.text import Text

    t = translator(lang)
    heads = (t("Edition number"), t("Locked"), t("By"), t("Key id"), t("SHA-256"), t("Why"))
    table = Table(*heads, box=None, pad_edge=False)
    for one in editions:
        words = (Text(text) for text in (one.locked_by, one.key or "–", one.sha256[:16], one.why))
        table.add_row(str(one.number), f"{one.locked_at:%Y-%m-%d %H:%M}", *words)
    return table


def pack_words(done: "Packed", lang: Language) -> list[str]:
    """A pack in lines: what is in it, whose signature it bears, and how to check it."""
    t, n = translator(lang), counter(lang)
    lines = [
        t("Written: {file}", file=done.path),
        n("{count} file, SHA-256 {sha}", "{count} files, SHA-256 {sha}", done.files, sha=done.sha256),
        t("{figures} figures with their chains, of which {recomputed} can be computed again from what is in it.",
          figures=done.figures, recomputed=done.recomputed),
    ]  # fmt: skip
    if done.key:
        lines.append(t("Signed with key {key}.", key=done.key))
    return [
        *lines, t("To check it elsewhere: unpack it and run `python verify_pack.py`; nothing has to be installed."),
    ]  # fmt: skip
