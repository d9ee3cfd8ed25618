"""Who comes in: the first code, signing in, guessing, passwords."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from tests.workflows.accounts.people import LOCAL_ACME, PASSWORD, Counting, code_of, first, said
from wattstone.base import InputRefused
from wattstone.interfaces.store.server import ServerRecords
from wattstone.workflows.accounts import (
    Accounts,
    Pace,
    TooMany,
    password_findings,
)


def test_the_first_code_makes_one_administrator_of_all_organisations(accounts: Accounts, server: ServerRecords) -> None:
    old = accounts.first_code()
    code = accounts.first_code()

    def begin(word: str, name: str = "Ada", password: str = PASSWORD) -> Any:
        return accounts.begin(word, name=name, email="ada@example.org", password=password, tenants=["acme"])

    assert code_of(lambda: begin(old)) == "account.code"
    assert code_of(lambda: begin(code, name=" ")) == "account.name"
    assert code_of(lambda: begin(code, password="short")) == "password.short"
    person = begin(code)  # what was refused did not use it up
    assert [(one.tenant, one.role) for one in server.people.memberships(person=person.id)] == [("acme", "admin")]
    assert code_of(lambda: begin(code)) == "account.code"
    assert code_of(accounts.first_code) == "account.first"
    assert said(server) == ["first administrator"]


def test_the_first_code_holds_ten_minutes(accounts: Accounts, server: ServerRecords) -> None:
    code = accounts.first_code()
    now = datetime.now(UTC)

    assert server.codes.find(code, now=now + timedelta(minutes=9)) is not None
    assert server.codes.find(code, now=now + timedelta(minutes=11)) is None


def test_signing_in_says_the_same_of_all_that_is_wrong_with_the_same_work(
    accounts: Accounts, server: ServerRecords
) -> None:
    person = first(accounts)
    hasher = cast("Counting", accounts._hasher)
    findings: list[tuple[Any, ...]] = []
    for email, password in (("ada@example.org", "wrong"), ("nobody@example.org", PASSWORD)):
        with pytest.raises(InputRefused) as refused:
            accounts.sign_in(email, password, address="1")
        findings.append(refused.value.findings)
    server.people.change(person.id, disabled=True)
    with pytest.raises(InputRefused) as refused:
        accounts.sign_in("ada@example.org", PASSWORD, address="1")

    assert findings[0] == findings[1] == refused.value.findings
    assert hasher.checks == [f"hash of {PASSWORD}", None, None]
    assert said(server).count("sign-in refused") == 3


def test_signing_in_takes_any_case_and_counts_no_failures(accounts: Accounts, server: ServerRecords) -> None:
    first(accounts)
    for _ in range(3):
        code_of(lambda: accounts.sign_in("ada@example.org", "wrong"))

    person = accounts.sign_in(" ADA@example.ORG", PASSWORD)

    assert person.failures == 0
    assert said(server)[-1] == "sign-in"


@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org"])
def test_guessing_is_slowed_whether_there_is_an_account_or_not(accounts: Accounts, email: str) -> None:
    first(accounts)
    for number in range(5):
        assert code_of(lambda: accounts.sign_in(email, "wrong", address=str(number))) == "account.sign_in"  # noqa: B023

    with pytest.raises(TooMany) as slowed:
        accounts.sign_in(email, PASSWORD, address="6")
    assert 0 < slowed.value.wait <= 1


def test_an_address_that_tries_many_accounts_is_slowed(accounts: Accounts) -> None:
    for number in range(20):
        code_of(lambda: accounts.sign_in(f"{number}@example.org", "wrong", address="7"))  # noqa: B023
    with pytest.raises(TooMany):
        accounts.sign_in("other@example.org", PASSWORD, address="7")
    assert code_of(lambda: accounts.sign_in("other@example.org", PASSWORD, address="8")) == "account.sign_in"


def test_ten_failures_lock_the_account_in_every_process(accounts: Accounts, server: ServerRecords) -> None:
    person = first(accounts)
    now = datetime.now(UTC).replace(tzinfo=None)
    for number in range(10):
        moment = now + timedelta(minutes=16 * (number - 9))  # beyond the longest wait between two
        elsewhere = Accounts(cast("Any", server), Counting(), clock=lambda: moment)  # noqa: B023
        code_of(lambda: elsewhere.sign_in("ada@example.org", "wrong"))  # noqa: B023

    later = Accounts(cast("Any", server), Counting(), clock=lambda: now + timedelta(seconds=1))
    server.attempts.forget("account ada@example.org")
    with pytest.raises(TooMany) as locked:
        later.sign_in("ada@example.org", PASSWORD)
    assert 290 < locked.value.wait <= 300
    accounts.reset(accounts.reset_link(LOCAL_ACME, person.id), "another kettle sings")
    assert accounts.sign_in("ada@example.org", "another kettle sings").id == person.id


def test_failures_are_counted_for_all_processes_together_and_outlast_a_restart(server: ServerRecords) -> None:
    for _ in range(5):
        one = Accounts(cast("Any", server), Counting())  # a process that was just started
        code_of(lambda: one.sign_in("ada@example.org", "wrong"))  # noqa: B023

    with pytest.raises(TooMany):
        Accounts(cast("Any", server), Counting()).sign_in("ada@example.org", "wrong")


def test_of_many_attempts_at_once_no_more_are_made_than_are_free(server: ServerRecords) -> None:
    guesses = 16
    together = threading.Barrier(guesses)
    hasher = Counting()

    def guess(_: int) -> str:
        together.wait(20)
        return code_of(lambda: Accounts(cast("Any", server), hasher).sign_in("ada@example.org", "wrong"))

    with ThreadPoolExecutor(guesses) as pool:
        codes = list(pool.map(guess, range(guesses)))

    assert len(hasher.checks) == 5
    assert sorted(codes) == ["account.sign_in"] * 5 + ["account.too_many"] * 11


def test_who_gets_in_leaves_the_failures_of_others_at_the_same_address_as_they_were(
    accounts: Accounts, server: ServerRecords
) -> None:
    first(accounts)
    for number in range(19):
        code_of(lambda: accounts.sign_in(f"{number}@example.org", "wrong", address="7"))  # noqa: B023
    for _ in range(30):
        accounts.sign_in("ada@example.org", PASSWORD, address="7")

    assert code_of(lambda: accounts.sign_in("x@example.org", "wrong", address="7")) == "account.sign_in"
    with pytest.raises(TooMany):
        accounts.sign_in("ada@example.org", PASSWORD, address="7")


def test_the_database_does_not_tell_who_tried_to_come_in(accounts: Accounts, tmp_path: Path) -> None:
    code_of(lambda: accounts.sign_in("nobody@example.org", "wrong", address="192.0.2.7"))

    held = b"".join(one.read_bytes() for one in tmp_path.glob("server.db*"))
    assert b"nobody@example.org" not in held


def test_each_failure_doubles_the_wait_up_to_a_quarter_of_an_hour(server: ServerRecords) -> None:
    now = datetime(2026, 3, 1)
    pace = Pace(free=2, first=1, most=900)
    waits: list[float] = []
    for _ in range(15):
        waits.append(server.attempts.begin({"x": pace}, now=now))
        now += timedelta(seconds=waits[-1])
        if waits[-1]:
            assert server.attempts.begin({"x": pace}, now=now) == 0

    assert waits == [0, 0, *(float(2**step) for step in range(10)), 900, 900, 900]
    assert server.attempts.begin({"x": pace, "y": pace}, now=now) == 900, "the longest counts"
    now += timedelta(seconds=3601)
    assert server.attempts.begin({"x": pace}, now=now) == 0
    assert server.attempts.begin({"y": pace}, now=now) == 0
    assert server.attempts.sweep(before=now + timedelta(days=1)) == 2


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("a" * 11, "password.short"),
        ("a" * 12, "password.common"),
        ("abababababab", "password.common"),
        ("123456789012", "password.common"),
        ("lkjihgfedcba", "password.common"),
        ("PasswordPassword", "password.common"),
        ("lovelace1815", "password.own"),
        ("x" * 1001, "password.long"),
    ],
)
def test_passwords_that_are_tried_first_are_refused(password: str, code: str) -> None:
    assert [one.code for one in password_findings(password, name="Ada Lovelace", email="al@example.org")] == [code]


def test_any_long_sentence_will_do() -> None:
    assert password_findings(PASSWORD, name="Ada Lovelace", email="ada@example.org") == []
    assert password_findings("水壶在中午唱歌的时候很好听啊", name="Ada") == []


def test_changing_a_password_needs_the_old_one_and_ends_other_sessions(
    accounts: Accounts, server: ServerRecords
) -> None:
    person = first(accounts)
    _, here = server.sessions.open(person.id, lasts=timedelta(hours=1))
    other, _ = server.sessions.open(person.id, lasts=timedelta(hours=1))

    assert code_of(lambda: accounts.change_password(person.id, "wrong", PASSWORD)) == "password.old"
    assert code_of(lambda: accounts.change_password(person.id, PASSWORD, "short")) == "password.short"
    accounts.change_password(person.id, PASSWORD, "another kettle sings", session=here.id)

    assert server.sessions.find(other) is None
    assert [one.id for one in server.sessions.of(person.id)] == [here.id]
    assert accounts.sign_in("ada@example.org", "another kettle sings").id == person.id
