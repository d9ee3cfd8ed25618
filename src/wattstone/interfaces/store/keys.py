"""Keys that sign editions and packs (Ed25519), in a folder of their own that its owner alone can read.

They never lie in a workspace: whoever copies or backs up a workspace must not take the keys along that vouch for it.
The list of keys, `keys.json`, holds what everybody may know; what is secret of each is a PKCS #8 file beside it.
"""

import json
import os
import secrets
import stat
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from wattstone.base import Finding, InputRefused, WattstoneError
from wattstone.interfaces.store.config import FILE
from wattstone.workflows.ports import KeyRecord

if TYPE_CHECKING:
    from types import ModuleType

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

__all__ = ["FOLDER", "PASSPHRASE", "Keys", "Signer", "keys_folder"]

FOLDER: Final = "WATTSTONE_KEYS"
"""The variable that says where keys are."""

PASSPHRASE: Final = "WATTSTONE_KEYS_PASSPHRASE"  # noqa: S105 - the name of a variable
"""The variable that holds the passphrase; never an argument, which others on the machine can read."""

_LIST: Final = "keys.json"
_TIMES: Final = ("created", "retired", "revoked")

Ask = Callable[[], str | None]
"""Gives the passphrase, or None where there is none."""


def keys_folder() -> Path:
    """Where keys are: `$WATTSTONE_KEYS`, else `wattstone/keys` in the user's folder for settings."""
    if said := os.environ.get(FOLDER):
        return Path(said).expanduser().absolute()
    home = os.environ.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path.home() / ".config") / "wattstone" / "keys"


def _from_environment() -> str | None:
    return os.environ.get(PASSPHRASE) or None


@dataclass(frozen=True)
class Signer:
    """A key that signs.

    Parameters
    ----------
    key : str
        Its id.
    public : bytes
        32 of them.
    """

    key: str
    public: bytes
    _secret: "Ed25519PrivateKey"

    def sign(self, message: bytes) -> bytes:
        """The signature of a message, 64 bytes."""
        return self._secret.sign(message)


@dataclass(frozen=True)
class Keys:
    """The keys of a machine: those that it signs with, and those of others that it knows.

    Parameters
    ----------
    folder : pathlib.Path
        Where they are; see `keys_folder`. It need not be there yet.

    Raises
    ------
    InputRefused
        If the folder lies in a workspace, or others can read it or a file in it.
    """

    folder: Path

    def __post_init__(self) -> None:
        """Refuse a folder that gives secrets away."""
        if findings := _in_workspace(self.folder) or _readable(self.folder):
            raise InputRefused(findings)

    def every(self) -> tuple[KeyRecord, ...]:
        """All keys, the oldest first."""
        return tuple(sorted(self._held.values(), key=lambda one: (one.created, one.id)))

    def known(self, key: str) -> KeyRecord | None:
        """What is known of a key; None of a stranger's."""
        return self._held.get(key)

    def create(self, name: str, *, passphrase: Ask = _from_environment) -> KeyRecord:
        """Make a key.

        Parameters
        ----------
        name : str
            Whose it is, for people: `Climate report, Wattle Ltd`.
        passphrase : callable
            Asked once; where it gives one, what is secret is encrypted with it.

        Returns
        -------
        KeyRecord
        """
        form, kinds = _cryptography()
        secret = kinds.Ed25519PrivateKey.generate()
        public = secret.public_key().public_bytes_raw()
        asked = passphrase()
        lock = form.BestAvailableEncryption(asked.encode()) if asked else form.NoEncryption()
        content = secret.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, lock)
        made = KeyRecord(id=_id_of(public), public=public, name=name.strip(), created=_now(), own=True)
        self._write(f"{made.id}.key", content)  # first what is secret: a key in the list can always sign
        self._keep(made)
        return made

    def rotate(self, name: str = "", *, passphrase: Ask = _from_environment) -> KeyRecord:
        """Make a key that signs from now on; the one before stays, so that what it signed can be checked.

        Parameters
        ----------
        name : str
            Of the new key; that of the one before where empty.
        passphrase : callable
            As for `create`.
        """
        before = self._current()
        made = self.create(name or ("" if before is None else before.name), passphrase=passphrase)
        if before is not None:
            self._keep(replace(before, retired=made.created))
        return made

    def revoke(self, key: str, reason: str, *, at: datetime | None = None) -> KeyRecord:
        """Say that a key can no longer be trusted: what it signs then or later is refused.

        Parameters
        ----------
        key : str
            Its id.
        reason : str
            Why; it travels with packs.
        at : datetime or None
            Since when, with its zone; now where None.

        Raises
        ------
        InputRefused
            If there is no such key, no reason, or it was revoked before.
        """
        held = self._named(key)
        if not reason.strip():
            raise InputRefused([_no_reason(key)])
        if held.revoked is not None:
            raise InputRefused([_revoked(held)])
        told = replace(held, revoked=(at or _now()).astimezone(UTC), reason=reason.strip())
        self._keep(told)
        return told

    def export(self, key: str) -> str:
        """The public key as PEM, for those who check signatures."""
        form, kinds = _cryptography()
        public = kinds.Ed25519PublicKey.from_public_bytes(self._named(key).public)
        return public.public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo).decode()

    def take_in(self, pem: str, name: str) -> KeyRecord:
        """Take in the public key of somebody else, whose signatures are to be known here.

        Parameters
        ----------
        pem : str
            As `export` gives it.
        name : str
            Whose it is.

        Raises
        ------
        InputRefused
            If it is no public key of Ed25519.
        """
        form, kinds = _cryptography()
        try:
            read = form.load_pem_public_key(pem.encode())
        except ValueError:
            read = None
        if not isinstance(read, kinds.Ed25519PublicKey):
            raise InputRefused([_no_public_key(name)])
        public = cast("Ed25519PublicKey", read).public_bytes_raw()
        there = self.known(_id_of(public))
        if there is not None:
            return there
        made = KeyRecord(id=_id_of(public), public=public, name=name.strip(), created=_now())
        self._keep(made)
        return made

    def signer(self, key: str | None = None, *, passphrase: Ask = _from_environment) -> Signer:
        """A key that signs.

        Parameters
        ----------
        key : str or None
            Its id, or the beginning of it; the newest of one's own where None.
        passphrase : callable
            Asked only where what is secret is encrypted.

        Raises
        ------
        InputRefused
            If there is none, it was revoked or retired, or the passphrase is not the right one.
        """
        held = self._current() if key is None else self._named(key)
        if held is None or not held.own:
            raise InputRefused([_none(key)])
        if held.revoked is not None:
            raise InputRefused([_revoked(held)])
        if held.retired is not None:
            raise InputRefused([_retired(held)])
        form, kinds = _cryptography()
        content = (self.folder / f"{held.id}.key").read_bytes()
        asked = passphrase() if b"ENCRYPTED" in content else None
        try:
            secret = form.load_pem_private_key(content, asked.encode() if asked else None)
        except (TypeError, ValueError):
            raise InputRefused([_wrong_passphrase(held, given=bool(asked))]) from None
        if not isinstance(secret, kinds.Ed25519PrivateKey) or secret.public_key().public_bytes_raw() != held.public:
            raise WattstoneError(f"{self.folder / held.id}.key is not the key {held.id} that the list names")
        return Signer(held.id, held.public, secret)

    def _current(self) -> KeyRecord | None:
        """The newest key of one's own that may sign."""
        mine = [one for one in self.every() if one.own and one.retired is None and one.revoked is None]
        return mine[-1] if mine else None

    def _named(self, key: str) -> KeyRecord:
        found = [one for one in self._held.values() if key and one.id.startswith(key)]
        if len(found) != 1:
            raise InputRefused([_none(key)])
        return found[0]

    @property
    def _held(self) -> dict[str, KeyRecord]:
        path = self.folder / _LIST
        if not path.is_file():
            return {}
        told = json.loads(path.read_text(encoding="utf-8"))
        return {one["id"]: _read(one) for one in told["keys"]}

    def _keep(self, record: KeyRecord) -> None:
        held = {**self._held, record.id: record}
        told = {"form": "wattstone.keys/1", "keys": [_written(held[one]) for one in sorted(held)]}
        self._write(_LIST, json.dumps(told, ensure_ascii=False, indent=1).encode())

    def _write(self, name: str, content: bytes) -> None:
        """A file as a whole or not at all, that its owner alone can read."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self.folder / f".{name}.{secrets.token_hex(4)}"
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.folder / name)


def _cryptography() -> "tuple[ModuleType, ModuleType]":
    """How keys are written, and the keys themselves."""
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ModuleNotFoundError:
        raise WattstoneError("Keys that sign need an extra: pip install 'wattstone[disclosure]'") from None
    return serialization, ed25519


def _id_of(public: bytes) -> str:
    return sha256(public).hexdigest()[:20]


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _written(record: KeyRecord) -> dict[str, Any]:
    told: dict[str, Any] = {**asdict(record), "public": record.public.hex()}
    return {**told, **{name: told[name].isoformat() for name in _TIMES if told[name] is not None}}


def _read(told: dict[str, Any]) -> KeyRecord:
    times: dict[str, Any] = {name: datetime.fromisoformat(told[name]) for name in _TIMES if told.get(name)}
    known: dict[str, Any] = {**told, "public": bytes.fromhex(told["public"]), **times}
    return KeyRecord(**known)


def _in_workspace(folder: Path) -> list[Finding]:
    inside = next((one for one in (folder, *folder.resolve().parents) if (one / FILE).is_file()), None)
    if inside is None:
        return []
    return [Finding(
        code="keys.in_workspace", place=str(folder),
        found="keys would lie in a workspace", expected="a folder outside of every workspace",
        remedy="name another folder by the variable {variable}", params={"variable": FOLDER},
    )]  # fmt: skip


def _readable(folder: Path) -> list[Finding]:
    """The folder and files in it that others than their owner can open."""
    there = [folder, *sorted(folder.iterdir())] if folder.is_dir() else []
    return [
        Finding(
            code="keys.readable", place=str(one),
            found="others on this machine can read it ({mode})", expected="what its owner alone can read",
            remedy="run `chmod {right} {path}`; if others could read a secret key, revoke it",
            params={
                "mode": f"{stat.S_IMODE(one.stat().st_mode):o}", "right": "700" if one.is_dir() else "600",
                "path": str(one),
            },
        )
        for one in there
        if stat.S_IMODE(one.stat().st_mode) & 0o077
    ]  # fmt: skip


def _none(key: str | None) -> Finding:
    return Finding(
        code="keys.none", place="keys" if key is None else f"key '{key}'",
        found="there is no such key that signs here", expected="the id of a key of this machine",
        remedy="list the keys with `wattstone disclose keys list`, or make one with `wattstone disclose keys new NAME`",
    )  # fmt: skip


def _revoked(record: KeyRecord) -> Finding:
    assert record.revoked is not None
    return Finding(
        code="keys.revoked", place=f"key '{record.id}'",
        found="it was revoked on {day}: {reason}", expected="a key that is trusted",
        remedy="sign with another key", params={"day": f"{record.revoked:%Y-%m-%d}", "reason": record.reason},
    )  # fmt: skip


def _retired(record: KeyRecord) -> Finding:
    assert record.retired is not None
    return Finding(
        code="keys.retired", place=f"key '{record.id}'",
        found="another key signs in its place since {day}", expected="the newest key",
        remedy="name no key, or the newest", params={"day": f"{record.retired:%Y-%m-%d}"},
    )  # fmt: skip


def _no_reason(key: str) -> Finding:
    return Finding(
        code="keys.no_reason", place=f"key '{key}'", found="no reason is given",
        expected="why nobody may trust it any more", remedy="say what happened",
    )  # fmt: skip


def _no_public_key(name: str) -> Finding:
    return Finding(
        code="keys.no_public_key", place=name or "key", found="it is no public key of Ed25519",
        expected="a file as `wattstone disclose keys export` writes it", remedy="ask for the public key anew",
    )  # fmt: skip


def _wrong_passphrase(record: KeyRecord, *, given: bool) -> Finding:
    return Finding(
        code="keys.passphrase", place=f"key '{record.id}'",
        found="the passphrase does not open it" if given else "it is locked by a passphrase",
        expected="the passphrase that it was made with",
        remedy="type it where you are asked, or put it into the variable {variable}",
        params={"variable": PASSPHRASE},
    )  # fmt: skip
