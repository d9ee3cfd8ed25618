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
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from wattstone.interfaces.store.delta import added_by, delta_type, repeats, statistics, version_of
from wattstone.interfaces.store.groups import row_groups
from wattstone.interfaces.store.lake_versions import LakeVersions
from wattstone.workflows.stores import Codec, Commit, StagedFile

if TYPE_CHECKING:
    from deltalake import DeltaTable

PENDING = "_pending"
# The log and replaced files are evidence: keep them (Delta's own default is 30 and 7 days).
_KEEP = {
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
}


@dataclass(frozen=True)
class Lake(LakeVersions):
    """Delta tables under one root, to be read and written."""

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
            writer = pq.ParquetWriter(
                sink,
                arrow.schema,
                compression=codec,
                use_dictionary=small,  # pyright: ignore[reportArgumentType]
                column_encoding={"start": "DELTA_BINARY_PACKED"} if "start" in frame.columns else None,
                coerce_timestamps="us",
                store_schema=False,  # strings are strings to a reader, also where they were written from an enum
            )
            with writer:
                for begin, rows in row_groups(table, frame):
                    writer.write_table(arrow.slice(begin, rows), row_group_size=max(rows, 1))
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

    def stored(self, table: str, version: int) -> dict[str, int]:
        """Every file that a table's versions up to one consist of, relative to the table, with its size in bytes.

        Files of older versions belong to it: figures may be pinned to them.
        """
        from pyarrow import fs

        where = self._path(table, "")
        found = self._files.get_file_info(fs.FileSelector(where.rstrip("/"), recursive=True))
        there = {one.path[len(where) :]: int(one.size or 0) for one in found if one.type == fs.FileType.File}
        logs = [path for path in there if path.startswith("_delta_log/") and version_of(path) <= version]
        named = {file for files in self.parts(table, version).values() for file in files}
        for path in (path for path in logs if path.endswith(".json")):
            with self.reading(f"{table}/{path}") as source:
                named.update(added_by(source.read().decode()))
        return {path: there[path] for path in (*sorted(logs), *sorted(named)) if path in there}

    def drop(self, table: str) -> None:
        """Remove a table with all its versions."""
        self._tables.pop(table, None)
        self._listings.pop(table, None)
        self._files.delete_dir(self._path(table, "").rstrip("/"))

    def discard(self, table: str, key: str) -> None:
        """Remove the staged files of a source that is not going to be committed."""
        self._clean(table, {key})

    def recover(self) -> int:
        """Remove what killed runs left behind in any table; return how many files that were.

        Call it under the workspace's lock: the files of a run that is still at work look the same.
        """
        return sum(self._clean(table, None) for table in self.tables())

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
