"""Units that fields meet: expected values are the definitions of the units."""

import pytest

from wattstone.base import UnknownUnit
from wattstone.programme.units import times


@pytest.mark.parametrize(
    ("said", "wanted", "factor"),
    [
        ("t CO2e", "kg CO2e", 1000.0), ("tCO2e", "kg CO2e", 1000.0), ("kg CO2e", "t CO2e", 0.001),
        ("吨二氧化碳当量", "kg CO2e", 1000.0), ("万吨CO2e", "t CO2e", 10_000.0), ("Mt CO2e", "t CO2e", 1e6),
        ("g CO2e/kWh", "kg CO2e/kWh", 0.001), ("gCO2e/kWh", "kg CO2e/kWh", 0.001), ("t CO2e/MWh", "kg CO2e/kWh", 1.0),
        ("kg CO2e/kg", "kg CO2e/t", 1000.0), ("g/kg", "g/t", 1000.0), ("t CO2e/year", "t CO2e/a", 1.0),
        ("kt", "t", 1000.0), ("万吨", "t", 10_000.0), ("million m3", "m3", 1e6), ("km", "m", 1000.0),
        ("m", "km", 0.001), ("亩", "ha", 1 / 15), ("km2", "ha", 100.0), ("MWh", "kWh", 1000.0),
        ("万度", "kWh", 10_000.0), ("年", "year", 1.0), ("thousand km", "km", 1000.0), ("%", "1", 0.01),
        ("short ton", "t", 0.90718474), ("ｋｍ", "m", 1000.0),
    ],
)  # fmt: skip
def test_numbers_are_converted_by_what_units_mean(said: str, wanted: str, factor: float) -> None:
    assert times(said, wanted) == pytest.approx(factor, rel=1e-12)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("t CO2", "t CO2e"), ("t CH4", "t CO2e"), ("t", "t CO2e"), ("kg CO2e", "kg"), ("kg CO2e/kWh", "kg CO2e"),
        ("kg CO2e", "kg CO2e/kWh"), ("kg CO2e/m3", "kg CO2e/kWh"), ("kWh", "t"), ("furlong", "m"), ("", "m"),
        ("万", "t"), ("mt", "t"), ("/kWh", "kg CO2e/kWh"),
    ],
)  # fmt: skip
def test_what_does_not_measure_the_same_is_refused(said: str, wanted: str) -> None:
    with pytest.raises((UnknownUnit, ValueError)):
        times(said, wanted)
