"""Calorific values that pairs of published factors imply, against values from elsewhere."""

import pytest

from wattstone.base import NotComputable
from wattstone.rates import load_factors
from wattstone.rates.contents import energy_content

TABLE = load_factors()


def content(fuel: str = "natural_gas", per: str = "m3", country: str | None = "GB", year: int = 2019):
    return energy_content(TABLE, fuel=fuel, per=per, country=country, year=year, gwp_set="AR5")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("year", "by_volume", "by_energy"),
    [
        (2019, 2.03053, 0.18385),
        (2020, 2.02266, 0.18387),
        (2025, 2.06672, 0.18296),
    ],  # UK Government, per m3 and kWh gross
)
def test_gas_of_the_united_kingdom(year: int, by_volume: float, by_energy: float) -> None:
    made = content(year=year)

    assert made.value == pytest.approx(by_volume / by_energy, rel=1e-12)
    assert made.basis == "gross"
    # Ofgem and the gas regulations: 37.5 to 43.0 MJ/m3
    assert 37.5 < made.value * 3.6 < 43.0


def test_gas_by_the_defaults_of_the_ipcc_is_net() -> None:
    made = content(country="CN", year=2022)

    assert made.value == pytest.approx(48.0 / 3.6 * 0.7)  # 48.0 MJ/kg (IPCC 2006) and 0.7 kg/m3 (GHG Protocol)
    assert made.basis == "net"


def test_both_factors_are_of_one_set_where_the_order_of_a_country_would_mix_two() -> None:
    made = content(country="US", year=2022)  # the EPA has gas by energy alone

    assert (made.by_quantity.set, made.by_energy.set) == ("ipcc2006", "ipcc2006")
    assert made.value == pytest.approx(48.0 / 3.6 * 0.7 / 0.9)  # net over gross: 0.90 (IPCC 2006)
    assert made.basis == "gross"


def test_fuel_by_mass() -> None:
    assert content("coal", "kg", "CN", 2022).value == pytest.approx(25.8 / 3.6)  # MJ/kg, IPCC 2006


@pytest.mark.parametrize(("fuel", "country"), [("natural_gas", None), ("diesel", "CN"), ("plutonium", "GB")])
def test_what_no_set_tells_is_refused(fuel: str, country: str | None) -> None:
    with pytest.raises(NotComputable):
        content(fuel, country=country)
