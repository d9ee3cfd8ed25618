"""What leaks, by each of the ways."""

from dataclasses import replace

import numpy as np
from numpy.testing import assert_allclose

from tests.detection.air.station import MONDAY, STATION, log, shifts
from wattstone.detection.air.assess import assess
from wattstone.detection.air.log import AirLog, Calendar
from wattstone.equipment.air import Compressor, Control


def metered(*, night: float, weekend: float | None = None) -> AirLog:
    """A metered flow of 9 in shifts, and less else."""
    shift = shifts(14, 0.25)
    day = np.arange(len(shift)) // 96 % 7
    rest = np.where(day >= 5, night if weekend is None else weekend, night)
    flow = np.where(shift, 9.0, rest)
    first = 16.0 + 4.9 * flow
    return AirLog(
        start=MONDAY,
        hours=0.25,
        machines=("C1", "C2"),
        power=np.stack([first, np.zeros(len(flow))]),
        flow=flow,
        pressure=np.full(len(flow), 7.0),
    )


def test_the_lowest_flow_is_an_upper_estimate() -> None:
    leaks = assess(STATION, metered(night=2.0)).leaks

    assert leaks.basis == "lowest_flow"
    assert_allclose(leaks.flow.value, 2.0)
    assert leaks.flow.upper / 2 - 1 < 1 - leaks.flow.lower / 2


def test_production_at_night_is_told_apart_by_the_weekend() -> None:
    leaks = assess(STATION, metered(night=4.0, weekend=1.5)).leaks

    assert_allclose(leaks.flow.value, 1.5)


def test_production_at_night_is_told_apart_by_what_was_logged() -> None:
    given = metered(night=4.0, weekend=4.0)
    stands = np.zeros(given.steps)
    stands[: 96 * 5] = 1.0
    stands[40:48] = 0.0  # two hours of standstill on Monday morning
    assert given.flow is not None
    given.flow[40:48] = 1.0
    given.flow[96 * 5 :] = 1.2
    leaks = assess(STATION, replace(given, production=stands)).leaks

    assert leaks.basis == "closed_hours"
    assert_allclose(leaks.flow.value, 1.2, rtol=0.02)


def test_a_leak_is_corrected_to_the_working_pressure_by_absolute_pressure() -> None:
    given = metered(night=2.0)
    assert given.pressure is not None
    given.pressure[~shifts(14, 0.25)] = 5.0  # lowered at night: 6 bar(a) in place of 8
    told = assess(replace(STATION, pressure=6.0), given)

    assert_allclose(told.leaks.flow.value, 2.0 * (told.leaks.pressure + 1) / 6.0, rtol=1e-6)


def test_the_fall_of_pressure_gives_the_leak_by_hand() -> None:
    minutes = 1 / 60
    shift = shifts(7, minutes)
    since = np.zeros(len(shift))
    for at in range(1, len(shift)):
        since[at] = 0.0 if shift[at] else since[at - 1] + 1
    # 5 m3 hold 5 x 8 m3 of free air at 7 bar(g); with 2 m3/min at that pressure it falls with 20 min.
    pressure = np.where(shift, 7.0, 8.0 * np.exp(-since / 20.0) - 1.0)
    power = np.where(shift, 65.0, 0.0)
    given = AirLog(start=MONDAY, hours=minutes, machines=("C1",), power=power[None], pressure=np.maximum(pressure, 0.0))
    calendar = Calendar(closed=tuple((day, 22.0, 6.0) for day in range(7)))
    leaks = assess(replace(STATION, compressors=STATION.compressors[:1]), given, calendar=calendar).leaks

    assert leaks.basis == "decay"
    assert_allclose(leaks.flow.value, 2.0, rtol=0.01)


def test_a_network_that_is_shut_down_has_no_flow_to_take_for_a_leak() -> None:
    given = metered(night=2.0)
    assert given.flow is not None
    assert given.power is not None
    assert given.pressure is not None
    sunday = np.arange(given.steps) // 96 % 7 == 6
    given.flow[sunday] = 0.0
    given.power[:, sunday] = 0.0
    given.pressure[sunday] = 0.2
    leaks = assess(STATION, given).leaks

    assert_allclose(leaks.flow.value, 2.0)


def test_nothing_is_said_without_an_hour_at_pressure() -> None:
    still = replace(log(), power=np.zeros((2, 672)))
    told = assess(replace(STATION, leaks=1.0), still)

    assert told.leaks.basis == "station"
    assert told.leaks.flow.value == 1.0


def test_a_small_machine_that_runs_is_not_taken_for_none() -> None:
    minutes = 1 / 60
    shift = shifts(7, minutes)
    since = np.zeros(len(shift))
    for at in range(1, len(shift)):
        since[at] = 0.0 if shift[at] else since[at - 1] + 1
    # by night the small machine, 1.5 % of all that can be drawn, makes good nine tenths of what leaks
    small = replace(STATION.compressors[0], name="small", flow=0.3, power=2.0, idle_power=0.5)
    pressure = np.maximum(8.0 * np.exp(-since / 200.0) - 1.0, 0.0)
    power = np.stack([np.where(shift, 65.0, 0.0), np.zeros(len(shift)), np.full(len(shift), 2.0)])
    given = AirLog(
        start=MONDAY,
        hours=minutes,
        machines=("C1", "C2", "small"),
        power=power,
        pressure=np.where(shift, 7.0, pressure),
    )
    calendar = Calendar(closed=tuple((day, 22.0, 6.0) for day in range(7)))
    leaks = assess(replace(STATION, compressors=(*STATION.compressors, small)), given, calendar=calendar).leaks

    assert "decay" not in {leaks.basis, *leaks.others}


def test_the_power_of_a_machine_that_blows_off_tells_no_leak() -> None:
    turbo = Compressor(
        name="C1", control=Control.BLOW_OFF, kind="centrifugal", flow=30.0, power=180.0, pressure=7.0, least_power=150.0
    )
    shift = shifts(14, 0.25)
    power = np.where(shift, 175.0, 150.0) + 0.1 * np.sin(np.arange(len(shift)))
    given = AirLog(
        start=MONDAY,
        hours=0.25,
        machines=("C1",),
        power=power[None],
        pressure=7.0 + 0.01 * np.cos(np.arange(len(shift))),
    )
    calendar = Calendar(closed=((5, 0.0, 24.0), (6, 0.0, 24.0)))
    station = replace(STATION, compressors=(turbo,), leaks=1.0)

    told = assess(station, given, calendar=calendar)
    assert (told.leaks.basis, told.leaks.flow.value) == ("station", 1.0)

    metered = np.where(shift, 26.0, 4.0) + 0.01 * np.cos(np.arange(len(shift)))
    assert_allclose(assess(station, replace(given, flow=metered), calendar=calendar).leaks.flow.value, 4.0, rtol=0.01)
