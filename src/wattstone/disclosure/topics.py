"""What one answer is about: topics, in the order in which a report tells them."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

__all__ = ["CONTENTS", "Content", "Part", "Topic", "parts", "topic", "topics"]

Content = Literal["narrative", "figure", "table"]
CONTENTS: Final[tuple[Content, ...]] = ("narrative", "figure", "table")


@dataclass(frozen=True)
class Part:
    """A part of a report: governance, strategy, risk management, metrics and targets."""

    id: str
    title: str


@dataclass(frozen=True)
class Topic:
    """What is asked, in words of our own.

    Parameters
    ----------
    id : str
        `governance.board`.
    part : str
        Id of its part.
    title, asks : str
        English; translated where shown.
    content : tuple of str
        What an answer holds: a text that persons write, figures, or tables that the workspace fills.
    """

    id: str
    part: str
    title: str
    asks: str
    content: tuple[Content, ...]

    @property
    def written(self) -> bool:
        """Whether persons have to write a text."""
        return "narrative" in self.content

    @property
    def filled(self) -> bool:
        """Whether figures or tables of the workspace belong to it."""
        return "figure" in self.content or "table" in self.content


@cache
def _held() -> dict[str, Any]:
    path = resources.files("wattstone.disclosure") / "data" / "topics.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def parts() -> tuple[Part, ...]:
    """The parts of a report, in order."""
    return tuple(Part(**one) for one in _held()["part"])


@cache
def topics() -> tuple[Topic, ...]:
    """All topics, in the order of their file."""
    return tuple(_topic(one) for one in _held()["topic"])


def _topic(told: dict[str, Any]) -> Topic:
    rest: dict[str, Any] = {**told, "content": tuple(told["content"])}
    return Topic(**rest)


def topic(name: str) -> Topic:
    """A topic by its id; KeyError where there is none.

    Examples
    --------
    >>> topic("metrics.ghg").content
    ('table',)
    """
    for one in topics():
        if one.id == name:
            return one
    raise KeyError(name)
