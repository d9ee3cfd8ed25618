"""Who stands in the tests of accounts, and a hasher that costs nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from wattstone.base import InputRefused
from wattstone.interfaces.store.server import ServerRecords
from wattstone.workflows.access import Act, Principal, Role
from wattstone.workflows.accounts import (
    Accounts,
    principal_of_person,
)

PASSWORD = "a kettle sings at noon"


class Counting:
    """A hasher that costs nothing and counts its work."""

    def __init__(self) -> None:
        self.checks: list[str | None] = []

    def hash(self, password: str) -> str:
        """Not a hash."""
        return f"hash of {password}"

    def check(self, kept: str | None, password: str) -> bool:
        """Whether it is the same."""
        self.checks.append(kept)
        return kept == self.hash(password)

    def stale(self, kept: str) -> bool:
        """Never."""
        return False


def first(accounts: Accounts) -> Any:
    """The first administrator of `acme` and `other`."""
    return accounts.begin(
        accounts.first_code(), name="Ada", email="Ada@Example.org ", password=PASSWORD, tenants=["acme", "other"]
    )


def as_admin(accounts: Accounts, person: Any, tenant: str = "acme") -> Principal:
    """A person at work in an organisation."""
    held: Any = accounts._store
    return principal_of_person(person, held.people.memberships(person=person.id, tenant=tenant)[0])


def code_of(call: Callable[[], object]) -> str:
    """The code with which something is refused."""
    with pytest.raises(InputRefused) as refused:
        call()
    return refused.value.findings[0].code


def said(server: ServerRecords) -> list[str]:
    """What the audit log says was done."""
    return [one.what for one in server.audit.entries()]


LOCAL_ACME = Principal(id="local", name="local", kind="local", tenant="acme", role=Role.ADMIN, acts=frozenset(Act))
