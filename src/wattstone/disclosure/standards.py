"""Requirement lists: which paragraphs a version of a standard has, and which topics answer them.

The lists hold numbers of paragraphs and references to topics, never a standard's text.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from wattstone.disclosure.topics import CONTENTS, Content, Topic, topic, topics

__all__ = ["Confidence", "Requirement", "Standard", "in_force", "standard", "standards", "versions_of"]

Confidence = Literal["A", "B", "C", "unconfirmed"]
_FOLDER: Final = resources.files("wattstone.disclosure") / "data" / "standards"


@dataclass(frozen=True)
class Requirement:
    """A paragraph that has to be answered.

    Parameters
    ----------
    id : str
        As the standard numbers it: `29(a)(v)`.
    section : str
        Of the standard.
    topics : tuple of str
        Ids of the topics that answer it.
    condition : str
        When it applies; empty where always.
    relief : str
        What the standard lets be left out or done by simpler means, with the paragraph; empty where nothing is known.
    version : str
        Of the standard that it comes from: an amended list keeps what it took over.
    """

    id: str
    section: str
    topics: tuple[str, ...]
    condition: str = ""
    version: str = ""
    relief: str = ""

    @property
    def content(self) -> tuple[Content, ...]:
        """What kinds of content answer it: those of its topics.

        Examples
        --------
        >>> next(one for one in standard("tcfd").requirements if one.id == "STR-a").content
        ('narrative', 'table')
        """
        asked = {each for name in self.topics for each in topic(name).content}
        return tuple(one for one in CONTENTS if one in asked)


@dataclass(frozen=True, kw_only=True)
class Standard:
    """A version of a standard, as a list of requirements.

    Parameters
    ----------
    id, version : str
        `ifrs-s2`, `2023`.
    title, issuer, source, note : str
    confidence : {'A', 'B', 'C', 'unconfirmed'}
        How sure its numbers are; what is unconfirmed says so wherever it is shown.
    effective : date
        First day of reporting periods that it binds.
    issued : date or None
        None where only the month is known.
    early : bool
        Whether it may be used before.
    draft : bool
        Whether nobody adopted it yet: it binds nobody, and is used only where its version is named.
    base : str or None
        The version that it amends: requirements that it does not name are those of the base.
    sections : mapping of str to str
        Title by id, in order.
    requirements : tuple of Requirement
        In the order of the standard.
    """

    id: str
    version: str
    title: str
    issuer: str
    source: str
    note: str
    confidence: Confidence
    effective: date
    sections: Mapping[str, str]
    requirements: tuple[Requirement, ...]
    issued: date | None = None
    early: bool = False
    draft: bool = False
    base: str | None = None

    @property
    def key(self) -> str:
        """Its id and version: `ifrs-s2@2023`."""
        return f"{self.id}@{self.version}"

    def topics(self) -> tuple[Topic, ...]:
        """What has to be answered for it, each once, in the order of topics."""
        asked = {name for one in self.requirements for name in one.topics}
        return tuple(one for one in topics() if one.id in asked)

    def asking(self, name: str) -> tuple[Requirement, ...]:
        """The requirements that a topic answers."""
        return tuple(one for one in self.requirements if name in one.topics)


@cache
def standards() -> tuple[Standard, ...]:
    """All versions of all standards, by id and the day they take effect."""
    told = [tomllib.loads(one.read_text(encoding="utf-8")) for one in _files()]
    plain = {(one["standard"]["id"], one["standard"]["version"]): one for one in told}
    made = [_standard(one, plain) for one in told]
    return tuple(sorted(made, key=lambda one: (one.id, one.effective, one.version)))


def _files() -> Iterator[Any]:
    yield from (one for one in _FOLDER.iterdir() if one.name.endswith(".toml"))


def _standard(told: Mapping[str, Any], every: Mapping[tuple[str, str], Mapping[str, Any]]) -> Standard:
    about = dict(told["standard"])
    own = _requirements(told)
    if base := about.get("base"):
        held = _standard(every[about["id"], base], every)
        own = _amended(held.requirements, own)
    for one in own:
        for name in one.topics:
            topic(name)  # a list that names a topic which is not there is a fault of the data
    return Standard(**about, requirements=own)


def _requirements(told: Mapping[str, Any]) -> tuple[Requirement, ...]:
    version: str = told["standard"]["version"]
    return tuple(
        Requirement(
            one["id"], one["section"], tuple(one["topics"]), one.get("condition", ""), version, one.get("relief", "")
        )
        for one in told["requirement"]
    )


def _amended(held: tuple[Requirement, ...], own: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
    """The base's list with what is amended in its place, and what is new behind the last of its section before it."""
    new = {one.id: one for one in own}
    kept = [new.pop(one.id, one) for one in held]
    for one in new.values():
        at = max((place for place, other in enumerate(kept) if other.id < one.id and other.section == one.section),
                 default=len(kept) - 1)  # fmt: skip
        kept.insert(at + 1, one)
    return tuple(kept)


def versions_of(name: str) -> tuple[Standard, ...]:
    """The versions of a standard, the oldest first; empty where nobody knows it."""
    return tuple(one for one in standards() if one.id == name)


def standard(name: str, version: str | None = None) -> Standard:
    """A version of a standard; the newest that was adopted where none is named.

    Parameters
    ----------
    name : str
        `tcfd`, or `ifrs-s2@2025` with its version.
    version : str or None

    Raises
    ------
    KeyError
        If there is none.
    """
    named, _, after = name.partition("@")
    wanted = version or after or None
    held = [one for one in versions_of(named) if (not one.draft if wanted is None else one.version == wanted)]
    if not held:
        raise KeyError(name)
    return held[-1]


def in_force(name: str, first: date, *, early: bool = False) -> Standard:
    """The version of a standard that binds a reporting period.

    Parameters
    ----------
    name : str
        Id of the standard.
    first : date
        First day of the period.
    early : bool
        Whether versions that may be used before they bind are.

    Raises
    ------
    KeyError
        If none binds yet.

    Examples
    --------
    >>> in_force("ifrs-s2", date(2025, 1, 1)).version, in_force("ifrs-s2", date(2025, 1, 1), early=True).version
    ('2023', '2025')
    """
    adopted = [one for one in versions_of(name) if not one.draft]
    held = [one for one in adopted if one.effective <= first or (early and one.early)]
    if not held:
        raise KeyError(name)
    return held[-1]
