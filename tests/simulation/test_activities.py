"""Activity records of a simulated portfolio: made up, alike for the same plan, and of the size that the rates say."""

from datetime import date

import polars as pl
import pytest

from wattstone.inventory.energy_related import UPSTREAM
from wattstone.inventory.scope3 import categories
from wattstone.simulation import Plan
from wattstone.simulation.activities import COLUMNS, NOTE, PEOPLE, activities, decisions, own_factors
from wattstone.simulation.estate import blueprint

PLAN = Plan(sites=12)


@pytest.fixture(scope="module")
def lines() -> pl.DataFrame:
    return activities(PLAN)


def test_every_line_says_that_it_is_simulated(lines: pl.DataFrame) -> None:
    assert lines.schema == COLUMNS
    assert lines["note"].str.starts_with(NOTE).all()
    assert lines["site_id"].str.starts_with("sim-").all()
    assert lines["line_id"].is_unique().all()


def test_a_site_does_not_depend_on_how_many_follow_it(lines: pl.DataFrame) -> None:
    fewer = activities(Plan(sites=5))

    assert fewer.equals(lines.filter(pl.col("site_id").is_in([f"sim-{number:04d}" for number in range(1, 6)])))
    assert not activities(Plan(sites=12, seed=2)).equals(lines)


def test_lines_of_a_year_cover_it_without_gap_or_overlap(lines: pl.DataFrame) -> None:
    monthly = lines.filter(site_id="sim-0002", item="petrol").sort("start")

    assert monthly.height == 24
    assert monthly["start"].to_list() == [date(year, month, 1) for year in (2021, 2022) for month in range(1, 13)]
    assert (monthly["start"].slice(1) - monthly["end"].head(23)).dt.total_days().to_list() == [1] * 23
    assert monthly["end"][-1] == date(2022, 12, 31)


def test_there_are_no_bills_of_water_where_a_meter_counts_it(lines: pl.DataFrame) -> None:
    metered = {blueprint(PLAN, index).id for index in range(PLAN.sites) if "water" in blueprint(PLAN, index).extras}
    billed = set(lines.filter(kind="water_supply")["site_id"])

    assert metered
    assert not metered & billed
    assert len(metered | billed) == PLAN.sites


def test_amounts_are_a_rate_times_the_size_of_the_site_and_grow_by_the_trend(lines: pl.DataFrame) -> None:
    """Security: 9 CNY/m2 in the last year, 3 % less the year before, spread of 0.2 between sites."""
    years = lines.filter(item="security").group_by("site_id", pl.col("start").dt.year().alias("year"))
    sums = years.agg(pl.col("amount").sum()).pivot("year", index="site_id", values="amount")
    area = {blueprint(PLAN, index).id: blueprint(PLAN, index).area for index in range(PLAN.sites)}

    rates = [row["2022"] / area[row["site_id"]] for row in sums.to_dicts()]
    assert all(9.0 * 0.5 < rate < 9.0 * 2 for rate in rates)
    assert (sums["2022"] / sums["2021"]).to_list() == pytest.approx([1.03] * PLAN.sites, rel=1e-5)


def test_a_site_has_an_employee_for_each_area_and_never_fewer_than_four(lines: pl.DataFrame) -> None:
    """Cars: 900 km for each employee and year, 4 % less the year before, spread of 0.3 between sites."""
    cars = lines.filter(kind="commuting", unit="km", start=date(2022, 1, 1))
    staff = {blueprint(PLAN, index).id: max(4, blueprint(PLAN, index).area / PEOPLE) for index in range(PLAN.sites)}

    assert cars.height == PLAN.sites
    assert all(300 < row["amount"] / staff[row["site_id"]] < 2500 for row in cars.to_dicts())


def test_own_factors_are_of_lines_that_there_are_or_of_energy_and_of_both_years(lines: pl.DataFrame) -> None:
    there = own_factors(PLAN)
    counted = lines.select("kind", "item", "unit").unique()
    served = counted.join(there, left_on=["kind", "item"], right_on=["category", "name"], how="semi")
    energy = there.filter(pl.col("category").is_in(UPSTREAM), year="2022")

    assert there["id"].is_unique().all()
    assert there.group_by("year").len()["len"].n_unique() == 1
    assert there["source"].str.starts_with("Simulated").all()
    assert energy.height == 9
    assert served.height + energy.height == there.filter(year="2022").height
    units = dict(zip(zip(there["category"], there["name"], strict=True), there["unit"], strict=True))
    assert all(units[kind, item] == f"kgCO2e/{unit}" for kind, item, unit in served.rows())


def test_all_categories_are_decided_and_computed_ones_have_lines(lines: pl.DataFrame) -> None:
    found = decisions()
    kinds = {one.number: set(one.kinds) for one in categories().values()}

    assert sorted(found) == list(range(1, 16))
    assert all(reason for decision, reason in found.values() if decision != "computed")
    there = {*lines["kind"], *UPSTREAM}  # what lies upstream of energy is worked out from meters and bills
    assert {number for number, used in kinds.items() if used & there} == {
        number for number, (decision, _) in found.items() if decision == "computed"
    }
