"""Signatures of webhooks: HMAC-SHA256 [1]_ over `TIMESTAMP.BODY`, with the new and the old secret while one rotates.

The header is `Wattstone-Signature: t=UNIX_SECONDS,v1=HEX[,v1=HEX]`.

References
----------
.. [1] RFC 2104, "HMAC: Keyed-Hashing for Message Authentication," IETF, 1997.
"""

import hashlib
import hmac
from collections.abc import Sequence

__all__ = ["HEADER", "sign", "verify"]

HEADER = "Wattstone-Signature"
OLDEST = 300  # s that a signature is believed


def sign(body: bytes, secrets: Sequence[str], *, at: int) -> str:
    """The value of the header.

    Parameters
    ----------
    body : bytes
        As it is sent.
    secrets : sequence of str
        The newest first; all that are valid now.
    at : int
        When it is sent. [s since 1970-01-01 UTC]
    """
    return ",".join([f"t={at}", *(f"v1={_mac(body, one, at)}" for one in secrets)])


def verify(body: bytes, header: str, secret: str, *, now: int, oldest: int = OLDEST) -> bool:
    """Whether a body was signed with a secret, and lately: what a receiver does.

    Parameters
    ----------
    body : bytes
        As it came.
    header : str
        Of `Wattstone-Signature`.
    secret : str
        That the receiver was given.
    now : int
        The receiver's clock. [s since 1970-01-01 UTC]
    oldest : int
        How long a signature is believed. [s]

    Examples
    --------
    >>> verify(b"{}", sign(b"{}", ["whsec"], at=1_000), "whsec", now=1_010)
    True
    """
    parts = [one.partition("=")[::2] for one in header.split(",")[:10]]
    stamps = [value for name, value in parts if name == "t" and value.isascii() and value.isdigit()]
    if len(stamps) != 1 or len(stamps[0]) > 12 or abs(now - int(stamps[0])) > oldest:
        return False
    expected = _mac(body, secret, int(stamps[0])).encode()
    return any(hmac.compare_digest(expected, value.encode()) for name, value in parts if name == "v1")


def _mac(body: bytes, secret: str, at: int) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
