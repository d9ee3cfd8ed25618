"""What there is: the organisation, its sites, spaces and meters, declared by whoever knows."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from wattstone.base import InputRefused
from wattstone.interfaces.store.declarations import (
    Declared,
    Merged,
    columns_of,
    lay_over,
    to_row,
    unknown_sites,
)
from wattstone.interfaces.store.rows import FEW, Rows, known, query, table
from wattstone.portfolio import Meter, Organisation, Site, Space

if TYPE_CHECKING:
    import polars as pl
    from sqlalchemy import Connection

__all__ = ["Estate"]

Model = TypeVar("Model", Site, Space, Meter)


class Estate(Rows):
    """The part of the records that says what is measured, and where it stands."""

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
        meters = table("meters")
        asked = query(meters.c.meter_id, meters.c.key).order_by(meters.c.key)
        with self._database.reading() as connection:
            return dict(tuple(row) for row in connection.execute(asked).all())

    def meter_key(self, meter_id: str) -> int | None:
        """The key by which the lake knows a meter; None where nobody declared it."""
        meters = table("meters")
        asked = query(meters.c.key).where(meters.c.meter_id == meter_id)
        with self._database.reading() as connection:
            return connection.execute(asked).scalar_one_or_none()

    def declare(
        self,
        sites: Sequence[Site],
        meters: Sequence[Meter],
        spaces: Sequence[Space] = (),
        *,
        sites_by: Declared = "table",
        keys: Mapping[str, int] | None = None,
        cleared: Collection[str] = (),
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
        cleared : collection of str
            Fields that are taken back where they are null.

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
            stored = known(connection, "sites", named | {site.id for site in sites})
            findings = unknown_sites((*meters, *spaces), (*stored, *(site.id for site in sites)))
            merged = [
                ("sites", "id", lay_over(sites, stored=stored, by=sites_by, cleared=cleared)),
                ("spaces", "id", _overlay(connection, "spaces", spaces, sites_by, cleared)),
                ("meters", "meter_id", _overlay(connection, "meters", meters, None, cleared)),
            ]
            findings += [finding for _, _, changes in merged for finding in changes.findings]
            if findings:
                raise InputRefused(findings)
            _number(connection, merged[2][2].new, keys or {})
            for name, id_column, changes in merged:
                _write(connection, name, id_column, changes)
            return _keys(connection, [meter.id for meter in meters])

    def _models(self, model: type[Model], name: str, *, order: str) -> tuple[Model, ...]:
        """All rows of a table as models; a large estate has tens of thousands of them."""
        held, columns = table(name), columns_of(model)
        asked = query(*(held.c[column] for _, column in columns)).order_by(held.c[order])
        with self._database.reading() as connection:
            rows = connection.execute(asked).all()
        fields = [field for field, _ in columns]
        return tuple(model.model_validate(dict(zip(fields, row, strict=True))) for row in rows)


def _overlay(
    connection: "Connection",
    name: str,
    records: Sequence[Space] | Sequence[Meter],
    by: Declared | None,
    cleared: Collection[str],
) -> Merged:
    return lay_over(records, stored=known(connection, name, (one.id for one in records)), by=by, cleared=cleared)


def _number(connection: "Connection", new: list[dict[str, Any]], keys: Mapping[str, int]) -> None:
    """Give new meters their keys, the next free ones in order; meters are never deleted, so none is given twice."""
    from sqlalchemy import func

    if not new:
        return
    last = connection.execute(query(func.max(table("meters").c.key))).scalar() or 0
    for number, row in enumerate(new, start=last + 1):
        row["key"] = keys.get(row["meter_id"], number)


def _write(connection: "Connection", name: str, id_column: str, changes: Merged) -> None:
    from sqlalchemy import bindparam

    held = table(name)
    if changes.new:
        connection.execute(held.insert(), changes.new)
    if changes.changed:
        statement = held.update().where(held.c[id_column] == bindparam("_id"))
        rows = [
            {("_id" if name == id_column else name): value for name, value in row.items()} for row in changes.changed
        ]
        connection.execute(statement, rows)


def _keys(connection: "Connection", ids: Sequence[str]) -> dict[str, int]:
    held, wanted = table("meters"), set(ids)
    asked = query(held.c.meter_id, held.c.key).order_by(held.c.key)
    if len(wanted) <= FEW:
        asked = asked.where(held.c.meter_id.in_(wanted))
    return {row.meter_id: row.key for row in connection.execute(asked) if row.meter_id in wanted}
