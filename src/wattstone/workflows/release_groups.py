"""Findings that one cause has, to let pass together: all of one check, or all on one figure and its intensities."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wattstone.inventory.checks import Checked

__all__ = ["Group", "chosen", "groups_of"]

_FIGURE: Final = re.compile(
    r"(?:jump|intensity_jump|denominator|estimated):(?:intensity\.)?(?P<name>[^@]+?)(?:\.per_[^@.]+)?@.*"
)


@dataclass(frozen=True)
class Group:
    """Findings that are let pass together.

    Parameters
    ----------
    word : str
        What names the group in place of a key: a check (`intensity_jump`) or a figure (`scope2.market`).
    figure : bool
        Whether it is a figure.
    keys : tuple of str
        `Checked.key` of each finding.
    check : str
        The check that found the first of them.
    """

    word: str
    figure: bool
    keys: tuple[str, ...]
    check: str


def groups_of(found: Sequence[Checked]) -> tuple[Group, ...]:
    """The groups of two findings or more that ask and were not let pass, those of figures first.

    Examples
    --------
    >>> groups_of(())
    ()
    """
    asking = [one for one in found if one.severity == "asks" and one.waived is None]
    words = [(word, True) for one in asking if (word := _figure(one.key))]
    words += [(word, False) for one in asking if (word := _kind(one.key))]
    groups = [(word, figure, _members(asking, word)) for word, figure in dict.fromkeys(words)]
    return tuple(
        Group(word, figure, tuple(one.key for one in members), members[0].check)
        for word, figure, members in groups
        if len(members) > 1
    )


def chosen(found: Sequence[Checked], word: str) -> tuple[Checked, ...]:
    """The findings that a key or the word of a group names; of a group those that ask and were not let pass.

    Parameters
    ----------
    found : sequence of Checked
        Of a year.
    word : str
        `Checked.key`, or `Group.word`.
    """
    one = next((one for one in found if one.key == word), None)
    if one is not None:
        return (one,)
    return tuple(_members([one for one in found if one.severity == "asks" and one.waived is None], word))


def _members(asking: Sequence[Checked], word: str) -> list[Checked]:
    return [one for one in asking if word in (_figure(one.key), _kind(one.key))]


def _figure(key: str) -> str | None:
    """The figure that a finding is about; of an intensity the one above the line."""
    match = _FIGURE.fullmatch(key)
    return None if match is None else match["name"]


def _kind(key: str) -> str | None:
    kind, _, rest = key.partition(":")
    return kind if rest else None
