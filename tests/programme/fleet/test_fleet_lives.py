"""Whole lives, sources of factors, upstream that is missing, own vehicles: sums by hand, and what is refused."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from tests.programme.fleet.test_fleet import ELECTRIC, HYBRID, PETROL, factors, flat, sales, side
from wattstone.programme.fleet.checks import wrong
from wattstone.programme.fleet.comparison import Side, break_even, elasticities
from wattstone.programme.fleet.report import build
from wattstone.programme.fleet.samples import entries, models
from wattstone.programme.fleet.sold import OWN

PLANNED = {**ELECTRIC, "lifetime_km": None, "lifetime_years": None, "schedule": "s"}


def ages(*told: tuple[float, float]) -> pl.DataFrame:
    rows = [{"schedule": "s", "age": age, "km": km, "survival": s} for age, (km, s) in enumerate(told)]
    return entries("vehicle_use", *rows)


def errors(told: dict[str, pl.DataFrame]) -> set[str]:
    return {one.code for one in wrong(told) if one.severity == "error"}


def test_a_schedule_of_one_year_is_refused_and_category_11_has_no_value() -> None:
    told = {
        "vehicle_model": models(PLANNED, PETROL), "vehicle_use": ages((15_000.0, 1.0)),
        "vehicle_sales": sales(("e", 1), ("p", 1)),
    }  # fmt: skip
    assert errors(told) == {"fleet.schedule"}
    made = build(told, 2025, factors(flat(0.2)))
    for name in ("category_11", "category_11.electricity", "category_11.tank_to_wheel", "well_to_wheel"):
        assert made.line(f"fleet.{name}").value is None
        assert "Scope 3 Standard" in made.line(f"fleet.{name}").reason.text
    table = next(one for one in made.tables if one.id == "sold").rows
    assert table["electricity"].to_list() == [None, 0.0]
    assert table["tank_to_wheel"].to_list() == [None, pytest.approx(12_000 * 2.06916)]


def test_a_whole_schedule_is_taken_whole() -> None:
    """Ten ages of 15,000 km, survival falling by a tenth each year: 15,000 x 5.5 = 82,500 km, 13,200 kWh at 0.2."""
    told = {
        "vehicle_model": models(PLANNED), "vehicle_sales": sales(("e", 1)),
        "vehicle_use": ages(*[(15_000.0, 1 - age / 10) for age in range(10)]),
    }  # fmt: skip
    assert errors(told) == set()
    assert build(told, 2025, factors(flat(0.2))).line("fleet.category_11").value == pytest.approx(2_640)


def test_a_model_comes_after_its_schedule() -> None:
    assert errors({"vehicle_model": models(PLANNED)}) == {"fleet.unknown_schedule"}


@pytest.mark.parametrize(
    ("more", "code", "severity"),
    [
        ({"lifetime_km": 15_000.0, "lifetime_years": 12}, "fleet.annual", "error"),
        ({"lifetime_km": 59_000.0, "lifetime_years": 3}, "fleet.annual", "error"),
        ({"lifetime_km": 80_000.0, "lifetime_years": 20}, "fleet.short_life", "warning"),
        ({"lifetime_km": 15_000.0, "lifetime_years": 12, "vehicle_class": "two_wheeler"}, None, None),
        ({"lifetime_km": 5_000.0, "lifetime_years": 12, "vehicle_class": "two_wheeler"}, "fleet.annual", "error"),
        ({"real_world_source": None}, "fleet.cycle_source", "error"),
        ({"cycle": "cltc", "real_world_source": "  "}, "fleet.cycle_source", "error"),
        ({"real_world": 0.5}, "fleet.road_below_cycle", "warning"),
    ],
)
def test_what_a_car_cannot_be(more: dict[str, Any], code: str | None, severity: str | None) -> None:
    found = {one.code: one.severity for one in wrong({"vehicle_model": models({**ELECTRIC, **more})})}
    assert found == ({} if code is None else {code: severity})


def test_a_life_without_a_distance_is_missed_once() -> None:
    assert errors({"vehicle_model": models({**ELECTRIC, "lifetime_km": None})}) == {"fleet.no_life"}


def test_a_road_figure_takes_no_factor_of_fuel_either() -> None:
    car = {**PETROL, "cycle": "measured", "real_world": None, "real_world_source": None, "real_world_fuel": 1.3}
    assert errors({"vehicle_model": models(car)}) == {"fleet.road_twice"}


def pair(upstream: float | None, **more: Any) -> dict[str, pl.DataFrame]:
    """Electric 20 kWh and 9,000 kg, petrol 7 L and 6,000 kg; 200,000 km; one hundred km of petrol 7 x 3.0 kg."""
    electric = {**ELECTRIC, "kwh_per_100km": 20.0, "production_kg": 9_000.0, **more}
    petrol = {**PETROL, "fuel_per_100km": 7.0, "production_kg": 6_000.0}
    row = {"id": "c", "electric": "e", "other": "p", "market": "GB", "year": 2025, "units": 10, "baseline": "petrol"}
    fuel = {"fuel": "petrol", "market": "*", "tank_to_wheel": 2.4, "well_to_tank": 0.6}
    return {
        "vehicle_model": models(electric, petrol), "vehicle_comparison": entries("vehicle_comparison", row),
        "fleet_fuel": entries("fleet_fuel", fuel), "fleet_grid": entries("fleet_grid", *flat(0.45, upstream=upstream)),
    }  # fmt: skip


def compared(told: dict[str, pl.DataFrame]) -> Any:
    held = factors([])
    listed = pl.lit(None, pl.List(pl.String)).alias("factor")
    from dataclasses import replace

    return build(told, 2025, replace(held, fuels=told["fleet_fuel"].with_columns(listed),
                                     grid=told["fleet_grid"].with_columns(listed)))  # fmt: skip


def test_upstream_of_electricity_counts_against_the_electric_car_or_refuses() -> None:
    """3,000 / (0.21 - 0.2 x 0.45) = 25,000 km with 0 upstream; with 0.15 kg/kWh 3,000 / 0.09 = 33,333 km; the claim
    10 x (6,000 + 42,000 - 9,000 - 24,000) = 150,000 kg. Where it is not entered there is no distance and no claim."""
    name = "fleet.comparison.break_even"
    assert compared(pair(0.0)).line(name, "entry:c").value == pytest.approx(25_000)
    made = compared(pair(0.15))
    assert made.line(name, "entry:c").value == pytest.approx(33_333 + 1 / 3)
    assert made.line("fleet.comparison.avoided_claim", "entry:c").value == pytest.approx(150_000)
    bare = compared(pair(None))
    assert [one.name for one in bare.lines] == [name]
    assert bare.lines[0].value is None
    assert "upstream_kg_per_kwh" in bare.lines[0].reason.text


def test_the_end_of_one_life_alone_is_no_comparison_of_lives() -> None:
    made = compared(pair(0.0, end_of_life_kg=400.0))
    assert made.line("fleet.comparison.break_even", "entry:c").value == pytest.approx(25_000)
    for name in ("life_cycle.electric", "life_cycle.other", "avoided_claim"):
        line = made.line(f"fleet.comparison.{name}", "entry:c")
        assert line.value is None
        assert line.reason.params == {"what": "p"}


def test_a_vehicle_in_two_comparisons_is_one_curve_where_it_runs_alike() -> None:
    told = pair(0.0)
    row = {"electric": "e", "other": "p", "market": "GB", "year": 2025}
    told["vehicle_comparison"] = entries("vehicle_comparison", {"id": "c", **row}, {"id": "d", **row})
    curves = next(one for one in compared(told).tables if one.id == "curves").rows
    assert curves["curve"].unique().sort().to_list() == ["e", "p"]
    assert curves.filter((curves["curve"] == "p") & (curves["comparison"] == "d"))["kg"].to_list()[-1] == pytest.approx(
        6_000 + 200_000 * 0.21
    )


def test_elasticities_are_lines_that_the_table_names() -> None:
    """At equal factors D = 3,000 / (0.21 - 0.09): one per cent more made moves it by 9,000 / 3,000 = 3 per cent."""
    made = compared(pair(0.0))
    assert made.line("fleet.comparison.elasticity.made", "entry:c").value == pytest.approx(3.0, rel=1e-4)
    rows = next(one for one in made.tables if one.id == "decides").rows
    for name, subject in (text.split("|") for text in rows["elasticity@line"]):
        assert made.line(name, subject).value is not None


def test_a_plug_in_hybrid_is_decided_by_its_own_fuel_too() -> None:
    """e1 = 0.02 x 3.0777929 + 0.1 x 0.3 = 0.0915559, e2 = 0.06 x 3.0777929 = 0.1846676 kg/km.

    d ln D / d ln litres = 0.0615559 / 0.0931117 = 0.66110; the other's litres -0.1846676 / 0.0931117 = -1.98329; the
    factor of petrol, which both burn, their sum; electricity 0.03 / 0.0931117 = 0.32219.
    """
    hybrid = side(7_000.0, 0.02, 0.1, 0.3)
    car = side(6_000.0, 0.06, 0.0, 0.3)
    one, other = Side(**{**vars(hybrid), "burns": "petrol"}), Side(**{**vars(car), "burns": "petrol"})
    assert break_even(one, other) == pytest.approx(1_000 / 0.093111716, rel=1e-8)
    found = elasticities(one, other)
    assert set(found) == {"made", "kwh", "litres", "grid", "other_made", "other_litres", "shared_fuel"}
    assert found["litres"] == pytest.approx(0.66110, rel=1e-4)
    assert found["other_litres"] == pytest.approx(-1.98329, rel=1e-4)
    assert found["shared_fuel"] == pytest.approx(0.66110 - 1.98329, rel=1e-4)
    assert found["kwh"] == found["grid"] == pytest.approx(0.32219, rel=1e-4)
    assert np.isfinite(list(found.values())).all()


def test_category_11_with_life_cycle_factors_is_a_line_of_its_own() -> None:
    """Ten hybrids: 6,000 L x (2.06916 + 0.6), 18,000 kWh x (0.2 + 0.05), 0.5 kg of GWP 1."""
    gas = {**HYBRID, "refrigerant": "R-1234yf", "refrigerant_lost_kg": 0.5}
    told = {"vehicle_model": models(gas), "vehicle_sales": sales(("h", 10))}
    made = build(told, 2025, factors(flat(0.2, upstream=0.05)))
    assert made.line("fleet.category_11").value == pytest.approx(10 * (6_000 * 2.06916 + 18_000 * 0.2 + 0.5))
    whole = 10 * (6_000 * 2.66916 + 18_000 * 0.25 + 0.5)
    assert made.line("fleet.category_11.life_cycle").value == pytest.approx(whole)
    assert made.line("fleet.well_to_wheel").value == pytest.approx(whole - 5)


def test_a_refrigerant_that_is_not_stated_is_said_to_be_left_out() -> None:
    told = {"vehicle_model": models(ELECTRIC, {**PETROL, "refrigerant": "R-1234yf", "refrigerant_lost_kg": 0.0}),
            "vehicle_sales": sales(("e", 1), ("p", 1))}  # fmt: skip
    made = build(told, 2025, factors(flat(0.2)))
    for name in ("category_11.refrigerant", "category_11", "category_11.life_cycle"):
        notes = [one for one in made.line(f"fleet.{name}").notes if "no refrigerant" in one.text]
        assert [one.params for one in notes] == [{"what": "e"}]


def test_a_missing_upstream_is_asked_for_by_its_name() -> None:
    told = {"vehicle_model": models(ELECTRIC), "vehicle_sales": sales(("e", 1))}
    reason = build(told, 2025, factors(flat(0.2, upstream=None))).line("fleet.upstream.electricity_upstream").reason
    assert reason.text.startswith("upstream_kg_per_kwh of fleet_grid is missing")
    assert reason.params["what"] == "GB 2025-2034"


def test_the_table_of_sold_vehicles_names_lines_that_add_up() -> None:
    told = {"vehicle_model": models(ELECTRIC, PETROL), "vehicle_sales": sales(("e", 3), ("p", 2))}
    made = build(told, 2025, factors(flat(0.2)))
    rows = next(one for one in made.tables if one.id == "sold").rows
    named = rows["tank_to_wheel@line"].drop_nulls().to_list()
    assert named == ["fleet.sold.tank_to_wheel|entry:2025~GB~p"]
    name, subject = named[0].split("|")
    assert made.line(name, subject).value == pytest.approx(made.line("fleet.category_11.tank_to_wheel").value)
    assert made.line("fleet.sold.electricity", "entry:2025~GB~e").value == pytest.approx(3 * 6_400)


def test_own_vehicles_take_the_factor_of_the_inventory_and_name_it() -> None:
    """50 kWh at 0.177 as it ships, not at 0.3 of a scenario; without one the entered 0.3."""
    from dataclasses import replace

    own = {"year": 2025, "site": "A", "vehicle": "v", "fuel": "petrol", "fuel_l": 100.0, "kwh_elsewhere": 50.0,
           "region": "GB"}  # fmt: skip
    told = {"own_vehicle": entries("own_vehicle", own)}
    entered = factors(flat(0.3))
    ships = pl.DataFrame([{"region": "GB", "kg_per_kwh": 0.177, "factor": ["power-gb"]}], schema=OWN)
    line = build(told, 2025, replace(entered, own=ships)).line("fleet.own.scope_2")
    assert line.value == pytest.approx(8.85)
    assert "factor:power-gb" in line.inputs
    assert any("by location" in one.text for one in line.notes)
    plain = build(told, 2025, entered)
    assert plain.line("fleet.own.scope_2").value == pytest.approx(15.0)
    assert "entry:fleet_grid-0" in plain.line("fleet.own.scope_2").inputs
    assert "entry:fleet_fuel-0" in plain.line("fleet.own.scope_1").inputs


def test_hours_of_one_profile_are_of_one_kind_and_say_which() -> None:
    rows = [{"profile": "p", "hour": hour, "kwh": 1.0, "kg_per_kwh": 0.2, "basis": "marginal"} for hour in range(24)]
    told = {"charging_hour": entries("charging_hour", *rows)}
    assert errors(told) == set()
    line = build(told, 2025, factors([])).line("fleet.charging.factor", "entry:p")
    assert line.value == pytest.approx(0.2)
    assert "marginal" in line.notes[0].text
    rows[0] = {**rows[0], "basis": "average"}
    mixed = {"charging_hour": entries("charging_hour", *rows)}
    assert errors(mixed) == {"fleet.mixed_hours"}
    assert build(mixed, 2025, factors([])).line("fleet.charging.factor", "entry:p").value is None
    other = {"charging_hour": entries("charging_hour", *({**one, "basis": "average", "year": 2024} for one in rows))}
    assert build(other, 2025, factors([])).lines == ()


def test_one_scenario_holds_one_kind_of_factor_in_all_its_regions() -> None:
    rows = [{**flat(0.2)[0]}, {**flat(0.2)[0], "region": "FR", "basis": "market"}]
    assert errors({"fleet_grid": entries("fleet_grid", *rows)}) == {"fleet.mixed_basis"}
