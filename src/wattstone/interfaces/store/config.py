"""`wattstone.toml`: where the lake and the records of a workspace are. Nothing secret stands in it."""

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from wattstone.base import Finding, InputRefused

FILE = "wattstone.toml"
FORM = 1
TENANT = re.compile(r"[a-z0-9][a-z0-9_-]{0,47}")
"""What an organisation may be called in a database that holds several."""

SERVED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What an organisation may be called where it is served: it stands in addresses."""


@dataclass(frozen=True)
class Config:
    """Addresses of a workspace.

    Parameters
    ----------
    lake : str
        A folder relative to the workspace, or an object-store URL.
    records : str
        A file relative to the workspace, or `postgresql+psycopg://user@host/database`.
    tenant : str or None
        The organisation's name in a PostgreSQL database that holds several, each in a schema of its own; the tables
        stand in the schema that the database's user finds first where None.
    id : str or None
        As what the organisation is served where this workspace is served by itself; the folder's name where None.
        Roles and jobs in the records of a server name it, so that it stays when the folder is called otherwise.
    """

    lake: str = "lake"
    records: str = "records.db"
    tenant: str | None = None
    id: str | None = None

    @property
    def schema(self) -> str | None:
        """The schema of the records in PostgreSQL."""
        return None if self.tenant is None else f"tenant_{self.tenant}"

    def text(self) -> str:
        """The file's content."""
        names = {"tenant": self.tenant, "id": self.id}
        return (
            "# A Wattstone workspace. Sites, meters and the organisation stand in the records, readings in the lake.\n"
            f'form = {FORM}\nlake = "{self.lake}"\nrecords = "{self.records}"\n'
        ) + "".join(f'{key} = "{one}"\n' for key, one in names.items() if one is not None)


def read_config(root: Path) -> Config:
    """Read the configuration of a workspace; `WATTSTONE_LAKE` and `WATTSTONE_RECORDS` come before the file.

    Raises
    ------
    InputRefused
        If the folder is not a workspace, or the file cannot be used.
    """
    path = root / FILE
    if not path.is_file():
        raise InputRefused(
            [
                Finding(
                    code="workspace.missing",
                    place=str(root),
                    found="this is not a workspace: it has no wattstone.toml",
                    expected="a folder made by `wattstone init`",
                    remedy="make one with `wattstone init {root}`",
                    params={"root": root},
                )
            ]
        )
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputRefused([_unusable(path, str(error))]) from error
    if table.get("form") != FORM:
        raise InputRefused([_unusable(path, f"form is {table.get('form')!r}")])
    tenant = table.get("tenant")
    if tenant is not None and not (isinstance(tenant, str) and TENANT.fullmatch(tenant)):
        raise InputRefused([_unusable(path, f"tenant is {tenant!r}")])
    served = table.get("id")
    if served is not None and not (isinstance(served, str) and SERVED.fullmatch(served)):
        raise InputRefused([_unusable(path, f"id is {served!r}")])
    shared = os.environ.get("WATTSTONE_LAKE")
    if shared and tenant:  # organisations share the store of objects, never a lake
        shared = f"{shared.rstrip('/')}/{tenant}"
    return Config(
        lake=shared or str(table.get("lake", "lake")),
        records=os.environ.get("WATTSTONE_RECORDS") or str(table.get("records", "records.db")),
        tenant=tenant,
        id=served,
    )


def served_as(name: str) -> str:
    """As what an organisation is served that has no id of its own: its folder's name, as far as addresses take it.

    Examples
    --------
    >>> [served_as(name) for name in ("acme", "Acme Ltd", "...")]
    ['acme', 'Acme-Ltd', 'main']
    """
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")[:64] or "main"


def _unusable(path: Path, why: str) -> Finding:
    return Finding(
        code="workspace.config",
        place=str(path),
        found="the file cannot be used: {why}",
        params={"why": why},
        expected="TOML with form = {form}, lake and records".replace("{form}", str(FORM)),
        remedy="restore the file as `wattstone init` wrote it",
    )
