"""Tables of records as lines of JSON, whatever database they come from and go to."""

import base64
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Connection, MetaData, Table

__all__ = ["export_tables", "import_tables", "revision_in"]

_BATCH = 1_000
_OWN = "alembic_version"


def revision_in(connection: "Connection") -> str:
    """The migration that the tables of a connection belong to."""
    from sqlalchemy import text

    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def export_tables(connection: "Connection", folder: Path) -> list[Path]:
    """Write every table to a file `NAME.jsonl` in a folder, a row a line, in the order of the keys.

    The tables are those that are there, whatever migration they belong to.
    """
    files: list[Path] = []
    for table in _reflected(connection).sorted_tables:
        path = folder / f"{table.name}.jsonl"
        with path.open("w", encoding="utf-8") as file:
            result = connection.execution_options(yield_per=_BATCH).execute(
                table.select().order_by(*table.primary_key.columns)
            )
            for row in result.mappings():
                file.write(json.dumps(dict(row), default=_text, ensure_ascii=False) + "\n")
        files.append(path)
    return files


def import_tables(connection: "Connection", folder: Path) -> int:
    """Fill the tables that are there, in place of what they hold, from files `NAME.jsonl`; return how many rows."""
    metadata, count = _reflected(connection), 0
    for table in reversed(metadata.sorted_tables):
        connection.execute(table.delete())  # what a migration put in
    for table in metadata.sorted_tables:
        path = folder / f"{table.name}.jsonl"
        if path.is_file():
            with path.open(encoding="utf-8") as file:
                count += _fill(connection, table, file)
                _go_on(connection, table)
    return count


def _go_on(connection: "Connection", table: "Table") -> None:
    """Have numbers that the database gives go on after those that are there; SQLite does so by itself."""
    from sqlalchemy import func, select

    if connection.dialect.name != "postgresql":
        return
    quote = connection.dialect.identifier_preparer.format_table
    for column in table.columns:
        newest = connection.execute(select(func.max(column))).scalar() if column.identity is not None else None
        if newest is not None:
            sequence = func.pg_get_serial_sequence(quote(table), column.name)
            connection.execute(select(func.setval(sequence, newest)))


def _fill(connection: "Connection", table: "Table", file: IO[str]) -> int:
    from sqlalchemy import JSON, Date, DateTime, LargeBinary

    makers: dict[str, Any] = {}
    for column in table.columns:
        if isinstance(column.type, DateTime):
            makers[column.name] = datetime.fromisoformat
        elif isinstance(column.type, Date):
            makers[column.name] = date.fromisoformat
        elif isinstance(column.type, LargeBinary):
            makers[column.name] = base64.b64decode
        elif isinstance(column.type, JSON):
            column.type = JSON(none_as_null=True)  # as these tables keep what is not said
    count = 0
    for rows in _batches(file):
        for row in rows:
            for name, made in makers.items():
                if row[name] is not None:
                    row[name] = made(row[name])
        connection.execute(table.insert(), rows)
        count += len(rows)
    return count


def _batches(file: IO[str]) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    for line in file:
        rows.append(json.loads(line))
        if len(rows) == _BATCH:
            yield rows
            rows = []
    if rows:
        yield rows


def _text(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"no JSON for {type(value).__name__}")


def _reflected(connection: "Connection") -> "MetaData":
    """The tables that are there, but for that of the migrations themselves."""
    from sqlalchemy import MetaData

    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _: name != _OWN)
    return metadata
