"""People, roles, one-time codes, sessions and keys, on SQLite and on PostgreSQL."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.preloaded import processes
from wattstone.base import WattstoneError
from wattstone.interfaces.store.server import Person, ServerRecords
from wattstone.interfaces.store.server.people import Taken

pytestmark = pytest.mark.xdist_group("postgresql")

NOW = datetime(2026, 3, 1, 12)
HOUR = timedelta(hours=1)


@pytest.fixture
def anna(server: ServerRecords) -> Person:
    return server.people.add(name="Anna", email=" Anna@Example.org ", password="$argon2id$x")


def stored(server: ServerRecords) -> str:
    """Everything that stands in the database, as text."""
    from wattstone.interfaces.store.server.tables import metadata

    with server._database.reading() as connection:
        return "\n".join(str(row) for table in metadata.sorted_tables for row in connection.execute(table.select()))


def test_an_account_is_found_by_id_address_and_identity(server: ServerRecords, anna: Person) -> None:
    li = server.people.add(name="Li", email="li@example.org", issuer="https://id", subject="7", language="zh")

    assert anna.email == "anna@example.org"
    assert server.people.find(anna.id) == server.people.by_email("ANNA@example.org") == anna
    assert server.people.by_identity("https://id", "7") == li
    assert server.people.by_identity("https://id", "8") is None
    assert server.people.every() == (anna, li)
    assert server.people.any()
    assert "argon2" not in repr(anna)


def test_an_address_or_an_identity_has_one_account(server: ServerRecords, anna: Person) -> None:
    with pytest.raises(Taken):
        server.people.add(name="Anne", email="ANNA@example.org")
    server.people.add(name="Li", email="li@example.org", issuer="i", subject="7")
    with pytest.raises(Taken):
        server.people.add(name="Lee", email="lee@example.org", issuer="i", subject="7")
    with pytest.raises(Taken):
        server.people.change(anna.id, email="li@example.org")
    assert server.people.find(anna.id) == anna


def test_an_account_is_changed_and_nothing_else(server: ServerRecords, anna: Person) -> None:
    assert server.people.change(anna.id, password="$argon2id$y", seen=NOW).password == "$argon2id$y"
    assert server.people.change(anna.id, disabled=True) == server.people.find(anna.id)
    with pytest.raises(TypeError, match="id"):
        server.people.change(anna.id, id="other")
    with pytest.raises(WattstoneError, match="no account"):
        server.people.change("nobody", name="X")


def test_wrong_passwords_lock_an_account_for_a_while(server: ServerRecords, anna: Person) -> None:
    pause = timedelta(minutes=5)
    tries = [server.people.failed(anna.id, limit=3, pause=pause, now=NOW) for _ in range(4)]
    assert [one.failures for one in tries] == [1, 2, 3, 4]
    assert [one.locked_until for one in tries] == [None, None, NOW + pause, NOW + pause]
    assert server.people.change(anna.id, failures=0, locked_until=None).locked_until is None


def test_a_role_in_an_organisation_is_one_and_reaches_so_far(server: ServerRecords, anna: Person) -> None:
    server.people.join(anna.id, "acme", "viewer", by="root")
    mine = server.people.join(anna.id, "acme", "operator", by="root", sites=["HQ"], spaces=["B1"])
    nowhere = server.people.join(anna.id, "beta", "viewer", by="root", sites=[])

    assert server.people.memberships(person=anna.id) == (mine, nowhere)
    assert (mine.role, mine.sites, mine.spaces) == ("operator", {"HQ"}, {"B1"})
    assert nowhere.sites == frozenset(), "no site is not every site"
    assert server.people.memberships(tenant="acme") == (mine,)
    server.people.leave(anna.id, "acme")
    assert server.people.memberships(person=anna.id, tenant="acme") == ()


def test_who_is_removed_loses_roles_and_sessions(server: ServerRecords, anna: Person) -> None:
    server.people.join(anna.id, "acme", "viewer", by="root")
    token, _ = server.sessions.open(anna.id, lasts=HOUR)
    server.people.remove(anna.id)
    assert server.people.memberships(tenant="acme") == ()
    assert server.sessions.find(token) is None


def test_a_code_is_used_once_before_it_expires(server: ServerRecords) -> None:
    token, code = server.codes.issue(
        "invite", by="root", lasts=HOUR, email="Li@example.org", tenant="acme", role="viewer", sites=["HQ"], now=NOW
    )
    assert (code.email, code.expires, code.sites) == ("li@example.org", NOW + HOUR, {"HQ"})
    assert server.codes.find(token, now=NOW) == code
    assert server.codes.open(tenant="acme", now=NOW) == (code,)
    assert server.codes.take(token, now=NOW + HOUR) is None, "expired"
    taken = server.codes.take(token, now=NOW)
    assert taken is not None
    assert (taken.id, taken.used) == (code.id, NOW)
    assert server.codes.take(token, now=NOW) is None
    assert server.codes.find(token, now=NOW) is None
    assert server.codes.open(now=NOW) == ()


def test_codes_are_withdrawn(server: ServerRecords) -> None:
    first, _ = server.codes.issue("first", by="root", lasts=HOUR)
    reset, code = server.codes.issue("reset", by="root", lasts=HOUR)
    server.codes.withdraw(purpose="first")
    assert (server.codes.find(first), server.codes.find(reset)) == (None, code)
    server.codes.withdraw(code.id)
    assert server.codes.find(reset) is None


def _take(address: Path | str, folder: Path, token: str, barrier: Any) -> bool:
    with ServerRecords.open(address, secrets=folder) as server:
        barrier.wait(60)
        return server.codes.take(token) is not None


def test_of_two_who_use_a_code_at_once_one_gets_it(server: ServerRecords, address: Path | str, tmp_path: Path) -> None:
    token, _ = server.codes.issue("first", by="root", lasts=HOUR)
    context = processes()
    with context.Manager() as manager, context.Pool(2) as pool:
        barrier = manager.Barrier(2)
        assert sorted(pool.starmap(_take, [(address, tmp_path, token, barrier)] * 2)) == [False, True]


def test_a_session_is_found_by_its_token_until_it_ends(server: ServerRecords, anna: Person) -> None:
    token, session = server.sessions.open(anna.id, lasts=8 * HOUR, address="::1", agent="x" * 999, now=NOW)
    assert server.sessions.find(token, now=NOW) == session
    assert (session.expires, len(session.agent)) == (NOW + 8 * HOUR, 300)
    assert server.sessions.find(token + "x", now=NOW) is None
    assert server.sessions.find(token, now=NOW + 8 * HOUR) is None
    assert server.sessions.find(token, idle=HOUR, now=NOW + HOUR) is None


def test_being_seen_is_written_once_a_minute(server: ServerRecords, anna: Person) -> None:
    token, _ = server.sessions.open(anna.id, lasts=8 * HOUR, now=NOW)
    for second, seen in ((59, 0), (60, 60), (119, 60)):
        found = server.sessions.find(token, now=NOW + timedelta(seconds=second))
        assert found is not None
        assert found.seen == NOW + timedelta(seconds=seen)
    (listed,) = server.sessions.of(anna.id, now=NOW)
    assert listed.seen == NOW + timedelta(seconds=60)


def test_a_rotated_session_answers_to_its_new_token_alone(server: ServerRecords, anna: Person) -> None:
    old, before = server.sessions.open(None, lasts=HOUR, data={"state": "s"}, now=NOW)
    rotated = server.sessions.rotate(old, person=anna.id, lasts=2 * HOUR, now=NOW + timedelta(minutes=1))
    assert rotated is not None
    new, session = rotated
    assert (session.id, session.person, session.data) == (before.id, anna.id, {"state": "s"})
    assert session.expires == NOW + timedelta(minutes=121)
    assert server.sessions.find(old, now=NOW) is None
    assert server.sessions.find(new, now=NOW) == session
    assert server.sessions.rotate(old, now=NOW) is None
    server.sessions.remember(session.id, {})
    found = server.sessions.find(new, now=NOW)
    assert found is not None
    assert found.data == {}


def test_sessions_are_closed_one_by_one_or_all_but_one(server: ServerRecords, anna: Person) -> None:
    tokens = [server.sessions.open(anna.id, lasts=HOUR, now=NOW + n * timedelta(seconds=1)) for n in range(3)]
    server.sessions.close(tokens[0][1].id)
    assert [one.id for one in server.sessions.of(anna.id, now=NOW)] == [tokens[2][1].id, tokens[1][1].id]
    assert server.sessions.close_all(anna.id, but=tokens[2][1].id) == 1
    assert server.sessions.sweep(now=NOW) == 0
    assert server.sessions.sweep(now=NOW + 2 * HOUR) == 1


def test_a_session_that_ends_takes_along_the_one_that_it_went_on_from(server: ServerRecords, anna: Person) -> None:
    old, _ = server.sessions.open(anna.id, lasts=8 * HOUR, now=NOW - 2 * HOUR)
    other, _ = server.sessions.open(anna.id, lasts=8 * HOUR, now=NOW)
    made = server.sessions.succeed(old, before=NOW - HOUR, grace=timedelta(minutes=1), now=NOW)
    assert made is not None
    new, session = made
    assert server.sessions.find(old, now=NOW) is not None, "for requests on their way"

    server.sessions.close(session.id)

    assert [server.sessions.find(one, now=NOW) for one in (old, new)] == [None, None]
    assert server.sessions.find(other, now=NOW) is not None


def test_a_key_is_found_until_it_expires_or_is_revoked(server: ServerRecords) -> None:
    token, key = server.keys.issue(
        "acme", name="meter gateway", role="operator", by="anna", acts=["ingest"], sites=["HQ"],
        expires=datetime(2026, 3, 2, tzinfo=UTC),
    )  # fmt: skip
    assert token.startswith("wsk_")
    assert token.startswith(key.start)
    assert len(token) > 40
    found = server.keys.find(token, now=NOW)
    assert found is not None
    assert (found.acts, found.sites, found.used) == ({"ingest"}, {"HQ"}, NOW)
    assert server.keys.get(key.id) == found
    assert server.keys.find(token, now=datetime(2026, 3, 2)) is None
    assert server.keys.find("wsk_" + "x" * 43) is None
    assert not server.keys.revoke("other", key.id)
    assert server.keys.revoke("acme", key.id, now=NOW)
    assert server.keys.find(token, now=NOW) is None
    assert [one.revoked for one in server.keys.of("acme")] == [NOW]


def test_no_token_stands_in_the_database(server: ServerRecords, anna: Person) -> None:
    tokens = [
        server.sessions.open(anna.id, lasts=HOUR)[0],
        server.keys.issue("acme", name="k", role="viewer", by="anna")[0],
        server.codes.issue("reset", by="root", lasts=HOUR)[0],
    ]
    text = stored(server)
    for token in tokens:
        assert token not in text
        assert hashlib.sha256(token.encode()).hexdigest() in text
