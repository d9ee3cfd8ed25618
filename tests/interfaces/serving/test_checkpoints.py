"""What a signed checkpoint shows that a log by itself cannot."""

import json
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from wattstone.base import InputRefused
from wattstone.interfaces.serving.checkpoints import check, checkpoint, make_key, read_key, read_public
from wattstone.interfaces.store.chain import entry_hash
from wattstone.interfaces.store.server import ServerRecords

LINES = 6


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerRecords]:
    """A server whose log has some lines."""
    with ServerRecords.open(tmp_path / "server.db", secrets=tmp_path / "secrets", create=True) as held:
        for number in range(LINES):
            held.audit.note("sign-in", who="Ada", details={"n": number})
        yield held


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A signing key."""
    make_key(tmp_path / "key")
    return tmp_path / "key"


def tampered(path: Path, *statements: str) -> None:
    """What somebody does who can write the database."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def states(server: ServerRecords, signed: str | None, key: Path) -> list[tuple[str, int | None]]:
    """What a check finds."""
    public = read_public(key.with_name("key.pub"))
    return [(one.why, one.at) for one in check({"server": server.audit}, signed, public)]


def test_a_log_that_grew_holds(server: ServerRecords, key: Path) -> None:
    signed = checkpoint({"server": server.audit}, read_key(key))
    server.audit.note("role", who="Ada")

    assert states(server, signed, key) == [("whole", None)]


@pytest.mark.parametrize(
    ("statement", "state", "by_itself"),
    [
        ("DELETE FROM audit WHERE number = 3", ("missing", 4), ("missing", 4)),
        ("UPDATE audit SET who = 'Eve' WHERE number = 3", ("changed", 3), ("changed", 3)),
        ("UPDATE audit SET details = '{}' WHERE number = 1", ("changed", 1), ("changed", 1)),
        ("DELETE FROM audit WHERE number > 4", ("cut", 5), ("whole", None)),
        ("DELETE FROM audit", ("cut", 1), ("whole", None)),
    ],
)
def test_what_was_taken_or_changed_shows(
    server: ServerRecords,
    key: Path,
    tmp_path: Path,
    statement: str,
    state: tuple[str, int | None],
    by_itself: tuple[str, int | None],
) -> None:
    signed = checkpoint({"server": server.audit}, read_key(key))
    tampered(tmp_path / "server.db", statement)

    assert states(server, signed, key) == [state]
    assert states(server, None, key) == [by_itself]


def test_a_log_that_was_cut_and_grew_again_is_another(server: ServerRecords, key: Path, tmp_path: Path) -> None:
    signed = checkpoint({"server": server.audit}, read_key(key))
    tampered(tmp_path / "server.db", "DELETE FROM audit WHERE number > 4")
    for _ in range(4):
        server.audit.note("sign-in", who="Eve")

    assert states(server, None, key) == [("whole", None)]
    assert states(server, signed, key) == [("other", LINES)]


def test_a_chain_that_was_written_anew_is_another(server: ServerRecords, key: Path, tmp_path: Path) -> None:
    signed = checkpoint({"server": server.audit}, read_key(key))
    previous, changes = "0" * 64, []
    for one in server.audit.entries():
        who = "Eve" if one.number == 2 else one.who
        own = entry_hash(
            number=one.number, when=one.when, who=who, what=one.what, details=one.details, previous=previous
        )
        changes.append(
            f"UPDATE audit SET who = '{who}', previous = '{previous}', hash = '{own}' WHERE number = {one.number}"
        )
        previous = own
    tampered(tmp_path / "server.db", *changes)

    assert states(server, None, key) == [("whole", None)]
    assert states(server, signed, key) == [("other", LINES)]


def test_a_log_that_is_gone_is_missed(server: ServerRecords, key: Path) -> None:
    signed = checkpoint({"server": server.audit, "acme": server.audit}, read_key(key))

    assert states(server, signed, key) == [("whole", None), ("gone", None)]


def test_a_broken_log_is_not_signed(server: ServerRecords, key: Path, tmp_path: Path) -> None:
    tampered(tmp_path / "server.db", "DELETE FROM audit WHERE number = 3")

    with pytest.raises(InputRefused, match="does not hold at line 4"):
        checkpoint({"server": server.audit}, read_key(key))


def test_a_checkpoint_that_was_changed_or_signed_by_another_is_refused(
    server: ServerRecords, key: Path, tmp_path: Path
) -> None:
    signed = checkpoint({"server": server.audit}, read_key(key))
    content = json.loads(signed)
    content["logs"]["server"]["number"] = 1
    make_key(tmp_path / "other")
    stranger = checkpoint({"server": server.audit}, read_key(tmp_path / "other"))

    for text in (json.dumps(content), stranger):
        with pytest.raises(InputRefused, match="not signed by this key"):
            states(server, text, key)
    for text in ("{}", "[]", "nothing", json.dumps({**json.loads(signed), "form": "x"})):
        with pytest.raises(InputRefused, match="no checkpoint"):
            states(server, text, key)
    with pytest.raises(InputRefused, match="whose signature"):
        check({"server": server.audit}, signed)


def test_the_key_is_its_owners_alone(key: Path) -> None:
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with pytest.raises(InputRefused, match="a file already"):
        make_key(key)
    key.chmod(0o644)
    with pytest.raises(InputRefused, match="others than its owner"):
        read_key(key)
    with pytest.raises(InputRefused, match="no signing key"):
        read_key(key.with_name("nothing"))
