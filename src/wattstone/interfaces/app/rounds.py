"""What is done again and again beside the jobs: the night's jobs asked for, alerts sent, what is old swept away."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wattstone.interfaces.serving.service import Service

__all__ = ["Rounds"]

LOG = logging.getLogger("wattstone.rounds")
_CODES_KEPT = timedelta(days=7)
_ANSWERS_KEPT = timedelta(days=4)
_ATTEMPTS_KEPT = timedelta(days=1)
_LOOK = 900.0  # s between looks for meters that fell silent


class Rounds:
    """The rounds of one process. Several may make them: each thing is done once.

    Parameters
    ----------
    service : Service
        What is served.
    stopping : threading.Event
        Ends them.
    every, sweep : float
        Time between two rounds, and between two sweeps. [s]
    """

    def __init__(self, service: "Service", stopping: Event, *, every: float = 20.0, sweep: float = 3600.0) -> None:
        self._service, self._stopping = service, stopping
        self._every, self._sweep = every, sweep
        self._swept = time.monotonic() - sweep
        self._looked = time.monotonic() - _LOOK
        self._failing: set[str] = set()

    def run(self) -> None:
        """Make rounds until it is enough."""
        wait = 1.0  # the first round comes soon, and not while the process starts
        while not self._stopping.wait(wait):
            self.once()
            wait = self._every

    def once(self) -> None:
        """One round."""
        self._try("schedule", self.schedule)
        self._try("alerts", self.deliver)
        if time.monotonic() - self._swept >= self._sweep:
            self._swept = time.monotonic()
            self._try("sweep", self.sweep)

    def schedule(self) -> None:
        """Ask for the jobs that are due."""
        from wattstone.interfaces.jobs.schedule import FILE, put_due

        for tenant in self._service.tenants():
            if (tenant.root / FILE).is_file():
                zone = self._service.whole(tenant.id).records.organisation().zone
                put_due(self._service.server, tenant.id, tenant.root, zone)

    def deliver(self) -> None:
        """Look at the rules that the clock answers, now and then, and send the alerts that are due."""
        from wattstone.interfaces.alerts.watching import deliver_all, look_everywhere
        from wattstone.interfaces.serving.settings import secret

        if time.monotonic() - self._looked >= _LOOK:
            self._looked = time.monotonic()
            look_everywhere(self._service)
        deliver_all(self._service, password=secret("WATTSTONE_MAIL_PASSWORD"))

    def sweep(self) -> None:
        """Remove what nobody needs any more; of the audit log nothing is ever removed."""
        from wattstone.interfaces.jobs import inbox, takeaway

        server, now, keep = self._service.server, datetime.now(UTC), self._service.settings.keep
        server.sessions.sweep()
        server.codes.sweep(before=now - _CODES_KEPT)
        server.queue.sweep(before=now - timedelta(days=keep.jobs))
        server.alerts.sweep(before=now - timedelta(days=keep.alerts))
        server.deliveries.sweep(before=now - timedelta(days=keep.alerts))
        server.answers.sweep(before=now - _ANSWERS_KEPT)
        server.attempts.sweep(before=now - _ATTEMPTS_KEPT)
        for tenant in self._service.tenants():
            inbox.tidy(tenant.root)
            takeaway.tidy(tenant.root)

    def _try(self, name: str, do: Callable[[], None]) -> None:
        """Do it; what fails is said once, and tried again in the next round."""
        try:
            do()
        except Exception as error:
            if name not in self._failing:
                LOG.error(
                    "round.failed", extra={"fields": {"round": name, "error": f"{type(error).__name__}: {error}"}}
                )
            self._failing.add(name)
        else:
            self._failing.discard(name)
