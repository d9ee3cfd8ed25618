"""Ranges of the IPCC's defaults as uncertainty of the factors that ship, by hand."""

import math

import pytest

from wattstone.rates import fuel_factor, load_factors
from wattstone.rates.ranges import half_width

Z = 1.959964


def width(lower: float, upper: float) -> float:
    """By hand: the logarithm of a lognormal has 2 x 1.96 standard deviations between its 95 % limits."""
    sigma = math.log(upper / lower) / (2 * Z)
    return Z * math.sqrt(math.exp(sigma**2) - 1)


def gas(per: str, basis: str | None, **how: object):
    return fuel_factor(
        load_factors(), fuel="natural_gas", per=per, basis=basis, country="DE", year=2023, gwp_set="AR5", **how
    )


def test_natural_gas_by_the_ranges_of_its_gases() -> None:
    """kg/TJ: CO2 56,100 (54,300 to 58,300), CH4 5 (1.5 to 15), N2O 0.1 (0.03 to 0.3); AR5 weighs them 1, 28, 265."""
    masses = {"CO2": (56100, 54300, 58300, 1), "CH4": (5, 1.5, 15, 28), "N2O": (0.1, 0.03, 0.3, 265)}
    whole = sum(mean * weight for mean, _, _, weight in masses.values())
    errors = [mean * weight * width(low, high) for mean, low, high, weight in masses.values()]

    assert gas("kWh", "net").uncertainty == pytest.approx(math.hypot(*errors) / whole, rel=1e-6)
    assert gas("kWh", "net").uncertainty == pytest.approx(0.0356, abs=5e-5)


def test_a_calorific_value_adds_its_own_range() -> None:
    """48.0 TJ/Gg (46.5 to 50.4)."""
    alone, by_mass = gas("kWh", "net").uncertainty, gas("kg", None).uncertainty
    assert by_mass == pytest.approx(math.hypot(alone, width(46.5, 50.4)), rel=1e-6)


def test_what_rests_on_a_number_without_a_range_is_not_known() -> None:
    assert gas("kWh", "gross").uncertainty is None  # net over gross: the IPCC gives one number
    assert gas("m3", None).uncertainty is None  # a density
    assert load_factors()["desnz2025_7_400_4000_5_1"].uncertainty is None  # the UK publishes none


def test_every_range_holds_its_default() -> None:
    rows = [row for row in load_factors().rows.values() if row.uncertainty is not None]
    assert {row.category for row in rows} == {"stationary_combustion", "ncv"}
    assert len(rows) > 50
    assert half_width(1.0, 1.0) == 0.0
