"""Every trap that the collected factors hold, each as a test of its own: none can be stepped into without a word.

The numbers are those of the publishers' tables, as the collection of factors gives them with their sources.
"""

from pathlib import Path

import pytest

from wattstone.base import NotComputable
from wattstone.rates import EmissionFactor, electricity_factor, gwp, load_factors
from wattstone.rates.activity_lookup import ActivityAsk, activity_factor, factor_of_year, mixed_methods
from wattstone.rates.barred import barred
from wattstone.rates.residual import residual_factor
from wattstone.rates.table import COLUMNS, FactorTable
from wattstone.rates.units import factor_unit

TABLE = load_factors()
SHORT_TON = 0.90718474  # t, exact
MMBTU = 1055.05585262 / 3.6  # kWh, ISO 31-4


def factor(
    kind: str,
    item: str = "",
    unit: str = "kWh",
    *,
    country: str | None = "GB",
    year: int = 2025,
    gwp_set: str = "AR5",
    accept: tuple[str, ...] = (),
    table: FactorTable = TABLE,
    **options: str,
) -> EmissionFactor:
    ask = ActivityAsk(
        kind=kind, item=item, unit=unit, region=options.pop("region", None), country=country, year=year,
        gwp_set=gwp_set, exceptions=frozenset(accept), **options,
    )  # type: ignore[arg-type]  # fmt: skip
    return activity_factor(table, ask)


def test_ar6_sf6_is_25200_and_the_other_value_does_not_ship() -> None:
    assert gwp("SF6", "AR6") == 25200
    assert factor("process_gas", "SF6", "kg", gwp_set="AR6").value == 25200
    assert not [row for row in TABLE.rows.values() if row.value == 24300]


def test_ar6_has_three_values_of_methane_and_each_has_its_use() -> None:
    """27.9 (table 7.SM.7), 29.8 fossil and 27.0 not fossil (table 7.15)."""
    values = {item: factor("process_gas", item, "kg", gwp_set="AR6").value for item in
              ("CH4", "CH4_fossil", "CH4_nonfossil")}  # fmt: skip
    assert values == {"CH4": 27.9, "CH4_fossil": 29.8, "CH4_nonfossil": 27.0}

    gas = factor("fuel", "natural_gas", "kWh_net", country="CN", gwp_set="AR6")  # fossil
    wood = factor("fuel", "wood", "GJ_net", country="CN", gwp_set="AR6")  # not fossil
    grid = factor("electricity", country="US", region="CAMX", year=2022, gwp_set="AR6")  # of any origin
    assert {row.value for row in gas.conversions if row.gas == "CH4"} == {29.8}
    assert {row.value for row in wood.conversions if row.gas == "CH4"} == {27.0}
    assert {row.value for row in grid.conversions if row.gas == "CH4"} == {27.9}


def test_a_total_by_ar5_is_refused_in_a_workspace_by_ar6() -> None:
    with pytest.raises(NotComputable, match=r"total in CO2e by AR5, .* by AR6: sets are not mixed.*'gwp:AR5'"):
        factor("waste", "commercial.landfill", "t", gwp_set="AR6")
    marked = factor("waste", "commercial.landfill", "t", gwp_set="AR6", accept=("gwp:AR5",))
    assert marked.value == pytest.approx(520.5327)
    assert any("by accepted exception: gwp:AR5" in note for note in marked.notes)


def test_refrigerants_by_ar6_are_not_paired_with_the_uk_government_s_values_by_ar5() -> None:
    """R-410A: 1924 by AR5 (677 and 3170), 2255.5 by AR6 (771 and 3740); R-1234yf has a value by AR5 alone."""
    assert factor("refrigerant_topup", "R-410A", "kg", gwp_set="AR5").value == pytest.approx(1923.5)
    assert factor("refrigerant_topup", "R-410A", "kg", gwp_set="AR6").value == pytest.approx(2255.5)
    assert factor("refrigerant_topup", "R-1234yf", "kg", gwp_set="AR5").value == 1.0
    with pytest.raises(NotComputable, match="by AR5"):
        factor("refrigerant_topup", "R-1234yf", "kg", gwp_set="AR6")


def test_r410a_of_2088_is_ar4_and_no_value_of_ar5() -> None:
    """A repository that calls itself AR5 has 2088, which is 0.5 x 675 + 0.5 x 3500 of AR4."""
    assert factor("refrigerant_topup", "R-410A", "kg", gwp_set="AR4").value == pytest.approx(2087.5)


def test_an_unstated_gwp_set_is_not_taken_for_the_workspace_s() -> None:
    with pytest.raises(NotComputable, match=r"does not state.*'gwp:unspecified'"):
        factor("electricity", country="TW", year=2022)
    assert factor("electricity", country="TW", year=2022, accept=("gwp:unspecified",)).value == 0.495


def test_gross_and_net_calorific_values_are_never_taken_for_each_other() -> None:
    """EPA: 53.06 kg CO2/mmBtu gross; IPCC: 56,100 kg CO2/TJ net; the UK Government has both."""
    epa = factor("fuel", "natural_gas", "MMBtu_gross", country="US", year=2021)
    assert epa.by_gas["CO2"] == pytest.approx(53.06)
    net = factor("fuel", "natural_gas", "MWh_net", country="CN", year=2021)
    assert net.by_gas["CO2"] == pytest.approx(56100 * 3.6e-3)
    uk = {basis: factor("fuel", "natural_gas", f"kWh_{basis}").value for basis in ("gross", "net")}
    assert uk == {"gross": 0.18296, "net": 0.2027}
    with pytest.raises(NotComputable, match=r"does not say .* gross or net.*kWh_gross or kWh_net"):
        factor("fuel", "coal", "kWh", country="CN")


def test_methane_of_egrid_is_read_in_its_own_unit() -> None:
    """WECC California 2022: 30 lb CH4/GWh is 1.36e-5 kg/kWh, a millionth of what it were as lb/MWh for CO2."""
    row = TABLE["egrid2022_wecc_california_ch4"]
    assert factor_unit(row.unit).scale * row.value == pytest.approx(30 * 0.45359237 / 1e6, rel=1e-6)
    factor_of_grid = electricity_factor(TABLE, region="CAMX", country="US", year=2022, gwp_set="AR5")
    assert factor_of_grid.by_gas["CH4"] / factor_of_grid.by_gas["CO2"] < 1e-4


@pytest.mark.parametrize(
    ("fuel", "sector", "ch4", "n2o"),
    [
        ("natural_gas", "commercial", 5, 0.1),  # IPCC 2006, vol. 2, table 2.4
        ("natural_gas", "manufacturing", 1, 0.1),  # table 2.3
        ("diesel", "commercial", 10, 0.6),
        ("diesel", "manufacturing", 3, 0.6),
        ("coal", "commercial", 10, 1.5),
        ("coal", "manufacturing", 10, 1.5),
        ("natural_gas", "energy_industries", 1, 0.1),  # table 2.2
    ],
)
def test_a_property_manager_and_a_factory_take_their_own_tables(fuel: str, sector: str, ch4: float, n2o: float) -> None:
    made = factor("fuel", fuel, "kWh_net", country="CN", sector=sector)
    assert made.by_gas["CH4"] == pytest.approx(ch4 * 3.6e-6)
    assert made.by_gas["N2O"] == pytest.approx(n2o * 3.6e-6)


def test_the_density_of_gas_oil_does_not_make_litres_of_road_diesel_heavy() -> None:
    with pytest.raises(
        NotComputable, match=r"0\.913 kg/L, is not that of road diesel.*density_ghgp2024_gas_diesel_oil"
    ):
        factor("vehicle_fuel", "diesel", "L", country="DE")
    with pytest.raises(NotComputable, match="not to be used in CN"):
        factor("vehicle_fuel", "diesel", "L", country="CN")
    by_mass = factor("vehicle_fuel", "diesel", "kg", country="CN")
    assert by_mass.value == pytest.approx(74100 * 43e-6)  # kg/TJ times TJ/Gg
    allowed = factor("vehicle_fuel", "diesel", "L", country="DE", accept=("density_ghgp2024_gas_diesel_oil",))
    assert allowed.value == pytest.approx(TABLE["ghgp2024_gas_diesel_oil_co2_l"].value, rel=1e-6)
    assert factor("vehicle_fuel", "diesel", "L").value == 2.57082  # published per litre


def test_methane_of_boilers_is_not_taken_for_that_of_engines() -> None:
    made = factor("vehicle_fuel", "petrol", "kg", country="CN")
    assert (made.gas, set(made.by_gas)) == ("CO2", {"CO2"})
    assert any("not of engines" in note for note in made.notes)


def test_waste_of_the_uk_and_of_the_us_are_never_compared_silently() -> None:
    """4.7 kg/t of transport to incineration against 0.58 t per short ton over the life of a landfill."""
    uk = factor("waste", "municipal.landfill", "t")
    us = factor("waste", "municipal.landfill", "t", country="US", accept=("gwp:unspecified",))
    assert us.value == pytest.approx(580 / SHORT_TON)
    assert any("not comparable" in note for note in uk.notes)
    assert any("not comparable" in note for note in us.notes)
    assert mixed_methods({"a": uk, "b": us})
    assert mixed_methods({"a": uk}) == ()
    both = ("region:desnz2025", "region:epa_warm2025", "gwp:unspecified")
    with pytest.raises(NotComputable, match="desnz2025, epa_warm2025, which are not comparable"):
        factor("waste", "municipal.landfill", "t", country="CN", accept=both)


def test_a_short_ton_is_no_tonne() -> None:
    accept = ("gwp:unspecified", "epa_warm2021")
    tonne = factor("waste", "paper.landfill", "t", country="US", year=2021, accept=accept)
    short = factor("waste", "paper.landfill", "short ton", country="US", year=2021, accept=accept)
    assert short.value == pytest.approx(1250)
    assert tonne.value == pytest.approx(1250 / 0.90718474)


def test_third_parties_compilations_do_not_ship() -> None:
    """0.20707 as the UK's grid of 2024, and production mixes that include losses, are not among the rows."""
    assert not [row for row in TABLE.rows.values() if row.value == 0.20707 or row.scope == "2+3"]
    assert not [key for key in TABLE.rows if key.startswith("cf2023_")]


@pytest.mark.parametrize("country", ["MY", "ZA", "VN"])
def test_countries_of_which_only_confidence_d_was_found_have_none(country: str) -> None:
    with pytest.raises(NotComputable, match=r"third parties were found \(confidence D\).*factors/ folder"):
        factor("electricity", country=country, year=2022)


def test_zeros_that_are_choices_are_barred() -> None:
    accept = ("gwp:unspecified", "epa_warm2021")
    asked = {"item": "asphalt_concrete.recycling", "unit": "t", "country": "US", "year": 2021}
    with pytest.raises(NotComputable, match="rounding to two digits"):
        factor("waste", **asked, accept=accept)  # type: ignore[arg-type]
    row = "epa_hub_waste_asphalt_concrete_recycled"
    assert factor("waste", **asked, accept=(*accept, row)).value == 0  # type: ignore[arg-type]
    for key in ("epa_hub_stat_wood_and_wood_residuals_co2", "epa_hub_stat_landfill_gas_co2"):
        assert TABLE[key].value == 0
        with pytest.raises(NotComputable, match="biogenic CO2"):
            factor("fuel", "wood", "MMBtu_gross", country="US", factor=key)


def test_the_swiss_residual_mix_of_zero_is_not_taken_for_a_fact() -> None:
    asked = {"region": None, "country": "CH", "year": 2022, "gwp_set": "AR5"}
    with pytest.raises(NotComputable, match="how the Swiss residual mix was disclosed"):
        residual_factor(TABLE, **asked, exceptions=frozenset({"aib2022_residual"}))  # type: ignore[arg-type]
    assert residual_factor(TABLE, **asked, exceptions=frozenset({"aib2022_residual_ch"})).value == 0  # type: ignore[arg-type]


def test_components_of_a_total_are_never_added_to_it() -> None:
    """0.177 = 0.17489 + 0.0009 + 0.00122 to the digits that are published, and is not 0.35401."""
    assert factor("electricity").value == 0.177
    assert factor("heat").value == 0.17529
    assert factor("electricity_losses").value == 0.01853
    ban = barred("desnz2025_7_400_4000_5_2", TABLE["desnz2025_7_400_4000_5_2"].name)
    assert ban is not None
    with pytest.raises(NotComputable, match="count twice"):
        factor("electricity", factor="desnz2025_7_400_4000_5_2")


def test_units_of_the_same_quantity_are_told_apart() -> None:
    """m3 and million litres of water; tCO2/MWh of Brazil; tCO2/10^4 Nm3 of Chinese gas; tonne and short ton."""
    assert factor("water_supply", unit="ML").value == pytest.approx(191.3)
    assert factor("electricity", country="BR", year=2021).value == pytest.approx(0.1264)
    gas = factor("fuel", "natural_gas", "m3", country="CN", accept=("cn_fuels",))
    assert gas.value == pytest.approx(389.31e-4 * 0.0153 * 0.99 * 44 / 12 * 1000, rel=1e-6)  # NCV x CC x OX x 44/12
    assert factor("fuel", "cng", "L").value == 0.4507
    with pytest.raises(NotComputable, match="cng only per"):  # a litre of compressed gas is no thousandth of a m3
        factor("fuel", "cng", "m3")


def test_co2_is_not_co2e() -> None:
    for made in (
        factor("electricity", country="CN", region="CN-BJ", year=2022),
        factor("electricity", country="DE", year=2022, accept=("aib2022",)),
        residual_factor(TABLE, region=None, country="DE", year=2022, gwp_set="AR5",
                        exceptions=frozenset({"aib2022_residual"})),
    ):  # fmt: skip
        assert (made.gas, made.unit, made.gwp_set) == ("CO2", "kg CO2", None)


def test_the_chinese_series_are_never_mixed() -> None:
    """2022: 0.5366 average, 0.5856 without market-traded non-fossil, 0.8325 fossil, 0.5703 for the trading scheme."""
    average = factor("electricity", country="CN", year=2022)
    rest = residual_factor(TABLE, region="CN-GD", country="CN", year=2022, gwp_set="AR5")
    assert (average.value, rest.value) == (0.5366, 0.5856)
    assert residual_factor(TABLE, region=None, country="CN", year=2023, gwp_set="AR5").value == 0.6096
    for key in ("cn_mee_ets_2022_national_grid", "cn_mee_2022_national_fossil"):
        with pytest.raises(NotComputable, match="barred"):
            factor("electricity", country="CN", year=2022, factor=key, accept=(key,))


def test_a_life_cycle_factor_of_electricity_is_no_factor_of_scope_2(tmp_path: Path) -> None:
    """0.5777 kg CO2e/kWh (China 2024) is a carbon footprint: scope 2 counts generation alone."""
    path = tmp_path / "own.csv"
    row = "footprint,,3,electricity_life_cycle,CN,2024,0.5777,kgCO2e/kWh,CO2e,AR6,one secondary source,2025,own,B,"
    path.write_text(",".join(COLUMNS) + "\n" + row + "\n", encoding="utf-8")
    table = load_factors([path])

    with pytest.raises(NotComputable, match="whole life cycle"):
        factor("electricity", country="CN", year=2024, gwp_set="AR6", factor="footprint", table=table)
    with pytest.raises(NotComputable, match="2021, 2022, 2023 only"):  # nor is it found where it is not named
        factor("electricity", country="CN", year=2024, gwp_set="AR6", table=table)
    made = factor("use_sold_electricity", country="CN", year=2024, gwp_set="AR6", factor="footprint", table=table)
    assert (made.value, made.life_cycle) == (0.5777, True)


@pytest.mark.parametrize("place", ["CN-XZ", "CN-HK", "CN-MO", "HK", "MO"])
def test_tibet_hong_kong_and_macau_are_refused_whatever_is_accepted(place: str) -> None:
    accept = ("cn_mee_2023", "year:cn_mee_2023", "region:cn_mee_2023", "gwp:unspecified")
    with pytest.raises(NotComputable):
        factor("electricity", country="CN", region=place, year=2023, accept=accept)


def test_taiwan_has_its_own_rows_and_no_value_of_the_ministry() -> None:
    made = factor("electricity", country="CN", region="CN-TW", year=2022, accept=("gwp:unspecified",))
    assert [row.id for row in made.parts] == ["tw_grid_2022"]
    with pytest.raises(NotComputable):
        factor("electricity", country="TW", year=2023, accept=("cn_mee_2023", "gwp:unspecified"))


def test_the_year_is_that_of_the_activity() -> None:
    with pytest.raises(NotComputable, match=r"GB in 2024: .*'year:desnz2025' would permit that of 2025"):
        factor("hotel", "CN", "room.night", year=2024)
    with pytest.raises(NotComputable, match=r"2021, 2022, 2023 only \(the exception 'year:cn_mee_2023'"):
        factor("electricity", country="CN", year=2024)
    late = factor("electricity", country="CN", year=2024, accept=("year:cn_mee_2023",))
    assert late.value == 0.5306
    assert "the factor of 2023 used for 2024, by accepted exception: year:cn_mee_2023" in late.notes
    gas = factor("fuel", "natural_gas", "kWh_gross", year=2024, accept=("year:desnz2025", "year:desnz2020"))
    assert gas.value == 0.18296  # the nearer of the two


def test_the_region_is_that_of_the_activity() -> None:
    with pytest.raises(NotComputable, match=r"CN in 2025: .*'region:desnz2025'"):
        factor("rail_travel", "national", "passenger.km", country="CN")
    marked = factor("rail_travel", "national", "passenger.km", country="CN", accept=("region:desnz2025",))
    assert marked.value == 0.03546
    assert any("used in CN, by accepted exception: region:desnz2025" in note for note in marked.notes)


def test_confidence_c_needs_an_exception_that_marks_the_factor() -> None:
    with pytest.raises(NotComputable, match=r"confidence C.*'cn_mee_2023_southwest'"):
        factor("electricity", country="CN", region="CN-GRID-SW", year=2023)
    made = factor("electricity", country="CN", region="CN-GRID-SW", year=2023, accept=("cn_mee_2023",))
    assert (made.confidence, made.value) == ("C", 0.2472)


def test_the_chinese_fuels_come_by_choice_alone() -> None:
    assert factor("fuel", "diesel", "t", country="CN").set == "ipcc2006"
    chosen = factor("fuel", "diesel", "t", country="CN", accept=("cn_fuels",))
    assert chosen.value == pytest.approx(3145.122)
    assert (chosen.confidence, chosen.gas) == ("C", "CO2")


def test_a_change_of_edition_shows_apart_from_activity() -> None:
    """China 2023: Southwest up 9.0 % (0.2268 to 0.2472), South up 4.5 % (0.3869 to 0.4042)."""
    for region, change in (("CN-GRID-SW", 0.090), ("CN-GRID-SOUTH", 0.045)):
        ask = ActivityAsk(kind="electricity", item="", unit="MWh", region=region, country="CN", year=2023,
                          gwp_set="AR6", exceptions=frozenset({"cn_mee_2023"}))  # fmt: skip
        now, before = activity_factor(TABLE, ask), factor_of_year(TABLE, ask, 2022)
        assert now.value / before.value - 1 == pytest.approx(change, abs=5e-4)
        assert now.source_key == before.source_key
        assert now.id != before.id


def test_biogenic_co2_stands_apart() -> None:
    """Wood: 112,000 kg CO2, 30 kg CH4 and 4 kg N2O per TJ net in manufacturing (IPCC 2006, table 2.3)."""
    made = factor("fuel", "wood", "GJ_net", country="CN", gwp_set="AR6", sector="manufacturing")
    assert made.biogenic == pytest.approx(112.0)
    assert made.value == pytest.approx(30e-3 * 27.0 + 4e-3 * 273)
    assert "CO2" not in made.by_gas
    assert factor("fuel", "hvo", "L").biogenic is None  # the UK's outside-of-scopes factors are not at hand


def test_electricity_of_a_car_is_not_counted_as_its_fuel() -> None:
    for item in ("car_battery", "car_plugin_hybrid"):
        with pytest.raises(NotComputable, match="scope 2: record that as electricity"):
            factor("vehicle_distance", item, "km")
        assert factor("road_travel", item, "km").value > 0


def test_a_gas_of_the_montreal_protocol_says_that_it_stands_apart() -> None:
    assert any("apart from the scopes" in note for note in factor("refrigerant_topup", "R-22", "kg").notes)


def test_a_factor_of_ones_own_by_another_set_is_not_asked_for_a_file_that_is_there() -> None:
    """A total by AR6 of a user's file, in an inventory by AR5: its file is there; the set is what has to be settled."""
    from dataclasses import replace

    from wattstone.rates.emission import USER_SET
    from wattstone.rates.one_set import in_one_set

    made = replace(factor("waste", "commercial.landfill", "t", gwp_set="AR5"), gwp_set="AR6")
    with pytest.raises(NotComputable, match="in a CSV file in the workspace's factors/ folder"):
        in_one_set(made, "AR5", frozenset())
    own = replace(made, set=USER_SET)
    with pytest.raises(NotComputable, match=r"value by AR5, take AR6 .*--gwp-set AR6.*, or accept .*'gwp:AR6'") as told:
        in_one_set(own, "AR5", frozenset())
    assert "CSV" not in str(told.value)
