"""Functions that the tests send to workers; importable by name there, too."""

import os
import random
import signal
import time
from pathlib import Path

from wattstone.base import Finding, InputRefused


def float_sum(seed: int) -> float:
    """A sum whose last bits depend on the order of adding."""
    numbers = random.Random(seed)
    return sum(numbers.uniform(-1, 1) * 10.0 ** numbers.randint(-12, 12) for _ in range(2000))


def slow_float_sum(seed: int) -> float:
    """The later ones are done first."""
    time.sleep(0.1 if seed % 3 == 0 else 0.02)
    return float_sum(seed)


def killed_once(marker: tuple[str, int]) -> float:
    """Die by SIGKILL the first time that item 5 is tried."""
    folder, seed = marker
    if seed == 5 and not (Path(folder) / "killed").exists():
        (Path(folder) / "killed").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return slow_float_sum(seed)


def poison(seed: int) -> int:
    """Die by SIGKILL every time that item 3 is tried."""
    if seed == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return seed


def refuse(seed: int) -> int:
    """Refuse item 3 as an input is refused."""
    if seed == 3:
        raise InputRefused([Finding(code="test.x", place="here", found="bad", expected="good", remedy="mend it")])
    return seed


class Unsendable(Exception):
    """An exception that does not survive pickling."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(one + other)


def fail_unsendably(seed: int) -> int:
    """Raise what cannot be sent."""
    raise Unsendable("no ", f"good {seed}")


def returns_a_lambda(seed: int) -> object:
    """Return what cannot be sent."""
    return lambda: seed


def note_start(marker: tuple[str, int]) -> int:
    """Leave a trace of every item that was begun."""
    folder, seed = marker
    (Path(folder) / f"{seed}-{os.getpid()}").touch()
    time.sleep(0.05)
    return seed


def first_is_slow(marker: tuple[str, int]) -> int:
    """Keep everybody waiting for item 0, and leave a trace of every item that was begun."""
    folder, seed = marker
    (Path(folder) / str(seed)).touch()
    time.sleep(1.0 if seed == 0 else 0.0)
    return seed
