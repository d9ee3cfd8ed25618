from datetime import date, datetime
from typing import Any

import pytest

from wattstone.rates import electricity_factor, load_factors
from wattstone.simulation import Plan
from wattstone.simulation.places import cities, is_spring_festival, is_working_day
from wattstone.simulation.timeline import Timeline


@pytest.mark.parametrize(
    "wrong", [{"sites": 0}, {"sites": 10_000}, {"interval_minutes": 7}, {"seed": -1}, {"year": 1999}, {"years": 0}]
)
def test_a_plan_outside_its_ranges_is_refused(wrong: dict[str, Any]):
    with pytest.raises(ValueError):
        Plan(**wrong)


def test_a_plan_covers_whole_local_years():
    plan = Plan()

    assert plan.calendar_years == (2021, 2022)
    assert plan.period.start == datetime(2020, 12, 31, 16)  # midnight in Shanghai is 16:00 UTC
    assert plan.period.end == datetime(2022, 12, 31, 16)
    assert Timeline(plan).shape == (730, 96)
    assert Timeline(plan).utc_offset == 8.0


def test_working_days_are_those_of_the_state_councils_notice():
    # By hand for 2022: 260 weekdays, 18 of them days off (1, 5, 2, 3, 1, 1 and 5), and 7 days of weekends worked.
    days = [day for day in Timeline(Plan(years=1)).days if is_working_day(day)]

    assert len(days) == 260 - 18 + 7
    assert date(2022, 10, 8) in days
    assert date(2022, 2, 4) not in days
    assert is_spring_festival(date(2022, 2, 1))
    assert not is_spring_festival(date(2022, 2, 7))


def test_cities_lie_in_china_with_a_grid_region_each():
    regions = [city.region for city in cities()]

    assert len(set(regions)) == len(regions) == 12
    assert all(region.startswith("CN-") for region in regions)
    assert all(18 < city.latitude < 54 and 73 < city.longitude < 135 for city in cities())
    assert all(len(city.temperature) == 12 for city in cities())


def test_every_city_has_a_factor_of_its_province_in_each_year_of_the_default_plan():
    table = load_factors()
    for city in cities():
        for year in Plan().calendar_years:
            factor = electricity_factor(table, region=city.region, country="CN", year=year, gwp_set="AR5")
            assert {part.region for part in factor.parts} == {city.region}


def test_annual_means_of_the_climate_are_those_the_yearbook_prints():
    # The yearbooks' own last column, mean of 2008 and 2009: Beijing (13.4 + 13.3) / 2, Guangzhou (22.4 + 23.0) / 2.
    means = {city.name: sum(city.temperature) / 12 for city in cities()}

    assert means["Beijing"] == pytest.approx(13.35, abs=0.06)
    assert means["Shanghai"] == pytest.approx(17.3, abs=0.06)
    assert means["Guangzhou"] == pytest.approx(22.7, abs=0.06)
    assert means["Shenyang"] == pytest.approx(8.15, abs=0.06)
    assert means["Chengdu"] == pytest.approx(16.55, abs=0.06)
