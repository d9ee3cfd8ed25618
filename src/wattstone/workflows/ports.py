"""What the use cases need from outside, as protocols; `wattstone.interfaces` fulfils them."""

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Protocol, Self, TypeVar

__all__ = ["Progress", "Workers"]

Item = TypeVar("Item")
Result = TypeVar("Result")

Progress = Callable[[int], None]
"""Called with the number of items done so far, in the caller's thread."""


class Workers(Protocol):
    """Whoever runs a function over partitions: this process, several processes, or a cluster.

    The function does not know which. A worker that is killed costs a retry, never a result; so a function must be
    safe to run twice on the same item.
    """

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], *, progress: Progress | None = None
    ) -> Iterator[Result]:
        """Run a function over items.

        Parameters
        ----------
        function : callable
            Importable by name (not a lambda, not nested), of one argument; safe to run twice.
        items : iterable
            Partitions; drawn as workers come free, so it may be a generator of thousands. They and the results travel
            between processes: keep them small, or hand over where they are.
        progress : callable or None
            Told how many are done.

        Yields
        ------
        result
            One for each item, in the order of the items whoever finishes first, so that sums made in this order are
            the same bit for bit on any workers. Only a bounded number is held back.

        Raises
        ------
        WattstoneError
            If the workers fail again and again on one item; it is named.
        Exception
            What the function raised, with a note that names the item; the rest is cancelled.
        """
        ...

    def close(self) -> None:
        """Stop what was started for this; what was there before stays."""
        ...

    def __enter__(self) -> Self:
        """Itself."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        ...
