"""States of machines from power alone."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tests.detection.air.station import ONE, STATION
from wattstone.detection.air.curve import MachineCurve, curve
from wattstone.detection.air.result import State
from wattstone.detection.air.states import run
from wattstone.equipment.air import Compressor, Control, power

Floats = npt.NDArray[np.float64]

SCREW = replace(ONE, kind="screw", blowdown=40.0)


def table(machine: Compressor) -> MachineCurve:
    return curve(machine, STATION, np.array([7.0]))


def cycles(loaded: float, unloaded: float, *, hours: float, step: float, full: float = 65.0) -> Floats:
    """A screw that loads and unloads at 1 s, its power falling with the sump, as means over a step."""
    seconds = np.arange(int(hours * 3600))
    phase = seconds % (loaded + unloaded)
    falling = 16.0 + (full - 16.0) * np.exp(-(phase - loaded) * np.log(50) / 40.0)
    exact = np.where(phase < loaded, full, falling)
    return exact[: len(exact) // int(step) * int(step)].reshape(-1, int(step)).mean(axis=1)


@pytest.mark.parametrize("step", [1, 10, 60])
@pytest.mark.parametrize(("loaded", "unloaded"), [(200, 400), (60, 240), (300, 100)])
def test_share_loaded_of_a_screw_that_blows_down(step: int, loaded: float, unloaded: float) -> None:
    series = cycles(loaded, unloaded, hours=8, step=step)
    found = run(table(SCREW), series, np.full(len(series), 7.0), step)

    assert found.load.mean() == pytest.approx(loaded / (loaded + unloaded), abs=0.03)
    # Half of the nameplate as a threshold takes the first seconds of each blowdown for load.
    if step == 1:
        naive = (series > 0.5 * 65).mean()
        assert abs(found.load.mean() - loaded / (loaded + unloaded)) < naive - loaded / (loaded + unloaded)


def test_levels_are_found_where_the_nameplate_is_wrong() -> None:
    series = cycles(200, 400, hours=8, step=10, full=70.0)
    found = run(table(replace(SCREW, idle_power=18.0)), series, np.full(len(series), 7.0), 10)

    assert found.levels.factor == pytest.approx(70 / 65, rel=0.005)
    assert found.levels.idle == pytest.approx(16.0, abs=0.5)
    assert found.levels.found_full
    assert found.levels.found_idle
    assert found.cycle == pytest.approx(600, abs=10)


@settings(max_examples=40, deadline=None)
@given(share=st.floats(0.06, 0.85))
def test_a_quarter_of_an_hour_is_inverted_by_the_machines_curve(share: float) -> None:
    machine = replace(SCREW, most_pressure=7.6)
    mean = float(power(machine, share * 10.0, storage=5.0)) / float(power(machine, 10.0, storage=5.0)) * 65.0
    found = run(table(SCREW), np.full(200, mean), np.full(200, 7.0), 900.0, alone=np.ones(200, dtype=bool))

    assert found.load.mean() == pytest.approx(share, abs=0.05)
    assert set(found.state.tolist()) <= {State.PARTLY, State.UNLOADED, State.LOADED}


def test_a_variable_speed_is_read_off_its_line() -> None:
    machine = replace(ONE, control=Control.VARIABLE_SPEED, kind="screw", idle_power=None)
    shares = np.linspace(0.3, 1.0, 50)
    series = np.asarray(power(machine, shares * 10.0))
    found = run(table(machine), series, np.full(50, 7.0), 60.0)

    assert_allclose(found.load, shares, atol=0.01)


def test_noise_does_not_make_cycles() -> None:
    random = np.random.default_rng(0)
    series = cycles(300, 300, hours=8, step=10) * (1 + 0.02 * random.standard_normal(2880))
    found = run(table(SCREW), series, np.full(2880, 7.0), 10)

    assert found.unloads == pytest.approx(48, abs=1)
    assert found.load.mean() == pytest.approx(0.5, abs=0.02)


def test_off_and_gaps_are_told_apart() -> None:
    series = np.concatenate([np.full(50, 65.0), np.zeros(50), np.full(50, np.nan), np.full(50, 65.0)])
    found = run(table(ONE), series, np.full(200, 7.0), 60.0)

    assert set(found.state[:49].tolist()) == {State.LOADED}
    assert set(found.state[51:100].tolist()) == {State.OFF}
    assert set(found.state[100:150].tolist()) == {State.UNKNOWN}
    assert np.isnan(found.on[100:150]).all()


def test_an_interval_beside_standstill_holds_both() -> None:
    series = np.array([65.0, 65.0, 65.0, 32.5, 0.0, 0.0] * 20)
    found = run(table(ONE), series, np.full(120, 7.0), 900.0)

    assert_allclose(found.on[3::6], 0.5)
    assert_allclose(found.load[3::6], 1.0)


def test_a_start_is_told_as_one() -> None:
    series = np.concatenate([np.zeros(60), [25.0, 35.0], np.full(600, 65.0), np.full(300, 16.0), np.zeros(60)])
    found = run(table(ONE), series, np.full(len(series), 7.0), 10.0)

    assert found.state[60:62].tolist() == [State.STARTING, State.STARTING]
    assert found.starts == 1


def test_what_the_controller_logged_is_believed() -> None:
    series = np.full(100, 40.0)
    found = run(table(ONE), series, np.full(100, 7.0), 60.0, loaded=np.full(100, 0.3))

    assert_allclose(found.load, 0.3)


def test_a_machine_that_starts_and_stops_never_runs_unloaded() -> None:
    machine = replace(ONE, control=Control.START_STOP)
    found = run(table(machine), np.array([65.0, 13.0, 0.0, 65.0] * 10), np.full(40, 7.0), 900.0)

    assert_allclose(found.on[1::4], 0.2)
    assert State.UNLOADED not in found.state.tolist()
