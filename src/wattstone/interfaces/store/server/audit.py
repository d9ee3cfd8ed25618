"""The audit log of the server: sign-ins, roles, keys, jobs and whatever concerns no single workspace's records."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from wattstone.interfaces.store.chain import Break, ChainedEntry
from wattstone.interfaces.store.chained import append_line, break_in, lines
from wattstone.interfaces.store.server.rows import table

if TYPE_CHECKING:
    from wattstone.interfaces.store.database import Database

__all__ = ["Audit"]


class Audit:
    """The server's audit log, chained by hashes. Lines are never changed."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    def note(
        self,
        what: str,
        *,
        who: str,
        tenant: str | None = None,
        details: Mapping[str, Any] | None = None,
        when: datetime | None = None,
    ) -> ChainedEntry:
        """Write a line."""
        with self._database.writing(alone=True) as connection:
            return append_line(connection, table("audit"), what, who=who, details=details, when=when, tenant=tenant)

    def entries(
        self, *, since: int = 0, tenant: str | None = None, last: int | None = None
    ) -> tuple[ChainedEntry, ...]:
        """Lines after a number, in their order; the `last` ones of them, of one organisation, where that is asked."""
        with self._database.reading() as connection:
            return lines(connection, table("audit"), since=since, last=last, tenant=tenant)

    def head(self) -> ChainedEntry | None:
        """The newest line."""
        found = self.entries(last=1)
        return found[0] if found else None

    def check_chain(self, *, since: ChainedEntry | None = None) -> Break | None:
        """The first line at which the chain does not hold; None where it does."""
        with self._database.reading() as connection:
            return break_in(connection, table("audit"), since=since)
