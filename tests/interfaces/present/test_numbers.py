"""Numbers as the look asks for them; expected texts are written by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.interfaces.present.numbers import (
    MINUS,
    THIN,
    amount,
    amount_with_interval,
    change,
    every,
    group,
    percent,
    scale,
    three,
    unit_at,
    written,
)


def plain(text: str) -> str:
    return text.replace(THIN, " ")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1.0, "1.00"),
        (9.996, "10.0"),
        (12.34, "12.3"),
        (999.6, "1 000"),
        (5_017.0, "5 020"),
        (0.000123456, "0.000123"),
        (-4.2, f"{MINUS}4.20"),
    ],
)
def test_three_significant_figures(value: float, text: str) -> None:
    assert plain(three(value)) == text


@pytest.mark.parametrize(
    ("value", "text"), [(25_737_123.0, "25 737 123"), (0.18385, "0.18385"), (1234.5678, "1 234.57"), (100.0, "100")]
)
def test_a_table_shows_all_figures_of_use(value: float, text: str) -> None:
    assert plain(every(value)) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (25_737_000.0, "kWh", "25.7 GWh"),
        (9_990.0, "kWh", "9 990 kWh"),
        (9_996.0, "kWh", "10.0 MWh"),
        (5_017_000.0, "kg CO2e", "5 020 t CO2e"),
        (812.0, "kg CO2", "812 kg CO2"),
        (-12_500_000.0, "kg CO2e", f"{MINUS}12.5 kt CO2e"),
        (212.4, "kWh m-2", "212 kWh/m²"),
        (212_400.0, "kWh m-2", "212 000 kWh/m²"),
        (48_211.0, "m3", "48 200 m³"),
        (1_234_567.0, "GBP", "1 230 000 GBP"),
    ],
)
def test_units_scale_so_that_a_value_can_be_read(value: float, unit: str, text: str) -> None:
    assert plain(amount(value, unit, "en")) == text


def test_a_value_that_is_not_known_is_a_word() -> None:
    assert amount(None, "kWh", "en") == "not known"
    assert amount(None, "kWh", "zh") == "未知"


def test_the_interval_is_part_of_the_number() -> None:
    assert amount_with_interval(812e3, 640e3, 990e3, "kg CO2e", "en") == "812 t CO2e (90 %: 640 to 990)"
    assert amount_with_interval(812e3, 640e3, 990e3, "kg CO2e", "zh") == "812 t CO2e（90% 区间：640 至 990）"
    assert amount_with_interval(812e3, None, None, "kg CO2e", "en") == "812 t CO2e"
    assert amount_with_interval(None, None, None, "kg CO2e", "en") == "not known"


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (-4.04, "4.0 % less than 2018", "比 2018 年少 4.0%"),
        (12.0, "12 % more than 2018", "比 2018 年多 12%"),
        (0.0, "the same as 2018", "与 2018 年持平"),
        (-0.04, "the same as 2018", "与 2018 年持平"),
        (None, "no comparison with 2018", "与 2018 年无可比数据"),
    ],
)
def test_a_difference_carries_its_sign_as_a_word(value: float | None, english: str, chinese: str) -> None:
    assert change(value, 2018, "en") == english
    assert change(value, 2018, "zh") == chinese


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (0.0004, "less than 0.1 %"),
        (0.35, "35 %"),
        (0.998, "99.8 %"),
        (0.9995, "more than 99.9 %"),
        (1.0, "100 %"),
    ],
)
def test_a_share_never_rounds_to_nothing_or_to_all(share: float, text: str) -> None:
    assert percent(share, "en") == text


def test_only_thousands_are_grouped() -> None:
    assert group("1234567.1234567") == f"1{THIN}234{THIN}567.1234567"


@given(value=st.floats(1e-6, 1e12))
def test_three_figures_are_within_half_a_unit_of_the_third(value: float) -> None:
    read = float(three(value).replace(THIN, ""))

    assert abs(read / value - 1) <= 0.00501


@given(value=st.floats(-1e12, 1e12).filter(lambda value: abs(value) > 1e-6), unit=st.sampled_from(["kWh", "kg CO2e"]))
def test_scaling_changes_the_unit_and_not_the_amount(value: float, unit: str) -> None:
    divisor, name = scale(unit, value)
    factors = {"kWh": 1, "MWh": 1e3, "GWh": 1e6, "TWh": 1e9, "kg": 1, "t": 1e3, "kt": 1e6, "Mt": 1e9}

    assert factors[name.split()[0]] == divisor
    assert name == unit_at(unit, divisor)


def test_units_are_written_as_people_write_them() -> None:
    assert [written(unit) for unit in ("m3", "m2", "kWh m-2", "GBP")] == ["m³", "m²", "kWh/m²", "GBP"]
