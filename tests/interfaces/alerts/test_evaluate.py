"""Rules looked at: once for each cause, until it is over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from wattstone.base import InputRefused
from wattstone.workflows.alerts import after_job, look, params_of

NOON = datetime(2024, 5, 4, 12, tzinfo=UTC)  # 12 h after the end of A1's readings, 36 h after that of B1's


def job(kind: str, state: str, error: str | None = None) -> SimpleNamespace:
    return SimpleNamespace(id=f"{kind}-{state}", tenant="acme", kind=kind, state=state, error=error)


def test_a_silent_meter_is_told_once_until_it_is_heard_again(workspace, server):
    server.alerts.add_rule(
        "acme", name="Silent", kind="data.silent", by="x", params={"hours": 24}, mail=["a@b.example"]
    )

    first = look(workspace, server.alerts, "acme", now=NOON)
    second = look(workspace, server.alerts, "acme", now=NOON + timedelta(hours=1))
    alerts, _ = server.alerts.alerts("acme")

    assert [(one.site, one.facts["meters"], one.facts["since"]) for one in first] == [
        ("B", ["B1"], "2024-05-03T00:00:00Z")
    ]
    assert second == ()
    assert len(alerts) == len(server.deliveries.of("acme")) == 1

    heard = look(workspace, server.alerts, "acme", now=NOON - timedelta(hours=24))  # as if B1 were 12 h behind

    assert heard == ()
    assert server.alerts.alerts("acme")[0][0].state == "closed"


def test_an_acknowledged_alert_is_not_raised_again_before_it_is_over(workspace, server):
    server.alerts.add_rule("acme", name="Silent", kind="data.silent", by="x", params={"hours": 24})
    raised = look(workspace, server.alerts, "acme", now=NOON)
    server.alerts.acknowledge("acme", raised[0].id, by="Ada", note="on it")

    assert look(workspace, server.alerts, "acme", now=NOON) == ()

    look(workspace, server.alerts, "acme", now=NOON - timedelta(hours=24))
    again = look(workspace, server.alerts, "acme", now=NOON)

    assert [one.site for one in again] == ["B"]


def test_a_job_that_fails_again_and_again_is_one_alert_until_it_is_done(workspace, server):
    server.alerts.add_rule("acme", name="Jobs", kind="job.failed", by="x")

    told = [len(after_job(workspace, server.alerts, job("inventory", "failed", "no factor"))) for _ in range(3)]
    other = after_job(workspace, server.alerts, job("detection", "failed"))
    after_job(workspace, server.alerts, job("inventory", "done"))

    assert told == [1, 0, 0]
    assert len(other) == 1
    states = {one.facts["job_kind"]: one.state for one in server.alerts.alerts("acme")[0]}
    assert states == {"inventory": "closed", "detection": "raised"}


def test_a_limit_is_of_mean_power_in_the_last_day(workspace, server):
    """10 kWh in an hour are 10 kW."""
    server.alerts.add_rule("acme", name="Over 9", kind="meter.limit", by="x", params={"meter": "A1", "above": 9})
    server.alerts.add_rule("acme", name="Over 11", kind="meter.limit", by="x", params={"meter": "A1", "above": 11})
    server.alerts.add_rule("acme", name="Under 10", kind="meter.limit", by="x", params={"meter": "B1", "below": 10})

    raised = after_job(workspace, server.alerts, job("ingest", "done"), now=NOON)

    assert [(one.facts["meter"], one.facts["value"], one.facts["above"]) for one in raised] == [("A1", 10.0, 9)]


def test_nobody_learns_from_an_alert_what_a_dwelling_used(workspace, server):
    meter = next(one for one in workspace.records.meters() if one.id == "A1")
    workspace.records.declare([], [meter.model_copy(update={"personal": True, "declared": "user"})])
    server.alerts.add_rule("acme", name="Over 9", kind="meter.limit", by="x", params={"meter": "A1", "above": 9})

    raised = after_job(workspace, server.alerts, job("ingest", "done"), now=NOON)

    assert [sorted(one.facts) for one in raised] == [["above", "below", "count", "meter"]]


def test_a_rule_that_is_switched_off_sees_nothing(workspace, server):
    rule = server.alerts.add_rule("acme", name="Jobs", kind="job.failed", by="x")
    server.alerts.set_rule(replace(rule, active=False))

    assert after_job(workspace, server.alerts, job("inventory", "failed")) == ()


@pytest.mark.parametrize(
    ("kind", "params", "pointer"),
    [
        ("meter.limit", {"meter": "A1"}, "#/params"),
        ("meter.limit", {"meter": "A1", "above": 1, "below": 2}, "#/params"),
        ("data.silent", {"hours": 0}, "#/params/hours"),
        ("finding.worth", {"at_least": float("nan")}, "#/params/at_least"),
        ("job.failed", {"kind": "x"}, "#/params/kind"),
        ("no.such", {}, "#/kind"),
    ],
)
def test_thresholds_that_cannot_be_are_refused_with_their_place(kind, params, pointer):
    with pytest.raises(InputRefused) as refused:
        params_of(kind, params)

    assert refused.value.findings[0].params["pointer"] == pointer
