"""Paths of the machine that serves, kept out of what is told to those whom it serves."""

import re
from functools import cache
from pathlib import Path

__all__ = ["without_folders"]

_QUOTED = re.compile(r"(?<=')/[^'\n]+(?=')|(?<=\")/[^\"\n]+(?=\")")
_BARE = re.compile(r"(?<![\w:/.#<'\"])/[^\s'\",;:()]+")


def without_folders(text: str) -> str:
    """Leave of every path of this machine the name of the file alone; addresses of pages and of the web stay.

    Examples
    --------
    >>> without_folders("No such file: '/tmp/w/.scratch/check-1/plants/tariff.toml'")
    "No such file: 'tariff.toml'"
    >>> without_folders("see https://example.org/tmp/a, or '/no-such-folder/a'")
    "see https://example.org/tmp/a, or '/no-such-folder/a'"
    """
    return _BARE.sub(_named, _QUOTED.sub(_named, text)) if "/" in text else text


def _named(found: re.Match[str]) -> str:
    path = Path(found[0])
    return path.name if len(path.parts) > 2 and _is_folder(path.parts[1]) else found[0]


@cache
def _is_folder(name: str) -> bool:
    """Whether the machine has such a folder at its root: what begins with another is no path of it."""
    return Path("/", name).is_dir()
