"""Partitions of the readings: how long each is, and which ones a period touches.

A partition is a year, a month or a day of UTC, written as a whole number: 2019, 201903 or 20190305. The size of the
estate decides: files of one to ten million rows are quick to read, to prune and to rewrite.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Literal

import polars as pl

from wattstone.base import Period

Span = Literal["year", "month", "day"]

ENOUGH = 400_000  # rows; a partition of fewer is taken longer
TOO_MANY = 12_000_000  # rows; more than this of one partition are not brought together in memory
LENGTH: dict[Span, float] = {"year": 365.25, "month": 365.25 / 12, "day": 1.0}  # days
_DIGITS: dict[int, Span] = {4: "year", 6: "month", 8: "day"}


def span_of(parts: Iterable[int]) -> Span | None:
    """How long the partitions of a table are, read from their numbers; None for no partitions."""
    return next((_DIGITS[len(str(part))] for part in parts), None)


def fitting_span(rows: int, first: datetime, last: datetime) -> Span:
    """The length that gives files of a good size.

    Examples
    --------
    >>> fitting_span(12_850_056, datetime(2000, 1, 1), datetime(2023, 12, 31))
    'year'
    >>> fitting_span(57_600_000, datetime(2025, 6, 1), datetime(2025, 6, 30))
    'day'
    """
    days = max((last - first).total_seconds() / 86_400, 1.0)
    if rows / days >= ENOUGH:
        return "day"
    return "month" if rows / days * 30 >= ENOUGH else "year"


def finer_span(span: Span, rows: int, first: datetime, last: datetime) -> Span | None:
    """The length that fits where partitions of length `span` would hold too much; None where they do not.

    Examples
    --------
    >>> finer_span("year", 57_600_000, datetime(2025, 6, 1), datetime(2025, 6, 30))
    'day'
    >>> finer_span("year", 12_850_056, datetime(2000, 1, 1), datetime(2023, 12, 31)) is None
    True
    """
    days = max((last - first).total_seconds() / 86_400, 1.0)
    if rows * min(LENGTH[span] / days, 1.0) <= TOO_MANY:
        return None
    fitting = fitting_span(rows, first, last)
    return fitting if LENGTH[fitting] < LENGTH[span] else None


def part_expression(start: pl.Expr, span: Span) -> pl.Expr:
    """The partition of each stamp, as Int32."""
    number = start.dt.year().cast(pl.Int32)
    if span != "year":
        number = number * 100 + start.dt.month()
    if span == "day":
        number = number * 100 + start.dt.day()
    return number.cast(pl.Int32)


def part_period(part: int) -> Period:
    """The period that a partition covers.

    Examples
    --------
    >>> part_period(201912).end
    datetime.datetime(2020, 1, 1, 0, 0)
    """
    text = str(part)
    year, month, day = int(text[:4]), int(text[4:6] or 1), int(text[6:8] or 1)
    start = datetime(year, month, day)
    if len(text) == 8:
        return Period(start, start + timedelta(days=1))
    if len(text) == 6:
        return Period(start, datetime(year + month // 12, month % 12 + 1, 1))
    return Period(start, datetime(year + 1, 1, 1))


def parts_between(first: datetime, last: datetime, span: Span) -> Iterator[int]:
    """The partitions from one time to another, both included.

    Examples
    --------
    >>> list(parts_between(datetime(2019, 11, 30), datetime(2020, 1, 1), "month"))
    [201911, 201912, 202001]
    """
    form = {"year": "%Y", "month": "%Y%m", "day": "%Y%m%d"}[span]
    while first <= last:
        part = int(first.strftime(form))
        yield part
        first = part_period(part).end


def parts_of(period: Period, parts: Iterable[int]) -> list[int]:
    """Those of `parts` that share time with a period, in order."""
    return sorted(
        part for part in parts if (covered := part_period(part)).start < period.end and covered.end > period.start
    )
