"""Each fault of an entry planted, and found: by itself where it is one entry's, across where it takes two."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import polars as pl
import pytest

from wattstone.disclosure.checks import NARROW, OF_EACH, wrong
from wattstone.programme.entries import body_of, hash_of
from wattstone.programme.kinds import entry_schema, kinds_of, record_kind

TEXT = {"year": 2025, "topic": "governance.board", "lang": "en", "text": "The board oversees it."}
OMITTED = {
    "year": 2025,
    "topic": "risk.priority",
    "ground": "not_available",
    "reason_en": "Later.",
    "reason_zh": "以后。",
}
RISK = {
    "id": "R1", "year": 2025, "title_en": "Flood", "kind": "physical_acute", "horizon": "short", "likelihood": 3,
    "severity": 4, "title_zh": "洪水", "effect_low": -5.0, "effect": -3.0, "effect_high": -1.0, "currency": "CNY",
    "per": "year",
}  # fmt: skip
WHOLE = {"denominator": "assets", "year": 2025, "amount": 100.0, "currency": "CNY", "definition": "IAS 1"}
EXPOSED = {
    "category": "physical", "year": 2025, "part": "HQ", "denominator": "assets", "amount": 60.0, "currency": "CNY",
    "how": "book value",
}  # fmt: skip
SCENARIO = {
    "id": "S", "year": 2025, "covers": ["scope1", "scope2.market"], "provider": "P", "model": "M", "edition": "1",
    "scenario": "S", "region": "World", "price": "Price|Carbon",
}  # fmt: skip
DRIVER = {"scenario": "S", "year": 2025, "driver": "activity", "yearly": 0.02, "source": "plan"}
PATH = {
    "provider": "P", "model": "M", "edition": "1", "scenario": "S", "region": "World", "variable": "Price|Carbon",
    "year": 2030, "value": 1.0, "unit": "US$2010/t CO2", "source": "file",
}  # fmt: skip


def entries(**by_kind: list[Mapping[str, Any]]) -> dict[str, pl.DataFrame]:
    return {kind: frame(kind, rows) for kind, rows in by_kind.items()}


def frame(kind: str, rows: list[Mapping[str, Any]]) -> pl.DataFrame:
    made = []
    for number, row in enumerate(rows):
        entry = row.get("entry", f"e{number}")
        said = {name: value for name, value in row.items() if name not in ("entry", "by")}
        provenance = {"hash": hash_of(kind, entry, body_of(said)), "entered_by": row.get("by", "Li"),
                      "entered_at": datetime(2026, 1, 1)}  # fmt: skip
        made.append({**said, "entry": entry, **provenance})
    return pl.DataFrame(made, schema=entry_schema(record_kind(kind)))


def codes(found) -> list[str]:
    return [one.code.partition(".")[2] for one in found]


def of_each(kind: str, row: Mapping[str, Any]) -> list[str]:
    return codes(OF_EACH[kind](entries(**{kind: [row]})))


@pytest.mark.parametrize(
    ("kind", "row"),
    [("narrative", TEXT), ("omission", OMITTED), ("responsibility", {"topic": "risk.monitor", "owner": "Wu"}),
     ("climate_risk", RISK), ("scenario", SCENARIO), ("driver", DRIVER),
     ("climate_risk", {**RISK, "effect_low": None, "effect": None, "effect_high": None, "why_none": "not known"})],
)  # fmt: skip
def test_what_is_right_is_told_nothing(kind, row):
    assert of_each(kind, row) == []


@pytest.mark.parametrize(
    ("kind", "change", "expected"),
    [
        ("narrative", {"topic": "governance.boards"}, ["topic"]),
        ("narrative", {"standard": "ifrs-s3"}, ["standard_unknown"]),
        ("narrative", {"standard": "IFRS-S2@2025"}, []),
        ("narrative", {"text": "<b>x</b>"}, ["html"]),
        ("narrative", {"text": "{{figure:scope1}}"}, ["placeholder"]),
        ("narrative", {"text": "{{table:metrics.gas}}"}, ["table_unknown"]),
        ("narrative", {"text": "12 % less"}, ["typed"]),
        ("narrative", {"topic": "metrics.ghg"}, ["not_written"]),
        ("omission", {"topic": "risk"}, ["topic"]),
        ("omission", {"reason_zh": None}, ["omission_reason"]),
        ("omission", {"reason_en": " ", "reason_zh": None}, ["omission_reason"] * 2),
        ("omission", {"ground": "relief"}, ["omission_relief"]),
        ("omission", {"ground": "relief", "paragraph": "C4"}, []),
        ("omission", {"until": date(2025, 12, 31)}, ["omission_until"]),
        ("climate_risk", {"effect_low": -1.0, "effect_high": -5.0}, ["risk_interval"]),
        ("climate_risk", {"effect": -6.0}, ["risk_interval"]),
        ("climate_risk", {"effect_high": None}, ["risk_end"]),
        ("climate_risk", {"effect_low": 1.0, "effect": 2.0, "effect_high": 5.0}, ["risk_sign"]),
        ("climate_risk", {"effect_low": -1.0, "effect": 2.0, "effect_high": 5.0}, []),
        (
            "climate_risk",
            {"kind": "opportunity_energy", "effect_low": -5.0, "effect": -2.0, "effect_high": -1.0},
            ["risk_sign"],
        ),
        ("climate_risk", {"currency": None, "per": None}, ["risk_currency", "risk_per"]),
        ("climate_risk", {"effect_low": None, "effect": None, "effect_high": None}, ["risk_untold"]),
        ("climate_risk", {"title_zh": None}, ["pair"]),
        ("climate_risk", {"response_en": "A wall."}, ["pair"]),
        ("climate_risk", {"response_en": "12 % less", "response_zh": "减少百分之十二"}, []),
        ("climate_risk", {"response_en": "12 % less", "response_zh": "减少13%"}, ["pair_numbers"]),
        ("omission", {"reason_en": "Within 3 months.", "reason_zh": "两个月内。"}, ["pair_numbers"]),
        ("pay", {"how_en": "A bonus.", "how_zh": None}, ["pair"]),
        ("hazard_absent", {"reason_en": "No data.", "reason_zh": "无数据。"}, []),
        ("scenario", {"covers": ["scope3"]}, ["scenario_covers"]),
        ("scenario", {"covers": ["scope2.location", "scope2.market"]}, ["scenario_twice"]),
        ("scenario", {"covers": ["scope1", "scope1"]}, ["scenario_twice"]),
        ("driver", {"driver": "price"}, ["driver"]),
        ("driver", {"driver": "price.electricity"}, []),
        ("driver", {"yearly": None}, ["driver_by"]),
        ("driver", {"variable": "GDP"}, ["driver_by"]),
    ],
)
def test_a_fault_of_an_entry_is_found(kind, change, expected):
    right = {"narrative": TEXT, "omission": OMITTED, "climate_risk": RISK, "scenario": SCENARIO, "driver": DRIVER}

    assert of_each(kind, {**right.get(kind, {}), **change}) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"reviewer": "Li", "by": "Li"}, ["review_own"]),
        ({"reviewer": "li ", "by": " LI"}, ["review_own"]),
        ({"by": "Li"}, ["review_named"]),
        ({"reviewer": "Chair of the board"}, ["review_named"]),
        ({"read": "0" * 40}, ["review_version"]),
        ({"verdict": "changes"}, ["review_comment"]),
        ({"verdict": "changes", "comment": "Name the committee."}, []),
    ],
)
def test_a_review_is_of_the_version_that_holds_and_by_somebody_else(change, expected):
    told = entries(narrative=[{**TEXT, "entry": "n"}])
    review = {
        "narrative": "n",
        "read": told["narrative"]["hash"][0],
        "reviewer": "Wu",
        "verdict": "approved",
        "by": "Wu",
    }

    assert codes(wrong({**told, **entries(review=[{**review, **change}])})) == expected


def horizon(name: str, first: int, last: int) -> dict[str, Any]:
    return {"entry": name, "year": 2025, "horizon": name, "first": first, "last": last}


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([("short", 2025, 2027), ("medium", 2028, 2035), ("long", 2036, 2050)], []),
        ([("long", 2036, 2050), ("short", 2025, 2027)], []),
        ([("short", 2027, 2025)], ["horizon_span"]),
        ([("short", 2025, 2028), ("medium", 2028, 2035)], ["horizon_overlap"]),
        ([("short", 2030, 2035), ("long", 2025, 2029)], ["horizon_overlap"]),
    ],
)
def test_horizons_follow_each_other(spans, expected):
    assert codes(wrong(entries(horizon=[horizon(*one) for one in spans]))) == expected


@pytest.mark.parametrize(
    ("exposed", "expected"),
    [
        ([EXPOSED], []),
        ([EXPOSED, {**EXPOSED, "part": "MILL", "amount": 40.0}], []),
        ([EXPOSED, {**EXPOSED, "part": "MILL", "amount": 40.1}], ["exposure_over"]),
        ([EXPOSED, {**EXPOSED, "category": "transition"}], []),
        ([EXPOSED, {**EXPOSED, "part": "Whole", "amount": 1.0}], ["exposure_parts"]),
        ([EXPOSED, {**EXPOSED, "part": "MILL", "denominator": "revenue"}], ["denominator_missing", "denominators"]),
        ([{**EXPOSED, "currency": "USD"}], ["currency"]),
        ([{**EXPOSED, "currency": "cny "}], []),
        ([{**EXPOSED, "year": 2024}], ["denominator_missing"]),
    ],
)
def test_exposed_amounts_are_out_of_one_whole(exposed, expected):
    assert codes(wrong(entries(denominator_amount=[WHOLE], exposure=exposed))) == expected


def test_an_area_has_no_currency():
    area = {**WHOLE, "denominator": "floor_area", "currency": "m2"}

    assert wrong(entries(denominator_amount=[WHOLE, area])) == []
    exposed = {**EXPOSED, "denominator": "floor_area", "currency": "GBP"}
    money = {**area, "currency": "GBP"}
    assert codes(wrong(entries(denominator_amount=[money], exposure=[exposed]))) == ["area_unit", "area_unit"]
    assert codes(wrong(entries(denominator_amount=[{**WHOLE, "currency": "yuan"}]))) == ["money_unit"]


def test_a_driver_moves_a_scenario_that_is_used():
    assert codes(wrong(entries(scenario=[SCENARIO], driver=[DRIVER], path=[PATH]))) == []
    loose = entries(scenario=[{**SCENARIO, "year": 2024}], driver=[DRIVER], path=[PATH])
    assert codes(wrong(loose)) == ["driver_scenario"]


def test_a_path_keeps_its_unit():
    later = {**PATH, "year": 2040}

    assert codes(wrong(entries(path=[PATH, later]))) == []
    assert codes(wrong(entries(path=[PATH, {**later, "unit": "EUR2020/t CO2"}]))) == ["path_units"]
    assert codes(wrong(entries(path=[PATH, {**later, "unit": "EUR2020/t CO2", "region": "China"}]))) == []


def test_a_change_of_a_kind_is_held_against_what_it_can_break():
    every = {one.id for one in kinds_of("disclose")}

    assert set(NARROW) == every
    assert set(OF_EACH) <= every
    told = entries(narrative=[{**TEXT, "entry": "n"}])
    stale = entries(review=[{"narrative": "n", "read": "0" * 40, "reviewer": "Wu", "verdict": "approved"}])
    assert NARROW["narrative"]({**told, **stale}) == []
    assert codes(NARROW["review"]({**told, **stale})) == ["review_version"]
