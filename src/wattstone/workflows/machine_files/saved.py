"""A text kept in place of the one that is there, as long as nobody has changed that meanwhile."""

from wattstone.base import Finding, InputRefused
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.machine_files.checked import checked
from wattstone.workflows.machine_files.kept import FileKind, KeptFile, kept_path, read_kept, site_of
from wattstone.workflows.machine_files.refusals import meanwhile
from wattstone.workflows.whole_files import written_whole
from wattstone.workflows.workspace import Workspace

__all__ = ["save"]


def save(
    workspace: Workspace, kind: FileKind, name: str, text: str, *, was: str | None = None, who: str = "user"
) -> tuple[Finding, ...]:
    """Keep a text in place of the one that is there.

    Parameters
    ----------
    workspace : Workspace
        Where.
    kind, name : str
        What it is, and what it is called.
    text : str
        TOML.
    was : str or None
        Mark of the text that this one was made from; None: there was none.
    who : str
        For the audit log.

    Returns
    -------
    tuple of Finding
        Warnings.

    Raises
    ------
    InputRefused
        With every finding; or because somebody has changed the file meanwhile. Nothing is changed then.
    Forbidden
        If whoever works in the workspace may not declare at the site that the file is of, or was of.
    """
    text = text.replace("\r\n", "\n").rstrip() + "\n"
    path = kept_path(workspace, kind, name)
    new = KeptFile(kind=kind, name=name, path=path, site=site_of(kind, name, text), text=text)
    require(workspace.actor, Act.DECLARE, new.site or EVERYWHERE)
    found = checked(workspace, kind, name, text)
    if any(one.severity == "error" for one in found):
        raise InputRefused(found)
    with workspace.lock():
        old = read_kept(kind, path) if path.is_file() else None
        if old is not None:
            require(workspace.actor, Act.DECLARE, old.site or EVERYWHERE)
        if (None if old is None else old.mark) != was and (old is None or old.text != text):
            raise InputRefused([meanwhile(path.name)])
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as partial:
            partial.write_bytes(text.encode())
        workspace.records.note(f"{kind} file", who=who, details={"name": name, "mark": new.mark, "was": was})
    return found
