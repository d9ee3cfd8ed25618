"""Rows of the records' tables: read as they are, put in the place of those of the same key."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from wattstone.interfaces.store.database import Database

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

__all__ = ["FEW", "Rows", "known", "query", "table"]

FEW = 500  # up to here rows are asked for by id; above, reading the whole table is faster


class Rows:
    """What each part of the records begins with: the database, and whole rows of its tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def _select(self, name: str, *, order: str | None = None) -> list[dict[str, Any]]:
        held = table(name)
        asked = held.select() if order is None else held.select().order_by(held.c[order])
        with self._database.reading() as connection:
            result = connection.execute(asked)
            names = tuple(result.keys())
            return [dict(zip(names, row, strict=True)) for row in result.all()]

    def _put(self, name: str, row: Mapping[str, Any], *, key: str) -> None:
        held = table(name)
        with self._database.writing(alone=True) as connection:
            stored = connection.execute(held.select().where(held.c[key] == row[key])).mappings().first()
            if stored is None:
                connection.execute(held.insert(), row)
            elif dict(stored) != row:
                connection.execute(held.update().where(held.c[key] == row[key]), row)


def table(name: str) -> "Table":
    """A table of the records, by its name."""
    from wattstone.interfaces.store.tables import metadata

    return metadata.tables[name]


def query(*columns: Any) -> Any:
    """A query of these columns."""
    from sqlalchemy import select

    return select(*columns)


def known(connection: "Connection", name: str, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Rows of these ids by id; without the key, which no declaration changes."""
    held, wanted = table(name), set(ids)
    id_column = held.c["meter_id" if name == "meters" else "id"]
    asked = query(*(column for column in held.c if column.name != "key"))
    if len(wanted) <= FEW:
        asked = asked.where(id_column.in_(wanted))
    rows = (dict(row) for row in connection.execute(asked).mappings())
    return {row[id_column.name]: row for row in rows if row[id_column.name] in wanted}
