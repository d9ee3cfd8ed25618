"""Vehicles of a workspace: factors that ship and those of a scenario; own vehicles beside the activities of a site."""

from typing import Any

import pytest

from wattstone.base import InputRefused
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Site
from wattstone.workflows.activities.enter import add_activity
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.entries import add_entry
from wattstone.workflows.programme.recording import view_report

GENERATED = 0.177  # kg CO2e/kWh, UK electricity of 2025, as in cases/car-maker
CAR = {"id": "e", "drivetrain": "electric", "cycle": "wltp", "kwh_per_100km": "16", "measured_at": "wall",
       "real_world": "1", "real_world_source": "a log", "lifetime_km": "200000", "lifetime_years": "10"}  # fmt: skip


@pytest.fixture
def workspace(tmp_path):
    create_workspace(tmp_path / "w")
    held = open_workspace(tmp_path / "w")
    held.records.declare([Site(id="A", name="A", country="GB"), Site(id="B", name="B", country="GB")], [])
    yield held
    held.close()


def told(workspace: Any, year: int = 2025, **options: str) -> Any:
    return view_report(workspace, "fleet", Asked(year=year, options=options)).report


def grid(workspace: Any, scenario: str, region: str, kg: str, year: str = "2025") -> None:
    add_entry(workspace, "fleet_grid", {"scenario": scenario, "region": region, "year": year, "basis": "average",
                                        "kg_per_kwh": kg, "source": "a plan"})  # fmt: skip


def test_a_factor_that_ships_is_not_kept_out_by_another_scenario(workspace) -> None:
    """32,000 kWh x 0.177 where the scenario asked for says nothing of GB, and another does; then its own 0.5."""
    add_entry(workspace, "vehicle_model", CAR)
    add_entry(workspace, "vehicle_sales", {"year": "2025", "market": "GB", "model": "e", "units": "1"})
    grid(workspace, "dirty", "GB", "0.5")
    grid(workspace, "clean", "FR", "0.05")

    held = told(workspace, grid="year_of_sale", scenario="clean").line("fleet.category_11")
    assert held.value == pytest.approx(32_000 * GENERATED)
    assert told(workspace, grid="year_of_sale", scenario="dirty").line("fleet.category_11").value == pytest.approx(
        16_000
    )


def test_upstream_that_ships_is_named_with_all_its_rows(workspace) -> None:
    add_entry(workspace, "vehicle_model", CAR)
    add_entry(workspace, "vehicle_sales", {"year": "2025", "market": "GB", "model": "e", "units": "1"})
    made = told(workspace, grid="year_of_sale")
    assert made.line("fleet.upstream.electricity_upstream").value is not None
    rows = [one for one in made.line("fleet.category_11.life_cycle").inputs if one.startswith("line:")]
    assert len(rows) == 5
    ships = [one for one in made.line("fleet.upstream.electricity_upstream").inputs if one.startswith("factor:")]
    assert len(ships) > 1


def test_own_vehicles_take_the_factor_of_the_inventory_by_default(workspace) -> None:
    """50 kWh x 0.177 without an entry of a grid, and with one of a scenario."""
    own = {"year": "2025", "site": "A", "vehicle": "v", "kwh_elsewhere": "50", "region": "GB"}
    add_entry(workspace, "own_vehicle", own)
    assert told(workspace).line("fleet.own.scope_2").value == pytest.approx(50 * GENERATED)
    grid(workspace, "dirty", "GB", "0.5")
    line = told(workspace).line("fleet.own.scope_2")
    assert line.value == pytest.approx(50 * GENERATED)
    assert any(one.startswith("factor:") for one in line.inputs)


def test_own_vehicles_that_are_activities_too_are_told_and_those_that_are_none(workspace) -> None:
    for site in ("A", "B"):
        own = {"year": "2025", "site": site, "vehicle": "v", "fuel": "petrol", "fuel_l": "100", "region": "GB"}
        add_entry(workspace, "own_vehicle", own)
    add_activity(workspace, {"kind": "vehicle_fuel", "item": "petrol", "site_id": "A", "start": "2025-01-01",
                             "end": "2025-12-31", "amount": "100", "unit": "L"})  # fmt: skip

    made = told(workspace)
    assert made.line("fleet.own.scope_1").value == pytest.approx(2 * 206.916)
    assert {(one.code, one.place) for one in made.findings} == {
        ("fleet.own_twice", "site 'A'"), ("fleet.own_not_counted", "site 'B'"),
    }  # fmt: skip


def test_a_model_follows_a_whole_schedule_and_one_of_a_year_is_refused(workspace) -> None:
    planned = {name: value for name, value in CAR.items() if not name.startswith("lifetime")}
    with pytest.raises(InputRefused, match="every age of it"):
        add_entry(workspace, "vehicle_model", {**planned, "schedule": "s"})
    for age in range(10):
        use = {"schedule": "s", "age": str(age), "km": "15000", "survival": "100 %"}
        add_entry(workspace, "vehicle_use", use)
    add_entry(workspace, "vehicle_model", {**planned, "schedule": "s"})
    add_entry(workspace, "vehicle_use", {"schedule": "once", "age": "0", "km": "15000", "survival": "100 %"})
    with pytest.raises(InputRefused, match="Scope 3 Standard"):
        add_entry(workspace, "vehicle_model", {**planned, "id": "f", "schedule": "once"})
