"""Numbers that were typed by hand: a text that says them is not changed when the figure is."""

import re
from dataclasses import dataclass
from typing import Final

from wattstone.disclosure.narratives.placeholders import without_placeholders

__all__ = ["TypedNumber", "typed_numbers"]

_NUMBER: Final = re.compile(
    r"(?<![A-Za-z0-9_.])[-+\u2212]?\d(?:[\d,'\u2019 \u00a0\u2009\u202f]*\d)?(?:[.,]\d+)?(?:[eE][-+]?\d+)?"
    r"(?:\s*(?:%|‰|per cent|percent|百分点|万|亿|thousand|million|billion))?|[\u00bc-\u00be\u2150-\u215e]"
)
"""With thousands parted in any way, a fraction, a sign, and a word that multiplies it."""

_CHINESE: Final = re.compile(
    r"百分之[零〇一二三四五六七八九十百点两]+"
    r"|[一二三四五六七八九十百千万亿两零〇点]{2,}(?=吨|度|元|千瓦|公顷|平方米|户|人|家)"
)

_MONTH: Final = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_NAMED: Final = re.compile(
    rf"""
    (?<![A-Za-z])(?:IFRS\s+)?S[12]\s+\d+[A-Z]?(?:\([a-z0-9]+\))*   # paragraphs: IFRS S2 29(a)(v)
    | (?:ISO(?:/IEC|/TS|/TR)?|IFRS|IAS|ESRS|GRI|SASB|GB(?:/T)?|EN|IEC|HKEX|CSDS|TCFD|GHG\s+Protocol|IPCC)\s*
        [A-Z]?\d[\d.:/()\-a-z]*                                    # standards: ISO 14064-1:2018, GB/T 32150-2025
    | (?<![A-Za-z0-9])(?:AR|S|E|G|COP|SDG)-?\d+(?:-\d+)?            # AR6, S2, E1-6, COP29
    | (?:paragraphs?|para\.?|sections?|articles?|chapters?|figures?|tables?|scopes?|categor(?:y|ies)|tier|level|phase
        |part|page|note|第|范围|类别|附录|表|图)\s*\d[\d.()a-z]*(?:\s*(?:to|and|-|–|、|和|至)\s*\d[\d.]*)*
        (?:\s*[条款段章节页类期级]|部分)?
    | (?<!\d)\d{{1,2}}[./]\d{{1,2}}[./](?:19|20)\d\d(?!\d)          # days
    | (?<!\d)(?:19|20)\d\d-\d\d(?:-\d\d)?(?!\d)
    | (?<!\d)\d{{1,2}}\s+{_MONTH} | {_MONTH}\s+\d{{1,2}}(?!\d)
    | \d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*日)? | \d{{1,2}}\s*日
    | (?<![\d.,])(?:19|20|21)\d\d(?:\s*(?:-|–|/|to|and|至|年至|年到|到)\s*(?:19|20|21)?\d\d)?(?![\d.,]\d|\d)\s*年?
    | (?<!\d)1[.,]5\s*(?:°?\s*C(?![A-Za-z])|℃|摄氏度) | (?<!\d)2\s*(?:°\s*C(?![A-Za-z])|℃|摄氏度)  # aims are names
    | (?<![A-Za-z0-9])(?:SSP\d-|RCP)\d(?:[.,]\d)?                  # scenarios of the IPCC
    | (?<!\d)\d+(?:st|nd|rd|th)\b | ^\s*\d+[.)]\s                 # ordinals, and the numbers of a list
    | CO2e? | CH4 | N2O | SF6 | NF3 | PM2[.,]5 | (?<![A-Za-z0-9])m[23](?![A-Za-z0-9])
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
"""Numbers that name something: no figure stands behind them."""

_LINKS: Final = re.compile(r"\]\([^)]*\)|<https?://[^>]*>|https?://\S+|`[^`]*`")


@dataclass(frozen=True)
class TypedNumber:
    """A number in a text that is no placeholder.

    Parameters
    ----------
    text : str
        As it was typed.
    line : int
        Of the text, from 1.
    """

    text: str
    line: int


def typed_numbers(markdown: str) -> tuple[TypedNumber, ...]:
    """The numbers that were typed, but years, days, ordinals and what names a standard, a scope or a paragraph.

    Parameters
    ----------
    markdown : str
        With placeholders, which are none.

    Returns
    -------
    tuple of TypedNumber

    Examples
    --------
    >>> text = "In 2025 scope 2 fell by 12.5 % to {{figure:scope2.location@2025}}, by ISO 14064-1:2018."
    >>> [one.text for one in typed_numbers(text)]
    ['12.5 %']
    """
    found: list[TypedNumber] = []
    for number, line in enumerate(markdown.splitlines(), 1):
        bare = _NAMED.sub(" ", _LINKS.sub(" ", without_placeholders(line)))
        found += [TypedNumber(one[0].strip(), number) for one in _NUMBER.finditer(bare)]
        found += [TypedNumber(one[0], number) for one in _CHINESE.finditer(bare)]
    return tuple(found)
