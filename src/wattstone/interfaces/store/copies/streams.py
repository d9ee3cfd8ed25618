"""Packed streams: what is written to one comes out of the other."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false
# pyarrow has no types.

from collections.abc import Generator
from contextlib import contextmanager
from typing import IO, Literal, cast

__all__ = ["Packing", "packed", "packing_of", "unpacked"]

Packing = Literal["zstd", "gzip"]


def packing_of(start: bytes) -> Packing | None:
    """How a file is packed, by its first four bytes."""
    if start == b"\x28\xb5\x2f\xfd":
        return "zstd"
    return "gzip" if start[:2] == b"\x1f\x8b" else None


@contextmanager
def packed(file: IO[bytes], packing: Packing) -> Generator[IO[bytes]]:
    """A stream that packs what is written to it; the file is closed with it."""
    import pyarrow as pa

    with pa.CompressedOutputStream(pa.PythonFile(file, "w"), packing) as stream:
        yield cast("IO[bytes]", stream)


@contextmanager
def unpacked(file: IO[bytes], packing: Packing) -> Generator[IO[bytes]]:
    """A stream of what was packed."""
    import pyarrow as pa

    with pa.CompressedInputStream(pa.PythonFile(file, "r"), packing) as stream:
        yield cast("IO[bytes]", stream)
