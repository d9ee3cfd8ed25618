"""How tables are read, as files that a person can see and change: `mappings/NAME.toml` in the workspace.

The records hold the same text, so that a workspace whose folder was lost can be read again.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from wattstone.base import InputRefused
from wattstone.workflows.whole_files import written_whole
from wattstone.workflows.workspace import Workspace


def mapping_file(workspace: Workspace, name: str) -> Path:
    """Where the mapping of a file of that name is kept."""
    return workspace.root / "mappings" / f"{name}.toml"


def kept_mapping(workspace: Workspace, name: str) -> str | None:
    """The mapping that the next file of that name is read by; None where none was read yet.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    name : str
        Of the table: `readings.csv`.
    """
    path = mapping_file(workspace, name)
    if path.is_file():
        return path.read_text(encoding="utf-8-sig", errors="replace")
    if path.parent.is_dir():
        return None  # somebody deleted it, so that the table is detected again
    held = workspace.records.mapping(name)
    return None if held is None else held.toml


def known_places(workspace: Workspace) -> Callable[[str, str], bool]:
    """Says whether a site, or else a meter, is declared already; the sites are looked up once, when first asked."""
    sites = cache(lambda: frozenset(site.id for site in workspace.records.sites()))
    return lambda site, meter: site in sites() or workspace.records.meter_key(meter) is not None


def keep_mapping(workspace: Workspace, name: str, text: str, *, source: str) -> None:
    """Keep a mapping, in the records and as a file that is there whole or not at all.

    A file that says the same is left as a person wrote it, comments and all. One that says something else was made for
    another table of that name: it stays beside the new one as `NAME.previous.toml`.

    Parameters
    ----------
    workspace : Workspace
        Where.
    name : str
        Of the table.
    text : str
        The mapping file.
    source : str
        Key of the table.
    """
    workspace.records.put_mapping(name, text, source=source)
    path = mapping_file(workspace, name)
    if path.is_file():
        if _same(path, text):
            return
        path.replace(path.with_name(f"{name}.previous.toml"))
    path.parent.mkdir(exist_ok=True)
    with written_whole(path) as partial:
        partial.write_text(text, encoding="utf-8")


def _same(path: Path, text: str) -> bool:
    from wattstone.readings.tabular import Mapping

    try:
        return Mapping.from_toml(path.read_text(encoding="utf-8-sig", errors="replace")) == Mapping.from_toml(text)
    except InputRefused:
        return False
