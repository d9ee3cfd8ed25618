import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.base import NotComputable
from wattstone.rates import EmissionFactor, FactorTable, catalogue, electricity_factor, load_factors, network_factor

TABLE = load_factors()


def electricity(region: str | None, year: int, *, country: str | None = None, **options: object) -> EmissionFactor:
    arguments = {"gwp_set": "AR5", **options}
    return electricity_factor(TABLE, region=region, country=country, year=year, **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("region", "year", "value", "unit", "confidence"),
    [
        ("GB", 2019, 0.2556, "kg CO2e", "A"),  # UK Government GHG Conversion Factors 2019
        ("GB", 2020, 0.23314, "kg CO2e", "A"),
        ("GB", 2025, 0.177, "kg CO2e", "A"),  # the total, not the CO2 component 0.17489
        ("GB", 2023, 0.20496, "kg CO2", "A"),
        ("CN", 2022, 0.5366, "kg CO2", "B"),  # MEE and NBS notice 2024 no. 33, not 0.5703 of the trading scheme
        ("CN-BJ", 2022, 0.558, "kg CO2", "B"),
        ("CN-BJ", 2021, 0.5688, "kg CO2", "B"),
        ("CN-GRID-SOUTH", 2023, 0.4042, "kg CO2", "B"),
        ("TW", 2022, 0.495, "kg CO2e", "A"),
        ("BR", 2021, 0.1264, "kg CO2", "A"),  # published as tCO2/MWh
        ("TH", 2020, 0.442, "kg CO2", "A"),
    ],
)
def test_the_factor_of_a_region_and_year(region: str, year: int, value: float, unit: str, confidence: str) -> None:
    factor = electricity(region, year)

    assert factor.value == pytest.approx(value, rel=1e-12)
    assert (factor.unit, factor.per, factor.confidence) == (unit, "kWh", confidence)
    assert len(factor.parts) == 1


def test_a_subregion_of_the_us_is_summed_gas_by_gas() -> None:
    """eGRID2022 WECC California: 0.22563634931 + 1.3607771e-05 * 28 + 1.814369e-06 * 265 kg CO2e/kWh by AR5."""
    factor = electricity("US-CAMX", 2022)

    assert factor.value == pytest.approx(0.22563634931 + 0.000381017588 + 0.000480807785, rel=1e-9)
    assert factor.by_gas == pytest.approx({"CO2": 0.22563634931, "CH4": 1.3607771e-05, "N2O": 1.814369e-06})
    assert (factor.unit, factor.gwp_set) == ("kg CO2e", "AR5")
    assert [row.id for row in factor.conversions] == ["gwp100_ar5_co2", "gwp100_ar5_ch4", "gwp100_ar5_n2o"]


def test_grid_methane_is_not_taken_as_fossil() -> None:
    assert electricity("US-CAMX", 2022, gwp_set="AR6").value == pytest.approx(
        0.22563634931 + 1.3607771e-05 * 27.9 + 1.814369e-06 * 273, rel=1e-12
    )


def test_co2_alone_stays_co2_and_says_so() -> None:
    for region, year in [("CN-BJ", 2022), ("US-CAMX", 2021), ("GB", 2023)]:
        factor = electricity(region, year)
        assert (factor.gas, factor.gwp_set) == ("CO2", None)
        assert any("CO2 alone" in note for note in factor.notes)


def test_a_total_by_another_gwp_set_says_so() -> None:
    assert any("by AR4 (not confirmed), not by AR5" in note for note in electricity("GB", 2019).notes)
    assert electricity("GB", 2025).notes == ()
    assert any("by AR5, not by AR6" in note for note in electricity("GB", 2025, gwp_set="AR6").notes)
    assert any("not stated" in note for note in electricity("TW", 2022).notes)


def test_a_year_without_a_set_is_refused_with_the_years_that_exist() -> None:
    with pytest.raises(NotComputable, match=r"GB in 2018: .*2019, 2020, 2023, 2025 only.*factors/ folder"):
        electricity("GB", 2018)


@pytest.mark.parametrize("region", ["CN-XZ", "CN-HK", "CN-MO", "HK", "MO", "GB-SCT", "US", "AU"])
def test_a_region_without_a_row_is_refused(region: str) -> None:
    with pytest.raises(NotComputable, match="factors/ folder"):
        electricity(region, 2022, country=region[:2])


def test_a_province_never_takes_the_factor_of_its_nation() -> None:
    with pytest.raises(NotComputable, match="no row for CN-XZ, and none of a wider or another region"):
        electricity("CN-XZ", 2022, country="CN")


def test_taiwan_is_served_by_its_own_rows_under_either_code() -> None:
    assert electricity("CN-TW", 2022, country="CN").id == electricity("TW", 2022).id
    with pytest.raises(NotComputable):
        electricity("CN-TW", 2023)


def test_the_country_stands_in_for_a_region_that_is_not_given() -> None:
    assert electricity(None, 2022, country="CN").parts[0].id == "cn_mee_2022_national"
    assert electricity("CAMX", 2022, country="US").id == electricity("US-CAMX", 2022).id
    with pytest.raises(NotComputable, match="neither a grid region nor a country"):
        electricity(None, 2022)


@pytest.mark.parametrize(
    ("region", "year", "row", "whole"),
    [("CN-BJ", 2023, "cn_mee_2023_beijing", "cn_mee_2023"), ("DE", 2022, "aib2022_production_de", "aib2022")],
)
def test_confidence_c_needs_an_accepted_exception_that_marks_the_factor(
    region: str, year: int, row: str, whole: str
) -> None:
    with pytest.raises(NotComputable, match=f"confidence C.*accept the exception '{row}' .*'{whole}'"):
        electricity(region, year)
    for accepted in (row, whole):
        factor = electricity(region, year, exceptions=frozenset({accepted}))
        assert factor.confidence == "C"
        assert any("accepted exception" in note and row in note for note in factor.notes)


def test_rows_of_great_britain_in_other_sets_are_not_used() -> None:
    with pytest.raises(NotComputable):
        electricity("GB", 2022, exceptions=frozenset({"aib2022"}))


@pytest.mark.parametrize(
    ("country", "year", "value", "unit"),
    [
        ("GB", 2019, 0.17606, "kg CO2e"),
        ("GB", 2025, 0.17529, "kg CO2e"),
        ("CN", 2022, 0.11 * 1000 / (1000 / 3.6), "kg CO2"),  # 0.11 tCO2/GJ = 0.396 kg/kWh
    ],
)
def test_purchased_heat(country: str, year: int, value: float, unit: str) -> None:
    factor = network_factor(TABLE, kind="heat", region=None, country=country, year=year, gwp_set="AR5")

    assert factor.value == pytest.approx(value, rel=1e-12)
    assert factor.unit == unit


def test_the_default_of_chinese_heat_serves_a_province_but_not_another_place() -> None:
    factor = network_factor(TABLE, kind="heat", region="CN-BJ", country="CN", year=2022, gwp_set="AR5")

    assert any("national default" in note for note in factor.notes)
    assert any("any year" in note for note in factor.notes)
    with pytest.raises(NotComputable):
        network_factor(TABLE, kind="heat", region="CN-HK", country="CN", year=2022, gwp_set="AR5")


@pytest.mark.parametrize("country", ["GB", "CN", "US", "DE", "AU"])
def test_there_is_no_factor_of_cooling(country: str) -> None:
    with pytest.raises(NotComputable, match="purchased cooling"):
        network_factor(TABLE, kind="cooling", region=None, country=country, year=2020, gwp_set="AR5")


def test_an_id_is_stable_and_follows_the_value() -> None:
    one, again, other = electricity("GB", 2019), electricity("GB", 2019), electricity("GB", 2020)

    assert one.id == again.id
    assert one.id.startswith("desnz2019/desnz2019_uk_electricity")
    assert one.id != other.id
    assert electricity("US-CAMX", 2022).id != electricity("US-CAMX", 2022, gwp_set="AR6").id


@given(year=st.integers(1990, 2060), country=st.from_regex(r"[A-Z]{2}", fullmatch=True), accept=st.booleans())
def test_a_look_up_answers_for_its_own_year_and_place_or_refuses(year: int, country: str, *, accept: bool) -> None:
    exceptions = frozenset(catalogue().sets) if accept else frozenset[str]()
    table: FactorTable = TABLE
    try:
        factor = electricity_factor(
            table, region=None, country=country, year=year, gwp_set="AR6", exceptions=exceptions
        )
    except NotComputable as refusal:
        assert str(year) in str(refusal) or "confidence C" in str(refusal)  # noqa: PT017 - either outcome is right
    else:
        assert {(row.year, row.region) for row in factor.parts} == {(year, factor.region)}
        assert factor.confidence != "C" or accept
        assert factor.value >= 0
