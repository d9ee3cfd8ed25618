"""Members: invitations, roles, links, leaving, keys."""

from datetime import datetime, timedelta

import pytest

from tests.workflows.accounts.people import LOCAL_ACME, PASSWORD, as_admin, code_of, first
from wattstone.interfaces.store.server import ServerRecords
from wattstone.workflows.access import POLICY, Act, Forbidden, Principal, Role, Scope
from wattstone.workflows.accounts import (
    Accounts,
    principal_of_key,
)


def test_an_invitation_makes_one_member_with_its_role_and_scope(accounts: Accounts, server: ServerRecords) -> None:
    admin = as_admin(accounts, first(accounts))
    token, _ = accounts.invite(admin, "bob@example.org", Role.OPERATOR, Scope(frozenset({"HQ"})))

    assert code_of(lambda: accounts.accept(token, name="Bob", password="short")) == "password.short"
    bob = accounts.accept(token, name="Bob", password=PASSWORD)
    member = server.people.memberships(person=bob.id)[0]

    assert (member.tenant, member.role, member.sites) == ("acme", "operator", frozenset({"HQ"}))
    assert code_of(lambda: accounts.accept(token, name="Eve", password=PASSWORD)) == "account.code"
    assert code_of(lambda: accounts.invite(admin, "BOB@example.org", Role.VIEWER)) == "account.member"
    assert code_of(lambda: accounts.reset(token, PASSWORD)) == "account.code"


def test_inviting_an_address_again_makes_the_earlier_link_void(accounts: Accounts, server: ServerRecords) -> None:
    admin = as_admin(accounts, first(accounts))
    earlier, _ = accounts.invite(admin, "bob@example.org", Role.ADMIN)
    other, _ = accounts.invite(admin, "eve@example.org", Role.VIEWER)
    later, _ = accounts.invite(admin, "Bob@example.org", Role.VIEWER)

    assert code_of(lambda: accounts.accept(earlier, name="Bob", password=PASSWORD)) == "account.code"
    assert accounts.accept(later, name="Bob", password=PASSWORD).name == "Bob"
    assert accounts.accept(other, name="Eve", password=PASSWORD).name == "Eve"


def test_an_invitation_opens_no_account_that_is_there(accounts: Accounts, server: ServerRecords) -> None:
    ada = first(accounts)
    server.people.leave(ada.id, "other")
    boss = accounts.add(
        Principal(id="local", name="local", kind="local", tenant="other", role=Role.ADMIN, acts=frozenset(Act)),
        name="Zoe", email="zoe@example.org", password=PASSWORD, role=Role.ADMIN,
    )  # fmt: skip
    token, _ = accounts.invite(as_admin(accounts, boss, "other"), "ada@example.org", Role.VIEWER)

    assert code_of(lambda: accounts.accept(token, name="Eve", password=PASSWORD)) == "account.known"
    assert code_of(lambda: accounts.accept(token, person=boss)) == "account.known"
    assert accounts.accept(token, person=ada).id == ada.id
    assert {one.tenant for one in server.people.memberships(person=ada.id)} == {"acme", "other"}


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.ADMIN])
def test_only_administrators_of_the_whole_manage_people(accounts: Accounts, role: Role) -> None:
    ada = first(accounts)
    whole = Principal(id="x", name="x", kind="person", tenant="acme", role=role, acts=POLICY[role])
    some = Principal(
        id="x", name="x", kind="person", tenant="acme", role=Role.ADMIN, acts=POLICY[Role.ADMIN],
        scope=Scope(frozenset({"HQ"})),
    )  # fmt: skip
    for actor in (whole, some):
        for call in (
            lambda who: accounts.members(who),
            lambda who: accounts.invite(who, "x@example.org", Role.VIEWER),
            lambda who: accounts.change_role(who, ada.id, Role.VIEWER),
            lambda who: accounts.remove(who, ada.id),
            lambda who: accounts.close(who, ada.id),
            lambda who: accounts.everybody(who),
            lambda who: accounts.reset_link(who, ada.id),
            lambda who: accounts.keys(who, everyone=True),
            lambda who: accounts.add(who, name="x", email="x@y.z", password=PASSWORD, role=Role.ADMIN),
        ):
            with pytest.raises(Forbidden):
                call(actor)


def test_a_change_of_role_holds_at_once_and_ages_the_sessions(accounts: Accounts, server: ServerRecords) -> None:
    admin = as_admin(accounts, first(accounts))
    bob = accounts.accept(accounts.invite(admin, "bob@example.org", Role.VIEWER)[0], name="Bob", password=PASSWORD)
    token, _ = server.sessions.open(bob.id, lasts=timedelta(hours=1))

    accounts.change_role(admin, bob.id, Role.ANALYST, Scope(frozenset({"HQ"})))

    assert server.people.memberships(person=bob.id)[0].role == "analyst"
    session = server.sessions.find(token)
    assert session is not None
    assert session.rotated == datetime(1970, 1, 1)
    assert server.audit.entries()[-1].details["before"] == "viewer"


def test_the_last_administrator_stays(accounts: Accounts) -> None:
    ada = first(accounts)
    admin = as_admin(accounts, ada)

    assert code_of(lambda: accounts.change_role(admin, ada.id, Role.VIEWER)) == "account.last_admin"
    assert code_of(lambda: accounts.change_role(admin, ada.id, Role.ADMIN, Scope(frozenset({"HQ"})))) == (
        "account.last_admin"
    )
    assert code_of(lambda: accounts.remove(admin, ada.id)) == "account.last_admin"
    assert code_of(lambda: accounts.close(LOCAL_ACME, ada.id, erase=True)) == "account.last_admin"


def test_nobody_of_another_organisation_can_be_touched(accounts: Accounts, server: ServerRecords) -> None:
    ada = first(accounts)
    admin = as_admin(accounts, ada)
    stranger = server.people.add(name="Eve", email="eve@example.org")
    server.people.join(stranger.id, "other", "admin", by="local")

    for call in (
        lambda: accounts.change_role(admin, stranger.id, Role.VIEWER),
        lambda: accounts.remove(admin, stranger.id),
        lambda: accounts.close(admin, stranger.id),
        lambda: accounts.reset_link(admin, stranger.id),
    ):
        assert code_of(call) == "account.unknown"
    _, key = server.keys.issue("other", name="x", role="viewer", by=stranger.id)
    assert code_of(lambda: accounts.revoke_key(admin, key.id)) == "key.unknown"


def test_an_administrator_of_one_organisation_takes_no_account_over_that_has_roles_in_another(
    accounts: Accounts, server: ServerRecords
) -> None:
    ada = first(accounts)  # of `acme` and `other`
    admin = as_admin(accounts, ada)
    with pytest.raises(Forbidden):
        accounts.reset_link(admin, ada.id)

    assert accounts.reset_link(LOCAL_ACME, ada.id)
    server.people.leave(ada.id, "other")
    assert accounts.reset_link(admin, ada.id)


@pytest.mark.parametrize("after", [None, (Role.VIEWER, Scope()), (Role.ADMIN, Scope(frozenset()))])
def test_links_hold_only_as_long_as_who_made_them_administers(
    accounts: Accounts, after: tuple[Role, Scope] | None
) -> None:
    """Else a former administrator comes back by an invitation to another address of theirs, or by a member's link."""
    admin = as_admin(accounts, first(accounts))
    eve = accounts.accept(accounts.invite(admin, "eve@example.org", Role.ADMIN)[0], name="Eve", password=PASSWORD)
    bob = accounts.accept(accounts.invite(admin, "bob@example.org", Role.VIEWER)[0], name="Bob", password=PASSWORD)
    invited, _ = accounts.invite(as_admin(accounts, eve), "eve@elsewhere.example", Role.ADMIN)
    reset = accounts.reset_link(as_admin(accounts, eve), bob.id)

    if after is None:
        accounts.remove(admin, eve.id)
    else:
        accounts.change_role(admin, eve.id, *after)

    assert code_of(lambda: accounts.invitation(invited)) == "account.code"
    assert code_of(lambda: accounts.accept(invited, name="Eve", password=PASSWORD)) == "account.code"
    assert code_of(lambda: accounts.reset(reset, "another kettle sings")) == "account.code"
    assert accounts.reset(accounts.reset_link(admin, bob.id), "another kettle sings").id == bob.id


def test_a_password_link_is_void_once_its_person_has_a_role_elsewhere(
    accounts: Accounts, server: ServerRecords
) -> None:
    ada = first(accounts)
    server.people.leave(ada.id, "other")
    reset = accounts.reset_link(as_admin(accounts, ada), ada.id)

    server.people.join(ada.id, "other", "viewer", by="local")

    assert code_of(lambda: accounts.reset(reset, "another kettle sings")) == "account.code"


def test_leaving_takes_the_keys_along(accounts: Accounts, server: ServerRecords) -> None:
    admin = as_admin(accounts, first(accounts))
    bob = accounts.accept(accounts.invite(admin, "bob@example.org", Role.ANALYST)[0], name="Bob", password=PASSWORD)
    token, _ = accounts.make_key(as_admin(accounts, bob), "nightly")

    accounts.remove(admin, bob.id)

    assert server.keys.find(token) is None


def test_leaving_the_last_organisation_ends_the_sessions(accounts: Accounts, server: ServerRecords) -> None:
    admin = as_admin(accounts, first(accounts))
    bob = accounts.accept(accounts.invite(admin, "bob@example.org", Role.ANALYST)[0], name="Bob", password=PASSWORD)
    server.people.join(bob.id, "other", "viewer", by="local")
    server.sessions.open(bob.id, lasts=timedelta(hours=8))

    accounts.remove(admin, bob.id)
    (session,) = server.sessions.of(bob.id)
    assert session.rotated.year == 1970, "it gets a new token, for there is a role elsewhere"
    accounts.remove(as_admin(accounts, server.people.by_email("ada@example.org"), "other"), bob.id)
    assert server.sessions.of(bob.id) == ()


def test_a_key_holds_some_of_what_its_maker_may_and_never_more(accounts: Accounts) -> None:
    admin = as_admin(accounts, first(accounts))
    bob = accounts.accept(
        accounts.invite(admin, "bob@example.org", Role.ANALYST, Scope(frozenset({"HQ"})))[0],
        name="Bob", password=PASSWORD,
    )  # fmt: skip
    actor = as_admin(accounts, bob)

    for acts, scope in (
        ([Act.ADMINISTER], None),
        ([Act.CONTROL], None),
        (None, Scope()),
        (None, Scope(frozenset("X"))),
    ):
        with pytest.raises(Forbidden):
            accounts.make_key(actor, "x", acts=acts, scope=scope)
    _, key = accounts.make_key(actor, "nightly", acts=[Act.READ, Act.EXPORT])
    held = principal_of_key(key)
    assert (held.acts, held.scope.sites) == (frozenset({Act.READ, Act.EXPORT}), frozenset({"HQ"}))
    with pytest.raises(Forbidden):
        accounts.make_key(held, "a key of a key")
    accounts.revoke_key(admin, key.id)
    assert accounts.keys(actor)[0].revoked is not None
