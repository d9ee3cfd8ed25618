"""What an archive says of itself, and which names may stand in one.

workspaces/NAME/records/TABLE.jsonl    a row a line
workspaces/NAME/lake/TABLE/...         files of the lake, as they are
workspaces/NAME/files/...              factors, calendars, reports and whatever else stands in the folder
server/records/TABLE.jsonl
server/secrets/NAME                    where they were asked for
server/server.toml                     settings, of a folder of workspaces; a workspace by itself has them in its files
manifest.json                          the last: sizes and hashes of all others
"""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

from wattstone.base import Finding, InputRefused

__all__ = ["MANIFEST", "RESERVED", "SETTINGS", "Entry", "Manifest", "damaged", "safe_path"]

FORM = 1
MANIFEST = "manifest.json"
SETTINGS = "server.toml"
RESERVED = ("wattstone.toml", "records.db", "server.db", "secrets", "lake")
"""What a folder's other files cannot be called: restored, they would take the place of records, secrets or settings."""
_PARTS = re.compile(
    r"workspaces/[^/]+/(records/\w+\.jsonl|lake/.+|files/.+)|server/(records/\w+\.jsonl|secrets/[^/]+|server\.toml)"
)


@dataclass(frozen=True)
class Entry:
    """Size of a file in bytes, and its SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What stands in an archive.

    Parameters
    ----------
    made, version : str
        When (UTC), by which Wattstone.
    kind : {'workspace', 'folder'}
        Whether the root is a workspace, or a folder of workspaces.
    workspaces : dict of str to str
        The migration of each one's records, by the names of their folders.
    lakes : dict of str to dict
        The version of each table of each workspace's lake.
    server : str or None
        The migration of the server's records; None where there are none.
    personal : bool
        Whether readings of a dwelling or a driver, or accounts of people, are in it.
    secrets : bool
        Whether the secrets are in it that sign what webhooks are sent.
    entries : dict of str to Entry
        Every other file, by its name.
    """

    made: str
    version: str
    kind: Literal["workspace", "folder"]
    workspaces: dict[str, str]
    lakes: dict[str, dict[str, int]]
    server: str | None
    personal: bool
    secrets: bool
    entries: dict[str, Entry]
    form: int = FORM

    def text(self) -> str:
        """As it stands in the archive."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def read(cls, text: bytes, place: str) -> "Manifest":
        """From an archive.

        Raises
        ------
        InputRefused
            If it cannot be understood.
        """
        try:
            content: dict[str, Any] = json.loads(text)
            if content["form"] != FORM:
                raise damaged(place, f"its form is {content['form']!r}, and this Wattstone reads {FORM}")
            entries = {name: Entry(**entry) for name, entry in content.pop("entries").items()}
            return cls(**content, entries=entries)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise damaged(place, f"its manifest cannot be understood ({error})") from error


def safe_path(name: str, place: str) -> PurePosixPath:
    """The name of an archive's file as a path that stays where it belongs.

    Raises
    ------
    InputRefused
        If it leads elsewhere, or is none that a backup writes.
    """
    path = PurePosixPath(name)
    odd = any(sign in name for sign in "\\\0") or str(path) != name or ".." in path.parts
    if odd or not _PARTS.fullmatch(name) or _takes_a_place(path):
        raise damaged(place, f"it holds a file named {name!r}, which no backup writes")
    return path


def _takes_a_place(path: PurePosixPath) -> bool:
    """Whether a file would come to stand where the store keeps its own."""
    if path.parts[0] != "workspaces" or path.parts[2] != "files":
        return False
    top = path.parts[3]
    return top.startswith(".") or any(top == own or top.startswith(f"{own}-") for own in RESERVED)


def damaged(place: str, why: str) -> InputRefused:
    """The refusal of an archive."""
    return InputRefused(
        [
            Finding(
                code="backup.damaged",
                place=place,
                found="this backup cannot be used: {why}",
                params={"why": why},
                expected="a file that `wattstone backup` wrote, whole and unchanged",
                remedy="take another copy of the backup, or an older backup",
            )
        ]
    )
