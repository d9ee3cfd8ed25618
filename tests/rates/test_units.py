import pytest

from wattstone.base import UnknownUnit
from wattstone.rates.units import factor_unit


@pytest.mark.parametrize(
    ("text", "gas", "per", "basis", "scale"),
    [
        ("kgCO2e/kWh", "CO2e", "kWh", None, 1.0),
        ("kgCO2e/kWh_gross", "CO2e", "kWh", "gross", 1.0),
        ("tCO2/MWh", "CO2", "kWh", None, 1.0),
        ("tCO2/GJ", "CO2", "kWh", None, 3.6),
        ("kgCO2/TJ_net", "CO2", "kWh", "net", 3.6e-6),
        ("kgCO2/mmBtu_HHV", "CO2", "kWh", "gross", 1 / 293.07107017),
        ("gCH4/mmBtu_HHV", "CH4", "kWh", "gross", 0.001 / 293.07107017),
        ("lbCO2/MWh", "CO2", "kWh", None, 0.00045359237),
        ("kgCO2e/t", "CO2e", "kg", None, 0.001),
        ("kgCO2e/L", "CO2e", "L", None, 1.0),
        ("kgCO2e/m3", "CO2e", "m3", None, 1.0),
        ("kgCO2e/ML", "CO2e", "m3", None, 0.001),
        ("kgCO2e/gal", "CO2e", "L", None, 1 / 3.785411784),
    ],
)
def test_units_are_converted_exactly(text: str, gas: str, per: str, basis: str | None, scale: float) -> None:
    unit = factor_unit(text)

    assert (unit.gas, unit.per, unit.basis) == (gas, per, basis)
    assert unit.scale == pytest.approx(scale, rel=1e-9)


@pytest.mark.parametrize(
    "text", ["", "kgCO2e", "kWh/kgCO2e", "TJ/Gg", "kg/L", "kgCO2e/parsec", "kgCO2e/kW", "kgCO2e/kgCO2e"]
)
def test_other_units_are_refused(text: str) -> None:
    with pytest.raises(UnknownUnit):
        factor_unit(text)
