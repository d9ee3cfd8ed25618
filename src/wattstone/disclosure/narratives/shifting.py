"""Texts of one year taken over to another: placeholders name the other year, and nothing else is changed."""

import re
from typing import Final

from wattstone.disclosure.narratives.placeholders import placeholders

__all__ = ["shifted"]

_PERIOD: Final = re.compile(r"((?:19|20|21)\d\d)((?:-(?:\d\d|Q[1-4]))?)")


def shifted(markdown: str, years: int, *, fixed: frozenset[int] = frozenset()) -> str:
    """A text with the years of its placeholders moved.

    Parameters
    ----------
    markdown : str
        With placeholders.
    years : int
        By how many; a span of years, as `2020/2030`, stays: it is a target's.
    fixed : frozenset of int
        Years that stay, as the base year.

    Examples
    --------
    >>> shifted("{{figure:scope1@2024}} of {{figure:scope1@2019}}, target {{figure:t@2020/2030}}", 1,
    ...         fixed=frozenset({2019}))
    '{{figure:scope1@2025}} of {{figure:scope1@2019}}, target {{figure:t@2020/2030}}'
    """
    pieces: list[str] = []
    at = 0
    for one in placeholders(markdown):
        found = markdown.index(one.text, at)
        pieces += [markdown[at:found], _moved(one.text, one.period, years, fixed) if one.kind == "figure" else one.text]
        at = found + len(one.text)
    return "".join([*pieces, markdown[at:]])


def _moved(text: str, period: str, years: int, fixed: frozenset[int]) -> str:
    told = _PERIOD.fullmatch(period)
    if told is None or int(told[1]) in fixed:
        return text
    name, sign, behind = text.partition("@")
    return name + sign + behind.replace(period, f"{int(told[1]) + years}{told[2]}", 1)
