"""Physics of the simulated sites: balances, nights, seasons and orders of magnitude."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from wattstone.simulation import Plan
from wattstone.simulation.estate import Blueprint, blueprint
from wattstone.simulation.events import events
from wattstone.simulation.loads import Setting, power
from wattstone.simulation.series import Series, site_series
from wattstone.simulation.world import World, world

PLAN = Plan(interval_minutes=60, years=1)


@pytest.fixture(scope="module")
def shared() -> World:
    return world(PLAN)


@pytest.fixture(scope="module")
def built(shared: World) -> list[tuple[Blueprint, dict[str, Series]]]:
    sites = [blueprint(PLAN, index) for index in range(40)]
    return [(site, {one.meter.id[9:]: one for one in site_series(shared, site)}) for site in sites]


def annual(series: dict[str, Series], name: str) -> float:
    return float(series[name].values.sum()) / 100 if name in series else 0.0


def test_electricity_balances_to_the_last_hundredth(built: list[tuple[Blueprint, dict[str, Series]]], shared: World):
    for site, series in built:
        rest = np.rint(power(Setting(shared, site), "rest").reshape(-1) * 100).astype(np.int64)
        drawn = rest + sum(series[use].values for use in site.uses)
        none = np.zeros_like(drawn)
        solar = series["solar"].values if "solar" in series else none
        export = series["export"].values if "export" in series else none
        assert_array_equal(series["electricity"].values + solar - export, drawn)
        assert (rest >= 0).all()
        assert not (series["electricity"].values * export).any()


def test_what_is_used_is_never_negative(built: list[tuple[Blueprint, dict[str, Series]]]):
    assert all((one.values >= 0).all() for _, series in built for one in series.values())


def test_registers_never_fall(built: list[tuple[Blueprint, dict[str, Series]]]):
    registers = [series["water"].values for _, series in built if "water" in series]

    assert registers
    assert all((np.diff(values) >= 0).all() for values in registers)


def test_the_sun_does_not_shine_by_night(built: list[tuple[Blueprint, dict[str, Series]]], shared: World):
    with_solar = [(site, series) for site, series in built if "solar" in series]

    assert with_solar
    for site, series in with_solar:
        night = shared.weather(site.city).sine.reshape(-1) <= 0
        assert not series["solar"].values[night].any()
        assert series["solar"].values[~night].any()


def test_offices_use_what_surveys_of_chinese_offices_found(built: list[tuple[Blueprint, dict[str, Series]]]):
    # Electricity without district heat: most from 33.6 to 77.5, some from 51.8 to 107.0 kWh/m2 a year (national survey
    # of 2007, "The reality and statistical distribution of energy consumption in office buildings in China"); averages
    # of 50 to 100 in six southern cities (Xu et al., Energy Policy 53, 2013).
    for site, series in built:
        if site.type == "office":
            used = annual(series, "electricity") + annual(series, "solar") - annual(series, "export")
            assert 33.6 < used / site.area < 107.0


def test_compounds_and_parks_are_of_the_right_order(built: list[tuple[Blueprint, dict[str, Series]]]):
    # No source: bounds of the order only. The public spaces of dwellings use a small part of what an office does.
    for site, series in built:
        used = annual(series, "electricity") + annual(series, "solar") - annual(series, "export")
        if site.type == "residential":
            assert 3 < used / site.area < 30
        if site.type == "industrial":
            assert 50 < used / site.area < 400


def test_solar_systems_yield_what_their_size_and_climate_allow(built: list[tuple[Blueprint, dict[str, Series]]]):
    # Order only: a flat system yields 700 to 1,500 kWh for each kW and year between Sichuan and Beijing.
    share = {"residential": 0.35, "office": 0.5, "industrial": 0.4}
    for site, series in built:
        if "solar" in series:
            kilowatts = site.roof * share[site.type] * 0.2
            assert 700 < annual(series, "solar") / kilowatts < 1500


def test_offices_rest_on_holidays_and_work_on_exchanged_weekends(
    built: list[tuple[Blueprint, dict[str, Series]]], shared: World
):
    days = [day.isoformat() for day in shared.timeline.days]
    for site, series in built:
        if site.type == "office":
            daily = series["tenants"].values.reshape(-1, 24).sum(axis=1)
            saturday_worked, holiday = daily[days.index("2022-01-29")], daily[days.index("2022-02-02")]
            assert saturday_worked > 1.8 * holiday


def test_parks_work_on_saturdays_but_not_on_holidays(built: list[tuple[Blueprint, dict[str, Series]]], shared: World):
    days = [day.isoformat() for day in shared.timeline.days]
    for site, series in built:
        if site.type == "industrial":
            daily = series["process"].values.reshape(-1, 24).sum(axis=1)
            saturday, sunday, feast = (daily[days.index(f"2022-{day}")] for day in ("03-12", "03-13", "02-05"))
            assert saturday > 2 * sunday
            assert feast < sunday


def test_cooling_follows_the_summer_and_district_heat_the_winter(
    built: list[tuple[Blueprint, dict[str, Series]]],
):
    july, january = slice(181 * 24, 212 * 24), slice(0, 31 * 24)
    for site, series in built:
        if "hvac" in series and site.city.heating:
            assert series["hvac"].values[july].sum() > 1.5 * series["hvac"].values[january].sum()
        if "heat" in series:
            assert series["heat"].values[july].sum() == 0
            assert series["heat"].values[january].sum() > 0


def test_landscape_lights_are_off_by_day(built: list[tuple[Blueprint, dict[str, Series]]], shared: World):
    for site, series in built:
        if "landscape-lighting" in series:
            lights, sine = series["landscape-lighting"].values, shared.weather(site.city).sine.reshape(-1)
            assert lights[sine > 0.2].max() < 0.1 * lights.max()


def test_finer_intervals_tell_the_same_year(shared: World):
    fine_plan = Plan(interval_minutes=15, years=1)
    site = blueprint(fine_plan, 1)
    fine = {one.meter.id: one.values.sum() for one in site_series(world(fine_plan), site)}
    coarse = {one.meter.id: one.values.sum() for one in site_series(shared, blueprint(PLAN, 1))}

    assert fine.keys() == coarse.keys()
    assert all(abs(fine[name] / coarse[name] - 1) < 0.15 for name in fine)


def test_a_fault_of_plant_reaches_the_main_meter(shared: World):
    for index, event in events(PLAN, 0).items():
        series = {one.meter.id[9:]: one for one in site_series(shared, blueprint(PLAN, index), event)}
        if event.kind.physical and event.kind.use != "solar":
            at_use = series[event.kind.use].values - series[event.kind.use].clean
            upstream = series["electricity"].values - series["electricity"].clean
            if "export" in series:
                upstream = upstream - (series["export"].values - series["export"].clean)
            assert_array_equal(upstream, at_use)
        if not event.kind.physical:
            others = [one for name, one in series.items() if name != event.kind.use]
            assert not any(one.changed.any() for one in others)
