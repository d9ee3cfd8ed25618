"""What the use cases need from outside, as protocols; `wattstone.interfaces` fulfils them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self, TypeVar

__all__ = ["KeyRecord", "Keyring", "Progress", "Signing", "Workers"]

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


class Signing(Protocol):
    """A key that signs (Ed25519): what is secret of it stays behind this."""

    @property
    def key(self) -> str:
        """Its id: the first 20 hexadecimal digits of SHA-256 of the public key."""
        ...

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The signature of a message, 64 bytes."""
        ...


@dataclass(frozen=True, kw_only=True)
class KeyRecord:
    """What everybody may know of a key.

    Parameters
    ----------
    id : str
        The first 20 hexadecimal digits of SHA-256 of the public key.
    public : bytes
        32 of them.
    name : str
        Whose it is, for people.
    created : datetime
        When it was made, or taken in. UTC.
    own : bool
        Whether this machine holds what is secret of it.
    retired : datetime or None
        Since when another key signs in its place; what it signed holds.
    revoked : datetime or None
        Since when nobody may trust it: what it signed then or later is refused.
    reason : str
        Why it was revoked.
    """

    id: str
    public: bytes
    name: str
    created: datetime
    own: bool = False
    retired: datetime | None = None
    revoked: datetime | None = None
    reason: str = ""


class Keyring(Protocol):
    """Keys that a machine knows."""

    def known(self, key: str) -> KeyRecord | None:
        """What is known of a key; None of a stranger's."""
        ...
