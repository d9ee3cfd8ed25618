"""What changed from one edition to another, in the words and units of the report."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from wattstone.disclosure.statement import Shown
from wattstone.disclosure.topics import topic
from wattstone.interfaces.present.disclosure.figure_names import FigureNames
from wattstone.interfaces.present.disclosure.words import STATUSES, band_words, number_words, state_words
from wattstone.interfaces.present.languages import Language, mark, translator

if TYPE_CHECKING:
    from rich.table import Table

    from wattstone.disclosure.differences import Change, Value
    from wattstone.disclosure.statement import Statement

__all__ = ["CHANGED", "ChangeWords", "change_words", "changes_table"]

CHANGED: Final = {
    "topic": mark("topic"),
    "status": mark("status"),
    "text": mark("text"),
    "figure": mark("figure of the report"),
    "table": mark("table"),
    "omission": mark("omission"),
    "says": mark("note of the workspace"),
}
_LANGUAGES: Final = {"en": mark("English"), "zh": mark("Chinese")}
_PARTS: Final = {"unit": mark("unit"), "interval": mark("interval"), "state": mark("state")}
_NOTHING: Final = "–"
_LONG: Final = 160  # characters of a text of which only what differs is shown
_AROUND: Final = 24  # characters shown before what differs


@dataclass(frozen=True)
class ChangeWords:
    """A change as a row of a table: id of its topic or nothing, what of it, what was said, what is said now."""

    topic: str
    what: str
    before: str
    after: str


def change_words(
    changes: "Sequence[Change]", old: "Statement", new: "Statement", lang: Language
) -> Iterator[ChangeWords]:
    """Changes in words.

    Parameters
    ----------
    changes : sequence of Change
        Of `differences(old, new)`.
    old, new : Statement
        What they are between.
    lang : {'en', 'zh'}
    """
    names = FigureNames(old, lang), FigureNames(new, lang)
    for one in changes:
        if one.what == "figure":
            yield _of_figure(one, old.figures.get(one.place), new.figures.get(one.place), names, lang)
            continue
        before, after = (_said(one, value, lang) for value in (one.before, one.after))
        yield ChangeWords(one.topic, _what(one, lang), *_apart(before, after))


def changes_table(changes: "Sequence[Change]", old: "Statement", new: "Statement", lang: Language) -> "Table":
    """What changed, a row each: the topic, what of it, before, after; for a terminal."""
    from rich.table import Table
    from rich.text import Text

    t = translator(lang)
    table = Table(t("Topic"), t("What changed"), t("Said before"), t("Said now"), box=None, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    last = None
    for one in change_words(changes, old, new, lang):
        name = t(topic(one.topic).title) if one.topic else ""
        table.add_row(*(Text(text) for text in ("" if name == last else name, one.what, one.before, one.after)))
        last = name
    return table


def _of_figure(
    one: "Change", before: Shown | None, after: Shown | None, names: tuple[FigureNames, FigureNames], lang: Language
) -> ChangeWords:
    t = translator(lang)
    named = names[1].of(after) if after is not None else names[0].of(before) if before is not None else one.place
    period = next((each.period for each in (after, before) if each is not None), "")
    what = t("{name}, {period}", name=named, period=period) if period else named
    if one.part in _PARTS:
        what = t("{name}: {part}", name=what, part=t(_PARTS[one.part]))
    return ChangeWords(one.topic, what, *(_part(each, one.part, lang) for each in (before, after)))


def _part(shown: Shown | None, part: str, lang: Language) -> str:
    if shown is None:
        return _NOTHING
    t = translator(lang)
    if part == "state":
        return state_words(shown.state, lang) or t("current")
    told = {"value": number_words, "interval": band_words}.get(part)
    return (told(shown, lang) if told else shown.unit) or _NOTHING


def _what(one: "Change", lang: Language) -> str:
    """What of the topic: a cell by its titles, a text by its language, else the kind of change."""
    t = translator(lang)
    if one.titles:
        return " / ".join(t(text) for text in one.titles)
    kind = t(CHANGED[one.what])
    place = t(_LANGUAGES[one.place]) if one.place in _LANGUAGES else one.place
    return " ".join(text for text in (kind, place, one.part) if text)


def _said(one: "Change", value: "Value", lang: Language) -> str:
    t = translator(lang)
    if value is None or value == "":
        return _NOTHING
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if isinstance(value, float) or (isinstance(value, int) and one.unit):
        return number_words(_bare(one, float(value)), lang)
    if one.what == "status":
        return t(next((words for status, words in STATUSES.items() if status == value), str(value)))
    return t(str(value)) if one.what == "topic" else str(value)


def _bare(one: "Change", value: float) -> Shown:
    """A number of a table as a figure has it, so that it is said in the same way."""
    return Shown(id="", name=one.titles[-1] if one.titles else "", period="", subject="", value=value,
                 unit=one.unit or "1")  # fmt: skip


def _apart(one: str, other: str) -> tuple[str, str]:
    """Both as they are shown; of long texts what differs, with a little of what stands before it."""
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
