"""Answers that many ask for at once, kept for some seconds: by what they rest on and what whoever asks may see."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

__all__ = ["Memory"]

Answer = TypeVar("Answer")


class Memory(Generic[Answer]):
    """Keeps the answers that were asked for last. Thread-safe.

    Parameters
    ----------
    most : int
        How many answers.
    seconds : float
        How long each. [s]

    Examples
    --------
    >>> memory = Memory[int](most=2, seconds=60.0)
    >>> memory.get("a", lambda: 1), memory.get("a", lambda: 2)
    (1, 1)
    """

    def __init__(self, *, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._held: OrderedDict[Hashable, tuple[float, Answer]] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """The answer for a key, made where there is none; of those who ask at once one makes it.

        The others wait for the first answer; while an old one is made anew, they are given the old one.
        """
        known, making = self._known(key)
        if known is not None and (time.monotonic() - known[0] < self._seconds or making.locked()):
            return known[1]
        with making:
            again, _ = self._known(key)
            if again is not None and again is not known:
                return again[1]
            try:
                made = make()
            except BaseException:
                self._forget(key)
                raise
            self._keep(key, made)
        return made

    def _known(self, key: Hashable) -> tuple[tuple[float, Answer] | None, Lock]:
        with self._lock:
            if (known := self._held.get(key)) is not None:
                self._held.move_to_end(key)
            return known, self._making.setdefault(key, Lock())

    def _forget(self, key: Hashable) -> None:
        """Nothing stays of a key that was never answered: somebody may ask for ever other things that fail."""
        with self._lock:
            if key not in self._held:
                self._making.pop(key, None)

    def _keep(self, key: Hashable, made: Answer) -> None:
        with self._lock:
            self._held[key] = (time.monotonic(), made)
            self._held.move_to_end(key)
            while len(self._held) > self._most:
                self._making.pop(self._held.popitem(last=False)[0], None)
