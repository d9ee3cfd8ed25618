"""Kinds of jobs that fail in every way, and the two processes that run them: `python trial.py child|worker ...`."""

import os
import signal
import sys
import time
import warnings
from datetime import timedelta
from pathlib import Path
from threading import Event
from types import MappingProxyType
from typing import Any

from wattstone.base import Finding, InputRefused, WattstoneError
from wattstone.interfaces.jobs import asking, kinds
from wattstone.interfaces.jobs.kind import Kind, Outcome, Params, Said, Tell
from wattstone.interfaces.jobs.kinds_ingest import IngestParams, run_ingest
from wattstone.interfaces.jobs.worker import Patience, Worker
from wattstone.interfaces.store.database import Unavailable
from wattstone.workflows.access import Act
from wattstone.workflows.workspace import Workspace

CHILD = (sys.executable, __file__, "child")
AT_ONCE = timedelta(0)
QUICK = Patience(lease=1.5, beat=0.1, idle=0.05, stop=0.5, upset=60.0)


class Marked(Params):
    """Of every trial: `mark` is a file that is written once the work is done; `seconds` is how long it takes."""

    mark: str = ""
    seconds: float = 0.0
    silent: bool = False


def work(workspace: Workspace, asked: Marked, tell: Tell) -> Outcome:
    """Works for a while in steps; leaves its process number while at it, and a mark at the end."""
    at_work = workspace.root / "at-work"
    with at_work.open("a", encoding="utf-8") as log:
        log.write(f"{os.getpid()}\n")
    until = time.monotonic() + asked.seconds
    while time.monotonic() < until:
        if not asked.silent:
            tell("work", int(100 * (1 - (until - time.monotonic()) / asked.seconds)), 100)
        time.sleep(0.02)
    with (workspace.root / asked.mark).open("a", encoding="utf-8") as log:
        log.write(f"{workspace.actor.name} {workspace.actor.kind}\n")
    return Outcome(message=[Said("{count} thing done", {}, "{count} things done", 3)], documents=["d1"])


def deaf(workspace: Workspace, asked: Marked, _tell: Tell) -> Outcome:
    """Never says a word, so that it can never be stopped gently."""
    (workspace.root / "deaf").touch()
    time.sleep(asked.seconds)
    return Outcome()


def crash(_workspace: Workspace, _asked: Marked, _tell: Tell) -> Outcome:
    """Dies as if memory had run out."""
    os.kill(os.getpid(), signal.SIGKILL)
    return Outcome()


def killed_ingest(workspace: Workspace, asked: IngestParams, tell: Tell) -> Outcome:
    """An ingest whose process is killed when it has written rows and not yet said so; the second time it lives."""
    tried = workspace.root / "tried"

    def die(what: str, done: int, total: int | None) -> None:
        if what == "write" and not tried.exists():
            tried.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        tell(what, done, total)

    return run_ingest(workspace, asked, die)


def refuse(_workspace: Workspace, _asked: Marked, _tell: Tell) -> Outcome:
    """Finds the input wanting."""
    raise InputRefused(
        [
            Finding(
                code="t.bad", place="row 7", found="{n} is bad", params={"n": Path("x")}, expected="good", remedy="mend"
            )
        ]
    )


def fault(_workspace: Workspace, asked: Marked, _tell: Tell) -> Outcome:
    """Fails: by a fault of its own, or for something that the system lacks."""
    warnings.warn("it creaks", RuntimeWarning, stacklevel=1)
    if asked.mark == "database":
        raise Unavailable("the records at postgresql+psycopg://energy@db.internal/energy cannot be used")
    raise WattstoneError("the disk is full") if asked.mark == "system" else KeyError("a bug")


_RUNS = {"work": work, "deaf": deaf, "crash": crash, "refuse": refuse, "fault": fault}
KINDS: dict[str, Kind[Any]] = {
    name: Kind(name=name, title=name, act=Act.RUN, params=Marked, run=run) for name, run in _RUNS.items()
}
KINDS["killed-ingest"] = Kind(
    name="killed-ingest", title="ingest", act=Act.INGEST, params=IngestParams, run=killed_ingest
)


def install() -> None:
    """Put the trials in the place of the real kinds."""
    asking.KINDS = kinds.KINDS = MappingProxyType({**kinds.KINDS, **KINDS})  # type: ignore[misc]


def worker(root: Path, address: str, name: str) -> None:
    """A worker that runs until SIGTERM."""
    from wattstone.interfaces.store.server import ServerRecords

    stopping = Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    with ServerRecords.open(address if "://" in address else Path(address), secrets=root / "secrets") as server:
        one = Worker(server, lambda tenant: root / tenant, stopping=stopping, name=name, patience=QUICK, command=CHILD)
        one.run()


if __name__ == "__main__":
    install()
    if sys.argv[1] == "child":
        from wattstone.interfaces.jobs.child import main

        sys.exit(main())
    worker(Path(sys.argv[2]), sys.argv[3], sys.argv[4])
