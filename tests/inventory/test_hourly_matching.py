"""Matching by the hour: cases by hand, and laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

from wattstone.inventory.hourly_matching import Contracted, Matched, hourly_match

energies = st.floats(0, 1e4).map(lambda value: round(value, 3))


def test_a_day_of_solar_by_hand():
    """Flat use of 10 kW; solar of 20 kW from 6 to 18: 12 h matched of 24 by the hour, all of it by the year."""
    load, solar = np.full((1, 24), 10.0), np.zeros(24)
    solar[6:18] = 20.0

    found = hourly_match(load, [Contracted(solar)])

    assert (found.load, found.generation, found.matched) == (240.0, 240.0, 120.0)
    assert (found.score, found.annual, found.surplus) == (0.5, 1.0, 120.0)


def test_a_contract_of_one_site_serves_no_other():
    """10 kWh at each of two sites; 15 kWh for the first alone match 10 kWh, and 5 kWh for all match 5 more."""
    load = np.full((2, 1), 10.0)

    found = hourly_match(load, [Contracted(np.array([5.0])), Contracted(np.array([15.0]), np.array([0]))])

    assert (found.matched, found.surplus) == (15.0, 5.0)


def test_what_is_not_known_counts_for_nothing():
    load = np.array([[10.0, np.nan, 10.0], [10.0, 10.0, 10.0]])

    found = hourly_match(load, [Contracted(np.array([5.0, 5.0, np.nan]))])

    assert found == Matched(load=30.0, generation=10.0, matched=10.0, hours=2, unknown=1, gaps=1)
    assert hourly_match(np.zeros((1, 3)), []).score is None


@settings(max_examples=50, deadline=None)
@given(arrays(float, (3, 24), elements=energies), arrays(float, (2, 24), elements=energies))
def test_never_above_the_claim_of_the_year_and_additive_over_time(load, generation):
    both = [Contracted(generation[0]), Contracted(generation[1], np.array([1]))]

    found = hourly_match(load, both)
    cut = [
        hourly_match(load[:, part], [Contracted(one.energy[part], one.sites) for one in both])
        for part in (slice(0, 7), slice(7, 24))
    ]

    assert found.matched <= min(found.load, found.generation) * (1 + 1e-12) + 1e-9
    if found.score is not None:
        assert 0 <= found.score <= found.annual + 1e-9
    assert_allclose(sum(cut, Matched()).matched, found.matched, rtol=1e-9, atol=1e-6)
    assert sum(cut, Matched()).hours == found.hours


@settings(max_examples=50, deadline=None)
@given(arrays(float, 24, elements=energies), st.floats(0, 2))
def test_generation_in_the_shape_of_the_use_matches_as_by_the_year(load, scale):
    found = hourly_match(load[np.newaxis], [Contracted(load * scale)])

    if found.load > 0:
        assert found.score == pytest.approx(min(scale, 1.0), abs=1e-9)
        assert found.score == pytest.approx(found.annual, abs=1e-9)
