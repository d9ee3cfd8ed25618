"""Answers, alerts, the audit log, secrets and migrations of a server's records."""

import stat
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.preloaded import processes
from wattstone.base import InputRefused, WattstoneError
from wattstone.interfaces.store.migrating import SERVER, migrate
from wattstone.interfaces.store.records import Records
from wattstone.interfaces.store.server import AlertRule, ServerRecords

pytestmark = pytest.mark.xdist_group("postgresql")

NOW = datetime(2026, 3, 1, 12)
DAY = timedelta(days=1)


def test_a_request_is_answered_once(server: ServerRecords) -> None:
    answers = server.answers
    assert answers.begin("anna", "k1", "f1", lasts=DAY, now=NOW) is None
    under_way = answers.begin("anna", "k1", "f1", lasts=DAY, now=NOW)
    assert under_way is not None
    assert under_way.status is None
    answers.finish("anna", "k1", status=201, headers={"location": "/x"}, body=b"\x00ok")
    kept = answers.begin("anna", "k1", "f2", lasts=DAY, now=NOW)
    assert kept is not None
    assert (kept.fingerprint, kept.status, kept.headers, kept.body) == ("f1", 201, {"location": "/x"}, b"\x00ok")

    assert answers.begin("li", "k1", "f1", lasts=DAY, now=NOW) is None, "a key is one person's"
    assert answers.begin("anna", "k1", "f1", lasts=DAY, now=NOW + DAY) is None, "it counts as new"
    answers.forget("anna", "k1")
    assert answers.begin("anna", "k1", "f1", lasts=DAY, now=NOW) is None
    assert answers.sweep(before=NOW + DAY) == 2


@pytest.fixture
def rule(server: ServerRecords) -> AlertRule:
    hook = server.alerts.add_webhook("acme", name="ops", url="https://x.example/hook", by="anna")
    off = server.alerts.add_webhook("acme", name="old", url="https://y.example/hook", by="anna")
    server.alerts.set_webhook("acme", off.id, active=False)
    theirs = server.alerts.add_webhook("beta", name="theirs", url="https://z.example/hook", by="li")
    return server.alerts.add_rule(
        "acme", name="Base load", kind="waste", by="anna", params={"kg": 5.5}, mail=["a@x.org", "b@x.org"],
        webhooks=[hook.id, off.id, theirs.id, "none"],
    )  # fmt: skip


def test_an_alert_is_raised_once_and_sent_to_everybody_named(server: ServerRecords, rule: AlertRule) -> None:
    alert = server.alerts.raise_alert("acme", kind="waste", key="f1", rule=rule, site="HQ", facts={"n": 1}, now=NOW)
    assert alert is not None
    assert server.alerts.raise_alert("acme", kind="waste", key="f1", rule=rule) is None
    assert server.alerts.raise_alert("beta", kind="waste", key="f1") is not None

    ways = server.deliveries.of("acme", alert.id)
    hook = next(one for one in server.alerts.webhooks("acme") if one.name == "ops")
    assert {(way.channel, way.address) for way in ways} == {
        ("mail", "a@x.org"), ("mail", "b@x.org"), ("webhook", hook.id),
    }  # fmt: skip

    seen = server.alerts.acknowledge("acme", alert.id, by="anna", note="on it", now=NOW)
    assert seen is not None
    assert (seen.state, seen.acknowledged_by, seen.note) == ("acknowledged", "anna", "on it")
    assert server.alerts.acknowledge("acme", alert.id, by="li") is None
    assert server.alerts.acknowledge("beta", alert.id, by="li") is None
    assert server.alerts.close("acme", alert.id, now=NOW) == server.alerts.alert("acme", alert.id)
    assert server.alerts.raise_alert("acme", kind="waste", key="f1", now=NOW + DAY) is not None, "it came back"
    page, count = server.alerts.alerts("acme", state="closed")
    assert ([one.id for one in page], count) == ([alert.id], 1)


def test_rules_and_webhooks_are_changed_and_removed_by_their_organisation(
    server: ServerRecords, rule: AlertRule
) -> None:
    from dataclasses import replace

    changed = replace(rule, params={"kg": 9}, active=False, mail=())
    assert server.alerts.set_rule(changed)
    assert not server.alerts.set_rule(replace(changed, tenant="beta"))
    assert server.alerts.rules("acme") == (changed,)
    assert not server.alerts.remove_rule("beta", rule.id)
    assert server.alerts.remove_rule("acme", rule.id)
    assert not server.alerts.remove_webhook("beta", server.alerts.webhooks("acme")[0].id)
    assert server.alerts.remove_webhook("acme", server.alerts.webhooks("acme")[0].id)


def test_alerts_of_a_rule_that_is_removed_are_closed_and_say_why(server: ServerRecords, rule: AlertRule) -> None:
    other = server.alerts.add_rule("acme", name="Quiet", kind="data.silent", by="anna")
    for key in ("f1", "f2"):
        server.alerts.raise_alert("acme", kind="waste", key=key, rule=rule, facts={"n": 1}, now=NOW)
    server.alerts.raise_alert("acme", kind="data.silent", key="s", rule=other, now=NOW)
    server.alerts.raise_alert("acme", kind="waste", key="of no rule", now=NOW)
    first = next(one for one in server.alerts.alerts("acme")[0] if one.key == "f1")
    server.alerts.acknowledge("acme", first.id, by="anna")

    assert server.alerts.remove_rule("acme", rule.id, now=NOW + DAY)

    closed = server.alerts.alerts("acme", state="closed")[0]
    assert {one.key: (one.facts, one.closed) for one in closed} == {
        "f1": ({"n": 1, "over": "rule.removed"}, NOW + DAY),
        "f2": ({"n": 1, "over": "rule.removed"}, NOW + DAY),
    }
    assert {one.key for one in server.alerts.alerts("acme", state="raised")[0]} == {"s", "of no rule"}
    assert server.alerts.raise_alert("acme", kind="waste", key="f1", rule=rule) is None, "a look that was under way"


def test_alerts_that_are_over_go_with_their_deliveries_after_their_time(server: ServerRecords, rule: AlertRule) -> None:
    """Of alerts raised on one day: closed then, acknowledged then, closed later, and raised still."""
    alerts = server.alerts
    for key in ("over", "seen", "late", "still"):
        alerts.raise_alert("acme", kind="waste", key=key, rule=rule, now=NOW)
    ids = {one.key: one.id for one in alerts.alerts("acme")[0]}
    alerts.close("acme", ids["over"], now=NOW)
    alerts.acknowledge("acme", ids["seen"], by="anna", now=NOW)
    alerts.close("acme", ids["late"], now=NOW + 10 * DAY)

    assert alerts.sweep(before=NOW + 5 * DAY) == 2
    assert {one.key for one in alerts.alerts("acme")[0]} == {"late", "still"}
    assert {one.alert for one in server.deliveries.of("acme")} == {ids["late"], ids["still"]}
    arrived, given_up, waits = server.deliveries.of("acme", ids["still"])
    server.deliveries.sent(arrived.id)
    server.deliveries.failed(given_up.id, "550")
    assert server.deliveries.sweep(before=NOW) == 0
    assert server.deliveries.sweep(before=NOW + DAY) == 2
    assert [one.id for one in server.deliveries.of("acme", ids["still"])] == [waits.id]
    assert server.alerts.raise_alert("acme", kind="waste", key="seen", rule=rule) is not None, (
        "its cause is still there"
    )


def test_alerts_whose_rule_was_removed_by_an_earlier_version_are_closed(server: ServerRecords, rule: AlertRule) -> None:
    server.alerts.raise_alert("acme", kind="waste", key="f1", rule=rule, now=NOW)
    _tamper(server, "DELETE FROM rules")

    assert server.alerts.sweep(before=NOW, now=NOW + DAY) == 0
    ((alert,), _) = server.alerts.alerts("acme")
    assert (alert.state, alert.closed, alert.facts) == ("closed", NOW + DAY, {"over": "rule.removed"})


def test_codes_go_some_time_after_they_were_used_or_have_ended(server: ServerRecords) -> None:
    tokens = [
        server.codes.issue("invite", by="anna", lasts=days * DAY, email="a@x.org", now=NOW)[0] for days in (1, 9, 9)
    ]
    server.codes.take(tokens[1], now=NOW)

    assert server.codes.sweep(before=NOW) == 0
    assert server.codes.sweep(before=NOW + 2 * DAY) == 2
    assert server.codes.find(tokens[2], now=NOW) is not None


def test_a_delivery_is_claimed_by_one_and_tried_again(server: ServerRecords, rule: AlertRule) -> None:
    server.alerts.raise_alert("acme", kind="waste", key="f1", rule=rule, now=NOW)
    lease = timedelta(minutes=1)
    taken = [server.deliveries.claim(lease=lease, now=NOW) for _ in range(4)]
    assert taken.pop() is None
    ways = [way for way in taken if way is not None]
    assert len({way.id for way in ways}) == 3

    server.deliveries.sent(ways[0].id, "250 OK", now=NOW)
    server.deliveries.failed(ways[1].id, "421", again_in=timedelta(minutes=5), now=NOW)
    server.deliveries.failed(ways[2].id, "550", now=NOW)
    assert server.deliveries.claim(lease=lease, now=NOW + timedelta(minutes=4)) is None
    again = server.deliveries.claim(lease=lease, now=NOW + timedelta(minutes=5))
    assert again is not None
    assert (again.id, again.attempts, again.answer) == (ways[1].id, 2, "421")
    lapsed = server.deliveries.claim(lease=lease, now=NOW + timedelta(minutes=6))
    assert lapsed is not None
    assert lapsed.id == again.id, "its sender was killed"
    assert not server.deliveries.again("beta", ways[2].id)
    assert server.deliveries.again("acme", ways[2].id, now=NOW)


def _tamper(opened: ServerRecords | Records, sql: str) -> None:
    with opened._database.writing() as connection:
        connection.exec_driver_sql(sql)


@pytest.mark.parametrize(
    ("sql", "number", "why"),
    [
        ("UPDATE audit SET who = 'mallory' WHERE number = 2", 2, "changed"),
        ("UPDATE audit SET tenant = 'beta' WHERE number = 2", 2, "changed"),
        ("UPDATE audit SET at = '2020-01-01 00:00:00.000000' WHERE number = 1", 1, "changed"),
        ("DELETE FROM audit WHERE number = 2", 3, "missing"),
        ("DELETE FROM audit WHERE number = 1", 2, "missing"),
        ("UPDATE audit SET number = 9 WHERE number = 2", 3, "missing"),
    ],
)
def test_a_line_that_was_changed_or_removed_breaks_the_chain(
    server: ServerRecords, sql: str, number: int, why: str
) -> None:
    for n in range(4):
        server.audit.note("sign in", who="anna", tenant="acme", details={"n": n, "f": 0.1, "zh": "登录", "l": [None]})
    assert server.audit.check_chain() is None
    _tamper(server, sql)
    broken = server.audit.check_chain()
    assert broken is not None
    assert (broken.number, broken.why) == (number, why)


def test_lines_cut_off_at_the_end_show_against_a_line_that_is_known(server: ServerRecords) -> None:
    lines = [server.audit.note("sign in", who="anna") for _ in range(3)]
    assert server.audit.head() == lines[-1]
    assert server.audit.entries(since=1) == tuple(lines[1:])
    assert server.audit.check_chain(since=lines[1]) is None
    _tamper(server, "DELETE FROM audit WHERE number = 3")
    assert server.audit.check_chain() is None
    cut = server.audit.check_chain(since=lines[-1])
    assert cut is not None
    assert cut.why == "missing"
    server.audit.note("sign in", who="mallory")
    other = server.audit.check_chain(since=lines[-1])
    assert other is not None
    assert other.why == "changed"


def test_lines_of_one_organisation(server: ServerRecords) -> None:
    mine = server.audit.note("role", who="anna", tenant="acme")
    server.audit.note("role", who="li", tenant="beta")
    assert server.audit.entries(tenant="acme") == (mine,)


def _note(address: Path | str, folder: Path, barrier: Any) -> None:
    with ServerRecords.open(address, secrets=folder) as server:
        barrier.wait(60)
        for n in range(10):
            server.audit.note("n", who="w", details={"n": n})


def test_the_chain_does_not_fork_when_two_write(server: ServerRecords, address: Path | str, tmp_path: Path) -> None:
    context = processes()
    with context.Manager() as manager, context.Pool(2) as pool:
        pool.starmap(_note, [(address, tmp_path, manager.Barrier(2))] * 2)
    assert [line.number for line in server.audit.entries()] == list(range(1, 21))
    assert server.audit.check_chain() is None


def test_a_secret_is_readable_by_its_owner_alone(server: ServerRecords) -> None:
    text = server.secrets.make("webhook-1")
    path = server.secrets.folder / "webhook-1"
    assert server.secrets.get("webhook-1") == text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(server.secrets.folder.stat().st_mode) == 0o700
    assert [one.name for one in server.secrets.folder.iterdir()] == ["webhook-1"]
    path.chmod(0o644)
    with pytest.raises(WattstoneError, match="chmod 600"):
        server.secrets.get("webhook-1")
    server.secrets.remove("webhook-1")
    with pytest.raises(WattstoneError, match="no secret"):
        server.secrets.get("webhook-1")
    with pytest.raises(ValueError, match="no name"):
        server.secrets.get("../server.db")


def test_nobody_else_on_the_machine_reads_accounts(tmp_path: Path) -> None:
    with ServerRecords.open(tmp_path / "server.db", secrets=tmp_path, create=True) as server:
        server.people.add(name="Anna", email="anna@example.org")
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in tmp_path.glob("server.db*")}

    assert len(modes) > 1, "what is written ahead stands beside it"
    assert {name: mode & 0o007 for name, mode in modes.items()} == dict.fromkeys(modes, 0)


def test_the_migrations_make_the_tables_that_the_code_declares(server: ServerRecords) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with server._database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SERVER.metadata) == []
        assert context.get_current_revision() == SERVER.newest


def test_the_migrations_can_be_undone(server: ServerRecords) -> None:
    from sqlalchemy import inspect

    migrate(server._database, SERVER, revision="base", undo=True)
    with server._database.reading() as connection:
        assert inspect(connection).get_table_names() in (["alembic_version"], [])


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_records_of_a_server_are_made_when_that_is_asked_for(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    place = tmp_path / "server.db" if kind == "sqlite" else request.getfixturevalue("postgresql")
    with pytest.raises(InputRefused):
        ServerRecords.open(place, secrets=tmp_path)
    with ServerRecords.open(place, secrets=tmp_path, create=True) as server:
        server.ping()
    with ServerRecords.open(place, secrets=tmp_path):
        pass


def test_a_server_and_workspaces_share_a_database_and_see_only_their_own(postgresql: str, tmp_path: Path) -> None:
    with (
        ServerRecords.open(postgresql, secrets=tmp_path, create=True) as server,
        Records.open(postgresql, create=True, schema="tenant_a-1") as one,
        Records.open(postgresql, create=True, schema="tenant_b", shared=True) as other,
        Records.open(postgresql, create=True) as plain,
    ):
        for opened, name in ((one, "one"), (other, "other"), (plain, "plain")):
            opened.put_setting("name", name)
            opened.note(name, who="x")
        server.audit.note("server", who="x")
        assert [opened.setting("name") for opened in (one, other, plain)] == ["one", "other", "plain"]
        assert [[line.what for line in opened.audit()] for opened in (one, other, plain)] == [
            ["one"], ["other"], ["plain"],
        ]  # fmt: skip
        assert [line.what for line in server.audit.entries()] == ["server"]
        assert one._database._engine is server._database._engine, "one pool for all"


@pytest.mark.parametrize("schema", ['a"; DROP SCHEMA public; --', "Ä", "", "a" * 64, "a,public"])
def test_a_schema_that_is_no_name_is_refused(postgresql: str, schema: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        Records.open(postgresql, create=True, schema=schema)
