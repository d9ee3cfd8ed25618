"""Numbers as they are shown, and what XBRL is told of them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.disclosure.made import FIGURES, shown
from wattstone.interfaces.present.disclosure.words import number_words
from wattstone.interfaces.present.numbers import every, three
from wattstone.interfaces.present.xbrl.contexts import days_of
from wattstone.interfaces.present.xbrl.displayed import displayed
from wattstone.interfaces.present.xbrl.units import measure


# By hand. 5 017 000 kg is 5017 t: "5 020" is off by 3, so true to tens; "5 017 000" kg is exact, to 0.001 t.
@pytest.mark.parametrize(
    ("said", "value", "power", "number", "scale", "decimals"),
    [
        ("5 020 t CO2e", 5_017_000.0, -3, "5 020", 0, -1),
        ("5.02 kt CO2e", 5_017_000.0, -3, "5.02", 3, -1),
        ("5 017 000", 5_017_000.0, -3, "5 017 000", -3, 3),
        ("25.7 GWh", 25_737_000.0, -3, "25.7", 3, -2),
        ("18.4 %", 0.184, 0, "18.4", -2, 3),
        ("412 million CNY", 412_000_000.0, 0, "412", 6, -6),
        ("4.12 亿元", 412_000_000.0, 0, "4.12", 8, -6),
        ("0", 0.0, -3, "0", 0, 0),
        ("0.0021†", 0.0021, -3, "0.0021", -3, 7),
    ],
)
def test_a_number_is_true_to_its_last_decimal(said, value, power, number, scale, decimals):
    found = displayed(said.replace("5 0", "5\u202f0"), value, power)

    assert found is not None
    assert (found.number.replace("\u00a0", " "), found.scale, found.decimals) == (number, scale, decimals)
    assert not found.negative


def test_a_sign_stands_outside_of_the_number():
    found = displayed("\u221212.5 t", -12_500.0, -3)

    assert found is not None
    assert (found.before, found.number, found.after, found.negative) == ("\u2212", "12.5", " t", True)


@pytest.mark.parametrize(
    ("said", "value"),
    [("not known", 1.0), ("17 %", 0.184), ("5 020", 5_100.0), ("12", -12.0), ("0", 5.0), ("3", 0.0), ("0.00", 0.004)],
)
def test_what_does_not_show_the_value_is_not_tagged(said, value):
    assert displayed(said, value, 0) is None


@given(st.floats(1e-6, 1e12), st.sampled_from([three, every]), st.sampled_from([-6, -3, 0, 3]))
def test_what_is_tagged_is_the_value_within_its_decimals(value, say, power):
    found = displayed(say(value), value, power)

    assert found is not None
    told = Decimal(found.number.replace("\u00a0", "")).scaleb(found.scale)
    assert abs(told - Decimal(repr(value)).scaleb(power)) <= Decimal("0.5").scaleb(-found.decimals)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_number_of_a_text_can_be_tagged(lang):
    for one in FIGURES.values():
        known = measure(one.unit)
        assert known is not None
        if one.value is not None:
            assert displayed(number_words(one, lang), one.value, known.power) is not None, one.key


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),  # a leap year
        ("2025-03-31", date(2025, 3, 31), date(2025, 3, 31)),
        ("2020/2030", date(2020, 1, 1), date(2030, 12, 31)),
        ("2025-02/2025-04", date(2025, 2, 1), date(2025, 4, 30)),
    ],
)
def test_a_period_is_a_span_of_days(period, first, last):
    assert days_of(period) == (first, last)


@pytest.mark.parametrize("period", ["", "all", "2025-13", "2030/2020", "2025-02-30", "0000"])
def test_what_is_no_span_has_no_context(period):
    assert days_of(period) is None


def test_a_made_figure_is_what_its_key_says():
    assert shown("scope1@2025", 1.0, "kg CO2e").key == "scope1@2025"
