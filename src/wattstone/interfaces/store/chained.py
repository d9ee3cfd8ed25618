"""The chained audit log in its table, of a workspace or of the server: writing a line, reading lines, checking them."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from wattstone.interfaces.store.chain import START, Break, ChainedEntry, entry_hash, first_break

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

__all__ = ["append_line", "break_in", "lines"]

_BATCH = 5_000


def append_line(
    connection: "Connection",
    table: "Table",
    what: str,
    *,
    who: str,
    details: Mapping[str, Any] | None = None,
    when: datetime | None = None,
    tenant: str | None = None,
) -> ChainedEntry:
    """Write the next line; the transaction has to be one of those that wait for each other, or the chain would fork."""
    last = connection.execute(table.select().order_by(table.c.number.desc()).limit(1)).mappings().first()
    moment = when or datetime.now(UTC)
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    content: dict[str, Any] = {
        "number": 1 if last is None else last["number"] + 1,
        "who": who,
        "what": what,
        "details": json.loads(json.dumps(dict(details or {}))),  # as it will be read back
        "previous": START if last is None else last["hash"],
        "tenant": tenant,
    }
    own = entry_hash(when=moment, **content)
    row = {"at": moment, "hash": own, **content}
    connection.execute(table.insert(), {name: value for name, value in row.items() if name in table.c})
    return ChainedEntry(when=moment, hash=own, **content)


def lines(
    connection: "Connection", table: "Table", *, since: int = 0, last: int | None = None, tenant: str | None = None
) -> tuple[ChainedEntry, ...]:
    """Lines after a number, in their order."""
    query = table.select().where(table.c.number > since)
    if tenant is not None:
        query = query.where(table.c.tenant == tenant)
    if last is None:
        rows = connection.execute(query.order_by(table.c.number)).mappings().all()
    else:
        rows = connection.execute(query.order_by(table.c.number.desc()).limit(last)).mappings().all()[::-1]
    return tuple(_entry(row) for row in rows)


def break_in(connection: "Connection", table: "Table", *, since: ChainedEntry | None = None) -> Break | None:
    """The first line at which the chain does not hold, from the beginning or after a line that is known.

    A known line that is no longer there as it was is the break itself.
    """
    if since is not None:
        row = connection.execute(table.select().where(table.c.number == since.number)).mappings().first()
        if row is None or row["hash"] != since.hash:
            found = "" if row is None else row["hash"]
            return Break(since.number, "missing" if row is None else "changed", expected=since.hash, found=found)
    start = 0 if since is None else since.number
    return first_break(_every(connection, table, start), after=START if since is None else since.hash)


def _every(connection: "Connection", table: "Table", since: int) -> Iterator[ChainedEntry]:
    """All lines after a number, some thousand at a time."""
    while True:
        query = table.select().where(table.c.number > since).order_by(table.c.number).limit(_BATCH)
        rows = connection.execute(query).mappings().all()
        yield from (_entry(row) for row in rows)
        if len(rows) < _BATCH:
            return
        since = rows[-1]["number"]


def _entry(row: Mapping[Any, Any]) -> ChainedEntry:
    return ChainedEntry(
        number=row["number"], when=row["at"], who=row["who"], what=row["what"], details=row["details"],
        previous=row["previous"], hash=row["hash"], tenant=row.get("tenant"),
    )  # fmt: skip
