"""Signatures: what is signed, when and by which key, and whether that holds."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self

from wattstone.base import Finding
from wattstone.disclosure.ed25519 import is_signed
from wattstone.disclosure.manifest import canonical
from wattstone.workflows.ports import Keyring, Signing

__all__ = ["FORM", "Signature", "signature_findings", "signed"]

FORM: Final = "wattstone.signature/1"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A signature, with all that it takes to check it.

    Parameters
    ----------
    sha256 : str
        Of what is signed: the canonical manifest.
    key : str
        Id of the key.
    public : str
        The public key, in hexadecimal digits.
    at : str
        When, ISO 8601 in UTC; it is signed too.
    signature : str
        In hexadecimal digits, over the canonical JSON of `message`.
    """

    sha256: str
    key: str
    public: str
    at: str
    signature: str

    @property
    def message(self) -> bytes:
        """What the key signs: the form, the hash, the key and the time as canonical JSON."""
        return canonical({"form": FORM, "sha256": self.sha256, "key": self.key, "at": self.at})

    def as_dict(self) -> dict[str, str]:
        """For machines."""
        names = ("sha256", "key", "public", "at", "signature")
        return {"form": FORM, **{name: str(getattr(self, name)) for name in names}}

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """What `as_dict` wrote."""
        return cls(**{name: str(told[name]) for name in ("sha256", "key", "public", "at", "signature")})


def signed(sha256: str, key: Signing, at: datetime) -> Signature:
    """Sign a manifest by its hash.

    Parameters
    ----------
    sha256 : str
        Of the canonical manifest.
    key : Signing
    at : datetime
        Now, with its zone.
    """
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    bare = Signature(sha256=sha256, key=key.key, public=key.public.hex(), at=moment, signature="")
    return Signature(
        sha256=sha256, key=key.key, public=key.public.hex(), at=moment, signature=key.sign(bare.message).hex()
    )


def signature_findings(held: Signature, sha256: str, place: str, keys: Keyring | None) -> tuple[Finding, ...]:
    """What is wrong with a signature.

    Parameters
    ----------
    held : Signature
    sha256 : str
        Of the manifest as it is now.
    place : str
        Whose signature it is.
    keys : Keyring or None
        Keys that are known here; where none is, whose the key is, is for the reader to ask.
    """
    if _broken(held, sha256):
        return (Finding(
            code="edition.signature", place=place,
            found="the signature of key {key} is not one of this manifest",
            expected="a manifest and a signature as they were locked",
            remedy="do not rely on it; restore the workspace, or the pack, from a copy that was kept apart",
            params={"key": held.key},
        ),)  # fmt: skip
    known = None if keys is None else keys.known(held.key)
    if known is None:
        return (Finding(
            code="edition.key_unknown", place=place, severity="warning",
            found="the signature holds, but nobody here knows the key {key}",
            expected="a key that the organisation published",
            remedy="compare the id with that which the organisation gives, then take the key in",
            params={"key": held.key},
        ),)  # fmt: skip
    if known.revoked is None:
        return ()
    late = datetime.fromisoformat(held.at) >= known.revoked
    return (Finding(
        code="edition.key_revoked", place=place, severity="error" if late else "warning",
        found="the key {key} was revoked on {day}: {reason}; it signed after that" if late
        else "the key {key} was revoked on {day}: {reason}; it had signed before that",
        expected="a key that was trusted when it signed",
        remedy="have the edition signed by another key",
        params={"key": held.key, "day": f"{known.revoked:%Y-%m-%d}", "reason": known.reason},
    ),)  # fmt: skip


def _broken(held: Signature, sha256: str) -> bool:
    """Whether the signature is of something else, or by another key than it says."""
    try:
        public, signature = bytes.fromhex(held.public), bytes.fromhex(held.signature)
    except ValueError:
        return True
    named = hashlib.sha256(public).hexdigest()[:20] == held.key
    return held.sha256 != sha256 or not named or not is_signed(public, signature, held.message)
