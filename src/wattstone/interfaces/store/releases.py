"""Decisions on scope 3, releases and waivers: rows that are added and never changed, so that their history stays."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from wattstone.interfaces.store.rows import Rows, table
from wattstone.inventory.released import Release, Waiver

if TYPE_CHECKING:
    from wattstone.inventory.scope3 import Decided

__all__ = ["Releases"]


class Releases(Rows):
    """The part of the records that says what was decided of an inventory, and which one left the house."""

    def scope3_decisions(self) -> "tuple[Decided, ...]":
        """Everything that was ever decided about categories of scope 3, in the order in which it was said."""
        from wattstone.inventory.scope3 import Decided

        return tuple(Decided(**row) for row in self._history("scope3_decisions"))

    def add_scope3_decisions(self, decided: "Sequence[Decided]") -> None:
        """Keep what was decided, beside what was said before: all of it or nothing."""
        self._add("scope3_decisions", [asdict(one) for one in decided])

    def releases(self) -> tuple[Release, ...]:
        """Every release, in the order in which they were made."""
        return tuple(Release(**row) for row in self._history("releases"))

    def add_release(self, release: Release) -> None:
        """Keep a release, beside the earlier ones of its year."""
        row = asdict(release)
        self._add("releases", [{**row, "totals": dict(release.totals), "units": dict(release.units)}])

    def waivers(self) -> tuple[Waiver, ...]:
        """Every finding that was let pass, in the order in which it was said."""
        return tuple(Waiver(**row) for row in self._history("waivers"))

    def add_waivers(self, waivers: Sequence[Waiver]) -> None:
        """Keep what was let pass: all of it or nothing."""
        self._add("waivers", [asdict(one) for one in waivers])

    def _history(self, name: str) -> list[dict[str, Any]]:
        rows = self._select(name, order="id")
        return [{key: value for key, value in row.items() if key != "id"} for row in rows]

    def _add(self, name: str, rows: list[dict[str, Any]]) -> None:
        if rows:
            with self._database.writing(alone=True) as connection:
                connection.execute(table(name).insert(), rows)
