"""Where messages of every way in come together: checked, written down, shown to the loop, in this order."""

import logging
from collections import Counter, deque
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.field.payload import holds_sessions, parse_readings
from wattstone.interfaces.field.sessions import parse_sessions
from wattstone.portfolio import Meter
from wattstone.workflows.live import LiveLoop, Sample
from wattstone.workflows.live.ports import Clock
from wattstone.workflows.live.vehicles import Vehicles

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
    vehicles : Vehicles or None
        Keeps announced sessions; without it there are no chargers, and sessions are refused.
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
        vehicles: Vehicles | None = None,
    ) -> None:
        self._vehicles = vehicles
        self._meters, self._journal, self._loop, self._clock, self._failed = meters, journal, loop, clock, failed
        self.counts: Counter[str] = Counter()
        self.refused: deque[Finding] = deque(maxlen=_REMEMBERED)

    def take(self, payload: bytes, *, place: str) -> dict[str, int]:
        """Take a message in, wholly or not at all; return how many readings, or sessions and changes, it held.

        Raises
        ------
        InputRefused
            With everything that is wrong with it.
        OSError
            If it cannot be written down.
        """
        return self.take_sessions(payload, place=place) if holds_sessions(payload) else self._readings(payload, place)

    def take_sessions(self, payload: bytes, *, place: str) -> dict[str, int]:
        """Take a message of sessions in; raises as `take` does."""
        chargers = frozenset[str]() if self._vehicles is None else self._vehicles.chargers
        with self._kept():
            said = parse_sessions(payload, chargers, place=place)
            new = 0 if self._vehicles is None else self._vehicles.take(said, self._clock.now().wall)
        self.counts["messages"] += 1
        self.counts["sessions"] += len(said)
        return {"sessions": len(said), "new": new}

    def _readings(self, payload: bytes, place: str) -> dict[str, int]:
        with self._kept():
            samples = parse_readings(payload, self._meters, place=place)
            now = self._clock.now()
            self._journal.samples(samples, now.wall)
        self._loop.take(samples, now)
        self.counts["messages"] += 1
        self.counts["readings"] += len(samples)
        return {"readings": len(samples)}

    @contextmanager
    def _kept(self) -> Generator[None]:
        """Count what is refused, and give up where nothing can be written down."""
        try:
            yield
        except InputRefused as error:
            self.counts["refused"] += 1
            self.refused.extend(error.findings)
            raise
        except OSError as error:
            self._failed(error)
            raise

    def as_dict(self) -> dict[str, Any]:
        """For machines; keys are stable."""
        return {
            "messages": self.counts["messages"],
            "readings": self.counts["readings"],
            "sessions": self.counts["sessions"],
            "refused": self.counts["refused"],
            "findings": [one.as_dict() for one in self.refused],
        }
