"""The rounds beside the jobs: what is due is asked for, what is old is swept away, what fails is said once."""

import logging
import os
from datetime import UTC, datetime, time, timedelta
from threading import Event

import pytest

from wattstone.base import WattstoneError
from wattstone.interfaces.app.rounds import Rounds
from wattstone.interfaces.jobs.inbox import new_upload
from wattstone.interfaces.jobs.schedule import FILE, Schedule, write_schedule
from wattstone.interfaces.jobs.takeaway import new_file
from wattstone.interfaces.serving.service import Service
from wattstone.workflows.access import LOCAL


def test_a_round_asks_for_the_jobs_that_are_due_and_sweeps_what_is_old(service: Service) -> None:
    root, server = service.root / "acme", service.server
    now = datetime.now(UTC)
    hour = (now - timedelta(minutes=1)).time().replace(second=0, microsecond=0)  # the organisation's zone is UTC
    write_schedule(root, Schedule(time(hour.hour, hour.minute), ("quality",)))
    os.utime(root / FILE, (0, 0))
    _, folder = new_upload(root)
    taken, _ = new_file(root, LOCAL, "readings-2024.csv", personal=True)
    for left in (folder, taken.parent):
        os.utime(left, (0, 0))
    old = server.queue.put("acme", "quality", asked_by="schedule", role="analyst", now=now - timedelta(days=200))
    server.queue.cancel("acme", old.id, now=now - timedelta(days=200))
    for key, days in (("old", 400), ("new", 300)):
        alert = server.alerts.raise_alert("acme", kind="job.failed", key=key, now=now - timedelta(days=days))
        assert alert is not None
        server.alerts.close("acme", alert.id, now=now - timedelta(days=days))
    server.codes.issue("reset", by="local", lasts=timedelta(days=1), email="a@x.org", now=now - timedelta(days=20))
    server.audit.note("sign-in", who="ada", when=now - timedelta(days=4000))

    Rounds(service, Event()).once()

    jobs, count = server.queue.jobs("acme")
    assert (count, jobs[0].kind, jobs[0].state) == (1, "quality", "queued")
    assert [one for one in (folder, taken.parent) if one.exists()] == []
    assert [one.key for one in server.alerts.alerts("acme")[0]] == ["new"]
    assert server.codes.open(now=now - timedelta(days=20)) == ()
    assert server.audit.entries()[0].what == "sign-in", "of the log nothing is swept"


def test_what_fails_is_said_once_and_hinders_nothing_else(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> None:
        raise WattstoneError("the database does not answer")

    rounds = Rounds(service, Event())
    swept: list[bool] = []
    monkeypatch.setattr(rounds, "schedule", fails)
    monkeypatch.setattr(rounds, "sweep", lambda: swept.append(True))

    with caplog.at_level(logging.INFO, "wattstone.rounds"):
        rounds.once()
        rounds.once()

    assert [one.getMessage() for one in caplog.records] == ["round.failed"]
    assert swept == [True]


def test_rounds_end_when_they_are_told(service: Service) -> None:
    stopping = Event()
    stopping.set()
    Rounds(service, stopping, every=60).run()
