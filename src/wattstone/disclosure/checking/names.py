"""Texts of persons that a report shows and that are not there in one of its languages."""

from collections.abc import Iterator, Sequence
from typing import Final

from wattstone.base import Finding
from wattstone.disclosure.bilingual import LANGS, shown_names
from wattstone.disclosure.checking.looking import Looked, placed, say
from wattstone.disclosure.statement import Lang, Statement

__all__ = ["of_names"]

_NAMES: Final[dict[Lang, str]] = {"en": "English", "zh": "Chinese"}
_FEW: Final = 5


def of_names(looked: Looked) -> Iterator[Finding]:
    """A warning where names and other texts that were entered once are not translated; each text is told once."""
    statement = looked.statement
    told: set[str] = set()
    for answer in statement.answers:
        shown = dict.fromkeys(shown_names(answer, statement.names))
        yield from _alone([one for one in shown if one not in told], statement, **placed(answer))
        told |= set(shown)
    beside = dict.fromkeys((statement.organisation, *(one.owner for one in statement.answers)))
    yield from _alone([one for one in beside if one not in told], statement, place="the report", topic="")


def _alone(texts: Sequence[str], statement: Statement, *, place: str, topic: str) -> Iterator[Finding]:
    for lang in LANGS:
        alone = [one for one in texts if statement.lone(one, lang)]
        if alone:
            more = len(alone) - _FEW
            yield say(
                place, "untranslated", "{count} texts are not there in this language ({language}): {shown}",
                "what persons entered in each language of the report",
                "enter what each is called, with `wattstone disclose add term` or a table of them", "warning",
                count=len(alone), language=_NAMES[lang], shown="; ".join(alone[:_FEW]) + ("; …" if more > 0 else ""),
                topic=topic,
            )  # fmt: skip
