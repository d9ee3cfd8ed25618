"""How ready a report is, by requirement and by who answers, for a terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from wattstone.disclosure.readiness import Need, Readiness, Ready
from wattstone.disclosure.statement import Status
from wattstone.interfaces.present.languages import Language, Translate, mark, translator

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["STATUS", "need_words", "owners_table", "requirements_status"]

STATUS: Final[dict[Status, str]] = {
    "answered": mark("answered"),
    "partly": mark("answered in part"),
    "omitted": mark("left out, with a reason"),
    "open": mark("open"),
}
_STYLES: Final[dict[Status, str]] = {"answered": "green", "partly": "yellow", "omitted": "dim", "open": "bold red"}
_WANTS: Final = {
    "text": mark("a text"),
    "numbers": mark("numbers of the workspace"),
    "reason": mark("a reason for leaving it out"),
    "whole": mark("numbers that are whole"),
    "mend": mark("what a check found to be mended"),
    "owner": mark("somebody who answers it"),
    "review": mark("an approval"),
}
_LANGS: Final = {"en": mark("English"), "zh": mark("Chinese")}


def requirements_status(ready: Readiness, lang: Language) -> "Table":
    """Requirement by requirement: its status, and what each of its topics still needs, from whom."""
    from rich.table import Table
    from rich.text import Text

    t = translator(lang)
    heads = (t("Requirement"), t("Status"), t("Topic"), t("Still needs"), t("Owner"), t("Due"))
    table = Table(*heads, box=None, pad_edge=False)
    for column in table.columns[2:]:
        column.overflow = "fold"
    for one in ready.requirements:
        first = (Text(one.id), Text(t(STATUS[one.status]), style=_STYLES[one.status]))
        for at, each in enumerate(one.topics):
            name = Text(f"{t(each.topic.title)} ({each.topic.id})")
            table.add_row(*(first if not at else ("", "")), name, _still(each, t), Text(each.owner), _due(each, t))
    return table


def owners_table(ready: Readiness, lang: Language) -> "Table":
    """Who has what to do, those with the most first."""
    from rich.table import Table
    from rich.text import Text

    t = translator(lang)
    table = Table(t("Owner"), t("Topic"), t("Still needs"), t("Due"), box=None, pad_edge=False)
    for column in table.columns[1:3]:
        column.overflow = "fold"
    for one in ready.owners:
        name = one.name or t("nobody")
        for at, each in enumerate(one.waiting):
            table.add_row(Text("" if at else name), Text(each.topic.id), _needs(each.needs, t), _due(each, t))
    return table


def need_words(need: Need, t: Translate) -> str:
    """What a topic needs, in words: an approval (English)."""
    words = t(_WANTS[need.want])
    return f"{words} ({t(_LANGS[need.lang])})" if need.lang else words


def _still(one: Ready, t: Translate) -> str:
    """What a topic needs; of one that is left out, that it is."""
    out = [t(STATUS["omitted"])] if one.status == "omitted" else []
    return t("; ").join([*out, *filter(None, [_needs(one.needs, t)])])


def _needs(needs: Sequence[Need], t: Translate) -> str:
    """Needs of both languages as one: a text (English, Chinese)."""
    said: dict[str, list[str]] = {}
    for one in needs:
        said.setdefault(one.want, []).extend([t(_LANGS[one.lang])] if one.lang else [])
    both = t(", ").join(t(text) for text in _LANGS.values())
    words = [
        t(_WANTS[want]) + (f" ({t(', ').join(langs)})" if langs and t(", ").join(langs) != both else "")
        for want, langs in said.items()
    ]
    return t("; ").join(words)


def _due(one: Ready, t: Translate) -> str:
    if one.due is None:
        return ""
    return t("{day}, past", day=one.due.isoformat()) if one.late else one.due.isoformat()
