"""Partitions one after another, in this process."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from wattstone.interfaces.workers.lifetime import Closing, blame
from wattstone.workflows.ports import Progress

__all__ = ["InProcess"]

Item = TypeVar("Item")
Result = TypeVar("Result")


class InProcess(Closing):
    """One item after another, each when its result is asked for. See `wattstone.workflows.ports.Workers`."""

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], *, progress: Progress | None = None
    ) -> Iterator[Result]:
        """Run a function over items; results in the order of the items."""
        for index, item in enumerate(items):
            try:
                result = function(item)
            except Exception as error:
                blame(error, index, item)
                raise
            if progress is not None:
                progress(index + 1)
            yield result
