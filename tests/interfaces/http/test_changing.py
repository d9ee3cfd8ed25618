"""What the API changes: once, for the state that was read, with every finding at its field."""

import json
from datetime import datetime

import pytest


def test_something_new_is_declared_and_then_corrected(ask):
    made = ask("POST", "/sites", json={"id": "D", "country": "CN", "zone": "Asia/Shanghai"})
    read = ask("GET", "/sites/D")
    corrected = ask("PATCH", "/sites/D", json={"floor_area": 1200}, headers={"If-Match": read.headers["etag"]})

    assert (made.status_code, made.headers["location"]) == (201, "/api/v1/organisations/acme/sites/D")
    assert made.json()["site"] == read.json()
    assert corrected.json()["site"]["floor_area"] == 1200.0
    assert corrected.headers["etag"] == ask("GET", "/sites/D").headers["etag"] != read.headers["etag"]
    assert ask("POST", "/sites", json={"id": "D"}).status_code == 409
    taken_back = ask("PATCH", "/sites/D", json={"floor_area": None}, headers={"If-Match": corrected.headers["etag"]})
    rest = {name: value for name, value in corrected.json()["site"].items() if name != "floor_area"}
    assert taken_back.json()["site"] == rest


def test_a_change_names_the_state_that_it_changes(ask):
    etag = ask("GET", "/meters/A1").headers["etag"]
    first = ask("PATCH", "/meters/A1", json={"personal": True}, headers={"If-Match": etag})
    second = ask("PATCH", "/meters/A1", json={"personal": False}, headers={"If-Match": etag})
    packed = ask("PATCH", "/meters/A1", json={"personal": True}, headers={"If-Match": f"W/{first.headers['etag']}"})

    assert (first.status_code, packed.status_code) == (200, 200)
    assert (second.status_code, second.headers["etag"]) == (412, first.headers["etag"])
    assert ask("PATCH", "/meters/A1", json={"personal": False}).status_code == 428
    assert ask("GET", "/meters/A1").json()["personal"] is True


@pytest.mark.parametrize(
    ("path", "said", "pointer"),
    [
        ("/sites", {"id": "D", "floor_area": -1}, "#/floor_area"),
        ("/sites", {"id": "D", "zone": "Mars/Olympus"}, "#/zone"),
        ("/sites", {"id": "D", "colour": "red"}, "#/colour"),
        ("/sites", {"country": "DE"}, "#/id"),
        ("/sites", {"id": "../../etc/passwd"}, "#/id"),
        ("/sites", {"id": "D", "ownership": ["2,2020-01-01"]}, "#/ownership/0/share"),
        ("/meters", {"id": "X", "site_id": "A", "kind": "electricity", "unit": "kWh", "sign": 5}, "#/sign"),
        ("/jobs", {"kind": "inventory", "params": {"year": "soon"}}, "#/params/year"),
        ("/jobs", {}, "#/kind"),
        ("/jobs", {"kind": "inventory", "colour": "red"}, "#/colour"),
    ],
)
def test_a_refusal_points_at_the_field(reading, path, said, pointer):
    answer = reading("POST", path, json=said)

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert pointer in [one.get("pointer") for one in answer.json()["findings"]]
    assert {"code", "place", "found", "expected", "remedy"} <= answer.json()["findings"][0].keys()


def test_all_findings_come_at_once(reading):
    answer = reading("POST", "/sites", json={"id": "D", "floor_area": -1, "country": "Germany", "latitude": 91})

    assert {one["pointer"] for one in answer.json()["findings"]} == {"#/floor_area", "#/country", "#/latitude"}


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff", b""])
def test_what_is_no_json_object_is_refused(reading, body):
    answer = reading("POST", "/sites", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_request_sent_twice_is_done_once(ask):
    said = {"kind": "inventory", "params": {"year": 2019}}
    headers = {"Idempotency-Key": "3f1c"}
    first, second = (ask("POST", "/jobs", json=said, headers=headers) for _ in range(2))
    other = ask("POST", "/jobs", json={**said, "params": {"year": 2018}}, headers=headers)
    another = ask("POST", "/jobs", json=said, headers=headers, by="operator")

    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert second.status_code == first.status_code == 202
    assert (other.status_code, other.json()["findings"][0]["code"]) == (422, "idempotency.other")
    assert another.json()["id"] != first.json()["id"], "keys of others are others"
    assert ask("GET", "/jobs").json()["total"] == 2


def test_a_request_that_was_never_answered_is_not_done_again_by_itself(ask, service, keys):
    from datetime import timedelta

    from wattstone.interfaces.http.once import LONGEST
    from wattstone.interfaces.store.server.rows import now_utc

    said, headers = {"kind": "quality", "params": {"year": 2019}}, {"Idempotency-Key": "killed"}
    ask("POST", "/jobs", json=said, headers=headers)
    for ago, code in ((timedelta(0), "idempotency.at_work"), (LONGEST, "idempotency.unanswered")):
        with service.server._database.writing() as connection:  # as a process leaves it that is killed in the midst
            from sqlalchemy import text

            change = text("UPDATE answers SET status = NULL, created = :then")
            connection.execute(change, {"then": now_utc() - ago})
        answer = ask("POST", "/jobs", json=said, headers=headers)
        assert (answer.status_code, answer.json()["findings"][0]["code"]) == (409, code)
    assert ask("GET", "/jobs").json()["total"] == 1


def test_what_was_refused_may_be_sent_again_with_the_same_key(ask):
    headers = {"Idempotency-Key": "again"}
    refused = ask("POST", "/sites", json={"id": "D", "country": "Germany"}, headers=headers)
    mended = ask("POST", "/sites", json={"id": "D", "country": "DE"}, headers=headers)

    assert (refused.status_code, mended.status_code) == (422, 201)


@pytest.mark.parametrize(
    ("by", "method", "path"),
    [
        ("viewer", "POST", "/sites"), ("operator", "POST", "/meters"), ("reviewer", "PATCH", "/sites/A"),
        ("viewer", "POST", "/uploads?name=a.csv"), ("reviewer", "POST", "/uploads?name=a.csv"),
        ("analyst", "POST", "/webhooks"), ("analyst", "GET", "/audit"), ("operator", "GET", "/alert-rules"),
        ("viewer", "PATCH", "/board/x"),
    ],
)  # fmt: skip
def test_a_role_does_no_more_than_it_may(reading, by, method, path):
    answer = reading(method, path, by=by, json={"id": "Z"})

    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")


def test_a_viewer_starts_no_job(reading):
    assert reading("POST", "/jobs", by="viewer", json={"kind": "inventory", "params": {}}).status_code == 403
    asked = {"kind": "disclosure", "params": {"year": 2022}}
    assert reading("POST", "/jobs", by="viewer", json=asked).status_code == 403
    assert reading("GET", "/jobs/kinds", by="viewer").json()["kinds"] == []


def test_jobs_are_started_watched_and_stopped(ask, service):
    job = ask("POST", "/jobs", json={"kind": "inventory", "params": {"year": 2019}}).json()
    at = f"/jobs/{job['id']}"
    stopped = ask("POST", f"{at}/cancel").json()
    stream = ask("GET", f"{at}/events")
    again = ask("POST", f"{at}/retry").json()
    twice = ask("POST", f"{at}/retry")

    assert (job["state"], stopped["state"], again["state"], twice.status_code) == ("queued", "cancelled", "queued", 409)
    assert stream.headers["content-type"].startswith("text/event-stream")
    event, data = stream.text.strip().split("\n")
    assert (event, json.loads(data.removeprefix("data: "))["state"]) == ("event: job", "cancelled")
    assert ask("GET", "/jobs?state=queued").json()["total"] == 1
    assert ask("GET", at, by="stranger", tenant="other").status_code == 404
    assert ask("POST", f"{at}/cancel", by="viewer").status_code == 403


def test_who_watches_a_job_does_not_keep_a_server_from_ending(ask, service):
    job = ask("POST", "/jobs", json={"kind": "quality", "params": {"year": 2019}}).json()
    service.stopping.set()

    assert ask("GET", f"/jobs/{job['id']}/events").text == ""


def test_whoever_was_given_one_site_sees_their_own_jobs(ask):
    mine = ask("POST", "/jobs", by="scoped", json={"kind": "quality", "params": {"year": 2019}})
    other = ask("POST", "/jobs", json={"kind": "quality", "params": {"year": 2019}}).json()["id"]

    assert mine.status_code in (202, 403)
    assert ask("GET", f"/jobs/{other}", by="scoped").status_code == 404


def test_alerts_are_acknowledged_by_name_with_a_note(ask, service):
    alerts = service.server.alerts
    hall = alerts.raise_alert(
        "acme", kind="meter.limit", key="k", site="A", facts={"meter": "A1", "count": 2, "above": 9}
    )
    alerts.raise_alert("acme", kind="job.failed", key="j", facts={"job_kind": "ingest", "error": "x"})
    done = ask("POST", f"/alerts/{hall.id}/acknowledge", json={"note": "Fuse replaced"})
    twice = ask("POST", f"/alerts/{hall.id}/acknowledge", json={"note": "Fuse replaced"})

    assert done.json()["state"] == "acknowledged"
    assert (done.json()["acknowledged_by"], done.json()["note"]) == ("analyst", "Fuse replaced")
    assert done.json()["text"] == "Meter A1 passed its limit of 9 in 2 intervals of its last day"
    assert twice.status_code == 409
    assert [one["site"] for one in ask("GET", "/alerts", by="scoped").json()["alerts"]] == ["A"]
    assert ask("GET", "/alerts?state=raised").json()["total"] == 1
    assert ask("POST", f"/alerts/{hall.id}/acknowledge", by="reviewer", json={}).status_code == 403


def test_a_rule_and_a_webhook_are_made_and_removed(ask, service, monkeypatch):
    monkeypatch.setenv("WATTSTONE_ALERTS_NETWORKS", "127.0.0.0/8")
    private = ask(
        "POST", "/webhooks", by="admin", json={"name": "h", "url": "https://169.254.169.254/latest/meta-data"}
    )
    hook = ask("POST", "/webhooks", by="admin", json={"name": "h", "url": "http://127.0.0.1:9/hook"}).json()
    said = {"name": "Silent", "kind": "data.silent", "params": {"hours": 6}, "webhooks": [hook["id"]]}
    rule = ask("POST", "/alert-rules", by="admin", json=said)
    read = ask("GET", f"/alert-rules/{rule.json()['id']}", by="admin")
    off = ask(
        "PUT", f"/alert-rules/{rule.json()['id']}", by="admin", json={**said, "active": False},
        headers={"If-Match": read.headers["etag"]},
    )  # fmt: skip
    rotated = ask("POST", f"/webhooks/{hook['id']}/rotate", by="admin").json()

    assert (private.status_code, private.json()["findings"][0]["pointer"]) == (422, "#/url")
    assert hook["secret"] != rotated["secret"]
    assert "secret" not in ask("GET", "/webhooks", by="admin").json()["webhooks"][0]
    assert (rule.status_code, off.json()["active"]) == (201, False)
    assert rule.json()["params"]["hours"] == 6
    assert ask("POST", "/alert-rules", by="admin", json={**said, "params": {}}).json()["params"] != {}
    assert ask("POST", "/alert-rules", by="admin", json={**said, "params": {"hours": 0}}).status_code == 422
    assert ask("POST", "/alert-rules", by="admin", json={**said, "webhooks": ["no"]}).status_code == 422
    assert ask("DELETE", f"/webhooks/{hook['id']}", by="admin").status_code == 204
    held = next(one for one in service.server.alerts.rules("acme") if one.id == rule.json()["id"])
    facts = {"count": 1, "since": "2024-05-01T14:00:00Z", "meters": ["A1"]}
    service.server.alerts.raise_alert("acme", kind="data.silent", key="s", rule=held, site="A", facts=facts)
    assert ask("DELETE", f"/alert-rules/{rule.json()['id']}", by="admin").status_code == 204
    (alert,) = ask("GET", "/alerts", by="admin").json()["alerts"]
    assert (alert["state"], alert["facts"]["over"]) == ("closed", "rule.removed")


def test_the_audit_log_names_who_did_what(ask):
    ask("PATCH", "/sites/A", json={"city": "Bonn"}, headers={"If-Match": "*"})
    lines = ask("GET", "/audit?what=site", by="admin").json()["lines"]

    assert [(one["who"], one["details"]["city"]) for one in lines if "city" in one["details"]] == [("analyst", "Bonn")]


def test_the_audit_log_is_read_page_by_page_while_lines_are_written(ask, service):
    for number in range(12):
        service.server.audit.note("x", who="w", tenant="acme", details={"n": number}, when=datetime(2026, 3, 1))
        service.whole("acme").records.note("x", who="w", details={"n": 100 + number}, when=datetime(2026, 3, 1))
    seen, cursor = [], ""
    while cursor is not None:
        page = ask("GET", f"/audit?what=x&limit=5{cursor and f'&cursor={cursor}'}", by="admin").json()
        seen += [one["details"]["n"] for one in page["lines"]]
        cursor = page["next"]
        service.server.audit.note("x", who="w", tenant="acme", details={"n": 999})
        service.whole("acme").records.note("x", who="w", details={"n": 999})

    assert sorted(seen) == [*range(12), *range(100, 112)]


def test_a_key_may_at_most_what_its_owner_may_and_is_void_at_once(app, service, ask, keys):
    """Somebody who is signed in, as a session would be; the cookie and its token are another room's matter."""
    from dataclasses import replace

    from wattstone.workflows.access import POLICY, Forbidden, Principal, Role

    person = next(one for one in service.server.people.every() if one.name == "viewer")
    viewer = Principal(
        id=person.id, name=person.name, kind="person", tenant="acme", role=Role.VIEWER, acts=POLICY[Role.VIEWER]
    )
    token, key = service.accounts.make_key(viewer, "program")
    keys["program"] = token
    with pytest.raises(Forbidden):
        service.accounts.make_key(viewer, "more", acts=POLICY[Role.ADMIN])
    with pytest.raises(Forbidden):
        service.accounts.make_key(replace(viewer, kind="key"), "another")

    assert ask("GET", "/me", by="program").json()["acts"] == ["read"]
    service.accounts.revoke_key(viewer, key.id)
    assert ask("GET", "/me", by="program").status_code == 401


def test_a_key_makes_no_keys(reading):
    assert reading("POST", "/me/keys", json={"name": "x"}).status_code == 403


def test_a_card_is_moved_for_the_state_that_was_read(ask):
    listed = ask("GET", "/board").json()
    read = ask("GET", "/board/measure:M1")
    said = {"state": "doing"}
    moved = ask("PATCH", "/board/measure:M1", json=said, headers={"If-Match": read.headers["etag"]})
    again = ask("PATCH", "/board/measure:M1", json=said, headers={"If-Match": read.headers["etag"]})

    assert [(one["key"], one["state"]) for one in listed["cards"]] == [("measure:M1", read.json()["state"])]
    assert (moved.status_code, moved.json()["state"]) == (200, "doing"), moved.text
    assert again.status_code == 412
    assert ask("GET", "/findings").json() == {"findings": [], "total": 0, "next": None}
    assert ask("GET", "/board/nothing").status_code == 404


def test_what_was_just_declared_is_there_at_once_for_whoever_has_one_site_too(ask):
    meter = {"id": "A2", "site_id": "A", "kind": "electricity", "unit": "kWh"}
    mine = ask("POST", "/meters", by="scoped", json=meter)
    elsewhere = ask("POST", "/meters", by="scoped", json={**meter, "id": "B2", "site_id": "B"})
    measure = ask("POST", "/measures", json={"id": "M2", "site_id": "A", "meters": ["A1"], "name": "Valve"})

    assert (mine.status_code, mine.json()["meter"]["id"]) == (201, "A2")
    assert elsewhere.status_code == 403
    assert (measure.status_code, measure.json()["measure"]["name"]) == (201, "Valve"), measure.text
    assert ask("GET", "/meters/A2", by="scoped").status_code == 200
