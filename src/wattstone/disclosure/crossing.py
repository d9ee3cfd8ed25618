"""Which requirements of several standards one answer serves."""

from collections.abc import Iterable
from dataclasses import dataclass

from wattstone.disclosure.standards import Standard
from wattstone.disclosure.topics import Topic, topics

__all__ = ["Crossing", "cross_references"]


@dataclass(frozen=True)
class Crossing:
    """A topic, and what asks for it.

    Parameters
    ----------
    topic : Topic
    asked : tuple of (str, tuple of str)
        By standard, as `ifrs-s2@2023`, the ids of the requirements that the topic serves; only standards that ask.
    """

    topic: Topic
    asked: tuple[tuple[str, tuple[str, ...]], ...]

    def by(self, standard: str) -> tuple[str, ...]:
        """The requirements of a standard that it serves; empty where that does not ask."""
        return dict(self.asked).get(standard, ())


def cross_references(standards: Iterable[Standard]) -> tuple[Crossing, ...]:
    """What one answer serves, for every topic that any of the standards asks for.

    Parameters
    ----------
    standards : iterable of Standard

    Returns
    -------
    tuple of Crossing
        In the order of topics; within one, in that of the standards given.

    Examples
    --------
    >>> from wattstone.disclosure.standards import standard
    >>> held = cross_references([standard("tcfd"), standard("ifrs-s2@2023")])
    >>> next(one.asked for one in held if one.topic.id == "risk.integration")
    (('tcfd@2021', ('RSK-c',)), ('ifrs-s2@2023', ('25(c)',)))
    """
    held = tuple(standards)
    crossed = (Crossing(one, _asked(one, held)) for one in topics())
    return tuple(one for one in crossed if one.asked)


def _asked(topic: Topic, held: tuple[Standard, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = ((one.key, tuple(each.id for each in one.asking(topic.id))) for one in held)
    return tuple((key, ids) for key, ids in found if ids)
