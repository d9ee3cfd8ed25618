"""Token buckets: so much at once, then so much a second, for each name; of one process, or of several together."""

import hashlib
import math
import mmap
import os
import struct
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

__all__ = ["COMMON", "Bucket", "Buckets", "SharedBuckets", "Taken", "buckets"]

COMMON = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder which the processes of a server have in common, while it runs."""

_MOST = 20_000  # names that are remembered; the one that was quiet longest is forgotten
_NEAR = 8  # places at which a name may stand
_PLACE = struct.Struct("<8sdd")  # beginning of the name's hash, level, when it was so


@dataclass(frozen=True)
class Taken:
    """What came of taking one.

    Parameters
    ----------
    wait : float
        0 where there was one, else how long to wait for it. [s]
    left : int
        How many could be taken at once now.
    full : float
        Until the bucket is full again. [s]
    """

    wait: float
    left: int
    full: float


@dataclass(frozen=True)
class Bucket:
    """What a bucket holds, and how it fills.

    Parameters
    ----------
    rate : float
        Refilled. [s-1]
    burst : float
        What a full one holds.
    """

    rate: float
    burst: float

    def take(self, level: float, since: float) -> tuple[float, Taken]:
        """Take one where there is one; give the level afterwards.

        Parameters
        ----------
        level : float
            As it was.
        since : float
            How long ago that was. [s]

        Examples
        --------
        >>> Bucket(rate=2, burst=10).take(0.0, since=0.25)
        (0.5, Taken(wait=0.25, left=0, full=4.75))
        """
        level = min(self.burst, level + max(0.0, since) * self.rate)
        wait = 0.0 if level >= 1 else (1 - level) / self.rate
        level = level - 1 if level >= 1 else level
        return level, Taken(wait, math.floor(level), (self.burst - level) / self.rate)


class Taking(Protocol):
    """Buckets by name, wherever they are kept."""

    @property
    def bucket(self) -> Bucket:
        """What each of them holds."""
        ...

    def take(self, name: str) -> Taken:
        """Take one."""
        ...


def buckets(rate: float, burst: float, *, called: str) -> Taking:
    """Buckets that all processes of the server share, where it has such a folder; else those of this process.

    Parameters
    ----------
    rate : float
        Refilled. [s-1]
    burst : float
        What a full one holds.
    called : str
        Of the file.
    """
    folder = os.environ.get(COMMON)
    if folder is None or os.name != "posix":
        return Buckets(rate, burst)
    return SharedBuckets(Path(folder) / f"rates-{called}", rate, burst)


class Buckets:
    """A bucket for each name. Thread-safe; of one process.

    Parameters
    ----------
    rate : float
        Refilled. [s-1]
    burst : float
        What a full one holds.
    clock : callable
        Seconds that only grow.
    """

    def __init__(self, rate: float, burst: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.bucket, self._clock = Bucket(rate, burst), clock
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str) -> Taken:
        """Take one."""
        now = self._clock()
        with self._lock:
            level, then = self._held.pop(name, (self.bucket.burst, now))
            level, taken = self.bucket.take(level, now - then)
            self._held[name] = (level, now)
            if len(self._held) > _MOST:
                self._held.popitem(last=False)
        return taken


class SharedBuckets:
    """A bucket for each name, of all processes of this machine that open the same file. Thread-safe.

    A name stands at one of the eight places that its hash leads to; where all are taken, at that of the name which was
    quiet longest. The file is a few hundred kilobytes, and means nothing once the machine was started anew.

    Parameters
    ----------
    path : pathlib.Path
        Made where it is not there.
    rate : float
        Refilled. [s-1]
    burst : float
        What a full one holds.
    clock : callable
        Seconds that only grow, the same for all processes of the machine.
    """

    def __init__(self, path: Path, rate: float, burst: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.bucket, self._clock = Bucket(rate, burst), clock
        size = (_MOST + _NEAR) * _PLACE.size
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self.close = weakref.finalize(self, os.close, self._file)
        with self._alone():
            if os.fstat(self._file).st_size < size:
                os.truncate(self._file, size)
        self._places = mmap.mmap(self._file, size)
        self._lock = threading.Lock()

    def take(self, name: str) -> Taken:
        """Take one."""
        hashed = hashlib.sha256(name.encode()).digest()
        own, first = hashed[:8], int.from_bytes(hashed[8:12], "little") % _MOST
        with self._lock, self._alone():
            now = self._clock()
            place, level, then = self._found(own, first, now)
            level, taken = self.bucket.take(level, now - then)
            _PLACE.pack_into(self._places, place, own, level, now)
        return taken

    def _found(self, own: bytes, first: int, now: float) -> tuple[int, float, float]:
        """Where a name stands, with its level and since when; else where it may stand, with a full bucket."""
        quiet, oldest = first * _PLACE.size, math.inf
        for number in range(first, first + _NEAR):
            place = number * _PLACE.size
            known, level, then = _PLACE.unpack_from(self._places, place)
            if known == own:
                return place, level, then
            if then < oldest:
                quiet, oldest = place, then
        return quiet, self.bucket.burst, now

    @contextmanager
    def _alone(self) -> Generator[None]:
        """No other process is at it; the system lets go of what a killed one held."""
        import fcntl

        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)
