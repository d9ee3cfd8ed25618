"""Paths of drivers between their years, and the money that a price is told in."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.disclosure.kept import frame
from wattstone.disclosure.scenarios.paths import (
    Money,
    Track,
    between,
    money_per_tonne,
    ratio,
    track_of,
    yearly_ratio,
)
from wattstone.programme.report import Said

OF = {"provider": "P", "model": "M", "edition": "1", "scenario": "S", "region": "World"}


def path(year, value, unit="US$2010/t CO2", **said):
    return {**OF, "variable": "Price|Carbon", "year": year, "value": value, "unit": unit, "source": "made", **said}


def track(*points):
    return Track(
        variable="x",
        unit="1",
        years=np.array([at for at, _ in points]),
        values=np.array([value for _, value in points], dtype=float),
        hashes=tuple(str(at) for at, _ in points),
    )


def test_a_value_between_two_years_lies_on_the_straight_line():
    # NGFS Phase 3, GCAM, Net Zero 2050, World: 69.66 in 2025 and 103.97 in 2030. A fifth, then two fifths of the way.
    found = between([2025, 2030], [69.66, 103.97], [2026, 2027])

    assert found == pytest.approx([69.66 + 34.31 / 5, 69.66 + 2 * 34.31 / 5], rel=1e-12)


def test_the_sample_of_ngfs_is_met_in_its_own_years(shared_data):
    """A sample for tests alone, which is not shipped."""
    with (shared_data.parent / "facts" / "scenarios.csv").open(encoding="utf-8") as source:
        told = [
            row for row in csv.DictReader(source) if row["scenario"] == "NZ2050" and row["provider"] == "NGFS Phase 3"
        ]
    years, values = [int(row["year"]) for row in told], [float(row["value"]) for row in told]

    assert len(told) >= 4
    assert between(years, values, years) == pytest.approx(values)
    assert np.isnan(between(years, values, [min(years) - 1, max(years) + 1])).all()


def test_nothing_is_carried_on_beyond_a_path_and_the_reason_says_where_it_ends():
    one = track((2025, 10), (2050, 20))

    assert np.isnan(one.at([2024, 2051])).all()
    assert one.beyond(2051).params == {"variable": "x", "first": 2025, "last": 2050, "year": 2051}
    assert one.rests_on(2051) == ()


def test_a_value_names_the_entries_that_it_comes_from():
    one = track((2025, 10), (2030, 20), (2040, 30))

    assert one.rests_on(2030) == ("entry:2030",)
    assert one.rests_on(2032) == ("entry:2030", "entry:2040")


@given(
    st.lists(st.floats(1, 1e4), min_size=2, max_size=8),
    st.floats(0, 1),
)
def test_a_value_lies_between_its_neighbours(values, part):
    years = [2020 + 5 * n for n in range(len(values))]
    for n in range(len(values) - 1):
        at = years[n] + 5 * part
        found = float(between(years, values, [at])[0])
        low, high = sorted(values[n : n + 2])
        assert low * (1 - 1e-12) <= found <= high * (1 + 1e-12)


def test_a_price_keeps_the_money_and_year_that_it_is_told_in():
    assert money_per_tonne("US$2010/t CO2") == Money("US$2010", "2010")
    assert money_per_tonne("US$2010/tCO2") == Money("US$2010", "2010")
    assert money_per_tonne("USD (2022, MER) per tonne of CO2") == Money("USD (2022, MER)", "2022")
    assert money_per_tonne("CNY/t CO2e") == Money("CNY", "")


@pytest.mark.parametrize("unit", ["US$2010/t C", "US$2010/kg CO2", "US$2010/kWh", "US$2010", "2010 dollars"])
def test_what_is_no_price_of_a_tonne_of_co2_is_refused(unit):
    """A price of carbon is 44/12 of one of CO2 for the same emission: nobody may take it for the other."""
    assert isinstance(money_per_tonne(unit), Said)


def test_a_path_is_found_by_all_that_tells_it_from_others():
    paths = frame(
        "path",
        path(2030, 20.0),
        path(2025, 10.0),
        path(2025, 99.0, region="China"),
        path(2025, 98.0, edition="2"),
        path(2025, 97.0, variable="Price|Electricity"),
    )
    found = track_of(paths, OF, "Price|Carbon")

    assert isinstance(found, Track)
    assert (found.years.tolist(), found.values.tolist()) == ([2025, 2030], [10.0, 20.0])


def test_a_path_in_two_units_is_none():
    found = track_of(frame("path", path(2025, 1.0), path(2030, 2.0, unit="US$2022/t CO2")), OF, "Price|Carbon")

    assert isinstance(found, Said)
    assert found.params["units"] == "US$2010/t CO2, US$2022/t CO2"


def test_a_path_that_nobody_took_in_is_none():
    assert isinstance(track_of(frame("path", path(2025, 1.0)), OF, "Price|Coal"), Said)


def test_a_driver_is_taken_against_the_reporting_year():
    assert ratio(track((2020, 50), (2030, 40)), 2025, [2025, 2030]) == pytest.approx([1.0, 40 / 45])
    assert np.isnan(ratio(track((2025, 50), (2030, 40)), 2022, [2025])).all(), "the path does not tell the base year"
    assert yearly_ratio(0.02, 2022, [2022, 2024]) == pytest.approx([1.0, 1.0404])
