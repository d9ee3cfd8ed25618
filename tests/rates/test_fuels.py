from pathlib import Path
from typing import Literal

import pytest

from wattstone.base import NotComputable
from wattstone.rates import EmissionFactor, fuel_factor, load_factors

TABLE = load_factors()
KWH_PER_MMBTU = 1e6 * 1055.05585262 / 3.6e6  # ISO 31-4


def fuel(name: str, per: str, basis: str | None, country: str | None, year: int, **options: object) -> EmissionFactor:
    arguments = {"gwp_set": "AR5", **options}
    return fuel_factor(TABLE, fuel=name, per=per, basis=basis, country=country, year=year, **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "per", "basis", "year", "value"),
    [
        ("natural_gas", "kWh", "gross", 2019, 0.18385),
        ("natural_gas", "kWh", "net", 2019, 0.20428),
        ("natural_gas", "m3", None, 2019, 2.03053),
        ("natural_gas", "kg", None, 2019, 2.54204),
        ("natural_gas", "kWh", "gross", 2025, 0.18296),
        ("natural_gas", "m3", None, 2025, 2.06672),
        ("diesel", "L", None, 2019, 2.59411),
        ("diesel", "kWh", "gross", 2025, 0.24411),
        ("gas_oil", "L", None, 2019, 2.75821),
        ("fuel_oil", "kWh", "net", 2019, 0.28492),
        ("kerosene", "kWh", "gross", 2019, 0.24675),
        ("petrol", "L", None, 2019, 2.20904),
        ("lpg", "L", None, 2019, 1.5226),
        ("coal", "kg", None, 2019, 2.46495),
    ],
)
def test_great_britain_takes_its_government_s_factor(
    name: str, per: str, basis: str | None, year: int, value: float
) -> None:
    factor = fuel(name, per, basis, "GB", year)

    assert factor.value == pytest.approx(value, rel=1e-12)
    assert (factor.unit, factor.set) == ("kg CO2e", f"desnz{year}")
    assert factor.conversions == ()


def test_natural_gas_by_the_ipcc_defaults_on_the_net_value() -> None:
    """56,100 kg CO2, 5 kg CH4 and 0.1 kg N2O per TJ net (tables 2.3 and 2.4); 1 kWh is 3.6e-6 TJ."""
    factor = fuel("natural_gas", "kWh", "net", "CN", 2022)

    assert factor.value == pytest.approx((56100 + 5 * 28 + 0.1 * 265) * 3.6e-6, rel=1e-12)
    assert factor.value == pytest.approx(0.2025594, rel=1e-9)
    assert factor.by_gas == pytest.approx({"CO2": 56100 * 3.6e-6, "CH4": 5 * 3.6e-6, "N2O": 0.1 * 3.6e-6})
    assert any("carry no year" in note for note in factor.notes)


def test_fossil_methane_has_a_value_of_its_own_in_ar6() -> None:
    factor = fuel("natural_gas", "kWh", "net", "CN", 2022, gwp_set="AR6")

    assert factor.value == pytest.approx((56100 + 5 * 29.8 + 0.1 * 273) * 3.6e-6, rel=1e-12)
    assert factor.confidence == "B"


def test_the_gross_value_holds_less_carbon_per_kwh_than_the_net_one() -> None:
    for name, ratio in [("natural_gas", 0.90), ("coal", 0.95), ("fuel_oil", 0.95)]:
        net, gross = fuel(name, "kWh", "net", "CN", 2022), fuel(name, "kWh", "gross", "CN", 2022)
        assert gross.value == pytest.approx(net.value * ratio, rel=1e-12)
        assert any("net/gross" in note for note in gross.notes)
        assert gross.conversions[0].category == "net_per_gross"


def test_the_sector_changes_methane_alone() -> None:
    """Natural gas: 5 kg CH4 per TJ in commerce (table 2.4), 1 kg in manufacturing (table 2.3)."""
    office = fuel("natural_gas", "kWh", "net", "CN", 2022)
    works = fuel("natural_gas", "kWh", "net", "CN", 2022, sector="manufacturing")

    assert works.by_gas["CH4"] == pytest.approx(1 * 3.6e-6)
    assert (works.by_gas["CO2"], works.by_gas["N2O"]) == (office.by_gas["CO2"], office.by_gas["N2O"])
    with pytest.raises(NotComputable, match="sector 'farming'"):
        fuel("natural_gas", "kWh", "net", "CN", 2022, sector="farming")


def test_volumes_and_masses_go_by_calorific_value_and_density() -> None:
    """The GHG Protocol's own factor of gas per volume, 1.88496 kg CO2/m3, uses 48 TJ/Gg and 0.7 kg/m3."""
    gas = fuel("natural_gas", "m3", None, "CN", 2022)
    assert gas.by_gas["CO2"] == pytest.approx(TABLE["ghgp2024_natural_gas_co2_m3"].value, rel=1e-9)
    assert [row.category for row in gas.conversions] == ["ncv", "density", "gwp", "gwp", "gwp"]

    petrol = fuel("petrol", "L", None, "DE", 2022)
    assert petrol.by_gas["CO2"] == pytest.approx(TABLE["ghgp2024_motor_gasoline_co2_l"].value, rel=1e-9)
    assert fuel("petrol", "m3", None, "DE", 2022).value == pytest.approx(1000 * petrol.value, rel=1e-12)

    coal = fuel("coal", "kg", None, "CN", 2022)  # 94,600 kg/TJ times 25.8 TJ/Gg
    assert coal.by_gas["CO2"] == pytest.approx(94600 * 25.8e-6, rel=1e-12)


def test_litres_of_diesel_by_a_density_that_is_too_high() -> None:
    assert any("0.913 kg/L is high" in note for note in fuel("diesel", "L", None, "DE", 2022).notes)
    with pytest.raises(NotComputable, match="not to be used in CN"):
        fuel("diesel", "L", None, "CN", 2022)


def test_the_us_takes_the_hub_on_the_gross_value() -> None:
    """53.06 kg CO2, 1 g CH4, 0.1 g N2O per mmBtu HHV."""
    factor = fuel("natural_gas", "kWh", "gross", "US", 2021)

    assert factor.value == pytest.approx((53.06 + 0.001 * 28 + 0.0001 * 265) / KWH_PER_MMBTU, rel=1e-9)
    assert (factor.set, factor.confidence, factor.basis) == ("epa_hub", "B", "gross")
    assert fuel("natural_gas", "kWh", "net", "US", 2021).value == pytest.approx(factor.value / 0.9, rel=1e-12)


def test_what_the_first_set_lacks_the_second_of_the_order_gives_and_it_is_said() -> None:
    petrol = fuel("petrol", "kg", None, "US", 2021)

    assert petrol.set == "ipcc2006"
    assert any("epa_hub" in note and "does not have petrol" in note for note in petrol.notes)
    assert fuel("natural_gas", "kWh", "gross", "US", 2019).set == "ipcc2006"


@pytest.mark.parametrize("country", ["GB", "DE", "US"])
def test_gas_without_a_basis_is_taken_as_billed_and_it_is_said(country: str) -> None:
    year = 2019 if country == "GB" else 2021
    factor = fuel("natural_gas", "kWh", None, country, year)

    assert factor.basis == "gross"
    assert factor.value == fuel("natural_gas", "kWh", "gross", country, year).value
    assert any("as billed in" in note for note in factor.notes)


@pytest.mark.parametrize(("name", "country"), [("natural_gas", "CN"), ("diesel", "GB"), ("coal", "DE")])
def test_energy_without_a_basis_is_refused_where_no_convention_is_declared(name: str, country: str) -> None:
    with pytest.raises(NotComputable, match="give the meter a basis"):
        fuel(name, "kWh", None, country, 2020)


def test_a_volume_has_no_calorific_basis() -> None:
    assert fuel("natural_gas", "m3", "net", "GB", 2019) == fuel("natural_gas", "m3", None, "GB", 2019)


@pytest.mark.parametrize(
    ("name", "per", "country", "year", "message"),
    [
        ("natural_gas", "m3", "GB", 2018, "GB in 2018: the sets declared for GB are for 2019, 2020, 2025 only"),
        ("coal", "L", "GB", 2019, "has coal only per kWh gross, kWh net, kg"),
        ("peat", "kg", "GB", 2019, "knows the fuel 'peat'"),
        ("diesel", "L", None, 2019, "no country"),
        ("kerosene", "L", "DE", 2019, "kerosene only per kWh net"),
    ],
)
def test_what_cannot_be_answered_is_refused(name: str, per: str, country: str | None, year: int, message: str) -> None:
    with pytest.raises(NotComputable, match=message):
        fuel(name, per, None, country, year)


def test_own_factors_per_energy_are_named_where_a_meter_counts_volume(tmp_path: Path) -> None:
    """The published factor serves the volume, and says that somebody stated another one per kWh."""
    path = tmp_path / "own.csv"
    path.write_text(
        "id,name,scope,category,region,year,value,unit,gas,gwp_set,source,source_year,licence,confidence,remark\n"
        "own_gas,natural_gas,1,fuels,DE,2025,0.2,kgCO2e/kWh_gross,CO2e,AR5,the bill,2025,own,B,\n"
    )
    table = load_factors([path])

    def asked(per: Literal["kWh", "m3"]) -> EmissionFactor:
        return fuel_factor(table, fuel="natural_gas", per=per, basis=None, country="DE", year=2025, gwp_set="AR5")

    said = "own factors of natural gas (own_gas) are per kWh gross and do not serve a meter that counts m3"
    assert asked("kWh").value == pytest.approx(0.2)
    assert (asked("m3").set, said in asked("m3").notes) == ("ipcc2006", True)
    assert said not in asked("kWh").notes
