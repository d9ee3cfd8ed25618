"""The newest reading of each meter, and which of them are too old to plan on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from wattstone.workflows.live.model import Sample
from wattstone.workflows.live.times import Moment


@dataclass(frozen=True)
class _Held:
    sample: Sample
    received: float  # s, monotonic


class Board:
    """Holds the newest reading of each meter.

    A reading is judged by two clocks: by its stamp, and by when it was received on the clock that does not jump.

    Parameters
    ----------
    required : mapping of str to timedelta
        Meters that a plan needs, and how old their readings may be.
    ahead : timedelta
        How far a stamp may lie in the future before it cannot be right.
    """

    def __init__(self, required: Mapping[str, timedelta], *, ahead: timedelta) -> None:
        self._required = required
        self._ahead = ahead
        self._held: dict[str, _Held] = {}

    def take(self, sample: Sample, now: Moment) -> bool:
        """Take a reading in; False where it is a gap, older than what is held, or stamped in the future."""
        if sample.value is None or sample.start > now.wall + self._ahead:
            return False
        held = self._held.get(sample.meter_id)
        if held is not None and held.sample.start > sample.start:
            return False
        self._held[sample.meter_id] = _Held(sample, now.monotonic)
        return True

    def stale(self, now: Moment) -> dict[str, str]:
        """Meters without a reading that a plan may rest on, and why."""
        why = {name: self._doubt(name, limit, now) for name, limit in self._required.items()}
        return {name: text for name, text in why.items() if text}

    def latest(self, now: Moment) -> dict[str, Sample]:
        """Readings that may be used, by meter; meters that nobody requires are never too old."""
        doubtful = self.stale(now)
        return {name: held.sample for name, held in self._held.items() if name not in doubtful}

    def clock_set(self, now: Moment) -> None:
        """Forget readings that lie in the future of a clock that was set back: they would hide newer ones."""
        self._held = {name: held for name, held in self._held.items() if held.sample.start <= now.wall + self._ahead}

    def _doubt(self, name: str, limit: timedelta, now: Moment) -> str:
        held = self._held.get(name)
        if held is None:
            return "no reading yet"
        age = max((now.wall - held.sample.end).total_seconds(), now.monotonic - held.received)
        return f"the newest reading is {age:.0f} s old" if age > limit.total_seconds() else ""
