"""Answers that many ask for at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from wattstone.workflows.overview.memory import Memory


def test_of_those_who_ask_at_once_one_makes_the_answer() -> None:
    memory, go, made = Memory[int](most=2, seconds=60.0), Event(), list[int]()

    def make() -> int:
        go.wait(10)
        made.append(1)
        return 7

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(memory.get, "a", make) for _ in range(8)]
        go.set()
        assert [one.result() for one in asked] == [7] * 8
    assert made == [1]


def test_an_old_answer_is_given_while_another_one_is_made() -> None:
    memory, go, begun = Memory[int](most=2, seconds=0.0), Event(), Event()
    assert memory.get("a", lambda: 1) == 1

    def slowly() -> int:
        begun.set()
        go.wait(10)
        return 2

    with ThreadPoolExecutor(1) as pool:
        newer = pool.submit(memory.get, "a", slowly)
        assert begun.wait(10)
        assert memory.get("a", lambda: 3) == 1
        go.set()
        assert newer.result() == 2


def test_what_cannot_be_answered_leaves_nothing_behind() -> None:
    memory = Memory[int](most=2, seconds=60.0)

    for key in range(9):
        with pytest.raises(ZeroDivisionError):
            memory.get(key, lambda: 1 // 0)

    assert memory._making == {}
    assert memory.get(1, lambda: 7) == 7
