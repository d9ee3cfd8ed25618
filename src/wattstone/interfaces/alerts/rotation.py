"""Secrets that sign webhooks, and the one before while it rotates: for a day more it signs beside the new one."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from wattstone.base import WattstoneError

__all__ = ["OVERLAP", "SecretStore", "make_secret", "remove_secret", "rotate_secret", "valid_secrets"]

OVERLAP = timedelta(hours=24)


class SecretStore(Protocol):
    """Files that only their owner can read."""

    def put(self, name: str, text: str) -> None:
        """Keep one."""
        ...

    def get(self, name: str) -> str:
        """Read one; `WattstoneError` where there is none."""
        ...

    def remove(self, name: str) -> None:
        """Forget one."""
        ...


def make_secret(store: SecretStore, name: str) -> str:
    """Make a secret of 256 random bits, to be shown once."""
    text = "whsec_" + secrets.token_urlsafe(32)
    store.put(name, text)
    return text


def rotate_secret(store: SecretStore, name: str, *, now: Callable[[], datetime] | None = None) -> str:
    """Make a new secret in place of one, which signs beside it for a day more; return the new one."""
    moment = now() if now is not None else datetime.now(UTC)
    if (held := _read(store, name)) is not None:
        store.put(_before(name), f"{(moment + OVERLAP).isoformat()} {held}")
    return make_secret(store, name)


def valid_secrets(store: SecretStore, name: str, *, now: datetime | None = None) -> tuple[str, ...]:
    """The secrets that sign now, the newest first; none where the file is gone."""
    moment = now or datetime.now(UTC)
    newest, before = _read(store, name), _read(store, _before(name))
    until, _, text = (before or "").partition(" ")
    still = (text,) if text and datetime.fromisoformat(until) > moment else ()
    return ((newest,) if newest else ()) + still


def remove_secret(store: SecretStore, name: str) -> None:
    """Forget a secret, and the one before."""
    store.remove(name)
    store.remove(_before(name))


def _before(name: str) -> str:
    return f"{name}.before"


def _read(store: SecretStore, name: str) -> str | None:
    try:
        return store.get(name)
    except WattstoneError:
        return None
