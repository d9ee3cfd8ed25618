"""A few threads for work on frames: parsing, sorting, packing and hashing let go of Python's lock."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

__all__ = ["in_order", "processors"]

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST = 4  # threads, whatever the machine: each of them holds an item, and memory is to be bounded


def processors() -> int:
    """Processors that this process may use, which may be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def in_order(
    function: Callable[[Item], Result], items: Iterable[Item], *, most: int = MOST
) -> Generator[Iterator[Result]]:
    """Run a function over items beside the caller, who gets the results in the order of the items.

    The items are drawn in the caller's thread. An error, of the items or of the function, is raised to the caller where
    it would come without threads: after the results before it. When the context is left, by an error or an interrupt
    too, nothing is at work any more. For work that may go to other processes there is the port `Workers`; here items
    and results stay where they are, so that they may be large.

    Parameters
    ----------
    function : callable
        Of one argument; touches nothing that the caller or another call of it changes.
    items : iterable
        Drawn as results are taken.
    most : int
        Threads, the caller's included, and items that are held ahead of him; fewer where there are fewer processors. 1:
        the caller does everything.

    Yields
    ------
    iterator
        Of the results.

    Examples
    --------
    >>> with in_order(abs, [-1, 2, -3]) as results:
    ...     list(results)
    [1, 2, 3]
    """
    threads = min(processors(), most)
    if threads == 1:
        yield map(function, items)
        return
    pool = ThreadPoolExecutor(threads - 1, thread_name_prefix="wattstone")
    try:
        yield _results(_submitted(pool, function, items), held=threads)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _submitted(
    pool: ThreadPoolExecutor, function: Callable[[Item], Result], items: Iterable[Item]
) -> Iterator[Future[Result]]:
    try:
        for item in items:
            yield pool.submit(function, item)
    except Exception as error:
        failed: Future[Result] = Future()
        failed.set_exception(error)
        yield failed  # in its place, after what was drawn before it


def _results(submitted: Iterator[Future[Result]], *, held: int) -> Iterator[Result]:
    waiting = deque(islice(submitted, held))
    while waiting:
        yield waiting.popleft().result()
        waiting.extend(islice(submitted, 1))
