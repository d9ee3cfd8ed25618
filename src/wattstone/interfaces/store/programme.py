"""Entries of the programme in their table: every version is added beside the earlier ones, none is changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from wattstone.interfaces.store.chained import append_line
from wattstone.interfaces.store.rows import FEW, Rows, query, table
from wattstone.programme.entries import VERSIONS, sealed
from wattstone.workflows.stores import Document

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

    def programme_count(self, kind: str, *, sites: Collection[str] | None = None) -> int:
        """How many entries of a kind are in force; at these sites where they are named."""
        from sqlalchemy import func

        asked, held = _in_force(kind, sites)
        with self._database.reading() as connection:
            return int(connection.execute(query(func.count()).select_from(held).where(asked)).scalar_one())

    def programme_ids(
        self, kind: str, *, sites: Collection[str] | None = None, among: Collection[str] | None = None
    ) -> frozenset[str]:
        """Ids of the entries of a kind that are in force; at these sites, and among these, where they are named."""
        asked, held = _in_force(kind, sites)
        few = among is not None and len(among) <= FEW
        wanted = query(held.c.entry).where(asked)
        if among is not None and few:
            wanted = wanted.where(held.c.entry.in_(list(among)))
        with self._database.reading() as connection:
            found = frozenset(connection.execute(wanted).scalars())
        return found if among is None or few else found & frozenset(among)

    def programme_page(
        self, kind: str, *, sites: Collection[str] | None = None, after: str = "", skip: int = 0, most: int = 100
    ) -> pl.DataFrame:
        """Some of the entries of a kind that are in force, in the order of the database.

        Parameters
        ----------
        kind : str
            Its id.
        sites : collection of str or None
            At these alone.
        after : str
            Entry behind which they begin.
        skip, most : int
            How many are passed over, and are told.

        Returns
        -------
        polars.DataFrame
            Schema `VERSIONS`.
        """
        asked, held = _in_force(kind, sites)
        wanted = query(held).where(asked).order_by(held.c.entry).offset(skip).limit(most)
        with self._database.reading() as connection:
            return _frame(connection, wanted.where(held.c.entry > after) if after else wanted)

    def programme_span(self, first: int, last: int) -> pl.DataFrame:
        """The versions of these numbers, the last among them; schema `VERSIONS`."""
        held = table("programme_entries")
        asked = held.select().where(held.c.seq.between(first, last)).order_by(held.c.seq)
        with self._database.reading() as connection:
            return _frame(connection, asked)

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
        self,
        rows: pl.DataFrame,
        *,
        what: str,
        who: str,
        details: Mapping[str, Any] | None = None,
        documents: Sequence[tuple[Document, bytes]] = (),
    ) -> None:
        """Add versions, what proves them, and the line of the audit log that tells of them: all of it or nothing.

        Parameters
        ----------
        rows : polars.DataFrame
            Schema `VERSIONS`; `seq` is given by the table. A version that somebody else wrote meanwhile is an
            integrity error of the database, and nothing is kept.
        what, who, details : str, str, mapping
            For the audit log; the numbers of the versions and the seal of all that they say go with them.
        documents : sequence of (Document, bytes)
            With their content; one that is there already stays as it is.
        """
        from sqlalchemy import func

        held, seal = table("programme_entries"), sealed(rows)
        newest = query(func.max(held.c.seq))
        with self._database.writing(alone=True) as connection:
            before = int(connection.execute(newest).scalar() or 0)
            for part in rows.drop("seq").iter_slices(_BATCH):
                connection.execute(held.insert(), part.to_dicts())
            for document, content in documents:
                _prove(connection, document, content)
            span = [before + 1, int(connection.execute(newest).scalar() or 0)]
            told = {**(details or {}), "versions": span, "seal": seal}
            append_line(connection, table("audit"), what, who=who, details=told)


def _prove(connection: "Connection", document: Document, content: bytes) -> None:
    """Keep a document, unless it is there: who attached it first, and when, stays."""
    held = table("documents")
    if connection.execute(query(held.c.id).where(held.c.id == document.id)).first() is None:
        row = {**asdict(document), "figures": list(document.figures), "facts": dict(document.facts)}
        connection.execute(held.insert(), {**row, "content": content})


def _in_force(kind: str, sites: Collection[str] | None) -> tuple[Any, Any]:
    """What holds of the newest version of each entry that is in force, and the table; its key serves for it."""
    from sqlalchemy import exists

    held = table("programme_entries")
    later = held.alias()
    newer = exists().where(
        (later.c.kind == kind) & (later.c.entry == held.c.entry) & (later.c.version > held.c.version)
    )
    asked = (held.c.kind == kind) & ~newer & held.c.withdrawn.is_(False)
    return (asked if sites is None else asked & held.c.site.in_(sorted(sites))), held


def _frame(connection: "Connection", asked: Any) -> pl.DataFrame:
    """Rows as a frame; built by column, which is what a hundred thousand of them cost least by."""
    rows = connection.execute(asked).all()
    if not rows:
        return pl.DataFrame(schema=VERSIONS)
    columns = zip(VERSIONS.items(), zip(*rows, strict=True), strict=True)
    return pl.DataFrame([pl.Series(name, list(values), dtype=dtype) for (name, dtype), values in columns])
