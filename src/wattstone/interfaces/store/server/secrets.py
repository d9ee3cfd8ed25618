"""Secrets that have to be used, not only compared: each in a file that the owner alone can read.

A webhook's signature needs its secret itself, so a hash will not do. It stands outside the database, so that a copy of
the database lets nobody sign; the database knows only the name. Processes on several machines need a shared folder.
"""

import os
import re
import secrets
from pathlib import Path

from wattstone.base import WattstoneError

__all__ = ["Secrets"]

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class Secrets:
    """Files of one folder, made with mode 0700 and 0600."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self, name: str) -> str:
        """A new secret of 256 random bits, in place of the one of that name; the text is to be shown now or never."""
        text = secrets.token_urlsafe(32)
        self.put(name, text)
        return text

    def put(self, name: str, text: str) -> None:
        """Keep a secret, whole or not at all."""
        path = self._path(name)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        fresh.replace(path)

    def get(self, name: str) -> str:
        """A secret.

        Raises
        ------
        WattstoneError
            If it is not there, or others than the owner can read it.
        """
        path = self._path(name)
        try:
            if os.name == "posix" and path.stat().st_mode & 0o077:
                raise WattstoneError(f"others can read the secret {path}: chmod 600 {path}")
            return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise WattstoneError(f"there is no secret {path}: restore the folder, or make a new one") from None

    def remove(self, name: str) -> None:
        """Forget a secret."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"no name of a secret: {name!r}")
        return self.folder / name
