"""Opens workspaces: a folder with `wattstone.toml`, a lake and records."""

import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from wattstone.base import Finding, InputRefused, WattstoneError
from wattstone.interfaces.store.config import FILE, Config, read_config
from wattstone.interfaces.store.lake import Lake
from wattstone.interfaces.store.records import Records
from wattstone.workflows.ports import Workers
from wattstone.workflows.workspace import Workspace

_PATIENCE = 600.0  # s to wait for another process that writes
_LOCK = ".lock"
_SCRATCH = ".scratch"


def create_workspace(root: Path, config: Config | None = None, *, name: str | None = None) -> bool:
    """Make a workspace; one that is there keeps what it holds, and its records are brought up to date.

    Parameters
    ----------
    root : pathlib.Path
        The folder; it may exist if it is empty or a workspace already.
    config : Config or None
        Addresses; the embedded default where None.
    name : str or None
        Of the organisation in a database that holds several; the folder's where None.

    Returns
    -------
    bool
        Whether it is new.

    Raises
    ------
    InputRefused
        If the folder holds something else.
    """
    new = not (root / FILE).is_file()
    if new and root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise InputRefused([_occupied(root)])
    if new:
        config = _with_tenant(config or Config(), name or root.absolute().name)
    root.mkdir(mode=0o750, parents=True, exist_ok=True)  # readings of dwellings are nobody's business on the machine
    if new and config is not None:
        (root / FILE).write_text(config.text(), encoding="utf-8")
        (root / _LOCK).touch()
    for folder in ("factors", _SCRATCH):
        (root / folder).mkdir(exist_ok=True)
    _records(root, read_config(root), create=True).close()
    return new


def open_workspace(
    root: Path, *, workers: Workers | None = None, shared: bool = False, upgrade: bool = False
) -> Workspace:
    """Open a workspace.

    Parameters
    ----------
    root : pathlib.Path
        The folder.
    workers : Workers or None
        Who runs functions over partitions; this process where None.
    shared : bool
        Many threads of a server will use it at once: keep connections to the records open.
    upgrade : bool
        Run the migrations that its records miss.

    Raises
    ------
    InputRefused
        If it is not a workspace, or its records cannot be used.
    """
    from wattstone.interfaces.workers import InProcess

    config = read_config(root)
    return Workspace(
        root=root,
        lake=lake_of(root, config),
        records=_records(root, config, shared=shared, upgrade=upgrade),
        workers=workers or InProcess(),
        scratch=root / _SCRATCH,
        lock=lambda: locked(root),
    )


def lake_of(root: Path, config: Config) -> Lake:
    """The lake of a workspace."""
    return Lake(config.lake if "://" in config.lake else str((root / config.lake).absolute()))


def _records(root: Path, config: Config, **how: bool) -> Records:
    address = config.records if "://" in config.records else root / config.records
    return Records.open(address, schema=config.schema, **how)


def _with_tenant(config: Config, name: str) -> Config:
    """Under `WATTSTONE_RECORDS` a new workspace gets a schema of its own, named after its folder."""
    address = os.environ.get("WATTSTONE_RECORDS", "")
    if "://" not in address or config.tenant is not None:
        return config
    from wattstone.interfaces.store.tenants import claim_tenant

    return replace(config, tenant=claim_tenant(address, name))


def _occupied(root: Path) -> Finding:
    return Finding(
        code="workspace.occupied",
        place=str(root),
        found="the folder holds other things than a workspace",
        expected="a new or empty folder",
        remedy="name a new folder; it will be made",
    )


@contextmanager
def locked(root: Path) -> Generator[None]:
    """One writer at a time in a workspace; the system gives the lock back when a process is killed."""
    import fcntl

    handle = os.open(root / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise WattstoneError(
                        f"{root}: another process has been writing to the workspace for {_PATIENCE / 60:.0f} minutes. "
                        "Wait until it is done, or stop it; nothing was changed."
                    ) from None
                time.sleep(0.1)
        yield
    finally:
        os.close(handle)
