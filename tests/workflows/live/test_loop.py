"""What the loop commands when all goes well, and when the clock, the plan, the readings or the link do not."""

import asyncio
import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.live.play import MINUTE, QUARTER, START, Clocks, Stage, battery, settings
from wattstone.workflows.live import LiveSettings, SetPoints


def test_a_plan_is_made_once_an_interval_and_written_each_refresh() -> None:
    stage = Stage()
    commands = [stage.step() for _ in range(31)]
    assert [request.start for request in stage.planner.asked] == [START, START + QUARTER, START + 2 * QUARTER]
    assert {command.value for command in commands} == {1.0}
    assert [command.start for command in commands] == [START + step * MINUTE for step in range(31)]
    assert len(stage.devices.written) == 31
    assert stage.loop.health.well


def test_the_set_point_follows_the_hours_of_the_plan() -> None:
    stage = Stage()
    stage.clock.wall = START + timedelta(minutes=59)
    assert [stage.step().value, stage.step().value] == [1.0, 1.1]


def test_what_is_about_to_be_written_is_written_down_before() -> None:
    stage = Stage()
    stage.step()
    assert [name for name, _ in stage.log.lines] == ["commanded", "done"]


def test_without_a_plan_the_declared_fallback_is_sent_and_the_planner_asked_again() -> None:
    stage = Stage(settings(battery(fallback=-0.5)))
    stage.planner.reason = "the tariff has a hole"
    command = stage.step()
    assert (command.value, command.source, command.reason) == (-0.5, "fallback", "the tariff has a hole")
    assert not stage.loop.health.well
    stage.planner.reason = ""
    assert stage.step().source == "plan"
    assert stage.loop.health.well
    assert stage.log.events("no plan") == ["the tariff has a hole"]


def test_a_device_without_a_fallback_is_left_to_its_own_default() -> None:
    stage = Stage(settings(battery(fallback=None)))
    stage.planner.reason = "nothing to go by"
    command = stage.step()
    assert (command.value, command.source) == (None, "release")
    assert stage.devices.written == []


def test_a_planner_that_raises_costs_a_plan_and_not_the_loop() -> None:
    stage = Stage()
    stage.planner.error = RuntimeError("out of memory")
    assert stage.step().source == "fallback"
    assert "out of memory" in stage.loop.health.reason


def test_a_set_point_of_a_plan_follows_the_meter_and_a_fallback_does_not() -> None:
    stage = Stage(settings(battery(fallback=-0.5)))
    stage.planner.moved = {"battery": 0.25}
    assert (stage.step().value, stage.step().source) == (0.25, "plan")
    stage.planner.reason = "nothing to go by"
    fresh = Stage(settings(battery(fallback=-0.5)), planner=stage.planner)
    assert (fresh.step().value, fresh.loop.health.fallbacks) == (-0.5, 1)


def test_where_the_meter_cannot_be_followed_the_plan_is_and_that_is_told_once() -> None:
    stage = Stage()
    stage.planner.unread = True
    assert [stage.step().value for _ in range(3)] == [1.0, 1.0, 1.0]
    assert stage.log.events("meter") == ["set-points do not follow the meter (RuntimeError: no meter)"]


def test_an_older_plan_serves_until_it_is_too_old() -> None:
    stage = Stage(settings(plan_age=timedelta(minutes=20)))
    assert stage.step().source == "plan"
    stage.planner.reason = "the forecast is missing"
    sources = [stage.step().source for _ in range(25)]
    # Made at minute 0; asked in vain from minute 15 on; too old after minute 20.
    assert sources == ["plan"] * 20 + ["fallback"] * 5


def test_a_hole_in_the_plan_is_bridged_by_the_fallback() -> None:
    plan = SetPoints(START, QUARTER, {"battery": (1.0, math.nan, 2.0)})
    at = [plan.at("battery", START + step * QUARTER) for step in range(-1, 4)]
    assert at == [None, 1.0, None, 2.0, None]
    assert plan.at("heater", START) is None


def test_required_readings_that_are_missing_or_too_old_lead_to_the_fallback() -> None:
    stage = Stage(settings(required={"soc": timedelta(minutes=5)}))
    assert (stage.step().source, stage.planner.asked) == ("fallback", [])
    assert stage.loop.health.stale == {"soc": "no reading yet"}
    assert stage.reading("soc", 0.5) == 1
    sources = [stage.step().source for _ in range(8)]
    assert sources == ["plan"] * 6 + ["fallback"] * 2  # at 300 s it is still young enough, at 360 s it is not
    assert stage.planner.asked[0].latest["soc"].value == 0.5
    stage.reading("soc", 0.6)
    assert stage.step().source == "plan"


@pytest.mark.parametrize(("value", "ahead"), [(None, 0), (0.5, 3600)])
def test_a_gap_and_a_reading_from_the_future_are_no_news(value: float | None, ahead: int) -> None:
    stage = Stage(settings(required={"soc": timedelta(minutes=5)}))
    assert stage.reading("soc", value, start=START + timedelta(seconds=ahead)) == 0
    assert stage.step().source == "fallback"


def test_a_late_reading_does_not_hide_a_newer_one() -> None:
    stage = Stage(settings(required={"soc": timedelta(minutes=5)}))
    stage.reading("soc", 0.5)
    assert stage.reading("soc", 0.1, start=START - timedelta(minutes=9)) == 0
    stage.step()
    assert stage.planner.asked[0].latest["soc"].value == 0.5


@pytest.mark.parametrize("hours", [5, -5])
def test_after_a_clock_jump_a_new_plan_is_made_at_once_for_the_new_time(hours: int) -> None:
    stage = Stage()
    stage.step()
    stage.clock.set_by(hours * 3600.0)
    command = stage.step()
    assert command.value == (10 + hours) / 10
    assert [request.start for request in stage.planner.asked] == [START, START + timedelta(hours=hours)]
    assert stage.loop.health.jumps == 1
    assert stage.log.events("clock") == [f"the clock was set by {hours * 3600:+.1f} s"]


def test_after_a_clock_jump_without_a_new_plan_the_old_one_is_not_used() -> None:
    stage = Stage()
    stage.step()
    stage.clock.set_by(3600.0)
    stage.planner.reason = "not now"
    assert stage.step().source == "fallback"


def test_a_reading_stamped_before_the_clock_was_set_back_does_not_hide_those_after() -> None:
    stage = Stage(settings(required={"soc": timedelta(minutes=5)}))
    stage.reading("soc", 0.9)
    assert stage.step().source == "plan"
    stage.clock.set_by(-7200.0)
    assert stage.step().source == "fallback"
    assert stage.reading("soc", 0.4) == 1
    assert stage.step().source == "plan"
    assert stage.planner.asked[-1].latest["soc"].value == 0.4


def test_a_reading_grows_old_although_the_clock_stands_still() -> None:
    stage = Stage(settings(required={"soc": timedelta(minutes=5)}, clock_tolerance=timedelta(days=1)))
    stage.reading("soc", 0.5)
    stage.step()
    stage.clock.monotonic += 400.0
    assert stage.step().source == "fallback"


def test_a_broken_link_is_told_tried_again_each_step_and_told_when_it_is_back() -> None:
    stage = Stage()
    stage.step()
    stage.devices.down = True
    for _ in range(3):
        stage.step()
    assert stage.loop.health.links["battery"].failing == 3
    assert not stage.loop.health.well
    stage.devices.down = False
    stage.step()
    assert stage.loop.health.well
    assert stage.log.events("link") == ["battery: no answer", "battery: answers again after 3 failed steps"]


def test_the_guard_changes_what_is_sent_and_the_log_says_both() -> None:
    stage = Stage()
    stage.guard.most = 0.4
    command = stage.step()
    assert (command.value, command.wanted, command.reason) == (0.4, 1.0, "at most 0.4")
    assert stage.loop.health.guarded == 1
    assert stage.guard.remembered == [0.4]


def test_a_guard_that_fails_lets_nothing_through() -> None:
    stage = Stage()
    stage.guard.check = None  # type: ignore[assignment,method-assign]
    command = stage.step()
    assert (command.value, command.source) == (None, "release")
    assert stage.devices.written == []


@given(value=st.floats(allow_nan=True, allow_infinity=True))
def test_nothing_outside_the_limits_of_a_device_reaches_it(value: float) -> None:
    stage = Stage()

    async def plan(request: object) -> SetPoints:
        return SetPoints(START, QUARTER, {"battery": (value,)})

    stage.planner.plan = plan  # type: ignore[assignment,method-assign]
    stage.step()
    sent = [command.value for command in stage.devices.written]
    assert sent == [value if -5 <= value <= 5 else 0.0]


def test_a_fallback_outside_the_limits_is_not_sent_either() -> None:
    stage = Stage(settings(battery(fallback=9.0)))
    stage.planner.reason = "no"
    assert stage.step().value is None


def test_the_loop_ends_with_the_fallback() -> None:
    stage = Stage(settings(battery(fallback=0.25)))
    asyncio.run(stage.loop.run(stage.clock, steps=3))
    assert [command.value for command in stage.devices.written] == [1.0, 1.0, 1.0, 0.25]
    assert stage.devices.written[-1].reason == "the loop ends"


def test_a_disk_that_is_full_ends_the_loop_with_the_fallback() -> None:
    stage = Stage(settings(battery(fallback=0.25)))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    stage.log.commanded = full  # type: ignore[method-assign]
    with pytest.raises(OSError, match="No space"):
        asyncio.run(stage.loop.run(stage.clock))
    assert [command.value for command in stage.devices.written] == [0.25]


def test_a_step_that_took_too_long_is_not_made_up_for() -> None:
    class Slow(Clocks):
        looks = 0

        def now(self) -> object:  # type: ignore[override]
            self.looks += 1
            if self.looks == 2:
                self.advance(300.0)
            return super().now()

    stage = Stage(clock=Slow())
    asyncio.run(stage.loop.run(stage.clock, steps=2))
    assert stage.loop.health.behind == 1
    starts = [command.start for command in stage.devices.written]
    assert starts[:2] == [START, START + 6 * MINUTE]


def test_set_points_that_would_expire_before_they_are_written_again_are_refused() -> None:
    with pytest.raises(ValueError, match="expire before"):
        settings(battery(expiry=timedelta(seconds=60)))
    with pytest.raises(ValueError, match="whole number"):
        LiveSettings(site_id="park", devices=(), refresh=timedelta(minutes=4))
