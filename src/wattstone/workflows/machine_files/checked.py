"""What is wrong or doubtful in a text, before it is kept."""

import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from wattstone.base import Finding, InputRefused
from wattstone.workflows.machine_files.kept import FOLDERS, FileKind, kept_path
from wattstone.workflows.machine_files.named import named, reached
from wattstone.workflows.machine_files.refusals import no_toml, outside, too_long
from wattstone.workflows.toml_lines import placed
from wattstone.workflows.workspace import Workspace

__all__ = ["checked"]

_LARGEST = 2**20  # bytes of a text that people write


def checked(workspace: Workspace, kind: FileKind, name: str, text: str) -> tuple[Finding, ...]:
    """Everything that is wrong or doubtful in a text, each with its line, as if it were kept; nothing is changed."""
    path = kept_path(workspace, kind, name)
    if len(text.encode()) > _LARGEST:
        return (too_long(path.name),)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return (placed(no_toml(path.name, str(error)), text),)
    strange = tuple(_outside(workspace, path, data))
    if strange:
        return tuple(placed(one, text) for one in strange)
    try:
        with tempfile.TemporaryDirectory(prefix="check-", dir=workspace.scratch) as folder:
            found = tuple(_tried(workspace, Path(folder), kind, name, text))
    except InputRefused as refused:
        found = refused.findings
    return tuple(placed(one, text) for one in found)


def _tried(workspace: Workspace, folder: Path, kind: FileKind, name: str, text: str) -> Iterator[Finding]:
    """What reading the text finds, in a workspace that has it and is otherwise the same."""
    home = folder / FOLDERS[kind]
    for one in workspace.root.iterdir():
        if one.name != Path(FOLDERS[kind]).parts[0] and not one.name.startswith("."):
            (folder / one.name).symlink_to(one)
    home.mkdir(parents=True)
    own = workspace.root / FOLDERS[kind]
    for one in own.iterdir() if own.is_dir() else ():
        if one.name != f"{name}.toml" and one.is_file():
            (home / one.name).symlink_to(one)
    (home / f"{name}.toml").write_text(text, encoding="utf-8")
    behind = None if workspace.behind is None else replace(workspace.behind, root=folder)
    yield from _opened(replace(workspace, root=folder, behind=behind), kind, name, home / f"{name}.toml")


def _opened(workspace: Workspace, kind: FileKind, name: str, path: Path) -> tuple[Finding, ...]:
    if kind == "site":
        from wattstone.workflows.dispatch.site import open_site

        return open_site(workspace, name).findings
    if kind == "sizes":
        from wattstone.dispatch.sizing_file import read_sizing

        read_sizing(path)
        return ()
    if kind == "plant":
        from wattstone.workflows.plant.read import read_plant

        return read_plant(path, workspace).findings
    from wattstone.workflows.air.assess import read_station

    return read_station(path, workspace).findings


def _outside(workspace: Workspace, path: Path, data: Any) -> Iterator[Finding]:
    """Files that are named and lie outside the folders of such files: a text from a browser reads nothing else."""
    homes = [(workspace.root / one).resolve() for one in ("sites", "plants", "stations")]
    seen = None if workspace.actor.scope.whole else reached(workspace)
    for where, name in named(data):
        target = (path.parent / name).resolve()
        inside = any(target.is_relative_to(home) for home in homes)
        if not inside or (seen is not None and target not in seen):
            yield outside(f"{path.name}, {where}", name)
