"""Plans and replays from files: what a plan costs, what it saves against rules, and what is refused."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from tests.workflows.plant.yard import COLD, HEAT, PLANT, write
from wattstone.base import InputRefused
from wattstone.equipment.plant.sources import Conditions
from wattstone.workflows.plant.checks import wasted
from wattstone.workflows.plant.machines import machines_of
from wattstone.workflows.plant.plan import PlannedPlant, plan_plant
from wattstone.workflows.plant.plant_schema import PlantTable
from wattstone.workflows.plant.read import read_plant
from wattstone.workflows.plant.replay import replay_plant

START = datetime(2025, 7, 10)
TWO = PLANT.replace(
    "[[boiler]]",
    '[[chiller]]\nname = "CH-2"\nrecord = "ElectricEIRChiller_York_YT_1055kW_5_96COP_Vanes"\nnormalised = true\n\n'
    "[[boiler]]",
)


def plan(path: Path, **options: bool) -> PlannedPlant:
    return plan_plant(path, at=START, known=options.get("known", True), seconds=5)


def test_a_plant_without_a_choice_costs_what_its_machines_take(tmp_path: Path) -> None:
    done = plan(write(tmp_path)).plan.operation

    chiller = machines_of(read_plant(tmp_path / "plant.toml").table)[0][0].source
    at = Conditions.over(24, dry_bulb=30.0, wet_bulb=24.0, chilled_supply=7.0, chilled_return=12.0)
    power = chiller.run(np.full(24, COLD), at).electricity
    assert done.kwh == pytest.approx(power.sum())
    assert done.fuel_kwh == pytest.approx(24 * HEAT / 0.8)
    assert done.bill.total == pytest.approx(0.2 * done.kwh + 0.06 * done.fuel_kwh)
    assert done.kg == pytest.approx(0.4 * done.kwh + 0.202 * done.fuel_kwh)


def test_fuel_that_is_priced_on_the_lower_heating_value_costs_less_by_the_higher_one(tmp_path: Path) -> None:
    text = PLANT.replace("carbon_kg_per_kwh = 0.202", 'carbon_kg_per_kwh = 0.202\nbasis = "lower"')
    done = plan(write(tmp_path, text)).plan.operation

    gas = 0.18296 / 0.2027  # kg CO2e per gross and per net kWh, UK Government GHG Conversion Factors 2025
    assert done.fuel_kwh == pytest.approx(24 * HEAT / 0.8)  # counted on the higher one
    assert done.bill.total == pytest.approx(0.2 * done.kwh + 0.06 * gas * done.fuel_kwh)
    assert done.kg == pytest.approx(0.4 * done.kwh + 0.202 * gas * done.fuel_kwh)


def test_where_there_is_no_choice_the_plan_is_the_rule(tmp_path: Path) -> None:
    made = plan(write(tmp_path))

    assert [(one.cost, one.kwh, one.kg) for one in made.plan.savings] == [(0.0, 0.0, 0.0)] * 2
    assert not [one for one in made.findings if one.severity == "error"]


def test_two_machines_for_the_load_of_one_never_cost_more_than_a_rule(tmp_path: Path) -> None:
    one, two = plan(write(tmp_path / "one")).plan, plan(write(tmp_path / "two", TWO)).plan

    assert two.operation.bill.total <= one.operation.bill.total * 1.005
    assert all(saving.cost >= -0.005 * two.operation.bill.total for saving in two.savings)
    assert two.savings[1].kwh > 0  # both at half load take more


def test_a_bound_on_the_cost_and_the_limit_lie_below_it(tmp_path: Path) -> None:
    made = plan(write(tmp_path, TWO)).plan

    assert made.bound <= made.objective * (1 + 1e-6)
    assert 0 < made.operation.limit_kwh < made.operation.kwh


def test_a_forecast_of_a_constant_demand_is_that_demand(tmp_path: Path) -> None:
    made = plan(write(tmp_path), known=False)

    assert made.expected.source == "forecast"
    np.testing.assert_allclose(made.plan.cold, COLD, rtol=0.02)


def test_a_replay_pays_the_same_for_the_same_day(tmp_path: Path) -> None:
    path = write(tmp_path)
    done = replay_plant(path, start=START, end=datetime(2025, 7, 11), known=True, seconds=5)

    assert done.plan.operation.bill.total == pytest.approx(plan(path).plan.operation.bill.total)
    assert {figure.name for figure in done.figures} >= {
        "plant.cost.plan",
        "plant.cost.fewest",
        "plant.saved.cost.all_on",
    }


def test_cold_below_the_least_of_the_machines_is_told_with_what_is_lost(tmp_path: Path) -> None:
    made = plan(write(tmp_path, cold=lambda _: 30.0))

    (told,) = [one for one in made.findings if one.code == "plant.below_least"]
    lost = made.plan.operation.surplus["cold"]
    assert told.severity == "warning"
    assert (told.count, told.params["asked"]) == (24, "30")
    assert float(told.params["more"]) == pytest.approx(lost.max(), rel=1e-3)


def test_a_demand_above_all_machines_is_refused_where_it_is_given(tmp_path: Path) -> None:
    path = write(tmp_path, cold=lambda hour: 2000.0 if hour == 254 else COLD)
    with pytest.raises(InputRefused) as refused:
        plan(path)

    (finding,) = refused.value.findings
    chiller = machines_of(PlantTable.model_validate(read_plant(path).table.model_dump()))[0][0].source
    at = Conditions.over(1, dry_bulb=30.0, wet_bulb=24.0, chilled_supply=7.0, chilled_return=12.0)
    assert finding.code == "plant.demand_above"
    assert finding.first == "2025-07-10T14:00Z"
    assert float(finding.params["short"]) == pytest.approx(2000.0 - float(chiller.capacity(at)[0]), rel=1e-3)
    assert plan(path, known=False).plan.operation.kwh > 0  # a forecast knows nothing of it


def test_a_store_counts_as_capacity_until_it_is_empty(tmp_path: Path) -> None:
    tank = '\n[[store]]\nname = "T"\ncarrier = "cold"\ncapacity_kwh = 3000\ncharge_kw = 1000\ndischarge_kw = 1000\n'
    made = plan(write(tmp_path, PLANT + tank, cold=lambda hour: 2000.0 if hour == 254 else COLD))

    assert not [one for one in made.findings if one.code == "plant.unserved"]
    assert made.plan.operation.tank_out[0, 14] >= 2000.0 - 1104.0


def test_a_rule_that_leaves_more_unmet_than_the_plan_is_no_equal(tmp_path: Path) -> None:
    """A machine of 1055 kW and a full tank: the plan meets hours of 1300 kW from the tank, a rule leaves it idle."""
    tank = (
        '[[store]]\nname = "tank"\ncarrier = "cold"\ncapacity_kwh = 4000\ncharge_kw = 600\ndischarge_kw = 600\n'
        "initial_share = 0.5\nfinal_share = 0.0\n"
    )
    path = write(tmp_path, PLANT + tank, cold=lambda hour: 1300.0 if hour % 24 in {12, 13, 14} else 500.0)

    made = plan(path)

    found = [one for one in made.findings if one.code == "plant.unequal_service"]
    capacity = machines_of(read_plant(path).table)[0][0].source.capacity(
        Conditions.over(1, dry_bulb=30.0, wet_bulb=24.0, chilled_supply=7.0, chilled_return=12.0)
    )
    assert [one.place for one in found] == ["plant 'works', fewest", "plant 'works', all_on"]
    assert {one.params["own"] for one in found} == {"0"}
    assert float(found[0].params["other"]) == pytest.approx(3 * (1300.0 - capacity[0]), rel=1e-3)
    assert plan(write(tmp_path / "equal")).findings == ()


def test_air_that_all_compressors_together_cannot_give_is_refused(tmp_path: Path) -> None:
    from wattstone.simulation.factory.station import station
    from wattstone.simulation.factory.station_file import station_file
    from wattstone.simulation.texts import TARIFFS

    path = write(tmp_path, PLANT + '\n[air]\nstation = "station.toml"\nflow = "air"\n')
    (tmp_path / "station.toml").write_text(station_file(station(), year=2025), encoding="utf-8")
    (tmp_path / "tariff.toml").write_text(TARIFFS["tariff.toml"], encoding="utf-8")
    rows = (tmp_path / "log.csv").read_text(encoding="utf-8").splitlines()
    more = [f"{rows[0]},air", *(f"{row},{400 if at == 250 else 60}" for at, row in enumerate(rows[1:]))]
    (tmp_path / "log.csv").write_text("\n".join(more) + "\n", encoding="utf-8")

    with pytest.raises(InputRefused) as refused:
        plan(path)

    found = refused.value.findings[0]
    assert found.code == "plant.demand_above"
    assert found.place == "log.csv, column 'air'"
    assert found.params["unit"] == "m3/min"
    assert found.first == "2025-07-10T10:00Z"


def test_cold_that_is_lost_although_a_machine_could_make_as_little_is_not_laid_to_its_least_load(
    tmp_path: Path,
) -> None:
    """At 30 kW no machine runs; 500 kW one could make, and 60 kW more were made."""
    made = plan(write(tmp_path, cold=lambda hour: 30.0 if hour == 250 else COLD))
    done = made.plan.operation
    over = done.surplus["cold"].copy()
    over[3] = 60.0
    told = list(wasted(made.read, made.plant, made.ahead, replace(done, surplus={"cold": over})))

    assert [(one.code, one.count, one.first) for one in told] == [
        ("plant.below_least", 1, "2025-07-10T10:00Z"),
        ("plant.cold_lost", 1, "2025-07-10T03:00Z"),
    ]
    assert (told[1].params["more"], told[1].params["asked"]) == ("60", "500")
