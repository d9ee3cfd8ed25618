"""The records of a workspace: organisation, sites, spaces, meters, measures, tariffs, mappings and the like, audit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.store.database import Database, open_database
from wattstone.interfaces.store.declarations import (
    Declared,
    Merged,
    columns_of,
    lay_over,
    to_row,
    unknown_sites,
)
from wattstone.portfolio import Meter, Organisation, Site, Space

if TYPE_CHECKING:
    import polars as pl
    from sqlalchemy import Connection, Table

    from wattstone.portfolio.measures import Measure

Model = TypeVar("Model", Site, Space, Meter)

__all__ = ["Accepted", "AuditEntry", "MappingFile", "Records"]

FEW = 500  # up to here rows are asked for by id; above, reading the whole table is faster


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


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """Who did what, when (naive UTC)."""

    when: datetime
    who: str
    what: str
    details: Mapping[str, Any]


class Records:
    """The records of one workspace. Use `Records.open`; as a context manager it closes itself.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Records.open(pathlib.Path(folder.name) / "records.db", create=True) as records:
    ...     records.declare([Site(id="HQ")], [Meter(id="main", site_id="HQ", kind="electricity", unit="kWh")])
    {'main': 1}
    >>> folder.cleanup()
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, address: Path | str, *, create: bool = False, upgrade: bool = False) -> Self:
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

        Returns
        -------
        Records

        Raises
        ------
        InputRefused
            If there are no records, or they are older or newer than this program; each with its remedy.
        WattstoneError
            If the database cannot be reached.
        """
        database = open_database(address, create=create)
        try:
            _check(database, create=create, upgrade=upgrade)
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

    def organisation(self) -> Organisation:
        """The organisation, or one with every default where nothing was said yet."""
        rows = self._select("organisation")
        return Organisation.model_validate({k: v for k, v in rows[0].items() if k != "id"}) if rows else Organisation()

    def set_organisation(self, organisation: Organisation) -> None:
        """Keep the organisation in place of the one that is there."""
        row = {"id": 1, **to_row(organisation), "languages": list(organisation.languages)}
        self._put("organisation", row, key="id")

    def sites(self) -> tuple[Site, ...]:
        """All sites, by id."""
        return self._models(Site, "sites", order="id")

    def spaces(self) -> tuple[Space, ...]:
        """All spaces, by id."""
        return self._models(Space, "spaces", order="id")

    def meters(self) -> tuple[Meter, ...]:
        """All meters, in the order in which they were declared."""
        return self._models(Meter, "meters", order="key")

    def meter_table(self) -> "pl.DataFrame":
        """All meters as a table: `key` and a column for each field of `Meter`, in the order of the keys."""
        from wattstone.interfaces.store.meter_rows import meter_rows

        with self._database.reading() as connection:
            return meter_rows(connection)

    def meter_keys(self) -> dict[str, int]:
        """The key by which the lake knows each meter, by meter id, in the order of the keys."""
        from wattstone.interfaces.store.tables import meters

        query = _query(meters.c.meter_id, meters.c.key).order_by(meters.c.key)
        with self._database.reading() as connection:
            return dict(tuple(row) for row in connection.execute(query).all())

    def meter_key(self, meter_id: str) -> int | None:
        """The key by which the lake knows a meter; None where nobody declared it."""
        from wattstone.interfaces.store.tables import meters

        query = _query(meters.c.key).where(meters.c.meter_id == meter_id)
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one_or_none()

    def declare(
        self,
        sites: Sequence[Site],
        meters: Sequence[Meter],
        spaces: Sequence[Space] = (),
        *,
        sites_by: Declared = "table",
        keys: Mapping[str, int] | None = None,
    ) -> dict[str, int]:
        """Declare sites, spaces and meters in one transaction: all of them or, if anything is refused, none.

        What is new is inserted. What is there is updated by what is said and not null, where the one who says it has
        at least the rank of the one who said it before: user, then table, then readings; a lower voice only fills in
        what was null. Saying the same again changes nothing, not even the file.

        Parameters
        ----------
        sites, meters, spaces : sequence
            A meter's own `declared` says who declares it.
        sites_by : {'table', 'readings', 'user'}
            Who declares the sites and spaces.
        keys : mapping or None
            Keys of new meters, where rows that name them are already written; the next free ones otherwise.

        Returns
        -------
        dict of str to int
            The key of each declared meter. A key is assigned once and never used again.

        Raises
        ------
        InputRefused
            If a meter or space stands at a site that nobody declared, or one meter id at two sites.
        """
        with self._database.writing(alone=True) as connection:
            named = {record.site_id for record in (*meters, *spaces)}
            known = _known(connection, "sites", named | {site.id for site in sites})
            findings = unknown_sites((*meters, *spaces), (*known, *(site.id for site in sites)))
            merged = [
                ("sites", "id", lay_over(sites, stored=known, by=sites_by)),
                ("spaces", "id", _overlay(connection, "spaces", spaces, sites_by)),
                ("meters", "meter_id", _overlay(connection, "meters", meters, None)),
            ]
            findings += [finding for _, _, changes in merged for finding in changes.findings]
            if findings:
                raise InputRefused(findings)
            _number(connection, merged[2][2].new, keys or {})
            for table, id_column, changes in merged:
                _write(connection, table, id_column, changes)
            return _keys(connection, [meter.id for meter in meters])

    def measures(self) -> "tuple[Measure, ...]":
        """All measures, by id."""
        from wattstone.portfolio.measures import Measure

        return tuple(Measure.model_validate(row) for row in self._select("measures", order="id"))

    def declare_measures(self, measures: "Sequence[Measure]", *, removed: Iterable[str] = ()) -> None:
        """Keep measures in place of those of the same id, and remove others, in one transaction.

        Parameters
        ----------
        measures : sequence of Measure
            Whole, and checked against each other and the meters.
        removed : iterable of str
            Ids.

        Raises
        ------
        InputRefused
            If a measure stands at a site that nobody declared; nothing is changed then.
        """
        table = _table("measures")
        with self._database.writing(alone=True) as connection:
            if findings := unknown_sites(measures, _known(connection, "sites", {one.site_id for one in measures})):
                raise InputRefused(findings)
            stored = _known(connection, "measures", [one.id for one in measures])
            for row in (one.model_dump(mode="json") for one in measures):
                if row["id"] not in stored:
                    connection.execute(table.insert(), row)
                elif row != stored[row["id"]]:
                    connection.execute(table.update().where(table.c.id == row["id"]), row)
            for name in removed:
                connection.execute(table.delete().where(table.c.id == name))

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

    def note(
        self, what: str, *, who: str, when: datetime | None = None, details: Mapping[str, Any] | None = None
    ) -> None:
        """Write a line of the audit log. Lines are never changed.

        Parameters
        ----------
        what : str
            `ingest`, `accept exception`: what was done.
        who : str
            Name of the account.
        when : datetime or None
            With a zone, or naive UTC; now by default.
        details : mapping or None
            JSON values.
        """
        from wattstone.interfaces.store.tables import audit

        with self._database.writing() as connection:
            row = {"at": _naive_utc(when), "who": who, "what": what, "details": dict(details or {})}
            connection.execute(audit.insert(), row)

    def audit(self, *, last: int | None = None) -> Iterator[AuditEntry]:
        """The audit log, newest first.

        Parameters
        ----------
        last : int or None
            How many lines; all by default.
        """
        from wattstone.interfaces.store.tables import audit

        query = audit.select().order_by(audit.c.number.desc()).limit(last)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        for row in rows:
            yield AuditEntry(when=row["at"], who=row["who"], what=row["what"], details=row["details"])

    def _select(self, name: str, *, order: str | None = None) -> list[dict[str, Any]]:
        table = _table(name)
        query = table.select() if order is None else table.select().order_by(table.c[order])
        with self._database.reading() as connection:
            result = connection.execute(query)
            names = tuple(result.keys())
            return [dict(zip(names, row, strict=True)) for row in result.all()]

    def _models(self, model: type[Model], name: str, *, order: str) -> tuple[Model, ...]:
        """All rows of a table as models; a large estate has tens of thousands of them."""
        table, columns = _table(name), columns_of(model)
        query = _query(*(table.c[column] for _, column in columns)).order_by(table.c[order])
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        fields = [field for field, _ in columns]
        return tuple(model.model_validate(dict(zip(fields, row, strict=True))) for row in rows)

    def _put(self, name: str, row: Mapping[str, Any], *, key: str) -> None:
        table = _table(name)
        with self._database.writing(alone=True) as connection:
            stored = connection.execute(table.select().where(table.c[key] == row[key])).mappings().first()
            if stored is None:
                connection.execute(table.insert(), row)
            elif dict(stored) != row:
                connection.execute(table.update().where(table.c[key] == row[key]), row)


def _check(database: Database, *, create: bool, upgrade: bool) -> None:
    from wattstone.interfaces.store.tables import REVISION

    found = database.revision()
    if found == REVISION:
        return
    if found is not None and found > REVISION:
        raise InputRefused([_newer(database.place)])
    if create or (upgrade and found is not None):
        database.migrate()
        return
    raise InputRefused([_older(database.place) if found else _empty(database.place)])


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
        remedy="bring them up to date with `wattstone init WORKSPACE`, which keeps what they hold",
    )


def _empty(place: str) -> Finding:
    return Finding(
        code="records.empty",
        place=place,
        found="the database holds no records yet",
        expected="the records of a workspace",
        remedy="make them with `wattstone init WORKSPACE`",
    )


def _table(name: str) -> "Table":
    from wattstone.interfaces.store.tables import metadata

    return metadata.tables[name]


def _query(*columns: Any) -> Any:
    from sqlalchemy import select

    return select(*columns)


def _known(connection: "Connection", name: str, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Rows of these ids by id; without the key, which no declaration changes."""
    table, wanted = _table(name), set(ids)
    id_column = table.c["meter_id" if name == "meters" else "id"]
    columns = [column for column in table.c if column.name != "key"]
    query = _query(*columns)
    if len(wanted) <= FEW:
        query = query.where(id_column.in_(wanted))
    rows = (dict(row) for row in connection.execute(query).mappings())
    return {row[id_column.name]: row for row in rows if row[id_column.name] in wanted}


def _overlay(
    connection: "Connection", name: str, records: Sequence[Space] | Sequence[Meter], by: Declared | None
) -> Merged:
    return lay_over(records, stored=_known(connection, name, (record.id for record in records)), by=by)


def _number(connection: "Connection", new: list[dict[str, Any]], keys: Mapping[str, int]) -> None:
    """Give new meters their keys, the next free ones in order; meters are never deleted, so none is given twice."""
    from sqlalchemy import func

    if not new:
        return
    last = connection.execute(_query(func.max(_table("meters").c.key))).scalar() or 0
    for number, row in enumerate(new, start=last + 1):
        row["key"] = keys.get(row["meter_id"], number)


def _write(connection: "Connection", name: str, id_column: str, changes: Merged) -> None:
    from sqlalchemy import bindparam

    table = _table(name)
    if changes.new:
        connection.execute(table.insert(), changes.new)
    if changes.changed:
        statement = table.update().where(table.c[id_column] == bindparam("_id"))
        rows = [
            {("_id" if name == id_column else name): value for name, value in row.items()} for row in changes.changed
        ]
        connection.execute(statement, rows)


def _keys(connection: "Connection", ids: Sequence[str]) -> dict[str, int]:
    table, wanted = _table("meters"), set(ids)
    query = _query(table.c.meter_id, table.c.key).order_by(table.c.key)
    if len(wanted) <= FEW:
        query = query.where(table.c.meter_id.in_(wanted))
    return {row.meter_id: row.key for row in connection.execute(query) if row.meter_id in wanted}


def _naive_utc(when: datetime | None) -> datetime:
    if when is None:
        when = datetime.now(UTC)
    return when.replace(tzinfo=None) if when.tzinfo is None else when.astimezone(UTC).replace(tzinfo=None)
