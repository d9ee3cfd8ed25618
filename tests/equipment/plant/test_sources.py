"""Conditions and loads that cannot be meant, and flows whose energy closes."""

import numpy as np
import pytest

from wattstone.equipment.plant import Boiler, Conditions, Flows
from wattstone.equipment.plant.sources import findings

BOILER = Boiler(name="B1", rated=500.0, efficiency=0.9, basis="higher", least_share=0.3)


def codes(at: Conditions, load: float = 200.0) -> list[str]:
    return [finding.code for finding in findings(BOILER, [load], at)]


def test_a_series_and_a_constant_go_together() -> None:
    at = Conditions.over(3, wet_bulb=[20.0, 21.0, 22.0], chilled_supply=7.0)
    assert at.steps == 3
    np.testing.assert_array_equal(at.chilled_supply, [7.0, 7.0, 7.0])
    assert np.isnan(at.heating_supply).all()
    with pytest.raises(ValueError):
        Conditions.over(3, wet_bulb=[20.0, 21.0])


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"chilled_supply": 44.6, "chilled_return": 53.6}, "plant.fahrenheit"),
        ({"wet_bulb": 78.0}, "plant.fahrenheit"),
        ({"dry_bulb": 303.15}, "plant.kelvin"),
        ({"chilled_supply": 12.0, "chilled_return": 7.0}, "plant.crossed"),
        ({"heating_supply": 40.0, "heating_return": 60.0}, "plant.crossed"),
        ({"wet_bulb": 30.0, "dry_bulb": 20.0}, "plant.wet_above_dry"),
    ],
)
def test_temperatures_that_cannot_be_meant_are_told(given: dict[str, float], code: str) -> None:
    assert code in codes(Conditions.over(1, **given))


def test_a_unit_is_told_with_what_it_would_be() -> None:
    (found,) = findings(BOILER, [200.0], Conditions.over(1, dry_bulb=303.15))
    assert "303.15 K is 30 degC" in found.text()


def test_plain_conditions_say_nothing() -> None:
    assert codes(Conditions.over(1, dry_bulb=30.0, wet_bulb=24.0, chilled_supply=7.0, chilled_return=12.0)) == []


def test_loads_that_cannot_be_met_are_told_with_how_much() -> None:
    low, high = findings(BOILER, [0.0, 100.0, 150.0, 500.0, 620.0], Conditions.over(5))
    assert (low.code, low.first, low.severity) == ("plant.below_least", "interval 1", "error")
    assert (high.code, high.first) == ("plant.above_capacity", "interval 4")
    assert "120 kW are missing" in high.text()


def test_such_loads_have_no_flows_and_off_is_nothing() -> None:
    flows = BOILER.run([0.0, 100.0, 500.0, 620.0, np.nan], Conditions.over(5))
    np.testing.assert_allclose(flows.fuel, [0.0, np.nan, 500.0 / 0.9, np.nan, np.nan])
    np.testing.assert_array_equal(flows.heat, [0.0, np.nan, 500.0, np.nan, np.nan])


def test_what_is_rejected_closes_the_balance() -> None:
    flows = Flows.of(cold=[100.0, np.nan], heat=30.0, electricity=20.0, fuel=5.0, driving=7.0)
    assert flows.rejected[0] == 100.0 + 20.0 + 5.0 + 7.0 - 30.0
    assert np.isnan(flows.electricity[1])
    assert flows.imbalance()[0] == 0.0
