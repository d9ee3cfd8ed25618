"""Work beside the caller: in order, bounded, over when the context is left, errors where they would come without it."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator

import pytest

from wattstone.base import threads
from wattstone.base.threads import in_order

processors = pytest.mark.parametrize("processors", [1, 2, 4])


@pytest.fixture(autouse=True)
def _as_if(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    count = request.node.callspec.params.get("processors", 2) if hasattr(request.node, "callspec") else 2
    monkeypatch.setattr(threads, "processors", lambda: count)


def slower_at_first(number: int) -> int:
    time.sleep(0.02 if number == 0 else 0.0)
    return number * number


class Interrupting(list[int]):
    """A list that somebody interrupts when the first number arrives."""

    def append(self, number: int, /) -> None:
        raise KeyboardInterrupt


def take(function: Callable[[int], int], items: Iterable[int], seen: list[int]) -> None:
    with in_order(function, items) as results:
        for one in results:
            seen.append(one)  # noqa: PERF402, what was seen counts when an error ends the loop


def own_threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("wattstone")]


@processors
def test_results_come_in_the_order_of_the_items(processors: int) -> None:
    with in_order(slower_at_first, range(20)) as results:
        assert list(results) == [number * number for number in range(20)]
    assert own_threads() == []


def test_the_function_runs_beside_the_caller_and_the_items_are_drawn_by_him() -> None:
    drawn: list[int] = []

    def items() -> Iterator[int]:
        for _ in range(3):
            drawn.append(threading.get_ident())
            yield 0

    with in_order(lambda _: threading.get_ident(), items()) as results:
        ran = set(results)
    assert set(drawn) == {threading.get_ident()}
    assert threading.get_ident() not in ran


@processors
@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_more_items_are_held_than_allowed(processors: int, most: int) -> None:
    drawn: list[int] = []

    def items() -> Iterator[int]:
        for number in range(30):
            drawn.append(number)
            yield number

    with in_order(abs, items(), most=most) as results:
        # Each result was given before the next item is drawn: the most that is held is what is ahead of it.
        assert all(len(drawn) - done <= min(processors, most) for done, _ in enumerate(results))
    assert len(drawn) == 30


@processors
def test_an_error_of_the_function_comes_in_its_place_and_ends_the_work(processors: int) -> None:
    seen: list[int] = []

    def refuse(number: int) -> int:
        if number == 3:
            raise ValueError("three")
        return number

    with pytest.raises(ValueError, match="three"):
        take(refuse, range(100), seen)
    assert seen == [0, 1, 2]
    assert own_threads() == []


@processors
def test_an_error_of_the_items_comes_after_what_was_drawn_before_it(processors: int) -> None:
    def items() -> Iterator[int]:
        yield from (1, 2, 3)
        raise OSError("the disk")

    seen: list[int] = []
    with pytest.raises(OSError, match="the disk"):
        take(slower_at_first, items(), seen)
    assert seen == [1, 4, 9]


@processors
def test_an_interrupt_leaves_nothing_at_work(processors: int) -> None:
    ended: list[int] = []

    def work(number: int) -> int:
        time.sleep(0.01)
        ended.append(number)
        return number

    with pytest.raises(KeyboardInterrupt):
        take(work, range(100), Interrupting())
    assert own_threads() == []
    after = len(ended)
    time.sleep(0.05)
    assert len(ended) == after < 10
