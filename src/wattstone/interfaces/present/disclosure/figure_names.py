"""What figures of a report are called where they are listed: in the evidence of every form, and in the workbook."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import polars as pl

from wattstone.disclosure.statement import Shown, Statement
from wattstone.interfaces.present.disclosure.tables import AT_FIGURE, cell_words
from wattstone.interfaces.present.disclosure.words import has_words, label_words
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.programme.tables import in_language
from wattstone.programme.report import Table

__all__ = ["FigureNames"]

_WHOLE: Final = "organisation"
_MOST: Final = 3  # texts of a row that tell a figure from others
_NO_WORDS: Final = ("unit", "currency")


class FigureNames:
    """What figures of a statement are called in a language.

    A figure has the words that people have for it; where several have the same, the words of the row of the table in
    which it stands come before, as few as tell them apart.

    Parameters
    ----------
    statement : Statement
    lang : {'en', 'zh'}
    """

    def __init__(self, statement: Statement, lang: Language) -> None:
        self._lang: Language = lang
        rows = _rows(statement, lang)
        subjects = _subjects(statement, rows)
        figures = list(statement.figures.values())
        labels = {one.key: label_words(one, lang) for one in figures}
        for one in figures:
            if one.id in rows and not has_words(one):  # of an edition from before figures had words of their own
                labels[one.key] = rows[one.id].column
        self._names: dict[str, str] = {}

        def alike(one: Shown) -> str:
            return labels[one.key]

        for label, held in groupby(sorted(figures, key=alike), key=alike):
            mine = list(held)
            told = {one.key: rows[one.id].texts if one.id in rows else subjects.get(one.subject, ()) for one in mine}
            many = _few_enough([(told[one.key], one.period) for one in mine])
            for one in mine:
                alone = len({each.name for each in mine}) == 1 and one.subject == _WHOLE and has_words(one)
                self._names[one.key] = self._told(label, () if alone else told[one.key][:many])

    def of(self, one: Shown) -> str:
        """What a figure is called; by its own words alone where the statement does not show it."""
        return self._names.get(one.key) or label_words(one, self._lang)

    def _told(self, label: str, before: Sequence[str]) -> str:
        t = translator(self._lang)
        place = ("，" if self._lang == "zh" else ", ").join(before)
        return t("{place}: {found}", place=place, found=label) if place and place != label else label


def _few_enough(told: Sequence[tuple[tuple[str, ...], str]]) -> int:
    """How many texts of each row tell all figures of a period apart; as many as there are where none do."""
    for many in range(1, _MOST):
        if len({(texts[:many], period) for texts, period in told}) == len(told):
            return many
    return _MOST


@dataclass(frozen=True)
class _Row:
    """Where a figure stands: texts to its left, and what its column is called."""

    texts: tuple[str, ...]
    column: str


def _rows(statement: Statement, lang: Language) -> Mapping[str, _Row]:
    """The first table that shows each figure, by its id."""
    found: dict[str, _Row] = {}
    for answer in statement.answers:
        for table in answer.tables:
            for figure, row in _of_table(in_language(table, lang), lang):
                found.setdefault(figure, row)
    return found


def _of_table(table: Table, lang: Language) -> Iterator[tuple[str, _Row]]:
    frame = table.rows
    left: list[list[str]] = [[] for _ in range(frame.height)]
    for column in table.columns:
        if column.name not in frame.columns:
            continue
        if column.name + AT_FIGURE in frame.columns:
            ids = frame[column.name + AT_FIGURE].to_list()
            head = translator(lang)(column.label)
            yield from ((one, _Row(tuple(texts[:_MOST]), head)) for one, texts in zip(ids, left, strict=True) if one)
        elif frame.schema[column.name] == pl.String and column.name not in _NO_WORDS:
            for texts, value in zip(left, frame[column.name], strict=True):
                words = cell_words(value, column, lang) if value else ""
                texts += [words] if words and not words.isdigit() else []


def _subjects(statement: Statement, rows: Mapping[str, _Row]) -> Mapping[str, tuple[str, ...]]:
    """What subjects are called: the first text that stands in every row with a figure of theirs."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for one in statement.figures.values():
        if one.subject != _WHOLE and one.id in rows:
            found.setdefault(one.subject, []).append(rows[one.id].texts)
    every = {name: [text for text in held[0] if all(text in each for each in held)] for name, held in found.items()}
    return {name: (texts[0],) for name, texts in every.items() if texts}
