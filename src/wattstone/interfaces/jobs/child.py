"""The process of one job: `python -m wattstone.interfaces.jobs.child`.

It reads its task from standard input, one line of JSON, and writes what happens to standard output, one line each:

    {"tell": [what, done, total]}     how far it is
    {"log": text}                     a warning for the worker's log
    {"done": {...}, "findings": [..]} the outcome: the last line
    {"refused": [..]}                 or the input was refused, with findings
    {"stopped": true}                 or it was stopped, where nothing is half done
    {"failed": text, "again": bool}   or it failed; again: another try may help

A second line on standard input asks it to stop at the next safe place. If standard input ends, the worker that started
it is gone, and so is this process, at once: what it was writing is not there for anybody, since nothing named it yet.
"""

import json
import logging
import os
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any, TextIO

from wattstone.interfaces.jobs.kind import Stopped

__all__ = ["main"]

ORPHANED = 70  # exit code of a process whose worker is gone
_LONGEST = 2000  # characters of a warning
_NICE = 10  # a job waits for a processor that somebody who reads a page could use
_EVERY = 0.2  # s between two words on progress


class _Voice:
    """Says how far the job is, not too often; stops the job where it was asked to."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._last, self._what = out, 0.0, ""
        self._turn = threading.Lock()
        self.stopping = threading.Event()

    def say(self, **content: Any) -> None:
        """Write one line."""
        line = json.dumps(content, ensure_ascii=True, default=str) + "\n"
        with self._turn:
            self._out.write(line)
            self._out.flush()

    def tell(self, what: str, done: int, total: int | None) -> None:
        """Progress of the job."""
        if self.stopping.is_set():
            raise Stopped("the job was stopped")
        now = time.monotonic()
        if what != self._what or now - self._last >= _EVERY or done == total:
            self._what, self._last = what, now
            self.say(tell=[what, done, total])


class _ToWorker(logging.Handler):
    """Hands warnings to the worker, in whose log they are lines like the others."""

    def __init__(self, voice: _Voice) -> None:
        super().__init__(logging.WARNING)
        self._voice = voice

    def emit(self, record: logging.LogRecord) -> None:
        """One warning."""
        self._voice.say(log=record.getMessage()[:_LONGEST])


def main() -> int:
    """Do the job that standard input names."""
    out = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # whatever a library prints is for the log
    voice = _Voice(out)
    logging.captureWarnings(True)
    logging.getLogger().addHandler(_ToWorker(voice))
    task = json.loads(_first_line())
    threading.Thread(target=_listen, args=(voice.stopping,), daemon=True).start()
    _give_way()
    voice.say(**_done(task, voice))
    return 0


def _done(task: dict[str, Any], voice: _Voice) -> dict[str, Any]:
    """How the job ended."""
    from wattstone.base import InputRefused, WattstoneError
    from wattstone.interfaces.jobs.perform import Task, finding_values, perform
    from wattstone.interfaces.store.database import Unavailable

    try:
        outcome = perform(Task(**task), voice.tell)
    except Stopped:
        return {"stopped": True}
    except InputRefused as refused:
        return {"refused": [finding_values(one) for one in refused.findings]}
    except Unavailable as error:  # where it is kept is for the log, not for whoever asked
        return {"failed": "the database did not answer", "again": True, "trace": str(error)}
    except (WattstoneError, OSError) as error:  # the system, which may be well again in a moment
        return {"failed": str(error), "again": True}
    except Exception as error:
        trace = "".join(traceback.format_exception(error)[-6:])
        return {"failed": f"{type(error).__name__}: {error}", "again": False, "trace": trace}
    return {"done": outcome.as_dict(), "findings": [finding_values(one) for one in outcome.findings]}


def _first_line() -> bytes:
    """The task. Read without a buffer, of which the thread that goes on reading could not be freed at the end."""
    line = b""
    while not line.endswith(b"\n") and (part := os.read(0, 65536)):
        line += part
    return line


def _listen(stopping: threading.Event) -> None:
    """Wait for the word to stop, and for the end of the worker."""
    while os.read(0, 64):
        stopping.set()
    os._exit(ORPHANED)


def _give_way() -> None:
    """Readers come first; where memory runs out, the system takes this process, not the database or the server."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    try:
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
    except OSError:
        return  # only Linux has it


if __name__ == "__main__":
    sys.exit(main())
