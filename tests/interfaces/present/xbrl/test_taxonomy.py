"""The taxonomy: its parts hang together, each figure is one thing, and units are those of the registry."""

from decimal import Decimal
from pathlib import Path

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from tests.disclosure.made import FIGURES, made_statement, shown
from wattstone.disclosure.topics import topics
from wattstone.interfaces.present.names import _KINDS
from wattstone.interfaces.present.xbrl.concepts import fact_of, taxonomy, text_concept
from wattstone.interfaces.present.xbrl.markup import tag, text
from wattstone.interfaces.present.xbrl.names import NAMESPACES, roles
from wattstone.interfaces.present.xbrl.reference import mapping_page
from wattstone.interfaces.present.xbrl.sums import facts_of
from wattstone.interfaces.present.xbrl.taxonomy import taxonomy_files
from wattstone.interfaces.present.xbrl.units import ITEM_TYPES, measure

XLINK = f"{{{NAMESPACES['xlink']}}}"


def files():
    return {name: ElementTree.fromstring(held) for name, held in taxonomy_files().items()}


def test_every_locator_points_to_an_element_of_the_schema():
    schema = next(root for name, root in files().items() if name.endswith(".xsd"))
    declared = {one.get("id") for one in schema.iter(f"{{{NAMESPACES['xs']}}}element")}

    pointed = {
        one.get(f"{XLINK}href").partition("#")[2]
        for root in files().values()
        for one in root.iter(f"{{{NAMESPACES['link']}}}loc")
    }

    assert pointed <= declared
    assert len(declared) == len(list(schema.iter(f"{{{NAMESPACES['xs']}}}element")))  # ids are unique


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_concept_is_called_something_in_each_language(lang):
    root = files()[f"wattstone-{taxonomy().version}-label-{lang}.xml"]
    labels = {one.get(f"{XLINK}label"): one.text for one in root.iter(f"{{{NAMESPACES['link']}}}label")}

    for one in taxonomy().concepts:
        assert labels[f"l_{one.id}"] == one.labels[lang]
        assert any("\u4e00" <= sign <= "\u9fff" for sign in one.labels["zh"])


def test_every_topic_has_a_text_and_every_type_is_one_of_the_registry():
    ids = {one.id for one in taxonomy().concepts}

    assert {text_concept(one.id) for one in topics()} <= ids
    assert {one.type for one in taxonomy().concepts} <= set(ITEM_TYPES)
    assert len(ids) == len(taxonomy().concepts)


def test_sums_are_of_concepts_that_are_there():
    ids = {one.id for one in taxonomy().concepts}
    parts = {part for one in taxonomy().concepts for part in one.sum}

    assert parts <= ids
    assert set(taxonomy().concept("TotalEmissionsMarketBased").sum) == {
        "Scope1Emissions", "Scope2EmissionsMarketBased", "Scope3Emissions",
    }  # fmt: skip
    assert len(taxonomy().concept("Scope3Emissions").sum) == 15  # as many as the GHG Protocol has


def test_each_number_stands_with_and_without_a_subject():
    for one in (one for one in taxonomy().concepts if one.number):
        held = [axes for concepts, axes in roles().values() if one in concepts]
        assert sorted(held) == sorted([one.axes, (*one.axes, "Subject")])


@pytest.mark.parametrize(
    ("key", "unit", "concept", "dimensions"),
    [
        ("scope1@2025", "kg CO2e", "Scope1Emissions", ()),
        ("scope3.11@2025", "kg CO2e", "Scope3Category11Emissions", ()),
        ("scope1@2025@site:HQ", "kg CO2e", "Scope1Emissions", (("Subject", "site:HQ"),)),
        ("intensity.total.market.per_revenue@2025", "kg CO2e/CNY", "EmissionsPerRevenue",
         (("EmissionTotal", "TotalMarketBased"),)),
        ("intensity.scope1@2025", "kg CO2e m-2", "EmissionsPerFloorArea", (("EmissionTotal", "Scope1"),)),
        ("energy.natural_gas@2025", "kWh", "EnergyByCarrier", (("Carrier", "NaturalGas"),)),
        ("disclose.gas.both.ch4.mass@2025", "kg CH4", "MassByGas",
         (("GasScope", "GasScopes1And2"), ("Gas", "Methane"))),
        ("disclose.gas.scope1.co2.mass@2025", "kg CO2", "MassByGas",
         (("GasScope", "GasScope1"), ("Gas", "CarbonDioxide"))),
        ("disclose.gas.scope2.co2.co2e@2025", "kg CO2e", "EmissionsByGas",
         (("GasScope", "GasScope2"), ("Gas", "CarbonDioxide"))),
        ("scope2.location@2025", "kg CO2", "Scope2EmissionsLocationBased", ()),
        ("disclose.exposure.physical.share@2025", "1", "ExposedShare", (("Exposure", "PhysicalRisk"),)),
        ("disclose.capital.capex@2025", "CNY", "CapitalDeployed", (("CapitalForm", "CapitalExpenditure"),)),
        ("disclose.internal_price@2025@entry:a1", "CNY/t CO2e", "InternalCarbonPrice", (("Subject", "entry:a1"),)),
        ("waste.mass@2025", "kg", "OtherMass", (("FigureName", "waste.mass"),)),
        ("scope1@2025", "kWh", "OtherEnergy", (("FigureName", "scope1"),)),  # the name alone is not enough
        ("scope1x@2025", "kg CO2e", "OtherEmissions", (("FigureName", "scope1x"),)),
    ],
)  # fmt: skip
def test_a_figure_is_one_thing(key, unit, concept, dimensions):
    found = fact_of(shown(key, 1.0, unit))

    assert found is not None
    assert (found.concept.id, found.dimensions) == (concept, dimensions)


def test_carriers_are_those_that_meters_have():
    known = {one.value for one in taxonomy().axis("Carrier").members}

    assert known <= set(_KINDS)


def test_every_made_figure_is_something_or_has_a_unit_of_no_registry():
    assert [one.key for one in FIGURES.values() if fact_of(one) is None] == []
    assert fact_of(shown("a@2025", 1.0, "points")) is None


# By hand: 1 t = 1000 kg, 1 GWh = 1000 MWh, 1 ha = 10 000 m2, 1 % = 0.01; 1 kg CO2e/CNY = 0.001 t CO2e/CNY.
@pytest.mark.parametrize(
    ("unit", "factor", "over", "under"),
    [
        ("kg CO2e", "0.001", "utr:tCO2e", ""),
        ("kt CO2e", "1000", "utr:tCO2e", ""),
        ("GWh", "1000", "utr:MWh", ""),
        ("ha", "10000", "utr:sqm", ""),
        ("%", "0.01", "xbrli:pure", ""),
        ("CNY", "1", "iso4217:CNY", ""),
        ("million EUR", "1000000", "iso4217:EUR", ""),
        ("kg CO2e/CNY", "0.001", "utr:tCO2e", "iso4217:CNY"),
        ("kg CO2e m-2", "0.001", "utr:tCO2e", "utr:sqm"),
        ("CNY/t CO2e", "1", "iso4217:CNY", "utr:tCO2e"),
        ("CNY/kg CO2e", "1000", "iso4217:CNY", "utr:tCO2e"),
    ],
)
def test_a_unit_is_a_power_of_ten_of_one_of_the_registry(unit, factor, over, under):
    found = measure(unit)

    assert found is not None
    assert (Decimal(10) ** found.power, found.over, found.under) == (Decimal(factor), over, under)


@given(st.text())
def test_any_text_can_be_xml(said):
    root = ElementTree.fromstring(tag("p", {"title": said}, text(said)))

    assert (root.text or "").count("<") == said.count("<")
    assert (root.text or "").count("&") == said.count("&")
    assert root.get("title").count('"') == said.count('"')


def facts_with(*more):
    """Facts of a report of 2025 with these figures of emissions, by key."""
    figures = {key: shown(key, value, "kg CO2e") for key, value in more}
    return {key: fact.concept.id for key, fact in facts_of(made_statement(figures=figures)).items()}


def test_of_another_year_parts_that_do_not_make_up_scope_3_are_said_by_name():
    found = facts_with(("scope3@2024", 100.0), ("scope3.2@2024", 30.0), ("scope3.6@2024", 20.0))

    assert found == {"scope3@2024": "Scope3Emissions", "scope3.2@2024": "OtherEmissions",
                     "scope3.6@2024": "OtherEmissions"}  # fmt: skip


def test_of_a_site_a_total_without_all_its_parts_is_said_by_name():
    found = facts_with(("total.location@2025@site:HQ", 100.0), ("scope1@2025@site:HQ", 30.0))

    assert found == {"total.location@2025@site:HQ": "OtherEmissions", "scope1@2025@site:HQ": "Scope1Emissions"}


def test_a_sum_that_comes_to_its_parts_stays_one_whichever_year_it_is_of():
    found = facts_with(("scope3@2024", 50.0), ("scope3.2@2024", 30.0), ("scope3.6@2024", 20.0))

    assert found == {"scope3@2024": "Scope3Emissions", "scope3.2@2024": "Scope3Category2Emissions",
                     "scope3.6@2024": "Scope3Category6Emissions"}  # fmt: skip


def test_in_the_reporting_year_nothing_yields_so_that_a_wrong_sum_is_found():
    found = facts_with(("scope3@2025", 100.0), ("scope3.2@2025", 30.0))

    assert found == {"scope3@2025": "Scope3Emissions", "scope3.2@2025": "Scope3Category2Emissions"}


def test_the_page_of_the_mapping_is_that_of_the_taxonomy():
    """`python -m wattstone.interfaces.present.xbrl.reference > docs/reference/xbrl-mapping.md` renews it."""
    page = Path("docs/reference/xbrl-mapping.md").read_text(encoding="utf-8")

    assert page == mapping_page()
    assert all(f"`{one.id}`" in page for one in taxonomy().concepts)
    assert "<<" not in page
