"""Files that were made for one person to fetch: a folder each in the workspace, with a name that cannot be guessed."""

import json
import re
import secrets
import shutil
import time
from pathlib import Path

from wattstone.workflows.access.policy import Act, Principal, Scope

__all__ = ["fetched", "new_file", "tidy"]

_FOLDER, _OWNER = Path("reports") / "takeaways", ".owner.json"
_KEPT = 2 * 24 * 3600.0  # s that a file waits to be fetched
_NAME = re.compile(r"[0-9a-f]{32}")


def new_file(root: Path, owner: Principal, name: str, *, personal: bool = False) -> tuple[Path, str]:
    """Where a file goes, and its address; what nobody fetched for two days is removed on the way.

    Parameters
    ----------
    root : pathlib.Path
        Of the workspace.
    owner : Principal
        The person or key that may fetch it, as long as they may see as much as now.
    name : str
        Of the file, made here and not by a person.
    personal : bool
        Whether it holds readings of dwellings or drivers by less than the day.
    """
    tidy(root)
    address = secrets.token_hex(16)
    folder = root / _FOLDER / address
    folder.mkdir(parents=True, mode=0o700)
    scope = owner.scope
    sites = None if scope.sites is None else sorted(scope.sites)
    said = {"owner": owner.id, "sites": sites, "spaces": sorted(scope.spaces), "personal": personal}
    (folder / _OWNER).write_text(json.dumps(said), encoding="utf-8")
    return folder / name, address


def fetched(root: Path, address: str, owner: Principal) -> Path | None:
    """The file of an address; None where there is none, where it is somebody else's, or holds more than one may see."""
    folder = root / _FOLDER / address
    if _NAME.fullmatch(address) is None or not (folder / _OWNER).is_file():
        return None
    said = json.loads((folder / _OWNER).read_text(encoding="utf-8"))
    made = Scope(None if said.get("sites") is None else frozenset(said["sites"]), frozenset(said.get("spaces", ())))
    if said["owner"] != owner.id or not made.within(owner.scope):
        return None
    if said.get("personal") and not owner.may(Act.READ_PERSONAL):
        return None
    return next((one for one in sorted(folder.iterdir()) if one.is_file() and not one.name.startswith(".")), None)


def tidy(root: Path, *, kept: float = _KEPT) -> int:
    """Remove files that nobody fetched; return how many."""
    folder = root / _FOLDER
    old = [one for one in folder.iterdir() if time.time() - one.stat().st_mtime > kept] if folder.is_dir() else []
    for one in old:
        shutil.rmtree(one, ignore_errors=True)
    return len(old)
