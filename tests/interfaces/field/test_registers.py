"""Quantities in 16-bit words. Expected words by hand: two's complement, and IEEE 754 for floats."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.interfaces.field.registers import Register, Type, Unfit


@pytest.mark.parametrize(
    ("type_", "scale", "value", "words"),
    [
        ("int16", 0.1, -12.3, [65536 - 123]),
        ("uint16", 1.0, 65535.0, [65535]),
        ("int32", 0.001, 70.0, [1, 4464]),  # 70000 = 65536 + 4464
        ("uint32", 1.0, 4294967295.0, [65535, 65535]),
        ("float32", 1.0, 1.5, [0x3FC0, 0x0000]),
    ],
)
def test_words_by_hand(type_: Type, scale: float, value: float, words: list[int]) -> None:
    register = Register(address=0, type=type_, scale=scale)
    assert register.words(value) == words
    assert register.value(words) == value
    turned = Register(address=0, type=type_, scale=scale, word_order="little")
    assert turned.words(value) == words[::-1]
    assert turned.value(words[::-1]) == value


@pytest.mark.parametrize("value", [math.nan, math.inf, 40.0, -40.0, 1e300])
def test_what_does_not_fit_is_refused(value: float) -> None:
    with pytest.raises(Unfit):
        Register(address=0, type="int16", scale=0.001).words(value)


@given(value=st.floats(-30, 30), scale=st.sampled_from([0.001, 0.01, 0.0025, 1.0]))
def test_what_is_read_back_is_what_was_written_to_half_a_count(value: float, scale: float) -> None:
    register = Register(address=0, type="int16", scale=scale)
    assert abs(register.value(register.words(value)) - value) <= register.precision
