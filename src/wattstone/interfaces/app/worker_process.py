"""A process that does jobs: `python -m wattstone.interfaces.app.worker_process`, or `wattstone work` by itself."""

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

from wattstone.interfaces.app.logs import log_to
from wattstone.interfaces.app.spec import Spec, read_spec, wait_for_end

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["main", "work"]


def main() -> int:
    """Work until the supervisor, or a signal, says stop."""
    spec = read_spec()
    if spec is None:
        return 0
    log_to(spec.log)
    stopping = threading.Event()
    threading.Thread(target=_end_with_supervisor, args=(stopping,), daemon=True).start()
    work(spec, stopping)
    return 0


def work(spec: Spec, stopping: threading.Event, *, told: bool = True) -> None:
    """Claim jobs and do them, and make the rounds, until the event is set or a signal comes.

    Parameters
    ----------
    spec : Spec
        What is served.
    stopping : threading.Event
        Ends it.
    told : bool
        Whether the supervisor is told when the work begins.
    """
    from wattstone.interfaces.alerts.watching import watcher
    from wattstone.interfaces.app.metrics import Metrics
    from wattstone.interfaces.app.rounds import Rounds
    from wattstone.interfaces.jobs.worker import Patience, Worker
    from wattstone.interfaces.serving.service import open_service

    def signalled(_number: int, _frame: object) -> None:
        stopping.set()

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, signalled)
    service = open_service(spec.folder)
    metrics = Metrics()

    def root_of(tenant: str) -> "Path | None":
        found = service.tenant(tenant)
        return None if found is None else found.root

    watch = watcher(service)

    def ended(*told: Any) -> None:
        metrics.job(*told)
        watch(*told)

    patience = Patience(stop=max(1.0, spec.grace - 2.0))
    worker = Worker(service.server, root_of, stopping=stopping, workers=spec.workers, patience=patience, ended=ended)
    rounds = threading.Thread(target=Rounds(service, stopping).run, name="rounds", daemon=True)
    rounds.start()
    try:
        if told:
            os.write(1, b"ready\n")
        worker.run()
    finally:
        stopping.set()
        rounds.join(spec.grace)
        service.close()


def _end_with_supervisor(stopping: threading.Event) -> None:
    wait_for_end()
    stopping.set()


if __name__ == "__main__":
    sys.exit(main())
