"""Where a site is, as a command line says it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.portfolio.position_text import read_position


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_place_on_the_earth_is_read_as_it_is_written(latitude, longitude):
    assert read_position(f"{latitude!r},{longitude!r}") == (latitude, longitude)


@pytest.mark.parametrize(
    "text", ["", "51.5", "51.5,0,0", "a,b", "51.5N,0.1W", "91,0", "-90.001,0", "0,180.5", "nan,0", "0,nan", "inf,0"]
)
def test_what_is_no_place_is_none(text):
    assert read_position(text) is None


def test_spaces_and_the_comma_of_chinese_are_taken():
    found = read_position(" 23.1291， 113.2644 ")

    assert found is not None
    assert math.isclose(found[0], 23.1291)
    assert math.isclose(found[1], 113.2644)
