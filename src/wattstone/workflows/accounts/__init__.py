"""Accounts: who comes in, by what, and with which role; over a port to wherever accounts are kept."""

from wattstone.workflows.accounts.accounts import Accounts
from wattstone.workflows.accounts.passwords import Hasher, password_findings
from wattstone.workflows.accounts.standing import principal_of_key, principal_of_person
from wattstone.workflows.accounts.throttle import Pace, TooMany

__all__ = [
    "Accounts",
    "Hasher",
    "Pace",
    "TooMany",
    "password_findings",
    "principal_of_key",
    "principal_of_person",
]
