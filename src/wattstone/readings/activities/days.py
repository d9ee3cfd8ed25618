"""Days and periods as people write them in a table of activities, as first and last day."""

import calendar
import re
from collections.abc import Iterable
from datetime import date
from typing import Final, Literal

__all__ = ["Order", "Span", "either_order", "order_of", "span"]

Order = Literal["dmy", "mdy"]
Span = tuple[date, date]
"""First and last day, both inclusive."""

_CLOCK = re.compile(r"[ T]00:00(?::00)?(?:\.0+)?$")  # how a workbook writes a day
_YMD: Final = re.compile(r"(\d{4})([-/.年])(\d{1,2})([-/.月])(\d{1,2})日?")
_COMPACT: Final = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_LAST_YEAR: Final = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_MONTH: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_QUARTER: Final = re.compile(r"(\d{4})(?:[- ]?[Qq]|[- ]?第|年第?)([1-4一二三四])(?:季度)?")
_YEAR: Final = re.compile(r"(\d{4})年?")


def span(text: str, order: Order = "dmy") -> Span | None:
    """First and last day of what a cell says; None where it says no day, month, quarter, year or two days.

    Parameters
    ----------
    text : str
        `2024-03-01`, `2024年3月1日`, `2024-03`, `2024-Q1`, `2024`, `2024-01-15/2024-02-14`, `1.3.2024`.
    order : {'dmy', 'mdy'}
        Of day and month where the year stands last and both could be either.

    Examples
    --------
    >>> span("2024-02"), span("2024-01-15/2024-02-14")[1]
    ((datetime.date(2024, 2, 1), datetime.date(2024, 2, 29)), datetime.date(2024, 2, 14))
    """
    plain = _CLOCK.sub("", text.strip())
    try:
        return _one(plain, order) or _two(plain, order)
    except ValueError:  # a day that no month has
        return None


def _two(text: str, order: Order) -> Span | None:
    for between in ("/", " - ", "~", "至", " to ", "–"):
        first, mark, last = text.partition(between)
        if mark and between == "/" and text.count("/") != 1:
            continue
        if mark and (begin := _one(first.strip(), order)) and (end := _one(last.strip(), order)):
            return begin[0], end[1]
    return None


def _one(text: str, order: Order) -> Span | None:
    if (found := _YMD.fullmatch(text)) and (found[2] == found[4] or found[2] == "年"):
        return _day(found[1], found[3], found[5])
    if found := _COMPACT.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _LAST_YEAR.fullmatch(text):
        first, second = (found[1], found[3]) if order == "dmy" or found[2] == "." else (found[3], found[1])
        return _day(found[4], second, first)
    if found := _MONTH.fullmatch(text):
        return _months(int(found[1]), int(found[2]), 1)
    if found := _QUARTER.fullmatch(text):
        number = int(found[2]) if found[2].isdigit() else "一二三四".index(found[2]) + 1
        return _months(int(found[1]), 3 * number - 2, 3)
    if (found := _YEAR.fullmatch(text)) and 1900 <= int(found[1]) <= 2200:
        return _months(int(found[1]), 1, 12)
    return None


def _day(year: str, month: str, day: str) -> Span:
    one = date(int(year), int(month), int(day))
    return one, one


def _months(year: int, month: int, count: int) -> Span:
    last = month + count - 1
    return date(year, month, 1), date(year, last, calendar.monthrange(year, last)[1])


def order_of(texts: Iterable[str]) -> Order | None:
    """The order of day and month that all cells with the year last agree with; None where both orders would do.

    Cells with dots are days first, wherever they are written.

    Examples
    --------
    >>> order_of(["1/3/2024", "31/3/2024"]), order_of(["1/3/2024"]), order_of(["3/31/2024"]), order_of(["2024-03-01"])
    ('dmy', None, 'mdy', 'dmy')
    """
    pairs = [pair for text in texts if (pair := _two_numbers(text))]
    if not pairs or any(first > 12 for first, _ in pairs):
        return "dmy"
    if any(second > 12 for _, second in pairs):
        return "mdy"
    return "dmy" if all(first == second for first, second in pairs) else None


def either_order(text: str) -> bool:
    """Whether a cell is a day whose month nobody can tell by the cell alone.

    Examples
    --------
    >>> either_order("1/3/2024"), either_order("31/3/2024"), either_order("2024-03"), either_order("1.3.2024")
    (True, False, False, False)
    """
    pair = _two_numbers(text)
    return pair is not None and max(pair) <= 12 and pair[0] != pair[1]


def _two_numbers(text: str) -> tuple[int, int] | None:
    """Day and month, in whichever order, of a cell that has its year last; dots mean the day is first."""
    found = _LAST_YEAR.fullmatch(_CLOCK.sub("", text.strip()))
    return (int(found[1]), int(found[3])) if found and found[2] != "." else None
