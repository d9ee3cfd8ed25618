"""What is wrong with logs."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.detection.air.station import ONE, STATION, log
from wattstone.base import Finding
from wattstone.detection.air.assess import assess
from wattstone.detection.air.checks import checked
from wattstone.equipment.air import Control

RANDOM = np.random.default_rng(0)


def lively(**changes: Any) -> Any:
    """A log with noise on everything."""
    given = log()
    assert given.power is not None
    power = given.power * (1 + 0.01 * RANDOM.standard_normal(given.power.shape))
    flow = np.maximum(power[0] - 16, 0) / 4.9
    pressure = 7.0 + 0.05 * RANDOM.standard_normal(given.steps)
    return replace(replace(given, power=power, flow=flow, pressure=pressure), **changes)


def told(given: Any, code: str) -> Finding:
    found = [one for one in checked(STATION, given)[1] if one.code == f"air.log_{code}"]
    assert found, f"{code} is not among {[one.code for one in checked(STATION, given)[1]]}"
    return found[0]


def test_a_good_log_has_no_findings() -> None:
    assert checked(STATION, lively())[1] == ()


@pytest.mark.parametrize(
    ("factor", "unit"), [(1000.0, "W"), (1 / 0.588897, "A (current at 400 V)"), (1 / 0.7457, "hp")]
)
def test_units_of_power(factor: float, unit: str) -> None:
    given = lively()
    if unit == "hp":
        factor *= 1.02  # above full load by a little, as machines are
    finding = told(replace(given, power=given.power * factor), "power_unit")

    assert finding.severity == "error"
    assert unit in finding.say(finding.expected)


@pytest.mark.parametrize(("factor", "unit"), [(35.3147, "cfm"), (60.0, "m3/h"), (1000 / 60, "l/s"), (1000.0, "l/min")])
def test_units_of_flow(factor: float, unit: str) -> None:
    given = lively()
    finding = told(replace(given, flow=given.flow * factor), "flow_unit")

    assert f"; {unit} would fit" in finding.say(finding.expected)


@pytest.mark.parametrize(("factor", "unit"), [(14.5038, "psi"), (100.0, "kPa"), (0.1, "MPa")])
def test_units_of_pressure(factor: float, unit: str) -> None:
    given = lively()
    finding = told(replace(given, pressure=given.pressure * factor), "pressure_unit")

    assert f"; {unit} would fit" in finding.say(finding.expected)


def test_absolute_pressure_is_certain_where_the_station_stands_still_at_one_bar() -> None:
    given = lively()
    absolute = given.pressure + 1.013
    assert told(replace(given, pressure=absolute), "pressure_absolute").severity == "warning"

    absolute[:20] = 1.013
    assert told(replace(given, pressure=absolute), "pressure_absolute").severity == "error"


def test_energy_of_an_interval_taken_for_power() -> None:
    given = lively()
    finding = told(replace(given, power=given.power * 0.25), "energy")

    assert finding.severity == "error"
    assert "4" in finding.say(finding.remedy)


def test_energy_is_only_suspected_of_machines_that_may_run_slowly() -> None:
    slow = replace(ONE, control=Control.VARIABLE_SPEED)
    station = replace(STATION, compressors=(slow, replace(slow, name="C2")))
    given = lively()
    found = checked(station, replace(given, power=given.power * 0.25))[1]

    assert [one.severity for one in found if one.code == "air.log_energy"] == ["warning"]


def test_a_register_is_no_power() -> None:
    given = lively()
    finding = told(replace(given, power=np.cumsum(given.power, axis=1) * 0.25), "register")

    assert finding.severity == "error"


def test_meters_that_stand_still_are_left_out() -> None:
    given = lively()
    given.power[0, 100:140] = 50.0
    finding = told(given, "stuck")

    assert finding.count == 40
    assert finding.first == "2024-01-02T01:00+00:00"
    cleaned = checked(STATION, given)[0]
    assert cleaned.power is not None
    assert np.isnan(cleaned.power[0, 100:140]).all()


def test_a_steady_load_is_kept_and_told() -> None:
    given = lively()
    at = slice(95, 120)  # a night, whose flow stands still with the power
    given.power[0, at], given.power[1, at], given.flow[at] = 25.8, 0.0, 2.0
    finding = told(given, "steady")

    assert (finding.count, finding.severity) == (25, "warning")
    cleaned, found = checked(STATION, given)
    assert not [one for one in found if one.code == "air.log_stuck"]
    assert cleaned.power is not None
    assert cleaned.flow is not None
    assert (cleaned.power[0, at] == 25.8).all()
    assert (cleaned.flow[at] == 2.0).all()


def test_a_flow_that_stands_while_machines_change_is_left_out() -> None:
    given = lively()
    given.flow[100:140] = 2.0  # from the night into the shift
    cleaned = checked(STATION, given)[0]

    assert told(given, "stuck").place == "header, flow"
    assert cleaned.flow is not None
    assert np.isnan(cleaned.flow[100:140]).all()


def test_power_that_stands_while_its_machine_loads_and_unloads_is_left_out() -> None:
    given = lively(flow=None)
    given.power[0, 30:80] = 60.0
    loaded = np.ones((2, given.steps))
    loaded[0, 30:80:2] = 0.0

    assert told(replace(given, loaded=loaded), "stuck").count == 50
    assert told(given, "steady").count == 50


@pytest.mark.parametrize(("steps", "code", "severity"), [(20, "too_short", "error"), (280, "short", "warning")])
def test_a_log_that_is_too_short_for_a_year_is_told_first(steps: int, code: str, severity: str) -> None:
    given = lively()
    short = replace(given, power=given.power[:, :steps], flow=given.flow[:steps], pressure=given.pressure[:steps])
    found = checked(STATION, short)[1]

    assert (found[0].code, found[0].severity) == (f"air.log_{code}", severity)


def test_a_unit_is_only_offered_where_it_fits() -> None:
    given = lively()
    finding = told(replace(given, flow=given.flow * 6), "flow_unit")  # three times what both machines make

    assert "no unit that is known would fit" in finding.say(finding.expected)


def test_gaps_are_counted_and_stay_gaps() -> None:
    given = lively()
    given.flow[10:15] = np.nan

    finding = told(given, "gaps")
    assert (finding.count, finding.place) == (5, "header, flow")
    assert assess(STATION, given).flow_metered


def test_a_gap_of_all_is_told_once() -> None:
    given = lively()
    given.power[:, 10:15] = np.nan
    given.flow[10:15] = np.nan
    given.pressure[10:16] = np.nan
    found = [(one.place, one.count) for one in checked(STATION, given)[1] if one.code == "air.log_gaps"]

    assert found == [("log", 5), ("header, pressure", 1)]


def test_what_cannot_be_is_left_out() -> None:
    given = lively()
    given.pressure[:3] = -0.5
    given.flow[5] = -2.0

    assert told(given, "vacuum").count == 3
    assert told(given, "negative").count == 1


def test_flow_a_little_above_capacity_is_a_warning() -> None:
    given = lively()
    assert told(replace(given, flow=given.flow * 2.2), "flow_above").severity == "warning"


def test_machines_by_name() -> None:
    given = lively()
    assert told(replace(given, machines=("C1", "C9")), "machine_unknown").severity == "error"
    alone = replace(given, machines=("C1",), power=given.power[:1])
    assert told(alone, "machine_missing").severity == "warning"


def test_machines_in_another_order_give_the_same() -> None:
    given = lively()
    turned = replace(given, machines=("C2", "C1"), power=given.power[::-1])

    assert assess(STATION, turned).energy == assess(STATION, given).energy


def test_nothing_logged_is_refused() -> None:
    given = lively()
    assert told(replace(given, power=None), "no_power").severity == "error"


def test_current_stands_in_for_power() -> None:
    given = lively()
    amperes = given.power / (np.sqrt(3) * 400 * 0.85 / 1000)
    by_current = assess(STATION, replace(given, power=None, current=amperes))

    assert by_current.energy.value == pytest.approx(assess(STATION, given).energy.value)


@pytest.mark.parametrize("hours", [-3, 2])
def test_clocks_that_differ(hours: int) -> None:
    given = lively()
    moved = replace(given, flow=np.roll(given.flow, hours * 4))
    found = [one for one in assess(STATION, moved).findings if one.code == "air.log_clock"]

    assert [one.params["hours"] for one in found] == [f"{-hours:+d}"]


def test_every_finding_reads_as_a_sentence() -> None:
    given = lively()
    given.power[0, 100:140] = 50.0
    given.pressure[:3] = -0.5
    for one in assess(STATION, given).findings:
        assert "{" not in one.text()
