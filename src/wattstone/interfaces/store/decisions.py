"""Measures, and what was decided on the board: the two change together, in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from wattstone.base import InputRefused
from wattstone.interfaces.store.chained import append_line
from wattstone.interfaces.store.declarations import unknown_sites
from wattstone.interfaces.store.rows import Rows, known, table
from wattstone.workflows.stores import BoardEntry, Decision

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from wattstone.portfolio.measures import Measure

__all__ = ["Decisions"]


class Decisions(Rows):
    """The part of the records that says what is to be done."""

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
        held = table("measures")
        with self._database.writing(alone=True) as connection:
            _keep(connection, measures)
            for name in removed:
                connection.execute(held.delete().where(held.c.id == name))

    def board(self) -> dict[str, BoardEntry]:
        """What was decided about findings, by their keys; one without an entry is open."""
        return {row["key"]: BoardEntry(**row) for row in self._select("board", order="key")}

    def decide(self, decision: Decision) -> bool:
        """Keep what was decided about a card, its measure and the lines of the audit log: all of it or nothing.

        Parameters
        ----------
        decision : Decision
            Made from what the records held when it was read.

        Returns
        -------
        bool
            False where somebody else changed the card or the measure since, and nothing was kept.

        Raises
        ------
        InputRefused
            If the measure stands at a site that nobody declared; nothing is changed then.
        """
        entry, board = decision.entry, table("board")
        with self._database.writing(alone=True) as connection:
            if not _as_read(connection, decision):
                return False
            if decision.measure is not None:
                _keep(connection, [decision.measure])
            connection.execute(board.delete().where(board.c.key == entry.key))
            connection.execute(board.insert(), asdict(entry))
            for what, details in decision.lines:
                append_line(connection, table("audit"), what, who=entry.who, details=details)
        return True


def _keep(connection: "Connection", measures: "Sequence[Measure]") -> None:
    held = table("measures")
    if findings := unknown_sites(measures, known(connection, "sites", {one.site_id for one in measures})):
        raise InputRefused(findings)
    stored = known(connection, "measures", [one.id for one in measures])
    for row in (one.model_dump(mode="json") for one in measures):
        if row["id"] not in stored:
            connection.execute(held.insert(), row)
        elif row != stored[row["id"]]:
            connection.execute(held.update().where(held.c.id == row["id"]), row)


def _as_read(connection: "Connection", decision: Decision) -> bool:
    """Whether the card and the measure still stand as they did when it was decided about them."""
    from wattstone.portfolio.measures import Measure

    board = table("board")
    row = connection.execute(board.select().where(board.c.key == decision.entry.key)).mappings().first()
    if (None if row is None else BoardEntry(**row)) != decision.entry_was:
        return False
    if decision.measure is None:
        return True
    stored = known(connection, "measures", [decision.measure.id]).get(decision.measure.id)
    return (None if stored is None else Measure.model_validate(stored)) == decision.measure_was
