"""What a roll-up must not pass over: ratings left out, missing upstream, unknown sets, old footprints; all by hand."""

import copy
from typing import Any

import numpy as np
import pytest

from tests.programme.suppliers.test_chain import links
from tests.programme.suppliers.test_pact import FOOTPRINT, changed
from tests.programme.suppliers.test_rollup import CRADLE, GATE, chain, exchanged, product
from wattstone.programme.fleet.samples import entries
from wattstone.programme.report import ModuleReport
from wattstone.programme.suppliers.chain.network import network
from wattstone.programme.suppliers.chain.paths import paths
from wattstone.programme.suppliers.chain.solve import activities, footprints
from wattstone.programme.suppliers.chain.tiers import tiers
from wattstone.programme.suppliers.checks import wrong
from wattstone.programme.suppliers.report import build


def warned(made: ModuleReport, code: str) -> list[Any]:
    return [one for one in made.findings if one.code == f"supplier.{code}"]


def test_each_rating_is_weighted_by_what_is_rated_on_its_axis() -> None:
    """Car 1,000 kg rated 1 on all axes, wheels 480 kg rated 2 on the first alone: 1,960 / 1,480; 1 on the others."""
    made = build(chain(footprint=changed("pcf.dqi", {"technologicalDQR": "2"})), 2024)
    assert made.line("supplier.quality.technological").value == pytest.approx(1_960 / 1_480)
    assert made.line("supplier.quality.geographical").value == 1.0
    assert made.line("supplier.quality.temporal").value == 1.0
    assert made.line("supplier.rated_share").value == pytest.approx(1_480 / 21_480)


def test_only_the_last_axis_rated_is_not_dropped() -> None:
    made = build(chain(footprint=changed("pcf.dqi", {"temporalDQR": "3"})), 2024)
    assert made.line("supplier.quality.temporal").value == pytest.approx((1_000 + 480 * 3) / 1_480)
    assert made.line("supplier.rated_share").value == pytest.approx(1_480 / 21_480)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("pcf.dqi", {"technologicalDQR": None}),
        ("pcf.dqi", None),
        ("pcf.primaryDataShare", None),
        ("pcf.primaryDataShare", ""),
    ],
)
def test_null_is_not_stated(field: str, value: object) -> None:
    made = build(chain(footprint=changed(field, value)), 2024)
    assert made.line("supplier.chain.total").value == pytest.approx(21_480)
    if "Share" in field:
        assert made.line("supplier.primary_share").value == pytest.approx(1_000 / 21_480)
    else:
        assert made.line("supplier.quality.technological").value == 1.0


def test_gate_to_gate_without_inputs_is_no_cradle() -> None:
    """5 kg of paint at 3 kg in each of ten cars: 150 of 21,630 kg, 1 %."""
    paint = product("paint", "kg", GATE, kg_per_unit=3.0, gwp_set="AR6")
    made = build(chain(paint, links=[("car", "paint", 5.0, "kg")]), 2024)
    assert made.line("supplier.chain.total").value == pytest.approx(21_630)
    assert [one.params for one in warned(made, "no_inputs")] == [{"products": "paint", "share": "1 %"}]
    notes = [one for one in made.line("supplier.chain.total").notes if "without what goes into" in one.text]
    assert [one.params for one in notes] == [{"products": "paint", "share": "1 %"}]
    assert warned(build(chain(), 2024), "no_inputs") == []


def test_a_number_without_its_set_is_told_and_one_that_is_none_refused() -> None:
    paint = product("paint", "kg", CRADLE, kg_per_unit=3.0)
    made = build(chain(paint, links=[("car", "paint", 5.0, "kg")]), 2024)
    assert [one.params for one in warned(made, "unknown_set")] == [{"products": "paint", "share": "1 %"}]
    for text in ("ar6", "AR 6", "6"):
        told = {"bom_product": entries("bom_product", {**paint, "gwp_set": text})}
        assert [one.code for one in wrong(told)] == ["supplier.gwp_set"]
    assert wrong({"bom_product": entries("bom_product", paint)}) == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"status": "Deprecated"}, "deprecated"),
        ({"validityPeriodStart": "2020-01-01T00:00:00Z", "validityPeriodEnd": "2021-12-31T00:00:00Z"}, "expired"),
        ({"pcf.referencePeriodStart": "2018-01-01T00:00:00Z", "pcf.referencePeriodEnd": "2019-01-01T00:00:00Z"},
         "other_years"),
    ],
)  # fmt: skip
def test_an_old_footprint_is_told_with_its_share(more: dict[str, Any], code: str) -> None:
    """480 of 21,480 kg rest on it: 2 %."""
    made = copy.deepcopy(FOOTPRINT)
    for name, value in more.items():
        (made["pcf"] if name.startswith("pcf.") else made)[name.removeprefix("pcf.")] = value
    found = warned(build(chain(footprint=made), 2024), code)
    assert [(one.severity, one.params["products"], one.params["share"]) for one in found] == [
        ("warning", "wheel", "2 %")
    ]
    assert not any(one.code in ("supplier.deprecated", "supplier.expired") for one in build(chain(), 2024).findings)


def test_a_footprint_for_customers_is_no_input() -> None:
    told = chain()
    told["product_footprint"] = entries("product_footprint", {**exchanged(FOOTPRINT), "direction": "out"})
    assert len(warned(build(told, 2024), "given_as_input")) == 1


@pytest.mark.parametrize(
    ("more", "extra"),
    [
        (product("van", "piece", CRADLE, kg_per_unit=9_000.0), [("van", "wheel", 4.0, "piece")]),
        (product("oil", "L", GATE, kg_per_unit=1.0), [("truck", "oil", 5.0, "kg")]),
        (product("ore", "kg", GATE, kg_per_unit=1.0), [("ore", "ore", 1.2, "kg")]),
    ],
)
def test_what_nobody_needs_refuses_nothing(more: dict[str, Any], extra: Any) -> None:
    assert build(chain(more, links=extra), 2024).line("supplier.chain.total").value == pytest.approx(21_480)


def test_a_kilogram_is_a_kilogram_in_the_table_and_in_the_sum() -> None:
    """Steel at 12 kg per kilogram, said to weigh 2.5 kg: 12 a kilogram in both, 12,000 of 10 x (100 + 12,000 + ...)."""
    made = changed("pcf.declaredUnitOfMeasurement", "kilogram")
    steel = product("steel", "kg", CRADLE, footprint=made["id"])
    told = {**chain(footprint=made), "bom_product": entries(
        "bom_product", product("car", "piece", GATE, kg_per_unit=100.0, gwp_set="AR6"), steel)}  # fmt: skip
    told["bom_link"] = entries("bom_link", {"product": "car", "component": "steel", "amount": 1.0, "unit": "t"})
    report = build(told, 2024)
    assert report.line("supplier.chain.total").value == pytest.approx(10 * (100 + 12_000))
    assert next(one for one in report.tables if one.id == "footprints").rows["per_kg"].to_list() == [12.0]


def test_a_footprint_of_the_product_as_it_is_sold_is_a_line() -> None:
    """Four pieces of 12 kg: 48 kg; the table names the line."""
    made = build(chain(), 2024)
    row = next(one for one in made.tables if one.id == "footprints").rows.row(0, named=True)
    assert row["as_sold"] == 48.0
    assert made.line(*row["as_sold@line"].split("|")).value == 48.0


def test_every_number_that_a_table_names_is_a_line_and_tiers_add_up() -> None:
    """Ten cars: 1,000 kg in their making, 480 + 20,000 in tier 1."""
    made = build(chain(), 2024)
    for table in made.tables:
        for name in (one for one in table.rows.columns if one.endswith("@line")):
            for value, line in table.rows.select(name.removesuffix("@line"), name).drop_nulls().iter_rows():
                assert made.line(*str(line).split("|")).value == pytest.approx(value, rel=1e-12)
    assert made.line("supplier.chain.tier.0").value == pytest.approx(1_000)
    assert made.line("supplier.chain.tier.1").value == pytest.approx(20_480)
    held = [one.value for one in made.lines if one.name.startswith("supplier.chain.tier.")]
    assert sum(held) == pytest.approx(made.line("supplier.chain.total").value)
    assert made.line("supplier.footprint", "entry:car").value == pytest.approx(2_148)


def test_tiers_of_a_loop_shrink_to_what_lies_beyond() -> None:
    """Coal takes half of power, power a fifth of coal: of one power 1, 0.5 x 2, 0.1, 0.05 x 2, ...; sum 2 / 0.9."""
    made = network(links(("power", "coal", 0.5), ("coal", "power", 0.2)))
    direct, wanted = np.array([2.0, 1.0]), np.array([0.0, 1.0])
    assert tiers(made, direct, wanted).tolist() == pytest.approx([1.0, 1.0, 0.1, 0.1, 0.01, 0.01])
    assert footprints(made, direct).values[1] == pytest.approx(2 / 0.9)


def test_removals_turn_no_share_and_leave_paths_out_with_a_word() -> None:
    """Car 1,000 and steel 20,000 kg; wood takes up 50,000: shares of 71,480 kg moved, none above 1 or turned over."""
    wood = product("wood", "kg", CRADLE, kg_per_unit=-50.0, gwp_set="AR6")
    made = build(chain(wood, links=[("car", "wood", 100.0, "kg")]), 2024)
    assert made.line("supplier.chain.total").value == pytest.approx(21_480 - 50_000)
    hot = next(one for one in made.tables if one.id == "hot_spots").rows
    shares = dict(hot.select("product", "percent").iter_rows())
    assert shares["steel"] == pytest.approx(100 * 20_000 / 71_480)
    assert shares["wood"] == pytest.approx(-100 * 50_000 / 71_480)
    assert any("not ranked" in one.text for one in made.limits)


def test_nothing_emitted_has_no_share() -> None:
    told = {
        "bom_product": entries("bom_product", product("air", "kg", CRADLE, kg_per_unit=0.0)),
        "bom_demand": entries("bom_demand", {"year": 2024, "product": "air", "quantity": 1.0}),
    }
    made = build(told, 2024)
    assert made.line("supplier.chain.total").value == 0.0
    assert next(one for one in made.tables if one.id == "hot_spots").rows.height == 0


def test_a_search_that_is_given_up_says_so() -> None:
    bill = network(links(*[("a", f"b{n}", 1.0) for n in range(50)]))
    wanted = np.where(bill.products == "a", 1.0, 0.0)
    direct = np.ones(51)
    solved = footprints(bill, direct).values
    assert activities(bill, wanted).values.sum() == pytest.approx(51)
    assert paths(bill, direct, solved, wanted, top=60)[1]
    assert not paths(bill, direct, solved, wanted, top=60, most=20)[1]
