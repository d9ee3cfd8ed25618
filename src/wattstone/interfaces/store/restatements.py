"""The restatement ledger in its table: lines that are added and never changed, chained as the audit log is."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from wattstone.interfaces.store.chain import ChainedEntry
from wattstone.interfaces.store.chained import append_line, break_in, lines
from wattstone.interfaces.store.rows import Rows, table
from wattstone.inventory.ledger import LedgerBreak, LedgerLine

__all__ = ["Restatements"]


class Restatements(Rows):
    """The part of the records that keeps policies of the base year and restatements."""

    def restatement_lines(self) -> tuple[LedgerLine, ...]:
        """Every line of the ledger, in their order."""
        with self._database.reading() as connection:
            return tuple(map(_line, lines(connection, table("restatements"))))

    def add_restatements(self, deeds: Sequence[tuple[str, Mapping[str, Any]]], *, who: str) -> tuple[LedgerLine, ...]:
        """Write lines, all or none.

        Parameters
        ----------
        deeds : sequence of (str, mapping)
            What was done, and JSON values.
        who : str
            Name of the account.

        Returns
        -------
        tuple of LedgerLine
            As they stand in the chain.
        """
        held = table("restatements")
        with self._database.writing(alone=True) as connection:
            return tuple(
                _line(append_line(connection, held, what, who=who, details=details)) for what, details in deeds
            )

    def check_restatements(self) -> LedgerBreak | None:
        """The first line at which the chain of the ledger does not hold; None where it does."""
        with self._database.reading() as connection:
            found = break_in(connection, table("restatements"))
        return None if found is None else LedgerBreak(found.number, cast("Literal['changed', 'missing']", found.why))


def _line(one: ChainedEntry) -> LedgerLine:
    return LedgerLine(
        number=one.number, at=one.when, who=one.who, what=one.what, details=one.details, previous=one.previous,
        hash=one.hash,
    )  # fmt: skip
