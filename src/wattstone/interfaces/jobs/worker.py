"""The worker: claims jobs, has each done in a process of its own, and says how it went.

What may happen to it, and what becomes of the job:

    the job's process dies         begun again, three times in all; then it has failed, and says so
    the input is refused           failed, with the findings; never begun again by itself
    somebody cancels               asked to stop where nothing is half done; killed if it does not
    the worker is asked to stop    given back to the queue, which counts as no attempt
    the worker dies                its job's process ends with it; the lease runs out, another worker begins again
    the database dies              the job goes on; its end is told as soon as the database answers
"""

import logging
import math
import os
import secrets
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

from wattstone.base import WattstoneError
from wattstone.interfaces.jobs.perform import Task, finding_from
from wattstone.interfaces.jobs.process import COMMAND, Ended, JobProcess
from wattstone.interfaces.jobs.standing import Refusal, standing

if TYPE_CHECKING:
    from wattstone.interfaces.store.server import Job, ServerRecords

__all__ = ["Patience", "Worker", "worker_name"]

LOG = logging.getLogger("wattstone.jobs")
Answer = TypeVar("Answer")


def worker_name() -> str:
    """A name that no other worker has."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long a worker waits. [s]

    Parameters
    ----------
    lease : float
        After which a job whose worker says nothing is another's.
    beat : float
        Between two words to the queue.
    idle : float
        Between two looks into an empty queue.
    stop : float
        For a job to stop where nothing is half done, before it is killed.
    longest : float
        For a job; whatever takes longer hangs.
    upset : float
        For the database to come back, once a job is at its end.
    """

    lease: float = 60.0
    beat: float = 2.0
    idle: float = 1.0
    stop: float = 8.0
    longest: float = 6 * 3600.0
    upset: float = 300.0


@dataclass
class _Run:
    """A job that is under way."""

    job: "Job"
    process: JobProcess
    began: float = field(default_factory=time.monotonic)
    said: tuple[str, float, float | None] = ("", 0.0, None)
    beaten: float = field(default_factory=time.monotonic)
    why: str = ""
    asked: float = 0.0


class Worker:
    """One worker: one job at a time.

    Parameters
    ----------
    server : ServerRecords
        Whose queue.
    root_of : callable
        Gives the folder of an organisation's workspace; None where there is none.
    stopping : threading.Event
        Set, it makes the worker give its job back and end.
    workers : str or None
        Address of whoever runs the partitions of a job, as `--workers`.
    name : str
        Unique.
    patience : Patience
        How long it waits.
    ended : callable
        Told of each job that has ended: the job, its state, how long it took, and its result.
    command : sequence of str
        What the process of a job runs.
    """

    def __init__(
        self,
        server: "ServerRecords",
        root_of: Callable[[str], Path | None],
        *,
        stopping: Event | None = None,
        workers: str | None = None,
        name: str | None = None,
        patience: Patience | None = None,
        ended: "Callable[[Job, str, float, dict[str, Any]], None] | None" = None,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._server, self._root_of, self._workers = server, root_of, workers
        self.stopping = stopping or Event()
        self.name = name or worker_name()
        self._patience = patience or Patience()
        self._ended, self._command = ended, command
        self._upset = False
        self._reaped = -math.inf

    def run(self) -> None:
        """Work until the worker is asked to stop."""
        while not self.stopping.is_set():
            try:
                worked = self.step()
            except WattstoneError as error:  # the database does not answer
                self._complain(error)
                worked = False
            if not worked:
                self.stopping.wait(self._patience.idle)

    def step(self) -> bool:
        """Do one job; False where there is none."""
        self._reap()
        job = self._server.queue.claim(self.name, lease=timedelta(seconds=self._patience.lease))
        self._content()
        if job is None:
            return False
        self._do(job)
        return True

    def _reap(self) -> None:
        """Deal with the jobs of workers that are silent; not at every look, for it writes."""
        if time.monotonic() - self._reaped < self._patience.lease / 6:
            return
        self._reaped = time.monotonic()
        for one in self._server.queue.reap():
            _log(one, "job.lapsed", level=logging.WARNING, state=one.state)

    def _do(self, job: "Job") -> None:
        root = self._root_of(job.tenant)
        _log(job, "job.begun", attempt=job.attempts)
        began = time.monotonic()
        try:
            if root is None:
                raise Refusal("the organisation is no longer served here")
            task = self._task(job, root)
        except Refusal as refusal:
            self._told(job, self._server.queue.fail, error=str(refusal))
            self._over(job, "failed", began, {}, error=str(refusal))
            return
        run = _Run(job, JobProcess(task, self._command))
        try:
            self._watch(run)
        finally:
            run.process.end()

    def _task(self, job: "Job", root: Path) -> Task:
        who = standing(self._server, job)
        return Task(
            id=job.id,
            tenant=job.tenant,
            kind=job.kind,
            root=str(root),
            params=job.params,
            asked_by=who.id,
            name=who.name,
            role=str(who.role),
            acts=tuple(sorted(map(str, who.acts))),
            sites=None if who.scope.sites is None else tuple(sorted(who.scope.sites)),
            spaces=tuple(sorted(who.scope.spaces)),
            workers=self._workers,
        )

    def _watch(self, run: _Run) -> None:
        """Listen to the process of a job to its end, and beat."""
        while True:
            try:
                event = run.process.next(min(0.5, self._patience.beat))
            except Ended as end:
                self._end(run, {"failed": str(end), "again": True})
                return
            if event is not None and "tell" in event:
                what, done, total = event["tell"]
                run.said = (str(what), float(done), None if total is None else float(total))
            elif event is not None and "log" in event:
                _log(run.job, "job.warning", level=logging.WARNING, said=event["log"])
            elif event is not None:
                self._end(run, event)
                return
            self._look(run)

    def _look(self, run: _Run) -> None:
        """Beat, if it is time, and see whether the job has to stop."""
        now = time.monotonic()
        if now - run.beaten >= self._patience.beat:
            run.beaten = now
            if self._beat(run) and not run.why:
                self._stop(run, "cancelled")
        if self.stopping.is_set() and not run.why:
            self._stop(run, "given back")
        elif now - run.began > self._patience.longest and not run.why:
            self._stop(run, "overdue")
        if run.why and now - run.asked > self._patience.stop:
            run.process.end()

    def _beat(self, run: _Run) -> bool:
        what, done, total = run.said
        lease = timedelta(seconds=self._patience.lease)
        try:
            stop = self._server.queue.beat(run.job.id, self.name, lease=lease, done=done, total=total, what=what)
        except WattstoneError as error:
            self._complain(error)
            return False
        self._content()
        return stop

    def _stop(self, run: _Run, why: str) -> None:
        run.why, run.asked = why, time.monotonic()
        run.process.ask_to_stop()

    def _end(self, run: _Run, event: dict[str, Any]) -> None:
        """Say how a job ended."""
        queue, job = self._server.queue, run.job
        findings = [finding_from(one) for one in event.get("findings") or event.get("refused") or ()]
        if "done" in event:
            state, mine = "done", self._told(job, queue.finish, result=event["done"], findings=findings)
        elif run.why == "given back":
            state, mine = "queued", self._told(job, queue.give_back)
        elif run.why == "cancelled":
            state, mine = "cancelled", self._told(job, queue.stopped)
        elif run.why == "overdue":
            error = f"it took longer than {self._patience.longest / 3600:g} hours and was stopped"
            state, mine = "failed", self._told(job, queue.fail, error=error)
        elif "refused" in event:
            error = "; ".join(one.say(one.found) for one in findings[:3])
            state, mine = "failed", self._told(job, queue.fail, error=error, findings=findings)
        else:
            error, again = str(event.get("failed", "it ended without a word")), bool(event.get("again"))
            state, mine = "failed", self._told(job, queue.fail, error=error, retry=again)
        more = {name: event[name] for name in ("failed", "trace") if name in event}
        self._over(job, state if mine else "lost", run.began, event.get("done") or {}, **more)

    def _told(self, job: "Job", tell: Callable[..., Answer], **said: Any) -> Answer | None:
        """Tell the queue how a job ended; while the database does not answer, again and again for a while."""
        deadline, pause = time.monotonic() + self._patience.upset, 0.2
        while True:
            try:
                answer = tell(job.id, self.name, **said)
            except WattstoneError as error:
                self._complain(error)
                if time.monotonic() > deadline:
                    return None  # its lease runs out, and it is begun again
                time.sleep(pause)
                pause = min(pause * 2, 5.0)
            else:
                self._content()
                return answer

    def _over(self, job: "Job", state: str, began: float, result: dict[str, Any], **more: Any) -> None:
        seconds = time.monotonic() - began
        level = logging.INFO if state in ("done", "cancelled", "queued") else logging.WARNING
        _log(job, "job.ended", level=level, state=state, seconds=round(seconds, 3), **more)
        if self._ended is not None:
            self._ended(job, state, seconds, result)

    def _complain(self, error: Exception) -> None:
        if not self._upset:
            LOG.error("worker.no_database", extra={"fields": {"worker": self.name, "error": str(error)}})
        self._upset = True

    def _content(self) -> None:
        if self._upset:
            LOG.info("worker.database_back", extra={"fields": {"worker": self.name}})
        self._upset = False


def _log(job: "Job", event: str, *, level: int = logging.INFO, **more: Any) -> None:
    """One line on a job. Its parameters stay out: they may name files and people."""
    fields = {"job": job.id, "kind": job.kind, "tenant": job.tenant, "asked_by": job.asked_by, **more}
    LOG.log(level, event, extra={"fields": fields})
