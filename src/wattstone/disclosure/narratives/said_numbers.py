"""Numbers as two languages write them in one form: `12.5 %` and `百分之十二点五`, `3.5 million` and `350万`."""

import re
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Final

from wattstone.disclosure.narratives.placeholders import without_placeholders
from wattstone.disclosure.narratives.typed import typed_numbers

__all__ = ["apart", "in_words", "said_number", "years_in"]

_WORD: Final = re.compile(r"(%|‰|per cent|percent|百分点|万亿|万|亿|thousand|million|billion)$")
_TIMES: Final = {
    "%": (Decimal(1), "%"), "per cent": (Decimal(1), "%"), "percent": (Decimal(1), "%"), "百分点": (Decimal(1), "%"),
    "‰": (Decimal("0.1"), "%"), "thousand": (Decimal(10**3), ""), "million": (Decimal(10**6), ""),
    "billion": (Decimal(10**9), ""), "万": (Decimal(10**4), ""), "亿": (Decimal(10**8), ""),
    "万亿": (Decimal(10**12), ""),
}  # fmt: skip
_NUMERALS: Final = ("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九")
_DIGITS: Final = {one: number for number, ones in enumerate(_NUMERALS) for one in ones}
_TENS: Final = {"十": 10, "百": 100, "千": 1000}
_MYRIADS: Final = {"万": 10**4, "亿": 10**8}
_NUMERAL: Final = re.compile(r"(?:百分之)?[零〇一二三四五六七八九十百千万亿两]+(?:点[零〇一二三四五六七八九]+)?")
_UNITS: Final = {word: number for number, word in enumerate((
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
))}  # fmt: skip
_TENFOLD: Final = {word: 10 * number for number, word in enumerate((
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
), 2)}  # fmt: skip
_ENGLISH: Final = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENFOLD)})(?:[- ](?=\w))?)?(?P<unit>{'|'.join(reversed(_UNITS))})?\b"
    r"(?<=[a-z])(?P<part>\s+per\s?cent)?",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"(?<![\d.,@/-])((?:19|20|21)\d\d)(?![\d.,]\d|\d)")


def said_number(text: str) -> str:
    """A number in a form that does not depend on the language; the text itself where nobody can read it.

    Parameters
    ----------
    text : str
        As `TypedNumber.text`.

    Examples
    --------
    >>> [said_number(one) for one in ("12.50 %", "12.5%", "百分之十二点五", "3.5 million", "350万", "1,234", "三千")]
    ['12.5%', '12.5%', '12.5%', '3500000', '3500000', '1234', '3000']
    """
    bare = text.strip().replace("\u2212", "-").lower()
    if bare.startswith("百分之"):
        return f"{_plain(_chinese(bare.removeprefix('百分之')))}%"
    word = _WORD.search(bare)
    scale, sign = _TIMES[word[1]] if word else (Decimal(1), "")
    digits = bare[: word.start()].strip() if word else bare
    try:
        value = Decimal(_joined(digits)) if re.search(r"\d", digits) else _chinese(bare if sign == "" else digits)
    except InvalidOperation:
        return bare
    return _plain(value * scale if re.search(r"\d", digits) else value) + sign


def years_in(text: str) -> frozenset[str]:
    """Years that a text says.

    Examples
    --------
    >>> sorted(years_in("From 2021 to 2030")), sorted(years_in("2021年至2030年"))
    (['2021', '2030'], ['2021', '2030'])
    """
    return frozenset(_YEAR.findall(text))


def in_words(text: str) -> Counter[str]:
    """Numbers that a text says in words, English or Chinese, in the form of `said_number`.

    Examples
    --------
    >>> sorted(in_words("Three sites, twenty-one lines, five per cent").elements())
    ['21', '3', '5%']
    >>> sorted(in_words("三处场所，百分之五").elements())
    ['3', '5%']
    """
    found = [
        f"{_TENFOLD.get((one['tens'] or '').lower(), 0) + _UNITS.get((one['unit'] or '').lower(), 0)}"
        + ("%" if one["part"] else "")
        for one in _ENGLISH.finditer(text)
        if one["tens"] or one["unit"]
    ]
    return Counter([*found, *(said_number(one) for one in _NUMERAL.findall(text))])


def apart(one: str, other: str) -> tuple[list[str], list[str]]:
    """Typed numbers of each of two texts that the other says neither in digits nor in words.

    Parameters
    ----------
    one, other : str
        Markdown, in two languages.

    Examples
    --------
    >>> apart("At 3 sites, 12 % less", "三处场所，下降13%")
    (['12%'], ['13%'])
    """
    first, second = (Counter(said_number(each.text) for each in typed_numbers(text)) for text in (one, other))
    left = (first - second) - in_words(without_placeholders(other))
    right = (second - first) - in_words(without_placeholders(one))
    return list(left.elements()), list(right.elements())


def _joined(digits: str) -> str:
    """Without what parts thousands; a comma that does not is a decimal sign."""
    bare = re.sub(r"[\s'\u2019]", "", digits)
    if "." in bare and bare.rfind(",") > bare.rfind("."):
        return bare.replace(".", "").replace(",", ".")
    if "," in bare and "." not in bare and not re.fullmatch(r"[-+]?\d{1,3}(?:,\d{3})+(?:e.*)?", bare):
        return bare.replace(",", ".")
    return bare.replace(",", "")


def _chinese(text: str) -> Decimal:
    """Chinese numerals; InvalidOperation where they are none."""
    whole, _, part = text.partition("点")
    total, section, digit = 0, 0, 0
    for one in whole:
        if one in _DIGITS:
            digit = digit * 10 + _DIGITS[one]
        elif one in _TENS:
            section, digit = section + (digit or 1) * _TENS[one], 0
        elif one in _MYRIADS:
            total, section, digit = (total + section + digit) * _MYRIADS[one], 0, 0
        else:
            raise InvalidOperation
    if any(one not in _DIGITS for one in part):
        raise InvalidOperation
    return Decimal(f"{total + section + digit}." + ("".join(str(_DIGITS[one]) for one in part) or "0"))


def _plain(value: Decimal) -> str:
    told = f"{value.normalize():f}"
    return "0" if told in ("-0", "0") else told
