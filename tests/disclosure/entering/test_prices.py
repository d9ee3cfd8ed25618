"""Prices of carbon and the paths of scenarios, each fault planted as an auditor planted it."""

import pytest

from tests.disclosure.entering.test_checks import DRIVER, PATH, SCENARIO, entries
from wattstone.disclosure.checks import NARROW, OF_EACH


def told(found):
    return [(one.code.partition(".")[2], one.severity) for one in found]


def of_paths(*changes):
    return OF_EACH["path"](entries(path=[{**PATH, **change} for change in changes]))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"value": 0.0}, []),
        ({"value": -50.0}, [("price_negative", "warning")]),
        ({"unit": "US$2010/tC"}, [("price_unit", "error")]),
        ({"unit": "USD2020 per tonne of carbon"}, [("price_unit", "error")]),
        ({"unit": "US$2010/GJ"}, [("price_unit", "error")]),
        ({"unit": "EUR/t CO2"}, [("price_year", "warning")]),
        ({"unit": "EUR/t CO2", "value": -1.0}, [("price_year", "warning"), ("price_negative", "warning")]),
        ({"unit": "USD (2023, MER)/t CO2", "variable": "Prices|CO2|Industry"}, []),
        ({"unit": "USD/tC", "variable": "CO2 price"}, [("price_unit", "error")]),
        ({"unit": "元/吨", "variable": "碳价"}, [("price_unit", "error")]),
        ({"unit": "US$2010/GJ", "variable": "Price|Final Energy|Industry", "value": -1.0}, []),
        ({"unit": "Mt CO2/yr", "variable": "Emissions|CO2", "value": -1.0}, []),
    ],
)
def test_a_price_of_carbon_is_looked_at_as_it_is_entered(change, expected):
    assert told(of_paths(change)) == expected


def test_a_price_of_carbon_instead_of_co2_is_told_by_what_it_is_divided():
    """A tonne of carbon makes 44/12 t of CO2 (12 and 44 g/mol), so that its price is as much higher."""
    (carbon,), (other,) = of_paths({"unit": "US$2010/tC"}), of_paths({"unit": "US$2010/GJ"})

    assert "44/12" in carbon.remedy
    assert "44/12" not in other.remedy


def test_a_path_is_told_of_once_and_its_lowest_value_is_named():
    years = [{"year": 2030, "value": 5.0}, {"year": 2035, "value": -3.0}, {"year": 2040, "value": -1.0}]
    (found,) = of_paths(*years)

    assert (found.place, found.say(found.found)) == ("path 'e1'", "Price|Carbon of S falls to -3 US$2010/t CO2")


def across(scenario, *paths, drivers=()):
    held = entries(scenario=[scenario], path=[{**PATH, **one} for one in paths], driver=list(drivers))
    return [(one.code.partition(".")[2], one.severity, one.place) for one in NARROW["scenario"](held)]


@pytest.mark.parametrize("name", ["provider", "model", "edition", "scenario", "region", "price"])
def test_a_scenario_on_a_path_that_nobody_took_in_is_told(name):
    assert across(SCENARIO, {}) == []
    assert across({**SCENARIO, name: "Nope"}, {}) == [("path_none", "warning", "scenario 'e0'")]


def test_a_driver_on_a_path_that_nobody_took_in_is_told():
    moved = {**DRIVER, "yearly": None, "variable": "GDP"}
    told_of = [("path_none", "warning", "driver 'e0'")]

    assert across(SCENARIO, {}, drivers=[moved]) == told_of
    assert across(SCENARIO, {}, {"variable": "GDP", "region": "China"}, drivers=[moved]) == told_of
    assert across(SCENARIO, {}, {"variable": "GDP"}, drivers=[moved]) == []
    assert across(SCENARIO, {}, drivers=[DRIVER]) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"unit": "USD2020/t CO2"}, []),
        ({"unit": "USD2020/tC"}, [("price_unit", "error", "scenario 'e0'")]),
        ({"unit": "USD/t CO2", "value": -1.0},
         [("price_year", "warning", "scenario 'e0'"), ("price_negative", "warning", "scenario 'e0'")]),
    ],
)  # fmt: skip
def test_a_price_of_another_name_is_looked_at_where_a_scenario_uses_it(change, expected):
    path = {"variable": "Levy", **change}

    assert told(of_paths(path)) == []
    assert across({**SCENARIO, "price": "Levy"}, path) == expected
