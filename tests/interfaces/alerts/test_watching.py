"""What a worker calls: after a job, by the clock, and to send."""

import logging
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from wattstone.interfaces.alerts.watching import deliver_all, look_everywhere, watcher
from wattstone.interfaces.serving.settings import Settings


@pytest.fixture
def service(workspace, server, tmp_path: Path):
    tenants = (SimpleNamespace(id="acme", name="Acme", root=tmp_path / "acme"),)
    return SimpleNamespace(
        server=server, whole=lambda _tenant: workspace, tenants=lambda: tenants, settings=Settings(address="https://w.de")
    )  # fmt: skip


def failed(server, kind: str = "inventory"):
    """A job as the queue has it after it failed; the worker holds it as it was when it was begun."""
    server.queue.put("acme", kind, asked_by="x", role="analyst")
    job = server.queue.claim("w", lease=timedelta(minutes=1))
    server.queue.fail(job.id, "w", "no factor")
    return job


def test_a_job_that_failed_is_told(service, server):
    server.alerts.add_rule("acme", name="Jobs", kind="job.failed", by="x", mail=["ada@example.org"])
    ended = watcher(service)

    ended(failed(server), "failed", 0.1, {})
    ended(failed(server), "failed", 0.1, {})

    assert [one.facts["error"] for one in server.alerts.alerts("acme")[0]] == ["no factor"]


def test_what_goes_wrong_with_alerts_stops_no_worker(service, server, caplog):
    server.alerts.add_rule("acme", name="Broken", kind="no.such", by="x")
    rule = server.alerts.add_rule("acme", name="Jobs", kind="job.failed", by="x", params={"kinds": 5})

    with caplog.at_level(logging.ERROR, "wattstone.alerts"):
        watcher(service)(failed(server), "failed", 0.1, {})
        look_everywhere(service)

    assert [one.message for one in caplog.records] == ["alerts.failed"]
    assert rule.active


def test_by_the_clock_meters_of_years_ago_are_silent_and_without_a_server_no_mail_goes(service, server):
    server.alerts.add_rule("acme", name="Silent", kind="data.silent", by="x", mail=["ada@example.org"])

    look_everywhere(service)

    assert sorted(one.site for one in server.alerts.alerts("acme")[0]) == ["A", "B"]
    assert deliver_all(service) == 0
    assert {(one.state, one.answer) for one in server.deliveries.of("acme")} == {("failed", "no mail server is set up")}
