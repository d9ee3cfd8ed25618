"""Alerts as people meet them: rules that say what is wrong with them, an alert by its link, what became of it."""

import re
from pathlib import Path

import pytest

from tests.interfaces.web.account_site import Pages, send, text_of, token_of
from wattstone.interfaces.alerts import valid_secrets
from wattstone.workflows.access import Role

SILENT = {"count": 1, "since": "2024-05-01T14:00:00Z", "meters": ["north-a-main"]}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "data.silent", "hours": "6", "mail": "ada at example.org"}, "mail"),
        ({"kind": "meter.limit", "meter": "nothing-such", "above": "5"}, "meter"),
        ({"kind": "finding.worth", "at_least": "5,000", "by": "kg"}, "at_least"),  # 5 or 5000
        ({"kind": "finding.worth", "at_least": "", "by": "kg"}, "at_least"),
    ],
)
def test_a_rule_that_would_tell_nobody_of_nothing_is_refused_at_its_field(
    pages: Pages, fields: dict[str, str], field: str
) -> None:
    answer = send(pages.person("Ada"), "/o/north/settings/alerts", fields)

    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text
    assert pages.service.server.alerts.rules("north") == ()


def test_numbers_of_a_rule_are_taken_as_people_write_them(pages: Pages) -> None:
    send(pages.person("Ada"), "/o/north/settings/alerts", {"kind": "finding.worth", "at_least": "5 000,5", "by": "kg"})

    assert pages.service.server.alerts.rules("north")[0].params["at_least"] == 5000.5


def test_the_link_of_a_mail_leads_to_the_alert_and_to_its_form(pages: Pages) -> None:
    ada, server = pages.person("Ada"), pages.service.server
    rule = server.alerts.add_rule("north", name="Quiet", kind="data.silent", by="x", mail=["a@example.org"])
    alert = server.alerts.raise_alert("north", kind="data.silent", key="k", rule=rule, site="north-a", facts=SILENT)
    assert alert is not None
    where = f"/o/north/alerts/{alert.id}"

    away = pages.browser().get(where)
    assert away.headers["location"] == f"/sign-in?next={where.replace('/', '%2F')}"
    shown = text_of(ada.get(where).text)
    assert "1 meter at north-a has told nothing since" in shown
    assert "by the rule “Quiet”" in shown
    assert "a@example.org" in shown

    viewer = pages.person("Vera", Role.VIEWER)
    assert "I look after it" not in viewer.get(where).text
    assert "a@example.org" not in viewer.get(where).text
    assert viewer.get(f"/o/north/alerts/{alert.id}x").status_code == 404
    other = pages.person("Oscar", Role.OPERATOR, sites=frozenset({"north-b"}))
    assert other.get(where).status_code == 404

    done = send(ada, f"{where}/acknowledge", {"note": "Fuse", "back": "alert"}, page=where)
    assert done.headers["location"] == where
    assert "Ada looks after it" in text_of(ada.get(where).text)


def test_a_delivery_that_failed_is_shown_with_its_answer_and_sent_again(pages: Pages) -> None:
    ada, server = pages.person("Ada"), pages.service.server
    rule = server.alerts.add_rule("north", name="Quiet", kind="data.silent", by="x", mail=["a@example.org"])
    alert = server.alerts.raise_alert("north", kind="data.silent", key="k", rule=rule, site="north-a", facts=SILENT)
    assert alert is not None
    where, (delivery,) = f"/o/north/alerts/{alert.id}", server.deliveries.of("north", alert.id)
    server.deliveries.failed(delivery.id, "no mail server is set up")

    shown = ada.get(where)
    assert "did not arrive 0 no mail server is set up" in text_of(shown.text)
    analyst = pages.person("Ann", Role.ANALYST)
    token = token_of(analyst.get("/o/north/account").text)
    assert analyst.post(f"{where}/deliveries/{delivery.id}", data={"csrf": token}).status_code == 403

    send(ada, f"{where}/deliveries/{delivery.id}", {}, page=where)
    assert [one.state for one in server.deliveries.of("north", alert.id)] == ["queued"]


def test_a_secret_of_a_webhook_is_shown_when_it_is_made_and_never_again(pages: Pages, tmp_path: Path) -> None:
    ada, server = pages.person("Ada"), pages.service.server
    page = "/o/north/settings/alerts"
    first = send(ada, "/o/north/settings/webhooks", {"hook_name": "Desk", "url": "https://93.184.215.14/x"}, page=page)
    (hook,) = server.alerts.webhooks("north")
    secret = re.findall(r"whsec_[\w-]+", first.text)

    assert secret == [valid_secrets(server.secrets, hook.secret)[0]]
    assert "whsec_" not in ada.get(page).text

    again = send(ada, f"/o/north/settings/webhooks/{hook.id}", {"do": "rotate"}, page=page)
    newer = re.findall(r"whsec_[\w-]+", again.text)
    assert valid_secrets(server.secrets, hook.secret) == (newer[0], secret[0])
    assert "whsec_" not in ada.get(page).text
    records = (tmp_path / "root" / "server.db").read_bytes()
    assert secret[0].encode() not in records
    assert newer[0].encode() not in records
