"""The lake: Delta tables in a folder or an object store, written a whole source at a time.

Files are written first and named in the log in one commit, so that a source is in the lake wholly or not at all,
however large it is, and memory is bounded by one partition. Each commit carries the key of its source; a source that
is already there is recognised and not repeated. Files of a run that was killed before its commit are listed in
`_pending` and removed by the next run. Nothing is ever vacuumed: a version that a figure pins can always be read
back.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false
# pyarrow has no types.

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from wattstone.interfaces.store.delta import delta_type, repeats, statistics
from wattstone.workflows.stores import Codec, Commit, StagedFile

if TYPE_CHECKING:
    from deltalake import DeltaTable
    from pyarrow.fs import FileSystem

ROW_GROUP = 131_072  # rows; a meter-day of a sorted file is then found by statistics in one or two groups
PENDING = "_pending"
# The log and replaced files are evidence: keep them (Delta's own default is 30 and 7 days).
_KEEP = {
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
}


@dataclass(frozen=True)
class Lake:
    """Delta tables under one root.

    Parameters
    ----------
    root : str
        Folder, or object-store URL that `deltalake` understands.
    storage : mapping
        Options of the object store; credentials come from the environment.
    """

    root: str
    storage: Mapping[str, str] = field(default_factory=dict[str, str])

    @cached_property
    def _tables(self) -> dict[str, "DeltaTable"]:
        return {}

    def _uri(self, table: str) -> str:
        return f"{self.root.rstrip('/')}/{table}"

    def _open(self, table: str, version: int | None = None) -> "DeltaTable | None":
        """A handle on a table; the latest one is kept and brought up to date instead of opened anew."""
        from deltalake import DeltaTable

        options = dict(self.storage) or None
        if version is not None:
            return DeltaTable(self._uri(table), version=version, storage_options=options)
        if (known := self._tables.get(table)) is not None:
            known.update_incremental()
            return known
        if not DeltaTable.is_deltatable(self._uri(table), storage_options=options):
            return None
        self._tables[table] = DeltaTable(self._uri(table), storage_options=options)
        return self._tables[table]

    def version(self, table: str) -> int:
        """The newest version of a table, -1 where there is none yet."""
        opened = self._open(table)
        return -1 if opened is None else opened.version()

    def batch_of(self, table: str, key: str) -> int | None:
        """The batch number under which a source was committed, None if it never was."""
        opened = self._open(table)
        return None if opened is None else opened.transaction_version(key)

    def newest(self, table: str) -> dict[str, Any] | None:
        """The newest commit of a table and what it said of itself; None for no table."""
        opened = self._open(table)
        return None if opened is None else opened.history(1)[0]

    def commits(self, table: str) -> list[dict[str, Any]]:
        """Every commit of a table, the newest first, with what it said of itself."""
        opened = self._open(table)
        return [] if opened is None else opened.history()

    def parts(self, table: str, version: int | None = None) -> dict[int, tuple[str, ...]]:
        """Files of a table by partition, paths relative to the table."""
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
        return None if not paths else scan_files(paths, self.storage)

    def files(self, table: str, *, parts: Iterable[int] | None = None, version: int | None = None) -> tuple[str, ...]:
        """Addresses of a table's files, in order of their partitions; they never change once they are named."""
        known = self.addresses(table, version)
        wanted = known if parts is None else set(parts) & set(known)
        return tuple(path for part in sorted(wanted) for path in known[part])

    def addresses(self, table: str, version: int | None = None) -> dict[int, tuple[str, ...]]:
        """Addresses of a table's files by partition."""
        where = self._uri(table)
        return {part: tuple(f"{where}/{path}" for path in paths) for part, paths in self.parts(table, version).items()}

    @cached_property
    def _store(self) -> "tuple[FileSystem, str]":
        """The file system that holds the root, and the root's path in it."""
        from pyarrow import fs

        if "://" in self.root:
            return fs.FileSystem.from_uri(self.root)
        return fs.LocalFileSystem(), str(Path(self.root).absolute())

    @property
    def _files(self) -> "FileSystem":
        return self._store[0]

    def _path(self, table: str, relative: str) -> str:
        return f"{self._store[1]}/{table}/{relative}"

    def stage(self, table: str, part: int, frame: pl.DataFrame, *, key: str, codec: Codec = "zstd") -> StagedFile:
        """Write the rows of one partition to a file that no version names yet.

        Parameters
        ----------
        table, part : str, int
            Where they belong.
        frame : polars.DataFrame
            Without the partition column, sorted as the table is.
        key : str
            The source; the file is noted under it so that a killed run's leavings are found.
        codec : str
            How pages are packed: `zstd` for what is kept for good, `snappy` for what is made anew often.

        Returns
        -------
        StagedFile
        """
        import pyarrow.parquet as pq

        relative = f"part={part}/{uuid.uuid4().hex}.parquet"
        self._note_pending(table, key, relative)
        arrow = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        # Sorted, repetitive columns: a dictionary serves the small ones, delta packing the clock.
        small = [name for name in frame.columns if name != "start" and repeats(frame[name])]
        path = self._path(table, relative)
        self._files.create_dir(path.rsplit("/", 1)[0], recursive=True)
        with self._files.open_output_stream(path) as sink:
            pq.write_table(
                arrow,
                sink,
                compression=codec,
                row_group_size=ROW_GROUP,
                use_dictionary=small,  # pyright: ignore[reportArgumentType]
                column_encoding={"start": "DELTA_BINARY_PACKED"} if "start" in frame.columns else None,
                coerce_timestamps="us",
                store_schema=False,  # strings are strings to a reader, also where they were written from an enum
            )
        size = self._files.get_file_info(path).size
        return StagedFile(relative, int(size or 0), part, statistics(frame))

    def commit(
        self,
        table: str,
        staged: Sequence[StagedFile],
        *,
        schema: pl.Schema,
        key: str,
        batch: int,
        replaced: Iterable[str] = (),
        about: Mapping[str, str] | None = None,
    ) -> int:
        """Name staged files in the log, and take replaced ones out of it, in one step.

        Parameters
        ----------
        table : str
            Name; it is created when it does not exist.
        staged : sequence of StagedFile
            From `stage`.
        schema : polars.Schema
            Of the rows, without the partition column.
        key, batch : str, int
            The source, and the number it gets.
        replaced : iterable of str
            Files of the newest version that the staged ones take the place of.
        about : mapping
            Strings kept with the commit.

        Returns
        -------
        int
            The new version.
        """
        from deltalake import CommitProperties, Transaction
        from deltalake.transaction import AddAction, RemoveAction

        opened = self._open(table) or self._create(table, schema)
        now = int(datetime.now(UTC).timestamp() * 1000)
        adds = [
            AddAction(file.path, file.size, {"part": str(file.part)}, now, data_change=True, stats=file.statistics)
            for file in staged
        ]
        gone = set(replaced)
        removes = [
            RemoveAction(path, data_change=True, deletion_timestamp=now, partition_values={"part": str(part)})
            for part, paths in (self.parts(table) if gone else {}).items()
            for path in paths
            if path in gone
        ]
        if len(removes) != len(gone):
            raise RuntimeError(f"{len(gone) - len(removes)} files to replace in {table!r} are no longer there")
        opened.create_write_transaction(
            [*adds, *removes],
            mode="append",
            schema=opened.schema(),
            partition_by=["part"],
            commit_properties=CommitProperties(
                custom_metadata={f"wattstone.{name}": text for name, text in (about or {}).items()},
                app_transactions=[Transaction(key, batch)],
            ),
        )
        self._forget_pending(table, key)
        return self.version(table)

    def append(self, table: str, frame: pl.DataFrame, commit: Commit, *, replace: bool = False) -> int:
        """Write a small table's rows, which carry their partition in column `part`, in one commit.

        With `replace`, the rows take the place of everything that those partitions held.
        """
        staged = [
            self.stage(table, int(part), rows.drop("part"), key=commit.key)
            for (part,), rows in sorted(frame.partition_by("part", as_dict=True).items(), key=lambda item: item[0])
        ]
        known = self.parts(table) if replace else {}
        replaced = [path for file in staged for path in known.get(file.part, ())]
        return self.commit(
            table,
            staged,
            schema=frame.drop("part").schema,
            key=commit.key,
            batch=commit.batch,
            about=commit.about,
            replaced=set(replaced),
        )

    def _create(self, table: str, schema: pl.Schema) -> "DeltaTable":
        from deltalake import DeltaTable
        from deltalake.schema import Field, PrimitiveType, Schema

        columns = [Field(name, delta_type(dtype)) for name, dtype in schema.items()]
        DeltaTable.create(
            self._uri(table),
            Schema([*columns, Field("part", PrimitiveType("integer"))]),
            mode="ignore",
            partition_by=["part"],
            configuration=_KEEP,
            storage_options=dict(self.storage) or None,
        )
        opened = self._open(table)
        assert opened is not None
        return opened

    def _note_pending(self, table: str, key: str, relative: str) -> None:
        """Say, before the file exists, that it may be left over. Object stores have no append: one object a file."""
        digest = uuid.uuid5(uuid.NAMESPACE_URL, key).hex
        path = self._path(table, f"{PENDING}/{digest}/{uuid.uuid4().hex}.json")
        self._files.create_dir(path.rsplit("/", 1)[0], recursive=True)
        with self._files.open_output_stream(path) as sink:
            sink.write(json.dumps({"key": key, "path": relative}).encode())

    def _forget_pending(self, table: str, key: str) -> None:
        from pyarrow import fs

        folder = self._path(table, f"{PENDING}/{uuid.uuid5(uuid.NAMESPACE_URL, key).hex}")
        if self._files.get_file_info(folder).type == fs.FileType.Directory:
            self._files.delete_dir(folder)

    def discard(self, table: str, key: str) -> None:
        """Remove the staged files of a source that is not going to be committed."""
        self._clean(table, {key})

    def recover(self) -> int:
        """Remove what killed runs left behind in any table; return how many files that were.

        Call it under the workspace's lock: the files of a run that is still at work look the same.
        """
        return sum(self._clean(table, None) for table in self._tables_there())

    def _tables_there(self) -> list[str]:
        from pyarrow import fs

        folders = self._files.get_file_info(fs.FileSelector(self._store[1], allow_not_found=True))
        return sorted(info.base_name for info in folders if info.type == fs.FileType.Directory)

    def _clean(self, table: str, keys: set[str] | None) -> int:
        """Remove noted files that no version names; without keys, the notes of every source."""
        from pyarrow import fs

        notes = fs.FileSelector(self._path(table, PENDING), recursive=True, allow_not_found=True)
        found = self._files.get_file_info(notes)
        if not found:
            return 0
        live = {path for paths in self.parts(table).values() for path in paths}
        removed = 0
        for info in (one for one in found if one.type == fs.FileType.File):
            with self._files.open_input_stream(info.path) as source:
                text = source.read().decode()
            # A note that was cut off was written before its file: there is none.
            note: dict[str, str] = json.loads(text) if text.endswith("}") else {}
            if keys is not None and note.get("key") not in keys:
                continue
            if note and note["path"] not in live:
                removed += self._delete(self._path(table, note["path"]))
            self._files.delete_file(info.path)
        self._prune(self._path(table, PENDING))
        if self.version(table) < 0:
            self._prune(self._path(table, ""))
        return removed

    def _prune(self, folder: str) -> None:
        """Remove the folders that hold nothing, and the folder itself if nothing is left in it."""
        from pyarrow import fs

        inside = self._files.get_file_info(fs.FileSelector(folder.rstrip("/"), recursive=True, allow_not_found=True))
        kept = {info.path for info in inside if info.type == fs.FileType.File}
        folders = [info.path for info in inside if info.type == fs.FileType.Directory]
        for path in sorted([*folders, folder.rstrip("/")], key=len, reverse=True):
            there = self._files.get_file_info(path).type == fs.FileType.Directory
            if there and not any(file.startswith(f"{path}/") for file in kept):
                self._files.delete_dir(path)

    def _delete(self, path: str) -> int:
        """Remove a file, and the folder of its partition if that is empty then."""
        from pyarrow import fs

        if self._files.get_file_info(path).type != fs.FileType.File:
            return 0
        self._files.delete_file(path)
        self._prune(path.rsplit("/", 1)[0])
        return 1


def _files_in(opened: "DeltaTable") -> dict[int, tuple[str, ...]]:
    actions = pl.DataFrame(opened.get_add_actions(flatten=True))
    if actions.is_empty():
        return {}
    by_part = actions.group_by(pl.col("partition.part").alias("part")).agg("path")
    return {int(part): tuple(sorted(files)) for part, files in by_part.select("part", "path").iter_rows()}


def scan_files(paths: Sequence[str], storage: Mapping[str, str] | None = None) -> pl.LazyFrame:
    """Rows of Parquet files, lazily."""
    options = dict(storage) if storage else None
    return pl.scan_parquet(list(paths), storage_options=options, hive_partitioning=False, glob=False, cache=False)
