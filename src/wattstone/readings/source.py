"""Bytes of a file, plain or compressed, read in pieces and never beyond a bound.

A `.gz`, or a `.zip` that holds one file, is read as what is inside it. What is expanded is watched while it is read,
so that neither a lying header nor a bomb costs more than a bounded piece of memory.
"""

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from wattstone.base import InputRefused
from wattstone.readings.problems import refuse

MIB = 1024 * 1024
MAX_RATIO = 300  # expanded bytes per stored byte; CSV of a meter at rest reaches about 100
FREE_BYTES = 64 * MIB  # up to here no ratio is looked at
MAX_BYTES = 256 * 1024 * MIB
ZIP_MAGIC = b"PK\x03\x04"
GZIP_MAGIC = b"\x1f\x8b"

_BROKEN = (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError, NotImplementedError)


class ByteSource(Protocol):
    """Whatever gives bytes in pieces."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; empty at the end."""
        ...


class _Watched:
    """Expanded bytes of a compressed file, refused when they grow beyond what a file of readings can."""

    def __init__(self, path: Path, inner: IO[bytes], stored: int) -> None:
        self._path, self._inner, self._stored, self._given = path, inner, max(stored, 1), 0

    def read(self, size: int, /) -> bytes:
        try:
            piece = self._inner.read(size)
        except _BROKEN as error:
            raise broken(self._path, str(error) or type(error).__name__) from error
        self._given += len(piece)
        check_expansion(self._path, self._given, self._stored)
        return piece


def broken(path: Path, why: str) -> InputRefused:
    """The refusal of half a compressed file."""
    return refuse(
        path,
        "readings.file.broken",
        found="the compressed file ends early or is damaged ({why})",
        expected="a whole .gz, .zip or .xlsx file",
        remedy="copy or export the file again",
        why=why[:200],
    )


def check_expansion(path: Path, expanded: int, stored: int) -> None:
    """Refuse what expands far beyond its stored size.

    Raises
    ------
    InputRefused
        Beyond `MAX_BYTES`, or beyond `FREE_BYTES` at more than `MAX_RATIO` to one.
    """
    if expanded > MAX_BYTES or (expanded > FREE_BYTES and expanded > MAX_RATIO * max(stored, 1)):
        raise refuse(
            path,
            "readings.file.bomb",
            found="{stored} bytes expand to {expanded} bytes or more",
            expected="at most {ratio} bytes for each stored byte",
            remedy="expand the file with a tool you trust and check what it holds; nothing was read from it",
            stored=stored,
            expanded=expanded,
            ratio=MAX_RATIO,
        )


def head(path: Path, size: int) -> bytes:
    """The first bytes as they are stored.

    Raises
    ------
    InputRefused
        If the file cannot be opened.
    """
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        raise refuse(
            path,
            "readings.file.unreadable",
            found="there is no such file" if missing else "the file cannot be opened ({why})",
            expected="a file that can be read",
            remedy="put {name} there, or correct the name" if missing else "check the path and its permissions",
            name=path.name,
            why=error.strerror or "unknown",
        ) from error


@contextmanager
def open_bytes(path: Path) -> Generator[ByteSource]:
    """The content of a file, expanded where it is a `.gz` or a `.zip` of one file.

    Parameters
    ----------
    path : Path
        Never written to, nor anything beside it.

    Yields
    ------
    ByteSource

    Raises
    ------
    InputRefused
        If the file cannot be opened, is broken, holds several files, or is a bomb. Reading may raise it too.
    """
    magic = head(path, 4)
    if magic == ZIP_MAGIC:
        with open_zip(path) as archive:
            member = _single_member(path, archive)
            with _member(path, archive, member) as inner:
                yield _Watched(path, inner, member.compress_size)
    elif magic[:2] == GZIP_MAGIC:
        with gzip.open(path, "rb") as inner:
            yield _Watched(path, inner, path.stat().st_size)  # pyright: ignore[reportArgumentType]
    else:
        with path.open("rb") as inner:
            yield inner


@contextmanager
def open_zip(path: Path) -> Generator[zipfile.ZipFile]:
    """A zip archive whose declared sizes have been checked.

    Raises
    ------
    InputRefused
        If it is broken, or declares more than it may.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise broken(path, str(error)) from error
    with archive:
        for member in archive.infolist():
            check_expansion(path, member.file_size, member.compress_size)
        check_expansion(path, sum(member.file_size for member in archive.infolist()), path.stat().st_size)
        yield archive


def zip_names(path: Path) -> tuple[str, ...]:
    """Names of the files in a zip archive, directories and resource forks left out."""
    with open_zip(path) as archive:
        return tuple(member.filename for member in _members(archive))


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX/")]


def _single_member(path: Path, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = _members(archive)
    if len(members) != 1:
        raise refuse(
            path,
            "readings.zip.members",
            found="the archive holds {files} files",
            expected="a .zip of one file",
            remedy="expand it and give the files or their folder",
            files=len(members),
        )
    return members[0]


@contextmanager
def _member(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Generator[IO[bytes]]:
    try:
        inner = archive.open(member)
    except _BROKEN as error:
        raise broken(path, str(error)) from error
    with inner:
        yield inner
