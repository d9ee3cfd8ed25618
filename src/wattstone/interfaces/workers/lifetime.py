"""What all workers share: they close themselves at the end of a block, and name the item that failed."""

from types import TracebackType
from typing import Self

__all__ = ["Closing", "blame", "describe"]

LONGEST = 200


class Closing:
    """A context manager that closes itself."""

    def close(self) -> None:
        """Stop what was started for this; what was there before stays."""

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()


def describe(index: int, item: object) -> str:
    """An item in a message: its place in the run, counted from 1, and the beginning of its repr."""
    text = repr(item)
    return f"item {index + 1}, {text if len(text) <= LONGEST else text[:LONGEST] + '...'}"


def blame(error: BaseException, index: int, item: object) -> None:
    """Note on an exception which item it came from."""
    error.add_note(f"while working on {describe(index, item)}")
