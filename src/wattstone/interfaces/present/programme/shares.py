"""Shares as people say them: 8 %, where a figure holds 0.08."""

import re
from collections.abc import Callable
from typing import Final

from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.numbers import three

__all__ = ["is_share", "share_words"]

_SHARES: Final = re.compile(
    r"\b(share|(diversion|capture|collection|reuse|recycling|recovery) rate|turnover of employees"
    r"|part of the promise)\b",
    re.IGNORECASE,
)


def is_share(label: str, unit: str | None) -> bool:
    """Whether a number without a unit is part of a whole, by its English label; other ratios stay as they are.

    Examples
    --------
    >>> is_share("Share of women", "1"), is_share("Utility against the average", "1"), is_share("Share of land", "ha")
    (True, False, False)
    """
    return unit in (None, "", "1") and _SHARES.search(label) is not None


def share_words(value: float, lang: Language, say: Callable[[float], str] = three) -> str:
    """A share in per cent; `say` writes the number.

    Examples
    --------
    >>> share_words(0.08, "en"), share_words(0.2733, "en"), share_words(0.5, "zh"), share_words(0.0, "en")
    ('8.00 %', '27.3 %', '50.0%', '0 %')
    """
    t = translator(lang)
    return t("{share} %", share=say(value * 100))
