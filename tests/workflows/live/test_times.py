"""Steps on the grid of a clock that may be set, waited for on one that may not."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.workflows.live import Moment, Timeline

NOON = datetime(2026, 5, 1, 12, 0)
MINUTE, TOLERANCE = timedelta(minutes=1), timedelta(seconds=2)


def timeline() -> Timeline:
    return Timeline(MINUTE, tolerance=TOLERANCE)


def test_a_step_begins_on_the_grid() -> None:
    assert timeline().start(Moment(0.0, NOON + timedelta(seconds=40))) == NOON


def test_who_wakes_a_little_early_is_in_the_step_that_was_meant() -> None:
    assert timeline().start(Moment(0.0, NOON - timedelta(seconds=1))) == NOON


def test_the_next_step_is_due_at_its_boundary() -> None:
    assert timeline().due(Moment(500.0, NOON + timedelta(seconds=40))) == 520.0


@pytest.mark.parametrize("seconds", [3600.0, -3600.0, 3.0, -3.0])
def test_a_clock_that_is_set_is_noticed_once(seconds: float) -> None:
    line = timeline()
    line.jumped(Moment(0.0, NOON))
    assert line.jumped(Moment(10.0, NOON + timedelta(seconds=10 + seconds))) == timedelta(seconds=seconds)
    assert line.jumped(Moment(20.0, NOON + timedelta(seconds=20 + seconds))) == timedelta(0)


def test_a_clock_that_is_slewed_is_not_a_jump() -> None:
    line = timeline()
    walls = [NOON + timedelta(seconds=60.03 * step) for step in range(1000)]
    assert {line.jumped(Moment(60.0 * step, wall)) for step, wall in enumerate(walls)} == {timedelta(0)}


def test_a_computer_that_slept_is_a_jump() -> None:
    line = timeline()
    line.jumped(Moment(0.0, NOON))
    assert line.jumped(Moment(1.0, NOON + timedelta(hours=8))) == timedelta(hours=8, seconds=-1)


@given(offset=st.floats(0, 86400 * 400), since=st.floats(0, 1e6))
def test_the_next_step_is_never_far_away_nor_in_the_past(offset: float, since: float) -> None:
    now = Moment(since, NOON + timedelta(seconds=offset))
    wait = timeline().due(now) - since
    assert -1e-6 <= wait <= 66.0 + 1e-6
    assert abs((timeline().start(now) - now.wall).total_seconds()) <= 60.0


def test_a_step_that_does_not_divide_the_day_is_refused() -> None:
    with pytest.raises(ValueError, match="whole number"):
        Timeline(timedelta(seconds=7), tolerance=TOLERANCE)
