"""The queue of jobs, on SQLite and on PostgreSQL: nothing is run twice, nothing is lost, nobody is starved."""

import os
import signal
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.preloaded import processes
from wattstone.base import Finding
from wattstone.interfaces.store.server import Job, ServerRecords
from wattstone.interfaces.store.server.queue import LOST

pytestmark = pytest.mark.xdist_group("postgresql")

NOW = datetime(2026, 3, 1, 12)
LEASE = timedelta(seconds=30)
FINDING = Finding(code="a.b", place="row 1", found="{n} rows", params={"n": 2}, expected="one", remedy="remove one")


def put(server: ServerRecords, tenant: str = "acme", kind: str = "ingest", **said: Any) -> Job:
    return server.queue.put(tenant, kind, **({"asked_by": "anna", "role": "analyst", "now": NOW} | said))


def claim(server: ServerRecords, worker: str = "w1", after: float = 0.0) -> Job | None:
    return server.queue.claim(worker, lease=LEASE, now=NOW + timedelta(seconds=after))


def state(server: ServerRecords, job: Job) -> Job:
    found = server.queue.job(job.tenant, job.id)
    assert found is not None
    return found


def test_a_job_keeps_what_was_asked_and_who_asked(server: ServerRecords) -> None:
    job = put(server, params={"file": "a.csv", "at": NOW}, acts={"run", "read"}, sites={"HQ", "Mill"}, spaces={"B1"})

    assert state(server, job) == job
    assert (job.state, job.params, job.attempts) == ("queued", {"file": "a.csv", "at": "2026-03-01 12:00:00"}, 0)
    assert (job.acts, job.sites, job.spaces) == ({"run", "read"}, {"HQ", "Mill"}, {"B1"})
    assert server.queue.job("other", job.id) is None, "another organisation's"
    assert put(server).sites is None


def test_a_job_runs_from_queued_to_done(server: ServerRecords) -> None:
    job = put(server)
    taken = claim(server)
    assert taken is not None
    assert (taken.id, taken.state, taken.worker, taken.attempts) == (job.id, "running", "w1", 1)
    assert claim(server, "w2") is None

    later = NOW + timedelta(seconds=20)
    assert not server.queue.beat(job.id, "w1", lease=LEASE, done=3, total=12, what="reading", now=later)
    half = state(server, job)
    assert (half.done, half.total, half.what, half.heartbeat) == (3, 12, "reading", later)
    assert half.lease_until == later + LEASE

    assert server.queue.finish(job.id, "w1", {"rows": 7}, findings=[FINDING], now=later)
    done = state(server, job)
    assert (done.state, done.result, done.findings, done.ended) == ("done", {"rows": 7}, (FINDING,), later)
    assert not server.queue.finish(job.id, "w1", {"rows": 8}), "it ended before"
    assert claim(server, after=99) is None


def test_a_job_is_not_begun_before_it_is_due(server: ServerRecords) -> None:
    put(server, due=NOW + timedelta(seconds=60))
    assert claim(server, after=59) is None
    assert claim(server, after=60) is not None


def test_one_writing_job_at_a_time_runs_in_an_organisation(server: ServerRecords) -> None:
    first, second = put(server), put(server, now=NOW + timedelta(seconds=1))
    reading = put(server, kind="report", writes=False, now=NOW + timedelta(seconds=2))
    assert claim(server, "w1", after=5) == state(server, first)
    assert claim(server, "w2", after=5) == state(server, reading), "what only reads may go on beside it"
    assert claim(server, "w3", after=5) is None

    server.queue.finish(first.id, "w1", {})
    assert claim(server, "w3", after=5) == state(server, second)


def test_organisations_take_turns(server: ServerRecords) -> None:
    for _ in range(4):
        put(server, "big", writes=False)
    late = NOW + timedelta(seconds=1)
    put(server, "small", writes=False, now=late)
    put(server, "small", writes=False, now=late)

    order = []
    for step in range(6):
        job = claim(server, "w", after=2 + step)
        assert job is not None
        order.append(job.tenant)
        server.queue.finish(job.id, "w", {})
    assert order == ["big", "small", "big", "small", "big", "big"]


def test_who_has_fewer_jobs_running_comes_first(server: ServerRecords) -> None:
    for _ in range(3):
        put(server, "big", writes=False)
    put(server, "small", writes=False)
    order = [job.tenant for step in range(4) if (job := claim(server, f"w{step}", after=step))]
    assert order == ["big", "small", "big", "big"]


def test_a_failure_is_told_or_tried_again_and_the_third_time_is_the_last(server: ServerRecords) -> None:
    job = put(server)
    wait = timedelta(seconds=10)
    for attempt in (1, 2):
        assert claim(server, "w1", after=100 * attempt) is not None
        moment = NOW + timedelta(seconds=100 * attempt)
        assert server.queue.fail(job.id, "w1", "no route", retry=True, after=wait, now=moment)
        again = state(server, job)
        assert (again.state, again.attempts, again.error, again.due) == ("queued", attempt, "no route", moment + wait)
        assert claim(server, "w1", after=100 * attempt + 9) is None
    assert claim(server, "w1", after=300) is not None
    assert server.queue.fail(job.id, "w1", "no route", retry=True, findings=[FINDING])
    assert (state(server, job).state, state(server, job).findings) == ("failed", (FINDING,))

    fresh = server.queue.retry("acme", job.id, now=NOW)
    assert fresh is not None
    assert (fresh.state, fresh.attempts, fresh.error, fresh.findings) == ("queued", 0, None, ())
    assert claim(server, "w1") is not None
    assert server.queue.fail(job.id, "w1", "wrong file")
    assert state(server, job).state == "failed"
    assert server.queue.retry("other", job.id) is None


def test_a_job_that_waits_is_cancelled_at_once_and_one_that_runs_at_its_next_beat(server: ServerRecords) -> None:
    running, waiting = put(server), put(server, now=NOW + timedelta(seconds=1))
    claim(server)
    cancelled = server.queue.cancel("acme", waiting.id, now=NOW)
    assert cancelled is not None
    assert (cancelled.state, cancelled.ended) == ("cancelled", NOW)

    asked = server.queue.cancel("acme", running.id)
    assert asked is not None
    assert (asked.state, asked.cancel_asked) == ("running", True)
    assert server.queue.cancel("other", running.id) is None
    assert server.queue.beat(running.id, "w1", lease=LEASE), "stop"
    assert server.queue.stopped(running.id, "w1")
    assert state(server, running).state == "cancelled"
    assert server.queue.retry("acme", running.id) is not None
    assert not state(server, running).cancel_asked


def test_a_job_that_was_asked_to_stop_is_not_tried_again_when_it_fails(server: ServerRecords) -> None:
    job = put(server)
    claim(server)
    server.queue.cancel("acme", job.id)
    server.queue.fail(job.id, "w1", "x", retry=True)
    assert state(server, job).state == "failed"


def test_a_lease_that_ran_out_queues_the_job_again_and_the_old_worker_is_not_listened_to(server: ServerRecords) -> None:
    job = put(server)
    claim(server, "dead")
    assert server.queue.reap(now=NOW + LEASE - timedelta(seconds=1)) == ()
    (lost,) = server.queue.reap(now=NOW + LEASE)
    assert (lost.id, lost.state, lost.worker) == (job.id, "queued", None)

    taken = claim(server, "w2", after=31)
    assert taken is not None
    assert taken.attempts == 2
    assert server.queue.beat(job.id, "dead", lease=LEASE), "stop: it is another's now"
    assert not server.queue.finish(job.id, "dead", {"by": "dead"})
    assert not server.queue.fail(job.id, "dead", "x", retry=True)
    assert server.queue.finish(job.id, "w2", {"by": "w2"})
    assert state(server, job).result == {"by": "w2"}


def test_a_job_whose_worker_is_lost_three_times_has_failed_with_words(server: ServerRecords) -> None:
    job = put(server)
    for attempt in range(3):
        assert claim(server, after=100 * attempt) is not None
        (lost,) = server.queue.reap(now=NOW + timedelta(seconds=100 * attempt + 30))
    assert (lost.state, lost.error) == ("failed", LOST)
    assert state(server, job).ended == NOW + timedelta(seconds=230)


def test_a_lost_job_that_was_to_be_cancelled_is(server: ServerRecords) -> None:
    job = put(server)
    claim(server)
    server.queue.cancel("acme", job.id)
    (lost,) = server.queue.reap(now=NOW + LEASE)
    assert (lost.state, lost.error) == ("cancelled", None)


def test_a_worker_that_is_shut_down_gives_its_job_back(server: ServerRecords) -> None:
    job = put(server)
    claim(server)
    assert server.queue.give_back(job.id, "w1")
    assert (state(server, job).state, state(server, job).attempts) == ("queued", 0)
    assert claim(server, "w2") is not None


def test_lists_are_of_one_organisation_by_page_and_state(server: ServerRecords) -> None:
    mine = [put(server, now=NOW + timedelta(seconds=second)) for second in range(5)]
    put(server, "other")
    server.queue.cancel("acme", mine[0].id)

    page, count = server.queue.jobs("acme", page=2, size=2)
    assert ([job.id for job in page], count) == ([mine[2].id, mine[1].id], 5)
    page, count = server.queue.jobs("acme", state="cancelled")
    assert ([job.id for job in page], count) == ([mine[0].id], 1)
    assert server.queue.jobs("acme", kind="report") == ((), 0)
    assert server.queue.depth() == {"queued": 5, "cancelled": 1}


def test_old_jobs_are_swept_and_those_that_wait_are_kept(server: ServerRecords) -> None:
    old, waiting = put(server), put(server)
    server.queue.cancel("acme", old.id, now=NOW)
    assert server.queue.sweep(before=NOW + timedelta(days=1)) == 1
    assert server.queue.jobs("acme")[0] == (waiting,)


def _work(address: Path | str, folder: Path, worker: str, barrier: Any) -> list[tuple[str, str]]:
    done = []
    with ServerRecords.open(address, secrets=folder) as server:
        barrier.wait(60)
        while (job := server.queue.claim(worker, lease=timedelta(minutes=5))) or server.queue.depth().get("queued"):
            if job is not None:
                done.append((job.tenant, job.id))
                server.queue.finish(job.id, worker, {})
    return done


def test_competing_workers_run_every_job_once(server: ServerRecords, address: Path | str, tmp_path: Path) -> None:
    jobs = {(tenant, put(server, tenant, writes=n % 2 == 0).id) for n in range(8) for tenant in ("a", "b")}
    context = processes()
    with context.Manager() as manager, context.Pool(2) as pool:
        barrier = manager.Barrier(2)
        one, other = pool.starmap(_work, [(address, tmp_path, name, barrier) for name in ("w1", "w2")])

    assert len(one) + len(other) == len(jobs)
    assert {*one, *other} == jobs
    assert server.queue.depth() == {"done": len(jobs)}


def _take_and_hang(address: Path | str, folder: Path) -> None:
    with ServerRecords.open(address, secrets=folder) as server:
        job = server.queue.claim("hanging", lease=timedelta(seconds=1))
        assert job is not None
        server.queue.beat(job.id, "hanging", lease=timedelta(seconds=1), done=1, total=2, what="half")
        time.sleep(600)


def test_a_worker_that_is_killed_loses_its_job_to_another(
    server: ServerRecords, address: Path | str, tmp_path: Path
) -> None:
    job = server.queue.put("acme", "ingest", asked_by="anna", role="analyst")
    process = processes().Process(target=_take_and_hang, args=(address, tmp_path))
    process.start()
    deadline = time.monotonic() + 60
    while state(server, job).what != "half":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()

    while not server.queue.reap():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    taken = server.queue.claim("w2", lease=LEASE)
    assert taken is not None
    assert (taken.id, taken.attempts, taken.done, taken.what) == (job.id, 2, 0, "")
