"""The files as they are kept: where each is, which site it is of, who may see it."""

import hashlib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from wattstone.base import InputRefused
from wattstone.workflows.machine_files.refusals import bad_name, missing
from wattstone.workflows.workspace import Workspace

__all__ = [
    "FILES", "FOLDERS", "NAME", "FileKind", "KeptFile", "is_one", "kept_file", "kept_files", "kept_path", "mark_of",
    "read_kept", "site_of",
]  # fmt: skip

FileKind = Literal["site", "sizes", "plant", "station"]
FILES: tuple[FileKind, ...] = get_args(FileKind)
FOLDERS: dict[FileKind, str] = {"site": "sites", "sizes": "sites/sizes", "plant": "plants", "station": "stations"}
NAME = re.compile(r"[^\s/:\\.\x00-\x1f][^/:\\\x00-\x1f]{0,119}")
"""What such a file may be called."""


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """A file that is kept.

    Parameters
    ----------
    kind, name : str
        What it is, and what it is called: the id of its site, or its name without `.toml`.
    path : pathlib.Path
        Where it is.
    site : str or None
        Which site it is of; None where it names none.
    text : str
        As it was written.
    """

    kind: FileKind
    name: str
    path: Path
    site: str | None
    text: str

    @property
    def mark(self) -> str:
        """Changes with the text; who saves another says which one it was made from."""
        return mark_of(self.text)


def mark_of(text: str) -> str:
    """A mark of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def kept_path(workspace: Workspace, kind: FileKind, name: str) -> Path:
    """Where a file of that name is kept, whether or not it is there.

    Raises
    ------
    InputRefused
        If it is no name of a file.
    """
    if NAME.fullmatch(name) is None:
        raise InputRefused([bad_name(name)])
    return workspace.root / FOLDERS[kind] / f"{name}.toml"


def kept_files(workspace: Workspace, kind: FileKind) -> tuple[KeptFile, ...]:
    """Files of a kind that whoever works in the workspace may see, by name."""
    folder = workspace.root / FOLDERS[kind]
    found = (read_kept(kind, path) for path in sorted(folder.glob("*.toml")) if path.is_file())
    return tuple(one for one in found if workspace.actor.sees(one.site) and is_one(one))


def kept_file(workspace: Workspace, kind: FileKind, name: str) -> KeptFile:
    """A file by its name.

    Raises
    ------
    InputRefused
        If there is none, or whoever works in the workspace may not see it.
    """
    path = kept_path(workspace, kind, name)
    found = read_kept(kind, path) if path.is_file() else None
    if found is None or not workspace.actor.sees(found.site):
        raise InputRefused([missing(f"{FOLDERS[kind]}/{name}.toml")])
    return found


def read_kept(kind: FileKind, path: Path) -> KeptFile:
    """A file of a kind, whoever asks."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    return KeptFile(kind=kind, name=path.stem, path=path, site=site_of(kind, path.stem, text), text=text)


def site_of(kind: FileKind, name: str, text: str) -> str | None:
    """The site that a file is of: by its name, or as it says itself."""
    if kind in ("site", "sizes"):
        return name
    try:
        said = tomllib.loads(text).get("site")
    except tomllib.TOMLDecodeError:
        return None
    return said if isinstance(said, str) else None


def is_one(file: KeptFile) -> bool:
    """Whether it is a file of its kind, and not a tariff that lies beside them."""
    try:
        data = tomllib.loads(file.text)
    except tomllib.TOMLDecodeError:
        return True  # somebody is at work on it
    wanted: dict[FileKind, str] = {"site": "tariff", "sizes": "money", "plant": "data", "station": "compressor"}
    return wanted[file.kind] in data
