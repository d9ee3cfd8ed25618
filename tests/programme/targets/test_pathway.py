"""Pathways and trends against sums by hand and against a regression computed elsewhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.programme.targets.pathway import Pathway, index_of, straight
from wattstone.programme.targets.progress import achieved, parts_of_gap, verdict
from wattstone.programme.targets.trend import combined, outlook


def test_a_rate_of_the_base_year_is_taken_off_each_year() -> None:
    """By hand: 4.2 % a year over ten years is 42 %, the arithmetic of a linear annual rate."""
    index = index_of(Pathway("linear", "linear", (2020,), (0.042,)), 2020, [2019, 2020, 2021, 2030, 2050])
    assert_allclose(index, [np.nan, 1, 0.958, 0.58, 0], atol=1e-12)


def test_a_rate_of_the_year_before_compounds() -> None:
    """By hand: 0.93^10 = 0.483982."""
    index = index_of(Pathway("c", "compound", (2020,), (0.07,)), 2020, [2030])
    assert index[0] == pytest.approx(0.4839823, abs=1e-7)


def test_a_later_rate_holds_from_its_year_on() -> None:
    """By hand: 2 % in 2021 and 2022, 5 % in 2023: 1 - 0.09."""
    index = index_of(Pathway("l", "linear", (2021, 2023), (0.02, 0.05)), 2020, [2021, 2022, 2023])
    assert_allclose(index, [0.98, 0.96, 0.91])


def test_before_its_first_rate_a_pathway_says_nothing() -> None:
    assert np.isnan(index_of(Pathway("l", "linear", (2025,), (0.02,)), 2020, [2022, 2026])).all()


def test_between_indices_it_is_straight_and_beyond_them_unknown() -> None:
    index = index_of(Pathway("i", "index", (2030, 2060), (0.8, 0.0)), 2020, [2020, 2025, 2030, 2045, 2060, 2061])
    assert_allclose(index, [1, 0.9, 0.8, 0.4, 0, np.nan])


@given(st.floats(0, 0.2), st.integers(1, 30))
def test_compounding_never_allows_less_than_the_straight_rate(rate: float, years: int) -> None:
    at = list(range(2020, 2021 + years))
    linear, compound = (index_of(Pathway("p", form, (2020,), (rate,)), 2020, at) for form in ("linear", "compound"))
    assert (compound >= linear - 1e-12).all()
    assert (np.diff(linear) <= 0).all()


@given(st.floats(-1, 1), st.integers(1, 40))
def test_a_straight_line_ends_at_the_target(reduction: float, span: int) -> None:
    line = straight(2020, 2020 + span, reduction, [2020, 2020 + span, 2030 + span])
    assert_allclose(line, [1, 1 - reduction, 1 - reduction], atol=1e-12)


def test_a_trend_has_the_interval_of_the_textbook() -> None:
    """By hand: 100, 96, 94, 89 over 2020 to 2023.

    Means 2021.5 and 94.75; Sxx 5, Sxy -17.5. Fitted 100, 96.5, 93, 89.5; residuals 0, -0.5, 1, -0.5: s2 = 1.5/2.
    For 2030: 1 + 1/4 + 8.5^2/5 = 15.7; t(0.95; 2) = 2.919986.
    """
    found = outlook([2020, 2021, 2022, 2023], [100.0, 96.0, 94.0, 89.0], [2030])
    half = 2.919986 * np.sqrt(0.75) * np.sqrt(15.7)

    assert found.value[0] == pytest.approx(65)
    assert found.lower is not None
    assert found.lower[0] == pytest.approx(65 - half, abs=1e-4)
    assert found.slope == pytest.approx(-3.5)


def test_two_years_make_no_trend() -> None:
    found = outlook([2021, 2020], [90.0, 100.0], [2030])
    assert (found.value[0], found.lower) == (90, None)


def test_nothing_falls_below_zero() -> None:
    assert outlook([2020, 2021, 2022], [20.0, 10.0, 1.0], [2030]).value[0] == 0
    assert combined(10.0, (5.0, 15.0), (20.0, 18.0, 22.0)) == (0.0, (0.0, 0.0))


def test_distances_add_in_quadrature() -> None:
    """3 4 5 and 6 8 10."""
    assert combined(100.0, (94.0, 103.0), (20.0, 16.0, 28.0)) == (80.0, (70.0, 85.0))


def test_a_share_is_reached_from_below() -> None:
    assert verdict(0.5, 0.4, grows=True) == "on_track"
    assert verdict(0.3, 0.4, (0.2, 0.39), grows=True) == "off_track"
    assert verdict(0.3, 0.4, (0.2, 0.45), grows=True) == "open"


amounts = st.dictionaries(st.sampled_from(["scope1", "scope2.market", "scope3.1"]), st.floats(0, 1e6), min_size=1)


@given(amounts, amounts, st.floats(0, 1))
def test_the_parts_add_up_to_the_gap(base: dict[str, float], value: dict[str, float], index: float) -> None:
    gap = sum(value.values()) - index * sum(base.values())
    assert_allclose(parts_of_gap(base, value, index)["gap"].sum(), gap, rtol=1e-9, atol=1e-6)


def test_the_way_behind_may_be_negative_or_more_than_all() -> None:
    assert (achieved(100, 110, 50), achieved(100, 40, 50), achieved(100, 90, 100)) == (-0.2, 1.2, None)
