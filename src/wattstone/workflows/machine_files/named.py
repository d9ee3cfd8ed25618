"""Which other files a text names: logs, tariffs, a station."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from wattstone.workflows.machine_files.kept import FILES, kept_files
from wattstone.workflows.workspace import Workspace

__all__ = ["named", "reached"]

_NAMING = {("tariff", "files"), ("data", "file"), ("air", "station"), ("energy", "tariffs"), ("log", "file")}


def named(data: Any) -> Iterator[tuple[str, str]]:
    """Where a text names files, and which."""
    for table, key in sorted(_NAMING):
        held = data.get(table)
        said = cast("dict[str, Any]", held).get(key) if isinstance(held, dict) else None
        for one in cast("list[Any]", said) if isinstance(said, list) else [said]:
            if isinstance(one, str):
                yield f"{table}.{key}", one


def reached(workspace: Workspace) -> frozenset[Path]:
    """Files that are named by those which whoever works in the workspace may see."""
    found: set[Path] = set()
    for one in (file for kind in FILES for file in kept_files(workspace, kind)):
        try:
            data = tomllib.loads(one.text)
        except tomllib.TOMLDecodeError:
            continue
        found |= {(one.path.parent / name).resolve() for _, name in named(data)}
    return frozenset(found)
