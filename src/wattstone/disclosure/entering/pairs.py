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

__all__ = ["of_pairs"]

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
    en, zh = apart(said["en"], said["zh"])
    alone = [f"{one} (en)" for one in en] + [f"{one} (zh)" for one in zh]
    if alone:
        yield _say(
            place, "pair_numbers", "numbers of one language are not in the other: {shown}",
            "the same numbers in both languages", "compare both texts, and correct the one that is wrong", "warning",
            shown=", ".join(alone[:6]), field=f"{name}_zh",
        )  # fmt: skip
