"""Where readings of every way in come together: checked, written down, shown to the loop, in this order."""

import logging
from collections import Counter, deque
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.field.payload import parse_readings
from wattstone.portfolio import Meter
from wattstone.workflows.live import LiveLoop, Sample
from wattstone.workflows.live.ports import Clock

LOG = logging.getLogger("wattstone.field")
_REMEMBERED = 20


class Keeps(Protocol):
    """Writes readings down."""

    def samples(self, samples: list[Sample], at: Any) -> None:
        """On disk when it returns."""
        ...


class Intake:
    """Takes messages in.

    Parameters
    ----------
    meters : mapping of str to Meter
        That are expected.
    journal : Keeps
        Writes readings down before anybody is told that they were taken.
    loop : LiveLoop
        Plans on them.
    clock : Clock
        For when they arrived.
    failed : callable
        Told of an error that makes it pointless to go on, as a disk that is full.
    """

    def __init__(
        self,
        meters: Mapping[str, Meter],
        *,
        journal: Keeps,
        loop: LiveLoop,
        clock: Clock,
        failed: Callable[[Exception], None],
    ) -> None:
        self._meters, self._journal, self._loop, self._clock, self._failed = meters, journal, loop, clock, failed
        self.counts: Counter[str] = Counter()
        self.refused: deque[Finding] = deque(maxlen=_REMEMBERED)

    def take(self, payload: bytes, *, place: str) -> int:
        """Take a message in, wholly or not at all; return how many readings it held.

        Raises
        ------
        InputRefused
            With everything that is wrong with it.
        OSError
            If it cannot be written down.
        """
        try:
            samples = parse_readings(payload, self._meters, place=place)
        except InputRefused as error:
            self.counts["refused"] += 1
            self.refused.extend(error.findings)
            raise
        now = self._clock.now()
        try:
            self._journal.samples(samples, now.wall)
        except OSError as error:
            self._failed(error)
            raise
        self._loop.take(samples, now)
        self.counts["messages"] += 1
        self.counts["readings"] += len(samples)
        return len(samples)

    def as_dict(self) -> dict[str, Any]:
        """For machines; keys are stable."""
        return {
            "messages": self.counts["messages"],
            "readings": self.counts["readings"],
            "refused": self.counts["refused"],
            "findings": [one.as_dict() for one in self.refused],
        }
