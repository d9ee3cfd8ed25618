"""Passwords: what is asked of one, and the port to whatever hashes them."""

from itertools import pairwise
from typing import Protocol

from wattstone.base.finding import Finding

__all__ = ["LENGTH", "Hasher", "password_findings"]

LENGTH = 12
"""Characters that a password has at least (NIST SP 800-63B asks for 8, and for no rules on what they are)."""
_MOST = 1000
_LISTED = """
123456789012 1234567890123 12345678901234 123456789123 password1234 password12345 passwordpassword
passw0rdpassw0rd p@ssw0rd1234 qwertyuiop12 qwertyuiop123 qwertyuiopasdf qwertyqwerty qwerty123456
1q2w3e4r5t6y 1qaz2wsx3edc 1qaz2wsx3edc4rfv asdfghjkl123 asdfghjklqwe zaq12wsxcde3 abcdefghijkl abcdef123456
abc123abc123 iloveyou1234 iloveyouiloveyou letmeinletmein letmein12345 welcome12345 welcomewelcome
admin1234567 administrator administrator1 adminadminadmin changeme1234 changemechangeme trustno1trustno1
football1234 baseball1234 sunshine1234 princess1234 dragondragon monkeymonkey superman1234 wattstone1234
wattstonewattstone correcthorsebatterystaple woaini1314520 woaini520520 5201314520131
"""
_COMMON = frozenset(_LISTED.split())
"""Long passwords that are tried first: runs of the keyboard, the known short ones drawn out, the product's name."""


class Hasher(Protocol):
    """Makes hashes of passwords that are slow to guess."""

    def hash(self, password: str) -> str:
        """The hash to keep, salted, with its parameters."""
        ...

    def check(self, kept: str | None, password: str) -> bool:
        """Whether a password is right; as much work, and False, where None is kept."""
        ...

    def stale(self, kept: str) -> bool:
        """Whether it was made with other parameters than are used now."""
        ...


def password_findings(password: str, *, name: str = "", email: str = "", length: int = LENGTH) -> list[Finding]:
    """What is wrong with a new password; nothing where it will do.

    Parameters
    ----------
    password : str
        As it was typed.
    name, email : str
        Of whose it is: words of the name, and what stands before the @, are what is tried first.
    length : int
        Characters it has at least.

    Examples
    --------
    >>> [one.code for one in password_findings("wattstone1234")]
    ['password.common']
    >>> password_findings("a kettle sings at noon")
    []
    """
    lowered = password.casefold()
    own = [word for word in (*name.casefold().split(), email.casefold().partition("@")[0]) if len(word) >= 4]
    if len(password) < length:
        return [
            _finding("password.short", "it has {count} {count:character|characters}", {"count": len(password)}, length)
        ]
    if len(password) > _MOST:
        return [_finding("password.long", "it has more than {most} characters", {"most": _MOST}, length)]
    if lowered in _COMMON or len(set(lowered)) <= 3 or _runs(lowered):
        return [_finding("password.common", "it is one of those that are tried first", {}, length)]
    if any(word in lowered and len(lowered) - len(word) < length // 2 for word in own):
        return [_finding("password.own", "it is little more than the name of the account", {}, length)]
    return []


def _runs(text: str) -> bool:
    """Whether the characters follow each other in the code table: 123456789012, abcdefghijkl."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps <= {1} or steps <= {-1}


def _finding(code: str, found: str, params: dict[str, object], length: int) -> Finding:
    return Finding(
        code=code,
        place="field 'password'",
        found=found,
        params={**params, "length": length, "field": "password"},
        expected="{length} characters or more that nobody guesses",
        remedy="use a sentence, or four words that have nothing to do with each other",
    )
