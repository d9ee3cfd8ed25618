"""Vehicles: sums that a calculator gives, and the traps that are refused.

Sources: factors of the UK Government 2025 as in cases/car-maker (2.06916 kg CO2e/L petrol, 0.177 kg CO2e/kWh); the
vehicle per kilometre of carculator 1.9.5 (China 2020, medium, WLTC, 200,000 km).
"""

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.programme.fleet.charging import charged
from wattstone.programme.fleet.checks import wrong
from wattstone.programme.fleet.comparison import Side, break_even, cumulated, elasticities
from wattstone.programme.fleet.energy import per_km
from wattstone.programme.fleet.life import distances
from wattstone.programme.fleet.report import build
from wattstone.programme.fleet.samples import entries, models
from wattstone.programme.fleet.sold import Factors
from wattstone.programme.fleet.use_phase import use_phase

ELECTRIC = {
    "id": "e", "drivetrain": "electric", "cycle": "wltp", "kwh_per_100km": 16.0, "real_world": 1.0,
    "real_world_source": "a log", "measured_at": "wall", "lifetime_km": 200_000.0, "lifetime_years": 10,
}  # fmt: skip
PETROL = {
    "id": "p", "drivetrain": "combustion", "cycle": "wltp", "fuel": "petrol", "fuel_per_100km": 6.0, "real_world": 1.0,
    "real_world_source": "a log", "lifetime_km": 200_000.0, "lifetime_years": 10,
}  # fmt: skip
HYBRID = {
    "id": "h", "drivetrain": "plug_in", "cycle": "wltp", "fuel": "petrol", "fuel_per_100km": 6.0, "kwh_per_100km": 18.0,
    "real_world": 1.0, "real_world_source": "a log", "measured_at": "wall", "figures": "by_mode", "electric_share": 0.5,
    "lifetime_km": 200_000.0, "lifetime_years": 10,
}  # fmt: skip


def with_factor(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.lit(None, pl.List(pl.String)).alias("factor"))


def factors(grid: list[dict[str, Any]], mode: Any = "trajectory") -> Factors:
    fuel = {"fuel": "petrol", "market": "*", "tank_to_wheel": 2.06916, "well_to_tank": 0.6}
    return Factors(
        fuels=with_factor(entries("fleet_fuel", fuel)),
        grid=with_factor(entries("fleet_grid", *grid)),
        refrigerants=with_factor(entries("fleet_refrigerant", {"refrigerant": "R-1234yf", "gwp": 1.0})),
        mode=mode,
        scenario="stated",
    )


def flat(value: float, years: range = range(2025, 2035), upstream: float | None = 0.0) -> list[dict[str, Any]]:
    return [
        {"scenario": "stated", "region": "GB", "year": year, "basis": "average", "kg_per_kwh": value,
         "upstream_kg_per_kwh": upstream}
        for year in years
    ]  # fmt: skip


def sales(*told: tuple[str, int]) -> pl.DataFrame:
    rows = [{"year": 2025, "market": "GB", "model": model, "units": units} for model, units in told]
    return entries("vehicle_sales", *rows)


def test_the_car_maker_comes_to_its_category_11() -> None:
    """cases/car-maker, lines S1, S3, S4, S5 and S6 (there 240,000 cars): each product of its table, by hand."""
    three = [{**one, "refrigerant": "R-1234yf", "refrigerant_lost_kg": 0.5} for one in (ELECTRIC, PETROL, HYBRID)]
    told = {"vehicle_model": models(*three), "vehicle_sales": sales(("e", 40_000), ("p", 150_000), ("h", 20_000))}

    made = build(told, 2025, factors(flat(0.177)))

    assert made.line("fleet.category_11.tank_to_wheel").value == pytest.approx(3_724_488_000 + 248_299_200)
    assert made.line("fleet.category_11.electricity").value == pytest.approx(226_560_000 + 63_720_000)
    assert made.line("fleet.category_11.refrigerant").value == pytest.approx(105_000)
    parts = ("tank_to_wheel", "electricity", "refrigerant")
    assert made.line("fleet.category_11").value == sum(
        made.line(f"fleet.category_11.{one}").value or 0 for one in parts
    )
    assert made.line("fleet.upstream.fuel_upstream").value == pytest.approx((1_800_000_000 + 120_000_000) * 0.6)


def test_category_11_is_the_whole_life_and_a_trajectory_is_walked_year_by_year() -> None:
    """One electric car, 20,000 km and 3,200 kWh a year; the factors add up to 2.0."""
    steps = [0.5, 0.4, 0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
    grid = [{**row, "kg_per_kwh": one} for row, one in zip(flat(0.0), steps, strict=True)]
    told = {"vehicle_model": models(ELECTRIC), "vehicle_sales": sales(("e", 1))}

    assert build(told, 2025, factors(grid)).line("fleet.category_11").value == pytest.approx(3_200 * 2.0)
    held = build(told, 2025, factors(grid[:1], "year_of_sale")).line("fleet.category_11").value
    assert held == pytest.approx(32_000 * 0.5)


def test_a_region_or_year_without_a_factor_is_refused_and_named() -> None:
    told = {"vehicle_model": models(ELECTRIC, PETROL), "vehicle_sales": sales(("e", 1), ("p", 1))}

    made = build(told, 2025, factors(flat(0.2, range(2025, 2030))))

    line = made.line("fleet.category_11.electricity")
    assert line.value is None
    assert line.reason is not None
    assert line.reason.params["what"] == "GB 2030-2034"
    assert made.line("fleet.category_11").value is None
    assert made.line("fleet.category_11.tank_to_wheel").value == pytest.approx(12_000 * 2.06916)


def test_upstream_that_is_not_known_is_not_nothing() -> None:
    told = {"vehicle_model": models(ELECTRIC), "vehicle_sales": sales(("e", 1))}
    made = build(told, 2025, factors(flat(0.2, upstream=None)))
    assert made.line("fleet.upstream.electricity_upstream").value is None
    assert made.line("fleet.well_to_wheel").value is None
    assert made.line("fleet.category_11").value == pytest.approx(6_400)


@pytest.mark.parametrize(
    ("more", "kwh"),
    [
        ({"measured_at": "wall"}, 0.16),
        ({"measured_at": "pack", "charging_efficiency": 0.8}, 0.2),
        ({"measured_at": "wall", "real_world": 1.25}, 0.2),
        ({"measured_at": "pack"}, None),
    ],
)
def test_a_charging_loss_counts_once(more: dict[str, Any], kwh: float | None) -> None:
    got = per_km(models({**ELECTRIC, **more}))["kwh"][0]
    assert got == (None if kwh is None else pytest.approx(kwh))


def test_a_plug_in_hybrid_by_mode_and_weighted() -> None:
    """By mode 6 L x 0.5 and 18 kWh x 0.5 on 100 km; a label of 3 L and 9 kWh says the same."""
    weighted = {**HYBRID, "figures": "weighted", "electric_share": None, "fuel_per_100km": 3.0, "kwh_per_100km": 9.0}
    for one in (HYBRID, weighted):
        row = per_km(models(one)).row(0, named=True)
        assert (row["litres"], row["kwh"]) == (pytest.approx(0.03), pytest.approx(0.09))


def test_a_schedule_weighs_distance_by_survival() -> None:
    """18,000 + 0.9 x 16,000 + 0.5 x 10,000 = 37,400 km."""
    ages = [(18_000.0, 1.0), (16_000.0, 0.9), (10_000.0, 0.5)]
    use = entries(
        "vehicle_use", *[{"schedule": "s", "age": age, "km": km, "survival": s} for age, (km, s) in enumerate(ages)]
    )
    car = {**ELECTRIC, "lifetime_km": None, "lifetime_years": None, "schedule": "s"}
    assert distances(models(car), use)["km"].sum() == pytest.approx(37_400.0)


@pytest.mark.parametrize(
    ("model", "code"),
    [
        ({**ELECTRIC, "charging_efficiency": 0.9}, "fleet.loss_twice"),
        ({**ELECTRIC, "measured_at": "pack"}, "fleet.loss_missing"),
        ({**ELECTRIC, "cycle": "cltc", "real_world": None}, "fleet.cycle_as_road"),
        ({**ELECTRIC, "cycle": "measured", "real_world": 1.2}, "fleet.road_twice"),
        ({**ELECTRIC, "lifetime_years": 1}, "fleet.annual"),
        ({**ELECTRIC, "lifetime_km": 12_000.0, "lifetime_years": 15}, "fleet.annual"),
        ({**ELECTRIC, "lifetime_km": None}, "fleet.no_life"),
        ({**ELECTRIC, "schedule": "s"}, "fleet.two_lives"),
        ({**ELECTRIC, "production_kg": 0.0}, "fleet.made_of_nothing"),
        ({**ELECTRIC, "kwh_per_100km": None}, "fleet.no_electricity"),
        ({**ELECTRIC, "refrigerant_lost_kg": 0.5}, "fleet.no_refrigerant"),
        ({**PETROL, "fuel": None}, "fleet.no_fuel"),
        ({**PETROL, "kwh_per_100km": 3.0}, "fleet.wrong_energy"),
        ({**PETROL, "electric_share": 0.2}, "fleet.utility_none"),
        ({**HYBRID, "figures": "weighted"}, "fleet.utility_twice"),
        ({**HYBRID, "electric_share": None}, "fleet.utility_missing"),
    ],
)
def test_a_trap_is_refused(model: dict[str, Any], code: str) -> None:
    assert code in {one.code for one in wrong({"vehicle_model": models(model)}) if one.severity == "error"}


def test_sound_models_are_not_refused() -> None:
    assert wrong({"vehicle_model": models(ELECTRIC, PETROL, HYBRID)}) == []


def test_average_and_marginal_are_not_one_trajectory_and_survival_does_not_grow() -> None:
    rows = flat(0.2)[:2]
    rows[1] = {**rows[1], "basis": "marginal"}
    use = [{"schedule": "s", "age": age, "km": 1.0, "survival": s} for age, s in ((0, 0.9), (2, 1.0))]
    told = {"fleet_grid": entries("fleet_grid", *rows), "vehicle_use": entries("vehicle_use", *use)}
    assert {one.code for one in wrong(told)} == {"fleet.mixed_basis", "fleet.survival_grows", "fleet.age_gap"}


def side(made: float, litres: float, kwh: float, grid: float = 0.7272269) -> Side:
    return Side(made=made, litres=litres, kwh=kwh, fuel=3.0777929, grid=np.full(10, grid), km=np.full(10, 20_000.0))


def test_break_even_of_the_vehicles_of_carculator() -> None:
    """Electric .2690 kg/km of which .1445 energy; combustion .3183 of which .2259 energy; 200,000 km.

    Made: (.2690 - .1445) x 200,000 = 24,900 kg and (.3183 - .2259) x 200,000 = 18,480 kg; so 6,420 kg are made up at
    .0814 kg/km: after 78,869.8 km.
    """
    electric = side(24_900.0, 0.0, 0.1445 / 0.7272269)
    combustion = side(18_480.0, 0.2259 / 3.0777929, 0.0)
    assert break_even(electric, combustion) == pytest.approx(6_420 / 0.0814, rel=1e-9)
    assert cumulated(electric)[-1] / 200_000 == pytest.approx(0.2690, rel=1e-9)
    weights = elasticities(electric, combustion)
    assert weights["made"] == pytest.approx(24_900 / 6_420, rel=1e-5)
    assert weights["other_made"] == pytest.approx(-18_480 / 6_420, rel=1e-5)
    for name in ("grid", "kwh"):
        assert weights[name] == pytest.approx(0.1445 / 0.0814, rel=1e-5)
    for name in ("other_fuel", "other_litres"):
        assert weights[name] == pytest.approx(-0.2259 / 0.0814, rel=1e-5)


def test_no_break_even_is_infinite_and_an_early_one_is_nought() -> None:
    assert break_even(side(50_000.0, 0.0, 0.2), side(1_000.0, 0.05, 0.0)) == float("inf")
    assert break_even(side(1_000.0, 0.0, 0.1), side(2_000.0, 0.1, 0.0)) == 0.0
    assert np.isnan(break_even(replace(side(1.0, 0.0, 0.1), made=float("nan")), side(2_000.0, 0.1, 0.0)))


@given(more=st.floats(100.0, 10_000.0), litres=st.floats(0.05, 0.1), kwh=st.floats(0.1, 0.2), grid=st.floats(0.05, 0.7))
def test_at_the_break_even_both_have_emitted_the_same(more: float, litres: float, kwh: float, grid: float) -> None:
    one, other = side(6_000.0 + more, 0.0, kwh, grid), side(6_000.0, litres, 0.0)
    km = break_even(one, other)
    if np.isfinite(km):
        assert one.made + km * kwh * grid == pytest.approx(other.made + km * litres * 3.0777929, rel=1e-9)


@given(units=st.integers(1, 10_000), cut=st.integers(0, 10_000))
def test_sales_in_two_parts_emit_what_they_emit_together(units: int, cut: int) -> None:
    part = min(cut, units)
    energy, life = per_km(models(ELECTRIC)), distances(models(ELECTRIC), entries("vehicle_use"))
    known = factors(flat(0.177))

    def kg(number: int) -> float:
        made = use_phase(sales(("e", number)), energy, life, known.fuels, known.grid)
        return float(made["electricity"].sum())

    assert kg(part) + kg(units - part) == pytest.approx(kg(units), rel=1e-12, abs=1e-6)


def test_a_comparison_says_life_cycle_claim_and_what_is_missing() -> None:
    """Electric 9,000 + 32,000 x 0.2 = 15,400 kg; petrol 6,000 + 12,000 x 2.66916 = 38,029.92 kg."""
    pair = {"id": "c", "electric": "e", "other": "p", "market": "GB", "year": 2025, "units": 10.0}
    told = {
        "vehicle_model": models({**ELECTRIC, "production_kg": 9_000.0}, {**PETROL, "production_kg": 6_000.0}),
        "vehicle_comparison": entries("vehicle_comparison", {**pair, "baseline": "buyers had petrol cars before"}),
    }
    made = build(told, 2025, factors(flat(0.2)))
    assert made.line("fleet.comparison.life_cycle.electric", "entry:c").value == pytest.approx(15_400 / 200_000)
    assert made.line("fleet.comparison.avoided_claim", "entry:c").value == pytest.approx((38_029.92 - 15_400) * 10)
    far = 3_000 / (0.06 * 2.66916 - 0.032)
    assert made.line("fleet.comparison.break_even", "entry:c").value == pytest.approx(far)
    without = build({**told, "vehicle_comparison": entries("vehicle_comparison", pair)}, 2025, factors(flat(0.2)))
    assert without.line("fleet.comparison.avoided_claim", "entry:c").value is None
    bare = build({**told, "vehicle_model": models(ELECTRIC, PETROL)}, 2025, factors(flat(0.2)))
    assert "life cycle" in bare.line("fleet.comparison.break_even", "entry:c").reason.text


def test_own_vehicles_stand_apart_and_site_charging_is_not_added() -> None:
    """100 L x 2.06916; 50 kWh elsewhere and 200 kWh behind the meter at 0.177."""
    own = {"year": 2025, "site": "A", "vehicle": "v", "fuel": "petrol", "fuel_l": 100.0, "kwh_elsewhere": 50.0,
           "kwh_at_site": 200.0, "region": "GB"}  # fmt: skip
    made = build({"own_vehicle": entries("own_vehicle", own)}, 2025, factors(flat(0.177)))
    assert made.line("fleet.own.scope_1").value == pytest.approx(206.916)
    assert made.line("fleet.own.scope_2").value == pytest.approx(8.85)
    assert made.line("fleet.own.scope_2_in_sites").value == pytest.approx(35.4)
    assert not any(one.name.startswith("fleet.category_11") for one in made.lines)


def test_charging_by_the_hour() -> None:
    """Drawn 30 kWh at 0.2 and 10 kWh at 0.6: 12 kg on 40 kWh; evenly 0.4."""
    one = charged(np.array([30.0, 10.0, 0.0]), np.array([0.2, 0.6, 0.4]))
    assert (one.kg, one.factor, one.flat) == (pytest.approx(12.0), pytest.approx(0.3), pytest.approx(0.4))
    assert np.isnan(charged(np.array([1.0]), np.array([np.nan])).factor)
    assert charged(np.array([1.0, 0.0]), np.array([0.3, np.nan])).factor == pytest.approx(0.3)
