"""Partitions: numbers, periods, and the length that fits."""

from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.base import Period
from wattstone.readings.partitions import (
    Span,
    finer_span,
    fitting_span,
    part_expression,
    part_period,
    parts_of,
    span_of,
)

SPANS: tuple[Span, ...] = ("year", "month", "day")


@given(st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)), st.sampled_from(SPANS))
def test_a_stamp_lies_in_the_period_of_its_partition(stamp: datetime, span: Span) -> None:
    part = pl.DataFrame({"start": [stamp]}).select(part_expression(pl.col("start"), span)).item()
    period = part_period(part)
    assert period.start <= stamp < period.end
    assert span_of([part]) == span
    assert parts_of(Period(stamp, stamp + timedelta(microseconds=1)), [part, 1899]) == [part]


def test_periods_follow_the_calendar() -> None:
    assert part_period(2024) == Period(datetime(2024, 1, 1), datetime(2025, 1, 1))
    assert part_period(202402) == Period(datetime(2024, 2, 1), datetime(2024, 3, 1))
    assert part_period(20240229) == Period(datetime(2024, 2, 29), datetime(2024, 3, 1))
    assert span_of([]) is None


@pytest.mark.parametrize(
    ("meters", "minutes", "days", "expected"),
    [
        (138, 60, 8766, "year"),
        (20_000, 15, 30, "day"),
        (160, 15, 730, "month"),
        (1, 15, 30, "year"),
        (1, 60, 0, "year"),
    ],
)
def test_the_length_follows_the_size_of_the_estate(meters: int, minutes: int, days: int, expected: Span) -> None:
    start = datetime(2024, 1, 1)
    rows = meters * max(days, 1) * 24 * 60 // minutes
    assert fitting_span(rows, start, start + timedelta(days=days)) == expected


def test_partitions_that_would_hold_too_much_are_cut_finer() -> None:
    start = datetime(2024, 1, 1)
    year = start + timedelta(days=365)
    assert finer_span("year", 10_000_000, start, year) is None
    assert finer_span("year", 50_000_000, start, year) == "month"
    assert finer_span("year", 700_000_000, start, year) == "day"
    assert finer_span("day", 700_000_000, start, year) is None
