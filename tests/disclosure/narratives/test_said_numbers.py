"""Numbers as two languages write them come to one form, and every one that is typed is found."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.disclosure.narratives.said_numbers import said_number, years_in
from wattstone.disclosure.narratives.typed import typed_numbers


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("12.5 %", "12.50%", "12.5 per cent", "百分之十二点五"), "12.5%"),
        (("3.5 million", "350万", "3,500,000", "3 500 000", "三百五十万"), "3500000"),
        (("1.2 billion", "12亿", "十二亿"), "1200000000"),
        (("1,234.5", "1 234.5", "1.234,5", "1'234.5"), "1234.5"),
        (("15 ‰", "1.5%"), "1.5%"),
        (("-0.5e3", "\u2212500"), "-500"),
        (("三千", "3000", "3,000"), "3000"),
        (("二〇二五", "2025"), "2025"),
        (("1,5",), "1.5"),
    ],
)
def test_one_number_has_one_form(texts, expected):
    assert {said_number(one) for one in texts} == {expected}


CHINESE_DIGITS = "零一二三四五六七八九"


def in_chinese(value: int) -> str:
    """A whole number from 1 to 9999 as it is read out."""
    told, gap = "", False
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // size % 10
        if digit:
            told += ("零" if gap and told else "") + CHINESE_DIGITS[digit] + unit
            gap = False
        else:
            gap = True
    return told


@given(st.integers(1, 9999))
def test_chinese_numerals_are_read(value):
    assert said_number(in_chinese(value)) == str(value)
    assert said_number(in_chinese(value) + "万") == str(value * 10_000)


@given(st.decimals(0, 10**9, places=2), st.sampled_from([",", " ", "\u202f", "'", ""]))
def test_however_thousands_are_parted_it_is_the_same_number(value, sign):
    text = f"{value:,}".replace(",", sign)

    assert Decimal(said_number(text)) == value


NUMBER = st.decimals(Decimal("0.1"), 10**8, places=1).map(lambda one: f"{one:,}")
AROUND = st.sampled_from(
    [("fell by ", " tonnes"), ("下降", "吨"), ("（约", "，"), ("about ", "."), ("为", "%"), ("**", "**")]
)


@given(NUMBER, AROUND)
def test_a_number_is_found_whatever_stands_around_it(number, around):
    before, behind = around
    (found,) = typed_numbers(before + number + behind)

    assert said_number(found.text).rstrip("%") == said_number(number)


@given(st.text())
def test_any_text_is_looked_through(text):
    for one in typed_numbers(text):
        assert isinstance(said_number(one.text), str)
    assert all(len(one) == 4 for one in years_in(text))
