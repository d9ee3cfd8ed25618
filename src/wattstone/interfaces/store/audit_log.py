"""The audit log of a workspace: who did what, when, in lines that nobody changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wattstone.interfaces.store.chain import Break, ChainedEntry
from wattstone.interfaces.store.chained import append_line, break_in, lines
from wattstone.interfaces.store.rows import Rows, table

__all__ = ["AuditEntry", "AuditLog"]


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """Who did what, when (naive UTC)."""

    when: datetime
    who: str
    what: str
    details: Mapping[str, Any]


class AuditLog(Rows):
    """The part of the records that keeps what was done, chained by hashes."""

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
        with self._database.writing(alone=True) as connection:
            append_line(connection, table("audit"), what, who=who, details=details, when=when)

    def audit(self, *, last: int | None = None) -> Iterator[AuditEntry]:
        """The audit log, newest first.

        Parameters
        ----------
        last : int or None
            How many lines; all by default.
        """
        with self._database.reading() as connection:
            found = lines(connection, table("audit"), last=last)
        for line in reversed(found):
            yield AuditEntry(when=line.when, who=line.who, what=line.what, details=line.details)

    def entries(self, *, since: int = 0, last: int | None = None) -> tuple[ChainedEntry, ...]:
        """Lines of the audit log after a number with their places in the chain, in order; the `last` of them."""
        with self._database.reading() as connection:
            return lines(connection, table("audit"), since=since, last=last)

    def head(self) -> ChainedEntry | None:
        """The newest line of the audit log."""
        return next(iter(self.entries(last=1)), None)

    def check_chain(self, *, since: ChainedEntry | None = None) -> Break | None:
        """The first line at which the chain of the audit log does not hold; None where it does.

        Parameters
        ----------
        since : ChainedEntry or None
            A line that is known to hold, as of a signed checkpoint; it has to be there as it was.
        """
        with self._database.reading() as connection:
            return break_in(connection, table("audit"), since=since)
