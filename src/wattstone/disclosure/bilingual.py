"""Texts that persons entered once, in both languages of a report: what each is called, and which is not translated.

Texts of a report come from many rooms: names of sites, targets and measures, owners, sources, reasons. An entry of kind
`term` says what such a text is called in each language, wherever it stands; a field `NAME_zh` beside `NAME` of an entry
says it of that one. What has neither is shown as it was entered, and marked.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

import polars as pl

from wattstone.disclosure.statement import Answer, Lang, Names
from wattstone.programme.report import Said, Table

__all__ = ["LANGS", "in_both", "language_of", "names_of", "shown_names"]

LANGS: Final[tuple[Lang, ...]] = ("en", "zh")
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_WORD: Final = re.compile(r"[A-Za-z]*[a-z]{3,}")
_ID: Final = re.compile(r"[a-z0-9][A-Za-z0-9]*(?:[-_.:/|][A-Za-z0-9]+)*|\S*\d\S*|\S*\|\S*")
_BETWEEN: Final = ", "
_OURS: Final = frozenset({"carrier"})
"""Columns whose texts are words of the program."""


def language_of(text: str) -> tuple[Lang, ...]:
    """The languages in which a text can be read: both of what has no words, as ids, codes and numbers.

    Examples
    --------
    >>> language_of("Leasing"), language_of("法务部"), language_of("Harbour Works 海港制造")
    (('en',), ('zh',), ('en', 'zh'))
    >>> language_of("sim-0016"), language_of("boilers"), language_of("CNY2022/t CO2")
    (('en', 'zh'), ('en', 'zh'), ('en', 'zh'))
    """
    chinese = _CHINESE.search(text) is not None
    english = _WORD.search(text) is not None and _ID.fullmatch(text.strip()) is None
    if english and not chinese:
        return ("en",)
    return ("zh",) if chinese and not english else LANGS


def names_of(terms: pl.DataFrame, pairs: Iterable[tuple[str, str]], texts: Iterable[str]) -> Names:
    """What texts of persons are called in each language.

    Parameters
    ----------
    terms : polars.DataFrame
        Entries of kind `term`; they go before what entries say beside their texts.
    pairs : iterable of (str, str)
        A text and the same in Chinese, as entries have them beside each other.
    texts : iterable of str
        What else persons entered.

    Returns
    -------
    Names
        By text; a language in which it cannot be read and nobody said it is not there.

    Examples
    --------
    >>> rows = pl.DataFrame({"text": ["Leasing"], "en": [None], "zh": ["租赁部"]}, schema_overrides={"en": pl.String})
    >>> names_of(rows, [], ["Legal"])["Leasing"], names_of(rows, [], ["Legal"])["Legal"]
    ({'en': 'Leasing', 'zh': '租赁部'}, {'en': 'Legal'})
    """
    found = {text: _as_entered(text) for text in texts if text}
    for text, chinese in pairs:
        found[text] = {"en": text, **_as_entered(text), "zh": chinese}
    for row in terms.select("text", *LANGS).iter_rows(named=True):
        told = {lang: row[lang].strip() for lang in LANGS if (row[lang] or "").strip()}
        found[row["text"]] = {**found.get(row["text"], _as_entered(row["text"])), **told}
    return found


def _as_entered(text: str) -> dict[str, str]:
    return dict.fromkeys(language_of(text), text)


def in_both(answer: Answer, names: Names) -> Answer:
    """An answer whose tables and sentences hold names in each language, in columns and values `NAME@LANG`.

    Parameters
    ----------
    answer : Answer
    names : Names
        A text that stands in a table under a label of the program is the program's, and stays.

    Returns
    -------
    Answer
    """
    return replace(
        answer, tables=tuple(_table(one, names) for one in answer.tables),
        says=tuple(_said(one, names) for one in answer.says),
    )  # fmt: skip


def _table(table: Table, names: Names) -> Table:
    added: list[pl.Series] = []
    for name, ours in _columns(table):
        values = table.rows[name].to_list()
        for lang in LANGS:
            told = [None if one is None or one in ours else _called(one, lang, names) for one in values]
            if any(one is not None and one != value for one, value in zip(told, values, strict=True)):
                added.append(_behind(table, f"{name}@{lang}", told))
    return replace(table, rows=table.rows.with_columns(added)) if added else table


def _columns(table: Table) -> Iterator[tuple[str, frozenset[str]]]:
    """Columns of texts, each with the words of the program that may stand in it."""
    for one in table.columns:
        if one.name in table.rows.columns and table.rows.schema[one.name] == pl.String and one.name not in _OURS:
            yield one.name, frozenset(text for text, label in one.labels.items() if text != label)


def _behind(table: Table, name: str, told: list[str | None]) -> pl.Series:
    """What a table says itself in a language, and names where it says nothing."""
    series = pl.Series(name, told, dtype=pl.String)
    if name not in table.rows.columns:
        return series
    return pl.select(pl.coalesce(table.rows[name].cast(pl.String), series)).to_series().rename(name)


def _called(text: str, lang: Lang, names: Names) -> str | None:
    """What a text is called; of several with commas between them each. None where nobody says."""
    if text in names:
        return names[text].get(lang)
    parts = text.split(_BETWEEN)
    told = [names.get(one, {}).get(lang, one) for one in parts]
    return ("、" if lang == "zh" else _BETWEEN).join(told) if len(parts) > 1 and told != parts else None


def _said(said: Said, names: Names) -> Said:
    told: dict[str, Any] = {
        f"{key}@{lang}": called for key, value in said.params.items() if isinstance(value, str)
        for lang in LANGS if (called := _called(value, lang, names)) and called != value
    }  # fmt: skip
    return Said(said.text, {**told, **said.params}) if told else said


def shown_names(answer: Answer, names: Names) -> Iterator[str]:
    """Texts of persons that the tables of an answer show.

    Parameters
    ----------
    answer : Answer
    names : Names
    """
    for table in answer.tables:
        for name, ours in _columns(table):
            beside = next((one for one in table.rows.columns if one == f"{name}@zh"), None)
            values = table.rows[name].to_list()
            others = table.rows[beside].to_list() if beside else [None] * len(values)
            for one, other in zip(values, others, strict=True):
                if one in names and one not in ours and (other is None or "zh" in names[one]):
                    yield one
