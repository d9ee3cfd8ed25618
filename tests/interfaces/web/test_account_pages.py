"""From the first start to a team with roles, keys and alerts; and what a page refuses."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.interfaces.web.account_site import PASSWORD, Pages, send, text_of, token_of
from wattstone.workflows.access import Role

ADA = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD}


def test_the_first_start_makes_an_administrator_and_nothing_typed_is_lost(pages: Pages) -> None:
    code, browser = pages.service.accounts.first_code(), pages.browser()

    assert browser.get("/").headers["location"] == "/start"
    wrong = send(browser, "/start", {"code": "guess", **ADA})
    assert wrong.status_code == 422
    assert 'value="Ada"' in wrong.text
    assert PASSWORD not in wrong.text
    assert re.search(r'aria-invalid="true"', wrong.text)
    short = send(browser, "/start", {"code": code, **ADA, "password": "short"})
    assert "It has 5 characters." in text_of(short.text)

    right = send(browser, "/start", {"code": code, **ADA})

    assert (right.status_code, right.headers["location"]) == (303, "/o/north/")
    assert browser.get("/start").headers["location"] == "/sign-in"
    roles = [(one.tenant, one.role) for one in pages.service.server.people.memberships()]
    assert sorted(roles) == [("north", "admin"), ("south", "admin")]


def test_signing_in_returns_to_the_page_that_was_asked_for_and_to_no_other_server(pages: Pages) -> None:
    pages.person("Ada")
    browser = pages.browser()

    assert (
        browser.get("/o/north/jobs?state=done").headers["location"]
        == "/sign-in?next=%2Fo%2Fnorth%2Fjobs%3Fstate%3Ddone"
    )
    for asked, goes in (
        ("/o/north/jobs?state=done", "/o/north/jobs?state=done"),
        ("//evil.example/o/", "/o/north/"),
        ("https://evil.example/", "/o/north/"),
        ("/o/\\evil.example", "/o/north/"),
    ):
        answer = send(pages.browser(), "/sign-in", {"email": "ada@example.org", "password": PASSWORD, "next": asked})
        assert answer.headers["location"] == goes


def test_a_wrong_password_is_refused_in_the_same_words_as_a_wrong_address(pages: Pages) -> None:
    pages.person("Ada")
    answers = [
        send(pages.browser(), "/sign-in", {"email": email, "password": "nothing of the kind"})
        for email in ("ada@example.org", "nobody@example.org")
    ]

    assert [one.status_code for one in answers] == [422, 422]
    said = [re.findall(r'class="error".*?</span></span>', one.text, re.DOTALL) for one in answers]
    assert said[0] == said[1] != []


def test_a_form_without_its_token_does_nothing(pages: Pages) -> None:
    ada = pages.person("Ada")

    assert ada.post("/o/north/settings", data={"name": "Taken over"}).status_code == 403
    assert ada.post("/sign-out").status_code == 403
    assert ada.post("/o/north/settings/keys", data={"name": "x", "csrf": "0" * 64}).status_code == 403
    assert pages.service.whole("north").records.organisation().name == "North & Co <x>"


def test_an_invitation_becomes_a_member_with_role_and_sites(pages: Pages) -> None:
    ada = pages.person("Ada")
    form = {"email": "Bob@Example.org", "role": "operator", "sites": ["north-a"]}
    shown = send(ada, "/o/north/settings/people", form)
    link = re.search(r"invitation#([\w-]+)", shown.text)

    assert link is not None
    assert "bob@example.org" in ada.get("/o/north/settings/people").text
    assert link[1] not in ada.get("/o/north/settings/people").text
    bob = pages.browser()
    joined = send(bob, "/invitation", {"code": link[1], "name": "Bob", "password": "the cow jumped over it"})
    assert joined.headers["location"] == "/o/north/"
    assert bob.get("/o/north/settings/people").status_code == 403
    assert bob.get("/o/south/jobs").status_code == 404
    member = next(one for one in pages.service.server.people.memberships(tenant="north") if one.role == "operator")
    assert member.sites == {"north-a"}


def test_a_role_is_changed_and_changed_back(pages: Pages) -> None:
    ada = pages.person("Ada")
    pages.person("Bob", Role.VIEWER)
    people = pages.service.server.people
    bob = people.by_email("bob@example.org")
    assert bob is not None
    path = f"/o/north/settings/people/{bob.id}"

    send(ada, path, {"role": "analyst"})

    assert people.memberships(person=bob.id)[0].role == "analyst"
    after = ada.get("/o/north/settings/people")
    undo = re.search(r'<form action="([^"]+)" method="post"><input type="hidden" name="csrf" value="([^"]+)"><input '
                     r'type="hidden" name="role" value="(\w+)"', after.text)  # fmt: skip
    assert undo is not None
    ada.post(undo[1], data={"csrf": undo[2], "role": undo[3]})
    assert people.memberships(person=bob.id)[0].role == "viewer"


def test_the_last_administrator_stays(pages: Pages) -> None:
    ada = pages.person("Ada")
    me = pages.service.server.people.by_email("ada@example.org")
    assert me is not None
    path = f"/o/north/settings/people/{me.id}"

    changed = send(ada, path, {"role": "viewer"})
    removed = send(ada, f"{path}/remove", {}, page=path)

    assert (changed.status_code, removed.status_code) == (422, 422)
    assert "Nobody else administers the organisation" in text_of(changed.text)


def test_an_account_is_closed_on_its_page_and_its_browser_signed_out(pages: Pages) -> None:
    ada, bob = pages.person("Ada"), pages.person("Bob", Role.ANALYST)
    held = pages.service.server.people.by_email("bob@example.org")
    assert held is not None
    path = f"/o/north/settings/people/{held.id}"
    assert bob.get("/o/north/account").status_code == 200

    done = send(ada, f"{path}/close", {}, page=path)

    assert done.status_code == 303
    assert "The account of Bob is closed." in text_of(ada.get("/o/north/settings/people").text)
    assert bob.get("/o/north/account").headers["location"].startswith("/sign-in")
    me = pages.service.server.people.by_email("ada@example.org")
    assert me is not None
    path = f"/o/north/settings/people/{me.id}"
    assert "Nobody else administers the organisation" in text_of(send(ada, f"{path}/close", {}, page=path).text)


def test_people_of_another_organisation_are_nobody_here(pages: Pages) -> None:
    ada = pages.person("Ada")
    pages.person("Sue", tenant="south")
    sue = pages.service.server.people.by_email("sue@example.org")
    assert sue is not None
    token = token_of(ada.get("/o/north/settings/people").text)

    for deed in ("", "/password", "/remove", "/close"):
        answer = ada.post(f"/o/north/settings/people/{sue.id}{deed}", data={"csrf": token, "role": "viewer"})
        assert answer.status_code == 404
    assert pages.service.server.people.memberships(person=sue.id)[0].role == "admin"


def test_a_key_is_shown_once_and_may_no_more_than_its_maker(pages: Pages) -> None:
    vera = pages.person("Vera", Role.VIEWER)
    shown = send(vera, "/o/north/settings/keys", {"name": "Nightly", "acts": ["read", "administer"], "days": "30"})
    key = re.search(r'id="secret">(wsk_[\w-]+)<', shown.text)

    assert key is not None
    assert key[1] not in vera.get("/o/north/settings/keys").text
    held = pages.service.server.keys.of("north")[0]
    assert held.acts == {"read"}
    assert held.expires is not None
    assert held.expires - held.created < timedelta(days=31)
    other = pages.person("Rex", Role.ANALYST)
    assert "Nightly" not in other.get("/o/north/settings/keys").text
    send(other, f"/o/north/settings/keys/{held.id}/revoke", {}, page="/o/north/settings/keys")
    assert pages.service.server.keys.of("north")[0].revoked is None
    send(vera, f"/o/north/settings/keys/{held.id}/revoke", {}, page="/o/north/settings/keys")
    assert pages.service.server.keys.of("north")[0].revoked is not None


def test_a_new_password_signs_out_everywhere_else(pages: Pages) -> None:
    ada = pages.person("Ada")
    there = pages.browser()
    send(there, "/sign-in", {"email": "ada@example.org", "password": PASSWORD})
    form = {"old": PASSWORD, "password": "an owl in the barn"}

    assert send(ada, "/o/north/account/password", {**form, "old": "x"}, page="/o/north/account").status_code == 422
    assert there.get("/o/north/account").status_code == 200
    assert send(ada, "/o/north/account/password", form, page="/o/north/account").status_code == 303

    assert ada.get("/o/north/account").status_code == 200
    assert there.get("/o/north/account").status_code == 303


def test_the_organisation_is_changed_whole_or_not_at_all(pages: Pages) -> None:
    ada = pages.person("Ada")
    said = {"name": "Polar", "approach": "financial control", "gwp_set": "AR6", "base_year": "2019", "currency": "EUR"}

    refused = send(ada, "/o/north/settings", {**said, "zone": "Mars/Olympus"})
    kept = send(ada, "/o/north/settings", {**said, "zone": "Europe/Oslo"})

    assert refused.status_code == 422
    assert 'value="Polar"' in refused.text
    assert 'id="e-zone"' in refused.text
    assert kept.status_code == 303
    organisation = pages.service.whole("north").records.organisation()
    assert (organisation.name, organisation.zone, organisation.base_year) == ("Polar", "Europe/Oslo", 2019)
    assert "Polar" in [line.details.get("name") for line in pages.service.whole("north").records.audit(last=1)]


def test_who_may_not_change_the_organisation_reads_it(pages: Pages) -> None:
    vera = pages.person("Vera", Role.VIEWER)

    shown = vera.get("/o/north/settings")

    assert "<form action='/o/north/settings'" not in shown.text.replace('"', "'")
    assert "North &amp; Co &lt;x&gt;" in shown.text
    assert "Co <x>" not in shown.text
    assert vera.post("/o/north/settings", data={"csrf": token_of(shown.text), "name": "X"}).status_code == 403


def test_jobs_are_watched_stopped_and_tried_again(pages: Pages) -> None:
    ada, queue = pages.person("Ada"), pages.service.server.queue
    who = {"tenant": "north", "asked_by": "schedule", "role": "admin"}
    failed = queue.put(kind="inventory", params={"year": 2019}, **who)
    queue.claim("w", lease=timedelta(minutes=1))
    queue.fail(failed.id, "w", "no readings in 2019", findings=[], retry=False)
    waits = queue.put(kind="quality", params={}, **who)
    elsewhere = queue.put(kind="quality", params={}, **{**who, "tenant": "south"})

    listed = text_of(ada.get("/o/north/jobs").text)
    assert "waiting" in listed
    assert "No readings in 2019" in listed
    assert "every night" in listed
    assert ada.get(f"/o/north/jobs/{elsewhere.id}").status_code == 404
    assert ada.get(f"/o/north/jobs/{failed.id}/part").headers["x-finished"] == "yes"
    send(ada, f"/o/north/jobs/{waits.id}/cancel", {}, page=f"/o/north/jobs/{waits.id}")
    send(ada, f"/o/north/jobs/{failed.id}/retry", {}, page=f"/o/north/jobs/{failed.id}")

    states = {job.id: job.state for job in queue.jobs("north")[0]}
    assert states == {failed.id: "queued", waits.id: "cancelled"}
    vera = pages.person("Vera", Role.VIEWER)
    token = token_of(vera.get("/o/north/account").text)
    assert vera.post(f"/o/north/jobs/{failed.id}/cancel", data={"csrf": token}).status_code == 403


def test_whoever_has_some_sites_sees_the_jobs_that_they_asked_for(pages: Pages) -> None:
    oscar = pages.person("Oscar", Role.OPERATOR, sites=frozenset({"north-a"}))
    queue, me = pages.service.server.queue, pages.service.server.people.by_email("oscar@example.org")
    assert me is not None
    other = queue.put(kind="quality", params={}, tenant="north", asked_by="schedule", role="admin")
    former = queue.put(kind="quality", params={}, tenant="north", asked_by=me.id, role="operator")  # of all sites
    mine = queue.put(
        kind="quality", params={}, tenant="north", asked_by=me.id, role="operator", sites=frozenset({"north-a"})
    )

    listed = oscar.get("/o/north/jobs").text

    assert mine.id in listed
    assert former.id not in listed
    assert other.id not in listed
    assert oscar.get(f"/o/north/jobs/{other.id}").status_code == 404


def test_an_alert_is_looked_after_and_a_rule_is_made(pages: Pages) -> None:
    ada, alerts = pages.person("Ada"), pages.service.server.alerts
    wrong = send(ada, "/o/north/settings/alerts", {"kind": "data.silent", "hours": "soon"})
    send(ada, "/o/north/settings/alerts", {"kind": "data.silent", "hours": "6", "mail": "a@example.org"})
    rule = alerts.rules("north")[0]
    alerts.raise_alert(
        "north", kind="data.silent", key="k", rule=rule, site="north-a",
        facts={"count": 1, "since": "2024-05-01T14:00:00Z", "meters": ["north-a-main"]},
    )  # fmt: skip

    assert wrong.status_code == 422
    assert 'value="soon"' in wrong.text
    assert (rule.params, rule.mail) == ({"hours": 6.0}, ("a@example.org",))
    shown = ada.get("/o/north/alerts")
    assert "1 meter at north-a has told nothing since" in text_of(shown.text)
    elsewhere = pages.person("Oscar", Role.OPERATOR, sites=frozenset({"north-b"}))
    assert "north-a" not in elsewhere.get("/o/north/alerts").text
    alert = alerts.alerts("north")[0][0]
    token = token_of(elsewhere.get("/o/north/account").text)
    path = f"/o/north/alerts/{alert.id}/acknowledge"
    assert elsewhere.post(path, data={"csrf": token}).status_code == 404
    send(ada, path, {"note": "Fuse"}, page="/o/north/alerts")
    assert alerts.alerts("north")[0][0].acknowledged_by == "Ada"
    send(ada, f"/o/north/settings/alerts/{rule.id}", {"do": "remove"}, page="/o/north/settings/alerts")
    for where in (f"/o/north/alerts/{alert.id}", "/o/north/alerts?state=closed"):
        assert "its rule was removed" in text_of(ada.get(where).text)


def test_a_webhook_into_a_private_network_is_refused(pages: Pages) -> None:
    ada = pages.person("Ada")

    for url in ("https://127.0.0.1/x", "https://10.0.0.1/", "http://169.254.169.254/latest", "file:///etc/passwd"):
        answer = send(ada, "/o/north/settings/webhooks", {"url": url}, page="/o/north/settings/alerts")
        assert answer.status_code == 422, url
        assert 'id="e-url"' in answer.text
    assert pages.service.server.alerts.webhooks("north") == ()


def test_the_audit_log_shows_whether_its_chain_is_whole(pages: Pages) -> None:
    import sqlite3

    ada = pages.person("Ada")
    send(ada, "/o/north/settings/keys", {"name": "=cmd|x", "acts": ["read"]})

    shown, table = text_of(ada.get("/o/north/settings/audit").text), ada.get("/o/north/settings/audit.csv")

    assert shown.count("The chain is whole") == 2
    assert "make key" in shown
    assert table.headers["content-disposition"].startswith("attachment")
    assert ",=" not in table.text
    with sqlite3.connect(pages.service.root / "server.db") as database:
        database.execute("UPDATE audit SET who = 'Eve' WHERE number = 1")
    database.close()
    assert "The chain is broken at line 1" in text_of(ada.get("/o/north/settings/audit").text)
    assert pages.person("Vera", Role.VIEWER).get("/o/north/settings/audit").status_code == 403


class _Files:
    """A form whose files nobody may have begun to read."""

    def __init__(self) -> None:
        self.read = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.read += 1
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'


@pytest.mark.parametrize(("who", "status"), [("nobody", 303), ("stranger", 404), ("viewer", 403)])
def test_a_page_reads_files_only_from_whoever_may_bring_them(pages: Pages, who: str, status: int) -> None:
    browsers = {
        "nobody": pages.browser(),
        "stranger": pages.person("Eve", Role.ANALYST, tenant="south"),
        "viewer": pages.person("Vic", Role.VIEWER),
    }
    form = _Files()

    answer = browsers[who].post(
        "/o/north/data/upload", headers={"Content-Type": "multipart/form-data; boundary=x"}, content=form
    )

    assert (answer.status_code, form.read) == (status, 0)
