"""Why an account is not made, changed or let in: findings, each at its field."""

import re

from wattstone.base.errors import InputRefused
from wattstone.base.finding import Finding

__all__ = ["address_findings", "code_refused", "name_findings", "refused", "sign_in_refused"]

_ADDRESS = re.compile(r"[^@\s<>\"'(),:;\\\[\]]{1,64}@[^@\s<>\"'(),:;\\\[\]]{1,255}")


def refused(code: str, found: str, expected: str, remedy: str, *, field: str = "", **params: object) -> InputRefused:
    """One finding as an error."""
    place = f"field '{field}'" if field else "account"
    held = {**params, **({"field": field} if field else {})}
    return InputRefused([Finding(code=code, place=place, found=found, expected=expected, remedy=remedy, params=held)])


def sign_in_refused() -> InputRefused:
    """The same words whether the address is unknown, the password wrong, or the account closed."""
    return refused(
        "account.sign_in",
        "the address or the password is wrong",
        "those of an account of this server",
        "type them again, or ask an administrator for a link to set a new password",
        field="password",
    )


def code_refused() -> InputRefused:
    """The same words whether a code is unknown, used or expired."""
    return refused(
        "account.code",
        "this code is not valid, or not any more",
        "a code that was not used yet, within its time",
        "ask for a new one; the first is shown when `wattstone serve` starts",
        field="code",
    )


def address_findings(email: str) -> list[Finding]:
    """What is wrong with an address of mail."""
    if _ADDRESS.fullmatch(email.strip()) and email.isprintable():
        return []
    return [
        Finding(
            code="account.email",
            place="field 'email'",
            found="this is no address of mail",
            expected="an address such as ada@example.org",
            remedy="correct it",
            params={"field": "email"},
        )
    ]


def name_findings(name: str) -> list[Finding]:
    """What is wrong with the name of a person or a key."""
    if 1 <= len(name.strip()) <= 200 and name.isprintable():
        return []
    return [
        Finding(
            code="account.name",
            place="field 'name'",
            found="this is no name",
            expected="1 to 200 characters on one line",
            remedy="correct it",
            params={"field": "name"},
        )
    ]
