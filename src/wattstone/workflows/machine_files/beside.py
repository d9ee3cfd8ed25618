"""Logs and tariffs that lie beside the files."""

from pathlib import Path

from wattstone.base import InputRefused
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.machine_files.kept import FOLDERS, NAME, FileKind, is_one, read_kept
from wattstone.workflows.machine_files.named import reached
from wattstone.workflows.machine_files.refusals import bad_name, nothing_beside, written_by_hand
from wattstone.workflows.whole_files import written_whole
from wattstone.workflows.workspace import Workspace

__all__ = ["add_beside", "beside", "remove_beside"]

_ENDINGS = (".csv", ".parquet", ".toml")


def beside(workspace: Workspace, kind: FileKind) -> tuple[tuple[str, int], ...]:
    """Names and sizes in bytes of the logs and tariffs that lie beside the files of a kind.

    Who was given some sites alone is told of those that the files of these sites name.
    """
    folder = workspace.root / FOLDERS[kind]
    held = [one for one in sorted(folder.glob("*")) if _lies_beside(kind, one)]
    if not workspace.actor.scope.whole:
        named = reached(workspace)
        held = [one for one in held if one.resolve() in named]
    return tuple((one.name, one.stat().st_size) for one in held)


def add_beside(workspace: Workspace, kind: FileKind, name: str, source: Path, *, who: str = "user") -> None:
    """Put a log or a tariff beside the files of a kind, in place of one of its name.

    Parameters
    ----------
    workspace : Workspace
        Where.
    kind : str
        Beside which files.
    name : str
        Of the file: letters, digits, spaces, dots and dashes; .csv, .parquet or .toml.
    source : pathlib.Path
        Its content.
    who : str
        For the audit log.

    Raises
    ------
    InputRefused
        If the name cannot be one of such a file, or is that of a file that is written as text.
    """
    require(workspace.actor, Act.DECLARE, EVERYWHERE)
    folder = workspace.root / FOLDERS[kind]
    if NAME.fullmatch(name) is None or Path(name).suffix not in _ENDINGS:
        raise InputRefused([bad_name(name)])
    path = folder / name
    if path.suffix == ".toml" and path.is_file() and is_one(read_kept(kind, path)):
        raise InputRefused([written_by_hand(name)])
    with workspace.lock():
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as partial:
            partial.write_bytes(source.read_bytes())
        workspace.records.note(f"{kind} data", who=who, details={"name": name, "bytes": source.stat().st_size})


def remove_beside(workspace: Workspace, kind: FileKind, name: str, *, who: str = "user") -> None:
    """Remove a log or a tariff that lies beside the files of a kind.

    Raises
    ------
    InputRefused
        If there is none of that name; a text that people write is not removed.
    Forbidden
        If whoever works in the workspace may not declare everywhere.
    """
    require(workspace.actor, Act.DECLARE, EVERYWHERE)
    path = workspace.root / FOLDERS[kind] / name
    with workspace.lock():
        if NAME.fullmatch(name) is None or not _lies_beside(kind, path):
            raise InputRefused([nothing_beside(name)])
        path.unlink()
        workspace.records.note(f"remove {kind} data", who=who, details={"name": name})


def _lies_beside(kind: FileKind, path: Path) -> bool:
    """Whether it is a log or a tariff, and not a text of the kind."""
    if not path.is_file() or path.name.startswith(".") or path.suffix not in _ENDINGS:
        return False
    return path.suffix != ".toml" or not is_one(read_kept(kind, path))
