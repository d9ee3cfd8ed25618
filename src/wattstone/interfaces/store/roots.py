"""What stands in a folder that is served: one workspace, or several, and the records of the server beside them."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.store.config import FILE, read_config

if TYPE_CHECKING:
    from wattstone.interfaces.store.server import ServerRecords

__all__ = ["note_in", "server_of", "upgrade_root", "workspaces_of"]


def workspaces_of(root: Path) -> dict[str, Path]:
    """The workspaces of a folder by the organisations' ids, which are the names of their folders.

    One that stands by itself may have an id of its own.

    Parameters
    ----------
    root : Path
        A workspace, or a folder of workspaces.

    Raises
    ------
    InputRefused
        If there is none.
    """
    if (root / FILE).is_file():
        return {read_config(root).id or root.absolute().name: root}
    inside = sorted(root.iterdir()) if root.is_dir() else []
    found = {path.name: path for path in inside if (path / FILE).is_file()}
    if not found:
        raise InputRefused(
            [
                Finding(
                    code="root.empty",
                    place=str(root),
                    found="there is no workspace here",
                    expected="a workspace, or a folder of workspaces",
                    remedy="make one with `wattstone init {root}`",
                    params={"root": root},
                )
            ]
        )
    return found


def server_of(root: Path, *, upgrade: bool = False) -> "ServerRecords | None":
    """The records of the server that serves a folder; None where it was never served.

    Raises
    ------
    InputRefused
        If they are older or newer than this program.
    """
    from wattstone.interfaces.store.server import ServerRecords

    try:
        return ServerRecords.at(root, upgrade=upgrade)
    except InputRefused as refusal:
        if {one.code for one in refusal.findings} <= {"records.missing", "records.empty"}:
            return None
        raise


def upgrade_root(root: Path) -> dict[str, str]:
    """Bring the records of all workspaces, and the server's, up to date; what they hold stays.

    Returns
    -------
    dict of str to str
        The newest migration of each, by the organisation's id; the server's by ``""``.
    """
    from wattstone.interfaces.store.migrating import SERVER, WORKSPACE
    from wattstone.interfaces.store.workspace import open_workspace

    done: dict[str, str] = {}
    for name, path in workspaces_of(root).items():
        open_workspace(path, upgrade=True).close()
        done[name] = WORKSPACE.newest
    if (server := server_of(root, upgrade=True)) is not None:
        server.close()
        done[""] = SERVER.newest
    return done


def note_in(root: Path, what: str, *, who: str, details: Mapping[str, Any]) -> None:
    """Write a line into the audit log of the server, or, where there is none, into that of every workspace.

    Records that are older than this program are passed over: nothing can be written to them.
    """
    from wattstone.interfaces.store.workspace import open_workspace

    try:
        if (server := server_of(root)) is not None:
            with server:
                server.audit.note(what, who=who, details=details)
            return
        for path in workspaces_of(root).values():
            held = open_workspace(path)
            held.records.note(what, who=who, details=details)
            held.close()
    except InputRefused as refusal:
        if {one.code for one in refusal.findings} != {"records.older"}:
            raise
