"""Checkpoints of audit logs: how far each log was, signed, to be kept elsewhere.

A log is chained by hashes, so a line that was changed or taken out of the middle shows by itself. Whoever can write the
database could still cut the end off, or write the whole chain anew. A checkpoint names the last line of each log and
its hash, signed by a key (Ed25519, RFC 8032) that stands outside of the served folder: what was done before it cannot
be undone unseen.
"""

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.store.chain import START, Break, ChainedEntry

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

__all__ = ["Checked", "Log", "check", "checkpoint", "key_id", "make_key", "read_key", "read_public"]

FORM = "wattstone audit checkpoint 1"


class Log(Protocol):
    """An audit log that is chained by hashes."""

    def head(self) -> ChainedEntry | None:
        """The newest line."""
        ...

    def check_chain(self, *, since: ChainedEntry | None = None) -> Break | None:
        """The first line at which the chain does not hold."""
        ...


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a check of one log found.

    Parameters
    ----------
    log : str
        `server`, or the organisation whose workspace's it is.
    lines : int
        Number of its newest line.
    broken : Break or None
        Where its chain does not hold.
    why : str
        `whole`, `changed`, `missing`, `cut` (lines of the checkpoint are gone from the end), `other` (line of the
        checkpoint is there with other content: the chain was written anew), `gone` (the log is not there any more).
    at : int or None
        The line.
    """

    log: str
    lines: int
    broken: Break | None = None
    why: str = "whole"
    at: int | None = None


def make_key(path: Path) -> str:
    """Make a signing key, readable by its owner alone, and its public half beside it (`.pub`); return its id.

    Raises
    ------
    InputRefused
        If the file is there already.
    """
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    open_half = key.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise _refused(path, "there is a file already", "a new file", "name another") from None
    with os.fdopen(handle, "wb") as file:
        file.write(secret)
    path.with_name(path.name + ".pub").write_bytes(open_half)
    return key_id(key.public_key())


def read_key(path: Path) -> "Ed25519PrivateKey":
    """A signing key.

    Raises
    ------
    InputRefused
        If it is none, or others than its owner can read it.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise _refused(path, "others than its owner can read it", "mode 0600", f"chmod 600 {path}")
        key = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, OSError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise _refused(path, "this is no signing key", "a file made by `wattstone audit key`", "name such a file")
    return key


def read_public(path: Path) -> "Ed25519PublicKey":
    """The public half of a signing key.

    Raises
    ------
    InputRefused
        If it is none.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(path.read_bytes())
    except (ValueError, OSError):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise _refused(path, "this is no public key", "the file `.pub` beside a signing key", "name such a file")
    return key


def key_id(key: "Ed25519PublicKey") -> str:
    """The name of a key: the first 16 hexadecimal digits of the SHA-256 of its 32 bytes."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def checkpoint(logs: Mapping[str, Log], key: "Ed25519PrivateKey", *, made: datetime | None = None) -> str:
    """How far logs are, signed, as JSON.

    Parameters
    ----------
    logs : mapping of str to Log
        By name; each has to hold.
    key : Ed25519PrivateKey
        That signs.
    made : datetime or None
        Now where None.

    Raises
    ------
    InputRefused
        If a log does not hold: what is broken is not signed.
    """
    for name, log in logs.items():
        if (broken := log.check_chain()) is not None:
            raise _refused(
                f"log '{name}'", f"its chain does not hold at line {broken.number}", "a log that holds",
                "find out with `wattstone audit verify` what was done to it",
            )  # fmt: skip
    heads = {name: log.head() for name, log in logs.items()}
    content: dict[str, Any] = {
        "form": FORM,
        "made": (made or datetime.now(UTC)).isoformat(timespec="seconds"),
        "key": key_id(key.public_key()),
        "logs": {
            name: {"number": head.number if head else 0, "hash": head.hash if head else START}
            for name, head in heads.items()
        },
    }
    signature = base64.b64encode(key.sign(_canonical(content))).decode()
    return json.dumps({**content, "signature": signature}, indent=2, sort_keys=True) + "\n"


def check(logs: Mapping[str, Log], text: str | None = None, key: "Ed25519PublicKey | None" = None) -> list[Checked]:
    """What became of logs: by their own chains, and against a checkpoint.

    Parameters
    ----------
    logs : mapping of str to Log
        By name.
    text : str or None
        Of a checkpoint.
    key : Ed25519PublicKey or None
        That has to have signed it.

    Raises
    ------
    InputRefused
        If the text is no checkpoint, or was not signed by the key as it stands.
    """
    known = {} if text is None else _read(text, key)
    found = [_check(name, log, known.get(name)) for name, log in logs.items()]
    gone = [Checked(log=name, lines=0, why="gone") for name in known if name not in logs]
    return [*found, *gone]


def _check(name: str, log: Log, known: Mapping[str, Any] | None) -> Checked:
    head = log.head()
    lines = head.number if head else 0
    if (broken := log.check_chain()) is not None:
        return Checked(log=name, lines=lines, broken=broken, why=broken.why, at=broken.number)
    if known is None or known["number"] == 0:
        return Checked(log=name, lines=lines)
    if lines < known["number"]:
        return Checked(log=name, lines=lines, why="cut", at=lines + 1)
    since = ChainedEntry(
        number=known["number"], hash=known["hash"], when=datetime(1970, 1, 1), who="", what="", details={}, previous=""
    )
    broken = log.check_chain(since=since)
    if broken is None:
        return Checked(log=name, lines=lines)
    return Checked(log=name, lines=lines, broken=broken, why="other", at=broken.number)


def _read(text: str, key: "Ed25519PublicKey | None") -> dict[str, dict[str, Any]]:
    from cryptography.exceptions import InvalidSignature

    try:
        held: dict[str, Any] = json.loads(text)
        signature = base64.b64decode(held.pop("signature"), validate=True)
        logs = cast("dict[str, dict[str, Any]]", held["logs"])
        if held["form"] != FORM or not all(_line(one) for one in logs.values()):
            raise ValueError(FORM)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _refused(
            "checkpoint", "this is no checkpoint", "a file of `wattstone audit checkpoint`", "name one"
        ) from None
    if key is None:
        raise _refused("checkpoint", "nothing says whose signature it has to carry", "the public key", "name its file")
    try:
        key.verify(signature, _canonical(held))
    except InvalidSignature:
        raise _refused(
            "checkpoint", "it was not signed by this key as it stands", f"a signature of key {key_id(key)}",
            "name the right key; if it is the right one, the checkpoint was changed",
        ) from None  # fmt: skip
    return logs


def _line(one: Mapping[str, Any]) -> bool:
    return isinstance(one["number"], int) and one["number"] >= 0 and isinstance(one["hash"], str)


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _refused(place: object, found: str, expected: str, remedy: str) -> InputRefused:
    return InputRefused(
        [Finding(code="audit.checkpoint", place=str(place), found=found, expected=expected, remedy=remedy)]
    )
