"""What a reader hands to the ingest: who is described, and rows in bounded chunks."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import polars as pl

from wattstone.base import Finding
from wattstone.portfolio import Meter, Site

CHUNK = 2_000_000  # rows


@dataclass(frozen=True, kw_only=True)
class Extra:
    """A table that comes beside readings: weather, grid intensity, charging sessions.

    `key` is the hash of its source; `read` gives the frame in its schema of `readings.schema`, and is not called for a
    source that is in the lake already.
    """

    name: str
    key: str
    read: Callable[[], pl.DataFrame]


def _no_meters() -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """One source of readings, opened but not yet in the lake.

    Opening is cheap: the file is read when one of the callables is called, which never happens for a source that is in
    the lake already. Any of them may raise `InputRefused`.

    Parameters
    ----------
    name : str
        As messages call it.
    key : str
        Hash of the content and of how it is read; the same source twice has the same key.
    meters : callable
        Gives the meters; asked after the chunks, for some files name them row by row.
    met : callable or None
        Gives the meters met so far, also where a reading was broken off or refused; nothing is read for it.
    meter_table : callable or None
        The same as a table (`meter_table.METERS`, null where nothing is said), for sources of very many meters.
    chunks : callable
        Yields frames in schema `READINGS`: values in the canonical unit, gaps null, rows in the order of the file.
    sites : callable
        Gives what the source says of places.
    registers : callable or None
        Yields frames in schema `REGISTERS`, for cumulative counters.
    rows : int or None
        How many rows there are, where that is known beforehand.
    fixed_intervals : callable
        Meters whose interval length was declared; the others' is the usual step between their stamps.
    unsure : callable
        Meters with too few rows to show their usual step: what the workspace knows of their length comes first.
    findings : callable
        Gives what was noticed; asked after the chunks.
    extras : mapping of str to Extra
        Tables beside the readings, by name: `weather`, `intensity`, `sessions`.
    tariffs : mapping of str to str
        Tariff files (TOML) by id.
    mapping : str or None
        The mapping file (TOML) by which a table was read.
    files : tuple of pathlib.Path
        The files that the readings are from.
    """

    name: str
    key: str
    meters: Callable[[], tuple[Meter, ...]]
    chunks: Callable[[], Iterator[pl.DataFrame]]
    met: Callable[[], tuple[Meter, ...]] | None = None
    meter_table: Callable[[], pl.DataFrame] | None = None
    sites: Callable[[], tuple[Site, ...]] = tuple
    registers: Callable[[], Iterator[pl.DataFrame]] | None = None
    rows: int | None = None
    fixed_intervals: Callable[[], frozenset[str]] = _no_meters
    unsure: Callable[[], frozenset[str]] = _no_meters
    findings: Callable[[], tuple[Finding, ...]] = tuple
    extras: Mapping[str, Extra] = field(default_factory=dict[str, Extra])
    tariffs: Mapping[str, str] = field(default_factory=dict[str, str])
    mapping: str | None = None
    files: tuple[Path, ...] = ()


def file_hash(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits; a file is read once for it until it changes."""
    known = path.stat()
    return _file_hash(path.resolve(), known.st_size, known.st_mtime_ns)


@lru_cache(maxsize=1024)
def _file_hash(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_key(*paths: Path, extra: str = "") -> str:
    """Hash of the content of files, and of `extra` (how they are to be read).

    Returns
    -------
    str
        `sha256:` and 64 hexadecimal digits.
    """
    total = hashlib.sha256()
    for path in paths:
        total.update(bytes.fromhex(file_hash(path)))
    total.update(extra.encode())
    return f"sha256:{total.hexdigest()}"
