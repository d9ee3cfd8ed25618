"""Checks, releases, restatements and the change of a year over the API: problems at their fields, audit, once."""

from dataclasses import replace
from datetime import datetime

import pytest

from wattstone.base import Finding
from wattstone.interfaces.jobs.checks_kept import keep_check
from wattstone.interfaces.serving.service import Service
from wattstone.inventory.base_year import BaseYearPolicy
from wattstone.inventory.checks import Checked
from wattstone.inventory.released import Release
from wattstone.inventory.statement import CHANGE
from wattstone.workflows.release import check_year, release
from wattstone.workflows.restatement import set_policy
from wattstone.workflows.scope3 import decide

ASKS, STOPS = "estimated:scope2.location", "undecided:4"


def found(key: str, severity: str) -> Checked:
    finding = Finding(code="check.estimated", place="the organisation", found="half of it is estimated",
                      expected="less", remedy="read the meters")  # fmt: skip
    return Checked(check="estimated", severity=severity, key=key, finding=finding)  # type: ignore[arg-type]


@pytest.fixture
def checked(service: Service) -> None:
    """2019 of acme was checked: one finding asks, and one stops."""
    held = service.whole("acme")
    decide(held, 2019, dict.fromkeys(range(1, 16), ("not_applicable", "a small hall")))
    done = check_year(held, 2019)
    assert not done.blocking
    keep_check(held, replace(done, found=(found(STOPS, "stops"), found(ASKS, "asks"), *done.found)))


def test_findings_are_let_pass_by_a_reviewer_once_and_stand_in_the_audit_log(ask, checked):
    first = ask("GET", "/inventory/2019/checks").json()
    assert {one["key"] for one in first["findings"] if one["outcome"] == "asks"} == {ASKS}
    assert (first["stale"], first["more"], first["released"], first["blocking"]) == (False, 0, None, 2)
    assert first["made"].endswith("Z")

    said = {"json": {"keys": [ASKS], "reason": "only three days were read"}, "headers": {"Idempotency-Key": "p1"}}
    done = ask("POST", "/inventory/2019/checks/pass", by="reviewer", **said)
    again = ask("POST", "/inventory/2019/checks/pass", by="reviewer", **said)
    assert (done.status_code, again.headers["idempotency-replayed"], again.json()) == (200, "true", done.json())
    passed = [one["let_pass"] for one in done.json()["findings"] if one["outcome"] == "asks"]
    assert {(one["reason"], one["by"]) for one in passed} == {("only three days were read", "reviewer")}
    assert ask("GET", "/inventory/2019/checks").json()["blocking"] == done.json()["blocking"] == 1
    told = [one["what"] for one in ask("GET", "/audit?limit=20", by="admin").json()["lines"]]
    assert told.count("let pass") == 1


def test_what_cannot_pass_is_said_at_its_field_and_nothing_is_kept(ask, checked, service):
    def refused(keys, reason="r", by="reviewer"):
        answer = ask("POST", "/inventory/2019/checks/pass", by=by, json={"keys": keys, "reason": reason})
        return answer.status_code, [one.get("pointer") for one in answer.json().get("findings", ())]

    assert refused([ASKS, "jump:x"]) == (422, ["#/keys/1"])
    assert refused([ASKS, STOPS], "r") == (422, ["#/keys/1"])
    assert refused([ASKS], " ") == (422, ["#/reason"])
    assert refused([]) == (422, ["#/keys"])
    assert refused([ASKS], by="analyst")[0] == 403
    assert refused([ASKS], by="stranger")[0] == 404
    assert ask("GET", "/inventory/1999/checks").status_code == 404
    assert (
        ask("POST", "/inventory/1999/checks/pass", by="reviewer", json={"keys": ["x"], "reason": "r"}).status_code
        == 404
    )
    assert ask("GET", "/inventory/2019/checks", by="scoped").status_code == 404
    assert service.whole("acme").records.waivers() == ()


def test_a_release_is_listed_with_its_figures_as_they_were(ask, service, checked):
    made = release(service.whole("acme"), 2019, who="Li")  # it checks anew, and finds nothing
    (row,) = ask("GET", "/releases?year=2019").json()["releases"]

    assert (row["sha256"], row["by"], row["figures"]) == (made.sha256, "Li", made.figures)
    assert row["totals"] == pytest.approx(dict(made.totals))
    assert ask("GET", "/releases?year=2018").json()["releases"] == []
    assert ask("GET", f"/releases/{made.sha256}/figures?limit=1000").json()["total"] == made.figures
    assert ask("GET", f"/releases/{made.sha256}/figures", by="scoped").status_code == 403
    assert ask("GET", "/releases/nothing/figures").status_code == 404
    assert ask("GET", "/inventory/2019/checks").json()["released"] == row


def test_a_policy_is_set_once_and_refused_at_its_fields(ask):
    key = {"Idempotency-Key": "b1"}
    body = {"years": [2019], "threshold": 5, "note": "by the board"}
    first, again = (ask("POST", "/restatements/policy", json=body, headers=key) for _ in range(2))
    assert (first.status_code, first.json()["number"], again.json()) == (200, 1, first.json())
    assert first.json()["who"] == "analyst"
    (held,) = ask("GET", "/restatements/policy").json()["policies"]
    assert (held["years"], held["triggers"]) == ([2019], ["structure", "method", "error"])

    def pointers(said):
        answer = ask("POST", "/restatements/policy", json=said)
        assert answer.status_code == 422
        return [one["pointer"] for one in answer.json()["findings"]]

    assert pointers({}) == ["#/years"]
    assert pointers({"years": [2019, 2019]}) == ["#/years"]
    assert pointers({"years": [2019], "threshold": 0}) == ["#/threshold"]
    assert pointers({"years": [2019], "triggers": ["growth"]}) == ["#/triggers/0"]
    assert ask("POST", "/restatements/policy", by="reviewer", json=body).status_code == 403
    assert ask("POST", "/restatements/policy", by="scoped", json=body).status_code == 403


def test_a_restatement_is_decided_by_somebody_else_and_the_ledger_holds(ask, service):
    held = service.whole("acme")
    set_policy(held, BaseYearPolicy(years=(2019,)), who="Li")
    told = {"year": 2019, "name": "scope1", "before": 10.0, "after": 12.0, "trigger": "error", "reason": "a bill",
            "event": "e"}  # fmt: skip
    held.records.add_restatements([("propose", told)] * 2, who="Wu")
    held.records.add_release(
        Release(year=2019, run=1, figures=1, sha256="x", totals={"scope1@organisation": 10.0},
                units={"scope1@organisation": "kg CO2e"}, released_by="Li", at=datetime(2020, 3, 1))
    )  # fmt: skip
    one, two = (row["entry"] for row in ask("GET", "/restatements?sort=proposed_at").json()["restatements"])

    def decided(by="reviewer", **said):
        body = {"entries": [one[:12]], "accept": True, "note": "compared", **said}
        return ask("POST", "/restatements/decide", by=by, json=body)

    assert decided(by="analyst").status_code == 403
    wrong = decided(accept=False, note=" ", entries=[one, "beef"])
    assert {row["pointer"] for row in wrong.json()["findings"]} == {"#/note", "#/entries/1"}
    (row,) = decided().json()["restatements"]
    assert (row["state"], row["decided_by"], row["note"], row["after"]) == ("accepted", "reviewer", "compared", 12.0)
    assert decided().status_code == 422  # it is decided
    assert ask("GET", f"/restatements/{two}").json()["state"] == "proposed"
    assert ask("GET", "/restatements/none").status_code == 404
    assert ask("GET", "/restatements?state=accepted").json()["total"] == 1
    assert ask("GET", "/restatements/series").json()["series"] == [
        {"year": 2019, "name": "scope1", "reported": 10.0, "recalculated": 12.0}
    ]
    ledger = ask("GET", "/restatements/ledger?limit=2").json()
    assert (ledger["holds"], ledger["broken"], ledger["total"]) == (True, None, 4)
    assert ledger["lines"][1]["previous"] == ledger["lines"][0]["hash"]
    assert ask("GET", "/restatements", by="scoped").status_code == 403


def test_the_change_of_a_year_is_answered_from_its_document(ask, service):
    from wattstone.interfaces.jobs.documents import keep_report
    from wattstone.interfaces.present.check_page import build_check
    from wattstone.workflows.release import YearCheck

    assert ask("GET", "/inventory/2019/change").status_code == 404
    rows = [dict(zip(CHANGE, ("scope1", "activity", -3.0), strict=True))]
    facts = {"year": 2019, "change": rows, "like_for_like": [], "sites": [], "left_out": 0, "throughout": 2}
    done = YearCheck(year=2019, run=1, found=())
    keep_report(service.whole("acme"), "change", "2019", lambda lang: build_check(done, lang=lang), facts=facts)
    told = ask("GET", "/inventory/2019/change").json()

    assert (told["change"], told["throughout"], told["year"]) == (rows, 2, 2019)
    assert ask("GET", "/inventory/2019/change", by="scoped").status_code == 404
