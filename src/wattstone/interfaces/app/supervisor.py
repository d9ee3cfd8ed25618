"""The parent of a server's processes: starts them, restarts those that die, stops them in order."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from wattstone.interfaces.app.spec import Spec

__all__ = ["WEB", "WORKER", "Supervisor"]

LOG = logging.getLogger("wattstone.server")
WEB = (sys.executable, "-m", "wattstone.interfaces.app.web_process")
WORKER = (sys.executable, "-m", "wattstone.interfaces.app.worker_process")
_LOOK = 0.1
_STEADY = 30.0  # s after which a process counts as well
_PAUSES = (0.0, 1.0, 5.0, 15.0, 30.0)
_MARGIN = 3.0  # s beyond the grace that processes give their requests and jobs


@dataclass
class _Place:
    """One process that has to be there, whichever it is at the moment."""

    command: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    began: float = 0.0
    falls: int = 0
    again: float = 0.0
    ready: threading.Event = field(default_factory=threading.Event)


class Supervisor:
    """Keeps the processes of a server.

    Parameters
    ----------
    first : sequence
        What the processes run that have to be ready before anything is told: `WEB`.
    then : sequence
        What is started after them: `WORKER`.
    sockets : sequence of int
        Numbers of open sockets that they inherit.
    environment : mapping
        Added to that of this process.
    """

    def __init__(
        self,
        first: Sequence[Sequence[str]],
        then: Sequence[Sequence[str]] = (),
        *,
        sockets: Sequence[int] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._sockets = tuple(sockets)
        self._places = [_Place(command) for command in first]
        self._later = [_Place(command) for command in then]
        self._environment = {**os.environ, **(environment or {})}
        self.stopping = threading.Event()

    @property
    def alive(self) -> int:
        """How many processes there are."""
        return sum(place.process is not None and place.process.poll() is None for place in self._places)

    def warm(self) -> None:
        """Start the first processes, which import what they need and wait to be told what they serve."""
        for place in self._places:
            self._start(place)

    def run(self, spec: Spec, ready: Callable[[], None], ending: Callable[[], None] | None = None) -> int:
        """Tell the processes what they serve, and keep them until a signal comes.

        Parameters
        ----------
        spec : Spec
            What each is told.
        ready : callable
            Called once, when each of the first processes has begun its work.
        ending : callable or None
            Called before the processes are stopped.

        Returns
        -------
        int
            Exit code: 0, or 3 where a process never came up.
        """
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, self._signalled)
        told = False
        try:
            for place in self._places:
                if place.process is None:
                    self._start(place)
                self._tell(place, spec)
            while not self.stopping.wait(_LOOK):
                if not told and all(place.ready.is_set() for place in self._places):
                    told = True
                    ready()
                    self._places += self._later
                if not self._tend(spec, told):
                    return 3
            return 0
        finally:
            if ending is not None:
                ending()
            self.stop(spec.grace)

    def _signalled(self, number: int, _frame: object) -> None:
        if self.stopping.is_set() and number == signal.SIGINT:  # pressed twice: at once, then
            for place in self._places:
                if place.process is not None:
                    place.process.kill()
        self.stopping.set()

    def _start(self, place: _Place) -> None:
        place.process = subprocess.Popen(  # noqa: S603 - programs of ours, and nothing of the settings on their lines
            list(place.command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self._environment,
            pass_fds=self._sockets,
            start_new_session=True,  # Ctrl+C is for the supervisor alone
        )
        place.began = time.monotonic()
        threading.Thread(target=_listen, args=(place.process, place.ready), daemon=True).start()

    def _tell(self, place: _Place, spec: Spec) -> None:
        assert place.process is not None
        assert place.process.stdin is not None
        with suppress(OSError):  # it is dead already, which is seen next
            place.process.stdin.write(spec.line())
            place.process.stdin.flush()

    def _tend(self, spec: Spec, told: bool) -> bool:
        """Start again what has died; False where something died before everything was ready."""
        now = time.monotonic()
        for place in self._places:
            if place.process is None:
                if now >= place.again:
                    self._start(place)
                    self._tell(place, spec)
                continue
            code = place.process.poll()
            if code is None:
                continue
            _close(place.process)
            LOG.error("process.died", extra={"fields": {"process": place.command[-1], "code": code}})
            if not told:
                return False
            place.falls = 0 if now - place.began > _STEADY else place.falls + 1
            place.process, place.again = None, now + _PAUSES[min(place.falls, len(_PAUSES) - 1)]
        return True

    def stop(self, grace: float = 0.0) -> None:
        """Ask all to end what they are at, and make an end of those that do not.

        Parameters
        ----------
        grace : float
            How long they give their requests and jobs. [s]
        """
        running = [place.process for place in self._places if place.process is not None]
        for process in running:
            if process.poll() is None:
                with suppress(ProcessLookupError):
                    process.terminate()
        deadline = time.monotonic() + grace + _MARGIN
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                LOG.warning("process.killed", extra={"fields": {"pid": process.pid}})
                process.kill()
                process.wait()
            _close(process)


def _listen(process: "subprocess.Popen[bytes]", ready: threading.Event) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == b"ready":
            ready.set()


def _close(process: "subprocess.Popen[bytes]") -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.close()
