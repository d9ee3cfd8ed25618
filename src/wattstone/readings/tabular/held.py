"""What was read off a workbook a moment ago, for the next look at it: by content, and never much of it.

A look at an upload asks for the beginning of a workbook several times and for its rows twice, and somebody who corrects
a mapping looks again and again. Taking a workbook apart is what takes the time.
"""

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator
from pathlib import Path
from threading import Lock
from typing import Any

import polars as pl

from wattstone.readings.incoming import file_hash
from wattstone.readings.source import MIB

LARGEST = 24 * MIB
"""Of one thing that is held. [B]"""
MOST = 64 * MIB
"""Of all that is held; what was asked for last stays. [B]"""


class Held:
    """Things by file and by how they were read.

    Parameters
    ----------
    largest, most : int
        Of one thing, and of all of them. [B]
    """

    def __init__(self, *, largest: int = LARGEST, most: int = MOST) -> None:
        self._largest, self._most, self._lock = largest, most, Lock()
        self._things: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def get(self, path: Path, *how: Hashable) -> Any:
        """What was kept for a file of this content, or None."""
        key = _key(path, how)
        with self._lock:
            if key not in self._things:
                return None
            self._things.move_to_end(key)
            return self._things[key][0]

    def keep(self, thing: Any, size: int, path: Path, *how: Hashable) -> None:
        """Keep something that nobody changes; `size` in bytes."""
        if size > self._largest:
            return
        key = _key(path, how)
        if key is None:
            return
        with self._lock:
            self._things[key] = (thing, size)
            self._things.move_to_end(key)
            while sum(one for _, one in self._things.values()) > self._most:
                self._things.popitem(last=False)

    def frames(self, frames: Iterable[pl.DataFrame], path: Path, *how: Hashable) -> Iterator[pl.DataFrame]:
        """Hand frames on as they come, and keep them once all of them have come, if they are small enough."""
        kept: list[pl.DataFrame] = []
        size = 0
        for frame in frames:
            size += int(frame.estimated_size())
            if size <= self._largest:
                kept.append(frame)
            else:
                kept.clear()
            yield frame
        self.keep(tuple(kept), size, path, *how)


def _key(path: Path, how: tuple[Hashable, ...]) -> Hashable | None:
    try:
        return file_hash(path), *how
    except OSError:  # whoever reads the file says so
        return None


HELD = Held()
