"""One site's live loop: look at the clock, plan, guard, write, take note; step by step, whatever fails.

It knows no sockets and no event loop. What is outside stands behind the protocols of `ports`, so that a test can play
clock, link and planner.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from wattstone.workflows.live.board import Board
from wattstone.workflows.live.health import Health, Link
from wattstone.workflows.live.model import (
    Command,
    Device,
    LiveSettings,
    NoPlan,
    Outcome,
    PlanRequest,
    Sample,
    SetPoints,
    Source,
    Verdict,
)
from wattstone.workflows.live.ports import Actuator, Clock, Guard, Log, Planner
from wattstone.workflows.live.times import Moment, Timeline, floor


@dataclass(frozen=True)
class _Wanted:
    """A set-point before the guards."""

    value: float | None
    source: Source
    reason: str = ""


class LiveLoop:
    """The loop of one site.

    Each step: notice a clock that was set; see which readings are too old; make a plan where an interval begins or
    there is none; take each device's set-point from it, or its declared fallback; let the guards check it; write it
    down, write it to the device with an expiry, and write down what became of it.

    Parameters
    ----------
    settings : LiveSettings
        How it runs.
    planner, guard, actuator, log : Planner, Guard, Actuator, Log
        Who does the rest.
    """

    def __init__(self, settings: LiveSettings, *, planner: Planner, guard: Guard, actuator: Actuator, log: Log) -> None:
        self._settings = settings
        self._planner, self._guard, self._actuator, self._log = planner, guard, actuator, log
        self._timeline = Timeline(settings.refresh, tolerance=settings.clock_tolerance)
        # A meter's clock may be ahead by as much as it may be behind: what is further ahead is a wrong clock.
        self._board = Board(settings.required, ahead=settings.refresh)
        self._schedule: SetPoints | None = None
        self._planned: tuple[float, datetime] | None = None  # when on the monotonic clock, and for which interval
        self._accepted: dict[str, float] = {}
        self._unmoved = ""  # why set-points do not follow the meter, told once
        self.health = Health(links={device.id: Link() for device in settings.devices})

    def take(self, samples: Sequence[Sample], now: Moment) -> int:
        """Take readings in; return how many of them are the newest of their meters."""
        self._planner.observe(samples)
        return sum(self._board.take(sample, now) for sample in samples)

    async def run(
        self, clock: Clock, *, steps: int | None = None, told: Callable[[tuple[Command, ...]], None] | None = None
    ) -> None:
        """Step until the clock says to stop, then give the devices back.

        Parameters
        ----------
        clock : Clock
            Both clocks.
        steps : int or None
            How many steps at most; no limit where None.
        told : callable or None
            Told what was commanded, after each step.
        """
        try:
            while steps is None or self.health.steps < steps:
                commands = await self.step(now := clock.now())
                if told is not None:
                    told(commands)
                if not await self._wait(clock, now):
                    break
        finally:
            await self.release(clock.now())

    async def _wait(self, clock: Clock, now: Moment) -> bool:
        """Wait for the next step on the grid; a step that took too long is not made up for."""
        due, after = self._timeline.due(now), clock.now()
        if after.monotonic > due + self._settings.refresh.total_seconds():
            self.health.behind += 1
            due = self._timeline.due(after)
        return await clock.wait_until(due)

    async def step(self, now: Moment) -> tuple[Command, ...]:
        """Take one step; return what was commanded."""
        self._notice_jump(now)
        start = self._timeline.start(now)
        self.health.stale = self._board.stale(now)
        await self._replan(now, start)
        commands = self._commands(start, now)
        await self._carry_out(commands, now)
        self.health.steps += 1
        self.health.last_step = start
        return commands

    async def release(self, now: Moment) -> None:
        """Tell every device its fallback once more; one without a fallback returns to its default by itself."""
        start = self._timeline.start(now)
        commands = self._checked(
            {device.id: self._fallback(device, "the loop ends") for device in self._settings.devices}, start, now
        )
        with suppress(OSError):  # a full disk may be why the loop ends; the devices come first
            self._log.commanded(commands, now.wall)
        told = [command for command in commands if command.value is not None]
        outcomes = await self._written(told)
        with suppress(OSError):
            self._log.done(told, outcomes, now.wall)

    def _notice_jump(self, now: Moment) -> None:
        """A plan made by a clock that was wrong says nothing about now."""
        if jump := self._timeline.jumped(now):
            self.health.jumps += 1
            self._schedule, self._planned = None, None
            self._board.clock_set(now)
            self.health.stale = self._board.stale(now)
            self._log.event("clock", f"the clock was set by {jump.total_seconds():+.1f} s", now.wall)

    async def _replan(self, now: Moment, start: datetime) -> None:
        interval = floor(start, self._settings.interval)
        if self.health.stale:
            self._no_plan(f"stale readings: {_told(self.health.stale)}", now)
            self._schedule, self._planned = None, None
            return
        if self._planned is None or self._planned[1] != interval:
            answer = await self._ask(now, interval)
            if isinstance(answer, SetPoints):
                self._schedule, self._planned = answer, (now.monotonic, interval)
                self.health.plans += 1
                self.health.reason = ""
                return
            self._no_plan(answer.reason, now)
            self._expire_plan(now)

    async def _ask(self, now: Moment, interval: datetime) -> SetPoints | NoPlan:
        request = PlanRequest(
            start=interval,
            interval=self._settings.interval,
            latest=self._board.latest(now),
            accepted=dict(self._accepted),
        )
        try:
            return await self._planner.plan(request)
        except Exception as error:
            return NoPlan(f"the planner failed ({type(error).__name__}: {error})")

    def _expire_plan(self, now: Moment) -> None:
        """An older plan serves for a while; on the monotonic clock, so that no jump makes it young again."""
        if self._planned and now.monotonic - self._planned[0] > self._settings.plan_age.total_seconds():
            self._schedule = None

    def _no_plan(self, reason: str, now: Moment) -> None:
        self.health.no_plans += 1
        if reason != self.health.reason:
            self.health.reason = reason
            self._log.event("no plan", reason, now.wall)

    def _commands(self, start: datetime, now: Moment) -> tuple[Command, ...]:
        """What every device is to be told, behind the guards; who is refused falls back, and is checked once more."""
        chosen = self._followed(
            {device.id: self._wanted(device, start) for device in self._settings.devices}, start, now
        )
        made = self._checked(chosen, start, now)
        refused = [one for one in made if one.value is None and one.source == "plan"]
        if refused:
            chosen.update({one.device.id: self._fallback(one.device, one.reason) for one in refused})
            made = self._checked(chosen, start, now)
        self.health.fallbacks += sum(one.source != "plan" for one in made)
        self.health.guarded += sum(one.value != one.wanted for one in made)
        return made

    def _wanted(self, device: Device, start: datetime) -> _Wanted:
        if self._schedule is None:
            return self._fallback(device, self.health.reason or "there is no plan")
        value = self._schedule.at(device.id, start)
        return self._fallback(device, "the plan says nothing of this time") if value is None else _Wanted(value, "plan")

    def _followed(self, chosen: dict[str, _Wanted], start: datetime, now: Moment) -> dict[str, _Wanted]:
        """Set-points of the plan as the meters ask for them now; as they were where that fails."""
        values = {name: one.value for name, one in chosen.items() if one.value is not None}
        try:
            moved = self._planner.adjusted(values, start=start, latest=self._board.latest(now))
        except Exception as error:
            why = f"set-points do not follow the meter ({type(error).__name__}: {error})"
            if why != self._unmoved:
                self._log.event("meter", why, now.wall)
            self._unmoved = why
            return chosen
        self._unmoved = ""
        for name, one in chosen.items():
            if one.source == "plan" and name in moved and moved[name] != one.value:
                chosen[name] = _Wanted(moved[name], "plan")
        return chosen

    @staticmethod
    def _fallback(device: Device, reason: str) -> _Wanted:
        return _Wanted(device.fallback, "release" if device.fallback is None else "fallback", reason)

    def _checked(self, chosen: Mapping[str, _Wanted], start: datetime, now: Moment) -> tuple[Command, ...]:
        """Commands as the guards let them through; each device's own limits are checked last."""
        asked = {name: one.value for name, one in chosen.items() if one.value is not None}
        try:
            verdicts = self._guard.check(asked, start=start, latest=self._board.latest(now))
        except Exception as error:  # a guard that cannot judge lets nothing through
            verdicts = dict.fromkeys(asked, Verdict(None, f"the guard failed ({type(error).__name__}: {error})"))
        return tuple(
            _command(device, start, chosen[device.id], verdicts.get(device.id, Verdict(None, "the guard is silent")))
            for device in self._settings.devices
        )

    async def _carry_out(self, commands: Sequence[Command], now: Moment) -> None:
        self._log.commanded(commands, now.wall)
        told = [command for command in commands if command.value is not None]
        outcomes = await self._written(told)
        for command, outcome in zip(told, outcomes, strict=True):
            self._note(command, outcome, now)
        self._log.done(told, outcomes, now.wall)

    async def _written(self, commands: Sequence[Command]) -> Sequence[Outcome]:
        if not commands:
            return ()
        try:
            return await self._actuator.write(commands)
        except Exception as error:
            return [Outcome(command.device.id, error=f"{type(error).__name__}: {error}") for command in commands]

    def _note(self, command: Command, outcome: Outcome, now: Moment) -> None:
        link = self.health.links[command.device.id]
        if outcome.accepted is not None:
            self._accepted[command.device.id] = outcome.accepted
            self._guard.remember(command.device, outcome.accepted, start=command.start)
            seconds = self._settings.refresh.total_seconds()
            self._planner.accepted(command.device.id, outcome.accepted, start=command.start, seconds=seconds)
        if outcome.error:
            if not link.failing:
                self._log.event("link", f"{command.device.id}: {outcome.error}", now.wall)
            link.failing, link.error = link.failing + 1, outcome.error
            return
        if link.failing:
            self._log.event("link", f"{command.device.id}: answers again after {link.failing} failed steps", now.wall)
        link.failing, link.error, link.last_ok = 0, "", now.wall


def _command(device: Device, start: datetime, wanted: _Wanted, verdict: Verdict) -> Command:
    value, reasons = verdict.value, [wanted.reason]
    if wanted.value is None:
        value = None
    else:
        reasons.append(verdict.reason)
        if value is not None and not device.low <= value <= device.high:  # a NaN is not inside either
            reasons.append(f"{value:g} {device.unit} is outside {device.low:g} to {device.high:g} {device.unit}")
            value = None
    source = "release" if value is None and wanted.source != "plan" else wanted.source
    told = "; ".join(one for one in reasons if one)
    return Command(device=device, start=start, value=value, wanted=wanted.value, source=source, reason=told)


def _told(stale: dict[str, str]) -> str:
    return ", ".join(f"{name} ({why})" for name, why in stale.items())
