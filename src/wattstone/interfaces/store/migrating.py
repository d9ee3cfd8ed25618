"""Bringing records up to date: which migrations there are, which were run, and what to say where they do not fit."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wattstone.base import Finding, InputRefused

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from wattstone.interfaces.store.database import Database

__all__ = ["SERVER", "WORKSPACE", "Line", "bring_up_to_date"]

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Line:
    """A line of migrations.

    Parameters
    ----------
    module : str
        Holds `metadata` and `REVISION`.
    versions : Path
        Folder of its migrations.
    """

    module: str
    versions: Path

    @property
    def newest(self) -> str:
        """The migration that its tables belong to."""
        from importlib import import_module

        return import_module(self.module).REVISION

    @property
    def metadata(self) -> "MetaData":
        """Its tables."""
        from importlib import import_module

        return import_module(self.module).metadata


WORKSPACE = Line("wattstone.interfaces.store.tables", _HERE / "migrations" / "versions")
SERVER = Line("wattstone.interfaces.store.server.tables", _HERE / "server" / "migrations")


def bring_up_to_date(database: "Database", line: Line, *, create: bool, upgrade: bool) -> None:
    """Check that records fit this program, and run the migrations that are missing where that is asked for.

    Parameters
    ----------
    database : Database
        Just opened.
    line : Line
        What it has to hold.
    create : bool
        Make the tables where there are none, and run what is missing.
    upgrade : bool
        Run what is missing where there are tables.

    Raises
    ------
    InputRefused
        If the records are empty, older or newer; nothing was changed.
    """
    found = database.revision()
    if found == line.newest:
        return
    if found is not None and found > line.newest:
        raise InputRefused([_newer(database.place)])
    if create or (upgrade and found is not None):
        migrate(database, line)
        return
    raise InputRefused([_older(database.place) if found else _empty(database.place)])


def migrate(database: "Database", line: Line, *, revision: str = "head", undo: bool = False) -> None:
    """Run the migrations of a line up to a revision, in one transaction; or undo those after it."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    for option, folder in (("script_location", _HERE / "migrations"), ("version_locations", line.versions)):
        config.set_main_option(option, str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    with database.migrating() as connection:
        config.attributes["connection"] = connection
        config.attributes["metadata"] = line.metadata
        (command.downgrade if undo else command.upgrade)(config, revision)


def _newer(place: str) -> Finding:
    return Finding(
        code="records.newer",
        place=place,
        found="the records were written by a newer Wattstone",
        expected="records of this version or an older one",
        remedy="install the newer version: pip install --upgrade wattstone",
    )


def _older(place: str) -> Finding:
    return Finding(
        code="records.older",
        place=place,
        found="the records were written by an older Wattstone",
        expected="records of this version",
        remedy="bring them up to date with `wattstone upgrade ROOT`, which keeps what they hold",
    )


def _empty(place: str) -> Finding:
    return Finding(
        code="records.empty",
        place=place,
        found="the database holds no records yet",
        expected="the records of a workspace",
        remedy="make them with `wattstone init WORKSPACE`; those that stand elsewhere move here by "
        "`wattstone backup` and `wattstone restore`",
    )
