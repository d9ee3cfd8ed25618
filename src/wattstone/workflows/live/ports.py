"""What a live loop needs from outside, as protocols; `wattstone.interfaces.field` fulfils them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from wattstone.workflows.live.model import Command, Device, NoPlan, Outcome, PlanRequest, Sample, SetPoints, Verdict
from wattstone.workflows.live.times import Moment


class Clock(Protocol):
    """Both clocks, and waiting."""

    def now(self) -> Moment:
        """Look at both clocks."""
        ...

    async def wait_until(self, monotonic: float) -> bool:
        """Wait on the monotonic clock; False where the loop is asked to stop, then at once."""
        ...


class Planner(Protocol):
    """Who makes plans."""

    def observe(self, samples: Sequence[Sample]) -> None:
        """Readings as they arrive, late ones too."""
        ...

    def accepted(self, device: str, value: float, *, start: datetime, seconds: float) -> None:
        """What a device acknowledged, in its unit, in the step that begins at `start`, and how long that holds."""
        ...

    def adjusted(
        self, wanted: Mapping[str, float], *, start: datetime, latest: Mapping[str, Sample]
    ) -> Mapping[str, float]:
        """Set-points of a plan, moved to what the meters say in the step that begins at `start`; by device."""
        ...

    async def plan(self, request: PlanRequest) -> SetPoints | NoPlan:
        """A plan from the start of an interval on; it answers within bounded time, whatever happens."""
        ...


class Guard(Protocol):
    """Who checks every set-point, whoever asks for it."""

    def check(
        self, wanted: Mapping[str, float], *, start: datetime, latest: Mapping[str, Sample]
    ) -> Mapping[str, Verdict]:
        """What may be sent together in the step that begins at `start` (naive UTC); a device each, by id."""
        ...

    def remember(self, device: Device, value: float, *, start: datetime) -> None:
        """Take note of what a device acknowledged, for limits on how fast and how often it may change."""
        ...


class Actuator(Protocol):
    """Whoever reaches the devices."""

    async def write(self, commands: Sequence[Command]) -> Sequence[Outcome]:
        """Write set-points with their expiry and read them back, each within bounded time; errors are outcomes."""
        ...


class Log(Protocol):
    """Where a loop writes down what it is about to do and what came of it, before it goes on."""

    def commanded(self, commands: Sequence[Command], at: datetime) -> None:
        """About to be written."""
        ...

    def done(self, commands: Sequence[Command], outcomes: Sequence[Outcome], at: datetime) -> None:
        """Acknowledged, read back, or failed."""
        ...

    def event(self, what: str, note: str, at: datetime) -> None:
        """Something that an engineer will ask about later."""
        ...
