"""Accounts that are closed: what ends with them, who may close whom, what is kept and what is erased."""

from datetime import timedelta
from typing import Any

import pytest

from tests.workflows.accounts.people import LOCAL_ACME, PASSWORD, as_admin, code_of, first, said
from wattstone.base import InputRefused
from wattstone.interfaces.store.server import ServerRecords
from wattstone.workflows.access import Forbidden, Principal, Role
from wattstone.workflows.accounts import Accounts
from wattstone.workflows.accounts.provider import Identity, Terms, sign_in_by_provider

ANEW = "another kettle sings"


def member(accounts: Accounts, admin: Principal, role: Role = Role.ANALYST) -> Any:
    """Bob, by invitation."""
    return accounts.accept(accounts.invite(admin, "bob@example.org", role)[0], name="Bob", password=PASSWORD)


def test_a_closed_account_opens_nothing_any_more(accounts: Accounts, server: ServerRecords) -> None:
    admin = as_admin(accounts, first(accounts))
    bob = member(accounts, admin, Role.ADMIN)
    session, _ = server.sessions.open(bob.id, lasts=timedelta(hours=1))
    key, _ = accounts.make_key(as_admin(accounts, bob), "nightly")
    reset = accounts.reset_link(admin, bob.id)
    invited, _ = accounts.invite(as_admin(accounts, bob), "eve@example.org", Role.VIEWER)

    accounts.close(admin, bob.id)

    assert server.sessions.find(session) is None
    assert server.keys.find(key) is None
    assert server.people.memberships(person=bob.id) == ()
    assert code_of(lambda: accounts.sign_in("bob@example.org", PASSWORD)) == "account.sign_in"
    assert code_of(lambda: accounts.reset(reset, ANEW)) == "account.code"
    assert code_of(lambda: accounts.accept(invited, name="Eve", password=PASSWORD)) == "account.code"
    line = next(one for one in server.audit.entries() if one.what == "close account")
    assert (line.who, line.tenant, line.details) == ("Ada", "acme", {"person": bob.id})


def test_a_provider_does_not_open_a_closed_account(accounts: Accounts, server: ServerRecords) -> None:
    admin = as_admin(accounts, first(accounts))
    bob = member(accounts, admin)
    server.people.change(bob.id, issuer="https://id.example", subject="b")
    accounts.close(admin, bob.id)
    held: Any = server
    for subject in ("b", "another"):
        identity = Identity(issuer="https://id.example", subject=subject, email="bob@example.org", verified=True)
        with pytest.raises(InputRefused, match="the provider knows you"):
            sign_in_by_provider(held, identity, Terms(create=True))


def test_whoever_kills_the_process_leaves_no_door_open(
    accounts: Accounts, server: ServerRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = as_admin(accounts, first(accounts))
    bob = member(accounts, admin)

    def killed(_person: str) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(server.sessions, "close_all", killed)
        with pytest.raises(KeyboardInterrupt):
            accounts.close(admin, bob.id)
    after = server.people.find(bob.id)
    assert after is not None
    assert (after.disabled, after.password) == (True, None)

    accounts.close(admin, bob.id)
    assert server.people.memberships(person=bob.id) == ()


def test_somebody_who_has_roles_elsewhere_is_closed_by_the_owner_of_the_machine_alone(
    accounts: Accounts, server: ServerRecords
) -> None:
    admin = as_admin(accounts, first(accounts))
    bob = member(accounts, admin)
    server.people.join(bob.id, "other", "viewer", by="local")
    with pytest.raises(Forbidden):
        accounts.close(admin, bob.id)

    accounts.close(LOCAL_ACME, bob.id)

    closed = [(one.tenant, one.details) for one in server.audit.entries() if one.what == "close account"]
    assert closed == [("acme", {"person": bob.id}), ("other", {"person": bob.id})]


def test_a_closed_administrator_does_not_count_as_one_who_is_left(accounts: Accounts, server: ServerRecords) -> None:
    ada = first(accounts)
    server.people.leave(ada.id, "other")
    bob = member(accounts, as_admin(accounts, ada), Role.ADMIN)
    server.people.change(bob.id, disabled=True)

    assert code_of(lambda: accounts.close(LOCAL_ACME, ada.id)) == "account.last_admin"


def test_an_account_without_a_role_is_found_and_erased(accounts: Accounts, server: ServerRecords) -> None:
    admin = as_admin(accounts, first(accounts))
    bob = member(accounts, admin)
    accounts.remove(admin, bob.id)
    assert code_of(lambda: accounts.close(admin, bob.id)) == "account.unknown"
    assert [(who.name, [one.tenant for one in held]) for who, held in accounts.everybody(LOCAL_ACME)] == [
        ("Ada", ["acme", "other"]), ("Bob", []),
    ]  # fmt: skip

    accounts.close(LOCAL_ACME, bob.id, erase=True)

    assert server.people.by_email("bob@example.org") is None
    assert said(server)[-1] == "erase account"
    assert code_of(lambda: accounts.close(LOCAL_ACME, bob.id)) == "account.unknown"
    assert server.audit.check_chain() is None


def test_an_administrator_erases_nothing(accounts: Accounts, server: ServerRecords) -> None:
    admin = as_admin(accounts, first(accounts))
    bob = member(accounts, admin)
    with pytest.raises(Forbidden):
        accounts.close(admin, bob.id, erase=True)
    assert server.people.find(bob.id) == bob


def test_an_invitation_opens_a_closed_account_again_as_if_it_were_new(
    accounts: Accounts, server: ServerRecords
) -> None:
    admin = as_admin(accounts, first(accounts))
    bob = member(accounts, admin)
    accounts.close(admin, bob.id)
    token, _ = accounts.invite(admin, "bob@example.org", Role.VIEWER)

    assert code_of(lambda: accounts.accept(token, name="Bob", password="short")) == "password.short"
    again = accounts.accept(token, name="Robert", password=ANEW)

    assert (again.id, again.name, again.disabled) == (bob.id, "Robert", False)
    assert accounts.sign_in("bob@example.org", ANEW).id == bob.id
    assert [(one.tenant, one.role) for one in server.people.memberships(person=bob.id)] == [("acme", "viewer")]
