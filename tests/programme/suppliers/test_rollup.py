"""A bill of materials rolled up: quality by emissions, counting twice, units, sets; every number by hand."""

import json
from typing import Any

import polars as pl
import pytest

from tests.programme.suppliers.test_pact import FOOTPRINT, changed
from wattstone.programme.fleet.samples import entries
from wattstone.programme.suppliers.checks import wrong
from wattstone.programme.suppliers.files import row_of
from wattstone.programme.suppliers.report import build

GATE, CRADLE = "gate_to_gate", "cradle_to_gate"


def product(name: str, unit: str, boundary: str, **more: Any) -> dict[str, Any]:
    return {"product": name, "unit": unit, "boundary": boundary, **more}


def exchanged(footprint: dict[str, Any]) -> dict[str, Any]:
    return {**row_of(footprint), "period_start": None, "period_end": None}


def chain(*more: dict[str, Any], footprint: dict[str, Any] = FOOTPRINT, links: Any = ()) -> dict[str, pl.DataFrame]:
    """Car: 100 kg own, 4 wheels by PACT (12 kg a piece), 1 t of steel at 2 kg/kg."""
    products = [
        product("car", "piece", GATE, kg_per_unit=100.0, primary_share=1.0, quality=1.0, gwp_set="AR6"),
        product("wheel", "piece", CRADLE, footprint=footprint["id"]),
        product("steel", "kg", CRADLE, kg_per_unit=2.0, gwp_set="AR6"),
        *more,
    ]
    told = [("car", "wheel", 4.0, "piece"), ("car", "steel", 1.0, "t"), *links]
    bill = [dict(zip(("product", "component", "amount", "unit"), one, strict=True)) for one in told]
    return {
        "bom_product": entries("bom_product", *products),
        "bom_link": entries("bom_link", *bill),
        "bom_demand": entries("bom_demand", {"year": 2024, "product": "car", "quantity": 10.0}),
        "product_footprint": entries("product_footprint", exchanged(footprint)),
    }


def test_a_car_with_its_quality_weighted_by_emissions() -> None:
    """10 x (100 + 48 + 2,000) = 21,480 kg; primary 1,288 of it; technological (1,000 + 480 x 1.5) / 1,480."""
    made = build(chain(), 2024)
    assert made.line("supplier.chain.total").value == pytest.approx(21_480)
    assert made.line("supplier.primary_share").value == pytest.approx(1_288 / 21_480)
    assert made.line("supplier.rated_share").value == pytest.approx(1_480 / 21_480)
    assert made.line("supplier.quality.technological").value == pytest.approx(1_720 / 1_480)
    assert made.line("supplier.quality.temporal").value == pytest.approx((1_000 + 480 * 3) / 1_480)
    hot = next(one for one in made.tables if one.id == "hot_spots").rows
    assert hot["product"].to_list() == ["steel", "car", "wheel"]
    assert hot["kg"].sum() == pytest.approx(21_480)
    footprints = next(one for one in made.tables if one.id == "footprints").rows.row(0, named=True)
    assert (footprints["per_kg"], footprints["identity"]) == (4.8, "without_biogenic_non_co2")


def test_upstream_of_a_cradle_to_gate_number_counts_once_or_not_at_all() -> None:
    told = chain(links=[("wheel", "steel", 8.0, "kg")])
    refused = build(told, 2024).line("supplier.chain.total")
    assert refused.value is None
    assert "cradle to gate" in refused.reason.text
    assert refused.reason.params["products"] == "wheel"
    assert build(told, 2024, without_upstream=True).line("supplier.chain.total").value == pytest.approx(21_480)
    assert "supplier.counted_twice" in {one.code for one in wrong(told)}


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (chain(product("seat", "piece", GATE), links=[("car", "seat", 5.0, "piece")]), "no emissions"),
        (chain(links=[("car", "bolt", 5.0, "piece")]), "no emissions"),
        (chain(footprint=changed("pcf.ipccCharacterizationFactors", ["AR5"])), "cannot be added"),
        (chain(product("oil", "L", GATE, kg_per_unit=1.0), links=[("car", "oil", 5.0, "kg")]), "is counted in"),
        (
            chain(
                product("ore", "kg", GATE, kg_per_unit=1.0),
                links=[("ore", "ore", 1.2, "kg"), ("car", "ore", 1.0, "kg")],
            ),
            "nothing is left",
        ),
    ],
)
def test_what_cannot_be_rolled_up_says_why(told: dict[str, pl.DataFrame], found: str) -> None:
    line = build(told, 2024).line("supplier.chain.total")
    assert line.value is None
    assert found in line.reason.text


def test_a_product_that_nobody_needs_lacks_nothing() -> None:
    assert build(chain(product("seat", "piece", GATE)), 2024).line("supplier.chain.total").value is not None


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (product("a", "kg", GATE, footprint=FOOTPRINT["id"]), "supplier.boundary"),
        (product("a", "kg", CRADLE, footprint=FOOTPRINT["id"], kg_per_unit=1.0), "supplier.two_numbers"),
        (product("a", "kg", CRADLE), "supplier.no_number"),
    ],
)
def test_a_product_that_says_two_things_is_found(more: dict[str, Any], code: str) -> None:
    assert code in {one.code for one in wrong(chain(more))}


def test_a_body_that_is_no_footprint_is_found() -> None:
    row = {**exchanged(FOOTPRINT), "body": "nonsense"}
    assert [one.code for one in wrong({"product_footprint": entries("product_footprint", row)})] == ["supplier.body"]
    assert json.loads(exchanged(FOOTPRINT)["body"]) == FOOTPRINT


def test_requests_are_counted_by_status_and_late_ones_found() -> None:
    from datetime import date

    rows = [
        {"supplier": "A", "product": "x", "asked_on": date(2024, 1, 1), "due": date(2024, 3, 1), "status": "asked"},
        {"supplier": "B", "product": "x", "asked_on": date(2024, 1, 1), "due": date(2025, 3, 1), "status": "reminded"},
        {"supplier": "C", "product": "x", "asked_on": date(2024, 1, 1), "status": "accepted"},
        {"supplier": "D", "product": "x", "asked_on": date(2025, 1, 1), "status": "asked"},
    ]
    made = build({"footprint_request": entries("footprint_request", *rows)}, 2024)
    assert made.line("supplier.request.overdue").value == 1
    assert made.line("supplier.request.accepted").value == 1
    assert made.line("supplier.request.asked").value == 1
    assert made.says[0].params == {"done": 1, "all": 3}
    late = [one for one in made.findings if one.code == "supplier.request_overdue"]
    assert [one.params["supplier"] for one in late] == ["A"]
    assert late[0].say(late[0].found) == "A was asked for x by 2024-03-01, and has not answered"


@pytest.mark.parametrize(("unit", "amount"), [("kg", 0.3), ("g", 300.0)])
def test_a_loop_of_which_nothing_is_left_is_told_when_it_is_entered(unit: str, amount: float) -> None:
    """A kg of power takes 5 kg of steel, that 0.3 kg of power: 1.5 of itself; with 0.1 kg it is 0.5, and sound."""
    told = chain(product("power", "kg", GATE, kg_per_unit=1.0), links=[("power", "steel", 5.0, "kg"),
                                                                      ("steel", "power", amount, unit)])  # fmt: skip
    found = [one for one in wrong(told) if one.code == "supplier.loop"]
    assert [(one.severity, one.params["amount"]) for one in found] == [("warning", "1.5")]
    assert found[0].params["ring"] in ("power < steel < power", "steel < power < steel")
    assert found[0].params["product"] in found[0].place
    less = told | {"bom_link": told["bom_link"].with_columns(
        amount=pl.when(pl.col("component") == "power").then(pl.col("amount") / 3).otherwise("amount"))}  # fmt: skip
    assert [one for one in wrong(less) if one.code == "supplier.loop"] == []
