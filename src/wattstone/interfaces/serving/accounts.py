"""Accounts of a server: the use cases over its records, with argon2id for passwords."""

import threading
from functools import cached_property
from typing import TYPE_CHECKING, cast

from wattstone.interfaces.serving.settings import Passwords, Settings
from wattstone.workflows.accounts.accounts import Accounts
from wattstone.workflows.accounts.ports import Store

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from wattstone.interfaces.store.server import ServerRecords

__all__ = ["Argon2", "accounts_of"]

_AT_ONCE = 2  # hashes made at the same time in a process: each takes tens of MB


class Argon2:
    """Hashes of passwords by argon2id.

    Parameters
    ----------
    costs : Passwords
        Passes, memory and lanes.
    """

    def __init__(self, costs: Passwords) -> None:
        self._costs = costs
        self._turns = threading.BoundedSemaphore(_AT_ONCE)

    @cached_property
    def _argon2(self) -> "PasswordHasher":
        from argon2 import PasswordHasher

        costs = self._costs
        return PasswordHasher(time_cost=costs.time_cost, memory_cost=costs.memory_kib, parallelism=costs.lanes)

    @cached_property
    def _nobodys(self) -> str:
        """A hash that no password has, so that an unknown account costs as much work as a known one."""
        import secrets

        return self._argon2.hash(secrets.token_urlsafe(32))

    def hash(self, password: str) -> str:
        """The hash to keep, salted, with its parameters."""
        with self._turns:
            return self._argon2.hash(password)

    def check(self, kept: str | None, password: str) -> bool:
        """Whether a password is right; as much work, and False, where None is kept."""
        from argon2.exceptions import InvalidHashError, VerificationError

        with self._turns:
            try:
                return self._argon2.verify(kept or self._nobodys, password) and kept is not None
            except (VerificationError, InvalidHashError):
                return False

    def stale(self, kept: str) -> bool:
        """Whether it was made with other parameters than are used now."""
        return self._argon2.check_needs_rehash(kept)


def accounts_of(server: "ServerRecords", settings: Settings) -> Accounts:
    """The use cases of accounts over a server's records.

    Parameters
    ----------
    server : ServerRecords
        Where accounts are kept.
    settings : Settings
        What passwords cost, and how many attempts are free.
    """
    hasher = Argon2(settings.passwords)
    hasher.check(None, "")  # the first sign-in is as fast as the others
    return Accounts(
        cast("Store", server), hasher, length=settings.passwords.length, address_free=settings.limits.sign_in
    )
