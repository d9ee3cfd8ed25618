"""The simulated factory: its files say what it is, its demand is plausible, its meter saves what is said to be true."""

import tomllib
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from wattstone.simulation.factory.air import air_log, metered
from wattstone.simulation.factory.demand import Demand, campus_demand, demand
from wattstone.simulation.factory.station import LEAKS_AFTER, PRESSURE_AFTER, modified, station
from wattstone.simulation.factory.station_file import station_file
from wattstone.simulation.plan import Plan
from wattstone.workflows.air.station_schema import StationTable

DAYS = 28


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan(seed=1, year=2022, years=1)


@pytest.fixture(scope="module")
def asked(plan: Plan) -> Demand:
    return demand(plan)


@pytest.fixture(scope="module")
def month(asked: Demand) -> Demand:
    """Four weeks of March, after the lunar new year."""
    first = 60 * 24
    hourly = {
        name: getattr(asked, name)[first : first + DAYS * 24]
        for name in ("production", "cold", "heat", "dry_bulb", "wet_bulb")
    }
    air = asked.air[first * 60 : (first + DAYS * 24) * 60]
    return replace(asked, start=asked.start + timedelta(hours=first), air=air, **hourly)


def test_the_station_file_says_what_the_station_is() -> None:
    made = StationTable.model_validate(tomllib.loads(station_file(station(), year=2022))).made()

    # Leaks are for the assessment to find: the file does not tell them.
    assert made == replace(station(), leaks=0.0)


def test_the_file_is_marked_as_simulated() -> None:
    text = station_file(station(), year=2022)

    assert text.startswith("# SIMULATED")
    assert StationTable.model_validate(tomllib.loads(text)).simulated


def test_demand_is_known_and_of_the_right_order(asked: Demand) -> None:
    for name in ("air", "production", "cold", "heat", "dry_bulb", "wet_bulb"):
        assert np.isfinite(getattr(asked, name)).all(), name
    assert asked.air.size == 365 * 24 * 60
    assert asked.air.min() >= 0
    assert asked.air.max() + station().leaks < sum(one.flow for one in station().compressors)
    assert (asked.wet_bulb <= asked.dry_bulb).all()
    assert 0 < asked.heat.min() < asked.heat.max() < 700 + 1500  # what its heat recovery and boiler make
    assert 0 < asked.cold.min() < asked.cold.max() < 5000


def test_a_campus_is_cooled_by_what_its_machines_make(plan: Plan) -> None:
    made = campus_demand(plan)

    assert np.isfinite(made.cold).all()
    assert 0 < made.cold.min() < made.cold.max() <= 60_000
    assert made.price.min() >= 0.0218
    assert made.price.max() <= 0.1298


def test_two_runs_are_one_and_another_seed_is_another(plan: Plan, asked: Demand) -> None:
    np.testing.assert_array_equal(demand(plan).cold, asked.cold)
    assert not np.array_equal(demand(replace(plan, seed=2)).cold, asked.cold)


def test_a_log_shows_what_machines_take_with_gaps(plan: Plan, month: Demand) -> None:
    log = air_log(plan, station(), month, days=3)

    assert log.height == 3 * 1440
    gaps = log["K1_kw"].is_null()
    assert 0 < gaps.sum() < 0.5 * log.height
    assert (log["header_bar"].is_null() == gaps).all()
    assert 6.5 < log["header_bar"].median() < 8.5  # pyright: ignore[reportOperatorIssue, reportOptionalOperand]
    for one in station().compressors:
        top = log[f"{one.name}_kw"].max()
        assert top is None or float(str(top)) < 1.2 * one.power, one.name


def test_the_modification_is_leaks_and_pressure() -> None:
    after = modified(station())

    assert after.pressure == PRESSURE_AFTER
    # Leaks are stated at the set-point: those that are left blow by the absolute pressure.
    assert after.leaks == pytest.approx(15.0 * LEAKS_AFTER * (6.4 + 1) / (7.0 + 1))


def test_the_true_saving_is_the_meter_without_less_the_meter_with(plan: Plan, month: Demand) -> None:
    begins = month.start + timedelta(days=7)
    held = metered(plan, station(), month, begins=begins)

    first = round((held.ends - month.start) / timedelta(hours=1))
    assert held.ends == begins + timedelta(days=14)
    assert held.saving(month.start) == pytest.approx((held.without[first:] - held.kwh[first:]).sum())
    assert held.saving(month.start) > 0.05 * held.without[first:].sum()
    np.testing.assert_allclose(held.kwh[: 7 * 24], held.without[: 7 * 24], atol=0.006)  # nothing before the works


def test_energy_by_the_hour_is_that_of_a_station_of_that_size(plan: Plan, month: Demand) -> None:
    held = metered(plan, station(), month, begins=month.start + timedelta(days=7))

    flow = month.air.reshape(-1, 60).mean(axis=1) + station().leaks
    specific = held.without.sum() / (flow.sum() * 60)  # kWh per m3
    isothermal = 100 * np.log(8.0) / 3600  # at 7 bar(g)
    assert 1.3 * isothermal < specific < 3.5 * isothermal
