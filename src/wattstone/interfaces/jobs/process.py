"""The process of one job, seen from the worker: started, listened to, stopped."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from wattstone.interfaces.jobs.perform import Task

__all__ = ["COMMAND", "Ended", "JobProcess"]

Event = dict[str, Any]
COMMAND = (sys.executable, "-m", "wattstone.interfaces.jobs.child")
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


class Ended(Exception):
    """The process ended without saying how the job did.

    Parameters
    ----------
    code : int
        Its exit code; negative where a signal ended it.
    """

    def __init__(self, code: int) -> None:
        self.code = code
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        super().__init__(f"the process of the job ended {how}")


class JobProcess:
    """One child process with one job.

    Parameters
    ----------
    task : Task
        What it does. It travels by a pipe: nothing of it stands in the list of processes.
    command : sequence of str
        What is run.
    """

    def __init__(self, task: Task, command: Sequence[str] = COMMAND) -> None:
        environment = {**dict.fromkeys(_THREADS, "1"), **os.environ, "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(  # noqa: S603 - a program of ours, and nothing of the task on its line
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,  # Ctrl+C in a terminal is for the worker, which tells the job in its own way
        )
        self._events: SimpleQueue[Event | None] = SimpleQueue()
        threading.Thread(target=self._listen, daemon=True, name=f"job {task.id}").start()
        self._write(json.dumps(task.as_dict()))

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    def next(self, timeout: float) -> Event | None:
        """What it says next; None where it says nothing in time.

        Raises
        ------
        Ended
            If it is gone and has said all it had to say.
        """
        with suppress(Empty):
            event = self._events.get(timeout=timeout)
            if event is None:
                self._events.put(None)  # so that it is found again
                raise Ended(self._process.wait())
            return event
        return None

    def ask_to_stop(self) -> None:
        """Ask it to stop at the next place where nothing is half done."""
        self._write("stop")

    def end(self, patience: float = 0.0) -> None:
        """Make an end of it: wait for a while, then kill it and all that it started."""
        deadline = time.monotonic() + patience
        while self._process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        if self._process.poll() is None:
            self._kill()
        self._process.wait()
        with suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()

    def _kill(self) -> None:
        import signal

        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # it is gone: `next` tells
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                with suppress(ValueError):  # the last line of a process that was killed while it wrote
                    self._events.put(json.loads(line))
        self._events.put(None)
