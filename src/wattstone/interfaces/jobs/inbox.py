"""Files that were uploaded and wait to be taken in: one folder an upload, in the workspace they are for.

The name of an upload is made here and cannot be guessed; the names of files come from outside and are made harmless, so
that neither leads out of the folder.
"""

import re
import secrets
import shutil
import time
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wattstone.base import Finding, InputRefused

__all__ = [
    "DATASET", "UPLOAD", "Waiting", "forget", "harmless_name", "new_upload", "tidy", "uploaded", "waiting",
]  # fmt: skip

UPLOAD = r"^[0-9a-f]{32}$"
"""What the name of an upload looks like."""

DATASET = ".dataset"
"""What the name of a folder ends in that an archive was unpacked into."""

_INBOX = "inbox"
_KEPT = 7 * 24 * 3600.0  # s that an upload waits for somebody to mend what refused it
_LONGEST = 120  # bytes of a file's name: well below what file systems take, with room for `mappings/NAME.previous.toml`


def new_upload(root: Path) -> tuple[str, Path]:
    """Make a folder for files that are being received.

    Parameters
    ----------
    root : pathlib.Path
        Of the workspace that they are for.

    Returns
    -------
    str, pathlib.Path
        Name of the upload, and its folder: write files of `harmless_name` into it.
    """
    name = secrets.token_hex(16)
    folder = root / _INBOX / name
    folder.mkdir(parents=True, mode=0o700)
    return name, folder


def uploaded(root: Path, upload: str) -> tuple[Path, ...]:
    """The files of an upload, by name.

    Raises
    ------
    InputRefused
        If there is no such upload.
    """
    folder = root / _INBOX / upload
    files = sorted(one for one in _files(folder)) if re.fullmatch(UPLOAD, upload) else []
    if not files:
        raise InputRefused([_gone()])
    return tuple(files)


def _files(folder: Path) -> list[Path]:
    """Files, and folders of datasets that were unpacked."""
    held = [one for one in folder.iterdir() if not one.is_symlink()] if folder.is_dir() else []
    return [one for one in held if one.is_file() or one.name.endswith(DATASET)]


@dataclass(frozen=True)
class Waiting:
    """An upload that nobody has taken in yet: its name, its files, and when it was made (naive UTC)."""

    name: str
    files: tuple[str, ...]
    when: datetime


def waiting(root: Path) -> tuple[Waiting, ...]:
    """Uploads that wait, the newest first."""
    folder = root / _INBOX
    held = [one for one in folder.iterdir() if re.fullmatch(UPLOAD, one.name)] if folder.is_dir() else []
    made = (
        Waiting(
            one.name,
            tuple(sorted(file.name.removesuffix(DATASET) for file in _files(one))),
            datetime.fromtimestamp(one.stat().st_mtime, UTC).replace(tzinfo=None),
        )
        for one in held
    )
    return tuple(sorted((one for one in made if one.files), key=lambda one: one.when, reverse=True))


def forget(root: Path, upload: str) -> None:
    """Remove an upload with its files."""
    if re.fullmatch(UPLOAD, upload):
        shutil.rmtree(root / _INBOX / upload, ignore_errors=True)


def tidy(root: Path, *, kept: float = _KEPT) -> int:
    """Remove uploads that nobody has taken in for a week; return how many.

    Parameters
    ----------
    root : pathlib.Path
        Of the workspace.
    kept : float
        How long they wait. [s]
    """
    folder = root / _INBOX
    old = [one for one in folder.iterdir() if time.time() - one.stat().st_mtime > kept] if folder.is_dir() else []
    for one in old:
        forget(root, one.name)
    return len(old)


def harmless_name(name: str) -> str:
    r"""A file's name as it may stand in a folder of ours: no path, no control characters, not hidden, not too long.

    Parameters
    ----------
    name : str
        As a browser or a client gave it.

    Examples
    --------
    >>> harmless_name("../../etc/passwd"), harmless_name("C:\\data\\2023 Q1.csv"), harmless_name("...")
    ('passwd', '2023 Q1.csv', 'upload')
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(one for one in last if one.isprintable() and one not in '<>:"|?*\0').strip().lstrip(".").strip()
    stem, dot, suffix = shown.rpartition(".")
    stem, suffix = (stem, dot + suffix) if dot and len(suffix) <= 10 else (shown, "")
    while len((stem + suffix).encode()) > _LONGEST:
        stem = stem[:-1]
    return (stem + suffix) or "upload"


def _gone() -> Finding:
    return Finding(
        code="upload.missing",
        place="upload",
        found="there is no such upload, or its files are gone",
        expected="files that were uploaded within the last seven days and have not been taken in yet",
        remedy="upload the files again",
    )
