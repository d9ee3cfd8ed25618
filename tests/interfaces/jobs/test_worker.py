"""A worker in this process: every way in which a job may end."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
import trial
from trial import CHILD, QUICK

from wattstone.interfaces.jobs.inbox import new_upload
from wattstone.interfaces.jobs.worker import Patience, Worker
from wattstone.interfaces.store.server import Job, ServerRecords
from wattstone.interfaces.store.workspace import open_workspace

pytestmark = pytest.mark.xdist_group("jobs-postgresql")  # one server for all of them, which is killed

Put = dict[str, Any]


@pytest.fixture(autouse=True)
def _trials(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kinds of these tests, for this process; its children install them themselves."""
    from wattstone.interfaces.jobs import asking, kinds

    monkeypatch.setattr(asking, "KINDS", {**asking.KINDS, **trial.KINDS})
    monkeypatch.setattr(kinds, "KINDS", {**kinds.KINDS, **trial.KINDS})


def put(server: ServerRecords, kind: str, /, **params: Any) -> Job:
    return server.queue.put("acme", kind, params, asked_by="schedule", role="analyst")


def worker(server: ServerRecords, root: Path, patience: Patience = QUICK, **more: Any) -> Worker:
    return Worker(server, lambda tenant: root / tenant, patience=patience, command=CHILD, **more)


def now(server: ServerRecords, job: Job) -> Job:
    found = server.queue.job(job.tenant, job.id)
    assert found is not None
    return found


def until(condition: Any, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


def test_a_job_runs_as_its_asker_says_how_far_it_is_and_keeps_its_outcome(server: ServerRecords, root: Path) -> None:
    person = server.people.add(name="Ada", email="ada@example.org")
    server.people.join(person.id, "acme", "analyst", by="test")
    job = server.queue.put("acme", "work", {"mark": "done", "seconds": 0.6}, asked_by=person.id, role="analyst")
    ended: list[Any] = []

    assert worker(server, root, ended=lambda *told: ended.append(told)).step()

    found = now(server, job)
    assert found.state == "done"
    assert found.what == "work"
    assert 0 < found.done <= (found.total or 0) == 100
    assert found.result is not None
    assert found.result["documents"] == ["d1"]
    assert found.result["message"][0]["count"] == 3
    assert (root / "acme" / "done").read_text(encoding="utf-8") == "Ada job\n"
    assert [(one[0].id, one[1]) for one in ended] == [(job.id, "done")]


def test_refused_input_is_kept_as_findings_and_never_tried_again(sqlite_server: ServerRecords, root: Path) -> None:
    job = put(sqlite_server, "refuse")
    one = worker(sqlite_server, root)

    assert one.step()
    assert not one.step()

    found = now(sqlite_server, job)
    assert (found.state, found.attempts, found.error) == ("failed", 1, "x is bad")
    assert [(finding.code, finding.place) for finding in found.findings] == [("t.bad", "row 7")]


def test_parameters_that_cannot_be_used_are_refused_by_name(sqlite_server: ServerRecords, root: Path) -> None:
    job = put(sqlite_server, "work", seconds="long", other=1)

    assert worker(sqlite_server, root).step()

    assert {finding.place for finding in now(sqlite_server, job).findings} == {"/seconds", "/other"}


@pytest.fixture
def _at_once(sqlite_server: ServerRecords, monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is begun again at once, and not half a minute later."""
    fail = sqlite_server.queue.fail
    monkeypatch.setattr(sqlite_server.queue, "fail", lambda *told, **said: fail(*told, **said, after=trial.AT_ONCE))


@pytest.mark.usefixtures("_at_once")
def test_a_job_whose_process_is_killed_is_begun_three_times_at_most(sqlite_server: ServerRecords, root: Path) -> None:
    job = put(sqlite_server, "crash")
    one = worker(sqlite_server, root)

    while one.step():
        pass

    found = now(sqlite_server, job)
    assert (found.state, found.attempts) == ("failed", 3)
    assert "signal 9" in (found.error or "")


@pytest.mark.usefixtures("_at_once")
def test_an_ingest_that_is_killed_while_it_writes_is_done_once_and_whole(
    sqlite_server: ServerRecords, root: Path
) -> None:
    upload, folder = new_upload(root / "acme")
    rows = "".join(f"2022-01-{day:02}T{hour:02}:00Z,{hour}\n" for day in range(1, 31) for hour in range(24))
    (folder / "HQ.csv").write_text(f"time,kWh\n{rows}", encoding="utf-8")
    asked = {"upload": upload, "kind": "electricity", "unit": "kWh", "confirmed": True}
    job = put(sqlite_server, "killed-ingest", **asked)
    one = worker(sqlite_server, root)

    assert one.step()
    assert now(sqlite_server, job).state == "queued"
    workspace = open_workspace(root / "acme")
    assert workspace.lake.scan("readings") is None, "nothing is there for anybody"
    assert one.step()

    assert (now(sqlite_server, job).state, now(sqlite_server, job).attempts) == ("done", 2)
    held = workspace.lake.scan("readings")
    assert held is not None
    assert held.select("value").collect().sum().item() == 30 * sum(range(24))
    assert held.collect().height == 30 * 24
    workspace.close()


@pytest.mark.parametrize(("mark", "state"), [("system", "queued"), ("database", "queued"), ("bug", "failed")])
def test_what_the_system_lacks_may_be_there_later_a_fault_will_not_mend_itself(
    sqlite_server: ServerRecords, root: Path, caplog: pytest.LogCaptureFixture, mark: str, state: str
) -> None:
    job = put(sqlite_server, "fault", mark=mark)

    assert worker(sqlite_server, root).step()

    logged = "".join(str(vars(one).get("fields")) for one in caplog.records)
    assert "it creaks" in logged

    found = now(sqlite_server, job)
    assert found.state == state
    said = {"system": "the disk is full", "database": "the database did not answer", "bug": "KeyError: 'a bug'"}
    assert found.error == said[mark]
    assert ("db.internal" in logged) is (mark == "database"), "where it is kept is for the log alone"


@pytest.mark.parametrize("kind", ["work", "deaf"])
def test_a_cancelled_job_stops_or_is_killed(sqlite_server: ServerRecords, root: Path, kind: str) -> None:
    server = sqlite_server
    job = put(server, kind, mark="done", seconds=60)
    thread = threading.Thread(target=worker(server, root).step)
    thread.start()
    until(lambda: (root / "acme" / ("at-work" if kind == "work" else "deaf")).exists())

    server.queue.cancel("acme", job.id)
    thread.join(20)

    assert not thread.is_alive()
    assert now(server, job).state == "cancelled"
    assert not (root / "acme" / "done").exists()


def test_a_worker_that_is_stopped_gives_its_job_back(sqlite_server: ServerRecords, root: Path) -> None:
    job = put(sqlite_server, "work", mark="done", seconds=60)
    one = worker(sqlite_server, root)
    thread = threading.Thread(target=one.run)
    thread.start()
    until(lambda: (root / "acme" / "at-work").exists())

    one.stopping.set()
    thread.join(20)

    assert not thread.is_alive()
    found = now(sqlite_server, job)
    assert (found.state, found.attempts) == ("queued", 0)


def test_a_job_that_hangs_is_ended(sqlite_server: ServerRecords, root: Path) -> None:
    job = put(sqlite_server, "deaf", seconds=60)

    worker(sqlite_server, root, Patience(beat=0.1, stop=0.1, longest=1.0)).step()

    assert now(sqlite_server, job).state == "failed"
    assert "took longer" in (now(sqlite_server, job).error or "")


def test_a_job_is_not_begun_for_somebody_who_has_left(sqlite_server: ServerRecords, root: Path) -> None:
    person = sqlite_server.people.add(name="Ada", email="ada@example.org")
    sqlite_server.people.join(person.id, "acme", "analyst", by="test")
    gone = sqlite_server.queue.put("acme", "work", {"mark": "a"}, asked_by=person.id, role="analyst")
    sqlite_server.people.leave(person.id, "acme")
    one = worker(sqlite_server, root)

    assert one.step()

    assert now(sqlite_server, gone).state == "failed"
    assert "no role" in (now(sqlite_server, gone).error or "")
    assert not (root / "acme" / "a").exists()


def test_a_job_may_do_no_more_than_its_asker_may_when_it_is_begun(sqlite_server: ServerRecords, root: Path) -> None:
    person = sqlite_server.people.add(name="Ada", email="ada@example.org")
    sqlite_server.people.join(person.id, "acme", "viewer", by="test")  # an analyst when the job was asked for
    job = sqlite_server.queue.put("acme", "work", {"mark": "a"}, asked_by=person.id, role="analyst")

    assert worker(sqlite_server, root).step()

    assert [one.code for one in now(sqlite_server, job).findings] == ["access.forbidden"]
    assert not (root / "acme" / "a").exists()


def test_a_job_of_an_organisation_that_is_not_served_fails(sqlite_server: ServerRecords) -> None:
    job = put(sqlite_server, "work", mark="a")

    assert Worker(sqlite_server, lambda _: None, patience=QUICK, command=CHILD).step()

    assert "no longer served" in (now(sqlite_server, job).error or "")
