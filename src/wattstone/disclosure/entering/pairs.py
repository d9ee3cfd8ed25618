"""Texts of entries that stand in both languages: none alone, and the same numbers in both."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

import polars as pl

from wattstone.base import Finding
from wattstone.disclosure.narratives.said_numbers import apart
from wattstone.programme.held import held
from wattstone.programme.kinds import record_kind
from wattstone.programme.telling import saying

__all__ = ["of_pairs", "of_terms"]

_say = saying("disclosure")
_NAMES: Final = {"en": "English", "zh": "Chinese"}


def of_pairs(entries: Mapping[str, pl.DataFrame], kind: str) -> list[Finding]:
    """Warnings on texts of a kind that lack a language, or say other numbers in it.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind.
    kind : str
        Whose fields `NAME_en` and `NAME_zh` are held against each other.
    """
    rows = held(entries, kind).iter_rows(named=True)
    return [one for row in rows for name in _pairs(kind) for one in _pair(kind, row, name)]


@cache
def _pairs(kind: str) -> tuple[str, ...]:
    names = {one.name for one in record_kind(kind).fields}
    return tuple(sorted(one[:-3] for one in names if one.endswith("_en") and f"{one[:-3]}_zh" in names))


def _pair(kind: str, row: Mapping[str, Any], name: str) -> Iterator[Finding]:
    place, said = f"{kind} '{row['entry']}'", {lang: (row[f"{name}_{lang}"] or "").strip() for lang in _NAMES}
    lacking = [lang for lang, text in said.items() if not text]
    if len(lacking) == 2:
        return
    if lacking:
        if kind != "omission":  # which says more of it
            yield _say(
                place, "pair", "'{field_label}' is not filled in", "a text in each language",
                "have it translated: a report in that language leaves it empty", "warning",
                field_label=record_kind(kind).field(f"{name}_{lacking[0]}").label, field=f"{name}_{lacking[0]}",
            )  # fmt: skip
        return
    yield from _numbers(place, said["en"], said["zh"], f"{name}_zh")


def of_terms(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Findings on names that say nothing, or other numbers than the text that they are of.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind.
    """
    return [one for row in held(entries, "term").iter_rows(named=True) for one in _term(row)]


def _term(row: Mapping[str, Any]) -> Iterator[Finding]:
    place, said = f"term '{row['entry']}'", {lang: (row[lang] or "").strip() for lang in _NAMES}
    if not any(said.values()):
        yield _say(
            place, "term_empty", "it says in no language what the text is called", "the text in English or in Chinese",
            "fill in the language that the text is not in", field="zh",
        )  # fmt: skip
        return
    yield from _numbers(place, said["en"] or row["text"], said["zh"] or row["text"], "zh" if said["zh"] else "en")


def _numbers(place: str, english: str, chinese: str, field: str) -> Iterator[Finding]:
    en, zh = apart(english, chinese)
    alone = [f"{one} (en)" for one in en] + [f"{one} (zh)" for one in zh]
    if alone:
        yield _say(
            place, "pair_numbers", "numbers of one language are not in the other: {shown}",
            "the same numbers in both languages", "compare both texts, and correct the one that is wrong", "warning",
            shown=", ".join(alone[:6]), field=field,
        )  # fmt: skip
