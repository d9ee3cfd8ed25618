"""Writing a backup while everybody goes on working.

Of each workspace the records and the lake are pinned at one moment, under its lock, which takes milliseconds; files of
the lake never change after, so they are copied at leisure. The archive gets its name when it is whole.
"""

import hashlib
import os
import tarfile
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

from wattstone import __version__
from wattstone.base import Finding, InputRefused
from wattstone.interfaces.store.config import FILE, read_config
from wattstone.interfaces.store.copies.manifest import MANIFEST, RESERVED, SETTINGS, Entry, Manifest
from wattstone.interfaces.store.copies.rows import export_tables, revision_in
from wattstone.interfaces.store.copies.streams import packed
from wattstone.interfaces.store.database import open_database
from wattstone.interfaces.store.lake import Lake
from wattstone.interfaces.store.roots import workspaces_of
from wattstone.interfaces.store.workspace import lake_of, locked

__all__ = ["back_up"]


def back_up(root: Path, archive: Path, *, secrets: bool = False) -> Manifest:
    """Write everything of a root into one archive.

    Parameters
    ----------
    root : Path
        A workspace, or a folder of workspaces; served or not.
    archive : Path
        `NAME.tar.zst` or `NAME.tar.gz`, outside the root. Its owner alone may read it.
    secrets : bool
        Put in the secrets that sign what webhooks are sent.

    Returns
    -------
    Manifest

    Raises
    ------
    InputRefused
        If there is no workspace, or the archive's name cannot be used.
    """
    workspaces = workspaces_of(root)
    _check_name(root, archive)
    part = archive.with_name(f".{archive.name}.part")
    archive.parent.mkdir(parents=True, exist_ok=True)
    try:
        with ExitStack() as stack:
            scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=archive.parent, prefix=".backup-")))
            packer = stack.enter_context(_packing(part, archive.name))
            found = {name: _workspace(packer, name, path, scratch) for name, path in workspaces.items()}
            server = _server(packer, root, scratch, secrets=secrets)
            if not (root / FILE).is_file() and (root / SETTINGS).is_file():
                packer.add_file(f"server/{SETTINGS}", root / SETTINGS)
            manifest = Manifest(
                made=datetime.now(UTC).isoformat(timespec="seconds"), version=__version__,
                kind="workspace" if (root / FILE).is_file() else "folder",
                workspaces={name: revision for name, (revision, _, _) in found.items()},
                lakes={name: versions for name, (_, versions, _) in found.items()},
                server=server, personal=server is not None or any(personal for *_, personal in found.values()),
                secrets=secrets, entries=packer.entries,
            )  # fmt: skip
            (scratch / MANIFEST).write_text(manifest.text(), encoding="utf-8")
            packer.add_file(MANIFEST, scratch / MANIFEST)
        part.replace(archive)
    finally:
        part.unlink(missing_ok=True)
    return manifest


class _Packer:
    """An archive that is being written; keeps the size and hash of all that goes in."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.entries: dict[str, Entry] = {}

    def add(self, name: str, size: int, source: IO[bytes]) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        info.mtime = int(datetime.now(UTC).timestamp())
        hashing = _Hashing(source)
        self._tar.addfile(info, cast("IO[bytes]", hashing))
        if name != MANIFEST:
            self.entries[name] = Entry(size, hashing.digest.hexdigest())

    def add_file(self, name: str, path: Path) -> None:
        with path.open("rb") as source:
            self.add(name, os.fstat(source.fileno()).st_size, source)


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._source.read(size)
        self.digest.update(data)
        return data


@contextmanager
def _packing(path: Path, name: str) -> Generator[_Packer]:
    """An archive at a path, packed as a name says; whole on the disk when the block is left."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with (
        os.fdopen(handle, "wb") as file,
        packed(file, "zstd" if name.endswith(".zst") else "gzip") as sink,
        tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        yield _Packer(tar)
    with path.open("rb") as written:
        os.fsync(written.fileno())


def _workspace(packer: _Packer, name: str, root: Path, scratch: Path) -> tuple[str, dict[str, int], bool]:
    """Pack a workspace; return its migration, the versions of its tables, and whether it holds personal readings."""
    config = read_config(root)
    lake, place = lake_of(root, config), f"workspaces/{name}"
    address = config.records if "://" in config.records else root / config.records
    database = open_database(address, create=False, schema=config.schema)
    try:
        with ExitStack() as stack:
            with locked(root):
                connection = stack.enter_context(database.snapshot(scratch))
                versions = {table: version for table in lake.tables() if (version := lake.version(table)) >= 0}
            revision, personal = revision_in(connection), _personal(connection)
            _add_rows(packer, f"{place}/records", connection, scratch)
    finally:
        database.close()
    for table, version in versions.items():
        _add_table(packer, f"{place}/lake", lake, table, version)
    for path in _files(root):
        packer.add_file(f"{place}/files/{path.relative_to(root).as_posix()}", path)
    return revision, versions, personal


def _server(packer: _Packer, root: Path, scratch: Path, *, secrets: bool) -> str | None:
    """Pack the server's records, and its secrets where they are asked for; return the migration, None for no server."""
    from wattstone.interfaces.store.server.opening import FILE as SERVER
    from wattstone.interfaces.store.server.opening import SCHEMA
    from wattstone.interfaces.store.server.opening import SECRETS as FOLDER

    address = os.environ.get("WATTSTONE_RECORDS") or root / SERVER
    if isinstance(address, Path) and not address.is_file():
        return None
    database = open_database(address, create=False, schema=SCHEMA)
    try:
        if database.revision() is None:
            return None
        with database.snapshot(scratch) as connection:
            revision = revision_in(connection)
            _add_rows(packer, "server/records", connection, scratch)
    finally:
        database.close()
    folder = root / FOLDER
    for path in sorted(folder.iterdir()) if secrets and folder.is_dir() else ():
        if not path.name.startswith("."):
            packer.add_file(f"server/secrets/{path.name}", path)
    return revision


def _add_rows(packer: _Packer, place: str, connection: Any, scratch: Path) -> None:
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        for path in export_tables(connection, Path(folder)):
            packer.add_file(f"{place}/{path.name}", path)


def _add_table(packer: _Packer, place: str, lake: Lake, table: str, version: int) -> None:
    for path, size in lake.stored(table, version).items():
        with lake.reading(f"{table}/{path}") as source:
            packer.add(f"{place}/{table}/{path}", size, source)


def _personal(connection: Any) -> bool:
    from sqlalchemy import text

    return connection.execute(text("SELECT 1 FROM meters WHERE personal LIMIT 1")).first() is not None


def _files(root: Path) -> Iterator[Path]:
    """Whatever else stands in a workspace's folder; nothing hidden in it, and no link, which may lead anywhere."""
    config = read_config(root)
    own_names = (*RESERVED, config.lake, config.records)  # written in another form, or not at all
    for base, folders, names in os.walk(root):
        top = Path(base) == root
        folders[:] = sorted(one for one in folders if not (top and (one.startswith(".") or one in own_names)))
        for name in sorted(names):
            path = Path(base) / name
            own = top and (name.startswith(".") or any(name == one or name.startswith(f"{one}-") for one in own_names))
            if not (own or path.is_symlink() or not path.is_file()):
                yield path


def _check_name(root: Path, archive: Path) -> None:
    where = archive.absolute()
    if not archive.name.endswith((".tar.zst", ".tar.gz")):
        raise InputRefused([_name(archive, "the name says no form that a backup has")])
    if where.exists():
        raise InputRefused([_name(archive, "the file is there already, and a backup is not written over another")])
    if where.resolve().is_relative_to(root.resolve()):
        raise InputRefused([_name(archive, "the file would stand in what it is a backup of")])


def _name(archive: Path, why: str) -> Finding:
    return Finding(
        code="backup.name",
        place=str(archive),
        found="{why}",
        params={"why": why},
        expected="the name of a new file that ends in .tar.zst or .tar.gz, on another disk at best",
        remedy="name another file",
    )
