"""Omissions: a reason in both languages, nothing told of what is left out, and the day on which it was promised."""

from collections.abc import Iterator
from typing import Final

from wattstone.base import Finding
from wattstone.disclosure.checking.looking import Looked, say
from wattstone.disclosure.statement import Answer

__all__ = ["of_omissions"]

_LANGS: Final = {"en": "English", "zh": "Chinese"}


def of_omissions(looked: Looked) -> Iterator[Finding]:
    """What omissions lack."""
    day = looked.statement.made.date()
    for answer in looked.statement.answers:
        if answer.omission is None:
            continue
        yield from _reasons(answer)
        place, topic, until = f"omission '{answer.omission.entry}'", answer.topic.id, answer.omission.until
        if answer.written:
            yield say(
                place, "omission_told", "the topic is left out, and there is a text on it", "one of the two",
                "withdraw the omission or the text; or say in the text what is left out", "warning", topic=topic,
            )  # fmt: skip
        if answer.omission.ground == "not_available" and _computed(answer):
            yield say(
                place, "omission_known",
                "data are said not to be available, and the workspace has {count} numbers on it",
                "what is known, or another ground", "withdraw the omission, or say what lacks", "warning",
                count=_computed(answer), topic=topic,
            )  # fmt: skip
        if answer.omission.ground == "relief" and not answer.omission.paragraph.strip():
            yield say(
                place, "omission_relief", "a relief is named, and no paragraph that gives it",
                "the paragraph of the standard that allows it", "name the paragraph", topic=topic,
            )  # fmt: skip
        if until is not None and until < day:
            yield say(
                place, "omission_due", "it was to be answered by {until}", "an answer, or a later day and why",
                "answer the topic, or correct the omission", "warning", until=until, topic=topic,
            )  # fmt: skip
        if answer.omission.ground == "not_available" and until is None:
            yield say(
                place, "omission_open", "data are not available, and nothing says until when",
                "a day by which the topic is answered", "name the day", "warning", topic=topic,
            )  # fmt: skip


def _computed(answer: Answer) -> int:
    """How many numbers the workspace has for a topic: its figures, or those of its tables."""
    ids = {
        held
        for table in answer.tables
        for name in table.rows.columns
        if name.endswith("@figure")
        for held in table.rows[name].drop_nulls()
    }
    return len(ids | {one.id for one in answer.figures if one.value is not None})


def _reasons(answer: Answer) -> Iterator[Finding]:
    if answer.omission is None:
        return
    for lang, name in _LANGS.items():
        if not answer.omission.reason.get(lang, "").strip():
            yield say(
                f"omission '{answer.omission.entry}'", "omission_reason", "there is no reason in {language}",
                "a reason in each language: without it the topic counts as open", "say why", language=name,
                topic=answer.topic.id,
            )  # fmt: skip
