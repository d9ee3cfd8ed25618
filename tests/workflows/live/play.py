"""Everything round a live loop, played: clocks that can be set, a planner, a guard and devices that can fail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from wattstone.workflows.live import (
    Command,
    Device,
    LiveLoop,
    LiveSettings,
    Moment,
    NoPlan,
    Outcome,
    PlanRequest,
    Sample,
    SetPoints,
    Verdict,
)

START = datetime(2026, 5, 1, 10, 0)
QUARTER, MINUTE = timedelta(minutes=15), timedelta(minutes=1)


def battery(**said: object) -> Device:
    fields = {
        "id": "battery",
        "unit": "kW",
        "fallback": 0.0,
        "low": -5.0,
        "high": 5.0,
        "expiry": timedelta(minutes=3),
        **said,
    }
    return Device(**fields)  # type: ignore[arg-type]


def settings(*devices: Device, **said: object) -> LiveSettings:
    return LiveSettings(site_id="park", devices=devices or (battery(),), **said)  # type: ignore[arg-type]


class Clocks:
    """Both clocks; the wall clock can be set, and waiting takes no time."""

    def __init__(self, wall: datetime = START) -> None:
        self.monotonic, self.wall = 1000.0, wall
        self.stopping = False

    def now(self) -> Moment:
        return Moment(self.monotonic, self.wall)

    def advance(self, seconds: float) -> Moment:
        self.monotonic += seconds
        self.wall += timedelta(seconds=seconds)
        return self.now()

    def set_by(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)

    async def wait_until(self, monotonic: float) -> bool:
        assert monotonic - self.monotonic <= 66.001, "never further away than a step and a tenth"
        self.advance(max(monotonic - self.monotonic, 0.0))
        return not self.stopping


class Plans:
    """A planner that plans the hour of the day as kW, for a day, or has no plan."""

    def __init__(self) -> None:
        self.asked: list[PlanRequest] = []
        self.seen: list[Sample] = []
        self.given: list[tuple[str, float, float]] = []
        self.reason = ""
        self.error: Exception | None = None
        self.moved: dict[str, float] = {}
        self.unread = False

    def observe(self, samples: Sequence[Sample]) -> None:
        self.seen += samples

    def adjusted(
        self, wanted: Mapping[str, float], *, start: datetime, latest: Mapping[str, Sample]
    ) -> Mapping[str, float]:
        """Moves what `moved` says."""
        if self.unread:
            raise RuntimeError("no meter")
        return {**wanted, **{name: value for name, value in self.moved.items() if name in wanted}}

    def accepted(self, device: str, value: float, *, start: datetime, seconds: float) -> None:
        self.given.append((device, value, seconds))

    async def plan(self, request: PlanRequest) -> SetPoints | NoPlan:
        self.asked.append(request)
        if self.error:
            raise self.error
        if self.reason:
            return NoPlan(self.reason)
        steps = 24 * 4
        hours = [(request.start + step * QUARTER).hour for step in range(steps)]
        return SetPoints(request.start, QUARTER, {"battery": tuple(min(hour, 23) / 10 for hour in hours)})


@dataclass
class Lets:
    """A guard that lets everything through, up to a value."""

    most: float = 1e9
    remembered: list[float] = field(default_factory=list)

    def check(
        self, wanted: Mapping[str, float], *, start: datetime, latest: Mapping[str, Sample]
    ) -> Mapping[str, Verdict]:
        return {
            name: Verdict(self.most, f"at most {self.most:g}") if value > self.most else Verdict(value)
            for name, value in wanted.items()
        }

    def remember(self, device: Device, value: float, *, start: datetime) -> None:
        self.remembered.append(value)


@dataclass
class Devices:
    """Devices that do as they are told, unless the link is down."""

    down: bool = False
    written: list[Command] = field(default_factory=list)

    async def write(self, commands: Sequence[Command]) -> Sequence[Outcome]:
        if self.down:
            return [Outcome(one.device.id, error="no answer") for one in commands]
        self.written += commands
        return [Outcome(one.device.id, one.value, one.value) for one in commands]


@dataclass
class Notes:
    """A log in memory."""

    lines: list[tuple[str, object]] = field(default_factory=list)

    def commanded(self, commands: Sequence[Command], at: datetime) -> None:
        self.lines += [("commanded", one) for one in commands]

    def done(self, commands: Sequence[Command], outcomes: Sequence[Outcome], at: datetime) -> None:
        self.lines += [("done", one) for one in outcomes]

    def event(self, what: str, note: str, at: datetime) -> None:
        self.lines.append((what, note))

    def events(self, what: str) -> list[str]:
        return [str(note) for name, note in self.lines if name == what]


@dataclass
class Stage:
    """A loop and all that is played round it."""

    settings: LiveSettings = field(default_factory=settings)
    clock: Clocks = field(default_factory=Clocks)
    planner: Plans = field(default_factory=Plans)
    guard: Lets = field(default_factory=Lets)
    devices: Devices = field(default_factory=Devices)
    log: Notes = field(default_factory=Notes)

    def __post_init__(self) -> None:
        self.loop = LiveLoop(self.settings, planner=self.planner, guard=self.guard, actuator=self.devices, log=self.log)

    def step(self, seconds: float = 60.0) -> Command:
        """One step, then wait; the battery's command."""
        import asyncio

        (command,) = asyncio.run(self.loop.step(self.clock.now()))
        self.clock.advance(seconds)
        return command

    def reading(self, meter: str, value: float | None, *, start: datetime | None = None, seconds: int = 60) -> int:
        """A reading of the last minute arrives."""
        sample = Sample(meter, start or self.clock.wall - timedelta(seconds=seconds), seconds, value)
        return self.loop.take([sample], self.clock.now())
