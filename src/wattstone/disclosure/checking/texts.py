"""Texts: the same numbers in both languages, none that was typed, none that nobody approved, tables that are there."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from wattstone.base import Finding
from wattstone.disclosure.checking.looking import Looked, placed, say, texts_of
from wattstone.disclosure.entering.texts import typed
from wattstone.disclosure.narratives.placeholders import placeholders, without_placeholders
from wattstone.disclosure.narratives.said_numbers import apart, years_in
from wattstone.disclosure.statement import Answer, Written

__all__ = ["of_approvals", "of_languages", "of_placeholders", "of_typed_numbers"]

_NAMES: Final = {"en": "English", "zh": "Chinese"}


def of_languages(looked: Looked) -> Iterator[Finding]:
    """Both languages name the same figures and tables as often, and say the same typed numbers and years."""
    for answer in looked.statement.answers:
        en, zh = answer.written.get("en"), answer.written.get("zh")
        if en is not None and zh is not None:
            yield from _differ(answer, en, zh)
        elif (one := en or zh) is not None:
            yield say(
                code="one_language", found="there is a text in one language alone: {language}",
                expected="both languages", remedy="have it translated", severity="warning",
                language=_NAMES[one.lang], **placed(answer),
            )  # fmt: skip


def _differ(answer: Answer, en: Written, zh: Written) -> Iterator[Finding]:
    named = [Counter(f"{one.key}" if one.kind == "figure" else one.text for one in placeholders(text.markdown))
             for text in (en, zh)]  # fmt: skip
    yield from _only(
        answer, *_alone(*named), "languages_figures", "figures of one language are not in the other: {shown}",
        "the same placeholders in both languages",
    )  # fmt: skip
    yield from _only(
        answer, *apart(en.markdown, zh.markdown), "languages_numbers",
        "numbers of one language are not in the other: {shown}",
        "the same numbers in both languages",
    )  # fmt: skip
    years = [Counter(years_in(without_placeholders(text.markdown))) for text in (en, zh)]
    yield from _only(
        answer, *_alone(*years), "languages_years", "years of one language are not in the other: {shown}",
        "the same years in both languages", error=False,
    )  # fmt: skip


def _alone(en: Counter[str], zh: Counter[str]) -> tuple[list[str], list[str]]:
    """What each has and the other has not."""
    return list((en - zh).elements()), list((zh - en).elements())


def _only(
    answer: Answer, en: list[str], zh: list[str], code: str, found: str, expected: str, *, error: bool = True
) -> Iterator[Finding]:  # fmt: skip
    alone = [f"{one} (en)" for one in en] + [f"{one} (zh)" for one in zh]
    if alone:
        yield say(
            code=code, found=found, expected=expected, remedy="compare both texts, and correct the one that is wrong",
            severity="error" if error else "warning", shown=", ".join(alone[:6]), **placed(answer),
        )  # fmt: skip


def of_typed_numbers(looked: Looked) -> Iterator[Finding]:
    """A warning on each text with numbers that were typed by hand."""
    for answer, text in texts_of(looked.statement):
        for one in typed(text.markdown, f"narrative '{text.entry}'"):
            yield replace(one, params={**one.params, "topic": answer.topic.id})


def of_approvals(looked: Looked) -> Iterator[Finding]:
    """A warning on each text that nobody has approved."""
    for answer, text in texts_of(looked.statement):
        if not text.approved_by:
            yield say(
                f"narrative '{text.entry}'", "unapproved", "nobody has approved what {who} wrote",
                "a text that somebody else has read", "have it reviewed with `wattstone disclose review`", "warning",
                who=text.by, topic=answer.topic.id,
            )  # fmt: skip


def of_placeholders(looked: Looked) -> Iterator[Finding]:
    """Placeholders that nobody can read, and tables of a topic that the statement has none of."""
    there = {one.topic.id: bool(one.tables) for one in looked.statement.answers}
    for answer, text in texts_of(looked.statement):
        place = f"narrative '{text.entry}'"
        for one in placeholders(text.markdown):
            if one.kind is None:
                yield say(
                    place, "placeholder", "nobody can tell what {shown} names", "a figure or the tables of a topic",
                    "correct the placeholder", shown=one.text[:100], topic=answer.topic.id,
                )  # fmt: skip
            elif one.kind == "table" and not there.get(one.name):
                yield say(
                    place, "table_missing", "there is no table of {name}", "tables of a topic that the statement has",
                    "take the placeholder out, or enter what the table shows",
                    "error" if one.name in there else "warning",  # a text may serve a standard that asks for more
                    name=one.name, topic=answer.topic.id,
                )  # fmt: skip
