"""Lines of an audit log chained by hashes: whoever changes or removes one breaks the chain from there on.

A line's hash is the SHA-256 of the canonical JSON (RFC 8785 in spirit: sorted keys, no spaces, UTF-8) of its number,
time, account, deed, details and the hash of the line before it. Lines cut off at the end leave a whole chain: that is
what signed checkpoints outside of the database are for.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

__all__ = ["START", "Break", "ChainedEntry", "entry_hash", "first_break"]

START = "0" * 64
"""What stands in the place of the hash before the first line."""


@dataclass(frozen=True, kw_only=True)
class ChainedEntry:
    """A line of the audit log: who did what, when (naive UTC), and its place in the chain.

    `tenant` is named in the server's log only, where a line is about one organisation.
    """

    number: int
    when: datetime
    who: str
    what: str
    details: Mapping[str, Any]
    previous: str
    hash: str
    tenant: str | None = None


@dataclass(frozen=True)
class Break:
    """The first line at which a chain does not hold: `changed` (its own hash) or `missing` (a line before it)."""

    number: int
    why: str
    expected: str
    found: str


def entry_hash(
    *,
    number: int,
    when: datetime,
    who: str,
    what: str,
    details: Mapping[str, Any],
    previous: str,
    tenant: str | None = None,
) -> str:
    """The hash of a line (hexadecimal); a line without a tenant is hashed without one."""
    content: dict[str, Any] = {
        "number": number,
        "at": when.isoformat(timespec="microseconds"),
        "who": who,
        "what": what,
        "details": details,
        "previous": previous,
    }
    if tenant is not None:
        content["tenant"] = tenant
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def first_break(entries: Iterable[ChainedEntry], *, after: str = START) -> Break | None:
    """The first line, in the order of the numbers, at which the chain does not hold; None where it does.

    Parameters
    ----------
    entries : iterable of ChainedEntry
        The whole log, or its lines after one whose hash is known.
    after : str
        That hash.
    """
    previous = after
    for entry in entries:
        if entry.previous != previous:
            return Break(entry.number, "missing", expected=previous, found=entry.previous)
        own = entry_hash(
            number=entry.number, when=entry.when, who=entry.who, what=entry.what,
            details=entry.details, previous=entry.previous, tenant=entry.tenant,
        )  # fmt: skip
        if entry.hash != own:
            return Break(entry.number, "changed", expected=own, found=entry.hash)
        previous = entry.hash
    return None
