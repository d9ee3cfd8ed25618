"""`wattstone.toml`: where the lake and the records of a workspace are. Nothing secret stands in it."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from wattstone.base import Finding, InputRefused

FILE = "wattstone.toml"
FORM = 1


@dataclass(frozen=True)
class Config:
    """Addresses of a workspace.

    Parameters
    ----------
    lake : str
        A folder relative to the workspace, or an object-store URL.
    records : str
        A file relative to the workspace, or `postgresql+psycopg://user@host/database`.
    """

    lake: str = "lake"
    records: str = "records.db"

    def text(self) -> str:
        """The file's content."""
        return (
            "# A Wattstone workspace. Sites, meters and the organisation stand in the records, readings in the lake.\n"
            f'form = {FORM}\nlake = "{self.lake}"\nrecords = "{self.records}"\n'
        )


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
    return Config(
        lake=os.environ.get("WATTSTONE_LAKE") or str(table.get("lake", "lake")),
        records=os.environ.get("WATTSTONE_RECORDS") or str(table.get("records", "records.db")),
    )


def _unusable(path: Path, why: str) -> Finding:
    return Finding(
        code="workspace.config",
        place=str(path),
        found="the file cannot be used: {why}",
        params={"why": why},
        expected="TOML with form = {form}, lake and records".replace("{form}", str(FORM)),
        remedy="restore the file as `wattstone init` wrote it",
    )
