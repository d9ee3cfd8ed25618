"""Making a root again from a backup: everything is checked before anything gets its place."""

import hashlib
import os
import shutil
import tarfile
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO, Any

from wattstone.base import Finding, InputRefused, WattstoneError
from wattstone.interfaces.store.config import Config, read_config, served_as
from wattstone.interfaces.store.copies.manifest import MANIFEST, SETTINGS, Entry, Manifest, damaged, safe_path
from wattstone.interfaces.store.copies.rows import import_tables
from wattstone.interfaces.store.copies.streams import packing_of, unpacked
from wattstone.interfaces.store.database import Database, open_database
from wattstone.interfaces.store.migrating import SERVER, WORKSPACE, Line, bring_up_to_date, migrate
from wattstone.interfaces.store.workspace import create_workspace, lake_of, open_workspace

__all__ = ["restore"]

_CHUNK = 1 << 20
_LONGEST = 1 << 26  # bytes of a manifest
_STAGE = ".restoring"


def restore(archive: Path, root: Path) -> Manifest:
    """Make a root again from a backup.

    Records go to SQLite and the lake into a folder, as `wattstone init` makes them; or to where `WATTSTONE_RECORDS`
    and `WATTSTONE_LAKE` say, so that a backup of one kind of database can be restored to the other.

    Parameters
    ----------
    archive : Path
        As `back_up` wrote it.
    root : Path
        A new or empty folder.

    Returns
    -------
    Manifest

    Raises
    ------
    InputRefused
        If the folder is occupied, the archive is damaged or was made by a newer Wattstone, or the database holds
        records of a server already; nothing is left behind then.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise InputRefused([_occupied(root)])
    made = not root.exists()
    root.mkdir(parents=True, exist_ok=True)
    stage = root / _STAGE
    try:
        with ExitStack() as undo:
            stage.mkdir()
            undo.callback(shutil.rmtree, stage, ignore_errors=True)
            manifest = _unpack(archive, stage)
            _check_age(manifest, archive)
            with ExitStack() as later:
                _put_together(manifest, stage, root, later)
                later.pop_all()
    except BaseException:
        _clear(root, made=made)
        raise
    return manifest


def _put_together(manifest: Manifest, stage: Path, root: Path, undo: ExitStack) -> None:
    """Make workspaces and server from what was unpacked; `undo` takes back what stands outside the root."""
    if manifest.server is not None:
        _restore_server(manifest, stage, root, undo)
    if (settings := stage / "server" / SETTINGS).is_file():
        settings.rename(root / SETTINGS)
    for name in manifest.workspaces:
        target = stage / "made" / name
        _restore_workspace(manifest, name, stage, target, undo)
        if manifest.kind == "folder":
            target.rename(root / name)
        else:
            for path in target.iterdir():
                path.rename(root / path.name)


def _unpack(archive: Path, stage: Path) -> Manifest:
    """Write the files of an archive below a folder, and hold them against the manifest."""
    place, found = str(archive), dict[str, Entry]()
    manifest: Manifest | None = None
    try:
        with _opened(archive) as tar:
            for member in tar:
                source = tar.extractfile(member) if member.isreg() else None
                if source is None:
                    raise damaged(place, f"it holds {member.name!r}, which is no plain file")
                if member.name == MANIFEST:
                    manifest = Manifest.read(source.read(_LONGEST), place)
                    continue
                if manifest is not None or member.name in found:
                    raise damaged(place, f"it holds {member.name!r} at a place where no backup has it")
                path = stage / safe_path(member.name, place)
                path.parent.mkdir(parents=True, exist_ok=True)
                found[member.name] = _write(source, path)
    except (tarfile.TarError, EOFError) as error:
        raise damaged(place, f"it is cut off or was changed ({error})") from error
    if manifest is None:
        raise damaged(place, "it is cut off: its manifest, the last file, is missing")
    if wrong := sorted(name for name in {*found, *manifest.entries} if found.get(name) != manifest.entries.get(name)):
        raise damaged(place, f"{len(wrong)} of its files are not as its manifest says, the first is {wrong[0]!r}")
    for name in manifest.workspaces:
        safe_path(f"workspaces/{name}/files/x", place)
    return manifest


@contextmanager
def _opened(archive: Path) -> Generator[tarfile.TarFile]:
    if not archive.is_file():
        raise InputRefused([_missing(archive)])
    with archive.open("rb") as file:
        packing = packing_of(file.read(4))
        file.seek(0)
        if packing is None:
            raise damaged(str(archive), "it is neither .tar.zst nor .tar.gz")
        try:
            with (
                unpacked(file, packing) as stream,
                tarfile.open(fileobj=stream, mode="r|") as tar,
            ):
                yield tar
        except OSError as error:
            if error.errno is not None:  # the disk's own: it is full, or cannot be read
                raise
            raise damaged(str(archive), f"it is cut off or was changed ({error})") from error


def _write(source: IO[bytes], path: Path) -> Entry:
    digest, size = hashlib.sha256(), 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
    return Entry(size, digest.hexdigest())


def _check_age(manifest: Manifest, archive: Path) -> None:
    newest = {*manifest.workspaces.values()}
    newer = any(revision > WORKSPACE.newest for revision in newest)
    if newer or (manifest.server is not None and manifest.server > SERVER.newest):
        raise InputRefused(
            [
                Finding(
                    code="backup.newer",
                    place=str(archive),
                    found="the backup was made by a newer Wattstone ({version})",
                    params={"version": manifest.version},
                    expected="a backup of this version or an older one",
                    remedy="install the newer version: pip install --upgrade wattstone",
                )
            ]
        )


def _restore_workspace(manifest: Manifest, name: str, stage: Path, target: Path, undo: ExitStack) -> None:
    packed = stage / "workspaces" / name
    target.parent.mkdir(exist_ok=True)
    # Roles in the server's records name the organisation as it was served: that stays, whatever the folder is called.
    alone = manifest.kind == "workspace" and manifest.server is not None
    create_workspace(target, Config(id=served_as(name) if alone else None), name=name)
    config = read_config(target)
    database = open_database(_address(target, config), create=True, schema=config.schema)
    try:
        if config.schema is not None:
            undo.callback(_drop_schema, config.records, config.schema)
        _fill(database, WORKSPACE, manifest.workspaces[name], packed / "records")
    finally:
        database.close()
    _restore_lake(packed / "lake", target, config, undo)
    files = packed / "files"
    if files.is_dir():
        shutil.copytree(files, target, dirs_exist_ok=True)
    _check_workspace(target, manifest.lakes[name])


def _restore_lake(packed: Path, target: Path, config: Config, undo: ExitStack) -> None:
    lake = lake_of(target, config)
    if "://" not in config.lake:
        if packed.is_dir():
            packed.rename(target / config.lake)
        return
    if lake.tables():
        raise InputRefused([_occupied(Path(config.lake))])
    undo.callback(lambda: [lake.drop(table) for table in lake.tables()])
    for path in sorted(packed.rglob("*")):
        if path.is_file():
            with path.open("rb") as source, lake.writing(path.relative_to(packed).as_posix()) as sink:
                shutil.copyfileobj(source, sink, _CHUNK)


def _check_workspace(root: Path, versions: dict[str, int]) -> None:
    """Open it as everybody will, and see whether it is what was packed."""
    workspace = open_workspace(root)
    try:
        found = {table: workspace.lake.version(table) for table in versions}
        if found != versions:
            raise WattstoneError(f"{root}: tables stand at {found}, and the backup was made at {versions}")
        workspace.records.revision()
    finally:
        workspace.close()


def _restore_server(manifest: Manifest, stage: Path, root: Path, undo: ExitStack) -> None:
    from wattstone.interfaces.store.server.opening import FILE, SCHEMA
    from wattstone.interfaces.store.server.opening import SECRETS as FOLDER

    assert manifest.server is not None
    address = os.environ.get("WATTSTONE_RECORDS") or root / FILE
    database = open_database(address, create=True, schema=SCHEMA, log_ahead=True)
    try:
        if database.revision() is not None:
            raise InputRefused([_served(database.place)])
        if database.kind == "postgresql":
            undo.callback(_drop_tables, str(address), SCHEMA)
        _fill(database, SERVER, manifest.server, stage / "server" / "records")
    finally:
        database.close()
    packed = stage / "server" / "secrets"
    if packed.is_dir():
        (root / FOLDER).mkdir(mode=0o700)
        for path in packed.iterdir():
            path.rename(root / FOLDER / path.name)


def _fill(database: Database, line: Line, revision: str, rows: Path) -> None:
    """Tables as they were when the backup was made, filled; then brought up to date."""
    if (there := database.revision()) != revision:
        migrate(database, line, revision=revision, undo=there is not None)
    with database.writing(alone=True) as connection:
        import_tables(connection, rows)
    bring_up_to_date(database, line, create=True, upgrade=True)


def _address(root: Path, config: Config) -> Path | str:
    return config.records if "://" in config.records else root / config.records


def _drop_schema(address: str, schema: str) -> None:
    """Take back a schema that this restoring made."""
    from sqlalchemy.schema import DropSchema

    with closing(open_database(address, create=False)) as database, database.writing() as connection:
        connection.execute(DropSchema(schema, cascade=True, if_exists=True))


def _drop_tables(address: str, schema: str) -> None:
    """Take back the tables that this restoring made in a schema that others may have made."""
    with closing(open_database(address, create=False, schema=schema)) as database:
        if database.revision() is not None:
            migrate(database, SERVER, revision="base", undo=True)


def _clear(root: Path, *, made: bool) -> None:
    """Leave the folder as it was found: empty, or not there."""
    for path in root.iterdir():
        remove: Callable[..., Any] = shutil.rmtree if path.is_dir() and not path.is_symlink() else os.unlink
        remove(path)
    if made:
        root.rmdir()


def _occupied(root: Path) -> Finding:
    return Finding(
        code="restore.occupied",
        place=str(root),
        found="there is something here already",
        expected="a new or empty folder",
        remedy="name a new folder, or move away what is there; a backup is never restored over anything",
    )


def _served(place: str) -> Finding:
    return Finding(
        code="restore.served",
        place=place,
        found="the database holds the records of a server already",
        expected="a database without them, for a backup is never restored over anything",
        remedy="name a new database in WATTSTONE_RECORDS",
    )


def _missing(archive: Path) -> Finding:
    return Finding(
        code="backup.missing",
        place=str(archive),
        found="there is no such file",
        expected="a file that `wattstone backup` wrote",
        remedy="correct the name",
    )
