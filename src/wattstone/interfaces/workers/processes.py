"""Partitions in several processes of this machine."""

import multiprocessing
import os
import pickle
import signal
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from wattstone.base import WattstoneError
from wattstone.interfaces.workers.lifetime import Closing, blame, describe
from wattstone.workflows.ports import Progress

__all__ = ["LocalProcesses"]

Item = TypeVar("Item")
Result = TypeVar("Result")

RETRIES = 3
AHEAD = 4  # results held back for each process, while an earlier one is still awaited
PATIENCE = 5.0  # seconds that a process has to end before it is killed


class LocalProcesses(Closing):
    """A number of processes, started when first needed and kept until `close`. See `workflows.ports.Workers`.

    Parameters
    ----------
    count : int
        How many processes.
    retries : int
        How many more times an item is tried when its process was killed under it.

    Notes
    -----
    Each process has a pipe of its own and one item at a time, so that it is known whose item was lost when a process
    is killed; `concurrent.futures` would give up all of them. Processes are spawned, not forked, because forks of a
    process with threads (Polars has some) may hang.
    """

    def __init__(self, count: int, *, retries: int = RETRIES) -> None:
        if count < 1:
            raise ValueError(f"{count} processes can do nothing")
        self._count = count
        self._retries = retries
        self._idle: list[_Worker] = []

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], *, progress: Progress | None = None
    ) -> Iterator[Result]:
        """Run a function over items; results in the order of the items."""
        run = _Run(self, function, items)
        try:
            yield from run.results(progress)
        finally:
            for worker in run.stop():
                self._give_back(worker)

    def close(self) -> None:
        """End the processes."""
        while self._idle:
            self._idle.pop().end()

    @property
    def count(self) -> int:
        """How many processes."""
        return self._count

    @property
    def retries(self) -> int:
        """How many more times an item is tried."""
        return self._retries

    def take(self) -> "_Worker":
        """A process that is idle, or a new one."""
        return self._idle.pop() if self._idle else _Worker.start(self._count)

    def _give_back(self, worker: "_Worker") -> None:
        if len(self._idle) < self._count:
            self._idle.append(worker)
        else:
            worker.end()


@dataclass(frozen=True)
class _Worker:
    process: BaseProcess
    pipe: "Connection[Any, Any]"

    @classmethod
    def start(cls, count: int) -> "_Worker":
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, count), name="wattstone-worker", daemon=True)
        process.start()
        theirs.close()  # ours must be the only other end, or the death of the process would not be noticed
        return cls(process, ours)

    def end(self) -> None:
        """Ask it to end by closing the pipe; kill it if it does not."""
        self.pipe.close()
        self.process.join(PATIENCE)
        self.kill()

    def kill(self) -> int | None:
        self.pipe.close()
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        code = self.process.exitcode
        self.process.close()
        return code


class _Run(Generic[Item, Result]):
    """One call of `map`: which item is where, what came back, and what comes next."""

    def __init__(self, owner: LocalProcesses, function: Callable[[Item], Result], items: Iterable[Item]) -> None:
        self._owner = owner
        self._function = function
        self._source = enumerate(items)
        self._again: deque[tuple[int, Item]] = deque()
        self._losses: dict[int, int] = {}
        self._free: list[_Worker] = []
        self._busy: dict[Connection[Any, Any], tuple[_Worker, int, Item]] = {}
        self._ready: dict[int, Result] = {}
        self._due = 0  # index of the result that is yielded next
        self._done = 0

    def results(self, progress: Progress | None) -> Iterator[Result]:
        while True:
            self._fill()
            while self._due in self._ready:
                result = self._ready.pop(self._due)
                self._due += 1
                self._fill()
                yield result
            if not self._busy:
                return
            for pipe in wait(list(self._busy)):
                self._receive(pipe)
                if progress is not None:
                    progress(self._done)

    def stop(self) -> list[_Worker]:
        """Kill what is still at work; give back the rest."""
        for worker, _, _ in self._busy.values():
            worker.kill()
        self._busy.clear()
        return self._free

    def _fill(self) -> None:
        while len(self._busy) < self._owner.count:
            if self._again:
                index, item = self._again.popleft()
            elif (following := self._draw()) is not None:
                index, item = following
            else:
                return
            worker = self._free.pop() if self._free else self._owner.take()
            self._busy[worker.pipe] = (worker, index, item)
            try:
                worker.pipe.send((self._function, item))
            except (BrokenPipeError, ConnectionResetError):
                self._lost(worker.pipe)
            except BaseException as error:
                blame(error, index, item)
                raise

    def _draw(self) -> tuple[int, Item] | None:
        held = len(self._ready) + len(self._busy)
        return next(self._source, None) if held < AHEAD * self._owner.count else None

    def _receive(self, pipe: Any) -> None:
        worker, index, item = self._busy[pipe]
        try:
            result, error = pipe.recv()
        except (EOFError, ConnectionResetError):
            self._lost(pipe)
            return
        del self._busy[pipe]
        self._free.append(worker)
        if error is not None:
            blame(error, index, item)
            raise error
        self._ready[index] = result
        self._done += 1

    def _lost(self, pipe: Any) -> None:
        worker, index, item = self._busy.pop(pipe)
        code = worker.kill()
        self._losses[index] = self._losses.get(index, 0) + 1
        if self._losses[index] > self._owner.retries:
            raise WattstoneError(
                f"{describe(index, item)}: its worker process ended {self._losses[index]} times, the last time with "
                f"exit code {code}. If that was for want of memory, use fewer processes."
            )
        self._again.append((index, item))


def _serve(pipe: "Connection[Any, Any]", count: int) -> None:
    """What a worker process does: receive, run, send, until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt ends
    # Several processes with as many threads as processors each would only take turns; set before Polars is imported.
    os.environ.setdefault("POLARS_MAX_THREADS", str(max(1, (os.cpu_count() or 1) // count)))
    while True:
        try:
            function, item = pipe.recv()
        except EOFError:
            return
        except Exception as error:
            answer = (None, _portable(error))
        else:
            answer = _answer(function, item)
        try:
            pipe.send(answer)
        except (BrokenPipeError, ConnectionResetError):
            return
        except Exception as error:
            pipe.send((None, _portable(error)))


def _answer(function: Callable[[Any], Any], item: object) -> tuple[Any, Exception | None]:
    try:
        return function(item), None
    except Exception as error:
        return None, _portable(error)


def _portable(error: Exception) -> Exception:
    """The error itself where it survives being sent, else its text; with the trace of this process as a note."""
    trace = "".join(traceback.format_exception(error)).rstrip()
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    except Exception:
        error = WattstoneError(f"{type(error).__name__}: {error}")
    error.add_note(f"in a worker process:\n{trace}")
    return error
