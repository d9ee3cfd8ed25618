"""An ingest that is killed at a chosen moment, in a process of its own."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wattstone.interfaces.store.lake import Lake
from wattstone.interfaces.store.records import Records
from wattstone.readings.spool import Spool

MOMENTS = (
    (Lake, ("stage", "commit", "_create", "_note_pending", "_forget_pending", "recover")),
    (Records, ("declare", "note", "put_mapping")),
    (Spool, ("_spill",)),
)


class Clock:
    """Counts moments, before and after each step of writing, and kills the process at one of them."""

    def __init__(self, fatal: int) -> None:
        self.fatal, self.now = fatal, 0

    def tick(self) -> None:
        """One more moment."""
        self.now += 1
        if self.now == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """A method with a moment before and one after it."""

        def wrapped(*arguments: Any, **options: Any) -> Any:
            self.tick()
            result = method(*arguments, **options)
            self.tick()
            return result

        return wrapped


def run(root: str, paths: list[str], fatal: int, told: str) -> None:
    """Ingest paths, dying at a moment; write how many there were if it lives."""
    from tests.workflows.ingest.estate import take

    clock = Clock(fatal)
    for owner, names in MOMENTS:
        for name in names:
            setattr(owner, name, clock.around(getattr(owner, name)))
    take(Path(root), *map(Path, paths))
    Path(told).write_text(str(clock.now), encoding="utf-8")
