"""Cells of the statement's workbook: values, formulas, and where a column of a sheet lies."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

TOLERANCE = 1e-9  # of a total: what sums of the same numbers in another order may differ by


@dataclass(frozen=True)
class Formula:
    """A formula, without its equals sign; never made from text that a person or a file gave."""

    text: str


@dataclass
class Sheet:
    """A sheet: heads, and rows of values and formulas.

    Parameters
    ----------
    title : str
        In the language of the workbook.
    heads : sequence of str
        Of the columns.
    top : int
        Row of the heads: 1, or 2 below a banner.
    rows : sequence
        What stands below them: a list that rows are added to, or columns that are written as they are.
    """

    title: str
    heads: Sequence[str]
    top: int
    rows: Sequence[Sequence[Any]] = field(default_factory=list[Sequence[Any]])

    @property
    def first(self) -> int:
        """Number of the first row below the heads."""
        return self.top + 1

    @property
    def next(self) -> int:
        """Number of the row that is added next."""
        return self.first + len(self.rows)

    def add(self, *values: Any) -> int:
        """Add a row, and return its number."""
        if not isinstance(self.rows, list):
            raise TypeError("rows cannot be added to columns")
        self.rows.append(values)
        return self.next - 1

    def cell(self, column: int, row: int) -> str:
        """A cell as formulas of other sheets name it; columns are counted from 0."""
        return f"{self._name()}!${get_column_letter(column + 1)}${row}"

    def column(self, column: int, block: tuple[int, int] | None = None) -> str:
        """All cells of a column below the heads, or a block of them: its first row, counted from 0, and how many."""
        letter, first, last = get_column_letter(column + 1), self.first, max(self.next - 1, self.first)
        if block is not None:
            first, last = self.first + block[0], self.first + block[0] + block[1] - 1
        return f"{self._name()}!${letter}${first}:${letter}${last}"

    def _name(self) -> str:
        return "'" + self.title.replace("'", "''") + "'"


def agree(one: str, other: str) -> Formula:
    """Whether two cells hold the same number, but for the order in which it was added up."""
    return Formula(f"ABS({one}-{other})<={TOLERANCE:.0E}*MAX(1,ABS({other}))")


def sum_where(values: str, *conditions: tuple[str, str]) -> Formula:
    """The sum of values where each range equals a cell or a constant."""
    told = ",".join(f"{where},{what}" for where, what in conditions)
    return Formula(f"SUMIFS({values},{told})")
