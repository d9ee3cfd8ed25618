"""Traps that no field alone shows."""

from datetime import date
from typing import Any

import pytest

from tests.programme.made import made
from wattstone.programme.waste.checks import wrong

HILL = {
    "entry": "Hill",
    "name": "Hill",
    "type": "landfill",
    "management": "managed_anaerobic",
    "climate": "temperate_wet",
}
FURNACE = {"entry": "F", "name": "F", "type": "incinerator", "combustion": "continuous", "energy": "used"}
LOAD = {"date": date(2024, 1, 2), "site": "A", "stream": "food", "mass": 3.0, "route": "landfill", "facility": "Hill"}
FACTOR = {
    "stream": "paper",
    "route": "recycling",
    "year": 2024,
    "factor": 20.0,
    "basis": "inventory",
    "per": "tonne",
    "gwp_set": "AR5",
    "source": "plant",
}
AVOIDED = {"year": 2024, "what": "w", "baseline": "b", "amount": 1.0, "source": "s"}
WARMED = AVOIDED | {"amount": None, "mass": 1.0, "factor": 2830.0, "per": "short_ton", "source": "EPA WARM v16"}
LINE = {"community": "C", "year": 2024, "subsector": "I.1", "scope": "2", "source": "s", "amount": 1.0}
FLOW = {"site": "A", "year": 2024, "flow": "withdrawal", "body": "ground", "fresh": "freshwater", "volume": 100.0}
SHARES = {
    "site": "A",
    "year": 2024,
    "source": "s",
    "food": 0.5,
    "garden": 0.1,
    "paper": 0.1,
    "wood": 0.0,
    "textiles": 0.05,
    "nappies": 0.05,
    "rubber": 0.0,
    "plastics": 0.1,
    "metal": 0.02,
    "glass": 0.03,
    "inert": 0.05,
}
BACK = {
    "product": "battery",
    "year": 2024,
    "collected": 10.0,
    "reused": 1.0,
    "recycled": 8.0,
    "energy": 0.0,
    "disposed": 1.0,
    "source": "s",
}
PRODUCT = {
    "product": "P",
    "year": 2024,
    "mass": 1.0,
    "recycled": 0.5,
    "reused": 0.5,
    "to_recycling": 0.5,
    "to_reuse": 0.5,
    "recycling_efficiency": 1.0,
    "feedstock_efficiency": 1.0,
    "lifetime": 1.0,
    "average_lifetime": 1.0,
}

GOOD: dict[str, tuple[dict[str, Any], ...]] = {
    "weighing": (LOAD,),
    "waste_facility": (HILL, FURNACE),
    "route_factor": (FACTOR,),
    "avoided_emission": (AVOIDED,),
    "community_line": (LINE,),
    "water_flow": (FLOW,),
    "waste_composition": (SHARES,),
    "product_return": (BACK,),
    "circular_product": (PRODUCT,),
    "material_flow": ({"year": 2024, "direction": "in", "material": "glass", "mass": 1.0, "recycled": 0.5},),
    "landfill_deposit": ({"facility": "Hill", "year": 2023, "stream": "food", "mass": 1.0, "source": "s"},),
    "methane_recovery": ({"facility": "Hill", "year": 2023, "methane": 1.0, "use": "flared", "source": "s"},),
}


def codes(**kinds: tuple[dict[str, Any], ...]) -> list[str]:
    return [one.code for one in wrong({kind: made(kind, *rows) for kind, rows in (GOOD | kinds).items()})]


def test_good_entries_have_no_findings() -> None:
    assert codes() == []
    assert wrong({}) == []


@pytest.mark.parametrize(
    ("kind", "row", "code"),
    [
        ("weighing", LOAD | {"contamination": 0.1}, "waste.rejects"),
        ("weighing", LOAD | {"route": "incineration"}, "waste.facility_type"),
        ("weighing", LOAD | {"route": "composting", "facility": None, "stream": "glass"}, "waste.rots_not"),
        ("weighing", LOAD | {"mass": 3000.0}, "waste.heavy"),
        ("waste_composition", SHARES | {"food": 0.4}, "waste.shares"),
        ("waste_facility", HILL | {"climate": None}, "waste.landfill_untold"),
        ("waste_facility", FURNACE | {"combustion": None, "ch4_factor": 1.0, "source": "s"}, "waste.furnace_untold"),
        ("waste_facility", HILL | {"oxidation": 0.1}, "waste.unsourced"),
        ("landfill_deposit", GOOD["landfill_deposit"][0] | {"year": 2024}, "waste.deposit_twice"),
        ("landfill_deposit", GOOD["landfill_deposit"][0] | {"facility": "F"}, "waste.no_landfill"),
        ("methane_recovery", GOOD["methane_recovery"][0] | {"facility": "F"}, "waste.no_landfill"),
        ("route_factor", FACTOR | {"basis": "warm", "per": "short_ton"}, "waste.life_cycle"),
        ("route_factor", FACTOR | {"basis": "life_cycle"}, "waste.life_cycle"),
        ("route_factor", FACTOR | {"source": "EPA WARM v16, table 1"}, "waste.life_cycle"),
        ("route_factor", FACTOR | {"factor": -2.85}, "waste.negative_factor"),
        ("avoided_emission", AVOIDED | {"mass": 1.0}, "waste.avoided_how"),
        ("avoided_emission", AVOIDED | {"amount": None, "mass": 1.0, "factor": 1.0}, "waste.avoided_how"),
        ("avoided_emission", AVOIDED | {"facility": "F"}, "waste.energy_twice"),
        ("avoided_emission", AVOIDED | {"amount": -1.0}, "waste.avoided_negative"),
        ("avoided_emission", WARMED | {"factor": -2830.0}, "waste.avoided_negative"),
        ("avoided_emission", WARMED | {"per": "tonne"}, "waste.warm_tonne"),
        ("avoided_emission", WARMED | {"factor": 2.83}, "waste.warm_unit"),
        ("route_factor", FACTOR | {"source": "EPA Waste Reduction Model v16"}, "waste.life_cycle"),
        ("material_flow", GOOD["material_flow"][0] | {"renewable": 0.6}, "waste.shares_over"),
        ("material_flow", GOOD["material_flow"][0] | {"direction": "out"}, "waste.direction"),
        ("circular_product", PRODUCT | {"reused": 0.6}, "waste.shares_over"),
        ("circular_product", PRODUCT | {"to_compost": 0.1}, "waste.shares_over"),
        ("product_return", BACK | {"recycled": 9.0}, "waste.treated_over"),
        ("product_return", BACK | {"placed": 9.0}, "waste.collected_over"),
        ("community_line", LINE | {"notation": "NO", "explanation": "x"}, "community.one_of"),
        ("community_line", LINE | {"amount": None}, "community.one_of"),
        ("community_line", LINE | {"amount": None, "notation": "NE"}, "community.unexplained"),
        ("community_line", LINE | {"amount": None, "notation": "IE", "explanation": "x"}, "community.included_where"),
        ("community_line", LINE | {"amount": -1.0}, "community.negative"),
        ("community_line", LINE | {"amount": None, "from_weighings": True}, "community.not_weighed"),
        ("water_flow", FLOW | {"volume": -1.0}, "water.negative"),
        ("water_flow", FLOW | {"body": "site"}, "water.body"),
        (
            "carbon_credit",
            {"registry": "R", "serial": "S", "vintage": 2024, "retired": date(2023, 1, 1)},
            "waste.retired_early",
        ),
    ],
)
def test_a_trap_is_told(kind: str, row: dict[str, Any], code: str) -> None:
    rest = tuple(one for one in GOOD.get(kind, ()) if one.get("entry") != row.get("entry")) if "entry" in row else ()

    assert code in codes(**{kind: (row, *rest)})


def test_a_factor_of_warm_is_refused_by_its_documentation() -> None:
    found = wrong({"route_factor": made("route_factor", FACTOR | {"basis": "warm"})})

    assert found[0].severity == "error"
    assert "1.1023 short tons" in found[0].text()
    assert "EPA" in found[0].text()


def test_a_removal_by_trees_may_be_negative() -> None:
    assert codes(community_line=(LINE | {"subsector": "V.2", "amount": -5.0},)) == []


def test_water_that_does_not_balance_is_told() -> None:
    back = FLOW | {"flow": "discharge", "volume": 130.0}
    eaten = FLOW | {"flow": "consumption", "body": "site", "volume": 60.0}

    assert codes(water_flow=(FLOW, back)) == ["water.discharged_more"]
    assert codes(water_flow=(FLOW, eaten)) == ["water.open_balance"]
    assert codes(water_flow=(FLOW, eaten | {"volume": 96.0})) == []


def test_many_of_a_kind_are_told_in_few() -> None:
    found = wrong({"weighing": made("weighing", *([LOAD | {"contamination": 0.5}] * 1000))})

    assert len(found) == 21
    assert sum(one.count for one in found) == 1000


OWN = {"stream": "food", "doc": 0.12, "source": "national inventory report"}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"doc": None}, "waste.material_empty"),
        ({"doc": 0.38}, "waste.doc_dry"),  # table 2.4 has 0.38 of dry weight; wet food holds 0.4 x 0.38 = 0.152 in all
        ({"facility": "F"}, "waste.material_unused"),
        ({"facility": "Hill", "doc": None, "fossil": 0.1}, "waste.material_unused"),
    ],
)
def test_an_own_value_of_a_material_that_cannot_stand_is_told(row: dict[str, Any], code: str) -> None:
    assert codes(waste_material=(OWN | row,)) == [code]


def test_own_values_that_can_stand_have_no_findings() -> None:
    wet = {"stream": "garden", "doc": 0.20}  # the default, which exceeds 0.4 x 0.49 by rounding
    dry = {"stream": "wood", "doc": 0.60, "dry": 0.95, "carbon": 0.65}
    assert codes(waste_material=(OWN, OWN | wet, OWN | dry, OWN | {"facility": "Hill"})) == []


def test_one_decay_rate_for_several_climates_is_told() -> None:
    valley = HILL | {"entry": "Valley", "name": "Valley", "climate": "tropical_wet"}
    own = OWN | {"k": 0.2}

    assert codes(waste_facility=(HILL, valley, FURNACE), waste_material=(own,)) == ["waste.k_everywhere"]
    assert codes(waste_facility=(HILL, valley, FURNACE), waste_material=(own | {"facility": "Hill"},)) == []


def test_rejects_of_a_load_are_no_second_deposit_of_the_year() -> None:
    load = LOAD | {
        "route": "composting", "facility": None, "contamination": 0.5, "reject_route": "landfill",
        "reject_facility": "Hill",
    }  # fmt: skip
    deposit = GOOD["landfill_deposit"][0] | {"year": 2024}

    assert codes(weighing=(load,), landfill_deposit=(deposit,)) == ["waste.deposit_twice"]
    assert codes(weighing=(load | {"contamination": 0.0},), landfill_deposit=(deposit,)) == []


def test_energy_of_an_incinerator_is_claimed_once_and_only_where_it_is_sold() -> None:
    claim, sold = AVOIDED | {"facility": "F"}, FURNACE | {"energy": "sold"}

    assert codes(avoided_emission=(claim,), waste_facility=(HILL, sold)) == []
    assert codes(avoided_emission=(claim, claim), waste_facility=(HILL, sold)) == ["waste.energy_claimed_twice"] * 2
    assert codes(avoided_emission=(claim,), waste_facility=(HILL, FURNACE | {"energy": None})) == ["waste.energy_none"]


def test_a_serial_by_another_case_is_the_same_credit() -> None:
    one = {"registry": "R", "serial": "C1", "vintage": 2024, "retired": date(2025, 1, 1)}

    assert codes(carbon_credit=(one, one | {"serial": " c1"})) == ["waste.credit_twice"] * 2
    assert codes(carbon_credit=(one, one | {"serial": "C2"})) == []


@pytest.mark.parametrize("other", [{"community": "Y"}, {"scope": "1"}])
def test_weighings_are_given_to_one_line_alone(other: dict[str, Any]) -> None:
    line = LINE | {"subsector": "III.2", "scope": "3", "amount": None, "from_weighings": True}

    assert codes(community_line=(line, line | other)) == ["community.weighed_twice"] * 2
    assert codes(community_line=(line, line | other | {"year": 2023})) == []
