"""What a neutrality statement refuses, each with the source of the rule."""

from datetime import date
from typing import Any

import pytest

from tests.programme.made import made
from wattstone.base import InputRefused
from wattstone.programme.waste.checks import wrong
from wattstone.programme.waste.neutrality import neutrality_statement, refusals

CLAIM: dict[str, Any] = {
    "entry": "one",
    "subject": "Manager Ltd",
    "subject_type": "organisation",
    "standard": "iso_14068_1",
    "start": date(2025, 1, 1),
    "end": date(2025, 12, 31),
    "stated": date(2026, 3, 1),
    "footprint": 90.0,
    "base_footprint": 100.0,
    "base_year": 2020,
    "scopes": ["1", "2", "3"],
    "first_period": False,
    "plan": "plan.pdf",
    "removals": 10.0,
    "credits": ["S-1", "S-2"],
    "eu_consumers": False,
}
CREDIT: dict[str, Any] = {
    "registry": "R",
    "serial": "S-1",
    "project": "P",
    "type": "removal",
    "amount": 50.0,
    "vintage": 2024,
    "retired": date(2026, 2, 1),
    "beneficiary": "Manager Ltd",
}
CREDITS = (CREDIT, CREDIT | {"serial": "S-2", "amount": 30.0})


def codes(claim: dict[str, Any], *credits_: dict[str, Any], others: tuple[dict[str, Any], ...] = ()) -> list[str]:
    row = made("neutrality_claim", CLAIM | claim).to_dicts()[0]
    return [one.code for one in refusals(row, made("carbon_credit", *(credits_ or CREDITS)), others)]


def test_a_statement_that_may_be_made() -> None:
    """90 gross, 10 less than the base, 10 removed: 80 are left, 80 are retired."""
    row = made("neutrality_claim", CLAIM).to_dicts()[0]
    told = neutrality_statement(row, made("carbon_credit", *CREDITS))

    assert (told.reduced, told.residual, told.retired) == (10.0, 80.0, 80.0)
    assert told.footprint == 90.0  # never net of credits
    assert told.warnings == ()
    assert len(told.says) == 4


@pytest.mark.parametrize(
    ("claim", "code", "source"),
    [
        ({"subject_type": "territory"}, "neutrality.territory", "ISO 14068-1:2023, clause 1"),
        ({"standard": "pas_2060"}, "neutrality.withdrawn", "30 November 2025"),
        ({"footprint": 100.0}, "neutrality.offset_first", "reductions"),
        ({"base_footprint": None}, "neutrality.offset_first", "reductions"),
        ({"plan": None}, "neutrality.no_plan", "hierarchy"),
        ({"scopes": ["1", "2"]}, "neutrality.scopes", "scopes 1 to 3"),
    ],
)
def test_what_the_standard_does_not_permit_is_refused_with_its_source(
    claim: dict[str, Any], code: str, source: str
) -> None:
    row = made("neutrality_claim", CLAIM | claim).to_dicts()[0]
    with pytest.raises(InputRefused) as refused:
        neutrality_statement(row, made("carbon_credit", *CREDITS))

    found = next(one for one in refused.value.findings if one.code == code)
    assert source in found.text()


def test_the_withdrawn_standard_was_in_force_until_its_day() -> None:
    """Withdrawn on 30 November 2025; it allowed communities, and a first period by offsets alone."""
    past = {
        "standard": "pas_2060",
        "subject_type": "territory",
        "start": date(2024, 1, 1),
        "end": date(2024, 12, 31),
        "base_footprint": None,
        "first_period": True,
    }
    retired = tuple(one | {"retired": date(2025, 11, 1)} for one in CREDITS)

    assert codes(past | {"stated": date(2025, 11, 29)}, *retired) == []
    assert codes(past | {"stated": date(2025, 11, 30)}, *retired) == ["neutrality.withdrawn"]
    assert codes(past | {"stated": date(2025, 11, 29), "first_period": False}, *retired) == ["neutrality.offset_first"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"retired": None}, "neutrality.not_retired"),
        ({"retired": date(2026, 3, 2)}, "neutrality.not_retired"),
        ({"expires": date(2026, 1, 31)}, "neutrality.expired"),
        ({"vintage": 2027}, "neutrality.vintage"),
    ],
)
def test_a_credit_that_does_not_count(change: dict[str, Any], code: str) -> None:
    assert codes({}, CREDIT | change, CREDITS[1]) == [code]


def test_a_credit_counts_once() -> None:
    other = CLAIM | {"entry": "two", "subject": "Other Ltd"}
    assert codes({"credits": ["S-1", "S-1"]}) == ["neutrality.used_twice"]
    assert codes({}, others=(other,)) == ["neutrality.used_twice"] * 2
    assert codes({}, *CREDITS, CREDIT | {"registry": "Q"}) == ["neutrality.retired_twice"]
    assert codes({"credits": ["S-3"]}) == ["neutrality.unknown_credit"]


def test_credits_have_to_cover_what_is_left() -> None:
    assert codes({"removals": 9.9}) == ["neutrality.uncovered"]


def test_a_credit_of_somebody_else_is_told() -> None:
    row = made("neutrality_claim", CLAIM).to_dicts()[0]
    told = neutrality_statement(row, made("carbon_credit", CREDIT | {"beneficiary": "Other Ltd"}, CREDITS[1]))

    assert [one.code for one in told.warnings] == ["neutrality.beneficiary"]


def test_a_neutral_product_in_the_eu_is_warned_of_from_its_day() -> None:
    product = {"subject_type": "product", "eu_consumers": True}

    assert codes(product | {"stated": date(2026, 9, 26)}) == []
    assert codes(product | {"stated": date(2026, 9, 27)}) == ["neutrality.eu_consumers"]


def test_a_territory_may_state_an_inventory_with_a_target_and_no_credits() -> None:
    target = {"standard": "gpc_target", "subject_type": "territory"}

    assert codes(target | {"credits": None}) == []
    assert codes(target) == ["neutrality.credits_in_inventory"]


def test_a_period_has_to_be_over() -> None:
    assert codes({"stated": date(2025, 12, 31)})[0] == "neutrality.ahead"
    assert codes({"end": date(2024, 12, 31)})[0] == "neutrality.period"


def test_all_claims_are_held_against_each_other() -> None:
    claims = made("neutrality_claim", CLAIM, CLAIM | {"entry": "two", "subject": "Other Ltd"})
    found = wrong({"neutrality_claim": claims, "carbon_credit": made("carbon_credit", *CREDITS)})

    errors = [one for one in found if one.severity == "error"]
    assert {one.code for one in errors} == {"neutrality.used_twice"}
    assert {one.place for one in errors} == {"neutrality_claim 'one'", "neutrality_claim 'two'"}


def test_removals_too_come_after_a_plan_and_a_reduction() -> None:
    """The review's case: 100 against a base of 80, 150 removed, no plan, no credits."""
    rose = {"footprint": 100.0, "base_footprint": 80.0, "removals": 150.0, "plan": None, "credits": None}

    assert codes(rose) == ["neutrality.removals_over", "neutrality.no_plan", "neutrality.offset_first"]


@pytest.mark.parametrize("year", [None, 2025, 2030])
def test_a_reduction_is_against_a_year_before_the_period(year: int | None) -> None:
    assert codes({"base_year": year}) == ["neutrality.base_year"]


def test_scopes_and_serials_are_read_as_people_write_them() -> None:
    assert codes({"scopes": ["Scope 1", "scope2", "3"]}) == []
    assert codes({"scopes": ["Scope 1", "all"]}) == ["neutrality.scopes"]
    assert codes({"credits": ["s-1", "S-2 "]}) == []
    assert codes({}, others=(CLAIM | {"entry": "two", "subject": "O", "credits": ["s-1"]},)) == [
        "neutrality.used_twice"
    ]


@pytest.mark.parametrize("change", [{"retired": None}, {"expires": date(2026, 1, 31)}])
def test_a_credit_is_refused_with_the_source_of_the_rule(change: dict[str, Any]) -> None:
    row = made("neutrality_claim", CLAIM).to_dicts()[0]
    found = refusals(row, made("carbon_credit", CREDIT | change, CREDITS[1]))

    assert "ISO 14068-1:2023, section 11" in found[0].text()


def test_a_territory_is_not_told_to_buy_credits_for_a_claim_that_it_may_not_make() -> None:
    """Nothing is retired and 80 are left: a company has to retire, a town has to leave the claim."""
    assert codes({"subject_type": "territory", "credits": None, "removals": None}) == ["neutrality.territory"]
    assert codes({"credits": None, "removals": None}) == ["neutrality.uncovered"]


def test_a_footprint_that_is_not_stated_is_not_shown_as_a_dash() -> None:
    row = made("neutrality_claim", CLAIM | {"base_footprint": None}).to_dicts()[0]
    found = next(one for one in refusals(row, made("carbon_credit", *CREDITS), ()) if one.code.endswith("offset_first"))

    assert "base" not in found.params
    assert "is not stated" in found.text()
