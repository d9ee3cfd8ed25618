"""Who is at the command line: the holder of a key, or whoever owns the machine. It obeys as the pages do."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wattstone.interfaces.store.server import ServerRecords
    from wattstone.workflows.access import Principal

__all__ = ["KEY", "identity", "server_root"]

KEY = "WATTSTONE_KEY"
"""The environment variable that holds an API key."""
_SERVER, _MARK = "server.db", "wattstone.toml"


def identity(root: Path) -> "Principal":
    """Whoever runs a command in a workspace.

    The holder of the key in `WATTSTONE_KEY` where it is set. Else the owner of the machine, who may do everything:
    root, the owner of the workspace's folder, or anybody where no server keeps accounts.

    Parameters
    ----------
    root : pathlib.Path
        Of the workspace.

    Raises
    ------
    InputRefused
        If the key opens nothing here, or the workspace belongs to somebody else and there are accounts.
    """
    from dataclasses import replace

    from wattstone.workflows.access.policy import LOCAL

    if key := os.environ.get(KEY):
        return _holder(root, key)
    if _owns(root) or not _accounts(root):
        return replace(LOCAL, tenant=root.absolute().name)
    raise _refused(
        root, "there are accounts, and neither a key nor the ownership of the folder says who you are",
        "an API key in the environment variable WATTSTONE_KEY",
        "make one under Settings, Keys, and set WATTSTONE_KEY; or run the command as the owner of the folder",
    )  # fmt: skip


def server_root(root: Path) -> Path | None:
    """The folder of the server that serves a workspace: its own, or the one above; None where there is none."""
    if os.environ.get("WATTSTONE_RECORDS"):
        return root if (root / "secrets").is_dir() or not (root.absolute().parent / "secrets").is_dir() else root.parent
    return next((one for one in (root, root.absolute().parent) if (one / _SERVER).is_file()), None)


def _holder(root: Path, token: str) -> "Principal":
    from wattstone.workflows.accounts.standing import principal_of_key

    with _server(root) as server:
        key = server.keys.find(token)
        if key is None or key.tenant not in _names(root):
            raise _refused(
                root, "the key in WATTSTONE_KEY opens nothing here", "a valid key of this organisation",
                "make a new one under Settings, Keys; or unset WATTSTONE_KEY",
            )  # fmt: skip
        if key.created_by == "local":
            return principal_of_key(key)
        members = server.people.memberships(person=key.created_by, tenant=key.tenant)
        owner = server.people.find(key.created_by)
        if owner is None or owner.disabled or not members:
            raise _refused(
                root, "whoever made the key has no role here any more", "a key of a member",
                "ask an administrator for a new one",
            )  # fmt: skip
        return principal_of_key(key, members[0])


def _names(root: Path) -> set[str]:
    """Under which a server may know the organisation."""
    from wattstone.interfaces.store.config import read_config, served_as

    name = root.absolute().name
    known = {name, served_as(name)}
    return {*known, read_config(root).id or name} if (root / _MARK).is_file() else known


def _owns(root: Path) -> bool:
    if os.name != "posix":
        return True
    try:
        return os.geteuid() in (0, root.stat().st_uid)
    except FileNotFoundError:
        return True  # what is not there yet is nobody's


def _accounts(root: Path) -> bool:
    from wattstone.base import InputRefused

    if server_root(root) is None:
        return False
    try:
        with _server(root) as server:
            return server.people.any()
    except InputRefused:  # a database without the records of a server
        return False


def _server(root: Path) -> "ServerRecords":
    from wattstone.interfaces.store.server import ServerRecords

    found = server_root(root)
    if found is None:
        raise _refused(
            root, "no server keeps accounts here", "the records of a server beside the workspace",
            "unset WATTSTONE_KEY, or start `wattstone serve` once",
        )  # fmt: skip
    return ServerRecords.at(found)


def _refused(root: Path, found: str, expected: str, remedy: str) -> Exception:
    from wattstone.base import Finding, InputRefused

    finding = Finding(code="access.identity", place=str(root), found=found, expected=expected, remedy=remedy)
    return InputRefused([finding])
