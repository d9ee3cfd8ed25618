"""What is killed in mid-job: the worker, and the database. The job resumes, and is done once and whole."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import trial

from tests.interfaces.jobs.conftest import database, patiently
from wattstone.base import WattstoneError
from wattstone.interfaces.store.server import Job, ServerRecords

pytestmark = pytest.mark.xdist_group("jobs-postgresql")  # one server for all of them, which is killed


@contextmanager
def worker(root: Path, address: str, name: str) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([sys.executable, trial.__file__, "worker", str(root), address, name])
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(60)
        finally:
            process.kill()


def until(condition: Callable[[], object], seconds: float = 40.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


def at_work(root: Path) -> list[int]:
    """Numbers of the processes that have begun the job, in order."""
    log = root / "acme" / "at-work"
    return [int(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.is_file() else []


def alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[:1]
    return False


def state(server: ServerRecords, job: Job) -> str:
    found = server.queue.job(job.tenant, job.id)
    assert found is not None
    return found.state


def put(server: ServerRecords, seconds: float, *, silent: bool = False) -> Job:
    params = {"mark": "done", "seconds": seconds, "silent": silent}
    return server.queue.put("acme", "work", params, asked_by="schedule", role="analyst")


def unreachable(server: ServerRecords, job: Job) -> bool:
    try:
        server.queue.job(job.tenant, job.id)
    except WattstoneError:
        return True
    return False


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_another_worker_does_the_job_of_one_that_is_killed(server: ServerRecords, root: Path, address: str) -> None:
    job = put(server, 1.5, silent=True)
    with worker(root, address, "one") as first:
        until(lambda: at_work(root))
        first.kill()
        until(lambda: not alive(at_work(root)[0]))  # the job's process ends with its worker

        with worker(root, address, "two"):
            until(lambda: state(server, job) == "done")

    assert len(at_work(root)) == 2
    assert (root / "acme" / "done").read_text(encoding="utf-8") == "schedule job\n"
    found = server.queue.job("acme", job.id)
    assert found is not None
    assert (found.attempts, found.worker) == (2, "two")


def test_a_job_outlives_a_database_that_is_killed_and_comes_back(
    postgresql_folder: Path, postgresql_address: str, root: Path
) -> None:
    with ServerRecords.open(postgresql_address, secrets=root / "secrets", create=True) as server:
        job = put(server, 2.5)
        with worker(root, postgresql_address, "one"):
            until(lambda: at_work(root))
            killed = database(postgresql_folder)
            os.kill(int((postgresql_folder / "postmaster.pid").read_text(encoding="ascii").split()[0]), signal.SIGKILL)
            until(lambda: unreachable(server, job))  # what served a connection outlives its master by a moment
            until(lambda: (root / "acme" / "done").exists())  # it did not wait for the database
            patiently(killed.ensure_postgres_running)  # as a system would
            until(lambda: state(server, job) == "done")

    assert (root / "acme" / "done").read_text(encoding="utf-8") == "schedule job\n"
