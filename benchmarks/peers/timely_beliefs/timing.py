"""Questions asked one after the other, by either side."""

import time
from collections.abc import Callable
from typing import Any

_WARM = 3  # the first questions warm up what is warm in a server


def timed(questions: list[Callable[[], Any]]) -> tuple[list[float], list[Any]]:
    """Milliseconds of each question, and all answers."""
    took: list[float] = []
    answers: list[Any] = []
    for ask in questions[:_WARM] + questions:
        began = time.perf_counter()
        answers.append(ask())
        took.append((time.perf_counter() - began) * 1000)
    return took[_WARM:], answers[_WARM:]
