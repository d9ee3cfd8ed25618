"""What the tables of a lake hold: their versions, commits, files and rows."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false
# pyarrow has no types.

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

import polars as pl

from wattstone.interfaces.store.lake_folder import LakeFolder

if TYPE_CHECKING:
    from deltalake import DeltaTable

__all__ = ["LakeVersions"]

_SETTLED = 1_000_000_000  # ns after which a folder's time of change tells one change from the next


@dataclass(frozen=True)
class LakeVersions(LakeFolder):
    """Delta tables under one root, to be read; any version of them."""

    # Threads of a server share the handles of tables: one at a time brings a handle up to date and asks it.
    _gate: "RLock" = field(default_factory=RLock, init=False, repr=False, compare=False)

    def version(self, table: str) -> int:
        """The newest version of a table, -1 where there is none yet."""
        with self._gate:
            opened = self._open(table)
            return -1 if opened is None else opened.version()

    def batch_of(self, table: str, key: str) -> int | None:
        """The batch number under which a source was committed, None if it never was."""
        with self._gate:
            opened = self._open(table)
            return None if opened is None else opened.transaction_version(key)

    def newest(self, table: str) -> dict[str, Any] | None:
        """The newest commit of a table and what it said of itself; None for no table."""
        with self._gate:
            opened = self._open(table)
            return None if opened is None else opened.history(1)[0]

    def commits(self, table: str) -> list[dict[str, Any]]:
        """Every commit of a table, the newest first, with what it said of itself."""
        with self._gate:
            opened = self._open(table)
            return [] if opened is None else opened.history()

    def scan(
        self, table: str, *, parts: Iterable[int] | None = None, version: int | None = None
    ) -> pl.LazyFrame | None:
        """The rows of a table, lazily.

        Parameters
        ----------
        table : str
            Name.
        parts : iterable of int or None
            Only these partitions.
        version : int or None
            As it stood then; the newest where None.

        Returns
        -------
        polars.LazyFrame or None
            None where the table, or the partitions, do not exist.
        """
        paths = self.files(table, parts=parts, version=version)
        return None if not paths else _scan(paths, self.storage)

    def files(self, table: str, *, parts: Iterable[int] | None = None, version: int | None = None) -> tuple[str, ...]:
        """Addresses of a table's files, in order of their partitions; they never change once they are named."""
        known = self.addresses(table, version)
        wanted = known if parts is None else set(parts) & set(known)
        return tuple(path for part in sorted(wanted) for path in known[part])

    def addresses(self, table: str, version: int | None = None) -> dict[int, tuple[str, ...]]:
        """Addresses of a table's files by partition."""
        where = self._uri(table)
        return {part: tuple(f"{where}/{path}" for path in paths) for part, paths in self.parts(table, version).items()}

    def parts(self, table: str, version: int | None = None) -> dict[int, tuple[str, ...]]:
        """Files of a table by partition, paths relative to the table."""
        with self._gate:
            newest = self._open(table)
            if newest is None:
                return {}
            opened = newest if version in (None, newest.version()) else self._open(table, version)
            assert opened is not None
            known, listed = self._listings.get(table, (-1, {}))
            if known != opened.version():
                listed = _files_in(opened)
            if opened is newest:
                self._listings[table] = (opened.version(), listed)
            return dict(listed)

    @cached_property
    def _listings(self) -> dict[str, tuple[int, dict[int, tuple[str, ...]]]]:
        """The files of each table at the version that was newest when they were last asked for."""
        return {}

    def _open(self, table: str, version: int | None = None) -> "DeltaTable | None":
        """A handle on a table; the latest one is kept and brought up to date instead of opened anew."""
        from deltalake import DeltaTable

        options = dict(self.storage) or None
        if version is not None:
            return DeltaTable(self._uri(table), version=version, storage_options=options)
        if (known := self._tables.get(table)) is not None:
            seen, now = self._changed(table)
            if seen is None or seen != self._seen.get(table):
                known.update_incremental()
                self._seen[table] = seen if seen is not None and now - seen > _SETTLED else None
            return known
        if not DeltaTable.is_deltatable(self._uri(table), storage_options=options):
            return None
        self._tables[table] = DeltaTable(self._uri(table), storage_options=options)
        return self._tables[table]

    @cached_property
    def _tables(self) -> dict[str, "DeltaTable"]:
        return {}

    @cached_property
    def _seen(self) -> dict[str, int | None]:
        """When the log of each table had changed last as its handle was brought up to date."""
        return {}

    def _changed(self, table: str) -> tuple[int | None, int]:
        """When a log had its last file, and the time now [ns]; None where a folder cannot tell.

        To ask the folder takes a hundredth of what it takes to look for new commits.
        """
        if "://" in self.root:
            return None, 0
        try:
            return Path(self._uri(table), "_delta_log").stat().st_mtime_ns, time.time_ns()
        except OSError:
            return None, 0


def _files_in(opened: "DeltaTable") -> dict[int, tuple[str, ...]]:
    actions = pl.DataFrame(opened.get_add_actions(flatten=True))
    if actions.is_empty():
        return {}
    by_part = actions.group_by(pl.col("partition.part").alias("part")).agg("path")
    return {int(part): tuple(sorted(files)) for part, files in by_part.select("part", "path").iter_rows()}


def _scan(paths: Sequence[str], storage: Mapping[str, str] | None = None) -> pl.LazyFrame:
    """Rows of Parquet files, lazily."""
    options = dict(storage) if storage else None
    return pl.scan_parquet(list(paths), storage_options=options, hive_partitioning=False, glob=False, cache=False)
