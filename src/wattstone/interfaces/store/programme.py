"""Entries of the programme in their table: every version is added beside the earlier ones, none is changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from wattstone.interfaces.store.chained import append_line
from wattstone.interfaces.store.rows import FEW, Rows, query, table
from wattstone.programme.entries import VERSIONS

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["ProgrammeEntries"]

_BATCH = 20_000


class ProgrammeEntries(Rows):
    """The part of the records that says what was promised and what was done of it."""

    def programme_entries(
        self, kind: str, *, entries: Sequence[str] | None = None, at: datetime | None = None, seq: int | None = None
    ) -> pl.DataFrame:
        """The newest version of each entry of a kind, those that were withdrawn among them.

        Parameters
        ----------
        kind : str
            Its id.
        entries : sequence of str or None
            These alone.
        at : datetime or None
            As they stood then: nothing that was entered at that moment (naive UTC) or later.
        seq : int or None
            Nothing beyond this number.

        Returns
        -------
        polars.DataFrame
            Schema `VERSIONS`, by entry.
        """
        from sqlalchemy import func

        held = table("programme_entries")
        newest = query(func.max(held.c.seq)).where(held.c.kind == kind)
        if at is not None:
            newest = newest.where(held.c.entered_at < at)
        if seq is not None:
            newest = newest.where(held.c.seq <= seq)
        few = entries is not None and len(entries) <= FEW
        if entries is not None and few:
            newest = newest.where(held.c.entry.in_(list(entries)))
        asked = held.select().where(held.c.seq.in_(newest.group_by(held.c.entry))).order_by(held.c.entry)
        with self._database.reading() as connection:
            found = _frame(connection, asked)
        return found if entries is None or few else found.filter(pl.col("entry").is_in(list(entries)))

    def programme_history(self, kind: str, entry: str) -> pl.DataFrame:
        """Every version of an entry, the first first; schema `VERSIONS`."""
        held = table("programme_entries")
        asked = held.select().where((held.c.kind == kind) & (held.c.entry == entry)).order_by(held.c.version)
        with self._database.reading() as connection:
            return _frame(connection, asked)

    def programme_versions(self, hashes: Sequence[str]) -> pl.DataFrame:
        """The versions of these hashes, whether they hold or not; schema `VERSIONS`."""
        held = table("programme_entries")
        asked = [hashes[at : at + FEW] for at in range(0, len(hashes), FEW)]
        with self._database.reading() as connection:
            found = [_frame(connection, held.select().where(held.c.hash.in_(few))) for few in asked]
        return pl.concat([pl.DataFrame(schema=VERSIONS), *found]).sort("seq")

    def programme_seq(self) -> int:
        """Number of the newest version of any entry; 0 where there is none."""
        from sqlalchemy import func

        held = table("programme_entries")
        with self._database.reading() as connection:
            return int(connection.execute(query(func.max(held.c.seq))).scalar() or 0)

    def add_programme_entries(
        self, rows: pl.DataFrame, *, what: str, who: str, details: Mapping[str, Any] | None = None
    ) -> None:
        """Add versions and the line of the audit log that tells of them: all of it or nothing.

        Parameters
        ----------
        rows : polars.DataFrame
            Schema `VERSIONS`; `seq` is given by the table. A version that somebody else wrote meanwhile is an
            integrity error of the database, and nothing is kept.
        what, who, details : str, str, mapping
            For the audit log.
        """
        held = table("programme_entries")
        with self._database.writing(alone=True) as connection:
            for part in rows.drop("seq").iter_slices(_BATCH):
                connection.execute(held.insert(), part.to_dicts())
            append_line(connection, table("audit"), what, who=who, details=details)


def _frame(connection: "Connection", asked: Any) -> pl.DataFrame:
    """Rows as a frame; built by column, which is what a hundred thousand of them cost least by."""
    rows = connection.execute(asked).all()
    if not rows:
        return pl.DataFrame(schema=VERSIONS)
    columns = zip(VERSIONS.items(), zip(*rows, strict=True), strict=True)
    return pl.DataFrame([pl.Series(name, list(values), dtype=dtype) for (name, dtype), values in columns])
