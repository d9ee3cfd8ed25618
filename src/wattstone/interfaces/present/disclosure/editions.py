"""Keys, editions and what changed between them, for a terminal."""

from collections.abc import Iterable
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from wattstone.disclosure.topics import topic
from wattstone.interfaces.present.languages import Language, counter, mark, translator

if TYPE_CHECKING:
    from rich.table import Table

    from wattstone.disclosure.differences import Change, Value
    from wattstone.disclosure.statement import Edition
    from wattstone.workflows.disclosure.pack import Packed
    from wattstone.workflows.ports import KeyRecord

__all__ = ["CHANGED", "changes_table", "edition_words", "editions_table", "keys_table", "pack_words"]

CHANGED: Final = {
    "topic": mark("topic"),
    "status": mark("status"),
    "text": mark("text"),
    "figure": mark("figure of the report"),
    "table": mark("table"),
    "omission": mark("omission"),
    "says": mark("note of the workspace"),
}
_LONG: Final = 160  # characters of a text of which only what differs is shown
_AROUND: Final = 24  # characters shown before what differs


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


def changes_table(changes: "Iterable[Change]", lang: Language) -> "Table":
    """What changed, a row each: the topic, what of it, before, after."""
    from rich.table import Table
    from rich.text import Text

    t = translator(lang)
    table = Table(t("Topic"), t("What changed"), t("Said before"), t("Said now"), box=None, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    before = None
    for one in changes:
        name = t(topic(one.topic).title) if one.topic else ""
        what = " ".join(text for text in (t(CHANGED[one.what]), one.place, one.part) if text)
        shown = _pair(one.before, one.after)
        unit = f" {one.unit}" if one.unit else ""
        cells = (Text(text + (unit if text != "–" else "")) for text in shown)
        table.add_row(Text("" if name == before else name), Text(what), *cells)
        before = name
    return table


def _pair(before: "Value", after: "Value") -> tuple[str, str]:
    """Both as they are shown; of long texts what differs, with a little of what stands before it."""
    one, other = (_plain(each) for each in (before, after))
    if max(len(one), len(other)) <= _LONG:
        return one, other
    start = max(0, _alike(one, other) - _AROUND)
    ending = max(0, _alike(one[start:][::-1], other[start:][::-1]) - _AROUND)
    return _cut(one, start, ending), _cut(other, start, ending)


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _cut(text: str, start: int, ending: int) -> str:
    stop = len(text) - ending
    middle = text[start:stop]
    short = middle if len(middle) <= 2 * _LONG else f"{middle[: 2 * _LONG]}…"
    return f"{'…' if start else ''}{short}{'…' if ending else ''}"


def _plain(value: "Value") -> str:
    if value is None or value == "":
        return "–"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
