"""What checks look at: a statement, figures beside it, and what the programme says of claims."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import polars as pl

from wattstone.base import Finding
from wattstone.disclosure.narratives.placeholders import placeholders
from wattstone.disclosure.statement import Answer, Shown, Statement, Written
from wattstone.programme.telling import saying

__all__ = ["Looked", "of_topic", "placed", "say", "shown_in", "texts_of"]

say: Final[Callable[..., Finding]] = saying("statement")


def _nothing(name: str, period: str, subject: str) -> Shown | None:
    return None


@dataclass(frozen=True)
class Looked:
    """What is checked.

    Parameters
    ----------
    statement : Statement
    beside : callable or None
        From name, period and subject to a figure that the workspace has and the statement may not show; None of an
        edition, which is held against itself alone.
    programme : mapping of str to DataFrame
        Entries of the kinds `neutrality_claim`, `carbon_credit` and `target`.
    """

    statement: Statement
    beside: Callable[[str, str, str], Shown | None] | None = None
    programme: Mapping[str, pl.DataFrame] = field(default_factory=dict[str, pl.DataFrame])

    @cached_property
    def topics(self) -> Mapping[str, str]:
        """The first topic that shows a figure, by its key."""
        return of_topic(self.statement)

    def topic(self, *keys: str) -> str:
        """The topic that shows the first of these figures that any does; empty where none does."""
        return next((self.topics[one] for one in keys if one in self.topics), "")

    def figure(self, name: str, period: str, subject: str = "organisation") -> Shown | None:
        """A figure that has a value, shown or known; None where there is none."""
        key = f"{name}@{period}" + ("" if subject == "organisation" else f"@{subject}")
        found = self.statement.figures.get(key) or (self.beside or _nothing)(name, period, subject)
        return None if found is None or found.value is None else found


def texts_of(statement: Statement) -> Iterator[tuple[Answer, Written]]:
    """Every text of a statement with the answer that it belongs to."""
    for answer in statement.answers:
        for lang in sorted(answer.written):
            yield answer, answer.written[lang]


def of_topic(statement: Statement) -> dict[str, str]:
    """The first topic that shows a figure, by its key: in texts, in tables or beside them."""
    named: dict[str, str] = {}
    keys = _by_id(statement)
    for answer in statement.answers:
        for key in _keys_of(answer, keys):
            named.setdefault(key, answer.topic.id)
    return named


def shown_in(statement: Statement, answer: Answer) -> frozenset[str]:
    """Keys of the figures that a topic shows: in its texts, in its tables or beside them."""
    return frozenset(_keys_of(answer, _by_id(statement)))


def _by_id(statement: Statement) -> dict[str, list[str]]:
    keys: dict[str, list[str]] = {}
    for key, one in statement.figures.items():
        if one.id:
            keys.setdefault(one.id, []).append(key)
    return keys


def _keys_of(answer: Answer, keys: Mapping[str, list[str]]) -> list[str]:
    found = [one.key for one in answer.figures]
    found += [one.key for text in answer.written.values() for one in placeholders(text.markdown)]
    for table in answer.tables:
        for name in table.rows.columns:
            if name.endswith("@figure"):
                found += [key for id_ in set(table.rows[name].to_list()) for key in keys.get(id_, [])]
    return found


def placed(answer: Answer) -> dict[str, Any]:
    """Of a finding on an answer: its place, and the topic for whoever lists findings by topic."""
    return {"place": f"topic '{answer.topic.id}'", "topic": answer.topic.id}
