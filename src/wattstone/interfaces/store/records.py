"""The records of a workspace: organisation, sites, spaces, meters, measures, tariffs, mappings and the like, audit."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from wattstone.interfaces.store.audit_log import AuditLog
from wattstone.interfaces.store.contracts import Contracts
from wattstone.interfaces.store.database import Database, open_database
from wattstone.interfaces.store.decisions import Decisions
from wattstone.interfaces.store.estate import Estate
from wattstone.interfaces.store.kept import Kept, count_changes
from wattstone.interfaces.store.migrating import WORKSPACE, bring_up_to_date
from wattstone.interfaces.store.programme import ProgrammeEntries
from wattstone.interfaces.store.releases import Releases
from wattstone.interfaces.store.restatements import Restatements

__all__ = ["Accepted", "MappingFile", "Records"]


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A factor of lesser confidence that somebody accepted, with the reason that its figures show."""

    factor_id: str
    reason: str
    who: str
    when: datetime


@dataclass(frozen=True, kw_only=True)
class MappingFile:
    """How the columns of a source are read: the text of a mapping file, and what it was made for."""

    name: str
    toml: str
    source: str


class Records(Estate, Decisions, Contracts, Releases, Restatements, ProgrammeEntries, Kept, AuditLog):
    """The records of one workspace. Use `Records.open`; as a context manager it closes itself.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from wattstone.portfolio import Meter, Site
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Records.open(pathlib.Path(folder.name) / "records.db", create=True) as records:
    ...     records.declare([Site(id="HQ")], [Meter(id="main", site_id="HQ", kind="electricity", unit="kWh")])
    {'main': 1}
    >>> folder.cleanup()
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        database.after_change = count_changes

    @classmethod
    def open(
        cls,
        address: Path | str,
        *,
        create: bool = False,
        upgrade: bool = False,
        schema: str | None = None,
        shared: bool = False,
    ) -> Self:
        """Open the records, and bring them up to date where that is asked for.

        Parameters
        ----------
        address : Path or str
            A file (`records.db`), or `postgresql+psycopg://user@host/database` without a password, which comes from
            the environment (`PGPASSWORD`) or `~/.pgpass`.
        create : bool
            Make the database's tables if there are none, and run the migrations that are missing.
        upgrade : bool
            Run the migrations that are missing, in a database that has tables.
        schema : str or None
            Of a PostgreSQL database that holds several workspaces.
        shared : bool
            Many threads will ask: keep connections open.

        Returns
        -------
        Records

        Raises
        ------
        InputRefused
            If there are no records, or they are older or newer than this program; each with its remedy.
        Unavailable
            If the database cannot be reached.
        """
        database = open_database(address, create=create, schema=schema, shared=shared)
        try:
            bring_up_to_date(database, WORKSPACE, create=create, upgrade=upgrade)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def exceptions(self) -> tuple[Accepted, ...]:
        """Factors that were accepted although their confidence does not ship, by factor id."""
        rows = self._select("exceptions", order="factor_id")
        return tuple(
            Accepted(factor_id=row["factor_id"], reason=row["reason"], who=row["who"], when=row["accepted_at"])
            for row in rows
        )

    def accept_exception(self, factor_id: str, *, reason: str, who: str, when: datetime | None = None) -> None:
        """Accept a factor; the reason travels with every figure made from it."""
        row = {"factor_id": factor_id, "reason": reason, "who": who, "accepted_at": _naive_utc(when)}
        self._put("exceptions", row, key="factor_id")

    def tariffs(self) -> dict[str, str]:
        """The text of each tariff (TOML) by its id."""
        return {row["id"]: row["toml"] for row in self._select("tariffs", order="id")}

    def put_tariff(self, tariff_id: str, toml: str) -> None:
        """Keep a tariff, in place of the one of that id."""
        self._put("tariffs", {"id": tariff_id, "toml": toml}, key="id")

    def mappings(self) -> tuple[MappingFile, ...]:
        """All mapping files, by name."""
        return tuple(MappingFile(**row) for row in self._select("mappings", order="name"))

    def mapping(self, name: str) -> MappingFile | None:
        """The mapping file of that name."""
        return next((mapping for mapping in self.mappings() if mapping.name == name), None)

    def put_mapping(self, name: str, toml: str, *, source: str) -> None:
        """Keep a mapping file, in place of the one of that name."""
        self._put("mappings", {"name": name, "toml": toml, "source": source}, key="name")

    def settings(self) -> dict[str, Any]:
        """All settings by key."""
        return {row["key"]: row["value"] for row in self._select("settings", order="key")}

    def setting(self, key: str, default: Any = None) -> Any:
        """A setting (a JSON value), or `default` where there is none."""
        return self.settings().get(key, default)

    def put_setting(self, key: str, value: Any) -> None:
        """Keep a setting: any JSON value but null."""
        self._put("settings", {"key": key, "value": value}, key="key")


def _naive_utc(when: datetime | None) -> datetime:
    if when is None:
        when = datetime.now(UTC)
    return when.replace(tzinfo=None) if when.tzinfo is None else when.astimezone(UTC).replace(tzinfo=None)
