"""The concepts of the product's own taxonomy, and which of them a figure is of."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from wattstone.disclosure.statement import Shown
from wattstone.disclosure.topics import Topic, topics
from wattstone.interfaces.present.languages import translator
from wattstone.interfaces.present.xbrl.units import Measure, measure

__all__ = ["Axis", "Concept", "Fact", "Group", "Member", "Taxonomy", "by_name", "fact_of", "taxonomy", "text_concept"]

FIGURE_NAME: Final = "FigureName"
SUBJECT: Final = "Subject"
ORGANISATION: Final = "organisation"


@dataclass(frozen=True)
class Member:
    """A member of an axis, and the part of a figure's name that it stands for."""

    id: str
    value: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Axis:
    """An axis: with members of the taxonomy, or typed where it has none."""

    id: str
    labels: Mapping[str, str]
    members: tuple[Member, ...] = ()

    @property
    def typed(self) -> bool:
        """Whether its values are texts."""
        return not self.members


@dataclass(frozen=True)
class Group:
    """Concepts that are shown together."""

    id: str
    labels: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Concept:
    """What a number or a text of a report is.

    Parameters
    ----------
    id : str
        Its element.
    group : str
        Where it is shown.
    type : str
        Key of `units.ITEM_TYPES`.
    labels : mapping of str to str
        By language.
    axes : tuple of str
        Axes that a fact of it must have; a subject that is not the organisation adds its own.
    figure : tuple of str
        Patterns of names of figures.
    topic : str
        Whose paragraphs it serves; empty where none.
    sum : tuple of str
        Concepts that it is the sum of.
    parts_yield : bool
        Which yields where a report shows the sum and some of its parts only: the parts, else the sum.
    other : bool
        Whether it takes what no other concept of its type does.
    """

    id: str
    group: str
    type: str
    labels: Mapping[str, str]
    axes: tuple[str, ...] = ()
    figure: tuple[str, ...] = ()
    topic: str = ""
    sum: tuple[str, ...] = ()
    parts_yield: bool = False
    other: bool = False

    @property
    def number(self) -> bool:
        """Whether a fact of it has a unit."""
        return self.type not in ("text", "string", "year")


@dataclass(frozen=True, kw_only=True)
class Taxonomy:
    """All of it."""

    version: str
    prefix: str
    labels: Mapping[str, str]
    groups: tuple[Group, ...]
    axes: tuple[Axis, ...]
    concepts: tuple[Concept, ...]

    @property
    def namespace(self) -> str:
        """A name, not an address: nothing is to be fetched there."""
        return f"urn:wattstone:disclosure:{self.version}"

    def axis(self, name: str) -> Axis:
        """An axis by its id."""
        return next(one for one in self.axes if one.id == name)

    def concept(self, name: str) -> Concept:
        """A concept by its id."""
        return next(one for one in self.concepts if one.id == name)

    def in_group(self, name: str) -> tuple[Concept, ...]:
        """The concepts of a group, in their order."""
        return tuple(one for one in self.concepts if one.group == name)


@dataclass(frozen=True)
class Fact:
    """What a figure is, by the taxonomy.

    Parameters
    ----------
    concept : Concept
    dimensions : tuple of (str, str)
        Axis, and id of its member or, of a typed one, its text; in the order of axes.
    measure : Measure or None
        Of a number.
    """

    concept: Concept
    dimensions: tuple[tuple[str, str], ...] = ()
    measure: Measure | None = None


@cache
def taxonomy() -> Taxonomy:
    """The taxonomy, from its data and the topics of a report."""
    path = resources.files("wattstone.interfaces.present.xbrl") / "concepts.toml"
    held = tomllib.loads(path.read_text(encoding="utf-8"))
    about = held["taxonomy"]
    texts = tuple(_text(one) for one in topics())
    return Taxonomy(
        version=about["version"], prefix=about["prefix"], labels=_labels(about),
        groups=(*(Group(one["id"], _labels(one)) for one in held["group"]), _texts()),
        axes=tuple(_axis(one) for one in held["axis"]),
        concepts=(*(_concept(one) for one in held["concept"]), *texts),
    )  # fmt: skip


def _labels(told: Mapping[str, Any]) -> dict[str, str]:
    return {"en": told["en"], "zh": told["zh"]}


def _axis(told: Mapping[str, Any]) -> Axis:
    members = tuple(Member(one["id"], one["value"], _labels(one)) for one in told.get("members", ()))
    return Axis(told["id"], _labels(told), members)


def _concept(told: Mapping[str, Any]) -> Concept:
    lists = {name: tuple(told.get(name, ())) for name in ("axes", "figure", "sum")}
    return Concept(
        id=told["id"], group=told["group"], type=told["type"], labels=_labels(told), topic=told.get("topic", ""),
        other=told.get("other", False), parts_yield=told.get("parts_yield", False), **lists,
    )  # fmt: skip


def _texts() -> Group:
    return Group("Texts", {"en": "Texts by topic", "zh": "各主题文本"})


def _text(one: Topic) -> Concept:
    labels = {"en": one.title, "zh": translator("zh")(one.title)}
    return Concept(id=text_concept(one.id), group="Texts", type="text", labels=labels, topic=one.id)


def text_concept(topic: str) -> str:
    """Id of the concept of a topic's text.

    Examples
    --------
    >>> text_concept("metrics.carbon_price")
    'MetricsCarbonPriceTextBlock'
    """
    return "".join(one.capitalize() for one in re.split(r"[._]", topic)) + "TextBlock"


def fact_of(shown: Shown) -> Fact | None:
    """What a figure is, by the taxonomy; None where its unit has no measure.

    Parameters
    ----------
    shown : Shown
        A number of a statement.
    """
    subject = () if shown.subject == ORGANISATION else ((SUBJECT, shown.subject),)
    for concept, pattern in _patterns():
        found = pattern.fullmatch(shown.name)
        if found is None:
            continue
        known = measure(shown.unit, mass=concept.type == "mass")
        if known is not None and concept.type == known.type:
            return Fact(concept, (*_members(found), *subject), known)
    return by_name(shown)


def by_name(shown: Shown) -> Fact | None:
    """A figure as a number of its kind, by its name: of what the taxonomy has no concept of its own for."""
    if (known := measure(shown.unit)) is None:
        return None
    subject = () if shown.subject == ORGANISATION else ((SUBJECT, shown.subject),)
    concept = next(one for one in taxonomy().concepts if one.other and one.type == known.type)
    return Fact(concept, ((FIGURE_NAME, shown.name), *subject), known)


@cache
def _patterns() -> tuple[tuple[Concept, re.Pattern[str]], ...]:
    return tuple((one, _pattern(told)) for one in taxonomy().concepts for told in one.figure)


def _pattern(told: str) -> re.Pattern[str]:
    """`energy.{Carrier}` as an expression with a group by the name of the axis."""
    pieces = re.split(r"\{(\w+)\}", told)
    for place in range(1, len(pieces), 2):
        values = "|".join(re.escape(one.value) for one in taxonomy().axis(pieces[place]).members)
        pieces[place] = f"(?P<{pieces[place]}>{values})"
    pieces[::2] = [re.escape(one) for one in pieces[::2]]
    return re.compile("".join(pieces))


def _members(found: re.Match[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (axis, next(one.id for one in taxonomy().axis(axis).members if one.value == value))
        for axis, value in found.groupdict().items()
    )
