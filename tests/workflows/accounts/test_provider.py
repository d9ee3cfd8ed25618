"""People whom an identity provider vouches for."""

from typing import Any, cast

import pytest

from tests.workflows.accounts.people import code_of, first
from wattstone.interfaces.store.server import ServerRecords
from wattstone.workflows.access import LOCAL, Role
from wattstone.workflows.accounts import (
    Accounts,
)
from wattstone.workflows.accounts.provider import PROVIDER, Identity, Terms, sign_in_by_provider


@pytest.mark.parametrize(
    ("terms", "identity", "comes_in"),
    [
        (Terms(), {}, True),
        (Terms(), {"verified": False}, False),
        (Terms(link_by_email=False), {}, False),
        (Terms(), {"email": "new@example.org"}, False),
        (Terms(create=True), {"email": "new@example.org"}, True),
        (Terms(create=True), {"email": "new@example.org", "verified": False}, False),
        (Terms(create=True, domains=("example.org",)), {"email": "new@EXAMPLE.org"}, True),
        (Terms(create=True, domains=("example.org",)), {"email": "new@example.org.evil.example"}, False),
        (Terms(create=True, domains=("example.org",)), {"email": "new@sub.example.org"}, False),
        (Terms(create=True), {"email": ""}, False),
    ],
)
def test_whom_a_provider_vouches_for(
    accounts: Accounts, server: ServerRecords, terms: Terms, identity: dict[str, Any], comes_in: bool
) -> None:
    first(accounts)
    one = Identity(**{"issuer": "https://id", "subject": "1", "email": "ada@example.org", "verified": True, **identity})

    if not comes_in:
        assert code_of(lambda: sign_in_by_provider(cast("Any", server), one, terms)) == "account.provider"
        assert server.people.by_identity("https://id", "1") is None
        return
    person = sign_in_by_provider(cast("Any", server), one, terms)
    again = Identity(issuer="https://id", subject="1", email="moved@example.org", verified=True)
    if not terms.domains:
        assert sign_in_by_provider(cast("Any", server), again, Terms()).id == person.id  # the subject stays


def test_an_account_that_is_linked_is_not_linked_to_another_subject(accounts: Accounts, server: ServerRecords) -> None:
    first(accounts)
    sign_in_by_provider(
        cast("Any", server), Identity(issuer="i", subject="1", email="ada@example.org", verified=True), Terms()
    )
    other = Identity(issuer="i", subject="2", email="ada@example.org", verified=True)

    assert code_of(lambda: sign_in_by_provider(cast("Any", server), other, Terms(create=True))) == "account.provider"


def test_roles_follow_the_groups_of_the_provider_but_not_over_an_administrators_hand(
    accounts: Accounts, server: ServerRecords
) -> None:
    ada = first(accounts)
    terms = Terms(create=True, claim="groups", tenant="acme", roles={"staff": Role.VIEWER, "energy": Role.ANALYST})

    def come(email: str, groups: Any) -> list[tuple[str, str]]:
        one = Identity(issuer="i", subject=email, email=email, verified=True, claims={"groups": groups})
        person = sign_in_by_provider(cast("Any", server), one, terms)
        return [(row.role, row.created_by) for row in server.people.memberships(person=person.id, tenant="acme")]

    assert come("bob@example.org", ["staff", "energy", "x"]) == [("analyst", PROVIDER)]
    assert come("bob@example.org", "staff") == [("viewer", PROVIDER)]
    assert come("bob@example.org", []) == []
    assert come("bob@example.org", {"staff": 1, "odd": 2}) == [("viewer", PROVIDER)]
    assert come("ada@example.org", ["staff"]) == [("admin", "local")]
    assert LOCAL.id == "local"
    assert ada.id
